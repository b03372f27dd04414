/** Street lines and units: what looks like one, and how a line falls into street, unit and city. */
import { STREET_WORDS } from './places.js';

const STREET_END = new RegExp(`\\b(?:${STREET_WORDS})\\b\\.?`, 'i');
export const DIRECTION =
  '(?:N\\.?\\s?E|N\\.?\\s?W|S\\.?\\s?E|S\\.?\\s?W|N|S|E|W|North|South|East|West|North\\s?east|North\\s?west|South\\s?east|South\\s?west)';
/** Street types that are hardly ever the beginning or end of a town's name. Source: USPS Publication 28, C1. */
const SURE_TYPES =
  'alley|aly|avenue|aven|ave|av|boulevard|boul|blvd|bypass|byp|circle|cir|court|ct|crescent|cres|drive|dr|drv|expressway|expy|freeway|fwy|highway|hwy|lane|ln|loop|parkway|pkwy|pky|pike|place|pl|plaza|plz|road|rd|route|rte|square|sq|street|str|st|terrace|terr|ter|trail|trl|turnpike|tpke|way';
const SURE = new RegExp(`^(?:${SURE_TYPES})\\.?,?$`, 'i');
const ANY_TYPE = new RegExp(`^(?:${STREET_WORDS})\\.?,?$`, 'i');
const UNIT_WORD =
  '(?:suites?|stes?|units?|apt|apartment|room|rm|floor|fl|flr|bldg|building|lot|space|spc|dept|office|level|lvl|bay|dock|hangar|penthouse|ph|p\\.?\\s?m\\.?\\s?b|no|stop|warehouse|shop|trlr)';
const UNIT_VALUE =
  '#?\\s*(?=\\w*\\d|[A-Z]\\b|[A-Z]{1,2}-|[A-Z]\\d)[\\w][\\w/-]*(?:\\s?[-&]\\s?\\w{1,4}(?![\\w.]))?';
const ORDINAL_FLOOR =
  '\\d{1,3}(?:st|nd|rd|th)\\s+(?:floor|flr?)\\b\\.?|(?:ground|first|second|third|fourth|fifth|lower|upper|main|top)\\s+(?:floor|level)';
const UNIT = new RegExp(
  `(?<!\\b(?:r\\.?f\\.?d|rr|route|rte|rt)\\.?)(?:,|\\s|^)\\s*((?:${UNIT_WORD})\\b\\.?\\s*${UNIT_VALUE}|#\\s?[\\w-]+|${ORDINAL_FLOOR})\\s*(?=,|$|\\s)`,
  'i',
);
const UNIT_ONLY = new RegExp(
  `^(?:${UNIT_WORD}\\b\\.?\\s*#?\\s*(?=\\w*\\d|[A-Z]\\b|[A-Z]-)[\\w-]+(?:\\s?[&,-]\\s?[\\w-]+)?|#\\s?[\\w-]+|${ORDINAL_FLOOR})$`,
  'i',
);
export const PO_BOX =
  /\b(?:p\.?\s?o\.?\s*(?:box|drawer|b\.)|post(?:al)?\s+(?:office\s+)?(?:box|drawer)|box|drawer)\s*#?\s*[\w-]{1,12}\b/i;
export const NUMBERED =
  /^(?:#?\d[\d/-]*(?:\s?[-–]\s?\d+)?[a-z]?\b|[NSEW]\d{1,5}\s?[NSEW]?\d{0,6}\b|\d{1,3}[NSEW]\d{1,6}\b|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)(?=\s))\s*,?\s+\S/i;
const ROUTE =
  /\b(?:(?:state|us|u\.s\.|county|farm|ranch|old|fm|cr|sr|hwy|interstate|i)[\s.-]*(?:highway|hwy|route|rte|road|rd|trunk)?|highway|hwy|route|rte?|rr|r\.?f\.?d|rural route|hc)\.?\s*[-#]?\s*\d+/i;
const LETTERED_ROAD =
  /\b(?:county|state|co\.?)\s+(?:road|rd|highway|hwy|trunk(?:\s+highway)?|line)\.?\s+[A-Z]{1,3}\b/i;
/** Utah's grid ("1234 N 1500 W"), numbered streets without a type ("18 E 41st"), and streets of Spanish names. */
const GRID = new RegExp(`^\\d{1,5}\\s*${DIRECTION}\\.?,?\\s+\\d{1,5}\\s*${DIRECTION}\\b`, 'i');
const NUMBERED_STREET = new RegExp(`^\\d{1,6}\\s+(?:${DIRECTION}\\.?\\s+)?\\d{1,3}(?:st|nd|rd|th)\\b`, 'i');
const SPANISH =
  /^\d{1,6}\s+(?:[NSEW]\.?\s+)?(?:avenida|ave\.?|calle|caminito|camino|paseo|via|vista|rancho|corte|plaza|el camino|el paseo|la|las|los|el|the)\s+\p{Lu}/iu;
const BARE_NAMES = /\b(?:broadway|embarcadero|bowery|alameda|strand|esplanade|malecon)\b/i;
const FOREIGN_STREET =
  /(?:straße|strasse|str\.|weg\b|platz\b|allee\b|gasse\b|ring\b|damm\b|\brue\b|\bavenue\b|\bvia\b|\bviale\b|\bpiazza\b|\bcorso\b|\bcalle\b|\bcarrer\b|\bpaseo\b|\bav\.|\bavda?\.?\b|\bblvd\.?\b|laan\b|straat\b|gracht\b|plein\b|gatan\b|gata\b|vägen\b|vej\b|gade\b|veien\b|gate\b|katu\b|tie\b|\bchemin\b|\bul\.|\bulica\b|\brua\b|\bavenida\b|utca\b|jalan\b|\bjln?\b)/i;

export function looksLikeStreet(text: string): boolean {
  if (text.length < 4 || text.length > 120 || /[@?!]|https?:|\bwww\./i.test(text)) return false;
  if (
    /\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)?\d\d\b|\b(?:years?|employees|members|copyright|hours|a\.?m\.?|p\.?m\.?)\b/i.test(
      text,
    )
  )
    return false;
  if (PO_BOX.test(text) && /(?:box|drawer)\s*#?\s*\d|p\.?\s?o\b/i.test(text)) return true;
  if (NUMBERED.test(text)) {
    if (STREET_END.test(text.replace(/^\S+\s/, '')) || ROUTE.test(text) || LETTERED_ROAD.test(text))
      return true;
    if (BARE_NAMES.test(text) || GRID.test(text) || NUMBERED_STREET.test(text) || SPANISH.test(text))
      return true;
  }
  if (ROUTE.test(text) && /\d/.test(text) && text.length < 50) return true;
  if (/^(?:unit|suite|lvl|level|floor|\d{1,2}(?:st|nd|rd|th) floor)\b/i.test(text) && STREET_END.test(text))
    return true;
  return FOREIGN_STREET.test(text) && /\d/.test(text);
}

const NAMED_STREET = new RegExp(
  `^(?:(?:hangar|building|bldg\\.?)\\s+\\w{1,4},\\s+)?(?:[A-Z][A-Za-z.'’-]*\\s+){1,3}(?:Street|St|Avenue|Ave|Boulevard|Blvd|Drive|Highway|Hwy|Lane|Ln|Parkway|Pkwy|Road|Rd|Turnpike|Pike)\\b\\.?(?:\\s+${DIRECTION})?(?:\\s+(?:at|and|&|@)\\s+.{2,30})?$|^(?:corner|intersection|junction) of\\s.{5,40}$|^pier\\s+\\d{1,3}\\w?(?:$|,)`,
  'i',
);

/** A street without a house's number ("Airport Road", "Corner of Main and 3rd St"): believed only right over a town with its code. */
export function isNamedStreet(text: string): boolean {
  return (
    text.length < 60 &&
    /^\p{Lu}/u.test(text) &&
    !/\b(?:on|off|near|along|from|the)\b/i.test(text.replace(/ of the /i, ' ')) &&
    (NAMED_STREET.test(text) || LETTERED_ROAD.exec(text)?.index === 0)
  );
}

const ENDS_STREET = new RegExp(
  `(?:\\b(?:${STREET_WORDS}|broadway|bowery)\\b\\.?(?:,?\\s+${DIRECTION}\\.?)?|\\b(?:highway|hwy|route|rte?|road|rd|fm|cr|sr|us|i|interstate|box|drawer|avenue|ave)[\\s.#-]*\\w*\\d\\w*(?:\\s+${DIRECTION})?|\\b(?:avenue|ave)\\.?\\s+(?:[a-z]|of\\s.+))$`,
  'i',
);

/** Does the street end where its type stands? "24 Hour Road Service" goes on. */
export function endsAsStreet(street: string): boolean {
  const first = street.split(/\s*[,(]|\s[-–|]\s/)[0] ?? '';
  return (
    ENDS_STREET.test(first.trim()) ||
    LETTERED_ROAD.test(first) ||
    GRID.test(first) ||
    NUMBERED_STREET.test(first) ||
    SPANISH.test(first)
  );
}

/** A number, one to four words in capitals and a sure street type: believed even inside a sentence. */
export const STREET_IN_PROSE = new RegExp(
  `(?<![\\w$#.-])\\d{1,6}(?:-\\d{1,5})?[A-Z]?\\s+(?:${DIRECTION}\\.?\\s+)?(?:(?:[A-Z][\\w'’.-]*|\\d{1,3}(?:st|nd|rd|th))\\s+){1,4}(?:Avenue|Ave|Boulevard|Blvd|Circle|Cir|Court|Ct|Drive|Dr|Expressway|Freeway|Fwy|Highway|Hwy|Lane|Ln|Parkway|Pkwy|Road|Rd|Street|St|Terrace|Turnpike|Tpke)\\b\\.?(?:\\s+${DIRECTION}(?![\\w'’]))?(?:,?\\s+(?:Suite|Ste|Unit|Apt|#)\\.?\\s*#?[\\w-]+)?`,
);

/** A building's number after the street's name, as most of the world writes it: "Musterstr. 12", "Av. Reforma 123". */
export function looksForeign(text: string): boolean {
  return (
    text.length >= 4 &&
    text.length <= 80 &&
    !/[:@?!]|\bwww\.|\.\s*$/.test(text) &&
    (/^\p{Lu}[\p{L}.'’/ -]{2,50}[\s,]+(?:n[º°o]\.?\s*|nr\.?\s*)?\d{1,5}\s?[a-z]?(?:\s?[-–/]\s?\d{1,5}\s?[a-z]?)?(?:,.{1,40})?$/iu.test(
      text,
    ) ||
      FOREIGN_STREET.test(text) ||
      /^\d{1,5}[a-z]?(?:[-/]\d{1,5})?,?\s+\p{L}/iu.test(text))
  );
}

export function isUnit(text: string): boolean {
  return UNIT_ONLY.test(text.trim());
}

/** Splits a street line into street and unit. */
export function takeUnit(text: string): { street: string | null; unit: string | null } {
  const clean = text
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:|•·-]+|[\s,;:|•·-]+$/g, '')
    .replace(/\s+,/g, ',')
    .replace(/,{2,}/g, ',');
  const units: string[] = [];
  let rest = clean;
  for (let m = UNIT.exec(rest); m && units.length < 3; m = UNIT.exec(rest)) {
    // "Unit 3/45 Smith St" is number 45; a unit alone stays what it is.
    if (m.index === 0 && (m[0].length === rest.length || /\d\/\d/.test(m[0]))) break;
    const less = `${rest.slice(0, m.index)} ${rest.slice(m.index + m[0].length)}`
      .replace(/\s+/g, ' ')
      .replace(/^[\s,-]+|[\s,-]+$/g, '')
      .replace(/\s+,/g, ',');
    if (less.length <= 2) break;
    units.push((m[1] ?? '').trim());
    rest = less;
  }
  return { street: rest || null, unit: units.length > 0 ? units.join(', ') : null };
}

/** Towns of two and more words begin so; without a comma before them nothing else tells. */
const TOWN_BEGINS =
  /^(?:san|santa|st\.?|saint|new|north|south|east|west|fort|ft\.?|mount|mt\.?|los|las|la|le|el|de|del|des|grand|palm|long|salt|lake|port|royal|high|big|little|old|great|cape|baton|coral|glen|green|park|point|red|rock|silver|upper|lower|white|college|council|colorado|kansas|oklahoma|virginia|jersey|sioux|cedar|overland|elk|corpus|santa|san)$/i;

/** "1 Main St Springfield" → street and city, with the street's type as the border. */
export function splitCity(text: string): { street: string | null; city: string | null } {
  const words = text.trim().split(/\s+/);
  if (!/\d/.test(text) && !(NUMBERED.test(text) && looksLikeStreet(text)))
    return { street: null, city: text.trim() || null };
  const cut = border(words);
  if (cut !== null && cut < words.length) {
    const city = words.slice(cut).join(' ');
    return /\d/.test(city) ? { street: text, city: null } : { street: words.slice(0, cut).join(' '), city };
  }
  if (cut !== null || looksLikeStreet(text)) return { street: text, city: null };
  const last = words.findLastIndex((word) => /\d/.test(word));
  const after = words.length - 1 - last;
  if (after === 0) return { street: text, city: null };
  const two = after >= 3 && TOWN_BEGINS.test(words.at(-2) ?? '');
  const keep = after === 1 && last > 0 ? 1 : two ? 2 : 1;
  return after === 1 && last === 0
    ? { street: text, city: null }
    : { street: words.slice(0, -keep).join(' '), city: words.slice(-keep).join(' ') };
}

/** One past the last word of the street with its direction and unit, or null when no word ends it. */
function border(words: readonly string[]): number | null {
  const text = words.join(' ');
  const box = /^(.*?\b(?:box|drawer)\s*#?\s*[\w-]*\d[\w-]*)(?:\s|$)/i.exec(text);
  let end = box?.[1] ? box[1].split(' ').length : null;
  const route =
    /^(.*?\b(?:hwy|highway|route|rte|rt|road|rd|fm|cr|sr|interstate|i)\.?[\s-]+#?\d+\w?)(?=\s|$)/i.exec(text);
  if (end === null && route?.[1]) end = route[1].split(' ').length;
  const lettered = LETTERED_ROAD.exec(text);
  if (end === null && lettered) end = text.slice(0, lettered.index + lettered[0].length).split(' ').length;
  const named = /^(\d+\s+(?:avenue|ave)\.?\s+of\s+(?:the\s+)?\w+)(?=\s|$)/i.exec(text);
  if (end === null && named?.[1]) end = named[1].split(' ').length;
  const grid = GRID.exec(text);
  if (end === null && grid) end = grid[0].split(' ').length;
  if (end === null) end = typeAt(words, SURE) ?? lastType(words);
  const numbered = end === null ? NUMBERED_STREET.exec(text) : null;
  if (numbered) end = numbered[0].split(' ').length;
  const broadway = words.findIndex((word) => BARE_NAMES.test(word));
  if (end === null && broadway > 0) end = broadway + 1;
  if (end === null) {
    const unit = new RegExp(`^(.*?(?:${UNIT_WORD})\\b\\.?\\s*#?\\s*\\w*\\d[\\w-]*)(?=\\s)`, 'i').exec(text);
    if (unit?.[1]) end = unit[1].split(' ').length;
  }
  if (end === null) return null;
  // A direction in letters belongs to the street; in full it may begin the town, if one is left.
  if (/^(?:[NSEW]|N\.?[EW]|S\.?[EW])\.?,?$/i.test(words[end] ?? '')) end += 1;
  else if (
    /^(?:north|south|east|west|north(?:east|west)|south(?:east|west)),?$/i.test(words[end] ?? '') &&
    words.length === end + 1
  )
    end += 1;
  const rest = words.slice(end).join(' ');
  const unit = new RegExp(
    `^,?\\s*(?:${UNIT_WORD}\\b\\.?\\s*${UNIT_VALUE}|#\\s?[\\w-]+|${ORDINAL_FLOOR})(?=[\\s,]|$)`,
    'i',
  ).exec(rest);
  return unit ? end + unit[0].trim().split(/\s+/).length : end;
}

/** The first sure type that ends a street: not its first word, and no other type after it but in the town's first word. */
function typeAt(words: readonly string[], type: RegExp): number | null {
  for (let i = 2; i < words.length; i += 1) {
    if (!type.test(words[i] ?? '')) continue;
    if (
      i === 2 &&
      /^(?:[NSEW]|N\.?[EW]|S\.?[EW])\.?$/i.test(words[1] ?? '') &&
      /^st\.?$/i.test(words[i] ?? '') &&
      words[i + 1]
    )
      continue;
    const later = words
      .slice(i + 1)
      .findIndex((word, k) => type.test(word) && (k > 0 || !/^(?:st|ft|mt)\.?$/i.test(word)));
    if (later >= 0 && later < 3) continue;
    return i + 1;
  }
  return null;
}

function lastType(words: readonly string[]): number | null {
  for (let i = words.length - 1; i >= 2; i -= 1) {
    if (!ANY_TYPE.test(words[i] ?? '')) continue;
    // The last word of all may be the town's own ("Park City Heights"): believed as a type only with nothing before it.
    return i + 1;
  }
  return null;
}
