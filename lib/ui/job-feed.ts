/** Where a dashboard's events come from: a live job's file, or a finished one played again. */
import { readdir, stat } from 'node:fs/promises';
import { UserError } from '../errors.js';
import type { JobEvent } from '../lake/events.js';
import { assertJobId, statePaths, stateRoot } from '../lake/paths.js';
import { follow, pause, tailReader } from './tail.js';

/** A pause in a replay is never longer than this: nobody wants to watch a night go by. */
const LONGEST_PAUSE_MS = 2_000;

/** The job asked for, or the one with the newest events. A UserError says what there is instead. */
export async function findJob(root: string, asked: string | undefined): Promise<string> {
  if (asked !== undefined) assertJobId(asked);
  const names = await readdir(stateRoot(root)).catch(() => null);
  if (names === null) {
    throw new UserError(
      `There is no lake with jobs at ${root}. Name one with --lake or LAKE, or run npm start.`,
      {
        code: 'NO_LAKE',
      },
    );
  }
  const jobs: { id: string; newestMs: number }[] = [];
  for (const id of names.filter((name) => !name.startsWith('.'))) {
    const newestMs = await newestEventMs(root, id);
    if (newestMs !== null) jobs.push({ id, newestMs });
  }
  jobs.sort((a, b) => b.newestMs - a.newestMs);
  const found = asked === undefined ? jobs[0] : jobs.find((job) => job.id === asked);
  if (found) return found.id;
  const others = jobs.slice(0, 5).map((job) => job.id);
  const hint = others.length > 0 ? ` Newest jobs: ${others.join(', ')}.` : ' No recipe has run on it yet.';
  throw new UserError(
    `${asked === undefined ? 'There is no job' : `There is no job ${asked}`} in ${root}.${hint}`,
    {
      code: 'NO_JOB',
    },
  );
}

async function newestEventMs(root: string, id: string): Promise<number | null> {
  try {
    return (await stat(statePaths(root, id).events)).mtimeMs;
  } catch {
    return null;
  }
}

/** What a feed tells: events in order, or that all before is void. */
export interface FeedListener {
  events(events: readonly JobEvent[]): void;
  restarted(): void;
}

/** A feed runs until aborted, or until there is nothing more to tell. */
export type Feed = (listener: FeedListener, signal: AbortSignal) => Promise<void>;

/** Follows the file as it grows. */
export function liveFeed(root: string, jobId: string): Feed {
  return (listener, signal) =>
    follow(
      statePaths(root, jobId).events,
      ({ events, restarted }) => {
        if (restarted) listener.restarted();
        if (events.length > 0) listener.events(events);
      },
      signal,
    );
}

/** Plays what the file holds, `speed` times as fast as it happened. */
export function replayFeed(root: string, jobId: string, speed: number): Feed {
  return async (listener, signal) => {
    const { events } = await tailReader(statePaths(root, jobId).events)();
    let beforeMs: number | null = null;
    for (const event of events) {
      if (signal.aborted) return;
      const atMs = Date.parse(event.at);
      const gapMs =
        beforeMs === null ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(0, (atMs - beforeMs) / speed));
      if (gapMs >= 1) await pause(gapMs, signal);
      beforeMs = atMs;
      listener.events([event]);
    }
  };
}

/** True while a process of this number runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
