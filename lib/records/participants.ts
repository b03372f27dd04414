/** Which event a list of exhibitors, sponsors or speakers belongs to. */
import type { RowOf } from '../lake/partition.js';
import { normalName } from './names.js';

type Event = RowOf<'extracted_events'>;
type Participant = RowOf<'extracted_participants'>;

export interface ListPage {
  url: string;
  title: string | null;
}

/**
 * Fills in `event_url` and `event_name`: the page is the event's own, or an event page links to it, or its title names
 * the event. Left empty when none or more than one would do.
 */
export function linkParticipants(
  participants: Participant[],
  events: readonly Event[],
  pages: ReadonlyMap<string, ListPage>,
  linkedFrom: ReadonlyMap<string, readonly string[]>,
): void {
  const byPage = groupBy(events, (e) => e.page_url);
  const named = events
    .map((event) => ({ event, name: normalName(event.name) }))
    .filter((e) => e.name.length >= 6);
  const chosen = new Map<string, Event | null>();
  for (const participant of participants) {
    const url = participant.page_url;
    if (!chosen.has(url)) chosen.set(url, eventOf(url));
    const event = chosen.get(url);
    if (!event) continue;
    participant.event_url = event.url ?? event.page_url;
    participant.event_name = event.name;
  }

  function eventOf(url: string): Event | null {
    const own = single(byPage.get(url) ?? []);
    if (own) return own;
    const title = normalName(pages.get(url)?.title ?? '');
    const inTitle = named.filter((e) => title.includes(e.name)).sort((a, b) => b.name.length - a.name.length);
    if (inTitle[0])
      return preferOwnPage(inTitle.filter((e) => e.name === inTitle[0]!.name).map((e) => e.event));
    const linking = (linkedFrom.get(url) ?? []).flatMap((from) => single(byPage.get(from) ?? []) ?? []);
    return single(linking);
  }
}

/** The one event of a list; null when it names several. */
function single(events: readonly Event[]): Event | null {
  return events.length > 0 && events.every((e) => normalName(e.name) === normalName(events[0]!.name))
    ? preferOwnPage(events)
    : null;
}

/** Of several mentions of an event, the one on the event's own page. */
const preferOwnPage = (events: readonly Event[]): Event | null =>
  events.find((e) => e.url === e.page_url) ?? events[0] ?? null;

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item)) ?? [];
    group.push(item);
    groups.set(key(item), group);
  }
  return groups;
}
