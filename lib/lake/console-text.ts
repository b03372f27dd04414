/** Reading SQL text just far enough for the console: where statements end, how they begin, what EXPLAIN explains. */

export interface SplitSql {
  /** Complete statements, without their `;` and without surrounding blanks. */
  statements: string[];
  /** What stands after the last `;`: an unfinished statement, or only blanks and comments. */
  rest: string;
}

/** Splits text at the `;` that are not inside a string, an identifier, a dollar quote or a comment. */
export function splitStatements(text: string): SplitSql {
  const statements: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] === ';') {
      const statement = text.slice(start, at).trim();
      if (!isBlankSql(statement)) statements.push(statement);
      at += 1;
      start = at;
    } else {
      at = skipToken(text, at);
    }
  }
  return { statements, rest: text.slice(start) };
}

/** All statements of a text; the last one needs no `;`. */
export function allStatements(text: string): string[] {
  const { statements, rest } = splitStatements(text);
  return isBlankSql(rest) ? statements : [...statements, rest.trim()];
}

/** True when text holds nothing but blanks and comments. */
export function isBlankSql(text: string): boolean {
  return skipBlanks(text, 0) >= text.length;
}

/**
 * The statement that an `EXPLAIN` explains, or null when the text is not one. It must be looked at on its own:
 * `EXPLAIN ANALYZE COPY … TO 'file'` reports itself as EXPLAIN, and writes the file.
 */
export function explained(sql: string): string | null {
  let at = skipWord(sql, 0, 'explain');
  if (at < 0) return null;
  const analyze = skipWord(sql, at, 'analyze');
  if (analyze >= 0) at = analyze;
  const options = skipBlanks(sql, at);
  if (sql[options] === '(') {
    const end = endOfParentheses(sql, options);
    // `explain (select 1)` is a query in parentheses, `explain (analyze) select 1` is a list of options.
    if (!isBlankSql(sql.slice(end))) at = end;
  }
  return sql.slice(at).trim();
}

const READING_WORDS = new Set([
  'select',
  'with',
  'from',
  'values',
  'table',
  'describe',
  'desc',
  'show',
  'summarize',
  'explain',
  'pivot',
  'unpivot',
]);
const READING_PRAGMAS =
  /^\s+(show_tables|show_tables_expanded|table_info|storage_info|database_list|database_size|version|functions)\b/i;

/** The first word of a statement, in capitals, when no statement that reads begins with it; else null. */
export function forbiddenWord(sql: string): string | null {
  let at = skipBlanks(sql, 0);
  while (sql[at] === '(') at = skipBlanks(sql, at + 1);
  const word = /^\w+/.exec(sql.slice(at))?.[0] ?? '';
  if (READING_WORDS.has(word.toLowerCase())) return null;
  if (word.toLowerCase() !== 'pragma') return word === '' ? 'this' : word.toUpperCase();
  return READING_PRAGMAS.test(sql.slice(at + word.length)) ? null : 'PRAGMA';
}

function endOfParentheses(sql: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < sql.length) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    at = skipToken(sql, at);
    if (depth === 0) return at;
  }
  return at;
}

function skipWord(sql: string, from: number, word: string): number {
  const at = skipBlanks(sql, from);
  const end = at + word.length;
  const matches = sql.slice(at, end).toLowerCase() === word && !/[\w$]/.test(sql[end] ?? ' ');
  return matches ? end : -1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) at += 1;
    else if (text.startsWith('--', at) || text.startsWith('/*', at)) at = skipToken(text, at);
    else break;
  }
  return at;
}

/** The position after the string, quoted name, comment or single character that starts at `at`. */
function skipToken(text: string, at: number): number {
  const c = text[at];
  if (c === "'") {
    const escapes = /[eE]/.test(text[at - 1] ?? '') && !/\w/.test(text[at - 2] ?? ' ');
    return skipQuoted(text, at, "'", escapes);
  }
  if (c === '"') return skipQuoted(text, at, '"', false);
  if (text.startsWith('--', at)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end + 1;
  }
  if (text.startsWith('/*', at)) return skipBlockComment(text, at);
  if (c === '$' && !/\w/.test(text[at - 1] ?? ' ')) {
    const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(text.slice(at, at + 64))?.[0];
    if (tag) {
      const end = text.indexOf(tag, at + tag.length);
      return end < 0 ? text.length : end + tag.length;
    }
  }
  return at + 1;
}

function skipQuoted(text: string, from: number, quote: string, backslashes: boolean): number {
  let at = from + 1;
  while (at < text.length) {
    if (backslashes && text[at] === '\\') at += 2;
    else if (text[at] !== quote) at += 1;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return text.length;
}

/** Block comments nest in DuckDB, as they do in PostgreSQL. */
function skipBlockComment(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (text.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else at += 1;
  }
  return text.length;
}
