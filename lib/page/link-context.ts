/** Where on a page a link stands: frame, pager, letter bar or main part. Decided from element names, classes and the link's words. */

import { copied } from './shared-texts.js';

export type LinkContext = 'nav' | 'main' | 'footer' | 'pager' | 'letters';

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

/** The same few hundred elements stand on every page of a site. */
const known = new Map<string, LinkContext | null>();
const byClass = new Map<string, LinkContext | null>();
const KNOWN_MOST = 5_000;

/** The context that an element opens inside an outer one. */
export function contextOf(tag: string, attribs: Record<string, string>, outer: LinkContext): LinkContext {
  if (tag === 'body' || tag === 'html' || tag === 'main') return 'main';
  const named = namedContext(attribs);
  if (named !== null && !(named === 'nav' && (outer === 'pager' || outer === 'letters'))) return named;
  if (tag === 'footer') return 'footer';
  if (tag === 'nav' && outer === 'main') return 'nav';
  return outer;
}

function namedContext({
  class: classes,
  id,
  'aria-label': label,
}: Record<string, string>): LinkContext | null {
  if (!classes && !id && !label) return null;
  // Most have classes alone.
  const bare =
    !id && !label && classes !== undefined && classes.length <= 300 ? byClass.get(classes) : undefined;
  if (bare !== undefined) return bare;
  const names = `${(classes ?? '').slice(0, 300)} ${(id ?? '').slice(0, 100)} ${(label ?? '').slice(0, 100)}`;
  let context = known.get(names);
  if (context === undefined) {
    context = CONTEXT_WORD.find(([, pattern]) => pattern.test(names))?.[0] ?? null;
    if (known.size >= KNOWN_MOST) known.clear();
    known.set(names, context);
  }
  if (!id && !label && classes !== undefined && classes.length <= 300) {
    if (byClass.size >= KNOWN_MOST) byClass.clear();
    byClass.set(copied(classes), context);
  }
  return context;
}

/** What the words of a link say where its place says nothing: a letter, a page number, “next”. */
export function contextByWords(text: string, context: LinkContext): LinkContext {
  if (context === 'letters' || context === 'pager' || text.length > 20) return context;
  if (/^(?:[A-Z]|0-9|#|0 ?[-–] ?9)$/.test(text)) return 'letters';
  if (
    /^(?:\d{1,4}|next(?: page)?|prev(?:ious)?(?: page)?|older|newer|load more|show more|[<>«»‹›→←]{1,2}|next\s*[>»›→]|last(?: page)?)$/i.test(
      text,
    )
  )
    return 'pager';
  return context;
}
