/** The ledger: what was asked of whom, what came back, what it cost. A fresh answer is never bought again. */

import type { Row } from '../lake/table.js';
import type { providerResponses } from '../lake/tables/web.js';
import { isSettled, type OutcomeKind } from './outcome.js';

/** A row of `provider_responses`. The body is the part of the answer about this key, JSON as UTF-8. */
export type LedgerEntry = Row<typeof providerResponses> & { outcome: OutcomeKind };

export interface Ledger {
  /**
   * The newest entry that answers the question: matched, no_match, suppressed, invalid_request or pending.
   * Failures are kept for the books, but do not stand in the way of an older answer.
   */
  find(provider: string, endpoint: string, key: string): LedgerEntry | null;
  /** Called as soon as answers are in, before anything is made of them. */
  record(entries: readonly LedgerEntry[]): Promise<void>;
}

/** Does an entry answer the question as `find` means it. */
export function isAnswer(entry: LedgerEntry): boolean {
  return isSettled(entry.outcome) || entry.outcome === 'pending';
}

/** Still good at `now`: within the provider's days; an opt-out for ever; a queued answer until it may be asked for. */
export function isFresh(entry: LedgerEntry, ttlDays: number, now: Date): boolean {
  if (entry.outcome === 'suppressed') return true;
  if (entry.outcome === 'pending')
    return entry.retry_at !== null && Date.parse(entry.retry_at) > now.getTime();
  if (!isSettled(entry.outcome) || entry.fetched_at === null) return false;
  return now.getTime() - Date.parse(entry.fetched_at) < ttlDays * 86_400_000;
}

/** Of two entries about the same key, the one `find` gives; of the same instant, the later recorded. */
export function newerAnswer(known: LedgerEntry | undefined, entry: LedgerEntry): LedgerEntry | undefined {
  if (!isAnswer(entry)) return known;
  return known && Date.parse(known.fetched_at ?? '') > Date.parse(entry.fetched_at ?? '') ? known : entry;
}

export function ledgerKey(provider: string, endpoint: string, key: string): string {
  return `${provider}\n${endpoint}\n${key}`;
}

export function encodeBody(body: unknown): Uint8Array<ArrayBuffer> | null {
  return body === null || body === undefined ? null : new TextEncoder().encode(JSON.stringify(body));
}

/** The body of an entry as JSON; null when there is none or it cannot be read. */
export function bodyOf(entry: LedgerEntry): unknown {
  if (entry.body === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(entry.body));
  } catch {
    return null;
  }
}

/** A ledger in memory: of a test, or the index over what the lake holds (`seed`). */
export function memoryLedger(seed: Iterable<LedgerEntry> = []): Ledger & { entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  const newest = new Map<string, LedgerEntry>();
  const add = (entry: LedgerEntry) => {
    entries.push(entry);
    const key = ledgerKey(entry.provider, entry.endpoint, entry.request_key);
    const best = newerAnswer(newest.get(key), entry);
    if (best) newest.set(key, best);
  };
  for (const entry of seed) add(entry);
  return {
    entries,
    find: (provider, endpoint, key) => newest.get(ledgerKey(provider, endpoint, key)) ?? null,
    record: async (added) => {
      for (const entry of added) add(entry);
    },
  };
}
