/** Pages of an invented association, and a lake that DISCOVERY has filled with them. */

import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../lib/config.js';
import { openSession, type Session } from '../../lib/harness/session.js';
import type { RowOf } from '../../lib/lake/partition.js';
import { openLake, page, publish, tempFolder } from '../support/lake.js';

const TRADES = [
  'Gear Works',
  'Tool & Die',
  'Stamping',
  'Castings',
  'Forge',
  'Machine',
  'Fasteners',
  'Spring',
];
const TOWNS = [
  ['Cleveland', 'OH', '44101'],
  ['Chicago', 'IL', '60601'],
  ['Dayton', 'OH', '45402'],
  ['Erie', 'PA', '16501'],
] as const;

export interface Member {
  name: string;
  street: string;
  city: string;
  state: string;
  zip: string;
  phone: string;
  website: string;
}

export function member(i: number): Member {
  const [city, state, zip] = TOWNS[i % TOWNS.length]!;
  const word = ['Acme', 'Bolton', 'Crane', 'Dover', 'Elgin', 'Fulton'][i % 6]!;
  const name = `${word} ${TRADES[Math.floor(i / 6) % TRADES.length]!} ${i}, Inc.`;
  const street = `${100 + i} Industrial Parkway`;
  const phone = `(216) 555-${String(1000 + i)}`;
  return { name, street, city, state, zip, phone, website: `https://www.firm-${i}-works.com/` };
}

export interface Markup {
  /** Class of one record. */
  card?: string;
  phone?: boolean;
}

export const directory = (
  members: readonly Member[],
  { card = 'm-card', phone = true }: Markup = {},
): string =>
  `<html><head><title>Member Directory</title></head><body><main><h1>Member Directory</h1><div class="m-list">${members
    .map(
      (m) =>
        `<article class="${card}"><h3 class="${card}-name">${m.name.replace('&', '&amp;')}</h3><p class="${card}-place">${m.street}<br>${m.city}, ${m.state} ${m.zip}</p>${phone ? `<p class="${card}-tel">${m.phone}</p>` : ''}<a class="${card}-web" href="${m.website}">Visit website</a></article>`,
    )
    .join('\n')}</div></main></body></html>`;

export const SITE = 'https://www.pma.org';

export interface SitePage {
  url: string;
  body: string;
}

/** A directory of so many members, so many a page. */
export const directoryPages = (members: number, each: number, markup?: Markup): SitePage[] =>
  Array.from({ length: Math.ceil(members / each) }, (_, p) => ({
    url: `${SITE}/directory/?page=${p + 1}`,
    body: directory(
      Array.from({ length: Math.min(each, members - p * each) }, (_unused, i) => member(p * each + i)),
      markup,
    ),
  }));

/** Publishes the pages as a job's crawl. */
export async function crawled(
  root: string,
  pages: readonly SitePage[],
  job = 'job-1',
  at?: string,
): Promise<void> {
  const lake = await openLake(root);
  const rows: RowOf<'pages'>[] = pages.map(({ url, body }) => page(url, { body, bytes: body.length }));
  await publish(lake, { pages: rows }, { job, phase: 'DISCOVERY', recipe: 'discover', ...(at && { at }) });
}

export async function session(
  root: string,
  config: Config,
  job = 'job-1',
  more: { dryRun?: boolean } = {},
): Promise<Session> {
  const opened = await openSession({
    config,
    env: { LAKE: root, LOGS: path.join(root, 'logs') },
    dryRun: more.dryRun ?? false,
    logLevel: 'error',
    world: 'real',
    job: { id: job },
    associations: ['PMA'],
    phaseOptions: { enrichment: 'all', validation: 'all', mode: 'test', maxAgeMs: null },
  });
  onTestFinished(() => opened.close());
  return opened;
}

export { tempFolder };
