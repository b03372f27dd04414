/**
 * Which robots.txt counts (RFC 9309 2.3): 4xx means no rules, 5xx and unreachable mean stay away, redirects up to five
 * hops, a copy is good for 24 hours; while a site fails, an older copy stands for up to 30 days.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { readIfThere, sha256Text } from '../lake/files.js';
import { decodeText } from './charset.js';
import { parseRobots, ROBOTS_MAX_BYTES, type Robots } from './robots.js';
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
}

interface Stored {
  origin: string;
  fetched_at: string;
  status: number | null;
  text: string | null;
}

/** Fetches a robots.txt, redirects followed; a null status stands for unreachable. */
export type RobotsFetch = (
  url: string,
  onExchange?: (record: ExchangeRecord) => void,
) => Promise<{ status: number | null; body: Uint8Array; contentType: string | null }>;

export class RobotsPolicy {
  private readonly known = new Map<string, { verdict: Promise<RobotsVerdict>; until: number }>();
  private stored: Promise<Map<string, Stored>> | null = null;
  private readonly options: { file: string; productToken: string; clock: Clock; fetch: RobotsFetch };

  constructor(options: { file: string; productToken: string; clock: Clock; fetch: RobotsFetch }) {
    this.options = options;
  }

  /** The verdict for a URL's scheme, host and port. */
  forUrl(url: URL, onExchange?: (record: ExchangeRecord) => void): Promise<RobotsVerdict> {
    const { clock } = this.options;
    const found = this.known.get(url.origin);
    if (found && clock.now().getTime() < found.until) return found.verdict;
    const loading = this.load(url.origin, onExchange);
    const entry = { verdict: loading.then(({ verdict }) => verdict), until: Number.POSITIVE_INFINITY };
    this.known.set(url.origin, entry);
    loading.then(
      ({ goodForMs }) => {
        entry.until = clock.now().getTime() + goodForMs;
      },
      () => this.known.delete(url.origin), // interrupted: ask again next time
    );
    return entry.verdict;
  }

  private async load(
    origin: string,
    onExchange?: (record: ExchangeRecord) => void,
  ): Promise<{ verdict: RobotsVerdict; goodForMs: number }> {
    this.stored ??= readStored(this.options.file);
    const stored = await this.stored;
    const before = stored.get(origin);
    const age = before
      ? this.options.clock.now().getTime() - Date.parse(before.fetched_at)
      : Number.POSITIVE_INFINITY;
    const goodForMs = before && isFailure(before.status) ? RETRY_FAILED_MS : FRESH_MS;
    if (before && age < goodForMs) return { verdict: this.verdict(before), goodForMs: goodForMs - age };

    const answer = await this.options.fetch(`${origin}/robots.txt`, onExchange);
    if (isFailure(answer.status) && before && !isFailure(before.status) && age < STAND_IN_MS)
      return { verdict: this.verdict(before), goodForMs: RETRY_FAILED_MS };
    const ok = answer.status !== null && answer.status >= 200 && answer.status < 300;
    const now: Stored = {
      origin,
      fetched_at: this.options.clock.now().toISOString(),
      status: answer.status,
      text: ok ? decodeText(wholeLines(answer.body), ROBOTS_TYPE).text : null,
    };
    stored.set(origin, now);
    mkdirSync(path.dirname(this.options.file), { recursive: true });
    appendFileSync(this.options.file, `${JSON.stringify(now)}\n`);
    return { verdict: this.verdict(now), goodForMs: isFailure(now.status) ? RETRY_FAILED_MS : FRESH_MS };
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
        robots: {
          crawlDelaySecs: null,
          sitemaps: [],
          check: () => ({ allowed: false, rule: `(${note}: everything is disallowed)` }),
        },
      };
    }
    const note = stored.text === null ? `robots.txt answered ${stored.status}: no rules` : null;
    return { ...base, note, robots: parseRobots(stored.text ?? '', this.options.productToken, url) };
  }
}

/** Unreachable, or the server’s own fault (RFC 9309 2.3.1.4). */
const isFailure = (status: number | null) => status === null || status >= 500;

/** What counts of a long file; the line that the limit cuts does not, since half a rule closes more than the whole. */
function wholeLines(body: Uint8Array): Uint8Array {
  if (body.length <= ROBOTS_MAX_BYTES) return body;
  const kept = body.subarray(0, ROBOTS_MAX_BYTES);
  return kept.subarray(0, Math.max(kept.lastIndexOf(0x0a), kept.lastIndexOf(0x0d)) + 1);
}

/** robots.txt is UTF-8 whatever the header says (RFC 9309 2.3); only a byte order mark says otherwise. */
const ROBOTS_TYPE = 'text/plain; charset=utf-8';

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
