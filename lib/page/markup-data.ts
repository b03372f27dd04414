/** Structured data written into the markup itself: microdata, RDFa Lite, hCard and hEvent. */
import { absolute, type Element, elementText, type Node } from './dom.js';
import type { StructuredEntity } from './types.js';

interface Root {
  children: readonly unknown[];
}

const MAX_ITEMS = 5000;
const URL_ATTRIBUTE: Readonly<Record<string, string>> = {
  a: 'href',
  area: 'href',
  link: 'href',
  img: 'src',
  audio: 'src',
  video: 'src',
  source: 'src',
  iframe: 'src',
  embed: 'src',
  track: 'src',
  object: 'data',
};

type Properties = Record<string, unknown>;

/** Top-level and nested items; a nested item is both a property of its parent and an entity of its own. */
export function microdata(root: Root, base: string): StructuredEntity[] {
  return attributeItems(root, base, {
    scope: 'itemscope',
    type: 'itemtype',
    prop: 'itemprop',
    refs: 'itemref',
    syntax: 'microdata',
  });
}

export function rdfaLite(root: Root, base: string): StructuredEntity[] {
  return attributeItems(root, base, {
    scope: 'typeof',
    type: 'typeof',
    prop: 'property',
    refs: null,
    syntax: 'rdfa',
  });
}

interface Dialect {
  scope: string;
  type: string;
  prop: string;
  refs: string | null;
  syntax: 'microdata' | 'rdfa';
}

function attributeItems(root: Root, base: string, dialect: Dialect): StructuredEntity[] {
  const scopes: Element[] = [];
  const byId = new Map<string, Element>();
  let needsIds = false;
  each(root, (element) => {
    if (dialect.scope in element.attribs && scopes.length < MAX_ITEMS) scopes.push(element);
    if (dialect.refs && dialect.refs in element.attribs) needsIds = true;
  });
  if (scopes.length === 0) return [];
  if (needsIds) {
    each(root, (element) => {
      if (element.attribs.id && !byId.has(element.attribs.id)) byId.set(element.attribs.id, element);
    });
  }
  const done = new Map<Element, Properties>();
  const list: StructuredEntity[] = [];
  for (const [index, scope] of scopes.entries()) {
    const properties = itemProperties(scope, base, dialect, byId, done);
    const types = (scope.attribs[dialect.type] ?? '')
      .split(/\s+/)
      .filter(Boolean)
      .map((t) => t.replace(/[/#]+$/, '').replace(/^.*[/#:]/, ''));
    list.push({
      syntax: dialect.syntax,
      types,
      properties,
      path: `${dialect.syntax}[${index}] ${scope.name}${scope.attribs.class ? `.${scope.attribs.class.trim().split(/\s+/)[0]}` : ''}`,
    });
  }
  return list;
}

function itemProperties(
  scope: Element,
  base: string,
  dialect: Dialect,
  byId: Map<string, Element>,
  done: Map<Element, Properties>,
): Properties {
  const known = done.get(scope);
  if (known) return known;
  const properties: Properties = {};
  done.set(scope, properties);
  const type = scope.attribs[dialect.type];
  if (type)
    properties['@type'] = type.split(/\s+/).map((t) => t.replace(/[/#]+$/, '').replace(/^.*[/#:]/, ''));
  if (scope.attribs.itemid) properties['@id'] = scope.attribs.itemid;
  const seen = new Set<Element>([scope]);
  const visit = (element: Element) => {
    if (seen.has(element)) return;
    seen.add(element);
    const names = element.attribs[dialect.prop];
    const isScope = dialect.scope in element.attribs;
    if (names) {
      const value = isScope
        ? itemProperties(element, base, dialect, byId, done)
        : propertyValue(element, base);
      for (const name of names.trim().split(/\s+/)) add(properties, name.replace(/^.*[/#:]/, ''), value);
    }
    if (!isScope)
      for (const child of element.children as Node[]) if ('attribs' in child) visit(child as Element);
  };
  for (const child of scope.children as Node[]) if ('attribs' in child) visit(child as Element);
  if (dialect.refs)
    for (const id of (scope.attribs[dialect.refs] ?? '').split(/\s+/)) {
      const target = id ? byId.get(id) : undefined;
      if (target) visit(target);
    }
  return properties;
}

function add(properties: Properties, name: string, value: unknown): void {
  if (!name) return;
  const known = properties[name];
  if (known === undefined) properties[name] = value;
  else if (Array.isArray(known)) known.push(value);
  else properties[name] = [known, value];
}

function propertyValue(element: Element, base: string): string {
  const { attribs, name } = element;
  if (attribs.content !== undefined) return attribs.content.trim();
  const urlAttribute = URL_ATTRIBUTE[name];
  if (urlAttribute && attribs[urlAttribute] !== undefined)
    return absolute(base, attribs[urlAttribute] ?? '') ?? (attribs[urlAttribute] ?? '').trim();
  if (name === 'time' && attribs.datetime) return attribs.datetime.trim();
  if ((name === 'data' || name === 'meter') && attribs.value !== undefined) return attribs.value;
  return elementText(element);
}

const HCARD: Readonly<Record<string, string>> = {
  fn: 'name',
  org: 'legalName',
  'organization-name': 'name',
  tel: 'telephone',
  email: 'email',
  url: 'url',
  'street-address': 'streetAddress',
  'extended-address': 'extendedAddress',
  locality: 'addressLocality',
  region: 'addressRegion',
  'postal-code': 'postalCode',
  'country-name': 'addressCountry',
  title: 'jobTitle',
  role: 'jobTitle',
  note: 'description',
  category: 'keywords',
  summary: 'name',
  dtstart: 'startDate',
  dtend: 'endDate',
  location: 'location',
  'p-name': 'name',
  'p-org': 'legalName',
  'p-tel': 'telephone',
  'u-email': 'email',
  'u-url': 'url',
  'p-street-address': 'streetAddress',
  'p-locality': 'addressLocality',
  'p-region': 'addressRegion',
  'p-postal-code': 'postalCode',
  'p-country-name': 'addressCountry',
  'dt-start': 'startDate',
  'dt-end': 'endDate',
  'p-location': 'location',
  'p-job-title': 'jobTitle',
};

/** hCard / hEvent by class names, first and second version, without implied properties. */
export function hcards(root: Root, base: string): StructuredEntity[] {
  const list: StructuredEntity[] = [];
  each(root, (element) => {
    const classes = element.attribs.class;
    if (!classes || list.length >= MAX_ITEMS) return;
    const tokens = classes.split(/\s+/);
    const event = tokens.includes('vevent') || tokens.includes('h-event');
    if (!event && !tokens.includes('vcard') && !tokens.includes('h-card')) return;
    const properties: Properties = {};
    const visit = (parent: Element) => {
      for (const child of parent.children as Node[]) {
        if (!('attribs' in child)) continue;
        const node = child as Element;
        const own = node.attribs.class?.split(/\s+/) ?? [];
        const nested =
          own.includes('vcard') ||
          own.includes('h-card') ||
          own.includes('vevent') ||
          own.includes('h-event');
        for (const token of own) {
          const key = HCARD[token];
          if (!key || properties[key] !== undefined) continue;
          const titled =
            (node.name === 'abbr' || /^dt/.test(token)) && node.attribs.title ? node.attribs.title : null;
          const href = (key === 'url' || key === 'email') && node.attribs.href ? node.attribs.href : null;
          const value =
            titled ??
            (href && key === 'url' ? (absolute(base, href) ?? href) : href) ??
            propertyValue({ ...node, name: node.name === 'a' ? 'span' : node.name } as Element, base);
          if (value) properties[key] = value;
        }
        if (!nested) visit(node);
      }
    };
    visit(element);
    if (properties.name === undefined && properties.legalName === undefined) return;
    const person =
      properties.legalName !== undefined &&
      properties.name !== undefined &&
      properties.name !== properties.legalName;
    list.push({
      syntax: 'hcard',
      types: [event ? 'Event' : person ? 'Person' : 'Organization'],
      properties,
      path: `${element.name}.${tokens[0]}`,
    });
  });
  return list;
}

function each(root: Root, visit: (element: Element) => void): void {
  for (const child of root.children as Node[]) {
    if (!('attribs' in child)) continue;
    visit(child as Element);
    each(child as unknown as Root, visit);
  }
}
