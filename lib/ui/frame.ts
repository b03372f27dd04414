/** The picture of a run as lines of styled text, for a terminal of a given size. Pure; Ink only paints it. */
import { clockTime, count, duration, plural } from './format.js';
import { type Group, groupsOf, type Line, laneLines, type Segment, summaryLine } from './frame-phases.js';
import type { Notice, RunState } from './progress-state.js';
import { textWidth, truncate } from './text-width.js';

export interface FrameOptions {
  width: number;
  /** Lines at most. */
  height: number;
  nowMs: number;
  /** First body line shown when the person scrolls; null follows what runs. */
  scroll?: number | null;
  /** A dimmed last line: what the keys do. */
  hint?: string;
  /** Keeps waits and notices at the bottom of the screen. Default: right below the phases. */
  fill?: boolean;
}

export interface Frame {
  lines: Line[];
  /** The scroll position that was used, and the furthest that makes sense. */
  scroll: number;
  maxScroll: number;
}

/** Below this many lines no line is left empty; below the second, waits and notices make room for the phases. */
const TALL = 16;
const ROOMY = 30;

/** Lines of the frame: never more than `height`, none wider than `width`. */
export function frame(state: RunState, options: FrameOptions): Frame {
  const { width, height, nowMs } = options;
  const tall = height >= TALL;
  const [waits, notices] = height >= ROOMY ? [4, 6] : tall ? [2, 3] : [1, 1];
  const head = [title(state, width, nowMs), ...(tall ? [[]] : [])];
  const foot = [
    ...section(waitLines(state, nowMs, waits), tall),
    ...section(state.notices.slice(-notices).map(noticeLine), tall),
    ...(options.hint ? section([[{ text: options.hint, dim: true }]], tall) : []),
  ];
  const room = Math.max(0, height - head.length - foot.length);
  const groups = groupsOf(state);
  const full = bodyLines(groups, state, width, false);
  const condense = full.lines.length > room && (options.scroll ?? null) === null;
  const body = condense ? bodyLines(groups, state, width, true) : full;
  const view = windowOf(body, room, options.scroll ?? null);
  const blank: Line[] = options.fill
    ? Array.from({ length: Math.max(0, room - view.lines.length) }, () => [])
    : [];
  const lines = [...head, ...view.lines, ...blank, ...foot].slice(0, Math.max(1, height));
  return { lines: lines.map((line) => cut(line, width)), scroll: view.start, maxScroll: view.maxStart };
}

/** The frame without styles, e.g. for the terminal's scrollback after the view has closed. */
export function frameText(lines: readonly Line[]): string {
  return lines
    .map(
      (line) =>
        `${line
          .map((s) => s.text)
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

function title(state: RunState, width: number, nowMs: number): Line {
  const about = [
    state.mode ?? '',
    state.associations.length > 4
      ? plural(state.associations.length, 'association')
      : state.associations.join(' '),
    state.dryRun ? 'dry run' : '',
  ].filter(Boolean);
  const left: Line = [
    { text: 'NAM', bold: true },
    { text: `  ${state.jobId ?? 'no events yet'}` },
    { text: about.length > 0 ? `  ${about.join(' · ')}` : '', dim: true },
  ];
  const { errors, deadLetters } = state.totals;
  const elapsed = state.durationMs ?? (state.startedMs === null ? null : nowMs - state.startedMs);
  const right: Line = [
    { text: errors > 0 ? `${plural(errors, 'error')}  ` : '', color: 'yellow' },
    { text: deadLetters > 0 ? `${plural(deadLetters, 'dead letter')}  ` : '', color: 'yellow' },
    statusSegment(state),
    { text: elapsed === null ? '' : ` ${duration(Math.max(0, elapsed))}` },
  ];
  const rightWidth = lineWidth(right);
  const shortened = cut(left, Math.max(8, width - rightWidth - 2));
  const gap = Math.max(2, width - lineWidth(shortened) - rightWidth);
  return [...shortened, { text: ' '.repeat(gap) }, ...right];
}

function statusSegment(state: RunState): Segment {
  switch (state.status) {
    case 'done':
      return { text: 'done', color: 'green' };
    case 'failed':
      return { text: state.exitCode === null ? 'failed' : `failed (exit ${state.exitCode})`, color: 'red' };
    case 'interrupted':
      return { text: 'interrupted', color: 'yellow' };
    default:
      return { text: state.status, color: 'cyan' };
  }
}

interface Body {
  lines: Line[];
  /** Index of the line to keep in sight: the first phase that runs. */
  focus: number;
}

function bodyLines(groups: readonly Group[], state: RunState, width: number, condensed: boolean): Body {
  const lines: Line[] = [];
  let focus = -1;
  const quiet = condensed ? groups.filter((g) => g.status === 'finished' && !g.trouble) : [];
  if (quiet.length > 1) {
    const last = quiet.at(-1)!.name;
    lines.push([
      { text: '✓ ', color: 'green' },
      { text: `${plural(quiet.length, 'phase')} finished, ${last} last` },
    ]);
  }
  const coming = groups.filter((g) => g.status === 'coming');
  for (const group of groups) {
    if (group.status === 'coming' || (quiet.length > 1 && quiet.includes(group))) continue;
    if (focus < 0 && group.status === 'running') focus = lines.length;
    lines.push(summaryLine(group), ...laneLines(group, state, width, condensed));
  }
  if (coming.length > 0 && condensed) {
    lines.push([{ text: `· ${coming.length} to come: ${coming.map((g) => g.name).join(', ')}`, dim: true }]);
  } else {
    lines.push(...coming.map(summaryLine));
  }
  return { lines, focus: focus < 0 ? lines.length - 1 : focus };
}

function windowOf(body: Body, room: number, scroll: number | null) {
  const extra = body.lines.length - room;
  if (extra <= 0 || room <= 0)
    return { lines: body.lines.slice(0, Math.max(0, room)), start: 0, maxStart: 0 };
  const start = Math.min(extra, Math.max(0, scroll ?? body.focus - 1));
  const lines = body.lines.slice(start, start + room);
  // The edges say that there is more, in place of the line that stands there.
  if (start > 0) lines[0] = [{ text: `↑ ${count(start + 1)} more`, dim: true }];
  if (start < extra && room > 1)
    lines[room - 1] = [{ text: `↓ ${count(extra - start + 1)} more`, dim: true }];
  return { lines, start, maxStart: extra };
}

function waitLines(state: RunState, nowMs: number, most: number): Line[] {
  const active = state.waits.filter((w) => w.untilMs > nowMs).sort((a, b) => b.untilMs - a.untilMs);
  const lines: Line[] = active
    .slice(0, most)
    .map((w) => [
      { text: '◌ ', color: 'yellow' },
      { text: w.domain },
      { text: `  ${duration(w.untilMs - nowMs)}  `, color: 'yellow' },
      { text: w.times > 1 ? `${w.reason}, ${duration(w.totalMs)} in all` : w.reason, dim: true },
    ]);
  if (active.length > most)
    lines.push([{ text: `  ${plural(active.length - most, 'more domain')} waiting`, dim: true }]);
  return lines;
}

function noticeLine(notice: Notice): Line {
  const color = notice.level === 'ERROR' ? 'red' : notice.level === 'WARN' ? 'yellow' : undefined;
  const where = notice.association ? `${notice.association} ` : '';
  return [
    { text: `${clockTime(notice.atMs)} `, dim: true },
    { text: `${notice.code} `, ...(color ? { color } : { dim: true }) },
    { text: `${where}${notice.message}` },
  ];
}

/** A block with an empty line before it where there is room for one; nothing when it is empty. */
function section(lines: Line[], spaced: boolean): Line[] {
  return lines.length === 0 ? [] : [...(spaced ? [[]] : []), ...lines];
}

function lineWidth(line: Line): number {
  return line.reduce((sum, s) => sum + textWidth(s.text), 0);
}

function cut(line: Line, width: number): Line {
  const kept: Line = [];
  let used = 0;
  for (const segment of line) {
    const cells = textWidth(segment.text);
    if (used + cells <= width) kept.push(segment);
    else {
      kept.push({ ...segment, text: truncate(segment.text, width - used) });
      break;
    }
    used += cells;
  }
  return kept;
}
