/**
 * The lake: partitioned Parquet under a folder, read through views built from checkpoints, written one partition at a
 * time. Each process has its own in-memory DuckDB, so readers never lock and no file is fought over.
 */
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { UserError } from '../errors.js';
import { type Catalog, filesAt, filesOf, locate, readCatalog, type Selection, select } from './catalog.js';
import type { Checkpoint, Problem, StoredCheckpoint } from './checkpoint.js';
import type { AnyRow } from './duck.js';
import { Journal } from './journal.js';
import { acquireLease, type Lease } from './lease.js';
import type { Partition, PartitionSpec, RowOf } from './partition.js';
import { identifier, type Parameter } from './sql-literal.js';
import { type TableName, tableNamed } from './tables/index.js';
import { createView, createViews, selectFrom } from './views.js';

export interface LakeOptions {
  root: string;
  /** Lay a throw-away lake over this one: reads go through, writes go aside and vanish at `close`. */
  dryRun?: boolean;
}

export class Lake {
  readonly root: string;
  /** Where writes go: the root, or the throw-away lake of a dry run. */
  readonly writeRoot: string;
  readonly dryRun: boolean;
  private catalog: Catalog = { checkpoints: [], problems: [] };
  private instance: Promise<DuckDBInstance> | null = null;
  private reader: Promise<DuckDBConnection> | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(root: string, writeRoot: string, dryRun: boolean) {
    this.root = root;
    this.writeRoot = writeRoot;
    this.dryRun = dryRun;
  }

  static async open(options: LakeOptions): Promise<Lake> {
    const root = path.resolve(options.root);
    const aside = options.dryRun ? await fs.mkdtemp(path.join(os.tmpdir(), 'nam-dry-run-')) : root;
    const lake = new Lake(root, aside, options.dryRun ?? false);
    await lake.refresh();
    return lake;
  }

  /** Roots to look in, the throw-away lake first. */
  get roots(): string[] {
    return this.dryRun ? [this.writeRoot, this.root] : [this.root];
  }

  /** Damaged files and unreadable checkpoints, left out of every view. */
  get problems(): readonly Problem[] {
    return this.catalog.problems;
  }

  /** Sees what other processes have published since. */
  async refresh(): Promise<void> {
    this.catalog = await readCatalog(this.roots);
    if (this.reader)
      await this.exclusively(async (c) => createViews((sql) => c.run(sql), this.catalog, this.roots));
  }

  /** Rows of a query over the views. */
  async query(sql: string, parameters?: readonly Parameter[]): Promise<AnyRow[]> {
    const { query } = await import('./duck.js');
    return this.exclusively((connection) => query(connection, sql, parameters));
  }

  /** Rows of a table, JSON columns parsed. */
  async rows<N extends TableName>(name: N, selection: Selection = {}): Promise<RowOf<N>[]> {
    const table = tableNamed(name);
    const found = await this.query(`SELECT * FROM ${await this.relation(name, selection)}`);
    const { parseJsonColumns } = await import('./partition.js');
    return found.map((row) => parseJsonColumns(table, row)) as RowOf<N>[];
  }

  /** Rows of a table that phases still collecting have in their journals only: of killed runs, say. */
  async unpublished<N extends TableName>(name: N): Promise<RowOf<N>[]> {
    const running = this.catalog.checkpoints.filter((c) => c.status === 'running');
    const batches = await Promise.all(
      running.map((c) =>
        Journal.peek(
          { root: c.root, jobId: c.job_id, phase: c.phase, association: c.association },
          c.journal ?? 0,
        ),
      ),
    );
    return batches.flat().flatMap((batch) => (batch[name] ?? []) as RowOf<N>[]);
  }

  /** A relation to put after FROM: the table's view, or one of a narrower selection. */
  async relation(name: TableName, selection: Selection = {}): Promise<string> {
    if (Object.values(selection).every((v) => v === undefined || v === false)) return identifier(name);
    const view = [
      name,
      '',
      selection.association,
      selection.job,
      selection.phase,
      selection.all && 'all',
    ].join('_');
    const statement = createView(view, tableNamed(name), this.catalog, selection);
    await this.exclusively((connection) => connection.run(statement));
    return identifier(view);
  }

  /** A table as one checkpoint has it, set aside or not, as a relation to put after FROM. */
  relationAt(name: TableName, checkpoint: StoredCheckpoint): string {
    const table = tableNamed(name);
    return `(${selectFrom(table, filesAt(checkpoint, table))})`;
  }

  /** The result of a query as an Arrow table, for notebooks and for files of other tools. */
  async arrow(sql: string): Promise<import('apache-arrow').Table> {
    const { arrowTable } = await import('./arrow.js');
    return this.exclusively((connection) => arrowTable(connection, sql));
  }

  /** The checkpoints behind a table, the newest good one per association by default. */
  checkpointsOf(name: TableName, selection: Selection = {}): StoredCheckpoint[] {
    return select(this.catalog, tableNamed(name), selection);
  }

  /** The checkpoint of a phase in a job, by status. */
  checkpoint(key: {
    jobId: string;
    phase: string;
    association: string | null;
    status: Checkpoint['status'];
  }): StoredCheckpoint | null {
    const found = this.catalog.checkpoints.find(
      (c) =>
        c.job_id === key.jobId &&
        c.phase === key.phase &&
        c.association === key.association &&
        c.status === key.status,
    );
    return found ?? null;
  }

  /** Checkpoints of all jobs, oldest first. */
  get checkpoints(): readonly StoredCheckpoint[] {
    return this.catalog.checkpoints;
  }

  /** Takes the lease of a partition; throws `PartitionLocked` naming the holder. */
  lease(who: { jobId: string; association: string | null; recipe: string; now: Date }): Promise<Lease> {
    return acquireLease(this.writeRoot, who);
  }

  /**
   * Opens a partition for writing, with the named input tables as views of just that name: this association's (or all
   * associations' newest), the job's own partition before a newer one of another job.
   */
  async partition(
    spec: Omit<PartitionSpec, 'root'>,
    inputs: readonly TableName[],
    before: Checkpoint | null,
  ): Promise<Partition> {
    const { Partition } = await import('./partition.js'); // DuckDB is not loaded before it has work
    const instance = await this.duck();
    const own = await instance.connect();
    const writer = await instance.connect();
    const partition = new Partition({ ...spec, root: this.writeRoot }, { own, writer }, before);
    const known = new Map<string, string>();
    for (const table of Object.values(before?.tables ?? {})) {
      for (const part of table.parts) known.set(part.path, (await locate(part, this.roots)) ?? part.path);
    }
    partition.locate = (part) => known.get(part.path) ?? path.join(this.writeRoot, part.path);
    partition.inputFiles = (name) =>
      filesOf(this.catalog, tableNamed(name), { association: spec.association, job: spec.jobId })
        .filter((file) => file.rows > 0)
        .map((file) => file.absolute);
    const views = inputs.map((name) =>
      createView(
        name,
        tableNamed(name),
        this.catalog,
        { association: spec.association, job: spec.jobId },
        true,
      ),
    );
    if (views.length > 0) await own.run(views.join('\n'));
    return partition;
  }

  /** A view of a table under another name and selection, for phases that look at earlier runs. */
  async attach(partition: Partition, name: TableName, as: string, selection: Selection = {}): Promise<void> {
    await partition.run(createView(as, tableNamed(name), this.catalog, selection, true));
  }

  async close(): Promise<void> {
    // An instance that failed to open has told its caller.
    (await this.reader?.catch(() => null))?.closeSync();
    (await this.instance?.catch(() => null))?.closeSync();
    if (this.dryRun) await fs.rm(this.writeRoot, { recursive: true, force: true });
  }

  private duck(): Promise<DuckDBInstance> {
    this.instance ??= this.openInstance();
    return this.instance;
  }

  private async openInstance(): Promise<DuckDBInstance> {
    const { openDuckDB } = await import('./duck.js');
    return openDuckDB({
      tempFolder: path.join(this.dryRun ? this.writeRoot : os.tmpdir(), `nam-duckdb-${process.pid}`),
    });
  }

  /** One statement at a time on the reading connection: queries on one connection must not overlap. */
  private exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.reader ??= this.openReader();
    const reader = this.reader;
    const result = this.queue.then(async () => work(await reader));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async openReader(): Promise<DuckDBConnection> {
    const connection = await (await this.duck()).connect();
    await createViews((sql) => connection.run(sql), this.catalog, this.roots);
    return connection;
  }
}

/** Throws a clear error where a lake is expected and there is none. */
export async function assertLake(root: string): Promise<void> {
  const there = await fs.stat(path.join(root, '.state')).then(
    (s) => s.isDirectory(),
    () => false,
  );
  if (!there) {
    throw new UserError(
      `There is no lake at ${root}. Make one with \`npm start\` or \`tsx recipes/init.ts\`, or point LAKE to yours.`,
      { code: 'NO_LAKE' },
    );
  }
}
