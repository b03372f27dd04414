/** `npm run dead-letters`: what failed is told apart, and asked again for as long as it may succeed; nothing else is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import { discover } from '../../recipes/discover.js';
import { gatekeeper } from '../../recipes/gatekeeper.js';
import { init } from '../../recipes/init.js';
import type { FaultDial } from '../../sandbox/faults.js';
import { expectParagraph } from '../e2e/words.js';
import { type LoggedRequest, openTestWorld, requestsOf, type TestWorld } from '../e2e/world.js';

const LIST = 'https://www.pma.org/directory/members.asp';
const ABOUT = 'https://www.pma.org/about/';
let world: TestWorld;

beforeAll(async () => {
  world = await openTestWorld({ size: 0.02 });
  await world.turn({
    rules: [
      { fault: '503', host: 'www.pma.org', path: '/directory/members.asp', tries: 'all' },
      { fault: 'reset', host: 'www.pma.org', path: '/events/', tries: 'all' },
      { fault: '410', host: 'www.pma.org', path: '/about/', tries: 'all' },
    ],
  } as FaultDial);
  const results = await world.phases('PMA', [init, gatekeeper, discover]);
  expect(results.map((r) => r.status)).toEqual(['done', 'done', 'done']);
});
afterAll(() => world?.close());

const letters = (...args: string[]) => world.run(['scripts/dead-letters.ts', ...args]);
async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const lake = await Lake.open({ root: world.lake });
  return lake.query(sql).finally(() => lake.close());
}
/** What was asked since, robots.txt apart. */
async function askedSince(before: number): Promise<string[]> {
  const asked = (await requestsOf(world)).slice(before).filter((r) => r.path !== '/robots.txt');
  return asked.map(urlOf);
}
const urlOf = (r: LoggedRequest) => `${r.scheme}://${r.host}${r.path}`;

test('list tells what failed, by association, phase and error, and which of it may be tried again', async () => {
  const [all, some] = await Promise.all([
    letters('list'),
    letters('list', 'PMA', '--phase', 'discovery', '--code', 'http_503'),
  ]);
  expect(all.code, all.stderr).toBe(0);
  expect(all.stdout).toMatch(/^PMA +DISCOVERY +HTTP_503 +true +\d/m);
  expect(all.stdout).toMatch(/^PMA +\w+ +NETWORK +true +\d+ +https:\/\/www\.pma\.org\/events\//m);
  expect(all.stdout).toMatch(/^PMA +\w+ +HTTP_410 +false +\d/m);
  expect(some.stdout).toContain('HTTP_503');
  expect(some.stdout).not.toContain('NETWORK');
});

test('a retry while the site still fails asks for those alone, and leaves them as they were', async () => {
  const before = (await requestsOf(world)).length;
  const kept = await ask('SELECT phase, subject, error_code FROM dead_letters ORDER BY ALL');
  const may = (await ask('SELECT DISTINCT subject FROM dead_letters WHERE retryable')).map((r) =>
    String(r.subject),
  );
  const retry = await letters('retry', 'PMA');
  expect(retry.code, retry.stdout + retry.stderr).toBe(0);
  expect(retry.stdout).toMatch(/DISCOVERY PMA: (\d+) tried again, \1 are left to try later/);
  const asked = new Set(await askedSince(before));
  expect([...asked].sort()).toEqual(may.sort());
  expect(may).toContain(LIST);
  expect(asked).not.toContain(ABOUT);
  expect(await ask('SELECT phase, subject, error_code FROM dead_letters ORDER BY ALL')).toEqual(kept);
});

test('when the site is well they come back, what they lead to is crawled, and what was there is not asked again', async () => {
  await world.turn({});
  const before = await requestsOf(world);
  const retry = await letters('retry');
  expect(retry.code, retry.stdout + retry.stderr).toBe(0);
  expect(retry.stdout).toMatch(/DISCOVERY PMA: \d+ tried again, none is left/);
  expect(retry.stdout).toContain('--resume brings it up to date');
  expect(await ask('SELECT subject FROM dead_letters WHERE retryable')).toEqual([]);
  const asked = await askedSince(before.length);
  expect(asked).toContain(LIST);
  const known = new Set(before.map(urlOf));
  const further = asked.filter((url) => !known.has(url));
  expect(further.length).toBeGreaterThan(3);
  const kept = new Set((await ask('SELECT url FROM pages')).map((r) => r.url));
  expect(further.filter((url) => !kept.has(url))).toEqual([]);
  expect(new Set(asked).size).toBe(asked.length);
  const came = new Set(before.filter((r) => r.status === 200 && r.fault === null).map(urlOf));
  expect(asked.filter((url) => came.has(url))).toEqual([]);
});

test('a further retry has nothing to do, asks nobody, and says so', async () => {
  const before = (await requestsOf(world)).length;
  const [again, unknown, phase] = await Promise.all([
    letters('retry'),
    letters('retry', 'XYZ'),
    letters('list', '--phase', 'DREAMING'),
  ]);
  expect([again.code, again.stdout]).toEqual([
    0,
    'Nothing to retry: no dead letter says that a later try may succeed.\n',
  ]);
  expectParagraph(unknown, 2, '"XYZ"', 'Known: PMA');
  expectParagraph(phase, 2, '"DREAMING"', 'DISCOVERY');
  expect(await askedSince(before)).toEqual([]);
});
