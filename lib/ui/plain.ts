/** Progress as plain lines, for pipes, CI and `--no-tui`: starts, ends, notices, and a sign of life now and then. */
import type { JobEvent } from '../lake/events.js';
import { clockTime, countsText, doneOf, duration, plural, rate } from './format.js';
import { writerFor } from './pipe.js';
import { initialState, type Lane, type RunState, reduce } from './progress-state.js';
import { sanitise } from './sanitise.js';

/** A phase tells of its progress at most this often. */
const PROGRESS_EVERY_MS = 5_000;
/** Shorter waits are the ordinary pace of polite fetching. */
const LONG_WAIT_MS = 10_000;
const WAIT_EVERY_MS = 60_000;
/** The rest of a phase's dead letters is in the table of that name. */
const DEAD_LETTERS_SHOWN = 5;

/** Turns events into lines; time is the events' own, so that a replay prints the same. */
export function plainLines(): (event: JobEvent) => string[] {
  let state: RunState = initialState;
  const lastProgress = new Map<string, number>();
  const lastWait = new Map<string, number>();
  const deadLetters = new Map<string, number>();

  return (event) => {
    state = reduce(state, event);
    const atMs = Date.parse(event.at) || (state.lastMs ?? 0);
    const who = sanitise([event.phase, event.association].filter(Boolean).join(' '));
    const line = (text: string) => [`${clockTime(atMs)} ${text}`];
    switch (event.event) {
      case 'run_started':
        return line(
          `run ${state.jobId}: ${state.mode}${state.dryRun ? ', dry run' : ''}, ${state.associations.join(' ')}`,
        );
      case 'phase_started':
        lastProgress.set(event.phase, lastProgress.get(event.phase) ?? atMs);
        return line(`${who} ${event.resumed ? 'resumed' : 'started'}`);
      case 'progress': {
        if (atMs - (lastProgress.get(event.phase) ?? 0) < PROGRESS_EVERY_MS) return [];
        lastProgress.set(event.phase, atMs);
        const lanes = state.lanes.filter((l) => l.phase === event.phase && l.status === 'running');
        return line(`${sanitise(event.phase)} ${lanes.map(laneText).join('; ')}`);
      }
      case 'domain_wait': {
        const due = atMs - (lastWait.get(event.domain) ?? 0) >= WAIT_EVERY_MS;
        if (event.wait_ms < LONG_WAIT_MS || !due) return [];
        lastWait.set(event.domain, atMs);
        return line(sanitise(`${who} waits ${duration(event.wait_ms)} for ${event.domain}: ${event.reason}`));
      }
      case 'notice': {
        const level = event.level === 'INFO' ? '' : `${event.level} `;
        return line(sanitise(`${level}${who} ${event.code}: ${event.message}`));
      }
      case 'dead_letter': {
        const n = (deadLetters.get(who) ?? 0) + 1;
        deadLetters.set(who, n);
        if (n > DEAD_LETTERS_SHOWN) return [];
        const more = n === DEAD_LETTERS_SHOWN ? ' (more of these are in dead_letters)' : '';
        return line(sanitise(`WARN ${who} ${event.error_code}: ${event.subject}: ${event.message}${more}`));
      }
      case 'phase_finished':
        return line(`${who} ${finishedText(state, event)}`);
      case 'run_finished':
        return line(`run ${state.jobId}: ${event.status} in ${duration(event.duration_ms)}`);
      default:
        return [];
    }
  };
}

/** Prints the lines of a source to stdout until stopped. */
export function startPlain(
  source: { subscribe(listener: (event: JobEvent) => void): () => void },
  stream: NodeJS.WritableStream = process.stdout,
): { stop(): Promise<void> } {
  const write = writerFor(stream);
  const lines = plainLines();
  const unsubscribe = source.subscribe((event) => {
    for (const line of lines(event)) write(`${line}\n`);
  });
  return { stop: async () => unsubscribe() };
}

function laneText(lane: Lane): string {
  const parts = [doneOf(lane.done, lane.total, lane.unit)];
  if (lane.ratePerS !== null) parts.push(rate(lane.ratePerS));
  if (lane.etaS !== null) parts.push(`${duration(lane.etaS * 1000)} left`);
  if (lane.errors > 0) parts.push(plural(lane.errors, 'error'));
  return `${lane.association ? `${lane.association} ` : ''}${parts.join(', ')}`;
}

function finishedText(state: RunState, event: Extract<JobEvent, { event: 'phase_finished' }>): string {
  const lane = state.lanes.find((l) => l.phase === event.phase && l.association === event.association);
  const status = event.status.replaceAll('_', ' ');
  if (event.status === 'up_to_date') return status;
  const counts = countsText(lane?.counts ?? {}, 6);
  const error = lane?.error ? `: ${lane.error}` : '';
  return `${status} in ${duration(event.duration_ms)}${counts ? `, ${counts}` : ''}${error}`;
}
