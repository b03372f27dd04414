/**
 * The lake as SQL views. For each table `t`: `t` is the newest good partition per association, `t_all` every run.
 * They are made from the files that checkpoints name, and typed when there are none.
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { UserError } from '../errors.js';
import { type Catalog, type CatalogFile, filesOf, readCatalog, type Selection } from './catalog.js';
import { finishedAt, readJobs } from './jobs.js';
import { sqlFile } from './sql-file.js';
import { identifier, literal } from './sql-literal.js';
import { columnsOf, type Table } from './table.js';
import { storedTables, tables } from './tables/index.js';

/** A select over the files of a table: declared columns in declared order, null where an older file lacks one. */
export function selectFrom(table: Table, files: readonly CatalogFile[]): string {
  const columns = columnsOf(table);
  const groups = new Map<string, { files: CatalogFile[]; has: Set<string> }>();
  for (const file of files) {
    if (file.rows === 0) continue;
    checkSchema(table, file);
    const has = Object.keys(file.columns);
    const id = has.sort().join(',');
    const group = groups.get(id) ?? { files: [], has: new Set(has) };
    group.files.push(file);
    groups.set(id, group);
  }
  const selects = [...groups.values()].map((group) => {
    const list = columns.map((c) =>
      group.has.has(c.name) ? identifier(c.name) : `NULL::${c.physical} AS ${identifier(c.name)}`,
    );
    const paths = group.files.map((f) => literal(f.absolute)).join(', ');
    return `SELECT ${list.join(', ')} FROM read_parquet([${paths}], hive_partitioning = false, union_by_name = false)`;
  });
  if (selects.length > 0) return selects.join(' UNION ALL ');
  const typed = columns.map((c) => `NULL::${c.physical} AS ${identifier(c.name)}`);
  return `SELECT ${typed.join(', ')} WHERE false`;
}

/** A changed type is refused with the file's name: old rows would silently mean something else. */
function checkSchema(table: Table, file: CatalogFile): void {
  for (const column of columnsOf(table)) {
    const stored = file.columns[column.name];
    if (stored !== undefined && stored !== column.physical) {
      throw new UserError(
        `${file.absolute} holds ${table.name}.${column.name} as ${stored}, but this version declares ${column.physical}. ` +
          `Begin a new lake (LAKE=…), or run the recipe again with --force under the older version.`,
        { code: 'SCHEMA_CHANGED' },
      );
    }
  }
}

/** `create view` for a table under a selection. */
export function createView(
  name: string,
  table: Table,
  catalog: Catalog,
  selection: Selection,
  temporary = false,
): string {
  return `CREATE OR REPLACE ${temporary ? 'TEMP ' : ''}VIEW ${identifier(name)} AS ${selectFrom(table, filesOf(catalog, table, selection))};`;
}

type Run = (sql: string) => Promise<unknown>;

/** Makes all views of a catalog on one DuckDB instance. */
export async function createViews(run: Run, catalog: Catalog, roots: readonly string[]): Promise<void> {
  const statements = storedTables.flatMap((t) => [
    createView(t.name, t, catalog, {}),
    createView(`${t.name}_all`, t, catalog, { all: true }),
  ]);
  await run(statements.join('\n'));
  await run(await jobsView(roots));
  await run(await fs.readFile(sqlFile('views.sql'), 'utf8'));
}

/** `extraction_jobs`, from the state files of the jobs. */
async function jobsView(roots: readonly string[]): Promise<string> {
  const columns = columnsOf(tables.extractionJobs);
  const typed = columns.map((c) => `NULL::${c.physical} AS ${identifier(c.name)}`).join(', ');
  const rows = (await readJobs(roots)).map((job) => {
    const over = job.current_phase === 'DONE' || job.current_phase === 'FAILED';
    const finished = over ? (finishedAt(job.phases) ?? job.updated_at) : null;
    const value: Record<string, string> = {
      job_id: literal(job.job_id),
      mode: literal(job.mode),
      associations: literal(job.associations),
      status: literal(job.status),
      current_phase: literal(job.current_phase),
      dry_run: literal(job.dry_run),
      started_at: `${literal(job.started_at)}::TIMESTAMPTZ`,
      finished_at: `${literal(finished)}::TIMESTAMPTZ`,
      phases: literal(JSON.stringify(job.phases)),
    };
    return `SELECT ${columns.map((c) => `${value[c.name] ?? 'NULL'} AS ${identifier(c.name)}`).join(', ')}`;
  });
  return `CREATE OR REPLACE VIEW extraction_jobs AS ${[`SELECT ${typed} WHERE false`, ...rows].join(' UNION ALL ')};`;
}

/** Makes all views of the lake at `root` on a connection that the caller holds; says what had to be left out. */
export async function prepareViews(
  run: (sql: string) => Promise<void>,
  root: string,
): Promise<{ problems: string[] }> {
  const catalog = await readCatalog([root]);
  await createViews(run, catalog, [root]);
  return {
    problems: catalog.problems.map(
      (p) =>
        `${path.relative(root, p.file)}: ${p.what}; an older good partition stands in where there is one.`,
    ),
  };
}
