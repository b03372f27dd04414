/**
 * Leaves a domain alone that fails or walls us off time after time. After so many different requests in a row that could
 * not be had, or so many walls, the circuit opens: nothing is asked until a pause is over, then one probe. A probe that
 * succeeds closes the circuit, one that fails doubles the pause. All processes on the lake see it, and a restart does
 * not forget it.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { DomainState, type Stamped } from './domain-state.js';

export interface CircuitSettings {
  /** Different requests in a row that failed after all their tries (lost connections, 429, 5xx). */
  failures: number;
  /** Different requests in a row that met a wall (401, 403, a block page, a captcha). */
  walls: number;
  /** The first pause, and the longest that doubling leads to, ms. */
  first_pause_ms: number;
  longest_pause_ms: number;
}

interface Circuit extends Stamped {
  /** Keys of the requests that failed, or met a wall, since the last one that did not. */
  failed: string[];
  walled: string[];
  /** How often it opened since the last sign of health. */
  trips: number;
  /** Zero while it is closed; else the instant of the next probe, ms, monotonic. */
  open_until_ms: number;
  /** A probe is under way and counts as lost at this instant. */
  probe_until_ms: number;
  reason: string;
}

export type Admission =
  | { kind: 'closed' }
  /** Go, and say how it went by `note` or `giveUp`: everybody else waits for it. */
  | { kind: 'probe' }
  | { kind: 'open'; waitMs: number; reason: string };

/**
 * What an answer says of a domain's health: `page`, a good one; `answer`, it is up, but whether that is a page nobody
 * has looked yet (or it says 404, or leads elsewhere); `wall`; `failure`, it could not be had.
 */
export type Health = 'page' | 'answer' | 'wall' | 'failure';

/** A probe that has not been heard of for so long belonged to a process that died. */
const PROBE_LOST_MS = 120_000;
/** How often those who wait look whether the probe is back. */
const PROBE_POLL_MS = 1_000;

export class CircuitBreaker {
  private readonly settings: CircuitSettings;
  private readonly clock: Clock;
  private readonly circuits: DomainState<Circuit>;

  constructor(folder: string, clock: Clock, settings: CircuitSettings) {
    this.settings = settings;
    this.clock = clock;
    this.circuits = new DomainState<Circuit>({
      folder,
      suffix: '.circuit',
      clock,
      fresh: () => ({
        at_ms: 0,
        failed: [],
        walled: [],
        trips: 0,
        open_until_ms: 0,
        probe_until_ms: 0,
        reason: '',
      }),
      rebooted(circuit, backMs) {
        if (circuit.open_until_ms > 0) circuit.open_until_ms = Math.max(1, circuit.open_until_ms - backMs);
        circuit.probe_until_ms = 0;
      },
    });
  }

  /** May a request go now? A domain in good health costs one look for a file that is not there. */
  admit(domain: string): Admission {
    if (!this.circuits.exists(domain)) return { kind: 'closed' };
    const seen = this.circuits.read(domain);
    const now = this.clock.monotonicMs();
    if (seen.open_until_ms === 0) return { kind: 'closed' };
    if (now < seen.open_until_ms)
      return { kind: 'open', waitMs: seen.open_until_ms - now, reason: seen.reason };
    return this.circuits.update<Admission>(domain, (circuit) => {
      const { open_until_ms, probe_until_ms, reason } = circuit;
      if (open_until_ms === 0) return { kind: 'closed' };
      if (now < open_until_ms) return { kind: 'open', waitMs: open_until_ms - now, reason };
      if (now < probe_until_ms)
        return { kind: 'open', waitMs: Math.min(PROBE_POLL_MS, probe_until_ms - now), reason };
      circuit.probe_until_ms = now + PROBE_LOST_MS;
      return { kind: 'probe' };
    });
  }

  /** How a request went: `key` tells it from others, `why` goes into the reason of a pause. */
  note(domain: string, health: Health, request: { key: string; why: string; probe: boolean }): void {
    const bad = health === 'wall' || health === 'failure';
    if (!bad && !this.circuits.exists(domain)) return;
    this.circuits.updateOrForget(domain, (circuit) => {
      const now = this.clock.monotonicMs();
      const isOpen = circuit.open_until_ms > 0;
      const { longest_pause_ms } = this.settings;
      // A row that was broken off long ago is none.
      if (!isOpen && now - circuit.at_ms > longest_pause_ms)
        Object.assign(circuit, { failed: [], walled: [], trips: 0 });

      const byWalls = circuit.walled.length >= this.settings.walls;
      if (health !== 'failure') circuit.failed = [];
      if (health === 'page') circuit.walled = [];
      if (!bad) {
        // What was on its way when walls closed the domain proves nothing; the probe does.
        if (request.probe || !byWalls || health === 'page')
          Object.assign(circuit, { open_until_ms: 0, probe_until_ms: 0 });
        if (circuit.walled.length === 0) circuit.trips = 0;
      } else {
        const row = health === 'wall' ? circuit.walled : circuit.failed;
        const key = createHash('sha256').update(request.key).digest('base64url').slice(0, 12);
        if (!row.includes(key)) row.push(key);
        const enough = health === 'wall' ? this.settings.walls : this.settings.failures;
        if (request.probe || (!isOpen && row.length >= enough)) this.open(circuit, row.length, request, now);
        row.splice(0, row.length - enough);
      }
      return worthKeeping(circuit);
    });
  }

  /** A probe ended without a word about the domain (interrupted, refused by a rule): the next request probes instead. */
  giveUp(domain: string): void {
    this.circuits.updateOrForget(domain, (circuit) => {
      circuit.probe_until_ms = 0;
      return worthKeeping(circuit);
    });
  }

  private open(circuit: Circuit, row: number, request: { why: string; probe: boolean }, now: number): void {
    const { first_pause_ms, longest_pause_ms } = this.settings;
    const pauseMs = Math.min(longest_pause_ms, first_pause_ms * 2 ** circuit.trips);
    circuit.trips = Math.min(circuit.trips + 1, 30);
    circuit.open_until_ms = now + pauseMs;
    circuit.probe_until_ms = 0;
    circuit.reason = (
      request.probe
        ? `a probe failed again (${request.why})`
        : `${row} requests in a row were in vain, the last one ${request.why}`
    ).slice(0, 160);
  }
}

const worthKeeping = ({ failed, walled, open_until_ms, trips }: Circuit): 'keep' | 'forget' =>
  failed.length + walled.length + open_until_ms + trips > 0 ? 'keep' : 'forget';
