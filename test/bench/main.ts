/**
 * Benchmarks: `npm run bench` prints all figures, `-- --only startup` some, `-- --write` puts them into
 * docs/benchmarks.md. Each figure stands beside a baseline that was measured in the same run.
 */
import os from 'node:os';
import { removeTempFolders } from './bench-lake.js';
import { writePiece } from './document.js';
import { wholePipeline } from './full-run.js';
import { journal } from './journal.js';
import { benchOptions } from './options.js';
import { pageReading } from './pages.js';
import { reading } from './reading.js';
import { duckVersion, machineText, type Section, sectionText } from './report.js';
import { startUp } from './startup.js';
import { writing } from './writing.js';

const benchmarks: Record<string, () => Promise<Section>> = {
  startup: startUp,
  run: wholePipeline,
  writing,
  journal,
  reading,
  pages: pageReading,
};

const values = benchOptions('bench', {
  only: { type: 'string', multiple: true },
  write: { type: 'boolean', default: false },
});
const names = values.only ?? Object.keys(benchmarks);
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length > 0 || (values.write && values.only)) {
  console.error(
    unknown.length > 0
      ? `--only ${unknown.join(', ')}: there are ${Object.keys(benchmarks).join(', ')}.`
      : '--write replaces the figures in docs/benchmarks.md, so it wants all benchmarks: leave out --only.',
  );
  process.exit(2);
}

process.on('exit', removeTempFolders);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const machine = machineText(await duckVersion(), os.loadavg());
console.log(`${machine}\n`);
const texts: string[] = [];
for (const name of names) {
  const text = sectionText(await benchmarks[name]!());
  console.log(text);
  texts.push(text);
}
if (values.write) {
  writePiece('npm run bench', `${head()}\n${machine}\n\n${texts.join('\n')}`);
}

function head(): string {
  return `Written by \`npm run bench -- --write\`; figures as they were seen, nothing rounded up. Alternatives are measured turn by
turn in one run, so a ratio (the median of the rounds, from the least to the most) holds on a busy machine too, while
times alone do not.
`;
}
