/**
 * Postal addresses in text, on one line or many: the end (state and code, or a country's own code) is found
 * first, then the city before it and the street before that. US, Canadian, British and Australian forms are
 * taken apart; of others the country and code are told and the rest left whole.
 */
import { britishPremises } from './address-gb.js';
import { type AddressTail, findTail } from './address-tail.js';
import { countryCode, STREET_WORDS } from './places.js';
import type { Address } from './types.js';

const STREET_END = new RegExp(`\\b(?:${STREET_WORDS})\\b\\.?`, 'i');
const DIRECTION = '(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)';
const UNIT_WORD =
  '(?:suite|ste|unit|apt|apartment|room|rm|floor|fl|flr|bldg|building|lot|space|spc|dept|office|level|lvl|bay|dock|hangar|penthouse|ph|p\\.?\\s?m\\.?\\s?b|no|stop|warehouse|shop)';
const UNIT = new RegExp(
  `(?:,|\\s|^)\\s*((?:${UNIT_WORD})\\b\\.?\\s*#?\\s*[\\w][\\w&/-]*(?:\\s?[-&]\\s?\\w{1,4})?|#\\s?[\\w-]+|\\d{1,3}(?:st|nd|rd|th)\\s+(?:floor|fl)\\b\\.?|(?:ground|first|second|third|fourth|lower|upper|main)\\s+(?:floor|level))\\s*(?=,|$|\\s)`,
  'i',
);
export const PO_BOX =
  /\b(?:p\.?\s?o\.?\s*(?:box|drawer|b\.)|post(?:al)?\s+(?:office\s+)?box|box)\s*#?\s*[\w-]{1,12}\b/i;
const NUMBERED =
  /^(?:#?\d[\d/-]*(?:\s?[-–]\s?\d+)?[a-z]?\b|[NSEW]\d{1,5}\s?[NSEW]?\d{0,6}\b|one|two|three|four|five|six|seven|eight|nine|ten)\s+\S/i;
const ROUTE =
  /\b(?:(?:state|us|u\.s\.|county|farm|ranch|old|fm|cr|sr|hwy|interstate|i)[\s.-]*(?:highway|hwy|route|rte|road|rd)?|highway|hwy|route|rte?|rr|rural route)\.?\s*[-#]?\s*\d+/i;
const FOREIGN_STREET =
  /(?:straße|strasse|str\.|weg|platz|allee|gasse|\brue\b|\bavenue\b|\bvia\b|\bviale\b|\bcalle\b|\bav\.|laan\b|straat\b|gatan\b|\bchemin\b)/i;
const LABEL =
  /^(?:(?:mailing|street|physical|business|office|postal|shipping|visit(?:ing)?|our|corporate|head ?office|headquarters|location|main)?\s*(?:address|location|office|headquarters|hq|visit us|find us|where)(?: is| at)?)\s*[:\-–]\s*/i;

export interface FoundAddress extends Address {
  raw: string;
  /** First line used, counted from the start of what was given. */
  first: number;
  /** One past the last line used. */
  end: number;
  confidence: number;
}

/** One address in a text of one or several lines, or null. */
export function parseAddress(text: string): Address | null {
  const lines = prepared(text);
  if (lines.length === 0) return null;
  const found = findAddresses(lines);
  const best = found[0];
  if (best)
    return {
      street: best.street,
      unit: best.unit,
      city: best.city,
      state: best.state,
      postal_code: best.postal_code,
      country: best.country,
    };
  const street = lines.map((line) => line.trim()).find(looksLikeStreet);
  const country = countryCode(lines.at(-1) ?? '');
  if (!street && !country) return null;
  if (!street) {
    if (lines.length < 2) return null;
    return {
      street: lines.slice(0, -1).join(', '),
      unit: null,
      city: null,
      state: null,
      postal_code: null,
      country,
    };
  }
  const whole = lines.join(', ');
  const cut = splitCommas(whole);
  const at = cut.findIndex(looksLikeStreet);
  const rest = cut.slice(at + 1).filter((part) => !isUnit(part) && !countryCode(part));
  const unit = cut.slice(at + 1).find(isUnit) ?? null;
  const split = takeUnit(cut[at] ?? street);
  return {
    street: split.street,
    unit: split.unit ?? unit,
    city: rest.at(-1) ?? null,
    state: null,
    postal_code: null,
    country,
  };
}

/** All addresses in consecutive lines, first to last. */
export function findAddresses(lines: readonly string[]): FoundAddress[] {
  const list: FoundAddress[] = [];
  let floor = 0;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (line.length > 2000 || line.length < 2) continue;
    for (const tail of findTail(lines, i)) {
      const found = before(lines, i, tail, floor);
      if (!found) continue;
      list.push(found);
      floor = found.end;
      if (found.end > i + 1) i = found.end - 1;
    }
  }
  return list;
}

export function looksLikeStreet(text: string): boolean {
  if (text.length < 4 || text.length > 120 || /[@?!]|https?:|\bwww\./i.test(text)) return false;
  if (
    /\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b|\b(?:years?|employees|members|copyright|hours|a\.?m\.?|p\.?m\.?)\b/i.test(
      text,
    )
  )
    return false;
  if (PO_BOX.test(text) && /box\s*#?\s*\d|p\.?\s?o/i.test(text)) return true;
  if (
    NUMBERED.test(text) &&
    (STREET_END.test(text.replace(/^\S+\s/, '')) || ROUTE.test(text) || /\bbroadway\b/i.test(text))
  )
    return true;
  if (ROUTE.test(text) && /\d/.test(text) && text.length < 50) return true;
  if (/^(?:unit|suite|lvl|level|floor|\d{1,2}(?:st|nd|rd|th) floor)\b/i.test(text) && STREET_END.test(text))
    return true;
  return FOREIGN_STREET.test(text) && /\d/.test(text);
}

/** Splits a street line into street and unit. */
export function takeUnit(text: string): { street: string | null; unit: string | null } {
  const clean = text
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:|•·-]+|[\s,;:|•·-]+$/g, '')
    .replace(/\s+,/g, ',')
    .replace(/,{2,}/g, ',');
  const m = UNIT.exec(clean);
  if (!m || (m.index === 0 && m[0].length === clean.length)) return { street: clean || null, unit: null };
  const rest = `${clean.slice(0, m.index)} ${clean.slice(m.index + m[0].length)}`
    .replace(/\s+/g, ' ')
    .replace(/^[\s,]+|[\s,]+$/g, '')
    .replace(/\s+,/g, ',');
  return rest.length > 2 ? { street: rest, unit: (m[1] ?? '').trim() } : { street: clean, unit: null };
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
  let city: string | null = null;
  let first = tail.start;
  let head = tail.head;
  const streets: string[] = [];
  let confidence = 0.6;
  const parts = splitCommas(head);
  // 1. The city: the last part before state and code, or the line above when they stand alone.
  if (parts.length === 0 && at > floor && tail.alone) {
    const above = splitCommas(lines[at - 1] ?? '');
    if (above.length > 0 && (lines[at - 1] ?? '').length < 120) {
      first = at - 1;
      head = above.join(', ');
      parts.push(...above);
    }
  }
  const last = parts.pop();
  if (last !== undefined) {
    const split = cityFrom(last);
    city = split.city;
    if (split.rest) parts.push(split.rest);
  }
  if (city !== null && !isCity(city)) {
    if (tail.weak) return null;
    city = null;
  }
  if (city === null && tail.weak) return null;
  // 2. The street: what is left on this line, else the lines above.
  const inline = fromStreet(parts);
  streets.push(...inline);
  if (!inline.some(looksLikeStreet)) {
    for (let k = first - 1, seen = 0; k >= floor && k >= first - 4 && seen < 3; k -= 1, seen += 1) {
      const line = (lines[k] ?? '').replace(LABEL, '').trim();
      if (line.length > 140) break;
      const pieces = splitCommas(line);
      const unitOnly = pieces.length > 0 && pieces.every((piece) => isUnit(piece));
      const street =
        pieces.some(looksLikeStreet) ||
        (seen === 0 &&
          line.length < 40 &&
          NUMBERED.test(line) &&
          line.split(' ').length <= 5 &&
          !/\d{4}\s*$|:\d/.test(line));
      if (!street && !unitOnly && !(seen === 0 && isPlace(line, tail))) break;
      streets.unshift(...(street ? fromStreet(pieces) : pieces));
      first = k;
      if (street) {
        const up = (lines[k - 1] ?? '').trim();
        if (k - 1 >= floor && PO_BOX.test(up) && up.length < 30) {
          streets.unshift(up);
          first = k - 1;
        }
        break;
      }
    }
    if (!streets.some(looksLikeStreet) && inline.length === 0) {
      if (tail.country === 'US' || tail.country === 'CA') {
        streets.length = 0;
        first = Math.min(at, city !== null && parts.length === 0 && head !== tail.head ? at - 1 : at);
      }
    }
  }
  const { street, unit } = takeUnit(streets.join(', '));
  if (street) confidence += 0.2;
  if (city) confidence += 0.1;
  if (tail.postal_code) confidence += 0.1;
  if (!street && !city) return null;
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

/** Parts from the first that looks like a street on: company and person names before it are dropped. */
function fromStreet(parts: readonly string[]): string[] {
  let at = parts.findIndex((part) => looksLikeStreet(part));
  if (at < 0 && parts.length === 1 && NUMBERED.test(parts[0] ?? '') && (parts[0] ?? '').length < 40) at = 0;
  if (at >= 0) return [...parts.slice(at)];
  // A house number further inside: "Acme Corp 123 Main St".
  for (let i = 0; i < parts.length; i += 1) {
    const m = /(?:^|\s)(\d{1,6}[a-z]?\s+.{3,})$/i.exec(parts[i] ?? '');
    if (m?.[1] && looksLikeStreet(m[1])) return [m[1], ...parts.slice(i + 1)];
  }
  return parts.filter((part) => /\d/.test(part) && part.length < 60);
}

/** "1 Main St Springfield" → street and city, with the street's last word as the border. */
function cityFrom(text: string): { city: string | null; rest: string | null } {
  const clean = text
    .replace(LABEL, '')
    .replace(/[\s.|•·:–-]+$/, '')
    .trim();
  if (!/\d/.test(clean)) return { city: clean || null, rest: null };
  const m = new RegExp(
    `^(.*(?:\\b(?:${STREET_WORDS})\\b\\.?(?:\\s+${DIRECTION}\\b\\.?)?|\\bbroadway\\b|\\bbox\\s*#?\\s*[\\w-]+|(?:hwy|highway|route|rte|rt)\\.?\\s*\\d+\\w?)(?:,?\\s*(?:#\\s?\\w+|${UNIT_WORD}\\b\\.?\\s*#?\\s*[\\w-]*\\d[\\w-]*|${UNIT_WORD}\\.?\\s+[A-Z]\\b|\\d{1,3}(?:st|nd|rd|th)\\s+fl(?:oor)?\\b\\.?))?)\\s+((?:\\p{Lu}|\\p{L}['’]\\p{Lu})[\\p{L}.'’ -]{1,40})$`,
    'iu',
  ).exec(clean.slice(-200));
  if (m?.[1] && m[2]) return { city: m[2].trim(), rest: m[1].trim() };
  const unit = new RegExp(
    `^(.*(?:${UNIT_WORD})\\b\\.?\\s*#?\\s*[\\w-]+)\\s+(\\p{Lu}[\\p{L}.'’ -]{2,40})$`,
    'iu',
  ).exec(clean.slice(-200));
  if (unit?.[1] && unit[2]) return { city: unit[2].trim(), rest: unit[1].trim() };
  if (looksLikeStreet(clean)) return { city: null, rest: clean };
  const words = clean.split(' ');
  const lastNumber = words.findLastIndex((word) => /\d/.test(word));
  const city = words
    .slice(lastNumber + 1)
    .slice(-2)
    .join(' ');
  return city
    ? { city, rest: words.slice(0, words.length - Math.min(2, words.length - lastNumber - 1)).join(' ') }
    : { city: null, rest: clean };
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
function isPlace(line: string, tail: AddressTail): boolean {
  return (
    tail.country !== 'US' &&
    tail.country !== 'CA' &&
    line.length < 60 &&
    /^[\p{Lu}\d]/u.test(line) &&
    !/[:@]/.test(line)
  );
}

function isUnit(text: string): boolean {
  return new RegExp(
    `^(?:${UNIT_WORD}\\b\\.?\\s*#?\\s*[\\w-]+(?:\\s?[&,-]\\s?[\\w-]+)?|#\\s?[\\w-]+|\\d{1,3}(?:st|nd|rd|th)\\s+fl(?:oor)?\\.?|(?:ground|first|second|third|lower|upper|main)\\s+(?:floor|level))$`,
    'i',
  ).test(text.trim());
}

function splitCommas(text: string): string[] {
  const parts = text
    .split(/[,|•·]|(?<!^\d{1,6}[a-z]?)\s[–—-]\s/i)
    .map((part) => part.replace(LABEL, '').trim());
  return parts.filter(Boolean);
}

function prepared(text: string): string[] {
  return text
    .slice(0, 4000)
    .split(/\r?\n|<br\s*\/?>/i)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}
