/**
 * Texts and addresses that stand on page after page, each held once. A piece cut from a page's text keeps all of that
 * text in memory for as long as it lives, so what outlives the page is a copy.
 */
import { absolute } from './text.js';

/** Texts, and addresses of one origin, that are held at most. */
const MOST = 10_000;
/** Origins whose addresses are held. */
const MOST_ORIGINS = 50;

/** V8 copies shorter pieces anyway. */
const SHORTEST_PIECE = 13;

const texts = new Map<string, string>();

/** The text, with nothing of the page it came from behind it. */
export function kept(text: string): string {
  if (text.length < SHORTEST_PIECE) return text;
  let known = texts.get(text);
  if (known === undefined) {
    known = copied(text);
    if (texts.size >= MOST) texts.clear();
    texts.set(known, known);
  }
  return known;
}

/** A copy of its own. */
export const copied = (text: string): string =>
  text.length < SHORTEST_PIECE ? text : Buffer.from(text).toString();

const addresses = new Map<string, Map<string, string | null>>();

/** As `absolute`, remembered for what does not depend on the page: an address from the root of its origin, or a whole one. */
export function addressFrom(base: string, href: string): string | null {
  const origin = href.startsWith('/') ? originOf(base) : WHOLE.test(href) ? '' : null;
  if (origin === null) return absolute(base, href);
  let known = addresses.get(origin);
  if (known === undefined) {
    if (addresses.size >= MOST_ORIGINS) addresses.clear();
    known = new Map();
    addresses.set(origin, known);
  }
  let address = known.get(href);
  if (address === undefined) {
    address = absolute(base, href);
    if (known.size >= MOST) known.clear();
    known.set(copied(href), address);
  }
  return address;
}

/** A scheme without its two slashes makes an address relative where the base has the same. */
const WHOLE = /^https?:\/\//i;

let lastBase = '';
let lastOrigin: string | null = null;

/** Scheme and host of a page; null where there are none. */
function originOf(base: string): string | null {
  if (base !== lastBase) {
    lastBase = base;
    lastOrigin = /^https?:\/\/[^/?#\\]+(?=[/?#])/i.exec(base)?.[0] ?? null;
  }
  return lastOrigin;
}
