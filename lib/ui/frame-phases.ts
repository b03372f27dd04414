/** Phases and their lanes (one per association) as lines of the frame. */
import { count, countsText, doneOf, duration, phaseName, plural, rate } from './format.js';
import type { Lane, RunState } from './progress-state.js';
import { padTo, textWidth } from './text-width.js';

/** A run of text in one style. */
export interface Segment {
  text: string;
  color?: 'green' | 'yellow' | 'red' | 'cyan';
  dim?: boolean;
  bold?: boolean;
}
export type Line = Segment[];

/** A phase with all its lanes. */
export interface Group {
  phase: string;
  name: string;
  lanes: Lane[];
  status: 'coming' | 'running' | 'finished';
  /** True when a lane did not end well. */
  trouble: boolean;
}

const FINE = new Set<Lane['status']>(['running', 'done', 'up_to_date', 'skipped']);
/** Finished lanes of a running phase are shown one by one up to this many, then in one line. */
const FINISHED_SHOWN = 3;

/** All phases: the announced ones in their order, then others as they appeared. */
export function groupsOf(state: RunState): Group[] {
  const phases = [...new Set([...state.phases, ...state.lanes.map((l) => l.phase)])];
  return phases.map((phase) => {
    const lanes = state.lanes.filter((l) => l.phase === phase);
    const runs = lanes.some((l) => l.status === 'running') || (lanes.length > 0 && isPartial(lanes, state));
    const status = lanes.length === 0 ? 'coming' : runs ? 'running' : 'finished';
    return { phase, name: phaseName(phase), lanes, status, trouble: lanes.some((l) => !FINE.has(l.status)) };
  });
}

/** Between two associations of a phase nothing runs, but the phase is not over. */
function isPartial(lanes: readonly Lane[], state: RunState): boolean {
  if (state.status !== 'running') return false;
  const later = state.lanes.slice(state.lanes.lastIndexOf(lanes.at(-1)!) + 1);
  return later.length === 0 && coming(lanes, state).length > 0;
}

function coming(lanes: readonly Lane[], state: RunState): string[] {
  if (lanes.some((l) => l.association === null)) return [];
  return state.associations.filter((code) => !lanes.some((l) => l.association === code));
}

const NAME_WIDTH = 16;

/** The one line of a phase: what is to come, what runs, or how it ended. */
export function summaryLine(group: Group): Line {
  const name = group.name.padEnd(NAME_WIDTH);
  if (group.status === 'coming') return [{ text: `· ${group.name}`, dim: true }];
  if (group.status === 'running') {
    const step = group.lanes.findLast((l) => l.status === 'running' && l.step)?.step;
    return [
      { text: '▸ ', color: 'cyan' },
      { text: name, bold: true },
      { text: step ? ` ${step}` : '', dim: true },
    ];
  }
  const worst = group.lanes.find((l) => !FINE.has(l.status));
  const upToDate = group.lanes.every((l) => l.status === 'up_to_date' || l.status === 'skipped');
  const errors = group.lanes.reduce((sum, l) => sum + l.errors, 0);
  const mark: Segment = worst ? markOf(worst) : { text: upToDate ? '= ' : '✓ ', color: 'green' };
  return [
    mark,
    { text: name },
    { text: padTo(upToDate ? 'up to date' : spanOf(group.lanes), 11, upToDate ? 'left' : 'right') },
    { text: `  ${countsText(summed(group.lanes))}`, dim: true },
    { text: errors > 0 ? `  ${plural(errors, 'error')}` : '', color: 'yellow' },
  ];
}

/** Lanes of a phase: all while it runs, only the ones in trouble once it is over. */
export function laneLines(group: Group, state: RunState, width: number, condensed: boolean): Line[] {
  const label = Math.max(3, ...group.lanes.map((l) => textWidth(l.association ?? 'all')));
  const running = group.lanes.filter((l) => l.status === 'running');
  const troubled = group.lanes.filter((l) => !FINE.has(l.status));
  const lines = [
    ...troubled.map((l) => endedLine(l, label)),
    ...running.map((l) => runningLine(l, label, width)),
  ];
  if (group.status !== 'running') return lines;
  const fine = group.lanes.filter((l) => l.status !== 'running' && FINE.has(l.status));
  if (fine.length > (condensed ? 0 : FINISHED_SHOWN)) {
    lines.push([
      { text: '  ✓ ', color: 'green' },
      { text: `${fine.length} finished: ${fine.map((l) => l.association ?? 'all').join(' ')}`, dim: true },
    ]);
  } else {
    lines.unshift(...fine.map((l) => endedLine(l, label)));
  }
  const next = coming(group.lanes, state);
  if (next.length > 0) lines.push([{ text: `  · to come: ${next.join(' ')}`, dim: true }]);
  return lines;
}

function runningLine(lane: Lane, label: number, width: number): Line {
  const known = lane.total !== null && lane.total > 0;
  const amount =
    lane.done === 0 && lane.total === null ? 'starting' : doneOf(lane.done, lane.total, lane.unit);
  const speed = lane.ratePerS === null ? '' : rate(lane.ratePerS);
  const left = lane.etaS === null ? '' : `${duration(lane.etaS * 1000)} left`;
  const errors = lane.errors > 0 ? `  ${plural(lane.errors, 'error')}` : '';
  const fixed = 4 + label + 2 + 1 + 20 + 8 + 14 + 12;
  const cells = Math.min(40, Math.max(8, width - fixed));
  return [
    { text: `    ${padTo(lane.association ?? 'all', label)}  ` },
    ...(known ? bar(lane.done / lane.total!, cells) : [{ text: '─'.repeat(cells), dim: true }]),
    { text: ` ${padTo(amount, 20, 'right')}` },
    { text: padTo(speed, 8, 'right'), dim: true },
    { text: padTo(left, 14, 'right') },
    { text: errors, color: 'yellow' },
  ];
}

function bar(share: number, cells: number): Line {
  const full = Math.min(cells, Math.max(0, Math.floor(share * cells)));
  return [
    { text: '━'.repeat(full), color: 'cyan' },
    { text: '─'.repeat(cells - full), dim: true },
  ];
}

function endedLine(lane: Lane, label: number): Line {
  const name = padTo(lane.association ?? 'all', label);
  if (FINE.has(lane.status)) {
    const took = lane.status === 'done' ? duration(lane.durationMs ?? 0) : lane.status.replaceAll('_', ' ');
    return [
      { text: '  ✓ ', color: 'green' },
      { text: `${name}  ${took}` },
      { text: `  ${countsText(lane.counts)}`, dim: true },
      { text: lane.errors > 0 ? `  ${plural(lane.errors, 'error')}` : '', color: 'yellow' },
    ];
  }
  const mark = markOf(lane);
  return [
    { ...mark, text: `  ${mark.text}` },
    { text: `${name}  ` },
    { ...mark, text: lane.status.replaceAll('_', ' ') },
    { text: lane.error ? `  ${lane.error}` : ` at ${count(lane.done)}` },
  ];
}

function markOf(lane: Lane): Segment {
  const soft = lane.status === 'interrupted' || lane.status === 'quarantined';
  return { text: soft ? '! ' : '✗ ', color: soft ? 'yellow' : 'red' };
}

/** From the first start to the last end: lanes may run side by side. */
function spanOf(lanes: readonly Lane[]): string {
  const start = Math.min(...lanes.map((l) => l.startedMs));
  const end = Math.max(...lanes.map((l) => l.startedMs + (l.durationMs ?? 0)));
  return duration(end - start);
}

function summed(lanes: readonly Lane[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const lane of lanes) {
    for (const [name, n] of Object.entries(lane.counts)) sums[name] = (sums[name] ?? 0) + n;
  }
  return sums;
}
