import { describe, expect, test } from 'vitest';
import { loginWall, readTerms, termsLinks } from '../../../lib/crawl/access.js';
import { closedToLinks } from '../../../lib/crawl/follow-rules.js';
import { skimPage } from '../../../lib/page/skim.js';

const URL_OF_TERMS = 'https://x.org/terms';
const terms = (...paragraphs: string[]) =>
  readTerms(URL_OF_TERMS, `<main><h1>Terms</h1>${paragraphs.map((p) => `<p>${p}</p>`).join('')}</main>`);

describe('terms of use', () => {
  test.each([
    'You may not use any robot, spider or other automated means to access the site.',
    'Use of automated software to harvest content is strictly prohibited.',
    'You agree not to scrape or crawl the directory.',
    'Collecting member information from the directory without our prior written consent is forbidden.',
    'No part of it shall not be accessed by data mining or bots.',
  ])('forbid: %s', (sentence) => {
    expect(terms(sentence, 'We hope that you enjoy your visit.').forbidding).toEqual([sentence]);
  });

  test.each([
    'Automated access must respect our robots.txt file.',
    'You may not send unsolicited bulk mail to addresses found here.',
    'The directory is for personal use; commercial use is prohibited.',
    'Our members build robots and automated systems for the whole industry.',
  ])('are quoted, and forbid no automated access: %s', (sentence) => {
    const read = terms(sentence);
    expect(read.forbidding).toEqual([]);
    expect(read.clauses).toEqual([sentence]);
  });

  test('are quoted as sentences, headings apart from what stands below them', () => {
    const { clauses } = terms('First of all, welcome. You may not use scrapers here. Goodbye to all of you.');
    expect(clauses).toEqual(['You may not use scrapers here.']);
  });

  test('are found in the footer, the likeliest first, on the own site only', () => {
    const skim = skimPage(
      'https://x.org/',
      '<a href="/legal">Legal</a><footer><a href="/p/12">Terms of Use</a><a href="https://other.org/terms">Terms</a><a href="/news">News</a></footer>',
    );
    expect(termsLinks(skim, (url) => url.startsWith('https://x.org/'))).toEqual([
      'https://x.org/p/12',
      'https://x.org/legal',
    ]);
  });
});

describe('a login wall', () => {
  const wall = (html: string, final = 'https://x.org/members') => {
    const skim = skimPage(final, html, { text: true });
    return loginWall({ url: 'https://x.org/members', final_url: final }, skim, skim.text);
  };
  const long = `<p>${'Many words about the trade. '.repeat(100)}</p>`;

  test.each([
    ['a redirect to a login', '<main>Hello</main>', 'https://x.org/account/login?to=members'],
    ['a password form and little else', '<form><input name=u><input type="password"></form>', undefined],
    ['words', '<main>This page is for members only.</main>', undefined],
    ['a request', '<main>Please log in to view the directory.</main>', undefined],
  ])('%s', (_name, html, final) => {
    expect(wall(html, final)).not.toBeNull();
  });

  test.each([
    ['a login box beside content', `<input type="password">${long}`],
    ['a link to what is for members', '<main>Welcome. <a href="/m">Directory</a> (members only)</main>'],
    ['words on a long page', `${long}<p>Please log in to comment.</p>`],
  ])('is not %s', (_name, html) => {
    expect(wall(html)).toBeNull();
  });
});

describe('links that the site asks not to follow', () => {
  const TOKEN = 'OurBot';
  test.each<[string | null, boolean]>([
    [null, false],
    ['noindex', false],
    ['nofollow', true],
    ['noindex, NoFollow', true],
    ['none', true],
    ['googlebot: nofollow', false],
    ['googlebot: nofollow, ourbot: none', true],
    ['ourbot: noindex, nofollow', true],
    ['otherbot: noindex, nofollow', false],
    ['unavailable_after: 25 Jun 2026 15:00:00 PST, nofollow', true],
    ['max-snippet: 20', false],
  ])('X-Robots-Tag: %s', (header, closed) => {
    expect(closedToLinks(header, [], TOKEN)).toBe(closed);
  });

  test('in the head, to all or to us by name', () => {
    const closed = (html: string) =>
      closedToLinks(null, skimPage('https://x.org/', html, { agent: TOKEN }).metaRobots, TOKEN);
    expect(closed('<meta name="robots" content="noindex,nofollow">')).toBe(true);
    expect(closed('<meta name="OURBOT" content="none">')).toBe(true);
    expect(closed('<meta name="googlebot" content="nofollow">')).toBe(false);
    expect(closed('<meta name="robots" content="index, follow">')).toBe(false);
  });
});
