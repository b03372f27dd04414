/**
 * When two values mean the same: case, punctuation and the abbreviations of the post office are no difference, numbers
 * are. Written apart from `lib/page` and `lib/sql` on purpose: what is measured must not hold the rule.
 */

import { registrableDomain } from '../../lib/web/url.js';
import { PLACES, stateName } from '../../sandbox/places.js';

/** The fields of a member that are compared. */
export const FIELDS = [
  'name',
  'website',
  'phone',
  'fax',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
] as const;
export type Field = (typeof FIELDS)[number];

/** Whether a value says what the truth says. */
export function sameValue(field: Field, truth: string, value: string): boolean {
  if (field === 'postal_code') return samePostalCode(truth, value);
  const key = KEYS[field];
  return key(truth) === key(value);
}

/** Letters and digits of a name; "&" is "and". */
export const nameKey = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Words of a name that can tell it from another. */
export const nameWords = (text: string): Set<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/** The ten digits of a US number. */
export const phoneKey = (text: string): string => text.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');

/** Booths of a text, in order, without the word before them. */
export const boothKey = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b(booths?|stands?)\b/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

const words = (text: string) =>
  text
    .toLowerCase()
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}#]+/gu, ' ')
    .trim()
    .split(' ');

const POSTAL: Record<string, string> = {
  street: 'st',
  avenue: 'ave',
  road: 'rd',
  drive: 'dr',
  boulevard: 'blvd',
  parkway: 'pkwy',
  lane: 'ln',
  court: 'ct',
  highway: 'hwy',
  route: 'rte',
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  northwest: 'nw',
  northeast: 'ne',
  southwest: 'sw',
  southeast: 'se',
  suite: 'ste',
  building: 'bldg',
  saint: 'st',
  fort: 'ft',
  mount: 'mt',
};

const abbreviated = (text: string) =>
  words(text.replaceAll('#', ' # '))
    .map((word) => POSTAL[word] ?? word)
    .join(' ')
    .replace(/\bp o box\b/, 'po box');

const STATE_CODES = new Map(
  PLACES.map(({ state }) => [stateName(state).toLowerCase(), state.toLowerCase()] as const),
);

const stateKey = (text: string) => {
  const plain = text.trim().toLowerCase();
  return STATE_CODES.get(plain) ?? plain;
};

const KEYS: Record<Exclude<Field, 'postal_code'>, (text: string) => string> = {
  name: nameKey,
  website: (text) => registrableDomain(text.includes('://') ? text : `http://${text}`).toLowerCase(),
  phone: phoneKey,
  fax: phoneKey,
  email: (text) => text.trim().toLowerCase(),
  street: abbreviated,
  city: abbreviated,
  state: stateKey,
};

/** Five digits must agree, and the four behind them where both have them. */
function samePostalCode(a: string, b: string): boolean {
  const [x, y] = [a.replace(/\D/g, ''), b.replace(/\D/g, '')];
  if (x.slice(0, 5) !== y.slice(0, 5)) return false;
  return x.length < 9 || y.length < 9 || x === y;
}
