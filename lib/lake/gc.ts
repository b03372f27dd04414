/**
 * Removes what no checkpoint names and no reader can still hold: replaced parts, drafts of dead processes, stale
 * leases, covered journals. Never of a job that somebody writes to right now, and only after its checkpoints were read
 * once more. No lease is taken for that, lest a run between two phases be refused: what is old and unnamed stays
 * unnamed, since writers name only what they wrote or what a checkpoint named before.
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { PartitionLocked } from '../errors.js';
import { readCatalog, select } from './catalog.js';
import { readCheckpoints, type StoredCheckpoint } from './checkpoint.js';
import { namesIn } from './files.js';
import { acquireLease, leasedJobs } from './lease.js';
import { PART_NAME, partsOf, type Slot, slotOf, tableFiles } from './part-files.js';
import { ALL_ASSOCIATIONS, leaseRoot, pacingRoot, stateRoot, tmpRoot } from './paths.js';
import { storedTables } from './tables/index.js';

export interface GcOptions {
  /** Nothing younger than this is touched: a reader may still hold it, a writer may be about to publish it. */
  minAgeMs: number;
  /** Keep the newest so many good jobs per association; null keeps all. */
  keepJobs?: number | null;
  dryRun?: boolean;
  now?: () => Date;
}

export type GcKind = 'part' | 'draft' | 'lease' | 'state' | 'journal' | 'checkpoint';

export interface GcReport {
  removed: { kind: GcKind; file: string; bytes: number }[];
  /** What was left alone, and why, where it is worth knowing. */
  kept: { file: string; why: string }[];
  files: number;
  bytes: number;
}

/** Collects the garbage of a lake. */
export async function collectGarbage(root: string, options: GcOptions): Promise<GcReport> {
  const gc = new Collector(root, options);
  if (options.keepJobs != null) await gc.dropOldJobs(options.keepJobs);
  await gc.parts();
  await gc.drafts();
  await gc.leases();
  await gc.state();
  const { removed, kept } = gc;
  return { removed, kept, files: removed.length, bytes: removed.reduce((sum, r) => sum + r.bytes, 0) };
}

class Collector {
  readonly removed: GcReport['removed'] = [];
  readonly kept: GcReport['kept'] = [];
  /** Checkpoints that a dry run would have removed: their parts count as unnamed. */
  private readonly dropped = new Set<string>();
  private readonly root: string;
  private readonly options: GcOptions;

  constructor(root: string, options: GcOptions) {
    this.root = root;
    this.options = options;
  }

  /** Checkpoints of all but the newest jobs, unless a view stands on them. */
  async dropOldJobs(keep: number): Promise<void> {
    const catalog = await readCatalog([this.root]);
    const standing = new Set(storedTables.flatMap((t) => select(catalog, t)).map((c) => c.file));
    const { checkpoints } = await readCheckpoints(this.root);
    for (const association of new Set(checkpoints.map((c) => c.association))) {
      const list = checkpoints.filter((c) => c.association === association);
      const newest = new Map<string, string>();
      for (const c of list.filter((x) => x.status === 'done')) {
        if ((newest.get(c.job_id) ?? '') < c.committed_at) newest.set(c.job_id, c.committed_at);
      }
      const jobs = [...newest].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([id]) => id);
      for (const jobId of jobs.slice(keep)) {
        const old = list.filter((c) => c.job_id === jobId && c.status !== 'running');
        for (const c of old.filter((x) => standing.has(x.file))) {
          this.kept.push({ file: path.relative(this.root, c.file), why: 'the views stand on it' });
        }
        const going = old.filter((c) => !standing.has(c.file));
        if (going.length > 0)
          await this.underLease({ jobId, association }, async () => {
            for (const c of going) {
              this.dropped.add(c.file);
              await this.remove('checkpoint', c.file);
            }
          });
      }
    }
  }

  /** Parts that no checkpoint of any status names. */
  async parts(): Promise<void> {
    const before = await this.named();
    const files = (await tableFiles(this.root)).filter((f) => !before.paths.has(f));
    const slots = new Map<string, Slot & { files: string[] }>();
    for (const file of files) {
      const slot = slotOf(file);
      if (!slot) {
        this.kept.push({ file, why: 'foreign: no part of a partition' });
        continue;
      }
      const id = `${slot.jobId}\0${slot.association ?? ''}`;
      const known = slots.get(id) ?? { ...slot, files: [] };
      known.files.push(file);
      slots.set(id, known);
    }
    for (const slot of slots.values()) {
      if ((await leasedJobs(this.root)).has(slot.jobId)) {
        this.keepAll(slot.files, `job ${slot.jobId} is being written right now`);
        continue;
      }
      const now = await this.named(); // somebody may have published since the files were listed
      if (now.unreadable.has(slot.jobId)) {
        this.keepAll(slot.files, `job ${slot.jobId} has an unreadable checkpoint, which may name it`);
        continue;
      }
      for (const file of slot.files) {
        if (now.paths.has(file) || this.isYoung(now.changedAt(file))) continue;
        await this.removeOld('part', path.join(this.root, file));
      }
      if (!this.options.dryRun) await removeEmptyFolders(this.root, slot.files);
    }
  }

  /** Files of processes that died while writing; their names say nothing of whose they are, so nobody may be writing. */
  async drafts(): Promise<void> {
    if ((await leasedJobs(this.root)).size > 0) return;
    for (const name of await namesIn(tmpRoot(this.root)))
      await this.removeOld('draft', path.join(tmpRoot(this.root), name));
  }

  /** Leases of the dead, taken over in the one way that is safe beside other takers, and given back. */
  async leases(): Promise<void> {
    const folder = leaseRoot(this.root);
    const leased = await leasedJobs(this.root);
    for (const name of await namesIn(folder)) {
      const file = path.join(folder, name);
      const lease = /^(.+)\.([A-Z0-9_]+)\.json$/.exec(name);
      if (!lease) {
        await this.removeOld('lease', file); // the draft of a claim
      } else if (!leased.has(lease[1]!)) {
        const stat = await fs.stat(file).catch(() => null);
        if (!stat || this.isYoung(stat.mtimeMs)) continue;
        const association = lease[2] === ALL_ASSOCIATIONS ? null : lease[2]!;
        const taken = await this.underLease({ jobId: lease[1]!, association }, async () => undefined);
        if (taken) this.note('lease', file, stat.size);
      }
    }
  }

  /** Drafts of state files, and journals whose rows are published or whose run is given up. */
  async state(): Promise<void> {
    const folder = stateRoot(this.root);
    const leased = await leasedJobs(this.root);
    for (const dir of [folder, pacingRoot(this.root)]) {
      for (const name of await namesIn(dir))
        if (isDraft(name)) await this.removeOld('state', path.join(dir, name));
    }
    for (const job of await namesIn(folder)) {
      if (job.startsWith('.') || leased.has(job)) continue;
      const dir = path.join(folder, job);
      const names = await namesIn(dir).catch(() => []);
      for (const name of names) if (isDraft(name)) await this.removeOld('state', path.join(dir, name));
      const journals = names.filter((name) => JOURNAL.test(name));
      if (journals.length === 0) continue;
      const now = await this.named();
      if (now.unreadable.has(job) || (await leasedJobs(this.root)).has(job)) continue;
      for (const name of journals) {
        const [, phase, association = '', number] = JOURNAL.exec(name)!;
        const from = now.running.get(`${job}\0${phase}\0${association}`);
        if (from === undefined || Number(number) < from)
          await this.removeOld('journal', path.join(dir, name));
      }
    }
  }

  /** What checkpoints say right now. */
  private async named() {
    const { checkpoints, problems } = await readCheckpoints(this.root);
    const standing = checkpoints.filter((c) => !this.dropped.has(c.file));
    const running = standing.filter((c) => c.status === 'running');
    return {
      paths: new Set(standing.flatMap((c) => partsOf(c).map((p) => p.path))),
      unreadable: new Set(problems.map((p) => path.basename(path.dirname(p.file)))),
      running: new Map(
        running.map((c) => [`${c.job_id}\0${c.phase}\0${c.association ?? ''}`, c.journal ?? 0]),
      ),
      /** When the partition of a part was last published: until then the part may have been in use. */
      changedAt: (file: string) => lastCommit(standing, file),
    };
  }

  private isYoung(ms: number): boolean {
    return (this.options.now?.() ?? new Date()).getTime() - ms < this.options.minAgeMs;
  }

  private async removeOld(kind: GcKind, file: string): Promise<void> {
    const stat = await fs.stat(file).catch(() => null);
    if (stat?.isFile() && !this.isYoung(stat.mtimeMs)) await this.remove(kind, file, stat.size);
  }

  private async remove(kind: GcKind, file: string, size?: number): Promise<void> {
    const bytes = size ?? (await fs.stat(file).catch(() => null))?.size ?? 0;
    if (!this.options.dryRun) await fs.rm(file, { force: true });
    this.note(kind, file, bytes);
  }

  private note(kind: GcKind, file: string, bytes: number): void {
    this.removed.push({ kind, file: path.relative(this.root, file), bytes });
  }

  private keepAll(files: readonly string[], why: string): void {
    for (const file of files) this.kept.push({ file, why });
  }

  /** Works on a partition while no writer can; false when one does. A dry run changes nothing and needs no lease. */
  private async underLease({ jobId, association }: Slot, work: () => Promise<void>): Promise<boolean> {
    if (this.options.dryRun) {
      await work();
      return true;
    }
    try {
      const lease = await acquireLease(this.root, { jobId, association, recipe: 'lake gc', now: new Date() });
      await work().finally(() => lease.release());
      return true;
    } catch (error) {
      if (error instanceof PartitionLocked) return false;
      throw error;
    }
  }
}

const JOURNAL = /^journal_([A-Z]+)(?:\.([A-Z0-9_]+))?\.(\d+)\.ndjson$/;

/** A file that is written beside another and renamed over it; or a lock that a dead process left. */
const isDraft = (name: string) => /^\..+\.[0-9a-f]{12}\.tmp$|\.new$|\.lock$/.test(name);

function lastCommit(checkpoints: readonly StoredCheckpoint[], file: string): number {
  const slot = slotOf(file);
  const phase = PART_NAME.exec(path.basename(file))?.[1]?.toUpperCase();
  const times = checkpoints
    .filter((c) => c.job_id === slot?.jobId && c.association === slot.association && c.phase === phase)
    .map((c) => Date.parse(c.committed_at));
  return Math.max(0, ...times);
}

/** Folders of partitions that have become empty, up to the table's own. */
async function removeEmptyFolders(root: string, files: readonly string[]): Promise<void> {
  for (const folder of new Set(files.map((f) => path.dirname(f)))) {
    for (let at = folder; at.includes('='); at = path.dirname(at)) {
      const gone = await fs.rmdir(path.join(root, at)).then(
        () => true,
        () => false, // not empty, or gone already
      );
      if (!gone) break;
    }
  }
}
