/** What a reading gave, against what a person reads on the page. */
import type {
  CompanyRecord,
  EventRecord,
  ParticipantRecord,
  Provenance,
  Reading,
} from '../../lib/page/types.js';
import type { Expected } from './cases.js';
import { normalised, parts, type Shape, shapes } from './values.js';

export interface Tally {
  want: number;
  got: number;
  hit: number;
}

/** What one strategy gave of the fields that were scored. */
export interface StrategyTally {
  records: number;
  given: number;
  right: number;
}

/** One value that was missed, invented or read wrongly. */
export interface Miss {
  record: string;
  field: string;
  got: string | null;
  want: string | null;
}

export interface PageScore {
  type_right: boolean;
  records: Tally;
  fields: Map<string, Tally>;
  /** Values of records that were not found; `fields` speaks of the others. */
  lost: number;
  strategies: Map<string, StrategyTally>;
  misses: Miss[];
}

type Found = CompanyRecord | EventRecord | ParticipantRecord;
type Wanted = Readonly<Record<string, unknown>> & { name: string };

export const emptyTally = (): Tally => ({ want: 0, got: 0, hit: 0 });

export function add(into: Tally, from: Tally): void {
  into.want += from.want;
  into.got += from.got;
  into.hit += from.hit;
}

/** Precision, recall and F1; a page on which nothing was to be found and nothing was is perfect. */
export function measures({ want, got, hit }: Tally): { precision: number; recall: number; f1: number } {
  const precision = got === 0 ? 1 : hit / got;
  const recall = want === 0 ? 1 : hit / want;
  const f1 = want + got === 0 ? 1 : (2 * hit) / (want + got);
  return { precision, recall, f1 };
}

export function fieldsTally(score: PageScore): Tally {
  const all = emptyTally();
  for (const tally of score.fields.values()) add(all, tally);
  return all;
}

export function scorePage(expected: Expected, reading: Reading): PageScore {
  const score: PageScore = {
    type_right: reading.page_type === expected.page_type,
    records: emptyTally(),
    fields: new Map(),
    lost: 0,
    strategies: new Map(),
    misses: [],
  };
  const { companies, events, participants } = recordsThatCount(expected, reading);
  scoreKind(score, 'company', expected.companies ?? [], companies);
  scoreKind(score, 'event', expected.events ?? [], events);
  scoreKind(score, 'participant', expected.participants ?? [], participants);
  if (!score.type_right)
    score.misses.push({ record: '', field: 'page_type', got: reading.page_type, want: expected.page_type });
  return score;
}

/** A participant's company on its list is the same entry twice; a page of no kind may still name its own house. */
function recordsThatCount(
  expected: Expected,
  reading: Reading,
): Pick<Reading, 'companies' | 'events' | 'participants'> {
  const { events, participants } = reading;
  if (expected.companies && expected.companies.length > 0) return reading;
  if (expected.page_type === 'other')
    return { companies: reading.companies.slice(expected.owner ? 0 : 1), events, participants };
  const named = new Set(participants.map((p) => nameOf(p.name)));
  return { companies: reading.companies.filter((c) => !named.has(nameOf(c.name))), events, participants };
}

const nameOf = (name: string | null): string => normalised('name', name ?? '');

function scoreKind(score: PageScore, kind: Shape, wanted: readonly Wanted[], found: readonly Found[]): void {
  score.records.want += wanted.length;
  score.records.got += found.length;
  const left = [...found];
  // Where a name occurs more than once, the entries that agree on more belong together.
  for (const want of wanted) {
    const candidates = left.filter((got) => nameOf(got.name) === nameOf(want.name));
    const best = candidates.sort((a, b) => agreement(kind, want, b) - agreement(kind, want, a))[0];
    if (!best) {
      score.misses.push({ record: want.name, field: 'record', got: null, want: want.name });
      for (const field of Object.keys(shapes[kind])) score.lost += parts(field, want[field], want).length;
      continue;
    }
    left.splice(left.indexOf(best), 1);
    score.records.hit += 1;
    strategy(score, best.provenance.name?.[0]?.strategy ?? 'unsaid').records += 1;
    for (const [field, rule] of Object.entries(shapes[kind])) {
      // Some fields are on the page in so many forms that only those written down are asked for.
      if (rule === 'if asked' && want[field] === undefined) continue;
      scoreField(score, field, want, best);
    }
  }
  for (const got of left)
    score.misses.push({ record: got.name ?? '', field: 'record', got: got.name ?? '(no name)', want: null });
}

function agreement(kind: Shape, want: Wanted, got: Found): number {
  const values = got as unknown as Record<string, unknown>;
  return Object.keys(shapes[kind]).filter((field) => {
    const a = parts(field, want[field], want);
    return a.length > 0 && a.every((value) => parts(field, values[field], values).includes(value));
  }).length;
}

function scoreField(score: PageScore, field: string, want: Wanted, record: Found): void {
  const values = record as unknown as Record<string, unknown>;
  const wanted = parts(field, want[field], want);
  const got = parts(field, values[field], values);
  const hits = got.filter((value) => wanted.includes(value)).length;
  const tally = score.fields.get(field) ?? emptyTally();
  score.fields.set(field, tally);
  add(tally, { want: wanted.length, got: got.length, hit: hits });
  for (const name of sourcesOf(record.provenance, field)) {
    strategy(score, name).given += got.length;
    strategy(score, name).right += hits;
  }
  if (hits < wanted.length || hits < got.length)
    score.misses.push({
      record: want.name,
      field,
      got: got.filter((v) => !wanted.includes(v)).join(' | ') || null,
      want: wanted.filter((v) => !got.includes(v)).join(' | ') || null,
    });
}

const ADDRESS_PARTS = new Set(['street', 'city', 'state', 'postal_code', 'country']);

/** The strategies that stand behind a value, each once. Parts of an address may be noted as one. */
function sourcesOf(provenance: Provenance, field: string): Set<string> {
  const sources = provenance[field] ?? (ADDRESS_PARTS.has(field) ? provenance.address : undefined) ?? [];
  return new Set(sources.map((source) => source.strategy));
}

function strategy(score: PageScore, name: string): StrategyTally {
  const tally = score.strategies.get(name) ?? { records: 0, given: 0, right: 0 };
  score.strategies.set(name, tally);
  return tally;
}
