/**
 * One phase writing one partition: its inputs as SQL views, its outputs as parts, all published by one checkpoint.
 *
 * A phase that computes calls `write` or `writeQuery` and is committed at the end. A phase that collects for hours
 * calls `append`: each row is in a journal before the call returns (a kill loses nothing that was answered) and in a
 * published part a few seconds later.
 */
import { randomUUID } from 'node:crypto';
import { promises as fs } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { FailPartition } from '../errors.js';
import {
  type Assertion,
  type Checkpoint,
  digestOf,
  type Part,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { type AnyRow, query, setVariables } from './duck.js';
import { Journal } from './journal.js';
import { lotsOf, mayCompact, writePart } from './parts.js';
import { LAKE_FORMAT } from './paths.js';
import { sortByKey, stageRows } from './rows.js';
import { PLAIN_ROWS, Spool, sortedInLots, temporaryFile } from './spool.js';
import { sqlFile } from './sql-file.js';
import { identifier, literal, type Parameter } from './sql-literal.js';
import { columnsOf, type Row, schemaOf, type Table } from './table.js';
import { type TableName, tableNamed, type tables } from './tables/index.js';

type TableOf<N extends TableName> = Extract<(typeof tables)[keyof typeof tables], { name: N }>;
export type RowOf<N extends TableName> = Row<TableOf<N>>;
export type Batch = { [N in TableName]?: readonly RowOf<N>[] };

export interface PartitionSpec {
  /** Where to write; in a dry run the throw-away lake. */
  root: string;
  jobId: string;
  phase: string;
  association: string | null;
  recipe: string;
  recipeVersion: number;
  fingerprint: string;
  now: () => Date;
}

/** Publish a part when this much waits, or when this much time has gone by: what a crash of the machine may cost. */
const PUBLISH_ROWS = 20_000;
const PUBLISH_BYTES = 8 * 1024 * 1024;
const PUBLISH_EVERY_MS = 5_000;

export class Partition {
  private readonly outputs: Checkpoint['tables'] = {};
  private buffer = new Map<string, Row<Table>[]>();
  private buffered = 0;
  private publishedAt = performance.now();
  private publishing: Promise<void> = Promise.resolve();
  private journal: Journal | null = null;
  private staged = 0;
  private readonly runId: string;
  private readonly startedAt: string;
  private readonly goesOn: boolean;
  readonly spec: PartitionSpec;
  private readonly connection: DuckDBConnection;
  /** Opens one more connection of the same instance, for work beside the recipe's own. */
  private readonly writer: DuckDBConnection;

  constructor(
    spec: PartitionSpec,
    connections: { own: DuckDBConnection; writer: DuckDBConnection },
    before: Checkpoint | null,
  ) {
    this.spec = spec;
    this.connection = connections.own;
    this.writer = connections.writer;
    this.runId = before?.status === 'running' ? before.run_id : randomUUID();
    this.startedAt = spec.now().toISOString();
    this.goesOn = before !== null;
    for (const [name, held] of Object.entries(before?.tables ?? {})) {
      this.outputs[name] = { columns: held.columns, parts: [...held.parts] };
    }
  }

  /** Brings back what was appended before a kill; needed before the first `append` of a resumed phase. */
  async recover(before: Checkpoint | null): Promise<void> {
    this.journal = await Journal.open(this.spec, before?.status === 'running' ? (before.journal ?? 0) : null);
    for (const batch of this.journal.recovered) this.remember(batch as Batch);
    if (this.buffered > 0) await this.publish();
    // From here on the journal counts, even when the process is killed before its first part.
    else if (before?.status !== 'running')
      await writeCheckpoint(this.spec.root, this.checkpoint('running', { assertions: [], counts: {} }, 0));
  }

  /** Rows of a query on this phase's inputs and temp tables. */
  async query(sql: string, parameters?: readonly Parameter[]): Promise<AnyRow[]> {
    return query(this.connection, sql, parameters);
  }

  /** Runs statements for their effect (temp tables). */
  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** Runs a file below `lib/sql`; variables are read there by `getvariable('name')`. */
  async runFile(file: string, variables: Readonly<Record<string, Parameter>> = {}): Promise<void> {
    const sql = await fs.readFile(sqlFile(file), 'utf8');
    await setVariables(this.connection, variables);
    try {
      await this.connection.run(sql);
    } catch (error) {
      throw new FailPartition(`lib/sql/${file}: ${(error as Error).message}`, {
        code: 'SQL_FAILED',
        cause: error,
      });
    }
  }

  /** All rows of an input table (or of a view or temp table), JSON columns parsed, ordered by its key. */
  async rows<N extends TableName>(name: N, where = 'true'): Promise<RowOf<N>[]> {
    const table = tableNamed(name);
    const order = table.key.map((k) => identifier(k)).join(', ');
    const found = await this.query(`SELECT * FROM ${identifier(name)} WHERE ${where} ORDER BY ${order}`);
    return found.map((row) => parseJsonColumns(table, row)) as RowOf<N>[];
  }

  /** Rows of a query in lots, by a key that is unique: for tables too large to hold at once. */
  async *batches(sql: string, uniqueKey: string, size: number): AsyncGenerator<AnyRow[]> {
    let after: string | null = null;
    for (;;) {
      const from: string = after === null ? 'true' : `${identifier(uniqueKey)} > ${literal(after)}`;
      const rows = await this.query(
        `SELECT * FROM (${sql}) WHERE ${from} ORDER BY ${identifier(uniqueKey)} LIMIT ${size}`,
      );
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
      after = String(rows.at(-1)![uniqueKey]);
    }
  }

  /** Replaces this phase's output of a table by these rows. Nothing is visible before the commit. */
  async write<N extends TableName>(name: N, rows: Iterable<RowOf<N>>): Promise<number> {
    const table = tableNamed(name);
    const staging = `staging_${this.staged++}`;
    await stageRows(this.connection, staging, table, rows as Iterable<Row<Table>>);
    const count = await this.writeQuery(name, `SELECT * FROM temp.${staging}`);
    await this.connection.run(`DROP TABLE temp.${staging}`);
    return count;
  }

  /**
   * Replaces this phase's output of a table by a query's rows, without a detour through JavaScript. A ledger keeps
   * what an earlier run of this job wrote.
   */
  async writeQuery(name: TableName, sql: string): Promise<number> {
    const table = tableNamed(name);
    const kept =
      table.history && this.outputs[name]?.parts.length
        ? ` UNION ALL BY NAME SELECT ${ownNames(table)} FROM ${await this.soFar(name)}`
        : '';
    const part = await this.part(this.connection, table, `SELECT ${ownNames(table)} FROM (${sql})${kept}`);
    this.outputs[name] = { columns: schemaOf(table), parts: part ? [part] : [] };
    return part?.rows ?? 0;
  }

  /** Collects rows of a table that are too many to hold, for `writeSpooled`. */
  spool<N extends TableName>(name: N): Spool<TableOf<N>> {
    const spool = new Spool(this.spec.root, tableNamed(name) as TableOf<N>, this.writer);
    this.spools.push(spool);
    return spool;
  }
  private readonly spools: Pick<Spool, 'remove'>[] = [];

  /** A query's rows in a file of their own, as a relation: for what `writeSpooled` joins with. */
  async spilled(sql: string): Promise<string> {
    const file = await temporaryFile(this.spec.root, 'joined');
    this.spools.push({ remove: () => fs.rm(file, { force: true }) });
    await this.connection.run(`COPY (${sql}) TO ${literal(file)} (FORMAT parquet)`);
    return `read_parquet(${literal(file)})`;
  }

  /** Like `writeQuery`, in bounded memory however many rows there are; `sql` reads spools and spilled rows only. */
  async writeSpooled(name: TableName, spool: { rows: number }, sql: string): Promise<number> {
    if (spool.rows <= PLAIN_ROWS) return this.writeQuery(name, sql);
    const table = tableNamed(name);
    const part = await sortedInLots(
      this.spec.root,
      table,
      `SELECT ${ownNames(table)} FROM (${sql})`,
      spool.rows,
      (connection, relation) => this.part(connection, table, `SELECT * FROM ${relation}`, true),
    );
    this.outputs[name] = { columns: schemaOf(table), parts: part ? [part] : [] };
    return part?.rows ?? 0;
  }

  /** Adds rows, of several tables at once if need be. They survive a kill when this returns. */
  append(batch: Batch): void {
    if (!this.journal) throw new Error('recover() comes before the first append()');
    const { bytes, held } = this.journal.write(batch);
    this.remember(held);
    this.bufferedBytes += bytes;
    const due =
      this.buffered >= PUBLISH_ROWS ||
      this.bufferedBytes >= PUBLISH_BYTES ||
      performance.now() - this.publishedAt > PUBLISH_EVERY_MS;
    if (due) this.publishSoon();
  }
  private bufferedBytes = 0;
  private failure: unknown = null;

  /** One publication under way and one that waits behind it: that one takes whatever has come until it begins. */
  private publishSoon(): void {
    if (this.nextQueued) return;
    this.nextQueued = true;
    this.publish().catch((error: unknown) => {
      this.failure ??= error; // thrown by the next settle()
    });
  }
  private nextQueued = false;

  /** Waits, where rows come faster than they are published, until few enough are held. */
  async room(): Promise<void> {
    while (this.bufferedBytes >= 2 * PUBLISH_BYTES && !this.failure) {
      this.publishSoon();
      await this.publishing.catch(() => undefined); // told by the next settle()
    }
  }

  /** Waits until everything appended is published. */
  async settle(): Promise<void> {
    await this.publish();
    if (this.failure) throw this.failure;
  }

  /** What this phase has written so far, resumed parts included, as a relation to put after FROM. */
  async soFar(name: TableName): Promise<string> {
    await this.settle();
    const held = this.outputs[name];
    if (!held || held.parts.length === 0) {
      const columns = Object.entries(schemaOf(tableNamed(name))).map(
        ([c, t]) => `NULL::${t} AS ${identifier(c)}`,
      );
      return `(SELECT ${columns.join(', ')} WHERE false)`;
    }
    return `read_parquet([${held.parts.map((p) => literal(this.locate(p))).join(', ')}], hive_partitioning = false)`;
  }

  /**
   * Leaves one row of each key of a table, where a run that goes on from an earlier one has appended some again. In lots,
   * by a hash of the key, so that memory stays bounded however many rows there are.
   */
  async unique(name: TableName): Promise<void> {
    const relation = await this.soFar(name);
    const held = this.outputs[name];
    if (!this.goesOn || !held || held.parts.length === 0) return;
    const table = tableNamed(name);
    const key = table.key.map((k) => identifier(k)).join(', ');
    const lots = await lotsOf(
      this.connection,
      held.parts.map((p) => this.locate(p)),
    );
    const parts: Part[] = [];
    for (let lot = 0; lot < lots; lot += 1) {
      const rows = `SELECT DISTINCT ON (${key}) * FROM ${relation} WHERE hash(${key}) % ${lots} = ${lot} ORDER BY ALL`;
      const part = await this.part(this.connection, table, rows);
      if (part) parts.push(part);
    }
    this.outputs[name] = { columns: schemaOf(table), parts };
  }

  /** Publishes everything as done; the older partition is replaced in the same instant. */
  async commit(outcome: { assertions: Assertion[]; counts: Record<string, number> }): Promise<Checkpoint> {
    return this.finish('done', outcome);
  }

  /** Keeps the harvest aside: the last good partition stays what readers see. */
  async quarantine(outcome: {
    assertions: Assertion[];
    counts: Record<string, number>;
  }): Promise<Checkpoint> {
    return this.finish('quarantined', outcome);
  }

  private async finish(
    status: 'done' | 'quarantined',
    outcome: { assertions: Assertion[]; counts: Record<string, number> },
  ): Promise<Checkpoint> {
    await this.settle();
    for (const name of Object.keys(this.outputs)) await this.compact(name as TableName);
    const checkpoint = this.checkpoint(status, outcome);
    await writeCheckpoint(this.spec.root, checkpoint);
    const key = { job_id: this.spec.jobId, phase: this.spec.phase, association: this.spec.association };
    if (status === 'done') await removeCheckpoint(this.spec.root, { ...key, status: 'quarantined' });
    await removeCheckpoint(this.spec.root, { ...key, status: 'running' });
    await this.journal?.remove();
    return checkpoint;
  }

  /** Lets go without publishing; what was appended stays for the resume. */
  async close(): Promise<void> {
    await this.publishing.catch(() => undefined);
    this.journal?.close();
    await Promise.all(this.spools.map((spool) => spool.remove()));
    this.writer.closeSync();
    this.connection.closeSync();
  }

  private remember(batch: Batch): void {
    for (const [name, rows] of Object.entries(batch)) {
      const held = this.buffer.get(name) ?? [];
      for (const row of rows ?? []) held.push(row as Row<Table>);
      this.buffer.set(name, held);
      this.buffered += rows?.length ?? 0;
    }
  }

  private publish(): Promise<void> {
    this.publishing = this.publishing.then(() => this.publishNow());
    return this.publishing;
  }

  private async publishNow(): Promise<void> {
    this.nextQueued = false;
    if (this.buffered === 0) return;
    const buffer = this.buffer;
    this.buffer = new Map();
    this.buffered = 0;
    this.bufferedBytes = 0;
    this.publishedAt = performance.now();
    const next = this.journal?.rotate() ?? null;
    for (const [name, rows] of buffer) {
      const table = tableNamed(name);
      const ordered = sortByKey(table, rows);
      await stageRows(this.writer, 'publishing', table, rows);
      const part = await this.part(this.writer, table, 'SELECT * FROM temp.publishing', ordered);
      this.outputs[name] ??= { columns: schemaOf(table), parts: [] };
      if (part) this.outputs[name].parts.push(part);
    }
    await writeCheckpoint(this.spec.root, this.checkpoint('running', { assertions: [], counts: {} }, next));
    await this.journal?.dropBefore(next ?? 0);
  }

  /** Rewrites the many small parts of a collecting phase into one, sorted, so that output is the same however it was collected. */
  private async compact(name: TableName): Promise<void> {
    const held = this.outputs[name]!;
    if (held.parts.length < 2) return;
    const files = held.parts.map((p) => this.locate(p));
    if (!(await mayCompact(this.connection, files))) return;
    const part = await this.part(
      this.connection,
      tableNamed(name),
      `SELECT * FROM ${await this.soFar(name)}`,
    );
    if (part) held.parts = [part];
  }

  private part(
    connection: DuckDBConnection,
    table: Table,
    sql: string,
    ordered = false,
  ): Promise<Part | null> {
    const { root, association, jobId, phase, recipe, recipeVersion, fingerprint, now } = this.spec;
    const lineage = {
      association_code: association ?? '',
      recipe,
      recipe_version: String(recipeVersion),
      fingerprint,
      run_id: this.runId,
      started_at: this.startedAt,
      created_at: now().toISOString(),
    };
    return writePart(connection, { root, table, association, jobId, phase, lineage, ordered }, sql);
  }

  /** The files behind an input table, absolute; set by the lake. */
  inputFiles: (name: TableName) => readonly string[] = () => [];

  /** Where a part of ours is; a resumed dry run holds parts of the lake below it. Set by the lake. */
  locate: (part: Part) => string = (part) => part.path;

  private checkpoint(
    status: Checkpoint['status'],
    outcome: { assertions: Assertion[]; counts: Record<string, number> },
    journal: number | null = null,
  ): Checkpoint {
    const { jobId, phase, association, recipe, recipeVersion, fingerprint, now } = this.spec;
    return {
      format: LAKE_FORMAT,
      status,
      run_id: this.runId,
      job_id: jobId,
      phase,
      association,
      recipe,
      recipe_version: recipeVersion,
      fingerprint,
      started_at: this.startedAt,
      committed_at: now().toISOString(),
      digest: digestOf(this.outputs),
      tables: this.outputs,
      journal,
      ...outcome,
    };
  }
}

const ownNames = (table: Table) =>
  Object.keys(table.shape)
    .map((name) => identifier(name))
    .join(', ');

/** JSON columns as values. */
export function parseJsonColumns(table: Table, row: AnyRow): AnyRow {
  for (const column of jsonColumns(table)) {
    const value = row[column];
    if (typeof value === 'string') row[column] = JSON.parse(value);
  }
  return row;
}

const jsonColumnCache = new WeakMap<Table, string[]>();
function jsonColumns(table: Table): string[] {
  let names = jsonColumnCache.get(table);
  if (!names) {
    names = columnsOf(table)
      .filter((c) => c.type === 'JSON TEXT')
      .map((c) => c.name);
    jsonColumnCache.set(table, names);
  }
  return names;
}
