/** What an enrichment run has done so far, in numbers and in words said once. */
import type { OutcomeKind } from './outcome.js';
import type { Step } from './provider.js';

export interface ProviderProgress {
  /** HTTP requests made, tries included. */
  requests: number;
  /** Keys answered from the ledger, at no cost. */
  from_ledger: number;
  /** Keys asked about over the network. */
  asked: number;
  outcomes: Partial<Record<OutcomeKind, number>>;
  credits: number;
  cost_usd: number;
  /** In a dry run: at most this many keys, credits and dollars would be asked for. */
  would_ask: { keys: number; credits: number; cost_usd: number };
  /** Why the provider, or an endpoint of it, is out of action. */
  stopped: string | null;
}

export interface EnrichProgress {
  companies: number;
  /** Companies with nothing left to ask. */
  done: number;
  by_provider: Record<string, ProviderProgress>;
  /** Providers left out because a key is missing, with the steps they would have served. */
  skipped: { provider: string; env_key: string; steps: readonly Step[] }[];
  /** Steps nobody can serve: the missing keys leave no provider for them. */
  steps_skipped: Step[];
}

/** Something a person should read once. */
export interface Notice {
  code: 'KEY_MISSING' | 'STEP_SKIPPED' | 'PROVIDER_STOPPED' | 'ENDPOINT_STOPPED' | 'SUPPRESSED';
  provider: string | null;
  message: string;
}

export function newProviderProgress(): ProviderProgress {
  return {
    requests: 0,
    from_ledger: 0,
    asked: 0,
    outcomes: {},
    credits: 0,
    cost_usd: 0,
    would_ask: { keys: 0, credits: 0, cost_usd: 0 },
    stopped: null,
  };
}

export function countOutcome(progress: ProviderProgress, kind: OutcomeKind): void {
  progress.outcomes[kind] = (progress.outcomes[kind] ?? 0) + 1;
}

/** A copy that later counting does not change. */
export function snapshot(progress: EnrichProgress): EnrichProgress {
  return structuredClone(progress);
}
