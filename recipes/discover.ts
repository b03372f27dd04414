/**
 * DISCOVERY: finds and keeps the pages of an association that may name members or events. A frontier that lives in the
 * lake: killed at any moment, the next run goes on where this one stopped.
 *
 * reads   url_queue, access_checks, pages (that GATEKEEPER has already fetched)
 * writes  pages (with body), links, fetches, crawl_hosts, crawl_figures
 */
import { Coverage } from '../lib/crawl/coverage.js';
import { crawl } from '../lib/crawl/crawl.js';
import { dynamicContent } from '../lib/crawl/dynamic/dynamic.js';
import { Frontier, type Queued } from '../lib/crawl/frontier.js';
import { Harvest } from '../lib/crawl/harvest.js';
import { Hosts } from '../lib/crawl/hosts.js';
import { answerLinks, rememberLinks } from '../lib/crawl/links.js';
import { readSitemaps } from '../lib/crawl/read-sitemaps.js';
import { tellFigures } from '../lib/crawl/report.js';
import { Scope } from '../lib/crawl/scope.js';
import { Traps } from '../lib/crawl/traps.js';
import { type UrlFacts, urlFacts } from '../lib/crawl/url-facts.js';
import { isOpen, Verdicts } from '../lib/crawl/verdicts.js';
import { type PageRow, visitor } from '../lib/crawl/visitor.js';
import { Refused } from '../lib/errors.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';

export const discover: Recipe = {
  phase: 'DISCOVERY',
  name: 'discover',
  version: 2,
  grain: 'association',
  summary: 'Crawls an association’s site politely: sitemaps, links, pagination, A–Z.',
  reads: ['url_queue', 'access_checks'],
  writes: ['pages', 'links', 'fetches', 'crawl_hosts', 'crawl_figures', 'dead_letters'],
  network: true,
  collects: true,
  settings: ({ association, config }) => ({
    ...config.agents.discovery,
    browser: config.agents.browser,
    max_pages_here: association?.max_pages ?? null,
  }),

  plan: async ({ config, lake, associations }) =>
    (await import('../lib/crawl/plan.js')).planCrawl(config, lake, associations),

  async run(phase) {
    const { association, config, lake, store, clock, jobId, step, progress, count, assert, toBeContinued } =
      phase;
    const { max_depth, max_pages, concurrency } = config.agents.discovery;

    step('Open the frontier');
    const checks = await lake.rows('access_checks');
    const open = checks.filter(isOpen);
    if (open.length === 0) {
      const why = checks.map((c) => `${c.origin}: ${c.verdict} (${c.reasons.join('; ')})`).join('\n');
      throw new Refused(
        `No site of ${association.code} may be crawled.\n${why}\nA person may decide otherwise: \`access:\` in config/associations.yaml.`,
      );
    }
    const { visit, held, failure, failedBefore, skims, finish } = await visitor(phase);
    const verdicts = new Verdicts(checks);
    const hosts = new Hosts(phase);
    for (const { origin } of open) await hosts.meet(origin, null);
    const seeds = (await lake.rows('url_queue')).filter(
      ({ url }) => !verdicts.shuts(url) && !verdicts.closes(url),
    );
    const scope = new Scope([association.url, ...seeds.map((seed) => seed.url)], association);
    const traps = new Traps(clock.now());
    const judge = {
      scope,
      maxDepth: max_depth,
      allowed: (url: string) => hosts.allowed(url) && !verdicts.shuts(url),
      closed: (url: string) => verdicts.closes(url),
      trap: (url: UrlFacts) => traps.judge(url),
    };
    const coverage = new Coverage();
    const directories = new Set(association.directory_urls);
    const productToken = config.agents.http.product_token;
    const harvest = new Harvest({ skims, traps, coverage, judge, directories, productToken });
    const already = await store.rows('pages', {
      association: association.code,
      job: jobId,
      phase: 'GATEKEEPER',
    });
    const frontier = new Frontier(failedBefore);
    // What the job has is not visited again; a page reached by a redirect is known under both its URLs.
    for (const page of held()) frontier.done(page.url);
    for (const page of [...already, ...held()]) {
      if (page.final_url && page.final_url !== page.url) frontier.done(page.final_url);
    }
    for (const seed of seeds)
      frontier.add({ url: seed.url, priority: seed.priority ?? 0, depth: 0, foundOn: null });

    step('Read sitemaps');
    const modified = new Map<string, string>();
    const keepLinks = (links: Parameters<Harvest['kept']>[0]) => lake.append({ links: harvest.kept(links) });
    await readSitemaps(phase, open, { visit, frontier, judge, keepLinks, modified });

    step('Follow links');
    const dynamic = await dynamicContent(phase, {
      visit,
      failure,
      async allowed(url) {
        if (!hosts.met(url)) await hosts.meet(url, null);
        return judge.allowed(url) && !judge.closed(url);
      },
      linksOf: (page, entry) => harvest.kept(harvest.links(page, entry)),
      judge: (from, entry, links) => answerLinks(from, entry, links, judge),
      onData: (records, total, url) => coverage.learnJson(records, total, url),
    });
    if (!held()[Symbol.iterator]().next().done) await dynamic.resume();
    await rememberLinks(phase, frontier, (url) => scope.readmit(url));
    await harvest.remember(phase);
    const fetchPage = async (entry: Queued): Promise<PageRow | null> => {
      if (!hosts.met(entry.url)) await hosts.meet(entry.url, entry.foundOn);
      const about = { ...entry, modified: modified.get(entry.url) ?? null };
      return visit(entry.url, about, (page) => harvest.kept(harvest.links(page, entry)));
    };
    const outcome = await crawl({
      frontier,
      budget: association.max_pages ?? max_pages,
      concurrency,
      known: new Map(already.map((page) => [page.url, page])),
      visit: fetchPage,
      found: (page, entry) => harvest.links(page, entry),
      more: (page, entry, left) => dynamic.after(page, entry, left),
      keepLinks,
      trap: (url) => traps.judge(urlFacts(url)),
      onPage: (page) => skims.forget(page),
      onProgress: (done, waiting) => progress(done, done + waiting, 'pages'),
      signal: phase.signal,
    });

    if (outcome.capped)
      return toBeContinued(
        `${association.code}: ${outcome.capped}. ${outcome.left} pages are left; \`--resume ${jobId}\` goes on.`,
      );

    step('Say what was seen and what was left out');
    // A resumed crawl has looked at GATEKEEPER's pages twice.
    await lake.unique('links');
    await lake.writeQuery(
      'crawl_hosts',
      `SELECT DISTINCT ON (origin) * FROM ${await lake.soFar('crawl_hosts')} ORDER BY origin, found_on NULLS FIRST, checked_at`,
    );
    const pages =
      (await finish([
        ...already.flatMap((page) => [page.url, page.final_url ?? page.url]),
        ...dynamic.settled(),
      ])) + already.length;
    count('pages', pages);
    await tellFigures(phase, { coverage, outcome, repeated: harvest.repeated });
    assert('pages_found', pages > 1, pages, 'more than one page');
  },
};

runAsCommand(discover, import.meta.url);
