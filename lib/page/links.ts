/** The links and the head of a page, read as a stream without a tree: for discovery, where speed counts. */
import { Parser } from 'htmlparser2';
import { absolute, MAX_HTML, squash } from './dom.js';

export type LinkContext = 'nav' | 'main' | 'footer' | 'pager' | 'letters';

export interface PageLink {
  url: string;
  text: string;
  rel: string | null;
  context: LinkContext;
  nofollow: boolean;
}

export interface PageMeta {
  title: string | null;
  canonical: string | null;
  robots: string[];
  language: string | null;
  /** Characters of visible text. */
  textLength: number;
}

const CONTEXT_WORD: readonly [LinkContext, RegExp][] = [
  [
    'letters',
    /(?:^|[\s_-])(?:a-?z|a-to-z|alphabet\w*|letters?|alpha(?:-?(?:nav|list|bar|pager))?|azlist|libraryaz\w*|glossary)(?:$|[\s_-])/i,
  ],
  [
    'pager',
    /(?:^|[\s_-])(?:pager\w*|pagination\w*|pagenav\w*|page-numbers|nav-links|rgpager|wp-pagenavi|gz-pagenav\w*|paging)(?:$|[\s_-])/i,
  ],
  ['footer', /(?:^|[\s_-])(?:site-?footer|footer|colophon)(?:$|\s)/i],
  ['nav', /(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?)(?:$|[\s_-])/i],
];
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const QUIET = new Set(['script', 'style', 'noscript', 'template', 'svg']);

export function pageLinks(url: string, html: string): PageLink[] {
  const found = new Map<string, PageLink>();
  let base = url;
  const stack: { tag: string; context: LinkContext }[] = [];
  let open: { href: string; rel: string | null; text: string; context: LinkContext } | null = null;
  const add = (href: string, text: string, rel: string | null, context: LinkContext) => {
    const resolved = absolute(base, href);
    if (resolved === null) return;
    const hash = resolved.indexOf('#');
    const clean = hash < 0 ? resolved : resolved.slice(0, hash);
    const squashed = squash(text).slice(0, 300);
    const known = found.get(clean);
    if (known) {
      if (!known.text && squashed) known.text = squashed;
      if (known.context === 'nav' || known.context === 'footer') known.context = context;
      return;
    }
    found.set(clean, {
      url: clean,
      text: squashed,
      rel,
      context: letterOrPage(squashed, context),
      nofollow: rel !== null && /\bnofollow\b/i.test(rel),
    });
  };
  const close = () => {
    if (!open) return;
    add(open.href, open.text, open.rel, open.context);
    open = null;
  };
  run(html, {
    open(tag, attribs) {
      const outer = stack.at(-1)?.context ?? 'main';
      if (tag === 'base' && attribs.href && base === url) base = absolute(url, attribs.href) ?? url;
      else if (tag === 'link' && attribs.href && /\b(?:next|prev)\b/i.test(attribs.rel ?? ''))
        add(attribs.href, '', attribs.rel ?? null, 'pager');
      else if (tag === 'iframe' && attribs.src) add(attribs.src, attribs.title ?? '', 'iframe', 'main');
      else if ((tag === 'a' || tag === 'area') && attribs.href !== undefined) {
        close();
        open = {
          href: attribs.href,
          rel: attribs.rel ?? null,
          text: attribs['aria-label'] ?? '',
          context: /\b(?:next|prev)\b/i.test(attribs.rel ?? '') ? 'pager' : outer,
        };
        if (attribs['aria-label']) open.text += ' ';
        if (tag === 'area') close();
      } else if (tag === 'img' && open && attribs.alt && !open.text.trim()) open.text += attribs.alt;
      if (!VOID.has(tag) && stack.length < 5000) stack.push({ tag, context: contextOf(tag, attribs, outer) });
    },
    text(data) {
      if (open && open.text.length < 600) open.text += data;
    },
    close(tag) {
      if (tag === 'a') close();
      for (let i = stack.length - 1; i >= 0 && i > stack.length - 20; i -= 1) {
        if (stack[i]?.tag === tag) {
          stack.length = i;
          break;
        }
      }
    },
  });
  close();
  return [...found.values()];
}

export function pageMeta(url: string, html: string): PageMeta {
  const meta: PageMeta = { title: null, canonical: null, robots: [], language: null, textLength: 0 };
  let title: string | null = null;
  let quiet = 0;
  run(html, {
    open(tag, attribs) {
      if (QUIET.has(tag)) quiet += 1;
      if (tag === 'title' && meta.title === null && title === null) title = '';
      else if (tag === 'html' && attribs.lang) meta.language = attribs.lang;
      else if (tag === 'link' && attribs.href && /^canonical$/i.test(attribs.rel ?? ''))
        meta.canonical ??= absolute(url, attribs.href);
      else if (tag === 'meta' && /^(?:robots|googlebot)$/i.test(attribs.name ?? '') && attribs.content) {
        for (const word of attribs.content.toLowerCase().split(/[\s,]+/))
          if (word && !meta.robots.includes(word)) meta.robots.push(word);
      }
    },
    text(data) {
      if (title !== null && meta.title === null) title += data;
      else if (quiet === 0) meta.textLength += data.replace(/\s+/g, ' ').trim().length;
    },
    close(tag) {
      if (QUIET.has(tag) && quiet > 0) quiet -= 1;
      if (tag === 'title' && title !== null) meta.title ??= squash(title) || null;
    },
  });
  return meta;
}

/** Open elements at which a page is a bomb: the parser's cost grows with the square of the depth. */
const MAX_OPEN = 20_000;

interface Handlers {
  open(tag: string, attribs: Record<string, string>): void;
  text(data: string): void;
  close(tag: string): void;
}

function run(html: string, handlers: Handlers): void {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (tag, attribs) => {
        depth += 1;
        if (depth > MAX_OPEN) throw new RangeError('too many open elements');
        handlers.open(tag, attribs);
      },
      ontext: (data) => handlers.text(data),
      onclosetag: (tag) => {
        depth -= 1;
        handlers.close(tag);
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

function contextOf(tag: string, attribs: Record<string, string>, outer: LinkContext): LinkContext {
  const names = `${(attribs.class ?? '').slice(0, 300)} ${(attribs.id ?? '').slice(0, 100)} ${attribs['aria-label'] ?? ''}`;
  if (tag === 'body' || tag === 'html' || tag === 'main') return 'main';
  if (names.length > 2)
    for (const [context, pattern] of CONTEXT_WORD)
      if (pattern.test(names) && !(context === 'nav' && (outer === 'pager' || outer === 'letters')))
        return context;
  if (tag === 'footer') return 'footer';
  if (tag === 'nav' && outer === 'main') return 'nav';
  return outer;
}

function letterOrPage(text: string, context: LinkContext): LinkContext {
  if (context === 'letters' || context === 'pager') return context;
  if (/^(?:[A-Z]|0-9|#|0 ?[-–] ?9)$/.test(text)) return 'letters';
  if (
    /^(?:\d{1,4}|next(?: page)?|prev(?:ious)?(?: page)?|older|newer|load more|show more|[<>«»‹›→←]{1,2}|next\s*[>»›→]|last(?: page)?)$/i.test(
      text,
    )
  )
    return 'pager';
  return context;
}
