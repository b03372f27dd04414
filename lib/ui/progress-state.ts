/**
 * What a job is doing, folded from its event stream. Pure: the progress view, the dashboard and the plain lines are
 * three readers of this state. Texts are made safe to show here, once, since they may come from scraped pages.
 */
import type { JobEvent } from '../lake/events.js';
import { sanitise } from './sanitise.js';

type PhaseFinished = Extract<JobEvent, { event: 'phase_finished' }>;
type RunFinished = Extract<JobEvent, { event: 'run_finished' }>;

/** One phase for one association (or for all, `association` null). */
export interface Lane {
  phase: string;
  association: string | null;
  pid: number;
  status: 'running' | PhaseFinished['status'];
  resumed: boolean;
  step: string | null;
  done: number;
  total: number | null;
  unit: string;
  ratePerS: number | null;
  etaS: number | null;
  errors: number;
  startedMs: number;
  durationMs: number | null;
  counts: Readonly<Record<string, number>>;
  error: string | null;
}

/** A domain that makes a phase wait, and for how long in all. */
export interface DomainWait {
  domain: string;
  reason: string;
  untilMs: number;
  totalMs: number;
  times: number;
}

export interface Notice {
  atMs: number;
  level: 'INFO' | 'WARN' | 'ERROR';
  code: string;
  message: string;
  phase: string;
  association: string | null;
}

export interface RunState {
  jobId: string | null;
  mode: string | null;
  associations: readonly string[];
  /** Phases of the run in their order, as announced. */
  phases: readonly string[];
  dryRun: boolean;
  status: 'waiting' | 'running' | RunFinished['status'];
  exitCode: number | null;
  startedMs: number | null;
  /** Time of the newest event. */
  lastMs: number | null;
  durationMs: number | null;
  lanes: readonly Lane[];
  waits: readonly DomainWait[];
  /** The newest ones, oldest first. */
  notices: readonly Notice[];
  totals: { finished: number; errors: number; deadLetters: number; warnings: number };
}

/** Enough for a tall terminal; older ones are in the log. */
const NOTICES_KEPT = 100;
const TEXT_KEPT = 400;

export const initialState: RunState = {
  jobId: null,
  mode: null,
  associations: [],
  phases: [],
  dryRun: false,
  status: 'waiting',
  exitCode: null,
  startedMs: null,
  lastMs: null,
  durationMs: null,
  lanes: [],
  waits: [],
  notices: [],
  totals: { finished: 0, errors: 0, deadLetters: 0, warnings: 0 },
};

/** The state after one more event. */
export function reduce(before: RunState, event: JobEvent): RunState {
  const at = Date.parse(event.at);
  const atMs = Number.isNaN(at) ? (before.lastMs ?? 0) : at;
  const lastMs = Math.max(atMs, before.lastMs ?? atMs);
  const state: RunState = {
    ...before,
    jobId: shown(event.job_id),
    lastMs,
    startedMs: before.startedMs ?? atMs,
  };
  if (state.status === 'waiting') state.status = 'running';
  switch (event.event) {
    case 'run_started':
      return startRun(state, event, atMs);
    case 'phase_started':
      return withLane(running(state), event, atMs, () => ({
        ...newLane(event, atMs),
        resumed: event.resumed,
      }));
    case 'step':
      return withLane(state, event, atMs, (lane) => ({ ...lane, step: shown(event.step) }));
    case 'progress':
      return withLane(state, event, atMs, (lane) => progressed(lane, event, atMs));
    case 'domain_wait':
      return { ...state, waits: withWait(state.waits, event, atMs) };
    case 'notice':
      return withNotice(state, {
        atMs,
        level: event.level,
        code: shown(event.code),
        message: shown(event.message),
        phase: shown(event.phase),
        association: event.association === null ? null : shown(event.association),
      });
    case 'dead_letter': {
      const totals = { ...state.totals, deadLetters: state.totals.deadLetters + 1 };
      return { ...state, totals };
    }
    case 'phase_finished':
      return finishPhase(state, event, atMs);
    case 'run_finished':
      return {
        ...state,
        status: event.status,
        exitCode: event.exit_code,
        durationMs: event.duration_ms,
        waits: state.lanes.some((lane) => lane.status === 'running' && lane.pid !== event.pid)
          ? state.waits
          : [],
      };
    default:
      return state;
  }
}

/** Lanes whose process is gone without having said so are shown as interrupted, not as running for ever. */
export function withoutTheDead(state: RunState, isAlive: (pid: number) => boolean): RunState {
  const alive = new Map<number, boolean>();
  const lives = (pid: number) => {
    if (!alive.has(pid)) alive.set(pid, isAlive(pid));
    return alive.get(pid)!;
  };
  const lost = state.lanes.some((lane) => lane.status === 'running' && !lives(lane.pid));
  if (!lost) return state;
  const lanes = state.lanes.map((lane) =>
    lane.status === 'running' && !lives(lane.pid)
      ? { ...lane, status: 'interrupted' as const, error: lane.error ?? `process ${lane.pid} is gone` }
      : lane,
  );
  const ended = state.status === 'running' && !lanes.some((lane) => lane.status === 'running');
  return { ...state, lanes, status: ended ? 'interrupted' : state.status, waits: ended ? [] : state.waits };
}

type EventOf<K extends JobEvent['event']> = Extract<JobEvent, { event: K }>;

function startRun(state: RunState, event: EventOf<'run_started'>, atMs: number): RunState {
  // Another recipe of the same job may be at work: its associations and phases stay in the picture.
  const together = state.lanes.some((lane) => lane.status === 'running' && lane.pid !== event.pid);
  const join = (old: readonly string[], added: readonly string[]) => [
    ...new Set([...(together ? old : []), ...added]),
  ];
  return {
    ...running(state),
    mode: shown(event.mode),
    associations: join(state.associations, event.associations.map(shown)),
    phases: join(state.phases, event.phases.map(shown)),
    dryRun: event.dry_run,
    startedMs: together ? state.startedMs : atMs,
    waits: together ? state.waits : [],
    // Lanes of a run that was killed and is now resumed begin anew.
    lanes: together ? state.lanes : state.lanes.filter((lane) => lane.status !== 'running'),
  };
}

function running(state: RunState): RunState {
  return { ...state, status: 'running', exitCode: null, durationMs: null };
}

function newLane(event: JobEvent, atMs: number): Lane {
  return {
    phase: shown(event.phase),
    association: event.association === null ? null : shown(event.association),
    pid: event.pid,
    status: 'running',
    resumed: false,
    step: null,
    done: 0,
    total: null,
    unit: '',
    ratePerS: null,
    etaS: null,
    errors: 0,
    startedMs: atMs,
    durationMs: null,
    counts: {},
    error: null,
  };
}

function withLane(state: RunState, event: JobEvent, atMs: number, change: (lane: Lane) => Lane): RunState {
  const at = state.lanes.findIndex((l) => l.phase === event.phase && l.association === event.association);
  const before = state.lanes[at] ?? newLane(event, atMs);
  const after = change(before);
  const lanes = at < 0 ? [...state.lanes, after] : state.lanes.with(at, after);
  const errors = state.totals.errors + after.errors - (at < 0 ? 0 : before.errors);
  const finished = lanes.reduce((n, lane) => n + (lane.status === 'running' ? 0 : 1), 0);
  return { ...state, lanes, totals: { ...state.totals, errors, finished } };
}

function progressed(lane: Lane, event: EventOf<'progress'>, atMs: number): Lane {
  const seconds = (atMs - lane.startedMs) / 1000;
  const ratePerS = event.rate_per_s ?? (seconds >= 2 && event.done > 0 ? event.done / seconds : null);
  const left = event.total === null ? null : Math.max(0, event.total - event.done);
  const etaS = event.eta_s ?? (left !== null && ratePerS !== null && ratePerS > 0 ? left / ratePerS : null);
  const { done, total, errors } = event;
  return { ...lane, done, total, errors, unit: shown(event.unit), ratePerS, etaS };
}

function finishPhase(state: RunState, event: EventOf<'phase_finished'>, atMs: number): RunState {
  const error = event.error === null ? null : shown(event.error);
  const counts = Object.fromEntries(Object.entries(event.counts).map(([name, n]) => [shown(name), n]));
  const { status } = event;
  return withLane(state, event, atMs, (lane) => ({
    ...lane,
    status,
    error,
    counts,
    durationMs: event.duration_ms,
    ratePerS: null,
    etaS: null,
    step: null,
  }));
}

function withWait(waits: readonly DomainWait[], event: EventOf<'domain_wait'>, atMs: number): DomainWait[] {
  const domain = shown(event.domain);
  const before = waits.find((w) => w.domain === domain);
  const wait: DomainWait = {
    domain,
    reason: shown(event.reason),
    untilMs: Math.max(before?.untilMs ?? 0, atMs + event.wait_ms),
    totalMs: (before?.totalMs ?? 0) + event.wait_ms,
    times: (before?.times ?? 0) + 1,
  };
  return [...waits.filter((w) => w.domain !== domain), wait];
}

function withNotice(state: RunState, notice: Notice): RunState {
  const notices = [...state.notices, notice].slice(-NOTICES_KEPT);
  const warnings = state.totals.warnings + (notice.level === 'INFO' ? 0 : 1);
  return { ...state, notices, totals: { ...state.totals, warnings } };
}

function shown(text: string): string {
  return sanitise(String(text).slice(0, TEXT_KEPT));
}
