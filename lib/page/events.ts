/** Events: the entries of a list or calendar, and the one event of a detail page. */
import { findAddresses } from './address.js';
import type { Analysis } from './analysis.js';
import { type Context, count, type Slice } from './context.js';
import { hasDate, parseEventDates } from './dates.js';
import { cssPath, elementText } from './dom.js';
import { isGeneric } from './labels.js';
import { nameKey } from './name.js';
import { bestName, isNameLike } from './names.js';
import { addSources, type EventRecord, emptyEvent } from './types.js';

const MACHINE_DATE = ['datetime', 'data-date', 'data-start', 'data-start-date', 'content'] as const;

export function readEventList(analysis: Analysis): EventRecord[] {
  const { ctx } = analysis;
  const structured = analysis.structuredEvents;
  const mined: EventRecord[] = [];
  for (const group of analysis.eventGroups.slice(0, 3)) {
    if (mined.length > 0 && group.score < (analysis.eventGroups[0]?.score ?? 0) * 0.35) break;
    for (const slice of group.slices) {
      const event = readEvent(ctx, slice);
      if (event?.name && event.start_date) mined.push(event);
    }
  }
  // Structured data is exact where it covers the list; the miner fills in what it leaves out.
  if (structured.length > 0 && structured.length * 2 >= mined.length)
    return mergeEvents(structured, mined, false);
  return mergeEvents(structured, mined, true);
}

export function readEventPage(analysis: Analysis): EventRecord | null {
  const { ctx } = analysis;
  const { page } = ctx;
  const heading =
    page.lines.find(
      (line) => line.heading === 1 && line.region !== 'nav' && isNameLike(line.text) && !isGeneric(line.text),
    ) ??
    page.lines.find(
      (line) => line.heading > 0 && line.heading < 4 && line.region === 'main' && isNameLike(line.text),
    );
  const titled = structuredMain(analysis, heading?.text ?? page.title ?? '');
  const event = titled ? { ...titled } : emptyEvent();
  event.name ??= heading?.text ?? page.title?.split(/\s[|–—-]\s/)[0] ?? null;
  if (!titled && heading)
    event.provenance.name = [
      { strategy: 'single', selector: cssPath(page, heading.el), raw: heading.text, confidence: 0.75 },
    ];
  const main = page.lines
    .map((line, i) => ({ line, i }))
    .filter(({ line }) => line.region === 'main' || line.region === 'header');
  if (!event.start_date) {
    const from = heading ? page.lines.indexOf(heading) : 0;
    const near =
      main
        .filter(({ line, i }) => line.text.length < 220 && hasDate(line.text) && i >= from - 6)
        .sort((a, b) => dateRank(a.line.text, a.i - from) - dateRank(b.line.text, b.i - from))[0] ??
      main.find(({ line }) => line.text.length < 220 && hasDate(line.text));
    const dates = near
      ? parseEventDates(near.line.text, ctx.input.now)
      : page.title && hasDate(page.title)
        ? parseEventDates(page.title, ctx.input.now)
        : null;
    if (dates) {
      event.start_date = dates.start_date;
      event.end_date = dates.end_date;
      event.provenance.start_date = [
        {
          strategy: 'single',
          selector: near ? cssPath(page, near.line.el) : 'title',
          raw: near?.line.text ?? page.title ?? '',
          confidence: 0.7,
        },
      ];
    }
  }
  if (!event.venue || !event.street)
    readPlace(
      event,
      main.map(({ line }) => line.text),
    );
  settleVenue(event);
  event.url ??= page.meta.get('link:canonical') ?? ctx.input.url;
  event.confidence ||= 0.7;
  return event.name && event.start_date ? event : null;
}

/** The structured event that the page is about, not one of its "related events". */
function structuredMain(analysis: Analysis, heading: string): EventRecord | null {
  const list = analysis.structuredEvents;
  const key = nameKey(heading);
  return (
    list.find((e) => key && nameKey(e.name ?? '') === key) ??
    list.find((e) => key?.includes(nameKey(e.name ?? '-'))) ??
    list[0] ??
    null
  );
}

function dateRank(text: string, distance: number): number {
  const labelled = /^(?:dates?|when|event dates?|time)\b/i.test(text) ? -6 : 0;
  const posted = /post(?:ed|ing)|publish|updated|deadline|register by|copyright|©|early bird/i.test(text)
    ? 40
    : 0;
  const year = /\b20\d\d\b/.test(text) ? -2 : 0;
  return labelled + posted + year + Math.min(30, Math.abs(distance)) * 0.5 + (text.length > 100 ? 5 : 0);
}

export function readEvent(ctx: Context, slice: Slice): EventRecord | null {
  const { page } = ctx;
  const event = emptyEvent();
  const name = bestName(ctx, slice);
  if (!name) return null;
  event.name = hasDate(name.text) ? withoutDate(name.text) : name.text;
  event.provenance.name = [
    { strategy: 'miner', selector: cssPath(page, name.el), raw: name.text, confidence: name.confidence },
  ];
  const texts: string[] = [];
  for (let i = slice.line; i < slice.lineEnd && texts.length < 80; i += 1)
    texts.push((page.lines[i]?.text ?? '').slice(0, 400));
  const machine = machineDate(ctx, slice);
  const printed = texts.filter((text) => hasDate(text));
  // Split calendars print "OCT" and "14" on lines of their own.
  const raw =
    printed.find((text) => text !== event.name) ??
    printed[0] ??
    (/\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(texts.slice(0, 4).join(' '))
      ? texts.slice(0, 4).join(' ')
      : '');
  let dates = parseEventDates(raw, ctx.input.now);
  if (machine && (!dates || dates.inferred_year || dates.start_date === machine.start)) {
    const end = machine.end ?? dates?.end_date ?? null;
    event.start_date = machine.start;
    event.end_date = end && end >= machine.start ? end : null;
    event.provenance.start_date = [
      { strategy: 'miner', selector: machine.selector, raw: machine.start, confidence: 0.85 },
    ];
  } else {
    if (dates && printed.length > 1 && !dates.end_date) {
      const both = parseEventDates(printed.slice(0, 2).join(' - '), ctx.input.now);
      if (both?.end_date && /^(?:to|end|through|-|–)/i.test(printed[1] ?? '')) dates = both;
    }
    event.start_date = dates?.start_date ?? null;
    event.end_date = dates?.end_date ?? null;
    if (dates)
      event.provenance.start_date = [
        { strategy: 'miner', selector: 'text', raw, confidence: dates.inferred_year ? 0.6 : 0.8 },
      ];
  }
  readPlace(
    event,
    texts.filter((text) => text !== event.name),
  );
  if (!event.venue) {
    for (let i = slice.item; i < slice.itemEnd; i += 1) {
      const item = page.items[i];
      if (
        item?.node.attribs.class &&
        /(?:^|[-_\s])(?:venue|location|place)(?:[-_](?:name|title|details?))?(?:$|\s)/i.test(
          item.node.attribs.class,
        )
      ) {
        const text = elementText(item.node);
        if (text && text.length < 120 && !hasDate(text)) {
          event.venue = text.replace(/^(?:at|location|venue|where)\s*:?\s+/i, '');
          break;
        }
      }
    }
  }
  settleVenue(event);
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    const link = page.links[i];
    const web = ctx.web[i];
    if (!link || !web?.url || (web.kind !== 'internal' && web.kind !== 'site')) continue;
    const named = link.text === event.name || (event.name !== null && link.text.includes(event.name));
    if (named || !event.url) event.url = web.url;
    if (named) break;
  }
  event.confidence = event.start_date ? 0.5 + name.confidence * 0.4 : 0.3;
  return event;
}

/** "November 13 - Ohio: Plant Tour" is the tour, not its date. */
function withoutDate(name: string): string {
  const rest = name.replace(
    /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?(?:[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?|\d{1,2}\/\d{1,2}(?:\/\d{2,4})?)(?:\s*[-–]\s*(?:[a-z]{3,9}\.?\s+)?\d{1,2})?(?:,?\s+20\d\d)?\s*[-–—:|]\s*/i,
    '',
  );
  return rest.length > 3 ? rest : name;
}

function readPlace(event: EventRecord, texts: readonly string[]): void {
  const where = texts.findIndex((text) => /^(?:location|where|venue|place)\s*:?\s*$/i.test(text));
  const inline = texts
    .map((text) => /^(?:location|where|venue|place)\s*:\s*(.{3,160})$/i.exec(text)?.[1])
    .find(Boolean);
  const lines = where >= 0 ? texts.slice(where + 1, where + 6) : texts;
  const address = findAddresses(inline ? [inline, ...lines] : lines)[0];
  if (address && (where >= 0 || inline || texts.length < 60)) {
    event.street ??= address.street;
    event.city ??= address.city;
    event.state ??= address.state;
  }
  const dated = texts.find((text) => /[|•·]/.test(text) && hasDate(text) && text.length < 220);
  const parts = dated ? dated.split(/\s*[|•·]\s*/).filter((part) => part && !hasDate(part)) : [];
  if (!event.venue && parts[0] && parts[0] !== event.name && !/\d:\d\d|^[^,]+,\s*[A-Z]{2}$/.test(parts[0]))
    event.venue = parts[0];
  if (!event.city && parts.length > 0) {
    const place = findAddresses(parts)[0];
    event.city = place?.city ?? null;
    event.state ??= place?.state ?? null;
  }
  const first = inline ?? (where >= 0 ? texts[where + 1] : undefined);
  const venue = first?.split(/,| - /)[0]?.trim();
  if (!event.venue && venue && venue.length < 90 && !/^\d+\s/.test(venue)) event.venue = venue;
}

function machineDate(
  ctx: Context,
  slice: Slice,
): { start: string; end: string | null; selector: string } | null {
  const found: { day: string; at: number }[] = [];
  for (let i = slice.item; i < slice.itemEnd && found.length < 4; i += 1) {
    const item = ctx.page.items[i];
    if (!item) continue;
    for (const name of MACHINE_DATE) {
      const value = item.node.attribs[name];
      if (!value || value.length > 40) continue;
      if (name === 'content' && !/date/i.test(item.node.attribs.itemprop ?? '')) continue;
      const day = /^\d{8}$/.test(value)
        ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`
        : /^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}/.test(value)
          ? (parseEventDates(value, ctx.input.now)?.start_date ?? null)
          : null;
      if (day && /^20\d\d-(?:0[1-9]|1[0-2])-\d\d$/.test(day)) found.push({ day, at: i });
    }
  }
  const first = found[0];
  if (!first) return null;
  const last = found.find((f) => f.day > first.day);
  return { start: first.day, end: last?.day ?? null, selector: cssPath(ctx.page, first.at) };
}

/** Events of two sources as one list: the first keeps its values, gaps are filled from the second. */
export function mergeEvents(
  structured: readonly EventRecord[],
  mined: readonly EventRecord[],
  addMined: boolean,
): EventRecord[] {
  const list = structured.map((e) => ({ ...e }));
  for (const event of mined) {
    const key = nameKey(event.name ?? '');
    const known = list.find(
      (e) =>
        (nameKey(e.name ?? '') === key || (e.url !== null && e.url === event.url)) &&
        (e.start_date === event.start_date || e.start_date === null),
    );
    if (known) {
      for (const field of ['venue', 'street', 'city', 'state', 'url', 'end_date'] as const)
        known[field] ??= event[field];
      for (const [field, sources] of Object.entries(event.provenance))
        addSources(known.provenance, field, ...sources);
      known.confidence = Math.min(0.98, Math.max(known.confidence, event.confidence) + 0.03);
    } else if (addMined) list.push({ ...event });
  }
  return list;
}

export function eventCount(ctx: Context, slice: Slice): number {
  return count(ctx, slice, 'date');
}

/** "Music City Center, Nashville, TN" is a venue and a city: the venue keeps its own name only. */
function settleVenue(event: EventRecord): void {
  const { venue } = event;
  if (!venue) return;
  const match = /^(.{3,}?),\s*([^,]{2,40}),\s*([A-Z]{2})\.?$/.exec(venue);
  if (!match?.[1] || !match[2] || !match[3]) return;
  const same = event.city === null || event.city.toLowerCase() === match[2].toLowerCase();
  if (!same) return;
  event.venue = match[1];
  event.city ??= match[2];
  event.state ??= match[3];
}
