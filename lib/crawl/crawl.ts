/** The crawl itself: takes from the frontier until it is empty or the budget is spent, some pages side by side. */
import { RetryLater } from '../errors.js';
import type { RowOf } from '../lake/partition.js';
import type { Frontier, Queued } from './frontier.js';

type Page = RowOf<'pages'>;
type Link = RowOf<'links'>;

export interface CrawlOptions {
  frontier: Frontier;
  /** Most pages in all. */
  budget: number;
  concurrency: number;
  /** Pages that need no fetch. */
  known: ReadonlyMap<string, Page>;
  visit(entry: Queued): Promise<Page | null>;
  /** Links of a page. */
  found(page: Page, entry: Queued): Link[];
  /** Keeps the links of a page that was known already. */
  keepLinks(links: Link[]): void;
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
  let capped: string | null = null;
  let putOff = 0;
  const running = new Set<Promise<void>>();

  const handle = async (entry: Queued) => {
    try {
      const known = options.known.get(entry.url);
      const page = known ?? (await options.visit(entry));
      visited += 1;
      if (!page) return;
      options.onPage(page);
      if (page.final_url) frontier.done(page.final_url);
      const links = options.found(page, entry);
      if (known) options.keepLinks(links);
      for (const link of links) {
        if (link.priority === null) continue;
        // Further pages of a list are as deep as the list itself.
        const depth = entry.depth + (link.priority === 10 ? 0 : 1);
        frontier.add({ url: link.to_url, priority: link.priority, depth, foundOn: entry.url });
      }
    } catch (error) {
      if (!(error instanceof RetryLater && error.code === 'DAILY_CAP')) throw error;
      capped ??= error.message;
      putOff += 1;
    }
    options.onProgress(visited, frontier.size);
  };

  try {
    while (capped === null && visited + running.size < options.budget) {
      options.signal.throwIfAborted();
      const entry = running.size < options.concurrency ? frontier.next() : null;
      if (entry && options.trap(entry.url) !== null) {
        trapped += 1;
      } else if (entry) {
        const task: Promise<void> = handle(entry).finally(() => running.delete(task));
        running.add(task);
        task.catch(() => undefined); // told by the race below
      } else if (running.size > 0) {
        await Promise.race(running);
      } else {
        break;
      }
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running); // nothing goes on behind the back of a phase that has failed
  }
  return { visited, trapped, left: frontier.size + putOff, capped };
}
