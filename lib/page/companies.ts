/** Companies of a list page: the best group of records or table, read, cleaned and without repeats. */
import type { Analysis } from './analysis.js';
import { type Context, count, isOwner, type Slice } from './context.js';
import { fillGaps } from './join.js';
import type { MinedGroup } from './miner.js';
import { nameKey } from './name.js';
import { bestName } from './names.js';
import { readSlice } from './slice.js';
import { tableCompanies } from './tables.js';
import type { CompanyRecord } from './types.js';

export interface ListedCompany {
  record: CompanyRecord;
  slice: Slice | null;
}

/** Records of the page's list. `bare` also takes entries that are a name and nothing else. */
export function listCompanies(analysis: Analysis, bare: boolean): ListedCompany[] {
  const { ctx } = analysis;
  const table = analysis.tables.map((rows) => ({ rows, n: rows.rows.length })).sort((a, b) => b.n - a.n)[0];
  const [best] = analysis.companyGroups;
  if (
    table &&
    !table.rows.columns.includes('date') &&
    (!best || table.n >= best.slices.length * 0.6 || insideTable(analysis, best, table.rows.table))
  ) {
    const rows = tableCompanies(ctx, table.rows).map(({ record, item }) => ({
      record,
      slice: rowSlice(ctx, item),
    }));
    for (const other of analysis.tables) {
      if (
        other !== table.rows &&
        !other.columns.includes('date') &&
        other.columns.join() === table.rows.columns.join()
      )
        rows.push(
          ...tableCompanies(ctx, other).map(({ record, item }) => ({
            record,
            slice: rowSlice(ctx, item),
          })),
        );
    }
    return finish(ctx, rows);
  }
  if (!best) return [];
  const groups = [best, ...analysis.companyGroups.slice(1).filter((g) => related(g, best))];
  const list: ListedCompany[] = [];
  const all = groups.flatMap((g) => g.slices).sort((a, b) => a.line - b.line || a.item - b.item);
  const slices = ofRecordParents(ctx, all);
  const ignore = sharedDomains(ctx, slices);
  for (const slice of slices) {
    const name = bestName(ctx, slice);
    if (!name) continue;
    const record = readSlice(ctx, slice, { strategy: 'miner', ignoreDomains: ignore });
    const kinds = [
      record.phone,
      record.street ?? record.city,
      record.email,
      record.website,
      record.profile_url,
    ].filter(Boolean).length;
    if (kinds === 0 && !bare) continue;
    record.confidence = Math.min(0.95, 0.3 + name.confidence * 0.35 + Math.min(3, kinds) * 0.08);
    list.push({ record, slice });
  }
  return finish(ctx, list);
}

/** Alike elements under another parent that hold names only, beside full records, are a filter or a menu. */
function ofRecordParents(ctx: Context, slices: readonly Slice[]): readonly Slice[] {
  const full = new Map<number, number>();
  for (const slice of slices) {
    const parent = ctx.page.items[slice.item]?.parent ?? -1;
    const holds = EVIDENCE.some((kind) => count(ctx, slice, kind) > 0) ? 1 : 0;
    full.set(parent, (full.get(parent) ?? 0) + holds);
  }
  const total = [...full.values()].reduce((sum, n) => sum + n, 0);
  if (full.size < 2 || full.size > 6 || total * 2 < slices.length) return slices;
  return slices.filter((slice) => (full.get(ctx.page.items[slice.item]?.parent ?? -1) ?? 0) > 0);
}

const EVIDENCE = ['tail', 'phone', 'email', 'site', 'booth'] as const;

/** A second group of the same page that is more of the same: featured rows, another level, another column. */
function related(group: MinedGroup, best: MinedGroup): boolean {
  return (
    group.selector === best.selector &&
    group.hard >= best.hard * 0.6 &&
    group.evidence >= best.evidence * 0.5 &&
    group.good > 0.6
  );
}

/** The association's own parts, whose pages list the members ("Chicago Chapter"), and the title of the list itself. */
const PART_OF_ASSOCIATION =
  /\s(?:chapter|region|district|section|committee|council)$|\b(?:member(?:ship)?|exhibitor|sponsor|vendor|supplier|compan(?:y|ies)|participant)s?\s+(?:list(?:ing)?|roster|directory|index)$/i;

/** Joins repeats of a company, drops the owner and what is no record. */
function finish(ctx: Context, list: readonly ListedCompany[]): ListedCompany[] {
  const out: ListedCompany[] = [];
  const byName = new Map<string, ListedCompany>();
  const nonLinkable = list.filter((l) => l.record.website || l.record.phone || l.record.postal_code).length;
  for (const entry of list) {
    const { record } = entry;
    if (!record.name || isOwner(ctx, record.name)) continue;
    if (PART_OF_ASSOCIATION.test(record.name) && !record.website && !record.phone && !record.city) continue;
    // Among full records a bare line is a heading or a note that slipped in.
    if (
      nonLinkable > list.length * 0.8 &&
      !record.website &&
      !record.phone &&
      !record.city &&
      !record.profile_url &&
      record.name.split(' ').length > 8
    )
      continue;
    const key = nameKey(record.name);
    const known = byName.get(key);
    if (known && sameCompany(known.record, record)) {
      fillGaps(known.record, record);
      continue;
    }
    byName.set(key, entry);
    out.push(entry);
  }
  return out;
}

function sameCompany(a: CompanyRecord, b: CompanyRecord): boolean {
  const differ = (x: string | null, y: string | null) =>
    x !== null && y !== null && nameKey(x) !== nameKey(y);
  return (
    !(differ(a.city, b.city) && differ(a.phone, b.phone)) || (a.website !== null && a.website === b.website)
  );
}

/** Domains linked from many records belong to the site, its advertisers or its platform. */
function sharedDomains(ctx: Context, slices: readonly Slice[]): Set<string> {
  const counts = new Map<string, number>();
  for (const slice of slices) {
    const seen = new Set<string>();
    for (let i = slice.link; i < slice.linkEnd; i += 1) {
      const domain = ctx.web[i]?.domain;
      if (domain && ctx.web[i]?.kind === 'site' && !seen.has(domain)) {
        seen.add(domain);
        counts.set(domain, (counts.get(domain) ?? 0) + 1);
      }
    }
  }
  const limit = Math.max(3, slices.length * 0.35);
  return new Set([...counts].filter(([, n]) => n > limit).map(([domain]) => domain));
}

function insideTable(analysis: Analysis, group: MinedGroup, table: number): boolean {
  const item = analysis.ctx.page.items[table];
  const first = group.slices[0];
  return Boolean(item && first && first.item > table && first.item < item.end);
}

/** A table's row as a part of the page. */
export function rowSlice(ctx: Context, index: number | undefined): Slice | null {
  const item = index === undefined ? undefined : ctx.page.items[index];
  return item && index !== undefined
    ? {
        line: item.line,
        lineEnd: item.lineEnd,
        link: item.link,
        linkEnd: item.linkEnd,
        image: item.image,
        imageEnd: item.imageEnd,
        item: index,
        itemEnd: item.end,
      }
    : null;
}
