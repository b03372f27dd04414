/** Several generations of a partition lie in its folder: which files belong together, and which of them count. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Part } from './checkpoint.js';
import { query } from './duck.js';
import { sha256File } from './files.js';
import { readFooter } from './part-files.js';
import { mayCompact } from './parts.js';
import { identifier, literal } from './sql-literal.js';
import type { Table } from './table.js';
import { tableNamed } from './tables/index.js';

/** A part with what it says of itself. */
export interface Generation {
  table: Table;
  part: Part;
  columns: Record<string, string>;
  lineage: Record<string, string>;
}

/**
 * Phases that add to what they hold instead of writing it anew: a run of theirs may go on using parts of an earlier
 * run, and publishes small parts that one large part replaces at the end.
 */
const COLLECTING: ReadonlySet<string> = new Set(['GATEKEEPER', 'DISCOVERY', 'ENRICHMENT']);

/** A part's own account of itself; text where it cannot be trusted. */
export async function generationOf(
  connection: DuckDBConnection,
  root: string,
  file: string,
  hash: string,
): Promise<Generation | string> {
  const absolute = path.join(root, file);
  const [stat, sha256] = [await fs.stat(absolute), await sha256File(absolute)];
  // the name carries the beginning of the hash of what was written
  if (!sha256.startsWith(hash)) return 'its content is not what was written';
  const { rows, schema, lineage } = await readFooter(connection, absolute);
  const missing = ['table', 'job_id', 'phase', 'run_id', 'created_at'].find((key) => !lineage[key]);
  if (missing) return `its lineage has no ${missing}`;
  return {
    table: tableNamed(lineage.table!),
    part: { path: file, rows, bytes: stat.size, sha256, mtime_ms: stat.mtimeMs },
    columns: schema,
    lineage,
  };
}

/** The parts of a run that make a whole, going on from the runs `before` it; null where it was killed. */
export async function wholeOf(
  connection: DuckDBConnection,
  root: string,
  phase: string,
  parts: readonly Generation[],
  before: readonly Generation[][],
): Promise<Generation[] | null> {
  return COLLECTING.has(phase) ? collected(connection, root, parts, before) : newestOfEach(parts);
}

/** Parts by run, the newest run first, parts in the order they were written. */
export function runsOf(parts: readonly Generation[]): [string, Generation[]][] {
  const runs = new Map<string, Generation[]>();
  for (const p of [...parts].sort(byAge)) {
    const id = p.lineage.run_id!;
    runs.set(id, [...(runs.get(id) ?? []), p]);
  }
  return [...runs].sort(([, a], [, b]) => byAge(b.at(-1)!, a.at(-1)!));
}

export const byAge = (a: Generation, b: Generation) =>
  Date.parse(a.lineage.created_at!) - Date.parse(b.lineage.created_at!) || a.part.mtime_ms - b.part.mtime_ms;

/** A phase that computes writes each table once, whole. */
function newestOfEach(parts: readonly Generation[]): Generation[] {
  return [...new Map(parts.map((p) => [p.table.name, p])).values()];
}

/**
 * A phase that collects: when it ends, one last part of a table takes the place of the small ones. Several parts
 * without such a one are a run that was killed, or more than is rewritten. A table it added nothing to is that of an earlier run, but for dead
 * letters, which each run begins anew.
 */
async function collected(
  connection: DuckDBConnection,
  root: string,
  parts: readonly Generation[],
  before: readonly Generation[][],
): Promise<Generation[] | null> {
  const chosen: Generation[] = [];
  const tables = new Set([parts, ...before].flatMap((run) => run.map((p) => p.table.name)));
  for (const name of tables) {
    const own = parts.filter((p) => p.table.name === name);
    if (own.length === 0) {
      const older = before.find((run) => run.some((p) => p.table.name === name));
      if (older && name !== 'dead_letters') chosen.push(older.filter((p) => p.table.name === name).at(-1)!);
    } else if (await lastHoldsAll(connection, root, own)) chosen.push(own.at(-1)!);
    else if (!(await mayCompact(connection, absolutePaths(root, own)))) chosen.push(...own);
    else return null;
  }
  return chosen;
}

async function lastHoldsAll(
  connection: DuckDBConnection,
  root: string,
  parts: readonly Generation[],
): Promise<boolean> {
  if (parts.length === 1) return true;
  const at = absolutePaths(root, parts).map((file) => literal(file));
  const keys = parts[0]!.table.key.map((k) => identifier(k)).join(', ');
  const small = at.slice(0, -1).join(', ');
  const missing = `SELECT ${keys} FROM read_parquet([${small}]) EXCEPT SELECT ${keys} FROM read_parquet(${at.at(-1)})`;
  return (await query(connection, `SELECT 1 FROM (${missing}) LIMIT 1`)).length === 0;
}

const absolutePaths = (root: string, parts: readonly Generation[]) =>
  parts.map((p) => path.join(root, p.part.path));
