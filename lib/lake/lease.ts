/**
 * A lease on a partition: writers of the same job and association exclude each other. A holder that has died is taken
 * over; a loser is told who holds it.
 */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { PartitionLocked } from '../errors.js';
import { readIfThere } from './files.js';
import { ALL_ASSOCIATIONS, assertJobId, leaseRoot } from './paths.js';

/** How often a holder shows that it lives, and after how long a silent holder on another machine counts as dead. */
const HEARTBEAT_MS = 10_000;
const SILENT_MS = 120_000;

const holderSchema = z.object({
  token: z.string(),
  pid: z.number().int(),
  host: z.string(),
  /** Start of the process in the kernel's own units, so that a reused pid is not taken for the holder. */
  process_start: z.string().nullable(),
  recipe: z.string(),
  acquired_at: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

export interface Lease {
  release(): Promise<void>;
}

/** Takes the lease, or throws `PartitionLocked` naming the holder. */
export async function acquireLease(
  root: string,
  who: { jobId: string; association: string | null; recipe: string; now: Date },
): Promise<Lease> {
  const code = who.association ?? ALL_ASSOCIATIONS;
  const file = path.join(leaseRoot(root), `${assertJobId(who.jobId)}.${code}.json`);
  const me: Holder = {
    token: randomBytes(12).toString('hex'),
    pid: process.pid,
    host: hostname(),
    process_start: await processStart(process.pid),
    recipe: who.recipe,
    acquired_at: who.now.toISOString(),
  };
  await fs.mkdir(path.dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await claim(file, me)) return hold(file, me);
    const text = await readIfThere(file);
    if (text === null) continue; // released meanwhile
    const holder = parse(text);
    if (holder && !(await isStale(file, holder))) throw locked(who.jobId, code, holder);
    await removeStale(file, text);
  }
  throw new PartitionLocked(
    `The partition of ${code} in job ${who.jobId} is contended; try again in a moment.`,
  );
}

const locked = (jobId: string, code: string, holder: Holder) =>
  new PartitionLocked(
    `The partition of ${code} in job ${jobId} is being written by \`${holder.recipe}\` (pid ${holder.pid} on ${holder.host}, since ${holder.acquired_at}). ` +
      'Wait until it is done, stop it, or write to another job with --job-id.',
    { context: { pid: holder.pid, host: holder.host } },
  );

/** Creates the file with its content at once: a hard link fails where a rename would overwrite. */
async function claim(file: string, me: Holder): Promise<boolean> {
  const draft = `${file}.${me.token}`;
  await fs.writeFile(draft, JSON.stringify(me));
  try {
    await fs.link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await fs.rm(draft, { force: true });
  }
}

function hold(file: string, me: Holder): Lease {
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now).catch(() => undefined); // a lost heartbeat only makes the lease look old
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      const text = await readIfThere(file);
      if (text !== null && parse(text)?.token === me.token) await fs.rm(file, { force: true });
    },
  };
}

/** Moves a stale lease aside; of several takers only one moves it, and nobody removes a fresh one. */
async function removeStale(file: string, staleText: string): Promise<void> {
  const aside = `${file}.stale-${randomBytes(6).toString('hex')}`;
  try {
    await fs.rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await fs.readFile(aside, 'utf8');
  if (moved !== staleText) await fs.link(aside, file).catch(() => undefined); // it was a fresh one: back with it
  await fs.rm(aside, { force: true });
}

async function isStale(file: string, holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) {
    const stat = await fs.stat(file).catch(() => null);
    return stat === null || Date.now() - stat.mtimeMs > SILENT_MS;
  }
  if (!isAlive(holder.pid)) return true;
  const start = await processStart(holder.pid);
  return holder.process_start !== null && start !== null && start !== holder.process_start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process where the kernel tells it (Linux: field 22 of /proc/PID/stat). */
async function processStart(pid: number): Promise<string | null> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function parse(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Jobs that somebody is writing to right now; garbage collection keeps away from them. */
export async function leasedJobs(root: string): Promise<Set<string>> {
  const names = await fs.readdir(leaseRoot(root)).catch(() => [] as string[]);
  const jobs = new Set<string>();
  for (const name of names) {
    const match = /^(.+)\.[A-Z0-9_]+\.json$/.exec(name);
    const file = path.join(leaseRoot(root), name);
    const holder = match && parse((await readIfThere(file)) ?? '');
    if (match && holder && !(await isStale(file, holder))) jobs.add(match[1]!);
  }
  return jobs;
}
