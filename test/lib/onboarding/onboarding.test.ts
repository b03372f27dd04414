/** An association's entry from a look at its site: what is found, what is refused, and how little is asked. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Refused } from '../../../lib/errors.js';
import type { Visited } from '../../../lib/inspect/fetch.js';
import { entryYaml, suggestion } from '../../../lib/onboarding/entry.js';
import { explore } from '../../../lib/onboarding/explore.js';
import { claimedMembers } from '../../../lib/onboarding/members.js';
import { associationCode, associationName } from '../../../lib/onboarding/naming.js';
import { directory, member } from '../../recipes/association-pages.js';
import { weights } from '../../support/weights.js';

/** A site by its paths; what is closed by robots.txt throws as the fetcher does. */
function site(pages: Record<string, string>, closed: readonly string[] = []) {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Visited> => {
    asked.push(url);
    const { pathname, search } = new URL(url);
    const html = pages[pathname + search];
    const error = closed.includes(pathname) ? new Refused(`robots.txt does not allow ${pathname}`) : null;
    const body = html ?? '<title>Not found</title>';
    const response = {
      url,
      finalUrl: url,
      status: html === undefined ? 404 : 200,
      headers: {},
      contentType: 'text/html',
      text: () => ({ text: body, charset: 'utf-8' }),
    };
    return {
      url,
      waits: [],
      exchanges: [],
      response: error ? null : response,
      error,
      summary: { identity: 'page', identity_sign: null },
    } as unknown as Visited;
  };
  const look = (maxPages = 15) =>
    explore('https://www.wma-works.org/', {
      fetch,
      platforms: [],
      weights,
      now: () => '2026-01-01T00:00:00.000Z',
      onPage: () => undefined,
      maxPages,
    });
  return { asked, look };
}

const links = (...paths: [string, string][]) =>
  `<nav>${paths.map(([path, text]) => `<a href="${path}">${text}</a>`).join(' ')}</nav>`;
const shell = (title: string, main: string, nav = '') =>
  `<html><head><title>${title}</title></head><body>${nav}<main>${main}</main><footer>© 2026 Widget Makers Association. All rights reserved.</footer></body></html>`;
const people = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => member(from + i));
const NAV = links(
  ['/about', 'About'],
  ['/news', 'News'],
  ['/find-a-member', 'Find a member'],
  ['/meetings', 'Events'],
);

const meetings = shell(
  'Meetings and events',
  `<h1>Upcoming events</h1>${[3, 9, 17, 24]
    .map(
      (day) =>
        `<div class="ev"><h3><a href="/meetings/${day}">Spring Meeting ${day}</a></h3><p>March ${day}, 2026</p><p>Cleveland, OH</p></div>`,
    )
    .join('')}`,
);

describe('cards over two pages', () => {
  const { asked, look } = site({
    '/': shell(
      'Home | Widget Makers Association',
      '<p>We represent more than 480 member companies.</p>',
      NAV,
    ),
    '/about': shell('About', '<p>Founded in 1926.</p>'),
    '/find-a-member': directory(people(0, 20)).replace(
      '</main>',
      `<a href="/find-a-member?page=2">2</a></main>`,
    ),
    '/find-a-member?page=2': directory(people(20, 40)),
    '/meetings': meetings,
  });

  test('give an entry with everything that can be found out', async () => {
    const found = suggestion(await look(), new Map());
    expect(parse(entryYaml(found))).toEqual({
      WMA: {
        name: 'Widget Makers Association',
        url: 'https://www.wma-works.org/',
        directory_urls: ['https://www.wma-works.org/find-a-member'],
        event_urls: ['https://www.wma-works.org/meetings'],
        expected_members: 480,
        priority: 'Medium',
      },
    });
    expect(found).toMatchObject({ known_as: null, records: { members: 40, events: 4 }, closed: [] });
    expect(found.coverage).toMatchObject({ website: 1, phone: 1, city: 1, email: 0 });
    expect(found.confidence).toBeGreaterThan(0.5);
    expect(asked).not.toContain('https://www.wma-works.org/news');
    expect(new Set(asked).size).toBe(asked.length);
  });
});

test('a table behind the word “roster” is found too, and its own total is believed', async () => {
  const rows = people(0, 15)
    .map(
      (m) =>
        `<tr><td>${m.name.replace('&', '&amp;')}</td><td>${m.city}</td><td>${m.state}</td><td>${m.phone}</td></tr>`,
    )
    .join('');
  const { look } = site({
    '/': shell('Widget Makers Association', '<p>Welcome.</p>', links(['/roster', 'Member roster'])),
    '/roster': shell(
      'Member roster',
      `<h1>Member companies</h1><p>Showing 1–15 of 212 members</p><table><tr><th>Company</th><th>City</th><th>State</th><th>Phone</th></tr>${rows}</table>`,
    ),
  });
  const found = suggestion(await look(), new Map([['WIDGET', { url: 'https://www.wma-works.org/' }]]));
  expect(found).toMatchObject({
    code: 'WIDGET',
    known_as: 'WIDGET',
    directory_urls: ['https://www.wma-works.org/roster'],
    expected_members: 212,
    records: { members: 15 },
  });
});

describe('what stands in the way is said', () => {
  test('robots.txt at the door ends the look', async () => {
    await expect(site({ '/': shell('x', '') }, ['/']).look()).rejects.toThrow(Refused);
  });

  test('a list that robots.txt closes, or a login', async () => {
    const nav = links(['/members', 'Members'], ['/directory', 'Member directory']);
    const { look } = site(
      {
        '/': shell('Widget Makers Association', '<p>Hello</p>', nav),
        '/directory': '<title>Directory</title><form><input type="password"></form>',
      },
      ['/members'],
    );
    const { closed, directory_urls } = suggestion(await look(), new Map());
    expect(directory_urls).toEqual([]);
    expect(closed.map((c) => [c.url, c.why])).toEqual(
      expect.arrayContaining([
        ['https://www.wma-works.org/members', 'robots.txt does not allow /members'],
        ['https://www.wma-works.org/directory', expect.stringContaining('behind a login')],
      ]),
    );
  });

  test('terms that forbid it end the look before any list is touched', async () => {
    const nav = links(['/terms-of-use', 'Terms of Use'], ['/members', 'Member directory']);
    const { asked, look } = site({
      '/': shell('Widget Makers Association', '<p>Hello</p>', nav),
      '/terms-of-use': shell(
        'Terms',
        '<p>You may not use any robot or scraper to collect member information.</p>',
      ),
      '/members': directory(people(0, 10)),
    });
    const { terms } = suggestion(await look(), new Map());
    expect(terms?.forbidding).toHaveLength(1);
    expect(asked).not.toContain('https://www.wma-works.org/members');
  });
});

test('so many pages and no more', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `/members-${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${i}/list`,
      directory(people(i, i + 4)),
    ]),
  );
  const nav = links(...Object.keys(many).map((path): [string, string] => [path, 'Members']));
  const { asked, look } = site({ '/': shell('x', '', nav), ...many });
  await look(5);
  expect(asked.length).toBeLessThanOrEqual(6);
});

test.each<[string, number[]]>([
  ['Our association represents over 1,200 member companies in 30 countries.', [1200]],
  ['Join our 350+ members today', [350]],
  ['More than 2024 members', []],
  ['serving the industry since 1942', []],
  ['a $4,000 member discount; 12 members attended', []],
  ['representing more than 900 employees', []],
])('%s', (line, members) => {
  expect(claimedMembers([line]).map((c) => c.members)).toEqual(members);
});

test.each([
  ['Precision Metalforming Association', 'www.pma.org', 'PMA'],
  ['Tooling and Machining Association of Ohio', 'ohiotoolingandmachining.org', 'TMAO'],
  ['3D Makers', '3dm.org', 'A3DM'],
])('%s at %s is %s', (name, host, code) => {
  expect(associationCode(name, host, new Set())).toBe(code);
  expect(associationCode(name, host, new Set([code]))).toBe(`${code}2`);
});

test.each([
  [['Home | Gear Makers Association'], 'Gear Makers Association'],
  [['GMA', 'Member Directory - GMA', 'Gear Makers Association'], 'Gear Makers Association'],
  [[null, ''], 'gma.org'],
])('%j is called %s', (candidates, name) => {
  expect(associationName(candidates, 'gma.org')).toBe(name);
});
