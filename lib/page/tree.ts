/**
 * The tree of a page: htmlparser2's parser with nodes of our own, which hold what readers and CSS selectors ask for and
 * nothing else. Depth and number of elements are bounded, so that recursive readers cannot overflow the stack;
 * comments are left out.
 */
import { Parser, type parseDocument } from 'htmlparser2';

export type Document = ReturnType<typeof parseDocument>;

/** Elements nested deeper are folded into their ancestor at this depth. */
export const MAX_DEPTH = 512;
/** An attribute longer than this (data URLs, state blobs) says nothing to a reader. */
const MAX_ATTRIBUTE = 20_000;
/** Elements of a page that are read; the largest directories seen have some 100,000. */
const MAX_ELEMENTS = 150_000;
/** Open elements at which a page is a bomb: the parser's cost grows with the square of the depth. */
const MAX_OPEN = 20_000;

class TextNode {
  readonly type = 'text';
  data: string;
  parent: ElementNode | Root;
  prev: TreeNode | null = null;
  next: TreeNode | null = null;

  constructor(data: string, parent: ElementNode | Root) {
    this.data = data;
    this.parent = parent;
  }
}

class ElementNode {
  /** As domhandler has it: scripts and styles are types of their own. */
  readonly type: 'tag' | 'script' | 'style';
  name: string;
  attribs: Record<string, string>;
  children: TreeNode[] = [];
  parent: ElementNode | Root;
  prev: TreeNode | null = null;
  next: TreeNode | null = null;

  constructor(name: string, attribs: Record<string, string>, parent: ElementNode | Root) {
    this.type = name === 'script' || name === 'style' ? name : 'tag';
    this.name = name;
    this.attribs = attribs;
    this.parent = parent;
  }
}

type TreeNode = TextNode | ElementNode;

class Root {
  readonly type = 'root';
  children: TreeNode[] = [];
  readonly parent = null;
  readonly prev = null;
  readonly next = null;
}

/** The tree, and whether all of the page went into it. */
export function parseTree(html: string): { document: Document; whole: boolean } {
  const builder = new Builder();
  const parser = new Parser(builder, { decodeEntities: true, lowerCaseTags: true });
  let whole = true;
  try {
    parser.end(html.includes('\u0000') ? html.replaceAll('\u0000', '') : html);
  } catch {
    // What was parsed before the failure is still a page.
    whole = false;
  }
  return { document: builder.root as unknown as Document, whole };
}

class Builder {
  readonly root = new Root();
  private readonly stack: (ElementNode | Root)[] = [this.root];
  private current: ElementNode | Root = this.root;
  private open = 0;
  private elements = 0;
  /** One of the attributes of the tag in work is longer than a reader wants. */
  private long = false;

  onattribute(_name: string, value: string): void {
    if (value.length > MAX_ATTRIBUTE) this.long = true;
  }

  onopentag(name: string, attribs: Record<string, string>): void {
    this.open += 1;
    this.elements += 1;
    const { long } = this;
    this.long = false;
    if (this.open > MAX_OPEN || this.elements > MAX_ELEMENTS) throw new RangeError('too many elements');
    if (this.open > MAX_DEPTH) return;
    if (long)
      for (const key in attribs) if ((attribs[key] as string).length > MAX_ATTRIBUTE) attribs[key] = '';
    const node = new ElementNode(name, attribs, this.current);
    this.append(node);
    this.stack.push(node);
    this.current = node;
  }

  onclosetag(): void {
    this.open -= 1;
    if (this.open + 1 > MAX_DEPTH) return;
    this.stack.pop();
    this.current = this.stack[this.stack.length - 1] ?? this.root;
  }

  ontext(data: string): void {
    const { children } = this.current;
    const last = children[children.length - 1];
    if (last?.type === 'text') last.data += data;
    else this.append(new TextNode(data, this.current));
  }

  private append(node: TreeNode): void {
    const { children } = this.current;
    const previous = children[children.length - 1];
    if (previous) {
      node.prev = previous;
      previous.next = node;
    }
    children.push(node);
  }
}
