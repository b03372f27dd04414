/** The rules that a crawl of a small world is measured by: robots.txt, limits and verdicts, put together for its log. */
import type { Config } from '../../lib/config.js';
import { limitsOf } from '../../lib/harness/limits.js';
import { Lake } from '../../lib/lake/lake.js';
import { registrableDomain } from '../../lib/web/url.js';
import type { CrawlOptions } from './crawl.js';
import { urlKey } from './lake-side.js';
import type { Truth } from './members.js';
import { checkRequests, type RequestCheck } from './requests.js';
import type { SmallWorld } from './small-world.js';

export interface Verdict {
  verdict: string;
  /** The directory is open. */
  open: boolean;
  /** Nothing but the directory is closed: it asks for a login. */
  partly: boolean;
}

/** The verdict of each association: the most open of its origins. */
export async function verdictsOf(root: string): Promise<Map<string, Verdict>> {
  const rows = await rowsOf(
    root,
    'SELECT association_code, verdict, login_wall FROM access_checks ORDER BY verdict, origin',
  );
  const verdicts = new Map<string, Verdict>();
  for (const row of rows) {
    const [code, verdict] = [String(row.association_code), String(row.verdict)];
    const open = verdict.startsWith('allowed');
    const partly = verdict === 'needs_person' && row.login_wall === true;
    if (open || !verdicts.has(code)) verdicts.set(code, { verdict, open, partly });
  }
  return verdicts;
}

/** Rows of a query on a lake that is opened for it. */
export async function rowsOf(root: string, sql: string): Promise<Record<string, unknown>[]> {
  const lake = await Lake.open({ root });
  try {
    return await lake.query(sql);
  } finally {
    await lake.close();
  }
}

/** Where GATEKEEPER finds out what a site says of itself. */
const SPEAKS_OF_RULES = /terms|tos\b|legal|conditions|privacy|policy|policies|acceptable/i;

/** Whether a URL is a place or lies under it. */
function isBelow(place: string, url: string): boolean {
  const [folder, path] = [new URL(place).pathname.replace(/\/$/, ''), new URL(url).pathname];
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`));
}

/** Checks every request of the world's log; also how many each association was asked. */
export async function checkLog(
  world: SmallWorld,
  config: Config,
  truth: Truth,
  verdicts: ReadonlyMap<string, Verdict>,
  { speed, jitterMs, associations }: CrawlOptions,
): Promise<{ result: RequestCheck; requestsOf: ReadonlyMap<string, number> }> {
  const log = await world.log();
  const owners = new Map<string, string>();
  const facts = new Map(truth.associations.map((a) => [String(a.association_code), a]));
  for (const code of associations)
    for (const host of facts.get(code)?.hosts ?? []) owners.set(registrableDomain(host), code);
  const robots = new Map<string, string>();
  for (const origin of new Set(log.map((e) => `${e.scheme}://${e.host}`))) {
    const text = owners.has(registrableDomain(origin)) ? await world.robots(origin) : null;
    if (text !== null) robots.set(origin, text);
  }
  const startPages = new Map(
    associations.map((code) => {
      const { url, directory_urls, event_urls } = config.associations.get(code)!;
      return [code, new Set([url, ...directory_urls, ...event_urls].map(urlKey))];
    }),
  );
  const directories = new Map(
    associations.map((code) => [code, config.associations.get(code)!.directory_urls]),
  );
  const limits = limitsOf(config);
  const result = checkRequests(log, {
    productToken: config.agents.http.product_token,
    robots,
    limitFor: (domain) => limits(domain).requests_per_second,
    speed,
    jitterMs,
    associationOf: (domain) => owners.get(domain) ?? null,
    closed(code, url) {
      const fact = facts.get(code);
      if (fact && !fact.pages_allowed) return fact.why;
      const said = verdicts.get(code);
      if (!said || said.open) return null;
      if (said.partly && !directories.get(code)!.some((place) => isBelow(place, url))) return null;
      return `the verdict on ${code} is ${said.verdict}`;
    },
    gatekeeperMayAsk(code, url) {
      const fact = facts.get(code);
      const looks = [fact?.login_url, fact?.terms_url].some((u) => u && urlKey(u) === urlKey(url));
      return looks || startPages.get(code)!.has(urlKey(url)) || SPEAKS_OF_RULES.test(new URL(url).pathname);
    },
  });
  const requestsOf = new Map<string, number>();
  for (const { host } of log) {
    const code = owners.get(registrableDomain(host));
    if (code) requestsOf.set(code, (requestsOf.get(code) ?? 0) + 1);
  }
  return { result, requestsOf };
}
