/** Reads the sitemaps that robots.txt names, indexes included, into the frontier. */
import type { PhaseContext } from '../harness/recipe.js';
import { sameSite } from '../web/url.js';
import { type Frontier, judgeLinks } from './frontier.js';
import type { Site } from './links.js';
import { readSitemap } from './sitemap.js';
import type { Visit } from './visitor.js';

/** Sitemap files of one site at most; an index that names itself or never ends stops here. */
const MAX_SITEMAPS = 100;

export async function readSitemaps(
  phase: PhaseContext,
  to: { visit: Visit; frontier: Frontier; sitemaps: readonly string[]; site: Site },
): Promise<void> {
  const queue = [...to.sitemaps];
  const seen = new Set<string>();
  while (queue.length > 0 && seen.size < MAX_SITEMAPS) {
    const url = queue.shift()!;
    if (seen.has(url) || !sameSite(url, to.site.site)) continue;
    seen.add(url);
    to.frontier.done(url);
    const page = await to.visit(url, { depth: 0, foundOn: null });
    if (!page?.body) continue;
    const { urls, sitemaps, error } = readSitemap(url, new TextEncoder().encode(page.body));
    if (error) phase.deadLetter({ subject: url, code: 'BAD_SITEMAP', error: `${url} ${error}` });
    queue.push(...sitemaps);
    phase.count('sitemap_urls', urls.length);
    const candidates = urls.map((u) => ({
      url: u.url,
      text: '',
      context: 'sitemap' as const,
      nofollow: false,
    }));
    // A sitemap is as good as the site's own table of contents: its lists are worth following.
    const judged = judgeLinks({ url, priority: 20, depth: 0 }, candidates, to.site);
    for (const link of judged) {
      if (link.priority !== null)
        to.frontier.add({ url: link.url, priority: link.priority, depth: 1, foundOn: url });
    }
  }
}
