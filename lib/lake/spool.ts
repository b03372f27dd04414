/**
 * Rows of one table on their way into a part: more than should be held. They lie in files below the lake's `.tmp`, are
 * seen by nobody, and become one part, sorted by the table's key, in bounded memory.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openDuckDB, query } from './duck.js';
import { tmpRoot } from './paths.js';
import { stageRows } from './rows.js';
import { identifier, literal } from './sql-literal.js';
import { type Row, schemaOf, type Table } from './table.js';

/** Rows held in memory before they go to a file; about 6 MB of records with their provenance. */
const SPILL_ROWS = 2_000;
/** Rows that DuckDB sorts at once. Its sort fails under a tight limit instead of spilling, so the lots are small. */
const SORT_ROWS = 5_000;
/** Below this many rows a plain ORDER BY is faster and small enough. */
export const PLAIN_ROWS = 20_000;
/** What DuckDB may hold while a large part is put together, MB. */
const SORT_MEMORY_MB = 160;

export class Spool<T extends Table = Table> {
  readonly table: T;
  private readonly root: string;
  private readonly connection: DuckDBConnection;
  private readonly files: string[] = [];
  private held: Row<T>[] = [];
  rows = 0;

  constructor(root: string, table: T, connection: DuckDBConnection) {
    this.root = root;
    this.table = table;
    this.connection = connection;
  }

  /** Takes rows; now and then they go to a file. Calls must not overlap. */
  async add(rows: readonly Row<T>[]): Promise<void> {
    for (const row of rows) this.held.push(row);
    this.rows += rows.length;
    if (this.held.length >= SPILL_ROWS) await this.spill();
  }

  /** All rows so far, as a relation to put after FROM. */
  async relation(): Promise<string> {
    if (this.held.length > 0) await this.spill();
    if (this.files.length > 0) return fileRelation(this.files);
    const columns = Object.entries(schemaOf(this.table)).filter(([name]) => name in this.table.shape);
    return `(SELECT ${columns.map(([c, t]) => `NULL::${t} AS ${identifier(c)}`).join(', ')} WHERE false)`;
  }

  async remove(): Promise<void> {
    await Promise.all(this.files.map((file) => fs.rm(file, { force: true })));
  }

  private async spill(): Promise<void> {
    const rows = this.held;
    this.held = [];
    const file = await temporaryFile(this.root, this.table.name);
    await stageRows(this.connection, 'spooled', this.table, rows);
    await this.connection.run(`COPY temp.spooled TO ${literal(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    await this.connection.run('DROP TABLE temp.spooled');
    this.files.push(file);
  }
}

/**
 * Hands `use` a connection and a relation of the query's rows in the order of the table's key, sorted in small lots on
 * a DuckDB of its own: what the others hold in the shared one stays theirs. The query may read files only.
 */
export async function sortedInLots<R>(
  root: string,
  table: Table,
  sql: string,
  rows: number,
  use: (connection: DuckDBConnection, relation: string) => Promise<R>,
): Promise<R> {
  const folder = path.join(tmpRoot(root), `sort-${randomBytes(8).toString('hex')}`);
  await fs.mkdir(folder, { recursive: true });
  const instance = await openDuckDB({ tempFolder: folder, memoryMb: SORT_MEMORY_MB });
  const connection = await instance.connect();
  try {
    const first = identifier(table.key[0]!);
    const order = table.key.map((k) => identifier(k)).join(', ');
    const lots = Math.ceil(rows / SORT_ROWS);
    const [found] = await query(
      connection,
      `SELECT quantile_disc(${first}, [i / ${lots} FOR i IN range(1, ${lots})]) AS bounds FROM (${sql})`,
    );
    const bounds = [...new Set((found?.bounds as string[] | null) ?? [])];
    const files: string[] = [];
    for (let i = 0; i <= bounds.length; i += 1) {
      const from = i === 0 ? 'true' : `${first} >= ${literal(bounds[i - 1]!)}`;
      const to = i === bounds.length ? 'true' : `${first} < ${literal(bounds[i]!)}`;
      const file = path.join(folder, `${i}.parquet`);
      await connection.run(
        `COPY (SELECT * FROM (${sql}) WHERE ${from} AND ${to} ORDER BY ${order}) TO ${literal(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
      );
      files.push(file);
    }
    return await use(connection, fileRelation(files));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** A fresh name below the lake's `.tmp`. */
export async function temporaryFile(root: string, name: string): Promise<string> {
  await fs.mkdir(tmpRoot(root), { recursive: true });
  return path.join(tmpRoot(root), `${name}-${randomBytes(8).toString('hex')}.parquet`);
}

const fileRelation = (files: readonly string[]) =>
  `read_parquet([${files.map((f) => literal(f)).join(', ')}], hive_partitioning = false)`;
