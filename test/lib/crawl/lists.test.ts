/** DISCOVERY over real HTTP on lists in the forms that directories have: several hosts, pagers, letters, filters, walls. */
import { expect, test } from 'vitest';
import { type Config, loadConfig } from '../../../lib/config.js';
import { runPhase } from '../../../lib/harness/run-phase.js';
import { openSession } from '../../../lib/harness/session.js';
import { discover } from '../../../recipes/discover.js';
import { gatekeeper } from '../../../recipes/gatekeeper.js';
import { init } from '../../../recipes/init.js';
import { type Answer, serve } from '../../support/http.js';
import { openLake, tempFolder } from '../../support/lake.js';

const own = await loadConfig();
const HOME = 'https://www.pma.org';

/** Answers by `host/path`; what is not there is a 404. */
async function crawlSite(routes: Record<string, Answer | string>, directory = `${HOME}/members`) {
  const root = await tempFolder();
  const server = await serve(({ host, path }) => {
    const found = routes[`${host}${path}`] ?? (host === 'www.pma.org' ? routes[path] : undefined);
    return typeof found === 'string' ? { body: found } : (found ?? { status: 404, body: 'gone' });
  });
  const pma = {
    ...own.associations.get('PMA')!,
    url: `${HOME}/`,
    directory_urls: [directory],
    event_urls: [],
  };
  const config: Config = { ...own, associations: new Map([['PMA', { ...pma, expected_members: 10 }]]) };
  const session = await openSession({
    config,
    env: {
      LAKE: root,
      LOGS: `${root}/.logs`,
      SANDBOX: `${server.port},${server.port}`,
      SANDBOX_SPEED: '4000',
    },
    dryRun: false,
    logLevel: 'silent',
    world: 'sandbox',
    job: { id: 'job-1' },
    associations: ['PMA'],
    phaseOptions: { enrichment: 'all', validation: 'all', mode: 'test', maxAgeMs: null },
  });
  try {
    const results = [];
    for (const recipe of [init, gatekeeper, discover]) results.push(await runPhase(session, recipe, 'PMA'));
    const lake = await openLake(root);
    const times = (address: string) => server.seen.filter((seen) => seen === address).length;
    return { results, lake, seen: server.seen, times };
  } finally {
    await session.close();
  }
}

const page = (body: string, head = '') =>
  `<html><head><title>x</title>${head}</head><body><main>${body}<p>${'Words of this page. '.repeat(30)}</p></main></body></html>`;
const a = (href: string, text: string) => `<a href="${href}">${text}</a>`;
const rows = (...names: string[]) =>
  `<ul>${names.map((n) => `<li class="member"><b>${n}</b> ${n} makes parts in ${n} City</li>`).join('')}</ul>`;
const ROBOTS = { 'www.pma.org/robots.txt': 'User-agent: *\nDisallow: /private' };

test('hosts that keep the directory are crawled under their own robots.txt, members’ own sites are not', async () => {
  const { results, lake, seen, times } = await crawlSite({
    ...ROBOTS,
    '/': page(a('/members', 'Members')),
    '/members': page(
      `${a('https://members.pma.org/list', 'All members')} ${a('https://pma.chambermaster.com/list/', 'Member directory')} ${a('https://www.acme.com/', 'Acme')}`,
    ),
    'members.pma.org/robots.txt': 'User-agent: *\nDisallow: /list/closed',
    'members.pma.org/list': page(
      `${rows('Acme', 'Birch')}${a('/list/closed', 'More members')}${a('/list/open', 'Members B')}`,
    ),
    'members.pma.org/list/open': page(rows('Cutter')),
    'pma.chambermaster.com/list/': page(rows('Dunmore', 'Esker')),
  });
  expect(results.at(-1)).toMatchObject({ status: 'done' });
  expect(times('members.pma.org/list/open')).toBe(1);
  expect(times('pma.chambermaster.com/list/')).toBe(1);
  expect(times('members.pma.org/list/closed')).toBe(0);
  expect(seen.filter((s) => s.includes('acme.com'))).toEqual([]);
  expect(
    await lake.query('SELECT origin, verdict, found_on IS NULL AS seed FROM crawl_hosts ORDER BY origin'),
  ).toEqual([
    { origin: 'https://members.pma.org', verdict: 'allowed', seed: false },
    { origin: 'https://pma.chambermaster.com', verdict: 'allowed', seed: false },
    { origin: HOME, verdict: 'allowed', seed: true },
  ]);
  const decided = await lake.query("SELECT decision FROM links WHERE to_url LIKE '%chambermaster%'");
  expect(decided).toEqual([{ decision: 'adopted' }]);
});

test('a list that goes on for ever with the same rows is left after the first that repeats', async () => {
  const pages: Record<string, string> = {};
  const names = [['Acme', 'Birch'], ['Cutter', 'Dunmore'], ['Esker']];
  for (let i = 0; i < 40; i += 1) {
    const next = `<nav class="pager">${a(`/members?page=${i + 1}`, 'Next')}</nav>`;
    pages[i === 0 ? '/members' : `/members?page=${i}`] = page(
      `<p>Page ${i} of all</p>${rows(...names[Math.min(i, 2)]!)}${next}`,
    );
  }
  pages['/members?page=0'] = pages['/members']!;
  const { seen, lake } = await crawlSite({
    ...ROBOTS,
    '/': page(`${a('/members', 'Members')}${a('/members?page=0', 'First')}`),
    ...pages,
  });
  const asked = seen.filter((s) => s.startsWith('www.pma.org/members'));
  expect(asked).toEqual(['www.pma.org/members', ...[1, 2, 3].map((n) => `www.pma.org/members?page=${n}`)]);
  const [left] = await lake.query("SELECT value FROM crawl_figures WHERE measure = 'left_out:repeat'");
  expect(Number(left!.value)).toBe(1);
});

test('filters of a list that shows everything anyway are given up; letters and numbers without a pager’s marks are followed', async () => {
  const routes: Record<string, string> = {};
  const states = Array.from({ length: 50 }, (_, i) => `S${i}`);
  const all = ['Acme', 'Birch', 'Cutter', 'Dunmore'];
  const filters = states.map((s) => a(`/members?state=${s}`, `In ${s}`)).join(' ');
  routes['/members'] = page(
    `${rows('Acme', 'Birch')}${a('/members?start=2', 'further')}${a('/members?letter=E', 'starting with E')}${filters}`,
  );
  routes['/members?start=2'] = page(`${rows('Cutter', 'Dunmore')}${filters}`);
  routes['/members?letter=E'] = page(`${rows('Esker')}${filters}`);
  for (const [i, s] of states.entries())
    routes[`/members?state=${s}`] = page(`${rows(all[i % 4]!)}${filters}`);
  const { seen } = await crawlSite({ ...ROBOTS, '/': page(a('/members', 'Members')), ...routes });
  const order = seen.filter((s) => s.startsWith('www.pma.org/members'));
  // Four are under way at once; steps of the list go out before its filters.
  expect(order.slice(1, 5)).toEqual(
    expect.arrayContaining(['www.pma.org/members?letter=E', 'www.pma.org/members?start=2']),
  );
  const asked = order.filter((s) => s.includes('state=')).length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(20);
});

test('where robots.txt names no sitemap the usual places are tried, and a page of HTML there is none', async () => {
  const { lake, times, seen } = await crawlSite({
    ...ROBOTS,
    '/': page(a('/members', 'Members')),
    '/members': page('Nothing here'),
    '/sitemap.xml': page('Sorry, we could not find that, but look at our offers'),
    '/sitemap_index.xml': {
      headers: { 'content-type': 'application/xml' },
      body: `<urlset><url><loc>${HOME}/members/acme</loc></url></urlset>`,
    },
    '/members/acme': page('Acme Tool'),
  });
  expect(times('www.pma.org/members/acme')).toBe(1);
  expect(seen).not.toContain('www.pma.org/wp-sitemap.xml');
  expect(await lake.query('SELECT subject FROM dead_letters')).toEqual([]);
  expect(await lake.query("SELECT url FROM pages WHERE url LIKE '%/sitemap.xml'")).toEqual([]);
});

test('a directory behind a login needs a person; what is below it is not tried, and the open rest is crawled', async () => {
  const { results, lake, seen } = await crawlSite({
    ...ROBOTS,
    '/': page(`${a('/members', 'Members')}${a('/members/acme', 'Acme')}${a('/events', 'Events')}`),
    '/members': { status: 302, headers: { location: '/account/login?to=members' } },
    '/account/login?to=members': '<form><input name="u"><input type="password"></form>',
    '/events': page(a('/events/expo', 'Expo')),
    '/events/expo': page('Expo 2026'),
  });
  expect(results.map((r) => r.status)).toEqual(['done', 'done', 'done']);
  const [check] = await lake.rows('access_checks');
  expect(check).toMatchObject({
    verdict: 'needs_person',
    applies_to: 'closed_urls',
    login_wall: true,
    closed_urls: [`${HOME}/members`],
  });
  expect(check!.reasons.join()).toContain('/account/login');
  expect(seen).not.toContain('www.pma.org/members/acme');
  expect(seen).toContain('www.pma.org/events/expo');
});

test.each([
  [
    'terms that forbid robots',
    '<p>You may not use robots or other automated means to access this site.</p>',
    'You may not use robots',
  ],
  ['a captcha', null, 'captcha'],
])('%s: a person must decide, and the directory is not touched', async (_name, terms, sign) => {
  const captcha = '<html><body><div class="g-recaptcha"></div></body></html>';
  const { results, lake, seen } = await crawlSite({
    ...ROBOTS,
    '/': terms === null ? captcha : page(`${a('/members', 'Members')} ${a('/terms', 'Terms of Use')}`),
    '/terms': page(`<h1>Terms of Use</h1>${terms}`),
    '/members': page(rows('Acme')),
  });
  expect(results.map((r) => r.exitCode)).toEqual([0, 0, 3]);
  const [check] = await lake.rows('access_checks');
  expect(check).toMatchObject({ verdict: 'needs_person', applies_to: 'site' });
  expect(check!.reasons.join()).toContain(sign);
  expect(seen).not.toContain('www.pma.org/members');
});

test('an address whose one form is not to be had gets its turn in the other; links are closed by a header', async () => {
  const { times } = await crawlSite({
    ...ROBOTS,
    '/': page(
      `${a('/members', 'Members')}${a('/members/list', 'List')}${a('/members/list/', 'Member list')}`,
    ),
    '/members': {
      headers: { 'x-robots-tag': `otherbot: none, ${own.agents.http.product_token}: nofollow` },
      body: page(a('/members/hidden', 'Hidden')),
    },
    '/members/list/': page(rows('Acme')),
  });
  expect(times('www.pma.org/members/list')).toBe(1);
  expect(times('www.pma.org/members/list/')).toBe(1);
  expect(times('www.pma.org/members/hidden')).toBe(0);
});

test('the canonical address is a hint that is checked: a copy leads nowhere, another page that names it does', async () => {
  const canonical = `<link rel="canonical" href="${HOME}/members">`;
  const pager = (to: string) => `<nav class="pager">${a(to, 'Next')}</nav>`;
  const { times } = await crawlSite({
    ...ROBOTS,
    '/': page(
      `${a('/members', 'Members')}${a('/roster/all', 'All members')}${a('/roster/more', 'More members')}`,
    ),
    '/members': page(rows('Acme', 'Birch'), canonical),
    '/roster/all': page(`${rows('Acme', 'Birch')}${pager('/roster/all?page=2')}`, canonical),
    '/roster/more': page(`${rows('Cutter')}${pager('/roster/more?page=2')}`, canonical),
    '/roster/more?page=2': page(rows('Dunmore'), canonical),
  });
  expect(times('www.pma.org/roster/all?page=2')).toBe(0);
  expect(times('www.pma.org/roster/more?page=2')).toBe(1);
});
