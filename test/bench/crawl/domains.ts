/** Requests by registrable domain, with the limit that holds there. */
import type { Config } from '../../../lib/config.js';
import { limitsOf } from '../../../lib/harness/limits.js';
import type { Session } from '../../../lib/harness/session.js';
import { registrableDomain } from '../../../lib/web/url.js';
import { checkWindows, type WindowCheck } from './window.js';

export interface DomainCheck extends WindowCheck {
  domain: string;
  /** Requests a second: the configured limit, or the site's Crawl-delay where that is slower. */
  rate: number;
  /** The least time that so many requests take, ms. */
  leastMs: number;
}

/** `crawlDelays` are seconds by domain. */
export function checkDomains(
  log: readonly { host: string; t_ms: number }[],
  config: Config,
  crawlDelays: ReadonlyMap<string, number>,
): DomainCheck[] {
  const times = new Map<string, number[]>();
  for (const { host, t_ms } of log) {
    const domain = registrableDomain(host.replace(/:\d+$/, ''));
    const held = times.get(domain);
    if (held) held.push(t_ms);
    else times.set(domain, [t_ms]);
  }
  const limitFor = limitsOf(config);
  return [...times]
    .map(([domain, arrivals]) => {
      const delay = crawlDelays.get(domain);
      const rate = Math.min(
        limitFor(domain).requests_per_second,
        delay ? 1 / delay : Number.POSITIVE_INFINITY,
      );
      return {
        domain,
        rate,
        leastMs: ((arrivals.length - 1) * 1000) / rate,
        ...checkWindows(arrivals, rate),
      };
    })
    .sort((a, b) => b.leastMs - a.leastMs);
}

/** Crawl-delays that GATEKEEPER has read, seconds by domain. */
export async function crawlDelaysOf({ lake }: Session): Promise<Map<string, number>> {
  const rows = await lake.query(
    'SELECT domain, max(crawl_delay_secs) AS secs FROM access_checks WHERE crawl_delay_secs > 0 GROUP BY domain',
  );
  return new Map(rows.map((row) => [String(row.domain), Number(row.secs)]));
}
