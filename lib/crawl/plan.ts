/** How long a crawl will take under the limits and caps, without fetching anything. */
import { type Association, associationNamed, type Config } from '../config.js';
import { limitsOf } from '../harness/limits.js';
import type { Lake } from '../lake/lake.js';
import { registrableDomain } from '../web/url.js';

export interface CrawlPlan {
  association: string;
  domain: string;
  pages: number;
  /** Where the number of pages comes from. */
  basis: string;
  requests_per_second: number;
  requests_per_day: number | null;
  /** Hours of crawling, waits for the next day left out. */
  hours: number;
  /** Days in all, by the daily cap. */
  days: number;
}

/** Beside a page a member, a site has lists, events and pages that lead to them. */
const PAGES_BESIDE = { share: 0.1, atLeast: 30 };

export async function planCrawl(config: Config, lake: Lake, codes: readonly string[]): Promise<CrawlPlan[]> {
  const plans: CrawlPlan[] = [];
  for (const code of codes) plans.push(await planOne(config, lake, associationNamed(config, code)));
  return plans;
}

async function planOne(config: Config, lake: Lake, association: Association): Promise<CrawlPlan> {
  const domain = registrableDomain(association.url);
  const limit = limitsOf(config)(domain);
  const [known] = await lake.query(
    'SELECT count(DISTINCT url) AS pages FROM pages WHERE association_code = $1',
    [association.code],
  );
  const [delay] = await lake.query(
    'SELECT max(crawl_delay_secs) AS secs FROM access_checks WHERE association_code = $1 AND domain = $2',
    [association.code, domain],
  );
  const members = association.expected_members;
  const guess = members + Math.max(PAGES_BESIDE.atLeast, Math.ceil(members * PAGES_BESIDE.share));
  const crawled = Number(known?.pages ?? 0);
  const budget = association.max_pages ?? config.agents.discovery.max_pages;
  const pages = Math.min(crawled > 0 ? crawled : guess, budget);
  const interval = Math.max(1 / limit.requests_per_second, Number(delay?.secs ?? 0));
  const perDay = limit.requests_per_day ?? null;
  return {
    association: association.code,
    domain,
    pages,
    basis: crawled > 0 ? 'the last crawl' : `${members} expected members`,
    requests_per_second: Number((1 / interval).toFixed(2)),
    requests_per_day: perDay,
    hours: Number(((pages * interval) / 3600).toFixed(2)),
    days: perDay === null ? 1 : Math.max(1, Math.ceil(pages / perDay)),
  };
}
