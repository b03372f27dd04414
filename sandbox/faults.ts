/** The fault dial: some requests, chosen by seed and count, go wrong in the ways the internet knows. */
import { type Random, stream } from './random.js';
import type { Reply } from './reply.js';

/** Share of requests per fault: an HTTP status, `reset`, `slow`, `truncate` or `garbage`. */
export type FaultShares = Record<string, number>;

export type Faults = {
  set(shares: FaultShares): void;
  get(): FaultShares;
  /** The reply as it leaves the server, spoilt or not. */
  apply(reply: Reply): Reply & { truncate?: boolean };
};

const KNOWN = /^(4\d\d|5\d\d|reset|slow|truncate|garbage)$/;

/** A dial for a seed; the n-th request of a run always meets the same fate under the same shares. */
export function makeFaults(seed: number, initial: FaultShares = {}): Faults {
  let shares = check(initial);
  let count = 0;
  return {
    get: () => shares,
    set: (next) => {
      shares = check(next);
    },
    apply(reply) {
      count++;
      const names = Object.keys(shares);
      if (names.length === 0) return reply;
      const r = stream(seed, `fault:${count}`);
      let left = r.float();
      for (const name of names.sort()) {
        left -= shares[name] ?? 0;
        if (left < 0) return spoil(reply, name, r);
      }
      return reply;
    },
  };
}

function spoil(reply: Reply, fault: string, r: Random): Reply & { truncate?: boolean } {
  if (fault === 'reset') return { status: 0, drop: true };
  if (fault === 'slow') return { ...reply, delayMs: r.int(800, 4000) };
  if (fault === 'truncate') return { ...reply, truncate: true };
  if (fault === 'garbage')
    return {
      ...reply,
      body: `<html><bod${'\u0000\ufffd'.repeat(r.int(5, 40))}<<<div ${(reply.body ?? '').slice(0, 300)}`,
    };
  const status = Number(fault);
  const retry = status === 429 || status === 503 ? { 'retry-after': String(r.int(1, 3)) } : {};
  return {
    status,
    headers: { 'content-type': 'text/html', ...retry },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}

function check(shares: FaultShares): FaultShares {
  let sum = 0;
  for (const [name, share] of Object.entries(shares)) {
    if (!KNOWN.test(name)) throw new RangeError(`unknown fault: ${name}`);
    if (!(share >= 0 && share <= 1)) throw new RangeError(`share of ${name} must be between 0 and 1`);
    sum += share;
  }
  if (sum > 1) throw new RangeError('shares add up to more than 1');
  return { ...shares };
}
