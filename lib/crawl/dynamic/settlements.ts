/** What became of pages that show their lists by script, and of the endpoints behind them: kept in the lake, for the resume. */
import type { PhaseContext } from '../../harness/recipe.js';
import type { RowOf } from '../../lake/partition.js';

type Link = RowOf<'links'>;

/** `partial`: read in part, the page stays open; `rendered`: drawn in the browser. */
export type Decision = 'data' | 'partial' | 'none' | 'robots' | 'rendered';

export class Settlements {
  private readonly phase: PhaseContext;
  /** Pages that have been seen to. */
  private readonly pages: Set<string>;
  /** By the key of the endpoint. */
  private readonly endpoints: Map<string, string>;

  private constructor(phase: PhaseContext, pages: Set<string>, endpoints: Map<string, string>) {
    this.phase = phase;
    this.pages = pages;
    this.endpoints = endpoints;
  }

  static async of(phase: PhaseContext): Promise<Settlements> {
    const { lake } = phase;
    const rows = await lake.query(
      `SELECT from_url, to_url, decision FROM ${await lake.soFar('links')} WHERE context = 'endpoint'`,
    );
    const closed = rows.filter((row) => row.decision !== 'partial');
    return new Settlements(
      phase,
      new Set(closed.map((row) => String(row.from_url))),
      new Map(rows.map((row) => [String(row.to_url), String(row.decision)])),
    );
  }

  /** Has the page been seen to? */
  has(pageUrl: string): boolean {
    return this.pages.has(pageUrl);
  }

  /** What became of an endpoint. */
  of(endpoint: string): string | undefined {
    return this.endpoints.get(endpoint);
  }

  settledPages(): string[] {
    return [...this.pages];
  }

  /** The page's list is there, or will never be. */
  settle(pageUrl: string, endpoint: string, decision: Decision, source: string): void {
    this.endpoints.set(endpoint, decision);
    if (decision !== 'partial') this.pages.add(pageUrl);
    this.phase.lake.append({ links: [endpointRow(pageUrl, endpoint, decision, source)] });
  }

  /** The endpoint is not what was hoped for; the page itself stays open. */
  tried(pageUrl: string, endpoint: string, decision: Decision, source: string): void {
    this.endpoints.set(endpoint, decision);
    this.phase.lake.append({ links: [endpointRow(`${pageUrl}#tried`, endpoint, decision, source)] });
  }

  /** The page was drawn; the row goes into the lake together with it. */
  drawn(pageUrl: string, key: string): Link {
    this.pages.add(pageUrl);
    return endpointRow(pageUrl, key, 'rendered', 'browser');
  }
}

const endpointRow = (from: string, endpoint: string, decision: Decision, source: string): Link => ({
  from_url: from,
  to_url: endpoint,
  anchor_text: source.slice(0, 300),
  context: 'endpoint',
  nofollow: false,
  priority: null,
  decision,
});
