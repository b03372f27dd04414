/** Links of a page as rows of `links`, judged; and the way back from rows to a frontier. */
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import type { Skim } from '../page/skim.js';
import type { Frontier } from './frontier.js';
import { type Candidate, type Judged, type JudgeOptions, judgeLinks, type Origin } from './judge.js';
import { readSitemap } from './sitemap.js';

type Link = RowOf<'links'>;
type Page = RowOf<'pages'>;

export interface PageReading {
  page: Page;
  /** Null for what is no HTML. */
  skim: Skim | null;
  /** The page says what is known already. */
  repeats: boolean;
  /** Its links are not to be followed (`X-Robots-Tag`, `<meta name=robots>`). */
  nofollow: boolean;
}

/** What a page links to, each link with the decision about it. */
export function linksOf(
  { page, skim, repeats, nofollow }: PageReading,
  from: { priority: number; depth: number },
  options: JudgeOptions,
): Link[] {
  const url = page.final_url ?? page.url;
  const origin: Origin = { url, priority: from.priority, depth: from.depth, repeats };
  if (skim === null) return feedLinks(page, origin, options);
  const candidates: Candidate[] = nofollow ? skim.links.map((l) => ({ ...l, nofollow })) : [...skim.links];
  for (const feed of skim.feeds.slice(0, FEEDS_OF_A_PAGE)) candidates.push(feedCandidate(feed, nofollow));
  const rows = judgeLinks(origin, candidates, options).map((l) => linkRow(page.url, l));
  for (const pager of skim.closedPagers) rows.push(closedRow(page.url, pager));
  return rows;
}

const FEEDS_OF_A_PAGE = 5;

function feedCandidate(feed: { url: string; title: string }, nofollow: boolean): Candidate {
  return { url: feed.url, text: feed.title, context: 'feed', nofollow };
}

/** What an RSS or Atom feed leads to. */
function feedLinks(page: Page, origin: Origin, options: JudgeOptions): Link[] {
  if (page.body === null || !/xml/.test(page.content_type ?? '')) return [];
  const { urls } = readSitemap(origin.url, new TextEncoder().encode(page.body));
  const candidates = urls.map(
    (u): Candidate => ({ url: u.url, text: '', context: 'sitemap', nofollow: false }),
  );
  return judgeLinks(origin, candidates, options).map((l) => linkRow(page.url, l));
}

export const linkRow = (from: string, link: Judged): Link => ({
  from_url: from,
  to_url: link.url,
  anchor_text: link.text.slice(0, 300),
  context: link.context,
  nofollow: link.nofollow,
  priority: link.priority,
  decision: link.decision,
});

/** Links of the records in an answer of JSON. */
export const answerLinks = (
  from: string,
  origin: { priority: number; depth: number },
  links: readonly { url: string; text: string }[],
  options: JudgeOptions,
): Link[] => {
  const candidates = links.map(
    ({ url, text }): Candidate => ({ url, text, context: 'main', nofollow: false }),
  );
  return judgeLinks({ url: from, ...origin }, candidates, options).map((l) => linkRow(from, l));
};

/** A pager that no address leads through: kept, so that nobody takes the list for complete. */
const closedRow = (from: string, pager: Skim['closedPagers'][number]): Link => ({
  from_url: from,
  to_url: pager.url,
  anchor_text: pager.text.slice(0, 300),
  context: 'pager',
  nofollow: false,
  priority: null,
  decision: pager.kind,
});

/** Decisions that put a link into the frontier. */
const FOLLOWED = `('followed', 'adopted')`;

/** Fills a frontier from the links that this job already holds, so that a resumed crawl knows what a broken one knew. */
export async function rememberLinks(
  { lake }: PhaseContext,
  frontier: Frontier,
  adopted: (url: string) => void,
): Promise<void> {
  const depth = `SELECT url, any_value(depth) AS depth FROM ${await lake.soFar('pages')} GROUP BY url`;
  const rows = await lake.query(
    `SELECT l.to_url, l.from_url, l.priority, l.decision, l.context, coalesce(p.depth, 0) AS depth
     FROM ${await lake.soFar('links')} l LEFT JOIN (${depth}) p ON p.url = l.from_url
     WHERE l.decision IN ${FOLLOWED} ORDER BY l.priority, l.from_url, l.to_url`,
  );
  for (const row of rows) {
    if (row.decision === 'adopted') adopted(String(row.to_url));
    const own = Number(row.depth) + (Number(row.priority) === 10 ? 0 : 1);
    frontier.add({
      url: String(row.to_url),
      priority: Number(row.priority),
      depth: own,
      foundOn: String(row.from_url),
    });
  }
}
