/**
 * Wrapper induction: from the records that were read on a page, the selectors that give them. No model and no network;
 * what is proposed has been tried on the page by itself. (Kushmerick 1997 gave the idea its name.)
 */
import { selectAll } from 'css-select';
import { type Context, contextOf } from '../page/context.js';
import type { Document, Element } from '../page/dom.js';
import { readPage } from '../page/read.js';
import type { RecordSelectors } from '../page/selectors.js';
import type { PageInput, Reading } from '../page/types.js';
import { byPlace, type Described, describe, describeAnchor, joined } from './describe.js';
import { type FieldScore, recordsBy, scoreField, scoreRecords } from './evaluate.js';
import {
  companyFacts,
  eventFacts,
  type Facts,
  type Kind,
  PARTS_OF_ADDRESS,
  participantFacts,
} from './facts.js';
import { placesOf } from './places.js';

/** A field's selector must give the right value in this share of the records that have one … */
const LEAST_RIGHT = 0.6;
/** … and a wrong one in no more than this share of them: a reading is not always right itself. */
const MOST_WRONG = 0.02;
/** Selectors of a field that are tried on the page; they come the best supported first. */
const TRIED = 24;
/** Alternatives of one field: `['.tel', 'a[href^="tel:"]@href']`. */
const ALTERNATIVES = 3;

/** Nothing that a visitor sees is in them, and a selector would hang on their order. */
const NO_PART_OF_THE_PAGE = /^(?:head|script|style|noscript|template|svg|iframe)$/;

export interface Learned {
  block: RecordSelectors;
  records: FieldScore;
  /** By field as selectors name it. */
  fields: Record<string, FieldScore>;
}

/** Learns selectors from what the general readers find on a page; null where they find too little, or nothing stable. */
export function learnSelectors(input: PageInput): { learned: Learned | null; reading: Reading; why: string } {
  const general = { ...input, selectors: null };
  const reading = readPage(general);
  const truth = truthOf(reading);
  if (!truth) return { learned: null, reading, why: 'no records were found on this page to learn from' };
  const least = truth.kind === 'profile' ? 1 : 2;
  if (truth.records.length < least)
    return { learned: null, reading, why: 'one record is too little to tell what repeats' };
  const learned = induce(contextOf(general), truth.kind, truth.records);
  return {
    learned,
    reading,
    why: learned ? '' : 'no part of the page holds one record each under a stable name',
  };
}

function truthOf(reading: Reading): { kind: Kind; records: Facts[] } | null {
  const { page_type, companies, events, participants } = reading;
  const role = participants[0]?.role;
  if (participants.length > 0 && role && role !== 'attendee' && participants.length >= events.length)
    return { kind: role, records: participants.map(participantFacts) };
  if (events.length > 0) return { kind: 'event', records: events.map(eventFacts) };
  if (companies.length === 0) return null;
  return {
    kind: companies.length === 1 && page_type !== 'member_directory' ? 'profile' : 'company',
    records: companies.map(companyFacts),
  };
}

/** The block that gives these records on the page; null where there is none. */
export function induce(ctx: Context, kind: Kind, truth: readonly Facts[]): Learned | null {
  const document = ctx.page.document;
  const base = ctx.page.base;
  let best: Learned | null = null;
  for (const holders of holdersOf(document, truth, kind, base)) {
    const records = recordSelectors(document, holders);
    for (const record of records) {
      const learned = withRecord(ctx, kind, truth, record, holders);
      if (learned && (!best || worth(learned) > worth(best))) best = learned;
    }
    if (best && best.records.right === truth.length && best.records.wrong === 0) break;
  }
  return best;
}

/** What is right, less what is wrong; a shorter selector where that is even. */
function worth({ records, fields, block }: Learned): number {
  const sum = [records, ...Object.values(fields)].reduce((s, f) => s + f.right - 3 * f.wrong, 0);
  return sum - JSON.stringify(block).length / 10_000;
}

function withRecord(
  ctx: Context,
  kind: Kind,
  truth: readonly Facts[],
  record: string,
  holders: readonly Holder[],
): Learned | null {
  const base = ctx.page.base;
  // An event without a date is none: until its own is chosen, any place that carries dates will do.
  const dates =
    kind === 'event'
      ? candidatesOf(holders, 'date', base)
          .slice(0, 8)
          .map((d) => d.css)
      : [];
  const tried = (fields: Record<string, string | string[]>) =>
    recordsBy(ctx, {
      kind,
      record,
      fields: { ...(dates.length > 0 && { date: dates }), ...fields },
    } as RecordSelectors);

  const name = bestName(truth, candidatesOf(holders, 'name', base), (css) => tried({ name: css }));
  if (!name) return null;
  const fields: Record<string, string | string[]> = { name };
  const wanted = Object.keys(truth[0] ?? {}).filter((field) => field !== 'name');
  for (const field of wanted) {
    if (PARTS_OF_ADDRESS.includes(field) && 'address' in fields) continue;
    if (!truth.some((facts) => facts[field])) continue;
    const chosen = alternatives(truth, field, candidatesOf(holders, field, base), (css) =>
      tried({ name, [field]: css }),
    );
    if (chosen.length > 0) fields[field] = chosen.length === 1 ? chosen[0]! : chosen;
  }
  // A name alone is in every menu; a list may hold nothing else.
  if (kind === 'profile' && Object.keys(fields).length < 3) return null;
  if (kind === 'event' && !fields.date) return null;
  const found = recordsBy(ctx, { kind, record, fields } as RecordSelectors);
  const known = Object.keys(fields).map((field) => [field, scoreField(truth, found, field)] as const);
  return {
    block: { kind, record, fields } as RecordSelectors,
    records: scoreRecords(truth, found),
    fields: Object.fromEntries(known),
  };
}

/** The name's selector decides which records there are: the one that finds the most and makes up the fewest. */
function bestName(
  truth: readonly Facts[],
  candidates: readonly Described[],
  tried: (css: string) => Facts[],
): string | null {
  let best: { css: string; worth: number } | null = null;
  for (const { css } of candidates.slice(0, TRIED)) {
    const score = scoreRecords(truth, tried(css));
    const worth = score.right - 2 * score.wrong;
    if (score.right >= truth.length * LEAST_RIGHT && (!best || worth > best.worth)) best = { css, worth };
  }
  return best && best.worth > 0 ? best.css : null;
}

/** The shortest list of selectors that gives the most of a field and nothing wrong. */
function alternatives(
  truth: readonly Facts[],
  field: string,
  candidates: readonly Described[],
  tried: (css: string[]) => Facts[],
): string[] {
  const chosen: string[] = [];
  let right = 0;
  const clean = (score: FieldScore) => score.wrong <= Math.floor(score.known * MOST_WRONG);
  for (let round = 0; round < ALTERNATIVES; round += 1) {
    let best: { css: string; right: number } | null = null;
    for (const { css } of candidates.slice(0, TRIED)) {
      if (chosen.includes(css)) continue;
      const score = scoreField(truth, tried([...chosen, css]), field);
      if (clean(score) && score.right > right && score.right > (best?.right ?? 0))
        best = { css, right: score.right };
    }
    if (!best) break;
    // A further alternative has to be worth its line.
    if (round > 0 && best.right - right < Math.max(2, truth.length * 0.05)) break;
    chosen.push(best.css);
    right = best.right;
  }
  const known = truth.filter((facts) => facts[field]).length;
  return right >= known * LEAST_RIGHT ? chosen : [];
}

/** The element that holds a record, and where in it the values stand. */
interface Holder {
  element: Element;
  facts: Facts;
}

/**
 * For each record the largest element that holds its name and no other record's; the likeliest way to tell the names'
 * elements first, since a name may also stand in a menu, a caption or a map.
 */
function* holdersOf(
  document: Document,
  truth: readonly Facts[],
  kind: Kind,
  base: string,
): Generator<Holder[]> {
  const elements = allElements(document);
  const places = truth.map((facts) => placesOf(elements, 'name', facts.name ?? '', base));
  const support = new Map<string, number>();
  for (const found of places)
    for (const signature of new Set(found.map(({ element }) => signatureOf(element))))
      support.set(signature, (support.get(signature) ?? 0) + 1);
  const signatures = [...support].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length).slice(0, 3);
  for (const [signature] of signatures) {
    const names = places.map(
      (found) => found.find(({ element }) => signatureOf(element) === signature)?.element,
    );
    const marked = new Map<Element, number>();
    for (const element of names)
      for (let up: Element | null = element ?? null; up; up = parentOf(up))
        marked.set(up, (marked.get(up) ?? 0) + 1);
    const holders = names.flatMap((element, i) => {
      if (!element) return [];
      if (kind === 'profile') return [{ element: bodyOf(element), facts: truth[i]! }];
      let holder = element;
      for (let up = parentOf(element); up && marked.get(up) === 1; up = parentOf(up)) holder = up;
      return [{ element: holder, facts: truth[i]! }];
    });
    if (holders.length > 0) yield holders;
  }
}

/** Selectors that match the holders (or what is in them alone) and little else, the best first. */
function recordSelectors(document: Document, holders: readonly Holder[]): string[] {
  const wanted = new Set(holders.map((h) => h.element));
  const support = new Map<string, Described>();
  const note = (d: Described) => {
    if (!support.has(d.css)) support.set(d.css, d);
  };
  for (const { element } of holders.slice(0, 5)) {
    const own = describe(element);
    for (const d of own) note(d);
    let child = true;
    let steps = 0;
    for (let up = parentOf(element); up && steps < 6; up = parentOf(up), steps += 1) {
      for (const anchor of describeAnchor(up).slice(0, 3))
        for (const d of own.slice(0, 3).concat(own.at(-1)!)) note(joined(anchor, d, child));
      child = false;
    }
  }
  return [...support.values()]
    .map((d) => {
      const found = selectAll(d.css, document as never) as unknown as Element[];
      const hits = found.filter((element) => wanted.has(element)).length;
      return { css: d.css, cost: d.cost, hits, extra: found.length - hits };
    })
    .filter((s) => s.hits >= holders.length * LEAST_RIGHT)
    .sort((a, b) => b.hits - a.hits || a.extra - b.extra || a.cost - b.cost || a.css.length - b.css.length)
    .slice(0, 4)
    .map((s) => s.css);
}

/** Selectors inside the holders under which a field's value stands, the best supported and the most stable first. */
function candidatesOf(holders: readonly Holder[], field: string, base: string): Described[] {
  const support = new Map<string, { d: Described; n: number }>();
  let known = 0;
  for (const { element: holder, facts } of holders) {
    const value = facts[field];
    if (!value) continue;
    known += 1;
    const seen = new Set<string>();
    for (const { element, attribute } of placesOf([holder, ...elementsIn(holder)], field, value, base)) {
      for (const d of within(holder, element)) {
        const css = attribute ? `${d.css}@${attribute}` : d.css;
        if (css === '' || seen.has(css)) continue;
        seen.add(css);
        const held = support.get(css);
        if (held) held.n += 1;
        else support.set(css, { d: { css, cost: d.cost }, n: 1 });
      }
    }
  }
  return [...support.values()]
    .filter((s) => s.n >= Math.max(1, known * 0.05))
    .sort((a, b) => b.n - a.n || a.d.cost - b.d.cost || a.d.css.length - b.d.css.length)
    .sort((a, b) => b.n / known - b.d.cost / 12 - (a.n / known - a.d.cost / 12))
    .map((s) => s.d);
}

/** Ways to name an element inside its holder. */
function within(holder: Element, element: Element): Described[] {
  if (element === holder) return [{ css: ':self', cost: 0.5 }];
  const own = describe(element);
  const found = [...own];
  const parent = parentOf(element);
  if (parent && parent !== holder) {
    for (const outer of describe(parent).slice(0, 2))
      for (const inner of own) found.push(joined(outer, inner, true));
    found.push(joined(byPlace(parent), own.at(-1)!, true));
  }
  found.push(byPlace(element));
  return found;
}

const parentOf = (element: Element): Element | null => {
  const { parent } = element;
  return parent && 'attribs' in parent ? (parent as Element) : null;
};

/** The nearest part of the page that is a page's own matter. */
function bodyOf(element: Element): Element {
  let at = element;
  for (let up = parentOf(element); up && up.name !== 'html'; up = parentOf(up)) {
    at = up;
    if (/^(?:main|article|body)$/.test(up.name)) break;
  }
  return at;
}

/** Tag and stable class of an element and the two above it: names of one list share it. */
function signatureOf(element: Element): string {
  const words: string[] = [];
  for (let up: Element | null = element; up && words.length < 3; up = parentOf(up))
    words.push(`${up.name}${describe(up).find((d) => d.css.startsWith('.'))?.css ?? ''}`);
  return words.join('<');
}

const allElements = (document: Document): Element[] => elementsIn(document as unknown as Element);

function elementsIn(root: Element): Element[] {
  const found: Element[] = [];
  const waiting = [...root.children].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (!('attribs' in node) || NO_PART_OF_THE_PAGE.test((node as Element).name)) continue;
    found.push(node as Element);
    for (let i = node.children.length - 1; i >= 0; i -= 1) waiting.push(node.children[i]!);
  }
  return found;
}
