/** Progress of a run: an Ink view on a terminal, plain lines elsewhere. Ink is loaded only when it is shown. */
import type { JobEvent } from '../lake/events.js';
import { startPlain } from './plain.js';

/** Where events come from; `subscribe` answers how to end it. */
export interface EventSource {
  subscribe(listener: (event: JobEvent) => void): () => void;
}

export interface ProgressOptions {
  /** False for `--no-tui`. A pipe, `CI` and a dumb terminal get plain lines in any case. */
  tui: boolean;
  source: EventSource;
}

/** Starts showing progress. `stop` leaves the terminal as it was found; call it before printing the summary. */
export async function openProgress({ tui, source }: ProgressOptions): Promise<{ stop(): Promise<void> }> {
  if (!tui || !canDraw()) return startPlain(source);
  // Events that come while Ink loads (about half a second) are kept for it.
  const early: JobEvent[] = [];
  const stopKeeping = source.subscribe((event) => early.push(event));
  const { startProgressView } = await loadForDisplay(() => import('./progress.js'));
  stopKeeping();
  return startProgressView({
    subscribe(listener) {
      for (const event of early) listener(event);
      return source.subscribe(listener);
    },
  });
}

/** True where a view can be drawn: a terminal that moves its cursor, and nobody who collects a log. */
export function canDraw(
  env: NodeJS.ProcessEnv = process.env,
  stdout: { isTTY?: boolean } = process.stdout,
): boolean {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== '0' && env.CI !== 'false';
  return stdout.isTTY === true && !ci && env.TERM !== 'dumb';
}

/**
 * Loads React's production build: the development build is slower, and keeps a record of each render for as long as
 * the process lives.
 */
export async function loadForDisplay<T>(load: () => Promise<T>): Promise<T> {
  const before = process.env.NODE_ENV;
  if (before === undefined) process.env.NODE_ENV = 'production';
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
  }
}
