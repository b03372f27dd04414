import { describe, expect, it } from 'vitest';
import { initialState, reduce, withoutTheDead } from '../../../lib/ui/progress-state.js';
import { atSecond, event, finished, notice, progress, runFinished, runStarted, started } from './events.js';

const fold = (...events: Parameters<typeof reduce>[1][]) => events.reduce(reduce, initialState);

describe('progress state', () => {
  it('works out rate and time left when the phase does not say', () => {
    const state = fold(
      runStarted(),
      started(1, 'DISCOVERY', 'PMA'),
      progress(11, 'DISCOVERY', 'PMA', 100, 900),
    );
    expect(state.lanes[0]).toMatchObject({
      done: 100,
      total: 900,
      ratePerS: 10,
      etaS: 80,
      status: 'running',
    });
  });

  it('knows no time left while the total is unknown', () => {
    const state = fold(started(1, 'DISCOVERY', 'PMA'), progress(11, 'DISCOVERY', 'PMA', 100, null));
    expect(state.lanes[0]).toMatchObject({ ratePerS: 10, etaS: null });
  });

  it('sums errors over lanes without counting a lane twice', () => {
    const state = fold(
      started(1, 'DISCOVERY', 'PMA'),
      progress(2, 'DISCOVERY', 'PMA', 1, 9, 1),
      progress(3, 'DISCOVERY', 'PMA', 2, 9, 3),
      progress(3, 'DISCOVERY', 'NEMA', 2, 9, 2),
      finished(4, 'DISCOVERY', 'PMA'),
    );
    expect(state.totals).toMatchObject({ errors: 5, finished: 1 });
  });

  it('begins a lane anew when its phase is run again', () => {
    const state = fold(
      started(1, 'DISCOVERY', 'PMA'),
      progress(2, 'DISCOVERY', 'PMA', 5, 9, 1),
      finished(3, 'DISCOVERY', 'PMA', 'failed', 'x'),
      started(4, 'DISCOVERY', 'PMA'),
    );
    expect(state.lanes).toHaveLength(1);
    expect(state.lanes[0]).toMatchObject({ status: 'running', done: 0, error: null, errors: 0 });
  });

  it('keeps two recipes of one job apart, and drops what a killed run left open', () => {
    const other = event(
      5,
      'EXTRACTION',
      'AGMA',
      {
        event: 'run_started',
        mode: 'extract',
        associations: ['AGMA'],
        phases: ['EXTRACTION'],
        dry_run: false,
      },
      8,
    );
    const together = fold(runStarted(), started(1, 'DISCOVERY', 'PMA'), other);
    expect(together.associations).toEqual(['PMA', 'NEMA', 'AGMA']);
    expect(together.lanes).toHaveLength(1);
    const resumed = fold(runStarted(), started(1, 'DISCOVERY', 'PMA'), { ...runStarted(), at: other.at });
    expect(resumed.lanes).toEqual([]);
    expect(resumed.startedMs).toBe(atSecond(5));
  });

  it('ends a run, and clears its waits', () => {
    const wait = event(2, 'DISCOVERY', 'PMA', {
      event: 'domain_wait',
      domain: 'www.pma.org',
      reason: 'limit',
      wait_ms: 90_000,
    });
    const before = fold(runStarted(), wait, { ...wait });
    expect(before.waits).toEqual([
      { domain: 'www.pma.org', reason: 'limit', untilMs: atSecond(92), totalMs: 180_000, times: 2 },
    ]);
    expect(reduce(before, runFinished(9))).toMatchObject({
      status: 'done',
      exitCode: 0,
      durationMs: 9000,
      waits: [],
    });
  });

  it('shows a lane of a dead process as interrupted', () => {
    const state = withoutTheDead(fold(runStarted(), started(1, 'DISCOVERY', 'PMA')), () => false);
    expect(state.status).toBe('interrupted');
    expect(state.lanes[0]).toMatchObject({ status: 'interrupted', error: 'process 7 is gone' });
  });

  it('keeps the newest notices, without control characters', () => {
    let state = initialState;
    for (let i = 0; i < 300; i += 1) state = reduce(state, notice(i, `n${i} \x1b[2J\x1b]0;t\x07\x9b31mend`));
    expect(state.notices).toHaveLength(100);
    expect(state.notices.at(-1)?.message).toBe('n299 end');
    expect(state.totals.warnings).toBe(300);
  });

  it('does not change the state it was given', () => {
    const before = Object.freeze(fold(runStarted(), started(1, 'DISCOVERY', 'PMA')));
    Object.freeze(before.lanes);
    Object.freeze(before.lanes[0]);
    reduce(before, progress(2, 'DISCOVERY', 'PMA', 1, 2));
    expect(before.lanes[0]?.done).toBe(0);
  });
});
