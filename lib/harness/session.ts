/**
 * One process's work on a lake: the lake, its world, the job, its events and log. Recipes run inside it, alone or one
 * after the other in the pipeline.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { stat, statfs } from 'node:fs/promises';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { EnvironmentError, UserError } from '../errors.js';
import { EventBus, type Job, newJobId, readJobs, updateJob } from '../lake/jobs.js';
import { Lake } from '../lake/lake.js';
import { assertJobId, LAKE_FORMAT, lakeRoot } from '../lake/paths.js';
import { enterWorld, readWorld, type World } from '../lake/world.js';
import { type Log, type LogLevel, logFile, openLog } from './log.js';
import type { PhaseOptions } from './recipe.js';
import { type Redact, redactor } from './redact.js';
import { openWorldAccess, type WorldAccess } from './world-access.js';

/** The sandbox that `npm start` makes: its seed, full size, and waits that go by this many times faster. */
export const SANDBOX_DEFAULTS = { seed: 20_261, size: 1, speed: 400 } as const;

export interface SessionOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  dryRun: boolean;
  logLevel: LogLevel;
  /** Null: whatever the lake is, and the real world for a new lake. */
  world: 'real' | 'sandbox' | null;
  /** A named job, which `resume` wants to be there; `new` opens one; `newest` joins the newest of the associations. */
  job: { id: string; resume?: boolean } | 'new' | 'newest' | 'newest_or_new';
  associations: readonly string[];
  phaseOptions: PhaseOptions;
  /** In place of the machine's clock. */
  clock?: Clock;
}

export interface Session extends SessionOptions {
  lake: Lake;
  world_: World;
  access: WorldAccess;
  jobId: string;
  events: EventBus;
  log: Log;
  redact: Redact;
  abort: AbortController;
  updateJob(change: (job: Job) => void): Job;
  close(): Promise<void>;
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, env } = options;
  const root = lakeRoot(env);
  await assertFolder(root);
  await assertDisk(root, config.agents.orchestrator.min_free_disk_gb);
  const lake = await Lake.open({ root, dryRun: options.dryRun });
  try {
    const there = await readWorld(lake.root);
    const wanted = worldWanted(there, options);
    if (there) await enterWorld(lake.root, wanted); // checks that it is the same kind
    const jobId = await jobOf(lake, options); // throws before a new lake begins
    const world = there ?? (await enterWorld(lake.writeRoot, wanted));
    const abort = new AbortController();
    setMaxListeners(0, abort.signal); // everything that waits or fetches listens, whatever their number
    const redact = redactor(env);
    const events = new EventBus(lake.writeRoot, jobId, () => new Date(), redact);
    const log = openLog({
      jobId,
      level: options.logLevel,
      redact,
      file: options.dryRun ? null : logFile(jobId, env),
    });
    events.subscribe((event) => {
      if (event.event === 'notice')
        log[event.level.toLowerCase() as 'info' | 'warn' | 'error'](
          { ...event, event: event.code },
          event.message,
        );
      else if (event.event !== 'progress') log.info(event, event.event);
    });
    const access = openWorldAccess({
      world,
      lake,
      config,
      env,
      signal: abort.signal,
      clock: options.clock,
      onWait: (domain, reason, wait_ms) =>
        events.emit('', null, { event: 'domain_wait', domain, reason, wait_ms: Math.round(wait_ms) }),
    });
    return {
      ...options,
      lake,
      world_: world,
      access,
      jobId,
      events,
      log,
      redact,
      abort,
      updateJob: (change) =>
        updateJob(
          lake.writeRoot,
          jobId,
          () => freshJob(jobId, options),
          (job) => {
            change(job);
            job.updated_at = new Date().toISOString();
          },
        ),
      async close() {
        await access.close();
        await lake.close();
      },
    };
  } catch (error) {
    await lake.close();
    throw error;
  }
}

async function assertFolder(root: string): Promise<void> {
  const there = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UserError(`There can be no lake at ${root}: ${error.message}. Point LAKE=<folder> elsewhere.`, {
      code: 'NO_LAKE',
      cause: error,
    });
  });
  if (there && !there.isDirectory())
    throw new UserError(`${root} is a file, not a folder. Point LAKE=<folder> elsewhere.`, {
      code: 'NO_LAKE',
    });
}

async function assertDisk(root: string, minGb: number): Promise<void> {
  const { free, folder } = await freeBytes(root);
  if (free < minGb * 1e9) {
    throw new EnvironmentError(
      `Only ${(free / 1e9).toFixed(2)} GB are free at ${folder}; the workbench wants ${minGb} GB (orchestrator.min_free_disk_gb). Free some space, or move the lake with LAKE=<folder>.`,
      { code: 'DISK_SPACE' },
    );
  }
}

/** Free bytes where a folder is or will be. */
export async function freeBytes(root: string): Promise<{ free: number; folder: string }> {
  for (let folder = root; ; folder = folder.slice(0, folder.lastIndexOf('/')) || '/') {
    const disk = await statfs(folder).catch(() => null);
    if (disk) return { free: disk.bavail * disk.bsize, folder };
    if (folder === '/') return { free: Number.POSITIVE_INFINITY, folder };
  }
}

function worldWanted(there: World | null, options: SessionOptions): World {
  const kind = options.world ?? there?.world ?? 'real';
  const created_at = new Date().toISOString();
  const { env } = options;
  return kind === 'real'
    ? { format: LAKE_FORMAT, world: 'real', created_at }
    : {
        format: LAKE_FORMAT,
        world: 'sandbox',
        created_at,
        seed: numberFrom(env, 'SANDBOX_SEED', SANDBOX_DEFAULTS.seed),
        size: numberFrom(env, 'SANDBOX_SIZE', SANDBOX_DEFAULTS.size),
        speed: numberFrom(env, 'SANDBOX_SPEED', SANDBOX_DEFAULTS.speed),
      };
}

function numberFrom(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new UserError(`${name}=${text} is not a positive number.`);
  return value;
}

async function jobOf(lake: Lake, options: SessionOptions): Promise<string> {
  const { job } = options;
  if (typeof job === 'object') {
    const id = assertJobId(job.id);
    if (!job.resume || (await readJobs(lake.roots)).some((j) => j.job_id === id)) return id;
    throw new UserError(
      `There is no job ${id} in the lake at ${lake.root}. \`npm run sql -- "SELECT * FROM job_summary"\` lists the jobs.`,
      { code: 'NO_JOB' },
    );
  }
  const fresh = () => newJobId(new Date(), randomBytes(3).toString('hex'));
  if (job === 'new') return fresh();
  const jobs = await readJobs(lake.roots);
  const wanted = options.associations;
  const newest = jobs.filter((j) => wanted.every((code) => j.associations.includes(code))).at(-1);
  if (newest) return newest.job_id;
  if (job === 'newest_or_new') return fresh();
  const subject = wanted.length > 0 ? wanted.join(' and ') : 'this lake';
  throw new UserError(
    `There is no job for ${subject} yet. Open one: \`tsx recipes/init.ts ${wanted.join(' ') || 'PMA'}\`, or run the whole pipeline: \`npm start\`.`,
    { code: 'NO_JOB' },
  );
}

function freshJob(jobId: string, options: SessionOptions): Job {
  const now = new Date().toISOString();
  return {
    job_id: jobId,
    associations: [...options.associations],
    mode: options.phaseOptions.mode,
    dry_run: options.dryRun,
    status: 'running',
    current_phase: 'INIT',
    started_at: now,
    updated_at: now,
    phases: {},
    phase_progress: {},
  };
}
