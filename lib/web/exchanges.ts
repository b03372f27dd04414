/**
 * One exchange by the rules that hold for every request, whoever asks and whatever for: the circuit of its domain is
 * closed, its turn has come, it carries the cookies of its site and no others, and it is told to the listeners.
 */
import type { Clock } from '../clock.js';
import type { Agents, RateLimit } from '../config.js';
import { DomainPaused, messageOf, RetryLater, SkipRecord, WorkbenchError } from '../errors.js';
import { CircuitBreaker, type Health } from './circuit-breaker.js';
import { CookieJar, cookieNames } from './cookies.js';
import { isHtmlType } from './media.js';
import { Pacing } from './pacing.js';
import { retryAfterMs } from './retry-after.js';
import type { Exchange, Transport } from './transport.js';
import type { ExchangeRecord, WebRequest } from './types.js';
import { registrableDomain } from './url.js';

export interface ExchangesOptions {
  http: Agents['http'];
  limitFor: (domain: string) => RateLimit;
  transport: Transport;
  clock: Clock;
  random: () => number;
  /** Folder for what all processes must know of a domain: its pace, its circuit. */
  pacingFolder: string;
  signal?: AbortSignal;
  onWait?: (domain: string, reason: string, waitMs: number) => void;
}

export interface About {
  attempt: number;
  /** No further try follows: a failure now is one of the request. */
  last: boolean;
  rule: string | null;
  minIntervalMs: number;
  /** robots.txt: cut at its limit, no cookies, and no part in rows of failures and walls. */
  isRobots?: boolean;
}

export interface PacedExchange extends Exchange {
  waitedMs: number;
  durationMs: number;
  fetchedAt: string;
}

/** Waits shorter than this are not worth a line on the screen. */
const TELL_WAIT_MS = 1_000;
/** Headers that belong to the place they were meant for. */
const PRIVATE_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

export class Exchanges {
  private readonly options: ExchangesOptions;
  private readonly pacing: Pacing;
  private readonly circuit: CircuitBreaker;
  readonly cookies: CookieJar;
  private readonly slower = new Map<string, RateLimit>();

  constructor(options: ExchangesOptions) {
    this.options = options;
    const { pacingFolder, clock, http } = options;
    this.pacing = new Pacing(pacingFolder, clock, http.longest_wait_ms);
    this.circuit = new CircuitBreaker(pacingFolder, clock, http.circuit_breaker);
    this.cookies = new CookieJar(clock);
  }

  /** Answers whatever the server says; throws as `WebFetch` does. */
  async exchange(url: URL, request: WebRequest, about: About): Promise<PacedExchange> {
    const { clock, transport, http } = this.options;
    const domain = registrableDomain(url.hostname);
    const signal = request.signal ?? this.options.signal;
    const began = clock.monotonicMs();
    const { probe, turn } = await this.turn(domain, request, about);
    const waitedMs = turn.atMs - began;
    const started = clock.monotonicMs();
    const record = recordOf(url, request, about, { domain, waitedMs, at: clock.now() });
    let health: Health | null = null;
    const connected = this.pacing.connects(domain);
    try {
      const answer = await transport.exchange({
        url,
        method: request.method ?? 'GET',
        headers: this.headersFor(url, request, about),
        body: request.body ?? null,
        deadlineMs: request.deadlineMs ?? http.deadline_ms,
        maxBytes: request.maxBytes ?? http.max_bytes,
        clip: about.isRobots ?? false,
        signal,
        onSent: () => {
          this.pacing.sent(domain, turn);
          connected();
        },
      });
      health = healthOf(answer, about);
      if (request.purpose === 'page' && !about.isRobots) this.cookies.take(url, answer.setCookies);
      Object.assign(record, {
        final_url: url.href,
        status: answer.status,
        bytes: answer.wireBytes,
        content_type: answer.headers['content-type'] ?? null,
      });
      return {
        ...answer,
        headers: { ...answer.headers, ...hidden(answer.setCookies) },
        waitedMs,
        durationMs: clock.monotonicMs() - started,
        fetchedAt: record.fetched_at,
      };
    } catch (error) {
      if (error instanceof SkipRecord) health = 'answer';
      else if (error instanceof RetryLater) health = 'failure';
      record.error =
        error instanceof WorkbenchError ? `${error.code}: ${messageOf(error)}` : messageOf(error);
      throw error;
    } finally {
      connected();
      record.duration_ms = Math.round(clock.monotonicMs() - started);
      if (request.purpose === 'page') this.note(domain, health, { request, record, about, probe });
      if (!(record.status === null && signal?.aborted)) request.onExchange?.(record);
    }
  }

  /** What a page turned out to be, once somebody has looked: a wall answers with 200 as well. */
  tell(url: string, identity: 'page' | 'wall'): void {
    this.circuit.note(registrableDomain(url), identity, { key: url, why: 'met a wall', probe: false });
  }

  slowTo(domain: string, limit: RateLimit): void {
    this.slower.set(domain, strictest(this.slower.get(domain) ?? limit, limit));
  }

  private limitFor(domain: string): RateLimit {
    const configured = this.options.limitFor(domain);
    const slower = this.slower.get(domain);
    return slower ? strictest(configured, slower) : configured;
  }

  /** A good answer lets a slowed domain recover. */
  recover(domain: string): void {
    this.pacing.recover(domain);
  }

  /**
   * The pause after a try that failed. It is the domain's, so that other requests of it wait as well: what `Retry-After`
   * asks for, else exponential backoff with full jitter, bounded.
   */
  park(
    domain: string,
    attempt: number,
    failed: { status: number; retryAfter?: string } | { code: string },
  ): void {
    const { http, random, clock } = this.options;
    const backoff = random() * Math.min(http.backoff_max_ms, http.backoff_base_ms * 2 ** (attempt - 1));
    if ('code' in failed) {
      this.pacing.park(domain, backoff, failed.code.toLowerCase(), false);
    } else {
      const asked = retryAfterMs(failed.retryAfter, clock.now());
      const pause = asked === null ? backoff : Math.min(asked, LONGEST_PARK_MS);
      this.pacing.park(domain, pause, `answered ${failed.status}`, failed.status === 429);
    }
  }

  /** Waits until the circuit lets it through and its turn has come, which may take until the circuit has opened again. */
  private async turn(domain: string, request: WebRequest, about: About) {
    const { onWait } = this.options;
    const signal = request.signal ?? this.options.signal;
    const guarded = request.purpose === 'page';
    for (let probe = guarded && (await this.admitted(domain, signal)); ; ) {
      try {
        const turn = await this.pacing.turn(domain, this.limitFor(domain), {
          minIntervalMs: about.minIntervalMs,
          signal,
          onWait: (reason, ms) => {
            if (ms >= TELL_WAIT_MS) onWait?.(domain, reason, ms);
          },
        });
        if (probe || !guarded) return { probe, turn };
        const now = this.circuit.admit(domain);
        if (now.kind !== 'open') return { probe: now.kind === 'probe', turn };
      } catch (error) {
        if (probe) this.circuit.giveUp(domain);
        throw error;
      }
      probe = await this.admitted(domain, signal);
    }
  }

  /** True for a request that is the probe of an open circuit. */
  private async admitted(domain: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { clock, http, onWait } = this.options;
    for (let waited = 0; ; ) {
      const admission = this.circuit.admit(domain);
      if (admission.kind !== 'open') return admission.kind === 'probe';
      const { waitMs, reason } = admission;
      if (waited + waitMs > http.circuit_breaker.wait_ms) {
        const until = new Date(clock.now().getTime() + waitMs);
        throw new DomainPaused(
          `${domain}: ${reason}; nothing is asked of it until ${until.toISOString()}, then one probe decides`,
          { domain, reason: 'circuit_open', until, waitMs },
        );
      }
      if (waitMs >= TELL_WAIT_MS) onWait?.(domain, `circuit open: ${reason}`, waitMs);
      await clock.sleep(waitMs, signal);
      waited += waitMs;
    }
  }

  private note(
    domain: string,
    health: Health | null,
    {
      request,
      record,
      about,
      probe,
    }: { request: WebRequest; record: ExchangeRecord; about: About; probe: boolean },
  ): void {
    if (health === null) {
      if (probe) this.circuit.giveUp(domain);
      return;
    }
    // A try that another follows is no failure of the request; robots.txt has rules of its own for what fails.
    if (health === 'failure' && !probe && (!about.last || about.isRobots)) return;
    const why =
      record.status === null ? (record.error?.split(':')[0] ?? 'lost') : `answered ${record.status}`;
    this.circuit.note(domain, health, { key: `${record.url} ${request.body ?? ''}`, why, probe });
  }

  private headersFor(url: URL, request: WebRequest, about: About): Record<string, string> {
    const given = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const sameOrigin = URL.canParse(request.url) && new URL(request.url).origin === url.origin;
    const cookie = request.purpose === 'page' && !about.isRobots ? this.cookies.headerFor(url) : null;
    return {
      'user-agent': this.options.http.user_agent,
      accept: 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5',
      ...Object.fromEntries(given.filter(([name]) => sameOrigin || !PRIVATE_HEADERS.has(name!))),
      ...(cookie === null ? {} : { cookie }),
    };
  }
}

function strictest(a: RateLimit, b: RateLimit): RateLimit {
  const days = [a.requests_per_day, b.requests_per_day].filter((n) => n !== undefined);
  return {
    requests_per_second: Math.min(a.requests_per_second, b.requests_per_second),
    ...(days.length > 0 && { requests_per_day: Math.min(...days) }),
  };
}

/** No server parks its domain for longer than this, whatever its Retry-After says. */
const LONGEST_PARK_MS = 24 * 3600 * 1000;

function healthOf({ status, headers }: Exchange, { isRobots }: About): Health {
  if (status === 429 || status >= 500) return 'failure';
  if (status === 401 || status === 403) return isRobots ? 'answer' : 'wall';
  const type = headers['content-type']?.replace(/;.*$/s, '').trim().toLowerCase() ?? null;
  const isPage = status === 304 || (status < 300 && type !== null && !isHtmlType(type));
  return isPage && !isRobots ? 'page' : 'answer';
}

/** That cookies were set, and which; never what they say. */
function hidden(setCookies: readonly string[]): Record<string, string> {
  const names = cookieNames(setCookies);
  return names.length === 0 ? {} : { 'set-cookie': names.map((name) => `${name}=…`).join(', ') };
}

function recordOf(
  url: URL,
  request: WebRequest,
  about: About,
  now: { domain: string; waitedMs: number; at: Date },
): ExchangeRecord {
  return {
    url: url.href,
    final_url: null,
    method: request.method ?? 'GET',
    domain: now.domain,
    status: null,
    attempt: about.attempt,
    waited_ms: Math.round(now.waitedMs),
    duration_ms: 0,
    bytes: null,
    content_type: null,
    from_cache: false,
    error: null,
    robots_rule: about.rule,
    fetched_at: now.at.toISOString(),
  };
}
