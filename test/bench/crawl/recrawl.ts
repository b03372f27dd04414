/** What a second crawl of a site moves when nothing there has changed. */
import { loadConfig } from '../../../lib/config.js';
import type { LogEntry } from '../../../sandbox/log.js';
import { tempFolder } from '../bench-lake.js';
import { count, type Section } from '../report.js';
import { runCrawl, withoutCaps } from './crawl-run.js';
import { below, type Floored } from './floors.js';
import { runSandbox } from './sandbox-process.js';

export interface Recrawl {
  first: Traffic;
  second: Traffic;
  ratio: number;
}

interface Traffic {
  requests: number;
  unchanged: number;
  bytes: number;
}

/** Crawls twice into one lake, each time as a new job; body bytes by the sandbox's own log. */
export async function measureRecrawl(size: number, associations?: readonly string[]): Promise<Recrawl> {
  const config = withoutCaps(await loadConfig());
  const speed = 20_000; // nothing is measured here that waits
  const sandbox = await runSandbox({ size, speed });
  const crawl = {
    config,
    associations: associations ?? [...config.associations.keys()],
    folder: tempFolder('recrawl'),
    to: sandbox,
    speed,
  };
  const once = () => runCrawl(crawl, async () => sandbox.log());
  try {
    const before = await once();
    const both = await once();
    const first = trafficOf(before);
    const second = trafficOf(both.slice(before.length));
    return { first, second, ratio: second.bytes / first.bytes };
  } finally {
    await sandbox.close();
  }
}

const trafficOf = (log: readonly LogEntry[]): Traffic => ({
  requests: log.length,
  unchanged: log.filter((entry) => entry.status === 304).length,
  bytes: log.reduce((sum, entry) => sum + entry.bytes, 0),
});

export async function recrawl({ quick }: { quick: boolean }): Promise<Floored> {
  const size = quick ? 0.15 : 0.5;
  const { first, second, ratio } = await measureRecrawl(size);
  const row = (name: string, t: Traffic) => [name, count(t.requests), count(t.unchanged), count(t.bytes)];
  const section: Section = {
    title: 'Crawling an unchanged site again',
    command: 'npm run bench:crawl -- --only recrawl',
    about: `All ten associations on the sandbox (size ${size}), twice into one lake, the second time as a new job; bytes of bodies by the sandbox's log.`,
    tables: [
      {
        head: ['', 'requests', 'not modified', 'bytes'],
        rows: [row('first crawl', first), row('second crawl', second)],
      },
    ],
  };
  const percent = (n: number) => `${(n * 100).toFixed(2)} %`;
  return { section, figures: [below('bytes of the second crawl ÷ the first', ratio, 0.05, percent)] };
}
