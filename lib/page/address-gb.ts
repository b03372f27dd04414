/**
 * British, Irish and other addresses without a state: the lines before the post code are building, street,
 * locality, town and county. What is town and what county is told by a list of counties and by position.
 */
import { STREET_WORDS } from './places.js';

const COUNTIES =
  'avon|bedfordshire|beds|berkshire|berks|bucks|buckinghamshire|cambridgeshire|cambs|cheshire|cleveland|cornwall|cumbria|derbyshire|devon|dorset|durham|co\\.? durham|county durham|east sussex|west sussex|sussex|essex|gloucestershire|glos|greater london|greater manchester|hampshire|hants|herefordshire|hertfordshire|herts|isle of wight|kent|lancashire|lancs|leicestershire|leics|lincolnshire|lincs|merseyside|middlesex|middx|norfolk|northamptonshire|northants|northumberland|nottinghamshire|notts|oxfordshire|oxon|rutland|shropshire|salop|somerset|staffordshire|staffs|suffolk|surrey|tyne (?:and|&) wear|warwickshire|west midlands|wiltshire|wilts|worcestershire|worcs|yorkshire|(?:north|south|east|west) yorkshire|gwent|gwynedd|dyfed|powys|clwyd|(?:mid|south|west) glamorgan|fife|lothian|midlothian|west lothian|east lothian|lanarkshire|ayrshire|aberdeenshire|co\\.? (?:antrim|armagh|down|tyrone|londonderry|dublin|cork|kildare|laois)|england|scotland|wales|northern ireland|united kingdom|uk|ireland';
const COUNTY = new RegExp(`^(?:${COUNTIES})\\.?$`, 'i');
const COUNTY_TAIL = new RegExp(`^(.{3,40}?)\\s+(?:${COUNTIES})\\.?$`, 'i');
const PREMISES = new RegExp(
  `\\d|\\b(?:unit|suite|floor|house|building|court|centre|center|park|estate|mill|works|hall|tower|studio|barn|farm|office|block|wharf|chambers|lodge|depot|trading|industrial|${STREET_WORDS})\\b`,
  'i',
);
const STOP =
  /:$|[@?!]|https?:|www\.|\b(?:tel|phone|fax|email|contact|address|opening|hours|find us|copyright|registered|company (?:no|number))\b|\.\s*$/iu;
const INLINE_STOP =
  /^.*\b(?:registered (?:office|address)(?: is| at)?|head office|address|office is at|at|is)\s*[:,-]?\s+(?=[\p{Lu}\d])/iu;
const STREET_THEN_TOWN = new RegExp(
  `^(.*\\b(?:${STREET_WORDS})\\.?)\\s+(\\p{Lu}[\\p{L}'’-]+(?:[ -](?:\\p{Lu}?[\\p{L}'’-]+)){0,2})$`,
  'iu',
);

export interface Premises {
  street: string | null;
  city: string | null;
  first: number;
}

/** Reads upwards from the line of the post code; `head` is what stands before it on its own line. */
export function britishPremises(lines: readonly string[], at: number, head: string, floor: number): Premises {
  const parts: { text: string; line: number }[] = [];
  const take = (text: string, line: number) => {
    const pieces = text
      .split(/[,|•]|\s[–—]\s/)
      .map((p) => p.trim().replace(/[.;]+$/, ''))
      .filter(Boolean);
    parts.unshift(...pieces.map((piece) => ({ text: piece, line })));
  };
  if (head) take(head.length > 90 ? head.replace(INLINE_STOP, '').slice(-120) : head, at);
  const inline = parts.length >= 3;
  for (let k = at - 1; !inline && k >= floor && k >= at - 6; k -= 1) {
    const line = (lines[k] ?? '').trim();
    if (line === '' || line.length > 70 || STOP.test(line)) break;
    take(line, k);
  }
  while (parts.length > 0 && COUNTY.test(parts.at(-1)?.text ?? '') && parts.length > 1) parts.pop();
  const last = parts.pop();
  if (!last) return { street: null, city: null, first: at };
  let city: string | null = COUNTY_TAIL.exec(last.text)?.[1] ?? last.text;
  const london =
    /^(.+\S)\s+(London|Manchester|Birmingham|Bristol|Leeds|Glasgow|Edinburgh|Dublin|Liverpool|Cardiff|Belfast)$/.exec(
      city,
    );
  if (london?.[1]) {
    parts.push({ text: london[1], line: last.line });
    city = london[2] ?? city;
  }
  const split = STREET_THEN_TOWN.exec(city);
  if (split?.[1] && split[2] && /\d|\b(?:house|court|unit)\b/i.test(split[1])) {
    parts.push({ text: split[1], line: last.line });
    city = split[2];
  }
  if (/\d/.test(city) || city.length > 40) {
    parts.push({ text: city, line: last.line });
    city = null;
  }
  const from = parts.findIndex((part) => PREMISES.test(part.text));
  const used = from < 0 ? [] : parts.slice(from);
  const street = used.map((part) => part.text).join(', ');
  return { street: street && street.length <= 140 ? street : null, city, first: used[0]?.line ?? last.line };
}
