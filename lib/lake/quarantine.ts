/** Taking damaged things out of the readers' way without losing any of them: all goes below `.quarantine`. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { PartitionLocked } from '../errors.js';
import {
  type Checkpoint,
  checkpointFile,
  digestOf,
  type Part,
  readCheckpoints,
  type StoredCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { fsyncFolder, readIfThere } from './files.js';
import { acquireLease } from './lease.js';
import { partsOf } from './part-files.js';
import { quarantineRoot } from './paths.js';

/** Whether the checkpoint on the disk is still the one that was read. */
export async function stillThere(checkpoint: StoredCheckpoint): Promise<boolean> {
  const text = await readIfThere(checkpoint.file);
  if (text === null) return false;
  try {
    const now = JSON.parse(text) as Checkpoint;
    return (
      now.run_id === checkpoint.run_id &&
      now.digest === checkpoint.digest &&
      now.committed_at === checkpoint.committed_at
    );
  } catch {
    return false;
  }
}

/**
 * Takes a damaged partition out of what readers see. A done or quarantined one stays as `….quarantined.json` over its
 * sound parts, so that they are kept; one still running goes with all it has, since nobody could go on from it.
 * `locked`: somebody is writing there, or has just replaced it.
 */
export async function quarantine(
  checkpoint: StoredCheckpoint,
  damaged: readonly Part[],
  stamp: string,
): Promise<'quarantined' | 'locked'> {
  const { root, job_id, association } = checkpoint;
  let lease: Awaited<ReturnType<typeof acquireLease>>;
  try {
    lease = await acquireLease(root, { jobId: job_id, association, recipe: 'lake verify', now: new Date() });
  } catch (error) {
    if (error instanceof PartitionLocked) return 'locked';
    throw error;
  }
  try {
    if (!(await stillThere(checkpoint))) return 'locked';
    await takeOut(checkpoint, new Set(damaged.map((p) => p.path)), path.join(quarantineRoot(root), stamp));
    return 'quarantined';
  } finally {
    await lease.release();
  }
}

async function takeOut(checkpoint: StoredCheckpoint, bad: ReadonlySet<string>, aside: string): Promise<void> {
  const { root } = checkpoint;
  const { file, root: _root, ...plain } = checkpoint;
  const held = checkpointFile(root, { ...checkpoint, status: 'quarantined' });
  const going = new Set(bad);
  if (file !== held) await copyAside(root, file, aside);
  if (checkpoint.status === 'running') {
    for (const part of partsOf(checkpoint)) going.add(part.path);
  } else {
    if (file !== held) {
      // an earlier harvest in quarantine makes room
      const { checkpoints } = await readCheckpoints(root);
      for (const c of checkpoints.filter((x) => x.file === held))
        for (const p of partsOf(c)) going.add(p.path);
      await copyAside(root, held, aside);
    }
    const tables = Object.fromEntries(
      Object.entries(plain.tables).map(([name, t]) => [
        name,
        { columns: t.columns, parts: t.parts.filter((p) => !bad.has(p.path)) },
      ]),
    );
    const note = { name: 'files_are_sound', ok: false, observed: bad.size, expected: 'no damaged file' };
    const assertions = [...plain.assertions.filter((a) => a.name !== note.name), note];
    await writeCheckpoint(root, {
      ...plain,
      status: 'quarantined',
      tables,
      digest: digestOf(tables),
      assertions,
    });
  }
  if (file !== held) {
    await fs.rm(file, { force: true });
    await fsyncFolder(path.dirname(file));
  }
  const { checkpoints } = await readCheckpoints(root);
  const named = new Set(checkpoints.flatMap((c) => partsOf(c).map((p) => p.path)));
  for (const part of going) {
    if (bad.has(part) || !named.has(part)) await moveAside(root, path.join(root, part), aside);
  }
}

/** Copies a file below the quarantine folder, under its own path there; no file is no fault. */
export async function copyAside(root: string, file: string, aside: string): Promise<void> {
  if (!(await fs.stat(file).catch(() => null))) return;
  const copy = path.join(aside, path.relative(root, file));
  await fs.mkdir(path.dirname(copy), { recursive: true });
  await fs.copyFile(file, copy).catch(ignoreMissing);
}

/** Moves a file below the quarantine folder, under its own path there. */
async function moveAside(root: string, file: string, aside: string): Promise<void> {
  const target = path.join(aside, path.relative(root, file));
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs.rename(file, target).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
