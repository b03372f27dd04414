/** Puts what a second source says of a company to what the first has: gaps are filled, lists grow, nothing is doubled. */
import { nameKey } from './name.js';
import { addSources, type CompanyRecord, type Location } from './types.js';

/** Fields that hold one value. */
export const SINGLE_FIELDS = [
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

/** Fills what is missing in `into`, but for the fields in `except`. */
export function fillGaps(
  into: CompanyRecord,
  from: CompanyRecord,
  except: readonly (typeof SINGLE_FIELDS)[number][] = [],
): void {
  for (const field of SINGLE_FIELDS) if (!except.includes(field)) into[field] ??= from[field];
  joinLists(into, from);
}

/** Numbers, addresses, categories, places and sources of both, each once. */
export function joinLists(into: CompanyRecord, from: CompanyRecord): void {
  const fax = into.fax ? lastDigits(into.fax) : null;
  for (const phone of from.phones) {
    const digits = lastDigits(phone);
    if (digits !== fax && !into.phones.some((known) => lastDigits(known) === digits)) into.phones.push(phone);
  }
  for (const email of from.emails)
    if (!into.emails.some((known) => known.toLowerCase() === email.toLowerCase())) into.emails.push(email);
  for (const category of from.categories)
    if (!into.categories.includes(category)) into.categories.push(category);
  for (const location of from.locations)
    if (!into.locations.some((known) => samePlace(known, location))) into.locations.push(location);
  if (into.contacts.length === 0) into.contacts = from.contacts;
  for (const [field, sources] of Object.entries(from.provenance))
    addSources(into.provenance, field, ...sources);
}

/** The same building: code and beginning of the street agree, or where the code is missing, town and street. */
function samePlace(a: Location, b: Location): boolean {
  const street = nameKey(a.street ?? '').slice(0, 5) === nameKey(b.street ?? '').slice(0, 5);
  const code = a.postal_code?.slice(0, 5) === b.postal_code?.slice(0, 5);
  return street && (code || nameKey(a.city ?? '') === nameKey(b.city ?? ''));
}

/** The ten digits that tell North American numbers apart, whatever stands before them. */
function lastDigits(phone: string): string {
  return phone
    .replace(/\s*x\d+$/, '')
    .replace(/\D/g, '')
    .slice(-10);
}
