/** A DuckDB connection with typed input tables, and the phases of lib/sql run on it as a recipe would. */
import { readFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'yaml';
import { columnsOf, type Table } from '../../../lib/lake/table.js';
import { tableNamed } from '../../../lib/lake/tables/index.js';
import { clusterMembers } from '../../../lib/sql/cluster.js';
import {
  graphFiles,
  monitorFiles,
  phaseInputs,
  resolveCompanyFiles,
  resolveMatchFiles,
  validateFiles,
} from '../../../lib/sql/phases.js';
import { scoringSchema, scoringVariables } from '../../../lib/sql/scoring.js';
import type { SqlSession } from '../../../lib/sql/session.js';

export type Rows = readonly Record<string, unknown>[];
export type Inputs = Record<string, Rows>;
export type Variables = Record<string, string | number>;

const root = new URL('../../../', import.meta.url);
export const sqlText = (file: string) => readFileSync(new URL(`lib/sql/${file}`, root), 'utf8');
export const scoring = scoringSchema.parse(parse(readFileSync(new URL('config/scoring.yaml', root), 'utf8')));
export const now = '2026-03-01T12:00:00.000Z';

export class Bench implements SqlSession {
  readonly connection: DuckDBConnection;
  constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  async run(sql: string) {
    await this.connection.run(sql);
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  }

  async files(files: readonly string[]) {
    for (const file of files) {
      try {
        await this.run(sqlText(file));
      } catch (error) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  /** Sets every variable by a literal of its own; values in tests are ours. */
  async variables(values: Variables) {
    for (const [name, value] of Object.entries(values)) {
      const literal = typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
      await this.run(`set variable ${name} = ${literal}`);
    }
  }

  /** Makes an input table of the declared type under `name`, with the given rows; absent columns are null. */
  async input(name: string, rows: Rows, declared: Table = tableNamed(name)) {
    const columns = columnsOf(declared);
    await this.run(
      `create or replace temp table ${name} (${columns.map((c) => `"${c.name}" ${c.physical}`).join(', ')})`,
    );
    if (rows.length === 0) return;
    const shape = Object.fromEntries(
      columns.map((c) => [c.name, c.physical === 'VARCHAR[]' ? ['VARCHAR'] : c.physical]),
    );
    const texts = rows.map((row) =>
      Object.fromEntries(
        columns.map((c) => {
          const value = row[c.name] ?? (c.physical === 'VARCHAR[]' ? [] : null);
          return [
            c.name,
            c.type === 'JSON TEXT' && value !== null && typeof value !== 'string'
              ? JSON.stringify(value)
              : value,
          ];
        }),
      ),
    );
    await this.connection.run(
      `insert into ${name} by name
       select unnest(from_json($rows::json, '${JSON.stringify([shape])}'), max_depth := 2)`,
      { rows: JSON.stringify(texts) },
    );
  }
}

export async function open(threads = 2): Promise<Bench> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  return new Bench(await instance.connect());
}

export async function validate(inputs: Inputs = {}, variables: Variables = {}): Promise<Bench> {
  const db = await open();
  for (const name of phaseInputs.validate) await db.input(name, withAssociation(inputs[name]));
  await db.variables({ now, ...scoringVariables(scoring), ...variables });
  await db.files(validateFiles);
  return db;
}

export async function resolve(inputs: Inputs = {}, variables: Variables = {}, threads = 2): Promise<Bench> {
  const db = await open(threads);
  for (const name of phaseInputs.resolve) await db.input(name, withAssociation(inputs[name]));
  for (const name of phaseInputs.resolvePrevious)
    await db.input(`previous_${name}`, inputs[`previous_${name}`] ?? [], tableNamed(name));
  await db.variables({ now, ...variables });
  await db.files(resolveMatchFiles);
  await clusterMembers(db);
  await db.files(resolveCompanyFiles);
  return db;
}

export async function graph(inputs: Inputs = {}, variables: Variables = {}): Promise<Bench> {
  const db = await open();
  for (const name of phaseInputs.graph) await db.input(name, withAssociation(inputs[name]));
  await db.variables({ now, ...variables });
  await db.files(graphFiles);
  return db;
}

export async function monitor(inputs: Inputs = {}, variables: Variables = {}): Promise<Bench> {
  const db = await open();
  for (const name of phaseInputs.monitor) await db.input(name, withAssociation(inputs[name]));
  for (const name of phaseInputs.monitorPrevious)
    await db.input(`previous_${name}`, withAssociation(inputs[`previous_${name}`]), tableNamed(name));
  await db.variables({ now, ...variables });
  await db.files(monitorFiles);
  return db;
}

/** Columns of `out_<name>` in order, with their types, as the declaration has them. */
export function declaredColumns(name: string): { name: string; type: string }[] {
  return columnsOf(tableNamed(name))
    .filter(
      (c) =>
        c.name !== 'job_id' && !(tableNamed(name).grain === 'association' && c.name === 'association_code'),
    )
    .map((c) => ({ name: c.name, type: c.physical }));
}

export async function outColumns(db: Bench, name: string): Promise<{ name: string; type: string }[]> {
  const rows = await db.rows(`describe out_${name}`);
  return rows.map((r) => ({ name: String(r.column_name), type: String(r.column_type) }));
}

function withAssociation(rows: Rows = []): Rows {
  return rows.map((row) => ({ association_code: 'PMA', job_id: 'job-1', ...row }));
}
