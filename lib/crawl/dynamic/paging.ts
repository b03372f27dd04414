/** The next question to an endpoint, from the last one and its answer: by link, cursor, page number or offset. */
import type { Answer } from './answer.js';
import { type Ask, keyOf, type PARAMETER, parametersOf, roleOf, withParameters } from './ask.js';

export interface Progress {
  /** Records had so far, each once; and answers. */
  records: number;
  answers: number;
  /** New records in the last answer, and records in the first. */
  fresh: number;
  first: number;
}

/** Null when the list has come to its end. */
export function nextAsk(ask: Ask, answer: Answer, progress: Progress): Ask | null {
  if (answer.rows.length === 0 || progress.fresh === 0) return null;
  if (answer.more === false && !(answer.next && 'url' in answer.next)) return null;
  if (answer.total !== null && progress.records >= answer.total) return null;
  const parameters = parametersOf(ask);
  const named = (role: keyof typeof PARAMETER) =>
    [...parameters.keys()].find((name) => role === roleOf(name.replace(/^\//, '')));

  const { next } = answer;
  if (next && 'url' in next && URL.canParse(next.url, ask.url)) {
    const url = new URL(next.url, ask.url);
    url.hash = '';
    // Behind a proxy an API may name itself by http or by an inner port: the page's own origin holds.
    if (url.hostname === new URL(ask.url).hostname) url.protocol = new URL(ask.url).protocol;
    const following = { ...ask, url: url.href };
    return keyOf(following) === keyOf(ask) ? null : following;
  }
  if (next && 'cursor' in next) {
    const name =
      named('cursor') ??
      (/offset|start/i.test(next.key) ? named('offset') : undefined) ??
      parameterFor(next.key);
    return withParameters(ask, { [name]: next.cursor });
  }
  const page = named('page') ?? (next && 'page' in next ? 'page' : undefined);
  if (page !== undefined) {
    const now = Number(parameters.get(page) ?? answer.page ?? 1);
    const to = next && 'page' in next && next.page > now ? next.page : now + 1;
    // The first page may be 0 or 1; of eight pages the last is then 7 or 8.
    const zero = progress.answers > 0 && to - progress.answers === 0;
    if (answer.pages !== null && to > answer.pages - (zero ? 1 : 0)) return null;
    return shortAnswer(answer, progress) ? null : withParameters(ask, { [page]: to });
  }
  const offset = named('offset');
  if (offset !== undefined) {
    if (shortAnswer(answer, progress)) return null;
    return withParameters(ask, { [offset]: Number(parameters.get(offset) ?? 0) + answer.rows.length });
  }
  return unnamed(ask, answer, progress);
}

/** The question names no paging, but the answer says that there is more: by the words that it uses itself. */
function unnamed(ask: Ask, answer: Answer, progress: Progress): Ask | null {
  const lacks = answer.total !== null && progress.records < answer.total;
  if (answer.pages !== null ? answer.pages > progress.answers : answer.more === true || lacks) {
    if (answer.page !== null || answer.pages !== null || answer.more === true) {
      const now = answer.page ?? progress.answers;
      return withParameters(ask, { page: now + 1 });
    }
    const size = [...parametersOf(ask).keys()].find((name) => roleOf(name) === 'size');
    return withParameters(ask, {
      [size !== undefined && /^per_?page|page_?size$/i.test(size) ? 'page' : 'offset']:
        size !== undefined && /page/i.test(size) ? progress.answers + 1 : progress.records,
    });
  }
  return null;
}

/** Fewer records than in the first answer: the last one, unless the server says how many there are. */
const shortAnswer = (answer: Answer, progress: Progress): boolean =>
  answer.total === null &&
  answer.pages === null &&
  answer.more === null &&
  answer.rows.length < progress.first;

/** `next_cursor` is asked for as `cursor`, `endCursor` as `after`. */
function parameterFor(key: string): string {
  if (/^end_?cursor$/i.test(key)) return 'after';
  const bare = key.replace(/^next_?/i, '');
  return bare === '' ? 'cursor' : bare.charAt(0).toLowerCase() + bare.slice(1);
}
