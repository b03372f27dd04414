/** How long all associations at once take, against the least that the slowest domain's limit allows; in virtual time. */
import { loadConfig } from '../../../lib/config.js';
import { virtualClock } from '../../support/virtual-clock.js';
import { tempFolder } from '../bench-lake.js';
import { count, duration, type Section } from '../report.js';
import { runCrawl, withoutCaps } from './crawl-run.js';
import { openDistance } from './distance.js';
import { checkDomains, crawlDelaysOf, type DomainCheck } from './domains.js';
import { atMost, type Floored } from './floors.js';
import { watchRealWork } from './real-work.js';
import { runSandbox } from './sandbox-process.js';

/** What an exchange takes: the way there and back and a server that thinks a little, ms. */
const LATENCY_MS = 400;
/** Slots are computed in floating point; anything beyond this is a request too many. */
const ROUNDING = 1e-6;

export interface Makespan {
  domains: DomainCheck[];
  /** From the first request to the last, virtual ms. */
  makespanMs: number;
  /** The least that the slowest domain allows, ms. */
  boundMs: number;
  ratio: number;
  requests: number;
  impatient: number;
}

export async function measureMakespan(size: number, associations?: readonly string[]): Promise<Makespan> {
  const config = withoutCaps(await loadConfig());
  const work = watchRealWork();
  const clock = virtualClock({ busy: work.busy });
  const sandbox = await runSandbox({ size });
  const distance = await openDistance({ to: sandbox, clock, latencyMs: LATENCY_MS, waits: work.waits });
  try {
    const delays = await runCrawl(
      {
        config,
        associations: associations ?? [...config.associations.keys()],
        folder: tempFolder('makespan'),
        to: distance,
        clock,
      },
      crawlDelaysOf,
    );
    const { arrivals } = distance;
    const heard = (await sandbox.log()).length;
    if (heard !== arrivals.length)
      throw new Error(`the sandbox heard ${heard} requests, of ${arrivals.length} that were on their way`);
    const domains = checkDomains(arrivals, config, delays);
    const times = arrivals.map((a) => a.t_ms);
    const makespanMs = times.reduce((a, b) => Math.max(a, b), 0) - (times[0] ?? 0);
    const boundMs = domains[0]?.leastMs ?? 0;
    return {
      domains,
      makespanMs,
      boundMs,
      ratio: makespanMs / boundMs,
      requests: arrivals.length,
      impatient: clock.impatient,
    };
  } finally {
    await distance.close();
    await sandbox.close();
    work.close();
  }
}

export async function makespan({ quick }: { quick: boolean }): Promise<Floored> {
  const size = quick ? 0.05 : 1;
  const m = await measureMakespan(size);
  const worst = Math.max(...m.domains.map((d) => d.excess));
  const section: Section = {
    title: 'Makespan',
    command: 'npm run bench:crawl -- --only makespan',
    about: `All ten associations at once on the sandbox (size ${size}), INIT, GATEKEEPER and DISCOVERY through the harness over HTTP, in one process. Time is virtual: it stands still while anything is under way and jumps over waits; each exchange takes ${LATENCY_MS} ms of it. Makespan is from the first request to the last, the bound is (requests − 1) ÷ limit of the slowest domain; daily caps are off. ${count(m.requests)} requests. The excess is the most requests above limit × length + 1 that any sliding window of any length held, at their arrival.`,
    tables: [
      {
        head: ['domain', 'requests', 'limit /s', 'least time', 'worst window: excess'],
        rows: m.domains.map((d) => [
          d.domain,
          count(d.requests),
          String(d.rate),
          duration(d.leastMs),
          d.excess.toFixed(3),
        ]),
      },
      {
        head: ['', 'virtual time'],
        rows: [
          ['bound', duration(m.boundMs)],
          ['makespan', duration(m.makespanMs)],
        ],
      },
    ],
  };
  return {
    section,
    figures: [
      atMost('makespan ÷ bound', m.ratio, 1.02, (n) => n.toFixed(4)),
      atMost('requests beyond the limit in any window, virtual time', worst, ROUNDING, (n) => n.toFixed(3)),
      atMost('times the clock lost patience', m.impatient, quick ? 5 : 50, String),
    ],
  };
}
