import { beforeAll, describe, expect, it } from 'vitest';
import { databaseTables } from '../../../lib/lake/tables/index.js';
import { viewsFile } from '../../../lib/sql/phases.js';
import { type Bench, type Inputs, open, sqlText } from './support.js';

const inputs: Inputs = {
  companies: [
    {
      job_id: 'j1',
      company_id: 'c1',
      canonical_name: 'Acme',
      erp_system: 'Epicor',
      quality_score: 91,
      quality_grade: 'A',
    },
    { job_id: 'j1', company_id: 'c2', canonical_name: 'Bolt', quality_score: 60, quality_grade: 'C' },
  ],
  association_memberships: [
    {
      job_id: 'j1',
      membership_id: 'm1',
      association_code: 'PMA',
      member_id: 'r1',
      company_id: 'c1',
      listed_name: 'Acme',
    },
    {
      job_id: 'j1',
      membership_id: 'm2',
      association_code: 'AGMA',
      member_id: 'r2',
      company_id: 'c1',
      listed_name: 'Acme',
    },
    {
      job_id: 'j1',
      membership_id: 'm3',
      association_code: 'PMA',
      member_id: 'r3',
      company_id: 'c2',
      listed_name: 'Bolt',
    },
  ],
  contacts: [
    { contact_id: 'p1', company_id: 'c1', full_name: 'Jo', email: 'jo@acme.com' },
    { contact_id: 'p2', company_id: 'c1', full_name: 'Al' },
  ],
  events: [{ event_id: 'e1', association_code: 'PMA', name: 'Expo' }],
  event_participants: [
    { participant_id: 'x1', event_id: 'e1', company_id: 'c1', name: 'Acme', role: 'exhibitor' },
    { participant_id: 'x2', event_id: 'e1', name: 'Jo Day', role: 'speaker' },
  ],
  competitor_signals: [
    { signal_id: 's1', company_id: 'c1', vendor: 'Epicor', signal_type: 'erp_in_use', strength: 0.8 },
    { signal_id: 's2', vendor: 'Epicor', signal_type: 'vendor_sponsor', strength: 0.9 },
  ],
  extraction_jobs: [
    {
      job_id: 'j1',
      mode: 'full',
      associations: ['PMA', 'AGMA'],
      status: 'done',
      started_at: '2026-01-01T10:00:00Z',
      finished_at: '2026-01-01T10:01:30Z',
    },
    {
      job_id: 'j2',
      mode: 'full',
      associations: ['PMA'],
      status: 'running',
      started_at: '2026-01-02T10:00:00Z',
    },
  ],
};

let db: Bench;
beforeAll(async () => {
  db = await open();
  for (const table of databaseTables) await db.input(table.name, inputs[table.name] ?? []);
  await db.run(sqlText(viewsFile));
});

describe('views for people', () => {
  it('sum up a company', async () => {
    expect((await db.rows('select * from company_summary order by canonical_name'))[0]).toMatchObject({
      canonical_name: 'Acme',
      associations: 'AGMA, PMA',
      memberships: '2',
      contacts: '2',
      contacts_with_email: '1',
      events: '1',
    });
  });

  it('list jobs, newest first', async () => {
    expect(
      await db.rows('select job_id, associations, seconds, companies from job_summary limit 10'),
    ).toEqual([
      { job_id: 'j2', associations: 'PMA', seconds: null, companies: '0' },
      { job_id: 'j1', associations: 'PMA, AGMA', seconds: '90.0', companies: '2' },
    ]);
  });

  it('count participants of an event by role', async () => {
    expect((await db.rows('select * from event_summary'))[0]).toMatchObject({
      participants: '2',
      exhibitors: '1',
      speakers: '1',
      sponsors: '0',
      known_companies: '1',
    });
  });

  it('report on competitors', async () => {
    expect(await db.rows('select * from competitor_report')).toEqual([
      {
        vendor: 'Epicor',
        signals: '2',
        companies: '1',
        companies_using: '1',
        event_appearances: '1',
        directory_listings: '0',
        average_strength: '0.850',
        examples: 'Acme',
        last_observed_at: null,
      },
    ]);
  });

  it('answer the questions of the manual', async () => {
    expect(
      await db.rows(
        'SELECT quality_grade, COUNT(*) FROM companies GROUP BY quality_grade ORDER BY quality_grade',
      ),
    ).toHaveLength(2);
    expect(
      await db.rows(
        'SELECT association_code, COUNT(*) AS members FROM association_memberships WHERE company_id IS NOT NULL GROUP BY association_code ORDER BY members DESC',
      ),
    ).toEqual([
      { association_code: 'PMA', members: '2' },
      { association_code: 'AGMA', members: '1' },
    ]);
    expect(
      await db.rows(
        'SELECT canonical_name, erp_system, quality_score FROM companies WHERE erp_system IS NOT NULL ORDER BY quality_score DESC',
      ),
    ).toHaveLength(1);
  });
});
