/**
 * Politeness: one request at a time per registrable domain, a whole interval after the one before was sent. Those who
 * wait stand in a line, in a small file that all processes on the lake share: two recipes at once do not double the
 * rate, nobody overtakes, and a restart does not forget. Daily caps count UTC days.
 */
import type { Clock } from '../clock.js';
import type { RateLimit } from '../config.js';
import { DomainPaused, Interrupted } from '../errors.js';
import { DomainState, type Stamped } from './domain-state.js';

/** Ticket, instant at which its holder looks again (ms, monotonic), process. */
type Waiting = [ticket: number, lookMs: number, pid: number];

interface Slot extends Stamped {
  /** When the last request was sent, ms on the machine's monotonic clock. */
  sent_ms: number;
  /** Parked by the server (Retry-After, repeated failures) until this instant, ms, same clock. */
  parked_ms: number;
  parked_reason: string;
  /** Adaptive slow-down: the interval is this many times the configured one; 1 is full speed. */
  slow_down: number;
  /** UTC day whose requests are counted, when its count began (monotonic), and how many were sent. */
  day: string;
  day_began_ms: number;
  used: number;
  /** The last ticket given out, and those who wait, first come first served. */
  tickets: number;
  line: Waiting[];
}

export interface TurnOptions {
  /** A slower pace that the site asks for (Crawl-delay), ms. */
  minIntervalMs?: number;
  signal?: AbortSignal | undefined;
  onWait?: (reason: string, waitMs: number) => void;
}

export interface Turn {
  /** How long it took to come, ms. */
  waitedMs: number;
  /** When it came (monotonic), and how long the next one must wait after it, ms. */
  atMs: number;
  intervalMs: number;
}

interface Place {
  ticket: number;
  /** Zero: it is your turn, and it counts as sent. */
  waitMs: number;
  reason: string;
  atMs: number;
  intervalMs: number;
}

const SLOWEST = 64;
/** After a 429 the rate recovers by this factor with each good answer. */
const RECOVERY = 0.98;
/** Sums of fractions may miss an instant by a hair; a wait shorter than this would never end. */
const HAIR_MS = 1e-3;
const DAY_MS = 24 * 3600 * 1000;
/** At intervals shorter than this nobody's politeness is at stake, and a second look at the file would cost more. */
const NOT_WORTH_MARKING_MS = 20;
/** A look at the file takes longer than an interval of so many ms. */
const NEXT_TO_NOTHING_MS = 0.1;
/** How long one look at the file holds at such intervals, ms. */
const WINDOW_MS = 20;

/** Time that a process has for itself, on the monotonic clock. */
interface Window {
  /** When the next request may go. */
  nextMs: number;
  endMs: number;
  intervalMs: number;
  /** Requests that are not counted in the file yet. */
  used: number;
}

export class Pacing {
  private readonly clock: Clock;
  private readonly slots: DomainState<Slot>;
  private readonly longestParkMs: number;
  private readonly slowed = new Set<string>();
  private readonly windows = new Map<string, Window>();
  private readonly connecting = new Map<string, Promise<void>>();

  /** A pause that a site asks for is waited for up to `longestParkMs`; a longer one ends the run for its domain. */
  constructor(folder: string, clock: Clock, longestParkMs = Number.POSITIVE_INFINITY) {
    this.clock = clock;
    this.longestParkMs = longestParkMs;
    this.slots = new DomainState<Slot>({
      folder,
      suffix: '.json',
      clock,
      fresh: () => ({
        at_ms: 0,
        sent_ms: Number.MIN_SAFE_INTEGER,
        parked_ms: 0,
        parked_reason: '',
        slow_down: 1,
        day: '',
        day_began_ms: 0,
        used: 0,
        tickets: 0,
        line: [],
      }),
      rebooted(slot, backMs) {
        slot.sent_ms -= backMs;
        slot.parked_ms -= backMs;
        slot.day_began_ms -= backMs;
        slot.line = []; // nobody of before is left
      },
    });
  }

  /**
   * Waits for the domain's next turn and takes it. Throws `DomainPaused` when the day's requests are used up or the site
   * asked for a pause that is too long to sit out, `Interrupted` when the signal fires.
   */
  async turn(domain: string, limit: RateLimit, options: TurnOptions = {}): Promise<Turn> {
    const { signal, onWait, minIntervalMs = 0 } = options;
    if (signal?.aborted) throw new Interrupted();
    const began = this.clock.monotonicMs();
    await this.nobodyConnects(domain);
    for (let own = this.inWindow(domain); own !== null; own = this.inWindow(domain)) {
      if (own.waitMs === 0) return { waitedMs: own.atMs - began, atMs: own.atMs, intervalMs: own.intervalMs };
      await this.clock.sleep(own.waitMs, signal);
      await this.nobodyConnects(domain);
    }
    let place = this.join(domain, limit, minIntervalMs);
    while (place.waitMs > 0) {
      onWait?.(place.reason, place.waitMs);
      try {
        await this.clock.sleep(place.waitMs, signal);
      } catch (error) {
        this.leave(domain, place.ticket);
        throw error;
      }
      await this.nobodyConnects(domain);
      place = this.look(domain, limit, minIntervalMs, place.ticket);
    }
    return { waitedMs: place.atMs - began, atMs: place.atMs, intervalMs: place.intervalMs };
  }

  /**
   * The request of a turn looks for a connection, which may take longer than an interval: nobody else of this process
   * has a turn before the returned function is called, or two requests could go out side by side.
   */
  connects(domain: string): () => void {
    let over = () => {};
    const connecting = new Promise<void>((resolve) => {
      over = resolve;
    });
    this.connecting.set(domain, connecting);
    return () => {
      if (this.connecting.get(domain) === connecting) this.connecting.delete(domain);
      over();
    };
  }

  /** The request of a turn goes out only now (it waited for a connection): the next one keeps its distance from here. */
  sent(domain: string, turn: Turn): void {
    const now = this.clock.monotonicMs();
    if (turn.intervalMs < NOT_WORTH_MARKING_MS || now - turn.atMs <= turn.intervalMs / 1000) return;
    this.change(domain, (slot) => {
      slot.sent_ms = Math.max(slot.sent_ms, now);
    });
  }

  /** The server asked for a pause, or failed: nothing is asked of the domain for so long, and `slower` halves its rate. */
  park(domain: string, ms: number, reason: string, slower: boolean): void {
    this.change(domain, (slot) => {
      this.windows.delete(domain);
      slot.parked_ms = Math.max(slot.parked_ms, this.clock.monotonicMs() + ms);
      slot.parked_reason = reason.slice(0, 80);
      if (slower) slot.slow_down = Math.min(SLOWEST, slot.slow_down * 2);
    });
  }

  /** A good answer: a domain that was slowed down recovers a little, never above its limit. */
  recover(domain: string): void {
    if (!this.slowed.has(domain)) return;
    this.change(domain, (slot) => {
      slot.slow_down = Math.max(1, slot.slow_down * RECOVERY);
    });
  }

  /** A turn in the time that this process has for itself, or how long to wait for it; null when that time is over. */
  private inWindow(domain: string): { waitMs: number; atMs: number; intervalMs: number } | null {
    const window = this.windows.get(domain);
    const now = this.clock.monotonicMs();
    if (window === undefined || now >= window.endMs) return null;
    const { nextMs, intervalMs } = window;
    if (now < nextMs) return { waitMs: nextMs - now, atMs: now, intervalMs };
    window.nextMs = now + intervalMs;
    window.used += 1;
    return { waitMs: 0, atMs: now, intervalMs };
  }

  /**
   * Where requests may follow each other faster than the file can be looked at, a turn holds for all that this process
   * sends in the next few milliseconds; for everybody else the last of them is sent when that time ends.
   */
  private openWindow(domain: string, slot: Slot, limit: RateLimit, intervalMs: number, now: number): void {
    const alone = slot.line.length === 0 && slot.slow_down === 1;
    if (!alone || intervalMs > NEXT_TO_NOTHING_MS || limit.requests_per_day !== undefined) return;
    this.windows.set(domain, {
      nextMs: now + intervalMs,
      endMs: now + WINDOW_MS,
      intervalMs,
      used: 0,
    });
    slot.sent_ms = now + WINDOW_MS - intervalMs;
  }

  private async nobodyConnects(domain: string): Promise<void> {
    for (let other = this.connecting.get(domain); other; other = this.connecting.get(domain)) await other;
  }

  /** Joins the line of a domain; with nobody before and the interval over, the turn is at once. */
  private join(domain: string, limit: RateLimit, minIntervalMs: number): Place {
    return this.change(domain, (slot) => {
      const now = this.clock.monotonicMs();
      this.openDay(slot, now);
      const graceMs = 500 / limit.requests_per_second;
      slot.line = slot.line.filter(([, look, pid]) => look + graceMs >= now && isAlive(pid));
      this.assertUnderCap(domain, slot, limit, slot.line.length, now);
      slot.tickets += 1;
      return this.advance(domain, slot, limit, minIntervalMs, slot.tickets, now);
    });
  }

  /** A look from the line: is it our turn, and if not, when to look again. */
  private look(domain: string, limit: RateLimit, minIntervalMs: number, ticket: number): Place {
    return this.change(domain, (slot) => {
      const now = this.clock.monotonicMs();
      this.openDay(slot, now);
      this.assertUnderCap(domain, slot, limit, 0, now);
      return this.advance(domain, slot, limit, minIntervalMs, ticket, now);
    });
  }

  private leave(domain: string, ticket: number): void {
    this.change(domain, (slot) => {
      slot.line = slot.line.filter(([other]) => other !== ticket);
    });
  }

  private advance(
    domain: string,
    slot: Slot,
    limit: RateLimit,
    minIntervalMs: number,
    ticket: number,
    now: number,
  ): Place {
    const intervalMs = Math.max(1000 / limit.requests_per_second, minIntervalMs) * slot.slow_down;
    const parkedMs = slot.parked_ms - now;
    if (parkedMs > this.longestParkMs) throw this.asked(domain, slot, parkedMs);
    // Who should have looked half an interval ago is stuck or dead, and holds nobody up; a late one finds its place again.
    slot.line = slot.line.filter(([other, look]) => other !== ticket && look + intervalMs / 2 >= now);
    const ahead = slot.line.filter(([other]) => other < ticket).length;
    const readyMs = Math.max(now, slot.sent_ms + intervalMs, slot.parked_ms);
    const place = { ticket, reason: parkedMs > 0 ? slot.parked_reason : 'rate limit', atMs: now, intervalMs };
    if (ahead === 0 && readyMs - now <= HAIR_MS) {
      slot.sent_ms = now;
      slot.used += 1;
      this.openWindow(domain, slot, limit, intervalMs, now);
      return { ...place, waitMs: 0 };
    }
    const look = readyMs + ahead * intervalMs;
    slot.line.push([ticket, look, process.pid]);
    return { ...place, waitMs: look - now };
  }

  /** A new UTC day counts from zero. A wall clock that was set back gives no second helping of the same day. */
  private openDay(slot: Slot, now: number): void {
    const today = this.clock.now().toISOString().slice(0, 10);
    if (today > slot.day || (today < slot.day && now - slot.day_began_ms >= DAY_MS))
      Object.assign(slot, { day: today, day_began_ms: now, used: 0 });
  }

  private assertUnderCap(domain: string, slot: Slot, limit: RateLimit, promised: number, now: number): void {
    const cap = limit.requests_per_day;
    if (cap === undefined || slot.used + promised < cap) return;
    const wall = this.clock.now();
    const setBack = wall.toISOString().slice(0, 10) < slot.day;
    const waitMs = setBack ? slot.day_began_ms + DAY_MS - now : msToMidnight(wall);
    const until = new Date(wall.getTime() + waitMs);
    throw new DomainPaused(
      `${domain}: the ${cap} requests of ${slot.day} (UTC) are used up; it opens again at ${until.toISOString()}`,
      { domain, reason: 'daily_cap', until, waitMs },
    );
  }

  private asked(domain: string, slot: Slot, waitMs: number): DomainPaused {
    const until = new Date(this.clock.now().getTime() + waitMs);
    return new DomainPaused(
      `${domain} ${slot.parked_reason} and asked for a pause until ${until.toISOString()}, which is too long to wait for`,
      { domain, reason: 'asked_to_wait', until, waitMs },
    );
  }

  private change<T>(domain: string, work: (slot: Slot) => T): T {
    return this.slots.update(domain, (slot) => {
      const window = this.windows.get(domain);
      slot.used += window?.used ?? 0;
      if (window) window.used = 0;
      const result = work(slot);
      if (slot.slow_down > 1) this.slowed.add(domain);
      else this.slowed.delete(domain);
      return result;
    });
  }
}

function msToMidnight(now: Date): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) - now.getTime();
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
