import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import type { TableName } from '../../lib/lake/tables/index.js';
import { comparableTables } from './tables.js';
import { type LoggedRequest, openTestWorld, requestsOf, type TestWorld } from './world.js';

const PIPELINE = [
  'recipes/pipeline.ts',
  '--mode',
  'full',
  '-a',
  'PMA',
  '-a',
  'NEMA',
  '-a',
  'AGMA',
  '--world',
  'sandbox',
  '--join-newest',
  '--no-tui',
];
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
  [unbroken, broken] = await Promise.all([openTestWorld(), openTestWorld()]);
});
afterAll(async () => {
  await unbroken?.close();
  await broken?.close();
});

test('ten kills at random moments of a full run lose nothing, repeat nothing and change nothing', async () => {
  const whole = await unbroken.run(PIPELINE);
  expect(whole.code, whole.stdout + whole.stderr).toBe(0);

  const kills: number[] = [];
  // The first kill may come before the first byte. The others count from a run's first word, since the machine may be
  // busy, and share the whole between them: each run gets a tenth of the way, more or less.
  for (let i = 0; i < KILLS; i += 1) {
    const child = broken.start(PIPELINE);
    const ended = once(child, 'close');
    child.stderr!.resume();
    const word = i === 0 ? delay(Math.random() * 1_500) : once(child.stdout!, 'data');
    await Promise.race([word, ended]);
    child.stdout!.resume();
    if (i > 0) await Promise.race([delay((Math.random() * whole.ms) / 5), ended]);
    if (child.exitCode !== null) break;
    kills.push(Date.now());
    child.kill('SIGKILL');
    await ended;
  }
  expect(kills.length).toBeGreaterThanOrEqual(5);
  const last = await broken.run(PIPELINE);
  expect(last.code, last.stdout + last.stderr).toBe(0);

  const [expected, got] = [
    await comparableTables(unbroken.lake, FINAL),
    await comparableTables(broken.lake, FINAL),
  ];
  for (const name of FINAL) {
    expect(expected[name]!.length, name).toBeGreaterThan(0);
    expect(got[name], name).toEqual(expected[name]);
  }

  const lake = await Lake.open({ root: broken.lake });
  const bought = await lake.query(
    `SELECT provider, endpoint, request_key, count(*) AS answers FROM provider_responses
     WHERE outcome IN ('matched', 'no_match') GROUP BY ALL HAVING count(*) > 1`,
  );
  await lake.close();
  expect(bought, 'answers that were paid for twice').toEqual([]);

  // What an unbroken run asks twice is no fault of a kill.
  const usual = askedTimes(await requestsOf(unbroken));
  const repeated: string[] = [];
  const perKill = new Map<number, number>();
  for (const [url, times] of askedTimes(await requestsOf(broken))) {
    let unexcused = 0;
    for (const [i, at] of times.entries()) {
      const before = times[i - 1];
      if (before === undefined) continue;
      const kill = kills.find((k) => k >= before - 50 && k <= at && k - before < inFlightMs(whole.ms));
      if (kill === undefined) unexcused += 1;
      else perKill.set(kill, (perKill.get(kill) ?? 0) + 1);
    }
    // A robots.txt that another host's redirects to is asked for under both names, by chance in one run only.
    const most = (usual.get(url)?.length ?? 1) + (url.endsWith('/robots.txt') ? 1 : 0);
    if (unexcused >= most)
      repeated.push(`${url} at ${times.map((t) => new Date(t).toISOString()).join(', ')}`);
  }
  expect(repeated).toEqual([]);
  expect(Math.max(0, ...perKill.values())).toBeLessThanOrEqual(MOST_IN_FLIGHT);
}, 240_000);

/** When each page was asked for; the providers' APIs are counted by the ledger. */
function askedTimes(requests: readonly LoggedRequest[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const r of requests) {
    if (r.method !== 'GET' || r.host.startsWith('api.') || r.host.includes('clearbit')) continue;
    const url = `${r.scheme}://${r.host}${r.path}`;
    times.set(url, [...(times.get(url) ?? []), Date.parse(r.at)]);
  }
  return times;
}
