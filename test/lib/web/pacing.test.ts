/** The pace of a domain, on a clock that does not wait. */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetryLater } from '../../../lib/errors.js';
import { Pacing } from '../../../lib/web/pacing.js';
import { startChild } from '../../support/child.js';
import { type FakeClock, fakeClock } from '../../support/clock.js';
import { tempFolder } from '../../support/lake.js';

const HALF = { requests_per_second: 0.5 };

/** Instants of `count` slots, reserved one after the other without waiting. */
const starts = (pacing: Pacing, clock: FakeClock, count: number, limit = HALF, delay = 0) =>
  Array.from({ length: count }, () => clock.monotonicMs() + pacing.reserve('pma.org', limit, delay).waitMs);
const gaps = (instants: number[]) => instants.slice(1).map((t, i) => t - instants[i]!);

describe('slots', () => {
  test('come one interval apart, the first at once', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    const found = starts(pacing, clock, 5);
    expect(found[0]).toBe(clock.monotonicMs());
    expect(gaps(found)).toEqual([2000, 2000, 2000, 2000]);
  });

  test('of different domains do not wait for each other', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.reserve('pma.org', HALF);
    expect(pacing.reserve('nema.org', HALF).waitMs).toBe(0);
  });

  test('a quiet time saves nothing up for a burst', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.reserve('pma.org', HALF);
    clock.advance(3_600_000);
    expect(gaps(starts(pacing, clock, 4))).toEqual([2000, 2000, 2000]);
  });

  test('a Crawl-delay slower than ours is kept, a faster one changes nothing', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    expect(gaps(starts(pacing, clock, 3, HALF, 10_000))).toEqual([10_000, 10_000]);
    clock.advance(60_000);
    expect(gaps(starts(pacing, clock, 3, HALF, 100))).toEqual([2000, 2000]);
  });

  test('no sliding window ever holds more than the limit, whatever the order of events', async () => {
    const folder = await tempFolder();
    let domain = 0;
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('reserve'), ms: fc.nat(5000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('429'), ms: fc.nat(20_000) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('500'), ms: fc.nat(20_000) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('good'), ms: fc.nat(100) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), ms: fc.nat(5000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(0.2, 0.5, 1, 3), (steps, perSecond) => {
        const clock = fakeClock();
        const name = `d${domain++}.org`;
        let instances = [new Pacing(folder, clock), new Pacing(folder, clock)];
        const used: number[] = [];
        steps.forEach(({ kind, ms }, i) => {
          const pacing = instances[i % instances.length]!;
          if (kind === 'reserve')
            used.push(clock.monotonicMs() + pacing.reserve(name, { requests_per_second: perSecond }).waitMs);
          else if (kind === '429') pacing.park(name, ms, 'x', true);
          else if (kind === '500') pacing.park(name, ms, 'x', false);
          else if (kind === 'good') pacing.recover(name);
          else instances = [new Pacing(folder, clock), new Pacing(folder, clock)];
          clock.advance(ms);
        });
        for (const gap of gaps(used)) expect(gap).toBeGreaterThanOrEqual(1000 / perSecond - 1e-6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('shared state', () => {
  test('several instances on one folder do not double the rate', async () => {
    const clock = fakeClock();
    const folder = await tempFolder();
    const all = [new Pacing(folder, clock), new Pacing(folder, clock), new Pacing(folder, clock)];
    const found = Array.from(
      { length: 9 },
      (_, i) => clock.monotonicMs() + all[i % 3]!.reserve('pma.org', HALF).waitMs,
    );
    expect(gaps(found)).toEqual(Array.from({ length: 8 }, () => 2000));
  });

  test('nor do several processes', async () => {
    const folder = await tempFolder();
    const children = Array.from({ length: 3 }, () => startChild('reserve', [folder, 'pma.org', '100', '40']));
    const ends = await Promise.all(children.map((c) => c.ended));
    expect(ends.map((e) => e.code)).toEqual([0, 0, 0]);
    const all = children.flatMap((c) => JSON.parse(c.lines[0]!) as number[]).sort((a, b) => a - b);
    expect(all).toHaveLength(120);
    for (const gap of gaps(all)) expect(gap).toBeGreaterThanOrEqual(10 - 1e-3);
  });

  test('a restart forgets neither the next slot, nor a pause, nor the day’s count', async () => {
    const clock = fakeClock();
    const folder = await tempFolder();
    const limit = { requests_per_second: 0.5, requests_per_day: 2 };
    const first = new Pacing(folder, clock);
    first.reserve('pma.org', limit);
    expect(new Pacing(folder, clock).reserve('pma.org', limit).waitMs).toBe(2000);
    expect(() => new Pacing(folder, clock).reserve('pma.org', limit)).toThrow(RetryLater);
    first.park('nema.org', 60_000, 'answered 503', false);
    expect(new Pacing(folder, clock).reserve('nema.org', HALF)).toMatchObject({
      waitMs: 60_000,
      reason: 'answered 503',
    });
  });

  test('after a reboot, which sets the monotonic clock back, nobody waits for the old uptime to pass', async () => {
    const folder = await tempFolder();
    const threeDays = 3 * 24 * 3600 * 1000;
    const before = new Pacing(folder, fakeClock(undefined, threeDays));
    before.reserve('pma.org', HALF);
    before.park('nema.org', 60_000, 'answered 429', false);
    const after = new Pacing(folder, fakeClock(undefined, 5_000));
    expect(after.reserve('pma.org', HALF).waitMs).toBeLessThanOrEqual(2000);
    expect(after.reserve('nema.org', HALF).waitMs).toBeLessThanOrEqual(60_000);
    expect(after.reserve('nema.org', HALF).waitMs).toBeGreaterThan(50_000);
  });

  test('a damaged state file costs no more than its memory', async () => {
    const clock = fakeClock();
    const folder = await tempFolder();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(path.join(folder, 'pma.org.json'), '{"next_ms": 12');
    expect(gaps(starts(new Pacing(folder, clock), clock, 3))).toEqual([2000, 2000]);
  });
});

describe('the daily cap', () => {
  const limit = { requests_per_second: 10, requests_per_day: 3 };

  test('counts UTC days, says when it opens again, and opens then', async () => {
    const clock = fakeClock('2026-03-01T22:00:00.000Z');
    const pacing = new Pacing(await tempFolder(), clock);
    for (let i = 0; i < 3; i += 1) pacing.reserve('pma.org', limit);
    try {
      pacing.reserve('pma.org', limit);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'DAILY_CAP', retryAfterMs: 2 * 3600 * 1000 });
    }
    expect(pacing.reserve('nema.org', limit).waitMs).toBe(0);
    clock.advance(2 * 3600 * 1000);
    expect(pacing.reserve('pma.org', limit).waitMs).toBe(0);
  });
});

describe('answers that ask for patience', () => {
  test('a pause holds the domain until it is over', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.park('pma.org', 30_000, 'answered 503', false);
    expect(pacing.reserve('pma.org', HALF)).toMatchObject({ waitMs: 30_000, reason: 'answered 503' });
    expect(pacing.reserve('pma.org', HALF).waitMs).toBe(32_000);
  });

  test('a shorter pause does not end a longer one', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.park('pma.org', 30_000, 'long', false);
    pacing.park('pma.org', 0, 'short', false);
    expect(pacing.reserve('pma.org', HALF).waitMs).toBe(30_000);
  });

  test('a pause of ten days is a pause of ten days', async () => {
    const clock = fakeClock();
    const folder = await tempFolder();
    const tenDays = 10 * 24 * 3600 * 1000;
    new Pacing(folder, clock).park('pma.org', tenDays, 'x', false);
    expect(new Pacing(folder, clock).reserve('pma.org', HALF).waitMs).toBe(tenDays);
  });

  test('a 429 halves the rate; good answers bring it back slowly, never above the limit', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    const interval = () => {
      clock.advance(10_000_000);
      return gaps(starts(pacing, clock, 2))[0]!;
    };
    expect(interval()).toBe(2000);
    pacing.park('pma.org', 0, 'answered 429', true);
    expect(interval()).toBe(4000);
    pacing.park('pma.org', 0, 'answered 429', true);
    expect(interval()).toBe(8000);
    pacing.recover('pma.org');
    expect(interval()).toBeGreaterThan(7500);
    for (let i = 0; i < 200; i += 1) pacing.recover('pma.org');
    expect(interval()).toBe(2000);
  });

  test('an error answer never speeds a crawl up', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.reserve('pma.org', HALF);
    pacing.park('pma.org', 0, 'answered 500', false);
    expect(pacing.reserve('pma.org', HALF).waitMs).toBe(2000);
  });

  test('a slot that was reserved before a pause began is known to be void', async () => {
    const clock = fakeClock();
    const pacing = new Pacing(await tempFolder(), clock);
    pacing.reserve('pma.org', HALF);
    const slot = pacing.reserve('pma.org', HALF);
    expect(pacing.parkedSince('pma.org', slot)).toBe(false);
    pacing.park('pma.org', 60_000, 'answered 429', false);
    expect(pacing.parkedSince('pma.org', slot)).toBe(true);
    clock.advance(60_000);
    expect(pacing.parkedSince('pma.org', slot)).toBe(false);
  });
});
