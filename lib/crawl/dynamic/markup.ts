/** What a page's markup tells about its scripts: read in one pass without a tree. */
import { Parser } from 'htmlparser2';

/** An element that a script may fill, or that says where more comes from. */
export interface Marked {
  tag: string;
  id: string;
  classes: string;
  /** All attributes, names in lower case. */
  attributes: Readonly<Record<string, string>>;
  /** Characters of visible text and elements inside, templates and scripts left out. */
  text: number;
  elements: number;
  links: number;
}

export interface Markup {
  title: string;
  /** Visible characters outside header, footer and navigation; and links there. */
  mainText: number;
  mainLinks: number;
  /** The first of the visible text of the main part. */
  words: string;
  noscript: string;
  marked: Marked[];
  /** Buttons and links without a page of their own, by their text. */
  buttons: string[];
  scripts: { src: string | null; type: string; id: string; text: string }[];
  /** `<link>`s that name data: `rel` and address. */
  dataLinks: { rel: string; type: string; href: string }[];
  /** There is a link to a next page that a crawl follows by itself. */
  nextLink: boolean;
}

const FRAME = new Set(['header', 'footer', 'nav', 'aside']);
const QUIET = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head']);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Ids and attributes where frameworks put a page. */
const MOUNT_ID =
  /^(?:root|app|__next|__nuxt|___gatsby|react-root|vue-app|main-app|app-root|svelte|spa|ember\d*)$/i;
const MOUNT_ATTRIBUTE =
  /^(?:ng-app|ng-controller|ng-view|ng-repeat|data-ng-app|data-reactroot|data-react-\w+|data-server-rendered|v-cloak|v-for|x-data|data-controller|data-component|data-widget|data-props|data-module)$/;
/** Attributes whose value may be the address of data, or say which part of it comes next. */
export const DATA_ATTRIBUTE =
  /^(?:hx-(?:get|post|trigger|vals|target|swap)|data-(?:[\w-]*(?:endpoint|url|uri|href|src|source|api|feed|json|ajax|action|path|remote|next|load|page|offset|per-page|limit|total|count|cursor|query|route)[\w-]*))$/;
const LIST_WORD =
  /(?:^|[\s_-])(?:list|lists|listing|listings|grid|results?|cards|directory|members?|items|entries|exhibitors?|sponsors?|events?|table|rows|feed)(?:$|[\s_-])/i;
const BUSY_WORD = /(?:^|[\s_-])(?:spinner|loader|loading|skeleton|preloader|shimmer)(?:$|[\s_-])/i;
const TELLING_WORD = new RegExp(`${LIST_WORD.source}|${BUSY_WORD.source}`, 'i');
/** Characters of inline script and of text kept. */
const MAX_SCRIPT = 2_000_000;
const MAX_WORDS = 6_000;
const MAX_MARKED = 400;

interface Open {
  tag: string;
  frame: boolean;
  /** Counts stood so when the element began: what has been added at its end is inside. */
  marked: { of: Marked; text: number; elements: number; links: number } | null;
  button: boolean;
}

export function markupOf(html: string): Markup {
  const found: Markup = {
    title: '',
    mainText: 0,
    mainLinks: 0,
    words: '',
    noscript: '',
    marked: [],
    buttons: [],
    scripts: [],
    dataLinks: [],
    nextLink: false,
  };
  const stack: Open[] = [];
  const all = { text: 0, elements: 0, links: 0 };
  let quiet = 0;
  let noscript = 0;
  let frames = 0;
  let script: { src: string | null; type: string; id: string; text: string } | null = null;
  let button: string | null = null;

  const open = (tag: string, attributes: Record<string, string>) => {
    if (tag === 'script') {
      script = {
        src: attributes.src ?? null,
        type: attributes.type ?? '',
        id: attributes.id ?? '',
        text: '',
      };
      found.scripts.push(script);
    }
    if (tag === 'link' && attributes.href) {
      const { rel = '', type = '', href } = attributes;
      if (/api\.w\.org/.test(rel) || /json/.test(type)) found.dataLinks.push({ rel, type, href });
      if (/\bnext\b/i.test(rel)) found.nextLink = true;
    }
    if (quiet === 0 && tag !== 'template') all.elements += 1;
    const link = tag === 'a' && leads(attributes.href);
    if (link && quiet === 0) {
      if (frames === 0) found.mainLinks += 1;
      all.links += 1;
      if (/\bnext\b/i.test(attributes.rel ?? '')) found.nextLink = true;
    }
    const isButton =
      tag === 'button' || attributes.role === 'button' || (tag === 'a' && !link && 'href' in attributes);
    if (tag === 'input' && /^(?:button|submit)$/i.test(attributes.type ?? '') && attributes.value)
      found.buttons.push(attributes.value.trim());
    if (isButton && button === null) button = '';
    const marked =
      found.marked.length < MAX_MARKED && tells(tag, attributes) ? newlyMarked(tag, attributes) : null;
    if (marked) found.marked.push(marked);
    if (VOID.has(tag)) return;
    if (QUIET.has(tag)) quiet += 1;
    if (tag === 'noscript') noscript += 1;
    const frame = FRAME.has(tag);
    if (frame) frames += 1;
    stack.push({ tag, frame, marked: marked && { of: marked, ...all }, button: isButton });
  };

  const close = (tag: string) => {
    if (VOID.has(tag)) return;
    const top = stack.pop();
    if (!top) return;
    if (QUIET.has(top.tag)) quiet -= 1;
    if (top.tag === 'script') script = null;
    if (top.frame) frames -= 1;
    if (top.tag === 'noscript') noscript -= 1;
    if (top.marked) {
      const { of, text, elements, links } = top.marked;
      Object.assign(of, {
        text: all.text - text,
        elements: all.elements - elements,
        links: all.links - links,
      });
    }
    if (top.button && button !== null) {
      const text = button.replace(/\s+/g, ' ').trim();
      if (text !== '' && text.length < 60) found.buttons.push(text);
      button = null;
    }
  };

  const text = (data: string) => {
    const top = stack.at(-1)?.tag;
    if (script) {
      if (script.text.length < MAX_SCRIPT) script.text += data;
    } else if (top === 'title' && found.title.length < 300) found.title += data;
    else if (noscript > 0) {
      if (found.noscript.length < 1_000) found.noscript += data;
    } else if (quiet === 0) {
      const length = data.trim().length;
      if (length === 0) return;
      if (button !== null) button += data;
      all.text += length;
      if (frames > 0) return;
      found.mainText += length;
      if (found.words.length < MAX_WORDS) found.words += ` ${data.trim().slice(0, 500)}`;
    }
  };

  const parser = new Parser(
    { onopentag: open, onclosetag: close, ontext: text },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  found.title = found.title.replace(/\s+/g, ' ').trim();
  return found;
}

/** Does a link lead to a page, or only to a script? */
const leads = (href: string | undefined): boolean =>
  href !== undefined && href !== '' && !/^(?:#|javascript:|void\b)/i.test(href.trim());

const newlyMarked = (tag: string, attributes: Record<string, string>): Marked => ({
  tag,
  id: attributes.id ?? '',
  classes: attributes.class ?? '',
  attributes,
  text: 0,
  elements: 0,
  links: 0,
});

function tells(tag: string, attributes: Record<string, string>): boolean {
  const { id = '', class: classes = '' } = attributes;
  if (tag === 'script' || tag === 'link' || tag === 'meta' || tag === 'html' || tag === 'body') {
    return Object.keys(attributes).some((name) => MOUNT_ATTRIBUTE.test(name));
  }
  if (tag.includes('-') || attributes['aria-busy'] === 'true') return true;
  if ((id !== '' || classes !== '') && TELLING_WORD.test(`${id} ${classes}`)) return true;
  for (const name in attributes) {
    if (name === 'class' || name === 'id' || name === 'href' || name === 'style') continue;
    if (MOUNT_ATTRIBUTE.test(name) || DATA_ATTRIBUTE.test(name)) return true;
  }
  return MOUNT_ID.test(id);
}

/** An element that a framework draws into. A tag with a hyphen is a component. */
export const isMount = ({ tag, id, attributes }: Pick<Marked, 'tag' | 'id' | 'attributes'>): boolean =>
  MOUNT_ID.test(id) ||
  (tag.includes('-') && !/^(?:font|annotation)-/.test(tag)) ||
  Object.keys(attributes).some((name) => MOUNT_ATTRIBUTE.test(name));

export const isList = ({ id, classes }: Pick<Marked, 'id' | 'classes'>): boolean =>
  LIST_WORD.test(`${id} ${classes}`);
export const isBusy = ({ id, classes, attributes }: Marked): boolean =>
  attributes['aria-busy'] === 'true' || BUSY_WORD.test(`${id} ${classes}`);
