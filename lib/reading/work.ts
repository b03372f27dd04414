/** The kinds of work that a reading worker does. */
import { inspectPage, type PageContext, pageQuestion } from '../inspect/page.js';
import { recordsOf, verdictOf } from '../records/read.js';

export const works = {
  /** A question of `inspect page --batch`. */
  inspect: async (question: unknown, context: PageContext): Promise<object> =>
    inspectPage(pageQuestion.parse(question), context),
  records: recordsOf,
  verdict: verdictOf,
};

export type Work = keyof typeof works;
