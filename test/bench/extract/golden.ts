/** The golden folder: what is found of what a person reads there, by field, by strategy, and by the miner alone. */
import { loadConfig, loadPlatforms } from '../../../lib/config.js';
import { goldenCases } from '../../sites/cases.js';
import {
  FLOORS,
  pageFigures,
  readByMinerAlone,
  readWhole,
  type ScoredCase,
  totalsOf,
} from '../../sites/readings.js';
import { add, emptyTally, measures, type StrategyTally, type Tally } from '../../sites/score.js';
import { recordShortfalls } from '../../sites/shortfalls.js';
import type { ExtractOptions } from '../bench-extract.js';
import { atLeast, type Floored } from '../crawl/floors.js';
import { count, type Table } from '../report.js';

export async function golden({ misses, record }: ExtractOptions): Promise<Floored> {
  const cases = goldenCases();
  const whole = readWhole(cases, await loadPlatforms(await loadConfig()));
  const alone = readByMinerAlone(cases);
  if (record) console.log(`${recordShortfalls(whole)} pages are not read perfectly; written down.\n`);
  if (misses) for (const one of whole) printMisses(one);
  const all = totalsOf(whole);
  const plain = totalsOf(alone);
  const platforms = new Set(cases.map((c) => c.expected.platform.split(',')[0])).size;
  return {
    section: {
      title: 'The golden folder',
      command: 'npm run bench:extract -- --only golden',
      about: `${cases.length} pages (\`test/sites\`), composed by hand in the markup of ${platforms} platforms and habits, ${cases.filter((c) => c.expected.page_type === 'other').length} of them without anything to find. A record is right when its name is; fields are scored on right records, and a value that the page does not have counts against. The miner alone reads the same pages (${alone.length}: those whose records are in the text) without platform packs, scripts, structured data and state; nothing has selectors. Of a strategy are counted the values that it stands behind, alone or with others.`,
      tables: [
        totalsTable([
          ['everything', all, whole.length],
          ['miner alone', plain, alone.length],
        ]),
        fieldTable(whole, alone),
        strategyTable(whole, all.fields),
        worstTable(whole, alone),
      ],
    },
    figures: [
      atLeast('golden folder, record F1', measures(all.records).f1, FLOORS.records, share),
      atLeast('golden folder, field F1', measures(all.fields).f1, FLOORS.fields, share),
      atLeast('miner alone, record F1', measures(plain.records).f1, FLOORS.minerRecords, share),
    ],
  };
}

const share = (n: number): string => (Math.floor(n * 1000) / 1000).toFixed(3);

const shown = (tally: Tally): string[] => {
  const { precision, recall, f1 } = measures(tally);
  return [precision, recall, f1].map(share);
};

function totalsTable(rows: [string, ReturnType<typeof totalsOf>, number][]): Table {
  return {
    head: [
      '',
      'pages',
      'type right',
      'records',
      'precision',
      'recall',
      'F1',
      'field precision',
      'recall',
      'F1',
    ],
    rows: rows.map(([name, { records, fields, typesRight }, pages]) => [
      name,
      count(pages),
      count(typesRight),
      count(records.want),
      ...shown(records),
      ...shown(fields),
    ]),
  };
}

function fieldTable(whole: readonly ScoredCase[], alone: readonly ScoredCase[]): Table {
  const [of, ofMiner] = [byField(whole), byField(alone)];
  const names = [...of.keys()].sort((a, b) => (of.get(b)?.want ?? 0) - (of.get(a)?.want ?? 0));
  return {
    head: ['field', 'on the pages', 'precision', 'recall', 'F1', 'miner alone, F1'],
    rows: names.map((name) => {
      const tally = of.get(name) ?? emptyTally();
      const mined = ofMiner.get(name);
      return [name, count(tally.want), ...shown(tally), mined ? share(measures(mined).f1) : ''];
    }),
  };
}

function byField(scored: readonly ScoredCase[]): Map<string, Tally> {
  const fields = new Map<string, Tally>();
  for (const { score } of scored)
    for (const [name, tally] of score.fields) {
      const sum = fields.get(name) ?? emptyTally();
      add(sum, tally);
      fields.set(name, sum);
    }
  return fields;
}

function strategyTable(whole: readonly ScoredCase[], fields: Tally): Table {
  const strategies = new Map<string, StrategyTally>();
  for (const { score } of whole)
    for (const [name, tally] of score.strategies) {
      const sum = strategies.get(name) ?? { records: 0, given: 0, right: 0 };
      sum.records += tally.records;
      sum.given += tally.given;
      sum.right += tally.right;
      strategies.set(name, sum);
    }
  return {
    head: ['strategy', 'right records named', 'values', 'right', 'precision', 'share of all values', 'F1'],
    rows: [...strategies]
      .sort((a, b) => b[1].given - a[1].given)
      .map(([name, { records, given, right }]) => {
        const { precision, recall, f1 } = measures({ want: fields.want, got: given, hit: right });
        return [name, count(records), count(given), count(right), share(precision), share(recall), share(f1)];
      }),
  };
}

/** Pages that are not read perfectly, the worst first. */
function worstTable(whole: readonly ScoredCase[], alone: readonly ScoredCase[]): Table {
  const mined = new Map(alone.map((one) => [one.case.name, pageFigures(one)]));
  const rows = whole
    .map((one) => ({ name: one.case.name, figures: pageFigures(one), mined: mined.get(one.case.name) }))
    .filter(
      ({ figures, mined }) =>
        figures.records + figures.fields < 2 || !figures.type || (mined?.records ?? 1) < 1,
    )
    .sort((a, b) => a.figures.records + a.figures.fields - b.figures.records - b.figures.fields);
  return {
    head: ['pages with an error', 'record F1', 'F1 of all its values', 'type', 'miner alone, record F1'],
    rows: rows.map(({ name, figures, mined }) => [
      name,
      share(figures.records),
      share(figures.fields),
      figures.type ? 'right' : 'wrong',
      mined ? share(mined.records) : '',
    ]),
  };
}

function printMisses({ case: { name }, score }: ScoredCase): void {
  if (score.misses.length === 0) return;
  console.log(name);
  for (const { record, field, got, want } of score.misses)
    console.log(`    ${record} · ${field}: read ${got ?? 'nothing'}, is ${want ?? 'not there'}`);
}
