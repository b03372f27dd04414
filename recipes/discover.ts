/**
 * DISCOVERY: finds and keeps the pages of an association that may name members or events. A frontier that lives in the
 * lake: killed at any moment, the next run goes on where this one stopped.
 *
 * reads   url_queue, access_checks, pages (that GATEKEEPER has already fetched)
 * writes  pages (with body), links, fetches
 */
import { crawl } from '../lib/crawl/crawl.js';
import { Frontier } from '../lib/crawl/frontier.js';
import { linksOf, rememberLinks } from '../lib/crawl/links.js';
import { readSitemaps } from '../lib/crawl/read-sitemaps.js';
import { Traps } from '../lib/crawl/traps.js';
import { visitor } from '../lib/crawl/visitor.js';
import { Refused } from '../lib/errors.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import type { Robots } from '../lib/web/robots.js';

export const discover: Recipe = {
  phase: 'DISCOVERY',
  name: 'discover',
  version: 1,
  grain: 'association',
  summary: 'Crawls an association’s site politely: sitemaps, links, pagination, A–Z.',
  reads: ['url_queue', 'access_checks'],
  writes: ['pages', 'links', 'fetches', 'dead_letters'],
  network: true,
  collects: true,
  settings: ({ association, config }) => ({
    ...config.agents.discovery,
    max_pages_here: association?.max_pages ?? null,
  }),

  plan: async ({ config, lake, associations }) =>
    (await import('../lib/crawl/plan.js')).planCrawl(config, lake, associations),

  async run(phase) {
    const {
      association,
      config,
      lake,
      store,
      web,
      clock,
      jobId,
      step,
      progress,
      count,
      assert,
      toBeContinued,
    } = phase;
    const { max_depth, max_pages, concurrency } = config.agents.discovery;
    const budget = association.max_pages ?? max_pages;

    step('Open the frontier');
    const checks = await lake.rows('access_checks');
    const open = checks.filter((c) => c.verdict.startsWith('allowed'));
    if (open.length === 0) {
      const why = checks.map((c) => `${c.origin}: ${c.verdict} (${c.reasons.join('; ')})`).join('\n');
      throw new Refused(
        `No site of ${association.code} may be crawled.\n${why}\nA person may decide otherwise: \`access:\` in config/associations.yaml.`,
      );
    }
    const frontier = new Frontier();
    const { visit, held, finish } = await visitor(phase);
    const already = await store.rows('pages', {
      association: association.code,
      job: jobId,
      phase: 'GATEKEEPER',
    });
    const robots = new Map<string, Robots>();
    for (const { origin } of open) robots.set(origin, (await web.robotsFor(origin)).robots);
    const allowed = (url: string) => robots.get(new URL(url).origin)?.check(url).allowed ?? true;
    const traps = new Traps(clock.now());
    const site = {
      site: association.url,
      maxDepth: max_depth,
      allowed,
      trap: (url: string) => traps.judge(url),
    };
    // What the job has is not visited again; a page reached by a redirect is known under both its URLs.
    for (const page of held()) frontier.done(page.url);
    for (const page of [...already, ...held()]) {
      if (page.final_url && page.final_url !== page.url) frontier.done(page.final_url);
    }
    for (const seed of await lake.rows('url_queue')) {
      if (open.some((c) => seed.url.startsWith(c.origin)))
        frontier.add({ url: seed.url, priority: seed.priority ?? 0, depth: 0, foundOn: null });
    }

    step('Read sitemaps');
    const sitemaps = open.flatMap((c) => c.sitemaps);
    await readSitemaps(phase, { visit, frontier, sitemaps, site });

    step('Follow links');
    await rememberLinks(phase, frontier);
    const outcome = await crawl({
      frontier,
      budget,
      concurrency,
      known: new Map(already.map((page) => [page.url, page])),
      visit: (entry) => visit(entry.url, entry, (page) => linksOf(page, entry, site)),
      found: (page, entry) => linksOf(page, entry, site),
      keepLinks: (links) => lake.append({ links }),
      trap: site.trap,
      onPage: (page) => traps.learn(page.url, page.body_sha256),
      onProgress: (done, waiting) => progress(done, done + waiting, 'pages'),
      signal: phase.signal,
    });

    if (outcome.capped)
      return toBeContinued(
        `${association.code}: ${outcome.capped}. ${outcome.left} pages are left; \`--resume ${jobId}\` goes on.`,
      );
    if (outcome.left > 0) count('left out by budget', outcome.left);
    if (outcome.trapped > 0) count('left out as traps', outcome.trapped);
    // A resumed crawl has looked at GATEKEEPER's pages twice.
    await lake.writeQuery(
      'links',
      `SELECT DISTINCT ON (from_url, to_url) * FROM ${await lake.soFar('links')}`,
    );
    const pages = (await finish()) + already.length;
    count('pages', pages);
    assert('pages_found', pages > 1, pages, 'more than one page');
  },
};

runAsCommand(discover, import.meta.url);
