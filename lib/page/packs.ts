/** Runs declared markup over a page: the association's own selectors first, then recognised platform packs. */
import { selectAll, selectOne } from 'css-select';
import { findAddresses } from './address.js';
import type { Context, Markup } from './context.js';
import { parseEventDates } from './dates.js';
import { absolute, type Document, type Element, elementText } from './dom.js';
import { findEmails } from './email.js';
import { boothOf, isGeneric } from './labels.js';
import { findPhones, telLink } from './phone.js';
import { stateCode } from './places.js';
import type { PlatformPack, RecordSelectors } from './selectors.js';
import {
  type CompanyRecord,
  type EventRecord,
  emptyCompany,
  emptyEvent,
  emptyParticipant,
  type Note,
  type ParticipantRecord,
  type Strategy,
} from './types.js';
import { judgeLink } from './web.js';

export interface PackReading {
  companies: CompanyRecord[];
  profile: CompanyRecord | null;
  events: EventRecord[];
  participants: ParticipantRecord[];
  notes: Note[];
}

const MAX_RECORDS = 10_000;

export function packReading(ctx: Context): PackReading {
  const out: PackReading = { companies: [], profile: null, events: [], participants: [], notes: [] };
  const sets: { blocks: readonly RecordSelectors[]; strategy: Strategy; name: string }[] = [];
  if (ctx.input.selectors)
    sets.push({ blocks: ctx.input.selectors.records, strategy: 'selectors', name: 'association' });
  const platforms = ctx.input.platforms ?? [];
  const pieces = anyPiece(platforms)?.test(ctx.input.html) ?? false;
  for (const pack of platforms) {
    if (recognises(ctx, pack, pieces)) {
      out.notes.push({ code: 'platform', detail: pack.name });
      sets.push({ blocks: pack.records, strategy: 'platform', name: pack.name });
    }
  }
  for (const { blocks, strategy, name } of sets) {
    for (const block of blocks) {
      try {
        runBlock(ctx, block, strategy, out);
      } catch (error) {
        out.notes.push({
          code: 'selector_failed',
          detail: `${name}: ${block.record}: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
    }
  }
  return out;
}

/** One pattern for the pieces of HTML that any of the packs asks for: most pages hold none, and are searched once. */
function anyPiece(platforms: readonly PlatformPack[]): RegExp | null {
  let pattern = anyPieces.get(platforms);
  if (pattern === undefined) {
    const pieces = platforms.flatMap((pack) => pack.fingerprint.html);
    const literal = (piece: string) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    pattern = pieces.length > 0 ? new RegExp(pieces.map(literal).join('|')) : null;
    anyPieces.set(platforms, pattern);
  }
  return pattern;
}

const anyPieces = new WeakMap<readonly PlatformPack[], RegExp | null>();

/** Whether the page carries the platform's fingerprint; `pieces`: it may hold a piece of HTML that is one. */
export function recognises(ctx: Context, pack: PlatformPack, pieces = true): boolean {
  const { html, css, url } = pack.fingerprint;
  if (url.some((piece) => ctx.input.url.toLowerCase().includes(piece.toLowerCase()))) return true;
  if (pieces) for (const piece of html) if (ctx.input.html.includes(piece)) return true;
  if (css.length === 0) return false;
  ctx.markup ??= markupWords(ctx);
  const { names, links } = ctx.markup;
  return css.some((selector) => {
    // A selector cannot match when one of its words is nowhere in the page.
    const linked = selector.includes('href');
    for (const word of wordsOf(selector))
      if (!names.includes(word) && !(linked && links.includes(word))) return false;
    try {
      return selectOne(selector, ctx.page.document as never) !== null;
    } catch {
      return false;
    }
  });
}

const selectorWords = new Map<string, readonly string[]>();

/** Words of a selector, the longest first: the rarest ones, as a rule. */
function wordsOf(selector: string): readonly string[] {
  let words = selectorWords.get(selector);
  if (!words) {
    words = [...(selector.match(/[\w-]{4,}/g) ?? [])].sort((a, b) => b.length - a.length);
    selectorWords.set(selector, words);
  }
  return words;
}

/** Every tag, class and id of the page once, and its links: what a fingerprint selector can ask for. */
function markupWords(ctx: Context): Markup {
  const words = new Set<string>();
  for (const { node, tag } of ctx.page.items) {
    const { class: classes, id } = node.attribs;
    words.add(tag);
    if (classes) words.add(classes);
    if (id) words.add(id);
  }
  return {
    names: `class id href ${[...words].join(' ')}`,
    links: ctx.page.links.map((link) => link.href).join(' '),
  };
}

function runBlock(ctx: Context, block: RecordSelectors, strategy: Strategy, out: PackReading): void {
  const document = ctx.page.document as Document;
  if (block.when && selectOne(block.when, document as never) === null) return;
  const nodes = (selectAll(block.record, document as never) as unknown as Element[]).slice(0, MAX_RECORDS);
  const base = strategy === 'selectors' ? 0.95 : 0.9;
  for (const node of nodes) {
    const values: Record<string, string[]> = {};
    for (const [field, selector] of Object.entries(block.fields)) {
      for (const one of Array.isArray(selector) ? selector : [selector as string]) {
        const found = valuesOf(node, one);
        if (found.length > 0) {
          values[field] = found;
          break;
        }
      }
    }
    const where = (field: string) =>
      `${block.record} ${String((block.fields as Record<string, string | string[]>)[field] ?? '')}`;
    const source = (field: string, raw: string) => [
      { strategy, selector: where(field), raw: raw.slice(0, 300), confidence: base },
    ];
    if (block.kind === 'event') {
      const event = eventOf(ctx, values, source);
      if (
        event &&
        !out.events.some(
          (e) => e.name === event.name && e.start_date === event.start_date && e.url === event.url,
        )
      )
        out.events.push(event);
      continue;
    }
    const company = companyOf(ctx, values, source);
    if (!company.name) continue;
    company.confidence = base;
    if (block.kind === 'company') {
      // Two blocks of a pack may both match a record: the first is the better one.
      if (!out.companies.some((known) => sameRecord(known, company))) out.companies.push(company);
    } else if (block.kind === 'profile') out.profile ??= company;
    else {
      const p = emptyParticipant(block.kind);
      Object.assign(p, {
        name: company.name,
        website: company.website,
        profile_url: company.profile_url,
        category: company.categories[0] ?? null,
        provenance: company.provenance,
        confidence: base,
      });
      const booth = values.booth?.join(', ') ?? null;
      p.booth = booth ? (boothOf(booth) ?? booth.replace(/^(?:booth|stand)s?\s*:?\s*/i, '')) : null;
      p.level = values.level?.[0] ?? null;
      p.company = values.company?.[0] ?? null;
      p.title = values.title?.[0] ?? null;
      out.participants.push(p);
    }
  }
}

type SourceOf = (field: string, raw: string) => CompanyRecord['provenance'][string];

function companyOf(ctx: Context, values: Record<string, string[]>, source: SourceOf): CompanyRecord {
  const record = emptyCompany();
  const { provenance } = record;
  for (const [field, list] of Object.entries(values)) provenance[field] = source(field, list.join(' | '));
  const one = (field: string) => values[field]?.[0] ?? null;
  const name = one('name');
  record.name = name && !isGeneric(name) ? name : null;
  for (const raw of values.phone ?? []) {
    const phone = /^tel:/i.test(raw) ? telLink(raw, ctx.country) : findPhones(raw, ctx.country)[0];
    if (!phone) continue;
    record.phone ??= phone.raw;
    record.phone_e164 ??= phone.e164;
    if (!record.phones.includes(phone.raw)) record.phones.push(phone.raw);
  }
  record.fax = findPhones(one('fax') ?? '', ctx.country)[0]?.raw ?? null;
  record.emails = (values.email ?? []).flatMap((raw) => findEmails(raw));
  record.email = record.emails[0] ?? null;
  for (const raw of values.website ?? []) {
    const web = judgeLink(
      ctx.page.base,
      /^[\w.-]+\.[a-z]{2,}(?:\/|$)/i.test(raw) ? `http://${raw}` : raw,
      ctx.own,
    );
    if (web.kind === 'site') record.website ??= web.url;
  }
  const whole = values.address
    ? findAddresses(values.address.flatMap((text) => text.split('\n')))[0]
    : undefined;
  record.street =
    one('street') ??
    (whole?.street && whole.unit ? `${whole.street}, ${whole.unit}` : (whole?.street ?? null));
  record.city = one('city')?.replace(/[\s,]+$/, '') ?? whole?.city ?? null;
  const state = one('state')?.replace(/[\s,]+$/, '') ?? whole?.state ?? null;
  record.state = state ? (stateCode(state)?.code ?? state) : null;
  record.postal_code = one('postal_code') ?? whole?.postal_code ?? null;
  record.country = whole?.country ?? (record.state ? (stateCode(record.state)?.country ?? null) : null);
  record.description = one('description');
  record.categories = (values.categories ?? []).flatMap((text) => text.split(/\s*[|;\n]\s*/)).filter(Boolean);
  const profile = one('profile_url');
  record.profile_url = profile ? absolute(ctx.page.base, profile) : null;
  if (record.street || record.city)
    record.locations = [
      {
        street: record.street,
        unit: null,
        city: record.city,
        state: record.state,
        postal_code: record.postal_code,
        country: record.country,
        phone: null,
      },
    ];
  return record;
}

function eventOf(ctx: Context, values: Record<string, string[]>, source: SourceOf): EventRecord | null {
  const event = emptyEvent();
  const one = (field: string) => values[field]?.[0] ?? null;
  event.name = one('name');
  for (const [field, list] of Object.entries(values))
    event.provenance[field] = source(field, list.join(' | '));
  const dates = parseEventDates(one('start') ?? one('date') ?? '', ctx.input.now);
  event.start_date = dates?.start_date ?? null;
  event.end_date = one('end')
    ? (parseEventDates(one('end') ?? '', ctx.input.now)?.start_date ?? null)
    : (dates?.end_date ?? null);
  const where = values.address ? findAddresses(values.address.flatMap((t) => t.split('\n')))[0] : undefined;
  event.venue = one('venue');
  event.street = one('street') ?? where?.street ?? null;
  event.city = one('city') ?? where?.city ?? null;
  event.state = one('state') ?? where?.state ?? null;
  if (event.state) event.state = stateCode(event.state)?.code ?? event.state;
  const url = one('url');
  event.url = url ? absolute(ctx.page.base, url) : null;
  event.confidence = 0.9;
  return event.name && event.start_date ? event : null;
}

const sameRecord = (a: CompanyRecord, b: CompanyRecord): boolean =>
  a.name === b.name &&
  (a.profile_url && b.profile_url
    ? a.profile_url === b.profile_url
    : a.street === b.street && a.city === b.city);

/** Texts of a field selector inside a record: `css`, `css@attribute`, `@attribute` of the record itself. */
function valuesOf(node: Element, selector: string): string[] {
  const at = selector.lastIndexOf('@');
  const css = (at < 0 ? selector : selector.slice(0, at)).trim();
  const attribute = at < 0 ? null : selector.slice(at + 1).trim();
  const elements =
    css === '' || css === ':self'
      ? [node]
      : (selectAll(css, [node] as never) as unknown as Element[]).filter(
          (e) => e !== node || css === ':self',
        );
  return elements
    .slice(0, 50)
    .map((element) => (attribute ? (element.attribs[attribute] ?? '').trim() : elementText(element, '\n')))
    .filter(Boolean);
}
