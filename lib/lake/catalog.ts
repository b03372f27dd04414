/**
 * Which files make a table right now. Built from checkpoints, never from globs: a half-written, foreign or corrupt
 * file breaks nothing. In a dry run the catalog is that of a throw-away lake laid over the real one.
 */
import { promises as fs, type Stats } from 'node:fs';
import path from 'node:path';
import { type Part, type Problem, readCheckpoints, type StoredCheckpoint } from './checkpoint.js';
import { sha256File } from './files.js';
import type { Table } from './table.js';

/** A part with its absolute path and the columns its checkpoint says it has. */
export interface CatalogFile extends Part {
  absolute: string;
  columns: Record<string, string>;
  checkpoint: StoredCheckpoint;
}

export interface Catalog {
  checkpoints: readonly StoredCheckpoint[];
  problems: readonly Problem[];
}

/** Reads all checkpoints; the first root wins where two hold the same one. Partitions with a damaged part are left out and named. */
export async function readCatalog(roots: readonly string[]): Promise<Catalog> {
  const byKey = new Map<string, StoredCheckpoint>();
  const problems: Problem[] = [];
  for (const root of roots) {
    const found = await readCheckpoints(root);
    problems.push(...found.problems);
    for (const c of found.checkpoints) {
      const id = `${c.job_id}\0${c.phase}\0${c.association ?? ''}\0${c.status}`;
      if (!byKey.has(id)) byKey.set(id, c);
    }
  }
  const all = [...byKey.values()];
  const live = all.filter((c) => c.status !== 'running' || !all.some((d) => supersedes(d, c)));
  const sound: StoredCheckpoint[] = [];
  for (const c of live) {
    const damage = await damageOf(c, roots);
    if (damage.length === 0) sound.push(c);
    else problems.push(...damage);
  }
  sound.sort((a, b) =>
    a.committed_at < b.committed_at ? -1 : a.committed_at > b.committed_at ? 1 : a.job_id < b.job_id ? -1 : 1,
  );
  return { checkpoints: sound, problems };
}

/** A finished run makes the running checkpoint it grew from a leftover. */
const supersedes = (done: StoredCheckpoint, running: StoredCheckpoint) =>
  done.status === 'done' &&
  done.job_id === running.job_id &&
  done.phase === running.phase &&
  done.association === running.association &&
  (done.run_id === running.run_id || done.committed_at > running.committed_at);

/** Where a part is: a dry run's checkpoint may name parts of the lake below it. */
export async function locate(part: Part, roots: readonly string[]): Promise<string | null> {
  return (await find(part, roots))?.file ?? null;
}

async function find(part: Part, roots: readonly string[]): Promise<{ file: string; stat: Stats } | null> {
  for (const root of roots) {
    const file = path.join(root, part.path);
    const stat = await fs.stat(file).catch(() => null);
    if (stat?.isFile()) return { file, stat };
  }
  return null;
}

/** What is wrong with the parts of a checkpoint. Size first; the hash only where somebody has touched the file since. */
async function damageOf(c: StoredCheckpoint, roots: readonly string[]): Promise<Problem[]> {
  const checks = Object.values(c.tables)
    .flatMap((t) => t.parts)
    .map(async (part): Promise<Problem | null> => {
      const found = await find(part, [c.root, ...roots.filter((r) => r !== c.root)]);
      if (!found) return { file: path.join(c.root, part.path), what: 'named by a checkpoint, but missing' };
      const { file, stat } = found;
      located.set(part, file);
      if (stat.size !== part.bytes)
        return { file, what: `has ${stat.size} bytes where the checkpoint says ${part.bytes}` };
      if (Math.abs(stat.mtimeMs - part.mtime_ms) > 1 && (await sha256File(file)) !== part.sha256) {
        return { file, what: 'its content is not what was written (sha256 differs)' };
      }
      return null;
    });
  return (await Promise.all(checks)).filter((p) => p !== null);
}

export interface Selection {
  /** Only this association; null for none in particular. */
  association?: string | null;
  /** Prefer this job's own partition over a newer one of another job. */
  job?: string | null;
  /** Leave this job out. */
  otherThan?: string;
  /** Only what this phase wrote. */
  phase?: string;
  /** Every run, also those that still collect, instead of the newest. */
  all?: boolean;
}

/** The checkpoints that make a table: the newest good one per association (and phase), or all. */
export function select(catalog: Catalog, table: Table, selection: Selection = {}): StoredCheckpoint[] {
  const holding = catalog.checkpoints.filter(
    (c) =>
      table.name in c.tables &&
      (selection.phase === undefined || c.phase === selection.phase) &&
      (selection.association === undefined ||
        selection.association === null ||
        c.association === selection.association),
  );
  // A ledger's rows are facts, whatever became of the harvest around them: an answer that was paid for stays paid for.
  if (selection.all) return holding.filter((c) => table.history || c.status !== 'quarantined');
  const good = holding.filter((c) => c.status === 'done');
  if (table.history) return good;
  const newest = new Map<string, StoredCheckpoint>();
  for (const c of good) {
    const slot = `${c.phase}\0${c.association ?? ''}`;
    const before = newest.get(slot);
    if (before && selection.job && before.job_id === selection.job && c.job_id !== selection.job) continue;
    newest.set(slot, c); // checkpoints come oldest first
  }
  return [...newest.values()];
}

/** The files of a table under a selection. */
export function filesOf(catalog: Catalog, table: Table, selection: Selection = {}): CatalogFile[] {
  return select(catalog, table, selection).flatMap((checkpoint) => filesAt(checkpoint, table));
}

/** The files of a table under one checkpoint. */
export function filesAt(checkpoint: StoredCheckpoint, table: Table): CatalogFile[] {
  const { parts, columns } = checkpoint.tables[table.name] ?? { parts: [], columns: {} };
  return parts.map((part) => ({ ...part, absolute: absolutePath(checkpoint, part), columns, checkpoint }));
}

/** Where the parts of sound checkpoints were found. */
const located = new WeakMap<Part, string>();

const absolutePath = (c: StoredCheckpoint, part: Part) => located.get(part) ?? path.join(c.root, part.path);
