/**
 * Telephone numbers in text, as E.164 with extension and kind. An own pattern finds them (the library's
 * search is too strict for printed pages), libphonenumber judges and formats them.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Phone } from './types.js';

/** North American numbers: `(216) 555-0100`, `216.555.0100`, `1-800-FLOWERS`, `+1 216 555 0100 x12`. */
const NANP =
  /(?<![\d.\-/$#=_])(?:\+?1[\s.\-–/]{0,2})?(?:\(\s?([2-9]\d{2})\s?\)[\s.\-–/]{0,3}|([2-9]\d{2})(?:\s?[.\-–/]\s?|\s{1,2}|(?=\d{7}(?!\d))))([2-9]\d{2})(?:\s?[.\-–]\s?|\s{1,2}|(?=\d))(\d{4})(?!\d)/g;
const VANITY =
  /(?<![\w.])(?:1[\s.-])?\(?(8(?:00|33|44|55|66|77|88))\)?[\s.-]{1,2}(?=[A-Z0-9-]*[A-Z])([A-Z0-9](?:[\s-]?[A-Z0-9]){6,9})(?![\w])/g;
const INTERNATIONAL =
  /(?<![\w+])(?:\+|00(?=[1-9]\d))\s?(?:\(0\)\s?)?\d(?:[\s.\-–/]?\(?\d{1,5}\)?){2,9}(?!\d)/g;
/** National numbers of other countries: only believed with the country known. */
const NATIONAL =
  /(?<![\w+.£$€/-])\(?0\d(?:[()]?[\s.\-–/]{0,2}\(?\d{1,5}){2,6}(?![\d.]\d|\d)|(?<![\w+.])1[38]00\s?\d{3}\s?\d{3}(?!\d)/g;
const EXTENSION = /^[\s,;.:/(-]{0,4}(?:ext(?:ension|n)?|x|xt|#)[\s.:]{0,3}(\d{1,6})(?!\d|[-.]\d)/i;
const FAX = /\b(?:fax|facsimile|telefax|f)\b[\s.:)#(-]*(?:(?:no|number|nr)\b[\s.:]*)?$/i;
const MOBILE = /\b(?:cell(?:ular)?|mobile|mob|text|c|m)\b[\s.:)#(-]*$/i;
const LABEL =
  /\b(?:tel(?:ephone)?|phone|ph|toll[\s-]?free|office|main|direct|local|call|p|t|o|voice|fax|facsimile|f|cell|mobile|mob)\b[\s.:)#(-]*/gi;
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)/;
const KEYPAD = 'ABC2DEF3GHI4JKL5MNO6PQRS7TUV8WXYZ9';

export function findPhones(text: string, country: string = 'US'): Phone[] {
  if (text.length > 100_000) text = text.slice(0, 100_000);
  if (!/\d[^a-z]{3,}\d/i.test(text) && !/8\d\d[\s.-]/.test(text)) return [];
  const found: { at: number; end: number; e164: string; raw: string; extension: string | null }[] = [];
  const take = (at: number, raw: string, e164: string | null, extension: string | null = null) => {
    if (e164 === null || found.some((hit) => at < hit.end && at + raw.length > hit.at)) return;
    found.push({ at, end: at + raw.length, e164, raw: raw.trim(), extension });
  };
  for (const m of text.matchAll(INTERNATIONAL)) {
    const intl = parseNumber(m[0].replace(/^00/, '+').replace('(0)', ''), undefined);
    take(m.index, m[0], intl);
  }
  for (const m of text.matchAll(NANP)) {
    const area = m[1] ?? m[2] ?? '';
    // Glued ten digits are a number only after a label or when the whole text is a number.
    if (/^\d+$/.test(m[0].trim()) && !labelled(text, m.index) && text.trim().length > 14) continue;
    if (country !== 'US' && country !== 'CA' && m[1] === undefined && !/^\+?1|[.-]/.test(m[0])) continue;
    take(m.index, m[0], nanp(`${area}${m[3]}${m[4]}`));
  }
  for (const m of text.matchAll(VANITY)) {
    const digits = [...(m[2] ?? '').toUpperCase()].map(keypad).join('').slice(0, 7);
    if (digits.length === 7) take(m.index, m[0], nanp(`${m[1]}${digits}`));
  }
  if (country !== 'US' && country !== 'CA') {
    for (const m of text.matchAll(NATIONAL)) take(m.index, m[0], parseNumber(m[0], country as CountryCode));
  }
  found.sort((a, b) => a.at - b.at);
  let previousFax = false;
  return found.map((hit, i) => {
    const before = text.slice(Math.max(found[i - 1]?.end ?? 0, hit.at - 30), hit.at);
    const ext = EXTENSION.exec(text.slice(hit.end, hit.end + 24));
    const and = /^[\s,/&|]*(?:or|and)?[\s,/&|]*$/i.test(before);
    let kind: Phone['kind'] = TOLL_FREE.test(hit.e164) ? 'toll_free' : 'phone';
    const after = text.slice(hit.end, hit.end + 14);
    if (FAX.test(before) || (and && i > 0 && previousFax) || /^\s*\(?\s*(?:fax|f\))/i.test(after))
      kind = 'fax';
    else if (MOBILE.test(before) || /^\s*\(\s*(?:cell|mobile)/i.test(after)) kind = 'mobile';
    previousFax = kind === 'fax';
    return { e164: hit.e164, extension: hit.extension ?? ext?.[1] ?? null, raw: hit.raw, kind };
  });
}

/** Readable national form: `(216) 555-0100` in North America, else the international form. */
export function formatPhone(e164: string): string {
  const m = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  if (m) return `(${m[1]}) ${m[2]}-${m[3]}`;
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
}

/** The number of a `tel:` link, whatever way its digits are set. */
export function telLink(href: string, country: string = 'US'): Phone | null {
  let body = href.replace(/^(?:tel|callto|phone):(?:\/\/)?/i, '');
  try {
    body = decodeURIComponent(body);
  } catch {
    // A stray percent sign: read as it stands.
  }
  const [hit] = findPhones(body, country);
  if (hit) return hit;
  const digits = body.split(/[;,px]/i)[0]?.replace(/\D/g, '') ?? '';
  const extension = /(?:;ext=|,|x|p)(\d{1,6})$/i.exec(body.trim())?.[1] ?? null;
  const e164 =
    digits.length === 10
      ? nanp(digits)
      : digits.length === 11 && digits.startsWith('1')
        ? nanp(digits.slice(1))
        : parseNumber(body.startsWith('+') ? `+${digits}` : digits, country as CountryCode);
  return e164
    ? { e164, extension, raw: body.trim(), kind: TOLL_FREE.test(e164) ? 'toll_free' : 'phone' }
    : null;
}

function labelled(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 16), at);
  LABEL.lastIndex = 0;
  const last = [...before.matchAll(LABEL)].at(-1);
  return last !== undefined && last.index + last[0].length === before.length;
}

function nanp(digits: string): string | null {
  if (!/^[2-9]\d{2}[2-9]\d{6}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return null;
  return `+1${digits}`;
}

function parseNumber(text: string, country: CountryCode | undefined): string | null {
  try {
    const parsed = parsePhoneNumberFromString(text, country);
    return parsed?.isValid() ? parsed.number : null;
  } catch {
    return null;
  }
}

function keypad(letter: string): string {
  if (/\d/.test(letter)) return letter;
  const at = KEYPAD.indexOf(letter);
  return at < 0 ? '' : (/\d/.exec(KEYPAD.slice(at))?.[0] ?? '');
}
