/**
 * Visiting a page once: what this job has fetched is not fetched again, an unchanged page of an earlier job moves no
 * body, each answer is in the lake's journal before anybody uses it, and every failure is a dead letter.
 */
import { messageOf, Refused, RetryLater, SkipRecord, type WorkbenchError } from '../errors.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import { pageMeta } from '../page/links.js';
import { identifyPage, type PageIdentity } from '../web/identity.js';
import { isHtmlType } from '../web/media.js';
import type { ExchangeRecord, WebResponse } from '../web/types.js';
import { registrableDomain } from '../web/url.js';
import { pageRow } from './page-row.js';
import { storedPages } from './stored-pages.js';

export type PageRow = RowOf<'pages'>;

export interface Visitor {
  visit: Visit;
  /** Pages that this phase of the job has, without their bodies. */
  held(): Iterable<{ url: string; final_url: string | null }>;
  /** Settles the failures: what was had in the end is no failure, and each counts once. Returns the pages held. */
  finish(): Promise<number>;
}

/** `also` gives the links to keep together with the page. */
export type Visit = (
  url: string,
  about: { depth: number; foundOn: string | null },
  also?: (page: PageRow) => RowOf<'links'>[],
) => Promise<PageRow | null>;

/** Answers null for a page that could not be had; throws what the whole phase must stop for (interruption, daily cap). */
export async function visitor(phase: PhaseContext): Promise<Visitor> {
  const { lake, web, signal, clock, count } = phase;
  const held = new Map<string, string | null>();
  for (const row of await lake.query(`SELECT url, final_url FROM ${await lake.soFar('pages')}`)) {
    held.set(String(row.url), row.final_url === null ? null : String(row.final_url));
  }
  const final = await lake.query(
    `SELECT DISTINCT subject FROM ${await lake.soFar('dead_letters')} WHERE NOT retryable`,
  );
  const lost = new Set(final.map((row) => String(row.subject)));
  const stored = await storedPages(phase);

  const visit: Visit = async (url, about, also) => {
    if (held.has(url)) return heldPage(phase, url);
    if (lost.has(url)) return null; // an earlier run of this job had its final answer
    const keep = (row: PageRow, exchanges: readonly ExchangeRecord[]) => {
      lake.append({ pages: [row], fetches: exchanges, links: also?.(row) ?? [] });
      held.set(url, row.final_url);
      return row;
    };
    const fresh = await stored.fresh(url);
    if (fresh) {
      count('fresh enough');
      return keep({ ...fresh, depth: about.depth, found_on: about.foundOn }, [notAsked(fresh)]);
    }
    const exchanges: ExchangeRecord[] = [];
    try {
      const headers = stored.validators(url);
      // The journal takes the page and its exchanges together; robots.txt and redirects on the way belong to them.
      const onExchange = (record: ExchangeRecord) => exchanges.push(record);
      const answer = await web.fetch({ url, purpose: 'page', signal, headers, onExchange });
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
      const failure = failureOf(url, answer);
      if (failure) return lose(phase, { url, about, exchanges, ...failure });
      const title = isHtmlType(answer.contentType)
        ? pageMeta(answer.finalUrl, answer.text().text).title
        : null;
      return keep(pageRow(answer, about, title), exchanges);
    } catch (error) {
      if (signal.aborted || !isLost(error)) throw error;
      return lose(phase, {
        url,
        about,
        exchanges,
        code: error.code,
        error: messageOf(error),
        retryable: error instanceof RetryLater,
      });
    }
  };

  async function finish(): Promise<number> {
    const letters = await lake.soFar('dead_letters');
    const pages = await lake.soFar('pages');
    await lake.writeQuery(
      'dead_letters',
      `SELECT * FROM ${letters} WHERE subject NOT IN (SELECT url FROM ${pages})
       QUALIFY row_number() OVER (PARTITION BY phase, subject, error_code ORDER BY failed_at DESC) = 1`,
    );
    const [kept] = await lake.query(`SELECT count(*) AS n FROM ${pages}`);
    return Number(kept?.n ?? 0);
  }

  return {
    visit,
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
  (error instanceof RetryLater && error.code !== 'DAILY_CAP');

interface Failure {
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

/** Why an answer is no page; null when it is one. */
function failureOf(url: string, answer: WebResponse): Failure | null {
  if (answer.status >= 400 || answer.status === 304) {
    const retryable = answer.status === 429 || answer.status >= 500;
    return { code: `HTTP_${answer.status}`, error: `${url} answered ${answer.status}`, retryable };
  }
  const { identity, sign } = identifyPage({
    ...answer,
    text: isHtmlType(answer.contentType) ? answer.text().text : '',
  });
  if (identity === 'page' || identity === 'no_results') return null;
  const { what, retryable } = IN_WORDS[identity];
  return { code: identity.toUpperCase(), error: `${url} ${what}: ${sign}`, retryable };
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
