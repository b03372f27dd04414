/**
 * Which robots.txt counts (RFC 9309 2.3): 4xx means no rules, 5xx and unreachable mean stay away, redirects up to five
 * hops, a copy is good for 24 hours; while a site fails, an older copy stands for up to 30 days.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { readIfThere, sha256Text } from '../lake/files.js';
import { parseRobots, ROBOTS_MAX_BYTES, type Robots, robotsText } from './robots.js';
import type { ExchangeRecord } from './types.js';

const FRESH_MS = 24 * 3600 * 1000;
/** A site whose robots.txt fails is left alone for so long before it is asked again. */
const RETRY_FAILED_MS = 3600 * 1000;
const STAND_IN_MS = 30 * FRESH_MS;

export interface RobotsVerdict {
  origin: string;
  /** Null when unreachable. */
  status: number | null;
  robots: Robots;
  sha256: string | null;
  /** Why everything is allowed or everything refused, when the file itself does not say. */
  note: string | null;
  /** Why a person must decide before this site is crawled; null when none need. */
  needsPerson: string | null;
}

interface Stored {
  origin: string;
  fetched_at: string;
  status: number | null;
  text: string | null;
  /** When the site last failed to give a newer copy. */
  failed_at?: string;
}

export interface RobotsAnswer {
  /** Null for unreachable. */
  status: number | null;
  body: Uint8Array;
  contentType: string | null;
  /** Where it came from, redirects followed. */
  finalUrl: string;
}

/** Who asks: told of each exchange, and able to stop waiting. */
export interface Asking {
  onExchange?: ((record: ExchangeRecord) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Fetches a robots.txt, redirects followed. */
export type RobotsFetch = (url: string, asking: Asking) => Promise<RobotsAnswer>;

interface Options {
  file: string;
  productToken: string;
  clock: Clock;
  /** A `Crawl-delay` beyond it is for a person to judge. */
  longestCrawlDelaySecs: number;
  fetch: RobotsFetch;
}

export class RobotsPolicy {
  private readonly known = new Map<string, { verdict: Promise<RobotsVerdict>; until: number }>();
  private stored: Promise<Map<string, Stored>> | null = null;
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** The verdict for a URL's scheme, host and port. */
  forUrl(url: URL, asking: Asking = {}): Promise<RobotsVerdict> {
    const { clock } = this.options;
    const found = this.known.get(url.origin);
    if (found && clock.now().getTime() < found.until) return found.verdict;
    const loading = this.load(url.origin, asking);
    const entry = { verdict: loading.then(({ verdict }) => verdict), until: Number.POSITIVE_INFINITY };
    this.known.set(url.origin, entry);
    loading.then(
      ({ goodForMs }) => {
        entry.until = clock.now().getTime() + goodForMs;
      },
      () => this.known.delete(url.origin), // interrupted or paused: ask again next time
    );
    return entry.verdict;
  }

  private async load(origin: string, asking: Asking): Promise<{ verdict: RobotsVerdict; goodForMs: number }> {
    this.stored ??= readStored(this.options.file);
    const stored = await this.stored;
    const before = stored.get(origin);
    const now = this.options.clock.now();
    const goodForMs = before ? freshFor(before, now) : 0;
    if (before && goodForMs > 0) return { verdict: this.verdict(before), goodForMs };

    const answer = await this.options.fetch(`${origin}/robots.txt`, asking);
    const at = this.options.clock.now();
    if (isFailure(answer.status) && before && !isFailure(before.status)) {
      if (at.getTime() - Date.parse(before.fetched_at) < STAND_IN_MS)
        return this.keep(stored, { ...before, failed_at: at.toISOString() }, at);
    }
    const ok = answer.status !== null && answer.status >= 200 && answer.status < 300;
    const found: Stored = {
      origin,
      fetched_at: at.toISOString(),
      status: answer.status,
      text: ok ? robotsText(wholeLines(answer.body)) : null,
    };
    // Where it was led to another site's own robots.txt, that site need not be asked again.
    const target = URL.canParse(answer.finalUrl) ? new URL(answer.finalUrl) : null;
    if (ok && target && target.origin !== origin && target.href === `${target.origin}/robots.txt`)
      this.keep(stored, { ...found, origin: target.origin }, at);
    return this.keep(stored, found, at);
  }

  private keep(stored: Map<string, Stored>, entry: Stored, now: Date) {
    stored.set(entry.origin, entry);
    mkdirSync(path.dirname(this.options.file), { recursive: true });
    appendFileSync(this.options.file, `${JSON.stringify(entry)}\n`);
    return { verdict: this.verdict(entry), goodForMs: freshFor(entry, now) };
  }

  private verdict(stored: Stored): RobotsVerdict {
    const url = `${stored.origin}/robots.txt`;
    const base = {
      origin: stored.origin,
      status: stored.status,
      sha256: stored.text === null ? null : sha256Text(stored.text),
    };
    if (isFailure(stored.status)) {
      const note =
        stored.status === null ? 'robots.txt is unreachable' : `robots.txt answered ${stored.status}`;
      return {
        ...base,
        note,
        needsPerson: null,
        robots: {
          crawlDelaySecs: null,
          sitemaps: [],
          check: () => ({ allowed: false, rule: `(${note}: everything is disallowed)` }),
        },
      };
    }
    const note = stored.text === null ? `robots.txt answered ${stored.status}: no rules` : null;
    const robots = parseRobots(stored.text ?? '', this.options.productToken, url);
    const { longestCrawlDelaySecs } = this.options;
    const needsPerson =
      (robots.crawlDelaySecs ?? 0) > longestCrawlDelaySecs
        ? `robots.txt asks for ${robots.crawlDelaySecs} s between requests, more than the ${longestCrawlDelaySecs} s that are kept without asking (http.longest_crawl_delay_secs)`
        : null;
    return { ...base, note, needsPerson, robots };
  }
}

/** Unreachable, or the server’s own fault (RFC 9309 2.3.1.4). */
const isFailure = (status: number | null) => status === null || status >= 500;

/** For how long a copy still counts, ms; zero or less when it must be asked for again. */
function freshFor({ status, fetched_at, failed_at }: Stored, now: Date): number {
  const since = (at: string) => now.getTime() - Date.parse(at);
  if (isFailure(status)) return RETRY_FAILED_MS - since(fetched_at);
  if (failed_at !== undefined && since(fetched_at) < STAND_IN_MS) return RETRY_FAILED_MS - since(failed_at);
  return FRESH_MS - since(fetched_at);
}

/** What counts of a long file (RFC 9309 2.5); the line that the limit cuts does not, since half a rule closes more than the whole. */
export function wholeLines(body: Uint8Array): Uint8Array {
  if (body.length <= ROBOTS_MAX_BYTES) return body;
  const kept = body.subarray(0, ROBOTS_MAX_BYTES);
  return kept.subarray(0, Math.max(kept.lastIndexOf(0x0a), kept.lastIndexOf(0x0d)) + 1);
}

async function readStored(file: string): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>();
  for (const line of ((await readIfThere(file)) ?? '').split('\n')) {
    if (line === '') continue;
    try {
      const entry = JSON.parse(line) as Stored;
      stored.set(entry.origin, entry);
    } catch {
      // a line torn by a kill
    }
  }
  return stored;
}
