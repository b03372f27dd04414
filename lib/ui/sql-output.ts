/** A query result as text: aligned table, CSV, JSON, or a line per value. */
import { stringify } from 'csv-stringify/sync';
import type { QueryResult } from '../lake/console.js';
import type { Cell } from '../lake/console-cells.js';
import { sanitise } from './sanitise.js';
import type { Styles } from './styles.js';
import { tableLines } from './table.js';

export const OUTPUT_MODES = ['table', 'csv', 'json', 'line'] as const;
export type OutputMode = (typeof OUTPUT_MODES)[number];

export interface OutputOptions {
  mode: OutputMode;
  /** Cells of the terminal, or null where there is none. */
  width: number | null;
  styles: Styles;
  /** Leaves CSV cells alone that a spreadsheet would take for a formula. Default: false. */
  raw?: boolean;
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/** The result as text that ends in a line break. */
export function renderResult(result: QueryResult, options: OutputOptions): string {
  if (options.mode === 'csv') return csv(result, options.raw ?? false);
  if (options.mode === 'json') return json(result);
  if (options.mode === 'line') return lines(result, options.styles);
  const columns = result.columns.map((c) => ({
    name: sanitise(c.name),
    align: NUMERIC.test(c.type) ? ('right' as const) : ('left' as const),
  }));
  const rows = result.rows.map((row) => row.map((cell) => (cell === null ? null : shown(cell))));
  return `${tableLines(columns, rows, options).join('\n')}\n`;
}

/** `3 rows in 12 ms`, or how to see the rest. */
export function summary(result: QueryResult, timer = true): string {
  const rows = `${result.rowCount.toLocaleString('en-US')} ${result.rowCount === 1 ? 'row' : 'rows'}`;
  const time = timer ? ` in ${duration(result.elapsedMs)}` : '';
  return result.truncated ? `first ${rows}${time}; there are more` : `${rows}${time}`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A value on one line, for people. */
function shown(cell: Cell): string {
  if (cell instanceof Uint8Array) return `<${cell.byteLength.toLocaleString('en-US')} bytes>`;
  return sanitise(typeof cell === 'object' ? JSON.stringify(plain(cell)) : String(cell));
}

/** A value as JSON can hold it; 64-bit numbers beyond 2^53 become text, so that no digit is lost. */
function plain(cell: Cell): unknown {
  if (typeof cell === 'bigint') {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : cell.toString();
  }
  // JSON has no NaN and no infinity; as text they survive, and are not taken for a missing value.
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  if (cell === null || typeof cell !== 'object') return cell;
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64');
  if (Array.isArray(cell)) return cell.map(plain);
  return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, plain(value)]));
}

function json(result: QueryResult): string {
  const objects = result.rows.map((row) =>
    JSON.stringify(Object.fromEntries(result.columns.map((c, i) => [c.name, plain(row[i] ?? null)]))),
  );
  return objects.length === 0 ? '[]\n' : `[\n${objects.join(',\n')}\n]\n`;
}

/** Spreadsheets run a cell that begins with one of these; a leading ' makes it text. Numbers are numbers and stay. */
const FORMULA = /^[=+\-@\t\r]/;

function csv(result: QueryResult, raw: boolean): string {
  const guard = (text: string) => (!raw && FORMULA.test(text) ? `'${text}` : text);
  const value = (cell: Cell): string => {
    if (cell === null) return '';
    if (typeof cell === 'string') return guard(cell);
    if (typeof cell !== 'object') return String(cell);
    const text = plain(cell);
    return guard(typeof text === 'string' ? text : JSON.stringify(text));
  };
  return stringify([result.columns.map((c) => guard(c.name)), ...result.rows.map((row) => row.map(value))]);
}

function lines(result: QueryResult, styles: Styles): string {
  const widest = Math.max(0, ...result.columns.map((c) => c.name.length));
  const blocks = result.rows.map((row) =>
    result.columns
      .map((c, i) => {
        const cell = row[i] ?? null;
        return `${styles.dim(sanitise(c.name).padStart(widest))}  ${cell === null ? styles.dim('NULL') : shown(cell)}\n`;
      })
      .join(''),
  );
  return blocks.join('\n');
}
