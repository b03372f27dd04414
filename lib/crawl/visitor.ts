/**
 * Visiting a page once: what this job has fetched is not fetched again, an unchanged page of an earlier job moves no
 * body, each answer is in the lake's journal before anybody uses it, and every failure is a dead letter.
 */
import { DomainPaused, messageOf, Refused, RetryLater, SkipRecord, type WorkbenchError } from '../errors.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import { literal } from '../lake/sql-literal.js';
import type { Skim } from '../page/skim.js';
import { identifyPage, type PageIdentity } from '../web/identity.js';
import { isHtmlType } from '../web/media.js';
import type { ExchangeRecord, WebResponse } from '../web/types.js';
import { registrableDomain } from '../web/url.js';
import { pageRow, textOf, urlId } from './page-row.js';
import { Skims } from './skims.js';
import { storedPages } from './stored-pages.js';

export type PageRow = RowOf<'pages'>;

export interface Visitor {
  visit: Visit;
  /** The pages of this phase as discovery reads them. */
  skims: Skims;
  /** Why a URL could not be had; null when it could, or was not asked for. */
  failure(url: string): Failure | null;
  /** URLs that an earlier run of this job asked for in vain, and that may be had now. */
  failedBefore: ReadonlySet<string>;
  /** Pages that this phase of the job has, without their bodies. */
  held(): Iterable<{ url: string; final_url: string | null }>;
  /**
   * Settles the failures: what was had in the end, here or by another phase (`elsewhere`), is no failure, and each counts
   * once. Returns the pages held.
   */
  finish(elsewhere?: readonly string[]): Promise<number>;
}

export interface VisitAbout {
  depth: number;
  foundOn: string | null;
  /** When a sitemap says that the page last changed. */
  modified?: string | null;
  /**
   * Asked on the chance that it is there, as `/sitemap.xml` is: what is not there is no dead letter, and a page of HTML
   * is no sitemap.
   */
  chance?: 'page' | 'sitemap';
  /** How it is asked for where that is no plain GET; it is kept under the URL of the visit all the same. */
  request?: {
    url: string;
    method: 'GET' | 'POST';
    body: string | null;
    headers: Readonly<Record<string, string>>;
  };
  /** Last word on the row before it is kept; null keeps nothing but the exchange. */
  finish?: (row: PageRow, headers: Readonly<Record<string, string>>) => PageRow | null;
}

/** `also` gives the links to keep together with the page. */
export type Visit = (
  url: string,
  about: VisitAbout,
  also?: (page: PageRow) => RowOf<'links'>[],
) => Promise<PageRow | null>;

/** Answers null for a page that could not be had; throws what the whole phase must stop for (interruption, a paused domain). */
export async function visitor(phase: PhaseContext): Promise<Visitor> {
  const { lake, web, signal, clock, count } = phase;
  const held = new Map<string, string | null>();
  for (const row of await lake.query(`SELECT url, final_url FROM ${await lake.soFar('pages')}`)) {
    held.set(String(row.url), row.final_url === null ? null : String(row.final_url));
  }
  const letters = await lake.query(
    `SELECT DISTINCT subject, error_code, error, retryable FROM ${await lake.soFar('dead_letters')}`,
  );
  const final = letters.filter((row) => row.retryable !== true);
  const failedBefore = new Set(letters.map((row) => String(row.subject)));
  const missing = await lake.query(
    `SELECT DISTINCT url FROM ${await lake.soFar('fetches')} WHERE status IN (404, 410)`,
  );
  // An earlier run of this job had the final answer of these.
  const lost = new Set([
    ...final.map((row) => String(row.subject)),
    ...missing.map((row) => String(row.url)),
  ]);
  const stored = await storedPages(phase);
  const skims = new Skims(phase.config.agents.http.product_token);
  const failures = new Map<string, Failure>();
  for (const { subject, error_code, error } of final)
    failures.set(String(subject), { code: String(error_code), error: String(error), retryable: false });

  const visit: Visit = async (url, about, also) => {
    if (held.has(url)) return heldPage(phase, url);
    if (lost.has(url)) return null;
    await lake.room();
    const keep = (row: PageRow, exchanges: readonly ExchangeRecord[]) => {
      lake.append({ pages: [row], fetches: exchanges, links: also?.(row) ?? [] });
      held.set(url, row.final_url);
      return row;
    };
    const miss = (failure: Failure, exchanges: ExchangeRecord[]) => {
      failures.set(url, failure);
      if (about.chance === undefined || failure.retryable)
        return lose(phase, { url, about, exchanges, ...failure });
      lake.append({ fetches: exchanges });
      return null;
    };
    const fresh = await stored.fresh(url, about.modified ?? null);
    if (fresh) {
      count('fresh enough');
      return keep({ ...fresh, depth: about.depth, found_on: about.foundOn }, [notAsked(fresh)]);
    }
    const exchanges: ExchangeRecord[] = [];
    try {
      const { request } = about;
      const headers = { ...stored.validators(url), ...request?.headers };
      // The journal takes the page and its exchanges together; robots.txt and redirects on the way belong to them.
      const onExchange = (record: ExchangeRecord) => exchanges.push(record);
      const answer = await web.fetch({
        url: request?.url ?? url,
        ...(request && { method: request.method }),
        ...(request?.body != null && { body: request.body }),
        purpose: 'page',
        signal,
        headers,
        onExchange,
      });
      const unchanged = answer.status === 304 ? await stored.page(url) : null;
      if (unchanged) {
        count('unchanged');
        const row = {
          ...unchanged,
          depth: about.depth,
          found_on: about.foundOn,
          fetched_at: clock.now().toISOString(),
        };
        return keep(
          { ...row, bytes: 0 },
          exchanges.map((e) => (e.status === 304 ? { ...e, from_cache: true } : e)),
        );
      }
      const { skim, failure, decoded } = readAnswer(url, answer, skims);
      if (answer.status < 300)
        web.tell(answer.finalUrl, failure && WALLS.has(failure.code) ? 'wall' : 'page');
      if (failure) return miss(failure, exchanges);
      if (about.chance === 'sitemap' && skim !== null)
        return miss({ code: 'NO_SITEMAP', error: `${url} is a page`, retryable: false }, exchanges);
      const fetched = pageRow(answer, about, skim?.title ?? null, decoded);
      if (request) Object.assign(fetched, { url, page_id: urlId(url) });
      const row = about.finish ? about.finish(fetched, answer.headers) : fetched;
      if (row === null) {
        lake.append({ fetches: exchanges });
        return null;
      }
      skims.keep(row, skim);
      return keep(row, exchanges);
    } catch (error) {
      if (error instanceof DomainPaused) lake.append({ fetches: exchanges }); // what was asked before the pause
      if (signal.aborted || !isLost(error)) throw error;
      const retryable = error instanceof RetryLater || MAY_PASS.has(error.code);
      return miss({ code: error.code, error: messageOf(error), retryable }, exchanges);
    }
  };

  async function finish(elsewhere: readonly string[] = []): Promise<number> {
    const letters = await lake.soFar('dead_letters');
    const pages = await lake.soFar('pages');
    await lake.writeQuery(
      'dead_letters',
      `SELECT * FROM ${letters} WHERE NOT list_contains(${literal(elsewhere)}, subject) AND subject NOT IN (
         SELECT url FROM ${pages} UNION ALL SELECT final_url FROM ${pages} WHERE final_url IS NOT NULL)
       QUALIFY row_number() OVER (PARTITION BY phase, subject, error_code ORDER BY failed_at DESC) = 1`,
    );
    const [kept] = await lake.query(`SELECT count(*) AS n FROM ${pages}`);
    return Number(kept?.n ?? 0);
  }

  return {
    visit,
    skims,
    failedBefore,
    failure: (url) => failures.get(url) ?? null,
    *held() {
      for (const [url, final_url] of held) yield { url, final_url };
    },
    finish,
  };
}

/** A page that this job has, with its body. */
async function heldPage({ lake }: PhaseContext, url: string): Promise<PageRow | null> {
  const [row] = await lake.query(`SELECT * FROM ${await lake.soFar('pages')} WHERE url = $1`, [url]);
  return (row as unknown as PageRow | undefined) ?? null;
}

/** Errors that cost this page only. */
const isLost = (error: unknown): error is WorkbenchError =>
  error instanceof Refused ||
  error instanceof SkipRecord ||
  (error instanceof RetryLater && !(error instanceof DomainPaused));

/** What a server out of order does as well as one that is made so: another try may find it mended. */
const MAY_PASS: ReadonlySet<string> = new Set([
  'REDIRECT_LOOP',
  'TOO_MANY_REDIRECTS',
  'TOO_LARGE',
  'DECOMPRESSION_BOMB',
]);

export interface Failure {
  code: string;
  error: string;
  retryable: boolean;
}

const IN_WORDS: Record<Exclude<PageIdentity, 'page' | 'no_results'>, { what: string; retryable: boolean }> = {
  block_page: { what: 'is a block page', retryable: true },
  captcha: { what: 'is a captcha', retryable: false },
  login_wall: { what: 'is a login wall', retryable: false },
  soft_404: { what: 'says “not found” with status 200', retryable: false },
};

/** What a site shows to those it does not want. */
const WALLS = new Set(['BLOCK_PAGE', 'CAPTCHA']);

/** What an answer is: a page, with its text and what a first reading says of it, or why it is none. */
function readAnswer(
  url: string,
  answer: WebResponse,
  skims: Skims,
): { skim: Skim | null; failure: Failure | null; decoded: { text: string; charset: string } } {
  const decoded = textOf(answer);
  const none = { skim: null, decoded };
  if (answer.status >= 400 || answer.status === 304) {
    const wall = answer.status === 401 || answer.status === 403 ? identityOf(answer, decoded.text) : null;
    const retryable = answer.status === 429 || answer.status >= 500;
    const what = wall === null ? '' : `, ${wall.error}`;
    const code =
      wall?.code === 'CAPTCHA' || wall?.code === 'BLOCK_PAGE' ? wall.code : `HTTP_${answer.status}`;
    return { ...none, failure: { code, error: `${url} answered ${answer.status}${what}`, retryable } };
  }
  const skim = isHtmlType(answer.contentType) ? skims.read(answer.finalUrl, decoded.text) : null;
  // A page with much to say is a page, whatever words stand in it; only short ones are looked at twice.
  const long = skim !== null && skim.mainLength > LONG_TEXT && !skim.password;
  const other =
    long && answer.headers['cf-mitigated'] === undefined
      ? null
      : identityOf(answer, skim ? decoded.text : '');
  return { skim, failure: other && { ...other, error: `${url} ${other.error}` }, decoded };
}

/** More text than this, frame left out, is content. */
const LONG_TEXT = 4_000;

function identityOf(answer: WebResponse, text: string): Failure | null {
  const { identity, sign } = identifyPage({ ...answer, text });
  if (identity === 'page' || identity === 'no_results') return null;
  const { what, retryable } = IN_WORDS[identity];
  return { code: identity.toUpperCase(), error: `${what}: ${sign}`, retryable };
}

function lose(
  { lake, deadLetter }: PhaseContext,
  lost: Failure & { url: string; about: { foundOn: string | null }; exchanges: ExchangeRecord[] },
): null {
  const { url, about, exchanges, code, error, retryable } = lost;
  lake.append({ fetches: exchanges });
  deadLetter({ subject: url, code, error, input: { url, found_on: about.foundOn }, retryable });
  return null;
}

/** The row of `fetches` for a page that was fresh enough not to be asked for. */
const notAsked = (page: PageRow): ExchangeRecord => ({
  url: page.url,
  final_url: page.final_url,
  method: 'GET',
  domain: registrableDomain(page.url),
  status: page.status,
  attempt: 0,
  waited_ms: 0,
  duration_ms: 0,
  bytes: 0,
  content_type: page.content_type,
  from_cache: true,
  error: null,
  robots_rule: null,
  fetched_at: page.fetched_at ?? new Date(0).toISOString(),
});
