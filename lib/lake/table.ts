/** How a table of the lake is declared: once, here; Parquet, views, PostgreSQL and TypeScript all follow. */
import type { z } from 'zod';
import { type ColumnType, columnMeta, physicalType } from './columns.js';

/**
 * `association`: a partition belongs to one association of one job; `global`: one partition a job, over all
 * associations (resolution, graph).
 */
export type Grain = 'association' | 'global';

export interface Table<Shape extends z.ZodRawShape = z.ZodRawShape, Name extends string = string> {
  name: Name;
  grain: Grain;
  about: string;
  shape: Shape;
  /** Columns that order the rows of a part (so that output is deterministic) and tell two rows apart. */
  key: readonly string[];
  /** A ledger: the view shows the rows of every good run, not of the newest only. */
  history: boolean;
  /** Rows of a Parquet row group, where rows are so wide that DuckDB's own 122,880 would not fit into memory. */
  rowGroup: number | null;
}

/** A row of a table as the recipes write it, without `association_code` and `job_id`, which the lake adds. */
export type Row<T extends Table> = { [K in keyof T['shape']]: z.output<T['shape'][K] & z.ZodType> };

interface TableOptions<Shape> {
  grain: Grain;
  about: string;
  key: readonly (keyof Shape & string)[];
  history?: boolean;
  rowGroup?: number;
}

export function table<const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  options: TableOptions<Shape>,
  shape: Shape,
): Table<Shape, Name> {
  return {
    name,
    shape,
    grain: options.grain,
    about: options.about,
    key: options.key,
    history: options.history ?? false,
    rowGroup: options.rowGroup ?? null,
  };
}

export interface Column {
  name: string;
  type: ColumnType;
  /** DuckDB's name of the type, as `describe` and Parquet's footer say it. */
  physical: string;
  about: string;
}

const cache = new WeakMap<Table, Column[]>();

/** All columns of a table as they stand in its files, the partition columns first. */
export function columnsOf(t: Table): readonly Column[] {
  let columns = cache.get(t);
  if (!columns) {
    columns = [];
    if (t.grain === 'association') {
      columns.push({
        name: 'association_code',
        type: 'VARCHAR',
        physical: 'VARCHAR',
        about: 'the association, e.g. PMA',
      });
    }
    columns.push({
      name: 'job_id',
      type: 'VARCHAR',
      physical: 'VARCHAR',
      about: 'the run that wrote the row',
    });
    for (const [name, schema] of Object.entries(t.shape)) {
      const { type, about } = columnMeta(schema as z.ZodType);
      columns.push({ name, type, physical: physicalType(type), about });
    }
    cache.set(t, columns);
  }
  return columns;
}

/** Column names and types, the schema as a checkpoint records it. */
export function schemaOf(t: Table): Record<string, string> {
  return Object.fromEntries(columnsOf(t).map((c) => [c.name, c.physical]));
}
