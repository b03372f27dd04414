/**
 * Groups of alike elements: those with the same path of tags and classes, and the stretches between repeated headings
 * of one parent. They are candidates for the records of a list, whatever it is a list of.
 */
import { type Context, type Group, type Slice, sliceOf } from './context.js';

/** All groups of a page, worked out once. */
export function groupsOf(ctx: Context): Group[] {
  ctx.groups ??= [...pathGroups(ctx), ...siblingRuns(ctx)];
  return ctx.groups;
}

/** Groups by path of tags and normalised classes, and by path of tags alone. */
function pathGroups(ctx: Context): Group[] {
  const { items } = ctx.page;
  const fine = new Map<number, number[]>();
  const coarse = new Map<number, number[]>();
  const fineKey = new Int32Array(items.length);
  const coarseKey = new Int32Array(items.length);
  const finePaths = new Paths();
  const coarsePaths = new Paths();
  const tags = new Numbers();
  const shapes = new Numbers();
  const classShapes = new Map<string, number>();
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (!item) continue;
    const up = item.parent;
    const { class: classes } = item.node.attribs;
    const tag = tags.of(item.tag);
    let classShape = classes ? classShapes.get(classes) : 0;
    if (classShape === undefined) {
      classShape = shapes.of(classKey(classes));
      classShapes.set(classes ?? '', classShape);
    }
    const f = finePaths.of(up < 0 ? 0 : fineKey[up]!, classShape * MOST_TAGS + tag);
    const c = coarsePaths.of(up < 0 ? 0 : coarseKey[up]!, tag);
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
    push(fine, f, i);
    push(coarse, c, i);
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
      // Without differing classes both paths give the same group: once is enough.
      if (!isFine && fine.get(fineKey[first]!)?.length === members.length) continue;
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

/** No page has more tags than elements: a shape and a tag make one number. */
const MOST_TAGS = 200_000;

/** Small numbers for texts, from 1 on; 0 is the empty text. */
class Numbers {
  private readonly known = new Map<string, number>([['', 0]]);

  of(text: string): number {
    let number = this.known.get(text);
    if (number === undefined) {
      number = this.known.size;
      this.known.set(text, number);
    }
    return number;
  }
}

/** Numbers for paths, each one step longer than a known one: told apart without building any text. */
class Paths {
  private readonly steps: Map<number, number>[] = [];
  private last = 0;

  of(before: number, step: number): number {
    let steps = this.steps[before];
    if (steps === undefined) {
      steps = new Map();
      this.steps[before] = steps;
    }
    let number = steps.get(step);
    if (number === undefined) {
      number = ++this.last;
      steps.set(step, number);
    }
    return number;
  }
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
