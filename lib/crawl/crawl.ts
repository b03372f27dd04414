/** The crawl itself: takes from the frontier until it is empty or the budget is spent, some pages side by side. */
import { DomainPaused } from '../errors.js';
import type { RowOf } from '../lake/partition.js';
import { registrableDomain } from '../web/url.js';
import type { Frontier, Queued } from './frontier.js';
import { PRIORITY } from './judge.js';

type Page = RowOf<'pages'>;
type Link = RowOf<'links'>;

export interface CrawlOptions {
  frontier: Frontier;
  /** Most pages in all. */
  budget: number;
  concurrency: number;
  /** Pages that need no fetch. */
  known: ReadonlyMap<string, Page>;
  /** Null for a page that could not be had. */
  visit(entry: Queued): Promise<Page | null>;
  /** Links of a page. */
  found(page: Page, entry: Queued): Link[];
  /** What else belongs to a page, a list that its scripts load say; `left` is how many pages may still be fetched for it. */
  more?(page: Page, entry: Queued, left: number): Promise<{ links: Link[]; pages: number }>;
  /** Keeps the links of a page that was known already. */
  keepLinks(links: Link[]): void;
  /** A page is done with. */
  onPage(page: Page): void;
  /** Why a URL that waits is not to be fetched any more; null when it is. */
  trap(url: string): string | null;
  onProgress(done: number, waiting: number): void;
  signal: AbortSignal;
}

export interface CrawlOutcome {
  visited: number;
  /** Left out because they are traps. */
  trapped: number;
  /** Pages still waiting. */
  left: number;
  /** Why the crawl must go on another day; null when it need not. */
  capped: string | null;
}

export async function crawl(options: CrawlOptions): Promise<CrawlOutcome> {
  const { frontier } = options;
  let visited = 0;
  let trapped = 0;
  let putOff = 0;
  /** Domains that are not asked any more today, each with the reason; the others go on. */
  const paused = new Map<string, string>();
  const running = new Set<Promise<void>>();

  const handle = async (entry: Queued) => {
    try {
      const known = options.known.get(entry.url);
      const page = known ?? (await options.visit(entry));
      visited += 1;
      if (!page) {
        frontier.failed(entry);
        return;
      }
      if (page.final_url) frontier.done(page.final_url);
      const links = options.found(page, entry);
      if (known) options.keepLinks(links);
      follow(links, entry);
      if (options.more) {
        const more = await options.more(page, entry, options.budget - visited - running.size + 1);
        visited += more.pages;
        follow(more.links, entry);
      }
      options.onPage(page);
    } catch (error) {
      if (!(error instanceof DomainPaused)) throw error;
      paused.set(error.domain, error.message);
      putOff += 1;
    }
    options.onProgress(visited, frontier.size);
  };

  const follow = (links: readonly Link[], entry: Queued) => {
    for (const link of links) {
      if (link.priority === null) continue;
      // Further pages of a list are as deep as the list itself.
      const depth = entry.depth + (link.priority === PRIORITY.step ? 0 : 1);
      frontier.add({ url: link.to_url, priority: link.priority, depth, foundOn: entry.url });
    }
  };

  const start = (entry: Queued) => {
    const task: Promise<void> = handle(entry).finally(() => running.delete(task));
    running.add(task);
    task.catch(() => undefined); // told by the race below
  };

  try {
    while (visited + running.size < options.budget) {
      options.signal.throwIfAborted();
      const entry = running.size < options.concurrency ? frontier.next() : null;
      if (entry === null) {
        if (running.size === 0) break;
        await Promise.race(running);
      } else if (options.trap(entry.url) !== null) trapped += 1;
      else if (paused.size > 0 && paused.has(registrableDomain(entry.url))) putOff += 1;
      else start(entry);
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running); // nothing goes on behind the back of a phase that has failed
  }
  const capped = paused.size === 0 ? null : [...new Set(paused.values())].join('; ');
  return { visited, trapped, left: frontier.size + putOff, capped };
}
