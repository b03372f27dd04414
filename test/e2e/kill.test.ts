/** The foundation's promise, with everything against it: kills at random moments while the sites do their worst. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import type { TableName } from '../../lib/lake/tables/index.js';
import type { FaultDial } from '../../sandbox/faults.js';
import { comparableTables } from './tables.js';
import { fullRun, type LoggedRequest, openTestWorld, requestsOf, type TestWorld } from './world.js';

const CODES = ['PMA', 'AGMA'];
const PIPELINE = fullRun(...CODES);
const CRAWL = PIPELINE.map((word) => (word === 'full' ? 'extract' : word));
/** Every fault of the preset, and some pages that fail as long as the dial stands. */
const WORST = {
  preset: 'worst',
  rules: [{ fault: '500', host: 'www.pma.org', path: '/directory/profile.asp', share: 0.5, tries: 'all' }],
} as FaultDial;
/** With these an answer is a page all the same. */
const HARMLESS: ReadonlySet<string | null> = new Set([null, 'slow', 'drip', 'says-utf8', 'says-1252']);
/** Upstream first, so that a difference is named where it begins. */
const FINAL: TableName[] = [
  'pages',
  'page_types',
  'extracted_companies',
  'extracted_events',
  'extracted_participants',
  'firmographics',
  'technologies',
  'found_contacts',
  'duplicates',
  'scores',
  'company_members',
  'companies',
  'association_memberships',
  'contacts',
  'events',
  'event_participants',
  'competitor_signals',
  'entity_relationships',
  'source_baselines',
];
const KILLS = 10;
/**
 * What was under way at a kill may be asked again: a request, or a company's site that was being read. The sandbox logs
 * when it answers; the busier the machine (a whole run takes ten seconds on an idle one), the longer an answer waits to
 * be read.
 */
const inFlightMs = (wholeRunMs: number) => Math.max(1_500, wholeRunMs / 6);
/** Pages and sites under way at once: discovery of three associations, and the site readers. */
const MOST_IN_FLIGHT = 3 * 4 + 24 * 3;

let unbroken: TestWorld;
let broken: TestWorld;

beforeAll(async () => {
  [unbroken, broken] = await Promise.all([openTestWorld({ size: 0.02 }), openTestWorld({ size: 0.02 })]);
  await broken.turn(WORST);
});
afterAll(async () => {
  await unbroken?.close();
  await broken?.close();
});

test('ten kills at random moments of a full run on failing sites lose nothing, repeat nothing and change nothing', async () => {
  const whole = await unbroken.run(PIPELINE); // on sites that are well
  expect(whole.code, whole.stdout + whole.stderr).toBe(0);

  // The crawl on sites at their worst, then everything.
  const kills = await killAgainAndAgain(CRAWL, whole.ms);
  const crawled = await broken.run(CRAWL);
  expect(crawled.code, crawled.stdout + crawled.stderr).toBe(0);
  const asked = await requestsOf(broken);

  // What failed at every try is a dead letter with its reason, and the sites are mended before it is asked again.
  const lost = lostUrls(asked);
  const letters = await ask(`SELECT subject, error_code, error, retryable FROM dead_letters ORDER BY ALL`);
  const named = new Map(letters.map((l) => [String(l.subject), l]));
  expect(lost.length).toBeGreaterThan(0);
  for (const url of lost) {
    expect(named.get(url), url).toMatchObject({ retryable: true });
    expect(named.get(url)!.error, url).toContain(new URL(url).host);
    expect(named.get(url)!.error_code, url).toMatch(/^[A-Z][A-Z0-9_]+$/);
  }
  await broken.turn({});
  const retry = await broken.run(['scripts/dead-letters.ts', 'retry']);
  expect(retry.code, retry.stdout + retry.stderr).toBe(0);
  expect(retry.stdout).toMatch(/DISCOVERY PMA: \d+ tried again, none is left/);
  expect(await ask('SELECT * FROM dead_letters WHERE retryable')).toEqual([]);
  const tried = letters.filter((l) => l.retryable).map((l) => String(l.subject));
  const again = (await requestsOf(broken)).slice(asked.length).filter(toSites).map(urlOf);
  const known = new Set(asked.map(urlOf));
  // those and what they lead to, each once
  expect(again.filter((url) => known.has(url)).sort()).toEqual(tried);
  expect(new Set(again).size).toBe(again.length);

  kills.push(...(await killAgainAndAgain(PIPELINE, whole.ms)));
  expect(kills.length).toBeGreaterThanOrEqual(5);
  const last = await broken.run(PIPELINE);
  expect(last.code, last.stdout + last.stderr).toBe(0);
  expect(repetitions(await requestsOf(broken), kills, whole.ms, await requestsOf(unbroken))).toEqual([]);

  const [expected, got] = [
    await comparableTables(unbroken.lake, FINAL),
    await comparableTables(broken.lake, FINAL),
  ];
  // a page under a false label came without its own; what was read from it is compared all the same
  const mislabelled = new Set(asked.filter((r) => r.fault?.startsWith('says-')).map(urlOf));
  const withoutHash = (row: string) => {
    const { body_sha256, ...rest } = JSON.parse(row) as { url: string; body_sha256: string };
    return JSON.stringify(mislabelled.has(rest.url) ? rest : { ...rest, body_sha256 });
  };
  for (const tables of [expected, got]) tables.pages = tables.pages!.map(withoutHash);
  for (const name of FINAL) {
    expect(expected[name]!.length, name).toBeGreaterThan(0);
    const [before, after] = [new Set(expected[name]), new Set(got[name])];
    const changed = {
      lost: expected[name]!.filter((row) => !after.has(row)),
      made: got[name]!.filter((row) => !before.has(row)),
    };
    expect(changed, name).toEqual({ lost: [], made: [] });
    expect(got[name]!.length, name).toBe(expected[name]!.length);
  }
  const bought = await ask(
    `SELECT provider, endpoint, request_key, count(*) AS answers FROM provider_responses
     WHERE outcome IN ('matched', 'no_match') GROUP BY ALL HAVING count(*) > 1`,
  );
  expect(bought, 'answers that were paid for twice').toEqual([]);
}, 240_000);

async function ask(sql: string) {
  const lake = await Lake.open({ root: broken.lake });
  return lake.query(sql).finally(() => lake.close());
}

/**
 * Starts the run five times and kills it. The first kill may come before the first byte. The others count from a run's
 * first word, since the machine may be busy, and share the whole between them: each run gets a tenth of the way, more or
 * less.
 */
async function killAgainAndAgain(command: readonly string[], wholeRunMs: number): Promise<number[]> {
  const kills: number[] = [];
  for (let i = 0; i < KILLS / 2; i += 1) {
    const child = broken.start(command);
    const ended = once(child, 'close');
    child.stderr!.resume();
    const word = i === 0 ? delay(Math.random() * 1_500) : once(child.stdout!, 'data');
    await Promise.race([word, ended]);
    child.stdout!.resume();
    if (i > 0) await Promise.race([delay((Math.random() * wholeRunMs) / 5), ended]);
    if (child.exitCode !== null) break;
    kills.push(Date.now());
    child.kill('SIGKILL');
    await ended;
  }
  return kills;
}

/** Pages that were asked for again although they had come, and that no kill excuses. */
function repetitions(
  requests: readonly LoggedRequest[],
  kills: readonly number[],
  wholeRunMs: number,
  unbrokenRequests: readonly LoggedRequest[],
): string[] {
  // What an unbroken run asks twice is no fault of a kill.
  const usual = cameAt(unbrokenRequests);
  const repeated: string[] = [];
  const perKill = new Map<number, number>();
  for (const [url, times] of cameAt(requests)) {
    let unexcused = 0;
    for (const [i, at] of times.entries()) {
      const before = times[i - 1];
      if (before === undefined) continue;
      const kill = kills.find((k) => k >= before - 50 && k <= at && k - before < inFlightMs(wholeRunMs));
      if (kill === undefined) unexcused += 1;
      else perKill.set(kill, (perKill.get(kill) ?? 0) + 1);
    }
    // A robots.txt that another host's redirects to is asked for under both names, by chance in one run only.
    const most = (usual.get(url)?.length ?? 1) + (url.endsWith('/robots.txt') ? 1 : 0);
    if (unexcused < most) continue;
    const instants = (list: readonly number[]) => list.map((t) => new Date(t).toISOString()).join(', ');
    repeated.push(`${url} at ${instants(times)}, kills at ${instants(kills)}, ${wholeRunMs} ms a run`);
  }
  expect(Math.max(0, ...perKill.values())).toBeLessThanOrEqual(MOST_IN_FLIGHT);
  return repeated;
}

const urlOf = (r: LoggedRequest) => `${r.scheme}://${r.host}${r.path}`;
/** The providers' APIs are counted by the ledger. */
const toPages = (r: LoggedRequest) =>
  r.method === 'GET' && !r.host.startsWith('api.') && !r.host.includes('clearbit');
/** What DISCOVERY asks of the associations; the hops of a redirect loop are none of its pages. */
const toSites = (r: LoggedRequest) =>
  /^www\.(pma|nema|agma)\.org$/.test(r.host) && !r.path.endsWith('/robots.txt') && !r.path.includes('_hop=');

/** When each page came: what met a fault may be asked again, and a redirect with it, whose target did. */
function cameAt(requests: readonly LoggedRequest[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const r of requests.filter(toPages)) {
    if (!HARMLESS.has(r.fault) || (r.status >= 300 && r.status < 400)) continue;
    times.set(urlOf(r), [...(times.get(urlOf(r)) ?? []), Date.parse(r.at)]);
  }
  return times;
}

/** Pages of the associations that met a fault each time they were asked for. */
function lostUrls(requests: readonly LoggedRequest[]): string[] {
  const asked = requests.filter(toSites);
  const came = new Set(asked.filter((r) => HARMLESS.has(r.fault)).map(urlOf));
  return [...new Set(asked.map(urlOf))].filter((url) => !came.has(url));
}
