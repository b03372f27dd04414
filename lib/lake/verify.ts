/**
 * Is every file that a checkpoint names what was written? A damaged partition is quarantined: its checkpoint stands
 * aside, the older good one stands in, and the damaged file is moved below `.quarantine`. Nothing is deleted.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '../errors.js';
import { type Part, readCheckpoints, type StoredCheckpoint } from './checkpoint.js';
import { openDuckDB } from './duck.js';
import { sha256File } from './files.js';
import { partsOf, readFooter, slotOf, tableFiles } from './part-files.js';
import { quarantine, stillThere } from './quarantine.js';

export interface Finding {
  /**
   * `damaged`: a part is not what its checkpoint says. `unreadable`: a checkpoint. `leftover`: a part that was
   * replaced, or never published. `foreign`: a file in a table's folder that no writer of the lake puts there.
   */
  kind: 'damaged' | 'unreadable' | 'leftover' | 'foreign';
  /** Relative to the lake. */
  file: string;
  what: string;
  job_id: string | null;
  phase: string | null;
  association: string | null;
  /** What was done about it: the partition was quarantined, only reported, or somebody is writing it now. */
  action: 'quarantined' | 'reported' | 'locked';
  /** The older good partition that readers now see. */
  stands_in: { job_id: string; committed_at: string } | null;
}

export interface Verification {
  checkpoints: number;
  parts: number;
  bytes: number;
  rows: number;
  /** Nothing is damaged; leftovers and foreign files do no harm. */
  sound: boolean;
  findings: Finding[];
}

/** Checks all that checkpoints name; with `dryRun` it only reports. */
export async function verifyLake(
  root: string,
  options: { dryRun?: boolean; now?: () => Date } = {},
): Promise<Verification> {
  const { checkpoints, problems } = await readCheckpoints(root);
  const instance = await openDuckDB({ threads: 2 });
  const connection = await instance.connect();
  const damaged = new Map<StoredCheckpoint, Map<Part, string>>();
  try {
    for (const checkpoint of checkpoints) {
      const found = await damageOf(connection, checkpoint);
      // a writer may have replaced it, parts and all, since it was read
      if (found.size > 0 && (await stillThere(checkpoint))) damaged.set(checkpoint, found);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }

  const stamp = `${(options.now?.() ?? new Date()).toISOString().replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
  const findings: Finding[] = problems.map((p) => ({
    ...named(path.relative(root, p.file)),
    kind: 'unreadable',
    file: path.relative(root, p.file),
    what: `${p.what}; \`npm run lake -- rebuild\` makes it anew from the files`,
    action: 'reported',
    stands_in: null,
  }));
  for (const [checkpoint, parts] of damaged) {
    const action = options.dryRun ? 'reported' : await quarantine(checkpoint, [...parts.keys()], stamp);
    const stands_in = standInFor(checkpoint, checkpoints, damaged);
    for (const [part, what] of parts) {
      const { job_id, phase, association } = checkpoint;
      findings.push({
        kind: 'damaged',
        file: part.path,
        what,
        job_id,
        phase,
        association,
        action,
        stands_in,
      });
    }
  }
  const all = checkpoints.flatMap((c) => partsOf(c));
  const names = new Set(all.map((p) => p.path));
  for (const file of await tableFiles(root)) {
    if (names.has(file) || (await isNamedNow(root, file))) continue;
    findings.push({
      ...named(file),
      kind: slotOf(file) ? 'leftover' : 'foreign',
      file,
      what: 'no checkpoint names it; readers pass it over',
      action: 'reported',
      stands_in: null,
    });
  }
  const unique = [...new Map(all.map((p) => [p.path, p])).values()];
  return {
    checkpoints: checkpoints.length,
    parts: unique.length,
    bytes: unique.reduce((sum, p) => sum + p.bytes, 0),
    rows: unique.reduce((sum, p) => sum + p.rows, 0),
    sound: !findings.some((f) => f.kind === 'damaged' || f.kind === 'unreadable'),
    findings,
  };
}

async function damageOf(connection: DuckDBConnection, c: StoredCheckpoint): Promise<Map<Part, string>> {
  const damage = new Map<Part, string>();
  for (const [table, { columns, parts }] of Object.entries(c.tables)) {
    for (const part of parts) {
      const what = await partDamage(connection, c, table, columns, part);
      if (what) damage.set(part, what);
    }
  }
  return damage;
}

/** What is wrong with a part: cheap questions first. */
async function partDamage(
  connection: DuckDBConnection,
  c: StoredCheckpoint,
  table: string,
  columns: Readonly<Record<string, string>>,
  part: Part,
): Promise<string | null> {
  const file = path.join(c.root, part.path);
  const stat = await fs.stat(file).catch(() => null);
  if (!stat?.isFile()) return 'named by a checkpoint, but missing';
  if (stat.size !== part.bytes) return `has ${stat.size} bytes where the checkpoint says ${part.bytes}`;
  if ((await sha256File(file)) !== part.sha256) return 'its content is not what was written (sha256 differs)';
  try {
    const { rows, schema, lineage } = await readFooter(connection, file);
    if (rows !== part.rows) return `has ${rows} rows where the checkpoint says ${part.rows}`;
    const odd = Object.keys({ ...columns, ...schema }).find((name) => columns[name] !== schema[name]);
    if (odd)
      return `has ${odd} as ${schema[odd] ?? 'nothing'} where the checkpoint says ${columns[odd] ?? 'nothing'}`;
    const wanted = { table, job_id: c.job_id, phase: c.phase };
    for (const [key, value] of Object.entries(wanted)) {
      if (lineage[key] !== value)
        return `says ${key} ${lineage[key] ?? 'nothing'} of itself, the checkpoint says ${value}`;
    }
    return null;
  } catch (error) {
    return `cannot be read as Parquet: ${messageOf(error).split('\n')[0]}`;
  }
}

/** A file may have been published between the reading of the checkpoints and the listing of the files. */
async function isNamedNow(root: string, file: string): Promise<boolean> {
  const age = Date.now() - ((await fs.stat(path.join(root, file)).catch(() => null))?.mtimeMs ?? Date.now());
  if (age > 60_000) return false;
  const { checkpoints } = await readCheckpoints(root);
  return checkpoints.some((c) => partsOf(c).some((p) => p.path === file));
}

/** The newest sound partition of the same phase and association in another job. */
function standInFor(
  lost: StoredCheckpoint,
  all: readonly StoredCheckpoint[],
  damaged: ReadonlyMap<StoredCheckpoint, unknown>,
): Finding['stands_in'] {
  const same = (c: StoredCheckpoint) =>
    c.phase === lost.phase && c.association === lost.association && c.status === 'done' && !damaged.has(c);
  const newest = all.filter(same).sort((a, b) => (a.committed_at < b.committed_at ? 1 : -1))[0];
  return newest ? { job_id: newest.job_id, committed_at: newest.committed_at } : null;
}

/** Job, phase and association as a path says them. */
function named(file: string): Pick<Finding, 'job_id' | 'phase' | 'association'> {
  const checkpoint = /^\.state\/([^/]+)\/checkpoint_([A-Z]+)(?:\.([A-Z0-9_]+))?\./.exec(file);
  if (checkpoint)
    return { job_id: checkpoint[1]!, phase: checkpoint[2]!, association: checkpoint[3] ?? null };
  return {
    job_id: /job_id=([^/]+)\//.exec(file)?.[1] ?? null,
    phase: null,
    association: /association_code=([^/]+)\//.exec(file)?.[1] ?? null,
  };
}
