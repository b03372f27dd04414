/**
 * Time that passes only while everybody waits. Nobody sits through a wait: when all that is left to do is to sleep, the
 * clock jumps to the instant at which the first sleeper wakes. While anything real is under way, time stands still.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.js';
import { Interrupted } from '../../lib/errors.js';

export interface VirtualClock extends Clock {
  /** Those that sleep now. */
  readonly sleepers: number;
  /** Jumps that were made although something seemed to be under way for longer than `patienceMs`. */
  readonly impatient: number;
}

export interface VirtualClockOptions {
  /** Is anything under way that is no sleep: an exchange, a query, a file being written? */
  busy?: () => boolean;
  start?: string;
  /** Machine time after which work that does not end is taken for a sleeper of its own kind, ms. */
  patienceMs?: number;
}

/** Turns of the event loop without work after which nothing is taken to follow: promises and streams need a few. */
const QUIET_TURNS = 4;
/** Where the monotonic clock stands at the start, ms. */
const ORIGIN_MS = 1_000_000;

export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { busy = () => false, patienceMs = 15_000 } = options;
  const begin = Date.parse(options.start ?? '2026-03-01T00:00:00.000Z');
  const sleepers: { at: number; wake: () => void }[] = [];
  let gone = 0;
  let impatient = 0;
  let driving = false;
  /** Changes with every sleep that begins or ends, so that quiet is told from busy. */
  let moves = 0;

  async function drive(): Promise<void> {
    if (driving) return;
    driving = true;
    while (sleepers.length > 0) {
      await quiet();
      const next = sleepers.shift();
      if (!next) continue; // aborted meanwhile
      gone = Math.max(gone, next.at);
      moves += 1;
      next.wake();
    }
    driving = false;
  }

  async function quiet(): Promise<void> {
    let since = performance.now();
    let seen = moves;
    for (let turns = 0; turns < QUIET_TURNS; ) {
      await turn();
      if (moves !== seen) {
        seen = moves;
        since = performance.now();
        turns = 0;
      } else if (!busy()) {
        turns += 1;
      } else if (performance.now() - since > patienceMs) {
        impatient += 1;
        return;
      } else {
        turns = 0;
      }
    }
  }

  function insert(sleeper: { at: number; wake: () => void }): void {
    let i = sleepers.length;
    while (i > 0 && sleepers[i - 1]!.at > sleeper.at) i -= 1; // equal instants wake in the order of their sleeps
    sleepers.splice(i, 0, sleeper);
  }

  return {
    get sleepers() {
      return sleepers.length;
    },
    get impatient() {
      return impatient;
    },
    now: () => new Date(begin + gone),
    monotonicMs: () => ORIGIN_MS + gone,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(new Interrupted());
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const leave = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          moves += 1;
          reject(new Interrupted());
        };
        const sleeper = {
          at: gone + ms,
          wake: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        moves += 1;
        insert(sleeper);
        void drive();
      });
    },
  };
}
