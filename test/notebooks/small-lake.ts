/** A lake with a handful of companies, and a job that is said to have made them. */
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { updateJob } from '../../lib/lake/jobs.js';
import { Lake } from '../../lib/lake/lake.js';
import type { RowOf } from '../../lib/lake/partition.js';
import { type TableName, tableNamed } from '../../lib/lake/tables/index.js';
import { publish } from '../support/lake.js';

export const JOB = 'job-1';
export const HOSTILE = '<script>alert("x")</script> & Söhne';
const AT = '2026-01-01T00:00:00.000Z';

/** A row with nothing but what is said; lists are empty, the rest null. */
function row<N extends TableName>(name: N, said: Partial<RowOf<N>>): RowOf<N> {
  const blank = Object.fromEntries(Object.keys(tableNamed(name).shape).map((column) => [column, null]));
  return { ...blank, ...said } as RowOf<N>;
}

/** Makes the lake in a new folder; the caller removes it. */
export async function smallLake(): Promise<string> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'nam-notebook-'));
  const lake = await Lake.open({ root });
  const companies = [
    {
      company_id: 'c1',
      canonical_name: 'Acme',
      state: 'OH',
      quality_grade: 'A',
      quality_score: 95,
      employees: 120,
    },
    { company_id: 'c2', canonical_name: HOSTILE, state: 'MI', quality_grade: 'B', quality_score: 81 },
    { company_id: 'c3', canonical_name: "O'Neil; --", state: 'OH', quality_grade: 'B', quality_score: 78 },
  ].map((said, i) =>
    row('companies', {
      ...said,
      erp_system: i === 0 ? 'Epicor Kinetic' : null,
      erp_confidence: i === 0 ? 0.95 : null,
      association_count: 1,
    }),
  );
  const memberships = companies.map((company, i) =>
    row('association_memberships', {
      association_code: i < 2 ? 'PMA' : 'NEMA',
      member_id: `m${i}`,
      company_id: company.company_id,
      quality_grade: company.quality_grade,
      quality_score: company.quality_score,
      seen_at: AT,
    }),
  );
  const scores = [95, 81].map((score, i) =>
    row('scores', { member_id: `m${i}`, quality_score: score, completeness: score, problems: ['no email'] }),
  );
  await publish(
    lake,
    { companies, association_memberships: memberships },
    { job: JOB, phase: 'RESOLUTION', association: null, recipe: 'resolve' },
  );
  await publish(lake, { scores }, { job: JOB, phase: 'VALIDATION', association: 'PMA', recipe: 'validate' });
  updateJob(
    root,
    JOB,
    () => ({
      job_id: JOB,
      associations: ['PMA', 'NEMA'],
      mode: 'full',
      dry_run: false,
      status: 'done',
      current_phase: 'DONE',
      started_at: AT,
      updated_at: AT,
      phases: {},
      phase_progress: {},
    }),
    () => undefined,
  );
  await lake.close();
  return root;
}
