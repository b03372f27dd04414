/** Units of providers brought to those of the lake: US dollars, head counts, E.164, two-letter states, domains. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { parse as parseDomain } from 'tldts';

export interface Band {
  min: number | null;
  /** Null for an open end. */
  max: number | null;
}

const SCALE: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mm: 1e6,
  mil: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  bil: 1e9,
  billion: 1e9,
};
const AMOUNT =
  /^(?:us)?\$?\s?(\d[\d,]{0,15}(?:\.\d{1,6})?)\s?(k|thousand|mm|million|mil|m|bn|billion|bil|b)?\.?\+?$/i;

/** `24M`, `$1.5 billion`, `1,200`: a whole number; null when it is none or in another currency. */
export function parseAmount(text: string): number | null {
  const m = AMOUNT.exec(text.trim());
  if (!m) return null;
  const value = Number((m[1] ?? '').replaceAll(',', ''));
  return Number.isFinite(value) ? Math.round(value * (SCALE[(m[2] ?? '').toLowerCase()] ?? 1)) : null;
}

/** `51-250`, `251-1K`, `$10M-$50M`, `$1B+`, `10001+`, `under $1M`: never an enumeration, bands are spelled in many ways. */
export function parseBand(text: string | null | undefined): Band | null {
  if (!text || text.length > 60) return null;
  const plain = text.replace(/[‐-―]/g, '-').trim();
  const under = /^(?:<|under|less than|up to)\s*(.+)$/i.exec(plain);
  if (under) return oneEnd(0, parseAmount(under[1] ?? ''));
  const over = /^(?:>|over|more than)\s*(.+)$/i.exec(plain) ?? /^(.+)\+$/.exec(plain);
  if (over) return oneEnd(parseAmount(over[1] ?? ''), null);
  const ends = plain.split(/\s?-\s?|\sto\s/);
  if (ends.length === 2) {
    const max = parseAmount(ends[1] ?? '');
    let min = parseAmount(ends[0] ?? '');
    if (min === null || max === null) return null;
    // "10-50M": the unit stands once, at the end.
    const unit = /([a-z]+)\.?$/i.exec(ends[1] ?? '')?.[1]?.toLowerCase() ?? '';
    if (/\d$/.test(ends[0] ?? '') && /^\$/.test(plain) && min < max && SCALE[unit]) min *= SCALE[unit] ?? 1;
    return min <= max ? { min, max } : null;
  }
  const exact = parseAmount(plain);
  return exact === null ? null : { min: exact, max: exact };
}

function oneEnd(min: number | null, max: number | null): Band | null {
  return min === null && max === null ? null : { min, max };
}

/** A whole number in reach of the column, or null: 0 employees and year 19 are "unknown", not facts. */
export function wholeNumber(value: unknown, min: number, max: number): number | null {
  const number = typeof value === 'string' ? Number(value.trim() || Number.NaN) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const whole = Math.round(number);
  return whole >= min && whole <= max ? whole : null;
}

export const employeeCount = (value: unknown) => wholeNumber(value, 1, 10_000_000);
export const dollars = (value: unknown) => wholeNumber(value, 1, 10_000_000_000_000);
export const foundedYear = (value: unknown) => wholeNumber(value, 1600, 2100);

/** The most detailed of the codes; the first list that has one wins (2022 codes come first). */
export function longestCode(
  ...lists: (readonly (string | number | null | undefined)[] | null | undefined)[]
): string | null {
  for (const list of lists) {
    const codes = (list ?? [])
      .map((code) => String(code ?? '').trim())
      .filter((code) => /^\d{2,6}$/.test(code));
    const longest = codes.reduce((best, code) => (code.length > best.length ? code : best), '');
    if (longest) return longest;
  }
  return null;
}

export function e164(text: string | null | undefined): string | null {
  if (!text) return null;
  try {
    const number = parsePhoneNumberFromString(text.slice(0, 40), 'US');
    return number?.isPossible() ? number.number : null;
  } catch {
    return null;
  }
}

/** Registrable domain of a URL or host, lower case. */
export function registrable(text: string | null | undefined): string | null {
  return text ? (parseDomain(text.trim().toLowerCase(), { allowPrivateDomains: true }).domain ?? null) : null;
}

/** Text without edges; null when nothing is left. */
export function tidy(text: unknown, most = 2_000): string | null {
  if (typeof text !== 'string') return null;
  const clean = text.replace(/\s+/g, ' ').trim();
  return clean === '' ? null : clean.slice(0, most);
}

/** A LinkedIn company page from a handle or any spelling of its URL. */
export function linkedinCompany(text: string | null | undefined): string | null {
  const handle = /(?:^|\/)(company|school|showcase)\/([^/?#\s]{1,120})/i.exec(text ?? '');
  return handle ? `https://www.linkedin.com/${handle[1]?.toLowerCase()}/${handle[2]}` : null;
}

const STATES =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,PR Puerto Rico,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming,AB Alberta,BC British Columbia,MB Manitoba,NB New Brunswick,NL Newfoundland and Labrador,NS Nova Scotia,ON Ontario,PE Prince Edward Island,QC Quebec,SK Saskatchewan';
const STATE_CODES = new Map<string, string>();
for (const entry of STATES.split(',')) {
  const code = entry.slice(0, 2);
  STATE_CODES.set(code.toLowerCase(), code);
  STATE_CODES.set(entry.slice(3).toLowerCase(), code);
}

/** Two letters for US states and Canadian provinces; other text as it stands. */
export function stateCode(text: string | null | undefined): string | null {
  const clean = tidy(text, 60);
  return clean === null ? null : (STATE_CODES.get(clean.toLowerCase().replaceAll('.', '')) ?? clean);
}

const COUNTRIES: Readonly<Record<string, string>> = {
  'united states': 'US',
  'united states of america': 'US',
  usa: 'US',
  canada: 'CA',
  mexico: 'MX',
  germany: 'DE',
  'united kingdom': 'GB',
  france: 'FR',
  italy: 'IT',
  japan: 'JP',
  china: 'CN',
  india: 'IN',
  taiwan: 'TW',
  switzerland: 'CH',
  sweden: 'SE',
  austria: 'AT',
  netherlands: 'NL',
  spain: 'ES',
  'south korea': 'KR',
};

/** ISO-2 of a country as providers write it; null when it is neither a code nor a name known here. */
export function countryCode(text: string | null | undefined): string | null {
  const clean = tidy(text, 60)?.toLowerCase();
  if (!clean) return null;
  return /^[a-z]{2}$/.test(clean) ? clean.toUpperCase() : (COUNTRIES[clean] ?? null);
}

/** ISO-8601 of an epoch in milliseconds or, by its size, seconds. */
export function instantOf(epoch: number | null | undefined): string | null {
  if (typeof epoch !== 'number' || !Number.isFinite(epoch) || epoch <= 0) return null;
  const ms = epoch < 1e11 ? epoch * 1000 : epoch;
  return ms < 4e12 ? new Date(ms).toISOString() : null;
}
