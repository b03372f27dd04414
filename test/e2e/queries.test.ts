/** One query text, two engines: the design's five queries and the four views, in the lake and in PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import { columnsOf } from '../../lib/lake/table.js';
import { databaseTables } from '../../lib/lake/tables/index.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { expectParagraph } from './words.js';
import { finishedWorld, fullRun, type Outcome, type TestWorld } from './world.js';

const QUERIES = [
  'SELECT quality_grade, COUNT(*) FROM companies GROUP BY quality_grade ORDER BY quality_grade;',
  'SELECT canonical_name, erp_system, quality_score FROM companies WHERE erp_system IS NOT NULL ORDER BY quality_score DESC;',
  'SELECT association_code, COUNT(*) AS members FROM association_memberships WHERE company_id IS NOT NULL GROUP BY association_code ORDER BY members DESC;',
  'SELECT * FROM job_summary LIMIT 10;',
  'SELECT * FROM competitor_report;',
  'SELECT * FROM company_summary;',
  'SELECT * FROM event_summary;',
];

let world: TestWorld & { first: Outcome };
let postgres: TestPostgres;
let database: string;
let client: pg.Client;
beforeAll(async () => {
  [world, postgres] = await Promise.all([finishedWorld(['PMA', 'NEMA'], { size: 0.02 }), startPostgres()]);
  database = await postgres.database('queries');
  client = new pg.Client({ connectionString: database });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await world?.close();
  await postgres?.stop();
});

const persist = (...more: string[]) =>
  world.run([...fullRun('PMA', 'NEMA'), '--persist-db', ...more], { DATABASE_URL: database });

/** Rows as plain text, in no order: ties may come either way. */
type Rows = Record<string, unknown>[];
const comparable = (rows: Rows) => rows.map((row) => JSON.stringify(row, plain)).sort();
function plain(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  if (raw instanceof Date) return raw.toISOString();
  if (typeof value === 'string') {
    if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value); // bigint and numeric come as text
    if (/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(value))
      return new Date(value.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString();
  }
  return value;
}

async function inDatabase(sql: string): Promise<Rows> {
  const answer = await client.query(sql);
  return answer.rows as Rows;
}

const countAll = () =>
  inDatabase(
    databaseTables
      .map((t) => `SELECT '${t.name}' AS t, count(*)::int AS n FROM ${t.name}`)
      .join(' UNION ALL '),
  );

test('the five queries and the four views give the same in the lake and in PostgreSQL', async () => {
  pg.types.setTypeParser(1082, (day) => day); // a day is a day, wherever the reader sits
  const run = await persist();
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toMatch(/PERSIST done/);
  const answers = await world.ask(QUERIES);
  expect(answers).toHaveLength(QUERIES.length);
  for (const [i, sql] of QUERIES.entries()) {
    const [lake, db] = [answers[i]!, await inDatabase(sql)];
    expect(lake.length, sql).toBeGreaterThan(0);
    expect(Object.keys(db[0]!).map(renamed), sql).toEqual(Object.keys(lake[0]!).map(renamed));
    expect(comparable(db.map(byPlace)), sql).toEqual(comparable(lake.map(byPlace)));
  }
});

/** DuckDB calls an unnamed count `count_star()`. */
const renamed = (name: string) => (name === 'count_star()' ? 'count' : name);
const byPlace = (row: Record<string, unknown>) => ({ row: Object.values(row) });

test('every row of the ten tables arrives, each value as it was', async () => {
  const lake = await Lake.open({ root: world.lake });
  for (const table of databaseTables) {
    const { name } = table;
    const order = table.key.join(', ');
    const held = await lake.query(`SELECT * FROM ${name} ORDER BY ${order}`);
    const stored = await inDatabase(`SELECT * FROM ${name} ORDER BY ${order}`);
    const json = columnsOf(table).filter((c) => c.type === 'JSON TEXT');
    const parsed: Rows = held.map((row) => ({ ...row }));
    for (const row of parsed)
      for (const { name: column } of json)
        if (typeof row[column] === 'string') row[column] = JSON.parse(row[column]);
    if (name === 'extraction_jobs') for (const row of [...parsed, ...stored]) delete row.phases; // PERSIST is in the lake's
    expect(sorted(stored), name).toEqual(sorted(parsed));
  }
  await lake.close();
});

const sorted = (rows: Rows) => rows.map((row) => JSON.stringify(sortKeys(row), plain)).sort();
const sortKeys = (value: unknown): unknown =>
  value instanceof Date || value === null || typeof value !== 'object'
    ? value
    : Array.isArray(value)
      ? value.map(sortKeys)
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, v]) => [k, sortKeys(v)]),
        );

test('persisting again changes nothing, and says so; a database that lost its rows gets them again', async () => {
  const before = await countAll();
  const again = await persist();
  expect(again.stdout).toContain('PERSIST: up to date');
  await inDatabase('TRUNCATE companies');
  const mended = await persist();
  expect(mended.code, mended.stderr).toBe(0);
  expect(mended.stdout).toMatch(/PERSIST done/);
  expect(await countAll()).toEqual(before);
});

test('another harvest replaces the rows, and a company keeps its id', async () => {
  const ids = await inDatabase('SELECT company_id, canonical_name FROM companies ORDER BY 1');
  await inDatabase(`INSERT INTO companies (company_id, canonical_name) VALUES ('stray', 'Nobody Inc')`);
  const resolved = await world.run(['recipes/resolve.ts', '--force']);
  expect(resolved.code, resolved.stderr).toBe(0);
  const run = await world.run(['recipes/persist.ts', '--force'], { DATABASE_URL: database });
  expect(run.code, run.stderr).toBe(0);
  expect(await inDatabase('SELECT company_id, canonical_name FROM companies ORDER BY 1')).toEqual(ids);
});

test('a dry run looks at the database and changes nothing in it', async () => {
  const before = await countAll();
  await inDatabase('DELETE FROM contacts');
  const run = await world.run(['recipes/persist.ts', '--force', '--dry-run'], { DATABASE_URL: database });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/PERSIST: .*companies/);
  expect(await inDatabase('SELECT * FROM contacts')).toEqual([]);
  await world.run(['recipes/persist.ts', '--force'], { DATABASE_URL: database });
  expect(await countAll()).toEqual(before);
});

test('a table that refuses a row, the last of them at that: nothing of the run is in the database', async () => {
  const snapshot = async () => {
    const tables: Rows[] = [];
    for (const { name } of databaseTables)
      tables.push(await inDatabase(`SELECT * FROM ${name} ORDER BY 1, 2`));
    return tables;
  };
  await inDatabase(`UPDATE companies SET canonical_name = 'as it was'`);
  await inDatabase(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON quality_audit_log FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const before = await snapshot();
  const run = await world.run(['recipes/persist.ts', '--force'], { DATABASE_URL: database });
  expectParagraph(run, 1, 'not today', 'Nothing in it has changed');
  expect(await snapshot()).toEqual(before);
  await inDatabase('DROP TRIGGER refuse ON quality_audit_log');
  const mended = await world.run(['recipes/persist.ts', '--force'], { DATABASE_URL: database });
  expect(mended.code, mended.stderr).toBe(0);
  expect(await inDatabase(`SELECT 1 FROM companies WHERE canonical_name = 'as it was'`)).toEqual([]);
});
