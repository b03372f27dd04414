/**
 * The database: schema from the same declarations as the lake, rows by COPY, everything of a run in one transaction.
 */
import { once } from 'node:events';
import { promises as fs } from 'node:fs';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { EnvironmentError, Interrupted, UserError } from '../errors.js';
import type { ColumnType } from '../lake/columns.js';
import type { AnyRow } from '../lake/duck.js';
import { finishedAt, type Job } from '../lake/jobs.js';
import type { Lake } from '../lake/lake.js';
import { sqlFile } from '../lake/sql-file.js';
import { type Column, columnsOf, type Table } from '../lake/table.js';
import { databaseTables, tables } from '../lake/tables/index.js';
import { viewsFile } from '../sql/phases.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Text handed to COPY at a time, characters. */
const LOT = 64 * 1024;

const TYPES: Record<ColumnType, string> = {
  VARCHAR: 'text',
  BIGINT: 'bigint',
  INTEGER: 'integer',
  DOUBLE: 'double precision',
  BOOLEAN: 'boolean',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  DATE: 'date',
  'VARCHAR[]': 'text[]',
  BLOB: 'bytea',
  'JSON TEXT': 'jsonb',
};

const VIEWS = ['company_summary', 'job_summary', 'event_summary', 'competitor_report'];

/** `DATABASE_URL`, or a `UserError` that says what to set. */
export function databaseUrl(env: NodeJS.ProcessEnv): string {
  const url = env.DATABASE_URL?.trim();
  if (!url)
    throw new UserError(
      'DATABASE_URL is not set. Set it in .env, for example DATABASE_URL=postgres://user:password@localhost:5432/nam',
      { code: 'NO_DATABASE' },
    );
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new UserError(
      'DATABASE_URL is not a PostgreSQL URL: postgres://user:password@host:5432/name, with %-codes for signs such as # / @ in the password.',
      { code: 'NO_DATABASE' },
    );
  return url;
}

/** Throws when the database cannot be reached. */
export async function assertDatabase(env: NodeJS.ProcessEnv): Promise<void> {
  await withClient(env, async (client) => {
    await client.query('SELECT 1');
  });
}

/** Makes the tables and views that are missing; `drop` begins anew. */
export async function initDatabase(env: NodeJS.ProcessEnv, options: { drop: boolean }): Promise<string[]> {
  return withClient(env, (client) =>
    inTransaction(client, async () => {
      if (options.drop) await dropAll(client);
      await createAll(client);
      return [...databaseTables.map((t) => t.name), ...VIEWS];
    }),
  );
}

/** Does the database still hold as many rows as a run left in each table? */
export async function databaseHolds(
  env: NodeJS.ProcessEnv,
  counts: Readonly<Record<string, number>>,
): Promise<boolean> {
  return withClient(env, async (client) => {
    for (const { name } of databaseTables) {
      const [there] = (
        await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name])
      ).rows;
      if (!there?.there) return false;
      const [held] = (await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`)).rows;
      if (Number(held?.n) !== counts[name]) return false;
    }
    return true;
  });
}

/**
 * Replaces the content of the ten tables by that of the lake: all of it or, on any error, nothing. Returns rows per
 * table. The job that persists is over with this commit, and its row says so.
 */
export async function persistTables(
  lake: Lake,
  options: { env: NodeJS.ProcessEnv; jobId: string; dryRun: boolean; signal: AbortSignal },
): Promise<Record<string, number>> {
  return withClient(options.env, (client) =>
    inTransaction(client, async () => {
      const counts: Record<string, number> = {};
      if (!options.dryRun) {
        await createAll(client);
        await client.query(`TRUNCATE ${databaseTables.map((t) => t.name).join(', ')}`);
      }
      for (const table of databaseTables) {
        if (options.signal.aborted) throw new Interrupted();
        const held = await lake.query(`SELECT * FROM ${table.name}`);
        const rows = table === tables.extractionJobs ? held.map((row) => asOver(row, options.jobId)) : held;
        if (!options.dryRun) await copyRows(client, table, rows);
        counts[table.name] = rows.length;
      }
      return counts;
    }),
  );
}

async function withClient<T>(env: NodeJS.ProcessEnv, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL(databaseUrl(env));
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // a lost connection fails the query in hand
  try {
    await client.connect();
  } catch (error) {
    throw new EnvironmentError(
      `The database at ${url.host}${url.pathname} cannot be reached: ${(error as Error).message || (error as NodeJS.ErrnoException).code}. Start it, or mend DATABASE_URL; what the lake holds is not touched.`,
      { code: 'DATABASE_UNREACHABLE', cause: error },
    );
  }
  try {
    return await work(client);
  } catch (error) {
    if (!isOfDatabase(error)) throw error;
    throw new EnvironmentError(
      `The database at ${url.host}${url.pathname} refused or failed: ${error.message}. Nothing in it has changed; mend the cause and run the same command again.`,
      { code: 'DATABASE_FAILED', cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** An answer of the server, or a connection that was lost. */
const isOfDatabase = (error: unknown): error is Error =>
  error instanceof pg.DatabaseError ||
  (error instanceof Error &&
    ('syscall' in error ||
      /^(Connection terminated|Client has encountered a connection error)/.test(error.message)));

/** The row of a job as it stands when its last step is through. */
function asOver(row: AnyRow, jobId: string): AnyRow {
  if (row.job_id !== jobId) return row;
  const phases = JSON.parse(String(row.phases ?? '{}')) as Job['phases'];
  const failed = Object.values(phases).some((p) => ['failed', 'refused', 'quarantined'].includes(p.status));
  return {
    ...row,
    status: failed ? 'failed' : 'done',
    current_phase: failed ? 'FAILED' : 'DONE',
    finished_at: finishedAt(phases),
  };
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function createAll(client: pg.Client): Promise<void> {
  for (const table of databaseTables) {
    await client.query(createTable(table));
    const present = await client.query<{ column_name: string }>(
      'SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1',
      [table.name],
    );
    const names = new Set(present.rows.map((r) => r.column_name));
    for (const column of columnsOf(table)) {
      if (!names.has(column.name))
        await client.query(`ALTER TABLE ${table.name} ADD COLUMN ${columnDefinition(column)}`);
    }
  }
  await client.query(
    'CREATE INDEX IF NOT EXISTS association_memberships_company ON association_memberships (company_id)',
  );
  await client.query('CREATE INDEX IF NOT EXISTS contacts_company ON contacts (company_id)');
  await client.query(
    'CREATE INDEX IF NOT EXISTS event_participants_company ON event_participants (company_id)',
  );
  await client.query('CREATE INDEX IF NOT EXISTS companies_domain ON companies (domain)');
  await client.query(await fs.readFile(sqlFile(viewsFile), 'utf8'));
}

async function dropAll(client: pg.Client): Promise<void> {
  await client.query(`DROP VIEW IF EXISTS ${VIEWS.join(', ')}`);
  await client.query(`DROP TABLE IF EXISTS ${databaseTables.map((t) => t.name).join(', ')}`);
}

const createTable = (table: Table) =>
  `CREATE TABLE IF NOT EXISTS ${table.name} (${columnsOf(table).map(columnDefinition).join(', ')})`;

const columnDefinition = (column: Column) => `"${column.name}" ${TYPES[column.type]}`;

async function copyRows(client: pg.Client, table: Table, rows: readonly AnyRow[]): Promise<void> {
  const columns = columnsOf(table);
  const stream = client.query(
    copyFrom(`COPY ${table.name} (${columns.map((c) => `"${c.name}"`).join(', ')}) FROM STDIN`),
  );
  const done = once(stream, 'finish');
  let lot = '';
  for (const row of rows) {
    lot += `${columns.map((c) => copyText(row[c.name] ?? null, c.type)).join('\t')}\n`;
    if (lot.length < LOT) continue;
    if (!stream.write(lot)) await Promise.race([once(stream, 'drain'), done]);
    lot = '';
  }
  stream.end(lot);
  await done;
}

/** A value in COPY's text format (PostgreSQL manual, COPY, "Text Format"). */
function copyText(value: unknown, type: ColumnType): string {
  if (value === null) return '\\N';
  if (type === 'VARCHAR[]')
    return escapeCopy(
      `{${(value as (string | null)[]).map((item) => (item === null ? 'NULL' : `"${item.replace(/[\\"]/g, '\\$&')}"`)).join(',')}}`,
    );
  if (type === 'BLOB') return `\\\\x${Buffer.from(value as Uint8Array).toString('hex')}`;
  if (type === 'JSON TEXT')
    return escapeCopy(storableJson(typeof value === 'string' ? value : JSON.stringify(value)));
  return escapeCopy(String(value));
}

/** `jsonb` holds neither NUL nor half a surrogate pair; an escaped backslash before a `u` is none of these. */
const storableJson = (json: string) =>
  json.replace(
    /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\./g,
    (code) => {
      if (code === '\\u0000') return '';
      return /^\\u[dD][89a-fA-F][0-9a-fA-F]{2}$/.test(code) ? '\ufffd' : code;
    },
  );

const COPY_ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escapeCopy = (text: string) =>
  text.replaceAll('\0', '').replace(/[\\\n\r\t]/g, (c) => COPY_ESCAPES[c]!);
