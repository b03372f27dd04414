/** Joins what several strategies found of the same companies, field by field. */
import { normalizeName } from './name.js';
import type { CompanyRecord } from './types.js';

const FIELDS = [
  'website',
  'phone',
  'phone_e164',
  'fax',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'description',
  'profile_url',
] as const;

/** Sets of records, most trusted first; the first set's order is kept, unknown ones come after. */
export function fuseCompanies(sets: readonly (readonly CompanyRecord[])[]): CompanyRecord[] {
  const [first, ...rest] = sets;
  if (!first) return [];
  const list = first.map((record) => ({ ...record }));
  const index = new Map<string, CompanyRecord>();
  for (const record of list) for (const key of keysOf(record)) if (!index.has(key)) index.set(key, record);
  for (const set of rest) {
    // A set that mostly names the same companies adds fields; only then are its further records believed.
    const shared = set.filter((record) => keysOf(record).some((key) => index.has(key))).length;
    for (const record of set) {
      const known = keysOf(record)
        .map((key) => index.get(key))
        .find(Boolean);
      if (known) join(known, record);
      else if (shared * 2 >= set.length && set.length < list.length * 3) {
        const copy = { ...record };
        list.push(copy);
        for (const key of keysOf(copy)) index.set(key, copy);
      }
    }
  }
  return list;
}

function keysOf(record: CompanyRecord): string[] {
  const keys: string[] = [];
  if (record.name)
    keys.push(
      `n:${normalizeName(record.name)}|${(record.city ?? '').toLowerCase()}`,
      `n:${normalizeName(record.name)}`,
    );
  return keys;
}

function join(into: CompanyRecord, from: CompanyRecord): void {
  let agree = 0;
  for (const field of FIELDS) {
    const mine = into[field];
    const theirs = from[field];
    if (theirs === null) continue;
    if (mine === null) into[field] = theirs;
    else if (normalizeName(mine) === normalizeName(theirs)) agree += 1;
    else {
      const strength = (record: CompanyRecord) =>
        Math.max(
          0,
          ...(record.provenance[field] ?? record.provenance.address ?? []).map((s) => s.confidence),
        );
      if (field !== 'phone_e164' && field !== 'phone' && strength(from) > strength(into) + 0.1)
        into[field] = theirs;
    }
  }
  for (const phone of from.phones)
    if (!into.phones.some((p) => digits(p) === digits(phone))) into.phones.push(phone);
  for (const email of from.emails)
    if (!into.emails.some((e) => e.toLowerCase() === email.toLowerCase())) into.emails.push(email);
  for (const category of from.categories)
    if (!into.categories.includes(category)) into.categories.push(category);
  if (into.locations.length === 0) into.locations = from.locations;
  if (into.contacts.length === 0) into.contacts = from.contacts;
  for (const [field, sources] of Object.entries(from.provenance))
    into.provenance[field] = [...(into.provenance[field] ?? []), ...sources];
  into.confidence = Math.min(
    0.99,
    1 - (1 - Math.max(into.confidence, from.confidence)) * 0.8 ** Math.min(4, agree + 1),
  );
}

function digits(text: string): string {
  return text.replace(/\D/g, '').slice(-10);
}
