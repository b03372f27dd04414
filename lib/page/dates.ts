/**
 * Dates and times of events as people print them: days, ranges, lists of days, with or without year and
 * clock times. A small grammar over normalised text reads the usual forms exactly (no time zone of the
 * machine is involved); chrono-node is asked only for what the grammar does not know.
 */
import * as chrono from 'chrono-node/en'; // the other languages double the start-up time

export interface EventDates {
  /** ISO dates. */
  start_date: string;
  end_date: string | null;
  /** HH:MM, 24 hours. */
  start_time: string | null;
  end_time: string | null;
  /** As printed (`ET`, `CST`) or an ISO offset. */
  time_zone: string | null;
  /** The year was not printed but taken from the crawl date. */
  inferred_year: boolean;
}

interface Day {
  y: number | null;
  m: number;
  d: number;
  at: number;
  end: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const M =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?';
const D = '(0?[1-9]|[12]\\d|3[01])(?![\\d:]|\\s*[ap]\\.?m\\b)';
const Y = "(?:,?\\s*(?:in\\s+)?((?:19|20)\\d{2})(?!\\d)|,?\\s*'(\\d{2})(?!\\d))?";
const ATOM = new RegExp(
  [
    `((?:19|20)\\d{2})-(\\d{1,2})-(\\d{1,2})(?!\\d)`,
    `((?:19|20)\\d{2})/(\\d{1,2})/(\\d{1,2})(?!\\d)`,
    `(?<![\\d/.])(\\d{1,2})/(\\d{1,2})(?:/(\\d{4}|\\d{2}))?(?![\\d/])`,
    `(?<![\\d.])(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?!\\d)`,
    `(?<![\\d.-])(\\d{1,2})-(\\d{1,2})-((?:19|20)\\d{2})(?!\\d)`,
    `\\b${M},?\\s*${D}${Y}`,
    `(?<!\\d)${D}[\\s-]+${M}(?:\\s*[-,]?\\s*((?:19|20)\\d{2})(?!\\d))?`,
  ].join('|'),
  'gi',
);
const WEEKDAY = /\b(mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b\.?,?/i;
const HAS_DATE =
  /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b\.?,?\s*\d|\d(?:st|nd|rd|th)?\.?(?:\s+of)?[\s-]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|\d{1,2}\/\d{1,2}(?:\/\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}/i;
const TIME =
  /(?<![\d/.-])(?:(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])\.?\s?m\b\.?|([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?!\d)|\b(noon|midday|midnight)\b)/gi;
const BARE_HOUR = /(?<![\d/.:-])(\d{1,2})(?::(\d{2}))?\s*(?:-|to)\s*$/;
/** Abbreviations in capitals only ("at" is no zone), names in any letters, offsets after a clock time. */
const ZONE_LETTERS =
  /(?:^|[\s(\d])((?:[ECMP]|AK|H)[SD]?T|A[SD]T|UTC|GMT|BST|CEST|CET|IST|AEST|AEDT)\b|T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})/;
const ZONE_NAME = /\b((?:eastern|central|mountain|pacific)(?:\s+(?:standard|daylight))?\s+time)\b/i;

/** A cheap test: could this text hold a date? */
export function hasDate(text: string): boolean {
  return HAS_DATE.test(text);
}

export function parseEventDates(text: string, now: string): EventDates | null {
  const clean = normalizeDateText(text.slice(0, 2000));
  const days = dayAtoms(clean);
  const range = days.length > 0 ? rangeOf(clean, days) : null;
  if (!range) return viaChrono(clean, now);
  const { first, last } = range;
  const printed = last?.y ?? first.y;
  const weekday = weekdayBefore(clean, first);
  const year = first.y ?? printed ?? yearNear(first, now, weekday, clean);
  let lastYear = last ? (last.y ?? year) : null;
  let firstYear = year;
  if (last && lastYear !== null && first.y === null && order(first) > order(last)) {
    // "Dec 30 - Jan 2, 2026" begins in the year before.
    if (last.y !== null) firstYear = last.y - 1;
    else lastYear = year + 1;
  } else if (last && last.y === null && order(first) > order(last)) lastYear = year + 1;
  const start = isoDay(firstYear, first);
  if (start === null) return null;
  const end = last && lastYear !== null ? isoDay(lastYear, last) : null;
  const times = clockTimes(blank(clean, [first, ...(last ? [last] : [])]));
  const zone = ZONE_LETTERS.exec(clean) ?? ZONE_NAME.exec(clean);
  return {
    start_date: start,
    end_date: end !== null && end >= start ? end : null,
    start_time: times[0] ?? null,
    end_time: times[1] ?? null,
    time_zone: zone ? (zone[1] ?? zone[2] ?? null) : null,
    inferred_year: printed === null,
  };
}

/** Dashes to ` - `, "through" to "to", ordinals and filler words away. */
export function normalizeDateText(text: string): string {
  return (
    text
      .replace(/[\u00a0\s]+/g, ' ')
      .replace(/(\d)(?:st|nd|rd|th)\b/gi, '$1')
      .replace(
        /\b(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)\s*(?:[\u2010-\u2015\u2212~/]|--|to|\s-\s)\s*(?=\d{4}-)/g,
        '$1 to ',
      )
      .replace(/[\u2010-\u2015\u2212~]|--+/g, ' - ')
      .replace(/\bbetween\b(.{3,60}?)\band\b/gi, '$1 to ')
      .replace(/\b(?:through|thru|until|till|til)\b/gi, 'to')
      .replace(/\bthe (\d)/gi, '$1')
      .replace(/(\d) of (?=[a-z])/gi, '$1 ')
      // A weekday in brackets after its day, and the compact ISO form.
      .replace(/(\d) ?\((?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\)/gi, '$1')
      .replace(/(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?=T\d{4}|$)/g, '$1-$2-$3')
      .replace(/\b([a-z]{3})-(\d{1,2})-((?:19|20)\d\d)\b/gi, '$1 $2, $3')
      .replace(/@/g, ' at ')
      .replace(/(\d)-(?=[a-z]{3,9}\.? ?\d)/gi, '$1 - ')
      .replace(/(\/\d{1,4})-(?=\d)/g, '$1 - ')
      .replace(/ +/g, ' ')
      .trim()
  );
}

function dayAtoms(text: string): Day[] {
  const days: Day[] = [];
  for (const g of text.matchAll(ATOM)) {
    const span = { at: g.index, end: g.index + g[0].length };
    const number = (i: number) => (g[i] === undefined ? null : Number(g[i]));
    let day: Omit<Day, 'at' | 'end'> | null = null;
    if (g[1] !== undefined) day = { y: number(1), m: Number(g[2]), d: Number(g[3]) };
    else if (g[4] !== undefined) day = { y: number(4), m: Number(g[5]), d: Number(g[6]) };
    else if (g[7] !== undefined)
      day = dayMonth(Number(g[7]), Number(g[8]), g[9] === undefined ? null : fullYear(g[9]), true);
    else if (g[10] !== undefined) day = dayMonth(Number(g[10]), Number(g[11]), number(12), false);
    else if (g[13] !== undefined) day = dayMonth(Number(g[13]), Number(g[14]), number(15), true);
    else if (g[16] !== undefined)
      day = { y: g[18] ? Number(g[18]) : g[19] ? fullYear(g[19]) : null, m: month(g[16]), d: Number(g[17]) };
    else if (g[20] !== undefined) day = { y: number(22), m: month(g[21] ?? ''), d: Number(g[20]) };
    if (day && day.m >= 1 && day.m <= 12 && day.d >= 1 && day.d <= 31) days.push({ ...day, ...span });
  }
  return days;
}

/** The first date of the text and, when a range or list of days follows, its last. */
function rangeOf(text: string, days: Day[]): { first: Day; last: Day | null } | null {
  let first = days[0];
  if (!first) return null;
  const second = days[1];
  // "14 - 16 May 2026": a bare day before.
  const lead = /(?<![\d:/])(\d{1,2})\s*(?:-|to|&|and|,)\s*(?:[a-z]{3,9},?\s+)?$/i.exec(
    text.slice(Math.max(0, first.at - 24), first.at),
  );
  if (lead && Number(lead[1]) < first.d && Number(lead[1]) > 0 && /^\d{1,2}\s/.test(text.slice(first.at))) {
    return { first: { ...first, d: Number(lead[1]) }, last: first };
  }
  // "March 3 - 5, 2026", "March 3, 4 & 5, 2026", "3/3-5/2026".
  const tail =
    /^(?:(?:\s*(?:,|-|to|&|and|\/)\s*(?:and\s+|&\s*)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?)(\d{1,2})(?![\d:]|\/(?!(?:19|20)\d\d)|\s*[ap]\.?m\b|\s*o'?clock|\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))+(?:,?\s*(?:in\s+)?((?:19|20)\d{2})(?!\d)|\/(\d{4}|\d{2})(?!\d))?/i.exec(
      text.slice(first.end, first.end + 60),
    );
  if (tail && first.y === null && Number(tail[1]) > first.d && Number(tail[1]) <= 31) {
    const y = tail[2] ? Number(tail[2]) : tail[3] ? fullYear(tail[3]) : null;
    const list = /[,&]|and/.test(tail[0]) && !/-|\bto\b/.test(tail[0]);
    if (!list || y !== null || /&|and/.test(tail[0])) {
      first = { ...first, y };
      return { first, last: { ...first, d: Number(tail[1]), at: first.at, end: first.end + tail[0].length } };
    }
  }
  if (!second) return { first, last: null };
  const between = text.slice(first.end, second.at);
  const joined =
    between.length <= 60 &&
    /^(?:[\s,|()]|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?|\bat\b|T?\d{1,2}(?::\d{2}){0,2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?|[ap]\.?m\.?|\b[ecmp][sd]?t\b|noon)*(?:-|–|\bto\b|&|\band\b)(?:[\s,]|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?)*$/i.test(
      between,
    );
  if (!joined) return { first, last: null };
  return { first, last: second };
}

function clockTimes(text: string): string[] {
  const times: string[] = [];
  for (const m of text.matchAll(TIME)) {
    if (times.length >= 2) break;
    if (m[6]) times.push(/midnight/i.test(m[6]) ? '00:00' : '12:00');
    else if (m[4]) times.push(`${m[4].padStart(2, '0')}:${m[5]}`);
    else if (Number(m[1]) <= 12 && Number(m[1]) > 0) {
      const half = (m[3] ?? 'a').toLowerCase();
      // "9 - 11 AM": the first hour takes the half of the day from the second.
      const lead = times.length === 0 ? BARE_HOUR.exec(text.slice(Math.max(0, m.index - 14), m.index)) : null;
      if (lead && Number(lead[1]) <= 12 && Number(lead[1]) > 0) {
        const earlier = half === 'p' && Number(lead[1]) % 12 > Number(m[1]) % 12 ? 'a' : half;
        times.push(clock(Number(lead[1]), lead[2] ?? '00', earlier));
      }
      times.push(clock(Number(m[1]), m[2] ?? '00', half));
    }
  }
  return times;
}

function clock(hour: number, minutes: string, half: string): string {
  const h = (hour % 12) + (half === 'p' ? 12 : 0);
  return `${String(h).padStart(2, '0')}:${minutes}`;
}

/** The text with the dates' own digits blanked, ISO clock parts kept apart from the day. */
function blank(text: string, days: readonly Day[]): string {
  let out = text;
  for (const day of days) {
    if (day.end > day.at)
      out = out.slice(0, day.at) + ' '.repeat(Math.min(day.end, out.length) - day.at) + out.slice(day.end);
  }
  return out
    .replace(/T(?=\d{2}:\d{2})/g, ' ')
    .replace(/(\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)(?:Z|[+-]\d{2}:?\d{2})/g, '$1 ');
}

function dayMonth(
  a: number,
  b: number,
  y: number | null,
  monthFirst: boolean,
): Omit<Day, 'at' | 'end'> | null {
  const [m, d] = (monthFirst && a <= 12) || b > 12 ? [a, b] : [b, a];
  return m >= 1 && m <= 12 ? { y, m, d } : null;
}

function weekdayBefore(text: string, day: Day): number | null {
  const m =
    WEEKDAY.exec(text.slice(Math.max(0, day.at - 14), day.at)) ??
    WEEKDAY.exec(text.slice(day.end, day.end + 14));
  return m
    ? ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].indexOf((m[1] ?? '').slice(0, 3).toLowerCase())
    : null;
}

/** Without a printed year: the year nearby on the page's text, the one the weekday fits, or the next such day. */
function yearNear(day: Day, now: string, weekday: number | null, text: string): number {
  const stated = /\b(20\d{2})\b/.exec(text)?.[1];
  if (stated) return Number(stated);
  const base = Number(now.slice(0, 4)) || 1970;
  if (weekday !== null) {
    for (const y of [base, base + 1, base - 1])
      if (new Date(Date.UTC(y, day.m - 1, day.d)).getUTCDay() === weekday) return y;
  }
  const at = Date.UTC(base, day.m - 1, day.d);
  const today = Date.parse(`${now.slice(0, 10)}T00:00:00Z`);
  return Number.isFinite(today) && today - at > 120 * 86_400_000 ? base + 1 : base;
}

function viaChrono(text: string, now: string): EventDates | null {
  if (text.length > 300 || !/\d/.test(text) || !HAS_DATE.test(text)) return null;
  const reference = new Date(now);
  if (Number.isNaN(reference.getTime())) return null;
  try {
    const [hit] = chrono.parse(text, reference, { forwardDate: true });
    if (!hit?.start.isCertain('day') || !hit.start.isCertain('month')) return null;
    const part = (c: typeof hit.start) =>
      isoDay(c.get('year') ?? 0, { m: c.get('month') ?? 0, d: c.get('day') ?? 0 });
    const start = part(hit.start);
    if (start === null) return null;
    const time = (c: typeof hit.start | null | undefined) =>
      c?.isCertain('hour')
        ? `${String(c.get('hour')).padStart(2, '0')}:${String(c.get('minute') ?? 0).padStart(2, '0')}`
        : null;
    const end = hit.end ? part(hit.end) : null;
    return {
      start_date: start,
      end_date: end !== start ? end : null,
      start_time: time(hit.start),
      end_time: time(hit.end),
      time_zone: null,
      inferred_year: !hit.start.isCertain('year'),
    };
  } catch {
    return null;
  }
}

function isoDay(y: number, day: { m: number; d: number }): string | null {
  const date = new Date(Date.UTC(y, day.m - 1, day.d));
  if (y < 1970 || y > 2100 || date.getUTCMonth() !== day.m - 1 || date.getUTCDate() !== day.d) return null;
  return `${y}-${String(day.m).padStart(2, '0')}-${String(day.d).padStart(2, '0')}`;
}

function order(day: Day): number {
  return day.m * 100 + day.d;
}

function month(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function fullYear(text: string): number {
  return text.length === 4 ? Number(text) : 2000 + Number(text);
}
