/**
 * What all strategies share about one page: the parsed page, what each line and link can be evidence of
 * (with prefix sums, so that a slice is weighed in constant time), its structured data and its words.
 */

import { type AddressTail, findTail } from './address-tail.js';
import { countryOf } from './country.js';
import { hasDate } from './dates.js';
import { type Item, loadPage, type Page, squash } from './dom.js';
import { jsonAsHtml } from './json.js';
import { boothOf } from './labels.js';
import { nameKey } from './name.js';
import type { FoundName } from './names.js';
import { findPhones } from './phone.js';
import { structuredDataOf } from './structured.js';
import type { Note, PageInput, Phone, StructuredEntity } from './types.js';
import { domainOf, judgeLink, type WebLink } from './web.js';

/** Was this fetched as JSON: one page of a list that a script draws? */
export const isJsonAnswer = (input: PageInput): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/i.test(input.contentType ?? '');

/** A part of the page: bounds into lines, links, images and items. */
export interface Slice {
  line: number;
  lineEnd: number;
  link: number;
  linkEnd: number;
  image: number;
  imageEnd: number;
  item: number;
  itemEnd: number;
}

/** Slices that look alike: candidates for the records of a list. */
export interface Group {
  slices: Slice[];
  parent: number;
  fine: boolean;
  selector: string;
}

export interface Markup {
  /** Tags, classes and ids. */
  names: string;
  links: string;
}

export interface Context {
  input: PageInput;
  page: Page;
  /** Registrable domain of the page. */
  own: string | null;
  /** Country whose national phone numbers are read. */
  country: string;
  web: WebLink[];
  entities: StructuredEntity[];
  sums: Record<Evidence, Int32Array>;
  /** Ends of addresses and telephone numbers by line, for the lines that have any. */
  tails: ReadonlyMap<number, AddressTail[]>;
  phones: ReadonlyMap<number, Phone[]>;
  /** Letters and digits of the site owner's name and host. */
  ownerKeys: string[];
  /** Names already looked for, by a slice's first element; texts already judged. */
  names: Map<number, { at: Slice; name: FoundName | null }[]>;
  nameLike: Map<string, boolean>;
  nameClass: Map<string, number>;
  /** Groups of alike elements, made when first asked for. */
  groups: Group[] | null;
  /** Words of the markup, made when first asked for. */
  markup: Markup | null;
  /** What an element can say of a record's name, by element; made when first asked for. */
  nameSigns: Uint8Array | null;
  notes: Note[];
}

export type Evidence = 'tail' | 'phone' | 'email' | 'date' | 'booth' | 'site' | 'internal' | 'social';

/** Characters of a line that are looked at: a firm's sixty branches in one paragraph are about 4,000. */
export const MAX_LINE = 4500;

export function contextOf(input: PageInput): Context {
  const html = isJsonAnswer(input) ? jsonAsHtml(input.html, input.about ?? null) : input.html;
  const page = loadPage(input.url, html);
  const own = domainOf(input.url);
  const country = countryOf(input.url, page);
  // Menus, pagers and cards lead to the same places again and again.
  const judged = new Map<string, WebLink>();
  const web = page.links.map(({ href }) => {
    let link = judged.get(href);
    if (link === undefined) {
      link = judgeLink(page.base, href, own);
      judged.set(href, link);
    }
    return link;
  });
  const notes: Note[] = [];
  if (page.truncated)
    notes.push({ code: 'page_cut', detail: `only the first ${page.lines.length} lines were read` });
  const ctx: Context = {
    input,
    page,
    own,
    country,
    web,
    entities: structuredDataOf(page),
    ...evidenceOf(page, web, country),
    ownerKeys: [],
    names: new Map(),
    nameLike: new Map(),
    nameClass: new Map(),
    groups: null,
    markup: null,
    nameSigns: null,
    notes,
  };
  ctx.ownerKeys = ownerKeysOf(ctx);
  return ctx;
}

export function sliceOf(item: Item, index: number): Slice {
  return {
    line: item.line,
    lineEnd: item.lineEnd,
    link: item.link,
    linkEnd: item.linkEnd,
    image: item.image,
    imageEnd: item.imageEnd,
    item: index,
    itemEnd: item.end,
  };
}

export function wholePage(ctx: Context): Slice {
  const { page } = ctx;
  return {
    line: 0,
    lineEnd: page.lines.length,
    link: 0,
    linkEnd: page.links.length,
    image: 0,
    imageEnd: page.images.length,
    item: 0,
    itemEnd: page.items.length,
  };
}

/** How many lines or links of a slice hold this evidence. */
export function count(ctx: Context, slice: Slice, kind: Evidence): number {
  const sums = ctx.sums[kind];
  const links = kind === 'site' || kind === 'internal' || kind === 'social';
  const from = links ? slice.link : slice.line;
  const to = links ? slice.linkEnd : slice.lineEnd;
  return (sums[Math.min(to, sums.length - 1)] ?? 0) - (sums[Math.min(from, sums.length - 1)] ?? 0);
}

/** Is this the name of the site's owner? */
export function isOwner(ctx: Context, name: string | null): boolean {
  if (!name) return false;
  const key = nameKey(name);
  return (
    key.length > 1 &&
    ctx.ownerKeys.some(
      (owner) =>
        owner === key || (owner.length > 6 && key.startsWith(owner) && key.length - owner.length < 8),
    )
  );
}

/** Words of URL path, title and first headings, for telling what a page is about. */
export function topicWords(ctx: Context): { path: string; title: string; heading: string } {
  let path = ctx.input.url;
  try {
    const url = new URL(ctx.input.url);
    path = decodeURIComponent(url.pathname + url.search);
  } catch {
    // A URL that cannot be read is used as it stands.
  }
  const headings = ctx.page.lines
    .filter((line) => (line.heading === 1 || line.heading === 2) && line.region === 'main')
    .slice(0, 2);
  const first = ctx.page.lines.find((line) => line.heading === 1);
  const all = first && !headings.includes(first) ? [first, ...headings] : headings;
  return {
    path: path.toLowerCase().replace(/[-_/+.=&?]+/g, ' '),
    title: (ctx.page.title ?? ctx.page.meta.get('og:title') ?? '').toLowerCase(),
    heading: all
      .map((line) => line.text)
      .join(' | ')
      .slice(0, 300)
      .toLowerCase(),
  };
}

function evidenceOf(
  page: Page,
  web: readonly WebLink[],
  country: string,
): Pick<Context, 'sums' | 'tails' | 'phones'> {
  const tails = new Map<number, AddressTail[]>();
  const phones = new Map<number, Phone[]>();
  const n = page.lines.length;
  const sums: Context['sums'] = {
    tail: new Int32Array(n + 1),
    phone: new Int32Array(n + 1),
    email: new Int32Array(n + 1),
    date: new Int32Array(n + 1),
    booth: new Int32Array(n + 1),
    site: new Int32Array(page.links.length + 1),
    internal: new Int32Array(page.links.length + 1),
    social: new Int32Array(page.links.length + 1),
  };
  const texts = page.lines.map((line) =>
    line.text.length > MAX_LINE ? line.text.slice(0, MAX_LINE) : line.text,
  );
  const mailOrTel = new Map<number, 'mail' | 'phone'>();
  for (const [i, link] of page.links.entries()) {
    const kind = web[i]?.kind;
    if (kind === 'mail' || kind === 'phone') mailOrTel.set(link.line, kind);
  }
  for (let i = 0; i < n; i += 1) {
    const text = texts[i] ?? '';
    const digit = /\d/.test(text);
    const linked = mailOrTel.get(i);
    if (text.length > 3 && (digit || country === 'IE' || text.includes(','))) {
      const found = findTail(texts, i, country);
      if (found.length > 0) tails.set(i, found);
    }
    if (digit) {
      const found = findPhones(text, country);
      if (found.length > 0) phones.set(i, found);
    }
    sums.tail[i + 1] = (sums.tail[i] ?? 0) + (tails.has(i) ? 1 : 0);
    sums.phone[i + 1] = (sums.phone[i] ?? 0) + (linked === 'phone' || phones.has(i) ? 1 : 0);
    sums.email[i + 1] = (sums.email[i] ?? 0) + (linked === 'mail' || text.includes('@') ? 1 : 0);
    sums.date[i + 1] = (sums.date[i] ?? 0) + (digit && text.length < 300 && hasDate(text) ? 1 : 0);
    sums.booth[i + 1] = (sums.booth[i] ?? 0) + (text.length < 80 && boothOf(text) !== null ? 1 : 0);
  }
  for (let i = 0; i < page.links.length; i += 1) {
    const kind = web[i]?.kind;
    sums.site[i + 1] = (sums.site[i] ?? 0) + (kind === 'site' ? 1 : 0);
    sums.internal[i + 1] = (sums.internal[i] ?? 0) + (kind === 'internal' ? 1 : 0);
    sums.social[i + 1] = (sums.social[i] ?? 0) + (kind === 'social' ? 1 : 0);
  }
  return { sums, tails, phones };
}

function ownerKeysOf(ctx: Context): string[] {
  const keys = new Set<string>();
  const put = (text: string | null | undefined) => {
    if (!text) return;
    const key = nameKey(text);
    if (key.length > 2) keys.add(key);
  };
  put(ctx.input.siteName && !/^[\w.-]+\.[a-z]{2,}$/i.test(ctx.input.siteName) ? ctx.input.siteName : null);
  put(ctx.page.meta.get('og:site_name'));
  // Structured data says whose site it is: the WebSite, and the Organization whose address is the front page.
  for (const { types, properties } of ctx.entities) {
    const name = properties.name;
    if (typeof name !== 'string') continue;
    const site = types.includes('WebSite');
    const url = typeof properties.url === 'string' ? properties.url : null;
    if (
      site ||
      (url && types.some((t) => /Organization|Corporation|NGO/.test(t)) && isFrontPage(url, ctx.own))
    )
      put(name);
  }
  const host = (ctx.input.siteName && domainOf(ctx.input.siteName)) ?? ctx.own;
  if (host) keys.add(host.split('.')[0]?.replace(/[^a-z0-9]/g, '') ?? '');
  keys.delete('');
  const copyright = [...ctx.page.lines]
    .reverse()
    .find((line) => /©|\bcopyright\b/i.test(line.text) && line.text.length < 200);
  const held = copyright
    ? /(?:©|\bcopyright\b|\(c\))[\s©,]*(?:copyright)?[\s,]*(?:(?:19|20)\d\d)?(?:\s*[-–]\s*(?:(?:19|20)\d\d|present))?[\s,.|]*(?:by\s+)?([\p{Lu}\d][^|.©•–]{2,60}?)(?:[.,|©•–]|\ball rights|\s-\s|$)/iu.exec(
        copyright.text,
      )?.[1]
    : null;
  put(held ? squash(held) : null);
  return [...keys];
}

function isFrontPage(url: string, own: string | null): boolean {
  try {
    return domainOf(url) === own && new URL(url).pathname.length <= 1;
  } catch {
    return false;
  }
}
