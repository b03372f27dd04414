/** Scripts and styles of pages, fetched once a run: politely, kept in a small memory, told to `fetches`. */
import { DomainPaused, Interrupted, RetryLater } from '../../errors.js';
import type { PhaseContext } from '../../harness/recipe.js';
import type { ResourceAnswer } from '../../web/browser/types.js';
import type { ExchangeRecord } from '../../web/types.js';

/** Bytes kept, the oldest given up first; and the largest script that is worth reading. */
const CACHE_BYTES = 32 * 1024 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;

export interface Resource extends ResourceAnswer {
  text(): string;
}

export class Resources {
  private readonly cache = new Map<string, { resource: Resource | null; bytes: number }>();
  private readonly running = new Map<string, Promise<Resource | null>>();
  private bytes = 0;
  private readonly phase: PhaseContext;
  /** How often something could not be had that another day may have: what a page shows without it proves nothing. */
  lost = 0;

  constructor(phase: PhaseContext) {
    this.phase = phase;
  }

  /** Null for what may not or cannot be had. Throws what stops the phase. */
  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Resource | null> {
    const held = this.cache.get(url);
    if (held) return Promise.resolve(held.resource);
    const under = this.running.get(url);
    if (under) return under;
    const fetching = this.fetch(url, headers).finally(() => this.running.delete(url));
    this.running.set(url, fetching);
    return fetching;
  }

  private async fetch(url: string, headers: Readonly<Record<string, string>>): Promise<Resource | null> {
    const { web, lake, signal } = this.phase;
    const exchanges: ExchangeRecord[] = [];
    try {
      const answer = await web.fetch({
        url,
        purpose: 'page',
        headers,
        maxBytes: MOST_BYTES,
        signal,
        onExchange: (record) => exchanges.push(record),
      });
      const resource: Resource | null =
        answer.status >= 400
          ? null
          : {
              status: answer.status,
              headers: passedOn(answer.headers),
              body: answer.body,
              text: () => answer.text().text,
            };
      if (answer.status === 429 || answer.status >= 500) this.lost += 1;
      this.keep(url, resource, answer.body.length);
      return resource;
    } catch (error) {
      if (signal.aborted || error instanceof Interrupted || error instanceof DomainPaused) throw error;
      if (error instanceof RetryLater) this.lost += 1;
      this.keep(url, null, 0);
      return null;
    } finally {
      if (exchanges.length > 0) lake.append({ fetches: exchanges });
    }
  }

  private keep(url: string, resource: Resource | null, bytes: number): void {
    this.cache.set(url, { resource, bytes });
    this.bytes += bytes;
    for (const [oldest, held] of this.cache) {
      if (this.bytes <= CACHE_BYTES) break;
      this.cache.delete(oldest);
      this.bytes -= held.bytes;
    }
  }
}

/** Headers that still hold for a body that is decoded and whole. */
export function passedOn(headers: Readonly<Record<string, string>>): Record<string, string> {
  const dropped =
    /^(?:content-encoding|content-length|transfer-encoding|connection|keep-alive|set-cookie|strict-transport-security|content-security-policy(?:-report-only)?|alt-svc|report-to|nel|link|refresh|clear-site-data)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.test(name)));
}
