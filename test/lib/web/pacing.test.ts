/** The pace of a domain, on clocks that do not wait. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainPaused, Interrupted } from '../../../lib/errors.js';
import { Pacing } from '../../../lib/web/pacing.js';
import { startChild } from '../../support/child.js';
import { type FakeClock, fakeClock } from '../../support/clock.js';
import { tempFolder } from '../../support/lake.js';
import { lateClock } from './late-clock.js';

const HALF = { requests_per_second: 0.5 };

/** Instants of `count` turns, one after the other. */
async function turns(pacing: Pacing, count: number, limit = HALF, minIntervalMs = 0): Promise<number[]> {
  const instants: number[] = [];
  for (let i = 0; i < count; i += 1)
    instants.push((await pacing.turn('pma.org', limit, { minIntervalMs })).atMs);
  return instants;
}
const gaps = (instants: number[]) => instants.slice(1).map((t, i) => t - instants[i]!);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (e: unknown) => e,
  );
async function paced(clock: FakeClock = fakeClock(), longestParkMs?: number) {
  const folder = await tempFolder();
  return { clock, folder, pacing: new Pacing(folder, clock, longestParkMs) };
}

describe('turns', () => {
  test('come one interval apart, the first at once', async () => {
    const { clock, pacing } = await paced();
    const before = clock.monotonicMs();
    const found = await turns(pacing, 5);
    expect(found[0]).toBe(before);
    expect(gaps(found)).toEqual([2000, 2000, 2000, 2000]);
  });

  test('of different domains do not wait for each other', async () => {
    const { pacing } = await paced();
    await pacing.turn('pma.org', HALF);
    expect((await pacing.turn('nema.org', HALF)).waitedMs).toBe(0);
  });

  test('a quiet time saves nothing up for a burst', async () => {
    const { clock, pacing } = await paced();
    await turns(pacing, 1);
    clock.advance(3_600_000);
    expect(gaps(await turns(pacing, 4))).toEqual([2000, 2000, 2000]);
  });

  test('at an interval of next to nothing, one look at the file holds for a while, and others wait for its end', async () => {
    const { clock, folder, pacing } = await paced();
    const open = { requests_per_second: 1e6 };
    const other = new Pacing(folder, clock);
    const began = clock.monotonicMs();
    const own = await turns(pacing, 50, open);
    expect(own.at(-1)! - began).toBeLessThan(20);
    for (const gap of gaps(own)) expect(gap).toBeGreaterThanOrEqual(0.001 - 1e-6);
    const theirs = await other.turn('pma.org', open);
    expect(theirs.atMs - began).toBeGreaterThanOrEqual(20 - 1e-3);
    expect((await pacing.turn('pma.org', open)).atMs - theirs.atMs).toBeGreaterThanOrEqual(20 - 1e-3);
  });

  test('a pause that a site asks for ends such a while at once', async () => {
    const { pacing } = await paced();
    const open = { requests_per_second: 1e6 };
    await turns(pacing, 2, open);
    pacing.park('pma.org', 5_000, 'answered 503', false);
    expect((await pacing.turn('pma.org', open)).waitedMs).toBeGreaterThanOrEqual(5_000);
  });

  test('a Crawl-delay slower than ours is kept, a faster one changes nothing', async () => {
    const { pacing } = await paced();
    expect(gaps(await turns(pacing, 3, HALF, 10_000))).toEqual([10_000, 10_000]);
    expect(gaps(await turns(pacing, 3, HALF, 100))).toEqual([2000, 2000]);
  });

  test('a request that waited for its connection moves the next one on', async () => {
    const { clock, pacing } = await paced();
    const turn = await pacing.turn('pma.org', HALF);
    clock.advance(700);
    pacing.sent('pma.org', turn);
    expect((await pacing.turn('pma.org', HALF)).atMs - turn.atMs).toBe(2700);
  });

  test('an interruption ends the wait, and whoever comes next does not wait for the one who left', async () => {
    const clock = lateClock(() => 0);
    const pacing = new Pacing(await tempFolder(), clock);
    const stop = new AbortController();
    const first = await pacing.turn('pma.org', HALF);
    const left = failure(pacing.turn('pma.org', HALF, { signal: stop.signal }));
    stop.abort();
    expect(await left).toBeInstanceOf(Interrupted);
    expect(await failure(pacing.turn('pma.org', HALF, { signal: stop.signal }))).toBeInstanceOf(Interrupted);
    const next = pacing.turn('pma.org', HALF);
    await clock.run();
    expect((await next).atMs - first.atMs).toBe(2000);
  });
});

/** What may happen to a domain, in any order. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask'), ms: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('429'), ms: fc.nat(20_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('500'), ms: fc.nat(20_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('good'), ms: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), ms: fc.nat(5000) }) },
);

test('no sliding window ever holds more than the limit, however late sleepers wake and connections come', async () => {
  const folder = await tempFolder();
  let domain = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 30 }),
      fc.constantFrom(0.2, 0.5, 1, 3),
      fc.infiniteStream(fc.oneof(fc.constant(0), fc.nat(40), fc.nat(9000))),
      fc.constantFrom([1, true] as const, [1, false] as const, [2, false] as const, [4, false] as const),
      async (events, perSecond, late, [processes, slow]) => {
        const clock = lateClock(() => late.next().value ?? 0);
        const name = `d${domain++}.org`;
        const open = () => Array.from({ length: processes }, () => new Pacing(folder, clock));
        let all = open();
        const sent: number[] = [];
        const ask = async (pacing: Pacing, connectMs: number) => {
          const turn = await pacing.turn(name, { requests_per_second: perSecond });
          const connected = pacing.connects(name);
          if (connectMs > 0) await clock.sleep(connectMs);
          pacing.sent(name, turn);
          sent.push(clock.monotonicMs());
          connected();
        };
        const asked: Promise<void>[] = [];
        for (const [i, { kind, ms }] of events.entries()) {
          const pacing = all[i % all.length]!;
          if (kind === 'ask') asked.push(ask(pacing, slow ? ms : 0));
          else if (kind === '429') pacing.park(name, ms, 'x', true);
          else if (kind === '500') pacing.park(name, ms, 'x', false);
          else if (kind === 'good') pacing.recover(name);
          else if (!slow) all = open();
        }
        await clock.run();
        await Promise.all(asked);
        expect(sent).toHaveLength(events.filter((e) => e.kind === 'ask').length);
        for (const gap of gaps(sent)) expect(gap).toBeGreaterThanOrEqual(1000 / perSecond - 2e-3);
      },
    ),
    { numRuns: 60 },
  );
});

describe('the line', () => {
  test('is first come, first served, over several processes’ instances', async () => {
    const clock = lateClock(() => 1);
    const folder = await tempFolder();
    const all = [new Pacing(folder, clock), new Pacing(folder, clock), new Pacing(folder, clock)];
    const order: number[] = [];
    const asked = Array.from({ length: 12 }, (_, i) =>
      all[i % 3]!.turn('pma.org', HALF).then(() => order.push(i)),
    );
    await clock.run();
    await Promise.all(asked);
    expect(order).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  test('late wakers cost their own lateness and no more, and are not overtaken for good', async () => {
    let n = 0;
    const clock = lateClock(() => (n++ === 0 ? 5_000 : 0)); // the first to sleep oversleeps
    const folder = await tempFolder();
    const all = [new Pacing(folder, clock), new Pacing(folder, clock)];
    const began = clock.monotonicMs();
    const order: number[] = [];
    const asked = Array.from({ length: 8 }, (_, i) =>
      all[i % 2]!.turn('pma.org', HALF).then(() => order.push(i)),
    );
    await clock.run();
    await Promise.all(asked);
    expect(order.indexOf(1)).toBeLessThanOrEqual(3); // it slept through two turns, which others took
    expect(clock.monotonicMs() - began).toBeLessThanOrEqual(7 * 2000 + 5_000);
  });

  test('on a machine that wakes on time, the whole is as fast as the limit allows', async () => {
    const clock = lateClock(() => 1.5); // what a timer is late by
    const folder = await tempFolder();
    const all = [new Pacing(folder, clock), new Pacing(folder, clock)];
    const began = clock.monotonicMs();
    const asked = Array.from({ length: 200 }, (_, i) => all[i % 2]!.turn('pma.org', HALF));
    await clock.run();
    await Promise.all(asked);
    expect(clock.monotonicMs() - began).toBeLessThanOrEqual(199 * 2000 * 1.02);
  });

  test('does not wait for those whose process is gone', async () => {
    const { clock, folder, pacing } = await paced();
    const before = await pacing.turn('pma.org', HALF);
    const ended = startChild('reserve', [folder, 'nema.org', '100', '1']);
    const { code } = await ended.ended;
    expect(code).toBe(0);
    const gone = JSON.parse(ended.lines[0]!) as { pid: number };
    const at = before.atMs;
    writeFileSync(
      path.join(folder, 'pma.org.json'),
      JSON.stringify({
        at_ms: at,
        sent_ms: at,
        tickets: 3,
        line: [2000, 4000, 6000].map((ms, i) => [i + 1, at + ms, gone.pid]),
      }),
    );
    expect((await pacing.turn('pma.org', HALF)).atMs - clock.monotonicMs()).toBe(0);
    expect(clock.monotonicMs() - at).toBe(2000);
  });
});

describe('shared state', () => {
  test('four processes that take turns as fast as they can keep the limit between them', async () => {
    const folder = await tempFolder();
    const children = Array.from({ length: 4 }, () => startChild('reserve', [folder, 'pma.org', '50', '10']));
    const ends = await Promise.all(children.map((c) => c.ended));
    expect(ends.map((e) => e.code)).toEqual([0, 0, 0, 0]);
    const each = children.map((c) => (JSON.parse(c.lines[0]!) as { sent: number[] }).sent);
    const all = each.flat().sort((a, b) => a - b);
    expect(all).toHaveLength(40);
    for (const gap of gaps(all)) expect(gap).toBeGreaterThanOrEqual(20 - 2e-3);
    // Nobody starves: each is through well before the last one's turn would be its first.
    for (const own of each) expect(own[0]!).toBeLessThan(all[30]!);
  });

  test('a restart forgets neither the last request, nor a pause, nor the day’s count', async () => {
    const { clock, folder, pacing } = await paced();
    const limit = { requests_per_second: 0.5, requests_per_day: 2 };
    await pacing.turn('pma.org', limit);
    expect((await new Pacing(folder, clock).turn('pma.org', limit)).waitedMs).toBe(2000);
    expect(await failure(new Pacing(folder, clock).turn('pma.org', limit))).toBeInstanceOf(DomainPaused);
    pacing.park('nema.org', 60_000, 'answered 503', false);
    const told: string[] = [];
    const turn = await new Pacing(folder, clock).turn('nema.org', HALF, { onWait: (r) => told.push(r) });
    expect(turn.waitedMs).toBe(60_000);
    expect(told).toEqual(['answered 503']);
  });

  test('after a reboot, which sets the monotonic clock back, nobody waits for the old uptime to pass', async () => {
    const folder = await tempFolder();
    const threeDays = 3 * 24 * 3600 * 1000;
    const before = new Pacing(folder, fakeClock(undefined, threeDays));
    await before.turn('pma.org', HALF);
    before.park('nema.org', 60_000, 'answered 429', false);
    const after = new Pacing(folder, fakeClock(undefined, 5_000));
    expect((await after.turn('pma.org', HALF)).waitedMs).toBeLessThanOrEqual(2000);
    const { waitedMs } = await after.turn('nema.org', HALF);
    expect(waitedMs).toBeLessThanOrEqual(60_000);
    expect(waitedMs).toBeGreaterThan(50_000);
  });

  test.each(['{"next_ms": 12', '[]', '{"sent_ms":"soon","line":7,"slow_down":null}', '', 'null'])(
    'a damaged state file (%s) costs no more than its memory',
    async (text) => {
      const { folder, pacing } = await paced();
      writeFileSync(path.join(folder, 'pma.org.json'), text);
      expect(gaps(await turns(pacing, 3))).toEqual([2000, 2000]);
    },
  );
});

describe('the daily cap', () => {
  const limit = { requests_per_second: 10, requests_per_day: 3 };

  test('counts UTC days, says when it opens again, and opens then', async () => {
    const { clock, pacing } = await paced(fakeClock('2026-03-01T22:00:00.000Z'));
    for (let i = 0; i < 3; i += 1) await pacing.turn('pma.org', limit);
    const error = await failure(pacing.turn('pma.org', limit));
    expect(error).toMatchObject({
      code: 'DAILY_CAP',
      reason: 'daily_cap',
      domain: 'pma.org',
      retryAfterMs: 2 * 3600 * 1000 - 200,
      until: new Date('2026-03-02T00:00:00.000Z'),
    });
    expect((await pacing.turn('nema.org', limit)).waitedMs).toBe(0);
    clock.advance(2 * 3600 * 1000);
    expect((await pacing.turn('pma.org', limit)).waitedMs).toBe(0);
  });

  test('is promised to those in the line already', async () => {
    const clock = lateClock(() => 0);
    const pacing = new Pacing(await tempFolder(), clock);
    const asked = Array.from({ length: 6 }, () => pacing.turn('pma.org', limit).catch((e: unknown) => e));
    await clock.run();
    const ends = await Promise.all(asked);
    expect(ends.filter((e) => e instanceof DomainPaused)).toHaveLength(3);
  });

  test('a request that waits over midnight counts for the day on which it is sent', async () => {
    const clock = lateClock(() => 0, '2026-03-01T23:59:59.000Z');
    const pacing = new Pacing(await tempFolder(), clock);
    const two = { requests_per_second: 0.5, requests_per_day: 2 };
    const before = pacing.turn('pma.org', two);
    const over = pacing.turn('pma.org', two);
    await clock.run();
    await Promise.all([before, over]);
    expect(clock.now().getUTCDate()).toBe(2);
    const rest = [pacing.turn('pma.org', two), failure(pacing.turn('pma.org', two))] as const;
    await clock.run();
    await rest[0];
    expect(await rest[1]).toMatchObject({ code: 'DAILY_CAP' });
  });

  test('a wall clock that is set back gives no second helping, and opens a day later all the same', async () => {
    const folder = await tempFolder();
    const begin = fakeClock('2026-03-02T10:00:00.000Z');
    const pacing = new Pacing(folder, begin);
    for (let i = 0; i < 3; i += 1) await pacing.turn('pma.org', limit);
    const back = fakeClock('2026-02-27T10:00:00.000Z', begin.monotonicMs());
    const after = new Pacing(folder, back);
    const error = (await failure(after.turn('pma.org', limit))) as DomainPaused;
    expect(error.retryAfterMs).toBeLessThanOrEqual(24 * 3600 * 1000);
    back.advance(error.retryAfterMs!);
    expect((await after.turn('pma.org', limit)).waitedMs).toBe(0);
  });
});

describe('answers that ask for patience', () => {
  test('a pause holds the domain until it is over, for all who wait', async () => {
    const { pacing } = await paced();
    pacing.park('pma.org', 30_000, 'answered 503', false);
    expect((await pacing.turn('pma.org', HALF)).waitedMs).toBe(30_000);
    expect((await pacing.turn('pma.org', HALF)).waitedMs).toBe(2000);
  });

  test('a pause that begins while others wait for their turn holds them back as well', async () => {
    const clock = lateClock(() => 0);
    const pacing = new Pacing(await tempFolder(), clock);
    const began = clock.monotonicMs();
    const first = pacing.turn('pma.org', HALF);
    const rest = [pacing.turn('pma.org', HALF), pacing.turn('pma.org', HALF)];
    await first;
    pacing.park('pma.org', 60_000, 'answered 429', true);
    await clock.run();
    expect((await Promise.all(rest)).map((t) => t.atMs - began)).toEqual([60_000, 64_000]);
  });

  test('a shorter pause does not end a longer one', async () => {
    const { pacing } = await paced();
    pacing.park('pma.org', 30_000, 'long', false);
    pacing.park('pma.org', 0, 'short', false);
    expect((await pacing.turn('pma.org', HALF)).waitedMs).toBe(30_000);
  });

  test('a pause too long to sit out is told at once, with its end', async () => {
    const { clock, pacing } = await paced(fakeClock(), 600_000);
    pacing.park('pma.org', 600_000, 'answered 503', false);
    expect((await pacing.turn('pma.org', HALF)).waitedMs).toBe(600_000);
    pacing.park('pma.org', 24 * 3600 * 1000, 'answered 503', false);
    expect(await failure(pacing.turn('pma.org', HALF))).toMatchObject({
      code: 'ASKED_TO_WAIT',
      until: new Date(clock.now().getTime() + 24 * 3600 * 1000),
    });
  });

  test('a 429 halves the rate; good answers bring it back slowly, never above the limit', async () => {
    const { clock, pacing } = await paced();
    const interval = async () => {
      clock.advance(10_000_000);
      return gaps(await turns(pacing, 2))[0]!;
    };
    expect(await interval()).toBe(2000);
    pacing.park('pma.org', 0, 'answered 429', true);
    expect(await interval()).toBe(4000);
    pacing.park('pma.org', 0, 'answered 429', true);
    expect(await interval()).toBe(8000);
    pacing.recover('pma.org');
    expect(await interval()).toBeGreaterThan(7500);
    for (let i = 0; i < 200; i += 1) pacing.recover('pma.org');
    expect(await interval()).toBe(2000);
  });

  test('a domain that was slowed down recovers in another process too', async () => {
    const { clock, folder, pacing } = await paced();
    pacing.park('pma.org', 0, 'answered 429', true);
    const other = new Pacing(folder, clock);
    await turns(other, 1);
    for (let i = 0; i < 200; i += 1) other.recover('pma.org');
    clock.advance(60_000);
    expect(gaps(await turns(other, 2))).toEqual([2000]);
  });

  test('an error answer never speeds a crawl up', async () => {
    const { pacing } = await paced();
    await turns(pacing, 1);
    pacing.park('pma.org', 0, 'answered 500', false);
    expect((await pacing.turn('pma.org', HALF)).waitedMs).toBe(2000);
  });
});
