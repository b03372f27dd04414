/** Query results as plain values that print, sort and serialise well. */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/** Numbers stay numbers, 64-bit ones are bigint, instants are ISO-8601 UTC text, the rest is text as DuckDB writes it. */
export type Cell =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Cell[]
  | { [field: string]: Cell };

/** Turns one DuckDB value into a plain one. */
export function toCell(value: DuckDBValue): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampTZValue) return instantText(value);
  if (value instanceof DuckDBDecimalValue) return decimalCell(value);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toCell);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, toCell(field)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: item }) => ({ key: toCell(key), value: toCell(item) }));
  }
  if (value instanceof DuckDBUnionValue) return toCell(value.value);
  return value.toString();
}

/** ±infinity and years beyond JavaScript's range keep DuckDB's own text. */
function instantText(value: DuckDBTimestampTZValue): string {
  const micros = value.micros;
  const date = new Date(Number(micros / 1000n));
  if (Number.isNaN(date.getTime())) return value.toString();
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  if (rest === 0n) return date.toISOString();
  const floor = new Date(Number((micros - rest) / 1000n));
  return `${floor.toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

/** 15 digits is what a double holds exactly. */
function decimalCell(value: DuckDBDecimalValue): number | string {
  return value.width <= 15 ? value.toDouble() : value.toString();
}
