/**
 * Crawler traps: calendars without end, session ids, facets that multiply, pages that repeat themselves under new
 * addresses. Decided from the URL and from what pages of its kind have held so far.
 */
import type { Skim } from '../page/skim.js';
import { Novelty } from './novelty.js';
import { type UrlFacts, urlFacts } from './url-facts.js';

export interface TrapLimits {
  /** Months from now, both ways, that a calendar is followed. */
  calendarMonths: number;
  /** Combinations of parameters followed below one path. */
  facets: number;
  /** Pages of one shape in a row that hold nothing new before the rest of the shape is left out. */
  repeats: number;
  /** Pages of one shape that redirect to other sites before the rest of the shape is left out. */
  away: number;
}

export const TRAP_LIMITS: TrapLimits = { calendarMonths: 18, facets: 400, repeats: 12, away: 2 };

/** What a page held that was not known before. */
export interface Learned {
  /** No line of it is new. */
  stale: boolean;
  /** The page of the same shape that says just the same; null when there is none. */
  sameAs: string | null;
}

const MONTH_IN_PATH =
  /(?:^|[/=_-])((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])(?:[-/_](?:0[1-9]|[12]\d|3[01]))?(?=$|[/?&_.-])/;
const CALENDAR_WORD = /calendar|month|week|day|date|agenda|event/i;
const SESSION = /[?&;](?:phpsessid|jsessionid|sid|sessionid|session_id|cfid|cftoken|aspsessionid\w*)=/i;
/** A page with less text (“Loading…”) teaches nothing. */
const SHORTEST = 25;
/** Contents that are remembered of one shape. */
const MOST_CONTENTS = 2_000;

export class Traps {
  private readonly variants = new Map<string, Set<string>>();
  private readonly families = new Map<string, { contents: Map<string, string>; repeats: number }>();
  private readonly away = new Map<string, number>();
  private readonly byThemselves = new WeakMap<UrlFacts, string | null>();
  private readonly novelty = new Novelty();
  private readonly now: Date;
  private readonly limits: TrapLimits;

  constructor(now: Date, limits: TrapLimits = TRAP_LIMITS) {
    this.now = now;
    this.limits = limits;
  }

  /** Why a URL is not worth following; null when it is. */
  judge(facts: UrlFacts): string | null {
    const { url, family, step } = facts;
    let byItself = this.byThemselves.get(facts);
    if (byItself === undefined) {
      byItself = this.judgeAddress(url);
      this.byThemselves.set(facts, byItself);
    }
    if (byItself !== null) return byItself;
    if ((this.away.get(family) ?? 0) >= this.limits.away) return 'addresses of this kind lead to other sites';
    if ((this.families.get(family)?.repeats ?? 0) >= this.limits.repeats)
      return 'pages of this shape repeat what is known';
    // Further pages of a list are no new combination of its filters.
    if (url.search.includes('&') && step === null) {
      const path = `${url.host}${url.pathname}`;
      const seen = this.variants.get(path) ?? new Set<string>();
      this.variants.set(path, seen);
      if (!seen.has(url.search) && seen.size >= this.limits.facets)
        return `more than ${this.limits.facets} combinations of filters`;
      seen.add(url.search);
    }
    return null;
  }

  /** What an address says without any page. */
  private judgeAddress(url: URL): string | null {
    if (SESSION.test(url.search) || /;jsessionid=/i.test(url.pathname)) return 'a session id in the address';
    const far = this.monthsAway(url);
    if (far !== null && Math.abs(far) > this.limits.calendarMonths)
      return `a calendar page ${Math.abs(far)} months away`;
    return repeatsItself(url.pathname) ? 'a path that repeats itself' : null;
  }

  /** Learns what a fetched page held; one that a script has yet to fill teaches nothing. */
  learn(url: string, skim: Pick<Skim, 'lines' | 'fingerprint' | 'mainLength'>): Learned {
    if (skim.mainLength < SHORTEST) return { stale: false, sameAs: null };
    const { family } = urlFacts(url);
    const known = this.families.get(family) ?? { contents: new Map<string, string>(), repeats: 0 };
    this.families.set(family, known);
    const fresh = this.novelty.learn(skim.lines);
    const twin = known.contents.get(skim.fingerprint);
    if (twin === undefined && known.contents.size < MOST_CONTENTS) known.contents.set(skim.fingerprint, url);
    known.repeats = fresh === 0 ? known.repeats + 1 : 0;
    return {
      stale: fresh === 0,
      sameAs: twin !== undefined && twin !== url ? twin : null,
    };
  }

  /** A page turned out to be a redirect to another site. */
  ledAway(text: string): void {
    const { family } = urlFacts(text);
    this.away.set(family, (this.away.get(family) ?? 0) + 1);
  }

  private monthsAway(url: URL): number | null {
    const place = `${url.pathname}${url.search}`;
    const match = MONTH_IN_PATH.exec(place);
    if (!match || !CALENDAR_WORD.test(place)) return null;
    return (
      (Number(match[1]) - this.now.getUTCFullYear()) * 12 + Number(match[2]) - 1 - this.now.getUTCMonth()
    );
  }
}

/** `/a/b/a/b/a/b`: relative links gone wrong. */
function repeatsItself(path: string): boolean {
  const segments = path.split('/').filter(Boolean);
  if (segments.length < 6) return false;
  const counts = new Map<string, number>();
  for (const s of segments) counts.set(s, (counts.get(s) ?? 0) + 1);
  return [...counts.values()].some((n) => n >= 3);
}
