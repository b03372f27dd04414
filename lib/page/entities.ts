/** Structured data entities as records: which are companies or events, and their fields. */

import { parseAddress } from './address-single.js';
import { type Context, isOwner } from './context.js';
import { parseEventDates } from './dates.js';
import { absolute, squash } from './dom.js';
import { entitiesDecoded } from './email.js';
import { findPhones } from './phone.js';
import { countryCode, stateCode } from './places.js';
import {
  addSources,
  type CompanyRecord,
  type EventRecord,
  emptyCompany,
  emptyEvent,
  type StructuredEntity,
} from './types.js';
import { judgeLink } from './web.js';

const ORGANIZATION =
  /(?:^|[a-z])(?:Organization|Corporation|Business|Store|Company|Restaurant|Dealer|Repair|Service|Contractor|Agency|Shop|Plumber|Electrician|Attorney|Dentist|Physician|NGO|Association|Clinic|Hotel|Manufacturer|LodgingBusiness|Accountant|Notary|Locksmith|Bakery|Winery|Brewery|Salon|School|Hospital|Pharmacy|Bank|Library|FinancialService|RealEstateAgent)$/;
const NOT_ORGANIZATION = /^(?:WebSite|WebPage|BreadcrumbList|Service|SearchAction|ImageObject|Person|Place)$/;
const EVENT = /Event$|^(?:Festival|Hackathon|CourseInstance)$/;

export function isOrganization(entity: StructuredEntity): boolean {
  return entity.types.some((type) => ORGANIZATION.test(type) && !NOT_ORGANIZATION.test(type));
}

export function isEvent(entity: StructuredEntity): boolean {
  return entity.types.some((type) => EVENT.test(type)) && entity.properties.startDate !== undefined;
}

/** Companies in structured data, the site's owner left out. */
export function structuredCompanies(ctx: Context): CompanyRecord[] {
  const list: CompanyRecord[] = [];
  for (const entity of ctx.entities) {
    if (!isOrganization(entity)) continue;
    const record = companyOf(ctx, entity);
    if (record?.name) list.push(record);
  }
  return list;
}

export function structuredEvents(ctx: Context): EventRecord[] {
  const list: EventRecord[] = [];
  const seen = new Set<string>();
  for (const entity of ctx.entities) {
    if (!isEvent(entity)) continue;
    const record = eventOf(ctx, entity);
    const key = `${record?.name}|${record?.start_date}|${record?.url ?? ''}`;
    if (!record?.name || !record.start_date || seen.has(key)) continue;
    seen.add(key);
    list.push(record);
  }
  return list;
}

export function companyOf(ctx: Context, entity: StructuredEntity): CompanyRecord | null {
  const p = entity.properties;
  const record = emptyCompany();
  const put = (field: string, raw: string, confidence: number) => {
    addSources(record.provenance, field, {
      strategy: 'structured',
      selector: `${entity.syntax} ${entity.path}`,
      raw: raw.slice(0, 300),
      confidence,
    });
  };
  record.name = text(p.name) ?? text(p.legalName);
  if (record.name) put('name', record.name, 0.9);
  const contact = objects(p.contactPoint);
  for (const raw of [...texts(p.telephone), ...contact.flatMap((c) => texts(c.telephone))]) {
    const phone = findPhones(raw.replace(/^tel:/i, ''), ctx.country)[0];
    if (!phone) continue;
    record.phone ??= phone.raw;
    record.phone_e164 ??= phone.e164;
    if (!record.phones.includes(phone.raw)) record.phones.push(phone.raw);
    put('phone', raw, 0.88);
  }
  record.fax = findPhones(text(p.faxNumber) ?? '', ctx.country)[0]?.raw ?? null;
  for (const raw of [...texts(p.email), ...contact.flatMap((c) => texts(c.email))]) {
    const email = raw.replace(/^mailto:/i, '').trim();
    if (/^[^@\s]+@[^@\s]+\.\w+$/.test(email) && !record.emails.includes(email)) record.emails.push(email);
  }
  record.email = record.emails[0] ?? null;
  for (const raw of [...texts(p.url), ...texts(p.sameAs)]) {
    const web = judgeLink(ctx.page.base, raw, ctx.own);
    if (web.kind === 'site' && web.url && !record.website) {
      record.website = web.url;
      put('website', raw, 0.85);
    } else if (web.kind === 'internal' && !record.profile_url) record.profile_url = web.url;
  }
  for (const raw of [p.address, p.location].flatMap((v) => (Array.isArray(v) ? v : [v]))) {
    const a = addressOf(raw);
    if (!a) continue;
    record.locations.push({ ...a, phone: null });
    if (!record.street && !record.city && !record.postal_code)
      Object.assign(record, {
        street: a.street,
        city: a.city,
        state: a.state,
        postal_code: a.postal_code,
        country: a.country,
      });
    put('address', JSON.stringify(raw).slice(0, 300), 0.88);
  }
  record.description = text(p.description);
  record.confidence = 0.85;
  return record;
}

function eventOf(ctx: Context, entity: StructuredEntity): EventRecord | null {
  const p = entity.properties;
  const record = emptyEvent();
  const put = (field: string, raw: string, confidence: number) => {
    addSources(record.provenance, field, {
      strategy: 'structured',
      selector: `${entity.syntax} ${entity.path}`,
      raw: raw.slice(0, 300),
      confidence,
    });
  };
  record.name = text(p.name) ?? text(p.headline);
  if (record.name) put('name', record.name, 0.92);
  const start = text(p.startDate) ?? '';
  const dates = parseEventDates(start, ctx.input.now);
  record.start_date = dates?.start_date ?? null;
  if (dates) put('start_date', start, 0.9);
  const end = text(p.endDate) ?? '';
  record.end_date = end ? (parseEventDates(end, ctx.input.now)?.start_date ?? null) : null;
  if (record.end_date && record.start_date && record.end_date < record.start_date) record.end_date = null;
  for (const place of objects(p.location)) {
    record.venue ??= text(place.name);
    const a = addressOf(place.address ?? place);
    if (a) {
      record.street ??= a.street;
      record.city ??= a.city;
      record.state ??= a.state;
    }
  }
  if (record.venue === null && typeof p.location === 'string') record.venue = text(p.location);
  const url = text(p.url);
  record.url = url ? absolute(ctx.page.base, url) : null;
  record.confidence = 0.9;
  return record;
}

export function addressOf(value: unknown): {
  street: string | null;
  unit: null;
  city: string | null;
  state: string | null;
  postal_code: string | null;
  country: string | null;
} | null {
  if (typeof value === 'string') {
    const a = parseAddress(value);
    return a ? { ...a, unit: null } : null;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const p = value as Record<string, unknown>;
  if (p.address && typeof p.address === 'object' && !p.streetAddress) return addressOf(p.address);
  const state = text(p.addressRegion) ?? text(p.region);
  const code = state ? stateCode(state) : null;
  const country = text(objects(p.addressCountry)[0]?.name ?? p.addressCountry);
  const street = texts(p.streetAddress ?? p['street-address']).join(', ') || null;
  const a = {
    street: street && /[\p{L}\d]/u.test(street) ? street.replace(/[\s,]+$/, '') : null,
    unit: null,
    city: text(p.addressLocality ?? p.locality)?.replace(/[\s,]+$/, '') ?? null,
    state: code?.code ?? state,
    postal_code: text(p.postalCode ?? p['postal-code']),
    country: (country ? countryCode(country) : null) ?? code?.country ?? null,
  };
  return a.street || a.city || a.postal_code ? a : null;
}

export function text(value: unknown): string | null {
  if (Array.isArray(value)) return text(value.find((v) => text(v) !== null));
  if (typeof value === 'number') return String(value);
  if (value && typeof value === 'object')
    return text((value as Record<string, unknown>)['@value'] ?? (value as Record<string, unknown>).name);
  if (typeof value !== 'string') return null;
  const clean = squash(
    entitiesDecoded(value)
      .replace(/<[^>]{1,200}>/g, ' ')
      .replace(/&ndash;/g, '–')
      .replace(/&rsquo;/g, '’'),
  );
  return clean || null;
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(text).filter((t): t is string => t !== null);
}

function objects(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (v): v is Record<string, unknown> => v !== null && typeof v === 'object',
  );
}

export { isOwner };
