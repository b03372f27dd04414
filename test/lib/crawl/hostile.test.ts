/** DISCOVERY let loose on the sandbox's hostile hosts: it comes home with the five honest members, and in bounded time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../lib/config.js';
import { runPhase } from '../../../lib/harness/run-phase.js';
import { openSession } from '../../../lib/harness/session.js';
import { discover } from '../../../recipes/discover.js';
import { gatekeeper } from '../../../recipes/gatekeeper.js';
import { init } from '../../../recipes/init.js';
import { type Sandbox, startSandbox } from '../../../sandbox/server.js';
import { openLake, tempFolder } from '../../support/lake.js';

const own = await loadConfig();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ size: 0.01 });
});
afterAll(() => sandbox.close());

const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1);

/** Crawls one hostile host as if it were an association's site. */
async function crawlHost(name: string) {
  const root = await tempFolder();
  const home = `https://${name}.sandbox-hostile.com`;
  const pma = own.associations.get('PMA')!;
  const config = {
    ...own,
    associations: new Map([
      [
        'PMA',
        {
          ...pma,
          url: `${home}/`,
          directory_urls: [`${home}/members/`],
          event_urls: [],
          expected_members: 5,
        },
      ],
    ]),
  };
  const session = await openSession({
    config,
    env: {
      LAKE: root,
      LOGS: `${root}/.logs`,
      SANDBOX: `${portOf(sandbox.http)},${portOf(sandbox.https)}`,
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
    let last = null;
    for (const recipe of [init, gatekeeper, discover]) last = await runPhase(session, recipe, 'PMA');
    const lake = await openLake(root);
    const [asked] = await lake.query(
      "SELECT count(*) AS n, count(*) FILTER (url NOT LIKE $1 || '%') AS strange FROM fetches",
      [home],
    );
    const [list] = await lake.query(
      "SELECT count(*) AS n FROM pages WHERE url LIKE '%/members/' AND body LIKE '%Esker Screw%'",
    );
    return {
      last: last!,
      requests: Number(asked!.n),
      strange: Number(asked!.strange),
      list: Number(list!.n),
      lake,
    };
  } finally {
    await session.close();
  }
}

test.each([
  ['trap', 90],
  ['loop', 60],
  ['soft404', 20],
  ['charset', 30],
  ['block', 25],
])('%s: the members are found, with at most %d requests', async (name, most) => {
  const { last, requests, list } = await crawlHost(name);
  expect(last.status).toBe('done');
  expect(list).toBe(1);
  expect(requests).toBeLessThanOrEqual(most);
});

test('lure: nothing but the host itself and public hosts is asked', async () => {
  const { last, list, lake } = await crawlHost('lure');
  expect(last.status).toBe('done');
  expect(list).toBe(1);
  const hosts = await lake.query(
    "SELECT DISTINCT regexp_extract(final_url, '^[a-z]+://([^/]+)', 1) AS host FROM fetches WHERE final_url IS NOT NULL",
  );
  for (const { host } of hosts)
    expect(String(host)).toMatch(
      /^(?:(?:lure|elsewhere|no-such-host)\.sandbox-hostile\.com|sandbox\.invalid)$/,
    );
});

test('sitemap: of 50,000 addresses the five members are fetched, and next to none of the minutes', async () => {
  const { last, requests, lake } = await crawlHost('sitemap');
  expect(last).toMatchObject({ status: 'done', counts: { sitemap_urls: expect.any(Number) } });
  const [members] = await lake.query(
    "SELECT count(*) AS n FROM pages WHERE regexp_matches(url, '/member/[1-5]$')",
  );
  expect(Number(members!.n)).toBe(5);
  expect(requests).toBeLessThan(60);
  const [left] = await lake.query("SELECT value FROM crawl_figures WHERE measure = 'left_out:kind'");
  expect(Number(left!.value)).toBeGreaterThan(49_000);
});
