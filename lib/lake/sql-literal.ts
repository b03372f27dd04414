/** Values and names as SQL text: the only way that data gets into SQL where no parameter can stand. */

/** What a SQL variable or a bound parameter may be. */
export type Parameter = null | boolean | number | string | readonly string[] | readonly number[];

/** A SQL literal for a value. */
export function literal(value: Parameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} has no SQL literal`);
    // From text, since a decimal literal takes a detour over DECIMAL that may cost the last digit.
    return Number.isInteger(value) ? String(value) : `'${value}'::DOUBLE`;
  }
  if (typeof value === 'string') return `'${value.replaceAll("'", "''").replaceAll('\0', '')}'`;
  const items = value as readonly (string | number)[];
  const numeric = items.length > 0 && items.every((item) => typeof item === 'number');
  return `[${items.map((item) => literal(item)).join(', ')}]::${numeric ? 'DOUBLE[]' : 'VARCHAR[]'}`;
}

/** A quoted SQL identifier. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new Error('a NUL ends SQL text; no name may hold one');
  return `"${name.replaceAll('"', '""')}"`;
}
