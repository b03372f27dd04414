/**
 * The limits, proven from the sandbox's own log: real processes with the machine's clock, which runs faster, one alone
 * and four at once over one lake.
 */
import { randomUUID } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { configFolder, loadConfig } from '../../../lib/config.js';
import { registrableDomain } from '../../../lib/web/url.js';
import { tempFolder } from '../bench-lake.js';
import { runNode, TSX } from '../measure.js';
import { count, duration, type Section } from '../report.js';
import { crawlEnv, withoutCaps } from './crawl-run.js';
import { checkDomains, type DomainCheck } from './domains.js';
import { atMost, below, type Figure, type Floored } from './floors.js';
import { type RunningSandbox, runSandbox } from './sandbox-process.js';

export interface LimitsOptions {
  size: number;
  /** Times faster; the interval of a limit becomes so much shorter. */
  speed: number;
  processes: number;
  associations: readonly string[];
}

export interface LimitsProof {
  domains: DomainCheck[];
  /** The longest round trip of a small request meanwhile: so late may a request have been noted. Machine time, ms. */
  jitterMs: number;
  /** The same as requests at the fastest limit here. */
  tolerance: number;
}

/** Crawls with so many processes at once, each its own job on the same associations, and checks the log. */
export async function proveLimits(options: LimitsOptions): Promise<LimitsProof> {
  const { size, speed, associations } = options;
  const config = withoutCaps(await loadConfig());
  const folder = tempFolder('limits');
  const sandbox = await runSandbox({ size, speed });
  const probe = probeDelay(sandbox);
  try {
    const env = {
      ...crawlEnv({ folder, to: sandbox, speed }),
      SANDBOX_SIZE: String(size),
      NAM_CONFIG: await uncappedConfig(folder),
    };
    if (options.processes === 1) await sideBySide(env, associations);
    else {
      const jobs = Array.from({ length: options.processes }, (_, i) => `job-${i + 1}`);
      for (const job of jobs) await runRecipe('init', env, associations, job);
      await Promise.all(jobs.map((job) => oneByOne(env, associations, job)));
    }
    const log = await sandbox.log();
    const delays = await crawlDelays(sandbox, log);
    const jitterMs = await probe.stop();
    // t_ms is the machine's time; limits count in the faster time of the crawl.
    const domains = checkDomains(
      log.map(({ host, t_ms }) => ({ host, t_ms: t_ms * speed })),
      config,
      delays,
    );
    const fastest = Math.max(...domains.map((d) => d.rate));
    return { domains, jitterMs, tolerance: (jitterMs / 1000) * speed * fastest };
  } finally {
    await probe.stop();
    await sandbox.close();
  }
}

/** Exit codes that are answers: done, refused by a site, set aside. */
const ANSWERS = { accept: [0, 3, 4] };

/** One process that has all sites in hand at once. */
async function sideBySide(env: NodeJS.ProcessEnv, associations: readonly string[]): Promise<void> {
  const which = associations.flatMap((code) => ['-a', code]);
  const args = ['recipes/pipeline.ts', '--mode', 'extract', ...which, '--no-tui', '--world', 'sandbox'];
  await runNode([...TSX, ...args], env, ANSWERS);
}

/** One person's recipes, site by site in the same order as everybody's, so that all meet at each site. */
async function oneByOne(env: NodeJS.ProcessEnv, associations: readonly string[], job: string): Promise<void> {
  for (const recipe of ['gatekeeper', 'discover']) await runRecipe(recipe, env, associations, job);
}

async function runRecipe(
  recipe: string,
  env: NodeJS.ProcessEnv,
  associations: readonly string[],
  job: string,
): Promise<void> {
  const args = [`recipes/${recipe}.ts`, ...associations, '--job-id', job, '--no-tui', '--world', 'sandbox'];
  await runNode([...TSX, ...args], env, ANSWERS);
}

/** The project's config without daily caps: a run here takes more than a day of its own time. */
async function uncappedConfig(folder: string): Promise<string> {
  const copy = path.join(folder, 'config');
  await cp(configFolder(), copy, { recursive: true });
  const file = path.join(copy, 'agents.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/,\s*requests_per_day:\s*\d+/g, ''));
  return copy;
}

/** Crawl-delay lines as the sandbox serves them: the slower of the two paces is the one to prove. */
async function crawlDelays(
  { http }: RunningSandbox,
  log: readonly { host: string }[],
): Promise<Map<string, number>> {
  const delays = new Map<string, number>();
  for (const host of new Set(log.map((entry) => entry.host))) {
    const answer = await request(`http://127.0.0.1:${http}/robots.txt`, { headers: { host } });
    const secs = Number(/^crawl-delay:\s*([\d.]+)/im.exec(await answer.body.text())?.[1] ?? 0);
    const domain = registrableDomain(host);
    if (secs > 0) delays.set(domain, Math.max(secs, delays.get(domain) ?? 0));
  }
  return delays;
}

/** Asks the sandbox for next to nothing all the time: its longest answer bounds how late a request may be noted. */
function probeDelay({ http }: RunningSandbox): { stop(): Promise<number> } {
  let on = true;
  let longest = 0;
  const asking = (async () => {
    while (on) {
      const sent = performance.now();
      const answer = await request(`http://127.0.0.1:${http}/counts.json`, {
        headers: { host: 'sandbox.invalid', 'x-probe': randomUUID() },
      });
      await answer.body.dump();
      longest = Math.max(longest, performance.now() - sent);
      await pause(5);
    }
  })();
  return {
    async stop() {
      on = false;
      await asking;
      return longest;
    },
  };
}

export async function limits({ quick }: { quick: boolean }): Promise<Floored> {
  const speed = 4;
  const few = quick ? ['PMA'] : ['PMA', 'AGMA'];
  const all = [...(await loadConfig()).associations.keys()];
  const size = quick ? 0.01 : 0.02;
  const proofs = [
    { name: 'one process', proof: await proveLimits({ size, speed, processes: 1, associations: all }) },
    { name: 'four processes', proof: await proveLimits({ size, speed, processes: 4, associations: few }) },
  ];
  const section: Section = {
    title: 'Limits, by the log of the other side',
    command: 'npm run bench:crawl -- --only limits',
    about: `Recipes as processes on the machine's clock, with waits ${speed} times faster (a limit of 0.5 a second is a request every ${2000 / speed} ms): one process with ten sites at once, and four processes, each a job of its own, on the same site at the same time. From the sandbox's log, times taken at the arrival of each request. Excess: the most requests above limit × length + 1 in any sliding window of any length. A request is noted later than it was sent by the way through the system and by the sandbox's event loop, which brings two of them closer together; the longest round trip of a small request beside the crawl says by how much at most, and so much excess is let pass, as long as it is less than one request.`,
    tables: [
      {
        head: ['', 'domain', 'requests', 'limit /s', 'shortest gap', 'excess', 'let pass'],
        rows: proofs.flatMap(({ name, proof }) =>
          proof.domains
            .filter((d) => d.requests > 1)
            .map((d) => [
              name,
              d.domain,
              count(d.requests),
              String(d.rate),
              duration(d.shortestGapMs ?? 0),
              d.excess.toFixed(3),
              proof.tolerance.toFixed(3),
            ]),
        ),
      },
    ],
  };
  return { section, figures: proofs.flatMap(({ name, proof }) => figuresOf(name, proof)) };
}

function figuresOf(name: string, { domains, tolerance }: LimitsProof): Figure[] {
  const worst = Math.max(...domains.map((d) => d.excess));
  const show = (n: number) => n.toFixed(3);
  return [
    atMost(`requests beyond the limit in any window, ${name}`, worst, tolerance, show),
    below(`what is let pass, ${name} (more proves nothing: run it on a quieter machine)`, tolerance, 1, show),
  ];
}
