/** Technologies as providers name them, as rows; ERP systems are recognised through the vendor table. */
import type { ErpMatcher } from './erp.js';
import type { TechnologyRow } from './provider.js';
import { tidy } from './units.js';

export interface NamedTechnology {
  name: string;
  category: string | null;
  /** Still there, as far as the provider knows. */
  live: boolean;
  firstSeen: string | null;
  lastSeen: string | null;
}

interface Source {
  domain: string;
  provider: string;
  observedAt: string;
  vendors: ErpMatcher;
}

/** One row a canonical name: `SAP` and `SAP ERP` are one. Names keep their order. */
export function technologyRows(list: readonly NamedTechnology[], source: Source): TechnologyRow[] {
  const rows = new Map<string, TechnologyRow>();
  for (const technology of list) {
    const name = tidy(technology.name, 200);
    if (name === null) continue;
    const product = source.vendors.named(name, technology.category);
    const row: TechnologyRow = {
      domain: source.domain,
      name: product?.product ?? name,
      category: product?.category ?? tidy(technology.category, 100),
      vendor: product?.vendor ?? null,
      vendor_id: product?.vendor_id ?? null,
      provider: source.provider,
      evidence: `${source.provider} lists ${name}`,
      evidence_url: null,
      confidence: technology.live ? (product?.confidence ?? 0.85) : 0.3,
      first_seen: technology.firstSeen,
      last_seen: technology.lastSeen,
      observed_at: source.observedAt,
    };
    const key = row.name.toLowerCase();
    const known = rows.get(key);
    rows.set(key, known ? merged(known, row) : row);
  }
  return [...rows.values()];
}

/** The more certain row, over the whole time both were seen. */
function merged(a: TechnologyRow, b: TechnologyRow): TechnologyRow {
  const best = (b.confidence ?? 0) > (a.confidence ?? 0) ? b : a;
  const first = [a.first_seen, b.first_seen].filter((at) => at !== null).sort()[0] ?? null;
  const last =
    [a.last_seen, b.last_seen]
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? null;
  return { ...best, name: a.name, category: a.category ?? b.category, first_seen: first, last_seen: last };
}
