/**
 * The end of postal addresses outside North America. Forms that stand for themselves (British post codes, Australian
 * states) are believed anywhere; a bare number before or after a town only with the country known, from the line
 * itself, from the line below or from the page. Source: Universal Postal Union, addressing systems by country.
 */
import type { AddressTail } from './address-tail.js';
import { countryAround, countryNear, INDIAN } from './country-signs.js';
import { AU_STATES, countryCode, endsCountry } from './places.js';
import { looksForeign, looksLikeStreet } from './street.js';
import { lastWord } from './text.js';

const GB_TAIL =
  /(^|[\s,.(|>-])((?:GIR\s?0AA|(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNP-Y]?)\s?\d[ABD-HJLNP-UW-Z]{2}))(?!\w)/g;
const AU_TAIL = new RegExp(
  `(^|[\\s,.(|>-])(${AU_STATES.join('|')}|N\\.S\\.W\\.?|New South Wales|Victoria|Vic|Queensland|Qld|South Australia|Western Australia|Tasmania|Tas)\\.?[\\s,]{1,3}(?:Australia[\\s,]+)?(\\d{4})(?!\\d)`,
  'g',
);
const AU_CODE: Readonly<Record<string, string>> = {
  'N.S.W': 'NSW',
  'N.S.W.': 'NSW',
  'New South Wales': 'NSW',
  Victoria: 'VIC',
  Vic: 'VIC',
  Queensland: 'QLD',
  Qld: 'QLD',
  'South Australia': 'SA',
  'Western Australia': 'WA',
  Tasmania: 'TAS',
  Tas: 'TAS',
};
const TOWN = "\\p{Lu}[\\p{L}.'’/()-]*(?:[ -][\\p{L}\\d.'’/()-]{1,24}){0,4}";
const CODE_FIRST: Readonly<Record<string, string>> = {
  NL: '\\d{4}\\s?[A-Z]{2}',
  SE: '\\d{3}\\s?\\d{2}',
  CZ: '\\d{3}\\s?\\d{2}',
  SK: '\\d{3}\\s?\\d{2}',
  GR: '\\d{3}\\s?\\d{2}',
  PL: '\\d{2}-\\d{3}',
  PT: '\\d{4}-\\d{3}',
  RO: '\\d{6}',
  BR: '\\d{5}-\\d{3}',
  CN: '\\d{6}',
  ...Object.fromEntries('AT CH BE NO DK HU LU SI BG PH'.split(' ').map((c) => [c, '\\d{4}'])),
  ...Object.fromEntries('DE FR IT ES FI MX TR EE HR RS MY UA'.split(' ').map((c) => [c, '\\d{5}'])),
};
const CODE_LAST: Readonly<Record<string, string>> = {
  NZ: '\\d{4}',
  ZA: '\\d{4}',
  AU: '\\d{4}',
  SG: '\\d{6}',
  IN: '\\d{3}\\s?\\d{3}',
  CN: '\\d{6}',
  RU: '\\d{6}',
  JP: '\\d{3}-\\d{4}',
  BR: '\\d{5}-?\\d{3}',
  TH: '\\d{5}',
  KR: '\\d{5}|\\d{3}-\\d{3}',
  PH: '\\d{4}',
  SA: '\\d{5}',
  IL: '\\d{5}(?:\\d{2})?',
  MX: '\\d{5}',
  UA: '\\d{5}',
  TW: '\\d{3,5}',
  VN: '\\d{5,6}',
  ID: '\\d{5}',
};
/** Where addresses are written without a code. */
const CODELESS = /^(?:HK|AE|IE|QA|KW|BH|OM|NG|KE|CL|CO|PE|PA|JM|BS|BB|TT|GH)$/;
/** Letters before the code, as the car's sign of the country. */
const CAR_SIGN: Readonly<Record<string, string>> = {
  D: 'DE',
  A: 'AT',
  F: 'FR',
  I: 'IT',
  E: 'ES',
  B: 'BE',
  L: 'LU',
  S: 'SE',
  N: 'NO',
};
const SIGNED = new RegExp(
  `^(?:(D|A|F|I|E|B|L|S|N|[A-Z]{2})[-–\\s])(\\d{4}\\s[A-Z]{2}(?=\\s)|\\d{4,6}|\\d{3}\\s\\d{2})\\s+(${TOWN})$`,
  'u',
);
/** The same after the street, where a dash joins sign and code: "Via Roma 5, I-20121 Milan". */
const SIGNED_PART = new RegExp(
  `^(.{4,80}?)[,|•·]\\s*(D|A|F|I|E|B|L|S|N|[A-Z]{2})[-–](\\d{4}\\s?[A-Z]{2}(?=\\s)|\\d{4,6}|\\d{3}\\s\\d{2})\\s+(${TOWN})$`,
  'u',
);
const cache = new Map<string, RegExp>();

/** As \W has it: a letter with an accent is one too. */
const NO_LETTER = /^\W$/;

/** Where the address ends and numbers, mail or the web begin. */
const REACHED_BY =
  /[\s,.|;·•(–-]*(?:(?<!\p{L})(?:tel|telephone|phone|fax|mob|mobile|cell|e-?mail)\b\.?\s*(?:no\.?\s*)?[:+(\d].*|(?<!\p{L})(?:ph|t|f|m|p|e|w)\.?:\s*[+(\d\w].*|\s\(?\+\d.*)$/iu;

/** Tails of one line in the forms of other countries; `home` is the page's country. */
export function abroadTails(lines: readonly string[], at: number, home: string): AddressTail[] {
  const line = lines[at] ?? '';
  if (/\d/.test(line)) {
    const list = [...british(lines, at), ...australian(lines, at)];
    if (list.length > 0) return list;
  }
  // Most lines of American pages hold no code of another land and name none: no closer look.
  if (
    (home === 'US' || home === 'CA') &&
    !/\d{4}|\d{3}\s\d{2}|\d{2,3}-\d{3}/.test(line) &&
    !endsCountry(lastWord(line, NO_LETTER))
  )
    return [];
  const text = line.length > 30 ? line.slice(0, 400).replace(REACHED_BY, '') : line;
  if (text.length > 160 || text.length < 4) return [];
  const one =
    (/\d{3}/.test(text)
      ? (singapore(text, at) ?? indian(text, lines, at, home) ?? coded(text, lines, at, home))
      : null) ?? codeless(text, lines, at, home);
  return one ? [one] : [];
}

function singapore(text: string, at: number): AddressTail | null {
  const m = /^(.*?)(?:\bsingapore\s*\(?|\bS\()(\d{6})\)?(?!\d)/i.exec(text);
  return m
    ? tail(at, `${m[1]?.replace(/[\s,]+$/, '')}, Singapore`.replace(/^, /, ''), m[2] ?? null, 'SG')
    : null;
}

function tail(
  line: number,
  head: string,
  postal: string | null,
  country: string,
  end = line + 1,
): AddressTail {
  return {
    head: head.replace(/[\s,|•·–-]+$/, '').trim(),
    state: null,
    postal_code: postal,
    country,
    alone: head.trim() === '',
    weak: false,
    start: line,
    end,
  };
}

export function british(lines: readonly string[], at: number): AddressTail[] {
  const line = lines[at] ?? '';
  const text = /^[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}$/i.test(line) ? line.toUpperCase() : line;
  const list: AddressTail[] = [];
  let from = 0;
  for (const m of text.matchAll(GB_TAIL)) {
    const index = m.index + (m[1] ?? '').length;
    const found = tail(at, line.slice(from, index), (m[2] ?? '').replace(/\s?(\d\w\w)$/, ' $1'), 'GB');
    list.push({ ...found, span: [index, m.index + m[0].length] });
    from = m.index + m[0].length;
  }
  return list;
}

function australian(lines: readonly string[], at: number): AddressTail[] {
  const line = lines[at] ?? '';
  if (!/[A-Za-z]\.?[\s,]{1,3}(?:Australia[\s,]+)?\d{4}(?!\d)/.test(line)) return [];
  const list: AddressTail[] = [];
  let from = 0;
  for (const m of line.matchAll(AU_TAIL)) {
    const index = m.index + (m[1] ?? '').length;
    const found = tail(at, line.slice(from, index), m[3] ?? '', 'AU');
    found.state = AU_CODE[m[2] ?? ''] ?? m[2] ?? null;
    list.push(found);
    from = m.index + m[0].length;
  }
  return list;
}

/** Indian PIN codes: "Mumbai - 400 001", "Pune 411001, India". */
function indian(text: string, lines: readonly string[], at: number, home: string): AddressTail | null {
  const line = text.replace(/^[\p{L}. ]{2,26}:\s*/u, '');
  if (!/\d{3}\s?\d{3}/.test(line) || /phone|tel|fax|(?<!\bpin(?:\s?code)?\s?):/i.test(line)) return null;
  const pin =
    /^(.*?\p{L})[\s,.]*(?:[-–]\s?|\s|\(?pin(?:code)?\s?[-:.]?\s?)(\d{3}\s\d{3}|\d{6})(?![\d-])(?:\s*[,.()]?\s*\p{L}|[\s.,]*$)/iu.exec(
      line,
    );
  if (!pin) return null;
  const dash = /[-–]\s?\d{3}\s?\d{3}/.test(line);
  const streetAbove = /^(?:\d[\w-]{0,7}\s+[\p{L}\d]|p\.?\s?o\.?\s?box)/iu.test(lines[at - 1] ?? '');
  const said =
    /india/i.test(`${line} ${lines[at + 1] ?? ''}`) || INDIAN.test(`${line} ${lines[at + 1] ?? ''}`);
  if (!dash && !streetAbove && !said && home !== 'IN') return null;
  return tail(at, pin[1] ?? '', pin[2] ?? null, 'IN');
}

/** "D-10115 Berlin", "75001 Paris" in France, "Auckland 1010, New Zealand". */
function coded(whole: string, lines: readonly string[], at: number, home: string): AddressTail | null {
  const line = whole.trim();
  const signed = SIGNED.exec(line);
  const sign = signed ? (CAR_SIGN[signed[1] ?? ''] ?? countryCode(signed[1] ?? '')) : null;
  if (signed && sign && CODE_FIRST[sign]) return withTown(at, signed[3] ?? '', '', signed[2] ?? '', sign);
  const signedPart = signed ? null : SIGNED_PART.exec(line);
  const partSign = signedPart ? (CAR_SIGN[signedPart[2] ?? ''] ?? countryCode(signedPart[2] ?? '')) : null;
  if (signedPart && partSign && CODE_FIRST[partSign] && looksForeign(signedPart[1]?.trim() ?? ''))
    return withTown(at, signedPart[4] ?? '', signedPart[1] ?? '', signedPart[3] ?? '', partSign);
  const around = countryAround(line, lines[at + 1]) ?? countryBeforeCode(line) ?? countryAsLabel(line);
  const near =
    (around && !around.next) || !/\d{4}|\d{3}\s\d{2,3}|\d{2,3}-\d{3}/.test(line)
      ? null
      : countryNear(lines, at);
  const held = around ? inCountry(lines, at, home, around.code, around.line, around, near) : null;
  // Where countries are headings, the one below the line is the next block's.
  return held ?? (around && !near ? null : inCountry(lines, at, home, near ?? home, line, null, near));
}

/** A code beside a town in the form of one country. */
function inCountry(
  lines: readonly string[],
  at: number,
  home: string,
  country: string,
  text: string,
  around: { next: boolean } | null,
  near: string | null,
): AddressTail | null {
  // On its own a number beside a word proves little: the country must be said, or a street stand before it.
  const believed = (head: string) =>
    around !== null ||
    near !== null ||
    looksForeign(head.split(',').at(-1)?.trim() ?? '') ||
    looksForeign(head.trim()) ||
    looksForeign((lines[at - 1] ?? '').trim()) ||
    looksLikeStreet((lines[at - 1] ?? '').trim());
  const first = CODE_FIRST[country];
  if (first) {
    const m = pattern(
      `f${country}`,
      `^(?:(.*?)(?:[,•|·–]|\\s-)\\s*)?(?:(?:[A-Z]{1,2})[-–\\s])?(?:(?:C\\.?P\\.?|CEP)[:\\s]*)?(${first})[\\s,]+(${TOWN})((?:,\\s*[\\p{L}. ]{2,30})?)$`,
    ).exec(text);
    // On a page of that country five digits before a town's name are its code; four may be a year.
    const atHome = country === home && /\d{5}|\d-\d{3}|\d{3} \d\d/.test(m?.[2] ?? '') && text.length < 90;
    if (m && (atHome || believed(m[1] ?? '')))
      return withTown(at, m[3] ?? '', m[1] ?? '', m[2] ?? '', country, around?.next);
  }
  const last = CODE_LAST[country];
  if (last) {
    if (
      pattern(`o${country}`, `^(?:${last})$`).test(text) &&
      /^\p{Lu}[\p{L}' -]{2,30}$/u.test(lines[at - 1] ?? '') &&
      looksLikeStreet(lines[at - 2] ?? '')
    )
      return { ...tail(at, lines[at - 1] ?? '', text, country), start: at - 1 };
    const m = pattern(
      `l${country}`,
      `^(.*?\\p{L}[.)]?)[\\s,.]*[-–]?\\s*(?:(?:C\\.?P\\.?|CEP|PIN|[Zz]ip(?: [Cc]ode)?)[:.\\s]*)?(${last})$`,
    ).exec(text);
    if (
      m &&
      !/\b(?:box|bag|tel|phone|fax|no)\.?$/i.test(m[1] ?? '') &&
      believed(m[1]?.replace(/,[^,]*$/, '') ?? '') &&
      // A year beside words, with a country only guessed from the numbers around, is a year.
      (around !== null || !/^(?:19|20)\d\d$/.test(m[2] ?? '') || /\d/.test(m[1] ?? ''))
    )
      return tail(at, m[1] ?? '', m[2] ?? null, country, around?.next ? at + 2 : at + 1);
  }
  return null;
}

/** "Germany: Musterstr. 5, 80331 München": the country stands before the address. */
function countryAsLabel(line: string): { code: string; line: string; next: boolean } | null {
  const m = /^(\p{Lu}[\p{L}. ]{2,24}?)\s*(?::|\s[–—-]\s|\|)\s*(?=\S)/u.exec(line);
  const code = m ? countryCode(m[1] ?? '') : null;
  return m && code && code !== 'US' && code !== 'CA' && (m[1] ?? '').length > 3
    ? { code, line: line.slice(m[0].length), next: false }
    : null;
}

/** "Shanghai, China 200041": the country stands before the code. */
function countryBeforeCode(line: string): { code: string; line: string; next: boolean } | null {
  const m = /^(.{8,120}?),\s*(\p{Lu}[\p{L}.]+(?: \p{Lu}[\p{L}.]+)?)[\s,-]+(\d{3}-?\d{2,4}|\d{4})$/u.exec(
    line,
  );
  const code = m && (m[2] ?? '').length > 3 ? countryCode(m[2] ?? '') : null;
  return m && code && code !== 'US' && code !== 'CA' && CODE_LAST[code]
    ? { code, line: `${m[1]} ${m[3]}`, next: false }
    : null;
}

function withTown(
  at: number,
  town: string,
  head: string,
  code: string,
  country: string,
  below = false,
): AddressTail {
  const found = tail(at, head ? `${head}, ${town}` : town, code, country, below ? at + 2 : at + 1);
  found.head = head ? `${head.trim()}, ${town.trim()}` : town.trim();
  found.town = town.trim();
  return found;
}

/** Addresses without a code: "12/F Tower One, 8 Queen's Road, Central, Hong Kong", "45 Dawson Street, Dublin 2". */
function codeless(text: string, lines: readonly string[], at: number, home: string): AddressTail | null {
  const line = text.trim();
  if (home !== 'IE' && !/\d/.test(line)) return null;
  const irish =
    /^(.*?)((?:^|[\s,])(?:Dublin\s+\d{1,2}W?|(?:Co\.?|County)\s+\p{Lu}\p{L}+))(?:[,\s]+([AC-FHKNPRTV-Y]\d[\dW]\s?[\dAC-FHKNPRTV-Y]{4}))?(?:[,\s]+(?:Republic of )?Ireland)?\.?$/u.exec(
      line,
    );
  if (irish && (home === 'IE' || /ireland/i.test(`${line} ${lines[at + 1] ?? ''}`))) {
    const head = `${irish[1] ?? ''}${irish[2] ?? ''}`.trim();
    if (head.includes(',') || /\d|\p{L}/u.test(lines[at - 1] ?? ''))
      return tail(at, head, irish[3] ?? null, 'IE');
  }
  const around = /[\p{L}]/u.test(line) ? countryAround(line, undefined) : null;
  if (!around?.line.includes(',') || !CODELESS.test(around.code)) return null;
  return around.line
    .split(',')
    .some((part) => looksLikeStreet(part.trim()) || /^\s*\d[\w-]*\s+\p{Lu}\p{L}{3}/u.test(part))
    ? tail(at, around.line, null, around.code)
    : null;
}

function pattern(key: string, source: string): RegExp {
  let known = cache.get(key);
  if (!known) {
    known = new RegExp(source, 'u');
    cache.set(key, known);
  }
  return known;
}
