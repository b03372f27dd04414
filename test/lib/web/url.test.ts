import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalUrl, registrableDomain, sameSite } from '../../../lib/web/url.js';

describe('canonicalUrl', () => {
  test.each([
    ['https://EXAMPLE.com/', 'https://example.com/'],
    ['https://example.com', 'https://example.com/'],
    ['https://example.com:443/a', 'https://example.com/a'],
    ['http://example.com:80/a', 'http://example.com/a'],
    ['http://example.com:8080/a', 'http://example.com:8080/a'],
    ['https://example.com./a', 'https://example.com/a'],
    ['https://user:pass@example.com/a', 'https://example.com/a'],
    ['https://example.com/a#top', 'https://example.com/a'],
    ['https://example.com/a/', 'https://example.com/a'],
    ['https://example.com//a///b', 'https://example.com/a/b'],
    ['https://example.com/a/../b/./c', 'https://example.com/b/c'],
    ['https://example.com/%7Ejoe', 'https://example.com/~joe'],
    ['https://example.com/a%2fb', 'https://example.com/a%2Fb'],
    ['https://example.com/caf\u00e9', 'https://example.com/caf%C3%A9'],
    ['https://example.com/A', 'https://example.com/A'],
    ['https://example.com/index.html', 'https://example.com/'],
    ['https://example.com/dir/default.aspx', 'https://example.com/dir'],
    ['https://example.com/dir/index.php?id=2', 'https://example.com/dir?id=2'],
    ['https://example.com/a;jsessionid=12ab?x=1', 'https://example.com/a?x=1'],
    ['https://example.com/a?', 'https://example.com/a'],
    ['https://example.com/a?b=2&a=1', 'https://example.com/a?a=1&b=2'],
    ['https://example.com/a?a=2&a=1', 'https://example.com/a?a=1&a=2'],
    ['https://example.com/a?x=', 'https://example.com/a?x'],
    ['https://example.com/a?utm_source=x&id=3&fbclid=y&PHPSESSID=z', 'https://example.com/a?id=3'],
    ['https://example.com/a?q=a%20b', 'https://example.com/a?q=a+b'],
    ['https://example.com/a?q=%7ejoe', 'https://example.com/a?q=~joe'],
    ['https://example.com/a?q=caf%e9', 'https://example.com/a?q=caf%E9'],
    ['https://example.com/a?q=caf%c3%a9', 'https://example.com/a?q=caf%C3%A9'],
    ['https://example.com/a?q=%ef%bf%bd', 'https://example.com/a?q=%EF%BF%BD'],
    ['https://example.com/a?&&b=1&&a=2&', 'https://example.com/a?a=2&b=1'],
    ['https://example.com/a?b=1?2&a=x=y', 'https://example.com/a?a=x%3Dy&b=1%3F2'],
  ])('%s → %s', (url, expected) => {
    expect(canonicalUrl(url)).toBe(expected);
  });

  test('pages that differ in an old charset’s letters are not one', () => {
    const keys = ['%e8', '%e9', '%ea', 'e'].map((c) => canonicalUrl(`https://example.com/?q=${c}`));
    expect(new Set(keys).size).toBe(4);
  });

  test('a text that is no URL has none', () => {
    for (const text of ['', '/a', 'example.com', 'http://', 'http://[::1'])
      expect(canonicalUrl(text)).toBeNull();
  });

  test('the canonical form is its own canonical form', () => {
    const part = fc.constantFrom(
      'a',
      'B',
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%7E',
      '%2F',
      '%',
      'index.html',
      '%69ndex.html',
      '/default.asp',
      ';jsessionid=1',
      ';jsessionid=2',
      '?',
      '&',
      '=',
      'a=',
      '=b',
      'utm_x=1',
      'sid=1',
      '#',
      ' ',
      '+',
      '%20',
      '%e9',
      '%EF%BF%BD',
      'é',
      ';',
      '@',
      ':',
    ); // prettier-ignore
    fc.assert(
      fc.property(
        fc.constantFrom('http://Example.com', 'https://user:x@example.com.:443', 'https://example.com../'),
        fc.array(part, { maxLength: 10 }),
        (origin, parts) => {
          const once = canonicalUrl(`${origin}/${parts.join('')}`);
          fc.pre(once !== null);
          expect(canonicalUrl(once!)).toBe(once);
        },
      ),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const once = canonicalUrl(url)!;
        expect(canonicalUrl(once)).toBe(once);
      }),
    );
  });
});

describe('registrableDomain', () => {
  test.each([
    ['https://www.pma.org/directory/', 'pma.org'],
    ['www.pma.org', 'pma.org'],
    ['PMA.org.', 'pma.org'],
    ['https://a.b.example.co.uk/', 'example.co.uk'],
    ['https://company.clearbit.com/v2', 'clearbit.com'],
    ['https://tenant.wildapricot.org/', 'tenant.wildapricot.org'],
    ['https://www.tenant.wildapricot.org/', 'tenant.wildapricot.org'],
    ['https://wildapricot.org/', 'wildapricot.org'],
    ['https://tenant.wixsite.com/x', 'tenant.wixsite.com'],
    ['https://joe.github.io/', 'joe.github.io'],
    ['http://93.184.216.34/', '93.184.216.34'],
    ['http://[2606:2800::1]/', '[2606:2800::1]'],
    ['http://intranet/', 'intranet'],
    ['example.com:8080', 'example.com'],
    ['https://xn--bcher-kva.example.com/', 'example.com'],
  ])('%s → %s', (text, expected) => {
    expect(registrableDomain(text)).toBe(expected);
  });

  test('tenants of one platform are sites of their own', () => {
    expect(sameSite('https://a.memberclicks.net/', 'https://b.memberclicks.net/')).toBe(false);
    expect(sameSite('https://www.pma.org/', 'http://members.pma.org/x')).toBe(true);
  });
});
