/** Embedded JSON (`__NEXT_DATA__`, state blobs, JSON scripts): arrays of objects with the keys of companies. */
import { type Context, isJsonAnswer } from './context.js';
import { addressOf, text } from './entities.js';
import { PAGE_KEY, recordName, unwrapped } from './json.js';
import { findPhones } from './phone.js';
import { countryCode, stateCode } from './places.js';
import { lenientJson } from './structured.js';
import { addSources, type CompanyRecord, emptyCompany } from './types.js';
import { judgeLink, printedSite } from './web.js';

const NAME =
  /^(?:company_?name|name|title|org(?:anization)?_?name|business_?name|member_?name|exhibitor_?name|exhname_t|exhibitorname|nam|display_?name|account_?name)$/i;
const KEYS: readonly [string, RegExp][] = [
  ['phone', /^(?:phone|telephone|tel|phn|phone_?number|work_?phone|main_?phone|phone_?1)$/i],
  ['website', /^(?:web_?site|url|web|wsn|website_?url|homepage|web_?address|company_?url)$/i],
  ['email', /^(?:e?mail|eml|email_?address)$/i],
  ['street', /^(?:street|address_?1?|street_?address|address_?line_?1|addr_?1|ad1|line_?1)$/i],
  ['unit', /^(?:street_?2|address_?2|address_?line_?2|addr_?2|ad2|line_?2|suite|unit)$/i],
  ['city', /^(?:city|cit|locality|town)$/i],
  ['state', /^(?:state|sta|region|province|state_?code|state_?province)$/i],
  ['postal_code', /^(?:zip|zip_?code|postal_?code|postcode)$/i],
  ['country', /^(?:country|con|country_?code|country_?name)$/i],
  ['booth', /^(?:booths?|booth_?(?:number|no|name)s?|stand|stand_?number|boothsdisplay_la)$/i],
];
/** Objects that hold a part of the record: its address, its ways of contact. */
const PART =
  /^(?:(?:primary|main|physical|street|business|mailing|office|billing)?_?(?:adr|addr|address(?:es)?|location|locations)|contact(?:_?(?:info|details))?|geo)$/i;
const MAX_BLOB = 4_000_000;

export function embeddedCompanies(ctx: Context): CompanyRecord[] {
  let best: { list: CompanyRecord[]; path: string } | null = null;
  const least = isJsonAnswer(ctx.input) ? 1 : 3;
  for (const [index, script] of ctx.page.scripts.entries()) {
    if (
      script.text.length < (least === 1 ? 20 : 100) ||
      script.text.length > MAX_BLOB ||
      /ld\+json/.test(script.type)
    )
      continue;
    // Cheap look: a name key and a key of place, phone or site must be there at all.
    if (
      !/"[\w]*name\w*"\s*:|"title"\s*:|"nam"\s*:/i.test(script.text) ||
      !/"\w*(?:phone|phn|city|website|booths?|address|zip)\w*"\s*:/i.test(script.text)
    )
      continue;
    const value = blobOf(script.type, script.text);
    if (value === undefined) continue;
    walk(value, `script[${index}]`, 0, least, (array, path) => {
      const list = array
        .map((entry) => company(ctx, entry, path))
        .filter((c): c is CompanyRecord => c !== null);
      if (
        list.length >= least &&
        list.length >= array.length * 0.6 &&
        (!best || list.length > best.list.length)
      )
        best = { list, path };
    });
  }
  return (best as { list: CompanyRecord[] } | null)?.list ?? [];
}

function blobOf(type: string, body: string): unknown {
  if (/json/.test(type)) return lenientJson(body);
  if (type && !/javascript|module/.test(type)) return undefined;
  const m = /(?:window|self|globalThis)?\.?[\w$.]{2,60}\s*=\s*([[{])/.exec(body.slice(0, 5000));
  if (!m || !/"\w+"\s*:/.test(body.slice(m.index, m.index + 3000))) return undefined;
  const from = m.index + m[0].length - 1;
  const end = Math.max(body.lastIndexOf('}'), body.lastIndexOf(']'));
  const candidate = body.slice(from, end + 1);
  try {
    return JSON.parse(candidate);
  } catch {
    const close = balanced(candidate);
    if (close === null) return undefined;
    try {
      return JSON.parse(candidate.slice(0, close));
    } catch {
      return undefined;
    }
  }
}

/** Length of the balanced JSON value that a text begins with. */
function balanced(body: string): number | null {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < body.length; i += 1) {
    const c = body.charCodeAt(i);
    if (quoted) {
      if (c === 92) i += 1;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 123 || c === 91) depth += 1;
    else if (c === 125 || c === 93) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return null;
}

function walk(
  value: unknown,
  path: string,
  depth: number,
  least: number,
  visit: (array: unknown[], path: string) => void,
): void {
  if (depth > 14 || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    if (value.length >= least && typeof value[0] === 'object') visit(value.slice(0, 5000), path);
    for (const member of value.slice(0, 200)) walk(member, `${path}[]`, depth + 1, least, visit);
    return;
  }
  for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`, depth + 1, least, visit);
}

function company(ctx: Context, entry: unknown, path: string): CompanyRecord | null {
  const p = unwrapped(entry);
  if (p === null) return null;
  const nameKey = Object.keys(p).find((key) => NAME.test(key) && nameOf(p, key) !== null);
  const name = nameKey ? nameOf(p, nameKey) : null;
  if (!nameKey || !name || name.length > 140) return null;
  const flat: Record<string, unknown> = { ...p };
  for (const [key, value] of Object.entries(p)) {
    if (!PART.test(key)) continue;
    // Of several addresses the first is the main one.
    const part: unknown = Array.isArray(value) ? value[0] : value;
    if (part && typeof part === 'object' && !Array.isArray(part))
      Object.assign(flat, part, { [nameKey]: p[nameKey] });
  }
  const record = emptyCompany();
  record.name = name;
  let known = 0;
  for (const [field, pattern] of KEYS) {
    const key = Object.keys(flat).find((k) => pattern.test(k) && text(flat[k]) !== null);
    const value = key ? text(flat[key]) : null;
    if (!key || !value) continue;
    if (field === 'phone') {
      const phone = findPhones(value, ctx.country)[0];
      if (!phone) continue;
      record.phone = phone.raw;
      record.phone_e164 = phone.e164;
      record.phones = [phone.raw];
    } else if (field === 'website') {
      const site = printedSite(value);
      const web = site ? judgeLink(ctx.page.base, site, ctx.own) : null;
      if (web?.kind !== 'site') continue;
      record.website = web.url;
    } else if (field === 'email') {
      if (!/^[^@\s]+@[^@\s]+\.\w+$/.test(value)) continue;
      record.email = value;
      record.emails = [value];
    } else if (field === 'unit') {
      if (record.street && value !== record.street) record.street = `${record.street}, ${value}`;
    } else if (field === 'country') record.country = countryCode(value);
    else if (field === 'state') record.state = stateCode(value)?.code ?? value;
    else if (field === 'street' || field === 'city' || field === 'postal_code') record[field] = value;
    known += 1;
    addSources(record.provenance, field, {
      strategy: 'embedded',
      selector: `${path}[].${key}`,
      raw: value.slice(0, 300),
      confidence: 0.85,
    });
  }
  const page = Object.keys(p).find((key) => PAGE_KEY.test(key) && typeof p[key] === 'string');
  const own = page ? judgeLink(ctx.page.base, String(p[page]), ctx.own) : null;
  // A slug alone is no address.
  if (page && own?.kind === 'internal' && /^\/|:/.test(String(p[page]))) {
    record.profile_url = own.url;
    known += 1;
  }
  if (!record.street && !record.city) {
    const a = addressOf(p.address);
    if (a) {
      Object.assign(record, {
        street: a.street,
        city: a.city,
        state: a.state,
        postal_code: a.postal_code,
        country: a.country,
      });
      known += 1;
    }
  }
  if (known === 0) return null;
  record.provenance.name = [
    { strategy: 'embedded', selector: `${path}[].${nameKey}`, raw: name, confidence: 0.85 },
  ];
  record.confidence = Math.min(0.9, 0.6 + known * 0.08);
  return record;
}

/** Names may be wrapped as WordPress wraps them: `{rendered: …}`. */
const nameOf = (row: Record<string, unknown>, key: string): string | null =>
  text(row[key]) ?? recordName({ [key]: row[key] });
