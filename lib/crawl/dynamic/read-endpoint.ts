/** Reads a list from its endpoint to the end: proves the first answer, keeps each as a page, stops where nothing new comes. */
import type { RowOf } from '../../lake/partition.js';
import { isHtmlType } from '../../web/media.js';
import type { Failure, PageRow, Visit } from '../visitor.js';
import { type Answer, readAnswer } from './answer.js';
import { type Ask, keyOf } from './ask.js';
import { type Candidate, wordScore } from './endpoints.js';
import { nextAsk, type Progress } from './paging.js';

type Link = RowOf<'links'>;

export interface Reach {
  visit: Visit;
  failure(url: string): Failure | null;
  /** What robots.txt says. */
  allowed(url: string): Promise<boolean>;
  /** Pages that may still be fetched. */
  left(): number;
  /** One more was. */
  spent(): void;
  /** Links of an answer, judged, as rows. */
  links(answerUrl: string, found: Answer['links']): Link[];
}

/** The page that the list belongs to. */
export interface Owner {
  url: string;
  depth: number;
  title: string | null;
}

export interface EndpointReading {
  /**
   * `proven`: it holds the list; `none`: it does not, or does not answer; `failed`: it did not answer, but may another
   * time; `robots`: it may not be asked.
   */
  verdict: 'proven' | 'none' | 'failed' | 'robots';
  answers: number;
  records: number;
  total: number | null;
  /** The list was read to its end. */
  complete: boolean;
  links: Link[];
  why: string | null;
}

/** Answers of one list at most; a server that never says "enough" is stopped here. */
const MOST_ANSWERS = 2_000;
/** Fewer records than this prove nothing. */
const LEAST_RECORDS = 2;

export async function readEndpoint(
  candidate: Pick<Candidate, 'ask' | 'headers'>,
  owner: Owner,
  reach: Reach,
): Promise<EndpointReading> {
  const reading: EndpointReading = {
    verdict: 'none',
    answers: 0,
    records: 0,
    total: null,
    complete: false,
    links: [],
    why: null,
  };
  const seen = new Set<string>();
  const asked = new Set<string>();
  let first = 0;
  let ask: Ask | null = candidate.ask;
  while (ask !== null && reading.answers < MOST_ANSWERS) {
    if (!(await reach.allowed(ask.url))) {
      if (reading.answers === 0) reading.verdict = 'robots';
      reading.why = `robots.txt does not allow ${new URL(ask.url).pathname}`;
      return reading;
    }
    if (reach.left() <= 0) {
      reading.why = 'the budget of pages is spent';
      return reading;
    }
    const key = keyOf(ask);
    if (asked.has(key)) break;
    asked.add(key);
    const got = await answerOf({ ...candidate, ask }, owner, reach, reading.answers === 0);
    if (got === null) {
      const failure = reach.failure(key);
      if (reading.answers === 0 && failure?.retryable) reading.verdict = 'failed';
      reading.why = failure?.error ?? 'it holds no list of members or events';
      // Past the last page many servers answer 400 or 404; that is an end, not a failure.
      reading.complete = reading.answers > 0 && /^HTTP_4(?!29)/.test(failure?.code ?? '');
      return reading;
    }
    reading.verdict = 'proven';
    reading.answers += 1;
    const fresh = got.answer.rows.filter((row) => !seen.has(row));
    for (const row of fresh) seen.add(row);
    if (reading.answers === 1) first = got.answer.rows.length;
    reading.records = seen.size;
    reading.total = got.answer.total ?? reading.total;
    reading.links.push(...got.links);
    const progress: Progress = { records: seen.size, answers: reading.answers, fresh: fresh.length, first };
    ask = nextAsk(ask, got.answer, progress);
  }
  reading.complete = reading.answers < MOST_ANSWERS;
  return reading;
}

/** One answer, fetched or from the lake; null when it cannot be had or is not what was hoped for. */
async function answerOf(
  { ask, headers: sent }: Pick<Candidate, 'ask' | 'headers'>,
  owner: Owner,
  reach: Reach,
  prove: boolean,
): Promise<{ answer: Answer; links: Link[] } | null> {
  const key = keyOf(ask);
  let answer: Answer | null = null;
  let links: Link[] | null = null;
  const linksOf = (of: Answer) => (links ??= reach.links(key, of.links));
  const finish = (row: PageRow, headers: Readonly<Record<string, string>>): PageRow | null => {
    const made = dataRow(row, headers, owner);
    answer = made.answer;
    if (prove && !isList(answer, ask)) return null;
    linksOf(answer);
    return made.row;
  };
  const about = {
    depth: owner.depth,
    foundOn: owner.url,
    chance: 'page' as const,
    request: requestOf(ask, sent),
    finish,
  };
  // Unchanged since an earlier job, it comes without being finished.
  const row = await reach.visit(key, about, (kept) =>
    linksOf(answer ?? readAnswer(kept.body ?? '', ask.url, {})),
  );
  if (answer !== null) reach.spent(); // it was fetched, whatever it is
  if (row === null) return null;
  if (answer === null) {
    // The lake holds it: its links are there too, and are remembered with the others.
    const held = readAnswer(row.body ?? '', ask.url, {});
    if (prove && !isList(held, ask)) return null;
    return { answer: held, links: linksOf(held) };
  }
  return { answer, links: links ?? [] };
}

export const requestOf = (ask: Ask, headers: Readonly<Record<string, string>>) => ({
  url: ask.url,
  method: ask.method,
  body: ask.body,
  headers: ask.bodyType === null ? headers : { ...headers, 'content-type': ask.bodyType },
});

/** The row of an answer: the media type that it really has, and the title of the page whose list it is. */
export function dataRow(
  row: PageRow,
  headers: Readonly<Record<string, string>>,
  owner: Owner,
): { row: PageRow; answer: Answer } {
  const answer = readAnswer(row.body ?? '', row.final_url ?? row.url, headers);
  const contentType = answer.json
    ? 'application/json'
    : isHtmlType(row.content_type)
      ? row.content_type
      : 'text/html';
  return { answer, row: { ...row, content_type: contentType, title: owner.title ?? row.title } };
}

/** Is an answer a list of members or events? Names with nothing but links are, when the address says so. */
export function isList(answer: Answer, ask: Ask): boolean {
  if (answer.rows.length < LEAST_RECORDS && !(answer.strong && answer.total === answer.rows.length))
    return false;
  if (answer.kind === 'html' || answer.strong) return answer.kind !== 'none';
  return answer.kind !== 'none' && wordScore(ask) >= 3;
}
