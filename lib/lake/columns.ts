/**
 * Column kinds: a zod schema for the value in TypeScript, and the DuckDB type it has in Parquet.
 * Only plain Parquet types are used, so that any reader understands the files.
 */
import { z } from 'zod';

export type ColumnType =
  | 'VARCHAR'
  | 'BIGINT'
  | 'INTEGER'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'TIMESTAMP WITH TIME ZONE'
  | 'DATE'
  | 'VARCHAR[]'
  | 'BLOB'
  | 'JSON TEXT';

interface ColumnMeta {
  type: ColumnType;
  about: string;
}

const registry = z.registry<ColumnMeta>();

function column<S extends z.ZodType>(schema: S, type: ColumnType, about: string): S {
  registry.add(schema, { type, about });
  return schema;
}

/** Text that must be there: keys and names. */
export const key = (about: string) => column(z.string(), 'VARCHAR', about);
export const text = (about: string) => column(z.string().nullable(), 'VARCHAR', about);
/** A whole number up to 2^53 (64 bit in Parquet). */
export const big = (about: string) => column(z.number().int().nullable(), 'BIGINT', about);
/** A whole number up to 2^31. */
export const int = (about: string) => column(z.number().int().nullable(), 'INTEGER', about);
export const real = (about: string) => column(z.number().nullable(), 'DOUBLE', about);
export const flag = (about: string) => column(z.boolean().nullable(), 'BOOLEAN', about);
/** An instant, ISO-8601 UTC text in TypeScript. */
export const instant = (about: string) => column(z.string().nullable(), 'TIMESTAMP WITH TIME ZONE', about);
/** A calendar day, `YYYY-MM-DD`. */
export const day = (about: string) => column(z.string().nullable(), 'DATE', about);
export const texts = (about: string) => column(z.array(z.string()), 'VARCHAR[]', about);
/** A structured value, kept as JSON text (VARCHAR in Parquet). */
export const json = <T = unknown>(about: string) =>
  column(z.custom<T | null>(() => true).nullable(), 'JSON TEXT', about);
export const bytes = (about: string) => column(z.instanceof(Uint8Array).nullable(), 'BLOB', about);

/** The kind of a declared column; throws for a schema that was not made by this file. */
export function columnMeta(schema: z.ZodType): ColumnMeta {
  const meta = registry.get(schema);
  if (!meta) throw new Error('a lake column must be made by lib/lake/columns.ts');
  return meta;
}

/** The physical DuckDB/Parquet type of a column kind. */
export function physicalType(type: ColumnType): string {
  return type === 'JSON TEXT' ? 'VARCHAR' : type;
}
