/** Who is asked next about what: the plan of a waterfall, round by round. Pure; asks nobody. */
import { type Call, FIELD_NAMES, FIELDS, type Field, type Provider, type Step } from './provider.js';

export interface Planned {
  provider: Provider;
  call: Call;
  keys: string[];
}

interface CompanyState {
  missing: Set<Field>;
  /** Endpoints asked, or passed over, for this company: `provider/endpoint`. */
  asked: Set<string>;
}

export class Waterfall {
  private readonly order: Readonly<Record<Field, readonly string[]>>;
  private readonly providers: ReadonlyMap<string, Provider>;
  private readonly states = new Map<string, CompanyState>();
  /** Out of action: `provider` or `provider/endpoint`. */
  private readonly stopped = new Set<string>();
  /** Keys that answers led to, by `provider/endpoint`. */
  private readonly follow = new Map<string, Set<string>>();

  constructor(
    domains: Iterable<string>,
    steps: readonly Step[],
    providers: readonly Provider[],
    order: Readonly<Record<Field, readonly string[]>>,
  ) {
    this.order = order;
    this.providers = new Map(providers.map((provider) => [provider.name, provider]));
    const wanted = FIELD_NAMES.filter((field) => steps.includes(FIELDS[field]));
    for (const domain of domains) this.states.set(domain, { missing: new Set(wanted), asked: new Set() });
  }

  get size(): number {
    return this.states.size;
  }

  /** The next round: per endpoint the keys to ask, in the order of the companies given; empty when all is asked. */
  plan(): Planned[] {
    const round = new Map<string, Planned & { seen: Set<string> }>();
    const add = (provider: Provider, call: Call, key: string) => {
      const id = idOf(provider, call);
      const planned = round.get(id) ?? { provider, call, keys: [], seen: new Set<string>() };
      round.set(id, planned);
      if (planned.seen.has(key)) return;
      planned.seen.add(key);
      planned.keys.push(key);
    };
    for (const [id, keys] of this.follow) {
      const [name = '', endpoint = ''] = id.split('/');
      const provider = this.providers.get(name);
      const call = provider?.calls.find((c) => c.endpoint === endpoint);
      if (!provider || !call) continue;
      for (const key of keys) add(provider, call, key);
    }
    this.follow.clear();
    for (const [domain, state] of this.states) {
      const chosen = [...state.missing].flatMap((field) => this.nextFor(field, state) ?? []);
      for (const { provider, call } of chosen) {
        add(provider, call, domain);
        state.asked.add(idOf(provider, call));
      }
    }
    return [...round.values()].map(({ provider, call, keys }) => ({ provider, call, keys }));
  }

  filled(domain: string, fields: readonly Field[]): void {
    const missing = this.states.get(domain)?.missing;
    for (const field of fields) missing?.delete(field);
  }

  /** Nothing more is asked about a company. */
  close(domain: string): void {
    this.states.get(domain)?.missing.clear();
    for (const keys of this.follow.values()) {
      for (const key of keys) if (key.startsWith(`${domain}/`)) keys.delete(key);
    }
  }

  lead(provider: Provider, endpoint: string, keys: readonly string[]): void {
    if (keys.length === 0) return;
    const id = `${provider.name}/${endpoint}`;
    const queue = this.follow.get(id) ?? new Set<string>();
    for (const key of keys) queue.add(key);
    this.follow.set(id, queue);
  }

  /** Puts a provider, or one endpoint of it, out of action: no more is bought there. False when it was already. */
  stop(provider: Provider, call: Call | null): boolean {
    const id = call ? idOf(provider, call) : provider.name;
    if (this.stopped.has(id) || this.stopped.has(provider.name)) return false;
    this.stopped.add(id);
    return true;
  }

  isStopped(provider: Provider, call: Call): boolean {
    return this.stopped.has(provider.name) || this.stopped.has(idOf(provider, call));
  }

  /** Companies of which no field is left that somebody may still know. */
  countDone(): number {
    let done = 0;
    for (const state of this.states.values()) {
      const open = [...state.missing].map((field) => this.nextFor(field, state));
      if (open.every((next) => next === null || this.isStopped(next.provider, next.call))) done += 1;
    }
    return done;
  }

  /**
   * The first endpoint in the field's order that was not asked yet. One that is out of action counts too: what it has
   * answered before is in the ledger.
   */
  private nextFor(field: Field, state: CompanyState): { provider: Provider; call: Call } | null {
    for (const name of this.order[field]) {
      const provider = this.providers.get(name);
      const call = provider?.calls.find((c) => c.fields.includes(field));
      if (provider && call && !state.asked.has(idOf(provider, call))) return { provider, call };
    }
    return null;
  }
}

function idOf(provider: Provider, call: Call): string {
  return `${provider.name}/${call.endpoint}`;
}
