/**
 * The one walk over a page's tree that fills its tables: lines of text by block elements, links, pictures,
 * scripts and head data, each with the part of the page's frame that it stands in.
 */
import type { Anchor, Element, Item, Node, Page, Region } from './dom.js';
import { absolute, BLOCK, rawText, SKIP, squash } from './text.js';

const MAX_ITEMS = 200_000;
const HIDDEN_STYLE = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
const FRAME_WORD: readonly [Region, RegExp][] = [
  [
    'footer',
    /^(?:site|page|main|global|l|wp|w)?-?_?(?:footer|foot|colophon|copyright)(?:[-_](?:wrap(?:per)?|container|inner|area|widgets?|content|nav|menu|bottom|top|main|section|links))*$/i,
  ],
  [
    'nav',
    /^(?:site|main|primary|secondary|top|mega|mobile|sub|global|side|left)?[-_]?(?:nav|navbar|navigation|menu|breadcrumbs?|megamenu|submenu)(?:[-_](?:wrap(?:per)?|container|inner|bar|list|main|menu|primary))*$/i,
  ],
  [
    'aside',
    /^(?:(?:left|right|page|main|primary|secondary)[-_]?)?(?:sidebar|widget-area|related|comments?|comment-list|respond|related-posts|recommended|cookie-(?:bar|notice|banner))(?:[-_]\w+)?$/i,
  ],
  ['header', /^(?:site|page|main|global|top)[-_]?header(?:[-_](?:wrap(?:per)?|container|inner|top))?$/i],
];

/** Fills the tables of a parsed page. */
export function walkPage(page: Page): void {
  new Walker(page).run();
  unframeIfAllFrame(page);
}

class Walker {
  private readonly page: Page;
  private buffer: string[] = [];
  /** Texts of the line in work that hold more than blanks, and how many of them are bold. */
  private strongTexts = 0;
  private texts = 0;
  private strongDepth = 0;
  private blocks: number[] = [];
  private heading = 0;
  private afterElement = false;
  /** What class and id words have been found to name. */
  private readonly framed = new Map<string, Region | ''>();

  constructor(page: Page) {
    this.page = page;
  }

  run(): void {
    this.children(this.page.document.children, -1, 'main', false, 0);
    this.flush('main', false);
    for (const link of this.page.links) link.text = squash(link.text);
  }

  private children(
    nodes: readonly Node[],
    parent: number,
    region: Region,
    hidden: boolean,
    depth: number,
  ): void {
    for (const node of nodes) {
      if (node.type === 'text') {
        if (node.data) this.text(node.data);
      } else if ('attribs' in node) {
        this.element(node as Element, parent, region, hidden, depth);
      } else if ('children' in node && node.type === 'cdata') {
        this.children(node.children as Node[], parent, region, hidden, depth);
      }
    }
  }

  private text(data: string): void {
    this.buffer.push(data);
    this.afterElement = false;
    for (let i = 0; i < data.length; i += 1) {
      if (data.charCodeAt(i) <= 32) continue;
      this.texts += 1;
      if (this.strongDepth > 0) this.strongTexts += 1;
      break;
    }
  }

  private element(node: Element, parent: number, outer: Region, hiddenOuter: boolean, depth: number): void {
    const { page } = this;
    const tag = node.name;
    if (tag === 'head') {
      this.head(node);
      return;
    }
    if (tag === 'script') {
      this.script(node);
      return;
    }
    if (tag === 'meta' || tag === 'link' || tag === 'title' || tag === 'base') {
      this.headElement(node);
      // Microdata puts meta and link inside the body: they stay in the table for the structured reader only.
      return;
    }
    if (SKIP.has(tag) || page.items.length >= MAX_ITEMS) return;
    const { attribs } = node;
    if (tag === 'html' && attribs.lang) page.language = attribs.lang;
    const block = BLOCK.has(tag);
    const region = frameRegion(tag, attribs, outer, depth, this.framed);
    const hidden =
      hiddenOuter ||
      (tag !== 'body' && 'hidden' in attribs) ||
      (tag !== 'body' && attribs.style !== undefined && HIDDEN_STYLE.test(attribs.style));
    if (block) this.flush(outer, hiddenOuter);
    // Inline elements side by side are set apart by style in a browser; text glued to an element is one word.
    else if (this.afterElement) this.buffer.push(' ');
    const index = page.items.length;
    const item: Item = {
      node,
      tag,
      parent,
      depth,
      end: index + 1,
      line: page.lines.length,
      lineEnd: 0,
      link: page.links.length,
      linkEnd: 0,
      image: page.images.length,
      imageEnd: 0,
      region,
      hidden,
    };
    page.items.push(item);
    if (tag === 'img' || tag === 'input') this.picture(index, attribs);
    const isStrong = tag === 'b' || tag === 'strong' || isHeading(tag);
    if (isStrong) this.strongDepth += 1;
    if (isHeading(tag)) this.heading = tag.charCodeAt(1) - 48;
    if (block) this.blocks.push(index);
    const anchor =
      tag === 'a' && attribs.href !== undefined ? this.anchor(index, attribs.href, region, hidden) : null;
    const mark = this.buffer.length;
    const firstLine = page.lines.length;
    const textsBefore = this.texts;
    if (node.children.length > 0) this.children(node.children as Node[], index, region, hidden, depth + 1);
    if (anchor) {
      // A link around blocks has its text in flushed lines, one around words in the buffer.
      const tail = this.buffer.slice(page.lines.length === firstLine ? mark : 0).join('');
      const flushed = page.lines.slice(firstLine).map((line) => line.text);
      anchor.text = page.lines.length === firstLine ? tail : [...flushed, tail].join(' ');
    }
    if (block) {
      this.flush(region, hidden);
      this.blocks.pop();
    }
    if (isHeading(tag)) this.heading = 0;
    if (isStrong) this.strongDepth -= 1;
    this.afterElement = !block;
    item.end = page.items.length;
    // An inline element without words must not claim the line that comes after it.
    const pending = page.lines.length > firstLine ? this.texts > 0 : this.texts > textsBefore;
    item.lineEnd = page.lines.length + (!block && pending ? 1 : 0);
    item.linkEnd = page.links.length;
    item.imageEnd = page.images.length;
  }

  private anchor(el: number, href: string, region: Region, hidden: boolean): Anchor {
    const anchor: Anchor = { el, href: href.trim(), text: '', line: this.page.lines.length, region, hidden };
    this.page.links.push(anchor);
    return anchor;
  }

  private picture(el: number, attribs: Record<string, string>): void {
    const alt = squash(attribs.alt || attribs.title || '');
    const src = attribs.src || attribs['data-src'] || '';
    if (alt || src) this.page.images.push({ el, alt, src, line: this.page.lines.length });
  }

  private head(node: Element): void {
    for (const child of node.children as Node[]) {
      if (!('attribs' in child)) continue;
      if ((child as Element).name === 'script') this.script(child as Element);
      else this.headElement(child as Element);
    }
  }

  private headElement(node: Element): void {
    const { page } = this;
    const { attribs } = node;
    if (node.name === 'title' && page.title === null)
      page.title = squash(rawText(node).slice(0, 1000)).slice(0, 500) || null;
    if (node.name === 'base' && attribs.href) page.base = absolute(page.url, attribs.href) ?? page.base;
    if (node.name === 'meta') {
      const key = (attribs.property ?? attribs.name ?? attribs['http-equiv'] ?? '').toLowerCase();
      if (key && attribs.content !== undefined && !page.meta.has(key))
        page.meta.set(key, attribs.content.trim());
    }
    if (node.name === 'link' && attribs.rel && attribs.href) {
      const key = `link:${attribs.rel.toLowerCase()}`;
      if (!page.meta.has(key)) page.meta.set(key, attribs.href.trim());
    }
  }

  private script(node: Element): void {
    const text = rawText(node);
    if (text)
      this.page.scripts.push({
        type: (node.attribs.type ?? '').toLowerCase(),
        text,
        id: node.attribs.id ?? '',
      });
  }

  private flush(region: Region, hidden: boolean): void {
    if (this.buffer.length > 0) {
      const text = squash(this.buffer.join(''));
      this.buffer = [];
      if (text) {
        this.page.lines.push({
          text,
          el: this.blocks.at(-1) ?? 0,
          heading: this.heading,
          strong: this.strongTexts >= this.texts && this.texts > 0,
          region,
          hidden,
        });
      }
    }
    this.texts = 0;
    this.strongTexts = 0;
    this.afterElement = false;
  }
}

function isHeading(tag: string): boolean {
  return tag.length === 2 && tag.charCodeAt(0) === 104 && tag.charCodeAt(1) >= 49 && tag.charCodeAt(1) <= 54;
}

function frameRegion(
  tag: string,
  attribs: Record<string, string>,
  outer: Region,
  depth: number,
  known: Map<string, Region | ''>,
): Region {
  if (outer === 'footer') return outer;
  if (tag === 'footer') return nestedInRecord(outer, depth) ? outer : 'footer';
  if (outer !== 'main' && outer !== 'header') return outer;
  if (tag === 'nav' || attribs.role === 'navigation') return 'nav';
  if (attribs.role === 'contentinfo') return 'footer';
  if (tag === 'aside' || attribs.role === 'complementary') return 'aside';
  if (tag === 'main' || tag === 'body' || tag === 'html' || tag === 'article') return outer;
  if (attribs.role === 'banner') return 'header';
  const { class: classes, id } = attribs;
  return (classes && regionByWords(classes, known)) || (id && regionByWords(id, known)) || outer;
}

/** The part of the frame that words of a class or id name, or ''; the cards of a list say the same again and again. */
function regionByWords(words: string, known: Map<string, Region | ''>): Region | '' {
  let region = known.get(words);
  if (region === undefined) {
    region = '';
    search: for (const name of words.split(/\s+/)) {
      if (name === '' || name.length > 60) continue;
      for (const [named, pattern] of FRAME_WORD) {
        if (!pattern.test(name)) continue;
        region = named;
        break search;
      }
    }
    known.set(words, region);
  }
  return region;
}

/** A card's own `<footer>` deep in the main part is a part of the card. */
function nestedInRecord(outer: Region, depth: number): boolean {
  return outer === 'main' && depth > 7;
}

/** When the frame rules would take nearly everything for frame, they misread the page. */
function unframeIfAllFrame(page: Page): void {
  let total = 0;
  let main = 0;
  for (const line of page.lines) {
    total += line.text.length;
    if (line.region === 'main') main += line.text.length;
  }
  if (main * 10 >= total || total === 0) return;
  for (const list of [page.lines, page.links, page.items] as { region: Region }[][]) {
    for (const entry of list)
      if (entry.region === 'aside' || entry.region === 'header') entry.region = 'main';
  }
}
