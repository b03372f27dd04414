/** The cookies of a run: who gets them back, and who never does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CookieJar, cookieNames } from '../../../lib/web/cookies.js';
import { registrableDomain } from '../../../lib/web/url.js';
import { fakeClock } from '../../support/clock.js';

const jarWith = (url: string, ...lines: string[]) => {
  const clock = fakeClock('2026-03-01T12:00:00.000Z');
  const jar = new CookieJar(clock);
  jar.take(new URL(url), lines);
  return { clock, jar, sent: (to: string) => jar.headerFor(new URL(to)) };
};
const HOME = 'https://www.pma.org/members/list?x=1';

test.each<[string, string, string, boolean]>([
  ['to the host that set it', 'a=1', 'https://www.pma.org/members/2', true],
  ['to no other path, when it names none', 'a=1', 'https://www.pma.org/', false],
  ['to no path that only begins alike', 'a=1', 'https://www.pma.org/membership', false],
  ['to the path it names', 'a=1; Path=/', 'https://www.pma.org/', true],
  ['below the path it names', 'a=1; Path=/x', 'https://www.pma.org/x/y', true],
  ['to no host below, when it names no domain', 'a=1; Path=/', 'https://m.www.pma.org/', false],
  ['to no neighbour, when it names no domain', 'a=1; Path=/', 'https://members.pma.org/', false],
  ['to the whole site, when it names it', 'a=1; Path=/; Domain=pma.org', 'https://members.pma.org/', true],
  ['with a leading dot too', 'a=1; Path=/; Domain=.PMA.org', 'https://members.pma.org/', true],
  ['to no other site', 'a=1; Path=/; Domain=pma.org', 'https://nema.org/', false],
  ['to no site whose name only ends alike', 'a=1; Path=/; Domain=pma.org', 'https://xpma.org/', false],
  ['not when it is for another domain', 'a=1; Path=/; Domain=nema.org', 'https://www.pma.org/', false],
  ['not when it is for a public suffix', 'a=1; Path=/; Domain=org', 'https://www.pma.org/', false],
  ['over TLS, when it is secure', 'a=1; Path=/; Secure', 'https://www.pma.org/', true],
  ['in the clear never, when it is secure', 'a=1; Path=/; Secure', 'http://www.pma.org/', false],
  ['in the clear, when it is not', 'a=1; Path=/', 'http://www.pma.org/', true],
  ['before it expires', 'a=1; Path=/; Max-Age=60', 'https://www.pma.org/', true],
  ['not with a negative age', 'a=1; Path=/; Max-Age=-1', 'https://www.pma.org/', false],
  ['not with no age', 'a=1; Path=/; Max-Age=0', 'https://www.pma.org/', false],
  ['not past its date', 'a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT', 'https://www.pma.org/', false],
  [
    'by its age, whatever its date',
    'a=1; Path=/; Max-Age=60; Expires=Wed, 21 Oct 2015 07:28:00 GMT',
    'https://www.pma.org/',
    true,
  ],
  [
    'with a date that nobody can read until the run ends',
    'a=1; Path=/; Expires=soon',
    'https://www.pma.org/',
    true,
  ],
  ['not without a name', '=1; Path=/', 'https://www.pma.org/', false],
  ['not with a broken prefix', '__Host-a=1; Path=/; Domain=pma.org; Secure', 'https://www.pma.org/', false],
  ['with an honest prefix', '__Host-a=1; Path=/; Secure', 'https://www.pma.org/', true],
])('a cookie is sent %s', (_promise, line, to, expected) => {
  expect(jarWith(HOME, line).sent(to) !== null).toBe(expected);
});

test('what a plain page sets as secure is not taken', () => {
  expect(jarWith('http://www.pma.org/', 'a=1; Secure').sent('https://www.pma.org/')).toBeNull();
});

test('tenants of a platform do not share cookies', () => {
  const { sent } = jarWith('https://nema.wildapricot.org/', 'a=1; Domain=wildapricot.org', 'b=2');
  expect(sent('https://pma.wildapricot.org/')).toBeNull();
  expect(sent('https://nema.wildapricot.org/')).toBe('b=2');
});

test('a later one replaces an earlier one, an expired one takes it away, time does too', () => {
  const { clock, jar, sent } = jarWith('https://www.pma.org/', 'a=1', 'b=2; Max-Age=10');
  jar.take(new URL('https://www.pma.org/x'), ['a=3; Path=/']);
  expect(sent('https://www.pma.org/')).toBe('b=2; a=3'.split('; ').sort().join('; '));
  const before = jar.changes;
  jar.take(new URL('https://www.pma.org/'), ['a=3']);
  expect(jar.changes).toBe(before);
  clock.advance(11_000);
  expect(sent('https://www.pma.org/')).toBe('a=3');
  jar.take(new URL('https://www.pma.org/'), ['a=; Max-Age=0']);
  expect(sent('https://www.pma.org/')).toBeNull();
  expect(jar.changes).toBeGreaterThan(before);
});

test('longer paths come first', () => {
  expect(jarWith(HOME, 'a=1; Path=/', 'a=2; Path=/members').sent('https://www.pma.org/members/')).toBe(
    'a=2; a=1',
  );
});

test('a site that sets thousands, and a run over thousands of sites, keep what fits', () => {
  const { jar, sent } = jarWith('https://www.pma.org/', ...Array.from({ length: 3000 }, (_, i) => `c${i}=1`));
  expect(sent('https://www.pma.org/')!.split('; ')).toHaveLength(50);
  for (let i = 0; i < 1000; i += 1) jar.take(new URL(`https://s${i}.org/`), ['a=1']);
  expect(sent('https://www.pma.org/')).toBeNull();
  expect(sent('https://s999.org/')).toBe('a=1');
});

test('names are all that is told', () => {
  expect(cookieNames(['sid=secret; Path=/', 'b = x', 'nonsense'])).toEqual(['sid', 'b']);
});

test('whatever is set, nothing that breaks a header goes out, and nothing to another site', () => {
  const host = fc.constantFrom(
    'www.pma.org',
    'pma.org',
    'members.pma.org',
    'nema.org',
    'a.github.io',
    'b.github.io',
    '8.8.8.8',
    'co.uk',
  );
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc
      .tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ maxLength: 8 }), host)
      .map(([n, v, d]) => `${n}=${v}; Domain=${d}; Path=/`),
  );
  fc.assert(
    fc.property(host, host, fc.array(line, { maxLength: 5 }), (from, to, lines) => {
      const sent = jarWith(`https://${from}/`, ...lines).sent(`https://${to}/`);
      if (sent === null) return;
      expect(registrableDomain(to)).toBe(registrableDomain(from));
      expect(() => new Headers({ cookie: sent })).not.toThrow();
    }),
  );
});
