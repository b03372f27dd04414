/**
 * Is what a page shows drawn by its scripts? Told from the page itself: empty places where a framework draws, words
 * of waiting, lists without items, buttons for more. Never by the name of a host.
 */
import { jsonValue, recordLists } from '../../page/json.js';
import { DATA_ATTRIBUTE, isBusy, isList, isMount, type Markup, markupOf } from './markup.js';

export interface ShellVerdict {
  /** `shell`: the list itself is missing; `partial`: it begins, and goes on by script. */
  kind: 'static' | 'shell' | 'partial';
  /** Why, in words. */
  signs: string[];
  /** What the page says it shows of how many, where it does. */
  shown: { of: number; now: number | null } | null;
  markup: Markup | null;
}

/** One of these stands in every page that can be a shell; most pages have none and are not looked at further. */
const MAYBE =
  /\b(?:loading(?!=)|please wait|enable javascript|requires? javascript|javascript (?:is )?(?:disabled|required)|load(?:ing)? more|show more|view more|see more|more results|aria-busy|IntersectionObserver|ng-app|ng-repeat|ng-view|v-cloak|v-for|hx-get|hx-post|data-reactroot|data-server-rendered)\b|data-[\w-]*(?:endpoint|url|api|source|feed|json|ajax|next|remote|component|widget|props)[\w-]*\s*=|\bid\s*=\s*["']?(?:root|app|__next|__nuxt|___gatsby|react-root|vue-app|main-app|app-root|svelte|spa)\b|<[a-z]+-[a-z-]+[\s>]|(?:spinner|skeleton|shimmer|preloader)|\bshowing\b.{1,60}\bof\b|<(?:ul|ol|tbody)\b[^>]{0,300}>\s*<\//i;
const WAITING =
  /(?:^|[^\w])(?:loading|please wait|fetching (?:data|results|members)|retrieving (?:data|results|members))(?:\b|…|\.{3})/i;
const NOSCRIPT = /javascript/i;
const MORE =
  /^(?:load|show|view|see|display|get)\s+(?:\d+\s+)?(?:more|all|next)\b|^more(?:\s+(?:results|members|companies|events|items|listings))?$/i;
const SHOWING =
  /\b(?:showing|displaying|viewing|results?)\s+(?:(\d[\d,]*)\s*(?:-|–|to|through)\s*)?(\d[\d,]*)\s+(?:of|out of|from)\s+(?:about\s+)?(\d[\d,]*)/i;
const COUNTED =
  /\b(\d[\d,]*)\s+(?:members?|companies|results?|records?|exhibitors?|sponsors?|events?|listings?|suppliers?|manufacturers?|organi[sz]ations?)\b(?:\s+found)?/i;

/** Less visible text than this, in characters, is a heading and an introduction. */
const LITTLE_TEXT = 1_200;
/** Fewer links than this in the main part are no list. */
const FEW_LINKS = 8;

export function judgeShell(html: string): ShellVerdict {
  const plain: ShellVerdict = { kind: 'static', signs: [], shown: null, markup: null };
  if (!MAYBE.test(html)) return plain;
  const markup = markupOf(html);
  const scripted =
    markup.scripts.some((s) => s.src !== null || s.text.length > 100) ||
    markup.marked.some((m) => hasHtmx(m.attributes));
  if (!scripted) return { ...plain, markup };
  const shown = shownOf(markup);
  const signs = shellSigns(markup);
  const empty =
    (markup.mainText < LITTLE_TEXT && markup.mainLinks < FEW_LINKS) ||
    // A long introduction above a list that is not there.
    (markup.mainLinks < FEW_LINKS && signs.some((s) => s.startsWith('empty list')));
  const more = moreSigns(markup, shown);
  if (more.length === 0 && !(signs.length > 0 && empty)) return { kind: 'static', signs: [], shown, markup };
  const carried = carriedRecords(markup);
  if (signs.length > 0 && empty && carried < 3) return { kind: 'shell', signs, shown, markup };
  const complete = shown !== null && shown.now !== null && shown.now >= shown.of;
  // With all rows in a state blob, a button for more only unfolds what is there.
  const whole = carried > 0 && (shown === null || carried >= shown.of);
  if (more.length > 0 && !complete && !whole) return { kind: 'partial', signs: more, shown, markup };
  return {
    kind: 'static',
    signs: carried >= 3 ? [`${carried} records in a script of the page`] : [],
    shown,
    markup,
  };
}

function shellSigns(markup: Markup): string[] {
  const signs = new Set<string>();
  for (const m of markup.marked) {
    const bare = m.links < 3 && m.text < 80;
    const name = m.id
      ? `${m.tag}#${m.id}`
      : m.classes
        ? `${m.tag}.${m.classes.trim().split(/\s+/)[0]}`
        : m.tag;
    if (!bare) continue;
    if (isBusy(m)) signs.add(`busy ${name}`);
    else if (isMount(m)) signs.add(`empty mount ${name}`);
    else if (hasSource(m.attributes)) signs.add(`empty ${name} with a source of data`);
    if (isList(m) && m.elements < 3 && /^(?:div|ul|ol|tbody|table|section|main|article)$/.test(m.tag))
      signs.add(`empty list ${name}`);
    if (/\bload\b/.test(m.attributes['hx-trigger'] ?? '')) signs.add(`${name} loads itself`);
  }
  const waiting = WAITING.exec(markup.words);
  if (waiting) signs.add(`it says “${waiting[0].trim()}”`);
  if (NOSCRIPT.test(markup.noscript)) signs.add('it asks to enable JavaScript');
  if (markup.mainText < 200 && markup.scripts.some((s) => s.src !== null && /module/.test(s.type)))
    signs.add('hardly any text beside a module script');
  return [...signs];
}

function moreSigns(markup: Markup, shown: ShellVerdict['shown']): string[] {
  const signs = new Set<string>();
  const button = markup.buttons.find((text) => MORE.test(text));
  if (button && !markup.nextLink) signs.add(`a button “${button}”`);
  for (const { attributes } of markup.marked) {
    if (attributes['hx-get'] && /revealed|intersect|scroll|load/.test(attributes['hx-trigger'] ?? ''))
      signs.add('hx-get on scrolling');
    for (const name of Object.keys(attributes))
      if (
        /^data-(?:[\w-]*-)?next(?:-[\w-]+)?$/.test(name) &&
        /^(?:\/|https?:|\?)/.test(attributes[name] ?? '')
      )
        signs.add(name);
  }
  if (
    markup.scripts.some(
      (s) =>
        /IntersectionObserver/.test(s.text) && /\bfetch\s*\(|XMLHttpRequest|\$\.(?:get|ajax)/.test(s.text),
    )
  )
    signs.add('a script that loads on scrolling');
  if (shown?.now != null && shown.now < shown.of && !markup.nextLink)
    signs.add(`it shows ${shown.now} of ${shown.of}`);
  return [...signs];
}

function shownOf(markup: Markup): ShellVerdict['shown'] {
  const m = SHOWING.exec(markup.words);
  if (m) {
    // "Showing 25-48 of 350" is one page of a pager.
    const now = m[1] !== undefined && number(m[1]) > 1 ? null : number(m[2]!);
    return { now, of: number(m[3]!) };
  }
  const counted = COUNTED.exec(markup.words);
  return counted ? { now: null, of: number(counted[1]!) } : null;
}

const number = (text: string): number => Number(text.replace(/,/g, ''));

/** Records that stand in state blobs of the page, which are read without a browser. */
function carriedRecords(markup: Markup): number {
  let most = 0;
  for (const { src, type, text } of markup.scripts) {
    if (src !== null || text.length < 100 || /ld\+json/.test(type)) continue;
    const value = stateOf(type, text);
    const list = value === undefined ? undefined : recordLists(value)[0];
    if (list?.strong) most = Math.max(most, list.rows.length);
  }
  return most;
}

/** The JSON of a state blob: a JSON script, or `window.STATE = {…}` alone in its script. */
export function stateOf(type: string, text: string): unknown {
  if (/json/.test(type)) return jsonValue(text);
  const m =
    /^\s*(?:(?:var|let|const)\s+|(?:window|self|globalThis)(?:\.|\[["']))[\w$.]{1,60}(?:["']\])?\s*=\s*(?=[[{])/.exec(
      text,
    );
  return m ? jsonValue(text.slice(m[0].length).replace(/;[\s\S]{0,300}$/, '')) : undefined;
}

const hasHtmx = (attributes: Readonly<Record<string, string>>): boolean =>
  'hx-get' in attributes || 'hx-post' in attributes;

const hasSource = (attributes: Readonly<Record<string, string>>): boolean =>
  hasHtmx(attributes) ||
  Object.entries(attributes).some(([name, value]) => DATA_ATTRIBUTE.test(name) && isDataAddress(value));

/** Could this be the address of data? Not a picture, a style or a word. */
export const isDataAddress = (value: string): boolean =>
  /^(?:https?:\/\/|\/|\.{1,2}\/|\?|[\w-]+\/[\w/-]+)/.test(value.trim()) &&
  value.length < 1_000 &&
  !/\.(?:jpe?g|png|gif|svg|webp|avif|ico|css|js|mjs|woff2?|mp4|pdf|html?)(?:[?#]|$)/i.test(value) &&
  !/\s/.test(value.trim());
