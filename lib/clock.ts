/** Time as an effect: recipes and the fetcher never ask the machine themselves. */
import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from './errors.js';

export interface Clock {
  /** The wall clock, for records only. */
  now(): Date;
  /** Milliseconds that never jump, the same for all processes of this machine; for pacing and durations. */
  monotonicMs(): number;
  /** Waits; rejects with `Interrupted` when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The machine's clock. `speed` above 1 makes waits shorter by that factor while every rule still counts in full
 * seconds: a world of its own (a test, the sandbox) can be crawled politely in a minute.
 */
export function machineClock(speed = 1): Clock {
  return {
    now: () => new Date(),
    monotonicMs: () => (Number(process.hrtime.bigint()) / 1e6) * speed,
    async sleep(ms, signal) {
      if (signal?.aborted) throw new Interrupted();
      if (ms <= 0) return;
      try {
        await delay(ms / speed, undefined, signal ? { signal } : {});
      } catch (error) {
        if (signal?.aborted) throw new Interrupted(undefined, { cause: error });
        throw error;
      }
    },
  };
}

/** The current instant as ISO-8601 UTC text. */
export function isoNow(clock: Clock): string {
  return clock.now().toISOString();
}
