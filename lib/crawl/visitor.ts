/**
 * Visiting a page once: what this job has fetched is not fetched again, each answer is in the lake's journal before
 * anybody uses it, and every failure is a dead letter.
 */
import { messageOf, Refused, RetryLater, SkipRecord } from '../errors.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import { pageMeta } from '../page/links.js';
import type { ExchangeRecord, WebResponse } from '../web/types.js';
import { isHtml, pageRow } from './page-row.js';

export type PageRow = RowOf<'pages'>;
export interface Visitor {
  visit: Visit;
  /** Pages that this phase of the job has. */
  held(): Iterable<PageRow>;
  /** Settles the failures: what was had in the end is no failure, and each counts once. Returns the pages held. */
  finish(): Promise<number>;
}

export type Visit = (
  url: string,
  about: { depth: number; foundOn: string | null },
  also?: (page: PageRow, answer: WebResponse) => RowOf<'links'>[],
) => Promise<PageRow | null>;

/** Answers null for a page that could not be had; throws what the whole phase must stop for (interruption, daily cap). */
export async function visitor(phase: PhaseContext): Promise<Visitor> {
  const { lake, web, deadLetter, signal } = phase;
  const held = new Map<string, PageRow>();
  const sofar = await lake.soFar('pages');
  for (const row of (await lake.query(`SELECT * FROM ${sofar}`)) as unknown as PageRow[])
    held.set(row.url, row);
  const final = await lake.query(
    `SELECT DISTINCT subject FROM ${await lake.soFar('dead_letters')} WHERE NOT retryable`,
  );
  const lost = new Set(final.map((row) => String(row.subject)));

  const visit: Visit = async (url, about, also) => {
    const known = held.get(url);
    if (known) return known;
    if (lost.has(url)) return null; // an earlier run of this job had its final answer
    const exchanges: ExchangeRecord[] = [];
    // The journal takes the page and its exchanges together; robots.txt and redirects on the way belong to them.
    const onExchange = (record: ExchangeRecord) => exchanges.push(record);
    try {
      const answer = await web.fetch({ url, purpose: 'page', signal, onExchange });
      if (answer.status >= 400) {
        lake.append({ fetches: exchanges });
        deadLetter({
          subject: url,
          code: `HTTP_${answer.status}`,
          error: `${url} answered ${answer.status}`,
          input: { url, found_on: about.foundOn },
          retryable: answer.status === 429 || answer.status >= 500,
        });
        return null;
      }
      const title = isHtml(answer.contentType) ? pageMeta(answer.finalUrl, answer.text().text).title : null;
      const row = pageRow(answer, about, title);
      lake.append({ pages: [row], fetches: exchanges, links: also?.(row, answer) ?? [] });
      held.set(url, row);
      return row;
    } catch (error) {
      if (error instanceof RetryLater && error.code === 'DAILY_CAP') throw error;
      const kind = error instanceof Refused || error instanceof SkipRecord || error instanceof RetryLater;
      if (!kind || signal.aborted) throw error;
      lake.append({ fetches: exchanges });
      deadLetter({
        subject: url,
        code: error.code,
        error: messageOf(error),
        input: { url, found_on: about.foundOn },
        retryable: error instanceof RetryLater,
      });
      return null;
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

  return { visit, held: () => held.values(), finish };
}
