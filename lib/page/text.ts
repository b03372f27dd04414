/** Text and addresses of elements: what a reader of the page would see and reach. */
import type { Element, Node } from './dom.js';

export const BLOCK = new Set(
  (
    'address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hr html iframe legend li main menu nav noscript ol option p pre section select ' +
    'summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);
export const SKIP = new Set([
  'script',
  'style',
  'template',
  'svg',
  'head',
  'noscript',
  'object',
  'canvas',
  'select',
  'textarea',
]);

/** Signs that a browser does not show: soft hyphens, marks of direction, joiners and breaks without width. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+/;
const ALL_UNSEEN = new RegExp(UNSEEN, 'g');

/** White space that is more than a single blank: most blanks are single ones and can stay. */
const UNEVEN = /[^\S ]\s*| \s+/g;

export function squash(text: string): string {
  const seen = UNSEEN.test(text) ? text.replace(ALL_UNSEEN, '') : text;
  return seen.trim().replace(UNEVEN, ' ');
}

const LETTER = /^\p{L}$/u;

/**
 * The last word of a text, signs after it left out, or '' where something else stands there; only the end of the text
 * is looked at. A loop from the end, where a pattern would try every beginning.
 */
export function lastWord(text: string, after: RegExp): string {
  const start = Math.max(0, text.length - 30);
  let end = text.length;
  while (end > start && !LETTER.test(text.charAt(end - 1)) && after.test(text.charAt(end - 1))) end -= 1;
  let from = end;
  while (from > start && LETTER.test(text.charAt(from - 1))) from -= 1;
  return text.slice(from, end);
}

/** Text of a node without any setting apart. */
export function rawText(node: Element): string {
  let text = '';
  for (const child of node.children as Node[]) {
    if (child.type === 'text') text += child.data;
    else if ('attribs' in child) text += rawText(child as Element);
  }
  return text;
}

/** Text of an element as a reader sees it: blocks and neighbours set apart by a blank, scripts left out. */
export function elementText(node: Element, separator = ' '): string {
  const parts: string[] = [];
  collect(node, parts, separator);
  return separator === ' '
    ? squash(parts.join(''))
    : parts.join('').split(separator).map(squash).filter(Boolean).join(separator);
}

function collect(node: Element, parts: string[], separator: string): void {
  let afterElement = false;
  for (const child of node.children as Node[]) {
    if (child.type === 'text') {
      parts.push(separator === '\n' ? child.data.replace(/\s+/g, ' ') : child.data);
      afterElement = false;
    } else if ('attribs' in child) {
      const element = child as Element;
      if (SKIP.has(element.name) || element.name === 'script') continue;
      const block = BLOCK.has(element.name);
      if (block) parts.push(separator);
      else if (afterElement) parts.push(' ');
      collect(element, parts, separator);
      if (block) parts.push(separator);
      afterElement = !block;
    }
  }
}

/** The http(s) address of a link, or null. */
export function absolute(base: string, href: string): string | null {
  const text = href.trim();
  if (
    !text ||
    text.startsWith('#') ||
    /^(?:javascript|mailto|tel|data|sms|fax|callto|skype|whatsapp|about|blob):/i.test(text)
  )
    return null;
  try {
    const url = new URL(text, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}
