/**
 * Runs one recipe for one association (or for all at once): up to date or not, lease, resume, assertions, commit or
 * quarantine, dead letters, state and events. The same for every recipe.
 */
import { associationNamed } from '../config.js';
import {
  DomainPaused,
  ExitCode,
  Interrupted,
  isExpected,
  messageOf,
  Refused,
  ThresholdStop,
  WorkbenchError,
} from '../errors.js';
import type { Assertion, Checkpoint } from '../lake/checkpoint.js';
import type { EventBody } from '../lake/events.js';
import type { Partition, RowOf } from '../lake/partition.js';
import { fingerprintOf } from './fingerprint.js';
import { keepHeapSmall } from './heap.js';
import { PhaseReport } from './phase-report.js';
import type { DeadLetter, PhaseContext, Recipe } from './recipe.js';
import type { Session } from './session.js';
import { startingPoint } from './starting-point.js';
import { assertUpstream } from './upstream.js';

export type PhaseStatus =
  | 'done'
  | 'up_to_date'
  | 'quarantined'
  | 'failed'
  | 'refused'
  | 'interrupted'
  | 'to_be_continued';

export interface PhaseResult {
  phase: string;
  association: string | null;
  status: PhaseStatus;
  exitCode: number;
  counts: Record<string, number>;
  durationMs: number;
  error: unknown;
}

export async function runPhase(
  session: Session,
  recipe: Recipe,
  association: string | null,
  options: { force?: boolean; retry?: boolean } = {},
): Promise<PhaseResult> {
  const started = performance.now();
  const result = (
    status: PhaseStatus,
    exitCode: number,
    counts: Record<string, number> = {},
    error: unknown = null,
  ): PhaseResult => ({
    phase: recipe.phase,
    association,
    status,
    exitCode,
    counts,
    durationMs: performance.now() - started,
    error,
  });
  const run = new PhaseRun(session, recipe, association);
  try {
    await session.lake.refresh();
    const fingerprint = await run.fingerprint();
    const before = run.checkpoint('done');
    if (
      !options.force &&
      !options.retry &&
      before?.fingerprint === fingerprint &&
      (await run.intact(before))
    ) {
      run.report.finished('up_to_date', before.counts, null, performance.now() - started);
      return result('up_to_date', ExitCode.done, before.counts);
    }
    const done = await run.execute(fingerprint, options.force ?? false);
    const status = done.status;
    const reason = done.reason === null ? null : session.redact(done.reason);
    run.report.finished(status, done.counts, reason, performance.now() - started);
    const code = status === 'quarantined' ? ExitCode.threshold : ExitCode.done;
    return result(status, code, done.counts, done.reason === null ? null : new ThresholdStop(done.reason));
  } catch (error) {
    const interrupted = error instanceof Interrupted || session.abort.signal.aborted;
    const exitCode = interrupted
      ? ExitCode.interrupted
      : error instanceof WorkbenchError
        ? error.exitCode
        : ExitCode.failed;
    const status: PhaseStatus = interrupted
      ? 'interrupted'
      : exitCode === ExitCode.refused
        ? 'refused'
        : 'failed';
    run.report.finished(status, run.counts, session.redact(messageOf(error)), performance.now() - started);
    if (!interrupted && !isExpected(error))
      session.log.error({ err: error, phase: recipe.phase, association }, 'unexpected');
    return result(status, exitCode, run.counts, error);
  }
}

class PhaseRun {
  readonly counts: Record<string, number> = {};
  private readonly assertions: Assertion[] = [];
  private readonly letters: RowOf<'dead_letters'>[] = [];
  private continued: string | null = null;
  private refusal: string | null = null;
  private errors = 0;
  private readonly session: Session;
  private readonly recipe: Recipe;
  private readonly association: string | null;
  readonly report: PhaseReport;

  constructor(session: Session, recipe: Recipe, association: string | null) {
    this.session = session;
    this.recipe = recipe;
    this.association = association;
    this.report = new PhaseReport(session, recipe, association);
  }

  checkpoint(status: Checkpoint['status']) {
    return this.session.lake.checkpoint({
      jobId: this.session.jobId,
      phase: this.recipe.phase,
      association: this.association,
      status,
    });
  }

  async fingerprint(): Promise<string> {
    const { session, recipe, association } = this;
    assertUpstream(session, recipe, association);
    const settings = await recipe.settings?.({
      config: session.config,
      association: association === null ? null : associationNamed(session.config, association),
      options: session.phaseOptions,
      env: session.env,
    });
    return fingerprintOf(recipe, session.lake, { jobId: session.jobId, association, settings });
  }

  async intact({ counts }: Checkpoint): Promise<boolean> {
    const { lake, jobId, env } = this.session;
    return (await this.recipe.intact?.({ store: lake, jobId, env, counts })) ?? true;
  }

  async execute(fingerprint: string, force: boolean) {
    const { session, recipe, association } = this;
    const lease = await session.lake.lease({
      jobId: session.jobId,
      association,
      recipe: recipe.name,
      now: new Date(),
    });
    let partition: Partition | null = null;
    const letHeapGrow = recipe.collects ? keepHeapSmall() : null;
    try {
      await session.lake.refresh(); // the last holder of the lease may have published meanwhile
      const held = {
        running: this.checkpoint('running'),
        done: this.checkpoint('done'),
        quarantined: this.checkpoint('quarantined'),
        force,
      };
      const before = startingPoint(recipe, held);
      this.report.started(before !== null && before.status === 'running');
      const web = recipe.network ? await session.access.web() : null;
      partition = await session.lake.partition(
        {
          jobId: session.jobId,
          phase: recipe.phase,
          association,
          recipe: recipe.name,
          recipeVersion: recipe.version,
          fingerprint,
          now: () => session.access.clock.now(),
        },
        [...recipe.reads, ...(recipe.uses ?? [])],
        before,
      );
      if (recipe.collects) await partition.recover(before);
      await this.runUntilCap(this.context(partition, web));
      if (session.abort.signal.aborted) throw new Interrupted();
      return await this.publish(partition);
    } finally {
      letHeapGrow?.();
      await partition?.close();
      await lease.release();
    }
  }

  /** A domain that may not be asked for now (a spent cap, an open circuit) is no failure: the next run goes on. */
  private async runUntilCap(context: PhaseContext): Promise<void> {
    try {
      await this.recipe.run(context);
    } catch (error) {
      if (!(this.recipe.collects && error instanceof DomainPaused)) throw error;
      context.toBeContinued(`${error.message}; the same command goes on then.`);
    }
  }

  private async publish(partition: Partition): Promise<{
    status: 'done' | 'quarantined' | 'to_be_continued';
    counts: Record<string, number>;
    reason: string | null;
  }> {
    const { counts, assertions } = this;
    if (!this.recipe.collects && this.recipe.writes.includes('dead_letters'))
      await partition.write('dead_letters', this.letters);
    if (this.continued !== null) {
      await partition.settle();
      return { status: 'to_be_continued', counts, reason: null };
    }
    const broken = assertions.filter((a) => !a.ok);
    if (broken.length > 0) {
      await partition.quarantine({ assertions, counts });
      const why = broken
        .map((a) => `${a.name}: ${a.observed ?? 'nothing'} where ${a.expected} was expected`)
        .join('; ');
      return {
        status: 'quarantined',
        counts,
        reason: `${this.recipe.phase} of ${this.association ?? 'all associations'} is quarantined, and the last good harvest still stands. ${why}. Look at it in ${this.recipe.writes[0]}, mend the cause, and run the recipe again.`,
      };
    }
    await partition.commit({ assertions, counts });
    if (this.refusal !== null) throw new Refused(this.refusal); // what was found out is kept
    return { status: 'done', counts, reason: null };
  }

  private context(partition: Partition, web: PhaseContext['web'] | null): PhaseContext {
    const { session, recipe, association } = this;
    const { config } = session;
    const emit = (body: EventBody) => session.events.emit(recipe.phase, association, body);
    return {
      config,
      get association() {
        if (association === null) throw new Error(`${recipe.name} spans all associations`);
        return associationNamed(config, association);
      },
      associations: session.associations,
      jobId: session.jobId,
      options: session.phaseOptions,
      dryRun: session.dryRun,
      lake: partition,
      store: session.lake,
      get web() {
        if (!web) throw new Error(`${recipe.name} does not declare network: true`);
        return web;
      },
      browser: () => session.access.browser(),
      clock: session.access.clock,
      random: session.access.random,
      log: session.log.child({ phase: recipe.phase, association }),
      signal: session.abort.signal,
      secret: session.access.secret,
      step: (step) => emit({ event: 'step', step }),
      notice: (code, message) =>
        emit({ event: 'notice', level: 'WARN', code, message: session.redact(message) }),
      progress: (done, total, unit) => this.report.progress(done, total, unit, this.errors),
      count: (name, by = 1) => {
        this.counts[name] = (this.counts[name] ?? 0) + by;
      },
      deadLetter: (letter) => this.deadLetter(partition, letter),
      assert: (name, ok, observed, expected) => {
        const clean = typeof observed === 'string' ? session.redact(observed) : observed;
        this.assertions.push({ name, ok, observed: clean, expected: session.redact(expected) });
      },
      guardErrors: (failed, of) => {
        const max = config.agents.orchestrator.max_extraction_errors;
        if (of > 0 && failed / of > max) {
          throw new ThresholdStop(
            `${recipe.phase} of ${association ?? 'all associations'} stopped: ${failed} of ${of} failed, more than ${max * 100} % (orchestrator.max_extraction_errors). The failures are in dead_letters of the log; what was good before still stands.`,
          );
        }
      },
      refuse: (reason) => {
        this.refusal = reason;
      },
      toBeContinued: (reason) => {
        this.continued = reason;
        emit({ event: 'notice', level: 'WARN', code: 'TO_BE_CONTINUED', message: reason });
      },
    };
  }

  private deadLetter(partition: Partition, letter: DeadLetter): void {
    const { session, recipe, association } = this;
    const error = session.redact(letter.error).slice(0, 2000);
    const row: RowOf<'dead_letters'> = {
      phase: recipe.phase,
      subject: session.redact(letter.subject),
      error_code: letter.code,
      error,
      input: letter.input ? JSON.parse(session.redact(JSON.stringify(letter.input))) : null,
      retryable: letter.retryable ?? false,
      failed_at: session.access.clock.now().toISOString(),
    };
    this.errors += 1;
    if (recipe.collects) partition.append({ dead_letters: [row] });
    else this.letters.push(row);
    session.events.emit(recipe.phase, association, {
      event: 'dead_letter',
      subject: letter.subject.slice(0, 500),
      error_code: letter.code,
      message: error.slice(0, 500),
    });
  }
}
