import { describe, expect, test } from 'vitest';
import { isoNow, machineClock } from '../../lib/clock.js';
import { Interrupted } from '../../lib/errors.js';

describe('the machine’s clock', () => {
  test('waits as long as it is told, or shorter by its speed', async () => {
    for (const [speed, ms] of [
      [1, 50],
      [100, 5000],
    ] as const) {
      const clock = machineClock(speed);
      const real = performance.now();
      const before = clock.monotonicMs();
      await clock.sleep(ms);
      expect(performance.now() - real).toBeGreaterThanOrEqual(48);
      expect(performance.now() - real).toBeLessThan(1_000);
      expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(ms * 0.95);
    }
  });

  test('never waits for nothing', async () => {
    const started = performance.now();
    await machineClock().sleep(0);
    await machineClock().sleep(-5);
    expect(performance.now() - started).toBeLessThan(50);
  });

  test('a signal ends a wait with Interrupted, before and during it', async () => {
    const stop = new AbortController();
    const waiting = machineClock().sleep(60_000, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow(Interrupted);
    await expect(machineClock().sleep(0, stop.signal)).rejects.toThrow(Interrupted);
  });

  test('tells instants in UTC', () => {
    expect(isoNow(machineClock())).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
