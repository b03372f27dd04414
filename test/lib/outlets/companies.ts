/** Rows of the database tables for tests of what leaves the lake. */
import type { RowOf } from '../../../lib/lake/partition.js';
import { columnsOf } from '../../../lib/lake/table.js';
import { type TableName, tableNamed } from '../../../lib/lake/tables/index.js';

/** A row with the given values, empty lists, and null for the rest. */
export function rowOf<N extends TableName>(name: N, values: Partial<RowOf<N>>): RowOf<N> {
  const table = tableNamed(name);
  const empty = columnsOf(table)
    .filter((c) => c.name in table.shape)
    .map((c) => [c.name, c.type === 'VARCHAR[]' ? [] : null]);
  return { ...Object.fromEntries(empty), ...values } as RowOf<N>;
}

export const company = (id: string, name: string, more: Partial<RowOf<'companies'>> = {}) =>
  rowOf('companies', { company_id: id, canonical_name: name, ...more });
