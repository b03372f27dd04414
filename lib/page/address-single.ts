/** One address that is given as such: more is believed than on a page, since nothing else stands around it. */
import { findAddresses } from './address.js';
import { countryAround } from './country-signs.js';
import { CA_CODES, countryCode, stateCode, US_CODES } from './places.js';
import { isUnit, looksForeign, looksLikeStreet, NUMBERED, PO_BOX, splitCity, takeUnit } from './street.js';
import type { Address } from './types.js';

const NOTHING: Address = {
  street: null,
  unit: null,
  city: null,
  state: null,
  postal_code: null,
  country: null,
};
const STATE_END =
  /^(.*?)[\s,]+([A-Za-z][A-Za-z.]{1,13}(?: [A-Za-z]{4,9}){0,2})\.?(?:[\s,]+(\d{5})(?:\s?[-‐‑–—]\s?(\d{4}))?)?$/;
const COUNTRY_END = /[\s,]+(?:U\.?S\.?A\.?|U\.S\.|US|United States(?: of America)?|Canada)\.?$/i;

/** The parts of one address, or null when the text holds none. Foreign ones keep their lines whole in `street`. */
export function parseAddress(text: string): Address | null {
  const lines = prepared(text);
  if (lines.length === 0) return null;
  const abroad = lines.map((line, i) => countryAround(line, lines[i + 1])?.code).find(Boolean);
  const found = findAddresses(lines, abroad ?? 'US');
  const best = found.find((a) => a.street !== null) ?? found[0];
  const whole = best && best.street === null ? loose(lines.join(', ')) : null;
  if (whole?.street) return whole;
  if (best && (best.street !== null || !streetIn(lines)))
    return {
      street: best.street,
      unit: best.unit,
      city: best.city,
      state: best.state,
      postal_code: best.postal_code,
      country: best.country,
    };
  return abroad ? leftWhole(lines) : loose(lines.join(', '));
}

function streetIn(lines: readonly string[]): boolean {
  return lines.some((line) => line.split(',').some((part) => looksLikeStreet(part.trim())));
}

/** "1005 N Gravenstein Hwy Sebastopol CA", "100 South St 19106", "45 Quaker Ave, Ste 105". */
function loose(whole: string): Address | null {
  const country = COUNTRY_END.exec(whole)?.[0];
  let rest = (country ? whole.slice(0, -country.length) : whole).replace(/[\s,]+$/, '');
  let state: { code: string; country: 'US' | 'CA' } | null = null;
  let postal: string | null = null;
  const zip = /[\s,]+(\d{5})(?:\s?[-‐‑–—]\s?(\d{4}))?$/.exec(rest);
  const bare = zip ? rest.slice(0, zip.index) : rest;
  if (zip && /\p{L}/u.test(bare)) {
    postal = zip[2] ? `${zip[1]}-${zip[2]}` : (zip[1] ?? null);
    rest = bare;
  }
  const end = STATE_END.exec(rest);
  for (const words of end
    ? [end[2] ?? '', (end[2] ?? '').split(' ').slice(-2).join(' '), (end[2] ?? '').split(' ').at(-1) ?? '']
    : []) {
    const hit = stateCode(words);
    // Small letters and "St", "Ct", "Dr" at the end are words of the street.
    const sure =
      words.length > 2
        ? /^\p{Lu}/u.test(words) || postal !== null
        : words === words.toUpperCase() || postal !== null || /,\s*\S+$/.test(rest);
    if (
      !hit ||
      !sure ||
      (words.length === 2 && !US_CODES.has(words.toUpperCase()) && !CA_CODES.has(words.toUpperCase()))
    )
      continue;
    state = hit;
    rest = rest.slice(0, rest.length - words.length).replace(/[\s,.]+$/, '');
    break;
  }
  const parts = rest.split(/\s*[,\n]\s*/).filter(Boolean);
  // A number alone makes a street only where state or code say that this is an address.
  const at = parts.findIndex(
    (part) => looksLikeStreet(part) || PO_BOX.test(part) || ((state || postal) && NUMBERED.test(part)),
  );
  if (at < 0) {
    if (!state && !postal)
      return /^\d{5}(?:-\d{4})?$/.test(rest) ? { ...NOTHING, postal_code: rest, country: 'US' } : null;
    const crossing =
      parts.length === 2 && /\S\s(?:&|and|at|@)\s\S/i.test(parts[0] ?? '') ? (parts[0] ?? null) : null;
    return {
      street: crossing,
      unit: null,
      city: parts.at(-1) ?? null,
      state: state?.code ?? null,
      postal_code: postal,
      country: state?.country ?? 'US',
    };
  }
  const split =
    at === parts.length - 1 ? splitCity(parts[at] ?? '') : { street: parts[at] ?? null, city: null };
  const after = parts.slice(at + 1);
  const units = after.filter(isUnit);
  const towns = after.filter((part) => !isUnit(part));
  const city = split.city ?? (towns.length > 0 ? townOf(towns.at(-1) ?? '', units) : null);
  const { street, unit } = takeUnit([split.street ?? '', ...towns.slice(0, -1)].filter(Boolean).join(', '));
  return {
    street,
    unit: unit ?? units[0] ?? null,
    city,
    state: state?.code ?? null,
    postal_code: postal,
    country: state?.country ?? (country && /canada/i.test(country) ? 'CA' : country || postal ? 'US' : null),
  };
}

/** "Suite 500 Sebastopol": the unit before the town without a comma. */
function townOf(text: string, units: string[]): string | null {
  const { street, unit } = takeUnit(text);
  if (!unit || !street) return text;
  units.unshift(unit);
  return street;
}

/** Of an address abroad that no form fits, the country is told and the lines are left as they are. */
function leftWhole(lines: readonly string[]): Address | null {
  const last = lines.at(-1) ?? '';
  const around = countryAround(last, undefined);
  const country = around?.code ?? countryCode(last);
  const body = [...lines.slice(0, -1), around ? around.line : countryCode(last) ? '' : last].filter(Boolean);
  if (body.length === 0 || !country) return null;
  const postal = /(?<![\d-])(?:[A-Z]{1,2}-)?(\d{3}\s\d{2}|\d{4,6}|\d{5}-\d{3})(?![\d-])/.exec(
    body.at(-1) ?? '',
  );
  return {
    street: body.join(', '),
    unit: null,
    city: null,
    state: null,
    postal_code:
      postal && !looksForeign((body.at(-1) ?? '').split(',')[0] ?? '') ? (postal[1] ?? null) : null,
    country,
  };
}

function prepared(text: string): string[] {
  return text
    .slice(0, 4000)
    .split(/\r?\n|<br\s*\/?>/i)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}
