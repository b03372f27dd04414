/** ERP systems in text, in links and in the technology lists of providers. No evidence rather than a guess. */
import type { VendorEntry, VendorsFile } from './config.js';
import { confidenceOf, type Direction, directionOf, type PageKind } from './erp-direction.js';
import { hasPhrase, plainText, sentenceAt, sentenceStarts, type Token, tokensOf } from './prose.js';
import { longestAt, type NameEntry, type NameHit, nameTree } from './vendor-names.js';

export interface ErpMention {
  vendor_id: string;
  product: string;
  vendor: string;
  kind: VendorEntry['kind'];
  /** ERP, Accounting, MES, … as in the technologies table. */
  category: string;
  /** The name as the text has it. */
  name: string;
  /** The sentence, or the part of a long one around the name. */
  evidence: string;
  confidence: number;
  class: 0 | 1 | 2;
  direction: Direction;
}

export interface NamedProduct {
  vendor_id: string;
  product: string;
  vendor: string;
  category: string;
  confidence: number;
}

export interface ErpMatcher {
  /** All believable names in a text, in its order, what speaks against use included. */
  find(text: string, about?: { page?: PageKind; companyName?: string | null }): ErpMention[];
  /** A technology as a provider lists it. */
  named(name: string, category: string | null): NamedProduct | null;
  /** A link to a customer's own instance of a system. */
  portal(url: string): ErpMention | null;
}

const CATEGORY: Readonly<Record<VendorEntry['kind'], string>> = {
  erp: 'ERP',
  accounting: 'Accounting',
  mes: 'MES',
  quoting: 'Quoting',
  qms: 'QMS',
  spreadsheet: 'Spreadsheet',
  noise: 'Other',
};

/** Context counts this near, characters, within the sentence. */
const NEAR = 60;
/** A common word that opens a sentence has its capital from there: context must then stand this near, in words. */
const NEXT_TO = 3;

export function erpMatcher(file: VendorsFile): ErpMatcher {
  const tree = nameTree(file);
  const portals = file.vendors.flatMap((vendor) => vendor.portals.map((host) => ({ vendor, host })));

  function hitsIn(text: string, tokens: readonly Token[]): NameHit[] {
    const hits: NameHit[] = [];
    for (let at = 0; at < tokens.length; ) {
      const hit = longestAt(tree, text, tokens, at);
      if (hit) hits.push(hit);
      at = hit ? hit.end : at + 1;
    }
    return hits;
  }

  return {
    find(raw, about = {}) {
      const text = plainText(raw);
      const tokens = tokensOf(text);
      const hits = hitsIn(text, tokens);
      if (hits.length === 0) return [];
      const starts = sentenceStarts(text);
      const sure = hits
        .map((hit) => ({ hit, sentence: sentenceAt(text, starts, (tokens[hit.start] as Token).start) }))
        .filter(({ hit, sentence }) => hit.name.vendor.kind !== 'noise' && believable(hit, tokens, sentence));
      const systems = new Map<number, Set<string>>();
      for (const { hit, sentence } of sure) {
        const known = systems.get(sentence.start) ?? new Set();
        if (hit.name.vendor.kind === 'erp') systems.set(sentence.start, known.add(hit.name.vendor.id));
      }
      const page = about.page ?? 'other';
      return sure.map(({ hit, sentence }) => {
        const start = (tokens[hit.start] as Token).start;
        const end = (tokens[hit.end - 1] as Token).end;
        const direction = directionOf({
          before: text.slice(Math.max(sentence.start, start - 200), start),
          after: text.slice(end, Math.min(sentence.end, end + 200)),
          page,
          systems: systems.get(sentence.start)?.size ?? 0,
          self: selfWord(about.companyName),
        });
        return mention(hit.name, text.slice(start, end), cut(text, sentence, start, end), direction, page);
      });
    },

    named(raw, category) {
      const text = plainText(raw).slice(0, 200);
      const tokens = tokensOf(text);
      const hits = hitsIn(text, tokens).filter((hit) => hit.name.vendor.kind !== 'noise');
      const best = hits.reduce<NameHit | null>(
        (a, b) => (a === null || b.end - b.start > a.end - a.start ? b : a),
        null,
      );
      if (best === null) return null;
      const systemic =
        /\b(?:erp|mrp|mes|enterprise resource|resource planning|manufactur|accounting|financ)/i.test(
          category ?? '',
        );
      const inName = best.name.accept.some(
        (phrase) =>
          hasPhrase(tokens, 0, best.start, phrase) || hasPhrase(tokens, best.end, tokens.length, phrase),
      );
      if (best.name.class === 2 && !systemic && !inName) return null;
      if (!systemic && !coversAll(text, tokens, hits)) return null;
      const { id, product, vendor, kind, family } = best.name.vendor;
      return {
        vendor_id: id,
        product,
        vendor,
        category: CATEGORY[kind],
        confidence: Math.round((0.85 - (best.name.class === 2 ? 0.1 : 0) - (family ? 0.1 : 0)) * 100) / 100,
      };
    },

    portal(url) {
      let host: string;
      try {
        host = new URL(url).hostname.toLowerCase();
      } catch {
        return null;
      }
      const found = portals.find(({ host: pattern }) =>
        pattern.startsWith('*.')
          ? host.endsWith(pattern.slice(1)) && !MARKETING.test(host)
          : host === pattern,
      );
      if (!found) return null;
      const name: NameEntry = {
        vendor: found.vendor,
        text: host,
        words: [],
        class: 0,
        exact: false,
        accept: [],
        reject: [],
      };
      return mention(name, host, `link to ${host}`, 'portal', 'portal');
    },
  };
}

/** The vendor's own pages on the domain that also holds customers' instances. */
const MARKETING =
  /^(?:www|blog|docs?|help|support|info|go|community|developers?|learn|status|investors?|get|try)\./;

/** Does the name mean the product here, by its class. */
function believable(
  { name, start, end }: NameHit,
  tokens: readonly Token[],
  sentence: { start: number; end: number },
): boolean {
  if (name.class === 0) return true;
  const from = (tokens[start] as Token).start - NEAR;
  const to = (tokens[end - 1] as Token).end + NEAR;
  let first = start;
  while (first > 0 && (tokens[first - 1] as Token).start >= Math.max(from, sentence.start)) first -= 1;
  let last = end;
  while (last < tokens.length && (tokens[last] as Token).end <= Math.min(to, sentence.end)) last += 1;
  const near = (phrase: NameEntry['accept'][number], a: number, b: number) =>
    hasPhrase(tokens, a, start, phrase) || hasPhrase(tokens, end, b, phrase);
  if (name.reject.some((phrase) => near(phrase, first, last))) return false;
  const beside = [tokens[start - 1]?.low, tokens[end]?.low].some((word) => word === 'erp' || word === 'mrp');
  const capital = tokens.slice(start, end).some((token) => /\p{Lu}/u.test(token.raw));
  if (!capital && !beside) return false;
  if (name.class === 1) return true;
  const opens =
    first === start &&
    end - start === 1 &&
    (start === 0 || (tokens[start - 1] as Token).start < sentence.start);
  const shouts = /^[\p{Lu}\p{N}]+$/u.test((tokens[start] as Token).raw);
  const reach = opens && !shouts ? Math.min(last, end + NEXT_TO) : last;
  return name.accept.some((phrase) => near(phrase, first, reach));
}

function mention(
  { vendor, class: nameClass }: NameEntry,
  name: string,
  evidence: string,
  direction: Direction,
  page: PageKind,
): ErpMention {
  return {
    vendor_id: vendor.id,
    product: vendor.product,
    vendor: vendor.vendor,
    kind: vendor.kind,
    category: CATEGORY[vendor.kind],
    name,
    evidence,
    confidence: confidenceOf(direction, page, nameClass, vendor.family),
    class: nameClass,
    direction,
  };
}

function cut(text: string, sentence: { start: number; end: number }, start: number, end: number): string {
  const from = Math.max(sentence.start, start - 180);
  const to = Math.min(sentence.end, end + 180);
  return `${from > sentence.start ? '…' : ''}${text.slice(from, to).trim()}${to < sentence.end ? '…' : ''}`;
}

const COMMON = new Set([
  'the',
  'american',
  'national',
  'precision',
  'industries',
  'manufacturing',
  'machine',
  'tool',
  'metal',
  'general',
  'company',
  'corporation',
  'inc',
  'united',
]);

/** The word that tells a company's name from others', so that a sentence about it is known. */
function selfWord(name: string | null | undefined): string | null {
  return (
    tokensOf(name ?? '')
      .map((token) => token.low)
      .find((word) => word.length > 2 && !COMMON.has(word)) ?? null
  );
}

const FILLER = new Set([
  'erp',
  'mrp',
  'mes',
  'software',
  'system',
  'systems',
  'cloud',
  'suite',
  'platform',
  'for',
  'manufacturing',
  'edition',
  'by',
  'inc',
  'the',
  'and',
  'online',
  'enterprise',
  'solutions',
  'microsoft',
  'ms',
  'oracle',
  'infor',
  'eci',
  'aptean',
  'sage',
  'sap',
]);

/** Nothing is left of a listed name but filler and what stands in brackets: "SAP Concur" is not SAP's ERP. */
function coversAll(text: string, tokens: readonly Token[], hits: readonly NameHit[]): boolean {
  let depth = 0;
  let at = 0;
  return tokens.every((token, i) => {
    for (; at < token.start; at += 1) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    return depth > 0 || FILLER.has(token.low) || hits.some((hit) => i >= hit.start && i < hit.end);
  });
}
