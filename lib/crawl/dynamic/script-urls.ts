/**
 * Addresses of data in a script, without running it: what stands in `fetch(…)`, `$.ajax({…})`, `axios.get(…)`,
 * `xhr.open(…)`, joined from texts, constants and `data-` attributes as far as that can be read. What only a run would
 * tell (the page number of a loop) becomes a hole.
 */
import type { Ask } from './ask.js';
import { askOf, type Part } from './script-ask.js';

export interface ScriptRequest {
  ask: Ask;
  /** It is called with this address; else the address only stands there. */
  called: boolean;
}

export interface ScriptSurroundings {
  /** `data-` attributes of the page, by their name in `dataset`. */
  dataset: ReadonlyMap<string, string>;
  /** Base of relative addresses. */
  base: string;
}

/** Calls looked at in one script, and characters of it. */
const MAX_CALLS = 200;
const MAX_SCRIPT = 3_000_000;
const CALL =
  /(?<![\w$.])(?:(?:window\.)?fetch|axios(?:\.(?<verb>get|post|request))?|(?:\$|jQuery)\.(?<jq>get|post|getJSON|ajax)|ky(?:\.(?:get|post))?|htmx\.ajax)\s*\(|\.open\s*\(\s*["'](?<open>GET|POST)["']\s*,|(?<![\w$])(?:\$http|http|api|client|instance|httpClient)\s*\.\s*(?<method>get|post)(?:<[^>]{1,40}>)?\s*\(|(?<![\w$])(?<url>url|ajaxurl|endpoint|apiUrl|dataUrl)\s*[:=]\s*(?=["'`])/gi;
const LITERAL =
  /(["'`])((?:https?:\/\/[^"'`\s<>{}\\]{4,200}|\/[\w.~%-]+(?:\/[\w.~%{}$:-]*){0,10}(?:\?[^"'`\s<>\\]{0,200})?))\1/g;
/** A bare text counts only when it looks like an address of data by itself. */
const LIKE_API =
  /\/(?:api|wp-json|ajax|rest|graphql|odata|services?|_api|data|json|v\d)(?:\/|\b)|\.json\b|admin-ajax\.php|[?&](?:format|output)=json|(?:members?|director(?:y|ies)|compan(?:y|ies)|exhibitors?|events?)[\w/-]*\?(?:page|offset|limit)/i;

export function scriptRequests(script: string, around: ScriptSurroundings): ScriptRequest[] {
  const js = script.length > MAX_SCRIPT ? script.slice(0, MAX_SCRIPT) : script;
  const found = new Map<string, ScriptRequest>();
  const keep = (ask: Ask | null, called: boolean) => {
    if (ask === null) return;
    const key = `${ask.method} ${ask.url} ${ask.body ?? ''}`;
    if (!found.has(key) || called)
      found.set(key, { ask, called: called || (found.get(key)?.called ?? false) });
  };
  const reader = new Reader(js, around);
  let calls = 0;
  for (const match of js.matchAll(CALL)) {
    calls += 1;
    if (calls > MAX_CALLS) break;
    keep(reader.request(match), true);
  }
  for (const match of js.matchAll(LITERAL)) {
    if (found.size > MAX_CALLS) break;
    const text = match[2]!;
    if (!LIKE_API.test(text) || text.includes('${')) continue;
    keep(askOf(text.endsWith('=') ? [text, { hole: '', initial: null }] : [text], around.base), false);
  }
  return [...found.values()];
}

class Reader {
  private readonly js: string;
  private readonly around: ScriptSurroundings;
  private at = 0;

  constructor(js: string, around: ScriptSurroundings) {
    this.js = js;
    this.around = around;
  }

  request(match: RegExpExecArray): Ask | null {
    const from = match.index + match[0].length;
    const { verb, jq, open, method: named } = match.groups ?? {};
    let method: 'GET' | 'POST' = /post/i.test(verb ?? jq ?? open ?? named ?? '') ? 'POST' : 'GET';
    this.at = from;
    this.space();
    let url: Part[];
    let options = '';
    if (this.js[this.at] === '{') {
      // $.ajax({url, …}), axios({url, …})
      options = balanced(this.js, this.at);
      const key = /(?<![\w$])["']?url["']?\s*:\s*/.exec(options);
      if (!key) return null;
      this.at += key.index + key[0].length;
      url = this.expression(0);
    } else {
      url = this.expression(0);
      this.space();
      if (this.js[this.at] === ',') {
        this.at += 1;
        this.space();
        if (this.js[this.at] === '{') options = balanced(this.js, this.at);
      }
    }
    if (/(?<![\w$])(?:method|type)["']?\s*:\s*["']post["']/i.test(options)) method = 'POST';
    const parameters = this.fields(options, jq !== undefined || (verb ?? named) !== undefined);
    return askOf(url, this.around.base, method, parameters);
  }

  /** The body or the parameters that an options object names. */
  private fields(options: string, direct: boolean): { json: boolean; fields: Map<string, Part[]> } | null {
    if (options === '') return null;
    const named =
      /(?<![\w$])["']?(?:body|data|params)["']?\s*:\s*(?:JSON\.stringify\s*\(\s*|new (?:URLSearchParams|FormData)\s*\(\s*|\$\.param\s*\(\s*)?(?=\{)/.exec(
        options,
      );
    const start = named
      ? named.index + named[0].length
      : direct && !/(?<![\w$])["']?(?:url|method|headers|type)["']?\s*:/.test(options)
        ? 0
        : -1;
    if (start < 0) return null;
    const json = /JSON\.stringify|application\/json/.test(options);
    return { json, fields: this.objectFields(balanced(options, start)) };
  }

  /** Fields of an object literal, one level deep and one below it. */
  private objectFields(literal: string, prefix = ''): Map<string, Part[]> {
    const found = new Map<string, Part[]>();
    const inner = new Reader(`${literal}`, this.around);
    inner.outer = this;
    inner.at = 1;
    for (let n = 0; n < 40 && inner.at < literal.length - 1; n += 1) {
      const rest = literal.slice(inner.at);
      const key = /^\s*,?\s*(?:["']([\w$.[\]-]+)["']|([\w$]+))\s*(:)?\s*/.exec(rest);
      if (!key) break;
      const name = prefix + (key[1] ?? key[2]!);
      inner.at += key[0].length;
      if (key[3] === undefined)
        found.set(name, inner.resolve(key[2]!, 1)); // shorthand {page}
      else if (literal[inner.at] === '{') {
        const nested = balanced(literal, inner.at);
        for (const [k, v] of this.objectFields(nested, `${name}.`)) found.set(k, v);
        inner.at += nested.length;
      } else found.set(name, inner.expression(0));
      inner.skipTo(',');
    }
    return found;
  }

  /** Where names are looked up that this piece does not define. */
  private outer: Reader | null = null;

  /** Texts and values joined by `+`, from here on; the position ends behind them. */
  private expression(depth: number): Part[] {
    const parts: Part[] = [];
    for (let n = 0; n < 24; n += 1) {
      this.space();
      parts.push(...this.operand(depth));
      this.space();
      if (this.js[this.at] !== '+' || this.js[this.at + 1] === '+') break;
      this.at += 1;
    }
    return parts;
  }

  private operand(depth: number): Part[] {
    const c = this.js[this.at];
    if (c === '"' || c === "'") return [this.quoted(c)];
    if (c === '`') return this.template(depth);
    if (c === '(') {
      this.at += balanced(this.js, this.at).length || 1;
      return [{ hole: '', initial: null }];
    }
    const number = /^-?\d+(?:\.\d+)?/.exec(this.js.slice(this.at, this.at + 20));
    if (number) {
      this.at += number[0].length;
      return [number[0]];
    }
    const plain = /^(?:\[\s*\]|\{\s*\}|true\b|false\b|null\b)/.exec(this.js.slice(this.at, this.at + 20));
    if (plain) {
      this.at += plain[0].length;
      return [plain[0].replace(/\s/g, '')];
    }
    const params = /^new\s+URLSearchParams\s*\(\s*(?=\{)/.exec(this.js.slice(this.at, this.at + 60));
    if (params) {
      const literal = balanced(this.js, this.at + params[0].length);
      const fields = this.objectFields(literal);
      this.at += params[0].length + literal.length;
      this.skipTo(')');
      this.at += 1;
      return [...fields].flatMap(([name, value], i): Part[] => [`${i > 0 ? '&' : ''}${name}=`, ...value]);
    }
    const wrapped =
      /^(?:new\s+(?:URL|Request)|encodeURIComponent|encodeURI|String|Number|parseInt)\s*\(\s*/.exec(
        this.js.slice(this.at, this.at + 60),
      );
    if (wrapped) {
      const open = this.at + wrapped[0].trimEnd().length - 1;
      this.at += wrapped[0].length;
      const parts = this.expression(depth);
      this.at = Math.max(this.at, open + balanced(this.js, open).length);
      return parts;
    }
    const name = /^[\w$]+(?:\s*\??\.\s*[\w$]+|\[["'][\w-]+["']\])*/.exec(
      this.js.slice(this.at, this.at + 200),
    )?.[0];
    if (!name) return [{ hole: '', initial: null }];
    this.at += name.length;
    if (this.js[this.at] === '(') {
      const call = balanced(this.js, this.at);
      this.at += call.length || 1;
      const attribute = /^\(\s*["'](?:data-)?([\w-]+)["']\s*\)$/.exec(call)?.[1];
      if (attribute !== undefined && /\.(?:getAttribute|data|attr)$/.test(name))
        return this.datum(attribute) ?? [{ hole: attribute, initial: null }];
      return [{ hole: name.split('.').at(-1) ?? '', initial: null }];
    }
    return this.resolve(name.replace(/\s|\?/g, ''), depth);
  }

  /** What a name stands for: a `data-` attribute, or the constant defined last before here. */
  private resolve(name: string, depth: number): Part[] {
    const last = name
      .split(/[.[]/)
      .at(-1)!
      .replace(/["'\]]/g, '');
    if (/\bdataset\b/.test(name)) return this.datum(last) ?? [{ hole: last, initial: null }];
    if (/^(?:window\.|document\.|self\.)?location\.(?:origin|protocol|host)$/.test(name))
      return [name.endsWith('origin') ? new URL(this.around.base).origin : ''];
    if (depth > 3) return [{ hole: last, initial: null }];
    // In an object the names before the colons are its own; what the values stand for is said outside.
    if (this.outer !== null) return this.outer.resolve(name, depth);
    const own = escapedName(last);
    const definition = new RegExp(
      `(?<![\\w$.&?/-])${own}["']?\\s*(?::|(?<![=!<>])=(?!=|>))\\s*(?!${own}\\b)`,
      'g',
    );
    let best = -1;
    let from = -1;
    for (const match of this.js.matchAll(definition)) {
      const end = match.index + match[0].length;
      if (match.index >= this.at - last.length && best >= 0) break;
      best = match.index;
      from = end;
      if (match.index >= this.at) break;
    }
    if (best < 0) return [{ hole: last, initial: null }];
    const number = /^-?\d+(?![\w.])/.exec(this.js.slice(from, from + 20))?.[0];
    // A number has a name because it changes, or because it is a setting: which, its use tells.
    if (number !== undefined) return [{ hole: last, initial: Number(number) }];
    if (!/^(?:["'`]|[\w$]+[.[]|\w+\s*\+|encodeURI|new URL)/.test(this.js.slice(from, from + 60)))
      return [{ hole: last, initial: null }];
    const at = this.at;
    this.at = from;
    const parts = this.expression(depth + 1);
    this.at = at;
    return parts;
  }

  private datum(name: string): Part[] | null {
    const camel = name.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
    const value = this.around.dataset.get(camel);
    return value === undefined ? null : [value];
  }

  private quoted(quote: string): string {
    const end = closing(this.js, this.at, quote);
    const text = this.js.slice(this.at + 1, end);
    this.at = end + 1;
    return text
      .replace(/\\u002[fF]|\\\//g, '/')
      .replace(/\\u0026/g, '&')
      .replace(/\\(.)/g, '$1');
  }

  private template(depth: number): Part[] {
    const end = closing(this.js, this.at, '`');
    const parts: Part[] = [];
    let i = this.at + 1;
    while (i < end) {
      const hole = this.js.indexOf('${', i);
      if (hole < 0 || hole > end) break;
      parts.push(this.js.slice(i, hole));
      const literal = balanced(this.js, hole + 1);
      this.at = hole + 2;
      parts.push(...this.expression(depth + 1));
      i = hole + 1 + Math.max(1, literal.length);
    }
    if (i < end) parts.push(this.js.slice(i, end));
    this.at = end + 1;
    return parts;
  }

  private space(): void {
    while (/\s/.test(this.js[this.at] ?? '')) this.at += 1;
  }

  private skipTo(c: string): void {
    for (let n = 0; n < 2_000 && this.at < this.js.length && this.js[this.at] !== c; n += 1) {
      const here = this.js[this.at]!;
      if ('([{'.includes(here)) this.at += Math.max(1, balanced(this.js, this.at).length);
      else if (`"'\``.includes(here)) this.at = closing(this.js, this.at, here) + 1;
      else this.at += 1;
    }
  }
}

const escapedName = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Index of the quote that ends a text. */
function closing(js: string, from: number, quote: string): number {
  for (let i = from + 1; i < js.length; i += 1) {
    if (js[i] === '\\') i += 1;
    else if (js[i] === quote) return i;
  }
  return js.length;
}

/** The piece from an opening bracket to its closing one, texts passed over; at most some thousand characters. */
function balanced(js: string, from: number): string {
  let depth = 0;
  for (let i = from; i < js.length && i < from + 8_000; i += 1) {
    const c = js[i]!;
    if (c === '"' || c === "'" || c === '`') i = closing(js, i, c);
    else if (c === '(' || c === '[' || c === '{') depth += 1;
    else if (c === ')' || c === ']' || c === '}') {
      depth -= 1;
      if (depth === 0) return js.slice(from, i + 1);
    }
  }
  return '';
}
