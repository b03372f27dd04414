/**
 * Whether a crawl kept to the rules, by the sandbox's own log and by nothing that the crawler says of itself. Written
 * apart from `lib/web` on purpose: robots.txt is read by another library, limits are counted from the times of arrival.
 */
import { createRequire } from 'node:module';
import type { Robot } from 'robots-parser';
import { getDomain } from 'tldts';
import type { LogEntry } from '../../sandbox/log.js';

// its types speak of a default export that the package does not have
const robotsParser = createRequire(import.meta.url)('robots-parser') as (url: string, text: string) => Robot;

/** What a request is measured by. */
export interface Rules {
  /** The name that robots.txt knows the crawler by. */
  productToken: string;
  /** robots.txt as each origin (`https://www.pma.org`) gives it; an origin without one has no entry. */
  robots: ReadonlyMap<string, string>;
  /** Requests a second of a registrable domain. */
  limitFor(domain: string): number;
  /** How many times faster than real time the crawler's clock went. */
  speed: number;
  /** What the machine may add to or take from the distance of two requests, real milliseconds. */
  jitterMs: number;
  /** Association of a registrable domain; null for everybody else, who is no business of a crawl. */
  associationOf(domain: string): string | null;
  /** Why a URL of an association may be asked by GATEKEEPER alone; null when it is open. */
  closed(association: string, url: string): string | null;
  /** Whether GATEKEEPER may look at a page of a closed association: a start page, terms of use. */
  gatekeeperMayAsk(association: string, url: string): boolean;
}

export interface Forbidden {
  why: 'robots' | 'verdict' | 'lure' | 'stranger';
  url: string;
  at: string;
  /** In words. */
  detail: string;
}

/** A stretch in which a domain was asked more often than its limit, counted in the crawler's seconds. */
export interface Rush {
  domain: string;
  requests: number;
  seconds: number;
  /** Most requests that the limit lets into so many seconds: limit × seconds + 1. */
  most: number;
  at: string;
}

export interface TooEarly {
  url: string;
  at: string;
  /** Seconds that the server had asked to wait, and after how many the next request came. */
  asked: number;
  came_after: number;
}

export interface RequestCheck {
  requests: number;
  faults: number;
  by_fault: Record<string, number>;
  forbidden: Forbidden[];
  too_fast: Rush[];
  too_early: TooEarly[];
  /** The stretch nearest to, or farthest above, the limit of each domain. */
  busiest: Rush[];
  /** What was let pass, in the crawler's seconds. */
  tolerance_seconds: number;
}

/** Checks every request of a log, oldest first. */
export function checkRequests(log: readonly LogEntry[], rules: Rules): RequestCheck {
  const entries = [...log].sort((a, b) => a.t_ms - b.t_ms);
  const byDomain = groupBy(entries, domainOf);
  const by_fault: Record<string, number> = {};
  for (const { fault } of entries) if (fault !== null) by_fault[fault] = (by_fault[fault] ?? 0) + 1;
  const busiest: Rush[] = [];
  const too_fast: Rush[] = [];
  for (const [domain, own] of byDomain) {
    for (const { requests, limit } of paced(domain, own, rules)) {
      const rush = busiestOf(domain, requests, limit, rules.speed);
      if (!rush) continue;
      busiest.push(rush);
      // the jitter of the machine can bring together what left apart
      if (rush.requests > rush.most + (limit * rules.jitterMs * rules.speed) / 1000) too_fast.push(rush);
    }
  }
  return {
    requests: entries.length,
    faults: entries.filter((e) => e.fault !== null).length,
    by_fault,
    forbidden: entries.flatMap((entry) => forbidden(entry, rules)),
    too_fast,
    too_early: [...byDomain.values()].flatMap((own) => tooEarly(own, rules)),
    busiest,
    tolerance_seconds: (rules.jitterMs * rules.speed) / 1000,
  };
}

const urlOf = ({ scheme, host, path }: LogEntry): string => `${scheme}://${host}${path}`;
const domainOf = ({ host }: LogEntry): string => getDomain(host) ?? host;
const isRobots = ({ path }: LogEntry): boolean => path === '/robots.txt';

function forbidden(entry: LogEntry, rules: Rules): Forbidden[] {
  const url = urlOf(entry);
  const because = (why: Forbidden['why'], detail: string): Forbidden[] => [
    { why, url, at: entry.at, detail },
  ];
  if (getDomain(entry.host) === null) return because('lure', `${entry.host} is no public site`);
  const association = rules.associationOf(domainOf(entry));
  if (association === null) return because('stranger', `${entry.host} belongs to no association of the run`);
  if (isRobots(entry)) return [];
  const text = rules.robots.get(`${entry.scheme}://${entry.host}`);
  if (text !== undefined) {
    const robots = robotsParser(`${entry.scheme}://${entry.host}/robots.txt`, text);
    if (robots.isAllowed(url, rules.productToken) === false)
      return because('robots', `line ${robots.getMatchingLineNumber(url, rules.productToken)} of robots.txt`);
  }
  const closed = rules.closed(association, url);
  return closed !== null && !rules.gatekeeperMayAsk(association, url) ? because('verdict', closed) : [];
}

/** The requests of a domain under its limit, and those of each host that asks for a slower pace (`Crawl-delay`). */
function paced(
  domain: string,
  entries: readonly LogEntry[],
  rules: Rules,
): { requests: readonly LogEntry[]; limit: number }[] {
  const limit = rules.limitFor(domain);
  const out = [{ requests: entries, limit }];
  for (const [origin, own] of groupBy(entries, (e) => `${e.scheme}://${e.host}`)) {
    const text = rules.robots.get(origin);
    const delay = text && robotsParser(`${origin}/robots.txt`, text).getCrawlDelay(rules.productToken);
    if (delay && 1 / delay < limit) out.push({ requests: own.filter((e) => !isRobots(e)), limit: 1 / delay });
  }
  return out;
}

/**
 * The stretch from one request to a later one that holds most above `limit × length + 1`, over all lengths. With
 * requests numbered from 0 at t₀, t₁ …, the surplus of i … j is (j − limit·tⱼ) − (i − limit·tᵢ): one pass finds it. A
 * stretch begins when its first request can have come at the earliest.
 */
function busiestOf(domain: string, entries: readonly LogEntry[], limit: number, speed: number): Rush | null {
  const ends = entries.map((e) => (e.t_ms * speed) / 1000);
  const begins = entries.map((e) => ((e.t_ms - e.late_ms) * speed) / 1000);
  let from = 0;
  let best: { from: number; to: number; surplus: number } | null = null;
  for (let to = 1; to < ends.length; to += 1) {
    const surplus = to - from - limit * (ends[to]! - begins[from]!);
    if (best === null || surplus > best.surplus) best = { from, to, surplus };
    if (to - limit * begins[to]! < from - limit * begins[from]!) from = to;
  }
  if (best === null) return null;
  const length = ends[best.to]! - begins[best.from]!;
  return {
    domain,
    requests: best.to - best.from + 1,
    seconds: round(length),
    most: round(limit * length + 1),
    at: entries[best.from]!.at,
  };
}

/**
 * Requests that came before the end of the pause that a 429 or 503 asked for. What left before the answer was read could
 * not know of it, and a busy machine reads late: nothing is said of requests within some jitters after it.
 */
function tooEarly(entries: readonly LogEntry[], { speed, jitterMs }: Rules): TooEarly[] {
  return entries.flatMap((entry, index) => {
    const asked = askedMs(entry);
    if (asked === null) return [];
    const next = entries.slice(index + 1).find((e) => e.t_ms - entry.t_ms > READ_AFTER_JITTERS * jitterMs);
    if (!next) return [];
    const waited = (next.t_ms - entry.t_ms) * speed;
    if (waited >= asked - jitterMs * speed) return [];
    return [
      { url: urlOf(entry), at: entry.at, asked: round(asked / 1000), came_after: round(waited / 1000) },
    ];
  });
}

/** So many jitters after it left, an answer has been read. */
const READ_AFTER_JITTERS = 5;

/** `Retry-After` in milliseconds: seconds, or a date, which has no more than whole seconds. */
function askedMs({ status, retry_after, at }: LogEntry): number | null {
  if (retry_after === null || (status !== 429 && status !== 503)) return null;
  if (/^\d+$/.test(retry_after)) return Number(retry_after) * 1000;
  return Math.max(0, Date.parse(retry_after) - Date.parse(at) - 1000);
}

const round = (n: number) => Math.round(n * 100) / 100;

function groupBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
