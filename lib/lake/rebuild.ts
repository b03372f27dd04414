/**
 * Checkpoints made anew from the lineage inside the files, for partitions whose checkpoint is lost or unreadable. Of
 * several generations only the newest complete run counts.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PartitionLocked } from '../errors.js';
import {
  type Checkpoint,
  checkpointFile,
  digestOf,
  type Part,
  readCheckpoints,
  type StoredCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { openDuckDB } from './duck.js';
import { readIfThere, sha256File } from './files.js';
import { readJob } from './jobs.js';
import { acquireLease } from './lease.js';
import { PART_NAME, partsOf, readFooter, type Slot, slotOf, tableFiles } from './part-files.js';
import { LAKE_FORMAT, quarantineRoot } from './paths.js';
import { moveAside } from './quarantine.js';
import { schemaOf, type Table } from './table.js';
import { storedTables, tableNamed } from './tables/index.js';

export interface Rebuilt {
  job_id: string;
  phase: string;
  association: string | null;
  action: 'rebuilt' | 'kept' | 'impossible' | 'locked';
  /** Tables with their rows, or why nothing was done. */
  what: string;
  parts: number;
  rows: number;
}

const rowsOf = (parts: readonly Part[]) => parts.reduce((sum, p) => sum + p.rows, 0);

/** A part with what it says of itself. */
interface Generation {
  table: Table;
  part: Part;
  columns: Record<string, string>;
  lineage: Record<string, string>;
}

interface Partition extends Slot {
  phase: string;
  parts: Generation[];
  damaged: string[];
}

/**
 * Phases that add to what they hold instead of writing it anew: a run of theirs may go on using parts of an earlier
 * run, and publishes small parts that one large part replaces at the end.
 */
const COLLECTING: ReadonlySet<string> = new Set(['GATEKEEPER', 'DISCOVERY', 'ENRICHMENT']);

/** Above this the small parts of a collecting phase are not rewritten into one (see partition.ts). */
const NEVER_ONE_BYTES = 256 * 1024 * 1024;

/** Makes the missing checkpoints; readable ones are left alone unless `force`. */
export async function rebuildCheckpoints(
  root: string,
  options: { force?: boolean; dryRun?: boolean; now?: () => Date } = {},
): Promise<Rebuilt[]> {
  const instance = await openDuckDB({ threads: 2 });
  const connection = await instance.connect();
  try {
    const done: Rebuilt[] = [];
    for (const partition of await partitionsOf(connection, root)) {
      done.push(await rebuild(root, partition, options));
    }
    return done;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** All partitions that have files, sound or not. */
async function partitionsOf(connection: DuckDBConnection, root: string): Promise<Partition[]> {
  const partitions = new Map<string, Partition>();
  for (const file of await tableFiles(root)) {
    const slot = slotOf(file);
    const name = PART_NAME.exec(path.basename(file));
    if (!slot || !name) continue;
    const phase = name[1]!.toUpperCase();
    const id = `${slot.jobId}\0${phase}\0${slot.association ?? ''}`;
    const partition = partitions.get(id) ?? { ...slot, phase, parts: [], damaged: [] };
    partitions.set(id, partition);
    const found = await generationOf(connection, root, file, name[2]!).catch((error: unknown) =>
      messageOf(error),
    );
    if (typeof found === 'string') partition.damaged.push(`${file}: ${found.split('\n')[0]}`);
    else partition.parts.push(found);
  }
  return [...partitions.values()];
}

async function generationOf(
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

async function rebuild(
  root: string,
  partition: Partition,
  options: { force?: boolean; dryRun?: boolean; now?: () => Date },
): Promise<Rebuilt> {
  const { jobId, phase, association } = partition;
  const result = (action: Rebuilt['action'], what: string, checkpoint?: Checkpoint): Rebuilt => {
    const parts = checkpoint ? partsOf(checkpoint) : [];
    return { job_id: jobId, phase, association, action, what, parts: parts.length, rows: rowsOf(parts) };
  };
  const { checkpoints } = await readCheckpoints(root);
  const own = checkpoints.filter(
    (c) => c.job_id === jobId && c.phase === phase && c.association === association,
  );
  const readable = own.find((c) => c.status === 'done');
  if (readable && !options.force) return result('kept', 'its checkpoint is readable');
  if (partition.damaged.length > 0 && !options.force) {
    return result(
      'impossible',
      `${partition.damaged.join('; ')}. Run the recipe again, or rebuild with --force from the sound files.`,
    );
  }
  const made = await newestComplete(root, partition, own);
  if (typeof made === 'string') return result('impossible', made);
  const checkpoint = checkpointOf(partition, made, checkpoints);
  const tables = Object.entries(checkpoint.tables).map(([name, t]) => `${name} ${rowsOf(t.parts)}`);
  if (options.dryRun) return result('rebuilt', tables.join(', '), checkpoint);
  try {
    const lease = await acquireLease(root, { jobId, association, recipe: 'lake rebuild', now: new Date() });
    try {
      await publish(root, checkpoint, options.now?.() ?? new Date());
    } finally {
      await lease.release();
    }
  } catch (error) {
    if (error instanceof PartitionLocked) return result('locked', error.message);
    throw error;
  }
  const gone = await missingPart(root, checkpoint);
  if (gone) return result('impossible', `${gone} went away meanwhile; is \`lake gc\` running? Try again.`);
  return result('rebuilt', tables.join(', '), checkpoint);
}

/** Puts the checkpoint in its place; what stood there goes into quarantine, readable or not. */
async function publish(root: string, checkpoint: Checkpoint, now: Date): Promise<void> {
  const file = checkpointFile(root, checkpoint);
  if ((await readIfThere(file)) !== null) {
    const stamp = `${now.toISOString().replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
    await moveAside(root, file, path.join(quarantineRoot(root), stamp));
  }
  await writeCheckpoint(root, checkpoint);
}

async function missingPart(root: string, checkpoint: Checkpoint): Promise<string | null> {
  for (const part of partsOf(checkpoint)) {
    if (!(await fs.stat(path.join(root, part.path)).catch(() => null))) return part.path;
  }
  return null;
}

/** The parts of the newest run that ended well, as far as files and job state tell; or why there is none. */
async function newestComplete(
  root: string,
  partition: Partition,
  own: readonly StoredCheckpoint[],
): Promise<Generation[] | string> {
  // a run that has a checkpoint of another kind was not published as done
  const others = new Set(own.filter((c) => c.status !== 'done').map((c) => c.run_id));
  const state = (await readJob(root, partition.jobId))?.phases[
    partition.association === null ? partition.phase : `${partition.phase}.${partition.association}`
  ];
  const unfinished =
    state && state.status !== 'done' && state.status !== 'up_to_date' ? state.started_at : null;
  const runs = runsOf(partition.parts).filter(([id, parts]) => {
    const began = parts[0]!.lineage.started_at ?? '';
    return !others.has(id) && (unfinished === null || began < unfinished);
  });
  for (const [index, [, parts]] of runs.entries()) {
    const before = runs.slice(index + 1).map(([, older]) => older);
    const chosen = COLLECTING.has(partition.phase) ? collected(parts, before) : newestOfEach(parts);
    if (chosen) return chosen;
  }
  return unfinished === null
    ? 'no complete run is left in its files'
    : `its last run did not end (${state!.status}), and no earlier one is left`;
}

/** Parts by run, the newest run first, parts in the order they were written. */
function runsOf(parts: readonly Generation[]): [string, Generation[]][] {
  const runs = new Map<string, Generation[]>();
  for (const p of [...parts].sort(byAge)) {
    const id = p.lineage.run_id!;
    runs.set(id, [...(runs.get(id) ?? []), p]);
  }
  return [...runs].sort(([, a], [, b]) => byAge(b.at(-1)!, a.at(-1)!));
}

const byAge = (a: Generation, b: Generation) =>
  Date.parse(a.lineage.created_at!) - Date.parse(b.lineage.created_at!) || a.part.mtime_ms - b.part.mtime_ms;

/** A phase that computes writes each table once, whole. */
function newestOfEach(parts: readonly Generation[]): Generation[] {
  return [...new Map(parts.map((p) => [p.table.name, p])).values()];
}

/**
 * A phase that collects: its last part of a table holds all the others when its rows are as many as theirs together.
 * Several small parts without such a one are a run that was killed. A table it added nothing to is that of an earlier
 * run, but for dead letters, which each run begins anew.
 */
function collected(parts: readonly Generation[], before: readonly Generation[][]): Generation[] | null {
  const chosen: Generation[] = [];
  const tables = new Set([parts, ...before].flatMap((run) => run.map((p) => p.table.name)));
  for (const name of tables) {
    const own = parts.filter((p) => p.table.name === name);
    if (own.length === 1) chosen.push(own[0]!);
    else if (own.length > 1) {
      if (own.reduce((sum, p) => sum + p.part.bytes, 0) > NEVER_ONE_BYTES) {
        chosen.push(...own);
        continue;
      }
      const last = own.at(-1)!;
      const rows = rowsOf(own.slice(0, -1).map((p) => p.part));
      const earlier = before.map((run) => run.filter((p) => p.table.name === name).at(-1)?.part.rows ?? 0);
      if (last.part.rows !== rows && !earlier.some((n) => n > 0 && last.part.rows === rows + n)) return null;
      chosen.push(last);
    } else if (name !== 'dead_letters') {
      const older = before.find((run) => run.some((p) => p.table.name === name));
      if (older) chosen.push(older.filter((p) => p.table.name === name).at(-1)!);
    }
  }
  return chosen;
}

function checkpointOf(
  { jobId, phase, association }: Partition,
  generations: readonly Generation[],
  known: readonly StoredCheckpoint[],
): Checkpoint {
  const newest = [...generations].sort(byAge).at(-1)!.lineage;
  const tables: Checkpoint['tables'] = {};
  // a table without rows leaves no file; what the phase writes elsewhere says that it is there
  const sibling = known.find((c) => c.phase === phase && c.status === 'done' && c.recipe === newest.recipe);
  for (const t of storedTables) {
    if (sibling && t.name in sibling.tables) tables[t.name] = { columns: schemaOf(t), parts: [] };
  }
  for (const { table, columns, part } of generations) {
    const held = tables[table.name]?.parts ?? [];
    tables[table.name] = { columns, parts: [...held, part] };
  }
  return {
    format: LAKE_FORMAT,
    status: 'done',
    run_id: newest.run_id!,
    job_id: jobId,
    phase,
    association,
    recipe: newest.recipe ?? '',
    recipe_version: Number(newest.recipe_version ?? 0),
    fingerprint: newest.fingerprint ?? '',
    started_at: newest.started_at ?? newest.created_at!,
    committed_at: newest.created_at!,
    digest: digestOf(tables),
    tables,
    assertions: [
      {
        name: 'rebuilt',
        ok: true,
        observed: generations.length,
        expected: 'made anew from the lineage of its files',
      },
    ],
    counts: {},
    journal: null,
  };
}
