/**
 * One process's work on a lake: the lake, its world, the job, its events and log. Recipes run inside it, alone or one
 * after the other in the pipeline.
 */
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
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
  /** A named job; `new` opens one; `newest` joins the newest of the associations. */
  job: { id: string } | 'new' | 'newest' | 'newest_or_new';
  associations: readonly string[];
  phaseOptions: PhaseOptions;
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
  await assertDisk(root, config.agents.orchestrator.min_free_disk_gb);
  const lake = await Lake.open({ root, dryRun: options.dryRun });
  try {
    const world = await worldOf(lake, options);
    const jobId = await jobOf(lake, options);
    const abort = new AbortController();
    const redact = redactor(env);
    const events = new EventBus(lake.writeRoot, jobId, () => new Date());
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
      onWait: (domain, reason, wait_ms) =>
        events.emit('', null, { event: 'domain_wait', domain, reason, wait_ms: Math.round(wait_ms) }),
    });
    for (const problem of lake.problems) {
      events.emit('', null, {
        event: 'notice',
        level: 'WARN',
        code: 'DAMAGED_PARTITION',
        message: `${problem.file}: ${problem.what}; the older good partition stands in where there is one. \`npm run lake -- verify\` tells more.`,
      });
    }
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
    const stat = await statfs(folder).catch(() => null);
    if (stat) return { free: stat.bavail * stat.bsize, folder };
    if (folder === '/') return { free: Number.POSITIVE_INFINITY, folder };
  }
}

async function worldOf(lake: Lake, options: SessionOptions): Promise<World> {
  const there = await readWorld(lake.root);
  const kind = options.world ?? there?.world ?? 'real';
  const created_at = new Date().toISOString();
  const { env } = options;
  const wanted: World =
    kind === 'real'
      ? { format: LAKE_FORMAT, world: 'real', created_at }
      : {
          format: LAKE_FORMAT,
          world: 'sandbox',
          created_at,
          seed: numberFrom(env, 'SANDBOX_SEED', SANDBOX_DEFAULTS.seed),
          size: numberFrom(env, 'SANDBOX_SIZE', SANDBOX_DEFAULTS.size),
          speed: numberFrom(env, 'SANDBOX_SPEED', SANDBOX_DEFAULTS.speed),
        };
  if (there) {
    await enterWorld(lake.root, wanted); // checks that it is the same kind
    return there;
  }
  return enterWorld(lake.writeRoot, wanted);
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
  if (typeof job === 'object') return assertJobId(job.id);
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
