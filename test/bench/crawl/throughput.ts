/** Pages a second with limits off, every body stored, against Crawlee's CheerioCrawler on the same pages. */
import path from 'node:path';
import { tempFolder } from '../bench-lake.js';
import { type Measured, measure, ratios, runNode, TSX } from '../measure.js';
import { count, megabytes, type Section, spreadRow, timeTable } from '../report.js';
import type { CrawlFigures } from './crawl-all.js';
import { atLeast, type Floored } from './floors.js';
import { runPageServer } from './page-server-process.js';
import { crawleePeer } from './peer.js';

/** Pages under way at once. More gains nothing on loopback: for Crawlee 10, 20 and 50 were slower than 5. */
const OURS_AT_ONCE = 8;
const THEIRS_AT_ONCE = 5;

/** Crawls the site of a page server by our recipes, in a process of its own. */
export async function crawlWhole(
  port: number,
  pages: number,
  node: readonly string[] = [],
): Promise<CrawlFigures> {
  const program = path.join(import.meta.dirname, 'crawl-all.ts');
  const args = [tempFolder('crawl'), String(port), String(pages), String(OURS_AT_ONCE)];
  const { output } = await runNode([...node, ...TSX, program, ...args]);
  const figures = lastJson<CrawlFigures>(output);
  if (figures.pages < pages) throw new Error(`${figures.pages} of ${pages} pages are in the lake`);
  return figures;
}

export async function throughput({ quick }: { quick: boolean }): Promise<Floored> {
  const peer = await crawleePeer();
  const server = await runPageServer(quick ? 600 : 4_000);
  const { port, pages } = server;
  const crawled: CrawlFigures[] = [];
  try {
    const measured = await measure(
      [
        {
          name: 'CheerioCrawler',
          units: pages,
          round: async () => {
            const start = `http://127.0.0.1:${port}/`;
            const { output } = await runNode([peer.program, peer.folder, start, String(THEIRS_AT_ONCE)]);
            const theirs = lastJson<{ pages: number; ms: number }>(output);
            if (theirs.pages < pages) throw new Error(`CheerioCrawler had ${theirs.pages} of ${pages} pages`);
            return theirs.ms;
          },
        },
        {
          name: 'DISCOVERY, bodies stored',
          units: pages,
          round: async () => {
            const ours = await crawlWhole(port, pages);
            crawled.push(ours);
            return ours.ms;
          },
        },
      ],
      quick ? 2 : 3,
      false,
    );
    const [theirs, ours] = measured as [Measured, Measured];
    const figures = crawled[0]!;
    const section: Section = {
      title: 'Throughput',
      command: 'npm run bench:crawl -- --only throughput',
      about: `A directory of ${count(pages)} invented pages (${Math.round(figures.bodyBytes / figures.pages / 1000)} KB each, some 900 elements and 60 links), served by a process on the same cores, limits off. DISCOVERY through harness, fetcher and lake, every body stored (${megabytes(figures.bodyBytes)}, ${megabytes(figures.storedBytes)} on disk), links judged and kept, against @crawlee/cheerio ${peer.version}, which takes the links and stores nothing, in memory, sessions off. Time of the crawl alone, each round a process of its own, turn by turn.`,
      tables: [
        timeTable(measured, ['CheerioCrawler'], 'pages'),
        {
          head: ['peak memory', 'min', 'median', 'max'],
          rows: [
            spreadRow(
              'DISCOVERY',
              crawled.map((c) => c.peakBytes),
              megabytes,
            ),
          ],
        },
      ],
    };
    return {
      section,
      figures: [
        atLeast('pages a second ÷ those of CheerioCrawler', ratios(theirs, ours).median, 3, (n) =>
          n.toFixed(2),
        ),
      ],
    };
  } finally {
    await server.close();
  }
}

/** The last line of a program's output; what comes before it may be warnings. */
function lastJson<T>(output: string): T {
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
}
