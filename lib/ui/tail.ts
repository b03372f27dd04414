/** Following an events.ndjson that another process writes: what is there, then what comes. */
import { open } from 'node:fs/promises';
import type { JobEvent } from '../lake/events.js';

const POLL_MS = 200;
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** What a poll found. `restarted`: the file was cut or replaced, and what was read before no longer counts. */
export interface Batch {
  events: JobEvent[];
  restarted: boolean;
}

/** Reads what a file has gained since the last call. A missing file has gained nothing yet. */
export function tailReader(file: string): () => Promise<Batch> {
  let offset = 0;
  let inode: number | null = null;
  // An unfinished last line waits here for its end; bytes, since a character may be torn too.
  let rest = Buffer.alloc(0);

  return async () => {
    const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (!handle) return { events: [], restarted: false };
    try {
      const stat = await handle.stat();
      const restarted = stat.size < offset || (inode !== null && inode !== stat.ino);
      if (restarted) {
        offset = 0;
        rest = Buffer.alloc(0);
      }
      inode = stat.ino;
      const events: JobEvent[] = [];
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(0, stat.size - offset)));
      while (offset < stat.size) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        const end = bytes.lastIndexOf(NEWLINE) + 1;
        rest = Buffer.from(bytes.subarray(end));
        for (const line of bytes.toString('utf8', 0, end).split('\n')) {
          const event = parseEvent(line);
          if (event) events.push(event);
        }
      }
      return { events, restarted };
    } finally {
      await handle.close();
    }
  };
}

/** Polls until aborted. Polling, because fs.watch is silent on network folders and in some containers. */
export async function follow(
  file: string,
  onBatch: (batch: Batch) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = tailReader(file);
  while (!signal.aborted) {
    onBatch(await read());
    await pause(POLL_MS, signal);
  }
}

/** Waits, unless aborted before. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

const FIELDS: Record<JobEvent['event'], Record<string, string>> = {
  run_started: { mode: 'string', associations: 'array', phases: 'array' },
  phase_started: {},
  step: { step: 'string' },
  progress: { done: 'number', unit: 'string', errors: 'number' },
  domain_wait: { domain: 'string', reason: 'string', wait_ms: 'number' },
  notice: { level: 'string', code: 'string', message: 'string' },
  dead_letter: { subject: 'string', error_code: 'string', message: 'string' },
  phase_finished: { status: 'string', counts: 'object', duration_ms: 'number' },
  run_finished: { status: 'string', exit_code: 'number', duration_ms: 'number' },
};

/** Fields that may be null. */
const OPTIONAL: Partial<Record<JobEvent['event'], Record<string, string>>> = {
  progress: { total: 'number', rate_per_s: 'number', eta_s: 'number' },
  phase_finished: { error: 'string' },
};

/** One line as an event, or null for what is none: a line torn by a crash, or an event of a later version. */
export function parseEvent(line: string): JobEvent | null {
  if (line.trim() === '') return null;
  const value = parse(line) ?? parse(afterTear(line));
  if (typeof value !== 'object' || value === null) return null;
  const event = value as Record<string, unknown>;
  const fields =
    typeof event.event === 'string' && Object.hasOwn(FIELDS, event.event)
      ? FIELDS[event.event as JobEvent['event']]
      : null;
  const known = { at: 'string', job_id: 'string', phase: 'string', pid: 'number', ...fields };
  const valid = fields && Object.entries(known).every(([name, kind]) => kindOf(event[name]) === kind);
  if (!valid) return null;
  const optional = OPTIONAL[event.event as JobEvent['event']] ?? {};
  for (const [name, kind] of Object.entries({ association: 'string', ...optional })) {
    if (kindOf(event[name]) !== kind) event[name] = null;
  }
  return event as unknown as JobEvent;
}

/** A killed writer leaves half a line, and the next one writes on behind it: the second half is whole. */
function afterTear(line: string): string {
  return line.slice(
    Math.max(0, line.lastIndexOf('{"at":'), line.lastIndexOf('{"event":'), line.lastIndexOf('{"job_id":')),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}
