/**
 * What to fetch next. A link is scored by how likely it leads to members or events: words in its URL and text, its
 * place on the page, and whether many links of the same shape stand beside it (a directory's profiles do).
 */
import { canonicalUrl, sameSite } from '../web/url.js';
import { shapeOf } from './shape.js';

export interface Candidate {
  url: string;
  text: string;
  context: 'nav' | 'main' | 'footer' | 'pager' | 'letters' | 'sitemap';
  nofollow: boolean;
}

export interface Judged extends Candidate {
  /** Lower is earlier; null when it is not followed. */
  priority: number | null;
  /** `followed`, or why not. */
  decision: string;
}

/** The page that a link stands on. */
export interface Origin {
  url: string;
  /** Priority it was fetched with. */
  priority: number;
  depth: number;
}

const MEMBER =
  /\b(members?|membership|director(?:y|ies)|compan(?:y|ies)|profiles?|listings?|suppliers?|manufacturers?|roster|buyers?.?guide|find.?an?|locator|chapters?|districts?|organi[sz]ations?|foundr(?:y|ies)|die.?casters?|forgers?)\b/i;
const EVENT =
  /\b(events?|conferences?|expos?|exhibit(?:ors?|ion)?|sponsors?|speakers?|attendees?|calendar|meetings?|summits?|trade.?shows?|congress|symposium|webinars?|convention)\b/i;
const AWAY =
  /\b(news|blog|press|articles?|log.?in|log.?out|sign.?in|sign.?up|register|join|cart|checkout|donate|privacy|terms|cookies?|careers?|jobs?|store|shop|search|print|share|tags?|feed|rss|wp.?(?:admin|login|json)|password|account|subscribe|newsletters?|advertis\w*|magazine|podcast|videos?|cdn.?cgi)\b/i;
const FILE =
  /\.(?:pdf|docx?|xlsx?|pptx?|zip|gz|jpe?g|png|gif|svg|webp|ico|css|js|json|xml|mp[34]|mov|avi|ics|vcf|woff2?|ttf|eot)$/i;
/** Parameters that sort, filter or show the same thing another way. */
const SAME_THING =
  /^(sort|order|orderby|dir|view|display|layout|print|format|replytocom|share|lang|return(?:url)?|redirect)$/i;

export interface JudgeOptions {
  site: string;
  maxDepth: number;
  allowed(url: string): boolean;
  /** Why a URL is a trap; null when it is none. */
  trap(url: string): string | null;
}

/** So many links of one shape in the main part of a page make a list. */
const LIST_OF = 8;

/** Judges the links of one page together, since a list is only seen as a whole. */
export function judgeLinks(origin: Origin, links: readonly Candidate[], options: JudgeOptions): Judged[] {
  const shapes = new Map<string, number>();
  for (const link of links) {
    if (link.context === 'main' || link.context === 'sitemap')
      shapes.set(shapeOf(link.url), (shapes.get(shapeOf(link.url)) ?? 0) + 1);
  }
  return links.map((link) => {
    const verdict = judge(origin, link, shapes, options);
    const trap = verdict.priority === null ? null : options.trap(link.url);
    return trap === null ? { ...link, ...verdict } : { ...link, priority: null, decision: `trap: ${trap}` };
  });
}

function judge(
  origin: Origin,
  link: Candidate,
  shapes: ReadonlyMap<string, number>,
  options: JudgeOptions,
): { priority: number | null; decision: string } {
  const no = (decision: string) => ({ priority: null, decision });
  if (!sameSite(link.url, options.site)) return no('offsite');
  if (link.nofollow) return no('nofollow');
  if (!options.allowed(link.url)) return no('robots');
  const url = new URL(link.url);
  if (FILE.test(url.pathname)) return no('file');
  if ([...url.searchParams.keys()].some((name) => SAME_THING.test(name))) return no('same_thing');
  if (origin.depth + 1 > options.maxDepth && link.context !== 'pager' && link.context !== 'letters')
    return no('depth');
  const path = wordsOf(decodeURIComponentSafely(url.pathname + url.search));
  const about = `${path} ${link.text.slice(0, 120)}`;
  const wanted = MEMBER.test(path) || EVENT.test(path);
  const away = AWAY.test(path) || (AWAY.test(link.text) && !wanted);
  const listed = (shapes.get(shapeOf(link.url)) ?? 0) >= LIST_OF;
  const relevant = origin.priority <= 40;

  if (away && !(wanted && listed)) return no('kind');
  if ((link.context === 'pager' || link.context === 'letters') && (relevant || wanted))
    return { priority: 10, decision: 'followed' };
  if (wanted && !listed) return { priority: link.context === 'footer' ? 30 : 20, decision: 'followed' };
  if (wanted && listed) return { priority: 40, decision: 'followed' };
  if (listed && relevant) return { priority: 40, decision: 'followed' };
  if (MEMBER.test(about) || EVENT.test(about)) return { priority: 40, decision: 'followed' };
  if (relevant && link.context === 'main' && origin.depth > 0) return { priority: 50, decision: 'followed' };
  if (origin.depth === 0 && (link.context === 'nav' || link.context === 'main'))
    return { priority: 60, decision: 'followed' };
  return no('kind');
}

const wordsOf = (path: string) => path.replace(/[_/+.=&?-]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface Queued {
  url: string;
  key: string;
  priority: number;
  depth: number;
  foundOn: string | null;
}

/** The queue: each canonical URL once, the lowest priority first, in order of finding within one. */
export class Frontier {
  private readonly seen = new Set<string>();
  private readonly lanes = new Map<number, Queued[]>();
  /** Keys that wait in a lane; what has been dealt with meanwhile is passed over when its turn comes. */
  private readonly waiting = new Set<string>();

  /** False when it is there already, or has been. */
  add(entry: { url: string; priority: number; depth: number; foundOn: string | null }): boolean {
    const key = canonicalUrl(entry.url);
    if (key === null || this.seen.has(key)) return false;
    this.seen.add(key);
    const lane = this.lanes.get(entry.priority) ?? [];
    lane.push({ ...entry, key });
    this.lanes.set(entry.priority, lane);
    this.waiting.add(key);
    return true;
  }

  /** Marks a URL as dealt with, also where it waits. */
  done(url: string): void {
    const key = canonicalUrl(url);
    if (key === null) return;
    this.seen.add(key);
    this.waiting.delete(key);
  }

  next(): Queued | null {
    const priorities = [...this.lanes.keys()].sort((a, b) => a - b);
    for (const priority of priorities) {
      const lane = this.lanes.get(priority)!;
      for (let entry = lane.shift(); entry; entry = lane.shift()) {
        if (this.waiting.delete(entry.key)) return entry;
      }
      this.lanes.delete(priority);
    }
    return null;
  }

  get size(): number {
    return this.waiting.size;
  }
}
