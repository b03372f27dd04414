/**
 * DuckDB, embedded: one in-memory instance a process, one connection a task (queries on one connection must not
 * overlap). Values cross the border as plain JavaScript: instants as ISO-8601 UTC text, days as `YYYY-MM-DD`,
 * 64-bit integers as numbers (as text beyond 2^53).
 */
import {
  type DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBDateValue,
  DuckDBInstance,
  type DuckDBListType,
  type DuckDBListValue,
  type DuckDBStructType,
  type DuckDBStructValue,
  type DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBValueConverter,
  JSDuckDBValueConverter,
} from '@duckdb/node-api';
import { identifier, literal, type Parameter } from './sql-literal.js';

export type Value = null | boolean | number | string | Uint8Array | Value[] | { [key: string]: Value };
export type AnyRow = Record<string, Value>;

/** Opens an instance that never reaches out: no extension is loaded or installed by itself. */
export async function openDuckDB(
  options: { tempFolder?: string; threads?: number; memoryMb?: number } = {},
): Promise<DuckDBInstance> {
  const config: Record<string, string> = {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // DuckDB keeps up to 128 MB that it has let go of; a crawl holds no more than that in all.
    allocator_flush_threshold: '1MB',
    allocator_bulk_deallocation_flush_threshold: '1MB',
  };
  if (options.tempFolder) config.temp_directory = options.tempFolder;
  if (options.threads) config.threads = String(options.threads);
  if (options.memoryMb) config.memory_limit = `${options.memoryMb}MB`;
  const instance = await DuckDBInstance.create(':memory:', config);
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  connection.closeSync();
  return instance;
}

/** Runs one statement or several; the rows of the last come back. `parameters` bind to $1, $2 … of a single statement. */
export async function query(
  connection: DuckDBConnection,
  sql: string,
  parameters?: readonly Parameter[],
): Promise<AnyRow[]> {
  const reader = parameters?.length
    ? await connection.runAndReadAll(sql, parameters.map(bindable))
    : await connection.runAndReadAll(sql);
  const names = reader.deduplicatedColumnNames();
  // Not the reader's own row objects: they lose a column that is named like a setter of Object (`__proto__`).
  return reader
    .convertRows(plainValue)
    .map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])) as AnyRow);
}

/** A query's result by column, with DuckDB's type of each. */
export async function plainColumns(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ names: string[]; typeIds: DuckDBTypeId[]; columns: Value[][] }> {
  const reader = await connection.runAndReadAll(sql);
  return {
    names: reader.deduplicatedColumnNames(),
    typeIds: reader.columnTypes().map((t) => t.typeId),
    columns: reader.convertColumns(plainValue) as Value[][],
  };
}

/** Sets DuckDB variables, which `.sql` files read by `getvariable('name')`. */
export async function setVariables(
  connection: DuckDBConnection,
  variables: Readonly<Record<string, Parameter>>,
): Promise<void> {
  for (const [name, value] of Object.entries(variables)) {
    await connection.run(`SET VARIABLE ${identifier(name)} = ${literal(value)}`);
  }
}

function bindable(value: Parameter): DuckDBValue {
  if (Array.isArray(value)) throw new Error('lists are passed as SQL variables, not as bound parameters');
  return value as DuckDBValue;
}

const isSafe = (n: bigint) => n >= BigInt(Number.MIN_SAFE_INTEGER) && n <= BigInt(Number.MAX_SAFE_INTEGER);

const plainValue: DuckDBValueConverter<Value> = (value, type, convert) => {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT: {
      const n = value as bigint;
      return isSafe(n) ? Number(n) : n.toString();
    }
    case DuckDBTypeId.TIMESTAMP_TZ:
      return isoFromMicros((value as DuckDBTimestampTZValue).micros);
    case DuckDBTypeId.TIMESTAMP:
      return isoFromMicros((value as DuckDBTimestampValue).micros);
    case DuckDBTypeId.DATE:
      return new Date((value as DuckDBDateValue).days * 86_400_000).toISOString().slice(0, 10);
    case DuckDBTypeId.BLOB:
      return (value as DuckDBBlobValue).bytes;
    case DuckDBTypeId.LIST:
      return (value as DuckDBListValue).items.map((item) =>
        nested(item, (type as DuckDBListType).valueType, convert),
      );
    case DuckDBTypeId.STRUCT: {
      const struct = type as DuckDBStructType;
      const entries = (value as DuckDBStructValue).entries;
      return Object.fromEntries(
        struct.entryNames.map((name, i) => [
          name,
          nested(entries[name] ?? null, struct.entryTypes[i]!, convert),
        ]),
      );
    }
    default: {
      const plain = JSDuckDBValueConverter(value, type, JSDuckDBValueConverter);
      if (typeof plain === 'bigint') return isSafe(plain) ? Number(plain) : plain.toString();
      return plain instanceof Date ? plain.toISOString() : (plain as Value);
    }
  }
};

const nested = (value: DuckDBValue, type: DuckDBType, convert: DuckDBValueConverter<Value>): Value =>
  convert(value, type, convert) as Value;

function isoFromMicros(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString();
}
