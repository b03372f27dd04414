/** Where a page's list may come from as data: candidates from its markup and scripts, the likeliest first. */
import { sameSite } from '../../web/url.js';
import { type Ask, endpointOf, getAsk, keyOf, parametersOf, roleOf, withParameters } from './ask.js';
import { DATA_ATTRIBUTE, isBusy, isList, isMount, type Marked, type Markup } from './markup.js';
import { scriptRequests } from './script-urls.js';
import { isDataAddress } from './shell.js';

export interface Candidate {
  ask: Ask;
  /** What speaks for it; tried from the highest down. */
  score: number;
  source: string;
  /** A script asks just so; else only the address is known. */
  exact?: boolean;
  /** Headers that the page's own script sends, by which some servers answer with data instead of a page. */
  headers: Readonly<Record<string, string>>;
}

const MEMBER =
  /\b(?:members?|membership|director(?:y|ies)|compan(?:y|ies)|suppliers?|manufacturers?|listings?|roster|organi[sz]ations?|businesses|exhibitors?|sponsors?|booths?|foundr(?:y|ies)|shops?|vendors?|partners?|profiles?|locator|accounts)\b/i;
const EVENT = /\b(?:events?|calendar|conferences?|meetings?|sessions|speakers?|webinars?|agenda)\b/i;
const LISTING =
  /\b(?:search|list|items|results|records|load ?more|query|find|all|grid|feed|entries|posts|data)\b/i;
const OTHER =
  /\b(?:log ?in|logout|sign ?in|auth|token|nonce|session|cart|checkout|payment|donat\w*|subscribe|newsletter|contact|form|submit|comment|translations?|locales?|i18n|lang|config|settings|manifest|analytics|track(?:ing)?|pixel|beacon|metrics|log|telemetry|consent|cookies?|captcha|menu|nav|weather|media|images?|upload|users?|me|version|health|oembed|heartbeat|countries|states|autocomplete|suggest|tweets?|instagram|share|count(?:er)?)\b/i;
const DATA =
  /\/(?:api|wp-json|ajax|rest|graphql|odata|services?|_api|data|json|v\d)(?:\/|$)|\.json$|admin-ajax\.php$/i;

export interface Surroundings {
  /** Address of the page, of its `<base>` if it has one. */
  base: string;
  markup: Markup;
  /** Scripts of the site, fetched for this page. */
  scripts: readonly { url: string; text: string }[];
}

export const XHR_HEADERS = {
  accept: 'application/json, text/javascript, text/html;q=0.5, */*;q=0.1',
  'x-requested-with': 'XMLHttpRequest',
} as const;

/** Candidates on the page's own site, each endpoint once. */
export function candidatesOf(around: Surroundings): Candidate[] {
  const { base, markup } = around;
  const dataset = datasetOf(markup);
  const found: Candidate[] = [...fromAttributes(base, markup)];
  const add = (text: string, source: string, weight: number) => {
    for (const { ask, called } of scriptRequests(text, { dataset, base })) {
      found.push({ ask, score: weight + (called ? 2 : 0), source, exact: called, headers: XHR_HEADERS });
    }
  };
  for (const script of markup.scripts)
    if (script.src === null && !/ld\+json/.test(script.type)) add(script.text, 'inline script', 1);
  for (const { url, text } of around.scripts) add(text, url, 1);
  for (const { type, href, rel } of markup.dataLinks) {
    if (/json/.test(type) && !/oembed|manifest/.test(`${href} ${type} ${rel}`) && URL.canParse(href, base))
      found.push({ ask: getAsk(new URL(href, base).href), score: 0, source: 'link', headers: XHR_HEADERS });
  }
  return ranked(
    found
      .filter(({ ask }) => sameSite(ask.url, base))
      .map((c) => ({ ...c, score: c.score + wordScore(c.ask) })),
  );
}

/** The addresses that attributes name, with the paging that stands in attributes beside them. */
function fromAttributes(base: string, markup: Markup): Candidate[] {
  return markup.marked.flatMap((marked) => {
    const { attributes } = marked;
    const place = (isMount(marked) ? 1 : 0) + (isList(marked) ? 1 : 0) + (isBusy(marked) ? 1 : 0);
    return Object.entries(attributes).flatMap(([name, value]): Candidate[] => {
      const htmx = name === 'hx-get' || name === 'hx-post';
      if (!(htmx || (DATA_ATTRIBUTE.test(name) && name.startsWith('data-'))) || !isDataAddress(value))
        return [];
      if (!URL.canParse(value, base)) return [];
      const url = new URL(value, base);
      url.hash = '';
      const named = htmx || /endpoint|api|ajax|json|feed|next|source|remote|load/.test(name) ? 3 : 0;
      const ask: Ask =
        name === 'hx-post'
          ? {
              method: 'POST',
              url: url.href,
              body: valuesOf(attributes),
              bodyType: 'application/x-www-form-urlencoded',
            }
          : withParameters(getAsk(url.href), htmx ? {} : pagingBeside(marked));
      // A card's link to its page is no source of a list; with `data-next` the page says itself that there is more.
      if (named === 0 && !DATA.test(url.pathname)) return [];
      const headers = htmx ? { accept: 'text/html, */*;q=0.5', 'hx-request': 'true' } : XHR_HEADERS;
      return [{ ask, score: named + place, source: `${marked.tag}[${name}]`, headers }];
    });
  });
}

/** `data-per-page="100"` beside an address is how much is asked for at once. */
function pagingBeside({ attributes }: Marked): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const parameter = name.replace(/^data-/, '').replace(/-/g, '_');
    if (name.startsWith('data-') && roleOf(parameter) === 'size' && /^\d{1,4}$/.test(value))
      found[parameter] = value;
  }
  return found;
}

/** `hx-vals='{"page": 2}'` as a form. */
function valuesOf(attributes: Readonly<Record<string, string>>): string {
  try {
    return new URLSearchParams(
      JSON.parse(attributes['hx-vals'] ?? '{}') as Record<string, string>,
    ).toString();
  } catch {
    return '';
  }
}

function datasetOf(markup: Markup): Map<string, string> {
  const found = new Map<string, string>();
  for (const { attributes } of markup.marked) {
    for (const [name, value] of Object.entries(attributes)) {
      if (!name.startsWith('data-')) continue;
      const key = name.slice(5).replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
      if (!found.has(key)) found.set(key, value);
    }
  }
  return found;
}

const wordsOf = (text: string): string =>
  text.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^a-zA-Z]+/g, ' ');

/** What the words of an address say of the things behind it. */
export function wordScore(ask: Ask): number {
  const url = new URL(ask.url);
  const path = wordsOf(url.pathname);
  const words = `${path} ${wordsOf(`${url.search} ${ask.body ?? ''}`)}`;
  let score = 0;
  if (MEMBER.test(words)) score += 3;
  if (EVENT.test(words)) score += 2;
  if (LISTING.test(words)) score += 1;
  if (OTHER.test(path)) score -= 3;
  if (DATA.test(url.pathname)) score += 1;
  const roles = new Set([...parametersOf(ask).keys()].map(roleOf));
  if (roles.has('page') || roles.has('offset') || roles.has('cursor')) score += 2;
  else if (roles.has('size')) score += 1;
  return score;
}

/** Less than this speaks too little for an endpoint to be asked at all. */
const LEAST_SCORE = 3;

/** Each endpoint once, with its best question: of two that only differ in paging the one that says more. */
export function ranked(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = endpointOf(candidate.ask);
    const held = best.get(key);
    if (!held) best.set(key, candidate);
    else {
      // What the script itself asks names the paging; an attribute only the address.
      const rank = (c: Candidate) => (c.exact ? 100 : 0) + parametersOf(c.ask).size;
      const fuller = rank(candidate) > rank(held) ? candidate : held;
      best.set(key, { ...fuller, score: Math.max(candidate.score, held.score) });
    }
  }
  // An address that only stands there, with another question to the same path that is known better, adds nothing.
  const asked = new Set(
    [...best.values()].filter((c) => parametersOf(c.ask).size > 0).map((c) => pathOf(c.ask)),
  );
  return [...best.values()]
    .filter((c) => c.score >= LEAST_SCORE && (parametersOf(c.ask).size > 0 || !asked.has(pathOf(c.ask))))
    .sort((a, b) => b.score - a.score || (keyOf(a.ask) < keyOf(b.ask) ? -1 : 1));
}

const pathOf = (ask: Ask): string => ask.url.split('?')[0]!;
