/** INIT, GATEKEEPER and DISCOVERY of some associations, side by side, through the harness, on a lake of the benchmark's. */
import path from 'node:path';
import type { Clock } from '../../../lib/clock.js';
import type { Association, Config, RateLimit } from '../../../lib/config.js';
import { runPipeline } from '../../../lib/harness/pipeline.js';
import type { PhaseResult } from '../../../lib/harness/run-phase.js';
import { openSession, type Session } from '../../../lib/harness/session.js';
import { discover } from '../../../recipes/discover.js';
import { gatekeeper } from '../../../recipes/gatekeeper.js';
import { init } from '../../../recipes/init.js';
import { SEED } from './sandbox-process.js';

export interface CrawlRun {
  config: Config;
  associations: readonly string[];
  /** Where lake and logs are. */
  folder: string;
  /** Ports that stand for the internet. */
  to: { http: number; https: number };
  /** How many times faster waits go by, without a clock of its own. */
  speed?: number;
  clock?: Clock;
}

/** Runs it; `look` sees the session before it closes. */
export async function runCrawl<T>(
  run: CrawlRun,
  look: (session: Session, results: readonly PhaseResult[]) => Promise<T>,
): Promise<T> {
  const session = await openSession({
    config: run.config,
    env: crawlEnv(run),
    dryRun: false,
    logLevel: 'warn',
    world: 'sandbox',
    job: 'new',
    associations: run.associations,
    phaseOptions: { enrichment: 'all', validation: 'all', mode: 'extract', maxAgeMs: null },
    ...(run.clock && { clock: run.clock }),
  });
  try {
    const results = await runPipeline(session, [init, gatekeeper, discover], run.associations, {
      force: false,
    });
    // Refused and quarantined are answers that a site may well give; what a figure needs, it checks itself.
    for (const { phase, association, status, error } of results) {
      if (status === 'failed' || status === 'interrupted')
        throw new Error(`${phase} of ${association} ended ${status}: ${String(error)}`, { cause: error });
    }
    await session.lake.refresh();
    return await look(session, results);
  } finally {
    await session.close();
  }
}

/** Environment of a crawl, also of one in a process of its own. */
export function crawlEnv(run: Pick<CrawlRun, 'folder' | 'to' | 'speed'>): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: 'true',
    LAKE: path.join(run.folder, 'lake'),
    LOGS: path.join(run.folder, 'logs'),
    SANDBOX: `${run.to.http},${run.to.https}`,
    SANDBOX_SEED: String(SEED),
    SANDBOX_SPEED: String(run.speed ?? 1),
  };
}

/** A config whose limits have no daily cap, which would make days of a crawl. */
export function withoutCaps(config: Config): Config {
  const bare = ({ requests_per_second }: RateLimit): RateLimit => ({ requests_per_second });
  const { rate_limits } = config.agents;
  const domains = Object.entries(rate_limits.domains).map(
    ([domain, limit]) => [domain, bare(limit)] as const,
  );
  const associations = [...config.associations].map(([code, association]): [string, Association] => [
    code,
    association.rate_limit ? { ...association, rate_limit: bare(association.rate_limit) } : association,
  ]);
  return {
    ...config,
    associations: new Map(associations),
    agents: {
      ...config.agents,
      rate_limits: {
        association_sites: bare(rate_limits.association_sites),
        default: bare(rate_limits.default),
        domains: Object.fromEntries(domains),
      },
    },
  };
}
