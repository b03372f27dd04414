/**
 * Pages that are not read perfectly yet, with how well they are: a page may get better, not worse. Every page that is
 * not named here has to be read without an error. `npm run bench:extract -- --record` writes the file anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type PageFigures, pageFigures, type ScoredCase } from './readings.js';

const FILE = path.join(import.meta.dirname, 'shortfalls.json');
const PERFECT: PageFigures = { records: 1, fields: 1, type: true };

export type Shortfalls = Readonly<Record<string, PageFigures>>;

export const recordedShortfalls = (): Shortfalls => JSON.parse(readFileSync(FILE, 'utf8')) as Shortfalls;

export const leastOf = (shortfalls: Shortfalls, name: string): PageFigures => shortfalls[name] ?? PERFECT;

export function isBelow(seen: PageFigures, least: PageFigures): boolean {
  return seen.records < least.records || seen.fields < least.fields || (least.type && !seen.type);
}

/** Writes down the pages that are not read perfectly; returns how many. */
export function recordShortfalls(scored: readonly ScoredCase[]): number {
  const lines = scored
    .map((one) => ({ name: one.case.name, figures: pageFigures(one) }))
    .filter(({ figures }) => isBelow(figures, PERFECT))
    .map(
      ({ name, figures }) =>
        `  ${JSON.stringify(name)}: ${JSON.stringify(figures)
          .replace(/([:,])/g, '$1 ')
          .replace(/[{}]/g, (b) => (b === '{' ? '{ ' : ' }'))}`,
    );
  writeFileSync(FILE, lines.length > 0 ? `{\n${lines.join(',\n')}\n}\n` : '{}\n');
  return lines.length;
}
