/**
 * Small facts about a domain that every process on the lake shares and a restart remembers: one small file a domain,
 * changed under a lock. Instants in it are on the machine's monotonic clock.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { withLock } from '../lake/lock.js';

export interface Stamped {
  /** The monotonic clock when this was written; it is later than now only after a reboot. */
  at_ms: number;
}

interface Options<S> {
  folder: string;
  /** File name after the domain, for example `.json`. */
  suffix: string;
  clock: Clock;
  fresh: () => S;
  /** Moves every instant `backMs` back: a reboot set the clock back, and what was ahead then is ahead now. */
  rebooted(state: S, backMs: number): void;
}

export class DomainState<S extends Stamped> {
  private readonly options: Options<S>;

  constructor(options: Options<S>) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  exists(domain: string): boolean {
    return existsSync(this.fileOf(domain));
  }

  read(domain: string): S {
    const { clock, fresh, rebooted } = this.options;
    const state = fresh();
    try {
      const stored = JSON.parse(readFileSync(this.fileOf(domain), 'utf8')) as Partial<S>;
      for (const key of Object.keys(state) as (keyof S)[]) {
        // A field that is missing or damaged is worth no more than its first value.
        if (isLike(stored[key], state[key])) state[key] = stored[key] as S[keyof S];
      }
    } catch {
      return fresh();
    }
    const back = state.at_ms - clock.monotonicMs();
    if (back > 0) rebooted(state, back);
    return state;
  }

  /** Reads, changes and writes as one step; what `work` throws leaves the file as it was. */
  update<T>(domain: string, work: (state: S) => T): T {
    const file = this.fileOf(domain);
    return withLock(file, () => {
      const state = this.read(domain);
      const result = work(state);
      state.at_ms = this.options.clock.monotonicMs();
      writeInPlace(file, JSON.stringify(state));
      return result;
    });
  }

  /** Changes the state, or removes its file when `work` says that there is nothing to remember. */
  updateOrForget(domain: string, work: (state: S) => 'keep' | 'forget'): void {
    const file = this.fileOf(domain);
    withLock(file, () => {
      const state = this.read(domain);
      if (work(state) === 'forget') return rmSync(file, { force: true });
      state.at_ms = this.options.clock.monotonicMs();
      writeInPlace(file, JSON.stringify(state));
    });
  }

  private fileOf(domain: string): string {
    return path.join(this.options.folder, `${encodeURIComponent(domain)}${this.options.suffix}`);
  }
}

const isLike = (value: unknown, model: unknown): boolean =>
  typeof value === typeof model &&
  Array.isArray(value) === Array.isArray(model) &&
  (typeof value !== 'number' || Number.isFinite(value));

/** Shorter texts are padded, so that most files never change their length. */
const LEAST_BYTES = 512;

/**
 * One write over what is there, under the lock: a rename for every request of a crawl costs more than the rest of pacing
 * together. A kill cannot come between the bytes of one write; a power cut at worst gives a fresh state. The text is
 * padded to the length of the file, so that nothing of a longer one is left behind it.
 */
function writeInPlace(file: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(file, 'r+');
  } catch {
    writeFileSync(file, padded(text, LEAST_BYTES));
    return;
  }
  try {
    writeSync(fd, padded(text, fstatSync(fd).size), 0);
  } finally {
    closeSync(fd);
  }
}

function padded(text: string, bytes: number): Buffer {
  const body = Buffer.from(text);
  const whole = Buffer.alloc(Math.max(bytes, body.length, LEAST_BYTES), ' ');
  body.copy(whole);
  return whole;
}
