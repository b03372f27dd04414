/** Fields that the page names itself: class and itemprop words, and printed labels ("City: Akron"). */
import type { FoundAddress } from './address.js';
import type { Context, Slice } from './context.js';
import { cssPath, elementText } from './dom.js';
import { boothOf, isGeneric } from './labels.js';
import { nameKey } from './name.js';
import { countryCode, stateCode } from './places.js';
import type { Put } from './slice.js';
import { endsAsStreet, looksLikeStreet, STREET_IN_PROSE, takeUnit } from './street.js';
import type { CompanyRecord } from './types.js';

const HINT: readonly [string, RegExp][] = [
  ['street', /(?:^|[-_])(?:street(?:[-_]?address)?|address[-_]?(?:line)?[-_]?1|addr1|streetaddress)$/i],
  ['city', /(?:^|[-_])(?:city|locality|addresslocality|town)$/i],
  ['state', /(?:^|[-_])(?:state|region|addressregion|province)$/i],
  ['postal_code', /(?:^|[-_])(?:zip(?:code)?|postal[-_]?code|postcode|postalcode)$/i],
  ['country', /(?:^|[-_])(?:country(?:[-_]name)?|addresscountry)$/i],
  ['booth', /(?:^|[-_])(?:booth(?:[-_]?(?:no|number|label|s))?|stand(?:[-_]?(?:no|number))?)$/i],
  [
    'categories',
    /(?:^|[-_])(?:categor(?:y|ies)|cats?|industr(?:y|ies)|specialt(?:y|ies)|keywords)(?:[-_]?(?:list|name|item))?$/i,
  ],
  ['description', /(?:^|[-_])(?:desc(?:ription)?|excerpt|summary|bio|about|blurb)$/i],
];

/** Fields that the markup itself names, in class, itemprop or data attributes. */
export function readHints(ctx: Context, slice: Slice, record: CompanyRecord, put: Put): void {
  const got: Record<string, string[]> = {};
  for (let i = slice.item; i < slice.itemEnd; i += 1) {
    const item = ctx.page.items[i];
    if (!item || item.lineEnd - item.line > 12) continue;
    const { attribs } = item.node;
    const { class: classes, itemprop, 'data-field': dataField } = attribs;
    if (!classes && !itemprop && !dataField) continue;
    const names =
      itemprop || dataField ? `${classes ?? ''} ${itemprop ?? ''} ${dataField ?? ''}` : (classes ?? '');
    for (const field of fieldsNamedBy(names)) {
      const text = attribs.content ?? elementText(item.node);
      if (!text || text.length > 1500) continue;
      got[field] = [...(got[field] ?? []), text];
      if (field !== 'booth') put(field, text, cssPath(ctx.page, i), 0.75);
    }
  }
  const one = (field: string) =>
    got[field]?.find((text) => text.length <= 90)?.replace(/[\s,]+$/, '') ?? null;
  const street = one('street');
  if (street && !record.street && street.length > 3) record.street = street;
  const city = one('city');
  if (
    city &&
    !/\d{3}/.test(city) &&
    (!record.city || record.city.length > city.length + 3) &&
    !/,/.test(city)
  )
    record.city = city;
  const state = one('state');
  if (state && !record.state)
    record.state = stateCode(state)?.code ?? (state.length <= 40 && !/\d/.test(state) ? state : null);
  const zip = one('postal_code');
  if (zip && !record.postal_code && /\d/.test(zip) && zip.length <= 12) record.postal_code = zip;
  const country = one('country');
  if (country && !record.country) record.country = countryCode(country);
  if (got.categories)
    record.categories = [
      ...new Set(
        got.categories
          .flatMap((text) => text.replace(/^categor(?:y|ies):?\s*/i, '').split(/\s*[|;,•]\s*/))
          .filter((t) => t.length > 1 && t.length < 80 && !isGeneric(t)),
      ),
    ].slice(0, 40);
  const description = got.description?.sort((a, b) => b.length - a.length)[0];
  if (description && description.length > 30) record.description = description;
}

/** Sites use few class words, again and again. */
const named = new Map<string, readonly string[]>();
const MOST_NAMED = 2000;

/** The fields that words of the markup name, each as often as it is named. */
function fieldsNamedBy(words: string): readonly string[] {
  let fields = named.get(words);
  if (fields === undefined) {
    const names = words.trim();
    fields =
      names === '' || names.length > 300
        ? []
        : names
            .split(/\s+/)
            .flatMap((name) => HINT.flatMap(([field, pattern]) => (pattern.test(name) ? [field] : [])));
    if (named.size >= MOST_NAMED) named.clear();
    if (words.length <= 300) named.set(words, fields);
  }
  return fields;
}

const LABELLED: readonly ['street' | 'city' | 'state' | 'postal_code' | 'country', RegExp][] = [
  ['street', /^(?:street(?: address)?|address(?: line)? ?1?)\s*(:)?\s+(.{4,100})$/i],
  ['city', /^(?:city|town|suburb|city\s?\/\s?town)\s*(:)?\s+(.{2,40})$/i],
  [
    'state',
    /^(?:(?:state|province|region)(?:\s?(?:\/|or)\s?(?:prov\w*|state|region|territory))?)\s*(:)?\s+(.{2,30})$/i,
  ],
  [
    'postal_code',
    /^(?:zip(?: ?code)?|post(?:al)? ?code|zip(?: ?code)?\s?(?:\/|or)\s?post(?:al)?(?: ?code)?)\s*(:)?\s+([\w -]{4,12})$/i,
  ],
  ['country', /^country\s*(:)?\s+(.{2,40})$/i],
];

const LABEL_ALONE =
  /^(?:street(?: address)?|address(?: line)? ?1?|city|town|suburb|city\s?\/\s?town|(?:state|province|region)(?:\s?(?:\/|or)\s?(?:prov\w*|state|region|territory))?|(?:zip|post)(?:al)?(?: ?code)?(?:\s?(?:\/|or)\s?post(?:al)?(?: ?code)?)?|country)\s*:?$/i;

/** Address parts each under a label of its own ("City: Akron"); without colons at least two must agree. */
export function readLabelled(record: CompanyRecord, texts: readonly string[], put: Put): void {
  const found: { field: (typeof LABELLED)[number][0]; value: string; colon: boolean }[] = [];
  for (let k = 0; k < texts.length; k += 1) {
    const text = texts[k] ?? '';
    if (text.length > 120 || !/^[acprstz]/i.test(text)) continue;
    const next = LABEL_ALONE.test(text) ? `${text} ${texts[k + 1] ?? ''}` : text;
    for (const [field, pattern] of LABELLED) {
      const m = pattern.exec(next);
      if (m?.[2] && !found.some((f) => f.field === field))
        found.push({ field, value: m[2].trim(), colon: m[1] !== undefined });
    }
  }
  if (found.length < 2 && !found.every((f) => f.colon)) return;
  if (!found.some((f) => f.field !== 'country')) return;
  for (const { field, value } of found) {
    if (field === 'street' && record.street) continue;
    if (field === 'city' && /\d|,/.test(value)) continue;
    if (field === 'postal_code' && !/\d/.test(value)) continue;
    record[field] =
      field === 'state'
        ? (stateCode(value)?.code ?? value)
        : field === 'country'
          ? countryCode(value)
          : value;
    put(field, value, `label ${field}`, 0.85);
  }
}

/** Streets printed without a city, as firms do in headers and footers. */
export function loneStreets(
  record: CompanyRecord,
  texts: readonly string[],
  addresses: readonly FoundAddress[],
): void {
  const used = new Set(
    addresses.flatMap((a) => Array.from({ length: a.end - a.first }, (_, i) => a.first + i)),
  );
  for (const [k, text] of texts.entries()) {
    if (record.locations.length >= 60) return;
    if (used.has(k) || text.length < 8) continue;
    for (const line of streetsOf(text)) {
      const { street, unit } = takeUnit(line);
      if (!street || street.split(/[\s,]+/).length > 7) continue;
      const key = nameKey(street);
      if (record.locations.some((l) => nameKey(l.street ?? '').startsWith(key.slice(0, 8)))) continue;
      const whole = unit ? `${street}, ${unit}` : street;
      record.street ??= whole;
      record.locations.push({ ...NOWHERE, street: whole, unit });
    }
  }
}

const NOWHERE = {
  street: null,
  unit: null,
  city: null,
  state: null,
  postal_code: null,
  country: null,
  phone: null,
};

/** The street lines in a text: the whole of it, a piece between dashes, or a sure one inside a sentence. */
function streetsOf(text: string): string[] {
  if (text.length <= 70 && /^\d|^p\.?\s?o/i.test(text) && looksLikeStreet(text)) {
    const line = text.replace(/\s*[-–|].*$/, (tail) => (/\d{4}/.test(tail) ? '' : tail));
    if (endsAsStreet(takeUnit(line).street ?? '')) return [line];
  }
  const inside = text.length < 3000 && /\d\s/.test(text) ? STREET_IN_PROSE.exec(text) : null;
  if (!inside) return [];
  // "24 Hour Road Service" is no street: its type is not its last word.
  const goesOn = /^\s+\p{Lu}\p{Ll}/u.test(text.slice(inside.index + inside[0].length));
  return goesOn && endsAsStreet(inside[0]) && !/\.$/.test(inside[0]) ? [] : [inside[0]];
}

/** The booth of a slice, from the markup's own words or a printed label. */
export function boothIn(ctx: Context, slice: Slice): { booth: string; selector: string } | null {
  for (let i = slice.line; i < slice.lineEnd; i += 1) {
    const booth = boothOf(ctx.page.lines[i]?.text ?? '');
    if (booth) return { booth, selector: cssPath(ctx.page, ctx.page.lines[i]?.el ?? 0) };
  }
  for (let i = slice.item; i < slice.itemEnd; i += 1) {
    const item = ctx.page.items[i];
    const names = item?.node.attribs.class;
    if (!item || !names || item.lineEnd - item.line > 3) continue;
    if (!names.split(/\s+/).some((name) => HINT[5]?.[1].test(name))) continue;
    const text = elementText(item.node).replace(/^(?:booth|stand)s?\s*(?:no\.?|number)?\s*[:#]?\s*/i, '');
    if (text && text.length < 45 && /[\dA-Z]/.test(text))
      return { booth: text, selector: cssPath(ctx.page, i) };
  }
  return null;
}
