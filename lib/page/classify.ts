/**
 * Tells what a page is, by weighted signals: its words (URL, title, heading), structured data, and what the
 * record miner sees. Every signal is kept, so that a verdict can be explained and the weights tuned.
 */
import { type Analysis, analyse } from './analysis.js';
import { count, isJsonAnswer, isOwner, type Slice, wholePage } from './context.js';
import { isEvent } from './entities.js';
import { hasLegalForm, nameKey } from './name.js';
import { bestName, isNameLike } from './names.js';
import { isJobTitle, isPersonName } from './people.js';
import { profileHeading } from './single.js';
import type { Classification, PageInput, PageType, Signal } from './types.js';

const LISTS: readonly [PageType, RegExp][] = [
  [
    'exhibitor_list',
    /\bexhibitor(?:s|list|search| list| directory)?\b|\bexhibiting\b|\bfloor ?plan\b|\bexhibitors? ?list\w*\b|\bwho'?s (?:there|exhibiting)\b|\bwhos there\b/,
  ],
  ['sponsor_list', /\bsponsors?(?:hip)?\b|\bour partners\b|\bsupporters\b/],
  ['speaker_list', /\bspeakers?\b|\bpresenters\b/],
  [
    'member_directory',
    /\b(?:members?|membership)\b|\bdirector(?:y|ies)\b|\bbusiness(?:es)? (?:listing|list|search|directory)\b|\bfind an? \w+|\bsuppliers?\b|\bcompan(?:y|ies) (?:list|directory)\b|\bbuyer'?s? guide\b|\blistings?\b|\bwholesalers\b|\bcompany finder\b|\bour members\b|\bdistributors\b|\bmanufacturers\b|\bfoundries\b|\bmembers? list\b/,
  ],
  [
    'event_list',
    /\bevents\b|\bcalendar\b|\bconferences\b|\bmeetings\b|\bwebinars\b|\btraining\b|\bevent list\b|\bwhats on\b|\bwhat's on\b/,
  ],
];
const EVENT_PATH =
  /\/(?:events?|calendar|meetings?|conferences?)\/(?:details?\/|view\/)?[^/?]*[a-z\d-]{6,}|\/event-\d+|event_?details?|eventid=|\/e\/[\w-]+-\d{6,}/i;
const LIST_PATH = /\/(?:month|list|week|today|category|calendar|upcoming|past|archive|page)(?:\/|$|\?)/i;
const PROFILE_PATH =
  /\/(?:details?|profiles?|members?\/[^/?]+|listings?\/[^/?]+|company\/[^/?]+|companies\/[^/?]+|exhibitors?\/[^/?]+|business\/[^/?]+|[\w-]*directory\/[^/?]+|places?\/[^/?]+|publicprofile|co\/[^/?]+|member)\b|(?:profile|member|company|listing|exhibitor)[\w-]*\.(?:asp|aspx|php|cfm)\?|[?&](?:exhid|memberid|boothid|id)=/i;
const RANKING =
  /\b(?:top|best|leading|largest|biggest) (?:\d+ |ten |most )|\b\d+ (?:top|best|leading|most)\b|\bportfolio\b|\bour investments\b|\binvestments?\b/;
/** Nouns of other lists; in a title they may be a part of a firm's name. */
const OTHER_LIST =
  /\b(?:news|blog|article|press releases?|case stud(?:y|ies)|careers?|jobs?|vacanc(?:y|ies)|staff|our team|products?|shop|cart|forum)\b/;

/** Pages of the house's own rules. */
const LEGAL =
  /^\s*(?:terms\b|terms (?:of|and|&)\b|privacy\b|cookie (?:policy|notice)|disclaimer\b|legal notice|accessibility statement|copyright (?:notice|policy))/i;

export function classifyPage(input: PageInput): Classification {
  return classifyAnalysis(analyse(input));
}

export function classifyAnalysis(analysis: Analysis): Classification {
  const signals: Signal[] = [];
  const say = (name: string, page_type: PageType, weight: number, detail = '') =>
    signals.push({ name, page_type, weight, detail: detail.slice(0, 160) });
  const { ctx, words } = analysis;
  const { page } = ctx;
  const all = wholePage(ctx);
  const url = ctx.input.url;

  // What the page holds.
  const best = analysis.companyGroups[0];
  const table = analysis.tables.find((t) => !t.columns.includes('date'));
  const listed = best && best.good > 0.5 ? best.slices.length : 0;
  const stranger = analysis.structuredCompanies.filter((c) => !isOwner(ctx, c.name));
  const declared = new Set(stranger.map((c) => nameKey(c.name ?? ''))).size;
  const n = Math.max(listed, table?.rows.length ?? 0, analysis.embedded.length, declared);
  // The last answer of a paged list may hold one record.
  const least = isJsonAnswer(ctx.input) ? 1 : 3;
  const hard = Math.max(best?.hard ?? 0, table ? 0.8 : 0, analysis.embedded.length >= least ? 0.9 : 0);
  const evidence = Math.max(best?.evidence ?? 0, analysis.embedded.length >= least ? 1.5 : 0);
  const eventGroup = analysis.eventGroups[0];
  const dated = eventGroup && eventGroup.good > 0.5 ? eventGroup.slices.length : 0;
  const dateTable = analysis.tables.some((t) => t.columns.includes('date'));
  const booths = count(ctx, all, 'booth');

  const worded = new Map<PageType, number>();
  const topical = { path: words.path, title: words.title, heading: words.heading };
  for (const [type, pattern] of LISTS) {
    let weight = 0;
    for (const [where, text] of Object.entries(topical))
      if (pattern.test(text)) weight += where === 'path' ? 1.4 : where === 'title' ? 1.1 : 1.2;
    worded.set(type, weight);
    if (weight > 0) say('words', type, Math.min(3, weight), pattern.source.slice(0, 40));
  }
  if (n >= least) {
    const size = Math.min(2, Math.log2(n) / 3);
    say(
      'records',
      'member_directory',
      // On an association's site there are no branches of one firm to be mistaken for members.
      size * hard + Math.min(ctx.input.siteName ? 2.4 : 1.4, evidence * (ctx.input.siteName ? 0.9 : 0.5)),
      `${n} records, ${evidence.toFixed(1)} kinds of evidence`,
    );
    say('records', 'exhibitor_list', size * 0.6, `${n} records`);
    say('records', 'sponsor_list', size * 0.6, `${n} records`);
    say('records', 'speaker_list', size * 0.4, `${n} records`);
  } else {
    for (const type of ['exhibitor_list', 'sponsor_list', 'speaker_list', 'member_directory'] as const)
      say('no records', type, -2.5);
  }
  const people = best ? share(best.slices, (slice) => isPersonEntry(ctx, slice)) : 0;
  if (people > 0.6 && best && best.evidence < 2) {
    say('names of persons', 'member_directory', -2.5, `${Math.round(people * 100)} %`);
    say('names of persons', 'speaker_list', 0.5, `${Math.round(people * 100)} %`);
  }
  if (declared >= 3) say('structured companies', 'member_directory', 3, `${declared} organisations`);
  if (analysis.embedded.length >= 3) {
    const withBooth = analysis.embedded.filter((c) => c.provenance.booth).length;
    const type = withBooth * 2 >= analysis.embedded.length ? 'exhibitor_list' : 'member_directory';
    say('embedded records', type, type === 'exhibitor_list' ? 4 : 1.5, `${analysis.embedded.length} records`);
  }
  if (table?.headed && table.columns.includes('name') && table.columns.filter(Boolean).length >= 3)
    say('table with headings', 'member_directory', 1.2, table.columns.filter(Boolean).join(', '));
  if (booths >= 3) say('booths', 'exhibitor_list', Math.min(2.5, booths / 4), `${booths} booths`);
  if (booths >= 1 && booths < 3 && n < 3) say('booth', 'member_profile', 0.5);
  if (isJsonAnswer(ctx.input) && analysis.structuredEvents.length > 0)
    say('events of an answer', 'event_list', 4, `${analysis.structuredEvents.length} events`);
  else if (dated >= 2 || dateTable)
    say('dated entries', 'event_list', Math.min(2.5, 0.8 + dated / 6), `${dated} dated entries`);
  else say('no dated entries', 'event_list', -2.5);
  const events = ctx.entities.filter(isEvent);
  const distinct = new Set(analysis.structuredEvents.map((e) => `${e.name}|${e.start_date}`)).size;
  if (distinct === 1 && !isJsonAnswer(ctx.input)) say('structured event', 'event', 3, `${events[0]?.syntax}`);
  if (distinct >= 2)
    say('structured events', 'event_list', 2 + Math.min(1.5, distinct / 6), `${distinct} events`);
  let path = url;
  try {
    const parsed = new URL(url);
    path = parsed.pathname + parsed.search;
  } catch {
    // As it stands.
  }
  if (EVENT_PATH.test(path) && !LIST_PATH.test(path)) say('event path', 'event', 1.8, path);
  if (
    /\b(?:add to (?:my )?calendar|register now|event details|save the date)\b/i.test(
      page.lines
        .slice(0, 400)
        .map((l) => (l.text.length < 80 ? l.text : ''))
        .join(' '),
    ) &&
    count(ctx, all, 'date') > 0
  )
    say('registration', 'event', 0.8);
  if (page.links.some((link) => /\.ics\b|^webcal:|\/ical\b/i.test(link.href)))
    say('calendar link', 'event', distinct >= 2 ? 0 : 0.5);
  const headed = page.lines.findIndex((line) => line.heading === 1 && line.region === 'main');
  const near = headed >= 0 && sumBetween(ctx.sums.date, headed + 1, headed + 4) > 0;
  // One date right under the heading, and words of an event in the address: this page is that event.
  if (near && dated < 3 && EVENT_PATH.test(path)) say('date under the heading', 'event', 1.6);
  if (count(ctx, all, 'date') === 0) say('no date', 'event', -3);
  if (dated >= 4 && distinct !== 1) say('many dates', 'event', -1.2);

  platformSignals(analysis.packs, say);

  // One company.
  const heading = profileHeading(ctx);
  const own = ownsPage(analysis);
  if (PROFILE_PATH.test(path)) say('profile path', 'member_profile', 1.6, path);
  if (
    page.links.some((link) =>
      /^(?:«|<|←)?\s*(?:back to|return to)\b.{0,24}\b(?:results|search|directory|list|members|listings)/i.test(
        link.text,
      ),
    )
  )
    say('back to results', 'member_profile', 1.5);
  const contactable = count(ctx, all, 'phone') + count(ctx, all, 'tail') > 0;
  if (stranger.length === 1 && heading && nameKey(stranger[0]?.name ?? '') === nameKey(heading.text))
    say('structured company', 'member_profile', 2.2, stranger[0]?.name ?? '');
  if (hard > 0.6 && ((n >= 5 && evidence > 1) || (n >= 3 && evidence >= 1.5)))
    say('many records', 'member_profile', -2);
  if (own && !ctx.input.siteName) say('owner named', 'company', 1.2);
  if (contactable) say('contact data', 'company', 0.7);
  if (
    /^\/?(?:index\.\w+|home\/?|contact\w*(?:[-_]us)?(?:\.\w+|\/)?|about\w*(?:[-_]us)?(?:\.\w+|\/)?|locations?\/?|team\/?)?$/i.test(
      path,
    )
  )
    say('own page path', 'company', 1.2, path);
  const titled = heading !== null && nameKey(page.title ?? '').startsWith(nameKey(heading.text));
  // A page that is titled like its heading is about that one thing; bare lists on it are what the firm makes.
  if (ctx.input.siteName && heading && (n < 5 || (titled && evidence < 1))) {
    // On an association's site a firm named in the heading, with contact data beside it, is a member.
    const main = page.lines.some(
      (line, i) =>
        line.region === 'main' &&
        (ctx.sums.phone[i + 1] !== ctx.sums.phone[i] || ctx.sums.tail[i + 1] !== ctx.sums.tail[i]),
    );
    if (main)
      say(
        'firm with contact data',
        'member_profile',
        (hasLegalForm(heading.text) ? 2.2 : 1) + (titled ? 0.8 : 0),
        heading.text,
      );
  }

  // What looks alike and is not.
  const firm = firmTitle(ctx);
  const article = (RANKING.exec(`${words.path} | ${words.title} | ${words.heading}`) ??
    OTHER_LIST.exec(`${words.path} | ${firm ? '' : words.title} | ${words.heading}`))?.[0];
  if (firm && ctx.input.siteName) say('titled by a firm', 'member_profile', 3, firm);
  const articleType =
    page.meta.get('og:type') === 'article' ||
    ctx.entities.some(
      (e) =>
        e.types.some((t) => /^(?:Article|BlogPosting|NewsArticle|Blog)$/.test(t)) && e.syntax === 'json-ld',
    );
  if (article) {
    // "Fastener Forum: our sponsors": address, title and heading all say what the list is.
    const plain = [...worded].some(([type, weight]) => weight >= 2.4 && type !== 'event_list');
    say('other kind of list', 'other', plain ? 0.3 : 1.6, article);
    for (const type of ['member_directory', 'exhibitor_list', 'sponsor_list'] as const)
      if ((worded.get(type) ?? 0) < 2.4) say('other kind of list', type, -1.2, article);
  }
  if (articleType) {
    say('article', 'other', 0.8);
    say('article', 'member_directory', -0.8);
  }
  if (LEGAL.test(page.title ?? '') || (heading === null && LEGAL.test(words.heading)))
    say('legal page', 'other', 3, page.title ?? '');
  say('prior', 'other', 1.6);
  const named = signals.some((s) => s.name === 'words' && s.page_type === 'member_directory');
  if (!named && n >= 3) say('no directory words', 'member_directory', ctx.input.siteName ? -0.4 : -1.3);
  return verdict(signals);
}

/** Declared selectors that match say what the page holds: somebody has looked at such pages before. */
function platformSignals(
  packs: Analysis['packs'],
  say: (name: string, type: PageType, weight: number, detail?: string) => void,
): void {
  const { companies, events, participants, profile } = packs;
  if (companies.length > 0)
    say('platform records', 'member_directory', companies.length > 1 ? 4 : 2, `${companies.length} records`);
  if (events.length > 1) say('platform events', 'event_list', 3, `${events.length} events`);
  if (events.length === 1) say('platform event', 'event', 2, events[0]?.name ?? '');
  const roles = new Set(participants.map((p) => p.role));
  for (const role of roles)
    if (role !== 'attendee') say('platform records', `${role}_list`, 3, `${participants.length} records`);
  if (profile && companies.length < 2) say('platform profile', 'member_profile', 3.5, profile.name ?? '');
}

/** The firm that the title names before the owner's name: "Acme Products, Inc. - Die Casters' Association". */
function firmTitle(ctx: Analysis['ctx']): string | null {
  const parts = (ctx.page.title ?? '').split(/\s+[|–—»:-]\s+/).map((part) => part.trim());
  const [first = '', ...rest] = parts;
  return rest.length > 0 &&
    rest.some((part) => isOwner(ctx, part)) &&
    !isOwner(ctx, first) &&
    isNameLike(first) &&
    hasLegalForm(first)
    ? first
    : null;
}

/** A name like a person's with a job title beside it; many firms' names alone look like persons' too. */
function isPersonEntry(ctx: Analysis['ctx'], slice: Slice): boolean {
  if (!isPersonName(bestName(ctx, slice)?.text ?? '')) return false;
  return ctx.page.lines
    .slice(slice.line, Math.min(slice.lineEnd, slice.line + 5))
    .some((line) => line.text.length < 80 && isJobTitle(line.text));
}

function share<T>(list: readonly T[], test: (one: T) => boolean): number {
  const sample = list.slice(0, 20);
  return sample.length === 0 ? 0 : sample.filter(test).length / sample.length;
}

const sumBetween = (sums: Int32Array, from: number, to: number): number =>
  (sums[Math.min(to, sums.length - 1)] ?? 0) - (sums[Math.min(from, sums.length - 1)] ?? 0);

function ownsPage(analysis: Analysis): boolean {
  const { ctx } = analysis;
  const title = nameKey(ctx.page.title ?? '');
  const host = ctx.own?.split('.')[0]?.replace(/[^a-z0-9]/g, '') ?? '';
  return (
    host.length > 3 &&
    (title.includes(host) || ctx.page.lines.some((l) => l.heading > 0 && nameKey(l.text).includes(host)))
  );
}

function verdict(signals: Signal[]): Classification {
  const scores = new Map<PageType, number>();
  for (const signal of signals)
    scores.set(signal.page_type, (scores.get(signal.page_type) ?? 0) + signal.weight);
  const ranked = [...scores].sort((a, b) => b[1] - a[1]);
  const [page_type, top] = ranked[0] ?? ['other' as PageType, 0];
  const total = ranked.reduce((sum, [, score]) => sum + Math.exp(score), 0);
  const confidence = Math.max(0.05, Math.min(0.99, Math.exp(top) / total));
  return {
    page_type,
    confidence: Math.round(confidence * 1000) / 1000,
    signals: signals.filter((s) => s.weight !== 0),
  };
}
