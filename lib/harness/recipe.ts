/**
 * What a recipe is: the table of contents of its phase. It says what it reads, what it does and what it writes;
 * everything that all recipes share is in `run-phase.ts` and `command.ts`.
 */
import type { Clock } from '../clock.js';
import type { Association, Config } from '../config.js';
import type { Assertion, StoredCheckpoint } from '../lake/checkpoint.js';
import type { Phase } from '../lake/jobs.js';
import type { Lake } from '../lake/lake.js';
import type { Partition } from '../lake/partition.js';
import type { Grain } from '../lake/table.js';
import type { TableName } from '../lake/tables/index.js';
import type { PageRenderer } from '../web/browser/types.js';
import type { Fetcher } from '../web/fetcher.js';
import type { Log } from './log.js';

/** Options that belong to one phase; all of them matter for its fingerprint. */
export interface PhaseOptions {
  enrichment: 'firmographic' | 'techstack' | 'contacts' | 'all';
  validation: 'dedupe' | 'crossref' | 'score' | 'all';
  mode: string;
  /** A stored page younger than this is not asked for again, ms; null asks always (by validators). */
  maxAgeMs: number | null;
}

export interface Recipe {
  phase: Phase;
  /** File name below `recipes/`, without its ending. */
  name: string;
  /** Raised when the recipe itself gives another output for the same input. */
  version: number;
  /** Folders and files whose content is part of the version: what the phase's result hangs on. */
  code?: readonly string[];
  grain: Grain;
  summary: string;
  /** Tables without which the phase cannot run. */
  reads: readonly TableName[];
  /** Tables that are used where they are there. */
  uses?: readonly TableName[];
  writes: readonly TableName[];
  /** Asks the network; the fetcher is opened for it. */
  network?: boolean;
  /** Publishes parts as it goes and resumes from them. */
  collects?: boolean;
  /** The config and options that matter: part of the fingerprint. */
  settings?(context: {
    config: Config;
    association: Association | null;
    options: PhaseOptions;
    env: NodeJS.ProcessEnv;
  }): unknown;
  /** Is what the phase left outside the lake's tables still there? Asked before it is called up to date. */
  intact?(context: {
    store: Lake;
    jobId: string;
    env: NodeJS.ProcessEnv;
    counts: Readonly<Record<string, number>>;
  }): Promise<boolean>;
  /** What a run would take, for `--plan`: rows to print; nothing is fetched or written. */
  plan?(context: { config: Config; lake: Lake; associations: readonly string[] }): Promise<object[]>;
  /** What the newest output changed against the one before, for `--diff`; nothing is written. */
  diff?: {
    newest(lake: Lake, association: string): StoredCheckpoint | null;
    compare(
      lake: Lake,
      association: string,
      before?: StoredCheckpoint | null,
    ): Promise<{ json: object; lines: string[] }>;
  };
  run(context: PhaseContext): Promise<void>;
}

export interface DeadLetter {
  subject: string;
  code: string;
  error: string;
  input?: unknown;
  retryable?: boolean;
}

/** What a phase gets; effects come in, they are not reached for. */
export interface PhaseContext {
  config: Config;
  /** The association of this run; throws in a phase that spans them. */
  association: Association;
  /** Associations of the job. */
  associations: readonly string[];
  jobId: string;
  options: PhaseOptions;
  dryRun: boolean;
  /** This phase's partition: inputs as views, outputs by `write`, `writeQuery` and `append`. */
  lake: Partition;
  /** The whole lake, for phases that compare with earlier runs. */
  store: Lake;
  web: Fetcher;
  /** A browser to draw pages with, started when it is first used; its requests are its caller's to answer. */
  browser(): Promise<PageRenderer>;
  clock: Clock;
  random: () => number;
  log: Log;
  signal: AbortSignal;
  /** A secret by the name of its variable; null when it is not set. */
  secret(name: string): string | null;
  /** Names the step that begins. */
  step(name: string): void;
  /** Something worth a line on the screen and in the log. */
  notice(code: string, message: string): void;
  progress(done: number, total: number | null, unit: string): void;
  /** Adds to the counts shown at the end. */
  count(name: string, by?: number): void;
  /** Records a failure of one record; the run goes on. */
  deadLetter(letter: DeadLetter): void;
  /** States a quality assertion; one that fails keeps the harvest from replacing a good one. */
  assert(name: string, ok: boolean, observed: Assertion['observed'], expected: string): void;
  /** Throws `ThresholdStop` when too large a share failed (`orchestrator.max_extraction_errors`). */
  guardErrors(failed: number, of: number): void;
  /** The site's rules forbid going on: what was found out is published, and the run ends refused (exit code 3). */
  refuse(reason: string): void;
  /** The phase ends here but is not finished (a daily cap); the next run of the same job goes on. */
  toBeContinued(reason: string): void;
}
