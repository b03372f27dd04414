/**
 * The record miner: finds repeated structures without any hint. Elements with the same path of tags and
 * classes are a group, as are the stretches between repeated headings of one parent; the group whose slices
 * look most like records (a name each, with place, phone, site, link, date or booth) wins.
 */
import { type Context, count, type Group, type Slice } from './context.js';
import { groupsOf } from './groups.js';
import { bestName, type FoundName } from './names.js';

export type RecordKind = 'company' | 'event';

export interface MinedGroup {
  slices: Slice[];
  names: (FoundName | null)[];
  score: number;
  /** Mean number of kinds of evidence in a record. */
  evidence: number;
  /** Share of records that look like records. */
  good: number;
  /** Records that hold more than a name and an internal link. */
  hard: number;
  selector: string;
}

const MAX_GROUPS = 400;
const SAMPLE = 24;
/** Share of the best group's score under which another one can only be chrome. */
const FAR_BEHIND = 0.2;

/** The best groups of a kind, best first; groups inside or around a better one are left out. */
export function mineGroups(ctx: Context, kind: RecordKind): MinedGroup[] {
  const groups = groupsOf(ctx);
  const totals = groups.map((group) => quickWeight(ctx, group, kind));
  const order = groups
    .map((_, i) => i)
    .filter((i) => (totals[i] ?? 0) > 0)
    .sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0))
    .slice(0, MAX_GROUPS);
  const hard = new Map<number, number>();
  let strongest = 1;
  for (const i of order) {
    const found = hardOf(ctx, groups[i] as Group, kind);
    hard.set(i, found);
    if (found > strongest) strongest = found;
  }
  const scored: MinedGroup[] = [];
  let best = 0;
  // The most promising first, so that groups which cannot come near the best one need no closer look.
  const bounds = order.map(
    (i) => [i, bound(groups[i] as Group, totals[i] ?? 0, (hard.get(i) ?? 0) / strongest, kind)] as const,
  );
  for (const [i, most] of bounds.sort((a, b) => b[1] - a[1])) {
    const group = groups[i];
    if (!group || (most < best * FAR_BEHIND && group.selector !== scored[0]?.selector)) continue;
    const mined = score(ctx, group, kind, (hard.get(i) ?? 0) / strongest);
    if (!mined) continue;
    scored.push(mined);
    if (mined.score > best) {
      best = mined.score;
      scored.unshift(...scored.splice(-1));
    }
  }
  scored.sort((a, b) => b.score - a.score || (a.slices[0]?.item ?? 0) - (b.slices[0]?.item ?? 0));
  const kept: MinedGroup[] = [];
  for (const group of scored.slice(0, 30))
    if (!kept.some((other) => overlaps(group, other))) kept.push(group);
  return kept;
}

function overlaps(a: MinedGroup, b: MinedGroup): boolean {
  const [from, to] = [a.slices[0]?.item ?? 0, a.slices.at(-1)?.itemEnd ?? 0];
  const [bFrom, bTo] = [b.slices[0]?.item ?? 0, b.slices.at(-1)?.itemEnd ?? 0];
  if (to <= bFrom || bTo <= from) return false;
  const spans = b.slices;
  return a.slices.some((slice) =>
    spans.some((other) => slice.item < other.itemEnd && other.item < slice.itemEnd),
  );
}

/** No group can score more than this: a name for each record, and all the evidence that was counted. */
function bound(group: Group, total: number, coverage: number, kind: RecordKind): number {
  if (kind === 'event') return group.slices.length * 1.25;
  return (group.slices.length * 0.65 + total * 0.5) * (0.25 + 0.75 * Math.min(1, coverage)) * 1.03;
}

function quickWeight(ctx: Context, group: Group, kind: RecordKind): number {
  if (kind === 'event') return group.slices.length < 2 ? 0 : datedOf(ctx, group);
  const { internal } = ctx.sums;
  let total = 0;
  for (const s of group.slices)
    total += hardKinds(ctx, s) + has(internal, s.link, s.linkEnd) * 0.3 + (s.lineEnd > s.line ? 0.05 : 0);
  return total;
}

function hardOf(ctx: Context, group: Group, kind: RecordKind): number {
  if (kind === 'event') return datedOf(ctx, group);
  let total = 0;
  for (const slice of group.slices) total += Math.min(3, hardKinds(ctx, slice));
  return total;
}

/** How many slices of a group hold a date. */
function datedOf(ctx: Context, group: Group): number {
  const { date } = ctx.sums;
  let total = 0;
  for (const { line, lineEnd } of group.slices) total += has(date, line, lineEnd);
  return total;
}

function hardKinds({ sums }: Context, { line, lineEnd, link, linkEnd }: Slice): number {
  return (
    has(sums.tail, line, lineEnd) +
    has(sums.phone, line, lineEnd) +
    has(sums.email, line, lineEnd) +
    has(sums.site, link, linkEnd) +
    has(sums.booth, line, lineEnd)
  );
}

/** 1 where evidence lies between two bounds, else 0; asked some ten times for every element of a page. */
function has(sums: Int32Array, from: number, to: number): 0 | 1 {
  const last = sums.length - 1;
  return sums[to > last ? last : to]! > sums[from > last ? last : from]! ? 1 : 0;
}

function score(ctx: Context, group: Group, kind: RecordKind, covered: number): MinedGroup | null {
  const { slices } = group;
  const n = slices.length;
  const minimum = kind === 'event' ? 2 : 3;
  if (
    n < minimum &&
    !(
      n === 2 &&
      kind === 'company' &&
      slices.every((s) => count(ctx, s, 'tail') > 0 && count(ctx, s, 'phone') > 0)
    )
  )
    return null;
  if (n > 5000) return null;
  const step = Math.max(1, Math.floor(n / SAMPLE));
  const seen = new Set<string>();
  let value = 0;
  let good = 0;
  let evidence = 0;
  let sampled = 0;
  let hardGood = 0;
  for (let i = 0; i < n; i += step) {
    const slice = slices[i];
    if (!slice) continue;
    sampled += 1;
    const name = bestName(ctx, slice);
    if (!name) continue;
    const key = name.text.toLowerCase();
    if (seen.has(key) && kind === 'company') continue;
    seen.add(key);
    const hard = hardKinds(ctx, slice);
    const internal = Math.min(1, count(ctx, slice, 'internal'));
    const tails = count(ctx, slice, 'tail');
    const dates = count(ctx, slice, 'date');
    let one: number;
    if (kind === 'event') {
      if (dates === 0) continue;
      one = 0.5 + internal * 0.4 + Math.min(1, tails) * 0.3 - Math.max(0, dates - 3) * 0.08;
      if (slice.linkEnd - slice.link > 12 || dates > 8) one *= 0.3;
    } else {
      const bulky = domainsIn(ctx, slice) > 3 || tails > 3 || count(ctx, slice, 'booth') > 3;
      one = hard === 0 ? (internal ? 0.5 : 0.25) : 0.5 + (Math.min(hard, 3) + internal * 0.3) * 0.5;
      if (slice.lineEnd - slice.line > 60) one *= 0.5;
      if (bulky) one *= 0.2;
    }
    one *= 0.5 + name.confidence * 0.5;
    value += Math.max(0, one);
    good += 1;
    evidence += kind === 'event' ? 1 : hard;
    if (hard > 0) hardGood += 1;
  }
  if (good < 2) return null;
  const share = good / sampled;
  if (share < (kind === 'event' ? 0.35 : 0.4)) return null;
  const scale = n / sampled;
  const coverage = kind === 'event' ? 1 : Math.min(1, covered);
  // Fuller records beat more numerous ones: a link beside each name is not the record.
  const fullness = kind === 'event' ? 1 : 0.8 + 0.1 * Math.min(3, evidence / good);
  const total =
    value * scale * fullness * (0.25 + 0.75 * coverage) * (0.5 + share / 2) * (group.fine ? 1.03 : 0.95);
  return {
    slices,
    names: [],
    score: total,
    evidence: evidence / good,
    good: share,
    hard: hardGood / sampled,
    selector: group.selector,
  };
}

function domainsIn(ctx: Context, slice: Slice): number {
  const set = new Set<string>();
  for (let i = slice.link; i < slice.linkEnd && i < slice.link + 30; i += 1)
    if (ctx.web[i]?.kind === 'site') set.add(ctx.web[i]?.domain ?? '');
  return set.size;
}
