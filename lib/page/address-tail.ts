/** The end of a postal address: state and code in the US and Canada; other countries' are in address-abroad.ts. */
import { abroadTails, british } from './address-abroad.js';
import { CA_CODES, CA_PROVINCES, countryCode, stateCode, US_CODES, US_STATES } from './places.js';
import { looksLikeStreet } from './street.js';
import { zipOfState } from './zip-codes.js';

export interface AddressTail {
  /** What stands before on the same line. */
  head: string;
  state: string | null;
  postal_code: string | null;
  country: string | null;
  /** Nothing but state and code on the line. */
  alone: boolean;
  /** The state is spelled out and the code is one of its own: an address even without town and street. */
  named?: boolean;
  /** The end of `head` that is known to be the town, as what stands after a code is. */
  town?: string;
  /** No postal code: needs a believable city. */
  weak: boolean;
  /** The line that `head` stands on. */
  start: number;
  /** One past the last line used. */
  end: number;
  /** Where state and code stand on their line, where several addresses share it. */
  span?: [number, number];
}

const names = (table: Readonly<Record<string, string>>) =>
  Object.keys(table)
    .sort((a, b) => b.length - a.length)
    .join('|');
const SHORT =
  'Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ill|Ind|Kans|Mass|Mich|Minn|Miss|Mont|Neb|Nev|Okla|Ore|Penna|Penn|Tenn|Tex|Wash|Wisc|Wis|Wyo|Ont|Que|Alta|Sask';
const US = `(?:${[...US_CODES].join('|')}|${names(US_STATES)}|${SHORT}|${[...US_CODES].map((code) => `${code[0]}\\.\\s?${code[1]}`).join('|')})`;
const CA = `(?:${[...CA_CODES].join('|')}|PQ|${names(CA_PROVINCES)}|Ont|Que|Alta|Sask|B\\.\\s?C|N\\.\\s?[BS])`;
const COUNTRY = '(?:U\\.?S\\.?A?\\.?|United States(?: of America)?|Canada)';
const US_TAIL = new RegExp(
  `(^|[\\s,.([|>*•·●▪■◆│/~;—-])(${US})(?:\\b|(?=\\d{5}))\\.?[)\\]]?\\s*(?:\\(([A-Z]{2})\\))?[\\s,.:;*•·●▪■◆│|/~(–—-]{0,4}(?:${COUNTRY}[\\s,.-]{1,3}|Zip(?: code)?[:\\s]{1,3})?(\\d{5})(?:\\s?[-‐‑–—.]\\s?(\\d{4})|(\\d{4}))?(?:(?=(?:phone|ph|tel|fax|call|usa?|toll|e-?mail|office|map|directions|get)(?:\\b|[A-Z\\d]))|(?![\\d\\w]|[-.]\\d|-[A-Z]\\b))`,
  'gi',
);
const CA_TAIL = new RegExp(
  `(^|[\\s,.(|>-])(?:(${CA})\\b\\.?\\)?[\\s,.:;–-]{0,4}(?:Canada[\\s,.-]{1,3})?)?([ABCEGHJ-NPRSTVXY]\\d[A-Z])\\s?-?\\s?(\\d[A-Z]\\d)(?!\\w)`,
  'gi',
);
const WEAK = new RegExp(
  `^([^\\d@:]{2,70}|.{4,90}?,\\s*[\\p{L}.' -]{2,40}),\\s*(${US}|${CA})\\.?(?:\\s*,?\\s*(${COUNTRY}))?$`,
  'iu',
);
/** A cheap look before the long alternation of states. */
const WEAK_END = /,\s*[\p{L}.]{2,14}(?:\s\p{L}{3,10}){0,3}(?:,?\s*[\p{L}. ]{2,24})?$/u;
/** The zip on the line after the state, or state and zip on lines of their own. */
const ZIP_ONLY = /^(\d{5})(?:\s?[-–]\s?(\d{4}))?(?=$|\s*,)/;
const ZIP_LABEL = /^(?:zip|zip ?code|postal ?code)\s*[:#]?\s*(?=\d{5})/i;
const COUNTRY_ONLY = new RegExp(`^${COUNTRY}$`, 'i');
const NUMBER_FIRST =
  /^(?:\d[\w-]{0,7}\s+[\p{L}\d]|(?:one|two|three|four|five|six|seven|eight|nine|ten)\s+\p{Lu}|p\.?\s?o\.?\s?box)/iu;
const CA_ONLY = /^([ABCEGHJ-NPRSTVXY]\d[A-Z])\s?(\d[A-Z]\d)$/i;
const UNIT_FIRST = /^(?:suite|ste|unit|floor|box|room|bldg|building|apt|lot|po)\b/i;
/** What a number of five digits is also called by, with the state that gave it: a licence, a part, a model. */
const NUMBER_OF =
  /(?:\b(?:lic(?:en[cs]e)?|reg(?:istration)?|permit|cert(?:ificate)?|model|part|item|sku|dot|ccb|hic|cslb|mc)\b\.?|#)[\s:#.(-]*(?:no\.?|number|nos\.?)?[\s:#.(-]*$/i;
/** Words of prose that are also state codes: small, they count only after a comma. */
const WORDS = /^(?:in|or|me|hi|ok|oh|pa|ma|de|la|id|al|ct)$/;
const STATE_WORD = new RegExp(`[\\s,(](${CA})\\.?\\)?[\\s,]*(?:Canada[\\s,]*)?$`, 'i');

/** Ends of addresses on one line, with the lines around where a part stands there; `home` is the page's country. */
export function findTail(lines: readonly string[], at: number, home = 'US'): AddressTail[] {
  const line = lines[at] ?? '';
  if (line.length < 2) return [];
  const digit = /\d/.test(line);
  if (digit) {
    const american = /\d{5}/.test(line) ? usTails(lines, at) : [];
    if (american.length > 0) return line.length > 60 ? withBritish(lines, at, american) : american;
    const canadian = /[A-Z]\d[A-Z]\s?-?\s?\d[A-Z]\d/i.test(line) ? canadianTails(lines, at) : [];
    if (canadian.length > 0) return canadian;
  }
  const abroad = abroadTails(lines, at, home);
  if (abroad.length > 0) return abroad;
  const one = (digit ? codeBelow(lines, at) : null) ?? incomplete(lines, at, home) ?? withoutCode(lines, at);
  return one ? [one] : [];
}

function usTails(lines: readonly string[], at: number): AddressTail[] {
  const line = lines[at] ?? '';
  const list: AddressTail[] = [];
  let from = 0;
  for (const m of line.matchAll(US_TAIL)) {
    const lead = m[1] ?? '';
    const index = m.index + lead.length;
    const state = stateCode((m[2] ?? '').replace(/\./g, ''));
    if (state?.country !== 'US' || index < from) continue;
    const before = line.slice(from, index);
    if (WORDS.test(m[2] ?? '') && !/,\s*$/.test(before) && !afterStreet(before, lines[at - 1])) continue;
    // "OH45402" is also what a model or a licence is called: a town and a comma must stand before it.
    if (/[a-z]\d/i.test(m[0]) && !/\p{L},\s*$/u.test(before)) continue;
    if (
      !zipOfState(m[4] ?? '', state.code) &&
      !/\p{L}[.)]?\s*,\s*$/u.test(before) &&
      !afterStreet(before, lines[at - 1])
    )
      continue;
    if (NUMBER_OF.test(before)) continue;
    const four = m[5] ?? m[6];
    const code = four ? `${m[4]}-${four}` : (m[4] ?? '');
    const found = tailAt(lines, at, from, index, m.index + m[0].length, state.code, code, 'US');
    found.named = (m[2] ?? '').length > 3 && zipOfState(code, state.code);
    list.push(found);
    from = m.index + m[0].length;
  }
  return list;
}

/** A street in small letters before a state in small letters: "100 main st dayton oh 45402". */
function afterStreet(before: string, above: string | undefined): boolean {
  return NUMBER_FIRST.test(before.trim()) || (above !== undefined && NUMBER_FIRST.test(above));
}

function canadianTails(lines: readonly string[], at: number): AddressTail[] {
  const line = lines[at] ?? '';
  const list: AddressTail[] = [];
  let from = 0;
  for (const m of line.matchAll(CA_TAIL)) {
    const state = m[2] ? stateCode(m[2].replace(/\./g, '')) : null;
    const end = m.index + m[0].length;
    let index = m.index + (m[1] ?? '').length;
    let code = state?.code ?? null;
    if (!code) {
      const held = STATE_WORD.exec(line.slice(0, index));
      if (held) {
        code = stateCode((held[1] ?? '').replace(/\./g, ''))?.code ?? null;
        index = held.index;
      } else if (!/canada|^\s*$/i.test(line.slice(end)) && m.index > 0) continue;
    }
    if (index < from) continue;
    list.push(tailAt(lines, at, from, index, end, code, `${m[3]} ${m[4]}`.toUpperCase(), 'CA'));
    from = end;
  }
  return list;
}

function tailAt(
  lines: readonly string[],
  at: number,
  from: number,
  index: number,
  end: number,
  state: string | null,
  postal: string,
  country: string,
): AddressTail {
  const line = lines[at] ?? '';
  const head = line.slice(from, index).trim();
  return {
    head,
    state,
    postal_code: postal,
    country: tailCountry(line.slice(end), lines[at + 1]) ?? country,
    alone: head === '' || /^[,.]$/.test(head),
    weak: false,
    start: at,
    end: at + 1,
    span: [index, end],
  };
}

/** A firm's offices on both sides of the ocean in one paragraph: each head begins where the address before it ends. */
function withBritish(lines: readonly string[], at: number, american: AddressTail[]): AddressTail[] {
  const others = british(lines, at);
  if (others.length === 0) return american;
  const line = lines[at] ?? '';
  let from = 0;
  return [...american, ...others]
    .sort((a, b) => (a.span?.[0] ?? 0) - (b.span?.[0] ?? 0))
    .map((tail) => {
      const [index, end] = tail.span ?? [0, 0];
      const head = line.slice(from, index).replace(/^[\s,.;]+|[\s,]+$/g, '');
      from = end;
      return { ...tail, head };
    });
}

/** The code alone on its line, the state on the line above. */
function codeBelow(lines: readonly string[], at: number): AddressTail | null {
  const line = (lines[at] ?? '').replace(ZIP_LABEL, '');
  const zip = ZIP_ONLY.exec(line) ?? CA_ONLY.exec(line);
  if (!zip) return null;
  // "Dayton, OH", "USA" and the code, each on a line of its own.
  const skip = COUNTRY_ONLY.test(lines[at - 1] ?? '') ? 1 : 0;
  const above = lines[at - 1 - skip]?.trim() ?? '';
  if (above.length >= 120) return null;
  const state = /(?:^|[,\s(])([A-Za-z.]{2,4}|[A-Za-z]{4,14}(?:\s[A-Za-z]{4,10})?)\)?,?$/.exec(above);
  const word = state?.[1] ?? '';
  const code = state ? stateCode(word) : null;
  if (!state || !code) return null;
  if (
    above.length !== word.length &&
    !/,/.test(above) &&
    !(/^[A-Z]{2}$|^[A-Z][a-z]{3,}/.test(word) && above.length < 90)
  )
    return null;
  const head = above.slice(0, above.length - state[0].length).replace(/[,\s]+$/, '');
  const postal =
    code.country === 'CA'
      ? `${zip[1]} ${zip[2]}`.toUpperCase()
      : zip[2]
        ? `${zip[1]}-${zip[2]}`
        : (zip[1] ?? '');
  return {
    head: head || (lines[at - 2 - skip] ?? ''),
    state: code.code,
    postal_code: postal,
    country: code.country,
    alone: false,
    weak: false,
    start: Math.max(0, (head ? at - 1 : at - 2) - skip),
    end: at + 1,
  };
}

function weakTail(
  at: number,
  head: string,
  state: string | null,
  postal: string | null,
  country: string,
  start = at,
): AddressTail {
  return { head, state, postal_code: postal, country, alone: false, weak: true, start, end: at + 1 };
}

/** "Ferndale 98248", "Fenton MO", a town and a ZIP on lines of their own: believed only right after a street. */
function incomplete(lines: readonly string[], at: number, home: string): AddressTail | null {
  const line = lines[at] ?? '';
  const above = lines[at - 1] ?? '';
  if (line.length < 40 && at > 0 && NUMBER_FIRST.test(above)) {
    const bare = /^([A-Z][\p{L}.' -]{2,28}?),?\s+(\d{5})(?:-(\d{4}))?(?:,?\s*U\.?S\.?A?\.?)?$/u.exec(line);
    if (bare && home === 'US' && !UNIT_FIRST.test(line))
      return weakTail(at, bare[1] ?? '', null, zipOf(bare[2], bare[3]), 'US');
    const named =
      /^([A-Z][\p{L}.' -]{2,28}?),?\s+([A-Z]{2}|[A-Z][a-z]{3,12}(?: [A-Z][a-z]{3,9})?)\.?(?=$|\s+(?:phone|tel|fax|ph)\b)/u.exec(
        line,
      );
    const state = named ? stateCode(named[2] ?? '') : null;
    if (named && state && !codeFollows(lines, at))
      return weakTail(at, named[1] ?? '', state.code, null, state.country);
  }
  if (home !== 'US' || line.length >= 120 || !/\d{5}/.test(line)) return null;
  return zipBeforeState(line, at) ?? zipWithoutState(lines, at);
}

/** The code before the state or before the town: "Dayton 45402, Ohio", "45402 Dayton, OH". */
function zipBeforeState(line: string, at: number): AddressTail | null {
  const m =
    /^(?:(.*?\d.*?|[\p{L}. ]{2,40}),\s*)?(?:(\p{Lu}[\p{L}.' -]{2,28}),?\s+(\d{5})|(\d{5})\s+(\p{Lu}[\p{L}.' -]{2,28}?))(?:-(\d{4}))?,?\s+([A-Z]{2}|\p{Lu}\p{Ll}{3,12}(?: \p{Lu}\p{Ll}{3,9})?)\.?(?:,?\s*U\.?S\.?A?\.?)?$/u.exec(
      line,
    );
  const state = m ? stateCode(m[7] ?? '') : null;
  const zip = m?.[3] ?? m?.[4] ?? '';
  if (!m || state?.country !== 'US' || !zipOfState(zip, state.code)) return null;
  const head = [m[1], m[2] ?? m[5]].filter(Boolean).join(', ');
  return weakTail(at, head, state.code, zipOf(zip, m[6]), 'US');
}

/** A ZIP with its street but without a state: on the street's line, after the town, or on a line of its own. */
function zipWithoutState(lines: readonly string[], at: number): AddressTail | null {
  const line = lines[at] ?? '';
  const above = lines[at - 1] ?? '';
  const zip = /^(\d{5})(?:-(\d{4}))?$/.exec(line);
  if (zip && /^\p{Lu}[\p{L}.' -]{2,28},?$/u.test(above) && looksLikeStreet(lines[at - 2] ?? ''))
    return weakTail(at, above.replace(/,$/, ''), null, zipOf(zip[1], zip[2]), 'US', at - 1);
  if (zip && looksLikeStreet(above) && NUMBER_FIRST.test(above) && above.length < 80)
    return { ...weakTail(at, above, null, zipOf(zip[1], zip[2]), 'US', at - 1), weak: false };
  const inline = /^(.*\d.*?),\s*([A-Z][\p{L}.' -]{2,28}),?\s+(\d{5})(?:-(\d{4}))?(?:,?\s*USA?)?$/u.exec(line);
  if (inline && looksLikeStreet(inline[1]?.split(',')[0]?.trim() ?? '') && !UNIT_FIRST.test(inline[2] ?? ''))
    return weakTail(at, `${inline[1]}, ${inline[2]}`, null, zipOf(inline[3], inline[4]), 'US');
  const glued = /^(.{6,70}?),?\s+\(?(\d{5})(?:-(\d{4}))?\)?(?:,?\s*USA?)?$/u.exec(line);
  const head = (glued?.[1] ?? '').replace(/^\p{Lu}[\p{L}.' -]{2,28}:\s+(?=\d)/u, '');
  if (
    glued &&
    NUMBER_FIRST.test(head) &&
    looksLikeStreet(head) &&
    !/(?:box|suite|ste|unit|apt|room|lot|#|no|highway|hwy|route|rte)\.?\s*#?$/i.test(head)
  )
    return { ...weakTail(at, head, null, zipOf(glued[2], glued[3]), 'US'), weak: false };
  return null;
}

/** "Akron, Ohio" and "1 Main St, Akron, OH": no code at all. */
function withoutCode(lines: readonly string[], at: number): AddressTail | null {
  const line = lines[at] ?? '';
  if (line.length >= 140 || !WEAK_END.test(line)) return null;
  const m = WEAK.exec(line);
  const state = m ? stateCode((m[2] ?? '').replace(/\./g, '')) : null;
  if (!m || !state || codeFollows(lines, at)) return null;
  return weakTail(at, m[1] ?? '', state.code, null, state.country);
}

const zipOf = (five: string | undefined, four: string | undefined): string | null =>
  five ? (four ? `${five}-${four}` : five) : null;

const codeFollows = (lines: readonly string[], at: number): boolean =>
  ZIP_ONLY.test(lines[at + 1] ?? '') || CA_ONLY.test(lines[at + 1] ?? '');

function tailCountry(after: string, next: string | undefined): string | null {
  const word = after.replace(/^[\s,.()|-]+/, '').slice(0, 40);
  const direct = word && word.length < 30 ? countryCode(word.replace(/[\s,.]+$/, '')) : null;
  if (direct && direct.length === 2 && word.length > 2) return direct;
  return next && next.length > 2 && next.length < 26 ? countryCode(next) : null;
}
