/** Learned selectors as the YAML of `associations.yaml`, and as a patch to it that leaves every other line alone. */
import { isMap, isScalar, isSeq, type Pair, parseDocument, stringify } from 'yaml';
import { UserError } from '../errors.js';
import type { RecordSelectors } from '../page/selectors.js';

/** Unchanged lines around a change (the default of diff -u). */
const CONTEXT = 3;

/** `selectors:` with this block, as it stands under an association. */
export const selectorsYaml = (block: RecordSelectors): string =>
  stringify({ selectors: { records: [block] } }, { lineWidth: 0, singleQuote: true });

export interface Splice {
  /** First line that goes, from 0. */
  at: number;
  remove: number;
  insert: string[];
}

/**
 * Puts the block under an association: in the place of its block of the same kind, else after its others. Comments and
 * everything else stay byte for byte.
 */
export function spliceSelectors(text: string, association: string, block: RecordSelectors): Splice {
  const document = parseDocument(text);
  if (document.errors[0]) throw new UserError(document.errors[0].message, { code: 'BAD_YAML' });
  const entry = document.getIn(['associations', association], true);
  if (!isMap(entry) || !entry.range)
    throw new UserError(`There is no association ${association} in associations.yaml.`, {
      code: 'UNKNOWN_ASSOCIATION',
    });
  const lines = lineStarts(text);
  const column = indentOf(text, lines, keyOffset(entry.items[0]!));
  const inner = stringify([block], { lineWidth: 0, singleQuote: true });
  const records = document.getIn(['associations', association, 'selectors', 'records'], true);
  if (isSeq(records) && records.range && !records.flow) {
    const same = records.items.findIndex((item) => isMap(item) && item.get('kind') === block.kind);
    const first = records.items[0];
    const itemIndent = isMap(first) && first.range ? dashIndent(text, lines, first.range[0]) : column + 4;
    const insert = indented(inner, itemIndent);
    const old = records.items[same];
    if (isMap(old) && old.range) {
      const at = lineOf(lines, old.range[0]);
      return { at, remove: lastLine(text, lines, old.range[1]) - at + 1, insert };
    }
    return { at: lastLine(text, lines, records.range[1]) + 1, remove: 0, insert };
  }
  const insert = [...indented('selectors:\n  records:\n', column), ...indented(inner, column + 4)];
  const pair = entry.items.find((item) => isScalar(item.key) && item.key.value === 'selectors');
  if (pair) {
    const value = pair.value as { range?: [number, number, number] | null } | null;
    const at = lineOf(lines, keyOffset(pair));
    const end = value?.range ? lastLine(text, lines, value.range[1]) : at;
    return { at, remove: end - at + 1, insert };
  }
  return { at: lastLine(text, lines, entry.range[1]) + 1, remove: 0, insert };
}

export function applySplice(text: string, { at, remove, insert }: Splice): string {
  const lines = text.split('\n');
  lines.splice(at, remove, ...insert);
  return lines.join('\n');
}

/** The change as a unified diff that `patch -p1` and `git apply` take. */
export function unifiedDiff(file: string, text: string, { at, remove, insert }: Splice): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const from = Math.max(0, at - CONTEXT);
  const before = lines.slice(from, at);
  const gone = lines.slice(at, at + remove);
  const after = lines.slice(at + remove, at + remove + CONTEXT);
  const old = before.length + gone.length + after.length;
  const now = before.length + insert.length + after.length;
  return [
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${from + 1},${old} +${from + 1},${now} @@`,
    ...before.map((l) => ` ${l}`),
    ...gone.map((l) => `-${l}`),
    ...insert.map((l) => `+${l}`),
    ...after.map((l) => ` ${l}`),
    '',
  ].join('\n');
}

const indented = (yaml: string, by: number): string[] =>
  yaml
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ' '.repeat(by) + line);

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let line = 0;
  while (line + 1 < starts.length && starts[line + 1]! <= offset) line += 1;
  return line;
}

/** The line that a node's value ends on: its range may reach over the line break. */
function lastLine(text: string, starts: readonly number[], end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1]!)) at -= 1;
  return lineOf(starts, at - 1);
}

const indentOf = (_text: string, starts: readonly number[], offset: number): number =>
  offset - starts[lineOf(starts, offset)]!;

function dashIndent(text: string, starts: readonly number[], offset: number): number {
  const start = starts[lineOf(starts, offset)]!;
  return /^\s*/.exec(text.slice(start))![0].length;
}

const keyOffset = (pair: Pair): number =>
  (pair.key as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
