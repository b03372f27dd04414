/**
 * Crawls the page server's whole site by the recipes, limits off, and prints what it came to as one JSON line. A
 * program of its own, so that its time and its memory are its own.
 */
import { readFileSync } from 'node:fs';
import { type Config, loadConfig } from '../../../lib/config.js';
import { runCrawl } from './crawl-run.js';

export interface CrawlFigures {
  /** Pages in the lake, with their bodies. */
  pages: number;
  bodyBytes: number;
  /** What the lake takes on disk for them, bytes. */
  storedBytes: number;
  /** DISCOVERY, ms. */
  ms: number;
  /** The most memory that the process held, bytes. */
  peakBytes: number;
}

const [folder, port, pages, concurrency] = process.argv.slice(2) as [string, string, string, string];

const figures = await runCrawl(
  {
    config: wideOpen(await loadConfig(), Number(pages), Number(concurrency)),
    associations: ['BENCH'],
    folder,
    to: { http: Number(port), https: Number(port) },
  },
  async ({ lake }, results): Promise<CrawlFigures> => {
    const discovery = results.find((r) => r.phase === 'DISCOVERY');
    if (discovery?.status !== 'done') throw new Error(`DISCOVERY ended ${discovery?.status}`);
    const peakBytes = peakMemory(); // before the look at what was stored, which is the benchmark's own
    const [held] = await lake.query(
      'SELECT count(*) AS pages, sum(strlen(body)) AS bytes FROM pages_all WHERE body IS NOT NULL',
    );
    const stored = lake
      .checkpointsOf('pages', { all: true })
      .flatMap((c) => c.tables.pages?.parts ?? [])
      .reduce((sum, part) => sum + part.bytes, 0);
    return {
      pages: Number(held?.pages ?? 0),
      bodyBytes: Number(held?.bytes ?? 0),
      storedBytes: stored,
      ms: discovery.durationMs,
      peakBytes,
    };
  },
);
console.log(JSON.stringify(figures));

/** One association whose site may be asked without pause; the files of config could not say that. */
function wideOpen(config: Config, budget: number, wide: number): Config {
  const rate = { requests_per_second: 1e9 };
  return {
    ...config,
    associations: new Map([
      [
        'BENCH',
        {
          code: 'BENCH',
          name: 'Association of Invented Manufacturers',
          url: 'http://www.example.org/',
          directory_urls: ['http://www.example.org/members/page/1'],
          event_urls: [],
          expected_members: budget,
          priority: 'Low',
          max_pages: budget + 100,
        },
      ],
    ]),
    agents: {
      ...config.agents,
      rate_limits: { association_sites: rate, default: rate, domains: {} },
      discovery: { ...config.agents.discovery, concurrency: wide },
    },
  };
}

/** The high-water mark of this process: Linux keeps it, elsewhere `getrusage` does. */
function peakMemory(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
