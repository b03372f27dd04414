/**
 * Writing one Parquet file of a partition. A fresh name below `.tmp`, read back, flushed, hashed, renamed into its
 * folder: `COPY … TO` alone writes in place and never flushes.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EnvironmentError, FailPartition, messageOf } from '../errors.js';
import type { Part } from './checkpoint.js';
import { query } from './duck.js';
import { fsyncFile, fsyncFolder, sha256File } from './files.js';
import { partitionFolder, tmpRoot } from './paths.js';
import { ownColumns } from './rows.js';
import { identifier, literal } from './sql-literal.js';
import type { Table } from './table.js';

export interface PartSpec {
  root: string;
  table: Table;
  association: string | null;
  jobId: string;
  phase: string;
  /** Lineage, kept in the file's own metadata: recipe, fingerprint, run_id, created_at … */
  lineage: Readonly<Record<string, string>>;
  /** The query's rows come in the order of the table's key already. */
  ordered?: boolean;
}

/**
 * Unpacked bytes of small parts that a collecting phase still rewrites into one sorted part at its end. DuckDB holds
 * rows that it sorts and packs about six times over, however well they pack.
 */
const COMPACT_BYTES = 8 * 1024 * 1024;

/** How many lots these parts of a table (absolute paths) make, if no lot may be larger than what DuckDB sorts at once. */
export async function lotsOf(connection: DuckDBConnection, files: readonly string[]): Promise<number> {
  const [found] = await query(
    connection,
    `SELECT sum(total_uncompressed_size) AS bytes FROM parquet_metadata([${files.map((f) => literal(f)).join(', ')}])`,
  );
  return Math.max(1, Math.ceil(Number(found?.bytes ?? 0) / COMPACT_BYTES));
}

/** Are these parts of a table small enough to be rewritten into one? */
export const mayCompact = async (connection: DuckDBConnection, files: readonly string[]): Promise<boolean> =>
  (await lotsOf(connection, files)) === 1;

/** Writes the rows of a query as one part, ordered by the table's key. Null when there are none. */
export async function writePart(
  connection: DuckDBConnection,
  spec: PartSpec,
  sql: string,
): Promise<Part | null> {
  const { root, table } = spec;
  const temporary = path.join(tmpRoot(root), `${table.name}-${randomBytes(8).toString('hex')}.parquet`);
  await fs.mkdir(path.dirname(temporary), { recursive: true });
  try {
    await copy(connection, spec, sql, temporary);
    const rows = await rowsInFooter(connection, temporary);
    if (rows === 0) return null;
    await fsyncFile(temporary);
    const sha256 = await sha256File(temporary);
    const folder = path.join(root, partitionFolder(table, spec.association, spec.jobId));
    await fs.mkdir(folder, { recursive: true });
    const file = path.join(
      folder,
      `${spec.phase.toLowerCase()}-${sha256.slice(0, 12)}-${randomBytes(4).toString('hex')}.parquet`,
    );
    await fs.rename(temporary, file);
    await fsyncFolder(folder);
    const stat = await fs.stat(file);
    return { path: path.relative(root, file), rows, bytes: stat.size, sha256, mtime_ms: stat.mtimeMs };
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

async function copy(connection: DuckDBConnection, spec: PartSpec, sql: string, file: string): Promise<void> {
  const { table } = spec;
  const columns = ownColumns(table).map(
    (c) => `${identifier(c.name)}::${c.physical} AS ${identifier(c.name)}`,
  );
  const partition = [`${literal(spec.jobId)} AS job_id`];
  if (table.grain === 'association')
    partition.unshift(`${literal(spec.association ?? 'ALL')} AS association_code`);
  const order =
    table.key.length > 0 && !spec.ordered
      ? ` ORDER BY ${table.key.map((k) => identifier(k)).join(', ')}`
      : '';
  const groups = table.rowGroup === null ? '' : `, ROW_GROUP_SIZE ${table.rowGroup}`;
  const metadata = Object.entries({
    table: table.name,
    job_id: spec.jobId,
    phase: spec.phase,
    ...spec.lineage,
  })
    .map(([k, v]) => `${identifier(k)}: ${literal(v)}`)
    .join(', ');
  try {
    await connection.run(
      `COPY (SELECT ${[...partition, ...columns].join(', ')} FROM (${sql})${order}) ` +
        `TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd${groups}, KV_METADATA {${metadata}})`,
    );
  } catch (error) {
    const message = messageOf(error);
    if (/no space left|disk quota|could not write/i.test(message)) {
      throw new EnvironmentError(
        `The disk is full while writing ${table.name} below ${spec.root}. Free some space and run the same command again; nothing that was there is harmed.`,
        { code: 'DISK_FULL', cause: error },
      );
    }
    throw new FailPartition(`cannot write ${table.name}: ${message}`, { code: 'WRITE_FAILED', cause: error });
  }
}

/** Row count of a Parquet file by its footer; throws when the file is none. */
export async function rowsInFooter(connection: DuckDBConnection, file: string): Promise<number> {
  const [footer] = await query(connection, `SELECT num_rows FROM parquet_file_metadata(${literal(file)})`);
  return Number(footer?.num_rows ?? 0);
}
