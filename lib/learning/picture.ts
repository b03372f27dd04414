/** Learned selectors for a person: the YAML, and how well each field was hit on the page they were learned from. */
import { rowsTable } from '../ui/rows-table.js';
import type { FieldScore } from './evaluate.js';
import type { Learned } from './induce.js';
import { selectorsYaml } from './yaml.js';

/** Right values among those given, and among those known. */
export const rates = ({ known, right, wrong }: FieldScore) => ({
  precision: right + wrong === 0 ? null : right / (right + wrong),
  recall: known === 0 ? null : right / known,
});

const shown = (share: number | null) => (share === null ? '–' : share.toFixed(2));

export function learnedLines(learned: Learned): string[] {
  const row = (what: string, score: FieldScore) => {
    const { precision, recall } = rates(score);
    return {
      what,
      known: score.known,
      right: score.right,
      wrong: score.wrong,
      precision: shown(precision),
      recall: shown(recall),
    };
  };
  return [
    ...selectorsYaml(learned.block).trimEnd().split('\n'),
    '',
    '# With these selectors alone, on this page:',
    ...rowsTable([
      row('records', learned.records),
      ...Object.entries(learned.fields).map(([field, score]) => row(field, score)),
    ]).map((line) => `#   ${line}`),
  ];
}
