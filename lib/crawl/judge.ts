/**
 * Which links are worth a request. A link is scored by how likely it leads to members or events: words in its URL and
 * text, its place on the page, and whether many links of the same shape stand beside it (a directory's profiles do).
 */
import type { LinkContext } from '../page/link-context.js';
import type { Scope } from './scope.js';
import { AWAY_WORDS, EVENT_WORDS, MEMBER_WORDS, stepWithin, type UrlFacts, urlFacts } from './url-facts.js';

export interface Candidate {
  url: string;
  text: string;
  /** `sitemap` for what a sitemap or a feed names, `feed` for a feed that a page names. */
  context: LinkContext | 'sitemap' | 'feed';
  nofollow: boolean;
  rel?: string | null;
}

export interface Judged extends Candidate {
  /** Lower is earlier; null when it is not followed. */
  priority: number | null;
  /** `followed`, `adopted` (on a host that keeps the directory for the association), or why not. */
  decision: string;
}

/** The page that a link stands on. */
export interface Origin {
  url: string;
  /** Priority it was fetched with. */
  priority: number;
  depth: number;
  /** The page says what is known already: further pages of its list are not asked for. */
  repeats?: boolean;
}

export interface JudgeOptions {
  scope: Scope;
  maxDepth: number;
  /** What robots.txt says; true as long as the host has not been asked. */
  allowed(url: string): boolean;
  /** Lies it below a page that asks for a login? */
  closed(url: string): boolean;
  /** Why a URL is a trap; null when it is none. */
  trap(url: UrlFacts): string | null;
}

/** Priorities; what is found at the same one goes in order of finding. */
export const PRIORITY = {
  /** Further pages and letters of a list. */
  step: 10,
  wanted: 20,
  footer: 30,
  record: 40,
  /** A filter of a list that can be paged through as a whole. */
  filter: 45,
  aside: 50,
  home: 60,
} as const;

/** What is fetched with this priority or an earlier one is about members or events. */
const RELEVANT = PRIORITY.record;
/** So many links of one shape in the main part of a page make a list. */
const LIST_OF = 8;

/** Judges the links of one page together, since a list is only seen as a whole. */
export function judgeLinks(origin: Origin, links: readonly Candidate[], options: JudgeOptions): Judged[] {
  const shapes = new Map<string, number>();
  const from = urlFacts(origin.url);
  let paged = false;
  const all = links.map((link) => urlFacts(link.url));
  for (const [i, link] of links.entries()) {
    const facts = all[i]!;
    if (link.context === 'main' || link.context === 'sitemap')
      shapes.set(facts.shape, (shapes.get(facts.shape) ?? 0) + 1);
    if (link.context === 'pager' || stepWithin(from, facts) === 'page') paged = true;
  }
  const page = { origin, from, shapes, paged };
  return links.map((link, i) => {
    const facts = all[i]!;
    const verdict = judge(page, link, facts, options);
    const trap = verdict.priority === null ? null : options.trap(facts);
    const { url, text, context, nofollow } = link;
    return trap === null
      ? { url, text, context, nofollow, priority: verdict.priority, decision: verdict.decision }
      : { url, text, context, nofollow, priority: null, decision: `trap: ${trap}` };
  });
}

interface Verdict {
  priority: number | null;
  decision: string;
}

/** Each said once: a page has dozens of links, and a crawl judges millions. */
const refusals = new Map<string, Verdict>();
const followed = new Map<number, Verdict>();

function no(decision: string): Verdict {
  let verdict = refusals.get(decision);
  if (verdict === undefined) {
    verdict = { priority: null, decision };
    refusals.set(decision, verdict);
  }
  return verdict;
}

function follow(priority: number): Verdict {
  let verdict = followed.get(priority);
  if (verdict === undefined) {
    verdict = { priority, decision: 'followed' };
    followed.set(priority, verdict);
  }
  return verdict;
}

interface PageOfLinks {
  origin: Origin;
  from: UrlFacts;
  shapes: ReadonlyMap<string, number>;
  paged: boolean;
}

function judge(page: PageOfLinks, link: Candidate, facts: UrlFacts, options: JudgeOptions): Verdict {
  const { origin, from, shapes } = page;
  const inScope = options.scope.holds(facts.url);
  if (!inScope) {
    if (link.nofollow || facts.file || link.context === 'sitemap') return no('offsite');
    if (!options.scope.invite(origin.url, link)) return no('offsite');
    return { priority: PRIORITY.wanted, decision: 'adopted' };
  }
  if (link.nofollow) return no('nofollow');
  if (!options.allowed(link.url)) return no('robots');
  if (options.closed(link.url)) return no('login');
  if (link.context === 'feed') {
    // Of all feeds those that speak of events or members; comments and news are none of ours.
    const speaks = facts.event || facts.member || wordsIn(link.text).event;
    return speaks && !/comment/i.test(`${link.url} ${link.text}`) ? follow(PRIORITY.footer) : no('kind');
  }
  if (facts.file) return no('file');
  if (facts.sameThing) return no('same_thing');
  const step = stepWithin(from, facts);
  const pager = step === 'page' || (link.context === 'pager' && facts.host === from.host);
  const letter = step === 'letter' || link.context === 'letters';
  if (origin.depth + 1 > options.maxDepth && !pager && !letter) return no('depth');

  const wanted = facts.member || facts.event;
  const away = facts.away || (!wanted && wordsIn(link.text).away);
  const listed = (shapes.get(facts.shape) ?? 0) >= LIST_OF;
  const relevant = origin.priority <= RELEVANT;

  if (away && !(wanted && listed)) return no('kind');
  if ((pager || letter) && (relevant || wanted)) {
    if (origin.repeats) return no('repeat');
    return follow(PRIORITY.step);
  }
  if (link.context === 'sitemap') return fromSitemap(from, facts, listed);
  if (page.paged && isFilterOf(from, facts)) return follow(PRIORITY.filter);
  if (wanted && !listed) return follow(link.context === 'footer' ? PRIORITY.footer : PRIORITY.wanted);
  if (wanted || (listed && relevant)) return follow(PRIORITY.record);
  if (wordsIn(link.text).wanted) return follow(PRIORITY.record);
  if (relevant && link.context === 'main' && origin.depth > 0) return follow(PRIORITY.aside);
  if (origin.depth === 0 && (link.context === 'nav' || link.context === 'main')) return follow(PRIORITY.home);
  return no('kind');
}

/** What the words of a link speak of. The same words stand on page after page. */
interface LinkWords {
  away: boolean;
  event: boolean;
  /** Of members or events, in their beginning. */
  wanted: boolean;
}

const knownWords = new Map<string, LinkWords>();
const KNOWN_MOST = 10_000;

function wordsIn(text: string): LinkWords {
  let words = knownWords.get(text);
  if (words === undefined) {
    const start = text.slice(0, 120);
    words = {
      away: AWAY_WORDS.test(text),
      event: EVENT_WORDS.test(text),
      wanted: MEMBER_WORDS.test(start) || EVENT_WORDS.test(start),
    };
    if (knownWords.size >= KNOWN_MOST) knownWords.clear();
    knownWords.set(text, words);
  }
  return words;
}

/** A sitemap names all that a site has; its own name (`member-sitemap.xml`) may say what that is. */
function fromSitemap(sitemap: UrlFacts, facts: UrlFacts, listed: boolean) {
  const wanted = facts.member || facts.event;
  const named = sitemap.member || sitemap.event;
  if (wanted || named) return { priority: listed ? PRIORITY.record : PRIORITY.wanted, decision: 'followed' };
  return listed ? { priority: null, decision: 'kind' } : { priority: PRIORITY.home, decision: 'followed' };
}

/** The same list with one more parameter: a state, a category. */
function isFilterOf(list: UrlFacts, link: UrlFacts): boolean {
  if (link.host !== list.host || link.url.search === '' || link.url.pathname !== list.url.pathname)
    return false;
  const has = new Set(list.url.searchParams.keys());
  return [...link.url.searchParams.keys()].some((name) => !has.has(name));
}
