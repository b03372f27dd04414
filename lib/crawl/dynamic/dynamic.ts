/**
 * Pages whose lists come by script: recognised, traced to the endpoint of data behind them, read from there; drawn in a
 * browser where no endpoint is found. What comes of it is ordinary rows of `pages`, found on the page.
 */
import { createHash } from 'node:crypto';
import { DomainPaused, EnvironmentError, messageOf, RetryLater, SkipRecord } from '../../errors.js';
import type { PhaseContext } from '../../harness/recipe.js';
import type { RowOf } from '../../lake/partition.js';
import { isHtmlType } from '../../web/media.js';
import { PRIORITY } from '../judge.js';
import { urlId } from '../page-row.js';
import { urlFacts } from '../url-facts.js';
import type { PageRow } from '../visitor.js';
import { readAnswer } from './answer.js';
import { endpointOf } from './ask.js';
import { type Drawn, drawPage } from './draw.js';
import { EndpointSearch, type OnData } from './endpoint-search.js';
import { candidatesOf } from './endpoints.js';
import type { Markup } from './markup.js';
import { ownScripts, RELEVANT_WORDS } from './own-scripts.js';
import { type Owner, type Reach, readEndpoint } from './read-endpoint.js';
import { Resources } from './resources.js';
import { Settlements } from './settlements.js';
import { judgeShell, type ShellVerdict } from './shell.js';

type Link = RowOf<'links'>;

/** What the crawl lends. */
export interface CrawlMeans extends Omit<Reach, 'left' | 'spent' | 'links'> {
  /** Links of a page that was drawn, judged, as rows. */
  linksOf(page: PageRow, entry: Entry): Link[];
  /** Links of an answer, judged, as rows. */
  judge(answerUrl: string, entry: Entry, links: { url: string; text: string }[]): Link[];
  onData?: OnData;
}

export interface Entry {
  url: string;
  priority: number;
  depth: number;
}

export interface More {
  /** Links found, judged; they are in the lake already. */
  links: Link[];
  /** Pages fetched or drawn for it. */
  pages: number;
}

export interface DynamicContent {
  /**
   * What a page shows by script, if it does. Call it for each page visited; `left` is how many more may be fetched.
   * Throws what stops the phase.
   */
  after(page: PageRow, entry: Entry, left?: number): Promise<More>;
  /** Goes on with pages that a killed run had fetched and not looked into. */
  resume(): Promise<More>;
  /** Subjects of dead letters about drawing that are settled now. */
  settled(): string[];
}

/** Pages with this priority or an earlier one are about members or events. */
const RELEVANT = PRIORITY.record;
/** Pages of records of one kind that show what records of that kind are like. */
const ENOUGH_WHOLE = 20;
const NOTHING: More = { links: [], pages: 0 };

export async function dynamicContent(phase: PhaseContext, crawl: CrawlMeans): Promise<DynamicContent> {
  const run = new DynamicRun(phase, crawl, await Settlements.of(phase));
  return {
    after: (page, entry, left) => run.after(page, entry, left ?? Number.POSITIVE_INFINITY),
    resume: () => run.resume(),
    settled: () => run.settled(),
  };
}

class DynamicRun {
  private readonly phase: PhaseContext;
  private readonly crawl: CrawlMeans;
  private readonly settlements: Settlements;
  private readonly search: EndpointSearch;
  private readonly resources: Resources;
  /** Records' pages in a row that were no shells, by the form of their address. */
  private readonly whole = new Map<string, number>();
  private drawn = 0;
  private told = new Set<string>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(phase: PhaseContext, crawl: CrawlMeans, settlements: Settlements) {
    this.phase = phase;
    this.crawl = crawl;
    this.settlements = settlements;
    this.search = new EndpointSearch(phase, settlements, crawl.onData);
    this.resources = new Resources(phase);
  }

  async after(page: PageRow, entry: Entry, left: number): Promise<More> {
    if (
      !isHtmlType(page.content_type) ||
      page.body === null ||
      this.settlements.has(page.url) ||
      page.rendered
    )
      return NOTHING;
    if ((page.status ?? 200) >= 300 || !isRelevant(page, entry)) return NOTHING;
    // Records are drawn all alike: when so many of a kind came whole, the next one is not looked at.
    const kind = entry.priority === PRIORITY.record ? urlFacts(page.url).shape : null;
    if (kind !== null && (this.whole.get(kind) ?? 0) >= ENOUGH_WHOLE) return NOTHING;
    const verdict = judgeShell(page.body);
    if (kind !== null) this.whole.set(kind, verdict.kind === 'static' ? (this.whole.get(kind) ?? 0) + 1 : 0);
    if (verdict.kind === 'static' || verdict.markup === null) return NOTHING;
    const { markup } = verdict;
    // One after the other: a list that stands behind many pages is then read once.
    const mine = this.turn.then(() => this.see(page, entry, verdict, markup, left));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  async resume(): Promise<More> {
    const { lake } = this.phase;
    const links: Link[] = [];
    let pages = 0;
    await this.rememberData();
    const held = `
      SELECT p.*, coalesce(l.priority, 20) AS asked_at FROM ${await lake.soFar('pages')} p
      LEFT JOIN (SELECT to_url, min(priority) AS priority FROM ${await lake.soFar('links')} GROUP BY to_url) l ON l.to_url = p.url
      WHERE p.content_type IN ('text/html', 'application/xhtml+xml') AND p.rendered IS DISTINCT FROM true`;
    for await (const batch of lake.batches(held, 'url', 100)) {
      for (const { asked_at, ...row } of batch) {
        const page = row as unknown as PageRow;
        const entry = { url: page.url, priority: Number(asked_at), depth: page.depth ?? 0 };
        const more = await this.after(page, entry, Number.POSITIVE_INFINITY);
        links.push(...more.links);
        pages += more.pages;
      }
    }
    return { links, pages };
  }

  /** Tells again of the lists that an earlier run of this job read. */
  private async rememberData(): Promise<void> {
    const { lake } = this.phase;
    const lists = new Map<string, { rows: Set<string>; total: number | null; url: string }>();
    const answers = `SELECT url, final_url, found_on, body FROM ${await lake.soFar('pages')} WHERE content_type = 'application/json'`;
    for await (const batch of lake.batches(answers, 'url', 100)) {
      for (const row of batch) {
        const url = String(row.url);
        const { rows, total } = readAnswer(String(row.body ?? ''), String(row.final_url ?? url), {});
        const list = lists.get(String(row.found_on)) ?? { rows: new Set<string>(), total: null, url };
        lists.set(String(row.found_on), list);
        for (const record of rows) list.rows.add(record);
        list.total = total ?? list.total;
      }
    }
    for (const { rows, total, url } of lists.values()) this.crawl.onData?.(rows.size, total, url);
  }

  settled(): string[] {
    return this.settlements.settledPages().map(drawnKey);
  }

  private async see(
    page: PageRow,
    entry: Entry,
    verdict: ShellVerdict,
    markup: Markup,
    left: number,
  ): Promise<More> {
    if (this.settlements.has(page.url)) return NOTHING;
    let spent = 0;
    const reach: Reach = {
      visit: this.crawl.visit,
      failure: this.crawl.failure,
      allowed: this.crawl.allowed,
      left: () => left - spent,
      spent: () => {
        spent += 1;
      },
      links: (answerUrl, found) => this.crawl.judge(answerUrl, entry, found),
    };
    const owner: Owner = { url: page.url, depth: entry.depth, title: page.title };
    const lostBefore = this.resources.lost;
    const candidates = candidatesOf({
      base: page.final_url ?? page.url,
      markup,
      scripts: await ownScripts(page.final_url ?? page.url, markup, this.resources, this.crawl.allowed),
    });
    const found = await this.search.among(candidates, page, owner, reach);
    if (found.outcome === 'read') return { links: found.reading.links, pages: spent };
    if (found.outcome === 'covered' || found.outcome === 'forbidden') return { links: [], pages: spent };
    if (found.outcome === 'failed' || this.resources.lost > lostBefore) {
      this.putOff(page, 'a script or the data that it loads could not be had');
      return { links: [], pages: spent };
    }
    const drawn = await this.draw(page, entry, owner, reach, verdict);
    return { links: drawn, pages: spent };
  }

  /** The page stays open: a later run of the job, a retry of the dead letters say, looks into it again. */
  private putOff(page: PageRow, why: string): void {
    this.phase.deadLetter({
      subject: drawnKey(page.url),
      code: 'SCRIPTS_FAILED',
      error: `${page.url} shows its list by script, and ${why}`,
      input: { url: page.url },
      retryable: true,
    });
  }

  /** Draws the page; then reads the endpoint that its scripts turned out to use, or keeps what was drawn. */
  private async draw(
    page: PageRow,
    entry: Entry,
    owner: Owner,
    reach: Reach,
    verdict: ShellVerdict,
  ): Promise<Link[]> {
    const { config, deadLetter, count, notice, signal } = this.phase;
    const most = config.agents.browser.max_pages;
    const key = drawnKey(page.url);
    if (this.drawn >= most || reach.left() <= 0) {
      if (!this.told.has('most')) {
        this.told.add('most');
        notice(
          'NOT_DRAWN',
          `More than ${most} pages need a browser (browser.max_pages, or the budget of pages); the rest is kept as it was fetched.`,
        );
      }
      return [];
    }
    this.drawn += 1;
    let drawn: Drawn;
    try {
      const renderer = await this.phase.browser();
      drawn = await drawPage(this.phase, renderer, page, owner, { reach, resources: this.resources });
    } catch (error) {
      const mine =
        error instanceof EnvironmentError ||
        error instanceof SkipRecord ||
        (error instanceof RetryLater && !(error instanceof DomainPaused));
      if (signal.aborted || !mine) throw error;
      if (error.code === 'NO_BROWSER' && !this.told.has('NO_BROWSER')) {
        this.told.add('NO_BROWSER');
        notice(
          'NO_BROWSER',
          `${page.url} shows its content by script (${verdict.signs[0] ?? 'a shell'}), and no browser can be started. ${error.message}`,
        );
      }
      deadLetter({
        subject: key,
        code: error.code,
        error: messageOf(error),
        input: { url: page.url },
        retryable: true,
      });
      return [];
    }
    if (drawn.html === '' && drawn.data.length === 0) {
      const error = `${page.url}: its scripts never came to rest in the browser (browser.deadline_ms)`;
      deadLetter({
        subject: key,
        code: 'BROWSER_DEADLINE',
        error,
        input: { url: page.url },
        retryable: true,
      });
      return [];
    }
    count('pages drawn');
    for (const { answer, ...candidate } of drawn.data) {
      const endpoint = endpointOf(candidate.ask);
      if (this.settlements.of(endpoint) === 'data') {
        this.settlements.settle(page.url, endpoint, 'data', 'browser');
        return [];
      }
      if (answer.kind === 'none') continue;
      const reading = await readEndpoint(candidate, owner, reach);
      if (reading.verdict !== 'proven') continue;
      this.search.proven(page, 'browser', endpoint, reading);
      return reading.links;
    }
    if (drawn.lacking) {
      this.putOff(page, 'what it asked for in the browser could not be had in full');
      return [];
    }
    return this.keepDrawn(page, entry, key, drawn);
  }

  private keepDrawn(page: PageRow, entry: Entry, key: string, drawn: Drawn): Link[] {
    const { clock, lake, notice } = this.phase;
    if (drawn.cut !== null)
      notice(
        'DRAWN_IN_PART',
        `${page.url} was cut short in the browser (${drawn.cut}); what stood there is kept.`,
      );
    const row: PageRow = {
      ...page,
      page_id: urlId(key),
      url: key,
      body: drawn.html,
      body_sha256: createHash('sha256').update(drawn.html).digest('hex'),
      charset: 'utf-8',
      rendered: true,
      bytes: 0,
      etag: null,
      last_modified: null,
      found_on: page.url,
      fetched_at: clock.now().toISOString(),
    };
    const links = this.crawl.linksOf(row, entry);
    lake.append({ pages: [row], links: [...links, this.settlements.drawn(page.url, key)] });
    return links;
  }
}

/** A page as it was drawn is kept beside the page as it was fetched. */
const drawnKey = (url: string): string => `${url}#rendered`;

/** Lists are looked for where members or events are, and where a seed shows nothing. */
function isRelevant(page: PageRow, entry: Entry): boolean {
  if (entry.priority <= RELEVANT || entry.depth === 0) return true;
  return RELEVANT_WORDS.test(`${new URL(page.final_url ?? page.url).pathname} ${page.title ?? ''}`);
}
