/** Pages classified and read, against what it takes to parse them. */
import * as cheerio from 'cheerio';
import { Lake } from '../../lib/lake/lake.js';
import { classifyPage } from '../../lib/page/classify.js';
import { loadPage } from '../../lib/page/dom.js';
import { readPage } from '../../lib/page/read.js';
import { weights } from '../support/weights.js';
import { filledLake } from './full-run.js';
import { measure } from './measure.js';
import { megabytes, type Section, timeTable } from './report.js';

const MOST = 600;

export async function pageReading(): Promise<Section> {
  const { root } = await filledLake();
  const lake = await Lake.open({ root });
  const found = await lake.query(
    `SELECT url, body, fetched_at FROM pages WHERE body IS NOT NULL AND content_type LIKE '%html%' ORDER BY hash(url) LIMIT ${MOST}`,
  );
  await lake.close();
  const inputs = found.map((row) => ({
    url: String(row.url),
    html: String(row.body),
    contentType: 'text/html',
    now: String(row.fetched_at),
    selectors: null,
    platforms: [],
    weights,
    siteName: 'Association',
  }));
  const verdicts = inputs.map((input) => classifyPage(input));
  const bytes = inputs.reduce((sum, input) => sum + input.html.length, 0);
  const each = (work: (input: (typeof inputs)[number], i: number) => unknown) => () => {
    inputs.forEach(work);
    return undefined;
  };
  const units = inputs.length;
  const measured = await measure(
    [
      { name: 'cheerio.load', units, round: each((input) => cheerio.load(input.html)) },
      { name: 'loadPage (parse, lines, links)', units, round: each((i) => loadPage(i.url, i.html)) },
      { name: 'classifyPage', units, round: each((input) => classifyPage(input)) },
      {
        name: 'readPage, type known',
        units,
        round: each((input, i) => readPage(input, { classification: verdicts[i]! })),
      },
      { name: 'classify and read in one', units, round: each((input) => readPage(input)) },
    ],
    5,
  );
  return {
    title: 'Reading pages',
    command: 'npm run bench -- --only pages',
    about: `${units} pages of a sandbox run (${megabytes(bytes)} of HTML, ${Math.round(bytes / units / 1000)} kB each), five rounds, against bare \`cheerio.load\` of the same pages, which parses them into a tree and reads nothing.`,
    tables: [timeTable(measured, ['cheerio.load'], 'pages')],
  };
}
