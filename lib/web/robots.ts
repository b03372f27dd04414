/**
 * robots.txt by RFC 9309: what a file says to one product token. Pure text in, answers out; which answer a missing or
 * failing robots.txt gives is decided in `robots-policy.ts`.
 *
 * Patterns are matched by splitting at `*` and searching forward, never by regular expressions, so that a hostile file
 * costs linear time.
 */

import { isUtf8 } from './charset.js';

/** RFC 9309 2.5: at least 500 KiB must be parsed; the rest is ignored. */
export const ROBOTS_MAX_BYTES = 500 * 1024;

/**
 * A robots.txt as text. It is UTF-8 whatever a header says (RFC 9309 2.3); only UTF-16 makes itself known, by its byte
 * order mark or by a NUL beside every letter. Octets that are no UTF-8 are written as escapes, which is how they are
 * compared.
 */
export function robotsText(bytes: Uint8Array): string {
  const wide = utf16Of(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const body = bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(bytes[2] === 0xbf ? 3 : 2) : bytes;
  const text = isUtf8(body)
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
    : Buffer.from(body)
        .toString('latin1')
        .replace(/[\u0080-\u00ff]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return text.replaceAll('\0', '');
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 64);
  const nuls = (parity: number) => head.filter((b, i) => i % 2 === parity && b === 0).length;
  if (head.length < 4 || nuls(0) + nuls(1) < head.length * 0.4) return null;
  return nuls(1) > nuls(0) ? 'utf-16le' : 'utf-16be';
}

interface Rule {
  allow: boolean;
  /** Percent-normalised. */
  pattern: string;
  /** As written, for people. */
  line: string;
}

export interface Robots {
  /** May this URL be fetched, and the line that decided (null when none did). */
  check(url: string): { allowed: boolean; rule: string | null };
  /** Seconds, for our token; null when not given or not a number. */
  crawlDelaySecs: number | null;
  /** `Sitemap:` lines as absolute URLs. */
  sitemaps: string[];
}

export function parseRobots(text: string, productToken: string, robotsUrl: string): Robots {
  const token = productToken.toLowerCase();
  const own: Rule[] = [];
  const anybody: Rule[] = [];
  let ownDelay: number | null = null;
  let anybodyDelay: number | null = null;
  let ownGroup = false;
  const sitemaps: string[] = [];

  let agents: string[] = [];
  let inRules = false;
  for (const line of linesOf(text)) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const field = trim(line.slice(0, colon)).toLowerCase();
    const value = trim(line.slice(colon + 1));
    if (field === 'sitemap' || field === 'site-map') {
      const url = URL.canParse(value, robotsUrl) ? new URL(value, robotsUrl).href : null;
      if (url && value) sitemaps.push(url);
    } else if (field === 'user-agent') {
      if (inRules) agents = [];
      inRules = false;
      const agent = /^[^\s/,;]*/.exec(value)![0].toLowerCase();
      agents.push(agent);
      if (agent === token) ownGroup = true;
    } else if (field === 'allow' || field === 'disallow') {
      inRules = true;
      if (value === '') continue; // an empty value is no rule
      const rule: Rule = {
        allow: field === 'allow',
        pattern: normalise(value),
        line: `${field === 'allow' ? 'Allow' : 'Disallow'}: ${value}`,
      };
      if (agents.includes(token)) own.push(rule);
      if (agents.includes('*')) anybody.push(rule);
    } else if (field === 'crawl-delay' && /^\d+(\.\d+)?$/.test(value)) {
      // Of several, the one that asks for most patience.
      if (agents.includes(token)) ownDelay = Math.max(ownDelay ?? 0, Number(value));
      if (agents.includes('*')) anybodyDelay = Math.max(anybodyDelay ?? 0, Number(value));
    }
  }
  const rules = ownGroup ? own : anybody;
  return {
    crawlDelaySecs: ownGroup ? ownDelay : anybodyDelay,
    sitemaps: [...new Set(sitemaps)],
    check: (url) => decide(rules, url),
  };
}

function decide(rules: readonly Rule[], url: string): { allowed: boolean; rule: string | null } {
  const path = pathOf(url);
  if (path === '/robots.txt') return { allowed: true, rule: null };
  let best: Rule | null = null;
  for (const rule of rules) {
    if (!matches(rule.pattern, path)) continue;
    const longer = best === null || rule.pattern.length > best.pattern.length;
    const tie = best !== null && rule.pattern.length === best.pattern.length && rule.allow && !best.allow;
    if (longer || tie) best = rule;
  }
  return { allowed: best?.allow ?? true, rule: best?.line ?? null };
}

/** Path and query of a URL, percent-normalised. A lone `?` counts, so it is cut from the text, not from `URL`. */
function pathOf(url: string): string {
  const bare = url.replace(/#.*$/s, '');
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(bare);
  const rest = match ? match[1]! : bare;
  return literalise(normalise(rest.startsWith('/') ? rest : `/${rest}`));
}

/** In a URL `$` and `*` are plain characters; encoded they cannot be taken for a rule's marks. */
const literalise = (path: string) => path.replaceAll('$', '%24').replaceAll('*', '%2A');

function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$');
  const pieces = (anchored ? pattern.slice(0, -1) : pattern).replaceAll('$', '%24').split('*');
  const first = pieces[0]!;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  if (pieces.length === 1) return !anchored || at === path.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  const last = pieces.at(-1)!;
  if (anchored) return path.length - last.length >= at && path.endsWith(last);
  return path.indexOf(last, at) >= 0;
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * RFC 9309 2.2.2: octets outside ASCII are compared percent-encoded; an encoded unreserved character is the character
 * itself. `%24` and `%2A` stay encoded, in rule and URL alike, so that they match a literal `$` and `*` only.
 */
function normalise(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!;
    if (c === '%' && /^[0-9a-fA-F]{2}$/.test(text.slice(i + 1, i + 3))) {
      const decoded = String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 3), 16));
      out += UNRESERVED.test(decoded) ? decoded : `%${text.slice(i + 1, i + 3).toUpperCase()}`;
      i += 2;
    } else if (c > '\u007e' || c <= ' ') {
      const point = String.fromCodePoint(text.codePointAt(i)!);
      if (point.length === 2) i += 1;
      out += [...Buffer.from(point, 'utf8')]
        .map((b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`)
        .join('');
    } else {
      out += c;
    }
  }
  return out;
}

/** Lines end with CR, LF or CRLF, mixed; a byte order mark is dropped at the start only. */
function* linesOf(text: string): Generator<string> {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  for (const line of body.split(/\r\n|\r|\n/)) {
    const hash = line.indexOf('#');
    yield hash < 0 ? line : line.slice(0, hash);
  }
}

/** Blanks and tabs only: `trim()` also eats U+FEFF and turns a broken line into a rule. */
const trim = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, '');
