/**
 * Tells what a page is, by weighted signals: its words (URL, title, heading), structured data, and what the
 * record miner sees. Every signal is kept, so that a verdict can be explained and the weights tuned.
 */
import { type Analysis, analyse } from './analysis.js';
import {
  type ClassificationWeights,
  calibrated,
  type SignalName,
  type Strength,
  worth,
} from './classify-weights.js';
import {
  ARTICLE,
  BACK,
  EVENT_PATH,
  LEGAL,
  LIST_PATH,
  LISTS,
  OTHER_LIST,
  OWN_PATH,
  PROFILE_PATH,
  RANKING,
  REGISTRATION,
} from './classify-words.js';
import { count, isJsonAnswer, isOwner, type Slice, wholePage } from './context.js';
import { isEvent } from './entities.js';
import { hasLegalForm, nameKey } from './name.js';
import { bestName, isNameLike } from './names.js';
import { isJobTitle, isPersonName } from './people.js';
import { profileHeading } from './single.js';
import type { Classification, PageInput, PageType, Signal } from './types.js';

export function classifyPage(input: PageInput): Classification {
  return classifyAnalysis(analyse(input));
}

export function classifyAnalysis(analysis: Analysis): Classification {
  const { ctx } = analysis;
  const signals = new Signals(ctx.input.weights);
  const topics = wordSignals(analysis, signals);
  const facts = recordSignals(analysis, signals, topics);
  eventSignals(analysis, signals);
  platformSignals(analysis.packs, signals);
  companySignals(analysis, signals, facts);
  lookalikeSignals(analysis, signals, topics);
  signals.add('prior');
  return verdict(signals.list, ctx.input.weights);
}

/** The signals of a page: what was seen, with what config says that it means for each type. */
class Signals {
  readonly list: Signal[] = [];
  readonly thresholds: ClassificationWeights['thresholds'];
  private readonly weights: ClassificationWeights;

  constructor(weights: ClassificationWeights) {
    this.weights = weights;
    this.thresholds = weights.thresholds;
  }

  /** Notes what was seen, so often or so strongly; `of` leaves out types that it says nothing about on this page. */
  add(name: SignalName, detail = '', quantity = 1, of?: (type: PageType) => boolean): void {
    for (const [type, strength] of Object.entries(this.weights.signals[name]) as [PageType, Strength][])
      if (!of || of(type))
        this.list.push({
          name,
          page_type: type,
          weight: worth(strength, quantity),
          detail: detail.slice(0, 160),
        });
  }
}

/** How plainly words name each kind of list: sums of the strengths. */
type Topics = ReadonlyMap<PageType, number>;

function wordSignals({ words }: Analysis, signals: Signals): Topics {
  const topics = new Map<PageType, number>();
  for (const [type, pattern] of LISTS) {
    const before = signals.list.length;
    const only = (one: PageType) => one === type;
    if (pattern.test(words.path)) signals.add('words of the path', words.path, 1, only);
    if (pattern.test(words.title)) signals.add('words of the title', words.title, 1, only);
    if (pattern.test(words.heading)) signals.add('words of the heading', words.heading, 1, only);
    let sum = 0;
    for (const signal of signals.list.slice(before)) {
      signal.weight = Math.min(signal.weight, signals.thresholds.words - sum);
      sum += signal.weight;
    }
    topics.set(type, sum);
  }
  return topics;
}

interface RecordFacts {
  /** Records that the page seems to list. */
  n: number;
  /** Share of them that hold more than a name. */
  hard: number;
  /** Mean number of kinds of evidence in one. */
  evidence: number;
}

/** Lists of companies, however the page holds them. */
function recordSignals(analysis: Analysis, signals: Signals, topics: Topics): RecordFacts {
  const { ctx, embedded } = analysis;
  const limits = signals.thresholds;
  const known = Boolean(ctx.input.siteName);
  const best = analysis.companyGroups[0];
  const table = analysis.tables.find((t) => !t.columns.includes('date'));
  const listed = best && best.good > limits.good_records ? best.slices.length : 0;
  const declared = new Set(strangers(analysis).map((c) => nameKey(c.name ?? ''))).size;
  const n = Math.max(listed, table?.rows.length ?? 0, embedded.length, declared);
  // The last answer of a paged list may hold one record.
  const least = isJsonAnswer(ctx.input) ? 1 : limits.records;
  const held = embedded.length >= least;
  const hard = Math.max(best?.hard ?? 0, table ? limits.hard_table : 0, held ? limits.hard_embedded : 0);
  const evidence = Math.max(best?.evidence ?? 0, held ? limits.evidence_embedded : 0);
  const kinds = `${evidence.toFixed(1)} kinds of evidence`;

  if (n >= least) {
    const size = Math.min(limits.record_sizes, Math.log2(n) / limits.record_doublings);
    signals.add('records', `${n} records`, size * hard, (type) => type === 'member_directory');
    signals.add('records', `${n} records`, size, (type) => type !== 'member_directory');
    // On an association's site there are no branches of one firm to be mistaken for members.
    signals.add(known ? 'evidence' : 'evidence, owner unknown', kinds, evidence);
  } else signals.add('no records');
  const people = best ? share(best.slices, (slice) => isPersonEntry(ctx, slice)) : 0;
  if (people > limits.persons && best && best.evidence < limits.persons_evidence)
    signals.add('names of persons', `${Math.round(people * 100)} %`);
  if (declared >= limits.structured_companies)
    signals.add('structured companies', `${declared} organisations`);
  if (embedded.length >= limits.records) {
    const withBooth = embedded.filter((c) => c.provenance.booth).length;
    signals.add(
      withBooth * 2 >= embedded.length ? 'embedded records with booths' : 'embedded records',
      `${embedded.length} records`,
    );
  }
  const columns = table?.columns.filter(Boolean) ?? [];
  if (table?.headed && columns.includes('name') && columns.length >= limits.table_columns)
    signals.add('table with headings', columns.join(', '));
  const booths = count(ctx, wholePage(ctx), 'booth');
  if (booths >= limits.booths) signals.add('booths', `${booths} booths`, booths);
  else if (booths >= 1 && n < limits.records) signals.add('booth');
  if ((topics.get('member_directory') ?? 0) <= 0 && n >= limits.records)
    signals.add(known ? 'no directory words' : 'no directory words, owner unknown');
  return { n, hard, evidence };
}

function eventSignals(analysis: Analysis, signals: Signals): void {
  const { ctx, structuredEvents } = analysis;
  const { page } = ctx;
  const limits = signals.thresholds;
  const path = pathOf(ctx.input.url);
  const answer = isJsonAnswer(ctx.input);
  const group = analysis.eventGroups[0];
  const dated = group && group.good > limits.good_records ? group.slices.length : 0;
  if (answer && structuredEvents.length > 0)
    signals.add('events of an answer', `${structuredEvents.length} events`);
  else if (dated >= limits.dated_entries || analysis.tables.some((t) => t.columns.includes('date')))
    signals.add('dated entries', `${dated} dated entries`, dated);
  else signals.add('no dated entries');
  const distinct = new Set(structuredEvents.map((e) => `${e.name}|${e.start_date}`)).size;
  if (distinct === 1 && !answer) signals.add('structured event', `${ctx.entities.find(isEvent)?.syntax}`);
  if (distinct >= 2) signals.add('structured events', `${distinct} events`, distinct);
  if (EVENT_PATH.test(path) && !LIST_PATH.test(path)) signals.add('event path', path);
  const dates = count(ctx, wholePage(ctx), 'date');
  if (dates === 0) signals.add('no date');
  else if (REGISTRATION.test(shortLines(ctx))) signals.add('registration');
  if (distinct < 2 && page.links.some((link) => /\.ics\b|^webcal:|\/ical\b/i.test(link.href)))
    signals.add('calendar link');
  const headed = page.lines.findIndex((line) => line.heading === 1 && line.region === 'main');
  const near = headed >= 0 && sumBetween(ctx.sums.date, headed + 1, headed + 4) > 0;
  // One date right under the heading, and words of an event in the address: this page is that event.
  if (near && dated <= limits.dated_entries && EVENT_PATH.test(path)) signals.add('date under the heading');
  if (dated >= limits.many_dates && distinct !== 1) signals.add('many dates', `${dated} dated entries`);
}

/** Declared selectors that match say what the page holds: somebody has looked at such pages before. */
function platformSignals(packs: Analysis['packs'], signals: Signals): void {
  const { companies, events, participants, profile } = packs;
  if (companies.length > 0)
    signals.add(companies.length > 1 ? 'platform records' : 'platform record', `${companies.length} records`);
  if (events.length > 1) signals.add('platform events', `${events.length} events`);
  if (events.length === 1) signals.add('platform event', events[0]?.name ?? '');
  for (const role of new Set(participants.map((p) => p.role)))
    signals.add(
      'platform participants',
      `${participants.length} records`,
      1,
      (type) => type === `${role}_list`,
    );
  if (profile && companies.length < 2) signals.add('platform profile', profile.name ?? '');
}

/** Pages about one company: a member's profile, or a firm's own page. */
function companySignals(analysis: Analysis, signals: Signals, { n, hard, evidence }: RecordFacts): void {
  const { ctx } = analysis;
  const { page } = ctx;
  const limits = signals.thresholds;
  const path = pathOf(ctx.input.url);
  const heading = profileHeading(ctx);
  if (PROFILE_PATH.test(path)) signals.add('profile path', path);
  if (page.links.some((link) => BACK.test(link.text))) signals.add('back to results');
  const [stranger, ...others] = strangers(analysis);
  if (stranger && others.length === 0 && heading && nameKey(stranger.name ?? '') === nameKey(heading.text))
    signals.add('structured company', stranger.name ?? '');
  if (
    hard > limits.many_records_hard &&
    limits.many_records.some((least) => n >= least.records && evidence >= least.evidence)
  )
    signals.add('many records', `${n} records`);
  if (!ctx.input.siteName && ownsPage(analysis)) signals.add('owner named');
  const all = wholePage(ctx);
  if (count(ctx, all, 'phone') + count(ctx, all, 'tail') > 0) signals.add('contact data');
  if (OWN_PATH.test(path)) signals.add('own page path', path);
  const titled = heading !== null && nameKey(page.title ?? '').startsWith(nameKey(heading.text));
  // A page that is titled like its heading is about that one thing; bare lists on it are what the firm makes.
  const one = n < limits.listed_on_profile || (titled && evidence < limits.bare_evidence);
  if (ctx.input.siteName && heading && one && contactInMain(ctx)) {
    // On an association's site a firm named in the heading, with contact data beside it, is a member.
    signals.add('firm with contact data', heading.text);
    if (hasLegalForm(heading.text)) signals.add('legal form in the heading', heading.text);
    if (titled) signals.add('titled as headed', heading.text);
  }
}

/** What looks like a list of members and is something else. */
function lookalikeSignals(analysis: Analysis, signals: Signals, topics: Topics): void {
  const { ctx, words } = analysis;
  const { page } = ctx;
  const plain = signals.thresholds.plainly_named;
  const firm = firmTitle(ctx);
  if (firm && ctx.input.siteName) signals.add('titled by a firm', firm);
  const other = (RANKING.exec(`${words.path} | ${words.title} | ${words.heading}`) ??
    OTHER_LIST.exec(`${words.path} | ${firm ? '' : words.title} | ${words.heading}`))?.[0];
  if (other) {
    // "Fastener Forum: our sponsors": address, title and heading all say what the list is.
    const named = [...topics].some(([type, weight]) => weight >= plain && type !== 'event_list');
    signals.add(named ? 'other kind of list, plainly named' : 'other kind of list', other);
    signals.add('not named as such', other, 1, (type) => (topics.get(type) ?? 0) < plain);
  }
  const article =
    page.meta.get('og:type') === 'article' ||
    ctx.entities.some((e) => e.syntax === 'json-ld' && e.types.some((t) => ARTICLE.test(t)));
  if (article) signals.add('article');
  if (LEGAL.test(page.title ?? '') || (LEGAL.test(words.heading) && profileHeading(ctx) === null))
    signals.add('legal page', page.title ?? '');
}

/** Companies of the structured data that do not own the site. */
const strangers = ({ ctx, structuredCompanies }: Analysis) =>
  structuredCompanies.filter((c) => !isOwner(ctx, c.name));

/** Path and query of an address; one that cannot be read as it stands. */
function pathOf(url: string): string {
  try {
    const parsed = new URL(url);
    return parsed.pathname + parsed.search;
  } catch {
    return url;
  }
}

const shortLines = (ctx: Analysis['ctx']): string =>
  ctx.page.lines
    .slice(0, 400)
    .map((line) => (line.text.length < 80 ? line.text : ''))
    .join(' ');

/** Phone or address outside the page's frame. */
const contactInMain = ({ page, sums }: Analysis['ctx']): boolean =>
  page.lines.some(
    (line, i) =>
      line.region === 'main' && (sums.phone[i + 1] !== sums.phone[i] || sums.tail[i + 1] !== sums.tail[i]),
  );

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

function verdict(signals: Signal[], weights: ClassificationWeights): Classification {
  const scores = new Map<PageType, number>();
  for (const signal of signals)
    scores.set(signal.page_type, (scores.get(signal.page_type) ?? 0) + signal.weight);
  const ranked = [...scores].sort((a, b) => b[1] - a[1]);
  const [page_type, top] = ranked[0] ?? ['other' as PageType, 0];
  const total = ranked.reduce((sum, [, score]) => sum + Math.exp(score), 0);
  const confidence = Math.max(0.05, Math.min(0.99, calibrated(Math.exp(top) / total, weights.calibration)));
  return {
    page_type,
    confidence: Math.round(confidence * 1000) / 1000,
    signals: signals.filter((s) => s.weight !== 0),
  };
}
