/** Rows of a query as lines of text, for summaries. */
import { sanitise } from './sanitise.js';
import { stylesFor } from './styles.js';
import { tableLines } from './table.js';

export function rowsTable(
  rows: readonly Record<string, unknown>[],
  out: NodeJS.WriteStream = process.stdout,
): string[] {
  if (rows.length === 0) return ['(none)'];
  const names = Object.keys(rows[0]!);
  const columns = names.map((name) => ({
    name,
    align: rows.every((r) => r[name] === null || typeof r[name] === 'number')
      ? ('right' as const)
      : ('left' as const),
  }));
  const cells = rows.map((row) => names.map((name) => text(row[name])));
  return tableLines(columns, cells, { width: out.isTTY ? out.columns : null, styles: stylesFor(out) });
}

function text(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value.toLocaleString('en-US') : sanitise(String(value));
}
