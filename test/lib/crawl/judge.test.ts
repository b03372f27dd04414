/** Which links are followed, how early, and why the others are not. */
import { describe, expect, test } from 'vitest';
import { type Candidate, judgeLinks, type Origin } from '../../../lib/crawl/judge.js';
import { Scope } from '../../../lib/crawl/scope.js';
import type { UrlFacts } from '../../../lib/crawl/url-facts.js';

describe('links', () => {
  const SITE = 'https://www.pma.org/';
  const home: Origin = { url: SITE, priority: 0, depth: 0 };
  const directory: Origin = { url: `${SITE}members/`, priority: 20, depth: 1 };
  const blog: Origin = { url: `${SITE}x/y`, priority: 60, depth: 2 };
  const options = {
    scope: new Scope([SITE], { code: 'PMA', name: 'Precision Metalforming Association' }),
    maxDepth: 4,
    closed: (url: string) => url.includes('/walled/'),
    allowed: (url: string) => !url.includes('/private'),
    trap: ({ url }: UrlFacts) => (url.href.includes('trap') ? 'a calendar' : null),
  };
  const link = (url: string, text = '', more: Partial<Candidate> = {}): Candidate => ({
    url: new URL(url, SITE).href,
    text,
    context: 'main',
    nofollow: false,
    ...more,
  });
  const judge = (origin: Origin, candidate: Candidate) => {
    const [judged] = judgeLinks(origin, [candidate], options);
    return [judged!.priority, judged!.decision];
  };

  test.each<[string, Origin, Candidate, number | null, string]>([
    ['a members’ list', home, link('/membership/member-directory/', 'Our members'), 20, 'followed'],
    ['one named by its path only', home, link('/companies', ''), 20, 'followed'],
    ['one in camel case', home, link('/MemberDirectory.aspx', ''), 20, 'followed'],
    ['one in the footer', home, link('/members', '', { context: 'footer' }), 30, 'followed'],
    ['one named by its text only', home, link('/x', 'Find a Member'), 40, 'followed'],
    ['events', home, link('/events/2026', 'Events'), 20, 'followed'],
    ['exhibitors', directory, link('/expo/exhibitors', 'Exhibitor list'), 20, 'followed'],
    [
      'the next page of a list',
      directory,
      link('/members/?page=2', '2', { context: 'pager' }),
      10,
      'followed',
    ],
    ['a letter of a list', directory, link('/x/B', 'B', { context: 'letters' }), 10, 'followed'],
    [
      'a pager that belongs to nothing wanted',
      blog,
      link('/x/z/2', 'older', { context: 'pager' }),
      null,
      'kind',
    ],
    ['anything on the home page', home, link('/about-us', 'About us'), 60, 'followed'],
    [
      'anything in the main part of a relevant page',
      directory,
      link('/acme-tool', 'Acme Tool'),
      50,
      'followed',
    ],
    ['the frame of a relevant page', directory, link('/about-us', 'About', { context: 'nav' }), null, 'kind'],
    ['news', home, link('/news/2026', 'News'), null, 'kind'],
    ['a login', home, link('/login?x=1', 'Sign in'), null, 'kind'],
    ['a login named by its text', home, link('/x', 'Log in'), null, 'kind'],
    ['a login of members', home, link('/member-login', 'Member login'), null, 'kind'],
    ['joining', home, link('/membership/join', 'Join'), null, 'kind'],
    ['a shop', home, link('/store/cart', 'Cart'), null, 'kind'],
    ['a feed', home, link('/members/feed', 'RSS'), null, 'kind'],
    ['another site', home, link('https://acme.com/', 'Acme'), null, 'offsite'],
    ['another tenant of a platform', home, link('https://x.wildapricot.org/', 'x'), null, 'offsite'],
    ['a sister host', home, link('https://members.pma.org/directory', 'Members'), 20, 'followed'],
    ['nofollow', home, link('/members', 'Members', { nofollow: true }), null, 'nofollow'],
    ['what robots.txt closes', home, link('/private/members', 'Members'), null, 'robots'],
    ['a PDF', home, link('/members.pdf', 'Member list'), null, 'file'],
    ['a picture', home, link('/members.JPG', ''), null, 'file'],
    ['the same list in another order', directory, link('/members?sort=name', 'Name'), null, 'same_thing'],
    ['a printer’s view', directory, link('/members?print=1', 'Print'), null, 'same_thing'],
    ['too deep', { ...directory, depth: 4 }, link('/members/x', 'x'), null, 'depth'],
    [
      'too deep, but a page of the list',
      { ...directory, depth: 4 },
      link('/members?page=9', '9', { context: 'pager' }),
      10,
      'followed',
    ],
    ['a trap', directory, link('/events/trap/2031-01', 'Next month'), null, 'trap: a calendar'],
    ['a broken escape', home, link('/members/%E0%A4%A', 'x'), 20, 'followed'],
  ])('%s', (_name, origin, candidate, priority, decision) => {
    expect(judge(origin, candidate)).toEqual([priority, decision]);
  });

  test('many links of one shape on a relevant page are its records', () => {
    const profiles = Array.from({ length: 12 }, (_, i) => link(`/x/company-${i}`, `Company ${i}`));
    expect(judgeLinks(directory, profiles, options).map((l) => l.priority)).toEqual(profiles.map(() => 40));
    const scripts = Array.from({ length: 12 }, (_, i) => link(`/p.asp?id=${i}`, `C ${i}`));
    expect(judgeLinks(directory, scripts, options).map((l) => l.priority)).toEqual(scripts.map(() => 40));
  });

  test('records named news or store are records all the same, when they stand in a members’ list', () => {
    const profiles = Array.from({ length: 12 }, (_, i) =>
      link(`/members/store-${i}-press-co`, `Press Co ${i}`),
    );
    expect(new Set(judgeLinks(directory, profiles, options).map((l) => l.decision))).toEqual(
      new Set(['followed']),
    );
  });

  test('every link is decided, and keeps what it was', () => {
    const all = [link('/members', 'M'), link('https://acme.com/', 'A'), link('/x.pdf')];
    expect(judgeLinks(home, all, options).map(({ priority: _p, decision: _d, ...rest }) => rest)).toEqual(
      all,
    );
  });
});
