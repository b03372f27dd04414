/**
 * The one polite fetcher. Robots, limits, caps, circuit breaker, redirects, retries, cookies and guards are inside it, so
 * that no caller can go around them; every exchange is told to the request's `onExchange`.
 */
import type { RateLimit } from '../config.js';
import { DomainPaused, Refused, RetryLater, SkipRecord } from '../errors.js';
import { Exchanges, type ExchangesOptions } from './exchanges.js';
import { guardUrl } from './guards.js';
import { redirectTarget, responseOf } from './response.js';
import { robotsFetch } from './robots-fetch.js';
import { RobotsPolicy, type RobotsVerdict } from './robots-policy.js';
import type { ExchangeRecord, WebFetch, WebRequest, WebResponse } from './types.js';
import { registrableDomain } from './url.js';

export interface FetcherOptions extends ExchangesOptions {
  /** Hosts that may be asked with purpose `api`. */
  apiHosts: ReadonlySet<string>;
  /** File for robots.txt copies. */
  robotsFile: string;
}

export interface Fetcher {
  fetch: WebFetch;
  robotsFor(url: string, onExchange?: (record: ExchangeRecord) => void): Promise<RobotsVerdict>;
  /**
   * What a page that came with status 200 is: `wall` for a block page or a captcha, `page` for one that holds what it
   * should. Walls in a row open the domain's circuit.
   */
  tell(url: string, identity: 'page' | 'wall'): void;
  /** A domain turned out to need a slower pace than config gives it; of several limits the strictest counts. */
  slowTo(domain: string, limit: RateLimit): void;
  close(): Promise<void>;
}

/** What is final for a healthy server, but is also seen for a moment where a proxy or cache misbehaves: tried once more. */
const ONCE_MORE = new Set(['TOO_LARGE', 'DECOMPRESSION_BOMB', 'REDIRECT_LOOP']);

export function openFetcher(options: FetcherOptions): Fetcher {
  const { http, clock, transport } = options;
  const exchanges = new Exchanges(options);
  const robots = new RobotsPolicy({
    file: options.robotsFile,
    productToken: http.product_token,
    clock,
    longestCrawlDelaySecs: http.longest_crawl_delay_secs,
    fetch: robotsFetch(exchanges, http.max_attempts),
  });

  /** Follows one request through its redirects; each target is checked anew. */
  async function once(asked: WebRequest, attempt: number, last: boolean): Promise<WebResponse> {
    let request = asked;
    let url = guardUrl(request.url);
    const redirects: string[] = [];
    const seen = new Map<string, number>();
    let waitedMs = 0;
    for (;;) {
      const { rule, minIntervalMs } = await permission(url, request);
      seen.set(url.href, exchanges.cookies.changes);
      const answer = await exchanges.exchange(url, request, { attempt, last, rule, minIntervalMs });
      waitedMs += answer.waitedMs;
      const location =
        request.purpose === 'page' ? redirectTarget(answer.status, answer.headers.location, url) : null;
      if (location === null) return responseOf(request, url, answer, { attempt, rule, redirects, waitedMs });
      redirects.push(url.href);
      if (redirects.length > http.max_redirects)
        throw new SkipRecord(`${request.url}: more than ${http.max_redirects} redirects`, {
          code: 'TOO_MANY_REDIRECTS',
        });
      url = guardUrl(location);
      // Back to a page that has been asked is a circle, unless a cookie was set meanwhile that may make it answer.
      if (seen.get(url.href) === exchanges.cookies.changes)
        throw new SkipRecord(`${request.url}: the redirects go in a circle at ${url.href}`, {
          code: 'REDIRECT_LOOP',
        });
      if (request.method === 'POST' && ![307, 308].includes(answer.status)) request = asGet(request);
    }
  }

  /** What robots.txt, or the list of API hosts, says of a request; throws `Refused`. */
  async function permission(url: URL, request: WebRequest) {
    if (request.purpose === 'api') {
      if (options.apiHosts.has(url.hostname)) return { rule: null, minIntervalMs: 0 };
      throw new Refused(`${url.hostname} is not the API host of a configured provider`, { code: 'API_HOST' });
    }
    const { onExchange, signal } = request;
    const verdict = await robots.forUrl(url, { onExchange, signal: signal ?? options.signal });
    const { allowed, rule } = verdict.robots.check(url.href);
    if (!allowed)
      throw new Refused(`robots.txt of ${url.host} does not allow ${url.pathname} (${rule})`, {
        code: 'ROBOTS',
        context: { url: url.href, rule },
      });
    const delay = Math.min(verdict.robots.crawlDelaySecs ?? 0, http.longest_crawl_delay_secs);
    return { rule, minIntervalMs: delay * 1000 };
  }

  /** Tries again what may change. The pause is the domain's, so that other requests of it wait as well. */
  async function fetch(request: WebRequest): Promise<WebResponse> {
    const attempts = request.maxAttempts ?? http.max_attempts;
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attempts;
      try {
        const answer = await once(request, attempt, last);
        const domain = registrableDomain(answer.finalUrl);
        const { status } = answer;
        if (status !== 429 && status < 500) {
          if (status < 400) exchanges.recover(domain);
          return answer;
        }
        const retryAfter = answer.headers['retry-after'];
        exchanges.park(domain, attempt, { status, ...(retryAfter && { retryAfter }) });
        if (last) return answer;
      } catch (error) {
        const transient = error instanceof RetryLater && !(error instanceof DomainPaused);
        const onceMore = error instanceof SkipRecord && ONCE_MORE.has(error.code) && attempt === 1;
        if (!(transient || onceMore) || last) throw error;
        const domain = registrableDomain(String(error.context.url ?? request.url)); // after redirects, perhaps another
        exchanges.park(domain, attempt, { code: error.code });
      }
    }
  }

  return {
    fetch,
    robotsFor: (url, onExchange) => robots.forUrl(guardUrl(url), { onExchange, signal: options.signal }),
    tell: (url, identity) => exchanges.tell(url, identity),
    slowTo: (domain, limit) => exchanges.slowTo(domain, limit),
    close: () => transport.close(),
  };
}

/** What a browser makes of a POST that 301, 302 or 303 send elsewhere. */
function asGet(request: WebRequest): WebRequest {
  const { body: _dropped, headers = {}, ...rest } = request;
  const kept = Object.entries(headers).filter(([name]) => !/^content-/i.test(name));
  return { ...rest, method: 'GET', headers: Object.fromEntries(kept) };
}
