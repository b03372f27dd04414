/**
 * Structured data of a page: JSON-LD (arrays, `@graph`, broken JSON repaired), microdata with itemref, RDFa
 * Lite, Open Graph, and simple hCard / hEvent. Entities come flat, nested ones stay in their properties.
 */
import { jsonrepair } from 'jsonrepair';
import { type Document, type Element, loadPage, type Page } from './dom.js';
import { hcards, microdata, rdfaLite } from './markup-data.js';
import type { StructuredEntity } from './types.js';

const MAX_ENTITIES = 5000;
const MAX_SCRIPT = 3_000_000;

export function structuredData(html: string, url: string): StructuredEntity[] {
  return structuredDataOf(loadPage(url, html));
}

export function structuredDataOf(page: Page): StructuredEntity[] {
  const list: StructuredEntity[] = [];
  page.scripts.forEach((script, index) => {
    if (!/^application\/(?:[\w.+-]*\+)?ld\+json\b/.test(script.type) || script.text.length > MAX_SCRIPT)
      return;
    const value = lenientJson(script.text);
    if (value !== undefined) collectLd(value, `script[${index}]`, list, 0);
  });
  resolveIds(list);
  const document = page.document as Document & { children: Element[] };
  const marked = markedUp(page);
  if (marked.microdata) list.push(...microdata(document, page.base));
  if (marked.rdfa) list.push(...rdfaLite(document, page.base));
  if (marked.hcard) list.push(...hcards(document, page.base));
  const og = openGraph(page);
  if (og) list.push(og);
  return list.slice(0, MAX_ENTITIES);
}

/** Which syntaxes the markup holds at all: most pages have none, and need no walk for it. */
function markedUp(page: Page): { microdata: boolean; rdfa: boolean; hcard: boolean } {
  const marked = { microdata: false, rdfa: false, hcard: false };
  for (const { node } of page.items) {
    const { attribs } = node;
    if ('itemscope' in attribs) marked.microdata = true;
    if ('typeof' in attribs) marked.rdfa = true;
    if (!marked.hcard && attribs.class && /\b(?:vcard|vevent|h-card|h-event)\b/.test(attribs.class))
      marked.hcard = true;
  }
  return marked;
}

/** JSON as pages have it: comments, CDATA, raw control characters and missing ends are repaired. */
export function lenientJson(text: string): unknown {
  const body = text
    .replace(/^\s*(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\/\/\s*\]\]>|\]\]>)\s*$/, '')
    .trim()
    .replace(/;$/, '');
  if (!/^[[{]/.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    if (body.length > 400_000) return undefined;
    try {
      return JSON.parse(jsonrepair(body.replace(/<!--[\s\S]*?-->/g, '')));
    } catch {
      return undefined;
    }
  }
}

/** Type names without vocabulary, prefix or duplicates. */
export function typeNames(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return [
    ...new Set(
      list
        .filter((t): t is string => typeof t === 'string')
        .flatMap((t) => t.trim().split(/\s+/))
        .map((t) => t.replace(/[/#]+$/, '').replace(/^.*[/#:]/, ''))
        .filter(Boolean),
    ),
  ];
}

function collectLd(value: unknown, path: string, list: StructuredEntity[], depth: number): void {
  if (depth > 12 || list.length >= MAX_ENTITIES || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries()) collectLd(member, `${path}[${i}]`, list, depth + 1);
    return;
  }
  const node = value as Record<string, unknown>;
  const types = typeNames(node['@type'] ?? node.type);
  if (types.length > 0) list.push({ syntax: 'json-ld', types, properties: node, path });
  if (node['@graph']) collectLd(node['@graph'], `${path}.@graph`, list, depth + 1);
  for (const key of [
    'itemListElement',
    'item',
    'mainEntity',
    'mainEntityOfPage',
    'member',
    'subEvent',
    'event',
    'events',
    'sponsor',
    'about',
    'hasPart',
    'department',
    'subOrganization',
  ]) {
    const member = node[key];
    if (member && typeof member === 'object') collectLd(member, `${path}.${key}`, list, depth + 1);
  }
}

/** Puts an entity in place of a bare `{"@id": …}` that names it. */
function resolveIds(list: StructuredEntity[]): void {
  const byId = new Map<string, Record<string, unknown>>();
  for (const { properties } of list)
    if (typeof properties['@id'] === 'string' && Object.keys(properties).length > 1)
      byId.set(properties['@id'], properties);
  if (byId.size === 0) return;
  for (const entity of list) {
    for (const key of ['address', 'location', 'organizer', 'contactPoint']) {
      const member = entity.properties[key] as Record<string, unknown> | undefined;
      const id = member && typeof member === 'object' ? member['@id'] : undefined;
      if (typeof id === 'string' && member && Object.keys(member).length === 1) {
        const target = byId.get(id);
        if (target && target !== entity.properties)
          entity.properties = { ...entity.properties, [key]: target };
      }
    }
  }
}

function openGraph(page: Page): StructuredEntity | null {
  const properties: Record<string, unknown> = {};
  for (const [key, value] of page.meta) {
    if (!value) continue;
    if (key.startsWith('og:') || key.startsWith('business:') || key.startsWith('place:'))
      properties[key] = value;
  }
  if (Object.keys(properties).length === 0) return null;
  const type = typeof properties['og:type'] === 'string' ? properties['og:type'] : 'website';
  return { syntax: 'opengraph', types: [type], properties, path: 'meta' };
}
