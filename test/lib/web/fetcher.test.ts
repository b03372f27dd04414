/** The one polite fetcher, over real HTTP on loopback and a clock that does not wait. */
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DomainPaused, Interrupted, Refused, RetryLater, SkipRecord } from '../../../lib/errors.js';
import { type Fetcher, type FetcherOptions, openFetcher } from '../../../lib/web/fetcher.js';
import { openTransport } from '../../../lib/web/transport.js';
import type { ExchangeRecord, WebRequest } from '../../../lib/web/types.js';
import { fakeClock, steppedClock } from '../../support/clock.js';
import { type Answer, type Asked, type Handler, serve } from '../../support/http.js';
import { tempFolder } from '../../support/lake.js';

const HTTP: FetcherOptions['http'] = {
  product_token: 'NamBot',
  user_agent: 'NamBot/1.0 (+https://example.org/bot)',
  deadline_ms: 5_000,
  connect_timeout_ms: 1_000,
  max_bytes: 1_000_000,
  max_redirects: 5,
  max_attempts: 4,
  backoff_base_ms: 2_000,
  backoff_max_ms: 120_000,
  longest_wait_ms: 1_800_000,
  longest_crawl_delay_secs: 120,
  circuit_breaker: {
    failures: 5,
    walls: 10,
    first_pause_ms: 60_000,
    longest_pause_ms: 3_600_000,
    wait_ms: 300_000,
  },
};

type Site = (asked: Asked) => Answer | undefined;

/** A fetcher whose whole internet is one server; robots.txt allows everything unless the site says otherwise. */
async function webOf(site: Handler, more: Partial<FetcherOptions> = {}) {
  const server = await serve((asked, response) => {
    const answer = site(asked, response);
    if (asked.path === '/robots.txt' && answer?.body === undefined && answer?.status === undefined)
      return { headers: { 'content-type': 'text/plain' } };
    return answer;
  });
  const clock = fakeClock();
  const folder = await tempFolder();
  const open = (): Fetcher =>
    openFetcher({
      http: HTTP,
      limitFor: () => ({ requests_per_second: 0.5 }),
      apiHosts: new Set(['api.apollo.io']),
      transport: openTransport(
        { kind: 'loopback', http: server.port, https: server.port },
        { connectTimeoutMs: 1_000 },
      ),
      clock,
      random: () => 0.5,
      pacingFolder: path.join(folder, 'pacing'),
      robotsFile: path.join(folder, 'robots.ndjson'),
      ...more,
    });
  const web = open();
  onTestFinished(() => web.close());
  const told: ExchangeRecord[] = [];
  const ask = (url: string, request: Partial<WebRequest> = {}) =>
    web.fetch({ url, purpose: 'page', onExchange: (record) => told.push(record), ...request });
  /** What was asked for, robots.txt left out. */
  const pages = () => server.seen.filter((s) => !s.endsWith('/robots.txt'));
  return { web, ask, told, server, clock, pages };
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (e: unknown) => e,
  );

describe('robots.txt', () => {
  test('is asked for first, once, and a page that it closes is never requested', async () => {
    const { ask, server, pages } = await webOf(({ path: p }) =>
      p === '/robots.txt' ? { body: 'User-agent: *\nDisallow: /private' } : { body: 'ok' },
    );
    expect((await ask('https://www.pma.org/a')).status).toBe(200);
    const refused = await failure(ask('https://www.pma.org/private/list'));
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ code: 'ROBOTS', context: { rule: 'Disallow: /private' } });
    await ask('https://www.pma.org/b');
    expect(server.seen).toEqual(['www.pma.org/robots.txt', 'www.pma.org/a', 'www.pma.org/b']);
    expect(pages()).not.toContain('www.pma.org/private/list');
  });

  test.each([500, 503])('that answers %i closes the site', async (status) => {
    const { ask, pages } = await webOf(({ path: p }) => (p === '/robots.txt' ? { status } : { body: 'ok' }));
    expect(await failure(ask('https://www.pma.org/'))).toBeInstanceOf(Refused);
    expect(pages()).toEqual([]);
  });

  test('that cannot be reached closes the site', async () => {
    const { ask, pages } = await webOf(({ path: p }, response) => {
      if (p !== '/robots.txt') return { body: 'ok' };
      response.socket?.destroy();
      return undefined;
    });
    expect(await failure(ask('https://www.pma.org/'))).toMatchObject({ code: 'ROBOTS' });
    expect(pages()).toEqual([]);
  });

  test('is followed through five redirects; a sixth means there is none', async () => {
    const hops = (last: number) => (asked: Asked) => {
      const hop =
        asked.path === '/robots.txt' ? 0 : Number(/^\/hop(\d)$/.exec(asked.path)?.[1] ?? Number.NaN);
      if (Number.isNaN(hop)) return { body: 'page' };
      return hop < last
        ? { status: 301, headers: { location: `/hop${hop + 1}` } }
        : { body: 'User-agent: *\nDisallow: /' };
    };
    expect(await failure((await webOf(hops(5))).ask('https://www.pma.org/x'))).toMatchObject({
      code: 'ROBOTS',
    });
    expect((await (await webOf(hops(6))).ask('https://www.pma.org/x')).status).toBe(200);
  });

  test.each(['http://127.0.0.1/robots.txt', 'http://169.254.169.254/', 'file:///etc/passwd'])(
    'that leads to %s counts as unreachable, and is not asked for again with every page',
    async (location) => {
      const { ask, server } = await webOf(({ path: p }) =>
        p === '/robots.txt' ? { status: 302, headers: { location } } : { body: 'ok' },
      );
      expect(await failure(ask('https://www.pma.org/a'))).toMatchObject({ code: 'ROBOTS' });
      expect(await failure(ask('https://www.pma.org/b'))).toMatchObject({ code: 'ROBOTS' });
      expect(server.seen).toEqual(['www.pma.org/robots.txt']);
    },
  );

  test.each<[string, (n: number) => Answer | 'reset']>([
    ['one reset', (n) => (n === 0 ? 'reset' : {})],
    ['one 503', (n) => (n === 0 ? { status: 503, headers: { 'retry-after': '5' } } : {})],
    ['one 429', (n) => (n === 0 ? { status: 429 } : {})],
    ['three failures of three kinds', (n) => [{ status: 500 }, 'reset' as const, { status: 502 }][n] ?? {}],
  ])('is tried again after %s', async (_name, answer) => {
    let n = 0;
    const { ask, told } = await webOf(({ path: p }, response) => {
      if (p !== '/robots.txt') return { body: 'ok' };
      const now = answer(n++);
      if (now !== 'reset') return { body: 'User-agent: *\nDisallow: /closed', ...now };
      response.socket?.destroy();
      return undefined;
    });
    expect((await ask('https://www.pma.org/a')).status).toBe(200);
    expect(await failure(ask('https://www.pma.org/closed'))).toMatchObject({ code: 'ROBOTS' });
    expect(told.filter((t) => t.url.endsWith('/robots.txt'))).toHaveLength(n);
  });

  test('that fails every time is asked for as often as config says, once an hour', async () => {
    const { ask, server, clock } = await webOf(({ path: p }) =>
      p === '/robots.txt' ? { status: 500 } : { body: 'ok' },
    );
    for (const page of ['a', 'b', 'c'])
      expect(await failure(ask(`https://www.pma.org/${page}`))).toMatchObject({ code: 'ROBOTS' });
    expect(server.seen).toHaveLength(HTTP.max_attempts);
    clock.advance(3600 * 1000);
    await failure(ask('https://www.pma.org/a'));
    expect(server.seen).toHaveLength(2 * HTTP.max_attempts);
  });

  test('that lies at another site’s own address counts for that site as well', async () => {
    const { ask, server } = await webOf(({ path: p, host }) => {
      if (p !== '/robots.txt') return { body: 'ok' };
      return host === 'pma.org'
        ? { status: 301, headers: { location: 'https://www.pma.org/robots.txt' } }
        : { body: 'User-agent: *\nDisallow: /closed' };
    });
    expect(await failure(ask('https://pma.org/closed'))).toMatchObject({ code: 'ROBOTS' });
    expect(await failure(ask('https://www.pma.org/closed'))).toMatchObject({ code: 'ROBOTS' });
    expect(server.seen).toEqual(['pma.org/robots.txt', 'www.pma.org/robots.txt']);
  });

  test('a Crawl-delay beyond reason is kept as far as config says, and a person is asked for', async () => {
    const { web, ask, clock } = await webOf(({ path: p }) =>
      p === '/robots.txt' ? { body: 'User-agent: *\nCrawl-delay: 86400' } : { body: 'ok' },
    );
    await ask('https://www.pma.org/a');
    const before = clock.monotonicMs();
    await ask('https://www.pma.org/b');
    expect(clock.monotonicMs() - before).toBe(120_000);
    expect((await web.robotsFor('https://www.pma.org/')).needsPerson).toContain('86400 s');
    expect((await web.robotsFor('https://nema.org/')).needsPerson).not.toBeNull();
  });

  test('of several megabytes is read as far as 500 KiB', async () => {
    const body = `User-agent: *\nDisallow: /private\n${'# filler\n'.repeat(400_000)}Disallow: /late\n`;
    const { ask } = await webOf(({ path: p }) => (p === '/robots.txt' ? { body } : { body: 'ok' }));
    expect((await ask('https://www.pma.org/late')).status).toBe(200);
    expect(await failure(ask('https://www.pma.org/private'))).toMatchObject({ code: 'ROBOTS' });
  });

  test('its Crawl-delay sets the pace where it is slower than ours', async () => {
    const { ask, clock } = await webOf(({ path: p }) =>
      p === '/robots.txt' ? { body: 'User-agent: *\nCrawl-delay: 10' } : { body: 'ok' },
    );
    await ask('https://www.pma.org/a');
    const before = clock.monotonicMs();
    await ask('https://www.pma.org/b');
    expect(clock.monotonicMs() - before).toBe(10_000);
  });
});

describe('redirects', () => {
  const site =
    (routes: Record<string, string>): Site =>
    ({ path: p, host }) => {
      if (p === '/robots.txt') return { body: 'User-agent: *\nDisallow: /closed' };
      const location = routes[p] ?? routes[host];
      return location ? { status: 302, headers: { location } } : { body: `${host}${p}` };
    };

  test('are followed, each hop told and paced', async () => {
    const { ask, told, clock } = await webOf(site({ '/a': '/b', '/b': 'https://members.pma.org/c?x=1' }));
    const before = clock.monotonicMs();
    const answer = await ask('https://www.pma.org/a');
    expect(answer.finalUrl).toBe('https://members.pma.org/c?x=1');
    expect(answer.redirects).toEqual(['https://www.pma.org/a', 'https://www.pma.org/b']);
    expect(answer.text().text).toBe('members.pma.org/c?x=1');
    expect(told.map((t) => [t.url, t.status])).toEqual([
      ['https://www.pma.org/robots.txt', 200],
      ['https://www.pma.org/a', 302],
      ['https://www.pma.org/b', 302],
      ['https://members.pma.org/robots.txt', 200],
      ['https://members.pma.org/c?x=1', 200],
    ]);
    expect(clock.monotonicMs() - before).toBe(4 * 2000);
  });

  test.each([
    ['a page that robots.txt closes', '/closed/x', 'ROBOTS', Refused],
    ['a page of another host that it closes', 'https://other.org/closed', 'ROBOTS', Refused],
    ['a private address', 'http://10.0.0.8/', 'URL_GUARD', Refused],
    ['loopback', 'http://127.0.0.1:80/admin', 'URL_GUARD', Refused],
    ['the cloud’s metadata', 'http://169.254.169.254/latest/', 'URL_GUARD', Refused],
    ['IPv6 loopback', 'http://[::1]/', 'URL_GUARD', Refused],
    ['a file', 'file:///etc/passwd', 'URL_GUARD', Refused],
    ['a script', 'javascript:alert(1)', 'URL_GUARD', Refused],
  ])('to %s end there', async (_name, target, code, kind) => {
    const { ask, pages } = await webOf(site({ '/a': target }));
    const error = await failure(ask('https://www.pma.org/a'));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code });
    expect(pages()).toEqual(['www.pma.org/a']);
  });

  test.each([
    ['to itself', { '/a': '/a' }, 1],
    ['in a circle of two', { '/a': '/b', '/b': '/a' }, 2],
    ['in a circle that differs in the fragment', { '/a': '/b#1', '/b': '/a#2' }, 2],
  ])(
    '%s are caught, and tried once more: caches make such circles for a moment',
    async (_name, routes, asked) => {
      const { ask, pages } = await webOf(site(routes as unknown as Record<string, string>));
      expect(await failure(ask('https://www.pma.org/a'))).toMatchObject({ code: 'REDIRECT_LOOP' });
      expect(pages()).toHaveLength(2 * asked);
    },
  );

  test('are followed as often as config says, and not once more', async () => {
    const { ask, pages } = await webOf(({ path: p }) =>
      p === '/robots.txt' ? { body: '' } : { status: 302, headers: { location: `${p}x` } },
    );
    const error = await failure(ask('https://www.pma.org/a'));
    expect(error).toBeInstanceOf(SkipRecord);
    expect(error).toMatchObject({ code: 'TOO_MANY_REDIRECTS' });
    expect(pages()).toHaveLength(HTTP.max_redirects + 1);
  });

  test('without a location, or to nonsense, are an answer like any other', async () => {
    const { ask } = await webOf(({ path: p }) =>
      p === '/a' ? { status: 302 } : p === '/b' ? { status: 301, headers: { location: 'http://' } } : {},
    );
    expect((await ask('https://www.pma.org/a')).status).toBe(302);
    expect((await ask('https://www.pma.org/b')).status).toBe(301);
  });

  test('with a coding named and nothing sent are followed', async () => {
    const { ask } = await webOf(({ path: p }) =>
      p === '/a' ? { status: 301, headers: { location: '/b', 'content-encoding': 'gzip' } } : { body: 'ok' },
    );
    expect((await ask('https://www.pma.org/a')).finalUrl).toBe('https://www.pma.org/b');
  });
});

describe('answers that may change', () => {
  /** Answers in turn; the last one again and again. */
  const inTurn = (answers: Answer[]): Site => {
    let n = 0;
    return ({ path: p }) => (p === '/robots.txt' ? {} : answers[Math.min(n++, answers.length - 1)]);
  };

  test.each([
    [429, '30', 30_000],
    [503, '30', 30_000],
    [503, 'Sun, 01 Mar 2026 12:02:02 GMT', 120_000],
    [500, '0', 2_000],
    [429, 'soon', 4_000],
  ])('%i with Retry-After %s is tried again after %i ms and not before', async (status, header, least) => {
    const { web, ask, told, clock, pages } = await webOf(
      inTurn([{ status, headers: { 'retry-after': header } }, { body: 'ok' }]),
    );
    await web.robotsFor('https://www.pma.org/');
    const before = clock.monotonicMs();
    const answer = await ask('https://www.pma.org/a');
    expect(answer).toMatchObject({ status: 200, attempt: 2 });
    expect(pages()).toHaveLength(2);
    expect(told.at(-1)).toMatchObject({ status: 200, attempt: 2 });
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(least);
    expect(clock.monotonicMs() - before).toBeLessThanOrEqual(least + 4_000);
  });

  test('an absurd Retry-After is a pause of a day, not for ever, never ignored, and ends the run in peace', async () => {
    const { ask, pages } = await webOf(
      inTurn([{ status: 503, headers: { 'retry-after': '99999999999' } }, { body: 'ok' }]),
    );
    const error = await failure(ask('https://www.pma.org/a'));
    expect(error).toBeInstanceOf(DomainPaused);
    expect(error).toMatchObject({ code: 'ASKED_TO_WAIT', domain: 'pma.org', retryAfterMs: 24 * 3600 * 1000 });
    expect(await failure(ask('https://www.pma.org/b'))).toMatchObject({ code: 'ASKED_TO_WAIT' });
    expect(pages()).toHaveLength(1);
  });

  test('without a word from the server the waits grow, and the tries end with the last answer', async () => {
    const { ask, clock, pages, told } = await webOf(inTurn([{ status: 502 }]), { random: () => 1 });
    const answer = await ask('https://www.pma.org/a');
    expect(answer).toMatchObject({ status: 502, attempt: HTTP.max_attempts });
    expect(pages()).toHaveLength(HTTP.max_attempts);
    expect(told.filter((t) => t.status === 502).map((t) => t.attempt)).toEqual([1, 2, 3, 4]);
    expect(clock.slept.filter((ms) => ms > 2000)).toEqual([4000, 8000]);
  });

  test('a lost connection is tried again, and told each time', async () => {
    let n = 0;
    const { ask, told } = await webOf(({ path: p }, response) => {
      if (p === '/robots.txt' || n++ > 0) return { body: p === '/robots.txt' ? '' : 'ok' };
      response.socket?.destroy();
      return undefined;
    });
    expect((await ask('https://www.pma.org/a')).attempt).toBe(2);
    expect(told.slice(1).map((t) => [t.status, t.error?.split(':')[0] ?? null])).toEqual([
      [null, 'NETWORK'],
      [200, null],
    ]);
  });

  test('when the tries are used up, the error says so', async () => {
    const { ask, told } = await webOf(({ path: p }, response) => {
      if (p === '/robots.txt') return { body: '' };
      response.socket?.destroy();
      return undefined;
    });
    const error = await failure(ask('https://www.pma.org/a', { maxAttempts: 2 }));
    expect(error).toBeInstanceOf(RetryLater);
    expect(error).toMatchObject({ code: 'NETWORK' });
    expect(told).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 410, 451])('%i is final', async (status) => {
    const { ask, pages } = await webOf(inTurn([{ status }]));
    expect((await ask('https://www.pma.org/a')).status).toBe(status);
    expect(pages()).toHaveLength(1);
  });

  test('the pause belongs to the domain that asked for it, not to the one that led there', async () => {
    const { ask, clock } = await webOf(({ path: p, host }) => {
      if (p === '/a') return { status: 302, headers: { location: 'https://busy.org/b' } };
      if (host === 'busy.org' && p === '/b') return { status: 503, headers: { 'retry-after': '600' } };
      return { body: '' };
    });
    await ask('https://www.pma.org/a', { maxAttempts: 1 });
    let before = clock.monotonicMs();
    await ask('https://www.pma.org/c');
    expect(clock.monotonicMs() - before).toBeLessThanOrEqual(2000);
    before = clock.monotonicMs();
    await ask('https://busy.org/d');
    expect(clock.monotonicMs() - before).toBeGreaterThan(500_000);
  });

  test('a pause holds back the requests that already wait for their slot', async () => {
    const clock = steppedClock();
    const times: number[] = [];
    const { ask, pages } = await webOf(
      ({ path: p }) => {
        if (p === '/robots.txt') return { body: '' };
        times.push(clock.monotonicMs());
        return p === '/0' ? { status: 429, headers: { 'retry-after': '60' } } : { body: 'ok' };
      },
      { clock },
    );
    let open = 4;
    const all = ['/0', '/1', '/2', '/3'].map((p) =>
      ask(`https://www.pma.org${p}`, { maxAttempts: 1 }).finally(() => {
        open -= 1;
      }),
    );
    while (open > 0) {
      await new Promise((next) => setTimeout(next, 20));
      await clock.step();
    }
    await Promise.all(all);
    expect(pages()[0]).toBe('www.pma.org/0');
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(60_000);
    for (let i = 2; i < times.length; i += 1) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(4_000);
  });
});

describe('limits', () => {
  test('a domain can be slowed below its configured limit, never sped up', async () => {
    const { web, ask, told } = await webOf(() => ({ body: 'ok' }), {
      limitFor: () => ({ requests_per_second: 1 }),
    });
    web.slowTo('directory-host.org', { requests_per_second: 0.25, requests_per_day: 3 });
    web.slowTo('directory-host.org', { requests_per_second: 5, requests_per_day: 900 });
    for (const page of ['a', 'b']) await ask(`https://x.directory-host.org/${page}`);
    expect(told.map((record) => record.waited_ms)).toEqual([0, 4_000, 4_000]);
    expect(await failure(ask('https://x.directory-host.org/c'))).toMatchObject({ code: 'DAILY_CAP' });
  });

  test('a spent daily cap is told as such, and nothing more is asked', async () => {
    const { ask, pages, told } = await webOf(() => ({ body: 'ok' }), {
      limitFor: () => ({ requests_per_second: 1, requests_per_day: 3 }),
    });
    await ask('https://www.pma.org/1');
    await ask('https://www.pma.org/2');
    const error = await failure(ask('https://www.pma.org/3'));
    expect(error).toBeInstanceOf(DomainPaused);
    expect(error).toMatchObject({ code: 'DAILY_CAP', reason: 'daily_cap' });
    expect(pages()).toHaveLength(2);
    expect(told).toHaveLength(3);
  });

  test('long waits are told to the screen, with their reason', async () => {
    const waits: [string, string, number][] = [];
    const { ask } = await webOf(() => ({ body: 'ok' }), {
      onWait: (domain, reason, ms) => waits.push([domain, reason, ms]),
    });
    await ask('https://www.pma.org/1');
    expect(waits).toEqual([['pma.org', 'rate limit', 2000]]);
  });

  test('a body beyond maxBytes is skipped, after one more try', async () => {
    const { ask, pages } = await webOf(({ path: p }) => ({
      body: p === '/robots.txt' ? '' : 'x'.repeat(5000),
    }));
    expect(await failure(ask('https://www.pma.org/a', { maxBytes: 1000 }))).toMatchObject({
      code: 'TOO_LARGE',
    });
    expect(pages()).toHaveLength(2);
  });

  test('an interruption ends a wait', async () => {
    const stop = new AbortController();
    const { ask, clock } = await webOf(() => ({ body: 'ok' }), { signal: stop.signal });
    await ask('https://www.pma.org/a');
    stop.abort();
    expect(await failure(ask('https://www.pma.org/b'))).toBeInstanceOf(Interrupted);
    expect(clock.slept.length).toBeGreaterThan(0);
  });
});

describe('provider APIs', () => {
  test('are asked without robots.txt, at the configured hosts only', async () => {
    const { ask, server } = await webOf(({ method, body }) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, body }),
    }));
    const answer = await ask('https://api.apollo.io/v1/x', {
      purpose: 'api',
      method: 'POST',
      body: '{"q":1}',
    });
    expect(JSON.parse(answer.text().text)).toEqual({ method: 'POST', body: '{"q":1}' });
    expect(server.seen).toEqual(['api.apollo.io/v1/x']);
    for (const url of ['https://www.pma.org/', 'https://evil.apollo.io/', 'https://api.apollo.io.evil.org/'])
      expect(await failure(ask(url, { purpose: 'api' }))).toMatchObject({
        code: 'API_HOST',
        name: 'Refused',
      });
    expect(server.seen).toHaveLength(1);
  });

  test('do not lead anywhere else: a redirect is an answer', async () => {
    const { ask, server } = await webOf(() => ({ status: 302, headers: { location: 'https://evil.org/' } }));
    expect((await ask('https://api.apollo.io/x', { purpose: 'api' })).status).toBe(302);
    expect(server.seen).toEqual(['api.apollo.io/x']);
  });
});

test('says who it is, and takes the user info off', async () => {
  const { ask, server } = await webOf(() => ({ body: '' }));
  await ask('https://user:secret@www.pma.org/a');
  for (const { headers } of server.log) {
    expect(headers['user-agent']).toBe(HTTP.user_agent);
    expect(headers.authorization).toBeUndefined();
  }
});

test('every exchange is told with what it cost', async () => {
  const { ask, told } = await webOf(({ path: p }) => ({
    body: p === '/robots.txt' ? 'User-agent: *\nAllow: /a' : 'four',
  }));
  await ask('https://www.pma.org/a');
  expect(told).toEqual([
    expect.objectContaining({ url: 'https://www.pma.org/robots.txt', status: 200, robots_rule: null }),
    {
      url: 'https://www.pma.org/a',
      final_url: 'https://www.pma.org/a',
      method: 'GET',
      domain: 'pma.org',
      status: 200,
      attempt: 1,
      waited_ms: 2000,
      duration_ms: 0,
      bytes: 4,
      content_type: 'text/html',
      from_cache: false,
      error: null,
      robots_rule: 'Allow: /a',
      fetched_at: '2026-03-01T12:00:02.000Z',
    },
  ]);
});

test.each([
  ['text/html; charset=utf-8', 'x', 'text/html'],
  ['TEXT/HTML', 'x', 'text/html'],
  ['', '<!DOCTYPE html><p>', 'text/html'],
  ['application/octet-stream', '\ufeff  <html>', 'text/html'],
  ['text/plain', '<?xml version="1.0"?><urlset/>', 'application/xml'],
  ['application/octet-stream', '%PDF-1.7', 'application/pdf'],
  ['text/plain', 'just text', 'text/plain'],
  ['application/json', '<html>', 'application/json'],
])('the media type %s over %s is %s', async (said, body, expected) => {
  const { ask } = await webOf(() => ({ body, headers: { 'content-type': said } }));
  expect((await ask('https://www.pma.org/a')).contentType).toBe(expected);
});

describe('the circuit of a domain', () => {
  const broken: Site = ({ path: p }) => (p.startsWith('/bad') ? { status: 503 } : { body: 'ok' });
  const failing = async (more: Partial<FetcherOptions['http']['circuit_breaker']> = {}) => {
    const http = {
      ...HTTP,
      max_attempts: 2,
      circuit_breaker: { ...HTTP.circuit_breaker, failures: 3, ...more },
    };
    const made = await webOf(broken, { http });
    for (const n of [1, 2, 3]) expect((await made.ask(`https://www.pma.org/bad${n}`)).status).toBe(503);
    return made;
  };

  test('opens after a row of failures: the next request waits for the pause, and its success closes it', async () => {
    const { ask, clock } = await failing();
    const before = clock.monotonicMs();
    expect((await ask('https://www.pma.org/good')).status).toBe(200);
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(60_000);
    const after = clock.monotonicMs();
    await ask('https://www.pma.org/good2');
    expect(clock.monotonicMs() - after).toBeLessThan(10_000);
  });

  test('fails at once, and asks nothing, where the probe is too far off to wait for', async () => {
    const { ask, server, clock, web } = await failing({ wait_ms: 0 });
    const asked = server.log.length;
    const error = await failure(ask('https://members.pma.org/x'));
    expect(error).toBeInstanceOf(DomainPaused);
    expect(error).toMatchObject({ code: 'CIRCUIT_OPEN', domain: 'pma.org', reason: 'circuit_open' });
    expect((error as DomainPaused).until.getTime() - clock.now().getTime()).toBe(
      (error as DomainPaused).retryAfterMs,
    );
    expect((error as Error).message).toMatch(/3 requests in a row were in vain.* until 2026-03-01T12:\d\d:/);
    expect(await failure(web.robotsFor('https://new.pma.org/'))).toBeInstanceOf(DomainPaused);
    expect(server.log).toHaveLength(asked);
    expect((await ask('https://nema.org/')).status).toBe(200);
  });

  test('a probe is one request; while it fails the pauses double, until they are too long to wait for', async () => {
    const { ask, clock, pages } = await failing();
    const asked = pages().length;
    const before = clock.monotonicMs();
    // Its two tries are two probes, a minute and two minutes later.
    expect((await ask('https://www.pma.org/bad4')).status).toBe(503);
    expect(pages()).toHaveLength(asked + 2);
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(180_000);
    expect((await ask('https://www.pma.org/bad5', { maxAttempts: 1 })).status).toBe(503);
    expect(await failure(ask('https://www.pma.org/good'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    clock.advance(480_000);
    expect((await ask('https://www.pma.org/good')).status).toBe(200);
  });

  test('failures that are cured by trying again open nothing, nor do pages that are gone', async () => {
    const fails = new Map<string, number>();
    const { ask, clock } = await webOf(({ path: p }, response) => {
      if (p === '/robots.txt') return { body: '' };
      if (p.startsWith('/gone')) return { status: 410 };
      const n = fails.get(p) ?? 0;
      fails.set(p, n + 1);
      if (n >= 3) return { body: 'ok' };
      if (n !== 1) return { status: 503 };
      response.socket?.destroy();
      return undefined;
    });
    for (let i = 0; i < 12; i += 1) expect((await ask(`https://www.pma.org/${i}`)).status).toBe(200);
    for (let i = 0; i < 30; i += 1) expect((await ask(`https://www.pma.org/gone${i}`)).status).toBe(410);
    expect(Math.max(...clock.slept)).toBeLessThan(60_000);
  });

  test.each([
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['block pages with status 200, once they are told', { body: 'blocked' }],
  ])('opens after a row of walls: %s', async (_name, answer) => {
    const http = { ...HTTP, circuit_breaker: { ...HTTP.circuit_breaker, walls: 4, wait_ms: 0 } };
    const { web, ask } = await webOf(({ path: p }) => (p === '/robots.txt' ? {} : answer), { http });
    for (const n of [1, 2, 3, 4]) {
      const { status, finalUrl } = await ask(`https://www.pma.org/${n}`);
      if (status === 200) web.tell(finalUrl, 'wall');
    }
    expect(await failure(ask('https://www.pma.org/5'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  test('members-only pages between open ones are no row', async () => {
    const http = { ...HTTP, circuit_breaker: { ...HTTP.circuit_breaker, walls: 4, wait_ms: 0 } };
    const { web, ask } = await webOf(
      ({ path: p }) => (p.startsWith('/closed') ? { status: 403 } : { body: 'ok' }),
      {
        http,
      },
    );
    for (let i = 0; i < 20; i += 1) {
      await ask(`https://www.pma.org/closed${i}`);
      if (i % 3 === 0) web.tell((await ask(`https://www.pma.org/open${i}`)).finalUrl, 'page');
    }
  });

  test('a provider’s API has its own way with failures', async () => {
    const http = { ...HTTP, circuit_breaker: { ...HTTP.circuit_breaker, failures: 2, wait_ms: 0 } };
    const { ask } = await webOf(() => ({ status: 500 }), { http });
    for (let i = 0; i < 5; i += 1)
      expect((await ask(`https://api.apollo.io/${i}`, { purpose: 'api', maxAttempts: 1 })).status).toBe(500);
  });
});

describe('cookies', () => {
  test('let a site through that wants one back, and are told to nobody', async () => {
    const { ask, server, told } = await webOf(({ path: p, headers }) => {
      if (p === '/robots.txt') return { headers: { 'set-cookie': 'robots=1' } };
      if (headers.cookie) return { body: 'in', headers: { 'set-cookie': 'sid=secret2; Path=/' } };
      return { status: 302, headers: { location: p, 'set-cookie': ['sid=secret1; Path=/', 'b=2; Path=/'] } };
    });
    const answer = await ask('https://www.pma.org/a');
    expect(answer.text().text).toBe('in');
    expect(answer.headers['set-cookie']).toBe('sid=…');
    await ask('https://www.pma.org/b');
    await ask('https://nema.org/c');
    expect(server.log.map((l) => [l.host, l.path, l.headers.cookie ?? ''])).toEqual([
      ['www.pma.org', '/robots.txt', ''],
      ['www.pma.org', '/a', ''],
      ['www.pma.org', '/a', 'sid=secret1; b=2'],
      ['www.pma.org', '/b', 'sid=secret2; b=2'],
      ['nema.org', '/robots.txt', ''],
      ['nema.org', '/c', ''],
      ['nema.org', '/c', 'sid=secret1; b=2'],
    ]);
    expect(JSON.stringify([told, answer])).not.toContain('secret');
  });

  test('never go to an API', async () => {
    const { ask, server } = await webOf(() => ({ headers: { 'set-cookie': 'a=1; Path=/' } }));
    for (let i = 0; i < 2; i += 1) await ask('https://api.apollo.io/x', { purpose: 'api' });
    expect(server.log.map((l) => l.headers.cookie)).toEqual([undefined, undefined]);
  });
});

describe('on the way to another place', () => {
  test('what identifies the asker stays behind, what describes the question goes along', async () => {
    const { ask, server } = await webOf(({ path: p, host }) =>
      p === '/a' && host === 'www.pma.org'
        ? { status: 302, headers: { location: 'https://nema.org/b' } }
        : {},
    );
    await ask('https://www.pma.org/a', {
      headers: { Authorization: 'Bearer x', Cookie: 'a=1', 'X-Asked': 'yes' },
    });
    const sent = server.log.filter((l) => l.path !== '/robots.txt').map((l) => l.headers);
    expect(sent.map((h) => [h.authorization, h.cookie, h['x-asked']])).toEqual([
      ['Bearer x', 'a=1', 'yes'],
      [undefined, undefined, 'yes'],
    ]);
  });

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'q=1'],
    [308, 'POST', 'q=1'],
  ])('after %i a POST goes on as %s', async (status, method, body) => {
    const { ask, server } = await webOf(({ path: p }) =>
      p === '/a' ? { status, headers: { location: '/b' } } : {},
    );
    await ask('https://www.pma.org/a', {
      method: 'POST',
      body: 'q=1',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    const last = server.log.at(-1)!;
    expect([last.path, last.method, last.body]).toEqual(['/b', method, body]);
    expect(last.headers['content-type'] !== undefined).toBe(method === 'POST');
  });
});

test('X-Robots-Tag comes line by line', async () => {
  const { ask } = await webOf(() => ({ headers: { 'x-robots-tag': ['otherbot: noindex', 'nofollow'] } }));
  expect((await ask('https://www.pma.org/a')).robotsTags).toEqual(['otherbot: noindex', 'nofollow']);
});

describe('the rate adapts', () => {
  test('429 halves it, error answers do not bring it back, good ones do, slowly, never above the limit', async () => {
    const times: number[] = [];
    const clock = fakeClock();
    let status = 200;
    const { ask } = await webOf(
      ({ path: p }) => {
        if (p === '/robots.txt') return {};
        times.push(clock.monotonicMs());
        return { status, headers: status === 429 ? { 'retry-after': '0' } : {} };
      },
      { clock, random: () => 0 },
    );
    const gap = async (answers: number, times_: number) => {
      status = answers;
      for (let i = 0; i < times_; i += 1)
        await ask(`https://www.pma.org/${times.length}`, { maxAttempts: 1 });
      return times.at(-1)! - times.at(-2)!;
    };
    expect(await gap(200, 3)).toBe(2000);
    expect(await gap(429, 1)).toBe(2000);
    expect(await gap(404, 3)).toBe(4000);
    expect(await gap(500, 3)).toBe(4000);
    expect(await gap(200, 3)).toBeLessThanOrEqual(4000);
    expect(await gap(200, 10)).toBeGreaterThan(2500);
    expect(await gap(200, 60)).toBe(2000);
  });
});
