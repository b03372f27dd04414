/** What the one polite fetcher takes and gives. */

export interface WebRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /**
   * `page` asks robots.txt first and is charged to the association's limits; `api` is a configured provider's
   * endpoint, which robots.txt does not govern (refused for any other host).
   */
  purpose: 'page' | 'api';
  /** Largest decoded body, bytes; default from config. */
  maxBytes?: number;
  /** One deadline over connect, headers, body and decoding, ms; default from config. */
  deadlineMs?: number;
  /** Tries in all for answers that may change (429, 5xx, lost connections); default from config. */
  maxAttempts?: number;
  signal?: AbortSignal;
  /** Told of every exchange that this request causes: redirects, further tries, a robots.txt on the way. */
  onExchange?: (record: ExchangeRecord) => void;
}

/** One HTTP exchange, answered or not, as the `fetches` table keeps it. */
export interface ExchangeRecord {
  url: string;
  final_url: string | null;
  method: string;
  domain: string;
  status: number | null;
  attempt: number;
  waited_ms: number;
  duration_ms: number;
  bytes: number | null;
  content_type: string | null;
  from_cache: boolean;
  error: string | null;
  robots_rule: string | null;
  fetched_at: string;
}

export interface WebResponse {
  /** URL asked for. */
  url: string;
  /** URL that answered. */
  finalUrl: string;
  status: number;
  /** Names in lower case; repeated headers joined by ", ". Of `set-cookie` only the names of the cookies. */
  headers: Readonly<Record<string, string>>;
  /** `X-Robots-Tag`, one string a header line, for `robotsTag()`. */
  robotsTags: readonly string[];
  /** Decompressed, at most `maxBytes`. */
  body: Uint8Array;
  /** Body bytes as they came over the wire. */
  wireBytes: number;
  /** Media type without parameters, lower case; sniffed when the header is missing. */
  contentType: string | null;
  /** The body decoded by header, BOM, meta, then detection. */
  text(): { text: string; charset: string };
  fetchedAt: string;
  waitedMs: number;
  durationMs: number;
  attempt: number;
  robotsRule: string | null;
  redirects: readonly string[];
}

/**
 * Throws `Refused` (robots, guards), `DomainPaused` (daily cap, open circuit, a long pause that the site asked for: nothing
 * was asked), `RetryLater` (network errors, after the tries are used up), `SkipRecord` (too large, redirects in a circle),
 * `Interrupted`. Any answered status comes back as a response.
 */
export type WebFetch = (request: WebRequest) => Promise<WebResponse>;
