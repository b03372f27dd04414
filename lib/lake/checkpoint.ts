/**
 * A checkpoint is the commit: one small JSON file that publishes all tables of a phase for an association at once.
 * Before it is renamed into place nothing is visible, after it everything.
 *
 * Three files can stand side by side for the same partition: `….json` (done), `….running.json` (parts published by a
 * phase that still collects) and `….quarantined.json` (a harvest that failed its assertions).
 */
import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.js';
import { namesIn, readIfThere, writeAtomically } from './files.js';
import { LAKE_FORMAT, statePaths } from './paths.js';

const partSchema = z.object({
  path: z.string(),
  rows: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string(),
  mtime_ms: z.number(),
});
/** A Parquet file of a partition; `path` is relative to the lake. */
export type Part = z.infer<typeof partSchema>;

const assertionSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  observed: z.union([z.number(), z.string(), z.null()]),
  expected: z.string(),
});
/** The outcome of one quality assertion of a phase. */
export type Assertion = z.infer<typeof assertionSchema>;

const checkpointSchema = z.object({
  format: z.literal(LAKE_FORMAT),
  status: z.enum(['running', 'done', 'quarantined']),
  run_id: z.string(),
  job_id: z.string(),
  phase: z.string(),
  association: z.string().nullable(),
  recipe: z.string(),
  recipe_version: z.number().int(),
  fingerprint: z.string(),
  started_at: z.string(),
  committed_at: z.string(),
  /** Names what the phase published; part of the fingerprint of every phase that reads it. */
  digest: z.string(),
  tables: z.record(
    z.string(),
    z.object({ columns: z.record(z.string(), z.string()), parts: z.array(partSchema) }),
  ),
  assertions: z.array(assertionSchema),
  counts: z.record(z.string(), z.number()),
  /** Number of the journal that holds what was appended after the last published part. */
  journal: z.number().int().nullable(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type CheckpointStatus = Checkpoint['status'];

/** A checkpoint with the file it was read from and the root its parts hang below. */
export interface StoredCheckpoint extends Checkpoint {
  file: string;
  root: string;
}

const SUFFIX: Record<CheckpointStatus, string> = {
  done: '.json',
  running: '.running.json',
  quarantined: '.quarantined.json',
};

export function checkpointFile(
  root: string,
  c: { job_id: string; phase: string; association: string | null; status: CheckpointStatus },
): string {
  const association = c.association === null ? '' : `.${c.association}`;
  return path.join(statePaths(root, c.job_id).dir, `checkpoint_${c.phase}${association}${SUFFIX[c.status]}`);
}

/** Publishes a checkpoint; when this returns, it is on the disk. */
export async function writeCheckpoint(root: string, checkpoint: Checkpoint): Promise<string> {
  const file = checkpointFile(root, checkpoint);
  await writeAtomically(file, `${JSON.stringify(checkpoint, null, 1)}\n`);
  return file;
}

export async function removeCheckpoint(root: string, c: Parameters<typeof checkpointFile>[1]): Promise<void> {
  await fs.rm(checkpointFile(root, c), { force: true });
}

/** Digest over all parts, in order of table and path-independent content. */
export function digestOf(tables: Checkpoint['tables']): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(tables).sort()) {
    for (const part of tables[name]!.parts) hash.update(`${name}\0${part.rows}\0${part.sha256}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

export interface Problem {
  file: string;
  what: string;
}

/** All checkpoints below a root. A file that cannot be read is a problem, never a crash: the older one stands in. */
export async function readCheckpoints(
  root: string,
): Promise<{ checkpoints: StoredCheckpoint[]; problems: Problem[] }> {
  const checkpoints: StoredCheckpoint[] = [];
  const problems: Problem[] = [];
  const stateFolder = path.join(root, '.state');
  for (const job of await namesIn(stateFolder)) {
    if (job.startsWith('.')) continue;
    const folder = path.join(stateFolder, job);
    const names = (await namesIn(folder).catch(() => [])).filter(
      (name) => name.startsWith('checkpoint_') && name.endsWith('.json'),
    );
    const read = await Promise.all(names.map((name) => readCheckpoint(path.join(folder, name))));
    for (const [i, found] of read.entries()) {
      const file = path.join(folder, names[i]!);
      if (found === null) continue; // removed between listing and reading
      if ('what' in found) problems.push(found);
      else checkpoints.push({ ...found, file, root });
    }
  }
  return { checkpoints, problems };
}

/** Checkpoints as they were last read: a file is replaced by a rename, so its inode and times tell whether it changed. */
const lastRead = new Map<string, { stamp: string; checkpoint: Checkpoint }>();

async function readCheckpoint(file: string): Promise<Checkpoint | Problem | null> {
  const stat = await fs.stat(file).catch(() => null);
  const stamp = stat && `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  const before = lastRead.get(file);
  if (stamp !== null && before?.stamp === stamp) return before.checkpoint;
  const text = await readIfThere(file);
  if (text === null) return null;
  try {
    const checkpoint = checkpointSchema.parse(JSON.parse(text));
    if (stamp !== null) lastRead.set(file, { stamp, checkpoint });
    return checkpoint;
  } catch (error) {
    return { file, what: `unreadable checkpoint: ${firstLine(error)}` };
  }
}

const firstLine = (error: unknown) =>
  error instanceof z.ZodError
    ? z.prettifyError(error).split('\n').slice(0, 2).join(' ')
    : messageOf(error).split('\n')[0];
