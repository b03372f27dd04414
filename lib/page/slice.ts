/** Reads the company fields of one slice of a page: a card, a row, some siblings, or the whole page. */
import { type FoundAddress, findAddresses } from './address.js';
import { addressElsewhere, addressInMeta } from './address-elsewhere.js';
import type { AddressTail } from './address-tail.js';
import { type Context, MAX_LINE, type Slice } from './context.js';
import { cssPath } from './dom.js';
import { emailsInText, findEmails } from './email.js';
import { loneStreets, readHints, readLabelled } from './hints.js';
import { nameKey } from './name.js';
import { bestName } from './names.js';
import { isJobTitle, isPersonName, personLine } from './people.js';
import { findPhones } from './phone.js';
import { countriesOf, readPhones } from './slice-phones.js';
import { PO_BOX } from './street.js';
import { addSources, type CompanyRecord, emptyCompany, type Source, type Strategy } from './types.js';
import { isFirmFrontPage, printedSite } from './web.js';

export interface SliceOptions {
  strategy: Strategy;
  /** Domains that stand in most records and so belong to none. */
  ignoreDomains?: ReadonlySet<string>;
  /** Given name: no name is looked for. */
  name?: string | null;
  /** Also street lines without a city are taken as locations. */
  streets?: boolean;
  /** Lines of the page's frame are left out. */
  mainOnly?: boolean;
}

export function readSlice(ctx: Context, slice: Slice, options: SliceOptions): CompanyRecord {
  const record = emptyCompany();
  const { page } = ctx;
  const put = (field: string, raw: string, selector: string, confidence: number) => {
    const source: Source = { strategy: options.strategy, selector, raw: raw.slice(0, 300), confidence };
    addSources(record.provenance, field, source);
  };
  const use: number[] = [];
  for (let i = slice.line; i < slice.lineEnd && use.length < 4000; i += 1) {
    const line = page.lines[i];
    if (!line || (options.mainOnly && line.region !== 'main' && line.region !== 'aside')) continue;
    use.push(i);
  }
  const texts = use.map((i) => (page.lines[i]?.text ?? '').slice(0, MAX_LINE));
  const place = (k: number) => cssPath(page, page.lines[use[k] ?? 0]?.el ?? 0);

  const named =
    options.name === undefined
      ? bestName(ctx, slice)
      : options.name
        ? { text: options.name, el: null, confidence: 0.7 }
        : null;
  if (named) {
    record.name = named.text;
    put('name', named.text, named.el === null ? 'page' : cssPath(page, named.el), named.confidence);
  }
  const addressTexts = texts.map((text) => (text === record.name ? '' : text));
  // Lines without gaps have the neighbours they had on the page: what was found there still holds.
  const base = use[0] ?? 0;
  const whole = use.length === 0 || use.at(-1) === base + use.length - 1;
  const addresses = findAddresses(
    addressTexts,
    ctx.country,
    whole ? (k) => (addressTexts[k] === '' ? [] : shifted(ctx.tails.get(base + k), base)) : undefined,
  );
  readPhones(
    ctx,
    slice,
    options,
    record,
    texts,
    use,
    countriesOf(texts.length, addresses, ctx.country),
    place,
    put,
  );
  readEmails(ctx, slice, options, record, texts, put);
  readSite(ctx, slice, options, record, texts, put);
  for (const address of addresses) put('address', address.raw, place(address.first), address.confidence);
  setAddresses(record, addresses);
  readLabelled(record, texts, put);
  readHints(ctx, slice, record, put);
  if (!record.street && !record.postal_code && !record.city) {
    const held = addressElsewhere(ctx, slice) ?? (options.streets ? addressInMeta(ctx) : null);
    if (held) {
      put('address', held.raw, held.selector, 0.7);
      setAddresses(record, [{ ...held, first: 0, end: 0, confidence: 0.7 }]);
    }
  }
  if (options.streets) loneStreets(record, addressTexts, addresses);
  readPeople(record, texts);
  if (record.description === null) {
    const long = texts
      .filter((text) => text.length > 70 && !findPhones(text.slice(0, 300)).length && text !== record.name)
      .sort((a, b) => b.length - a.length)[0];
    if (long) {
      record.description = long.slice(0, 2000);
      put('description', long, 'longest line', 0.4);
    }
  }
  return record;
}

function setAddresses(record: CompanyRecord, addresses: readonly FoundAddress[]): void {
  const ranked = [...addresses].sort((a, b) => standing(b) - standing(a));
  const best = ranked[0];
  if (best) {
    record.street = joined(best);
    record.city = best.city;
    record.state = best.state;
    record.postal_code = best.postal_code;
    record.country = best.country;
  }
  const seen = new Set<string>();
  for (const a of addresses) {
    const key = `${nameKey(a.street ?? '')}|${a.postal_code ?? ''}|${a.street || a.postal_code ? '' : a.city}`;
    if (seen.has(key) || (!a.street && !a.postal_code && addresses.length > 1)) continue;
    seen.add(key);
    record.locations.push({
      street: joined(a),
      unit: a.unit,
      city: a.city,
      state: a.state,
      postal_code: a.postal_code,
      country: a.country,
      phone: null,
    });
  }
}

/** Where the firm is comes before where its letters go. */
const standing = (a: FoundAddress): number => (a.street === null ? 0 : PO_BOX.test(a.street) ? 1 : 2);

function joined(a: { street: string | null; unit: string | null }): string | null {
  return a.street && a.unit && !a.street.includes(a.unit) ? `${a.street}, ${a.unit}` : a.street;
}

/** Notes where a value was found. */
export type Put = (field: string, raw: string, selector: string, confidence: number) => void;

const NO_TAILS: readonly AddressTail[] = [];

/** Tails with their lines counted from the slice's first. */
function shifted(tails: readonly AddressTail[] | undefined, base: number): readonly AddressTail[] {
  if (!tails) return NO_TAILS;
  return base === 0
    ? tails
    : tails.map((tail) => ({ ...tail, start: Math.max(0, tail.start - base), end: tail.end - base }));
}

function readEmails(
  ctx: Context,
  slice: Slice,
  options: SliceOptions,
  record: CompanyRecord,
  texts: readonly string[],
  put: Put,
): void {
  const add = (address: string, selector: string) => {
    if (!record.emails.some((e) => e.toLowerCase() === address.toLowerCase())) record.emails.push(address);
    put('email', address, selector, 0.9);
  };
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    const link = ctx.page.links[i];
    if (!link || ctx.web[i]?.kind !== 'mail' || (options.mainOnly && link.region !== 'main')) continue;
    for (const address of findEmails(
      link.href.includes('email-protection') ? `<a href="${link.href}">` : link.href,
    ))
      add(address, cssPath(ctx.page, link.el));
  }
  for (let i = slice.item; i < slice.itemEnd; i += 1) {
    const cf = ctx.page.items[i]?.node.attribs['data-cfemail'];
    if (cf) for (const address of findEmails(`<i data-cfemail="${cf}">`)) add(address, cssPath(ctx.page, i));
  }
  for (const text of texts)
    if (/@|\[\s?at|\(\s?at|\sat\s/i.test(text))
      for (const address of emailsInText(text)) add(address, 'text');
  record.email = record.emails[0] ?? null;
}

function readSite(
  ctx: Context,
  slice: Slice,
  options: SliceOptions,
  record: CompanyRecord,
  texts: readonly string[],
  put: Put,
): void {
  const key = record.name ? nameKey(record.name) : '';
  let best: { url: string; score: number; selector: string; raw: string } | null = null;
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    const link = ctx.page.links[i];
    const web = ctx.web[i];
    if (!link || !web?.url || (options.mainOnly && link.region !== 'main')) continue;
    const brand = web.domain?.split('.')[0]?.replace(/[^a-z0-9]/g, '') ?? '';
    const like =
      key.length > 2 && brand.length > 2 && (key.includes(brand) || brand.includes(key.slice(0, 6)));
    if (web.kind === 'social' && !(isFirmFrontPage(web.url) && like)) continue;
    if (web.kind !== 'site' && web.kind !== 'social') continue;
    if (options.ignoreDomains?.has(web.domain ?? '')) continue;
    const text = link.text;
    let score = 0.55;
    if (like) score += 0.25;
    if (/\bweb ?site|\bwww\.|home ?page|visit|^https?:/i.test(text) || printedSite(text)) score += 0.2;
    if (text && record.name && text === record.name) score += 0.2;
    if (text === '') score += 0.05;
    if (text.length > 50 && !/^https?:/.test(text)) score -= 0.2;
    if (/powered|hosted|designed|developed/i.test(ctx.page.lines[link.line]?.text ?? '')) score -= 0.5;
    if (!best || score > best.score)
      best = { url: web.url, score, selector: cssPath(ctx.page, link.el), raw: link.href };
  }
  if (!best) {
    for (const text of texts) {
      if (text.length > 200 || !/\.[a-z]{2,}/i.test(text) || /@/.test(text)) continue;
      const site = printedSite(text.replace(/^.{0,14}?:\s+/, ''));
      if (site) {
        best = { url: site, score: 0.6, selector: 'text', raw: text };
        break;
      }
    }
  }
  if (best && best.score > 0.3) {
    record.website = best.url;
    put('website', best.raw, best.selector, Math.min(0.95, best.score));
  }
  readProfileLink(ctx, slice, record, put);
}

function readProfileLink(ctx: Context, slice: Slice, record: CompanyRecord, put: Put): void {
  let first: { url: string; raw: string; el: number } | null = null;
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    const link = ctx.page.links[i];
    const web = ctx.web[i];
    if (!link || web?.kind !== 'internal' || !web.url) continue;
    if (/\/(?:contact|login|share|print)\b|\.(?:jpe?g|png|gif|webp)(?:$|\?)/i.test(web.url)) continue;
    const named = record.name !== null && (link.text === record.name || link.text.includes(record.name));
    const more = /\b(?:more|details?|profile|view)\b/i.test(link.text);
    if (named || more || (!first && !/categor|tag\b|tags\//i.test(web.url)))
      first = { url: web.url, raw: link.href, el: link.el };
    if (named) break;
  }
  if (!first) return;
  record.profile_url = first.url;
  put('profile_url', first.raw, cssPath(ctx.page, first.el), 0.7);
}

const ROLE_ALONE =
  /^(?:owner|president|ceo|(?:general|plant|sales|office) manager|founder|(?:managing )?director|vice president)s?\s*:?$/i;

function readPeople(record: CompanyRecord, texts: readonly string[]): void {
  for (const [k, text] of texts.entries()) {
    if (record.contacts.length >= 12) break;
    const label =
      /^(?:(?:primary |main |key )?contacts?(?: (?:person|name|us))?|rep(?:resentative)?|attn|owner|president|ceo)\s*[:\-–]\s*(.{4,80})$/i.exec(
        text,
      );
    const next = texts[k + 1] ?? '';
    // The title on a line of its own: over the name as its label ("Owner"), or below it.
    const over = ROLE_ALONE.test(text) && isPersonName(next);
    const person = personLine(over ? `${next}, ${text.replace(/\s*:$/, '')}` : (label?.[1] ?? text));
    if (!over && person && !person.title && /^m(?:r|rs|s)\.\s/i.test(text) && isJobTitle(next))
      person.title = next;
    if (!person || (!label && !person.title) || record.contacts.some((c) => c.name === person.name)) continue;
    if (nameKey(person.name) === nameKey(record.name ?? '')) continue;
    const near = texts.slice(k + 1, k + 4).join(' ');
    record.contacts.push({
      name: person.name,
      title: person.title,
      phone: findPhones(near)[0]?.raw ?? null,
      email: emailsInText(near)[0] ?? null,
    });
  }
}
