/** What an address says by itself: about members, about events, a file, a step through a list. Worked out once per URL. */
import { shapeOf } from './shape.js';

export interface UrlFacts {
  url: URL;
  host: string;
  /** See `shapeOf`. */
  shape: string;
  /** Pages that are expected to be of one kind: one path with one set of parameters, or one shape. */
  family: string;
  /** It speaks of members or companies. */
  member: boolean;
  /** It speaks of events, exhibitors or speakers. */
  event: boolean;
  /** It speaks of what is neither: news, shop, login. */
  away: boolean;
  /** Its ending is that of a file which is no page. */
  file: boolean;
  /** It only sorts, prints or shows in another way. */
  sameThing: boolean;
  /** Its place in a list, and the list without it: equal for two pages of one list. */
  step: { list: string; kind: 'page' | 'letter'; at: string } | null;
  /** The address without its page and letter parameters. */
  list: string;
}

export const MEMBER_WORDS =
  /\b(members?|membership|director(?:y|ies)|compan(?:y|ies)|profiles?|listings?|suppliers?|manufacturers?|roster|buyers?.?guide|find.?an?|locator|chapters?|districts?|organi[sz]ations?|foundr(?:y|ies)|die.?casters?|forgers?)\b/i;
export const EVENT_WORDS =
  /\b(events?|conferences?|expos?|exhibit(?:ors?|ion)?|sponsors?|speakers?|attendees?|calendar|meetings?|summits?|trade.?shows?|congress|symposium|webinars?|convention)\b/i;
export const AWAY_WORDS =
  /\b(news|blog|press|articles?|log.?in|log.?out|sign.?in|sign.?up|register|join|cart|checkout|donate|privacy|terms|cookies?|careers?|jobs?|store|shop|search|print|share|tags?|feed|rss|wp.?(?:admin|login|json)|password|account|subscribe|newsletters?|advertis\w*|magazine|podcast|videos?|cdn.?cgi)\b/i;
const FILE =
  /\.(?:pdf|docx?|xlsx?|pptx?|zip|gz|jpe?g|png|gif|svg|webp|ico|css|js|json|xml|mp[34]|mov|avi|ics|vcf|woff2?|ttf|eot)$/i;
/** Parameters that sort, filter or show the same thing another way. */
const SAME_THING =
  /^(sort|order|orderby|dir|view|display|layout|print|format|replytocom|share|lang|return(?:url)?|redirect)$/i;
const PAGE_PARAM =
  /^(?:p|pg|page|paged|page_?(?:no|num|number|id|index)|(?:cur|current|e|c|exh|list|results?)_?page|start|start_?(?:at|row|index|rec|record)|offset|skip|from|first|row_?(?:start|offset)|begin)$/i;
const LETTER_PARAM =
  /^(?:letter|alpha(?:bet)?|az|initial|char|first_?letter|starts?_?with|findstartswith|term)$/i;
const PAGE_PATH = /\/(?:page|p)[/-](\d{1,4})(?=\/|$)/i;

/** The links of a site's frame stand on every page of it. */
const known = new Map<string, UrlFacts>();
const KNOWN_MOST = 20_000;

export function urlFacts(text: string): UrlFacts {
  let facts = known.get(text);
  if (facts === undefined) {
    facts = read(text);
    if (known.size >= KNOWN_MOST) known.clear();
    known.set(text, facts);
  }
  return facts;
}

function read(text: string): UrlFacts {
  const url = new URL(text);
  const path = wordsOf(unescaped(url.pathname + url.search));
  const params = url.search === '' ? [] : [...url.searchParams];
  const step = stepOf(url, params);
  const shape = shapeOf(url);
  return {
    url,
    host: url.host,
    shape,
    family:
      url.search === ''
        ? shape
        : `${url.host}${url.pathname}?${params
            .map(([name]) => name)
            .sort()
            .join('&')}`,
    member: MEMBER_WORDS.test(path),
    event: EVENT_WORDS.test(path),
    away: AWAY_WORDS.test(path),
    file: FILE.test(url.pathname),
    sameThing: params.some(([name]) => SAME_THING.test(name)),
    step,
    list: step?.list ?? `${url.origin}${url.pathname}${url.search}`,
  };
}

function stepOf(url: URL, params: readonly (readonly [string, string])[]): UrlFacts['step'] {
  const rest: string[] = [];
  let kind: 'page' | 'letter' = 'page';
  let at: string | null = null;
  for (const [name, value] of params) {
    if (PAGE_PARAM.test(name) && /^\d{1,6}$/.test(value) && !(name === 'p' && url.pathname === '/'))
      at ??= value;
    else if (LETTER_PARAM.test(name) && /^(?:[a-z]|0-9|#|num(?:bers?)?|other|all)$/i.test(value)) {
      at ??= value;
      kind = 'letter';
    } else rest.push(`${name}=${value}`);
  }
  const inPath = PAGE_PATH.exec(url.pathname);
  at ??= inPath?.[1] ?? null;
  if (at === null) return null;
  const path = url.pathname.replace(PAGE_PATH, '');
  return { list: `${url.origin}${path}${rest.length > 0 ? `?${rest.sort().join('&')}` : ''}`, kind, at };
}

/** Whether a link leads to another page of the list that stands at `origin`, and how. */
export function stepWithin(origin: UrlFacts, link: UrlFacts): 'page' | 'letter' | null {
  if (link.step === null || link.step.at === origin.step?.at) return null;
  return withoutSlash(link.step.list) === withoutSlash(origin.list) ? link.step.kind : null;
}

const withoutSlash = (list: string) => (list.endsWith('/') ? list.slice(0, -1) : list);

const FIRST_STEP = /([?&])(?:page|paged|start|offset|skip|from)=0(?=&|$)/i;

/** The address with the mark of a first page taken out: counting from nought, that is the list itself. */
export const withoutFirstStep = (url: string): string =>
  FIRST_STEP.test(url) ? url.replace(FIRST_STEP, '$1').replace(/[?&]$/, '').replace('?&', '?') : url;

const wordsOf = (path: string) => path.replace(/[_/+.=&?-]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
