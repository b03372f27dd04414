/**
 * What a page gives to the crawl, worked out once: its links with the decisions about them, what it adds to the coverage
 * figure, and whether it only repeats what is known.
 */
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import type { Skim } from '../page/skim.js';
import type { Coverage } from './coverage.js';
import { closedToLinks } from './follow-rules.js';
import { keyOf } from './frontier.js';
import type { JudgeOptions } from './judge.js';
import { linksOf } from './links.js';
import type { Skims } from './skims.js';
import type { Learned, Traps } from './traps.js';

type Page = RowOf<'pages'>;
type Link = RowOf<'links'>;

export interface HarvestOptions {
  skims: Skims;
  traps: Traps;
  coverage: Coverage;
  judge: JudgeOptions;
  productToken: string;
  /** Start pages that config calls directories. */
  directories: ReadonlySet<string>;
}

export class Harvest {
  private readonly options: HarvestOptions;
  private readonly done = new WeakMap<Page, Link[]>();
  private readonly frame = new Set<string>();
  /** What each page said, by the key of its address. */
  private readonly said = new Map<string, string>();
  /** Pages that said what was known already. */
  repeated = 0;

  constructor(options: HarvestOptions) {
    this.options = options;
  }

  /** Links of a page, each with the decision about it; the same list when it is asked for again. */
  links(page: Page, from: { priority: number; depth: number }): Link[] {
    const before = this.done.get(page);
    if (before) return before;
    const { skims, judge, productToken } = this.options;
    if (!judge.scope.holds(new URL(page.final_url ?? page.url))) {
      // It was a way out, to a member's own site, say: nothing there is ours, nor behind other addresses of its kind.
      this.options.traps.ledAway(page.url);
      this.done.set(page, []);
      return [];
    }
    const skim = skims.of(page);
    const learned = this.learn(page, from.priority);
    const nofollow = closedToLinks(page.robots_tag, skim?.metaRobots ?? [], productToken);
    const repeats = learned?.sameAs != null || (skim !== null && this.isCopy(page, skim));
    const links = linksOf({ page, skim, repeats, nofollow }, from, judge);
    this.done.set(page, links);
    return links;
  }

  /**
   * Says the page just what the page says that it names as canonical? The hint alone is no proof: sites name their home
   * page, or the first page of a list, as canonical for what is neither.
   */
  private isCopy(page: Page, skim: Skim): boolean {
    const own = keyOf(page.final_url ?? page.url);
    if (own !== null) this.said.set(own, skim.fingerprint);
    const canonical = skim.canonical === null ? null : keyOf(skim.canonical);
    return canonical !== null && canonical !== own && this.said.get(canonical) === skim.fingerprint;
  }

  /** Learns from a page, also from one that an earlier run of the job fetched. */
  learn(page: Page, priority: number): Learned | null {
    const { skims, traps, coverage, directories } = this.options;
    const skim = skims.of(page);
    if (skim === null) return null;
    const learned = traps.learn(page.final_url ?? page.url, skim);
    if (learned.sameAs !== null || learned.stale) this.repeated += 1;
    coverage.learn(page, skim, { priority, directory: directories.has(page.url) });
    return learned;
  }

  /** Learns what the pages of an earlier run of this job said; they are not visited again. */
  async remember({ lake, signal }: PhaseContext): Promise<void> {
    const pages = await lake.soFar('pages');
    const followed = `SELECT to_url, min(priority) AS priority FROM ${await lake.soFar('links')} GROUP BY to_url`;
    const held = `SELECT p.*, coalesce(l.priority, 0) AS priority FROM ${pages} p LEFT JOIN (${followed}) l ON l.to_url = p.url`;
    for await (const batch of lake.batches(held, 'url', 200)) {
      signal.throwIfAborted();
      for (const row of batch) this.learn(row as unknown as Page, Number(row.priority));
    }
  }

  /** Those of a page's links that are kept. Links of the frame stand on every page: each is kept where it was first seen. */
  kept(links: readonly Link[]): Link[] {
    return links.filter((link) => {
      if (link.context !== 'nav' && link.context !== 'footer') return true;
      const key = `${link.decision}\n${link.to_url}`;
      if (this.frame.has(key)) return false;
      this.frame.add(key);
      return true;
    });
  }
}
