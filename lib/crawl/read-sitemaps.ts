/** Reads an association's sitemaps into the frontier: those that robots.txt names, else those in the usual places. */
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import type { Frontier } from './frontier.js';
import { type Candidate, type JudgeOptions, judgeLinks } from './judge.js';
import { linkRow } from './links.js';
import { readSitemap } from './sitemap.js';
import type { Visit } from './visitor.js';

/** Where a sitemap is when robots.txt names none: the protocol's own place, the index, WordPress's. */
const USUAL_PLACES = ['/sitemap.xml', '/sitemap_index.xml', '/wp-sitemap.xml'];
/** Sitemap files of one association at most; an index that names itself or never ends stops here. */
const MAX_SITEMAPS = 100;

export interface SitemapsOf {
  origin: string;
  /** As robots.txt names them. */
  sitemaps: readonly string[];
}

export interface SitemapReading {
  visit: Visit;
  frontier: Frontier;
  judge: JudgeOptions;
  keepLinks(links: RowOf<'links'>[]): void;
  /** When a page last changed, as a sitemap says it. */
  modified: Map<string, string>;
}

export async function readSitemaps(
  phase: PhaseContext,
  sites: readonly SitemapsOf[],
  to: SitemapReading,
): Promise<void> {
  const seen = new Set<string>();
  for (const { origin, sitemaps } of sites) {
    if (sitemaps.length > 0) {
      await readAll(phase, sitemaps, false, seen, to);
      continue;
    }
    for (const place of USUAL_PLACES) {
      const found = await readAll(phase, [`${origin}${place}`], true, seen, to);
      if (found > 0) break;
    }
  }
}

/** Reads sitemaps and those that they name; gives how many there were. */
async function readAll(
  phase: PhaseContext,
  start: readonly string[],
  byChance: boolean,
  seen: Set<string>,
  to: SitemapReading,
): Promise<number> {
  let found = 0;
  const queue = [...start];
  for (let at = 0; at < queue.length && seen.size < MAX_SITEMAPS; at += 1) {
    const url = queue[at]!;
    if (seen.has(url) || !to.judge.scope.holds(new URL(url)) || !to.judge.allowed(url)) continue;
    seen.add(url);
    to.frontier.done(url);
    const chance = byChance && at < start.length;
    const page = await to.visit(url, {
      depth: 0,
      foundOn: null,
      ...(chance && { chance: 'sitemap' as const }),
    });
    if (!page?.body) continue;
    const { urls, sitemaps, error } = readSitemap(url, new TextEncoder().encode(page.body));
    if (error && !chance) phase.deadLetter({ subject: url, code: 'BAD_SITEMAP', error: `${url} ${error}` });
    if (!error) found += 1;
    queue.push(...sitemaps);
    phase.count('sitemap_urls', urls.length);
    for (const { url: of, lastmod } of urls) if (lastmod !== null) to.modified.set(of, lastmod);
    queueUp(
      url,
      urls.map((u) => u.url),
      to,
    );
  }
  return found;
}

/** A sitemap is as good as the site's own table of contents: its lists are worth following. */
function queueUp(sitemap: string, urls: readonly string[], to: SitemapReading): void {
  const candidates = [...new Set(urls)].map(
    (url): Candidate => ({ url, text: '', context: 'sitemap', nofollow: false }),
  );
  const judged = judgeLinks({ url: sitemap, priority: 20, depth: 0 }, candidates, to.judge);
  to.keepLinks(judged.map((link) => linkRow(sitemap, link)));
  for (const link of judged) {
    if (link.priority !== null)
      to.frontier.add({ url: link.url, priority: link.priority, depth: 1, foundOn: sitemap });
  }
}
