/** One question to one endpoint: asked, read, asked again where that helps, and turned into ledger entries. */
import type { Clock } from '../clock.js';
import { messageOf as errorMessage, Refused, RetryLater, SkipRecord } from '../errors.js';
import type { WebFetch } from '../web/types.js';
import { answerOf, oneLine, withoutSecret } from './answer.js';
import type { ProviderConfig } from './config.js';
import { encodeBody, type LedgerEntry } from './ledger.js';
import { isRetryable, type Outcome } from './outcome.js';
import {
  type Access,
  type Call,
  type KeyAnswer,
  type Provider,
  type Settings,
  sameForAll,
} from './provider.js';

export interface AskContext {
  fetch: WebFetch;
  clock: Clock;
  signal: AbortSignal | null;
  access: Access;
  settings: Settings;
  config: ProviderConfig;
}

export interface Asked {
  key: string;
  outcome: Outcome;
  body: unknown;
  entry: LedgerEntry;
}

export interface AskResult {
  asked: Asked[];
  /** HTTP requests made, tries included. */
  requests: number;
  /** Our own limits (a daily cap) refused the request; nothing was asked. */
  refused: string | null;
}

/** Asks about keys in one request. A batch that is refused as invalid is halved until the bad key stands alone. */
export async function ask(
  provider: Provider,
  call: Call,
  keys: readonly string[],
  context: AskContext,
): Promise<AskResult> {
  const { config, clock } = context;
  const result: AskResult = { asked: [], requests: 0, refused: null };
  let open = [...keys];
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const answered = await once(call, open, context);
    if (answered.refused !== null) return { ...result, refused: answered.refused };
    result.requests += 1;
    const kinds = new Set([...answered.answers.values()].map((a) => a.outcome.kind));
    if (open.length > 1 && kinds.size === 1 && kinds.has('invalid_request')) {
      // A batch endpoint that is not there (404, 405) refuses any batch: its keys are asked one by one.
      const noBatches = answered.status === 404 || answered.status === 405;
      const size = noBatches ? 1 : Math.ceil(open.length / 2);
      for (let at = 0; at < open.length; at += size) {
        const part = open.slice(at, at + size);
        const sub = await ask(provider, call, part, context);
        result.asked.push(...sub.asked);
        result.requests += sub.requests;
        if (sub.refused !== null) return { ...result, refused: sub.refused };
      }
      return result;
    }
    const again: string[] = [];
    let waitMs = 0;
    for (const key of open) {
      const { outcome, body } = answered.answers.get(key) ?? missing();
      const wait =
        isRetryable(outcome.kind) && attempt < config.max_attempts
          ? waitFor(outcome, attempt, context)
          : null;
      if (wait !== null && wait <= config.max_wait_ms) {
        again.push(key);
        waitMs = Math.max(waitMs, wait);
      } else {
        result.asked.push({
          key,
          outcome,
          body,
          entry: entryOf(provider, call, key, outcome, body, answered, context),
        });
      }
    }
    open = again;
    if (open.length > 0) await clock.sleep(waitMs, context.signal ?? undefined);
  }
  return result;
}

interface Once {
  answers: Map<string, KeyAnswer>;
  status: number | null;
  at: string;
  refused: string | null;
}

async function once(call: Call, keys: readonly string[], context: AskContext): Promise<Once> {
  const at = context.clock.now().toISOString();
  try {
    const request = call.request(keys, context.access, context.settings);
    // Tries are counted here, where the body's own Retry-After is understood.
    const response = await context.fetch({
      ...request,
      maxAttempts: 1,
      ...(context.signal ? { signal: context.signal } : {}),
    });
    const answer = answerOf(response, context.access.apiKey);
    return {
      answers: call.read(answer, keys),
      status: answer.status,
      at: answer.at,
      refused: null,
    };
  } catch (error) {
    const status =
      error instanceof RetryLater && typeof error.context.status === 'number' ? error.context.status : null;
    const detail = oneLine(withoutSecret(errorMessage(error), context.access.apiKey));
    if (error instanceof RetryLater) {
      const limited = status === 429 || error.retryAfterMs !== null;
      const outcome: Outcome = limited
        ? { kind: 'rate_limited', retryAfterMs: error.retryAfterMs }
        : { kind: 'upstream_error', detail };
      return { answers: sameForAll(keys, outcome), status, at, refused: null };
    }
    if (error instanceof SkipRecord)
      return { answers: sameForAll(keys, { kind: 'malformed', detail }), status, at, refused: null };
    if (error instanceof Refused) return { answers: new Map(), status, at, refused: detail };
    throw error;
  }
}

function missing(): KeyAnswer {
  return { outcome: { kind: 'malformed', detail: 'not in the answer' }, body: null };
}

/** Milliseconds until the next try: what the provider asked for, else doubling from the configured start. */
function waitFor(outcome: Outcome, attempt: number, { config, clock }: AskContext): number {
  if (outcome.kind === 'pending') return Math.max(0, Date.parse(outcome.retryAt) - clock.now().getTime());
  const backoff = config.backoff_ms * 2 ** (attempt - 1);
  return outcome.kind === 'rate_limited' ? (outcome.retryAfterMs ?? backoff) : backoff;
}

function entryOf(
  provider: Provider,
  call: Call,
  key: string,
  outcome: Outcome,
  body: unknown,
  answered: Once,
  { config, clock }: AskContext,
): LedgerEntry {
  const credits =
    outcome.kind === 'matched' ? call.creditsPerMatch : outcome.kind === 'no_match' ? call.creditsPerMiss : 0;
  return {
    provider: provider.name,
    endpoint: call.endpoint,
    request_key: key,
    outcome: outcome.kind,
    http_status: answered.status,
    credits,
    cost_usd: credits * config.usd_per_credit,
    body: encodeBody(body),
    retry_at: retryAt(outcome, clock),
    fetched_at: answered.at,
  };
}

function retryAt(outcome: Outcome, clock: Clock): string | null {
  if (outcome.kind === 'pending') return outcome.retryAt;
  if (outcome.kind !== 'rate_limited' || outcome.retryAfterMs === null) return null;
  return new Date(clock.now().getTime() + outcome.retryAfterMs).toISOString();
}
