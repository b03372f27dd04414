/** What selectors give on a page, against what is known to be on it. */
import type { Context } from '../page/context.js';
import { packReading } from '../page/packs.js';
import type { RecordSelectors } from '../page/selectors.js';
import { companyFacts, eventFacts, type Facts, participantFacts } from './facts.js';

export interface FieldScore {
  /** Records that have the field. */
  known: number;
  right: number;
  /** Given where it is another value, or where there is none. */
  wrong: number;
}

/** The records that selectors alone give: no other strategy has a word. */
export function recordsBy(ctx: Context, block: RecordSelectors): Facts[] {
  const input = { ...ctx.input, selectors: { records: [block] }, platforms: [] };
  const found = packReading({ ...ctx, input });
  if (block.kind === 'event') return found.events.map(eventFacts);
  if (block.kind === 'company') return found.companies.map(companyFacts);
  if (block.kind === 'profile') return found.profile ? [companyFacts(found.profile)] : [];
  return found.participants.map(participantFacts);
}

/** Pairs the records of two readings by name, repeats in their order. */
export function pairRecords(truth: readonly Facts[], found: readonly Facts[]): [Facts, Facts | null][] {
  const byName = new Map<string | null, Facts[]>();
  for (const record of found) {
    const name = record.name ?? null;
    byName.set(name, [...(byName.get(name) ?? []), record]);
  }
  return truth.map((record) => [record, byName.get(record.name ?? null)?.shift() ?? null]);
}

export function scoreField(truth: readonly Facts[], found: readonly Facts[], field: string): FieldScore {
  const score = { known: 0, right: 0, wrong: 0 };
  for (const [record, other] of pairRecords(truth, found)) {
    const wanted = record[field] ?? null;
    const got = other?.[field] ?? null;
    if (wanted !== null) score.known += 1;
    if (got === null) continue;
    if (got === wanted) score.right += 1;
    else score.wrong += 1;
  }
  return score;
}

/** Records found, missed and made up. */
export function scoreRecords(truth: readonly Facts[], found: readonly Facts[]): FieldScore {
  const right = pairRecords(truth, found).filter(([, other]) => other !== null).length;
  return { known: truth.length, right, wrong: found.length - right };
}
