/** What a provider is: the calls it offers, which fields they can fill, and how an answer becomes rows. */

import type { Row } from '../lake/table.js';
import type { firmographics, foundContacts, technologies } from '../lake/tables/records.js';
import type { WebRequest } from '../web/types.js';
import type { Answer } from './answer.js';
import type { ErpMatcher } from './erp.js';
import type { Outcome } from './outcome.js';

export type FirmographicRow = Row<typeof firmographics>;
export type TechnologyRow = Row<typeof technologies>;
export type ContactRow = Row<typeof foundContacts>;

/** Rows for the tables of ENRICHMENT, by table name. */
export interface EnrichmentRows {
  firmographics: FirmographicRow[];
  technologies: TechnologyRow[];
  found_contacts: ContactRow[];
}

export type Step = 'firmographic' | 'techstack' | 'contacts';
export const STEPS: readonly Step[] = ['firmographic', 'techstack', 'contacts'];

/** Fields the waterfall looks for, and the step each belongs to. */
export const FIELDS = {
  employees: 'firmographic',
  revenue: 'firmographic',
  founded_year: 'firmographic',
  naics_code: 'firmographic',
  ownership: 'firmographic',
  phone: 'firmographic',
  linkedin_url: 'firmographic',
  description: 'firmographic',
  technologies: 'techstack',
  erp: 'techstack',
  contacts: 'contacts',
} as const satisfies Record<string, Step>;

export type Field = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as Field[];

export const FIRMOGRAPHIC_FIELDS = FIELD_NAMES.filter((field) => FIELDS[field] === 'firmographic');

/** A company to enrich; `domain` is its registrable domain, lower case, and the key of everything. */
export interface Company {
  domain: string;
  website: string | null;
  name: string | null;
  city: string | null;
  state: string | null;
}

/** How to reach a provider. The key goes into a header, never into a URL, a row, a log or an error. */
export interface Access {
  apiKey: string;
  /** Without a trailing slash; the provider's own when null. */
  baseUrl: string | null;
}

/** What the calls need to know besides the keys. */
export interface Settings {
  contacts: { titles: readonly string[]; maxPerCompany: number };
  vendors: ErpMatcher;
}

export interface KeyAnswer {
  outcome: Outcome;
  /** The part of the answer that is about this key, as plain JSON; null when there is none. */
  body: unknown;
}

/**
 * One endpoint. A key is a registrable domain, or `domain/id` for something found at a domain (a person).
 * `derive` is pure, so that rows can be made again from the ledger without asking.
 */
export interface Call {
  /** Name in the ledger; stays the same whatever URL serves it. */
  endpoint: string;
  fields: readonly Field[];
  /** Most keys in one request, by the provider's rules. */
  batchSize: number;
  creditsPerMatch: number;
  /** Credits a key costs that was looked up in vain. */
  creditsPerMiss: number;
  request(keys: readonly string[], access: Access, settings: Settings): WebRequest;
  read(answer: Answer, keys: readonly string[]): Map<string, KeyAnswer>;
  derive(body: unknown, key: string, observedAt: string, settings: Settings): Partial<EnrichmentRows>;
  /** Keys that this answer leads to, for the call named `endpoint`; at most `most` a key. */
  leadsTo?: {
    endpoint: string;
    most(settings: Settings): number;
    keys(body: unknown, key: string, settings: Settings): string[];
  };
}

export interface Provider {
  name: string;
  /** Environment variable (or secret) that holds the key. */
  envKey: string;
  steps: readonly Step[];
  calls: readonly Call[];
}

export function domainOfKey(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

/** The steps of the `--enrichment` option. */
export function stepsOf(option: Step | 'all'): readonly Step[] {
  return option === 'all' ? STEPS : [option];
}

/** All keys with one answer: the usual case of an error. */
export function sameForAll(
  keys: readonly string[],
  outcome: Outcome,
  body: unknown = null,
): Map<string, KeyAnswer> {
  return new Map(keys.map((key) => [key, { outcome, body }]));
}
