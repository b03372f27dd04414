/** What an endpoint answered: the records or the HTML in it, and what it says of the rest of the list. */
import { createHash } from 'node:crypto';
import { htmlFragments, jsonValue, PAGE_KEY, recordLists, recordName } from '../../page/json.js';
import { pageLinks } from '../../page/links.js';
import type { PageLink } from '../../page/skim.js';
import { roleOf } from './ask.js';

export interface Answer {
  /** What the records are; `html` for pieces of a page. */
  kind: 'company' | 'event' | 'html' | 'none';
  strong: boolean;
  json: boolean;
  /** One key a record: the same record has the same key in every answer. */
  rows: string[];
  links: PageLink[];
  /** How many records, or how many answers, the whole list has; and what it says comes next. */
  total: number | null;
  pages: number | null;
  page: number | null;
  size: number | null;
  more: boolean | null;
  /** Address of the next answer, or the value that leads there and the name it was given under. */
  next: { url: string } | { cursor: string; key: string } | { page: number } | null;
}

const TOTAL =
  /^(?:total|total_?(?:count|items|records|results|hits|members|entries|elements|rows|found)|count|found|num_?found|nb_?hits|records_?total|record_?count|item_?count|result_?count|estimated_?total|hits)$/i;
const PAGES =
  /^(?:total_?pages?|page_?count|pages|total_?page_?count|last_?page|num_?pages|nb_?pages|max_?num_?pages|max_?page)$/i;
const PAGE = /^(?:page|current_?page|page_?(?:number|no|index)|paged)$/i;
const SIZE = /^(?:per_?page|page_?size|limit|size|items_?per_?page|hits_?per_?page)$/i;
const MORE = /^(?:has_?(?:more|next|next_?page)|more|more_?(?:available|results|pages)|is_?truncated)$/i;
const LAST = /^(?:last|is_?last(?:_?page)?|end|done|complete)$/i;
const NEXT =
  /^(?:next|next_?(?:page|url|link|href|page_?url|page_?link|data_?url)|@odata\.nextlink|odata\.nextlink)$/i;
const CURSOR =
  /^(?:(?:next_?)?(?:cursor|page_?token|token|continuation(?:_?token)?)|end_?cursor|scroll_?id|next_?(?:start|offset|after)|after|bookmark|marker)$/i;
/** Keys under which paging facts stand beside the records. */
const HOLDER =
  /^(?:meta|_?meta_?data|_?links?|paging|pagination|pager|page_?info|page|info|cursor|cursors|result|results|data|response|headers?|hits|_links|list|members|search|payload|body)$/i;

/** @param headers of the answer, lower case; empty when it comes from the lake */
export function readAnswer(text: string, url: string, headers: Readonly<Record<string, string>>): Answer {
  const value = jsonValue(text);
  const facts: Answer = {
    kind: 'none',
    strong: false,
    json: value !== undefined,
    rows: [],
    links: [],
    total: null,
    pages: null,
    page: null,
    size: null,
    more: null,
    next: null,
  };
  if (value === undefined) {
    readHtml(facts, url, text);
  } else {
    readFacts(facts, value, 0);
    const [list] = recordLists(value);
    if (list) {
      Object.assign(facts, { kind: list.kind, strong: list.strong, rows: list.rows.map(keyOfRecord) });
      facts.links = list.rows.flatMap((row) => linkOf(row, url));
    } else readHtml(facts, url, htmlFragments(value).join('\n'));
    if (facts.kind === 'none') readPieces(facts, value);
  }
  readHeaders(facts, headers, url);
  // A count that is smaller than the list itself counts something else.
  if (facts.total !== null && facts.total < facts.rows.length) facts.total = null;
  return facts;
}

function readFacts(facts: Answer, value: unknown, depth: number): void {
  if (depth > 5 || value === null || typeof value !== 'object' || Array.isArray(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const number =
      typeof member === 'number'
        ? member
        : typeof member === 'string' && /^\d{1,9}$/.test(member)
          ? Number(member)
          : null;
    if (number !== null && Number.isInteger(number)) {
      if (PAGES.test(key)) facts.pages ??= number;
      else if (TOTAL.test(key)) facts.total ??= number;
      else if (PAGE.test(key)) facts.page ??= number;
      else if (SIZE.test(key)) facts.size ??= number;
    }
    if (typeof member === 'boolean' && MORE.test(key)) facts.more ??= member;
    if (typeof member === 'boolean' && LAST.test(key)) facts.more ??= !member;
    if (NEXT.test(key)) facts.next ??= nextOf(member, key);
    else if (
      CURSOR.test(key) &&
      (typeof member === 'string' || typeof member === 'number') &&
      String(member) !== ''
    )
      facts.next ??= { cursor: String(member), key };
    // An explicit end: `next: null`.
    if (member === null && (NEXT.test(key) || CURSOR.test(key))) facts.more ??= false;
    if (member !== null && typeof member === 'object' && (HOLDER.test(key) || depth < 2))
      readFacts(facts, member, depth + 1);
  }
}

function nextOf(member: unknown, key: string): Answer['next'] {
  if (typeof member === 'number' && member > 0) return { page: member };
  if (typeof member === 'string' && /^\d{1,6}$/.test(member)) return { page: Number(member) };
  if (typeof member === 'string' && /^(?:https?:\/\/|\/|\?)/.test(member)) return { url: member };
  if (typeof member === 'string' && member !== '') return { cursor: member, key };
  if (member !== null && typeof member === 'object') {
    const { href, url } = member as Record<string, unknown>;
    const address = href ?? url;
    if (typeof address === 'string' && address !== '') return { url: address };
  }
  return null;
}

function readHeaders(facts: Answer, headers: Readonly<Record<string, string>>, url: string): void {
  const next = /<([^>]+)>\s*;[^,]*\brel\s*=\s*"?[^",]*\bnext\b/i.exec(headers.link ?? '')?.[1];
  if (next && URL.canParse(next, url)) facts.next ??= { url: next };
  for (const [name, value] of Object.entries(headers)) {
    if (!/^\d{1,9}$/.test(value)) continue;
    if (/^x-(?:wp-total|total(?:-count|-items|-results)?|count|pagination-total(?:-count)?)$/.test(name))
      facts.total ??= Number(value);
    if (/^x-(?:wp-totalpages|total-pages|page-count|pagination-(?:page|total-pages)(?:-count)?)$/.test(name))
      facts.pages ??= Number(value);
  }
}

/** A piece of a page: its links and blocks are its records. */
function readHtml(facts: Answer, url: string, html: string): void {
  if (html.length < 40) return;
  const links = pageLinks(url, html).filter((link) => link.context !== 'nav' && link.context !== 'footer');
  const blocks =
    html.match(
      /<(?:li|tr|article)\b[^>]*>|<div\b[^>]*class\s*=\s*["'][^"']*(?:card|item|row|member|listing|result|entry|exhibitor|event)[^"']*["']/gi,
    )?.length ?? 0;
  if (blocks < 1 && links.length < 2) return;
  facts.kind = 'html';
  facts.links = links;
  const named = links.filter((link) => link.text !== '' && link.context === 'main');
  // Without links of their own the texts of the blocks tell records apart.
  facts.rows =
    named.length * 2 >= blocks
      ? named.map((link) => digest(`${link.url} ${link.text}`))
      : textsOf(html).map(digest);
}

function textsOf(html: string): string[] {
  return html
    .split(
      /<(?:li|tr|article)\b[^>]*>|<div\b[^>]*class\s*=\s*["'][^"']*(?:card|item|row|member|listing|result|entry|exhibitor|event)[^"']*["'][^>]*>/i,
    )
    .slice(1)
    .map((piece) =>
      piece
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text.length > 2);
}

/** Lists whose keys tell nothing (`c1`, `c2`): entries of the same make with several texts each. */
function readPieces(facts: Answer, value: unknown): void {
  let best: unknown[] = [];
  const walk = (v: unknown, depth: number): void => {
    if (depth > 8 || v === null || typeof v !== 'object') return;
    if (Array.isArray(v)) {
      const texts = v.filter(
        (e) =>
          e !== null &&
          typeof e === 'object' &&
          (JSON.stringify(e).match(/"[^"]*\p{L}{2}[^"]*"/gu)?.length ?? 0) >= 3,
      );
      if (texts.length === v.length && v.length > best.length && v.length >= 2) best = v;
      return;
    }
    for (const member of Object.values(v)) walk(member, depth + 1);
  };
  walk(value, 0);
  if (best.length === 0) return;
  facts.kind = 'company';
  facts.rows = best.map((row) => digest(JSON.stringify(row)));
}

function keyOfRecord(row: Record<string, unknown>): string {
  const id = row.id ?? row.ID ?? row._id ?? row.uuid ?? row.key;
  return digest(
    typeof id === 'string' || typeof id === 'number' ? `${id} ${recordName(row)}` : JSON.stringify(row),
  );
}

/** The record's own page. */
function linkOf(row: Record<string, unknown>, base: string): PageLink[] {
  const key = Object.keys(row).find(
    (k) => PAGE_KEY.test(k) && typeof row[k] === 'string' && /^(?:https?:\/\/|\/)/.test(row[k] as string),
  );
  if (key === undefined || !URL.canParse(row[key] as string, base)) return [];
  const url = new URL(row[key] as string, base);
  url.hash = '';
  return [{ url: url.href, text: recordName(row) ?? '', rel: null, context: 'main', nofollow: false }];
}

const digest = (text: string): string => createHash('sha1').update(text).digest('base64').slice(0, 16);

/** Is a list the whole of what an endpoint has to say? */
export const namesPaging = (names: Iterable<string>): boolean =>
  [...names].some((name) => roleOf(name) !== null);
