/**
 * Telephone numbers in text, as E.164 with extension and kind. Own patterns find them (the library's
 * search is too strict for printed pages), libphonenumber judges and formats them.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Phone } from './types.js';

const SEPARATOR = '\\s{0,2}[.\\-\\u00b7\\u2022\\u2219*|~]\\s{0,2}|\\s{1,2}';
/** North American numbers: `(216) 555-0100`, `216.555.0100`, `1-800-555-0100`, `+1 216 555 0100`. */
const NANP = new RegExp(
  '(?<!\\d)(?:\\(?\\+?(?:00|011[\\s-]?)?1\\)?[\\s.\\-/]{0,3})?' +
    '(?:[([]\\s?([2-9]\\d{2})\\s?[)\\]][\\s.\\-/\\u00b7\\u2022]{0,4}' +
    `|\\(?([2-9]\\d{2})(?:\\)?(${SEPARATOR}|\\s?/\\s?)|\\)|(?=\\d{7}(?!\\d))))` +
    `\\(?([2-9]\\d{2})\\)?(${SEPARATOR}|(?=\\d))(\\d{4})(?!\\d)`,
  'g',
);
/** Numbers spelled on the keypad: `1-800-FLOWERS`, `(800) 45-STEEL`. "800 WEST AVE" is a street. */
const VANITY =
  /(?<![\w.])(?:1[\s.-]{1,2}\(?(8(?:00|33|44|55|66|77|88))\)?[\s.-]{1,2}((?:[A-Z0-9][\s.-]?){6,12}[A-Z0-9])|(?:\((8(?:00|33|44|55|66|77|88))\)\s?-?|(8(?:00|33|44|55|66|77|88))[.-])((?:[A-Z0-9][.-]?){6,12}[A-Z0-9]))(?!\w)/g;
const INTERNATIONAL =
  /(?<![\w+])(?:\+|00(?=\s?[1-9]\d))\s?(?:\(0\)\s?)?\(?\d(?:[\s.\-/]{0,2}\(?\d{1,5}\)?){2,9}(?!\d)/g;
/** National numbers with a trunk zero; only believed with the country known. */
const TRUNK =
  /(?<![\w+.£$€/-])\(?0\d(?:[()]?[\s.\-/]{0,2}\(?\d{1,5}){2,6}(?![\d.]\d|\d)|(?<![\w+.])1[38]00\s?\d{3}\s?\d{3}(?!\d)/g;
/** Any run of digits that a label or a line of its own makes a number. */
const RUN = /(?<![\d+])\(?\d[\d\s().\-/]{5,20}\d(?![\d])/g;
/** Days and years, which have as many digits. */
const DATE = /^\(?\d{1,2}([./-])\d{1,2}\1\d{2,4}$|^\(?(?:19|20)\d\d\s?[./-]/;
const LOCAL = /(?<![\d.\-/$#])([2-9]\d{2})(?:\s?[.-]\s?|\s)(\d{4})(?![\d-])/g;
const EXTENSION =
  /^[\s,;.:/(-]{0,4}(?:ext(?:ension|n|s)?|x|xt|xtn|#)[\s.:=-]{0,3}(?:(?:no|nr|number)\b\.?\s?)?#?(\d{1,6})(?!\d|[-.]\d)/i;
const FAX =
  /(?<![\p{L}])(?:fax|fx|facsimile|telefax|télécopie|f)(?![\p{L}])[\s.:)#(/-]*(?:(?:no|number|nr|line)\b[\s.:]*)?$/iu;
const PHONE_AND_FAX = /(?:tel|phone|ph|t|p)\w*\.?\s*(?:\/|&|and|or)\s*(?:tele)?f(?:ax)?\b[\s.:#]*$/i;
const MOBILE = /\b(?:cell(?:ular|phone)?|mobile|mobil|mob|text|c|m)\b[\s.:)#(-]*$/i;
const LABEL =
  /(?<![\p{L}])(?:t[eé]l(?:e(?:ph|f)[oó]n[eo]?)?|telefon|phones?|ph|fon|toll[\s-]?free|freephone|freecall|office|main|direct|local|call(?:\s+us)?|p|t|o|voice|fax|fx|facsimile|telefax|f|cell|mobile|mobil|mob|gsm|whatsapp|hotline|helpline|enquiries)(?![\p{L}])[\s.:)#(/-]*(?:(?:no|nr|number|numbers|nos|at|us|line)(?![\p{L}])[\s.:)#(-]*){0,2}$/iu;
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)/;
const KEYPAD = 'ABC2DEF3GHI4JKL5MNO6PQRS7TUV8WXYZ9';

interface Hit {
  at: number;
  end: number;
  e164: string;
}

export function findPhones(text: string, country: string = 'US'): Phone[] {
  const line = plainSigns(text.length > 100_000 ? text.slice(0, 100_000) : text);
  const found = scan(line, country);
  let previousFax = false;
  return found.map((hit, i) => {
    const before = line.slice(Math.max(found[i - 1]?.end ?? 0, hit.at - 30), hit.at);
    const after = line.slice(hit.end, hit.end + 24);
    const listed = i > 0 && previousFax && /^[\s,/&|]*(?:or|and)?[\s,/&|]*$/i.test(before);
    const kind = kindOf(hit.e164, before, after, listed);
    previousFax = kind === 'fax';
    const raw = text.slice(hit.at, hit.end).trim();
    return { e164: hit.e164, extension: EXTENSION.exec(after)?.[1] ?? null, raw, kind };
  });
}

/** Numbers without area code ("Tel: 555-0100"), only right after a label; they have no E.164 form of their own. */
export function findLocalNumbers(text: string): { raw: string; kind: 'phone' | 'fax' }[] {
  if (text.length > 5000 || !/\d{3}[\s.-]{1,3}\d{4}/.test(text)) return [];
  const line = plainSigns(text);
  const taken = scan(line, 'US');
  return [...line.matchAll(LOCAL)]
    .filter((m) => labelled(line, m.index) && !taken.some((t) => m.index < t.end && m.index + 8 > t.at))
    .map((m) => ({
      raw: m[0],
      kind: FAX.test(line.slice(Math.max(0, m.index - 30), m.index)) ? 'fax' : 'phone',
    }));
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
      ? (nanp(digits) ?? parseNumber(digits, country))
      : digits.length === 11 && digits.startsWith('1')
        ? nanp(digits.slice(1))
        : parseNumber(body.startsWith('+') ? `+${digits}` : digits, country);
  return e164
    ? { e164, extension, raw: body.trim(), kind: TOLL_FREE.test(e164) ? 'toll_free' : 'phone' }
    : null;
}

/** Numbers with their places, first to last, none overlapping. */
function scan(line: string, country: string): Hit[] {
  if (!/\d{2}/.test(line)) return [];
  const found: Hit[] = [];
  const home = country === 'US' || country === 'CA';
  if (line.includes('+') || line.includes('00'))
    for (const m of line.matchAll(INTERNATIONAL))
      take(found, m.index, m[0], parseNumber(m[0].replace(/^00/, '+').replace(/\(0\)/, ''), undefined));
  for (const m of line.matchAll(NANP))
    if (isNanp(line, m, home)) take(found, m.index, m[0], nanp(nanpDigits(m)));
  if (/[A-Z]{3}/.test(line)) {
    for (const m of line.matchAll(VANITY)) {
      const letters = (m[2] ?? m[5] ?? '').replace(/[\s.-]/g, '');
      if (letters.replace(/\d/g, '').length >= 3)
        take(
          found,
          m.index,
          m[0],
          nanp(`${m[1] ?? m[3] ?? m[4]}${[...letters].map(keypad).join('').slice(0, 7)}`),
        );
    }
  }
  if (!home)
    for (const m of line.matchAll(TRUNK))
      if (!DATE.test(m[0])) take(found, m.index, m[0], parseNumber(m[0], country));
  for (const m of line.matchAll(RUN)) {
    const digits = m[0].replace(/\D/g, '');
    if (
      digits.length < 7 ||
      digits.length > 15 ||
      DATE.test(m[0]) ||
      !free(found, m.index, m.index + m[0].length)
    )
      continue;
    const alone = m[0].length >= line.trim().length - 1;
    if (!labelled(line, m.index) && !(alone && !home)) continue;
    // The country's own form first, then a country code that has lost its plus.
    const own = home ? null : parseNumber(m[0], country);
    take(
      found,
      m.index,
      m[0],
      own ?? (digits.length >= 10 && !digits.startsWith('0') ? abroad(digits) : null),
    );
  }
  return found.sort((a, b) => a.at - b.at);
}

function free(found: readonly Hit[], at: number, end: number): boolean {
  for (const hit of found) if (at < hit.end && end > hit.at) return false;
  return true;
}

function take(found: Hit[], at: number, raw: string, e164: string | null): void {
  if (e164 !== null && free(found, at, at + raw.length)) found.push({ at, end: at + raw.length, e164 });
}

/** Dashes and blanks of all kinds as the plain ones, each for one, so that places stay. */
function plainSigns(text: string): string {
  return text
    .replace(/[\u2010-\u2015\u2212\ufe58\uff0d]/g, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ');
}

function nanpDigits(m: RegExpExecArray): string {
  return `${m[1] ?? m[2]}${m[4]}${m[6]}`;
}

/** Is what the pattern found a telephone number, and not a part of a longer number, a price or an address? */
function isNanp(line: string, m: RegExpExecArray, home: boolean): boolean {
  const { index } = m;
  const before = line.slice(Math.max(0, index - 24), index);
  // Between a ZIP code and the number a dash or a stroke sets apart: "OH 45402/937.555.1234".
  const zip = /[A-Za-z.][\s,]{1,3}\d{5}\s?[/-]$/.test(before);
  if (!zip && /[$€£=_%]$|\d[.,/-]$|\+\d{1,3}[\s.-]?\(?$/.test(before)) return false;
  if (!zip && /[#/]$/.test(before) && !labelled(line, index)) return false;
  // A rare sign between the groups must stand twice: else it sets two numbers apart.
  const signs = [m[3] ?? '', m[5] ?? ''].map((s) => s.trim());
  if (signs.some((s) => /[*|~\u2022\u2219\u00b7]/.test(s)) && signs[0] !== signs[1] && m[1] === undefined)
    return false;
  if (/^\d+$/.test(m[0].trim())) return labelled(line, index) || line.trim().length <= 14;
  return home || m[1] !== undefined || /^\+?1|[.-]/.test(m[0]);
}

/** A label after its number: "(fax)", or the bare word where no number of its own follows. */
const FAX_AFTER = /^\s*(?:\(\s*(?:fax|f)\s*\)|[-–]?\s*fax\b(?!\s*(?:no|number|nr)?\.?\s*[:#.]?\s*[+(]?\d))/i;

function kindOf(e164: string, before: string, after: string, listed: boolean): Phone['kind'] {
  if (!PHONE_AND_FAX.test(before) && (FAX.test(before) || listed || FAX_AFTER.test(after))) return 'fax';
  if (MOBILE.test(before) || /^\s*\(\s*(?:cell|mobile)/i.test(after)) return 'mobile';
  return TOLL_FREE.test(e164) ? 'toll_free' : 'phone';
}

function labelled(line: string, at: number): boolean {
  return LABEL.test(line.slice(Math.max(0, at - 32), at));
}

function nanp(digits: string): string | null {
  if (!/^[2-9]\d{2}[2-9]\d{6}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return null;
  return `+1${digits}`;
}

function abroad(digits: string): string | null {
  return digits.startsWith('1') ? null : parseNumber(`+${digits}`, undefined);
}

function parseNumber(text: string, country: string | undefined): string | null {
  try {
    const parsed = parsePhoneNumberFromString(text, country as CountryCode | undefined);
    // E.164 has at most fifteen digits; the library lets longer ones through, and short codes of few digits.
    return parsed?.isValid() && parsed.number.length >= 8 && parsed.number.length <= 16
      ? parsed.number
      : null;
  } catch {
    return null;
  }
}

function keypad(letter: string): string {
  if (/\d/.test(letter)) return letter;
  const at = KEYPAD.indexOf(letter);
  return at < 0 ? '' : (/\d/.exec(KEYPAD.slice(at))?.[0] ?? '');
}
