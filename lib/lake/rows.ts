/** Rows of a declared table into DuckDB by its appender, which takes about half a million values a second. */
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBListType,
  DuckDBTimestampTZValue,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { SkipRecord } from '../errors.js';
import type { ColumnType } from './columns.js';
import { HeldText } from './held-text.js';
import { identifier } from './sql-literal.js';
import { type Column, columnsOf, type Row, type Table } from './table.js';

const TEXT_LIST = new DuckDBListType(VARCHAR);

/** Makes a temp table with the declared columns of `table` and fills it. */
export async function stageRows<T extends Table>(
  connection: DuckDBConnection,
  name: string,
  table: T,
  rows: Iterable<Row<T>>,
): Promise<number> {
  const columns = ownColumns(table);
  const list = columns.map((c) => `${identifier(c.name)} ${c.physical}`).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${identifier(name)} (${list})`);
  const appender = await connection.createAppender(name, 'main', 'temp');
  let count = 0;
  for (const row of rows) {
    appendRow(appender, table, columns, row as Record<string, unknown>);
    count += 1;
  }
  appender.closeSync();
  return count;
}

/**
 * Puts rows that hold long texts into the order of the table's key: DuckDB would move every text to sort them. Done where
 * that gives DuckDB's own order, as with ASCII keys; false where it is left to DuckDB.
 */
export function sortByKey(table: Table, rows: Row<Table>[]): boolean {
  const { key } = table;
  const isLong = (row: Record<string, unknown>) => Object.values(row).some((v) => v instanceof HeldText);
  const isPlain = (row: Record<string, unknown>) =>
    key.every((column) => typeof row[column] === 'string' && ASCII.test(row[column]));
  if (key.length === 0 || !rows.some(isLong) || !rows.every(isPlain)) return false;
  rows.sort((a: Record<string, unknown>, b: Record<string, unknown>) => {
    for (const column of key) {
      const [x, y] = [a[column] as string, b[column] as string];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  });
  return true;
}

const ASCII = /^[ -~]*$/;

/** The columns that recipes write; `association_code` and `job_id` are the lake's. */
export function ownColumns(table: Table): Column[] {
  return columnsOf(table).filter((c) => c.name in table.shape);
}

function appendRow(
  appender: DuckDBAppender,
  table: Table,
  columns: Column[],
  row: Record<string, unknown>,
): void {
  for (const column of columns) {
    const value = row[column.name];
    if (value === null || value === undefined) {
      if (table.key.includes(column.name) && column.type === 'VARCHAR') {
        throw new SkipRecord(`a row of ${table.name} has no ${column.name}`, { code: 'MISSING_KEY' });
      }
      appender.appendNull();
    } else {
      appendValue(appender, column.type, value, `${table.name}.${column.name}`);
    }
  }
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: unknown, where: string): void {
  switch (type) {
    case 'VARCHAR':
      appender.appendVarchar(cleanText(String(value)));
      return;
    case 'JSON TEXT':
      appender.appendVarchar(cleanJson(value));
      return;
    case 'BIGINT':
      appender.appendBigInt(BigInt(Math.trunc(finite(value, where))));
      return;
    case 'INTEGER':
      appender.appendInteger(int32(value, where));
      return;
    case 'DOUBLE':
      appender.appendDouble(finite(value, where));
      return;
    case 'BOOLEAN':
      appender.appendBoolean(value === true);
      return;
    case 'TIMESTAMP WITH TIME ZONE':
      appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(instantMs(value, where)) * 1000n));
      return;
    case 'DATE':
      appender.appendDate(new DuckDBDateValue(Math.floor(instantMs(value, where) / 86_400_000)));
      return;
    case 'VARCHAR[]':
      appender.appendList(listValue((value as string[]).map((item) => cleanText(String(item)))), TEXT_LIST);
      return;
    case 'BLOB':
      appender.appendBlob(value as Uint8Array);
      return;
  }
}

/** NUL bytes and lone surrogates are in no valid text; PostgreSQL refuses the first, Parquet readers the second. */
function cleanText(text: string): string {
  const bare = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return bare.isWellFormed() ? bare : bare.toWellFormed();
}

/** The same in a structured value, where JSON would write them as escapes. */
function cleanJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'string' ? cleanText(v) : v));
}

function int32(value: unknown, where: string): number {
  const n = Math.trunc(finite(value, where));
  if (n !== (n | 0)) throw new SkipRecord(`${where}: ${n} does not fit 32 bit`, { code: 'BAD_VALUE' });
  return n;
}

function finite(value: unknown, where: string): number {
  const n = Number(value);
  if (!Number.isFinite(n))
    throw new SkipRecord(`${where}: ${String(value)} is not a number`, { code: 'BAD_VALUE' });
  return n;
}

function instantMs(value: unknown, where: string): number {
  const ms = Date.parse(String(value));
  if (Number.isNaN(ms))
    throw new SkipRecord(`${where}: ${String(value)} is not an instant`, { code: 'BAD_VALUE' });
  return ms;
}
