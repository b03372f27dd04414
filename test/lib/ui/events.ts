/** A run's events, made by hand for the tests. */
import type { EventBody, JobEvent } from '../../../lib/lake/events.js';

const START = Date.parse('2026-03-01T12:00:00.000Z');

/** An event `seconds` after the start of the run. */
export function event(
  seconds: number,
  phase: string,
  association: string | null,
  body: EventBody,
  pid = 7,
): JobEvent {
  return {
    at: new Date(START + seconds * 1000).toISOString(),
    job_id: 'job-1',
    pid,
    phase,
    association,
    ...body,
  } as JobEvent;
}

export const atSecond = (seconds: number) => START + seconds * 1000;

export const PHASES = [
  'INIT',
  'GATEKEEPER',
  'DISCOVERY',
  'CLASSIFICATION',
  'EXTRACTION',
  'ENRICHMENT',
  'EXPORT',
];

export const runStarted = (associations = ['PMA', 'NEMA'], phases = PHASES) =>
  event(0, 'INIT', null, { event: 'run_started', mode: 'full', associations, phases, dry_run: false });

export const started = (seconds: number, phase: string, association: string | null, pid = 7) =>
  event(seconds, phase, association, { event: 'phase_started', resumed: false }, pid);

export const progress = (
  seconds: number,
  phase: string,
  association: string | null,
  done: number,
  total: number | null,
  errors = 0,
) =>
  event(seconds, phase, association, {
    event: 'progress',
    done,
    total,
    unit: 'pages',
    errors,
    rate_per_s: null,
    eta_s: null,
  });

export const finished = (
  seconds: number,
  phase: string,
  association: string | null,
  status: Extract<JobEvent, { event: 'phase_finished' }>['status'] = 'done',
  error: string | null = null,
) =>
  event(seconds, phase, association, {
    event: 'phase_finished',
    status,
    counts: { pages: 900 },
    duration_ms: 4000,
    error,
  });

export const notice = (seconds: number, message: string, level: 'INFO' | 'WARN' | 'ERROR' = 'WARN') =>
  event(seconds, 'DISCOVERY', 'PMA', { event: 'notice', level, code: 'ROBOTS_CHANGED', message });

export const runFinished = (seconds: number) =>
  event(seconds, 'EXPORT', null, {
    event: 'run_finished',
    status: 'done',
    exit_code: 0,
    duration_ms: seconds * 1000,
  });
