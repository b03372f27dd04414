/** Virtual time in which nobody wakes when they asked to, but later, each by as much as the test says. */
import type { Clock } from '../../../lib/clock.js';
import { Interrupted } from '../../../lib/errors.js';

export interface LateClock extends Clock {
  /** Moves on from waking to waking until nobody sleeps any more. */
  run(): Promise<void>;
}

export function lateClock(lateness: () => number, start = '2026-03-01T12:00:00.000Z'): LateClock {
  const begin = Date.parse(start);
  let gone = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => new Date(begin + gone),
    monotonicMs: () => 1_000_000 + gone,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(new Interrupted());
      return new Promise((wake, fail) => {
        const sleeper = { at: gone + ms + lateness(), wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((s) => s !== sleeper);
          fail(new Interrupted());
        });
      });
    },
    async run() {
      for (;;) {
        await new Promise((next) => setImmediate(next));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        if (!next) return;
        gone = Math.max(gone, next.at);
        next.wake();
      }
    },
  };
}
