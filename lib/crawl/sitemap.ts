/**
 * Sitemaps (sitemaps.org protocol), read leniently: decided by content, not by name or header; what came before a cut
 * or an error is kept; image, video and news extensions are not pages.
 */
import { constants, gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import { decodeText } from '../web/charset.js';

/** The protocol's own limit for one file, uncompressed. */
const MAX_BYTES = 50 * 1024 * 1024;

export interface Sitemap {
  urls: { url: string; lastmod: string | null }[];
  /** Further sitemaps that an index names. */
  sitemaps: string[];
  error: string | null;
}

export function readSitemap(url: string, body: Uint8Array): Sitemap {
  const empty = { urls: [], sitemaps: [] };
  let bytes: Uint8Array;
  try {
    bytes = unpacked(body);
  } catch (error) {
    return { ...empty, error: `does not decompress: ${(error as Error).message}` };
  }
  const { text } = decodeText(bytes, null);
  const start = text.trimStart();
  if (start.startsWith('<')) return xmlUrls(url, start);
  const urls = textUrls(url, text);
  return {
    ...empty,
    urls,
    error: start !== '' && urls.length === 0 ? 'is no sitemap: it names no URL' : null,
  };
}

/** A gzip file as its content; anything else as it is. Throws when it does not decompress. */
export function unpacked(body: Uint8Array): Uint8Array {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  // Z_SYNC_FLUSH gives what a clipped file still holds.
  return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_BYTES });
}

/** One URL a line; other lines are ignored. */
function textUrls(base: string, text: string): Sitemap['urls'] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const found = pageUrl(base, line);
    return found && /^https?:/i.test(line.trim()) ? [{ url: found, lastmod: null }] : [];
  });
}

const ENTRIES = new Set(['url', 'sitemap', 'item', 'entry']);
const ROOTS = new Set(['urlset', 'sitemapindex', 'rss', 'feed', 'rdf']);

function xmlUrls(base: string, xml: string): Sitemap {
  const out: Sitemap = { urls: [], sitemaps: [], error: null };
  let root: string | null = null;
  let depth = 0;
  let entry: { tag: string; depth: number; loc: string; lastmod: string; href: string } | null = null;
  let text = '';
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const tag = localName(name);
        root ??= tag;
        // A feed's item may hold a `url` of its own (an image's, say), which is no page.
        if (ENTRIES.has(tag) && (entry === null || entry.tag === tag))
          entry = { tag, depth, loc: '', lastmod: '', href: '' };
        else if (
          tag === 'link' &&
          entry?.tag === 'entry' &&
          depth === entry.depth + 1 &&
          (!attributes.rel || attributes.rel === 'alternate')
        )
          entry.href ||= attributes.href ?? '';
        depth += 1;
        text = '';
      },
      ontext(chunk) {
        text += chunk;
      },
      onclosetag(name, implied) {
        depth -= 1;
        const said = text;
        text = '';
        if (implied || !entry) return; // cut off: the half entry is dropped
        const tag = localName(name);
        const child = depth === entry.depth + 1;
        const locates =
          entry.tag === 'item'
            ? tag === 'link'
            : entry.tag !== 'entry' && tag === 'loc' && !EXTENSION.test(name);
        if (child && locates && said.trim() !== '') entry.loc = said;
        else if (child && tag === 'lastmod') entry.lastmod = said;
        else if (tag === entry.tag && depth === entry.depth) {
          const loc = pageUrl(base, entry.loc || entry.href);
          if (loc && tag === 'sitemap') out.sitemaps.push(loc);
          else if (loc) out.urls.push({ url: loc, lastmod: entry.lastmod.trim() || null });
          entry = null;
        }
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  if (root === 'html' || /^<!doctype html/i.test(xml)) out.error = 'is an HTML page, not a sitemap';
  else if (out.urls.length + out.sitemaps.length === 0 && !ROOTS.has(root ?? ''))
    out.error = 'is no sitemap: it names no URL';
  return out;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1).toLowerCase();

/** Prefixes of extensions, whose `loc` is no page; any other prefix is the sitemap's own. */
const EXTENSION = /^(?:image|video|news|xhtml|mobile|pagemap):/i;

function pageUrl(base: string, text: string): string | null {
  const bare = text.replace(/^[\s\u00a0\ufeff]+|[\s\u00a0\ufeff]+$/g, '');
  if (bare === '' || !URL.canParse(bare, base)) return null;
  const url = new URL(bare, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}
