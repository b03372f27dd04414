/** What to fetch next: each canonical URL once, the lowest priority first, in order of finding within one. */
import { canonicalUrl } from '../web/url.js';
import { withoutFirstStep } from './url-facts.js';

export interface Queued {
  /** As it was found: what is asked for. */
  url: string;
  /** The key of sameness. */
  key: string;
  priority: number;
  depth: number;
  foundOn: string | null;
}

/** A queue that is read from the front without moving what stands behind. */
interface Lane {
  priority: number;
  entries: (Queued | null)[];
  next: number;
}

/** Behind every priority that a link can have. */
const LATE = 1_000;
/** Other forms that are remembered for the case that the first one is not to be had. */
const MOST_VARIANTS = 20_000;

export class Frontier {
  private readonly seen = new Set<string>();
  /** Addresses as they were written: most links of a page have been seen on the page before. */
  private readonly written = new Set<string>();
  private readonly lanes: Lane[] = [];
  /** Keys that wait in a lane; what has been dealt with meanwhile is passed over when its turn comes. */
  private readonly waiting = new Set<string>();
  private readonly variants = new Map<string, string>();
  private readonly late: ReadonlySet<string>;

  /** `late`: URLs that failed in an earlier run of the job. They go last, so that a few broken pages hold nobody up. */
  constructor(late: ReadonlySet<string> = new Set()) {
    this.late = late;
  }

  /** False when it is there already, or has been. */
  add(entry: { url: string; priority: number; depth: number; foundOn: string | null }): boolean {
    if (this.written.has(entry.url)) return false;
    const key = keyOf(entry.url);
    if (key === null) return false;
    this.written.add(entry.url);
    if (this.seen.has(key)) {
      if (this.variants.size < MOST_VARIANTS) this.variants.set(key, entry.url);
      return false;
    }
    this.seen.add(key);
    this.enqueue({ ...entry, key });
    return true;
  }

  /** Marks a URL as dealt with, also where it waits. */
  done(url: string): void {
    const key = keyOf(url);
    if (key === null) return;
    this.written.add(url);
    this.seen.add(key);
    this.waiting.delete(key);
  }

  /**
   * A page could not be had: where its address was also found with or without the last slash, that form gets its turn.
   * Two forms are one page only until one of them fails.
   */
  failed(entry: Queued): boolean {
    const other = this.variants.get(entry.key);
    this.variants.delete(entry.key);
    if (other === undefined || !differsBySlash(other, entry.url)) return false;
    this.enqueue({ ...entry, url: other });
    return true;
  }

  next(): Queued | null {
    for (let lane = this.lanes[0]; lane; lane = this.lanes[0]) {
      while (lane.next < lane.entries.length) {
        const entry: Queued = lane.entries[lane.next]!;
        lane.entries[lane.next] = null;
        lane.next += 1;
        if (lane.next > 1_000 && lane.next * 2 > lane.entries.length) {
          lane.entries.splice(0, lane.next);
          lane.next = 0;
        }
        if (this.waiting.delete(entry.key)) return entry;
      }
      this.lanes.shift();
    }
    return null;
  }

  get size(): number {
    return this.waiting.size;
  }

  private enqueue(entry: Queued): void {
    this.waiting.add(entry.key);
    const priority = entry.priority + (this.late.has(entry.url) ? LATE : 0);
    let at = 0;
    while (at < this.lanes.length && this.lanes[at]!.priority < priority) at += 1;
    const lane = this.lanes[at];
    if (lane?.priority === priority) lane.entries.push(entry);
    else this.lanes.splice(at, 0, { priority, entries: [entry], next: 0 });
  }
}

/** The key of sameness. */
export function keyOf(url: string): string | null {
  if (!PLAIN.test(url)) return canonicalUrl(withoutFirstStep(url));
  return url.endsWith('/') && url.indexOf('/', 8) < url.length - 1 ? url.slice(0, -1) : url;
}

/** Addresses that are canonical but for a last slash, as most are; to take them apart costs more than all else here. */
const PLAIN =
  /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\/(?!(?:index|default)\.)[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*\/?$/;

const differsBySlash = (a: string, b: string): boolean => {
  const [x, y] = [new URL(a).pathname, new URL(b).pathname];
  return x !== y && x.replace(/\/$/, '') === y.replace(/\/$/, '');
};
