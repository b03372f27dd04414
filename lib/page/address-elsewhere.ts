/**
 * Addresses that a page holds without printing them: in the question of a map link or frame, in head data, in the
 * text that stands for a picture. They count where nothing is printed.
 */
import { parseAddress } from './address-single.js';
import type { Context, Slice } from './context.js';
import { cssPath } from './dom.js';
import type { Address } from './types.js';

export interface ElsewhereAddress extends Address {
  raw: string;
  selector: string;
}

/** Names of the question that a map is asked: Google, Apple, Bing, MapQuest, Yahoo. */
const ASKED = ['q', 'query', 'daddr', 'destination', 'address', 'where1', 'near', 'addr', 'saddr'] as const;
const MAP_FRAME = /\/maps?\b|maps?\.|mapquest/i;
/** The place's own words in the path-like code of an embedded map. */
const EMBEDDED = /!2s([^!]{8,200})!/;

/** The address of a part of the page that prints none, or null. */
export function addressElsewhere(ctx: Context, slice: Slice): ElsewhereAddress | null {
  for (let i = slice.link; i < slice.linkEnd; i += 1) {
    if (ctx.web[i]?.kind !== 'map') continue;
    const link = ctx.page.links[i];
    const found = link ? fromMap(ctx.web[i]?.url ?? link.href) : null;
    if (link && found) return { ...found, selector: cssPath(ctx.page, link.el) };
  }
  for (let i = slice.image; i < slice.imageEnd; i += 1) {
    const image = ctx.page.images[i];
    const found = image && image.alt.length < 300 ? whole(image.alt) : null;
    if (image && found) return { ...found, selector: cssPath(ctx.page, image.el) };
  }
  for (let i = slice.item; i < slice.itemEnd; i += 1) {
    const item = ctx.page.items[i];
    if (!item) break;
    const { attribs } = item.node;
    let found: Omit<ElsewhereAddress, 'selector'> | null = null;
    if (item.tag === 'iframe') {
      const src = attribs.src || attribs['data-src'] || attribs['data-lazy-src'] || '';
      if (MAP_FRAME.test(src)) found = fromMap(src.startsWith('//') ? `https:${src}` : src);
    } else {
      const text =
        attribs['data-address'] ?? attribs['aria-label'] ?? (item.tag === 'img' ? '' : attribs.title);
      if (text && text.length > 14 && text.length < 300 && /\d/.test(text)) found = whole(text);
    }
    if (found) return { ...found, selector: cssPath(ctx.page, i) };
  }
  return null;
}

/** The address in a page's head data: Open Graph's, Facebook's and the geo tags' names for it. */
export function addressInMeta(ctx: Context): ElsewhereAddress | null {
  const { meta } = ctx.page;
  const part = (...names: string[]): string | null => {
    for (const name of names)
      for (const prefix of ['business:contact_data:', 'og:', 'place:'])
        if (meta.get(prefix + name)) return meta.get(prefix + name) ?? null;
    return null;
  };
  const street = part('street_address', 'street-address');
  const tail = [part('region'), part('postal_code', 'postal-code')].filter(Boolean).join(' ');
  const text = [street, part('locality'), tail, part('country_name', 'country-name')]
    .filter(Boolean)
    .join(', ');
  const found = (street && tail ? whole(text) : null) ?? whole(meta.get('geo.placename') ?? '');
  return found ? { ...found, selector: 'meta' } : null;
}

function fromMap(url: string): Omit<ElsewhereAddress, 'selector'> | null {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  const { searchParams: asked } = parsed;
  const pieces = [
    asked.get('address') ?? asked.get('addr') ?? asked.get('street'),
    asked.get('csz') ?? asked.get('city'),
    [asked.get('state'), asked.get('zipcode') ?? asked.get('zip') ?? asked.get('postalcode')]
      .filter(Boolean)
      .join(' '),
  ].filter(Boolean);
  const texts = [pieces.length > 1 ? pieces.join(', ') : null, ...ASKED.map((name) => asked.get(name))];
  const place = /\/(?:place|search|dir\/[^/]*)\/([^/@]{8,200})/.exec(parsed.pathname)?.[1];
  texts.push(decoded(place), decoded(EMBEDDED.exec(url)?.[1]));
  for (const text of texts) {
    const found = text ? whole(text.replace(/\+/g, ' ')) : null;
    if (found) return found;
  }
  return null;
}

function decoded(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return null;
  }
}

/** An address with street and state or code; a place's name or two numbers on a map are none. */
function whole(text: string): Omit<ElsewhereAddress, 'selector'> | null {
  if (text.length < 10 || !/\d/.test(text) || !/\p{L}{3}/u.test(text)) return null;
  const found = parseAddress(text);
  return found?.street && (found.postal_code || (found.city && found.state)) ? { ...found, raw: text } : null;
}
