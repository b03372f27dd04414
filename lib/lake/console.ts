/**
 * SQL for people: a session that can read the lake and nothing else, and can write nothing at all.
 *
 * Two walls, since neither is enough. DuckDB's own settings keep it inside the lake folder, but COPY and ATTACH inside
 * that folder would still go through; so only statements that read are let in.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  StatementType,
} from '@duckdb/node-api';
import { UserError } from '../errors.js';
import { type Cell, toCell } from './console-cells.js';
import { allStatements, explained, forbiddenWord } from './console-text.js';
import { identifier, literal } from './sql-literal.js';

export interface QueryOptions {
  /** Stops the running query. */
  signal?: AbortSignal;
  /** Rows fetched at most; the rest of the result is left behind and `truncated` is set. Default: all. */
  maxRows?: number;
}

export interface ResultColumn {
  name: string;
  /** DuckDB's name of the type, e.g. `BIGINT`. */
  type: string;
}

export interface QueryResult {
  columns: ResultColumn[];
  rows: Cell[][];
  /** Rows in `rows`. */
  rowCount: number;
  elapsedMs: number;
  /** True when there were more rows than `maxRows`. */
  truncated: boolean;
}

export interface SqlConsole {
  /** Splits a text into its statements and refuses it whole when one of them does not read. */
  check(sql: string): Promise<string[]>;
  /** Runs one statement. */
  query(sql: string, options?: QueryOptions): Promise<QueryResult>;
  /** Names of all tables and views, sorted. */
  tables(): Promise<string[]>;
  /** Columns of a table or view; a UserError names what does not exist. */
  schema(table: string): Promise<ResultColumn[]>;
  close(): Promise<void>;
}

/** Runs one statement without the guard: how the views get onto the connection before it is locked. */
export type RunSql = (sql: string) => Promise<void>;

/** Codes of the errors that `SqlConsole` throws. */
export const SqlErrorCode = { failed: 'SQL_FAILED', refused: 'SQL_REFUSED', stopped: 'SQL_STOPPED' } as const;

/** Opens a session over the lake at `root`; `prepare` makes its views before the door is locked. */
export async function openConsole(
  root: string,
  prepare: (run: RunSql) => Promise<void>,
): Promise<SqlConsole> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const spill = join(tmpdir(), `nam-sql-${randomUUID()}`);
  const close = async () => {
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  };
  try {
    await prepare(async (sql) => {
      await connection.run(sql);
    });
    await lock(connection, root, spill);
  } catch (error) {
    await close();
    throw error;
  }
  return session(connection, close);
}

/** The order matters: a folder can only be allowed while the door is open, and the lock comes last. */
async function lock(connection: DuckDBConnection, root: string, spill: string): Promise<void> {
  const megabytes = Math.floor(Math.min(2 * 1024 ** 3, totalmem() / 2) / 1024 ** 2);
  await connection.run(`set memory_limit = '${megabytes}MiB'`);
  await connection.run(`set temp_directory = ${literal(spill)}`);
  await connection.run(`set max_temp_directory_size = '4GiB'`);
  await connection.run(`set TimeZone = 'UTC'`);
  await connection.run('set allow_persistent_secrets = false');
  await connection.run('set autoinstall_known_extensions = false');
  await connection.run('set autoload_known_extensions = false');
  await connection.run(`set allowed_directories = ${literal(lakeFolders(root))}`);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
}

/** Views may name files by the lake's path as it was given or as it really is, when a part of it is a link. */
function lakeFolders(root: string): string[] {
  const given = resolve(root);
  return [...new Set([given, existsSync(given) ? realpathSync(given) : given])];
}

function session(connection: DuckDBConnection, close: () => Promise<void>): SqlConsole {
  // Queries on one connection must not overlap; callers that forget to wait are queued.
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  }

  async function query(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const statements = allStatements(sql);
    if (statements.length !== 1) {
      throw new UserError('One statement at a time, please.', { code: SqlErrorCode.refused });
    }
    return inTurn(() => execute(connection, statements[0]!, options));
  }

  return {
    query,
    async check(sql) {
      const statements = allStatements(sql);
      await inTurn(async () => {
        for (const statement of statements) (await prepareReading(connection, statement)).destroySync();
      });
      return statements;
    },
    async tables() {
      const result = await query(
        "select table_name from information_schema.tables where table_schema = 'main' order by table_name",
      );
      return result.rows.map((row) => String(row[0]));
    },
    async schema(table) {
      const result = await query(`describe ${identifier(table)}`);
      return result.rows.map((row) => ({ name: String(row[0]), type: String(row[1]) }));
    },
    async close() {
      await last;
      await close();
    },
  };
}

async function execute(
  connection: DuckDBConnection,
  sql: string,
  options: QueryOptions,
): Promise<QueryResult> {
  const { signal, maxRows = Number.POSITIVE_INFINITY } = options;
  const startedAt = performance.now();
  let nagging: NodeJS.Timeout | undefined;
  // An interrupt that comes a moment before DuckDB starts is lost, hence again and again until the query gives up.
  const stop = () => {
    connection.interrupt();
    nagging ??= setInterval(() => connection.interrupt(), 50);
  };
  try {
    if (signal?.aborted) throw stopped();
    signal?.addEventListener('abort', stop, { once: true });
    const prepared = await prepareReading(connection, sql);
    if (signal?.aborted) throw stopped();
    const result = await prepared.stream();
    const columns = result
      .deduplicatedColumnNames()
      .map((name, i) => ({ name, type: result.columnType(i).toString() }));
    const rows: Cell[][] = [];
    while (rows.length <= maxRows) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      for (const row of chunk.getRows()) rows.push(row.map(toCell));
    }
    const truncated = rows.length > maxRows;
    if (truncated) rows.length = maxRows;
    return { columns, rows, rowCount: rows.length, elapsedMs: performance.now() - startedAt, truncated };
  } catch (error) {
    throw asUserError(error, signal);
  } finally {
    signal?.removeEventListener('abort', stop);
    clearInterval(nagging);
  }
}

/**
 * Prepares one statement, or says why it is not let in. Its first word is looked at before DuckDB sees it, since
 * preparing alone can write already: binding `EXPORT DATABASE 'dir'` makes the folder.
 */
async function prepareReading(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const word = forbiddenWord(sql);
  if (word !== null) {
    await checkSyntax(connection, sql, word);
    throw refused(sql, word);
  }
  const inner = explained(sql);
  if (inner !== null) await checkExplained(connection, sql, inner);
  try {
    const extracted = await connection.extractStatements(sql);
    if (extracted.count !== 1) throw refused(sql, 'a statement that turns into several');
    const prepared = await extracted.prepare(0);
    const violation = readOnlyViolation(prepared.statementType);
    const disguised = prepared.statementType === StatementType.EXPLAIN && inner === null;
    if (violation !== null || disguised) throw refused(sql, violation ?? 'EXPLAIN');
    if (prepared.parameterCount > 0) {
      throw new UserError('The query has parameters ($1, ?, $name); write the values into it.', {
        code: SqlErrorCode.failed,
      });
    }
    return prepared;
  } catch (error) {
    throw asUserError(error);
  }
}

/** A mistyped word deserves the parser's answer. Extracting only parses, save for these two, which read files for it. */
async function checkSyntax(connection: DuckDBConnection, sql: string, word: string): Promise<void> {
  if (word === 'PRAGMA' || word === 'IMPORT') return;
  await connection.extractStatements(sql).catch((error: unknown) => {
    throw asUserError(error);
  });
}

/** EXPLAIN ANALYZE runs what it explains, and reports only itself as the type. */
async function checkExplained(connection: DuckDBConnection, sql: string, inner: string): Promise<void> {
  if (explained(inner) !== null) throw refused(sql, 'EXPLAIN of EXPLAIN');
  (await prepareReading(connection, inner)).destroySync();
}

/** The name of a kind of statement that must not run here, or null when it reads. */
export function readOnlyViolation(type: StatementType): string | null {
  if (type === StatementType.SELECT || type === StatementType.EXPLAIN) return null;
  return StatementType[type]?.replaceAll('_', ' ') ?? `statement type ${type}`;
}

function refused(sql: string, kind: string): UserError {
  const hint = /^\s*pivot\b/i.test(sql)
    ? ' PIVOT works when its columns are named: PIVOT … ON column IN (…) USING ….'
    : ' Only SELECT, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN of these are let in.';
  return new UserError(`Refused: this console only reads the lake, and ${kind} is not reading.${hint}`, {
    code: SqlErrorCode.refused,
  });
}

function stopped(): UserError {
  return new UserError('The query was stopped.', { code: SqlErrorCode.stopped });
}

function asUserError(error: unknown, signal?: AbortSignal): UserError {
  if (error instanceof UserError) return error;
  if (signal?.aborted) return stopped();
  const message = error instanceof Error ? error.message : String(error);
  const outside = /^Permission Error: Cannot access (?:file|directory) "(.*?)"/s.exec(message);
  if (outside) {
    const position = message.split('\n').slice(1).join('\n').trimEnd();
    return new UserError(
      `Refused: ${outside[1]} is outside the lake, and this console only reads the lake.${position ? `\n${position}` : ''}`,
      {
        code: SqlErrorCode.refused,
        cause: error,
      },
    );
  }
  return new UserError(message.replace(/^Failed to (?:extract|prepare) statements?: /, '').trimEnd(), {
    code: SqlErrorCode.failed,
    cause: error,
  });
}
