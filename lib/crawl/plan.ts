/** How long a crawl will take under the limits and caps, per domain and per day, without fetching anything. */
import { type Association, associationNamed, type Config } from '../config.js';
import { limitsOf } from '../harness/limits.js';
import type { Lake } from '../lake/lake.js';
import { registrableDomain } from '../web/url.js';

export interface CrawlPlan {
  /** `(all)` in the last line: all at once. */
  association: string;
  domain: string;
  /** Pages, and what is asked for beside them: robots.txt, sitemaps, redirects. */
  requests: number;
  /** Where the number comes from. */
  basis: string;
  requests_per_second: number | null;
  requests_per_day: number | null;
  /** Hours of crawling, waits for the next day left out. */
  hours: number;
  /** Days in all, by the daily cap. */
  days: number;
  /** Requests on the first day, the second …: `1000 + 1000 + 540`. */
  by_day: string;
  /** UTC, if it began now. */
  finished: string;
}

interface Load {
  association: string;
  domain: string;
  requests: number;
  basis: string;
  delaySecs: number;
}

/** Beside a page a member, a site has lists, events and pages that lead to them. */
const PAGES_BESIDE = { share: 0.1, atLeast: 30 };
/** Asked for beside pages on every domain: robots.txt, terms, sitemaps. */
const REQUESTS_BESIDE = 10;
const DAY_MS = 86_400_000;
const DAYS_SHOWN = 7;

export async function planCrawl(
  config: Config,
  lake: Lake,
  codes: readonly string[],
  now = new Date(),
): Promise<CrawlPlan[]> {
  const loads: Load[] = [];
  for (const code of codes) loads.push(...(await loadsOf(config, lake, associationNamed(config, code))));
  const limit = limitsOf(config);
  // Associations that share a domain share its limit: each waits for the ones before it.
  const before = new Map<string, number>();
  const plans = loads.map((load) => {
    const { requests_per_second, requests_per_day } = limit(load.domain);
    const intervalMs = Math.max(1000 / requests_per_second, load.delaySecs * 1000);
    const queued = before.get(load.domain) ?? 0;
    before.set(load.domain, queued + load.requests);
    return planOf(load, { intervalMs, perDay: requests_per_day ?? null, queued, now });
  });
  return plans.length > 1 ? [...plans, together(plans)] : plans;
}

/** What each domain of an association will be asked: the last crawl says it, else its expected members. */
async function loadsOf(config: Config, lake: Lake, association: Association): Promise<Load[]> {
  const seeds = [association.url, ...association.directory_urls, ...association.event_urls];
  const domains = [...new Set(seeds.map(registrableDomain))];
  const asked = await lake.query(
    `SELECT domain, count(*) AS n FROM fetches
     WHERE association_code = $1 AND attempt > 0 AND from_cache IS NOT TRUE GROUP BY domain`,
    [association.code],
  );
  const delays = await lake.query(
    `SELECT domain, max(crawl_delay_secs) AS secs FROM access_checks WHERE association_code = $1 GROUP BY domain`,
    [association.code],
  );
  const known = new Map(asked.map((row) => [String(row.domain), Number(row.n)]));
  const delay = new Map(delays.map((row) => [String(row.domain), Number(row.secs ?? 0)]));
  const budget = association.max_pages ?? config.agents.discovery.max_pages;
  // GATEKEEPER alone asks for a handful: that is no crawl to go by.
  const crawled = [...known.values()].reduce((sum, n) => sum + n, 0) > REQUESTS_BESIDE * domains.length;
  if (crawled)
    return [...new Set([...domains, ...known.keys()])].map((domain) => ({
      association: association.code,
      domain,
      requests: known.get(domain) ?? 0,
      basis: 'the last crawl',
      delaySecs: delay.get(domain) ?? 0,
    }));
  const members = association.expected_members;
  const beside = Math.max(PAGES_BESIDE.atLeast, Math.ceil(members * PAGES_BESIDE.share));
  const directories = new Set(association.directory_urls.map(registrableDomain));
  if (directories.size === 0) directories.add(registrableDomain(association.url));
  return domains.map((domain) => {
    const own = directories.has(domain) ? Math.ceil(members / directories.size) : 0;
    return {
      association: association.code,
      domain,
      requests: Math.min(own + beside, budget) + REQUESTS_BESIDE,
      basis: own > 0 ? `${own} expected members` : 'no members here',
      delaySecs: delay.get(domain) ?? 0,
    };
  });
}

function planOf(
  load: Load,
  pace: { intervalMs: number; perDay: number | null; queued: number; now: Date },
): CrawlPlan {
  const { intervalMs, perDay, queued, now } = pace;
  const days = byDay(load.requests, pace);
  const last = days.length - 1;
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const start = last === 0 ? now.getTime() + queued * intervalMs : midnight + last * DAY_MS;
  return {
    association: load.association,
    domain: load.domain,
    requests: load.requests,
    basis: load.basis,
    requests_per_second: round(1000 / intervalMs),
    requests_per_day: perDay,
    hours: round((load.requests * intervalMs) / 3_600_000),
    days: days.length,
    by_day: days.length > DAYS_SHOWN ? `${days.slice(0, DAYS_SHOWN).join(' + ')} + …` : days.join(' + '),
    finished: minute(start + days[last]! * intervalMs),
  };
}

/** Requests on each UTC day, the first one cut short by the hour; a cap and the pace bound every day. */
function byDay(
  requests: number,
  {
    intervalMs,
    perDay,
    queued,
    now,
  }: { intervalMs: number; perDay: number | null; queued: number; now: Date },
): number[] {
  const days: number[] = [];
  let ahead = queued;
  let left = requests;
  for (let day = 0; left > 0 || day === 0; day += 1) {
    const msOfDay = day === 0 ? DAY_MS - (now.getTime() % DAY_MS) : DAY_MS;
    const most = Math.max(1, Math.min(perDay ?? Number.POSITIVE_INFINITY, Math.floor(msOfDay / intervalMs)));
    const others = Math.min(ahead, most);
    const own = Math.min(left, most - others);
    ahead -= others;
    left -= own;
    days.push(own);
  }
  return days;
}

/** Domains are asked side by side: all are through when the slowest is. */
function together(plans: readonly CrawlPlan[]): CrawlPlan {
  const slowest = plans.reduce((a, b) => (b.finished > a.finished ? b : a));
  const hours = new Map<string, number>();
  for (const plan of plans) hours.set(plan.domain, (hours.get(plan.domain) ?? 0) + plan.hours);
  return {
    association: '(all)',
    domain: `${hours.size} domains at once`,
    requests: plans.reduce((sum, plan) => sum + plan.requests, 0),
    basis: `as slow as ${slowest.domain}`,
    requests_per_second: null,
    requests_per_day: null,
    hours: round(Math.max(...hours.values())),
    days: Math.max(...plans.map((plan) => plan.days)),
    by_day: '',
    finished: slowest.finished,
  };
}

const round = (n: number) => Number(n.toFixed(2));
const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
