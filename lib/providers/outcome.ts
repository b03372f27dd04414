/** What an answer of a provider means: one type for all of them, so that one runner knows what to do next. */

export type Outcome =
  | { kind: 'matched' }
  | { kind: 'no_match' }
  /** The provider works on it; the same question may be asked again at `retryAt` (ISO-8601). */
  | { kind: 'pending'; retryAt: string }
  /** The subject asked the provider to be left out: nothing more is asked about it anywhere. */
  | { kind: 'suppressed'; detail: string }
  | { kind: 'quota_exhausted'; detail: string }
  /** `retryAfterMs` as header or body said it; null when neither did. */
  | { kind: 'rate_limited'; retryAfterMs: number | null }
  | { kind: 'auth_failed'; detail: string }
  | { kind: 'forbidden'; detail: string }
  | { kind: 'invalid_request'; detail: string }
  | { kind: 'upstream_error'; detail: string }
  /** Answered with success, but not in a form we understand. */
  | { kind: 'malformed'; detail: string };

export type OutcomeKind = Outcome['kind'];

export const OUTCOME_KINDS = [
  'matched',
  'no_match',
  'pending',
  'suppressed',
  'quota_exhausted',
  'rate_limited',
  'auth_failed',
  'forbidden',
  'invalid_request',
  'upstream_error',
  'malformed',
] as const satisfies readonly OutcomeKind[];

export const MATCHED: Outcome = { kind: 'matched' };
export const NO_MATCH: Outcome = { kind: 'no_match' };

/** Kinds that answer the question for good, until they age; anything else may be asked again. */
const SETTLED: ReadonlySet<OutcomeKind> = new Set(['matched', 'no_match', 'suppressed', 'invalid_request']);

export function isSettled(kind: OutcomeKind): boolean {
  return SETTLED.has(kind);
}

/** The same question may be answered otherwise in a moment. */
export function isRetryable(kind: OutcomeKind): boolean {
  return kind === 'rate_limited' || kind === 'upstream_error' || kind === 'pending';
}

/**
 * How much of a provider an outcome puts out of action for the rest of the run. A 403 speaks of one endpoint only:
 * Apollo's keys are scoped to listed endpoints.
 */
export function stops(kind: OutcomeKind): 'provider' | 'endpoint' | null {
  if (kind === 'auth_failed' || kind === 'quota_exhausted') return 'provider';
  return kind === 'forbidden' ? 'endpoint' : null;
}

/** Words for a log line or a table; never holds more than the provider's own message, cut. */
export function detailOf(outcome: Outcome): string | null {
  return 'detail' in outcome ? outcome.detail : null;
}
