/** The country a page's national telephone numbers and bare postal codes are meant for. */
import { isSupportedCountry } from 'libphonenumber-js/min';
import { countryAround, INDIAN, PREFIX } from './country-signs.js';
import type { Page } from './dom.js';
import { domainOf } from './web.js';

/** Top-level domains of countries that are sold as something else. */
const GENERIC_TLD =
  /^(?:co|me|tv|io|ai|cc|ws|fm|am|ly|sh|to|la|gg|ac|bz|us|ca|in|is|it|im|nu|eu|cd|dj|st|vc|mn|sc|tk|ml|ga|cf)$/;
/** Of these the home use is common enough that only the page's own words decide otherwise. */
const HOME_TOO = /^(?:in|it|is|ca|st)$/;
const CALLING = new RegExp(
  `(?:\\+|\\b00)\\s?(${Object.keys(PREFIX)
    .sort((a, b) => b.length - a.length)
    .join('|')})[\\s().-]`,
  'g',
);
const GB_CODE = /(?:^|[\s,])[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[ABD-HJLNP-UW-Z]{2}(?![\w-])/;
const AU_CODE = /\b(?:NSW|N\.S\.W\.?|VIC|Vic|QLD|Qld|TAS|Tas)[.\s,]{1,3}\d{4}\b/;
/** Trunk zero and the usual groups; North American numbers never begin with it. */
const GB_PHONE =
  /(?<![\d+.])\(?0(?:1\d{3}|1\d1|11\d|7\d{3}|3\d{2}|20|2\d|800|808|84[45]|87[01])\)?[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)/;
const AU_PHONE = /\(0[2378]\)\s?\d{4}\s?\d{4}(?!\d)|\b1[38]00\s\d{3}\s\d{3}\b/;
const US_CODE = /\b[A-Z]{2}\.?,?\s{1,2}\d{5}(?:-\d{4})?\b/;
const CA_CODE = /\b[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?-?\d[A-Z]\d\b/;

export function countryOf(url: string, page: Page): string {
  const tld = domainOf(url)?.split('.').at(-1) ?? '';
  const own = tld === 'uk' ? 'GB' : tld.toUpperCase();
  if (tld.length === 2 && isSupportedCountry(own) && !GENERIC_TLD.test(tld)) return own;
  const region = /^[a-z]{2}[-_]([A-Z]{2})$/.exec(page.language ?? '')?.[1];
  // Editors write en-GB and en-US without thinking; other regions are meant.
  if (region && region !== 'US' && region !== 'GB' && isSupportedCountry(region)) return region;
  const votes = new Map<string, number>();
  const vote = (country: string, weight = 1) => votes.set(country, (votes.get(country) ?? 0) + weight);
  if (HOME_TOO.test(tld) && isSupportedCountry(own)) vote(own, 1.5);
  if (region) vote(region, 0.5);
  for (const { text } of page.lines) {
    if (text.length > 300) continue;
    if (!/\d/.test(text)) {
      if (text.length < 80 && text.includes(',')) voteNamed(text, vote);
      continue;
    }
    if (GB_CODE.test(text)) vote('GB');
    else if (CA_CODE.test(text)) vote('CA');
    if (AU_CODE.test(text)) vote('AU');
    if (AU_PHONE.test(text)) vote('AU', 0.02);
    else if (GB_PHONE.test(text)) vote('GB', 0.01);
    if (US_CODE.test(text)) vote('US');
    else if (/\d{3}\s?\d{3}/.test(text) && INDIAN.test(text)) vote('IN');
    if (text.length < 120 && /\p{L}{4}\W*$/u.test(text)) voteNamed(text, vote);
    if (text.includes('+') || text.includes('00'))
      for (const m of text.matchAll(CALLING)) vote(PREFIX[m[1] ?? ''] ?? 'US');
  }
  const [first] = [...votes].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? 'US';
}

function voteNamed(text: string, vote: (country: string, weight?: number) => void): void {
  const named = countryAround(text, undefined);
  if (named && isSupportedCountry(named.code)) vote(named.code, 0.7);
}
