/** Ledger entries as rows: pure, so that tables can be made again from what was once paid for. */
import { bodyOf, type LedgerEntry } from './ledger.js';
import {
  type Call,
  type EnrichmentRows,
  FIELDS,
  type Field,
  type FirmographicRow,
  type Provider,
  type Settings,
  type Step,
} from './provider.js';

export function noRows(): EnrichmentRows {
  return { firmographics: [], technologies: [], found_contacts: [] };
}

const STEP_OF: Readonly<Record<keyof EnrichmentRows, Step>> = {
  firmographics: 'firmographic',
  technologies: 'techstack',
  found_contacts: 'contacts',
};

/** Rows of one answer, of the wanted steps only; the rest stays in the ledger for when it is asked for. */
export function rowsOf(
  call: Call,
  entry: LedgerEntry,
  settings: Settings,
  steps: readonly Step[],
): EnrichmentRows {
  const rows = noRows();
  if (entry.outcome !== 'matched') return rows;
  const derived = call.derive(
    bodyOf(entry),
    entry.request_key,
    entry.fetched_at ?? new Date(0).toISOString(),
    settings,
  );
  for (const table of Object.keys(STEP_OF) as (keyof EnrichmentRows)[]) {
    if (steps.includes(STEP_OF[table])) (rows[table] as unknown[]).push(...(derived[table] ?? []));
  }
  return rows;
}

/** Rows of a whole ledger. Of several entries about a key, give the newest only. */
export function deriveRows(
  entries: Iterable<LedgerEntry>,
  providers: readonly Provider[],
  settings: Settings,
  steps: readonly Step[],
): EnrichmentRows {
  const rows = noRows();
  for (const entry of entries) {
    const call = providers
      .find((p) => p.name === entry.provider)
      ?.calls.find((c) => c.endpoint === entry.endpoint);
    if (call) addRows(rows, rowsOf(call, entry, settings, steps));
  }
  return rows;
}

export function addRows(to: EnrichmentRows, from: EnrichmentRows): void {
  // Not push(...): thousands of arguments overflow the stack.
  for (const row of from.firmographics) to.firmographics.push(row);
  for (const row of from.technologies) to.technologies.push(row);
  const known = new Set(to.found_contacts.map(personKey));
  for (const row of from.found_contacts) {
    if (known.has(personKey(row))) continue;
    known.add(personKey(row));
    to.found_contacts.push(row);
  }
}

export function personKey(row: { domain: string; full_name: string; provider: string }): string {
  return `${row.domain}\n${row.full_name.toLowerCase()}\n${row.provider}`;
}

const FIGURE: Readonly<Partial<Record<Field, (row: FirmographicRow) => unknown>>> = {
  employees: (row) => row.employees ?? row.employees_min,
  revenue: (row) => row.revenue_usd ?? row.revenue_min_usd,
  founded_year: (row) => row.founded_year,
  naics_code: (row) => row.naics_code,
  ownership: (row) => row.ownership,
  phone: (row) => row.phone_e164,
  linkedin_url: (row) => row.linkedin_url,
  description: (row) => row.description,
};

/** Fields that an answer's rows fill. */
export function filledFields(rows: EnrichmentRows): Field[] {
  return (Object.keys(FIELDS) as Field[]).filter((field) => {
    if (field === 'technologies') return rows.technologies.length > 0;
    if (field === 'erp')
      return rows.technologies.some((row) => row.vendor_id !== null && row.category === 'ERP');
    if (field === 'contacts') return rows.found_contacts.length > 0;
    return rows.firmographics.some((row) => (FIGURE[field]?.(row) ?? null) !== null);
  });
}
