/** Clocks that do not wait. */
import type { Clock } from '../../lib/clock.js';
import { Interrupted } from '../../lib/errors.js';

export interface FakeClock extends Clock {
  slept: number[];
  advance(ms: number): void;
}

/** Time that passes only by sleeping (at once, by as much) and by `advance`. */
export function fakeClock(start = '2026-03-01T12:00:00.000Z', monotonicStart = 1_000_000): FakeClock {
  const begin = Date.parse(start);
  let gone = 0;
  const slept: number[] = [];
  return {
    slept,
    advance(ms) {
      gone += ms;
    },
    now: () => new Date(begin + gone),
    monotonicMs: () => monotonicStart + gone,
    async sleep(ms, signal) {
      if (signal?.aborted) throw new Interrupted();
      slept.push(ms);
      gone += ms;
    },
  };
}

export interface SteppedClock extends Clock {
  /** Sleepers that wait, and when each wakes. */
  readonly waiting: readonly number[];
  /** Moves time on to the next sleeper's instant and wakes it; false when nobody sleeps. */
  step(): Promise<boolean>;
}

/** Time that stands still until the test moves it on: several sleepers side by side keep their order. */
export function steppedClock(start = '2026-03-01T12:00:00.000Z'): SteppedClock {
  const begin = Date.parse(start);
  let gone = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    get waiting() {
      return sleepers.map((s) => s.at);
    },
    now: () => new Date(begin + gone),
    monotonicMs: () => 1_000_000 + gone,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(new Interrupted());
      if (ms <= 0) return Promise.resolve();
      return new Promise((wake) => sleepers.push({ at: gone + ms, wake }));
    },
    async step() {
      const next = sleepers.sort((a, b) => a.at - b.at).shift();
      if (!next) return false;
      gone = Math.max(gone, next.at);
      next.wake();
      return true;
    },
  };
}
