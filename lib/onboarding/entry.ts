/** An exploration as the entry of `associations.yaml` that it suggests, and the figures behind it. */
import { stringify } from 'yaml';
import type { CompanyRecord } from '../page/types.js';
import type { Exploration, SeenPage } from './explore.js';
import { associationCode, associationName } from './naming.js';

export interface Suggestion {
  code: string;
  /** It is in config under this code already. */
  known_as: string | null;
  name: string;
  url: string;
  directory_urls: string[];
  event_urls: string[];
  expected_members: number;
  /** Where that number comes from. */
  expected_from: string;
  platforms: string[];
  /** By field: share of the records of lists that have it; null where there were none. */
  coverage: Record<string, number> | null;
  /** The same of the sampled pages of single members. */
  profile_coverage: Record<string, number> | null;
  records: { members: number; events: number; participants: number };
  /** Mean confidence of the sampled member records, 0 to 1. */
  confidence: number | null;
  closed: Exploration['closed'];
  terms: Exploration['terms'];
  pages: number;
}

const FIELDS = [
  'website',
  'phone',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
  'profile_url',
] as const;
/** Lists of a site that a crawl begins on; the rest it finds by itself. */
const MOST_URLS = 3;

/** `known` are the associations of config: one of the same host keeps its code. */
export function suggestion(found: Exploration, known: ReadonlyMap<string, { url: string }>): Suggestion {
  const { home, pages } = found;
  const url = new URL(home.url);
  const name = associationName(home.names, url.host);
  const all = [home, ...pages];
  const same = [...known].find(([, a]) => new URL(a.url).host === url.host)?.[0] ?? null;
  const directories = lists(all, 'member_directory', (p) => p.reading.companies.length);
  const events = lists(all, 'event_list', (p) => p.reading.events.length);
  const of = (type: string) =>
    all.filter((p) => p.reading.page_type === type).flatMap((p) => p.reading.companies);
  const listed = of('member_directory');
  const profiles = of('member_profile');
  const members = [...listed, ...profiles];
  return {
    code: same ?? associationCode(name, url.host, new Set(known.keys())),
    known_as: same,
    name,
    url: `${url.origin}/`,
    directory_urls: directories.map((p) => p.url).slice(0, MOST_URLS),
    event_urls: events
      .filter((p) => p !== home || events.length === 1)
      .map((p) => p.url)
      .slice(0, MOST_URLS),
    ...expected(found, directories),
    platforms: [...found.platforms].sort((a, b) => b[1] - a[1]).map(([platform]) => platform),
    coverage: coverageOf(listed),
    profile_coverage: coverageOf(profiles),
    records: {
      members: members.length,
      events: all.reduce((n, p) => n + p.reading.events.length, 0),
      participants: all.reduce((n, p) => n + p.reading.participants.length, 0),
    },
    confidence:
      members.length === 0
        ? null
        : Math.round((members.reduce((sum, m) => sum + m.confidence, 0) / members.length) * 100) / 100,
    closed: found.closed,
    terms: found.terms,
    pages: all.length,
  };
}

function coverageOf(members: readonly CompanyRecord[]): Record<string, number> | null {
  if (members.length === 0) return null;
  const share = (field: (typeof FIELDS)[number]) =>
    Math.round((members.filter((m) => m[field] !== null).length / members.length) * 100) / 100;
  return Object.fromEntries(FIELDS.map((field) => [field, share(field)]));
}

/** Pages of a kind, first pages of a list before its later ones, fuller before emptier. */
function lists(pages: readonly SeenPage[], type: string, size: (page: SeenPage) => number): SeenPage[] {
  const seen = new Map<string, SeenPage>();
  for (const page of pages) {
    if (page.reading.page_type !== type) continue;
    const list = listOf(page.url);
    const held = seen.get(list);
    if (!held || page.url.length < held.url.length) seen.set(list, page);
  }
  return [...seen.values()].sort((a, b) => size(b) - size(a) || a.url.length - b.url.length);
}

/** A list without the step through it: `?page=3`, `/letter/b`, `/2026-05/`. */
const listOf = (text: string): string => {
  const url = new URL(text);
  return `${url.host}${url.pathname.replace(/\/(?:page|letter|p)\/[^/]+\/?$|\/[a-z]\/?$|\/\d{4}-\d\d\/?$/i, '/')}`;
};

/** What the list says, else what the site says, else what was seen. */
function expected(
  { claims }: Exploration,
  directories: readonly SeenPage[],
): Pick<Suggestion, 'expected_members' | 'expected_from'> {
  const stated = directories
    .filter((d) => d.statedTotal !== null && d.statedTotal >= d.reading.companies.length)
    .sort((a, b) => b.statedTotal! - a.statedTotal!)[0];
  if (stated?.statedTotal)
    return { expected_members: stated.statedTotal, expected_from: `${stated.url} states this total` };
  const claim = [...claims].sort((a, b) => b.members - a.members)[0];
  if (claim) return { expected_members: claim.members, expected_from: `“${claim.said}” on ${claim.url}` };
  const seen = Math.max(1, ...directories.map((d) => d.reading.companies.length));
  return {
    expected_members: seen,
    expected_from: 'the records of the longest list page seen; put the real number here',
  };
}

/** The entry, ready to be pasted below `associations:`. */
export function entryYaml(s: Suggestion): string {
  const entry = {
    name: s.name,
    url: s.url,
    directory_urls: s.directory_urls,
    ...(s.event_urls.length > 0 && { event_urls: s.event_urls }),
    expected_members: s.expected_members,
    priority: 'Medium',
  };
  const text = stringify({ [s.code]: entry }, { lineWidth: 0 });
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .map((line) => (/^ {4}expected_members:/.test(line) ? `${line} # ${s.expected_from}` : line))
    .join('\n');
}

/** What a person wants to know beside the entry, as comments. */
export function entryNotes(s: Suggestion): string[] {
  const shares = (coverage: Record<string, number>) =>
    Object.entries(coverage)
      .map(([field, share]) => `${field} ${Math.round(share * 100)} %`)
      .join(', ');
  const notes = [
    `${s.pages} pages read: ${s.records.members} member records, ${s.records.events} events, ${s.records.participants} participants`,
    `platform: ${s.platforms.join(', ') || 'none that a pack knows'}`,
  ];
  if (s.known_as) notes.unshift(`${s.known_as} is in config already; this is how it looks today`);
  if (s.coverage) notes.push(`list records with ${shares(s.coverage)}`);
  if (s.profile_coverage) notes.push(`members' own pages with ${shares(s.profile_coverage)}`);
  if (s.confidence !== null) notes.push(`mean confidence ${s.confidence}`);
  for (const { url, why } of s.closed) notes.push(`closed: ${url}: ${why}`);
  return notes;
}
