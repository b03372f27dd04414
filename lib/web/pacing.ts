/**
 * Politeness: one slot at a time per registrable domain. A slot is reserved by moving the domain's next allowed
 * instant, in a small file that all processes on the lake share, so two recipes at once do not double the rate, and a
 * restart does not forget. Daily caps count UTC days.
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.js';
import type { RateLimit } from '../config.js';
import { RetryLater } from '../errors.js';
import { withLock } from '../lake/lock.js';

interface Slot {
  /** The machine's monotonic clock when this was written; it is later than now only after a reboot. */
  at_ms: number;
  /** Next allowed instant on the machine's monotonic clock, ms. */
  next_ms: number;
  /** Parked by the server (Retry-After, repeated failures) until this instant, ms, same clock. */
  parked_ms: number;
  parked_reason: string;
  /** Adaptive slow-down: the interval is this many times the configured one; 1 is full speed. */
  slow_down: number;
  day: string;
  used: number;
}

export interface Reservation {
  waitMs: number;
  reason: string;
  /** Until when the domain was parked at the time of the reservation, same clock. */
  parkedMs: number;
}

const SLOWEST = 64;
/** After a 429 the rate recovers by this factor with each good answer. */
const RECOVERY = 0.98;

export class Pacing {
  private readonly folder: string;
  private readonly clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    this.clock = clock;
    mkdirSync(folder, { recursive: true });
  }

  /**
   * Reserves the next slot of a domain and says how long to wait for it. `minIntervalMs` is a slower pace that the
   * site asks for (Crawl-delay); `again` is a request whose slot fell into a pause. Throws `RetryLater` (`DAILY_CAP`) when the day's requests are used up.
   */
  reserve(domain: string, limit: RateLimit, minIntervalMs = 0, again = false): Reservation {
    return this.withSlot(domain, (slot) => {
      const now = this.clock.monotonicMs();
      const today = this.clock.now().toISOString().slice(0, 10);
      if (slot.day !== today) Object.assign(slot, { day: today, used: 0 });
      if (!again && limit.requests_per_day !== undefined && slot.used >= limit.requests_per_day) {
        throw new RetryLater(
          `${domain}: the ${limit.requests_per_day} requests of ${today} (UTC) are used up; it opens again at midnight UTC`,
          { code: 'DAILY_CAP', retryAfterMs: msToMidnight(this.clock.now()), context: { domain } },
        );
      }
      const interval = Math.max(1000 / limit.requests_per_second, minIntervalMs) * slot.slow_down;
      const parked = slot.parked_ms > now;
      const start = Math.max(now, slot.next_ms, slot.parked_ms);
      slot.next_ms = start + interval;
      if (!again) slot.used += 1;
      const reason = parked ? slot.parked_reason : 'rate limit';
      return { waitMs: start - now, reason, parkedMs: slot.parked_ms };
    });
  }

  /** True when the domain was parked after a reservation was made: its slot does not count any more. */
  parkedSince(domain: string, { parkedMs }: Reservation): boolean {
    const slot = this.read(this.fileOf(domain));
    return slot.parked_ms > parkedMs && slot.parked_ms > this.clock.monotonicMs();
  }

  /** The server asked for a pause, or failed: nothing is asked of the domain for so long, and `slower` halves its rate. */
  park(domain: string, ms: number, reason: string, slower: boolean): void {
    this.withSlot(domain, (slot) => {
      slot.parked_ms = Math.max(slot.parked_ms, this.clock.monotonicMs() + ms);
      slot.parked_reason = reason.slice(0, 80);
      if (slower) slot.slow_down = Math.min(SLOWEST, slot.slow_down * 2);
    });
  }

  /** A good answer: a domain that was slowed down recovers a little, never above its limit. */
  recover(domain: string): void {
    if (!this.slowed.has(domain)) return;
    this.withSlot(domain, (slot) => {
      slot.slow_down = Math.max(1, slot.slow_down * RECOVERY);
    });
  }

  private readonly slowed = new Set<string>();

  private withSlot<T>(domain: string, work: (slot: Slot) => T): T {
    const file = this.fileOf(domain);
    return withLock(file, () => {
      const slot = this.read(file);
      const result = work(slot);
      slot.at_ms = this.clock.monotonicMs();
      writeInPlace(file, JSON.stringify(slot));
      if (slot.slow_down > 1) this.slowed.add(domain);
      else this.slowed.delete(domain);
      return result;
    });
  }

  private fileOf(domain: string): string {
    return path.join(this.folder, `${encodeURIComponent(domain)}.json`);
  }

  private read(file: string): Slot {
    const now = this.clock.monotonicMs();
    const fresh: Slot = {
      at_ms: 0,
      next_ms: 0,
      parked_ms: 0,
      parked_reason: '',
      slow_down: 1,
      day: '',
      used: 0,
    };
    try {
      const slot = { ...fresh, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Slot>) };
      // A reboot set the clock back: what was ahead then is ahead now.
      const back = Math.max(0, slot.at_ms - now);
      return { ...slot, next_ms: slot.next_ms - back, parked_ms: slot.parked_ms - back };
    } catch {
      return fresh;
    }
  }
}

function msToMidnight(now: Date): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) - now.getTime();
}

/** Longer than any slot, so that a shorter text leaves nothing of a longer one behind it. */
const SLOT_BYTES = 384;

/**
 * One small write over what is there, under the lock: a rename for every request of a crawl costs more than the rest of
 * pacing together. A kill cannot come between the bytes of one write; a power cut at worst gives a fresh slot.
 */
function writeInPlace(file: string, text: string): void {
  const padded = text.padEnd(SLOT_BYTES);
  let fd: number;
  try {
    fd = openSync(file, 'r+');
  } catch {
    writeFileSync(file, padded);
    return;
  }
  try {
    writeSync(fd, padded, 0);
  } finally {
    closeSync(fd);
  }
}
