/** Virtual time: nobody waits, nobody wakes early, and nothing real is overtaken. */
import { readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Interrupted } from '../../lib/errors.js';
import { openDuckDB } from '../../lib/lake/duck.js';
import { watchRealWork } from '../bench/crawl/real-work.js';
import { virtualClock } from '../support/virtual-clock.js';

describe('virtual time', () => {
  it('wakes every sleeper at its instant, in order, whatever they sleep', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 4 }), { maxLength: 6 }),
        async (plans) => {
          const clock = virtualClock();
          const start = clock.monotonicMs();
          const woken: number[] = [];
          await Promise.all(
            plans.map(async (naps) => {
              let due = start;
              for (const ms of naps) {
                await clock.sleep(ms);
                due += ms;
                expect(clock.monotonicMs()).toBe(due);
                woken.push(due);
              }
            }),
          );
          expect(woken).toEqual([...woken].sort((a, b) => a - b));
          expect(clock.sleepers).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('moves the wall clock by as much', async () => {
    const clock = virtualClock({ start: '2026-03-01T23:59:30.000Z' });
    await clock.sleep(60_000);
    expect(clock.now().toISOString()).toBe('2026-03-02T00:00:30.000Z');
  });

  it('stands still while something is under way', async () => {
    let busy = true;
    const clock = virtualClock({ busy: () => busy });
    const before = clock.monotonicMs();
    let awake = false;
    const nap = clock.sleep(1_000).then(() => {
      awake = true;
    });
    for (let i = 0; i < 50; i += 1) await turn();
    expect([awake, clock.monotonicMs()]).toEqual([false, before]);
    busy = false;
    await nap;
    expect(clock.monotonicMs()).toBe(before + 1_000);
    expect(clock.impatient).toBe(0);
  });

  it('goes on after a while beside work that does not end, and says so', async () => {
    const clock = virtualClock({ busy: () => true, patienceMs: 5 });
    await clock.sleep(1_000);
    expect(clock.impatient).toBe(1);
  });

  it('lets a sleeper go when its signal fires, and nobody else', async () => {
    let busy = true;
    const clock = virtualClock({ busy: () => busy });
    const stop = new AbortController();
    const stopped = clock.sleep(10, stop.signal);
    const other = clock.sleep(20);
    stop.abort();
    await expect(stopped).rejects.toBeInstanceOf(Interrupted);
    await expect(clock.sleep(5, stop.signal)).rejects.toBeInstanceOf(Interrupted);
    busy = false;
    await other;
    expect(clock.sleepers).toBe(0);
  });

  it('waits for files and queries', async () => {
    const work = watchRealWork();
    onTestFinished(() => work.close());
    const clock = virtualClock({ busy: work.busy });
    const instance = await openDuckDB();
    const connection = await instance.connect();
    const order: string[] = [];
    await Promise.all([
      clock.sleep(1).then(() => order.push('slept')),
      readFile(import.meta.filename).then(() => order.push('read')),
      connection
        .run('SELECT count(*) FROM range(20000000) r(i) WHERE i % 3 = 1')
        .then(() => order.push('asked')),
    ]);
    expect(order.at(-1)).toBe('slept');
    connection.closeSync();
    instance.closeSync();
  });
});
