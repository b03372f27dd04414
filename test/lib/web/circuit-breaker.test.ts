/** The circuit of a domain, on a clock that does not wait. */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CircuitBreaker, type Health } from '../../../lib/web/circuit-breaker.js';
import { type FakeClock, fakeClock } from '../../support/clock.js';
import { tempFolder } from '../../support/lake.js';

const SETTINGS = { failures: 3, walls: 4, first_pause_ms: 60_000, longest_pause_ms: 600_000 };

async function breaker(clock: FakeClock = fakeClock()) {
  const folder = await tempFolder();
  const open = (at: FakeClock = clock) => new CircuitBreaker(folder, at, SETTINGS);
  const circuit = open();
  const note = (health: Health, key: string, probe = false) =>
    circuit.note('pma.org', health, { key, why: 'answered 503', probe });
  return {
    clock,
    open,
    circuit,
    note,
    admit: () => circuit.admit('pma.org'),
    fails: (...keys: string[]) => {
      for (const key of keys) note('failure', key);
    },
    files: () => readdirSync(folder),
  };
}

describe('failures', () => {
  test('in a row, of different requests, open the circuit', async () => {
    const { admit, fails } = await breaker();
    fails('a', 'b');
    expect(admit()).toEqual({ kind: 'closed' });
    fails('c');
    expect(admit()).toEqual({
      kind: 'open',
      waitMs: 60_000,
      reason: '3 requests in a row were in vain, the last one answered 503',
    });
  });

  test('of one request, again and again, do not', async () => {
    const { admit, fails } = await breaker();
    fails('a', 'a', 'b', 'a', 'b', 'a', 'a');
    expect(admit().kind).toBe('closed');
  });

  test.each(['page', 'answer', 'wall'] as const)(
    'with a sign of life (%s) between them do not',
    async (sign) => {
      const { admit, fails, note } = await breaker();
      fails('a', 'b');
      note(sign, 'x');
      fails('c', 'd');
      expect(admit().kind).toBe('closed');
      fails('e');
      expect(admit().kind).toBe('open');
    },
  );

  test('of another domain do not count', async () => {
    const { admit, fails, circuit } = await breaker();
    fails('a', 'b', 'c');
    expect(circuit.admit('nema.org').kind).toBe('closed');
    expect(admit().kind).toBe('open');
  });

  test('long ago are forgotten', async () => {
    const { admit, fails, clock } = await breaker();
    fails('a', 'b');
    clock.advance(SETTINGS.longest_pause_ms + 1);
    fails('c');
    expect(admit().kind).toBe('closed');
  });
});

describe('the probe', () => {
  test('is one, after the pause; the others wait for it', async () => {
    const { admit, fails, clock, open } = await breaker();
    fails('a', 'b', 'c');
    clock.advance(59_999);
    expect(admit()).toMatchObject({ kind: 'open', waitMs: 1 });
    clock.advance(1);
    expect(admit().kind).toBe('probe');
    expect(admit()).toMatchObject({ kind: 'open', waitMs: 1000 });
    expect(open().admit('pma.org').kind).toBe('open');
  });

  test('that succeeds closes the circuit and leaves no trace', async () => {
    const { admit, fails, note, clock, files } = await breaker();
    fails('a', 'b', 'c');
    clock.advance(60_000);
    admit();
    note('answer', 'd', true);
    expect(admit().kind).toBe('closed');
    expect(files()).toEqual([]);
  });

  test('that fails doubles the pause, up to the longest', async () => {
    const { admit, fails, note, clock } = await breaker();
    fails('a', 'b', 'c');
    const pauses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const now = admit();
      if (now.kind !== 'open') expect.unreachable();
      else {
        pauses.push(now.waitMs);
        clock.advance(now.waitMs);
      }
      expect(admit().kind).toBe('probe');
      note('failure', 'a', true);
    }
    expect(pauses).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  });

  test('that was interrupted is made by the next one; one whose process died, after two minutes', async () => {
    const { admit, fails, circuit, clock } = await breaker();
    fails('a', 'b', 'c');
    clock.advance(60_000);
    expect(admit().kind).toBe('probe');
    circuit.giveUp('pma.org');
    expect(admit().kind).toBe('probe');
    clock.advance(119_999);
    expect(admit().kind).toBe('open');
    clock.advance(1);
    expect(admit().kind).toBe('probe');
  });

  test('need not be waited for when a request that was on its way comes home well', async () => {
    const { admit, fails, note } = await breaker();
    fails('a', 'b', 'c');
    note('answer', 'd');
    expect(admit().kind).toBe('closed');
  });
});

describe('walls', () => {
  test('in a row open it too; an answer that nobody has looked at yet does not break the row, a page does', async () => {
    const { admit, note } = await breaker();
    for (const key of ['a', 'b', 'c']) {
      note('answer', key);
      note('wall', key);
    }
    expect(admit().kind).toBe('closed');
    note('page', 'x');
    for (const key of ['d', 'e', 'f']) note('wall', key);
    expect(admit().kind).toBe('closed');
    note('wall', 'g');
    expect(admit().kind).toBe('open');
  });

  test('a probe with status 200 that turns out to be one opens it again, for twice as long', async () => {
    const { admit, note, clock } = await breaker();
    for (const key of ['a', 'b', 'c', 'd']) note('wall', key);
    note('answer', 'late'); // was on its way, and proves nothing
    expect(admit().kind).toBe('open');
    clock.advance(60_000);
    expect(admit().kind).toBe('probe');
    note('answer', 'e', true);
    note('wall', 'e');
    expect(admit()).toMatchObject({ kind: 'open', waitMs: 120_000 });
  });

  test('a page that is one ends it all', async () => {
    const { admit, note, clock, files } = await breaker();
    for (const key of ['a', 'b', 'c', 'd']) note('wall', key);
    clock.advance(60_000);
    admit();
    note('answer', 'e', true);
    note('page', 'e');
    expect(admit().kind).toBe('closed');
    expect(files()).toEqual([]);
  });
});

test('every process and every restart sees it, and a reboot keeps what is left of the pause', async () => {
  const { fails, open } = await breaker();
  fails('a', 'b', 'c');
  expect(open().admit('pma.org').kind).toBe('open');
  const rebooted = fakeClock(undefined, 10);
  expect(open(rebooted).admit('pma.org')).toMatchObject({ kind: 'open', waitMs: 60_000 });
});

test('a domain in good health costs no file', async () => {
  const { note, files } = await breaker();
  for (const health of ['page', 'answer'] as const) note(health, 'a');
  expect(files()).toEqual([]);
});

test('whatever happens: it opens only by a row, lets one probe through at a time, and never stays open for good', async () => {
  const folder = await tempFolder();
  let n = 0;
  const step = fc.record({
    health: fc.constantFrom<Health>('page', 'answer', 'wall', 'failure'),
    key: fc.nat(6),
    ms: fc.constantFrom(0, 1000, 61_000, 700_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const clock = fakeClock();
      const domain = `d${n++}.org`;
      const circuit = new CircuitBreaker(folder, clock, SETTINGS);
      let bad = 0;
      for (const { health, key, ms } of steps) {
        clock.advance(ms);
        const admission = circuit.admit(domain);
        if (admission.kind === 'open') {
          expect(admission.waitMs).toBeLessThanOrEqual(SETTINGS.longest_pause_ms);
          expect(bad).toBeGreaterThanOrEqual(3);
          continue;
        }
        if (admission.kind === 'probe') expect(circuit.admit(domain).kind).toBe('open');
        bad += health === 'wall' || health === 'failure' ? 1 : 0;
        circuit.note(domain, health, { key: String(key), why: 'x', probe: admission.kind === 'probe' });
      }
      clock.advance(SETTINGS.longest_pause_ms + 120_000);
      expect(circuit.admit(domain).kind).not.toBe('open');
    }),
    { numRuns: 100 },
  );
});
