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
  let bytes = body;
  if (body[0] === 0x1f && body[1] === 0x8b) {
    try {
      // Z_SYNC_FLUSH gives what a clipped file still holds.
      bytes = gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_BYTES });
    } catch (error) {
      return { ...empty, error: `does not decompress: ${(error as Error).message}` };
    }
  }
  const { text } = decodeText(bytes, null);
  const start = text.trimStart();
  if (!start.startsWith('<')) return { ...empty, urls: textUrls(url, text), error: null };
  if (/^<(?:!doctype html|html)/i.test(start)) return { ...empty, error: 'is an HTML page, not a sitemap' };
  return xmlUrls(url, start);
}

/** One URL a line; other lines are ignored. */
function textUrls(base: string, text: string): Sitemap['urls'] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const found = pageUrl(base, line);
    return found && /^https?:/i.test(line.trim()) ? [{ url: found, lastmod: null }] : [];
  });
}

function xmlUrls(base: string, xml: string): Sitemap {
  const out: Sitemap = { urls: [], sitemaps: [], error: null };
  const stack: string[] = [];
  let entry: { loc: string; lastmod: string; href: string } | null = null;
  let text = '';
  const finish = (kind: string) => {
    const loc = pageUrl(base, entry!.loc || entry!.href);
    if (loc && kind === 'sitemap') out.sitemaps.push(loc);
    else if (loc) out.urls.push({ url: loc, lastmod: entry!.lastmod.trim() || null });
    entry = null;
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const tag = localName(name);
        if (['url', 'sitemap', 'item', 'entry'].includes(tag)) entry = { loc: '', lastmod: '', href: '' };
        else if (
          tag === 'link' &&
          entry &&
          stack.at(-1) === 'entry' &&
          (!attributes.rel || attributes.rel === 'alternate')
        ) {
          entry.href ||= attributes.href ?? '';
        }
        stack.push(tag);
        text = '';
      },
      ontext(chunk) {
        text += chunk;
      },
      onclosetag(name, implied) {
        const tag = localName(name);
        stack.pop();
        if (implied) return; // cut off: the half entry is dropped
        const parent = stack.at(-1);
        if (entry && tag === 'loc' && (parent === 'url' || parent === 'sitemap') && !/:/.test(name))
          entry.loc = text;
        else if (entry && tag === 'loc' && (parent === 'url' || parent === 'sitemap') && sitemapPrefix(name))
          entry.loc = text;
        else if (entry && tag === 'link' && parent === 'item') entry.loc = text;
        else if (entry && tag === 'lastmod') entry.lastmod = text;
        else if (entry && ['url', 'sitemap', 'item', 'entry'].includes(tag)) finish(tag);
        text = '';
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  return out;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1).toLowerCase();

/** `loc` under another prefix is a page when the prefix is the sitemap's own, not that of an extension. */
const sitemapPrefix = (name: string) => !/^(image|video|news|xhtml|mobile|pagemap):/i.test(name);

function pageUrl(base: string, text: string): string | null {
  const bare = text.replace(/^[\s\u00a0\ufeff]+|[\s\u00a0\ufeff]+$/g, '');
  if (bare === '' || !URL.canParse(bare, base)) return null;
  const url = new URL(bare, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}
