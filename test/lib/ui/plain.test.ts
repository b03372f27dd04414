import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../lib/lake/events.js';
import { plainLines, startPlain } from '../../../lib/ui/plain.js';
import { event, finished, notice, progress, runFinished, runStarted, started } from './events.js';

const print = (events: JobEvent[]) => {
  const lines = plainLines();
  return events.flatMap((e) => lines(e));
};

describe('plain lines', () => {
  it('tell of a run in a few lines', () => {
    expect(
      print([
        runStarted(['PMA']),
        started(1, 'DISCOVERY', 'PMA'),
        ...Array.from({ length: 90 }, (_, i) => progress(1 + i / 10, 'DISCOVERY', 'PMA', i, 900, 1)),
        event(10, 'DISCOVERY', 'PMA', {
          event: 'domain_wait',
          domain: 'www.pma.org',
          reason: 'limit',
          wait_ms: 2000,
        }),
        event(10, 'DISCOVERY', 'PMA', {
          event: 'domain_wait',
          domain: 'www.pma.org',
          reason: 'Retry-After',
          wait_ms: 30_000,
        }),
        notice(10, 'robots.txt \x1b[31mchanged'),
        finished(11, 'DISCOVERY', 'PMA'),
        started(11, 'EXTRACTION', 'PMA'),
        finished(11, 'EXTRACTION', 'PMA', 'quarantined', 'too few members'),
        finished(11, 'VALIDATION', 'PMA', 'up_to_date'),
        runFinished(12),
      ]),
    ).toEqual([
      '12:00:00 run job-1: full, PMA',
      '12:00:01 DISCOVERY PMA started',
      '12:00:06 DISCOVERY PMA 50/900 pages, 10/s, 1:25 left, 1 error',
      '12:00:10 DISCOVERY PMA waits 30 s for www.pma.org: Retry-After',
      '12:00:10 WARN DISCOVERY PMA ROBOTS_CHANGED: robots.txt changed',
      '12:00:11 DISCOVERY PMA done in 4.0 s, 900 pages',
      '12:00:11 EXTRACTION PMA started',
      '12:00:11 EXTRACTION PMA quarantined in 4.0 s, 900 pages: too few members',
      '12:00:11 VALIDATION PMA up to date',
      '12:00:12 run job-1: done in 12 s',
    ]);
  });

  it('show the first dead letters and say where the others are', () => {
    const letters = Array.from({ length: 20 }, (_, i) =>
      event(i, 'EXTRACTION', 'PMA', {
        event: 'dead_letter',
        subject: `page ${i}`,
        error_code: 'NO_NAME',
        message: 'no name',
      }),
    );
    const lines = print(letters);
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toContain('dead_letters');
  });

  it('outlive their reader', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
      autoDestroy: false,
    });
    const listeners = new Set<(e: JobEvent) => void>();
    const subscribe = (listener: (e: JobEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const view = startPlain({ subscribe }, gone);
    for (const send of listeners) send(runStarted());
    await new Promise((resolve) => setImmediate(resolve));
    for (const send of listeners) send(started(1, 'INIT', null));
    await view.stop();
    expect(listeners.size).toBe(0);
  });
});
