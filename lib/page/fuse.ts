/** Joins what several strategies found of the same companies, field by field. */
import { joinLists, SINGLE_FIELDS } from './join.js';
import { normalizeName } from './name.js';
import type { CompanyRecord } from './types.js';

/** Sets of records, most trusted first; the first set's order is kept, unknown ones come after. */
export function fuseCompanies(sets: readonly (readonly CompanyRecord[])[]): CompanyRecord[] {
  const [first, ...rest] = sets;
  if (!first) return [];
  const list = first.map(copyOf);
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
        const copy = copyOf(record);
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
  for (const field of SINGLE_FIELDS) {
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
  joinLists(into, from);
  into.confidence = Math.min(
    0.99,
    1 - (1 - Math.max(into.confidence, from.confidence)) * 0.8 ** Math.min(4, agree + 1),
  );
}

/** Lists and sources grow when records are joined: the strategies' own records stay as they were. */
function copyOf(record: CompanyRecord): CompanyRecord {
  return {
    ...record,
    phones: [...record.phones],
    emails: [...record.emails],
    categories: [...record.categories],
    locations: [...record.locations],
    provenance: Object.fromEntries(Object.entries(record.provenance).map(([k, v]) => [k, [...v]])),
  };
}
