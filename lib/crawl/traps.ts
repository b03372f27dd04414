/**
 * Crawler traps: calendars without end, session ids, facets that multiply, pages that repeat themselves under new
 * addresses. Decided from the URL and from what pages of its kind have held so far.
 */
import { shapeOf } from './shape.js';

export interface TrapLimits {
  /** Months from now, both ways, that a calendar is followed. */
  calendarMonths: number;
  /** Combinations of parameters followed below one path. */
  facets: number;
  /** Pages of one shape in a row that hold nothing new before the rest of the shape is left out. */
  repeats: number;
}

export const TRAP_LIMITS: TrapLimits = { calendarMonths: 18, facets: 400, repeats: 12 };

const MONTH_IN_PATH =
  /(?:^|[/=_-])((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])(?:[-/_](?:0[1-9]|[12]\d|3[01]))?(?=$|[/?&_.-])/;
const CALENDAR_WORD = /calendar|month|week|day|date|agenda|event/i;
const SESSION = /[?&;](?:phpsessid|jsessionid|sid|sessionid|session_id|cfid|cftoken|aspsessionid\w*)=/i;

export class Traps {
  private readonly variants = new Map<string, Set<string>>();
  private readonly shapes = new Map<string, { hashes: Set<string>; repeats: number }>();
  private readonly now: Date;
  private readonly limits: TrapLimits;

  constructor(now: Date, limits: TrapLimits = TRAP_LIMITS) {
    this.now = now;
    this.limits = limits;
  }

  /** Why a URL is not worth following; null when it is. */
  judge(text: string): string | null {
    const url = new URL(text);
    if (SESSION.test(url.search) || /;jsessionid=/i.test(url.pathname)) return 'a session id in the address';
    const far = this.monthsAway(url);
    if (far !== null && Math.abs(far) > this.limits.calendarMonths)
      return `a calendar page ${Math.abs(far)} months away`;
    if (repeatsItself(url.pathname)) return 'a path that repeats itself';
    if ((this.shapes.get(shapeOf(text))?.repeats ?? 0) >= this.limits.repeats)
      return 'pages of this shape repeat what is known';
    const keys = [...url.searchParams.keys()];
    if (keys.length >= 2) {
      const path = `${url.host}${url.pathname}`;
      const seen = this.variants.get(path) ?? new Set<string>();
      this.variants.set(path, seen);
      if (!seen.has(url.search) && seen.size >= this.limits.facets)
        return `more than ${this.limits.facets} combinations of filters`;
      seen.add(url.search);
    }
    return null;
  }

  /** Learns what a fetched page held. */
  learn(url: string, bodyHash: string | null): void {
    if (bodyHash === null) return;
    const shape = this.shapes.get(shapeOf(url)) ?? { hashes: new Set<string>(), repeats: 0 };
    this.shapes.set(shapeOf(url), shape);
    if (shape.hashes.has(bodyHash)) shape.repeats += 1;
    else {
      shape.hashes.add(bodyHash);
      shape.repeats = 0;
    }
  }

  private monthsAway(url: URL): number | null {
    const match = MONTH_IN_PATH.exec(`${url.pathname}${url.search}`);
    if (!match || !CALENDAR_WORD.test(`${url.pathname}${url.search}`)) return null;
    return (
      (Number(match[1]) - this.now.getUTCFullYear()) * 12 + Number(match[2]) - 1 - this.now.getUTCMonth()
    );
  }
}

/** `/a/b/a/b/a/b`: relative links gone wrong. */
function repeatsItself(path: string): boolean {
  const segments = path.split('/').filter(Boolean);
  const counts = new Map<string, number>();
  for (const s of segments) counts.set(s, (counts.get(s) ?? 0) + 1);
  return segments.length >= 6 && [...counts.values()].some((n) => n >= 3);
}
