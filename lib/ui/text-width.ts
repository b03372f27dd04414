/** How many terminal cells a text takes, and text cut or padded to a number of cells. */

// The common case: a character is a cell.
const PLAIN = /^[ -~]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
const segmenter = new Intl.Segmenter();

/** Cells that a sanitised line takes: 2 for East Asian wide characters and emoji, 0 for marks. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of segmenter.segment(text)) cells += graphemeWidth(segment);
  return cells;
}

/** The text in at most `cells` cells, with `…` where it was cut. */
export function truncate(text: string, cells: number): string {
  if (cells <= 0) return '';
  // No text is wider than twice its length, so a huge one is cut before it is measured.
  const near = text.length > cells * 8 + 64 ? text.slice(0, cells * 8 + 64) : text;
  if (near === text && textWidth(near) <= cells) return text;
  let used = 0;
  let kept = '';
  for (const { segment } of segmenter.segment(near)) {
    const width = graphemeWidth(segment);
    if (used + width > cells - 1) break;
    used += width;
    kept += segment;
  }
  return `${kept}…`;
}

/** Cut and padded to exactly `cells` cells. */
export function padTo(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, cells);
  const blanks = ' '.repeat(Math.max(0, cells - textWidth(cut)));
  return align === 'right' ? blanks + cut : cut + blanks;
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return isWide(code) || EMOJI.test(grapheme) ? 2 : 1;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97c) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff01 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
