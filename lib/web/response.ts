/** From an exchange to what the caller gets; where a redirect leads; what media type a body has. */
import { decodeText } from './charset.js';
import type { PacedExchange } from './exchanges.js';
import type { WebRequest, WebResponse } from './types.js';

/** Where a redirect leads, absolute; null when the answer is none, or leads nowhere. */
export function redirectTarget(status: number, location: string | undefined, from: URL): string | null {
  if (![301, 302, 303, 307, 308].includes(status) || !location) return null;
  return URL.canParse(location, from.href) ? new URL(location, from).href : null;
}

export function responseOf(
  request: WebRequest,
  url: URL,
  answer: PacedExchange,
  about: { attempt: number; rule: string | null; redirects: string[]; waitedMs: number },
): WebResponse {
  const contentType = answer.headers['content-type'] ?? null;
  return {
    url: request.url,
    finalUrl: url.href,
    status: answer.status,
    headers: answer.headers,
    robotsTags: answer.robotsTags,
    body: answer.body,
    wireBytes: answer.wireBytes,
    contentType: sniffed(contentType, answer.body),
    text: () => decodeText(answer.body, contentType),
    fetchedAt: answer.fetchedAt,
    waitedMs: Math.round(about.waitedMs),
    durationMs: Math.round(answer.durationMs),
    attempt: about.attempt,
    robotsRule: about.rule,
    redirects: about.redirects,
  };
}

/** The media type: the server's word, unless it says nothing useful and the bytes say more. */
function sniffed(contentType: string | null, body: Uint8Array): string | null {
  const said = contentType?.replace(/;.*$/s, '').trim().toLowerCase() || null;
  if (said && !SAYS_NOTHING.has(said)) return said;
  const head = Buffer.from(body.subarray(0, 512))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (/^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body)\b/.test(head)) return 'text/html';
  if (head.startsWith('<?xml')) return head.includes('<!doctype html') ? 'text/html' : 'application/xml';
  if (head.startsWith('%pdf-')) return 'application/pdf';
  return said;
}

const SAYS_NOTHING = new Set([
  'application/octet-stream',
  'binary/octet-stream',
  'text/plain',
  'unknown/unknown',
  '*/*',
]);
