/**
 * Text that came from outside, made safe to show. A page can name a company `\x1b]0;…` or hide a screen-clearing
 * sequence in an error message; a terminal would obey it.
 */

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for here */
const ESCAPES = new RegExp(
  [
    // Strings with a payload (title, clipboard, device control), up to their end; without one, the introducer goes.
    '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c\\n]*(?:\\x07|\\x1b\\\\|\\x9c)?',
    // Control sequences: colours, cursor moves, erasing.
    '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?',
    // All other escapes, e.g. a terminal reset.
    '\\x1b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);
const BLANKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
// The rest of C0 and C1, and marks that reorder or hide text.
const INVISIBLE = /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const NEEDS_WORK = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: control characters are what is looked for here */

/** One line of plain, visible text: no escape sequences, no control characters, line breaks as a blank. */
export function sanitise(text: string): string {
  if (!NEEDS_WORK.test(text)) return text;
  return text.replace(ESCAPES, '').replace(BLANKS, ' ').replace(INVISIBLE, '');
}

/** The same for text of several lines; the line breaks stay. */
export function sanitiseLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => sanitise(line))
    .join('\n');
}
