/** How fast pages are read: beside only loading the same pages with cheerio's default parser, and on two cores. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as cheerio from 'cheerio';
import { loadConfig, loadPlatforms } from '../../../lib/config.js';
import type { PageContext } from '../../../lib/inspect/page.js';
import { readPage } from '../../../lib/page/read.js';
import type { PageInput, PlatformPack } from '../../../lib/page/types.js';
import { openReadingPool, type ReadingPool } from '../../../lib/reading/pool.js';
import { decodeText } from '../../../lib/web/charset.js';
import { goldenCases, inputOf } from '../../sites/cases.js';
import { weights } from '../../support/weights.js';
import type { ExtractOptions } from '../bench-extract.js';
import { atLeast, type Floored } from '../crawl/floors.js';
import { type Alternative, measure, ratios } from '../measure.js';
import { count, megabytes, timeTable } from '../report.js';

const READING = 'classify and read';
const LOADING = 'cheerio.load';
/** HTML that one round of the workers handles, characters: a few seconds of work for one of them. */
const ROUND_CHARACTERS = { quick: 8_000_000, full: 30_000_000 };

export async function speed({ quick, pages }: ExtractOptions): Promise<Floored> {
  const config = await loadConfig();
  const platforms = await loadPlatforms(config);
  const inputs = pages === null ? goldenPages(platforms) : realPages(path.resolve(pages), platforms);
  const characters = inputs.reduce((sum, input) => sum + input.html.length, 0);
  const times = Math.max(1, Math.ceil(ROUND_CHARACTERS[quick ? 'quick' : 'full'] / characters));
  const rounds = quick ? 3 : 7;

  const each = (work: (input: PageInput) => unknown) => () => {
    // A folder of small pages is over too soon to be timed.
    for (let i = 0; i < Math.ceil(times / 4); i += 1) inputs.forEach(work);
    return undefined;
  };
  const units = inputs.length * Math.ceil(times / 4);
  const single = await measure(
    [
      { name: LOADING, units, round: each((input) => cheerio.load(input.html)) },
      { name: READING, units, round: each((input) => readPage(input)) },
    ],
    rounds,
  );

  const deadlineMs = config.agents.extraction.page_deadline_ms;
  const pools = [1, 2].map((workers) => openReadingPool({ workers, deadlineMs }));
  const context = { platforms, weights, selectors: null, siteName: 'Association' };
  const work = Array.from({ length: times }, () => inputs).flat();
  let side: Awaited<ReturnType<typeof measure>>;
  try {
    side = await measure(
      pools.map(
        (pool, i): Alternative => ({
          name: i === 0 ? '1 worker' : '2 workers',
          units: work.length,
          round: () => readAll(pool, context, work),
        }),
      ),
      rounds,
    );
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }

  const [load, read] = [single[0]!, single[1]!];
  const [one, two] = [side[0]!, side[1]!];
  const factor = (n: number) => n.toFixed(2);
  return {
    section: {
      title: 'Speed',
      command: `npm run bench:extract -- --only speed${pages === null ? '' : ' --pages <folder>'}`,
      about: `${count(inputs.length)} ${pages === null ? 'golden' : 'real'} pages, ${megabytes(characters)} of HTML, ${Math.round(characters / inputs.length / 1000)} kB each; ${rounds} rounds. The whole reading of a page (classification, all strategies, field readers, all platform packs) beside \`cheerio.load\` of the same text, which makes a tree and reads nothing; then ${count(work.length)} pages through reading workers.`,
      tables: [timeTable(single, [LOADING], 'pages'), timeTable(side, ['1 worker'], 'pages')],
    },
    figures: [
      atLeast('whole reading, × as fast as cheerio.load', ratios(load, read).median, 1, factor),
      atLeast('2 workers, × as fast as 1', ratios(one, two).median, 1.8, factor),
    ],
  };
}

/** All pages through the workers, as many under way as they want. */
async function readAll(
  pool: ReadingPool,
  context: PageContext,
  inputs: readonly PageInput[],
): Promise<undefined> {
  let next = 0;
  const lane = async () => {
    for (let input = inputs[next]; input; input = inputs[next]) {
      next += 1;
      const { url, html, contentType, now } = input;
      await pool.run('inspect', context, { url, html, content_type: contentType ?? undefined, now });
    }
  };
  await Promise.all(Array.from({ length: pool.width }, lane));
  return undefined;
}

const goldenPages = (platforms: readonly PlatformPack[]): PageInput[] =>
  goldenCases().map((one) => inputOf(one, platforms));

function realPages(folder: string, platforms: readonly PlatformPack[]): PageInput[] {
  return ['business', 'listings'].flatMap((set) =>
    readdirSync(path.join(folder, set))
      .filter((name) => name.endsWith('.html'))
      .map((name) => ({
        url: `https://www.example.org/${name}`,
        html: decodeText(readFileSync(path.join(folder, set, name)), null).text,
        contentType: 'text/html',
        now: '2026-01-15T12:00:00.000Z',
        selectors: null,
        platforms,
        siteName: null,
        weights,
      })),
  );
}
