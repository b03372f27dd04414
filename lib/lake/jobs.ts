/**
 * Job state, for people and for the resume: `.state/<job-id>/state.json`, `health_check.json` and `events.ndjson`.
 * What can be derived from the lake is derived from it; the state says what ran, when and how it ended.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { EventBody, JobEvent } from './events.js';
import { namesIn, readIfThere, writeAtomically } from './files.js';
import { withLock } from './lock.js';
import { isJobId, statePaths, stateRoot } from './paths.js';

export const PHASES = [
  'INIT',
  'GATEKEEPER',
  'DISCOVERY',
  'CLASSIFICATION',
  'EXTRACTION',
  'ENRICHMENT',
  'VALIDATION',
  'RESOLUTION',
  'GRAPH',
  'EXPORT',
  'MONITOR',
] as const;
export type Phase = (typeof PHASES)[number] | 'PERSIST';

const phaseState = z.object({
  status: z.enum([
    'running',
    'done',
    'up_to_date',
    'quarantined',
    'failed',
    'refused',
    'interrupted',
    'to_be_continued',
  ]),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  error: z.string().nullable(),
});
export type PhaseState = z.infer<typeof phaseState>;

const jobSchema = z.object({
  job_id: z.string(),
  associations: z.array(z.string()),
  mode: z.string(),
  dry_run: z.boolean(),
  status: z.enum(['running', 'done', 'failed', 'interrupted']),
  /** INIT … MONITOR, DONE, FAILED. */
  current_phase: z.string(),
  started_at: z.string(),
  updated_at: z.string(),
  /** Keyed by phase, or `PHASE.ASSOCIATION`. */
  phases: z.record(z.string(), phaseState),
  /** Keyed like `phases`: done of total, where a phase still runs. */
  phase_progress: z.record(
    z.string(),
    z.object({ done: z.number(), total: z.number().nullable(), unit: z.string() }),
  ),
});
export type Job = z.infer<typeof jobSchema>;

/** All jobs below the roots, oldest first; unreadable state is passed over (the lake itself does not depend on it). */
export async function readJobs(roots: readonly string[]): Promise<Job[]> {
  const jobs = new Map<string, Job>();
  for (const root of roots) {
    for (const id of await namesIn(stateRoot(root))) {
      if (!isJobId(id) || jobs.has(id)) continue; // not one of ours
      const job = await readJob(root, id);
      if (job) jobs.set(id, job);
    }
  }
  return [...jobs.values()].sort((a, b) =>
    a.started_at === b.started_at ? (a.job_id < b.job_id ? -1 : 1) : a.started_at < b.started_at ? -1 : 1,
  );
}

export async function readJob(root: string, jobId: string): Promise<Job | null> {
  return parseJob(await readIfThere(statePaths(root, jobId).state));
}

function parseJob(text: string | null): Job | null {
  if (text === null) return null;
  try {
    return jobSchema.parse(JSON.parse(text));
  } catch {
    return null; // torn by a crash of the machine: what ran is still in the checkpoints
  }
}

/**
 * Changes a job's state under a lock, since several recipes of one job may run at once. `create` gives the state of a
 * job that has none yet.
 */
export function updateJob(root: string, jobId: string, create: () => Job, change: (job: Job) => void): Job {
  const { dir, state } = statePaths(root, jobId);
  mkdirSync(dir, { recursive: true });
  return withLock(state, () => {
    const job = parseJob(existsSync(state) ? readFileSync(state, 'utf8') : null) ?? create();
    change(job);
    writeFileSync(`${state}.new`, `${JSON.stringify(job, null, 1)}\n`);
    renameSync(`${state}.new`, state);
    return job;
  });
}

/** When the last phase over the lake ended, however often the job was looked at or persisted since. */
export function finishedAt(phases: Job['phases']): string | null {
  const ends = Object.entries(phases).flatMap(([name, p]) =>
    name !== 'PERSIST' && p.finished_at !== null ? [p.finished_at] : [],
  );
  return ends.sort().at(-1) ?? null;
}

/** A job id for a new run: sorts by time, readable, unique enough for one machine. */
export function newJobId(now: Date, salt: string): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `job-${stamp}-${salt}`;
}

type Listener = (event: JobEvent) => void;

/** The event stream of a job: to its listeners at once, and to `events.ndjson`, one line an event. */
export class EventBus {
  private readonly listeners = new Set<Listener>();
  private readonly file: string;
  readonly jobId: string;
  private readonly now: () => Date;

  private readonly redact: (text: string) => string;

  constructor(root: string, jobId: string, now: () => Date, redact = (text: string) => text) {
    this.file = statePaths(root, jobId).events;
    this.jobId = jobId;
    this.now = now;
    this.redact = redact;
    mkdirSync(path.dirname(this.file), { recursive: true });
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(phase: string, association: string | null, body: EventBody): void {
    const event = {
      at: this.now().toISOString(),
      job_id: this.jobId,
      pid: process.pid,
      phase,
      association,
      ...body,
    } as JobEvent;
    const text = JSON.stringify(event);
    const clean = this.redact(text);
    // One small appending write a line, so that several processes of a job can share the file.
    appendFileSync(this.file, `${clean}\n`);
    const told = clean === text ? event : (JSON.parse(clean) as JobEvent);
    for (const listener of this.listeners) listener(told);
  }
}

/** The health check of INIT, for people and for later phases. */
export async function writeHealth(root: string, jobId: string, health: unknown): Promise<void> {
  await writeAtomically(statePaths(root, jobId).health, `${JSON.stringify(health, null, 1)}\n`);
}
