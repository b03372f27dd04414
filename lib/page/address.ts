/**
 * Postal addresses in text, on one line or many: the end (state and code, or a country's own code) is found
 * first, then the city before it and the street before that. US, Canadian, British and Australian forms are
 * taken apart; of others the town, country and code are told and the rest left whole.
 */
import { britishPremises } from './address-gb.js';
import { type AddressTail, findTail } from './address-tail.js';
import {
  isNamedStreet,
  isUnit,
  looksForeign,
  looksLikeStreet,
  NUMBERED,
  PO_BOX,
  splitCity,
  takeUnit,
} from './street.js';
import type { Address } from './types.js';

const LABEL =
  /^(?:(?:work|mailing|postal|billing|shipping)\s+(?=\d|p\.?\s?o\b|route\b|rt\b|rr\b)|(?:(?:mailing|street|physical|business|office|postal|shipping|visit(?:ing)?|our|corporate|head ?office|headquarters|location|main)?\s*(?:address|location|office|headquarters|hq|visit us|find us|where|adresse|dirección|indirizzo|adres)(?: is| at)?)\s*[:\-–]\s*)/i;

/** The telephone number of the address before, on the same line. */
const NUMBER_BEFORE = /^[\s,;|(]*(?:\+?1[\s.-])?\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}[\s,;|.]+(?=\w)/;

export interface FoundAddress extends Address {
  raw: string;
  /** First line used, counted from the start of what was given. */
  first: number;
  /** One past the last line used. */
  end: number;
  confidence: number;
}

/** All addresses in consecutive lines, first to last; `home` is the page's country, `tails` saves finding them again. */
export function findAddresses(
  lines: readonly string[],
  home = 'US',
  tails: (at: number) => readonly AddressTail[] = (at) => findTail(lines, at, home),
): FoundAddress[] {
  const list: FoundAddress[] = [];
  let floor = 0;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (line.length > 5000 || line.length < 2) continue;
    for (const tail of tails(i)) {
      const found = before(lines, i, tail, floor);
      if (!found) continue;
      list.push(found);
      floor = found.end;
      if (found.end > i + 1) i = found.end - 1;
    }
  }
  return list;
}

function before(lines: readonly string[], at: number, tail: AddressTail, floor: number): FoundAddress | null {
  if (tail.country === 'GB' || tail.country === 'IE' || tail.country === 'IN') {
    const premises = britishPremises(lines, at, tail.head, floor);
    if (!premises.street && !premises.city) return null;
    return {
      street: premises.street,
      unit: null,
      city: premises.city,
      state: tail.state,
      postal_code: tail.postal_code,
      country: tail.country,
      raw: lines.slice(premises.first, tail.end).join(', ').slice(0, 300),
      first: premises.first,
      end: tail.end,
      confidence: premises.street ? 0.85 : 0.65,
    };
  }
  const abroad = tail.country !== 'US' && tail.country !== 'CA';
  const { city, parts, first: from, rejected } = cityOf(lines, at, tail, floor);
  if (rejected) return null;
  let first = from;
  // The street: what is left on this line, else the lines above.
  const streets = fromStreet(parts, abroad);
  if (!streets.some(looksLikeStreet) && !(abroad && streets.some(looksForeign))) {
    const sure = tail.postal_code !== null && city !== null && tail.start === at;
    const above = streetAbove(lines, first, floor, abroad, sure);
    if (above) {
      streets.unshift(...above.streets);
      first = above.first;
    } else if (streets.length === 0 && !abroad)
      first = Math.min(at, city !== null && parts.length === 0 && from < at ? at - 1 : at);
  }
  // Abroad "No. 12" is the house, not a room in it.
  const whole = streets.join(', ');
  const { street, unit } =
    abroad && /\bno\b/i.test(whole) ? { street: whole || null, unit: null } : takeUnit(whole);
  // A code that is the state's own stands for itself; "OR 97201" may be a number of anything.
  const ownCode = tail.state !== null && tail.postal_code !== null && !abroad && tail.named === true;
  if (!street && !city && !ownCode) return null;
  let confidence = 0.6 + (street ? 0.2 : 0) + (city ? 0.1 : 0) + (tail.postal_code ? 0.1 : 0);
  if (!street && tail.weak && !tail.alone) confidence -= 0.2;
  return {
    street: street && street.length <= 160 ? street : null,
    unit,
    city,
    state: tail.state,
    postal_code: tail.postal_code,
    country: tail.country,
    raw: lines.slice(first, tail.end).join(', ').slice(0, 300),
    first,
    end: tail.end,
    confidence: Math.min(0.97, confidence),
  };
}

/** The last part before state and code is the city, or the line above when they stand alone. */
function cityOf(
  lines: readonly string[],
  at: number,
  tail: AddressTail,
  floor: number,
): { city: string | null; parts: string[]; first: number; rejected: boolean } {
  let first = tail.start;
  const parts = splitCommas(tail.head.replace(NUMBER_BEFORE, ''));
  if (parts.length === 0 && at > floor && tail.alone) {
    const above = splitCommas(lines[at - 1] ?? '');
    if (above.length > 0 && (lines[at - 1] ?? '').length < 120) {
      first = at - 1;
      parts.push(...above);
    }
  }
  const last = parts.pop();
  let city: string | null = null;
  if (last !== undefined && last === tail.town && /^\p{Lu}[\p{L} .'-]+\s\d{1,2}$/u.test(last)) {
    // "Praha 1", "København 5": the number is the district's.
    return { city: last, parts, first, rejected: false };
  }
  if (last !== undefined) {
    const split = splitCity(last.replace(LABEL, '').replace(/[\s.|•·:–-]+$/, ''));
    city = split.city?.replace(/^(?:in|at)\s+(?=\p{Lu})/u, '') ?? null;
    if (split.street) parts.push(split.street);
  }
  if (city !== null && !isCity(city)) city = townInProse(city);
  return { city, parts, first, rejected: city === null && tail.weak };
}

/** "Visit our plant in Dayton", "proudly serving West Carrollton": the name after the last preposition. */
function townInProse(text: string): string | null {
  const m = /\b(?:in|at|near|of|serving|from)\s+((?:\p{Lu}[\p{L}.'’-]*\s?){1,3})$/u.exec(text);
  const town = m?.[1]?.trim() ?? '';
  return town && isCity(town) ? town : null;
}

/** Street lines above a city line: a street, units next to it, a box over it. */
function streetAbove(
  lines: readonly string[],
  from: number,
  floor: number,
  abroad: boolean,
  sure: boolean,
): { streets: string[]; first: number } | null {
  const streets: string[] = [];
  for (let k = from - 1, seen = 0; k >= floor && k >= from - 4 && seen < 3; k -= 1, seen += 1) {
    const line = (lines[k] ?? '').replace(LABEL, '').trim();
    if (line.length > 140) return null;
    const pieces = splitCommas(line);
    const street =
      pieces.some(looksLikeStreet) ||
      (abroad && looksForeign(line)) ||
      (seen === 0 && sure && isNamedStreet(line)) ||
      ((seen === 0 || (!abroad && streets.every(isUnit))) &&
        line.length < 40 &&
        NUMBERED.test(line) &&
        line.split(' ').length <= 5 &&
        !/\d{4}\s*$|:\d|^\d+\s*(?:years?|products?|items?|results?|of|reviews?|comments?)\b/i.test(line));
    if (street) {
      streets.unshift(...fromStreet(pieces, abroad));
      const up = (lines[k - 1] ?? '').trim();
      const boxed = PO_BOX.test(line);
      const box =
        k - 1 >= floor &&
        up.length < 40 &&
        (boxed ? NUMBERED.test(up) && looksLikeStreet(up) : PO_BOX.test(up) && up.length < 30);
      const unit = k - 1 >= floor && !abroad && isUnit(up) && up.length < 20;
      if (box || unit) streets.unshift(up);
      return { streets, first: box || unit ? k - 1 : k };
    }
    const unitOnly = pieces.length > 0 && pieces.every((piece) => isUnit(piece));
    if (!unitOnly && !(seen === 0 && abroad && isPlace(line))) return null;
    streets.unshift(...pieces);
  }
  return null;
}

/** Parts from the first that looks like a street on: company and person names before it are dropped. */
function fromStreet(parts: readonly string[], abroad: boolean): string[] {
  let at = parts.findIndex((part) => looksLikeStreet(part));
  if (at < 0 && abroad) at = parts.findIndex((part) => looksForeign(part));
  if (at < 0 && parts.length === 1 && NUMBERED.test(parts[0] ?? '') && (parts[0] ?? '').length < 40) at = 0;
  if (at >= 0) {
    // A unit may stand before the street.
    const lead = parts[at - 1] ?? '';
    if (at > 0 && isUnit(lead)) at -= 1;
    const [first = '', ...rest] = parts.slice(at);
    return [afterWords(first), ...rest];
  }
  // A house number further inside: "Acme Corp 123 Main St".
  for (let i = 0; i < parts.length; i += 1) {
    const m = /(?:^|\s)(\d{1,6}[a-z]?\s+.{3,})$/i.exec(parts[i] ?? '');
    if (m?.[1] && looksLikeStreet(m[1])) return [m[1], ...parts.slice(i + 1)];
  }
  if (parts[0] !== undefined && isNamedStreet(parts.join(', '))) return [...parts];
  return parts.filter((part) => /\d/.test(part) && part.length < 60);
}

/** "We are located at 123 Main St": what stands before the number is prose or a name. */
function afterWords(part: string): string {
  if (/^\W*\d/.test(part) || !/^\p{L}/u.test(part)) return part;
  const m = /^\p{L}.*?\s(\d{1,6}(?:-\d{1,5})?[a-z]?\s+\p{L}.{2,})$/iu.exec(part);
  const words = m ? part.slice(0, part.length - (m[1] ?? '').length).trim() : '';
  if (!m?.[1] || !looksLikeStreet(m[1])) return part;
  return /(?:\b(?:at|in|is|to|on|office|address|location|inc|llc|ltd|corp|co|company)\.?)$/i.test(words) ||
    words.split(' ').length > 3
    ? m[1]
    : part;
}

function isCity(text: string): boolean {
  return (
    text.length >= 2 &&
    text.length <= 45 &&
    /^[\p{Lu}'"(]|^(?:st|ft|mt|o'|d'|de|la|le|los|las|el|san|santa|new|north|south|east|west)\b/iu.test(
      text,
    ) &&
    !/[@:;?!=<>_]|\d{3,}|\b(?:copyright|rights|phone|fax|call|serving|licensed?|the|and surrounding|proudly|located|in|our)\b(?!\s+(?:dalles|woodlands|colony|villages|hague))/i.test(
      text,
    ) &&
    text.split(' ').length <= 5
  );
}

/** A line between street and city that belongs to the address: a park, a mall, a village, a building. */
function isPlace(line: string): boolean {
  return line.length < 60 && /^[\p{Lu}\d]/u.test(line) && !/[:@]/.test(line);
}

function splitCommas(text: string): string[] {
  const parts = text
    .split(/[,|•·;*~]|::|\s\/\s|(?<!^#?\d{1,6}[a-z]?)\s[–—-]\s/i)
    .map((part) => part.replace(LABEL, '').trim());
  // "1234, rue Sherbrooke": the number stands before a comma of its own.
  return parts.filter(Boolean).reduce<string[]>((list, part) => {
    const last = list.at(-1);
    if (last !== undefined && /^\d{1,6}[a-z]?$/i.test(last) && /^\p{L}/u.test(part))
      list[list.length - 1] = `${last} ${part}`;
    else list.push(part);
    return list;
  }, []);
}
