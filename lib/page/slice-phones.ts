/** The telephone and fax numbers of a slice: printed ones, those of links, and local ones after a label. */
import type { FoundAddress } from './address.js';
import type { Context, Slice } from './context.js';
import { cssPath } from './dom.js';
import { isLabelOnly } from './labels.js';
import { findLocalNumbers, findPhones, telLink } from './phone.js';
import type { Put, SliceOptions } from './slice.js';
import type { CompanyRecord, Phone } from './types.js';

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** An area code whose number stands on the next line or in the next cell. */
const AREA_ENDS = /(?:\S+:?\s*)?\(\d{3}\)\s*-?$/;

/** What stands before a firm's main number. */
const MAIN =
  /(?:^|[\s(|])(?:(?:main|local|office|business)\s*)?(?:phone|telephone|tel|ph|main|local|office)\W*$/i;

/** Lines an address reaches: the numbers beside it are its country's. */
const REACH = 8;

/** The country by whose habits each line's numbers are read: that of the nearest address, else the page's. */
export function countriesOf(lines: number, addresses: readonly FoundAddress[], home: string): string[] {
  const list = new Array<string>(lines).fill(home);
  for (const [i, a] of addresses.entries()) {
    if (!a.country || a.country === home) continue;
    const from = Math.max(addresses[i - 1]?.end ?? 0, a.first - 3);
    const to = Math.min(addresses[i + 1]?.first ?? lines, a.end + REACH);
    for (let k = from; k < to; k += 1) list[k] = a.country;
  }
  return list;
}

export function readPhones(
  ctx: Context,
  slice: Slice,
  options: SliceOptions,
  record: CompanyRecord,
  texts: readonly string[],
  use: readonly number[],
  countries: readonly string[],
  place: (k: number) => string,
  put: Put,
): void {
  const hits: Phone[] = [];
  let main: string | null = null;
  const local: { raw: string; kind: 'phone' | 'fax' }[] = [];
  for (let k = 0; k < texts.length; k += 1) {
    let text = texts[k] ?? '';
    const before = texts[k - 1] ?? '';
    if (!/\d/.test(text)) continue;
    // A label on a line of its own belongs to the value below it, an area code to the number below.
    if (before && isLabelOnly(before)) text = `${before} ${text}`;
    else if (before.includes(')') && AREA_ENDS.test(before) && /^\W?\d{3}[\s.-]?\d{4}\b/.test(text))
      text = `${AREA_ENDS.exec(before)?.[0]} ${text}`;
    const country = countries[k] ?? ctx.country;
    const known = text === texts[k] && country === ctx.country;
    for (const phone of known ? (ctx.phones.get(use[k] ?? -1) ?? []) : findPhones(text, country)) {
      hits.push(phone);
      if (main === null && phone.kind === 'phone' && MAIN.test(text.slice(0, text.indexOf(phone.raw))))
        main = phone.e164;
      put(phone.kind === 'fax' ? 'fax' : 'phone', phone.raw, place(k), 0.85);
    }
    if (country === 'US' || country === 'CA') {
      for (const number of findLocalNumbers(text)) {
        local.push(number);
        put(number.kind, number.raw, place(k), 0.5);
      }
    }
  }
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    const link = ctx.page.links[i];
    if (!link || ctx.web[i]?.kind !== 'phone' || (options.mainOnly && link.region !== 'main')) continue;
    const phone = telLink(link.href, ctx.country);
    if (!phone) continue;
    const text = ctx.page.lines[link.line]?.text ?? '';
    const shown = findPhones(text, ctx.country);
    // The printed number wins over what the link dials.
    if (
      shown.length > 0 &&
      !shown.some((s) => s.e164 === phone.e164) &&
      hits.some((h) => shown.some((s) => s.e164 === h.e164))
    )
      continue;
    if (!hits.some((h) => h.e164 === phone.e164))
      hits.push(/\bfax\b/i.test(text) ? { ...phone, kind: 'fax' } : phone);
    put('phone', link.href, cssPath(ctx.page, link.el), 0.9);
  }
  // A strip at the top shouts the toll-free number; the one that is labelled as the firm's own comes first.
  const own = hits.findIndex((h) => h.e164 === main);
  if (own > 0 && hits.slice(0, own).every((h) => h.kind === 'toll_free'))
    hits.unshift(...hits.splice(own, 1));
  if (hits.length === 0 && local.length === 0) hits.push(...picturedPhones(ctx, slice, put));
  const faxes = new Set(hits.filter((h) => h.kind === 'fax').map((h) => h.e164));
  for (const hit of hits) {
    const readable = hit.extension ? `${hit.raw} x${hit.extension}` : hit.raw;
    if (hit.kind === 'fax') {
      record.fax ??= hit.raw;
      continue;
    }
    if (faxes.has(hit.e164) && hits.some((h) => h.e164 !== hit.e164 && h.kind !== 'fax')) continue;
    if (record.phone === null) {
      record.phone = readable;
      record.phone_e164 = hit.e164;
    }
    if (!record.phones.some((p) => p.replace(/\D/g, '').endsWith(hit.e164.slice(-9))))
      record.phones.push(readable);
  }
  for (const { raw, kind } of local) {
    if ([...record.phones, record.fax ?? ''].some((p) => digitsOf(p).endsWith(digitsOf(raw)))) continue;
    if (kind === 'fax' && record.fax === null) record.fax = raw;
    else record.phones.push(raw);
    if (kind === 'phone') record.phone ??= raw;
  }
  for (const hit of hits)
    if (
      hit.kind === 'fax' &&
      hit.raw !== record.fax &&
      !record.phones.includes(hit.raw) &&
      hit.e164 !== hits.find((h) => h.kind === 'fax')?.e164
    )
      record.phones.push(hit.raw);
}

/** Numbers in the text that stands for a picture, where none is printed. */
function picturedPhones(ctx: Context, slice: Slice, put: Put): Phone[] {
  const list: Phone[] = [];
  for (let i = slice.image; i < slice.imageEnd; i += 1) {
    const image = ctx.page.images[i];
    if (!image || image.alt.length < 10 || image.alt.length > 400 || !/\d{4}/.test(image.alt)) continue;
    for (const phone of findPhones(image.alt, ctx.country)) {
      list.push(phone);
      put(phone.kind === 'fax' ? 'fax' : 'phone', phone.raw, cssPath(ctx.page, image.el), 0.6);
    }
  }
  return list;
}
