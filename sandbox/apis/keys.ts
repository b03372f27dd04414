/** Keys, request windows and credits: what the three provider APIs count about their callers. */

/** Keys that start with this are customers; two of them have special lives (see `limitOf`, `creditsOf`). */
const PREFIX = 'sandbox-';

export const isKey = (key: string | null | undefined): key is string => key?.startsWith(PREFIX) === true;

export type Windows = {
  /** Counts one request in the window of `name`; `left` below zero means: refuse. */
  hit(name: string, limit: number, lengthMs: number): { used: number; left: number; resetMs: number };
};

/** Fixed windows, each opened by its first request. */
export function makeWindows(now: () => number): Windows {
  const open = new Map<string, { since: number; used: number }>();
  return {
    hit(name, limit, lengthMs) {
      const at = now();
      let window = open.get(name);
      if (window === undefined || at - window.since >= lengthMs) {
        window = { since: at, used: 0 };
        open.set(name, window);
      }
      window.used++;
      return { used: window.used, left: limit - window.used, resetMs: window.since + lengthMs - at };
    },
  };
}

/** A limit for a key: `sandbox-throttled` gets three requests a window, everybody else the real limit times the factor. */
export const limitOf = (key: string, real: number, factor: number): number =>
  key.startsWith('sandbox-throttled') ? 3 : Math.max(1, Math.round(real * factor));

/** Credits bought: `sandbox-exhausted` has none left. */
export const creditsOf = (key: string): number => (key.startsWith('sandbox-exhausted') ? 0 : 100_000);
