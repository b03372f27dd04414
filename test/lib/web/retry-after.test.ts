import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../../lib/web/retry-after.js';

const NOW = new Date('2026-11-06T08:49:37.000Z');
const seconds = (value: string | null) => {
  const ms = retryAfterMs(value, NOW);
  return ms === null ? null : ms / 1000;
};

describe('Retry-After by RFC 9110', () => {
  test.each([
    ['0', 0],
    ['120', 120],
    [' 120 ', 120],
    ['0120', 120],
    ['Fri, 06 Nov 2026 08:50:37 GMT', 60],
    ['Friday, 06-Nov-26 08:50:37 GMT', 60],
    ['Fri Nov  6 08:50:37 2026', 60],
    ['Fri, 06 Nov 2026 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['9999999999', 9_999_999_999],
    ['\t7 ', 7],
    ['Thu, 31 Dec 2026 23:59:60 GMT', 4806623],
  ])('%s is %s seconds', (value, expected) => {
    expect(seconds(value)).toBe(expected);
  });

  test('two digits of a year more than fifty years ahead mean the past', () => {
    expect(seconds('Friday, 06-Nov-76 08:49:37 GMT')).toBeGreaterThan(49 * 365 * 86_400);
    expect(seconds('Sunday, 06-Nov-77 08:49:37 GMT')).toBe(0);
    expect(seconds('Saturday, 07-Nov-76 08:49:37 GMT')).toBe(0); // a day more than fifty years
  });

  test.each([
    null,
    '',
    'soon',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '10s',
    '\u00a0120',
    '١٢٠',
    'Xyz, 06 Nov 2026 08:50:37 GMT',
    'Friday, 06 Nov 2026 08:50:37 GMT',
    'Fri, 06-Nov-26 08:50:37 GMT',
    'fri, 06 nov 2026 08:50:37 gmt',
    'Fri, 6 Nov 2026 08:50:37 GMT',
    'Fri, 06 Nov 2026 8:50:37 GMT',
    '1,2',
    'Fri, 06 Nov 2026 08:50:37',
    'Fri, 06 Nov 2026 08:50:37 CET',
    'Fri, 06 Nov 2026 08:50:37 +0100',
    'Fri, 31 Feb 2026 08:50:37 GMT',
    'Fri, 06 Xyz 2026 08:50:37 GMT',
    'Fri, 06 Nov 2026 25:50:37 GMT',
    'Fri, 06 Nov 2026 08:61:37 GMT',
    '2026-11-06T08:50:37Z',
  ])('%s is unusable: our own backoff counts', (value) => {
    expect(seconds(value)).toBeNull();
  });

  test('the machine’s zone has no say', () => {
    const before = process.env.TZ;
    try {
      for (const zone of ['America/New_York', 'Asia/Tokyo']) {
        process.env.TZ = zone;
        expect(seconds('Fri Nov  6 08:50:37 2026')).toBe(60);
      }
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test('no value throws, and a wait is never negative', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = retryAfterMs(value, NOW);
        expect(ms === null || (ms >= 0 && Number.isFinite(ms))).toBe(true);
      }),
    );
  });
});
