/** Counting what is right: precision, recall and F1, and the examples of what is not. */

/** What was there to find, what was said, and how much of that was right. */
export interface Score {
  expected: number;
  predicted: number;
  correct: number;
  /** Share of what was said that is right; null when nothing was said. */
  precision: number | null;
  /** Share of what was there that was found; null when there was nothing. */
  recall: number | null;
  f1: number | null;
}

/** A score of three counts. */
export function score(expected: number, predicted: number, correct: number): Score {
  const precision = share(correct, predicted);
  const recall = share(correct, expected);
  const f1 =
    precision === null || recall === null
      ? null
      : correct === 0
        ? 0
        : round((2 * precision * recall) / (precision + recall));
  return { expected, predicted, correct, precision, recall, f1 };
}

/** Part of a whole, to six digits; null when there is no whole. */
export const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : round(part / whole);

const round = (n: number) => Math.round(n * 1e6) / 1e6;

/** One example of something missing or wrong. */
export interface Miss {
  association: string;
  /** `members`, `field.street`, `resolution` … */
  measure: string;
  kind: 'missing' | 'wrong' | 'extra';
  subject: string;
  expected: string | null;
  got: string | null;
  where: string | null;
}

/** Keeps the first examples of each measure and kind. */
export class Misses {
  readonly list: Miss[] = [];
  private readonly limit: number;
  private readonly seen = new Map<string, number>();

  constructor(limit: number) {
    this.limit = limit;
  }

  add(miss: Miss): void {
    const id = `${miss.association}\0${miss.measure}\0${miss.kind}`;
    const count = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, count);
    if (count <= this.limit) this.list.push(miss);
  }
}
