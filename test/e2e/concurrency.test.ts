/** Two recipes at once and queries all along: nobody meets a lock, nobody sees half a partition. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import { openTestWorld, type TestWorld } from './world.js';

const TABLES = ['pages', 'links', 'page_types', 'extracted_companies', 'extracted_events'];
const CODES = ['PMA', 'AGMA'];
/** One row: how many rows each table has, by association. */
const COUNTS = `SELECT ${TABLES.flatMap((table) =>
  CODES.map(
    (code) => `(SELECT count(*) FROM ${table} WHERE association_code = '${code}') AS "${table} of ${code}"`,
  ),
).join(', ')}`;
type Counts = Record<string, number>;

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld({ size: 0.03 });
  // A first, small harvest, so that the number of rows tells an old partition from a new one.
  const small = await world.configWith('small', 'agents.yaml', (text) =>
    text
      .replace('max_pages: 5000', 'max_pages: 8')
      .replace(/min_members_share: [\d.]+/, 'min_members_share: 0'),
  );
  const extract = [
    'recipes/pipeline.ts',
    '--mode',
    'extract',
    '-a',
    'PMA',
    '-a',
    'AGMA',
    '--world',
    'sandbox',
  ];
  const first = await world.run(extract, { NAM_CONFIG: small });
  if (first.code !== 0) throw new Error(first.stdout + first.stderr);
});
afterAll(() => world?.close());

test('two recipes for different associations at once, and SQL queries all along', async () => {
  const reader = await Lake.open({ root: world.lake });
  const look = async (): Promise<Counts> => {
    await reader.refresh();
    return (await reader.query(COUNTS))[0] as Counts;
  };
  const before = await look();
  const seen: Counts[] = [];
  let working = true;
  const inProcess = (async () => {
    while (working) seen.push(await look());
  })();
  const atTheTerminal = (async () => {
    // a process a time, some of them: more would only take the machine from the recipes
    for (let n = 0; working && n < 6; n += 1) {
      const asked = await world.run(['scripts/sql.ts', '--json', COUNTS]);
      expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 0, stderr: '' });
      seen.push((JSON.parse(asked.stdout) as Counts[])[0]!);
    }
  })();

  const phases = async (code: string) => {
    for (const recipe of ['discover', 'classify', 'extract']) {
      const run = await world.run([`recipes/${recipe}.ts`, code]);
      expect({ code: run.code, stderr: run.stderr }, `${recipe} ${code}`).toEqual({ code: 0, stderr: '' });
      expect(run.stdout).not.toMatch(/lock|conflict|WARN .*DAMAGED/i);
    }
  };
  await Promise.all(CODES.map(phases)).finally(() => {
    working = false;
  });
  await Promise.all([inProcess, atTheTerminal]);

  const after = await look();
  expect(reader.problems).toEqual([]);
  await reader.close();
  expect(seen.length).toBeGreaterThan(10);
  for (const key of Object.keys(before)) {
    const committed = new Set([before[key], after[key]]);
    const half = seen.map((counts) => counts[key]!).filter((n) => !committed.has(n));
    expect(half, `${key}: only ${[...committed].join(' or ')} was ever committed`).toEqual([]);
  }
  for (const code of CODES) expect(after[`pages of ${code}`]!).toBeGreaterThan(before[`pages of ${code}`]!);
});

test('the same phase of the same association twice at once: one works, one is told, the lake is whole', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => world.run(['recipes/extract.ts', 'PMA', '--force'])));
  const won = runs.filter((r) => r.code === 0);
  const lost = runs.filter((r) => r.code !== 0);
  expect(won.length).toBeGreaterThanOrEqual(1);
  for (const run of lost) {
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^The partition of PMA in job \S+ is being written by `extract` \(pid \d+/);
  }
  const lake = await Lake.open({ root: world.lake });
  expect(lake.problems).toEqual([]);
  expect((await lake.query('SELECT count(*) AS n FROM extracted_companies'))[0]!.n).toBeGreaterThan(0);
  await lake.close();
});
