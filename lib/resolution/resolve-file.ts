/**
 * Resolution of a CSV of companies: the SQL of the RESOLUTION phase on a database of its own, at both grains in one run.
 */
import { readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EnvironmentError, UserError } from '../errors.js';
import { type AnyRow, query, setVariables } from '../lake/duck.js';
import { sqlFile } from '../lake/sql-file.js';
import { literal, type Parameter } from '../lake/sql-literal.js';
import { clusterMembers } from '../sql/cluster.js';
import { explainFiles, resolveFileFiles } from '../sql/phases.js';
import { loadRecords } from './csv-file.js';

export interface ResolveFileOptions {
  /** Where explained pairs go: a .csv file, or a folder for pairs, model and blocking; null for none. */
  explain: string | null;
  /** Bits from which a pair is a match; null for the default of the SQL. */
  threshold: number | null;
  /** `yes`: every source lists a company once; `auto`: seen from the data. */
  cleanSources: 'yes' | 'no' | 'auto';
  /** What the file is written in (a WHATWG label), when it is neither UTF-8 nor marked. */
  encoding: string | null;
  /** A folder for copies and for what does not fit into memory. */
  tempFolder: string;
  onStep?: (name: string) => void;
  /** Milliseconds from any fixed point; for the times of the steps. */
  nowMs: () => number;
}

export interface ResolveFileReport {
  records: number;
  sites: number;
  companies: number;
  /** Records that repeat another of their source in every field. */
  repeated: number;
  pairs: number;
  /** Rules of blocking, with what each found and what it alone added. */
  blocking: AnyRow[];
  sources: AnyRow[];
  /** Wall time of each step, milliseconds. */
  steps: { step: string; ms: number }[];
}

/**
 * Reads `input`, writes `output` (id, site_cluster, company_cluster; a cluster is named by its smallest id).
 * @throws UserError when the input cannot be read, naming file and line
 */
export async function resolveCsv(
  connection: DuckDBConnection,
  input: string,
  output: string,
  options: ResolveFileOptions,
): Promise<ResolveFileReport> {
  await checkTarget(input, output);
  const steps: { step: string; ms: number }[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    options.onStep?.(step);
    const start = options.nowMs();
    const value = await work();
    steps.push({ step, ms: Math.round(options.nowMs() - start) });
    return value;
  };
  const runFiles = async (files: readonly string[]) => {
    for (const file of files) {
      await timed(path.basename(file, '.sql'), async () => {
        await connection.run(await readFile(sqlFile(file), 'utf8'));
      });
    }
  };

  const records = await timed('read', () =>
    loadRecords(connection, input, options.tempFolder, options.encoding),
  );
  const variables: Record<string, Parameter> = { clean_sources: options.cleanSources };
  if (options.threshold !== null) variables.match_threshold = options.threshold;
  await setVariables(connection, variables);
  await runFiles(resolveFileFiles);
  const { sites, companies } = await timed('cluster', () =>
    clusterMembers({
      run: async (sql) => {
        await connection.run(sql);
      },
      rows: (sql) => query(connection, sql),
    }),
  );
  await timed('write', () => writeCsv(connection, clusterQuery, output));
  if (options.explain !== null) {
    await runFiles(explainFiles);
    await timed('explain', () => writeExplained(connection, options.explain!));
  }

  const [counted] = await query(
    connection,
    `select (select count(*) from twins where n <> twin_of)::integer as repeated, (select count(*) from candidates)::bigint as pairs`,
  );
  return {
    records,
    sites,
    companies,
    repeated: Number(counted?.repeated ?? 0),
    pairs: Number(counted?.pairs ?? 0),
    blocking: await query(connection, 'from block_report'),
    sources: await query(connection, 'from source_repeats order by all'),
    steps,
  };
}

const clusterQuery = `
  with labelled as (
    select m.member_id as id, min(m.member_id) over (partition by s.site) as site_cluster, min(m.member_id) over (partition by c.c) as company_cluster
    from numbered m join site_clusters s using (n) join clusters c using (n)
  )
  select l.* from labelled l join input_records r using (id) order by r.place`;

const pairQuery = `
  select member_id_a as id_a, member_id_b as id_b, weight, site_weight, round(probability, 6) as probability, decision,
    array_to_string(blocking_rules, ' ') as blocking_rules, reasons
  from out_matches order by weight desc, id_a, id_b`;

async function writeExplained(connection: DuckDBConnection, target: string): Promise<void> {
  if (target.toLowerCase().endsWith('.csv')) return writeCsv(connection, pairQuery, target);
  const { mkdir } = await import('node:fs/promises');
  await mkdir(target, { recursive: true });
  await writeCsv(connection, pairQuery, path.join(target, 'pairs.csv'));
  await writeCsv(connection, 'from weights order by all', path.join(target, 'weights.csv'));
  await writeCsv(connection, 'from block_report order by all', path.join(target, 'blocking.csv'));
  await writeCsv(connection, 'from source_repeats order by all', path.join(target, 'sources.csv'));
}

/** A file is whole or not there. */
async function writeCsv(connection: DuckDBConnection, sql: string, target: string): Promise<void> {
  const part = `${target}.part`;
  try {
    await connection.run(`copy (${sql}) to ${literal(part)} (format csv, header true)`);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw new EnvironmentError(`${target} cannot be written.`, { cause: error });
  }
}

async function checkTarget(input: string, output: string): Promise<void> {
  if (path.resolve(input) === path.resolve(output))
    throw new UserError(`${output} is the input; name another file for the result.`);
  const folder = await stat(path.dirname(path.resolve(output))).catch(() => null);
  if (!folder?.isDirectory()) throw new UserError(`${path.dirname(output)}: there is no such folder.`);
  const there = await stat(output).catch(() => null);
  if (there?.isDirectory())
    throw new UserError(`${output} is a folder; name a file, such as ${path.join(output, 'resolved.csv')}.`);
}
