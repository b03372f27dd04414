/** Which event a list of exhibitors, sponsors or speakers belongs to. */
import type { Partition, RowOf } from '../lake/partition.js';
import { literal } from '../lake/sql-literal.js';
import { normalName } from './names.js';
import type { PageRecords } from './read.js';

/** What linking needs of an event. */
export type LinkableEvent = Pick<RowOf<'extracted_events'>, 'page_url' | 'name' | 'url'>;

export interface ListPage {
  url: string;
  title: string | null;
}

/** Keeps, of all pages read, what tells which list belongs to which event: no participant is held. */
export class EventLinks {
  private readonly events: LinkableEvent[] = [];
  private readonly lists: ListPage[] = [];

  see(page: { url: string; title: string | null }, records: PageRecords): void {
    for (const { page_url, name, url } of records.events) this.events.push({ page_url, name, url });
    if (records.participants.length > 0)
      this.lists.push({ url: page.url, title: records.title ?? page.title });
  }

  /** `list_url`, `event_url` and `event_name`, as a relation to put after FROM. `links` is an input of the phase. */
  async relation(lake: Partition): Promise<string> {
    const linkedFrom = new Map<string, string[]>();
    if (this.lists.length > 0 && this.events.length > 0) {
      const urls = (pages: readonly string[]) => literal([...new Set(pages)]);
      const found = await lake.query(
        `SELECT DISTINCT to_url, from_url FROM links
         WHERE context = 'main' AND to_url IN (SELECT unnest(${urls(this.lists.map((l) => l.url))}))
           AND from_url IN (SELECT unnest(${urls(this.events.map((e) => e.page_url))}))
         ORDER BY ALL`,
      );
      for (const { to_url, from_url } of found)
        linkedFrom.set(String(to_url), [...(linkedFrom.get(String(to_url)) ?? []), String(from_url)]);
    }
    const events = [...this.events].sort((a, b) =>
      a.page_url < b.page_url ? -1 : a.page_url > b.page_url ? 1 : 0,
    );
    const rows = [...eventsOfLists(this.lists, events, linkedFrom)].map(
      ([list, event]) =>
        `(${literal(list)}, ${literal(event.url ?? event.page_url)}, ${literal(event.name)})`,
    );
    const columns = 'list_url, event_url, event_name';
    return lake.spilled(
      rows.length > 0
        ? `SELECT * FROM (VALUES ${rows.join(', ')}) l(${columns})`
        : `SELECT * FROM (VALUES ('', '', '')) l(${columns}) WHERE false`,
    );
  }
}

/**
 * The event of each list page: the page is the event's own, or an event page links to it, or its title names the
 * event. None when none or more than one would do.
 */
export function eventsOfLists(
  lists: readonly ListPage[],
  events: readonly LinkableEvent[],
  linkedFrom: ReadonlyMap<string, readonly string[]>,
): Map<string, LinkableEvent> {
  const byPage = groupBy(events, (e) => e.page_url);
  const named = events
    .map((event) => ({ event, name: normalName(event.name) }))
    .filter((e) => e.name.length >= 6);
  const chosen = new Map<string, LinkableEvent>();
  for (const list of lists) {
    const event = eventOf(list);
    if (event) chosen.set(list.url, event);
  }
  return chosen;

  function eventOf({ url, title }: ListPage): LinkableEvent | null {
    const own = single(byPage.get(url) ?? []);
    if (own) return own;
    const words = normalName(title ?? '');
    const inTitle = named.filter((e) => words.includes(e.name)).sort((a, b) => b.name.length - a.name.length);
    if (inTitle[0])
      return preferOwnPage(inTitle.filter((e) => e.name === inTitle[0]!.name).map((e) => e.event));
    const linking = (linkedFrom.get(url) ?? []).flatMap((from) => single(byPage.get(from) ?? []) ?? []);
    return single(linking);
  }
}

/** The one event of a list; null when it names several. */
function single(events: readonly LinkableEvent[]): LinkableEvent | null {
  return events.length > 0 && events.every((e) => normalName(e.name) === normalName(events[0]!.name))
    ? preferOwnPage(events)
    : null;
}

/** Of several mentions of an event, the one on the event's own page. */
const preferOwnPage = (events: readonly LinkableEvent[]): LinkableEvent | null =>
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
