/**
 * Benchmarks of the crawl: `npm run bench:crawl` prints all figures beside what is promised, `-- --only makespan` some,
 * `-- --quick` at small sizes, `-- --write` puts them into docs/benchmarks.md. Exit code 1 when a promise is not kept.
 */
import os from 'node:os';
import { removeTempFolders } from './bench-lake.js';
import { type Figure, type Floored, figuresTable } from './crawl/floors.js';
import { limits } from './crawl/limits.js';
import { makespan } from './crawl/makespan.js';
import { memory } from './crawl/memory.js';
import { recrawl } from './crawl/recrawl.js';
import { robotsQuestions } from './crawl/robots-questions.js';
import { throughput } from './crawl/throughput.js';
import { writePiece } from './document.js';
import { benchOptions } from './options.js';
import { duckVersion, machineText, sectionText, tableText } from './report.js';

const benchmarks: Record<string, (options: { quick: boolean }) => Promise<Floored>> = {
  makespan,
  limits,
  robots: robotsQuestions,
  throughput,
  memory,
  recrawl,
};

const values = benchOptions('bench:crawl', {
  only: { type: 'string', multiple: true },
  quick: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
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
const figures: Figure[] = [];
const texts: string[] = [];
for (const name of names) {
  const floored = await benchmarks[name]!({ quick: values.quick });
  const text = `${sectionText(floored.section, 3)}\n${tableText(figuresTable(floored.figures))}\n`;
  console.log(text);
  figures.push(...floored.figures);
  texts.push(text);
}
console.log(tableText(figuresTable(figures)));
if (values.write) writePiece('npm run bench:crawl', [head(), machine, '', ...texts].join('\n'));
const missed = figures.filter((f) => !f.kept);
if (missed.length > 0) {
  console.error(
    `\nMissed: ${missed.map((f) => `${f.name} (${f.shown}, promised ${f.promise})`).join('; ')}.`,
  );
  process.exitCode = 1;
}

function head(): string {
  return `## The crawl

Written by \`npm run bench:crawl -- --write\`. Each figure stands beside what is promised; the program ends with exit code
1 when one is missed.
`;
}
