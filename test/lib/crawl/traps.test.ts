import { describe, expect, test } from 'vitest';
import { TRAP_LIMITS, Traps } from '../../../lib/crawl/traps.js';

const traps = () => new Traps(new Date('2026-03-15T00:00:00Z'));

describe('traps', () => {
  test.each([
    'https://x.org/events?PHPSESSID=abc',
    'https://x.org/a;jsessionid=12AB',
    'https://x.org/calendar/2031/05/',
    'https://x.org/events/month/2019-01',
    'https://x.org/events/?date=2035-12-01',
    'https://x.org/a/b/a/b/a/b',
  ])('%s is one', (url) => {
    expect(traps().judge(url)).not.toBeNull();
  });

  test.each([
    'https://x.org/calendar/2026/05/',
    'https://x.org/events/month/2027-01',
    'https://x.org/members/1999-01-tools', // no calendar word
    'https://x.org/members/2031/',
    'https://x.org/members?page=2',
    'https://x.org/a/b/c/d/e/f',
  ])('%s is none', (url) => {
    expect(traps().judge(url)).toBeNull();
  });

  test('filters that multiply are followed so far and no further; what was seen stays open', () => {
    const t = traps();
    for (let i = 0; i < TRAP_LIMITS.facets; i += 1) expect(t.judge(`https://x.org/m?a=${i}&b=1`)).toBeNull();
    expect(t.judge('https://x.org/m?a=x&b=1')).toContain('combinations of filters');
    expect(t.judge('https://x.org/m?a=0&b=1')).toBeNull();
    expect(t.judge('https://x.org/other?a=x&b=1')).toBeNull();
    expect(t.judge('https://x.org/m?page=2')).toBeNull();
  });

  test('a shape whose pages repeat what is known is left, one that brings something new is not', () => {
    const t = traps();
    for (let i = 0; i <= TRAP_LIMITS.repeats; i += 1) t.learn(`https://x.org/p?id=${i}`, 'same');
    expect(t.judge('https://x.org/p?id=x')).toContain('repeat');
    const u = traps();
    for (let i = 0; i < 100; i += 1) u.learn(`https://x.org/p?id=${i}`, i % 5 === 0 ? `new ${i}` : 'same');
    expect(u.judge('https://x.org/p?id=x')).toBeNull();
  });
});
