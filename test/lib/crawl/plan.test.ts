import { expect, test } from 'vitest';
import { type Association, type Config, loadConfig } from '../../../lib/config.js';
import { planCrawl } from '../../../lib/crawl/plan.js';
import { openLake, tempFolder } from '../../support/lake.js';

const own = await loadConfig();
const MORNING = new Date('2026-11-24T00:00:00Z');

function configOf(associations: Partial<Association>[], perDay: number): Config {
  const base = own.associations.get('PMA')!;
  const limit = { requests_per_second: 0.5, requests_per_day: perDay };
  return {
    ...own,
    agents: { ...own.agents, rate_limits: { ...own.agents.rate_limits, association_sites: limit } },
    associations: new Map(
      associations.map((a, i) => [
        `A${i}`,
        { ...base, directory_urls: [], event_urls: [], ...a, code: `A${i}` },
      ]),
    ),
  };
}

test('a plan says requests per domain and per day, and when all of it will be through', async () => {
  const config = configOf(
    [
      { url: 'https://www.a.org/', directory_urls: ['https://www.list.org/'], expected_members: 2450 },
      { url: 'https://www.b.org/', directory_urls: ['https://www.b.org/m'], expected_members: 100 },
    ],
    1000,
  );
  const plans = await planCrawl(config, await openLake(await tempFolder()), ['A0', 'A1'], MORNING);
  expect(plans.map((p) => [p.domain, p.requests, p.days, p.by_day, p.finished])).toEqual([
    ['a.org', 255, 1, '255', '2026-11-24 00:08 UTC'],
    ['list.org', 2705, 3, '1000 + 1000 + 705', '2026-11-26 00:23 UTC'],
    ['b.org', 140, 1, '140', '2026-11-24 00:04 UTC'],
    ['3 domains at once', 3100, 3, '', '2026-11-26 00:23 UTC'],
  ]);
});

test('associations that share a domain share its days', async () => {
  const sites = { url: 'https://www.a.org/', directory_urls: ['https://www.a.org/m'], expected_members: 560 };
  const plans = await planCrawl(
    configOf([sites, sites], 1000),
    await openLake(await tempFolder()),
    ['A0', 'A1'],
    MORNING,
  );
  expect(plans.slice(0, 2).map((p) => [p.requests, p.by_day])).toEqual([
    [626, '626'],
    [626, '374 + 252'],
  ]);
});
