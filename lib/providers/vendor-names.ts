/**
 * The names of config/vendors.yaml in a text, the longest first, each span used once. Words are compared one by one
 * through a tree, so the time grows with the text and not with the number of names.
 */
import type { VendorEntry, VendorsFile } from './config.js';
import { type Phrase, phraseOf, type Token, tokensOf } from './prose.js';

export interface NameEntry {
  vendor: VendorEntry;
  text: string;
  words: Token[];
  class: 0 | 1 | 2;
  exact: boolean;
  accept: Phrase[];
  reject: Phrase[];
}

export interface NameHit {
  name: NameEntry;
  /** Token positions, `end` one past the last. */
  start: number;
  end: number;
}

interface Node {
  next: Map<string, Node>;
  names: NameEntry[];
}

export type NameTree = Node;

export function nameTree(file: VendorsFile): NameTree {
  const root: Node = { next: new Map(), names: [] };
  for (const vendor of file.vendors) {
    for (const given of vendor.names) {
      const own = typeof given === 'string' ? { text: given } : given;
      const entry: NameEntry = {
        vendor,
        text: own.text,
        words: tokensOf(own.text),
        class: own.class ?? vendor.class,
        exact: own.exact ?? false,
        accept: (own.accept ?? vendor.accept).map(phraseOf),
        reject: (own.reject ?? vendor.reject).map(phraseOf),
      };
      let node = root;
      for (const { low } of entry.words) {
        const next = node.next.get(low) ?? { next: new Map(), names: [] };
        node.next.set(low, next);
        node = next;
      }
      node.names.push(entry);
    }
  }
  return root;
}

/** Words of one name may stand apart by a blank, a hyphen, a slash, a point or an ampersand, not by a comma. */
const GAP = /^[ \-/&.]{0,3}$/;

/** The longest name that begins at a token. */
export function longestAt(
  tree: NameTree,
  text: string,
  tokens: readonly Token[],
  at: number,
): NameHit | null {
  let node: Node | undefined = tree;
  let best: NameHit | null = null;
  for (let i = at; i < tokens.length; i += 1) {
    const token = tokens[i] as Token;
    const before = tokens[i - 1];
    if (i > at && before && !GAP.test(text.slice(before.end, token.start))) break;
    node = node?.next.get(token.low);
    if (!node) break;
    const name = node.names.find(
      (entry) => !entry.exact || entry.words.every((word, w) => word.raw === tokens[at + w]?.raw),
    );
    if (name) best = { name, start: at, end: i + 1 };
  }
  return best;
}
