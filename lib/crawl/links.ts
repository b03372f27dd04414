/** Links of a page as rows of `links`, judged; and the way back from rows to a frontier. */
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import { pageLinks, pageMeta } from '../page/links.js';
import { isHtmlType } from '../web/media.js';
import { type Frontier, judgeLinks, type Origin } from './frontier.js';

type Link = RowOf<'links'>;
type Page = RowOf<'pages'>;

export interface Site {
  /** Home of the association: links to other sites are not followed. */
  site: string;
  maxDepth: number;
  /** What robots.txt says of a URL. */
  allowed(url: string): boolean;
  /** Why a URL is a trap; null when it is none. */
  trap(url: string): string | null;
}

/** What a page links to, each link with the decision about it. */
export function linksOf(page: Page, from: { priority: number; depth: number }, site: Site): Link[] {
  if (!isHtmlType(page.content_type) || page.body === null) return [];
  const url = page.final_url ?? page.url;
  const origin: Origin = { url, priority: from.priority, depth: from.depth };
  const closed = pageMeta(url, page.body).robots.some((rule) => rule === 'nofollow' || rule === 'none');
  const links = pageLinks(url, page.body).map((l) => ({ ...l, nofollow: l.nofollow || closed }));
  return judgeLinks(origin, links, site).map((l) => ({
    from_url: page.url,
    to_url: l.url,
    anchor_text: l.text.slice(0, 300),
    context: l.context,
    nofollow: l.nofollow,
    priority: l.priority,
    decision: l.decision,
  }));
}

/** Fills a frontier from the links that this job already holds, so that a resumed crawl knows what a broken one knew. */
export async function rememberLinks({ lake }: PhaseContext, frontier: Frontier): Promise<void> {
  const depth = `SELECT url, any_value(depth) AS depth FROM ${await lake.soFar('pages')} GROUP BY url`;
  const rows = await lake.query(
    `SELECT l.to_url, l.from_url, l.priority, coalesce(p.depth, 0) AS depth
     FROM ${await lake.soFar('links')} l LEFT JOIN (${depth}) p ON p.url = l.from_url
     WHERE l.decision = 'followed' ORDER BY l.priority, l.from_url, l.to_url`,
  );
  for (const row of rows) {
    const own = Number(row.depth) + (Number(row.priority) === 10 ? 0 : 1);
    frontier.add({
      url: String(row.to_url),
      priority: Number(row.priority),
      depth: own,
      foundOn: String(row.from_url),
    });
  }
}
