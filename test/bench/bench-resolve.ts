/**
 * Benchmarks of resolution: `npm run bench:resolve` on synthetic companies, `-- --sets <folder>` (or RESOLVE_SETS) also on
 * record sets with truth that are not part of the project (a folder each with records.csv and truth.csv), `-- --sizes
 * 10000,100000` for other sizes, `-- --peer` also Splink (from PyPI, in a virtual environment below the cache folder),
 * `-- --write` puts the figures into docs/benchmarks.md. Exit code 1 when a promise is not kept.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../lib/lake/package-root.js';
import { removeTempFolders, tempFolder } from './bench-lake.js';
import { atLeast, atMost, type Figure, figuresTable } from './crawl/floors.js';
import { writePiece } from './document.js';
import { benchOptions } from './options.js';
import { count, duckVersion, duration, machineText, type Section, sectionText, tableText } from './report.js';
import { writeCompanies } from './resolve/companies.js';
import { splinkPython, splinkThresholds } from './resolve/peers.js';
import { type PairScore, scorePairs } from './resolve/score.js';

const values = benchOptions('bench:resolve', {
  sets: { type: 'string' },
  sizes: { type: 'string', default: '10000,100000,1000000' },
  peer: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
});
/** What is promised of sets by name; another set is shown without a promise. */
const floors: Record<string, number> = { 'early-childhood': 0.95, 'fodors-zagats': 0.985, 'orgs-hard': 0.98 };
const script = path.join(packageRoot(), 'scripts', 'resolve-file.ts');
const three = (n: number) => n.toFixed(4);

process.on('exit', removeTempFolders);
const machine = machineText(await duckVersion(), os.loadavg());
console.log(`${machine}\n`);
const folder = tempFolder('resolve');
const python = values.peer ? splinkPython() : null;
const figures: Figure[] = [];
const sections: Section[] = [];
const sets = values.sets ?? process.env.RESOLVE_SETS;
if (sets) sections.push(await quality(sets));
sections.push(await speed(values.sizes.split(',').map(Number)));

const text = [...sections.map((s) => sectionText(s, 3)), tableText(figuresTable(figures))].join('\n');
console.log(text);
if (values.write) {
  const head = '## Resolution: quality, speed, memory\n\nWritten by `npm run bench:resolve -- --write`.\n';
  writePiece('npm run bench:resolve', [head, machine, '', text].join('\n'));
}
if (figures.some((f) => !f.kept)) process.exitCode = 1;

async function quality(from: string): Promise<Section> {
  const rows: string[][] = [];
  for (const set of readdirSync(from).sort()) {
    const [records, truth] = [path.join(from, set, 'records.csv'), path.join(from, set, 'truth.csv')];
    if (!existsSync(truth)) continue;
    const out = path.join(folder, `${set}.csv`);
    const { ms } = ours(records, out);
    const score = await scorePairs(truth, out, 'site_cluster');
    const floor = floors[set];
    if (floor !== undefined) figures.push(atLeast(`${set}, pairwise F1`, score.f1, floor, three));
    rows.push([
      set,
      'this project',
      three(score.precision),
      three(score.recall),
      three(score.f1),
      duration(ms),
    ]);
    if (!python) continue;
    const peer = await splink(records, truth, path.join(folder, `${set}-splink.csv`));
    for (const [label, s] of peer.scores)
      rows.push([set, label, three(s.precision), three(s.recall), three(s.f1), duration(peer.ms)]);
    figures.push(atLeast(`${set}, F1 less that of Splink at its best`, score.f1 - peer.best.f1, 0, three));
  }
  return {
    title: 'Quality on sets with known truth',
    command: 'npm run bench:resolve -- --sets <folder> --peer',
    about: 'Pairs in one site cluster against the truth; one configuration for all sets, no labels.',
    tables: [{ head: ['set', 'resolver', 'precision', 'recall', 'F1', 'time'], rows }],
  };
}

async function speed(sizes: readonly number[]): Promise<Section> {
  const rows: string[][] = [];
  const stepRows: string[][] = [];
  const times = new Map<number, number>();
  for (const size of sizes) {
    const [records, truth] = [path.join(folder, `${size}.csv`), path.join(folder, `${size}-truth.csv`)];
    await writeCompanies(size, 7, records, truth);
    const out = path.join(folder, `${size}-out.csv`);
    const run = ours(records, out);
    times.set(size, run.ms);
    const score = await scorePairs(truth, out, 'site_cluster');
    const perRecord = (run.report.pairs / size).toFixed(1);
    rows.push([count(size), 'this project', three(score.f1), duration(run.ms), perRecord]);
    stepRows.push(
      ...run.report.steps.filter((s) => s.ms >= 10).map((s) => [count(size), s.step, duration(s.ms)]),
    );
    if (size === Math.max(...sizes)) sameClusters(records, out, size);
    if (!python) continue;
    const peer = await splink(records, truth, path.join(folder, `${size}-splink.csv`));
    for (const [label, s] of peer.scores) rows.push([count(size), label, three(s.f1), duration(peer.ms), '']);
    figures.push(
      atLeast(
        `${count(size)} records, F1 less that of Splink at its best`,
        score.f1 - peer.best.f1,
        0,
        three,
      ),
    );
    figures.push(
      atMost(`${count(size)} records, time to that of Splink`, run.ms / peer.ms, 1, (n) => n.toFixed(2)),
    );
  }
  const [hundredThousand, million] = [times.get(100_000), times.get(1_000_000)];
  if (hundredThousand && million)
    figures.push(
      atMost('growth from 100,000 to 1,000,000 records', million / hundredThousand, 13, (n) => n.toFixed(1)),
    );
  return {
    title: 'Speed on synthetic companies',
    command: 'npm run bench:resolve -- --peer',
    about: 'Whole runs of resolve-file, start of the process included; then the wall time of each SQL file.',
    tables: [
      { head: ['records', 'resolver', 'F1', 'time', 'pairs a record'], rows },
      { head: ['records', 'step', 'time'], rows: stepRows },
    ],
  };
}

/** Threads and memory must not be seen in the result. */
function sameClusters(records: string, expected: string, size: number): void {
  const wanted = readFileSync(expected);
  for (const options of [
    ['--threads', '1'],
    ['--threads', '4'],
    ['--memory', '1GB'],
  ]) {
    const out = path.join(folder, 'again.csv');
    ours(records, out, options);
    const same = readFileSync(out).equals(wanted) ? 1 : 0;
    figures.push(
      atLeast(`${count(size)} records, ${options.join(' ')}: same bytes`, same, 1, (n) => (n ? 'yes' : 'no')),
    );
  }
}

interface Report {
  pairs: number;
  steps: { step: string; ms: number }[];
}

function ours(records: string, out: string, options: readonly string[] = []): { ms: number; report: Report } {
  const start = performance.now();
  const run = spawnSync(process.execPath, ['--import', 'tsx', script, records, out, '--json', ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return { ms: performance.now() - start, report: JSON.parse(run.stdout) as Report };
}

async function splink(records: string, truth: string, out: string) {
  const start = performance.now();
  const program = path.join(import.meta.dirname, 'resolve', 'peers', 'splink_companies.py');
  const run = spawnSync(python!, [program, records, out], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  const ms = performance.now() - start;
  const all = await Promise.all(
    splinkThresholds.map(async (t) => [t, await scorePairs(truth, out, `t${t.replace('.', '_')}`)] as const),
  );
  const [bestAt, best] = all.reduce((a, b) => (b[1].f1 > a[1].f1 ? b : a));
  const usual = all.find(([t]) => t === '0.9')![1];
  const scores: [string, PairScore][] = [
    ['Splink at 0.9', usual],
    [`Splink at its best (${bestAt})`, best],
  ];
  return { ms, best, scores };
}
