/**
 * The one polite fetcher. Robots, limits, caps, redirects, retries and guards are inside it, so that no caller can go
 * around them; every exchange is told to the request's `onExchange`.
 */
import type { Clock } from '../clock.js';
import type { Agents, RateLimit } from '../config.js';
import { Interrupted, messageOf, Refused, RetryLater, SkipRecord, WorkbenchError } from '../errors.js';
import { decodeText } from './charset.js';
import { guardUrl } from './guards.js';
import { Pacing } from './pacing.js';
import { retryAfterMs } from './retry-after.js';
import { ROBOTS_MAX_BYTES } from './robots.js';
import { RobotsPolicy, type RobotsVerdict } from './robots-policy.js';
import type { Exchange, Transport } from './transport.js';
import type { ExchangeRecord, WebFetch, WebRequest, WebResponse } from './types.js';
import { registrableDomain } from './url.js';

export interface FetcherOptions {
  http: Agents['http'];
  /** Limits of a domain, by config. */
  limitFor: (domain: string) => RateLimit;
  /** Hosts that may be asked with purpose `api`. */
  apiHosts: ReadonlySet<string>;
  transport: Transport;
  clock: Clock;
  random: () => number;
  /** Folder for pacing state and file for robots.txt copies. */
  pacingFolder: string;
  robotsFile: string;
  signal?: AbortSignal;
  onWait?: (domain: string, reason: string, waitMs: number) => void;
}

export interface Fetcher {
  fetch: WebFetch;
  robotsFor(url: string, onExchange?: (record: ExchangeRecord) => void): Promise<RobotsVerdict>;
  close(): Promise<void>;
}

/** No server parks its domain for longer than this, whatever its Retry-After says. */
const LONGEST_PARK_MS = 24 * 3600 * 1000;
/** Waits shorter than this are not worth a line on the screen. */
const TELL_WAIT_MS = 1_000;

export function openFetcher(options: FetcherOptions): Fetcher {
  const { http, clock, transport } = options;
  const pacing = new Pacing(options.pacingFolder, clock);
  const robots = new RobotsPolicy({
    file: options.robotsFile,
    productToken: http.product_token,
    clock,
    fetch: fetchRobots,
  });

  async function slot(domain: string, minIntervalMs: number, signal?: AbortSignal): Promise<number> {
    let waited = 0;
    for (let again = false; ; again = true) {
      const slot = pacing.reserve(domain, options.limitFor(domain), minIntervalMs, again);
      if (slot.waitMs >= TELL_WAIT_MS) options.onWait?.(domain, slot.reason, slot.waitMs);
      await clock.sleep(slot.waitMs, signal);
      waited += slot.waitMs;
      // Another request may have been asked to pause meanwhile; this one then waits for a slot after the pause.
      if (!pacing.parkedSince(domain, slot)) return waited;
    }
  }

  /** One paced exchange, told to the listeners whether it was answered or not. */
  async function exchange(
    url: URL,
    request: WebRequest,
    about: { attempt: number; rule: string | null; minIntervalMs: number; clip?: boolean },
  ): Promise<Exchange & { waitedMs: number; durationMs: number; fetchedAt: string }> {
    const domain = registrableDomain(url.hostname);
    const signal = request.signal ?? options.signal;
    const waitedMs = await slot(domain, about.minIntervalMs, signal);
    const started = clock.monotonicMs();
    const fetchedAt = clock.now().toISOString();
    const record: ExchangeRecord = {
      url: url.href,
      final_url: null,
      method: request.method ?? 'GET',
      domain,
      status: null,
      attempt: about.attempt,
      waited_ms: Math.round(waitedMs),
      duration_ms: 0,
      bytes: null,
      content_type: null,
      from_cache: false,
      error: null,
      robots_rule: about.rule,
      fetched_at: fetchedAt,
    };
    try {
      const answer = await transport.exchange({
        url,
        method: request.method ?? 'GET',
        headers: {
          'user-agent': http.user_agent,
          accept: 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5',
          ...lowerCased(request.headers),
        },
        body: request.body ?? null,
        deadlineMs: request.deadlineMs ?? http.deadline_ms,
        maxBytes: request.maxBytes ?? http.max_bytes,
        clip: about.clip ?? false,
        signal,
      });
      Object.assign(record, {
        final_url: url.href,
        status: answer.status,
        bytes: answer.wireBytes,
        content_type: answer.headers['content-type'] ?? null,
      });
      return { ...answer, waitedMs, durationMs: clock.monotonicMs() - started, fetchedAt };
    } catch (error) {
      record.error =
        error instanceof WorkbenchError ? `${error.code}: ${messageOf(error)}` : messageOf(error);
      throw error;
    } finally {
      record.duration_ms = Math.round(clock.monotonicMs() - started);
      if (!(record.status === null && signal?.aborted)) request.onExchange?.(record);
    }
  }

  async function fetchRobots(start: string, onExchange?: (record: ExchangeRecord) => void) {
    const request: WebRequest = {
      url: start,
      purpose: 'page',
      maxBytes: ROBOTS_MAX_BYTES + 1, // one more tells that there is more
      ...(onExchange && { onExchange }),
    };
    const none = { body: new Uint8Array(), contentType: null };
    let url = guardUrl(start);
    for (let hop = 0; hop <= 5; hop += 1) {
      let answer: Exchange;
      try {
        answer = await exchange(url, request, { attempt: 1, rule: null, minIntervalMs: 0, clip: true });
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        if (error instanceof RetryLater && error.code === 'DAILY_CAP') throw error;
        return { status: null, ...none };
      }
      const location = redirectTarget(answer, url);
      if (!location)
        return {
          status: answer.status,
          body: answer.body,
          contentType: answer.headers['content-type'] ?? null,
        };
      try {
        url = guardUrl(location);
      } catch {
        return { status: null, ...none }; // it leads where nobody may go
      }
    }
    return { status: 404, ...none }; // more than five hops: as if there were none (RFC 9309 2.3.1.2)
  }

  /** Follows one request through its redirects; each target is checked anew. */
  async function once(request: WebRequest, attempt: number): Promise<WebResponse> {
    let url = guardUrl(request.url);
    const redirects: string[] = [];
    let waited = 0;
    for (;;) {
      let rule: string | null = null;
      let minIntervalMs = 0;
      if (request.purpose === 'api') {
        if (!options.apiHosts.has(url.hostname))
          throw new Refused(`${url.hostname} is not the API host of a configured provider`, {
            code: 'API_HOST',
          });
      } else {
        const verdict = await robots.forUrl(url, request.onExchange);
        const answer = verdict.robots.check(url.href);
        rule = answer.rule;
        if (!answer.allowed)
          throw new Refused(`robots.txt of ${url.host} does not allow ${url.pathname} (${rule})`, {
            code: 'ROBOTS',
            context: { url: url.href, rule },
          });
        minIntervalMs = (verdict.robots.crawlDelaySecs ?? 0) * 1000;
      }
      const answer = await exchange(url, request, { attempt, rule, minIntervalMs });
      waited += answer.waitedMs;
      const location = request.purpose === 'page' ? redirectTarget(answer, url) : null;
      if (location === null) return response(request, url, answer, { attempt, rule, redirects, waited });
      redirects.push(url.href);
      if (redirects.length > http.max_redirects)
        throw new SkipRecord(`${request.url}: more than ${http.max_redirects} redirects`, {
          code: 'TOO_MANY_REDIRECTS',
        });
      const next = guardUrl(location);
      if (redirects.includes(next.href))
        throw new SkipRecord(`${request.url}: the redirects go in a circle at ${next.href}`, {
          code: 'REDIRECT_LOOP',
        });
      url = next;
    }
  }

  /** Tries again what may change. The pause is the domain's, so that other requests of it wait as well. */
  async function fetch(request: WebRequest): Promise<WebResponse> {
    const attempts = request.maxAttempts ?? http.max_attempts;
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attempts;
      try {
        const answer = await once(request, attempt);
        const domain = registrableDomain(answer.finalUrl);
        if (answer.status !== 429 && answer.status < 500) {
          if (answer.status < 400) pacing.recover(domain);
          return answer;
        }
        const asked = retryAfterMs(answer.headers['retry-after'], clock.now());
        const pause = asked === null ? backoffMs(attempt) : Math.min(asked, LONGEST_PARK_MS);
        pacing.park(domain, pause, `answered ${answer.status}`, answer.status === 429);
        if (last) return answer;
      } catch (error) {
        const transient = error instanceof RetryLater && error.code !== 'DAILY_CAP';
        if (!transient || last) throw error;
        const domain = registrableDomain(String(error.context.url ?? request.url)); // after redirects, perhaps another
        pacing.park(domain, backoffMs(attempt), error.code.toLowerCase(), false);
      }
    }
  }

  /** Exponential backoff with full jitter, bounded. */
  function backoffMs(attempt: number): number {
    return options.random() * Math.min(http.backoff_max_ms, http.backoff_base_ms * 2 ** (attempt - 1));
  }

  return {
    fetch,
    robotsFor: (url, onExchange) => robots.forUrl(guardUrl(url), onExchange),
    close: () => transport.close(),
  };
}

function redirectTarget(answer: Exchange, from: URL): string | null {
  const location = answer.headers.location;
  if (![301, 302, 303, 307, 308].includes(answer.status) || !location) return null;
  return URL.canParse(location, from.href) ? new URL(location, from).href : null;
}

function response(
  request: WebRequest,
  url: URL,
  answer: Exchange & { durationMs: number; fetchedAt: string },
  about: { attempt: number; rule: string | null; redirects: string[]; waited: number },
): WebResponse {
  const contentType = answer.headers['content-type'] ?? null;
  return {
    url: request.url,
    finalUrl: url.href,
    status: answer.status,
    headers: answer.headers,
    body: answer.body,
    wireBytes: answer.wireBytes,
    contentType: sniffed(contentType, answer.body),
    text: () => decodeText(answer.body, contentType),
    fetchedAt: answer.fetchedAt,
    waitedMs: Math.round(about.waited),
    durationMs: Math.round(answer.durationMs),
    attempt: about.attempt,
    robotsRule: about.rule,
    redirects: about.redirects,
  };
}

/** The media type: the server's word, unless it says nothing useful and the bytes say more. */
function sniffed(contentType: string | null, body: Uint8Array): string | null {
  const said = contentType?.replace(/;.*$/s, '').trim().toLowerCase() || null;
  if (said && said !== 'application/octet-stream' && said !== 'text/plain') return said;
  const head = Buffer.from(body.subarray(0, 512))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (head.startsWith('<!doctype html') || head.startsWith('<html')) return 'text/html';
  if (head.startsWith('<?xml')) return 'application/xml';
  if (head.startsWith('%pdf-')) return 'application/pdf';
  return said;
}

function lowerCased(headers: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
