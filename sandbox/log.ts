/** The request log: one line a request, in a file if wanted, and always in memory for the control host. */
import { createWriteStream } from 'node:fs';

export type LogEntry = {
  /** When the request came, to the millisecond, by the wall clock. */
  at: string;
  /** The same in milliseconds of a clock that never jumps, from the start of the sandbox. */
  t_ms: number;
  /** How long the sandbox may have been too busy to see the request: it came so much earlier at most. */
  late_ms: number;
  scheme: string;
  method: string;
  host: string;
  path: string;
  status: number;
  /** Body bytes that the server set out to send. */
  bytes: number;
  user_agent: string | null;
  /** The fault that was injected, if one was. */
  fault: string | null;
  /** The `Retry-After` that was sent, as it was written. */
  retry_after: string | null;
};

export type RequestLog = {
  write(entry: LogEntry): void;
  entries(): readonly LogEntry[];
  /** Requests per host since the start. */
  counts(): Record<string, number>;
  close(): Promise<void>;
};

// enough for several full crawls; beyond it the oldest half goes, the counts stay
const KEEP = 200_000;

/** A log, also written to `file` as NDJSON when one is named. */
export function makeLog(file: string | null): RequestLog {
  const out = file === null ? null : createWriteStream(file, { flags: 'a' });
  const perHost = new Map<string, number>();
  let kept: LogEntry[] = [];
  return {
    write(entry) {
      perHost.set(entry.host, (perHost.get(entry.host) ?? 0) + 1);
      kept.push(entry);
      if (kept.length > KEEP) kept = kept.slice(KEEP / 2);
      out?.write(`${JSON.stringify(entry)}\n`);
    },
    entries: () => kept,
    counts: () => Object.fromEntries([...perHost].sort(([a], [b]) => (a < b ? -1 : 1))),
    close: () => new Promise((done) => (out === null ? done() : out.end(done))),
  };
}
