/** What a large crawl holds in memory: the peak of the crawling process, bodies stored. */
import { count, duration, megabytes, type Section } from '../report.js';
import { atMost, type Floored } from './floors.js';
import { runPageServer } from './page-server-process.js';
import { crawlWhole } from './throughput.js';

const MOST_BYTES = 400e6;

export async function memory({ quick }: { quick: boolean }): Promise<Floored> {
  const sizes = quick ? [10_000] : [10_000, 100_000];
  const rows: string[][] = [];
  let peak = Number.NaN;
  for (const size of sizes) {
    const server = await runPageServer(size);
    try {
      const c = await crawlWhole(server.port, server.pages);
      peak = c.peakBytes;
      rows.push([
        count(c.pages),
        megabytes(c.bodyBytes),
        megabytes(c.storedBytes),
        duration(c.ms),
        count((c.pages * 1000) / c.ms),
        megabytes(peak),
      ]);
    } finally {
      await server.close();
    }
  }
  const section: Section = {
    title: 'Memory',
    command: 'npm run bench:crawl -- --only memory',
    about:
      'The same invented site, larger, made page by page as it is asked for. Peak of the resident memory of the crawling process, from its start to the end of DISCOVERY, DuckDB and the last rewriting of parts included.',
    tables: [{ head: ['pages', 'bodies', 'on disk', 'time', 'pages/s', 'peak memory'], rows }],
  };
  return {
    section,
    figures: [atMost(`peak memory at ${count(sizes.at(-1) ?? 0)} pages`, peak, MOST_BYTES, megabytes)],
  };
}
