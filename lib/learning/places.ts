/** Where in a part of the page a value stands: in an element's text or in one of its attributes. */
import { absolute, type Element, elementText } from '../page/dom.js';

export interface Place {
  element: Element;
  /** Null for the element's text. */
  attribute: string | null;
}

/** Attributes that carry values for people or programs. */
const CARRIERS = /^(?:href|content|title|alt|value|datetime|aria-label|data-[a-z][a-z-]*)$/;
/** Longer texts hold the value and much besides. */
const MAX_TEXT = 4_000;

/** Elements that carry the value and have no child that does, and attributes that do; `value` is that of `facts.ts`. */
export function placesOf(elements: readonly Element[], field: string, value: string, base: string): Place[] {
  const fits = matcherOf(field, value, base);
  const found: Place[] = [];
  const inside = new Set<Element>();
  for (let i = elements.length - 1; i >= 0; i -= 1) {
    // Children come before their parents this way round.
    const element = elements[i]!;
    for (const [name, text] of Object.entries(element.attribs))
      if (CARRIERS.test(name) && text.length < MAX_TEXT && fits(text))
        found.push({ element, attribute: name });
    if (inside.has(element)) {
      mark(element);
      continue;
    }
    const text = fieldText(element);
    if (text !== null && fits(text)) {
      found.push({ element, attribute: null });
      mark(element);
    }
  }
  return found.reverse();

  function mark(element: Element): void {
    if (element.parent && 'attribs' in element.parent) inside.add(element.parent as Element);
  }
}

function fieldText(element: Element): string | null {
  if (/^(?:script|style|noscript|template|head|title)$/.test(element.name)) return null;
  const text = elementText(element, '\n');
  return text.length > 0 && text.length < MAX_TEXT ? text : null;
}

const squash = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** Does a text carry the value? Roughly: what a selector gives is compared exactly when it is tried. */
function matcherOf(field: string, value: string, base: string): (text: string) => boolean {
  switch (field) {
    case 'phone':
    case 'fax':
      return (text) => text.length < 400 && text.replace(/\D/g, '').includes(value);
    case 'website':
    case 'profile_url':
    case 'url': {
      const host = value.split('/')[0] ?? value;
      return (text) => {
        if (text.length > 2_000 || /\s/.test(text.trim())) return false;
        const url = absolute(base, text);
        const plain = (url ?? text)
          .toLowerCase()
          .replace(/^https?:\/\/(?:www\.)?/, '')
          .replace(/\/(?=$|\?)/, '');
        return field === 'website' ? plain.startsWith(host) : plain === value;
      };
    }
    case 'address': {
      const parts = value.split('|').filter(Boolean);
      return (text) =>
        text.length < 600 &&
        parts.filter((p) => squash(text).includes(p)).length >= Math.min(2, parts.length);
    }
    case 'date': {
      const year = value.slice(0, 4);
      const day = String(Number(value.slice(8, 10)));
      return (text) => text.length < 200 && new RegExp(`\\b0?${day}\\b|${year}-`).test(text);
    }
    case 'categories': {
      const [first = value] = value.split('|');
      return (text) => squash(text).includes(first);
    }
    case 'state':
    case 'level':
    case 'booth':
      return (text) =>
        text.length < 200 &&
        new RegExp(`(?:^|[^a-z0-9])${escapedPattern(value)}(?:$|[^a-z0-9])`, 'i').test(text);
    case 'name':
      return (text) =>
        squash(text) === value ||
        (text.length < 300 &&
          squash(text).replace(/[^\p{L}\p{N}]+/gu, '') === value.replace(/[^\p{L}\p{N}]+/gu, ''));
    default:
      return (text) => squash(text).includes(value);
  }
}

const escapedPattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
