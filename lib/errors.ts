/**
 * Errors, classed by what the runner must do with them. Each carries a stable `code`, its cause, and a
 * `context` of plain values that is safe to log (never a secret, never a page body).
 */

export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Options {
  code?: string;
  cause?: unknown;
  context?: ErrorContext;
}

/** What every error of the workbench has; `exitCode` is what the process ends with when nobody handles it. */
export abstract class WorkbenchError extends Error {
  readonly code: string;
  readonly context: ErrorContext;
  readonly exitCode: number = ExitCode.failed;

  constructor(message: string, fallbackCode: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? fallbackCode;
    this.context = options.context ?? {};
  }
}

/** Exit codes of every recipe (design section 5). */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  threshold: 4,
  interrupted: 130,
} as const;

/** The same call may succeed later: a busy server, a lost connection. `retryAfterMs` is what the other side asked for. */
export class RetryLater extends WorkbenchError {
  readonly retryAfterMs: number | null;
  constructor(message: string, options: Options & { retryAfterMs?: number | null } = {}) {
    super(message, 'RETRY_LATER', options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Why a domain is not asked for now. */
export type PauseReason = 'daily_cap' | 'circuit_open' | 'asked_to_wait';

const PAUSE_CODES: Readonly<Record<PauseReason, string>> = {
  daily_cap: 'DAILY_CAP',
  circuit_open: 'CIRCUIT_OPEN',
  asked_to_wait: 'ASKED_TO_WAIT',
};

/**
 * Nothing may be asked of a domain before `until`: its daily cap is spent, it failed or walled us off too often in a
 * row, or it asked for a long pause itself. It costs no page: what collects ends "to be continued", and the next run goes on.
 */
export class DomainPaused extends RetryLater {
  readonly domain: string;
  readonly reason: PauseReason;
  readonly until: Date;
  constructor(message: string, pause: { domain: string; reason: PauseReason; until: Date; waitMs: number }) {
    super(message, {
      code: PAUSE_CODES[pause.reason],
      retryAfterMs: pause.waitMs,
      context: { domain: pause.domain, until: pause.until.toISOString() },
    });
    this.domain = pause.domain;
    this.reason = pause.reason;
    this.until = pause.until;
  }
}

/** This one record cannot be handled; it goes to `dead_letters` and the run goes on. */
export class SkipRecord extends WorkbenchError {
  constructor(message: string, options: Options = {}) {
    super(message, 'SKIP_RECORD', options);
  }
}

/** This partition cannot be written; other associations go on. */
export class FailPartition extends WorkbenchError {
  constructor(message: string, options: Options = {}) {
    super(message, 'FAIL_PARTITION', options);
  }
}

/** Somebody else holds the partition. */
export class PartitionLocked extends WorkbenchError {
  constructor(message: string, options: Options = {}) {
    super(message, 'PARTITION_LOCKED', options);
  }
}

/** The person must change something: a word on the command line, a line of YAML, a missing upstream. Shown without a stack. */
export class UserError extends WorkbenchError {
  override readonly exitCode: number = ExitCode.usage;
  constructor(message: string, options: Options = {}) {
    super(message, 'USER_ERROR', options);
  }
}

/** The machine or a neighbour is not in a state to run: disk full, database unreachable. Shown without a stack. */
export class EnvironmentError extends WorkbenchError {
  constructor(message: string, options: Options = {}) {
    super(message, 'ENVIRONMENT', options);
  }
}

/** A site's rules (robots.txt, terms, a wall, a person's decision) forbid going on. */
export class Refused extends WorkbenchError {
  override readonly exitCode: number = ExitCode.refused;
  constructor(message: string, options: Options = {}) {
    super(message, 'REFUSED', options);
  }
}

/** A quality or error-rate threshold stopped the phase; what was good before still stands. */
export class ThresholdStop extends WorkbenchError {
  override readonly exitCode: number = ExitCode.threshold;
  constructor(message: string, options: Options = {}) {
    super(message, 'THRESHOLD', options);
  }
}

/** The person (or the machine) asked to stop; state is saved. */
export class Interrupted extends WorkbenchError {
  override readonly exitCode: number = ExitCode.interrupted;
  constructor(
    message = 'Interrupted; state is saved, the same command goes on where it stopped.',
    options: Options = {},
  ) {
    super(message, 'INTERRUPTED', options);
  }
}

/** True for errors that are shown as one paragraph, without a stack trace. */
export function isExpected(error: unknown): error is WorkbenchError {
  return error instanceof WorkbenchError;
}

/** Message of anything thrown, its causes included, on one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` (${messageOf(error.cause)})`;
  return `${error.message}${cause}`;
}
