/**
 * JSON answers as sites give them: a guard before the value, JSON inside strings, HTML inside strings; the lists of
 * records in a value; and a JSON answer as a page, so that it is read like any other.
 */
import { entitiesDecoded } from './email.js';

/** What stands before a value so that no foreign page can run it: loops, `)]}'`, `{}&&`. */
const GUARD =
  /^\uFEFF?\s*(?:(?:while|if)\s*\(\s*(?:1|true|0|false)\s*\)\s*;?|for\s*\(\s*;\s*;\s*\)\s*;?|\)\]\}'?,?|\{\}\s*&&|throw [^;\n]{1,60};)\s*/;
const CALLBACK = /^\s*(?:\/\*\*\/)?\s*[\w$.]{1,80}\s*\(\s*([[{][\s\S]*[\]}])\s*\)\s*;?\s*$/;
/** Levels of JSON in strings in JSON that are opened. */
const MAX_NESTED = 3;
const MAX_DEPTH = 14;
/** Entries of one list that are looked at to tell what it is. */
const SAMPLE = 40;

/** The value of a JSON answer, guards and callback taken off, JSON in strings opened; undefined when it is none. */
export function jsonValue(text: string): unknown {
  const body = text.replace(GUARD, '').trim();
  const bare = /^[[{]/.test(body) ? body : CALLBACK.exec(body)?.[1];
  if (bare === undefined) return undefined;
  try {
    return opened(JSON.parse(bare), 0, 0);
  } catch {
    return undefined;
  }
}

/** Strings that are JSON themselves become what they say. */
function opened(value: unknown, depth: number, nested: number): unknown {
  if (depth > MAX_DEPTH) return value;
  if (typeof value === 'string') {
    if (nested >= MAX_NESTED || value.length < 10 || !/^\s*(?:\{\s*"|\[\s*[[{"])/.test(value)) return value;
    try {
      return opened(JSON.parse(value), depth + 1, nested + 1);
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map((entry) => opened(entry, depth + 1, nested));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, opened(entry, depth + 1, nested)]),
    );
  return value;
}

export const NAME_KEY =
  /^(?:company_?name|company|name|title|org(?:anization)?_?name|organi[sz]ation|business_?name|member_?name|exhibitor_?name|exhname_t|exhibitorname|nam|display_?name|account_?name|full_?name|post_?title|event_?name|label)$/i;
/** Keys that say more than a name does: where, how to reach, on the web. */
const COMPANY_KEY =
  /^(?:(?:work_?|main_?|office_?)?(?:phone|telephone|tel|phn)(?:_?number|_?1)?|web_?site(?:_?url)?|web|wsn|homepage|web_?address|company_?url|e?mail|eml|email_?address|street|address(?:es|_?1|_?line_?1)?|adr|street_?address|addr1|line1|city|locality|town|state|region|province|state_?code|zip|zip_?code|postal_?code|postcode|country|booths?|booth_?(?:number|no|name)s?|stand(?:_?number)?|boothsdisplay_la|fax|locations?|lat(?:itude)?|lng|longitude|member_?(?:type|since|level|id)|membership_?(?:type|level))$/i;
/** Keys that say that there is a page of its own. */
export const PAGE_KEY =
  /^(?:profile(?:_?(?:url|link|page))?|(?:detail|details|member|company|listing|exhibitor|event|item|page|view)_?(?:url|link|href|page|path)|permalink|perma_?link|link|href|slug|url|uri|path)$/i;
export const START_KEY =
  /^(?:(?:event_?)?(?:start|begin|starts|begins)(?:_?(?:date|time|at|on|s|date_?time|utc|local))*|(?:utc_)?start_date|dt_?start|date_?start|event_?date)$/i;
const DATE_KEY = /^(?:date|when|end(?:_?date|_?time|s?_?at)?|venue|location)$/i;

export interface RecordList {
  kind: 'company' | 'event';
  rows: Record<string, unknown>[];
  /** JSON path. */
  path: string;
  /** Names with places, telephones or sites (or start dates) beside them; else names with nothing but a link. */
  strong: boolean;
}

/** The lists of named things in a value, the most promising first. */
export function recordLists(value: unknown): RecordList[] {
  const found: RecordList[] = [];
  walkLists(value, '$', 0, (rows, path) => {
    const list = judged(rows, path);
    if (list) found.push(list);
  });
  return found.sort((a, b) => Number(b.strong) - Number(a.strong) || b.rows.length - a.rows.length);
}

/** One record without its wrapping: `{node: {…}}`, `{fields: {…}}`, `{attributes: {…}}`, `{_source: {…}}`. */
export function unwrapped(entry: unknown): Record<string, unknown> | null {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return null;
  const outer = entry as Record<string, unknown>;
  const inner = outer.fields ?? outer.node ?? outer.attributes ?? outer._source ?? outer.acf;
  return inner && typeof inner === 'object' && !Array.isArray(inner)
    ? { ...outer, ...(inner as Record<string, unknown>) }
    : outer;
}

function walkLists(
  value: unknown,
  path: string,
  depth: number,
  visit: (rows: Record<string, unknown>[], path: string) => void,
): void {
  if (depth > MAX_DEPTH || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    const rows = value.map(unwrapped).filter((row): row is Record<string, unknown> => row !== null);
    if (rows.length > 0 && rows.length >= value.length * 0.8) visit(rows, path);
    for (const member of value.slice(0, 200)) walkLists(member, `${path}[]`, depth + 1, visit);
    return;
  }
  const entries = Object.entries(value);
  // A list by id: every value is a record of the same make.
  if (
    entries.length >= 3 &&
    entries.every(([, v]) => v !== null && typeof v === 'object' && !Array.isArray(v))
  ) {
    const rows = entries.map(([, v]) => unwrapped(v)!);
    if (sameKeys(rows)) visit(rows, `${path}.*`);
  }
  for (const [key, member] of entries) walkLists(member, `${path}.${key}`, depth + 1, visit);
}

function sameKeys(rows: readonly Record<string, unknown>[]): boolean {
  const first = Object.keys(rows[0] ?? {});
  return (
    first.length >= 2 &&
    rows.slice(0, 10).every((row) => first.filter((k) => k in row).length * 2 >= first.length)
  );
}

function judged(rows: Record<string, unknown>[], path: string): RecordList | null {
  const sample = rows.slice(0, SAMPLE);
  let [named, placed, dated, paged] = [0, 0, 0, 0];
  for (const row of sample) {
    if (recordName(row) === null) continue;
    named += 1;
    const keys = Object.keys(row).filter((key) => row[key] !== null && row[key] !== '');
    const starts = keys.some((key) => START_KEY.test(key));
    if (starts || (keys.includes('date') && keys.filter((key) => DATE_KEY.test(key)).length >= 2)) dated += 1;
    if (keys.filter((key) => COMPANY_KEY.test(key)).length >= 1) placed += 1;
    if (keys.some((key) => PAGE_KEY.test(key))) paged += 1;
  }
  if (named < sample.length * 0.6) return null;
  const most = named * 0.5;
  if (dated >= most) return { kind: 'event', rows, path, strong: true };
  if (placed >= most) return { kind: 'company', rows, path, strong: true };
  // Posts and menus have links too; who asks must know from elsewhere that these are members.
  return paged >= most && rows.length >= 3 ? { kind: 'company', rows, path, strong: false } : null;
}

/** The name of a record; null when it has none. `{rendered: …}` is how WordPress gives a title. */
export function recordName(row: Record<string, unknown>): string | null {
  for (const [key, value] of Object.entries(row)) {
    if (!NAME_KEY.test(key)) continue;
    const inner =
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>).rendered : value;
    if (typeof inner !== 'string') continue;
    const name = plain(inner);
    if (name !== '' && name.length <= 200) return name;
  }
  return null;
}

const plain = (text: string): string =>
  entitiesDecoded(text.replace(/<[^>]{1,300}>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

const MARKUP = /<(?:li|tr|td|div|article|section|a|h[1-6]|p|dl|ul|table)\b[^>]*>/i;

/** HTML that an answer carries in strings: the list itself, as "load more" handlers give it. Texts of records are none. */
export function htmlFragments(value: unknown): string[] {
  const found: string[] = [];
  const walk = (v: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (typeof v === 'string') {
      if (v.length >= 60 && MARKUP.test(v)) found.push(v);
    } else if (Array.isArray(v)) {
      if (recordsAmong(v)) return;
      for (const entry of v.slice(0, 500)) walk(entry, depth + 1);
    } else if (v !== null && typeof v === 'object') {
      for (const entry of Object.values(v)) walk(entry, depth + 1);
    }
  };
  walk(value, 0);
  return found;
}

function recordsAmong(list: readonly unknown[]): boolean {
  const rows = list.map(unwrapped).filter((row): row is Record<string, unknown> => row !== null);
  return rows.length > 0 && judged(rows, '') !== null;
}

/**
 * A JSON answer as HTML. The records stay JSON, in a script, for the reader of embedded JSON; HTML in strings is put
 * into the page; records whose fields have no telling keys are written out value by value, one block each.
 * @param about title of the page that the answer belongs to: what its list is of
 */
export function jsonAsHtml(text: string, about: string | null): string {
  const value = jsonValue(text);
  const title = escaped(about ?? '');
  const lists = recordLists(value);
  const blocks = lists.some((list) => list.strong) ? '' : writtenOut(value);
  const data = value === undefined ? '' : JSON.stringify(value).replace(/</g, '\\u003c');
  return `<!doctype html><html><head><title>${title}</title></head><body><main><h1>${title}</h1>${htmlFragments(value).join('\n')}${blocks}</main><script type="application/json">${data}</script></body></html>`;
}

/** Values of records under keys like `c1` or as little pieces of HTML: one block a record, its texts as lines. */
function writtenOut(value: unknown): string {
  let best: Record<string, unknown>[] = [];
  walkLists(value, '$', 0, (rows) => {
    if (rows.length > best.length && rows.length >= 2 && sameKeys(rows) && texts(rows[0], 0).length >= 2)
      best = rows;
  });
  return best
    .map((row) => {
      const [first, ...rest] = texts(row, 0);
      if (first === undefined) return '';
      const lines = rest.map((t) =>
        MARKUP.test(t) || /<br|<a\b/i.test(t) ? `<div>${t}</div>` : `<p>${escaped(t)}</p>`,
      );
      return `<article class="record"><h3>${escaped(plain(first))}</h3>${lines.join('')}</article>`;
    })
    .join('\n');
}

/** Strings of a record in order, ids and flags left out. */
function texts(value: unknown, depth: number): string[] {
  if (depth > 6) return [];
  if (typeof value === 'string') {
    const text = entitiesDecoded(value).trim();
    return /\p{L}{2}|\d[\d\s().-]{4,}/u.test(text) && !/^(?:[0-9a-f-]{16,}|true|false)$/i.test(text)
      ? [text]
      : [];
  }
  if (Array.isArray(value)) return value.flatMap((v) => texts(v, depth + 1));
  if (value !== null && typeof value === 'object')
    return Object.values(value).flatMap((v) => texts(v, depth + 1));
  return [];
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
