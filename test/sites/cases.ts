/** The golden folder: pages composed by hand in the markup of many platforms, each with what a person reads on it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { PageInput, PageType, PlatformPack } from '../../lib/page/types.js';
import { weights } from '../support/weights.js';

const text = z.string().min(1);

const company = z.strictObject({
  name: text,
  website: text.optional(),
  phone: text.optional(),
  phones: z.array(text).optional(),
  fax: text.optional(),
  email: text.optional(),
  emails: z.array(text).optional(),
  street: text.optional(),
  city: text.optional(),
  state: text.optional(),
  postal_code: text.optional(),
  country: text.optional(),
  locations: z
    .array(
      z.strictObject({
        street: text.optional(),
        city: text.optional(),
        state: text.optional(),
        postal_code: text.optional(),
        country: text.optional(),
        phone: text.optional(),
      }),
    )
    .optional(),
  contacts: z
    .array(
      z.strictObject({ name: text, title: text.optional(), phone: text.optional(), email: text.optional() }),
    )
    .optional(),
  description: text.optional(),
  categories: z.array(text).optional(),
  profile_url: text.optional(),
});

const event = z.strictObject({
  name: text,
  start_date: z.iso.date(),
  end_date: z.iso.date().optional(),
  venue: text.optional(),
  street: text.optional(),
  city: text.optional(),
  state: text.optional(),
  url: text.optional(),
});

const participant = z.strictObject({
  name: text,
  role: z.enum(['exhibitor', 'sponsor', 'speaker', 'attendee']).optional(),
  company: text.optional(),
  title: text.optional(),
  level: text.optional(),
  booth: text.optional(),
  website: text.optional(),
  profile_url: text.optional(),
  category: text.optional(),
});

const PAGE_TYPES = [
  'member_directory',
  'member_profile',
  'exhibitor_list',
  'sponsor_list',
  'speaker_list',
  'event',
  'event_list',
  'company',
  'other',
] as const satisfies readonly PageType[];

/** What a person reads on a page: the lake's column names, and only what is really there. */
const expectedSchema = z.strictObject({
  platform: text,
  url: z.url(),
  page_type: z.enum(PAGE_TYPES),
  /** Name of the association or show whose site it is; none on a company's own site. */
  owner: text.optional(),
  content_type: text.optional(),
  /** The day it was fetched; gives a year to dates without one. */
  now: z.iso.datetime().optional(),
  /** False where the records are in data that a script draws, and not in the text. */
  visible: z.boolean().default(true),
  companies: z.array(company).optional(),
  events: z.array(event).optional(),
  participants: z.array(participant).optional(),
});

export type Expected = z.output<typeof expectedSchema>;

export interface GoldenCase {
  name: string;
  html: string;
  expected: Expected;
}

const FOLDER = import.meta.dirname;
const FETCHED = '2026-01-15T12:00:00.000Z';

/** All cases, by name. Throws with the file's name where one does not keep to the form. */
export function goldenCases(folder: string = FOLDER): GoldenCase[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const file = path.join(folder, name, 'expected.json');
      const parsed = expectedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
      return {
        name,
        html: readFileSync(path.join(folder, name, 'page.html'), 'utf8'),
        expected: parsed.data,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The page as the phases hand it to the readers. */
export function inputOf(one: GoldenCase, platforms: readonly PlatformPack[]): PageInput {
  const { url, content_type, now, owner } = one.expected;
  return {
    url,
    html: one.html,
    contentType: content_type ?? 'text/html; charset=utf-8',
    now: now ?? FETCHED,
    selectors: null,
    platforms,
    weights,
    siteName: owner ?? null,
  };
}
