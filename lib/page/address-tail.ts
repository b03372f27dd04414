/** The end of a postal address: state and code in the US, Canada, Australia, post codes of Britain and others. */
import { AU_STATES, CA_CODES, CA_PROVINCES, countryCode, stateCode, US_CODES, US_STATES } from './places.js';

export interface AddressTail {
  /** What stands before on the same line. */
  head: string;
  state: string | null;
  postal_code: string | null;
  country: string | null;
  /** Nothing but state and code on the line. */
  alone: boolean;
  /** No postal code: needs a believable city. */
  weak: boolean;
  /** The line that `head` stands on. */
  start: number;
  /** One past the last line used. */
  end: number;
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
  `(^|[\\s,.(|>-])(${US})\\b\\.?\\)?\\s*(?:\\(([A-Z]{2})\\))?[\\s,.:;–-]{0,4}(?:${COUNTRY}[\\s,.-]{1,3}|Zip(?: code)?[:\\s]{1,3})?(\\d{5})(?:\\s?[-–.]\\s?(\\d{4})|(\\d{4}))?(?![\\d\\w]|[-.]\\d)`,
  'gi',
);
const CA_TAIL = new RegExp(
  `(^|[\\s,.(|>-])(?:(${CA})\\b\\.?\\)?[\\s,.:;–-]{0,4}(?:Canada[\\s,.-]{1,3})?)?([ABCEGHJ-NPRSTVXY]\\d[A-Z])\\s?-?\\s?(\\d[A-Z]\\d)(?!\\w)`,
  'gi',
);
const GB_TAIL =
  /(^|[\s,.(|>-])((?:GIR\s?0AA|(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNP-Y]?)\s?\d[ABD-HJLNP-UW-Z]{2}))(?!\w)/g;
const AU_TAIL = new RegExp(
  `(^|[\\s,.(|>-])(${AU_STATES.join('|')}|New South Wales|Victoria|Queensland|South Australia|Western Australia|Tasmania)\\.?[\\s,]{1,3}(\\d{4})(?!\\d)`,
  'g',
);
const AU_CODE: Readonly<Record<string, string>> = {
  'New South Wales': 'NSW',
  Victoria: 'VIC',
  Queensland: 'QLD',
  'South Australia': 'SA',
  'Western Australia': 'WA',
  Tasmania: 'TAS',
};
const WEAK = new RegExp(
  `^([^\\d@:]{2,40}|.{4,90}?,\\s*[\\p{L}.' -]{2,40}),\\s*(${US}|${CA})\\.?(?:\\s*,?\\s*(${COUNTRY}))?$`,
  'iu',
);
/** A cheap look before the long alternation of states. */
const WEAK_END = /,\s*[\p{L}.]{2,14}(?:\s\p{L}{3,10}){0,3}(?:,?\s*[\p{L}. ]{2,24})?$/u;
const EU_LINE =
  /^(?:([A-Z]{1,2})[-–\s])?(\d{4,5}|\d{3}\s\d{2})\s+([\p{Lu}][\p{L}.'’/ ()-]{1,40})(?:,\s*([\p{L}. ]{2,40}))?$/u;
/** The zip on the line after the state, or state and zip on lines of their own. */
const ZIP_ONLY = /^(\d{5})(?:\s?[-–]\s?(\d{4}))?(?=$|\s*,)/;
const NUMBER_FIRST = /^(?:\d[\w-]{0,7}\s+[\p{L}\d]|p\.?\s?o\.?\s?box)/iu;
const CA_ONLY = /^([ABCEGHJ-NPRSTVXY]\d[A-Z])\s?(\d[A-Z]\d)$/i;

export function findTail(lines: readonly string[], at: number): AddressTail[] {
  const line = lines[at] ?? '';
  const list: AddressTail[] = [];
  let from = 0;
  const hasDigit = /\d/.test(line);
  const push = (index: number, length: number, state: string | null, postal: string, country: string) => {
    if (index < from) return;
    const head = line.slice(from, index).trim();
    const after = line.slice(index + length);
    list.push({
      head,
      state,
      postal_code: postal,
      country: tailCountry(after, lines[at + 1]) ?? country,
      alone: head === '' || /^[,.]$/.test(head),
      weak: false,
      start: at,
      end: at + 1,
    });
    from = index + length;
  };
  if (hasDigit) {
    for (const m of /\d{5}/.test(line) ? line.matchAll(US_TAIL) : []) {
      const state = stateCode((m[2] ?? '').replace(/\./g, ''));
      // "in 12345", "or 50000": words that look like state codes are written small.
      if (
        state?.country !== 'US' ||
        (/^(?:in|or|me|hi|ok|oh|pa|ma|de|la|id|al|ct)$/.test(m[2] ?? '') &&
          !/,\s*$/.test(line.slice(0, m.index + (m[1]?.length ?? 0))))
      )
        continue;
      const lead = m[1] ?? '';
      const four = m[5] ?? m[6];
      push(
        m.index + lead.length,
        m[0].length - lead.length,
        state.code,
        four ? `${m[4]}-${four}` : (m[4] ?? ''),
        'US',
      );
    }
    if (list.length === 0) {
      for (const m of /[A-Z]\d[A-Z]\s?-?\s?\d[A-Z]\d/i.test(line) ? line.matchAll(CA_TAIL) : []) {
        const lead = m[1] ?? '';
        const state = m[2] ? stateCode(m[2].replace(/\./g, '')) : null;
        if (!state && !/canada|^\s*$/i.test(line.slice(m.index + m[0].length)) && m.index > 0) continue;
        let index = m.index + lead.length;
        let code = state?.code ?? null;
        if (!code) {
          const held = new RegExp(`[\\s,(](${CA})\\.?\\)?[\\s,]*(?:Canada[\\s,]*)?$`, 'i').exec(
            line.slice(0, index),
          );
          if (held) {
            code = stateCode((held[1] ?? '').replace(/\./g, ''))?.code ?? null;
            index = held.index;
          }
        }
        push(index, m.index + m[0].length - index, code, `${m[3]} ${m[4]}`.toUpperCase(), 'CA');
      }
    }
    if (list.length === 0) {
      for (const m of (/^[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}$/i.test(line) ? line.toUpperCase() : line).matchAll(
        GB_TAIL,
      )) {
        const lead = m[1] ?? '';
        push(
          m.index + lead.length,
          m[0].length - lead.length,
          null,
          (m[2] ?? '').replace(/\s?(\d\w\w)$/, ' $1'),
          'GB',
        );
      }
      for (const m of /[A-Za-z]\.?[\s,]{1,3}\d{4}(?!\d)/.test(line) ? line.matchAll(AU_TAIL) : []) {
        const lead = m[1] ?? '';
        push(
          m.index + lead.length,
          m[0].length - lead.length,
          AU_CODE[m[2] ?? ''] ?? m[2] ?? null,
          m[3] ?? '',
          'AU',
        );
      }
    }
    if (list.length === 0) {
      // Indian PIN codes: "Mumbai - 400 001", "Pune 411001, India".
      const pin =
        /^(.*?\p{L})[\s,]*(?:[-–]\s?|\s)(\d{3}\s\d{3}|\d{6})(?![\d-])(?:\s*[,.(]?\s*\p{L}|[\s.,]*$)/u.exec(
          line,
        );
      const dash = pin !== null && /[-–]\s?\d{3}\s?\d{3}/.test(line);
      if (
        pin &&
        line.length < 140 &&
        (dash || NUMBER_FIRST.test(lines[at - 1] ?? '') || /india/i.test(`${line} ${lines[at + 1] ?? ''}`)) &&
        !/phone|tel|fax|:/i.test(line)
      )
        list.push({
          head: pin[1] ?? '',
          state: null,
          postal_code: pin[2] ?? null,
          country: 'IN',
          alone: false,
          weak: false,
          start: at,
          end: at + 1,
        });
    }
    if (list.length === 0) {
      const zip = ZIP_ONLY.exec(line) ?? CA_ONLY.exec(line);
      const above = lines[at - 1]?.trim() ?? '';
      const state =
        zip && above.length < 120
          ? /(?:^|[,\s])([A-Za-z.]{2,3}|[A-Za-z]{4,14}(?:\s[A-Za-z]{4,10})?),?$/.exec(above)
          : null;
      const code = state ? stateCode(state[1] ?? '') : null;
      if (
        zip &&
        state &&
        code &&
        (above.length === (state[1] ?? '').length ||
          /,/.test(above) ||
          (/^[A-Z]{2}$|^[A-Z][a-z]{3,}/.test(state[1] ?? '') && above.length < 90))
      ) {
        const head = above.slice(0, above.length - state[0].length).replace(/[,\s]+$/, '');
        const postal =
          code.country === 'CA'
            ? `${zip[1]} ${zip[2]}`.toUpperCase()
            : zip[2]
              ? `${zip[1]}-${zip[2]}`
              : (zip[1] ?? '');
        list.push({
          head: head || (lines[at - 2] ?? ''),
          state: code.code,
          postal_code: postal,
          country: code.country,
          alone: false,
          weak: false,
          start: head ? at - 1 : Math.max(0, at - 2),
          end: at + 1,
        });
      }
    }
    if (list.length === 0) {
      const eu = EU_LINE.exec(line);
      const next = lines[at + 1] ?? '';
      const country = eu
        ? (countryCode(eu[4] ?? '') ??
          (eu[1] ? countryCode(eu[1]) : null) ??
          (next.length < 30 ? countryCode(next) : null))
        : null;
      if (eu && country && country !== 'US') {
        list.push({
          head: eu[3] ?? '',
          state: null,
          postal_code: eu[2] ?? null,
          country,
          alone: false,
          weak: false,
          start: at,
          end: at + 1,
        });
      }
    }
  }
  // "Ferndale 98248", "Fenton MO": incomplete, believed only right under a street.
  if (list.length === 0 && at > 0 && line.length < 40 && NUMBER_FIRST.test(lines[at - 1] ?? '')) {
    const bare = /^([A-Z][\p{L}.' -]{2,28}?),?\s+(\d{5})(?:-(\d{4}))?$/u.exec(line);
    const named =
      /^([A-Z][\p{L}.' -]{2,28}?),?\s+([A-Z]{2}|[A-Z][a-z]{3,12}(?: [A-Z][a-z]{3,9})?)\.?(?=$|\s+(?:phone|tel|fax|ph)\b)/u.exec(
        line,
      );
    const state = named ? stateCode(named[2] ?? '') : null;
    const zipNext = ZIP_ONLY.test(lines[at + 1] ?? '') || CA_ONLY.test(lines[at + 1] ?? '');
    if (bare && !/^(?:suite|ste|unit|floor|box|room|bldg|building|apt|lot|po)\b/i.test(line))
      list.push({
        head: bare[1] ?? '',
        state: null,
        postal_code: bare[3] ? `${bare[2]}-${bare[3]}` : (bare[2] ?? null),
        country: 'US',
        alone: false,
        weak: true,
        start: at,
        end: at + 1,
      });
    else if (state && !zipNext)
      list.push({
        head: named?.[1] ?? '',
        state: state.code,
        postal_code: null,
        country: state.country,
        alone: false,
        weak: true,
        start: at,
        end: at + 1,
      });
  }
  if (list.length === 0 && line.length < 140 && WEAK_END.test(line)) {
    const m = WEAK.exec(line);
    const state = m ? stateCode((m[2] ?? '').replace(/\./g, '')) : null;
    const zipNext = ZIP_ONLY.test(lines[at + 1] ?? '') || CA_ONLY.test(lines[at + 1] ?? '');
    if (m && state && !zipNext)
      list.push({
        head: m[1] ?? '',
        state: state.code,
        postal_code: null,
        country: state.country,
        alone: false,
        weak: true,
        start: at,
        end: at + 1,
      });
  }
  return list;
}

function tailCountry(after: string, next: string | undefined): string | null {
  const word = after.replace(/^[\s,.()|-]+/, '').slice(0, 40);
  const direct = word && word.length < 30 ? countryCode(word.replace(/[\s,.]+$/, '')) : null;
  if (direct && direct.length === 2 && word.length > 2) return direct;
  return next && next.length > 2 && next.length < 26 ? countryCode(next) : null;
}
