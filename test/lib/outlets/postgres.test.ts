import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseTables } from '../../../lib/lake/tables/index.js';
import { databaseHolds, databaseUrl, initDatabase, persistTables } from '../../../lib/outlets/postgres.js';
import { openLake, publish, tempFolder } from '../../support/lake.js';
import { startPostgres, type TestPostgres } from '../../support/postgres.js';
import { company } from './companies.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

/** A database of the test's own, and a client that looks into it. */
async function open(name: string) {
  const env = { DATABASE_URL: await postgres.database(name) };
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  return { env, client };
}
const run = (env: NodeJS.ProcessEnv) => ({
  env,
  jobId: 'job-1',
  dryRun: false,
  signal: new AbortController().signal,
});
const about = { phase: 'RESOLUTION', association: null, recipe: 'resolve' };

/** All of Unicode, and often what COPY, arrays and JSON hold dear. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '\t',
      '\n',
      '\r',
      '"',
      "'",
      '{',
      '}',
      ',',
      '\0',
      '\\N',
      '\\.',
      '\\u0000',
      'NULL',
      '\ud83d',
      '🏭',
      '\u2028',
      'a',
      ' ',
    ),
    maxLength: 12,
  }),
);
const instant = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString());
const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'binary' })
  .chain((value) =>
    fc.dictionary(text, fc.oneof(fc.constant(value), text), { maxKeys: 4, noNullPrototype: true }),
  );
const row = fc.record({
  canonical_name: text,
  description: fc.option(text),
  other_names: fc.array(text, { maxLength: 4 }),
  employees: fc.option(fc.integer()),
  revenue_usd: fc.option(fc.maxSafeInteger()),
  quality_score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)),
  provenance: fc.option(json),
  first_seen_at: fc.option(instant),
});

/** What the database can hold of a text: no NUL, no half of a pair. */
const storable = (value: string) => value.replaceAll('\0', '').toWellFormed();
function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [storable(k), storableJson(v)]));
}

test('whatever text, lists, numbers and JSON go in come out the same', async () => {
  const { env, client } = await open('roundtrip');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 100, maxLength: 300, size: 'max' }), async (values) => {
      const lake = await openLake(await tempFolder());
      const rows = values.map((v, i) => company(`c${String(i).padStart(4, '0')}`, v.canonical_name, v));
      await publish(lake, { companies: rows }, about);
      const counts = await persistTables(lake, run(env));
      expect(counts.companies).toBe(rows.length);
      const stored = (await client.query('SELECT * FROM companies ORDER BY company_id')).rows as Record<
        string,
        unknown
      >[];
      stored.forEach((held, i) => {
        const sent = values[i]!;
        expect(held.canonical_name).toBe(storable(sent.canonical_name));
        expect(held.description).toBe(sent.description === null ? null : storable(sent.description));
        expect(held.other_names).toEqual(sent.other_names.map(storable));
        expect(held.employees).toBe(sent.employees);
        expect(held.revenue_usd).toBe(sent.revenue_usd === null ? null : String(sent.revenue_usd));
        expect(held.quality_score).toBe(sent.quality_score);
        expect(held.provenance).toEqual(storableJson(JSON.parse(JSON.stringify(sent.provenance))));
        expect((held.first_seen_at as Date | null)?.toISOString() ?? null).toBe(sent.first_seen_at);
      });
    }),
    { numRuns: 4 },
  );
  await client.end();
}, 60_000);

test('the schema is made where it is missing, and a column that is new is added', async () => {
  const { env, client } = await open('schema');
  expect(await initDatabase(env, { drop: false })).toEqual(
    expect.arrayContaining(['companies', 'job_summary']),
  );
  await client.query('ALTER TABLE companies DROP COLUMN sic_code');
  await client.query(`INSERT INTO companies (company_id, canonical_name) VALUES ('old', 'Old Inc')`);
  await initDatabase(env, { drop: false });
  expect((await client.query('SELECT company_id, sic_code FROM companies')).rows).toEqual([
    { company_id: 'old', sic_code: null },
  ]);
  await initDatabase(env, { drop: true });
  expect((await client.query('SELECT * FROM company_summary')).rows).toEqual([]);
  await client.end();
});

test('the database is known to hold what a run left there, and to have lost it', async () => {
  const { env, client } = await open('holds');
  const lake = await openLake(await tempFolder());
  await publish(lake, { companies: [company('c1', 'Acme')] }, about);
  const none = Object.fromEntries(databaseTables.map((t) => [t.name, 0]));
  expect(await databaseHolds(env, none)).toBe(false); // no tables yet
  const counts = await persistTables(lake, run(env));
  expect(counts).toEqual({ ...none, companies: 1 });
  expect(await databaseHolds(env, counts)).toBe(true);
  await client.query('DELETE FROM companies');
  expect(await databaseHolds(env, counts)).toBe(false);
  await client.end();
});

test('an interruption between two tables leaves the database as it was', async () => {
  const { env, client } = await open('interrupted');
  const lake = await openLake(await tempFolder());
  await publish(lake, { companies: [company('c1', 'Acme')] }, about);
  await persistTables(lake, run(env));
  await publish(
    lake,
    { companies: [company('c2', 'Bolt')] },
    { ...about, job: 'job-2', at: '2026-02-01T00:00:00.000Z' },
  );
  await expect(persistTables(lake, { ...run(env), signal: AbortSignal.abort() })).rejects.toThrow(
    /Interrupted/,
  );
  expect((await client.query('SELECT company_id FROM companies')).rows).toEqual([{ company_id: 'c1' }]);
  await client.end();
});

test.each([
  [undefined, /DATABASE_URL is not set/],
  ['mysql://x/y', /not a PostgreSQL URL/],
  ['postgres://user:pa/ss@host:port/x', /not a PostgreSQL URL/],
])('DATABASE_URL %j is refused with a word that does not repeat it', (url, said) => {
  expect(() => databaseUrl({ DATABASE_URL: url })).toThrow(said);
  if (url) expect(() => databaseUrl({ DATABASE_URL: url })).not.toThrow(url);
});
