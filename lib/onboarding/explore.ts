/**
 * A look at an association's site: its door (robots.txt, terms, walls), then the pages that are likeliest to hold
 * members and events, best first, a few in all. Everything goes through the polite fetcher; nothing is kept.
 */
import { loginWall, readTerms, termsLinks } from '../crawl/access.js';
import { AWAY_WORDS, EVENT_WORDS, MEMBER_WORDS, urlFacts } from '../crawl/url-facts.js';
import { Refused, type WorkbenchError } from '../errors.js';
import type { Visited } from '../inspect/fetch.js';
import { contextOf } from '../page/context.js';
import { recognises } from '../page/packs.js';
import { readPage } from '../page/read.js';
import type { PlatformPack } from '../page/selectors.js';
import { skimPage } from '../page/skim.js';
import type { ClassificationWeights, Reading } from '../page/types.js';
import { isHtmlType } from '../web/media.js';
import { sameSite } from '../web/url.js';
import { claimedMembers } from './members.js';

export interface SeenPage {
  url: string;
  reading: Reading;
  /** A total that the page states for its list. */
  statedTotal: number | null;
  /** Packs whose fingerprint it carries. */
  platforms: string[];
}

export interface Exploration {
  /** `names`: what the site calls itself, in its head and beside its ©. */
  home: SeenPage & { names: string[] };
  pages: SeenPage[];
  platforms: Map<string, number>;
  claims: { members: number; said: string; url: string }[];
  /** What stood in the way: a list behind a login, a path closed by robots.txt. */
  closed: { url: string; why: string }[];
  terms: { url: string; forbidding: string[] } | null;
}

interface Deps {
  fetch(url: string): Promise<Visited>;
  platforms: readonly PlatformPack[];
  weights: ClassificationWeights;
  now: () => string;
  /** Told of every page before it is asked for. */
  onPage(url: string): void;
  maxPages: number;
}

const DIRECTORY =
  /\b(?:director(?:y|ies)|member(?:ship)? (?:list|search)|find an?|our members|members|buyers?.?guide|locator|companies)\b/i;
/** A dead link stands in nobody's way. */
const GONE = /^it answered 4(?:04|10)/;
/** Hosts beside the site's own that are looked at. */
const MOST_HOSTS = 2;
/** Pages of one kind say the same: so many profiles and events are read as a sample. */
const SAMPLE = 3;

/** Looks at the site; throws `Refused` where its rules end the look before it has begun. */
export async function explore(start: string, deps: Deps): Promise<Exploration> {
  const first = await pageAt(start, deps, null);
  if (first.closed !== null) throw new Refused(`${start} cannot be looked at: ${first.closed}.`);
  const { seen, skim, text, names } = first;
  const out: Exploration = {
    home: { ...seen, names },
    pages: [],
    platforms: new Map(),
    claims: [],
    closed: [],
    terms: null,
  };
  const origin = seen.url;
  const own = (url: string) => sameSite(url, origin);
  note(out, seen, text);

  const terms = termsLinks(skim, own)[0];
  if (terms) {
    const found = await deps.fetch(terms);
    if (found.response && isHtmlType(found.response.contentType)) {
      const { forbidding } = readTerms(terms, found.response.text().text);
      out.terms = { url: terms, forbidding };
      if (forbidding.length > 0) return out; // the lists are not touched before a person has decided
    }
  }

  const queue = new Map<string, number>();
  const asked = new Set([start, origin]);
  const shapes = new Map<string, number>();
  const away = new Set<string>();
  let looked = 1;
  const offer = (links: readonly { url: string; text: string; context?: string }[], from: number) => {
    for (const link of links) {
      const key = link.url.replace(/#.*$/, '');
      if (asked.has(key) || urlFacts(key).sameThing || urlFacts(key).file) continue;
      // Some keep their directory at a publisher's; the link's words say so.
      if (!own(key) && !(DIRECTORY.test(link.text) && away.add(new URL(key).host).size <= MOST_HOSTS))
        continue;
      if (AWAY_WORDS.test(new URL(key).pathname)) continue;
      const worth = worthOf(key, link.text) + from;
      if (worth > 0 && worth > (queue.get(key) ?? 0)) queue.set(key, worth);
    }
  };
  offer(skim.links, 0);
  while (queue.size > 0 && looked < deps.maxPages) {
    const [url] = [...queue].reduce((a, b) => (b[1] > a[1] ? b : a));
    queue.delete(url);
    const shape = url.replace(/[^/?=&]*\d[^/?&]*/g, '#').replace(/\/[^/?#]+\/?$/, '/*');
    const times = shapes.get(shape) ?? 0;
    if (asked.has(url) || times >= SAMPLE) continue;
    shapes.set(shape, times + 1);
    asked.add(url);
    looked += 1;
    const visit = await pageAt(url, deps, origin);
    if (visit.closed !== null) {
      if (!GONE.test(visit.closed)) out.closed.push({ url, why: visit.closed });
      continue;
    }
    asked.add(visit.seen.url);
    out.pages.push(visit.seen);
    note(out, visit.seen, visit.text);
    offer(visit.skim.links, 0);
    // What a list links to tells more than another list.
    const profiles = visit.seen.reading.companies.flatMap((c) => (c.profile_url ? [c.profile_url] : []));
    const events = visit.seen.reading.events.flatMap((e) => (e.url ? [e.url] : []));
    offer(
      [...profiles.slice(0, SAMPLE), ...events.slice(0, SAMPLE)].map((url) => ({ url, text: '' })),
      4,
    );
  }
  return out;
}

function note(out: Exploration, page: SeenPage, lines: readonly string[]): void {
  for (const name of page.platforms) out.platforms.set(name, (out.platforms.get(name) ?? 0) + 1);
  out.claims.push(...claimedMembers(lines).map((claim) => ({ ...claim, url: page.url })));
}

/** Words of the link and the address: a directory is worth more than an event, both more than the rest. */
function worthOf(url: string, text: string): number {
  const { pathname } = new URL(url);
  const words = `${pathname.replace(/[^a-z0-9]+/gi, ' ')} ${text}`;
  return (
    (MEMBER_WORDS.test(words) ? 3 : 0) +
    (DIRECTORY.test(words) ? 3 : 0) +
    (EVENT_WORDS.test(words) ? 2 : 0) -
    (AWAY_WORDS.test(text) ? 3 : 0) -
    pathname.split('/').length * 0.1
  );
}

type PageVisit =
  | { closed: string }
  | { closed: null; seen: SeenPage; skim: ReturnType<typeof skimPage>; text: string[]; names: string[] };

async function pageAt(url: string, deps: Deps, home: string | null): Promise<PageVisit> {
  deps.onPage(url);
  const { response, error, summary } = await deps.fetch(url);
  if (!response) {
    if (error && home === null) throw error; // the site itself is out of reach: its exit code is ours
    return { closed: reason(error) };
  }
  const { identity, identity_sign } = summary as { identity: string; identity_sign: string | null };
  if (response.status >= 400) return { closed: `it answered ${response.status}` };
  if (!isHtmlType(response.contentType))
    return { closed: `it is ${response.contentType ?? 'of no known type'}` };
  if (identity !== 'page') return { closed: `it is a ${identity.replaceAll('_', ' ')} (${identity_sign})` };
  const html = response.text().text;
  const skim = skimPage(response.finalUrl, html, { text: true });
  const wall = loginWall({ url, final_url: response.finalUrl }, skim, skim.text);
  if (wall) return { closed: `it is behind a login: ${wall}` };
  const input = {
    url: response.finalUrl,
    html,
    contentType: response.contentType,
    now: deps.now(),
    selectors: null,
    platforms: deps.platforms,
    weights: deps.weights,
    siteName: new URL(home ?? response.finalUrl).host,
  };
  const context = contextOf(input);
  const seen: SeenPage = {
    url: response.finalUrl,
    reading: readPage(input),
    statedTotal: skim.statedTotal,
    platforms: deps.platforms.filter((pack) => recognises(context, pack)).map((pack) => pack.name),
  };
  const owners = context.page.lines
    .flatMap(
      (line) =>
        /(?:©|\(c\)|\bcopyright\b)[\s\d,–-]*(?:by\s+)?(?:the\s+)?([^.|]{4,90})/i.exec(line.text)?.[1] ?? [],
    )
    .map((owner) => owner.replace(/[,\s]*\ball rights reserved\b.*$/i, ''));
  const names = [context.page.meta.get('og:site_name'), skim.title, ...owners].filter((n): n is string =>
    Boolean(n),
  );
  return { closed: null, seen, skim, text: skim.text, names };
}

const reason = (error: WorkbenchError | null): string => error?.message ?? 'it gave no answer';
