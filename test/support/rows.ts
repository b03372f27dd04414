/** Rows and specs for tests and for their programs. */
import type { RowOf } from '../../lib/lake/partition.js';

export interface Publication {
  job?: string;
  phase?: string;
  association?: string | null;
  at?: string;
  recipe?: string;
  version?: number;
  fingerprint?: string;
}

export const specOf = (p: Publication) => ({
  jobId: p.job ?? 'job-1',
  phase: p.phase ?? 'EXTRACTION',
  association: p.association === undefined ? 'PMA' : p.association,
  recipe: p.recipe ?? 'extract',
  recipeVersion: p.version ?? 1,
  fingerprint: p.fingerprint ?? 'f',
  now: () => new Date(p.at ?? '2026-01-01T00:00:00.000Z'),
});

/** A row of `url_queue`. */
export const seed = (url: string, priority = 0): RowOf<'url_queue'> => ({ url, reason: 'home', priority });

/** A row of `pages`. */
export function page(url: string, more: Partial<RowOf<'pages'>> = {}): RowOf<'pages'> {
  return {
    page_id: url,
    url,
    final_url: url,
    canonical_url: url,
    status: 200,
    content_type: 'text/html',
    charset: 'utf-8',
    title: null,
    body: `<p>${url}</p>`,
    body_sha256: null,
    bytes: 100,
    etag: null,
    last_modified: null,
    robots_tag: null,
    rendered: false,
    depth: 0,
    found_on: null,
    fetched_at: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

/** A row of `provider_responses`, which is a ledger with a blob. */
export function response(key: string, more: Partial<RowOf<'provider_responses'>> = {}) {
  return {
    provider: 'clearbit',
    endpoint: 'find',
    request_key: key,
    outcome: 'matched',
    http_status: 200,
    credits: 1,
    cost_usd: 0.1,
    body: new Uint8Array([1, 2, 3]),
    retry_at: null,
    fetched_at: '2026-01-01T00:00:00.000Z',
    ...more,
  } satisfies RowOf<'provider_responses'>;
}
