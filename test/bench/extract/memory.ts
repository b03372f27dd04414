/** What EXTRACTION holds in memory while it reads a large association: stored pages in a lake, the recipe as it is. */
import path from 'node:path';
import { Lake } from '../../../lib/lake/lake.js';
import type { RowOf } from '../../../lib/lake/partition.js';
import { goldenCases } from '../../sites/cases.js';
import { page } from '../../support/rows.js';
import type { ExtractOptions } from '../bench-extract.js';
import { partitionSpec, tempFolder } from '../bench-lake.js';
import { below, type Floored } from '../crawl/floors.js';
import { runNode, TSX } from '../measure.js';
import { count, duration, megabytes } from '../report.js';

const MOST_BYTES = 600e6;
/** Pages a part, about what a crawl publishes. */
const LOT = 2_000;
/** Visible text that makes a page as long as real ones are, characters. */
const PADDING = 24_000;

export async function memory({ quick }: ExtractOptions): Promise<Floored> {
  const size = quick ? 5_000 : 100_000;
  const root = tempFolder('stored-pages');
  const bytes = await storePages(root, size);
  // 4, set aside by quality rules: how well these pages are read is another question.
  const ran = await runNode(
    [...TSX, 'recipes/extract.ts', 'PMA', '--job-id', 'bench'],
    { LAKE: root, LOGS: path.join(root, 'logs') },
    { accept: [0, 4] },
  );
  const records = await written(root);
  return {
    section: {
      title: 'Memory',
      command: 'npm run bench:extract -- --only memory',
      about: `\`recipes/extract.ts\` over ${count(size)} stored pages: the golden ones again and again, each under its own address and as long as real pages are (${Math.round(bytes / size / 1000)} kB). Peak of the resident memory of the whole process, workers and DuckDB included.`,
      tables: [
        {
          head: ['pages', 'bodies', 'records written', 'time', 'pages/s', 'peak memory'],
          rows: [
            [
              count(size),
              megabytes(bytes),
              count(records),
              duration(ran.ms),
              count((size * 1000) / ran.ms),
              megabytes(ran.peakBytes),
            ],
          ],
        },
      ],
    },
    figures: [below(`peak memory at ${count(size)} stored pages`, ran.peakBytes, MOST_BYTES, megabytes)],
  };
}

/** A lake with so many pages crawled and classified; returns the bytes of their bodies. */
async function storePages(root: string, size: number): Promise<number> {
  const cases = goldenCases().filter((one) => one.expected.page_type !== 'other');
  const at = (i: number) => cases[i % cases.length]!;
  const urlOf = (i: number) => `https://www.example.org/${String(i).padStart(6, '0')}/${at(i).name}`;
  const lake = await Lake.open({ root });
  let bytes = 0;
  try {
    const crawl = await lake.partition(
      { ...partitionSpec('bench'), phase: 'DISCOVERY', recipe: 'discover' },
      [],
      null,
    );
    await crawl.recover(null);
    for (let from = 0; from < size; from += LOT) {
      const rows = Array.from({ length: Math.min(LOT, size - from) }, (_, k) => pageRow(from + k, urlOf, at));
      for (const row of rows) bytes += row.body?.length ?? 0;
      crawl.append({ pages: rows });
      await crawl.settle();
    }
    await crawl.commit({ assertions: [], counts: {} });
    await crawl.close();
    const verdicts = await lake.partition(
      { ...partitionSpec('bench'), phase: 'CLASSIFICATION', recipe: 'classify' },
      [],
      null,
    );
    await verdicts.write(
      'page_types',
      Array.from({ length: size }, (_, i) => ({
        page_id: urlOf(i),
        url: urlOf(i),
        page_type: at(i).expected.page_type,
        confidence: 0.9,
        signals: [],
      })),
    );
    await verdicts.commit({ assertions: [], counts: {} });
    await verdicts.close();
  } finally {
    await lake.close();
  }
  return bytes;
}

function pageRow(
  i: number,
  urlOf: (i: number) => string,
  at: (i: number) => ReturnType<typeof goldenCases>[number],
): RowOf<'pages'> {
  const one = at(i);
  const body = `${one.html}\n<script>${padding(i)}</script>`;
  return page(urlOf(i), {
    content_type: one.expected.content_type ?? 'text/html',
    body,
    bytes: Math.round(body.length / 4), // as packed on the wire
    depth: 1,
    fetched_at: '2026-01-15T12:00:00.000Z',
  });
}

/** Script text of one page, another on each, so that packing does not make all of it one. */
function padding(seed: number): string {
  let text = '';
  for (let n = seed + 1; text.length < PADDING; ) {
    n = (Math.imul(n, 1_664_525) + 1_013_904_223) >>> 0;
    text += `window.q=window.q||[];q.push(['set','${n.toString(36)}']);`;
  }
  return text;
}

async function written(root: string): Promise<number> {
  const lake = await Lake.open({ root });
  try {
    const tables = ['extracted_companies', 'extracted_events', 'extracted_participants'];
    const [row] = await lake.query(
      `SELECT ${tables.map((name) => `(SELECT count(*) FROM ${name}_all)`).join(' + ')} AS n`,
    );
    return Number(row?.n ?? 0);
  } finally {
    await lake.close();
  }
}
