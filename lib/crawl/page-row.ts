/** A fetched answer as a row of `pages`. */
import { createHash } from 'node:crypto';
import type { RowOf } from '../lake/partition.js';
import { decodeText } from '../web/charset.js';
import type { WebResponse } from '../web/types.js';
import { canonicalUrl } from '../web/url.js';
import { unpacked } from './sitemap.js';

/** Stable id of a URL. */
export const urlId = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 24);

export function pageRow(
  answer: WebResponse,
  about: { depth: number; foundOn: string | null },
  title: string | null,
  { text, charset } = textOf(answer),
): RowOf<'pages'> {
  return {
    page_id: urlId(answer.url),
    url: answer.url,
    final_url: answer.finalUrl,
    canonical_url: canonicalUrl(answer.finalUrl),
    status: answer.status,
    content_type: answer.contentType,
    charset,
    title,
    body: text,
    body_sha256: createHash('sha256').update(text).digest('hex'),
    bytes: answer.wireBytes,
    etag: answer.headers.etag ?? null,
    last_modified: answer.headers['last-modified'] ?? null,
    robots_tag: answer.headers['x-robots-tag'] ?? null,
    rendered: false,
    depth: about.depth,
    found_on: about.foundOn,
    fetched_at: answer.fetchedAt,
  };
}

/** The text of an answer; of a gzip file (a sitemap's usual form) the text that is in it. */
export function textOf(answer: WebResponse): { text: string; charset: string } {
  try {
    const bytes = unpacked(answer.body);
    if (bytes !== answer.body) return decodeText(bytes, null);
  } catch {
    // kept as it is
  }
  return answer.text();
}
