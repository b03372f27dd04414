/**
 * The hosts of a crawl, each under its own robots.txt: those that GATEKEEPER has looked at, and those that turn up on
 * the way, which are asked when they are first met.
 */
import { limitsOf } from '../harness/limits.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import type { RobotsVerdict } from '../web/robots-policy.js';
import { registrableDomain } from '../web/url.js';

/** Answers that are remembered. */
const MOST_ANSWERS = 20_000;

export class Hosts {
  private readonly verdicts = new Map<string, RobotsVerdict>();
  /** Answers that were given: most links of a page stand on the next one too. */
  private readonly answers = new Map<string, boolean>();
  private readonly phase: PhaseContext;

  constructor(phase: PhaseContext) {
    this.phase = phase;
  }

  /** Reads the robots.txt of a URL's origin, once. */
  async meet(url: string, foundOn: string | null): Promise<RobotsVerdict> {
    const { origin } = new URL(url);
    const before = this.verdicts.get(origin);
    if (before) return before;
    const { web, lake, clock, config, association } = this.phase;
    // A host that keeps the directory for an association is asked no faster than the association itself.
    web.slowTo(registrableDomain(origin), limitsOf(config)(registrableDomain(association.url)));
    const verdict = await web.robotsFor(origin, (exchange) => lake.append({ fetches: [exchange] }));
    this.verdicts.set(origin, verdict);
    const { robots, status, note } = verdict;
    const shut = status === null || status >= 500;
    const row: RowOf<'crawl_hosts'> = {
      origin,
      domain: registrableDomain(origin),
      found_on: foundOn,
      robots_status: status,
      crawl_delay_secs: robots.crawlDelaySecs,
      verdict: shut ? 'refused' : robots.crawlDelaySecs !== null ? 'allowed_with_limits' : 'allowed',
      reason: note,
      checked_at: clock.now().toISOString(),
    };
    lake.append({ crawl_hosts: [row] });
    return verdict;
  }

  /** What robots.txt says of a URL; true where the host has not been met yet (it is asked before its first page). */
  allowed(url: string): boolean {
    const known = this.answers.get(url);
    if (known !== undefined) return known;
    const verdict = this.verdicts.get(new URL(url).origin);
    if (verdict === undefined) return true;
    const { allowed } = verdict.robots.check(url);
    if (this.answers.size >= MOST_ANSWERS) this.answers.clear();
    this.answers.set(url, allowed);
    return allowed;
  }

  met(url: string): boolean {
    return this.answers.has(url) || this.verdicts.has(new URL(url).origin);
  }
}
