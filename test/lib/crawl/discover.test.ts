/** GATEKEEPER and DISCOVERY over real HTTP: a small site with everything a crawl must not do. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../../lib/config.js';
import type { Recipe } from '../../../lib/harness/recipe.js';
import { runPhase } from '../../../lib/harness/run-phase.js';
import { openSession } from '../../../lib/harness/session.js';
import { discover } from '../../../recipes/discover.js';
import { gatekeeper } from '../../../recipes/gatekeeper.js';
import { init } from '../../../recipes/init.js';
import { type Answer, type Handler, serve, type TestServer } from '../../support/http.js';
import { openLake, tempFolder } from '../../support/lake.js';

const own = await loadConfig();
const HOME = 'https://www.pma.org';

/** The project's config with one small association, and a limit that does not wait. */
function configOf(more: { perDay?: number; maxPages?: number } = {}): Config {
  const pma = own.associations.get('PMA')!;
  const site = { ...pma, url: `${HOME}/`, directory_urls: [`${HOME}/members/`], event_urls: [] };
  return {
    ...own,
    agents: {
      ...own.agents,
      rate_limits: {
        ...own.agents.rate_limits,
        association_sites: { requests_per_second: 1, requests_per_day: more.perDay ?? 1000 },
      },
    },
    associations: new Map([['PMA', { ...site, ...(more.maxPages && { max_pages: more.maxPages }) }]]),
  };
}

async function run(root: string, server: TestServer, recipes: readonly Recipe[], config = configOf()) {
  const session = await openSession({
    config,
    env: {
      LAKE: root,
      LOGS: `${root}/.logs`,
      SANDBOX: `${server.port},${server.port}`,
      SANDBOX_SPEED: '2000',
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
    for (const recipe of recipes) results.push(await runPhase(session, recipe, 'PMA'));
    return results;
  } finally {
    await session.close();
  }
}

const html = (...parts: string[]): Answer => ({
  body: `<html><head><title>x</title></head><body><main>${parts.join('\n')}<p>${'Words of this page. '.repeat(40)}</p></main></body></html>`,
});
const a = (href: string, text = href, more = '') => `<a href="${href}" ${more}>${text}</a>`;

const ROUTES: Record<string, Answer> = {
  '/robots.txt': {
    headers: { 'content-type': 'text/plain' },
    body: 'User-agent: *\nDisallow: /members/private\nSitemap: /sitemap_index.xml\n',
  },
  '/sitemap_index.xml': {
    headers: { 'content-type': 'application/xml' },
    body: '<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap><sitemap><loc>/sitemap_index.xml</loc></sitemap><sitemap><loc>https://other.org/s.xml</loc></sitemap></sitemapindex>',
  },
  '/s1.xml.gz': {
    headers: { 'content-type': 'application/gzip' },
    body: gzipSync(`<urlset><url><loc>${HOME}/members/only-in-sitemap</loc></url></urlset>`),
  },
  '/': html(
    a('/members/', 'Members'),
    a('/news', 'News'),
    a('https://other.org/members', 'Elsewhere'),
    a('/members/list.pdf'),
  ),
  '/members/': html(
    a('/members/acme', 'Acme'),
    a('/members/acme/?utm_source=x#top', 'Acme again'),
    a('/members/private-co', 'Private'),
    a('/members/nofollow', 'No', 'rel="nofollow"'),
    a('/members/gone', 'Gone'),
    a('/members/broken', 'Broken'),
    a('/members/old-name', 'Moved'),
    a('/members/new-name', 'New name'),
    a('/members/away', 'Away'),
    `<div class="pagination">${a('/members/?page=2', '2')}</div>`,
  ),
  '/members/?page=2': html(a('/members/zenith', 'Zenith')),
  '/members/acme': html('Acme Tool'),
  '/members/zenith': html('Zenith Forge'),
  '/members/only-in-sitemap': html('Hidden Gem Inc'),
  '/members/old-name': {
    status: 301,
    headers: { location: '/members/new-name', 'content-encoding': 'gzip' },
  },
  '/members/new-name': html('New Name Co'),
  '/members/away': { status: 302, headers: { location: '/members/private-co' } },
  '/members/gone': { status: 404, body: 'no' },
  '/members/broken': { status: 500, body: 'no' },
};
const site =
  (more: Record<string, Answer> = {}): Handler =>
  ({ path: p }) =>
    ({ ...ROUTES, ...more })[p] ?? { status: 404, body: 'unknown' };

describe('a crawl', () => {
  test('keeps what it may, asks for each page once, and never for what is closed', async () => {
    const root = await tempFolder();
    const server = await serve(site());
    const results = await run(root, server, [init, gatekeeper, discover]);
    expect(results.map((r) => [r.phase, r.status, r.exitCode])).toEqual([
      ['INIT', 'done', 0],
      ['GATEKEEPER', 'done', 0],
      ['DISCOVERY', 'done', 0],
    ]);
    const lake = await openLake(root);
    // A page that is reached by a redirect and by its own URL may be held under either, or both.
    const pages = await lake.query(
      "SELECT DISTINCT final_url AS url FROM pages WHERE content_type = 'text/html' ORDER BY url",
    );
    expect(pages.map((r) => String(r.url).slice(HOME.length))).toEqual([
      '/',
      '/members/',
      '/members/?page=2',
      '/members/acme',
      '/members/new-name',
      '/members/only-in-sitemap',
      '/members/zenith',
    ]);
    const times = (p: string) => server.seen.filter((s) => s === `www.pma.org${p}`).length;
    for (const p of ['/members/private-co', '/members/nofollow', '/members/list.pdf', '/news'])
      expect(times(p), p).toBe(0);
    expect(server.seen.filter((s) => s.startsWith('other.org'))).toEqual([]);
    for (const p of [
      '/robots.txt',
      '/',
      '/members/',
      '/members/acme',
      '/members/gone',
      '/s1.xml.gz',
      '/sitemap_index.xml',
    ])
      expect(times(p), p).toBe(1);
    expect(times('/members/new-name')).toBeLessThanOrEqual(2);
    expect(times('/members/broken')).toBe(own.agents.http.max_attempts);

    const letters = await lake.query(
      'SELECT subject, error_code, retryable FROM dead_letters ORDER BY subject, error_code',
    );
    expect(letters.map((l) => [String(l.subject).slice(HOME.length), l.error_code, l.retryable])).toEqual([
      ['/members/away', 'ROBOTS', false],
      ['/members/broken', 'HTTP_500', true],
      ['/members/gone', 'HTTP_404', false],
    ]);
    const decisions = await lake.query(
      "SELECT to_url, decision FROM links WHERE decision <> 'followed' ORDER BY to_url",
    );
    const decided = Object.fromEntries(decisions.map((d) => [String(d.to_url), d.decision]));
    expect(decided).toMatchObject({
      [`${HOME}/members/private-co`]: 'robots',
      [`${HOME}/members/nofollow`]: 'nofollow',
      [`${HOME}/members/list.pdf`]: 'file',
      [`${HOME}/news`]: 'kind',
      'https://other.org/members': 'offsite',
    });
    // Every exchange is in the lake.
    const [n] = await lake.query('SELECT count(*) AS n FROM fetches');
    expect(n!.n).toBe(server.log.length);
  });

  test('that spends its daily cap is to be continued, and goes on without asking for anything twice', async () => {
    const root = await tempFolder();
    const server = await serve(site());
    await run(root, server, [init, gatekeeper]);
    const before = server.log.length;
    const first = await run(root, server, [discover], configOf({ perDay: before + 4 }));
    expect(first[0]).toMatchObject({ status: 'to_be_continued', exitCode: 0 });
    expect(server.log.length).toBe(before + 4);
    const second = await run(root, server, [discover]);
    expect(second[0]).toMatchObject({ status: 'done' });
    const twice = server.seen.filter((s, i) => server.seen.indexOf(s) !== i);
    expect(twice.filter((s) => !/broken|new-name/.test(s))).toEqual([]);
    const lake = await openLake(root);
    expect(await lake.query("SELECT count(*) AS n FROM pages WHERE url LIKE '%zenith'")).toEqual([{ n: 1 }]);
  });

  test('whose cap is spent while the sitemaps are read is to be continued as well', async () => {
    const root = await tempFolder();
    const server = await serve(site());
    await run(root, server, [init, gatekeeper]);
    const config = configOf({ perDay: server.log.length });
    expect((await run(root, server, [discover], config))[0]).toMatchObject({
      status: 'to_be_continued',
      exitCode: 0,
    });
  });

  test('stops at its budget of pages', async () => {
    const root = await tempFolder();
    const server = await serve(site());
    const results = await run(root, server, [init, gatekeeper, discover], configOf({ maxPages: 4 }));
    expect(results.at(-1)).toMatchObject({
      status: 'done',
      counts: { 'left out by budget': expect.any(Number) },
    });
  });

  test('of a site that refuses ends with code 3 and touches nothing more', async () => {
    const root = await tempFolder();
    const server = await serve(site({ '/robots.txt': { body: 'User-agent: *\nDisallow: /' } }));
    const results = await run(root, server, [init, gatekeeper]);
    expect(results[1]).toMatchObject({ status: 'refused', exitCode: 3 });
    const later = await run(root, server, [discover]);
    expect([2, 3]).toContain(later[0]!.exitCode);
    expect(server.seen).toEqual(['www.pma.org/robots.txt']);
  });

  test('of a site whose robots.txt fails asks for nothing else', async () => {
    const root = await tempFolder();
    const server = await serve(site({ '/robots.txt': { status: 503 } }));
    const results = await run(root, server, [init, gatekeeper]);
    expect(results[1]!.exitCode).toBe(3);
    expect(new Set(server.seen)).toEqual(new Set(['www.pma.org/robots.txt']));
  });
});
