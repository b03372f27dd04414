/**
 * What all strategies share about one page: the parsed page, what each line and link can be evidence of
 * (with prefix sums, so that a slice is weighed in constant time), its structured data and its words.
 */

import { findTail } from './address-tail.js';
import { hasDate } from './dates.js';
import { type Item, loadPage, type Page, squash } from './dom.js';
import { boothOf } from './labels.js';
import { nameKey } from './name.js';
import type { FoundName } from './names.js';
import { findPhones } from './phone.js';
import { structuredDataOf } from './structured.js';
import type { Note, PageInput, StructuredEntity } from './types.js';
import { domainOf, judgeLink, type WebLink } from './web.js';

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
  /** Letters and digits of the site owner's name and host. */
  ownerKeys: string[];
  /** Names already looked for, by slice; texts already judged. */
  names: Map<string, FoundName | null>;
  nameLike: Map<string, boolean>;
  nameClass: Map<string, number>;
  /** All classes, ids and links in one text, made when first asked for. */
  markup: string | null;
  notes: Note[];
}

export type Evidence = 'tail' | 'phone' | 'email' | 'date' | 'booth' | 'site' | 'internal' | 'social';

const MAX_LINE = 1500;

const PREFIX: Readonly<Record<string, string>> = {
  44: 'GB',
  61: 'AU',
  91: 'IN',
  49: 'DE',
  33: 'FR',
  39: 'IT',
  34: 'ES',
  31: 'NL',
  46: 'SE',
  41: 'CH',
  43: 'AT',
  32: 'BE',
  353: 'IE',
  64: 'NZ',
  27: 'ZA',
  65: 'SG',
  86: 'CN',
  81: 'JP',
};

export function contextOf(input: PageInput): Context {
  const page = loadPage(input.url, input.html);
  const own = domainOf(input.url);
  const country = countryOf(input.url, page);
  const web = page.links.map((link) => judgeLink(page.base, link.href, own));
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
    sums: sumsOf(page, web, country),
    ownerKeys: [],
    names: new Map(),
    nameLike: new Map(),
    nameClass: new Map(),
    markup: null,
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

function sumsOf(page: Page, web: readonly WebLink[], country: string): Context['sums'] {
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
    sums.tail[i + 1] =
      (sums.tail[i] ?? 0) +
      (text.length > 3 && (digit || text.includes(',')) && findTail(texts, i).length > 0 ? 1 : 0);
    sums.phone[i + 1] =
      (sums.phone[i] ?? 0) + (linked === 'phone' || (digit && findPhones(text, country).length > 0) ? 1 : 0);
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
  return sums;
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

function countryOf(url: string, page: Page): string {
  const tld = domainOf(url)?.split('.').at(-1) ?? '';
  const byTld: Record<string, string> = {
    uk: 'GB',
    au: 'AU',
    de: 'DE',
    fr: 'FR',
    it: 'IT',
    es: 'ES',
    nl: 'NL',
    be: 'BE',
    ch: 'CH',
    at: 'AT',
    ie: 'IE',
    nz: 'NZ',
    in: 'IN',
    mx: 'MX',
    se: 'SE',
    no: 'NO',
    dk: 'DK',
    fi: 'FI',
    pl: 'PL',
    za: 'ZA',
    sg: 'SG',
    jp: 'JP',
    cn: 'CN',
    br: 'BR',
  };
  if (byTld[tld]) return byTld[tld];
  const region = /^[a-z]{2}[-_]([A-Z]{2})$/.exec(page.language ?? '')?.[1];
  if (region && region !== 'US') return region;
  // Elsewhere the page's own addresses and country prefixes say how its national numbers are meant.
  const votes = new Map<string, number>();
  const vote = (country: string) => votes.set(country, (votes.get(country) ?? 0) + 1);
  for (const { text } of page.lines) {
    if (text.length > 300 || !/\d/.test(text)) continue;
    if (/^[A-Z]{1,2}\d{1,2}[A-Z]?\d[A-Z]{2}$|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s\d[ABD-HJLNP-UW-Z]{2}\b/.test(text))
      vote('GB');
    if (/\b(?:NSW|VIC|QLD|TAS)\s+\d{4}\b/.test(text)) vote('AU');
    if (!text.includes('+')) continue;
    for (const m of text.matchAll(/\+\s?(44|61|91|49|33|39|34|31|46|41|43|32|353|64|27|65|86|81)[\s().-]/g))
      vote(PREFIX[m[1] ?? ''] ?? 'US');
  }
  const [first] = [...votes].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? 'US';
}
