/** Embedded JSON (`__NEXT_DATA__`, state blobs, JSON scripts): arrays of objects with the keys of companies. */
import type { Context } from './context.js';
import { addressOf, text } from './entities.js';
import { findPhones } from './phone.js';
import { stateCode } from './places.js';
import { lenientJson } from './structured.js';
import { addSources, type CompanyRecord, emptyCompany } from './types.js';
import { judgeLink, printedSite } from './web.js';

const NAME =
  /^(?:company_?name|name|title|org(?:anization)?_?name|business_?name|member_?name|exhibitor_?name|exhname_t|exhibitorname|nam|display_?name|account_?name)$/i;
const KEYS: readonly [string, RegExp][] = [
  ['phone', /^(?:phone|telephone|tel|phn|phone_?number|work_?phone|main_?phone|phone_?1)$/i],
  ['website', /^(?:web_?site|url|web|wsn|website_?url|homepage|web_?address|company_?url)$/i],
  ['email', /^(?:e?mail|eml|email_?address)$/i],
  ['street', /^(?:street|address_?1?|street_?address|address_?line_?1|addr1|line1)$/i],
  ['city', /^(?:city|locality|town)$/i],
  ['state', /^(?:state|region|province|state_?code|state_?province)$/i],
  ['postal_code', /^(?:zip|zip_?code|postal_?code|postcode)$/i],
  ['booth', /^(?:booths?|booth_?(?:number|no|name)s?|stand|stand_?number|boothsdisplay_la)$/i],
];
const MAX_BLOB = 4_000_000;

export function embeddedCompanies(ctx: Context): CompanyRecord[] {
  let best: { list: CompanyRecord[]; path: string } | null = null;
  for (const [index, script] of ctx.page.scripts.entries()) {
    if (script.text.length < 100 || script.text.length > MAX_BLOB || /ld\+json/.test(script.type)) continue;
    // Cheap look: a name key and a key of place, phone or site must be there at all.
    if (
      !/"[\w]*name\w*"\s*:|"title"\s*:|"nam"\s*:/i.test(script.text) ||
      !/"\w*(?:phone|phn|city|website|booths?|address|zip)\w*"\s*:/i.test(script.text)
    )
      continue;
    const value = blobOf(script.type, script.text);
    if (value === undefined) continue;
    walk(value, `script[${index}]`, 0, (array, path) => {
      const list = array
        .map((entry) => company(ctx, entry, path))
        .filter((c): c is CompanyRecord => c !== null);
      if (list.length >= 3 && list.length >= array.length * 0.6 && (!best || list.length > best.list.length))
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
  visit: (array: unknown[], path: string) => void,
): void {
  if (depth > 14 || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    if (value.length >= 3 && typeof value[0] === 'object') visit(value.slice(0, 5000), path);
    for (const member of value.slice(0, 200)) walk(member, `${path}[]`, depth + 1, visit);
    return;
  }
  for (const [key, member] of Object.entries(value)) walk(member, `${path}.${key}`, depth + 1, visit);
}

function company(ctx: Context, entry: unknown, path: string): CompanyRecord | null {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return null;
  const outer = entry as Record<string, unknown>;
  const inner = outer.fields ?? outer.node ?? outer.attributes ?? outer._source;
  const p =
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? { ...outer, ...(inner as Record<string, unknown>) }
      : outer;
  const nameKey = Object.keys(p).find((key) => NAME.test(key) && text(p[key]) !== null);
  const name = nameKey ? text(p[nameKey]) : null;
  if (!nameKey || !name || name.length > 140) return null;
  const flat: Record<string, unknown> = { ...p };
  for (const nested of [p.address, p.location, p.contact])
    if (nested && typeof nested === 'object' && !Array.isArray(nested))
      Object.assign(flat, nested, { [nameKey]: p[nameKey] });
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
    } else if (field === 'state') record.state = stateCode(value)?.code ?? value;
    else if (field === 'street' || field === 'city' || field === 'postal_code') record[field] = value;
    known += 1;
    addSources(record.provenance, field, {
      strategy: 'embedded',
      selector: `${path}[].${key}`,
      raw: value.slice(0, 300),
      confidence: 0.85,
    });
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
