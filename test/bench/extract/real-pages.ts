/**
 * Real pages that are no part of the project: `business/*.html` and `listings/*.html` with labels, and the scorers that
 * lie beside them, which judge what `inspect -- page --batch` answers. A third of the pages, chosen by a hash of the
 * file's name, is kept aside while rules are made, and has its own row.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { loadConfig, loadPlatforms } from '../../../lib/config.js';
import { messageOf } from '../../../lib/errors.js';
import { openReadingPool } from '../../../lib/reading/pool.js';
import { decodeText } from '../../../lib/web/charset.js';
import { weights } from '../../support/weights.js';
import type { ExtractOptions } from '../bench-extract.js';
import { tempFolder } from '../bench-lake.js';
import { atLeast, type Figure, type Floored } from '../crawl/floors.js';
import { runNode } from '../measure.js';
import type { Table } from '../report.js';

const THIRDS = ['all', 'tuned on', 'kept aside'] as const;
type Third = (typeof THIRDS)[number];

const prf = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });
const businessScore = z.object({
  phone: prf,
  postal_code: prf,
  street: prf,
  name: z.object({ accuracy: z.number(), pages: z.number() }),
});
const listingScore = z.object({
  pages: z.number(),
  page_type: z.number(),
  exact_count: z.number(),
  records: prf,
  negatives: z.string(),
  events: prf,
  event_start: z.number(),
});

const share = (n: number): string => (Math.floor(n * 1000) / 1000).toFixed(3);

export async function realPages({ pages }: ExtractOptions): Promise<Floored | string> {
  if (pages === null)
    return 'Real pages are no part of the project: name a folder that has some by --pages or PAGES.';
  const folder = path.resolve(pages);
  const missing = [
    'business/labels.json',
    'listings/labels',
    'score-business.mjs',
    'score-listings.mjs',
  ].filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) return `${folder} has no ${missing.join(', no ')}.`;
  const business = await businessPages(folder);
  const listings = await listingPages(folder);
  return {
    section: {
      title: 'Real pages',
      command: 'npm run bench:extract -- --only pages --pages <folder>',
      about:
        'Pages that nobody in the project wrote, labelled by people, judged by the scorers that came with them. Rules were made looking at two thirds of them; the rest was kept aside.',
      tables: [business.table, listings.table],
    },
    figures: [...business.figures, ...listings.figures],
  };
}

async function businessPages(folder: string): Promise<{ table: Table; figures: Figure[] }> {
  const labels = JSON.parse(readFileSync(path.join(folder, 'business', 'labels.json'), 'utf8')) as Record<
    string,
    { url: string }
  >;
  const answers = await answersTo(
    Object.entries(labels).map(([name, { url }]) => ({
      file: path.join(folder, 'business', `${name}.html`),
      url,
    })),
  );
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const third of THIRDS) {
    const set = tempFolder('labels');
    // E-mails are annotated nowhere; the scorer wants the list all the same, and that figure is not used.
    const chosen = Object.fromEntries(
      Object.entries(labels)
        .filter(([name]) => belongs(name, third))
        .map(([name, label]) => [name, { email: [], ...label }]),
    );
    writeFileSync(path.join(set, 'labels.json'), JSON.stringify(chosen));
    const score = businessScore.parse(await judged(path.join(folder, 'score-business.mjs'), set, answers));
    const { phone, postal_code, street, name } = score;
    rows.push([
      third,
      String(name.pages),
      ...[phone, postal_code, street].map((s) => share(s.f1)),
      share(name.accuracy),
    ]);
    if (third === 'all')
      figures.push(
        atLeast('business pages, phone F1', phone.f1, 0.97, share),
        atLeast('business pages, postal code F1', postal_code.f1, 0.95, share),
        atLeast('business pages, street F1', street.f1, 0.93, share),
        atLeast('business pages, own name right', name.accuracy, 0.85, share),
      );
  }
  return {
    table: {
      head: ['business pages', 'pages', 'phone F1', 'postal code F1', 'street F1', 'name right'],
      rows,
    },
    figures,
  };
}

async function listingPages(folder: string): Promise<{ table: Table; figures: Figure[] }> {
  const labelsOf = path.join(folder, 'listings', 'labels');
  const files = readdirSync(labelsOf).filter((name) => name.endsWith('.json'));
  const labels = files.map((file) => ({
    file,
    name: file.replace(/\.json$/, ''),
    label: z
      .object({ page_type: z.string(), page_url_guess: z.string() })
      .parse(JSON.parse(readFileSync(path.join(labelsOf, file), 'utf8'))),
  }));
  const answers = await answersTo(
    labels.map(({ name, label }) => ({
      file: path.join(folder, 'listings', `${name}.html`),
      url: /^https?:\/\/[^\s…]+/.exec(label.page_url_guess)?.[0] ?? 'https://example.org/',
    })),
  );
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const third of THIRDS) {
    const set = path.join(tempFolder('labels'), 'labels');
    mkdirSync(set);
    const chosen = labels.filter(({ name }) => belongs(name, third));
    for (const { file } of chosen) copyFileSync(path.join(labelsOf, file), path.join(set, file));
    const score = listingScore.parse(await judged(path.join(folder, 'score-listings.mjs'), set, answers));
    const lists = chosen.filter(({ label }) => !/event|other/.test(label.page_type)).length;
    const exact = lists === 0 ? 1 : score.exact_count / lists;
    const [clean = 0, negatives = 0] = score.negatives.split('/').map(Number);
    rows.push([
      third,
      String(score.pages),
      share(score.page_type),
      share(score.records.f1),
      `${score.exact_count} of ${lists}`,
      `${clean} of ${negatives}`,
      ...(chosen.some(({ label }) => label.page_type.startsWith('event'))
        ? [share(score.events.f1), share(score.event_start)]
        : ['', '']),
    ]);
    if (third === 'all')
      figures.push(
        atLeast('listings, record F1', score.records.f1, 0.95, share),
        atLeast('listings, exact count', exact, 0.8, share),
        atLeast('listings, negatives clean', negatives === 0 ? 1 : clean / negatives, 1, share),
        atLeast('listings, event dates', score.event_start, 0.95, share),
      );
  }
  return {
    table: {
      head: [
        'listings',
        'pages',
        'type right',
        'record F1',
        'exact count',
        'negatives clean',
        'event F1',
        'event dates',
      ],
      rows,
    },
    figures,
  };
}

/** Whether a page is in this third; the hash of its name decides, so that nobody chooses. */
function belongs(name: string, third: Third): boolean {
  if (third === 'all') return true;
  const aside = createHash('sha256').update(name).digest()[0]! % 3 === 0;
  return aside === (third === 'kept aside');
}

/** The answers of `inspect -- page --batch` to these questions, in a file. */
async function answersTo(questions: readonly { file: string; url: string }[]): Promise<string> {
  const config = await loadConfig();
  const context = { platforms: await loadPlatforms(config), weights, selectors: null, siteName: null };
  const pool = openReadingPool({ deadlineMs: config.agents.extraction.page_deadline_ms });
  const file = path.join(tempFolder('answers'), 'answers.ndjson');
  try {
    const answers = await Promise.all(
      questions.map((question) =>
        pool
          .run('inspect', context, { ...question, html: decodeText(readFileSync(question.file), null).text })
          .catch((error: unknown) => ({ file: question.file, error: messageOf(error) })),
      ),
    );
    writeFileSync(file, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  } finally {
    await pool.close();
  }
  return file;
}

async function judged(scorer: string, set: string, answers: string): Promise<unknown> {
  const { output } = await runNode([scorer, set, answers]);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}
