/** Secrets in the environment: after a full run, with its mishaps, no artefact holds a byte of them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providers } from '../../lib/providers/index.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { fullRun, type Outcome, openTestWorld, type TestWorld } from './world.js';

/** As a person's would look; each can be told from the others wherever it turns up. */
const KEYS: Record<string, string> = {
  APOLLO_API_KEY: 'aK9-Zq7vXw3LmTy5RbHn',
  BUILTWITH_API_KEY: '6f1c2d9e-0b7a-4c58-9d3e-51aa77c0e2b4',
  CLEARBIT_API_KEY: 'sk_1f8b3c6d9e2a4075b1c8d6e3f9a2b4c7',
  HUNTER_API_KEY: 'hntr+slash/and=signs&more',
  SOME_TOKEN: 'ghp_R4nd0mT0kenThatNobodyIssued99',
};

let world: TestWorld;
let postgres: TestPostgres;
let secrets: string[];
let outcomes: Outcome[];

beforeAll(async () => {
  [world, postgres] = await Promise.all([openTestWorld({ size: 0.02 }), startPostgres()]);
  const url = await postgres.database('secrets');
  const password = 'pw-of-the-d@tabase/7';
  const admin = new URL(url);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '${password}'`);
  await client.end();
  admin.username = 'keeper';
  admin.password = encodeURIComponent(password);
  const env = { ...KEYS, DATABASE_URL: admin.href };
  // What is really sent in a sandbox are keys of its own: they must not come back in answers, errors or logs either.
  const sent = providers.map((p) => `sandbox-${p.envKey.toLowerCase()}`);
  secrets = [...Object.values(KEYS), password, encodeURIComponent(password), ...sent];

  const run = (args: string[], more: NodeJS.ProcessEnv = {}) => world.run(args, { ...env, ...more });
  const wrong = admin.href.replace('/secrets', '/no_such_database');
  outcomes = [
    await run([...fullRun('PMA', 'NEMA'), '--persist-db', '--log-level', 'debug']),
    await run([...fullRun('PMA'), '--resume', KEYS.SOME_TOKEN!]),
    await run(['recipes/persist.ts', '--force'], { DATABASE_URL: wrong }),
    await run(['recipes/enrich.ts', 'PMA', '--force', '--dry-run']),
  ];
});
afterAll(async () => {
  await world?.close();
  await postgres?.stop();
});

test('the runs went as they should, and the lake has something to look through', () => {
  const said = outcomes.map((o) => o.stdout + o.stderr).join('\n');
  expect(
    outcomes.map((o) => o.code),
    said,
  ).toEqual([0, 2, 1, 0]);
  expect(outcomes[0]!.stdout).toMatch(/PERSIST done/);
});

test('no secret on the screen', () => {
  for (const outcome of outcomes) expectClean('the screen', outcome.stdout + outcome.stderr);
});

test('no secret in any byte of lake, logs, events, state and exports', async () => {
  let files = 0;
  for (const folder of [world.lake, path.join(world.folder, 'logs')]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      files += 1;
      expectClean(file, (await readFile(file)).toString('latin1'));
      expectClean(file, file);
    }
  }
  expect(files).toBeGreaterThan(50);
});

test('no secret in any value of any Parquet file, which compression would hide from a byte search', async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  let values = 0;
  for (const name of await readdir(world.lake, { recursive: true })) {
    if (!name.endsWith('.parquet')) continue;
    const file = path.join(world.lake, name).replaceAll("'", "''");
    const rows = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${file}')`);
    const meta = await connection.runAndReadAll(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}')`,
    );
    for (const row of [...rows.getRows(), ...meta.getRows()]) {
      values += row.length;
      expectClean(name, row.join('\n'));
    }
  }
  connection.closeSync();
  expect(values).toBeGreaterThan(1_000);
});

test('no secret in the database', async () => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: await databaseUrl() });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  for (const { name } of rows)
    expectClean(name, JSON.stringify((await client.query(`SELECT * FROM "${name}"`)).rows));
  await client.end();
  expect(rows.length).toBeGreaterThanOrEqual(10);
});

const databaseUrl = async () => (await postgres.database('look')).replace(/look$/, 'secrets');

function expectClean(where: string, text: string): void {
  for (const secret of secrets) {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')])
      if (text.includes(form))
        expect.fail(
          `${where} holds ${form}: …${text.slice(Math.max(0, text.indexOf(form) - 80)).slice(0, 200)}…`,
        );
  }
}
