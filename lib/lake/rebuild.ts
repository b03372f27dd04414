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
import { byAge, type Generation, generationOf, runsOf, wholeOf } from './generations.js';
import { readJob } from './jobs.js';
import { acquireLease } from './lease.js';
import { PART_NAME, partsOf, type Slot, slotOf, tableFiles } from './part-files.js';
import { LAKE_FORMAT, quarantineRoot } from './paths.js';
import { copyAside } from './quarantine.js';
import { schemaOf } from './table.js';
import { storedTables } from './tables/index.js';

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

interface Options {
  force?: boolean;
  dryRun?: boolean;
  now?: () => Date;
}

interface Partition extends Slot {
  phase: string;
  parts: Generation[];
  damaged: string[];
}

/** Makes the missing checkpoints; readable ones are left alone unless `force`. */
export async function rebuildCheckpoints(root: string, options: Options = {}): Promise<Rebuilt[]> {
  const instance = await openDuckDB({ threads: 2 });
  const connection = await instance.connect();
  try {
    const done: Rebuilt[] = [];
    for (const partition of await partitionsOf(connection, root)) {
      done.push(await rebuild(connection, root, partition, options));
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

async function rebuild(
  connection: DuckDBConnection,
  root: string,
  partition: Partition,
  options: Options,
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
  const made = await newestComplete(connection, root, partition, own);
  if (typeof made === 'string') return result('impossible', made);
  const checkpoint = checkpointOf(partition, made, checkpoints);
  const tables = Object.entries(checkpoint.tables).map(([name, t]) => `${name} ${rowsOf(t.parts)}`);
  if (options.dryRun) return result('rebuilt', tables.join(', '), checkpoint);
  try {
    const lease = await acquireLease(root, { jobId, association, recipe: 'lake rebuild', now: new Date() });
    const published = await publish(root, checkpoint, options).finally(() => lease.release());
    if (!published) return result('kept', 'its recipe has just written it');
  } catch (error) {
    if (error instanceof PartitionLocked) return result('locked', error.message);
    throw error;
  }
  const gone = await missingPart(root, checkpoint);
  if (gone) return result('impossible', `${gone} went away meanwhile; is \`lake gc\` running? Try again.`);
  return result('rebuilt', tables.join(', '), checkpoint);
}

/** Puts the checkpoint in its place; a copy of what stood there goes into quarantine, readable or not. */
async function publish(root: string, checkpoint: Checkpoint, options: Options): Promise<boolean> {
  const file = checkpointFile(root, checkpoint);
  if (!options.force && (await readCheckpoints(root)).checkpoints.some((c) => c.file === file)) return false;
  const stamp = (options.now?.() ?? new Date()).toISOString().replace(/[-:.]/g, '');
  await copyAside(root, file, path.join(quarantineRoot(root), `${stamp}-${randomBytes(3).toString('hex')}`));
  await writeCheckpoint(root, checkpoint);
  return true;
}

async function missingPart(root: string, checkpoint: Checkpoint): Promise<string | null> {
  for (const part of partsOf(checkpoint)) {
    if (!(await fs.stat(path.join(root, part.path)).catch(() => null))) return part.path;
  }
  return null;
}

/** The parts of the newest run that ended well, as far as files and job state tell; or why there is none. */
async function newestComplete(
  connection: DuckDBConnection,
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
    const chosen = await wholeOf(connection, root, partition.phase, parts, before);
    if (chosen) return chosen;
  }
  return unfinished === null
    ? 'no complete run is left in its files'
    : `its last run did not end (${state!.status}), and no earlier one is left`;
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
