/**
 * Benchmarks of reading pages: `npm run bench:extract` prints all figures beside what is promised, `-- --only golden`
 * some, `-- --quick` at small sizes, `-- --pages <folder>` (or PAGES) also on real pages that are not part of the
 * project, `-- --misses` every value that is read wrongly, `-- --write` puts the figures into docs/benchmarks.md,
 * `-- --record` writes down which golden pages fall short, `-- --write-config` how sure verdicts are. Exit code 1 when a promise is not kept.
 */
import os from 'node:os';
import { removeTempFolders } from './bench-lake.js';
import { type Figure, type Floored, figuresTable } from './crawl/floors.js';
import { writePiece } from './document.js';
import { calibration } from './extract/calibration.js';
import { golden } from './extract/golden.js';
import { memory } from './extract/memory.js';
import { realPages } from './extract/real-pages.js';
import { speed } from './extract/speed.js';
import { benchOptions } from './options.js';
import { duckVersion, machineText, sectionText, tableText } from './report.js';

export interface ExtractOptions {
  quick: boolean;
  /** Folder of real pages with `business/` and `listings/` and their scorers; null where none is given. */
  pages: string | null;
  misses: boolean;
  record: boolean;
  /** The fitted calibration goes into config/classification.yaml. */
  writeConfig: boolean;
}

const benchmarks: Record<string, (options: ExtractOptions) => Promise<Floored | string>> = {
  golden,
  pages: realPages,
  calibration,
  speed,
  memory,
};

const values = benchOptions('bench:extract', {
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean', default: false },
  pages: { type: 'string' },
  misses: { type: 'boolean', default: false },
  record: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  'write-config': { type: 'boolean', default: false },
});
const names = values.only ?? Object.keys(benchmarks);
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0 || (values.write && (values.only || values.quick))) {
  console.error(
    unknown.length > 0
      ? `--only ${unknown.join(', ')}: there are ${Object.keys(benchmarks).join(', ')}.`
      : '--write wants all benchmarks at full size: leave out --only and --quick.',
  );
  process.exit(2);
}

process.on('exit', removeTempFolders);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const machine = machineText(await duckVersion(), os.loadavg());
console.log(`${machine}\n`);
const { quick, misses, record } = values;
const options: ExtractOptions = {
  quick,
  misses,
  record,
  writeConfig: values['write-config'],
  pages: values.pages ?? process.env.PAGES ?? null,
};
const figures: Figure[] = [];
const texts: string[] = [];
for (const name of names) {
  const outcome = await benchmarks[name]!(options);
  if (typeof outcome === 'string') {
    console.log(`${name}: skipped. ${outcome}\n`);
    continue;
  }
  const text = `${sectionText(outcome.section, 3)}\n${tableText(figuresTable(outcome.figures))}\n`;
  console.log(text);
  figures.push(...outcome.figures);
  texts.push(text);
}
console.log(tableText(figuresTable(figures)));
if (values.write) writePiece('npm run bench:extract', [head(), machine, '', ...texts].join('\n'));
const missed = figures.filter((f) => !f.kept);
if (missed.length > 0) {
  console.error(
    `\nMissed: ${missed.map((f) => `${f.name} (${f.shown}, promised ${f.promise})`).join('; ')}.`,
  );
  process.exitCode = 1;
}

function head(): string {
  return `## Reading pages: what is found, how fast, in how much memory

Written by \`npm run bench:extract -- --write\`. Each figure stands beside what is promised; the program ends with exit
code 1 when one is missed.
`;
}
