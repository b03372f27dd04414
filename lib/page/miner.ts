/**
 * The record miner: finds repeated structures without any hint. Elements with the same path of tags and
 * classes are a group, as are the stretches between repeated headings of one parent; the group whose slices
 * look most like records (a name each, with place, phone, site, link, date or booth) wins.
 */
import { type Context, count, type Slice, sliceOf } from './context.js';
import { nameKey } from './name.js';
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

interface Group {
  slices: Slice[];
  parent: number;
  fine: boolean;
  selector: string;
}

const MAX_GROUPS = 400;
const SAMPLE = 40;

/** The best groups of a kind, best first; groups inside or around a better one are left out. */
export function mineGroups(ctx: Context, kind: RecordKind): MinedGroup[] {
  const groups = [...pathGroups(ctx), ...siblingRuns(ctx)];
  const totals = groups.map((group) => quickWeight(ctx, group, kind));
  const order = groups
    .map((_, i) => i)
    .filter((i) => (totals[i] ?? 0) > 0)
    .sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0))
    .slice(0, MAX_GROUPS);
  const strongest = Math.max(1, ...order.map((i) => hardOf(ctx, groups[i] as Group, kind)));
  const scored: MinedGroup[] = [];
  for (const i of order) {
    const group = groups[i];
    if (!group) continue;
    const mined = score(ctx, group, kind, strongest);
    if (mined) scored.push(mined);
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

/** Groups by path of tags and normalised classes, and by path of tags alone. */
function pathGroups(ctx: Context): Group[] {
  const { items } = ctx.page;
  const fine = new Map<string, number[]>();
  const fineKey: number[] = [];
  const coarseKey: number[] = [];
  const ids = new Map<string, number>();
  const idOf = (text: string) => {
    let id = ids.get(text);
    if (id === undefined) {
      id = ids.size + 1;
      ids.set(text, id);
    }
    return id;
  };
  const coarse = new Map<string, number[]>();
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (!item) continue;
    const up = item.parent;
    const shape = `${item.tag}.${classKey(item.node.attribs.class)}`;
    const f = idOf(`f${up < 0 ? 0 : fineKey[up]}>${shape}`);
    const c = idOf(`c${up < 0 ? 0 : coarseKey[up]}>${item.tag}`);
    fineKey[i] = f;
    coarseKey[i] = c;
    if (
      item.region === 'nav' ||
      item.region === 'footer' ||
      item.region === 'aside' ||
      item.region === 'header'
    )
      continue;
    if (item.lineEnd <= item.line && item.linkEnd <= item.link && item.imageEnd <= item.image) continue;
    if (
      item.tag === 'br' ||
      item.tag === 'b' ||
      item.tag === 'strong' ||
      item.tag === 'img' ||
      item.tag === 'html' ||
      item.tag === 'body' ||
      item.tag === 'input'
    )
      continue;
    push(fine, String(f), i);
    push(coarse, String(c), i);
  }
  const groups: Group[] = [];
  for (const [map, isFine] of [
    [fine, true],
    [coarse, false],
  ] as const) {
    for (const members of map.values()) {
      if (members.length < 2) continue;
      const first = members[0] ?? 0;
      const firstItem = items[first];
      groups.push({
        slices: members.map((m) => sliceOf(items[m] as (typeof items)[number], m)),
        parent: firstItem?.parent ?? -1,
        fine: isFine,
        selector: `${firstItem?.tag}${firstItem?.node.attribs.class ? `.${firstItem.node.attribs.class.trim().split(/\s+/)[0]}` : ''}`,
      });
    }
  }
  return groups;
}

/** Stretches of siblings that begin with the same kind of element: heading + text, dt + dd, bold line + lines. */
function siblingRuns(ctx: Context): Group[] {
  const { items } = ctx.page;
  const children = new Map<number, number[]>();
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (!item || item.region === 'nav' || item.region === 'footer' || item.region === 'header') continue;
    const list = children.get(item.parent);
    if (list) list.push(i);
    else children.set(item.parent, [i]);
  }
  const groups: Group[] = [];
  for (const [parent, kids] of children) {
    if (kids.length < 4 || parent < 0) continue;
    const byShape = new Map<string, number[]>();
    for (let k = 0; k < kids.length; k += 1) {
      const item = items[kids[k] ?? 0];
      if (!item || item.tag === 'br') continue;
      const head =
        /^h[1-6]$|^dt$/.test(item.tag) ||
        (item.tag === 'p' && startsBold(ctx, kids[k] ?? 0)) ||
        item.tag === 'hr' ||
        item.tag === 'strong' ||
        item.tag === 'b';
      if (head) push(byShape, `${item.tag}.${classKey(item.node.attribs.class)}`, k);
    }
    for (const [shape, starts] of byShape) {
      if (starts.length < 3 || starts.length === kids.length) continue;
      if (shape.startsWith('hr.')) {
        // A rule stands between records: the first begins before it, after the last heading of the page.
        let from = starts[0] ?? 0;
        while (from > 0 && !/^h[12]$/.test(items[kids[from - 1] ?? 0]?.tag ?? '')) from -= 1;
        if (from < (starts[0] ?? 0)) starts.unshift(from);
        if ((starts.at(-1) ?? 0) >= kids.length - 1) starts.pop();
      }
      const slices = starts.map((at, n) => {
        const from = items[kids[at] ?? 0];
        const lastKid = kids[(starts[n + 1] ?? kids.length) - 1] ?? 0;
        // The stretch ends also where a heading of higher rank begins.
        const to = items[lastKid];
        return from && to
          ? {
              line: from.line,
              lineEnd: to.lineEnd,
              link: from.link,
              linkEnd: to.linkEnd,
              image: from.image,
              imageEnd: to.imageEnd,
              item: kids[at] ?? 0,
              itemEnd: to.end,
            }
          : null;
      });
      const usable = slices.filter((s): s is Slice => s !== null);
      const last = usable.at(-1);
      const usual = [...usable].map((s) => s.lineEnd - s.line).sort((a, b) => a - b)[usable.length >> 1] ?? 1;
      // The last stretch runs to the end of the parent: cut it at twice the usual length.
      if (last && last.lineEnd - last.line > usual * 2 + 3) last.lineEnd = last.line + usual * 2 + 3;
      groups.push({ slices: usable, parent, fine: true, selector: `${shape.replace(/\.$/, '')} …` });
    }
  }
  return groups;
}

function startsBold(ctx: Context, index: number): boolean {
  const item = ctx.page.items[index];
  const line = item ? ctx.page.lines[item.line] : undefined;
  return Boolean(line?.strong && line.text.length < 100 && line.el >= index);
}

function quickWeight(ctx: Context, group: Group, kind: RecordKind): number {
  if (kind === 'event')
    return group.slices.length < 2 ? 0 : sum(group, (s) => Math.min(1, count(ctx, s, 'date')));
  return sum(
    group,
    (s) => hardKinds(ctx, s) + Math.min(1, count(ctx, s, 'internal')) * 0.3 + (s.lineEnd > s.line ? 0.05 : 0),
  );
}

function hardOf(ctx: Context, group: Group, kind: RecordKind): number {
  return kind === 'event'
    ? sum(group, (s) => Math.min(1, count(ctx, s, 'date')))
    : sum(group, (s) => Math.min(3, hardKinds(ctx, s)));
}

function hardKinds(ctx: Context, s: Slice): number {
  return (
    Math.min(1, count(ctx, s, 'tail')) +
    Math.min(1, count(ctx, s, 'phone')) +
    Math.min(1, count(ctx, s, 'email')) +
    Math.min(1, count(ctx, s, 'site')) +
    Math.min(1, count(ctx, s, 'booth'))
  );
}

function sum(group: Group, of: (slice: Slice) => number): number {
  let total = 0;
  for (const slice of group.slices) total += of(slice);
  return total;
}

function score(ctx: Context, group: Group, kind: RecordKind, strongest: number): MinedGroup | null {
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
    const key = nameKey(name.text);
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
  const coverage = kind === 'event' ? 1 : Math.min(1, hardOf(ctx, group, kind) / strongest);
  const total = value * scale * (0.25 + 0.75 * coverage) * (0.5 + share / 2) * (group.fine ? 1.03 : 0.95);
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

/** Classes as a shape: numbers, states and positions do not tell records apart. */
function classKey(classes: string | undefined): string {
  if (!classes) return '';
  return classes
    .split(/\s+/)
    .filter(
      (name) =>
        name !== '' &&
        !/^(?:odd|even|first|last|active|current|alt(?:ernate)?|featured|clear(?:fix)?|row-?\d*|col-(?:first|last)|.*[-_]?(?:odd|even|first|last)|post-\d+|category-.*|tag-.*|type-.*|status-.*|has-.*|hentry|comp-\w+|.*--(?:featured|status|premium|enhanced|standard|basic).*)$/i.test(
          name,
        ),
    )
    .map((name) => name.replace(/\d+/g, '#'))
    .sort()
    .slice(0, 4)
    .join('.');
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
