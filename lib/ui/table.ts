/** Rows as an aligned text table that fits the terminal. */
import type { Styles } from './styles.js';
import { padTo, textWidth } from './text-width.js';

export interface TableColumn {
  name: string;
  align: 'left' | 'right';
}

/** A cell as it is shown; null is shown as a dimmed NULL. Texts must be sanitised. */
export type TableCell = string | null;

interface TableOptions {
  /** Cells of the terminal; null where there is none, and nothing is cut. */
  width: number | null;
  styles: Styles;
}

const GAP = 2;
/** A column is never narrowed below this to make room for others: less says nothing. */
const NARROWEST = 8;
/** A column does not take more than this while others want room. */
const WIDEST_AT_FIRST = 60;

/** Lines of the table, its header and a rule first; says so when columns had to be left out. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  { width, styles }: TableOptions,
): string[] {
  const wanted = columns.map((column, i) =>
    rows.reduce(
      (widest, row) => Math.max(widest, textWidth(row[i] ?? 'NULL')),
      Math.max(1, textWidth(column.name)),
    ),
  );
  const widths = width === null ? wanted : shareWidth(wanted, width);
  const shown = columns.slice(0, widths.length);
  const gap = ' '.repeat(GAP);
  const lines = [
    shown.map((c, i) => styles.bold(headerCell(c, widths[i]!, i === shown.length - 1))).join(gap),
    styles.dim(widths.map((w) => '─'.repeat(w)).join(gap)),
    ...rows.map((row) =>
      shown
        .map((c, i) => {
          const cell = row[i] ?? null;
          return cell === null
            ? styles.dim(padTo('NULL', widths[i]!, c.align))
            : padTo(cell, widths[i]!, c.align);
        })
        .join(gap)
        .trimEnd(),
    ),
  ];
  const hidden = columns.slice(shown.length).map((c) => c.name);
  if (hidden.length > 0)
    lines.push(styles.dim(padTo(`+ ${hidden.length} more: ${hidden.join(', ')}`, width!).trimEnd()));
  return lines;
}

/** The last header needs no blanks behind it; inside bold they could not be trimmed. */
function headerCell(column: TableColumn, cells: number, last: boolean): string {
  const text = padTo(column.name, cells, column.align);
  return last ? text.trimEnd() : text;
}

/** Widths that fit into `total` together; fewer than `wanted` when not even narrow columns do. */
export function shareWidth(wanted: readonly number[], total: number): number[] {
  const least = wanted.map((w) => Math.min(w, NARROWEST));
  let count = wanted.length;
  while (count > 1 && sumWithGaps(least.slice(0, count)) > total) count -= 1;
  const widths = wanted.slice(0, count);
  if (sumWithGaps(widths) <= total) return widths;
  for (let i = 0; i < count; i += 1) widths[i] = Math.min(widths[i]!, WIDEST_AT_FIRST);
  // Take from the widest, a cell at a time: short columns (codes, numbers, grades) keep all of theirs.
  let excess = sumWithGaps(widths) - total;
  while (excess > 0) {
    const at = widths.indexOf(Math.max(...widths));
    if (widths[at]! <= 1) break;
    widths[at] = widths[at]! - 1;
    excess -= 1;
  }
  // Room left over by the first cap goes back to the columns that wanted more.
  for (let i = 0; i < count && excess < 0; i += 1) {
    const give = Math.min(wanted[i]! - widths[i]!, -excess);
    widths[i] = widths[i]! + give;
    excess += give;
  }
  return widths;
}

function sumWithGaps(widths: readonly number[]): number {
  return widths.reduce((sum, w) => sum + w, 0) + GAP * Math.max(0, widths.length - 1);
}
