/**
 * The fault dial. Two ways of turning it: shares, under which the n-th request of a run goes wrong by seed and count, and
 * rules, under which a URL goes wrong by seed and address, for so many tries, whatever the order of the requests, or a
 * whole host does for a while.
 */
import { check, type FaultDial, type FaultRule } from './fault-rules.js';
import { misdo } from './misdeeds.js';
import { type Random, stream } from './random.js';
import type { Reply, Request } from './reply.js';

export type { FaultDial, FaultRule } from './fault-rules.js';

export type Faults = {
  set(dial: FaultDial): void;
  get(): FaultDial;
  /** The reply as it leaves the server, spoilt or not. */
  apply(reply: Reply, request: Request): Reply;
};

/** A dial for a seed; `associations` are the hosts that a rule means when it names none. */
export function makeFaults(
  seed: number,
  initial: FaultDial = {},
  associations: ReadonlySet<string> = new Set(),
  monotonicMs: () => number = () => performance.now(),
): Faults {
  let dial = check(initial);
  let count = 0;
  let strikes = makeStrikes(seed, dial.rules ?? [], associations, monotonicMs);
  return {
    get: () => dial,
    set: (next) => {
      dial = check(next);
      strikes = makeStrikes(seed, dial.rules ?? [], associations, monotonicMs);
    },
    apply(reply, request) {
      count++;
      const struck = strikes(reply, request);
      if (struck) return struck;
      const { rules: _, preset: __, ...shares } = dial;
      const names = Object.keys(shares);
      if (names.length === 0) return reply;
      const r = stream(seed, `fault:${count}`);
      let left = r.float();
      for (const name of names.sort()) {
        left -= shares[name] ?? 0;
        if (left < 0) return spoil(reply, request, name, r);
      }
      return reply;
    },
  };
}

function spoil(reply: Reply, request: Request, fault: string, r: Random): Reply {
  if (fault === 'slow') return { ...reply, delayMs: r.int(800, 4000), fault };
  if (fault === 'truncate') return { ...reply, truncate: true, fault };
  if (fault === 'garbage')
    return {
      ...reply,
      fault,
      body: `<html><bod${'\u0000\ufffd'.repeat(r.int(5, 40))}<<<div ${(reply.body ?? '').slice(0, 300)}`,
    };
  if (!/^\d{3}$/.test(fault)) return misdo(reply, request, fault) ?? reply;
  const status = Number(fault);
  const retry = status === 429 || status === 503 ? { 'retry-after': String(r.int(1, 3)) } : {};
  return {
    status,
    fault,
    headers: { 'content-type': 'text/html', ...retry },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}

type Strike = (reply: Reply, request: Request) => Reply | null;

/** The rules at work, with what each has done so far. */
function makeStrikes(
  seed: number,
  rules: readonly FaultRule[],
  associations: ReadonlySet<string>,
  monotonicMs: () => number,
): Strike {
  const outages = rules.map((rule) => makeOutage(rule, monotonicMs));
  const tried = new Map<string, number>();
  const bursts = new Map<string, { seen: number; left: number; rest: number }>();
  const draw = (label: string): number => stream(seed, `rule:${label}`).float();

  /** Whether a burst is on for this host; between two of them it rests as long as one lasts. */
  const bursting = (rule: FaultRule, index: number, host: string): boolean => {
    const key = `${index} ${host}`;
    const state = bursts.get(key) ?? { seen: 0, left: 0, rest: 0 };
    bursts.set(key, state);
    const length = rule.burst ?? 1;
    state.seen++;
    if (state.left > 0) state.left--;
    else if (state.rest > 0) {
      state.rest--;
      return false;
    } else if (draw(`${index}:${key}:${state.seen}`) < (rule.share ?? 1)) state.left = length - 1;
    else return false;
    if (state.left === 0) state.rest = length;
    return true;
  };

  return (reply, request) => {
    const query = new URLSearchParams(request.query);
    query.delete('_hop');
    const key = `${request.host}${request.path}?${query}`;
    for (const [index, rule] of rules.entries()) {
      if (!concerns(rule, request, associations)) continue;
      if (rule.after !== undefined) {
        if (outages[index]!(request.host)) return misdo(reply, request, rule.fault, rule) ?? reply;
        continue;
      }
      if (rule.burst !== undefined) {
        if (bursting(rule, index, request.host)) return misdo(reply, request, rule.fault, rule) ?? reply;
        continue;
      }
      if (draw(`${index}:${key}`) >= (rule.share ?? 1)) continue;
      const hopping = request.query.has('_hop');
      const tries = rule.tries ?? 1;
      const before = tried.get(key) ?? 0;
      if (!hopping && tries !== 'all' && before >= tries) return null;
      const done = misdo(reply, request, rule.fault, rule);
      if (done === null) continue;
      if (!hopping) tried.set(key, before + 1);
      // one address meets one fate, so that its tries are bounded
      return done;
    }
    return null;
  };
}

/** Whether a host is out, by its own requests: well at first, out for so many of them or so long, then well again. */
function makeOutage(
  { after = 0, lasts = Number.POSITIVE_INFINITY, lasts_ms = Number.POSITIVE_INFINITY }: FaultRule,
  monotonicMs: () => number,
): (host: string) => boolean {
  const hosts = new Map<string, { seen: number; since: number }>();
  return (host) => {
    const state = hosts.get(host) ?? { seen: 0, since: Number.NaN };
    hosts.set(host, state);
    state.seen++;
    if (state.seen <= after || state.seen > after + lasts) return false;
    if (Number.isNaN(state.since)) state.since = monotonicMs();
    return monotonicMs() - state.since < lasts_ms;
  };
}

function concerns(rule: FaultRule, { host, path }: Request, associations: ReadonlySet<string>): boolean {
  const wanted = rule.host ?? 'associations';
  const right =
    wanted === '*'
      ? !host.endsWith('.sandbox-hostile.com')
      : wanted === 'associations'
        ? associations.has(host)
        : wanted.startsWith('*.')
          ? host.endsWith(wanted.slice(1))
          : host === wanted;
  return right && (rule.path === undefined ? path !== '/robots.txt' : path.startsWith(rule.path));
}
