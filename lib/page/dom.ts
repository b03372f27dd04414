/**
 * One parse of a page, shared by all strategies: the tree, its elements in document order, the visible text
 * as lines, and the links and images, each with the line it stands on. A record is then a slice of these
 * arrays, whatever elements it is made of.
 */
import { type Document, parseTree } from './tree.js';
import { walkPage } from './walk.js';

export type Node = Document['children'][number];
export type Element = Extract<Node, { attribs: Record<string, string> }>;

/** Part of the page's frame that an element stands in. */
export type Region = 'main' | 'nav' | 'header' | 'footer' | 'aside';

export interface Line {
  text: string;
  /** Index of the innermost block element. */
  el: number;
  /** 1 to 6 for h1 to h6, else 0. */
  heading: number;
  /** The whole line is bold. */
  strong: boolean;
  region: Region;
  hidden: boolean;
}

export interface Anchor {
  el: number;
  href: string;
  text: string;
  line: number;
  region: Region;
  hidden: boolean;
}

export interface Picture {
  el: number;
  alt: string;
  src: string;
  line: number;
}

/** Element table in document order; `end` is one past the last descendant, the rest are slice bounds. */
export interface Item {
  node: Element;
  tag: string;
  parent: number;
  depth: number;
  end: number;
  line: number;
  lineEnd: number;
  link: number;
  linkEnd: number;
  image: number;
  imageEnd: number;
  region: Region;
  hidden: boolean;
}

export interface Page {
  url: string;
  /** Base for relative links. */
  base: string;
  document: Document;
  items: Item[];
  lines: Line[];
  links: Anchor[];
  images: Picture[];
  title: string | null;
  meta: Map<string, string>;
  /** Bodies of `<script>` by type, in page order. */
  scripts: { type: string; text: string; id: string }[];
  language: string | null;
  truncated: boolean;
}

/** Characters of HTML that are read; what follows is cut, with a note. */
export const MAX_HTML = 6_000_000;
export function loadPage(url: string, html: string): Page {
  const truncated = html.length > MAX_HTML;
  const { document, whole } = parseTree(truncated ? html.slice(0, MAX_HTML) : html);
  const page: Page = {
    url,
    base: url,
    document,
    items: [],
    lines: [],
    links: [],
    images: [],
    title: null,
    meta: new Map(),
    scripts: [],
    language: null,
    truncated: truncated || !whole,
  };
  walkPage(page);
  return page;
}

/** A readable place of an element: tags with id or class, from the nearest id down. */
export function cssPath(page: Page, index: number): string {
  const parts: string[] = [];
  for (let i = index; i >= 0 && parts.length < 5; ) {
    const item = page.items[i];
    if (!item) break;
    const { id, class: classes } = item.node.attribs;
    const first = classes?.trim().split(/\s+/)[0];
    parts.unshift(id ? `${item.tag}#${id}` : first ? `${item.tag}.${first}` : item.tag);
    if (id) break;
    i = item.parent;
  }
  return parts.join(' > ');
}

export { absolute, elementText, rawText, squash } from './text.js';
export { type Document, MAX_DEPTH } from './tree.js';
