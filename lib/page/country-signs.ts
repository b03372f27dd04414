/** What tells the country of an address: its name beside it or over it, calling codes below it, states and towns. */
import { countryCode, endsCountry } from './places.js';
import { lastWord } from './text.js';

/** Calling codes of countries that write a code beside the town. Source: ITU-T E.164. */
export const PREFIX: Readonly<Record<string, string>> = {
  44: 'GB',
  61: 'AU',
  91: 'IN',
  49: 'DE',
  33: 'FR',
  39: 'IT',
  34: 'ES',
  31: 'NL',
  46: 'SE',
  41: 'CH',
  43: 'AT',
  32: 'BE',
  353: 'IE',
  64: 'NZ',
  27: 'ZA',
  65: 'SG',
  852: 'HK',
  86: 'CN',
  81: 'JP',
  82: 'KR',
  52: 'MX',
  55: 'BR',
  45: 'DK',
  47: 'NO',
  358: 'FI',
  48: 'PL',
  351: 'PT',
  420: 'CZ',
  421: 'SK',
  36: 'HU',
  40: 'RO',
  90: 'TR',
  30: 'GR',
  971: 'AE',
  60: 'MY',
  66: 'TH',
  886: 'TW',
};
const CODES = Object.keys(PREFIX)
  .sort((a, b) => b.length - a.length)
  .join('|');
const CALLING_CODE = new RegExp(`(?:\\+|\\b00)\\s?\\(?(${CODES})[\\s().-]`);
/** The states of India and its largest cities: beside one of them six digits are a PIN code. */
export const INDIAN =
  /\b(?:Mumbai|Bombay|New Delhi|Delhi|Bangalore|Bengaluru|Kolkata|Calcutta|Chennai|Madras|Hyderabad|Secunderabad|Pune|Ahmedabad|Surat|Vadodara|Baroda|Rajkot|Jaipur|Lucknow|Kanpur|Nagpur|Nashik|Indore|Bhopal|Thane|Navi Mumbai|Noida|Gurgaon|Gurugram|Faridabad|Ghaziabad|Chandigarh|Mohali|Ludhiana|Kochi|Cochin|Coimbatore|Madurai|Visakhapatnam|Vizag|Vijayawada|Patna|Ranchi|Jamshedpur|Bhubaneswar|Guwahati|Mysore|Mangalore|Trivandrum|Thiruvananthapuram|Goa|Maharashtra|Karnataka|Tamil ?Nadu|Kerala|Gujarat|Rajasthan|Haryana|Punjab|Uttar Pradesh|Madhya Pradesh|Andhra Pradesh|Telangana|West Bengal|Bihar|Jharkhand|Odisha|Orissa|Assam|Chhattisgarh|Uttarakhand)\b/;

/** Signs that may follow a country's name. */
const CLOSING = /^[)\s.]$/;

/** The country that a line's end or the whole next line names, but not the US or Canada. */
export function countryAround(
  line: string,
  next: string | undefined,
): { code: string; line: string; next: boolean } | null {
  const m = !endsCountry(lastWord(line, CLOSING))
    ? null
    : /^(.*?)[\s,.(•·|–-]+([\p{L}][\p{L}. ]{1,24}?)\)?[.\s]*$/u.exec(line.slice(-90));
  for (const take of [
    m?.[2] ?? '',
    (m?.[2] ?? '').split(' ').slice(-2).join(' '),
    (m?.[2] ?? '').split(' ').at(-1) ?? '',
  ]) {
    if (take.length < 4) continue;
    const code = countryCode(take);
    if (code && code !== 'US' && code !== 'CA') {
      const rest = line.trim().replace(/[\s.)]+$/, '');
      return {
        code,
        line: rest.slice(0, rest.length - take.length).replace(/[\s,.(•·|–-]+$/, ''),
        next: false,
      };
    }
  }
  const below = next && next.length > 3 && next.length < 26 ? countryCode(next) : null;
  return below && below !== 'US' && below !== 'CA' ? { code: below, line, next: true } : null;
}

/** "Germany Office", "Sales Office Japan", "France (Headquarters)": what stands with the country over a block. */
const OFFICE =
  /\s*\(?\b(?:(?:head|main|sales|regional|branch|corporate|representative)\s+)?(?:office|headquarters|hq|branch|plant|factory|subsidiary|division|operations|warehouse)s?\b\)?\s*$/i;

/** A firm's offices around the world: the country stands over the block, or its code in the numbers below. */
export function countryNear(lines: readonly string[], at: number): string | null {
  for (let k = at + 1; k <= at + 4 && k < lines.length; k += 1) {
    const code = CALLING_CODE.exec(lines[k] ?? '')?.[1];
    if (code && PREFIX[code]) return PREFIX[code] ?? null;
  }
  for (let k = at - 1; k >= Math.max(0, at - 6); k -= 1) {
    const line = lines[k] ?? '';
    if (line.length < 4 || line.length > 40) continue;
    const place = line.replace(OFFICE, '').replace(/[\s:,–-]+$/, '');
    const words = place.split(' ');
    const code = endsCountry(words.at(-1)?.replace(/[().]/g, '') ?? '')
      ? (countryCode(place) ??
        countryCode(words.slice(-2).join(' ')) ??
        ((words.at(-1) ?? '').length > 3 ? countryCode(words.at(-1) ?? '') : null))
      : null;
    if (code) return code === 'US' || code === 'CA' ? null : code;
  }
  return null;
}
