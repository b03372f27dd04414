/** What drawing a page in a browser takes and gives. The browser has no network of its own: all it asks for is asked of `fetch`. */

export interface ResourceRequest {
  url: string;
  method: 'GET' | 'POST';
  /** As Chromium names it: `script`, `stylesheet`, `xhr`, `fetch`, … */
  type: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}

export interface ResourceAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | string;
}

/** Answers a request of a page; null where it may not or cannot be had. */
export type ResourceFetch = (request: ResourceRequest) => Promise<ResourceAnswer | null>;

export interface RenderJob {
  /** Address that the page has in the browser. */
  url: string;
  /** The page as it was fetched: it is not asked for again. */
  html: string;
  fetch: ResourceFetch;
  /** Asked when the page has come to rest: scroll and press "load more" until nothing new comes? */
  more: () => boolean;
  signal: AbortSignal;
}

export interface Rendered {
  /** The document as it stood at the end, open shadow trees included. */
  html: string;
  /** Requests answered; refused by `fetch`; and blocked by kind or purpose before anybody was asked. */
  answered: number;
  refused: number;
  blocked: number;
  /** Rounds of scrolling and pressing that brought something new. */
  rounds: number;
  /** Why it was stopped before it came to rest; null when it did. */
  cut: 'deadline' | 'requests' | 'rounds' | null;
}

export interface BrowserSettings {
  /** Longest that drawing one page may take, ms; waiting for answers of the site does not count. */
  deadline_ms: number;
  /** A page has come to rest when it asked for nothing for so long, ms. */
  quiet_ms: number;
  /** Requests that one page may make. */
  max_requests: number;
  /** Rounds of scrolling and pressing "load more". */
  max_rounds: number;
  /** After so many pages the browser's profile is thrown away, and its memory with it. */
  pages_per_context: number;
  /** Kinds of resource that no text comes from. */
  blocked_types: readonly string[];
  /** Addresses by purpose, as regular expressions. */
  blocked_urls: Readonly<Record<string, string>>;
}

/** Draws pages, one at a time. Throws `EnvironmentError` NO_BROWSER, `RetryLater` BROWSER_CRASH, `Interrupted`. */
export interface PageRenderer {
  render(job: RenderJob): Promise<Rendered>;
  close(): Promise<void>;
}
