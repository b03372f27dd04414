/** Runs that must not go through: a site that refuses, a bad harvest, a partition that somebody else writes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readJobs } from '../../lib/lake/jobs.js';
import { Lake } from '../../lib/lake/lake.js';
import { expectParagraph } from './words.js';
import { finishedWorld, fullRun, type Outcome, requestsOf, type TestWorld } from './world.js';

let world: TestWorld & { first: Outcome };
beforeAll(async () => {
  world = await finishedWorld(['PMA', 'NEMA'], { size: 0.02 });
});
afterAll(() => world?.close());

async function rowsIn<T extends Record<string, unknown>>(root: string, sql: string): Promise<T[]> {
  const lake = await Lake.open({ root });
  try {
    return (await lake.query(sql)) as T[];
  } finally {
    await lake.close();
  }
}

test('an association that a person has refused is not touched, and the others go on', async () => {
  const config = await world.configWith('refusing', 'associations.yaml', (text) =>
    text.replace(
      /^( {2}NEMA:\n)/m,
      '$1    access: { decision: refused, by: "Jane Doe", reason: "asked us not to", date: 2026-05-01 }\n',
    ),
  );
  const lake = path.join(world.folder, 'lake-refused');
  const before = (await requestsOf(world)).length;
  const run = await world.run(fullRun('NEMA'), { LAKE: lake, NAM_CONFIG: config });
  expectParagraph(run, 3, 'NEMA refuses crawling', 'Jane Doe decided on 2026-05-01', 'access:');
  const asked = (await requestsOf(world)).slice(before);
  expect(asked.filter((r) => !r.path.endsWith('/robots.txt'))).toEqual([]);
  expect(await rowsIn(lake, 'SELECT * FROM pages_all')).toEqual([]);
  expect((await readJobs([lake]))[0]).toMatchObject({ status: 'failed', current_phase: 'FAILED' });

  // In an older lake the others go on, and what NEMA gave before is not taken back.
  const older = await world.copyOfLake('lake-refused-later');
  const both = await world.run(fullRun('PMA', 'NEMA'), { LAKE: older, NAM_CONFIG: config });
  expect(both.code).toBe(3);
  expect(both.stdout).toMatch(/MONITOR PMA up to date/);
  expect(both.stdout).not.toMatch(/DISCOVERY NEMA/);
});

test('a harvest that is too small is set aside: exit code 4, and the older good one stands', async () => {
  const lake = await world.copyOfLake('lake-quarantine');
  const members = 'SELECT * EXCLUDE job_id FROM extracted_companies ORDER BY ALL';
  const before = await rowsIn(lake, members);
  const config = await world.configWith('hopeful', 'associations.yaml', (text) =>
    text.replace(/(PMA:\n(?: {4}.*\n)*? {4}expected_members: )\d+/, '$190000'),
  );
  const run = await world.run(['recipes/extract.ts', 'PMA'], { LAKE: lake, NAM_CONFIG: config });
  expectParagraph(
    run,
    4,
    'EXTRACTION of PMA is quarantined',
    'members_found',
    /at least 45,?000/,
    'still stands',
  );
  expect(await rowsIn(lake, members)).toEqual(before);
  const later = await world.run(fullRun('PMA', 'NEMA'), { LAKE: lake, NAM_CONFIG: config });
  expect(later.code).toBe(4);
  expect(later.stdout).not.toMatch(/VALIDATION PMA/);
  expect(await rowsIn(lake, members)).toEqual(before);

  const mended = await world.run(fullRun('PMA'), { LAKE: lake });
  expect(mended.code, mended.stderr).toBe(0);
  const [job] = await readJobs([lake]);
  expect(job).toMatchObject({ status: 'done', current_phase: 'DONE' });
  expect(job!.phases['EXTRACTION.PMA']).toMatchObject({ status: 'done', error: null });
});

test('a partition that another process writes: the loser is told who, and the winner loses nothing', async () => {
  const lake = await world.copyOfLake('lake-locked');
  const [job] = await readJobs([lake]);
  const holder = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/e2e/hold-lease.ts', lake, job!.job_id, 'PMA'],
    { cwd: path.resolve(import.meta.dirname, '../..'), stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const [loser, neighbour] = await Promise.all([
    world.run(['recipes/extract.ts', 'PMA', '--force'], { LAKE: lake }),
    world.run(['recipes/extract.ts', 'NEMA', '--force'], { LAKE: lake }),
  ]);
  expectParagraph(loser, 1, 'The partition of PMA', `pid ${holder.pid}`, '--job-id');
  expect(neighbour.code, neighbour.stderr).toBe(0);

  holder.kill('SIGKILL'); // a holder that dies is taken over
  await once(holder, 'close');
  const heir = await world.run(['recipes/extract.ts', 'PMA', '--force'], { LAKE: lake });
  expect(heir.code, heir.stderr).toBe(0);
});

test('a damaged file is named, and the rest of the lake answers', async () => {
  const lake = await world.copyOfLake('lake-damaged');
  const folder = path.join(lake, 'extracted_companies', 'association_code=PMA');
  const [part] = (await readdir(folder, { recursive: true })).filter((n) => n.endsWith('.parquet'));
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path.join(folder, part!), 'this is no Parquet');
  const asked = await world.run(
    ['scripts/sql.ts', '--json', 'SELECT DISTINCT association_code AS code FROM extracted_companies'],
    {
      LAKE: lake,
    },
  );
  expect(asked.code, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toEqual([{ code: 'NEMA' }]);
  expect(asked.stderr).toContain(path.basename(part!));
  const again = await world.run(['recipes/extract.ts', 'PMA'], { LAKE: lake });
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain(path.basename(part!));
  const healed = await rowsIn(
    lake,
    'SELECT count(*) AS n FROM extracted_companies GROUP BY association_code',
  );
  expect(healed).toHaveLength(2);
});
