/** Events in a JSON answer: objects with a name and a start, as calendars' data calls give them. */
import type { Context } from './context.js';
import { parseEventDates } from './dates.js';
import { absolute } from './dom.js';
import { addressOf, text } from './entities.js';
import { PAGE_KEY, recordLists, recordName, START_KEY } from './json.js';
import { stateCode } from './places.js';
import { lenientJson } from './structured.js';
import { addSources, type EventRecord, emptyEvent } from './types.js';

const END_KEY =
  /^(?:(?:event_?)?(?:end|ends|finish)(?:_?(?:date|time|at|on|s|date_?time|utc|local))*|(?:utc_)?end_date|dt_?end|date_?end)$/i;
const VENUE_KEY = /^(?:venue|location|place|venue_?name|location_?name)$/i;

export function embeddedEvents(ctx: Context): EventRecord[] {
  for (const [index, script] of ctx.page.scripts.entries()) {
    const value = /json/.test(script.type) ? lenientJson(script.text) : undefined;
    const list = recordLists(value).find((found) => found.kind === 'event');
    if (!list) continue;
    return list.rows
      .map((row) => eventOf(ctx, row, `script[${index}]${list.path.slice(1)}`))
      .filter((event): event is EventRecord => event !== null);
  }
  return [];
}

function eventOf(ctx: Context, row: Record<string, unknown>, path: string): EventRecord | null {
  const event = emptyEvent();
  event.name = recordName(row);
  const startKey =
    Object.keys(row).find((key) => START_KEY.test(key) && dateOf(ctx, row[key]) !== null) ??
    (dateOf(ctx, row.date) === null ? undefined : 'date');
  if (event.name === null || startKey === undefined) return null;
  const put = (field: string, key: string, raw: string) =>
    addSources(event.provenance, field, {
      strategy: 'embedded',
      selector: `${path}[].${key}`,
      raw: raw.slice(0, 300),
      confidence: 0.85,
    });
  put('name', 'name', event.name);
  event.start_date = dateOf(ctx, row[startKey]);
  put('start_date', startKey, text(row[startKey]) ?? '');
  const endKey = Object.keys(row).find((key) => END_KEY.test(key) && dateOf(ctx, row[key]) !== null);
  if (endKey) event.end_date = dateOf(ctx, row[endKey]);
  if (event.end_date !== null && event.start_date !== null && event.end_date < event.start_date)
    event.end_date = null;
  const venueKey = Object.keys(row).find((key) => VENUE_KEY.test(key));
  const venue = venueKey ? row[venueKey] : null;
  if (venueKey && venue !== null) {
    const place = (typeof venue === 'object' ? venue : {}) as Record<string, unknown>;
    event.venue = typeof venue === 'string' ? text(venue) : (text(place.venue) ?? text(place.name));
    const address = addressOf(place.address ?? venue);
    event.street = address?.street ?? text(place.street);
    event.city = address?.city ?? text(place.city);
    const state = address?.state ?? text(place.state ?? place.region ?? place.stateprovince);
    event.state = state === null ? null : (stateCode(state)?.code ?? state);
  }
  event.city ??= text(row.city);
  const state = text(row.state);
  event.state ??= state === null ? null : (stateCode(state)?.code ?? state);
  const page = Object.keys(row).find((key) => PAGE_KEY.test(key) && /^\/|:\/\//.test(String(row[key])));
  event.url = page ? absolute(ctx.page.base, String(row[page])) : null;
  event.confidence = 0.85;
  return event;
}

/** A day from an ISO text, another printed form, or seconds or milliseconds since 1970. */
function dateOf(ctx: Context, value: unknown): string | null {
  const number =
    typeof value === 'number' ? value : /^\d{10}(?:\d{3})?$/.test(String(value)) ? Number(value) : null;
  if (number !== null) {
    const ms = number > 1e11 ? number : number * 1000;
    return ms > 5e11 && ms < 5e12 ? new Date(ms).toISOString().slice(0, 10) : null;
  }
  const printed = text(value);
  if (printed === null) return null;
  const iso = /^\d{4}-\d\d-\d\d(?=$|[T ])/.exec(printed)?.[0];
  return iso ?? parseEventDates(printed, ctx.input.now)?.start_date ?? null;
}
