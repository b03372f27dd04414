/** The measure of a crawl must find every offence, and none where there is none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../sandbox/log.js';
import { checkRequests, type Rules } from '../../scripts/truth/requests.js';

const START = Date.parse('2026-11-24T08:00:00.000Z');

/** A request at a second of the crawler's time, which goes ten times as fast as the log's. */
const SPEED = 10;
const request = (seconds: number, url: string, more: Partial<LogEntry> = {}): LogEntry => {
  const { protocol, host, pathname, search } = new URL(url);
  const t_ms = (seconds * 1000) / SPEED;
  return {
    at: new Date(START + t_ms).toISOString(),
    t_ms,
    late_ms: 0,
    scheme: protocol.slice(0, -1),
    method: 'GET',
    host,
    path: pathname + search,
    status: 200,
    bytes: 10,
    user_agent: 'TestBot',
    fault: null,
    retry_after: null,
    ...more,
  };
};
const rules: Rules = {
  productToken: 'TestBot',
  robots: new Map([
    ['https://www.gears.org', 'User-agent: *\nDisallow: /private\nAllow: /private/open\n'],
    ['https://slow.gears.org', 'User-agent: TestBot\nCrawl-delay: 10\n'],
  ]),
  limitFor: () => 0.5,
  speed: SPEED,
  jitterMs: 50,
  associationOf: (domain) => ({ 'gears.org': 'GEAR', 'closed.org': 'SHUT' })[domain] ?? null,
  closed: (code) => (code === 'SHUT' ? 'the terms forbid it' : null),
  gatekeeperMayAsk: (_, url) => url === 'https://www.closed.org/terms',
};
const checked = (...log: LogEntry[]) => checkRequests(log, rules);
const whys = (...urls: string[]) =>
  checked(...urls.map((url, i) => request(i * 60, url))).forbidden.map((f) => f.why);

describe('what is forbidden', () => {
  it('is what robots.txt disallows, and not what it allows', () => {
    expect(
      whys(
        'https://www.gears.org/',
        'https://www.gears.org/private/open/1',
        'https://www.gears.org/robots.txt',
      ),
    ).toEqual([]);
    expect(whys('https://www.gears.org/private/1')).toEqual(['robots']);
    const [offence] = checked(request(0, 'https://www.gears.org/private/1?a=b')).forbidden;
    expect(offence).toMatchObject({
      url: 'https://www.gears.org/private/1?a=b',
      at: '2026-11-24T08:00:00.000Z',
    });
  });

  it('is all but robots.txt and a look at the terms where a verdict closes a site', () => {
    expect(whys('https://www.closed.org/robots.txt', 'https://www.closed.org/terms')).toEqual([]);
    expect(whys('https://closed.org/members')).toEqual(['verdict']);
  });

  it.each([
    'http://127.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://localhost/',
    'http://[::1]/',
    'http://10.1.2.3/',
  ])('is the lure %s', (url) => expect(whys(url)).toEqual(['lure']));

  it('is a site that is no association’s', () => {
    expect(whys('https://www.a-member-company.com/')).toEqual(['stranger']);
  });
});

describe('the pace', () => {
  const at = (...seconds: number[]) =>
    checked(...seconds.map((s) => request(s, 'https://www.gears.org/x'))).too_fast;

  it('is right at the limit, however long, also after a rest', () => {
    expect(at(...Array.from({ length: 200 }, (_, i) => i * 2))).toEqual([]);
    expect(at(0, 2, 4, 100, 102, 104)).toEqual([]);
  });

  it('is too fast when one stretch is, between slow ones, within the long run’s average', () => {
    const rush = [300, 300.5, 301, 301.5];
    expect(at(0, 100, 200, ...rush, 400)).toEqual([
      { domain: 'gears.org', requests: 4, seconds: 1.5, most: 1.75, at: '2026-11-24T08:00:30.000Z' },
    ]);
  });

  it('is too fast when it is a little so for long', () => {
    expect(at(...Array.from({ length: 60 }, (_, i) => i * 1.9))).toHaveLength(1);
  });

  it('grants the machine its jitter and no more', () => {
    expect(at(0, 1.55)).toEqual([]); // 50 ms of the log are half a second here
    expect(at(0, 1.45)).toHaveLength(1);
  });

  it('believes the sandbox that it was too busy to see a request when it came', () => {
    const late = (late_ms: number) =>
      checked(
        request(2, 'https://www.gears.org/1', { late_ms }),
        request(2.1, 'https://www.gears.org/2', { late_ms }),
      ).too_fast;
    expect(late(0)).toHaveLength(1);
    expect(late(190)).toEqual([]); // 1.9 s of the crawler's
  });

  it('counts the hosts of one domain together, and a Crawl-delay by itself', () => {
    const two = checked(request(0, 'https://www.gears.org/'), request(0.2, 'https://members.gears.org/'));
    expect(two.too_fast).toHaveLength(1);
    const slow = (seconds: number) =>
      checked(request(0, 'https://slow.gears.org/1'), request(seconds, 'https://slow.gears.org/2')).too_fast;
    expect(slow(10)).toEqual([]);
    expect(slow(5)).toMatchObject([{ most: 1.5 }]);
  });

  it('finds in one pass what a look at every stretch finds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 25 }), (tenths) => {
        const seconds = tenths.map((t) => t / 10).sort((a, b) => a - b);
        let surplus = Number.NEGATIVE_INFINITY;
        for (const [i, from] of seconds.entries())
          for (const [j, to] of seconds.entries())
            if (j > i) surplus = Math.max(surplus, j - i + 1 - (0.5 * (to - from) + 1));
        const { busiest } = checked(...seconds.map((s) => request(s, 'https://www.gears.org/x')));
        expect(busiest[0]!.requests - busiest[0]!.most).toBeCloseTo(surplus, 1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a pause that a server asked for', () => {
  const next = (seconds: number, answer: Partial<LogEntry>) =>
    checked(request(0, 'https://www.gears.org/1', answer), request(seconds, 'https://www.gears.org/2'))
      .too_early;

  it('counts in seconds, for 429 and 503, on all of the domain', () => {
    for (const status of [429, 503]) {
      expect(next(20, { status, retry_after: '20' })).toEqual([]);
      expect(next(10, { status, retry_after: '20' })).toMatchObject([{ asked: 20, came_after: 10 }]);
    }
    expect(next(10, { status: 301, retry_after: '20' })).toEqual([]);
    expect(next(10, { status: 429 })).toEqual([]);
  });

  it('counts as a date, which has whole seconds only', () => {
    const date = new Date(START + 30_000).toUTCString();
    expect(next(29, { status: 429, retry_after: date })).toEqual([]);
    expect(next(10, { status: 429, retry_after: date })).toMatchObject([{ asked: 29 }]);
  });

  it('does not bind what was on its way already', () => {
    const log = [
      request(0, 'https://www.gears.org/1', { status: 429, retry_after: '20' }),
      request(0.4, 'https://www.gears.org/2'),
      request(21, 'https://www.gears.org/3'),
    ];
    expect(checked(...log).too_early).toEqual([]);
  });
});

it('counts requests and faults', () => {
  const { requests, faults, by_fault } = checked(
    request(0, 'https://www.gears.org/1', { fault: '503' }),
    request(9, 'https://www.gears.org/1', { fault: '503' }),
    request(18, 'https://www.gears.org/1'),
  );
  expect({ requests, faults, by_fault }).toEqual({ requests: 3, faults: 2, by_fault: { '503': 2 } });
});
