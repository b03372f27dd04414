/** The endpoint behind a page's list, sought among the candidates and read to its end. */
import type { PhaseContext } from '../../harness/recipe.js';
import type { PageRow } from '../visitor.js';
import { endpointOf, keyOf } from './ask.js';
import type { Candidate } from './endpoints.js';
import { type EndpointReading, type Owner, type Reach, readEndpoint } from './read-endpoint.js';
import type { Settlements } from './settlements.js';

/** Endpoints tried for one page. */
const MOST_TRIES = 4;

export type Search =
  | { outcome: 'read'; reading: EndpointReading }
  /** `covered`: another page's list is the same one; `forbidden`: by robots.txt; `failed`: it may be had another time. */
  | { outcome: 'covered' | 'forbidden' | 'failed' | 'none' };

/** A list was read: records had, and how many it says it has. */
export type OnData = (records: number, total: number | null, url: string) => void;

export class EndpointSearch {
  private readonly phase: PhaseContext;
  private readonly settlements: Settlements;
  private readonly onData: OnData | undefined;
  private readonly told = new Set<string>();

  constructor(phase: PhaseContext, settlements: Settlements, onData: OnData | undefined) {
    this.phase = phase;
    this.settlements = settlements;
    this.onData = onData;
  }

  /** Tries them in order until one gives the list. */
  async among(candidates: readonly Candidate[], page: PageRow, owner: Owner, reach: Reach): Promise<Search> {
    let tries = 0;
    for (const candidate of candidates) {
      const endpoint = endpointOf(candidate.ask);
      const before = this.settlements.of(endpoint);
      if (before === 'data') {
        this.settlements.settle(page.url, endpoint, 'data', candidate.source);
        return { outcome: 'covered' };
      }
      if (before === 'none') continue;
      if (before === 'robots' || !(await reach.allowed(candidate.ask.url))) {
        this.refusedByRobots(page, candidate, endpoint);
        return { outcome: 'forbidden' }; // what speaks less for itself is not asked instead of what is closed
      }
      if (tries >= MOST_TRIES) break;
      tries += 1;
      const reading = await readEndpoint(candidate, owner, reach);
      if (reading.verdict === 'proven') {
        this.proven(page, candidate.source, endpoint, reading);
        return { outcome: 'read', reading };
      }
      if (reading.verdict === 'failed') return { outcome: 'failed' };
      this.settlements.tried(page.url, endpoint, reading.verdict, candidate.source);
    }
    return { outcome: 'none' };
  }

  /** Keeps the news of a list that was read from its endpoint. */
  proven(page: PageRow, source: string, endpoint: string, reading: EndpointReading): void {
    const { count, notice } = this.phase;
    count('data answers', reading.answers);
    this.onData?.(reading.records, reading.total, endpoint);
    if (reading.complete) {
      this.settlements.settle(page.url, endpoint, 'data', source);
      if (reading.total !== null && reading.records < reading.total)
        notice(
          'DATA_INCOMPLETE',
          `${endpoint} speaks of ${reading.total} records and gave ${reading.records}.`,
        );
      return;
    }
    this.settlements.settle(page.url, endpoint, 'partial', source);
    notice(
      'DATA_INCOMPLETE',
      `${endpoint} was not read to its end: ${reading.why ?? 'it never ends'}; ${reading.records} records are kept.`,
    );
  }

  private refusedByRobots(page: PageRow, candidate: Candidate, endpoint: string): void {
    const why = `robots.txt does not allow ${new URL(candidate.ask.url).pathname}, from which ${page.url} takes its list; it is not asked for.`;
    if (!this.told.has(endpoint)) {
      this.told.add(endpoint);
      this.phase.notice('DATA_CLOSED', why);
      this.phase.deadLetter({
        subject: keyOf(candidate.ask),
        code: 'ROBOTS',
        error: why,
        input: { url: candidate.ask.url, found_on: page.url },
      });
    }
    this.settlements.settle(page.url, endpoint, 'robots', candidate.source);
  }
}
