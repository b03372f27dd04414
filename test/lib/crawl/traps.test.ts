import { describe, expect, test } from 'vitest';
import { TRAP_LIMITS, Traps } from '../../../lib/crawl/traps.js';
import { urlFacts } from '../../../lib/crawl/url-facts.js';
import { skimPage } from '../../../lib/page/skim.js';

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
    expect(traps().judge(urlFacts(url))).not.toBeNull();
  });

  test.each([
    'https://x.org/calendar/2026/05/',
    'https://x.org/events/month/2027-01',
    'https://x.org/members/1999-01-tools', // no calendar word
    'https://x.org/members/2031/',
    'https://x.org/members?page=2',
    'https://x.org/a/b/c/d/e/f',
  ])('%s is none', (url) => {
    expect(traps().judge(urlFacts(url))).toBeNull();
  });

  test('filters that multiply are followed so far and no further; what was seen stays open', () => {
    const t = traps();
    for (let i = 0; i < TRAP_LIMITS.facets; i += 1)
      expect(t.judge(urlFacts(`https://x.org/m?a=${i}&b=1`))).toBeNull();
    expect(t.judge(urlFacts('https://x.org/m?a=x&b=1'))).toContain('combinations of filters');
    expect(t.judge(urlFacts('https://x.org/m?a=0&b=1'))).toBeNull();
    expect(t.judge(urlFacts('https://x.org/other?a=x&b=1'))).toBeNull();
    expect(t.judge(urlFacts('https://x.org/m?page=2'))).toBeNull();
  });

  const said = (...lines: string[]) =>
    skimPage('https://x.org/', `<main>${lines.map((l) => `<p>${l}</p>`).join('')}</main>`);

  test('a shape whose pages repeat what is known is left, one that brings something new is not', () => {
    const t = traps();
    for (let i = 0; i <= TRAP_LIMITS.repeats; i += 1)
      t.learn(`https://x.org/p?id=${i}`, said('We have nothing on this page today', `Page ${i}`));
    expect(t.judge(urlFacts('https://x.org/p?id=x'))).toContain('repeat');
    expect(t.judge(urlFacts('https://x.org/q?id=x'))).toBeNull();
    const u = traps();
    for (let i = 0; i < 60; i += 1)
      u.learn(
        `https://x.org/p?id=${i}`,
        said('Member of the association', i % 5 === 0 ? `Acme ${'x'.repeat(i)}` : '-'),
      );
    expect(u.judge(urlFacts('https://x.org/p?id=x'))).toBeNull();
  });

  test('a page that says what another of its kind says is known again, whatever its address and its numbers', () => {
    const t = traps();
    const rows = ['Acme Tool, Akron', 'Birch Die, Dayton'];
    expect(t.learn('https://x.org/list?page=8', said(...rows, 'Rows 1 to 2'))).toEqual({
      stale: false,
      sameAs: null,
    });
    expect(t.learn('https://x.org/list?page=9', said(...rows, 'Rows 3 to 4'))).toEqual({
      stale: true,
      sameAs: 'https://x.org/list?page=8',
    });
    expect(t.learn('https://x.org/list?page=10', said('Cutter Forge, Erie'))).toMatchObject({ stale: false });
  });

  test('pages that a script has yet to fill teach nothing', () => {
    const t = traps();
    for (let i = 0; i < 40; i += 1) t.learn(`https://x.org/m/${i}`, said('Loading…'));
    expect(t.judge(urlFacts('https://x.org/m/41'))).toBeNull();
  });
});
