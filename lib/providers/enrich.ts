/**
 * The waterfall: for every company and field the providers are asked in the configured order until one knows.
 * It goes in rounds, so that a provider's batches are full: each round asks, per company, whoever is next for what
 * is still missing. Fresh answers come from the ledger; the rest is asked, entered there, and yielded as it comes.
 */
import type { Clock } from '../clock.js';
import { Interrupted } from '../errors.js';
import type { WebFetch } from '../web/types.js';
import { type Asked, ask } from './ask.js';
import { configOf, type ProviderConfig, type ProvidersConfig } from './config.js';
import type { ErpMatcher } from './erp.js';
import { bodyOf, isFresh, type Ledger, type LedgerEntry } from './ledger.js';
import { detailOf, stops } from './outcome.js';
import { asCompleted } from './pool.js';
import {
  countOutcome,
  type EnrichProgress,
  type Notice,
  newProviderProgress,
  type ProviderProgress,
  snapshot,
} from './progress.js';
import {
  type Call,
  type Company,
  domainOfKey,
  type EnrichmentRows,
  FIELD_NAMES,
  FIELDS,
  type Provider,
  type Settings,
  type Step,
} from './provider.js';
import { addRows, filledFields, noRows, personKey, rowsOf } from './rows.js';
import { Waterfall } from './waterfall.js';

export interface EnrichOptions {
  companies: readonly Company[];
  steps: readonly Step[];
  providers: readonly Provider[];
  /** API keys by environment name; an empty or missing one leaves its provider out. */
  keys: Readonly<Record<string, string | undefined>>;
  config: ProvidersConfig;
  vendors: ErpMatcher;
  fetch: WebFetch;
  ledger: Ledger;
  clock: Clock;
  signal?: AbortSignal;
  /** Only the ledger answers; what would be asked is counted. */
  dryRun?: boolean;
  onNotice?: (notice: Notice) => void;
}

export interface EnrichBatch extends EnrichmentRows {
  provider: string;
  endpoint: string;
  /** What was asked over the network, already given to `ledger.record`; empty when the ledger answered. */
  entries: LedgerEntry[];
  /** Domains somebody asked not to be held data about; whatever is there of them must go. */
  suppressed: string[];
  progress: EnrichProgress;
}

/** Answers of the ledger are yielded in lots of this many keys. */
const LEDGER_LOT = 200;

/** The last batch holds no rows, only the final progress. */
export async function* enrich(options: EnrichOptions): AsyncGenerator<EnrichBatch> {
  const run = new Run(options);
  for (let plan = run.waterfall.plan(); plan.length > 0; plan = run.waterfall.plan()) {
    run.progress.done = run.waterfall.countDone();
    const lanes = new Map<string, { concurrency: number; tasks: (() => Promise<EnrichBatch>)[] }>();
    for (const { provider, call, keys } of plan) {
      const config = configOf(options.config, provider.name);
      const { fresh, open } = run.split(provider, call, keys);
      for (const lot of chunks(fresh, LEDGER_LOT)) yield run.settle(provider, call, lot, []);
      if (options.dryRun) {
        run.wouldAsk(provider, call, open);
        continue;
      }
      const lane = lanes.get(provider.name) ?? { concurrency: config.concurrency, tasks: [] };
      lanes.set(provider.name, lane);
      const size = Math.min(call.batchSize, config.batch[call.endpoint] ?? call.batchSize);
      for (const batch of chunks(open, size)) lane.tasks.push(() => run.buy(provider, call, batch, config));
    }
    yield* asCompleted([...lanes.values()]);
    if (options.signal?.aborted) throw new Interrupted();
  }
  run.progress.done = run.progress.companies;
  yield {
    provider: '',
    endpoint: '',
    entries: [],
    suppressed: [],
    ...noRows(),
    progress: snapshot(run.progress),
  };
}

/** What is known in one run, and what follows from it. */
class Run {
  readonly progress: EnrichProgress;
  readonly waterfall: Waterfall;
  private readonly options: EnrichOptions;
  private readonly settings: Settings;
  private readonly failuresInRow = new Map<string, number>();
  /** Two ids may be one person; a person is one row. */
  private readonly people = new Set<string>();

  constructor(options: EnrichOptions) {
    this.options = options;
    this.settings = settingsOf(options.config, options.vendors);
    this.progress = { companies: 0, done: 0, by_provider: {}, skipped: [], steps_skipped: [] };
    const domains = options.companies.map((company) => company.domain);
    this.waterfall = new Waterfall(domains, options.steps, this.enlist(), options.config.fields);
    this.progress.companies = this.waterfall.size;
  }

  /** Providers that have a key and something to do; what is missing is said once. */
  private enlist(): Provider[] {
    const { providers, steps, keys, config } = this.options;
    const active: Provider[] = [];
    for (const provider of providers) {
      const asked = (step: Step) =>
        FIELD_NAMES.some((f) => FIELDS[f] === step && config.fields[f].includes(provider.name));
      const serves = provider.steps.filter((step) => steps.includes(step) && asked(step));
      if (serves.length === 0) continue;
      if ((keys[provider.envKey] ?? '').trim() === '') {
        this.progress.skipped.push({ provider: provider.name, env_key: provider.envKey, steps: serves });
        this.notice(
          'KEY_MISSING',
          provider.name,
          `${provider.envKey} is not set: ${provider.name} is left out (${serves.join(', ')})`,
        );
        continue;
      }
      active.push(provider);
      this.progress.by_provider[provider.name] = newProviderProgress();
    }
    for (const step of steps) {
      if (active.some((provider) => provider.steps.includes(step))) continue;
      this.progress.steps_skipped.push(step);
      this.notice('STEP_SKIPPED', null, `no provider with a key serves ${step}: the step is skipped`);
    }
    return active;
  }

  split(provider: Provider, call: Call, keys: readonly string[]): { fresh: LedgerEntry[]; open: string[] } {
    const fresh: LedgerEntry[] = [];
    const open: string[] = [];
    const { ttl_days } = configOf(this.options.config, provider.name);
    const now = this.options.clock.now();
    for (const key of keys) {
      const entry = this.options.ledger.find(provider.name, call.endpoint, key);
      if (entry && isFresh(entry, ttl_days, now)) fresh.push(entry);
      else open.push(key);
    }
    this.of(provider).from_ledger += fresh.length;
    return { fresh, open };
  }

  async buy(
    provider: Provider,
    call: Call,
    keys: readonly string[],
    config: ProviderConfig,
  ): Promise<EnrichBatch> {
    if (this.options.signal?.aborted || this.waterfall.isStopped(provider, call))
      return this.settle(provider, call, [], []);
    const { asked, requests, refused } = await ask(provider, call, keys, {
      fetch: this.options.fetch,
      clock: this.options.clock,
      signal: this.options.signal ?? null,
      access: { apiKey: (this.options.keys[provider.envKey] ?? '').trim(), baseUrl: config.base_url },
      settings: this.settings,
      config,
    });
    const entries = asked.map((a) => a.entry);
    // What a refreshed question falls back on must be looked up before the new answers stand in front of it.
    const answers = this.usable(provider, call, asked);
    if (entries.length > 0) await this.options.ledger.record(entries);
    this.of(provider).requests += requests;
    if (refused !== null) this.stop(provider, null, refused);
    for (const a of asked) this.judge(provider, call, a);
    this.countFailures(provider, asked, config.give_up_after);
    return this.settle(provider, call, answers, entries);
  }

  /** Answers to make rows of; where a renewed question failed, the older answer still stands. */
  private usable(provider: Provider, call: Call, asked: readonly Asked[]): LedgerEntry[] {
    return asked.flatMap(({ key, outcome, entry }) => {
      if (outcome.kind === 'matched' || outcome.kind === 'suppressed') return [entry];
      if (outcome.kind === 'no_match' || outcome.kind === 'invalid_request') return [];
      const older = this.options.ledger.find(provider.name, call.endpoint, key);
      return older?.outcome === 'matched' ? [older] : [];
    });
  }

  private judge(provider: Provider, call: Call, { outcome, entry }: Asked): void {
    const progress = this.of(provider);
    progress.asked += 1;
    progress.credits += entry.credits ?? 0;
    progress.cost_usd += entry.cost_usd ?? 0;
    countOutcome(progress, outcome.kind);
    const scope = stops(outcome.kind);
    if (scope !== null)
      this.stop(provider, scope === 'endpoint' ? call : null, `${outcome.kind}: ${detailOf(outcome) ?? ''}`);
  }

  private countFailures(provider: Provider, asked: readonly Asked[], giveUpAfter: number): void {
    if (asked.length === 0) return;
    const failed = asked.every(
      (a) => a.outcome.kind === 'upstream_error' || a.outcome.kind === 'rate_limited',
    );
    const inRow = failed ? (this.failuresInRow.get(provider.name) ?? 0) + 1 : 0;
    this.failuresInRow.set(provider.name, inRow);
    if (inRow >= giveUpAfter)
      this.stop(provider, null, `${inRow} requests in a row failed (${asked[0]?.outcome.kind})`);
  }

  private stop(provider: Provider, call: Call | null, why: string): void {
    if (!this.waterfall.stop(provider, call)) return;
    const name = call ? `${provider.name}/${call.endpoint}` : provider.name;
    this.of(provider).stopped = why;
    this.notice(
      call ? 'ENDPOINT_STOPPED' : 'PROVIDER_STOPPED',
      provider.name,
      `${name} is left alone for the rest of the run: ${why}`,
    );
  }

  /** Entries become rows, filled fields and further questions. */
  settle(
    provider: Provider,
    call: Call,
    answers: readonly LedgerEntry[],
    entries: LedgerEntry[],
  ): EnrichBatch {
    const rows = noRows();
    const suppressed: string[] = [];
    for (const entry of answers) {
      const domain = domainOfKey(entry.request_key);
      if (entry.outcome === 'suppressed') {
        suppressed.push(domain);
        this.waterfall.close(domain);
        this.notice(
          'SUPPRESSED',
          provider.name,
          `${provider.name} holds back ${entry.request_key} at its subject's wish: nothing more is asked about it`,
        );
        continue;
      }
      const made = rowsOf(call, entry, this.settings, this.options.steps);
      made.found_contacts = made.found_contacts.filter((row) => {
        const person = personKey(row);
        return !this.people.has(person) && this.people.add(person);
      });
      addRows(rows, made);
      this.waterfall.filled(domain, filledFields(made));
      if (entry.outcome === 'matched' && call.leadsTo) {
        const { endpoint, keys } = call.leadsTo;
        this.waterfall.lead(provider, endpoint, keys(bodyOf(entry), entry.request_key, this.settings));
      }
    }
    return {
      provider: provider.name,
      endpoint: call.endpoint,
      entries,
      suppressed,
      ...rows,
      progress: snapshot(this.progress),
    };
  }

  /** A dry run supposes the worst: nobody asked knows, and every search leads to as many people as allowed. */
  wouldAsk(provider: Provider, call: Call, keys: readonly string[]): void {
    const { usd_per_credit } = configOf(this.options.config, provider.name);
    const total = this.of(provider).would_ask;
    const count = (c: Call, n: number) => {
      const credits = n * Math.max(c.creditsPerMatch, c.creditsPerMiss);
      total.keys += n;
      total.credits += credits;
      total.cost_usd += credits * usd_per_credit;
    };
    count(call, keys.length);
    const led = provider.calls.find((c) => c.endpoint === call.leadsTo?.endpoint);
    if (led && call.leadsTo) count(led, keys.length * call.leadsTo.most(this.settings));
  }

  private of(provider: Provider): ProviderProgress {
    this.progress.by_provider[provider.name] ??= newProviderProgress();
    return this.progress.by_provider[provider.name] as ProviderProgress;
  }

  private notice(code: Notice['code'], provider: string | null, message: string): void {
    this.options.onNotice?.({ code, provider, message });
  }
}

/** What the calls take from the config. */
export function settingsOf(config: ProvidersConfig, vendors: ErpMatcher): Settings {
  return {
    vendors,
    contacts: { titles: config.contacts.titles, maxPerCompany: config.contacts.max_per_company },
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < list.length; i += Math.max(1, size)) parts.push(list.slice(i, i + Math.max(1, size)));
  return parts;
}
