/** An HTTP answer of a provider, read as text first and as JSON when it is JSON, whatever its header says. */
import type { WebResponse } from '../web/types.js';
import type { Outcome } from './outcome.js';

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The text as JSON; undefined when it is none. Integers beyond 2^53 stay text (Apollo's request_id). */
  json: unknown;
  /** ISO-8601. */
  at: string;
}

/** Providers repeat what they were sent: the key is taken out before anything is read, cut or kept. */
export function answerOf(response: WebResponse, secret = ''): Answer {
  const text = withoutSecret(response.text().text, secret);
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: parsed(text),
    at: response.fetchedAt,
  };
}

/** A real key has many more characters; a shorter one would be found in ordinary words. */
const SHORTEST_SECRET = 8;

export function withoutSecret(text: string, secret: string): string {
  return secret.length >= SHORTEST_SECRET ? text.replaceAll(secret, '…') : text;
}

function parsed(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[{"]|^null$/.test(trimmed)) return undefined;
  try {
    // A 64-bit id would lose its last digits as a number; it is quoted before parsing.
    return JSON.parse(trimmed.replace(/([:[,]\s*)(-?\d{17,})(?=\s*[,}\]])/g, '$1"$2"'));
  } catch {
    return undefined;
  }
}

/** What a status that is not 2xx means when the provider has no rule of its own; null for 2xx. */
export function statusOutcome(answer: Answer): Outcome | null {
  const { status } = answer;
  const detail = `HTTP ${status}: ${messageOf(answer)}`;
  if (status >= 200 && status < 300) return null;
  if (status === 401) return { kind: 'auth_failed', detail };
  if (status === 402) return { kind: 'quota_exhausted', detail };
  if (status === 403) return { kind: 'forbidden', detail };
  if (status === 451) return { kind: 'suppressed', detail };
  if (status === 429) return { kind: 'rate_limited', retryAfterMs: retryAfterMs(answer) };
  if (status === 408 || status === 425 || status >= 500 || status < 400)
    return { kind: 'upstream_error', detail };
  return { kind: 'invalid_request', detail };
}

/** How long the provider asks to wait: `Retry-After` (seconds or a date), else a field of the body. */
export function retryAfterMs(answer: Answer): number | null {
  const header = answer.headers['retry-after']?.trim();
  if (header) {
    if (/^\d{1,9}(?:\.\d+)?$/.test(header)) return Number(header) * 1000;
    const until = Date.parse(header);
    if (!Number.isNaN(until)) return Math.max(0, until - Date.parse(answer.at));
  }
  for (const name of ['retryAfterSeconds', 'retry_after_seconds', 'retry_after']) {
    const seconds = Number(property(answer.json, name) ?? Number.NaN);
    if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  }
  return null;
}

/** The provider's own words, wherever it put them; one line, cut. */
export function messageOf(answer: Answer): string {
  const error = property(answer.json, 'error');
  const words = [
    property(error, 'message'),
    property(error, 'type'),
    error,
    property(answer.json, 'error_message'),
    property(answer.json, 'message'),
    answer.text,
  ].find((value) => typeof value === 'string' && value.trim() !== '');
  return oneLine(typeof words === 'string' ? words : 'no message');
}

export function oneLine(text: string, most = 200): string {
  const line = text
    .slice(0, 4 * most)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A property of something that may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
