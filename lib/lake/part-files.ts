/** The files of partitions as they lie in the lake: which there are, whose they are, what they say of themselves. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Checkpoint, Part } from './checkpoint.js';
import { query } from './duck.js';
import { ALL_ASSOCIATIONS } from './paths.js';
import { literal } from './sql-literal.js';
import { storedTables } from './tables/index.js';

/** A name that only `writePart` gives: phase, the beginning of the hash, chance. */
export const PART_NAME = /^([a-z]+)-([0-9a-f]{12})-[0-9a-f]{8}\.parquet$/;

export interface Slot {
  jobId: string;
  association: string | null;
}

/** Whose partition a part belongs to, by its path; null for a file that no writer of the lake puts there. */
export function slotOf(file: string): Slot | null {
  const [, code, jobId, name] =
    /^[a-z_]+\/(?:association_code=([A-Z0-9_]+)\/)?job_id=([^/]+)\/([^/]+)$/.exec(file) ?? [];
  if (!jobId || !name || !PART_NAME.test(name)) return null;
  return { jobId, association: code === undefined || code === ALL_ASSOCIATIONS ? null : code };
}

/** All parts of a checkpoint. */
export const partsOf = (c: Checkpoint): Part[] => Object.values(c.tables).flatMap((t) => t.parts);

/** Files in the folders of tables, relative to the root. */
export async function tableFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const table of storedTables) {
    const folder = path.join(root, table.name);
    const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const e of entries.filter((x) => x.isFile())) {
      const file = path.relative(root, path.join(e.parentPath, e.name));
      // what EXPORT hands out lies beside the table that lists it
      if (table.name === 'exports' && !file.includes('job_id=')) continue;
      files.push(file);
    }
  }
  return files.sort();
}

export interface Footer {
  rows: number;
  schema: Record<string, string>;
  /** The part's own metadata: table, job_id, phase, run_id, created_at … */
  lineage: Record<string, string>;
}

/** What a Parquet file says of itself; throws when it is none. */
export async function readFooter(connection: DuckDBConnection, file: string): Promise<Footer> {
  const at = literal(file);
  const [footer] = await query(connection, `SELECT num_rows FROM parquet_file_metadata(${at})`);
  const columns = await query(
    connection,
    `DESCRIBE SELECT * FROM read_parquet(${at}, hive_partitioning = false)`,
  );
  const pairs = await query(
    connection,
    `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${at})`,
  );
  return {
    rows: Number(footer?.num_rows ?? 0),
    schema: Object.fromEntries(columns.map((c) => [String(c.column_name), String(c.column_type)])),
    lineage: Object.fromEntries(pairs.map((p) => [String(p.key), String(p.value)])),
  };
}
