/**
 * The same site crawled by Crawlee's CheerioCrawler: parse, take the links, enqueue them; nothing is stored. Its storage
 * is in memory, its sessions and cookies are off, which makes it faster. Prints one JSON line.
 */
import { createRequire } from 'node:module';

const [peers, start, concurrency] = process.argv.slice(2);
const require = createRequire(`${peers}/package.json`);
const { CheerioCrawler, Configuration, log } = require('@crawlee/cheerio');
log.setLevel(log.LEVELS.ERROR);

let crawled = 0;
let links = 0;
const crawler = new CheerioCrawler(
  {
    minConcurrency: Number(concurrency),
    maxConcurrency: Number(concurrency),
    useSessionPool: false,
    persistCookiesPerSession: false,
    async requestHandler({ enqueueLinks }) {
      crawled += 1;
      const { processedRequests } = await enqueueLinks({ strategy: 'same-hostname' });
      links += processedRequests.length;
    },
  },
  new Configuration({ persistStorage: false, purgeOnStart: true, availableMemoryRatio: 0.9 }),
);
const started = performance.now();
await crawler.run([start]);
console.log(JSON.stringify({ pages: crawled, links, ms: performance.now() - started }));
