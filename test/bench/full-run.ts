/** A real `npm start` on a fresh lake: time per phase, memory, and what a second one costs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JobEvent } from '../../lib/lake/events.js';
import { stateRoot } from '../../lib/lake/paths.js';
import { tempFolder } from './bench-lake.js';
import { type Measured, runNode, spread, TSX } from './measure.js';
import { count, duration, megabytes, type Section, spreadRow, type Table, timeTable } from './report.js';

interface FullRun {
  env: NodeJS.ProcessEnv;
  root: string;
  ms: number;
  peakBytes: number;
  /** Seconds of each phase, the slowest association's. */
  phases: Map<string, number>;
  /** Pages fetched from association sites. */
  pages: number;
}

const FULL_RUNS = 3;
const start = [...TSX, 'scripts/start.ts', '--no-tui'];

async function fullRun(): Promise<FullRun> {
  const folder = tempFolder('run');
  const root = path.join(folder, 'lake');
  const env = { LAKE: root, LOGS: path.join(folder, 'logs') };
  const { ms, peakBytes } = await runNode(start, env);
  const phases = new Map<string, number>();
  let pages = 0;
  for (const event of eventsOf(root)) {
    if (event.event !== 'phase_finished') continue;
    phases.set(event.phase, Math.max(phases.get(event.phase) ?? 0, event.duration_ms));
    if (event.phase === 'DISCOVERY') pages += event.counts.pages ?? 0;
  }
  return { env, root, ms, peakBytes, phases, pages };
}

function eventsOf(root: string): JobEvent[] {
  const [job] = readdirSync(stateRoot(root)).filter((name) => !name.startsWith('.'));
  const text = readFileSync(path.join(stateRoot(root), job!, 'events.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JobEvent);
}

let shared: Promise<FullRun> | undefined;
/** The lake of one full run, made when it is first asked for. */
export const filledLake = (): Promise<FullRun> => {
  shared ??= fullRun();
  return shared;
};

export async function wholePipeline(): Promise<Section> {
  const runs = [await filledLake()];
  while (runs.length < FULL_RUNS) runs.push(await fullRun());

  // The same number of rounds for each, so that ratios can be taken round by round.
  const first: Measured = { name: 'npm start, fresh lake', units: null, ms: runs.map((r) => r.ms) };
  const again: Measured = { name: 'npm start again: up to date', units: null, ms: [] };
  const one: Measured = { name: 'recipes/graph.ts: up to date', units: null, ms: [] };
  const peaks = { again: [] as number[], one: [] as number[] };
  for (const { env } of runs) {
    const second = await runNode(start, env);
    const recipe = await runNode([...TSX, 'recipes/graph.ts', '--no-tui'], env);
    if (!/up to date/.test(second.output) || !/up to date/.test(recipe.output))
      throw new Error(`not up to date:\n${second.output}\n${recipe.output}`);
    again.ms.push(second.ms);
    one.ms.push(recipe.ms);
    peaks.again.push(second.peakBytes);
    peaks.one.push(recipe.peakBytes);
  }
  const total = spread(first.ms).median;
  const phases: Table = {
    head: ['phase', 'min', 'median', 'max', 'share of the run'],
    rows: [...runs[0]!.phases.keys()].map((phase) => {
      const times = runs.map((r) => r.phases.get(phase) ?? 0);
      return [...spreadRow(phase, times, duration), `${((spread(times).median / total) * 100).toFixed(0)} %`];
    }),
  };
  const memory: Table = {
    head: ['peak memory of the process', 'min', 'median', 'max'],
    rows: [
      spreadRow(
        first.name,
        runs.map((r) => r.peakBytes),
        megabytes,
      ),
      spreadRow(again.name, peaks.again, megabytes),
      spreadRow(one.name, peaks.one, megabytes),
    ],
  };
  return {
    title: 'The whole pipeline',
    command: 'npm run bench -- --only run',
    about: `\`npm start\` (PMA, NEMA and AGMA in the sandbox, which runs beside it on the same cores; ${count(spread(runs.map((r) => r.pages)).median)} association pages) ${FULL_RUNS} times, each on a fresh lake; then again on the lake it made, and one recipe alone. Phases of three associations go side by side, so a phase is the slowest association's time and phases overlap. Waits that politeness asks for go by 400 times faster in the sandbox, and are part of the times.`,
    tables: [timeTable([first, again, one], [first.name]), phases, memory],
  };
}
