/** DISCOVERY over sites whose lists come by script: real HTTP, a real lake, a real Chromium where one is needed. */
import { describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../../../lib/config.js';
import { runPhase } from '../../../../lib/harness/run-phase.js';
import { openSession } from '../../../../lib/harness/session.js';
import { discover } from '../../../../recipes/discover.js';
import { gatekeeper } from '../../../../recipes/gatekeeper.js';
import { init } from '../../../../recipes/init.js';
import { serve, type TestServer } from '../../../support/http.js';
import { openLake, tempFolder } from '../../../support/lake.js';
import {
  ajaxSite,
  closedSite,
  cursorSite,
  HOME,
  handlerOf,
  hiddenSite,
  htmxSite,
  nextSite,
  notAShell,
  postSite,
  type Site,
  secretSite,
} from './sites.js';

const own = await loadConfig();

function configOf(more: { perDay?: number } = {}): Config {
  const pma = own.associations.get('PMA')!;
  return {
    ...own,
    agents: {
      ...own.agents,
      browser: { ...own.agents.browser, quiet_ms: 120 },
      rate_limits: {
        ...own.agents.rate_limits,
        association_sites: { requests_per_second: 1, requests_per_day: more.perDay ?? 5000 },
      },
    },
    associations: new Map([
      ['PMA', { ...pma, url: `${HOME}/`, directory_urls: [], event_urls: [], expected_members: 10 }],
    ]),
  };
}

async function run(
  root: string,
  server: TestServer,
  more: { env?: NodeJS.ProcessEnv; config?: Config; retry?: boolean } = {},
) {
  const session = await openSession({
    config: more.config ?? configOf(),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LAKE: root,
      LOGS: `${root}/.logs`,
      SANDBOX: `${server.port},${server.port}`,
      SANDBOX_SPEED: '3000',
      ...more.env,
    },
    dryRun: false,
    logLevel: 'silent',
    world: 'sandbox',
    job: { id: 'job-1' },
    associations: ['PMA'],
    phaseOptions: { enrichment: 'all', validation: 'all', mode: 'test', maxAgeMs: null },
  });
  const notices: string[] = [];
  session.events.subscribe((event) => {
    if (event.event === 'notice') notices.push(`${event.code}: ${event.message}`);
  });
  try {
    const results = [];
    for (const recipe of [init, gatekeeper, discover])
      results.push(
        await runPhase(session, recipe, 'PMA', { retry: more.retry === true && recipe === discover }),
      );
    return { results, last: results.at(-1)!, notices };
  } finally {
    await session.close();
  }
}

async function crawled(...sites: Site[]) {
  const root = await tempFolder();
  const server = await serve(handlerOf(Object.assign({}, ...sites)));
  const outcome = await run(root, server);
  expect(outcome.last).toMatchObject({ status: 'done' });
  const lake = await openLake(root);
  const pages = await lake.query('SELECT * FROM pages ORDER BY url');
  const urls = pages.map((p) => String(p.url));
  return { root, server, lake, pages, urls, ...outcome };
}

/** Names of the members that the kept answers hold, each once. */
const names = (pages: readonly Record<string, unknown>[], letter: string) =>
  new Set(
    pages.flatMap(
      (p) =>
        String(p.body).match(
          new RegExp(`${letter}(?:Gear|Bolt|Forge|Valve|Spindle) \\w+ \\w+ Works Inc`, 'g'),
        ) ?? [],
    ),
  );

describe('a list that scripts draw is read from its data', () => {
  const all = [cursorSite(), postSite(), htmxSite(), ajaxSite(), nextSite(), notAShell(), closedSite()];

  test('by cursor, by POST, as pieces of HTML, from another host of the site; each answer once, in no browser', async () => {
    const { server, pages, urls, last, notices, lake } = await crawled(...all);
    expect(urls.filter((u) => u.endsWith('#rendered'))).toEqual([]);
    expect(last.counts['pages drawn']).toBeUndefined();
    // By cursor, on a host of its own under its own robots.txt.
    expect(urls.filter((u) => u.includes('/v2/companies'))).toEqual([
      'https://api.pma.org/v2/companies?limit=30',
      'https://api.pma.org/v2/companies?limit=30&cursor=c30',
      'https://api.pma.org/v2/companies?limit=30&cursor=c60',
    ]);
    expect(server.seen).toContain('api.pma.org/robots.txt');
    expect(names(pages, 'C').size).toBe(70);
    // By POST: a row for each body, and no GET.
    expect(names(pages, 'P').size).toBe(65);
    expect(server.log.filter((a) => a.path.startsWith('/Sys/')).map((a) => `${a.method} ${a.body}`)).toEqual(
      [0, 25, 50].map((skip) => `POST formId=4711&skip=${skip}&take=25`),
    );
    expect(pages.filter((p) => String(p.url).includes('LoadMembers')).map((p) => p.content_type)).toEqual(
      Array(3).fill('application/json'),
    );
    // Pieces of HTML, and what they link to.
    expect(names(pages, 'H').size).toBe(45);
    expect(urls.filter((u) => u.includes('/htmx/company/'))).toHaveLength(45);
    expect(names(pages, 'A').size).toBe(50);
    // Nothing is fetched where the page holds it all, nor where robots.txt closes it.
    expect(server.seen.filter((s) => /never|\/api\/members|\/closed\//.test(s))).toEqual([]);
    expect(notices.filter((n) => n.startsWith('DATA_CLOSED'))).toHaveLength(1);
    const asked = server.log.map((a) => `${a.method} ${a.host}${a.path} ${a.body}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(
      await lake.query("SELECT subject, error_code FROM dead_letters WHERE error_code = 'ROBOTS'"),
    ).toEqual([{ subject: `${HOME}/closed/api/members?page=1`, error_code: 'ROBOTS' }]);
    // Data belongs to the page whose list it is.
    const answer = pages.find((p) => String(p.url).includes('cursor=c60'));
    expect(answer).toMatchObject({ title: 'Members', found_on: `${HOME}/cursor/members/`, rendered: false });
  });

  test('a broken run goes on where it stopped: nothing lost, nothing asked twice', async () => {
    const root = await tempFolder();
    const server = await serve(handlerOf(Object.assign({}, cursorSite(), postSite())));
    // A few requests a day: the crawl ends within the lists, again and again.
    let days = 0;
    for (; days < 30; days += 1) {
      const { results, last } = await run(root, server, {
        config: configOf({ perDay: server.log.length + 4 }),
      });
      if (last.status === 'done') break;
      expect(results.map((r) => r.status)).toContain('to_be_continued');
    }
    expect(days).toBeGreaterThan(1);
    const lake = await openLake(root);
    const pages = await lake.query('SELECT * FROM pages');
    expect([names(pages, 'C').size, names(pages, 'P').size]).toEqual([70, 65]);
    const asked = server.log
      .filter((a) => !/robots|sitemap|terms|privacy|legal|gadget\.js|policies/.test(a.path))
      .map((a) => `${a.method} ${a.host}${a.path} ${a.body}`);
    expect(asked.filter((a, i) => asked.indexOf(a) !== i)).toEqual([]);
  });
});

describe('a list that no endpoint gives is drawn', () => {
  test('in the browser, "load more" pressed to the end; and data that the browser shows is read from there', async () => {
    const { server, pages, urls, last } = await crawled(hiddenSite(), secretSite());
    expect(last.counts['pages drawn']).toBe(2);
    const drawn = pages.find((p) => p.url === `${HOME}/hidden/members/#rendered`);
    expect(drawn).toMatchObject({
      rendered: true,
      content_type: 'text/html',
      found_on: `${HOME}/hidden/members/`,
    });
    expect(names([drawn!], 'R').size).toBe(30);
    expect(urls.filter((u) => u.includes('/hidden/company/'))).toHaveLength(30);
    // The browser saw the first answer; the rest is asked for directly, the first not again.
    expect(names(pages, 'Q').size).toBe(55);
    expect(server.seen.filter((s) => s.includes('/secret/rows'))).toEqual(
      [0, 20, 40].map((n) => `www.pma.org/secret/rows?offset=${n}&limit=20`),
    );
    expect(urls).not.toContain(`${HOME}/secret/members/#rendered`);
    expect(server.seen.filter((s) => s.endsWith('/hidden/bundle.js'))).toHaveLength(1);
  });

  test('without a browser the page is kept as it is, once said what to do, and a later run draws it', async () => {
    const root = await tempFolder();
    const server = await serve(handlerOf(hiddenSite(20)));
    const nowhere = { PATH: '', CHROME_PATH: '', HOME: root, PLAYWRIGHT_BROWSERS_PATH: root };
    const without = await run(root, server, { env: nowhere });
    expect(without.notices.filter((n) => n.startsWith('NO_BROWSER'))).toHaveLength(1);
    expect(without.notices.join()).toContain('npx playwright-core install chromium');
    const lake = await openLake(root);
    expect(await lake.query('SELECT subject, error_code, retryable FROM dead_letters')).toContainEqual({
      subject: `${HOME}/hidden/members/#rendered`,
      error_code: 'NO_BROWSER',
      retryable: true,
    });
    expect(
      (await lake.query("SELECT count(*) AS n FROM pages WHERE url LIKE '%/hidden/members/'"))[0],
    ).toEqual({ n: 1 });
    // With a browser the same command, told to try again, draws it and asks for no page again.
    const before = server.log.length;
    const later = await run(root, server, { retry: true });
    expect(later.last).toMatchObject({ status: 'done' });
    await lake.refresh();
    expect(await lake.query("SELECT * FROM dead_letters WHERE error_code = 'NO_BROWSER'")).toEqual([]);
    const [drawn] = await lake.query('SELECT * FROM pages WHERE rendered');
    expect(names([drawn!], 'R').size).toBe(20);
    const again = server.log.slice(before).map((a) => a.path);
    expect(again.filter((path) => path === '/hidden/members/' || path === '/')).toEqual([]);
  });
});

describe('a script, or the data behind it, that is down', () => {
  const down = (site: Site, path: string, while_: () => boolean): Site => ({
    ...site,
    [path]: (asked) => (while_() ? { status: 503, body: 'down' } : site[path]!(asked)),
  });

  test('leaves the page open, with a dead letter; a retry reads the list, and nothing of it twice', async () => {
    const root = await tempFolder();
    let broken = true;
    const cursor = down(cursorSite(), 'api.pma.org/v2/companies', () => broken);
    const posts = down(postSite(), '/post/gadget.js', () => broken);
    const server = await serve(handlerOf({ ...cursor, ...posts }));
    const first = await run(root, server);
    expect(first.last).toMatchObject({ status: 'done' });
    expect(first.last.counts['pages drawn']).toBeUndefined(); // half a page proves nothing
    const lake = await openLake(root);
    const letters = () =>
      lake.query("SELECT subject FROM dead_letters WHERE error_code = 'SCRIPTS_FAILED' ORDER BY subject");
    expect(await letters()).toEqual(
      ['cursor', 'post'].map((name) => ({ subject: `${HOME}/${name}/members/#rendered` })),
    );

    broken = false;
    expect((await run(root, server, { retry: true })).last).toMatchObject({ status: 'done' });
    await lake.refresh();
    expect(await letters()).toEqual([]);
    const pages = await lake.query('SELECT * FROM pages');
    expect([names(pages, 'C').size, names(pages, 'P').size]).toEqual([70, 65]);
  });
});
