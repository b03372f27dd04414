import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../lib/lake/events.js';
import { frame, frameText } from '../../../lib/ui/frame.js';
import { initialState, reduce } from '../../../lib/ui/progress-state.js';
import { textWidth } from '../../../lib/ui/text-width.js';
import { atSecond, event, finished, notice, progress, runStarted, started } from './events.js';

const TEN = ['PMA', 'NEMA', 'SOCMA', 'AGMA', 'AIA', 'NTMA', 'PMPA', 'FIA', 'NADCA', 'AFS'];

function busy(): JobEvent[] {
  return [
    runStarted(TEN),
    ...TEN.flatMap((code) => [started(1, 'INIT', code), finished(2, 'INIT', code)]),
    ...TEN.flatMap((code, i) => [
      started(3, 'DISCOVERY', code),
      progress(13, 'DISCOVERY', code, 40 + i, 900, i),
      event(13, 'DISCOVERY', code, {
        event: 'domain_wait',
        domain: `www.${code.toLowerCase()}.org`,
        reason: 'Retry-After',
        wait_ms: 9000,
      }),
      notice(13, `${code} ${'long text 日本語 '.repeat(20)}`),
    ]),
    finished(14, 'DISCOVERY', 'AIA', 'quarantined', 'too few members'),
  ];
}

const stateOf = (events: JobEvent[]) => events.reduce(reduce, initialState);
const textOf = (events: JobEvent[], width: number, height: number, second = 14) =>
  frameText(frame(stateOf(events), { width, height, nowMs: atSecond(second) }).lines);

describe('frame', () => {
  it('shows phases, bars, rates, time left, errors, waits and notices', () => {
    const text = textOf(
      [
        runStarted(),
        started(0, 'INIT', null),
        finished(1, 'INIT', null),
        started(1, 'DISCOVERY', 'PMA'),
        event(1, 'DISCOVERY', 'PMA', { event: 'step', step: 'following links' }),
        progress(11, 'DISCOVERY', 'PMA', 450, 900, 2),
        event(11, 'DISCOVERY', 'PMA', {
          event: 'domain_wait',
          domain: 'www.pma.org',
          reason: 'rate limit',
          wait_ms: 4000,
        }),
        notice(11, 'robots.txt changed'),
      ],
      80,
      23,
      12,
    );
    expect(text).toBe(`NAM  job-1  full · PMA NEMA                               2 errors  running 12 s

✓ Init                  4.0 s  900 pages
▸ Discovery        following links
    PMA  ━━━━━━━━────────        450/900 pages    45/s     10 s left  2 errors
  · to come: NEMA
· Gatekeeper
· Classification
· Extraction
· Enrichment
· Export

◌ www.pma.org  3.0 s  rate limit

12:00:11 ROBOTS_CHANGED PMA robots.txt changed
`);
  });

  it.each([
    [80, 23],
    [140, 39],
    [40, 10],
    [20, 3],
    [10, 1],
  ])('fits %i × %i, even with ten associations at work', (width, height) => {
    const lines = textOf(busy(), width, height).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it('fits any terminal at any point of a run', () => {
    const events = busy();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(events.length),
        fc.option(fc.nat(40)),
        (width, height, n, scroll) => {
          const { lines } = frame(stateOf(events.slice(0, n)), {
            width,
            height,
            nowMs: atSecond(14),
            scroll,
            hint: 'q quit',
          });
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines)
            expect(textWidth(line.map((s) => s.text).join(''))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('keeps what runs and what went wrong in sight when room is short', () => {
    const text = textOf(busy(), 80, 17);
    expect(text).toContain('▸ Discovery');
    expect(text).toContain('AIA    quarantined');
    expect(text).toMatch(/↓ \d+ more/);
    expect(textOf(busy(), 80, 60)).toContain('! AIA    quarantined  too few members');
  });

  it('scrolls through everything', () => {
    const state = stateOf(busy());
    const at = (scroll: number) => frame(state, { width: 80, height: 20, nowMs: atSecond(14), scroll });
    const { maxScroll } = at(0);
    const seen = Array.from({ length: maxScroll + 1 }, (_, i) => frameText(at(i).lines)).join('');
    for (const name of ['Init', ...TEN, 'Export']) expect(seen).toContain(name);
    expect(at(10_000).scroll).toBe(maxScroll);
  });

  it('says when there is nothing yet', () => {
    expect(frameText(frame(initialState, { width: 60, height: 10, nowMs: 0 }).lines)).toMatch(
      /no events yet.*waiting/,
    );
  });
});
