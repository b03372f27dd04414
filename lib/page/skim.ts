/**
 * A page skimmed: what a crawl needs to know of it (head, links, pagers it cannot follow, what its main part says),
 * read in one pass of the parser without a tree. Discovery skims every page; only extraction reads one.
 */
import { Parser } from 'htmlparser2';
import { MAX_HTML, squash } from './dom.js';
import { LineHash } from './line-hash.js';
import { contextByWords, contextOf, type LinkContext } from './link-context.js';
import { addressFrom, copied, kept } from './shared-texts.js';

export interface PageLink {
  url: string;
  text: string;
  rel: string | null;
  context: LinkContext;
  nofollow: boolean;
}

/** A way to more of a list that no address leads to. */
export interface ClosedPager {
  kind: 'postback' | 'form';
  /** Where the form would be sent. */
  url: string;
  /** Words of the link, or names of the fields. */
  text: string;
}

export interface Skim {
  title: string | null;
  language: string | null;
  /** `rel=canonical`, absolute. */
  canonical: string | null;
  /** Crawling rules of the head: `<meta name=robots>` and the like, by the name they speak to. */
  metaRobots: { name: string; content: string }[];
  links: PageLink[];
  /** RSS and Atom feeds that the head names. */
  feeds: { url: string; title: string }[];
  closedPagers: ClosedPager[];
  /** Characters of visible text. */
  textLength: number;
  /** Characters of visible text outside navigation, pagers and footer. */
  mainLength: number;
  /** A password field stands on the page. */
  password: boolean;
  /** Hashes of the lines of the main part, numbers taken as equal. */
  lines: number[];
  /** Hash over all of them, in order: equal for two pages that say the same. */
  fingerprint: string;
  /** Records that a list seems to show, each as a hash of what it says: the most often repeated row, card or item. */
  records: number[];
  /** A total that the page states: 900 for “Showing 1–25 of 900”. */
  statedTotal: number | null;
  /** Lines of the main part, when asked for. */
  text: string[];
}

export interface SkimOptions {
  /** Keep the lines as text. */
  text?: boolean;
  /** Product token that a `<meta name>` may speak to, beside `robots`. */
  agent?: string;
}

const INLINE = 1;
const VOID = 2;
const QUIET = 4;
/** What is to be known of an element by its name, in one look. */
const KINDS = new Map<string, number>();
for (const [kind, names] of [
  [
    INLINE,
    'a abbr b bdi bdo cite code em font i img input kbd label mark q s small span strong sub sup time u wbr',
  ],
  [VOID, 'area base br col embed hr img input link meta param source track wbr'],
  [QUIET, 'script style noscript template svg'],
] as const)
  for (const name of names.split(' ')) KINDS.set(name, (KINDS.get(name) ?? 0) | kind);
/** Class words of what repeats once for each record. */
const RECORD_CLASS =
  /(?:^|[\s_-])(?:card|row|item|listing|member|company|record|result|entry|exhibitor|vendor|supplier)s?(?:$|[\s_-])/i;
/** Open elements at which a page is a bomb: the parser's cost grows with the square of the depth. */
const MAX_OPEN = 20_000;
const PAGER_WORDS = /^(?:\d{1,4}|\.{3}|…|next\b.*|prev.*|last|first|[A-Z]|0-9|#|[<>«»‹›→←]{1,2})$/i;

export function skimPage(url: string, html: string, options: SkimOptions = {}): Skim {
  const agent = options.agent?.toLowerCase();
  const skim: Skim = {
    title: null,
    language: null,
    canonical: null,
    metaRobots: [],
    links: [],
    feeds: [],
    closedPagers: [],
    textLength: 0,
    mainLength: 0,
    password: false,
    lines: [],
    fingerprint: '',
    records: [],
    statedTotal: null,
    text: [],
  };
  const links = new Map<string, PageLink>();
  const closed = new Map<string, ClosedPager>();
  const records = new Map<string, number[]>();
  const openRecords: { depth: number; kind: string; line: number }[] = [];
  const line = new LineHash(skim, options.text ?? false);
  let base = url;
  let title: string | null = null;
  let quiet = 0;
  const tags: string[] = [];
  const contexts: LinkContext[] = [];
  let context: LinkContext = 'main';
  let open: { href: string; rel: string | null; text: string; context: LinkContext } | null = null;
  let form: { url: string; names: string[]; choices: number } | null = null;

  const add = (href: string, text: string, rel: string | null, at: LinkContext) => {
    const squashed = kept((UNEVEN.test(text) ? squash(text) : text.trim()).slice(0, 300));
    const resolved = addressFrom(base, href);
    if (resolved === null) {
      const posts = /^\s*javascript:/i.test(href) && /__doPostBack/i.test(href);
      if (posts && (at === 'pager' || at === 'letters' || PAGER_WORDS.test(squashed)))
        closed.set('postback', { kind: 'postback', url, text: squashed });
      return;
    }
    const hash = resolved.indexOf('#');
    const clean = hash < 0 ? resolved : resolved.slice(0, hash);
    const before = links.get(clean);
    if (before) {
      if (!before.text && squashed) before.text = squashed;
      if (before.context === 'nav' || before.context === 'footer') before.context = at;
      return;
    }
    links.set(clean, {
      url: clean,
      text: squashed,
      rel,
      context: contextByWords(squashed, at),
      nofollow: rel !== null && /\bnofollow\b/i.test(rel),
    });
  };
  const closeLink = () => {
    if (!open) return;
    add(open.href, open.text, open.rel, open.context);
    open = null;
  };
  const closeForm = () => {
    if (form && form.choices >= 3)
      closed.set(form.url, { kind: 'form', url: form.url, text: form.names.slice(0, 10).join(', ') });
    form = null;
  };

  const opened = (tag: string, attribs: Record<string, string>) => {
    const outer = context;
    const kind = KINDS.get(tag) ?? 0;
    if ((kind & INLINE) === 0) line.end();
    if ((kind & QUIET) !== 0) quiet += 1;
    switch (tag) {
      case 'html':
        if (attribs.lang) skim.language = attribs.lang;
        break;
      case 'title':
        if (skim.title === null && title === null) title = '';
        break;
      case 'base':
        if (attribs.href && base === url) base = addressFrom(url, attribs.href) ?? url;
        break;
      case 'meta': {
        const name = attribs.name?.trim().toLowerCase();
        if ((name === 'robots' || (agent !== undefined && name === agent)) && attribs.content)
          skim.metaRobots.push({ name, content: attribs.content });
        break;
      }
      case 'link': {
        const rel = attribs.rel ?? '';
        if (!attribs.href) break;
        if (/\b(?:next|prev)\b/i.test(rel)) add(attribs.href, '', rel, 'pager');
        else if (/^\s*canonical\s*$/i.test(rel)) skim.canonical ??= addressFrom(base, attribs.href);
        else if (/\balternate\b/i.test(rel) && /(?:rss|atom)\+xml/i.test(attribs.type ?? '')) {
          const feed = addressFrom(base, attribs.href);
          if (feed) skim.feeds.push({ url: feed, title: attribs.title ?? '' });
        }
        break;
      }
      case 'iframe':
        if (attribs.src) add(attribs.src, attribs.title ?? '', 'iframe', 'main');
        break;
      case 'a':
      case 'area':
        if (attribs.href === undefined) break;
        closeLink();
        open = {
          href: attribs.href,
          rel: attribs.rel ?? null,
          text: attribs['aria-label'] ? `${attribs['aria-label']} ` : '',
          context: attribs.rel && /\b(?:next|prev)\b/i.test(attribs.rel) ? 'pager' : outer,
        };
        if (tag === 'area') closeLink();
        break;
      case 'img':
        if (open && attribs.alt && !open.text.trim()) open.text += attribs.alt;
        if (attribs.alt && outer === 'main') line.add(` ${attribs.alt} `);
        break;
      case 'form':
        closeForm();
        if (outer === 'main' && !/post/i.test(attribs.method ?? ''))
          form = { url: addressFrom(base, attribs.action || url) ?? url, names: [], choices: 0 };
        break;
      case 'input':
        if (/^password$/i.test(attribs.type ?? '')) skim.password = true;
        if (form && attribs.name && !/^hidden$/i.test(attribs.type ?? '')) form.names.push(attribs.name);
        break;
      case 'select':
        if (form && attribs.name) form.names.push(attribs.name);
        break;
      case 'option':
        if (form) form.choices += 1;
        break;
    }
    if ((kind & VOID) === 0 && tags.length < 5_000) {
      const inner = contextOf(tag, attribs, outer);
      if (inner === 'main' && isRecord(tag, attribs.class))
        openRecords.push({
          depth: tags.length,
          kind: `${tag}.${attribs.class ?? ''}`,
          line: skim.lines.length,
        });
      tags.push(tag);
      contexts.push(inner);
      context = inner;
      line.counts = inner === 'main' || inner === 'letters';
    }
  };

  const read = (data: string) => {
    if (open && open.text.length < 600) open.text += data;
    if (title !== null && skim.title === null) title += data;
    else if (quiet === 0) line.add(data);
  };

  const closedTag = (tag: string) => {
    const kind = KINDS.get(tag) ?? 0;
    if ((kind & INLINE) === 0) line.end();
    if ((kind & QUIET) !== 0 && quiet > 0) quiet -= 1;
    if (tag === 'title' && title !== null) skim.title ??= copied(squash(title)) || null;
    if (tag === 'a') closeLink();
    if (tag === 'form') closeForm();
    for (let i = tags.length - 1; i >= 0 && i > tags.length - 20; i -= 1) {
      if (tags[i] !== tag) continue;
      for (let r = openRecords.at(-1); r && r.depth >= i; r = openRecords.at(-1)) {
        openRecords.pop();
        line.end();
        const said = hashOf(skim.lines, r.line);
        if (said === null) continue;
        const alike = records.get(r.kind);
        if (alike) alike.push(said);
        else records.set(r.kind, [said]);
      }
      tags.length = i;
      contexts.length = i;
      context = contexts[i - 1] ?? 'main';
      line.counts = context === 'main' || context === 'letters';
      break;
    }
  };

  run(html, opened, read, closedTag);
  line.end();
  closeLink();
  closeForm();
  skim.links = [...links.values()];
  skim.closedPagers = [...closed.values()];
  for (const alike of records.values()) if (alike.length > skim.records.length) skim.records = alike;
  skim.fingerprint = line.fingerprint(skim.mainLength < 200 ? skim.links : []);
  return skim;
}

const recordClasses = new Map<string, boolean>();

function isRecord(tag: string, classes: string | undefined): boolean {
  if (tag === 'tr' || tag === 'li' || tag === 'article') return true;
  if (!classes) return false;
  let is = recordClasses.get(classes);
  if (is === undefined) {
    is = RECORD_CLASS.test(classes);
    if (recordClasses.size >= 5_000) recordClasses.clear();
    recordClasses.set(copied(classes), is);
  }
  return is;
}

/** Hash over the lines from one on; null when there are none. */
function hashOf(lines: readonly number[], from: number): number | null {
  if (lines.length <= from) return null;
  let hash = 0x811c9dc5;
  for (let i = from; i < lines.length; i += 1) hash = Math.imul(hash ^ lines[i]!, 0x01000193);
  return hash >>> 0;
}

/** White space that is more than single blanks. */
const UNEVEN = /[\n\r\t\u00a0\u200b\u200e\u200f\ufeff\u00ad]| {2}/;

function run(
  html: string,
  opened: (tag: string, attribs: Record<string, string>) => void,
  read: (data: string) => void,
  closed: (tag: string) => void,
): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (tag, attribs) => {
        depth += 1;
        if (depth > MAX_OPEN) throw new RangeError('too many open elements');
        opened(tag, attribs);
      },
      ontext: read,
      onclosetag: (tag) => {
        depth -= 1;
        closed(tag);
      },
    },
    { decodeEntities: true },
  );
  try {
    parser.end(html.length > MAX_HTML ? html.slice(0, MAX_HTML) : html);
  } catch {
    // What was read before the failure counts.
  }
}
