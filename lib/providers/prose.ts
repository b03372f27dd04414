/** Text of a page as words and sentences: what a matcher of names needs, in one pass each. */

export interface Token {
  raw: string;
  low: string;
  start: number;
  end: number;
}

/** A word or several, to look for near a name. Written in capitals only, it keeps its case (`MM`, `SIM`). */
export interface Phrase {
  words: string[];
  exact: boolean;
}

/** Longest text that is read; what follows is left out. */
export const MAX_TEXT = 400_000;

/** One spelling for what typography varies: superscript digits, blanks, quotes, dashes, trade marks. Lines stay. */
export function plainText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/™|®|©|\u200b|\u200c|\u200d|\u2060|\ufe0e|\ufe0f|\ufeff|\u00ad/g, '')
    .replace(/[¹²³]/g, (digit) => ({ '¹': '1', '²': '2', '³': '3' })[digit] ?? digit)
    .replace(/[‘’‚‛′]/g, "'")
    .replace(/[“”„‟″]/g, '"')
    .replace(/[‐-―−]/g, '-')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n');
}

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const m of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    tokens.push({ raw: m[0], low: m[0].toLowerCase(), start: m.index, end: m.index + m[0].length });
  }
  return tokens;
}

export function phraseOf(text: string): Phrase {
  const words = tokensOf(text);
  const exact = /[A-Z]/.test(text) && !/[a-z]/.test(text);
  return { words: words.map((word) => (exact ? word.raw : word.low)), exact };
}

/** Does a phrase stand among the tokens `from` (included) to `to` (not). */
export function hasPhrase(tokens: readonly Token[], from: number, to: number, phrase: Phrase): boolean {
  const { words, exact } = phrase;
  for (let i = Math.max(0, from); i + words.length <= to; i += 1) {
    if (words.every((word, w) => (exact ? tokens[i + w]?.raw : tokens[i + w]?.low) === word)) return true;
  }
  return false;
}

/** A point after one of these ends no sentence. */
const ABBREVIATIONS = new Set([
  'inc',
  'co',
  'corp',
  'ltd',
  'e.g',
  'i.e',
  'eg',
  'ie',
  'no',
  'st',
  'dr',
  'mr',
  'mrs',
  'ms',
  'vs',
  'approx',
  'u.s',
  'j.d',
  'min',
  'max',
  'sr',
  'jr',
]);

/** Offsets at which sentences begin, ascending, 0 first. */
export function sentenceStarts(text: string): number[] {
  const starts = [0];
  for (const m of text.matchAll(/\n|[.!?](?=["')\]]{0,2}\s)|[•·|]/g)) {
    if (m[0] === '.') {
      const before = text.slice(Math.max(0, m.index - 8), m.index);
      const word = /[\p{L}.]+$/u.exec(before)?.[0].toLowerCase() ?? '';
      if (ABBREVIATIONS.has(word)) continue;
    }
    starts.push(m.index + 1);
  }
  return starts;
}

/** The sentence around an offset. */
export function sentenceAt(
  text: string,
  starts: readonly number[],
  offset: number,
): { start: number; end: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { start: starts[low] ?? 0, end: starts[low + 1] ?? text.length };
}
