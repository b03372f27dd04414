/** A query's result as Arrow columns; the client has no Arrow of its own, so it is built from DuckDB's columns. */
import { type DuckDBConnection, DuckDBTypeId } from '@duckdb/node-api';
import * as arrow from 'apache-arrow';
import { plainColumns } from './duck.js';

export async function arrowTable(connection: DuckDBConnection, sql: string): Promise<arrow.Table> {
  const { names, typeIds, columns } = await plainColumns(connection, sql);
  const vectors: Record<string, arrow.Vector> = {};
  names.forEach((name, i) => {
    vectors[name] = vectorOf(typeIds[i]!, columns[i] ?? []); // no rows, no columns
  });
  return new arrow.Table(vectors);
}

function vectorOf(typeId: DuckDBTypeId, values: readonly unknown[]): arrow.Vector {
  switch (typeId) {
    case DuckDBTypeId.BOOLEAN:
      return arrow.vectorFromArray(values as boolean[], new arrow.Bool());
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
      return arrow.vectorFromArray(values as number[], new arrow.Int32());
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.HUGEINT:
      return arrow.vectorFromArray(
        values.map((v) => (v === null ? null : BigInt(v as number))),
        new arrow.Int64(),
      );
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.DECIMAL:
      return arrow.vectorFromArray(values as number[], new arrow.Float64());
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return arrow.vectorFromArray(
        values.map((v) => (v === null ? null : new Date(v as string))),
        new arrow.TimestampMillisecond(),
      );
    case DuckDBTypeId.DATE:
      return arrow.vectorFromArray(
        values.map((v) => (v === null ? null : new Date(v as string))),
        new arrow.DateDay(),
      );
    case DuckDBTypeId.LIST:
      return arrow.vectorFromArray(
        values as string[][],
        new arrow.List(new arrow.Field('item', new arrow.Utf8(), true)),
      );
    case DuckDBTypeId.BLOB:
      return arrow.vectorFromArray(values as Uint8Array[], new arrow.Binary());
    default:
      return arrow.vectorFromArray(
        values.map((v) => (v === null ? null : String(v))),
        new arrow.Utf8(),
      );
  }
}
