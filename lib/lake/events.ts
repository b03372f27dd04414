/**
 * The one event stream of a job, `events.ndjson`: progress view, dashboard and log are readers of it, and a finished
 * run can be replayed from it. One JSON object a line; every event carries who and when.
 */
export interface EventBase {
  at: string;
  job_id: string;
  pid: number;
  phase: string;
  association: string | null;
}

export type JobEvent = EventBase &
  (
    | { event: 'run_started'; mode: string; associations: string[]; phases: string[]; dry_run: boolean }
    | { event: 'phase_started'; resumed: boolean }
    | { event: 'step'; step: string }
    /** `total` is null while unknown. `unit`: pages, records, companies … */
    | {
        event: 'progress';
        done: number;
        total: number | null;
        unit: string;
        errors: number;
        rate_per_s: number | null;
        eta_s: number | null;
      }
    /** A domain makes the phase wait: its limit, a Retry-After, a spent daily cap. */
    | { event: 'domain_wait'; domain: string; reason: string; wait_ms: number }
    | { event: 'notice'; level: 'INFO' | 'WARN' | 'ERROR'; code: string; message: string }
    | { event: 'dead_letter'; subject: string; error_code: string; message: string }
    | {
        event: 'phase_finished';
        status: 'done' | 'up_to_date' | 'quarantined' | 'failed' | 'refused' | 'interrupted' | 'skipped';
        counts: Record<string, number>;
        duration_ms: number;
        error: string | null;
      }
    | {
        event: 'run_finished';
        status: 'done' | 'failed' | 'interrupted';
        exit_code: number;
        duration_ms: number;
      }
  );

/** An event as a phase makes it; the bus adds who and when. */
export type EventBody = JobEvent extends infer E
  ? E extends EventBase
    ? Omit<E, keyof EventBase>
    : never
  : never;
