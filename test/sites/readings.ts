/** Readings of the golden folder, and their scores added up. */
import { readPage } from '../../lib/page/read.js';
import type { PlatformPack, Reading } from '../../lib/page/types.js';
import { type GoldenCase, inputOf } from './cases.js';
import { withoutMachineData } from './plain.js';
import { add, emptyTally, fieldsTally, measures, type PageScore, scorePage, type Tally } from './score.js';

/** What promises are made about, over all pages. */
export const FLOORS = { records: 0.97, fields: 0.95, minerRecords: 0.9 } as const;

export interface ScoredCase {
  case: GoldenCase;
  score: PageScore;
}

/** Each page as the phases read it: packs, structured data and all. */
export function readWhole(cases: readonly GoldenCase[], platforms: readonly PlatformPack[]): ScoredCase[] {
  return cases.map((one) => ({
    case: one,
    score: scorePage(one.expected, readPage(inputOf(one, platforms))),
  }));
}

/**
 * Each page whose records are in its text as a page of unknown markup is read: no packs, no selectors, no structured
 * or embedded data. What is left is the record miner, tables, and the readers of single pages.
 */
export function readByMinerAlone(cases: readonly GoldenCase[]): ScoredCase[] {
  return cases
    .filter((one) => one.expected.visible)
    .map((one) => ({ case: one, score: scorePage(one.expected, plainReading(one)) }));
}

function plainReading(one: GoldenCase): Reading {
  const input = inputOf(one, []);
  return readPage({ ...input, html: withoutMachineData(input.html) });
}

export interface Totals {
  records: Tally;
  fields: Tally;
  typesRight: number;
}

export function totalsOf(scored: readonly ScoredCase[]): Totals {
  const totals: Totals = { records: emptyTally(), fields: emptyTally(), typesRight: 0 };
  for (const { score } of scored) {
    add(totals.records, score.records);
    add(totals.fields, fieldsTally(score));
    totals.typesRight += score.type_right ? 1 : 0;
  }
  return totals;
}

/** A page's own figures, cut (not rounded up) to three digits. */
export interface PageFigures {
  records: number;
  /** F1 of all values on the page, those of records that were not found included: one more record is never worse. */
  fields: number;
  type: boolean;
}

export function pageFigures({ score }: ScoredCase): PageFigures {
  const cut = (n: number) => Math.floor(n * 1000) / 1000;
  const fields = fieldsTally(score);
  return {
    records: cut(measures(score.records).f1),
    fields: cut(measures({ ...fields, want: fields.want + score.lost }).f1),
    type: score.type_right,
  };
}
