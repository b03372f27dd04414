/** Tables of records: columns by their headers, or typed by what their cells hold when there is none. */
import { findAddresses } from './address.js';
import { type Context, count, sliceOf } from './context.js';
import { hasDate } from './dates.js';
import { elementText } from './dom.js';
import { fillGaps } from './join.js';
import { isNameLike } from './names.js';
import { findPhones } from './phone.js';
import { stateCode } from './places.js';
import { readSlice } from './slice.js';
import { rowsOf } from './table-rows.js';
import { addSources, type CompanyRecord } from './types.js';

export interface TableRows {
  /** Index of the table's item. */
  table: number;
  rows: { item: number; cells: number[] }[];
  columns: (Column | null)[];
  headed: boolean;
}

export type Column =
  | 'name'
  | 'person'
  | 'address'
  | 'street'
  | 'city'
  | 'state'
  | 'postal_code'
  | 'country'
  | 'phone'
  | 'fax'
  | 'email'
  | 'website'
  | 'booth'
  | 'category'
  | 'level'
  | 'date'
  | 'venue'
  | 'description'
  | 'city_state';

const HEADER: readonly [Column, RegExp][] = [
  ['website', /^(?:web(?:\s?site| ?page| address)?|url|home ?page|site|link)$/i],
  ['email', /^e-?mail(?: address)?$/i],
  ['fax', /\bfax\b/i],
  ['phone', /\b(?:phone|tel(?:ephone)?|call)\b/i],
  ['booth', /\b(?:booth|stand)\b/i],
  ['city_state', /\bcity\b.*\bstate\b|^(?:location|city,? ?st)$/i],
  ['postal_code', /^(?:zip(?: ?code)?|post(?:al)? ?code)$/i],
  ['state', /^(?:state|st\.?|prov(?:ince)?|state\/prov.*)$/i],
  ['city', /^(?:city|town)$/i],
  ['country', /^country$/i],
  ['street', /^street(?: address)?$/i],
  ['address', /\baddress\b/i],
  ['date', /^(?:dates?|when|day|start(?: date)?|event date)$/i],
  ['venue', /^(?:venue|where|place)$/i],
  ['level', /^(?:level|tier|sponsorship(?: level)?|type|membership(?: type| level)?)$/i],
  [
    'category',
    /\b(?:categor(?:y|ies)|industry|products?|services?|capabilit(?:y|ies)|process(?:es)?|specialt(?:y|ies))\b/i,
  ],
  [
    'name',
    /^(?:company|organi[sz]ation|member|business|firm|exhibitor|sponsor|supplier|vendor|event|title|foundry|manufacturer|dealer)s?(?: name)?$|^name$|^(?:company|member|firm) /i,
  ],
  ['person', /\b(?:contact|representative|rep|owner|president|manager|first|last)\b/i],
  ['description', /\b(?:description|about|notes?|details?)\b/i],
];

/** Tables with at least two rows of data whose columns make sense. */
export function dataTables(ctx: Context): TableRows[] {
  const { items } = ctx.page;
  const tables: TableRows[] = [];
  for (let t = 0; t < items.length; t += 1) {
    const table = items[t];
    if (table?.tag !== 'table' || table.region === 'nav' || table.region === 'footer') continue;
    const rows = rowsOf(items, t);
    // Layout tables hold tables, forms or few cells.
    if (rows.length < 3 || rows.length > 20_000) continue;
    const usual = median(rows.map((row) => row.cells.length));
    if (usual < 2) continue;
    const header = headerOf(ctx, rows);
    const body = (header ? rows.slice(header.at + 1) : rows).filter(
      (row) => row.cells.length >= Math.max(2, usual - 2),
    );
    const columns = header ? header.columns : typedColumns(ctx, body, usual);
    if (body.length < 2 || !columns.includes('name')) continue;
    tables.push({ table: t, rows: body, columns, headed: header !== null });
  }
  return tables;
}

/** The record of each row that has one; rows under a name that spans them are further offices of one company. */
export function tableCompanies(ctx: Context, table: TableRows): { record: CompanyRecord; item: number }[] {
  const list: { record: CompanyRecord; item: number }[] = [];
  const nameAt = table.columns.indexOf('name');
  let spanning = -1;
  for (const row of table.rows) {
    const item = ctx.page.items[row.item];
    if (!item) continue;
    const slice = sliceOf(item, row.item);
    const cell = (column: Column) => {
      const at = table.columns.indexOf(column);
      const index = at < 0 ? undefined : row.cells[at];
      const node = index === undefined ? undefined : ctx.page.items[index]?.node;
      return node ? elementText(node, '\n') : '';
    };
    const name = cell('name').split('\n')[0]?.trim() ?? '';
    if (!isNameLike(name)) continue;
    const record = readSlice(ctx, slice, { strategy: 'table', name });
    const at = table.headed ? 0.9 : 0.7;
    const set = (field: 'street' | 'city' | 'state' | 'postal_code' | 'country', raw: string) => {
      if (!raw || raw.length > 120) return;
      record[field] = raw;
      addSources(record.provenance, field, {
        strategy: 'table',
        selector: `column ${field}`,
        raw,
        confidence: at,
      });
    };
    record.provenance.name = [{ strategy: 'table', selector: 'column name', raw: name, confidence: at }];
    set('street', cell('street').replace(/\n/g, ', '));
    set('city', cell('city'));
    const state = cell('state');
    set('state', stateCode(state)?.code ?? state);
    set('postal_code', /\d/.test(cell('postal_code')) ? cell('postal_code') : '');
    const country = cell('country');
    if (country) record.country = stateCode(country) ? record.country : record.country;
    const whole = cell('address');
    if (whole) {
      const found = findAddresses(
        [
          ...whole.split('\n'),
          [cell('city'), [cell('state'), cell('postal_code')].filter(Boolean).join(' ')]
            .filter(Boolean)
            .join(', '),
        ].filter(Boolean),
      )[0];
      if (found) {
        if (!record.street && found.street)
          record.street = found.unit ? `${found.street}, ${found.unit}` : found.street;
        record.city ??= found.city;
        record.state ??= found.state;
        record.postal_code ??= found.postal_code;
        record.country ??= found.country;
      } else if (!record.street) set('street', whole.replace(/\n/g, ', '));
    }
    const fax = findPhones(cell('fax'), ctx.country)[0];
    const phone = findPhones(cell('phone'), ctx.country)[0];
    if (fax) {
      record.fax = fax.raw;
      record.phones = record.phones.filter((p) => p !== fax.raw);
      if (record.phone === fax.raw) {
        record.phone = phone?.raw ?? null;
        record.phone_e164 = phone?.e164 ?? null;
      }
    }
    const categories = cell('category');
    if (categories && record.categories.length === 0)
      record.categories = categories
        .split(/\s*[\n,;|]\s*/)
        .filter(Boolean)
        .slice(0, 40);
    for (const field of ['booth', 'level'] as const) {
      const raw = cell(field).replace(/\n/g, ', ');
      if (raw && raw.length < 60)
        addSources(record.provenance, field, {
          strategy: 'table',
          selector: `column ${field}`,
          raw,
          confidence: at,
        });
    }
    const person = cell('person').split('\n')[0]?.trim();
    if (person && record.contacts.length === 0 && person.length < 60)
      record.contacts.push({ name: person, title: null, phone: null, email: record.email });
    const kinds = [record.phone, record.street ?? record.city, record.email, record.website].filter(
      Boolean,
    ).length;
    record.confidence = Math.min(0.95, (table.headed ? 0.6 : 0.45) + kinds * 0.1);
    const cellOfName = row.cells[nameAt] ?? -1;
    const last = list.at(-1)?.record;
    if (last && cellOfName === spanning) fillGaps(last, record);
    else list.push({ record, item: row.item });
    spanning = cellOfName;
  }
  return list;
}

function headerOf(
  ctx: Context,
  rows: readonly { item: number; cells: number[] }[],
): { at: number; columns: (Column | null)[] } | null {
  for (let at = 0; at < Math.min(3, rows.length); at += 1) {
    const cells = rows[at]?.cells ?? [];
    const texts = cells.map((c) => {
      const node = ctx.page.items[c]?.node;
      return node
        ? elementText(node)
            .replace(/[:▲▼↑↓*]+$/g, '')
            .trim()
        : '';
    });
    if (texts.some((text) => text.length > 60)) continue;
    const columns = texts.map((text) => HEADER.find(([, pattern]) => pattern.test(text))?.[0] ?? null);
    const known = columns.filter(Boolean).length;
    const isHead = cells.every((c) => ctx.page.items[c]?.tag === 'th');
    if (known < 2 && !(isHead && known >= 1)) continue;
    if (!columns.includes('name')) {
      const free = columns.findIndex(
        (column, i) => column === null && texts[i] !== '#' && isNameColumn(ctx, rows.slice(at + 1), i),
      );
      if (free >= 0) columns[free] = 'name';
      else if (columns.includes('person')) columns[columns.indexOf('person')] = 'name';
    }
    return { at, columns };
  }
  return null;
}

function typedColumns(
  ctx: Context,
  rows: readonly { item: number; cells: number[] }[],
  width: number,
): (Column | null)[] {
  const sample = rows.slice(0, 30);
  const evidence = sample.filter((row) => {
    const item = ctx.page.items[row.item];
    if (!item) return false;
    const slice = sliceOf(item, row.item);
    return (
      count(ctx, slice, 'phone') +
        count(ctx, slice, 'tail') +
        count(ctx, slice, 'email') +
        count(ctx, slice, 'site') +
        count(ctx, slice, 'booth') >
      0
    );
  }).length;
  if (evidence * 2 < sample.length) return [];
  // Cells that each hold an address are records side by side, not the fields of one.
  const addressed = Array.from(
    { length: width },
    (_, i) =>
      sample.filter((row) => {
        const cell = ctx.page.items[row.cells[i] ?? -1];
        return cell ? count(ctx, sliceOf(cell, row.cells[i] ?? 0), 'tail') > 0 : false;
      }).length,
  );
  if (addressed.filter((n) => n * 2 > sample.length).length >= 2) return [];
  const columns: (Column | null)[] = [];
  for (let i = 0; i < width; i += 1) {
    const texts = sample.map((row) => cellText(ctx, row.cells[i]));
    const share = (test: (text: string) => boolean) =>
      texts.filter((t) => t && test(t)).length / Math.max(1, texts.filter(Boolean).length);
    if (share((t) => stateCode(t) !== null && t.length <= 14) > 0.8) columns.push('state');
    else if (share((t) => /^\d{5}(?:-\d{4})?$/.test(t)) > 0.7) columns.push('postal_code');
    else if (!columns.includes('name') && isNameColumn(ctx, rows, i)) columns.push('name');
    else columns.push(null);
  }
  const state = columns.indexOf('state');
  if (state > 0 && columns[state - 1] === null && isNameColumn(ctx, rows, state - 1, 0))
    columns[state - 1] = 'city';
  return columns;
}

function isNameColumn(
  ctx: Context,
  rows: readonly { cells: number[] }[],
  column: number,
  distinct = 0.6,
): boolean {
  const texts = rows.slice(0, 30).map((row) => cellText(ctx, row.cells[column]).split('\n')[0] ?? '');
  const filled = texts.filter(Boolean);
  return (
    filled.length >= texts.length * 0.8 &&
    filled.filter((t) => isNameLike(t) && t.length < 90 && !hasDate(t)).length >= filled.length * 0.75 &&
    new Set(filled).size >= filled.length * distinct
  );
}

function cellText(ctx: Context, index: number | undefined): string {
  const node = index === undefined ? undefined : ctx.page.items[index]?.node;
  return node ? elementText(node, '\n') : '';
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
}
