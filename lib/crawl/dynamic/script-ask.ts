/** The question that a call in a script comes to, from the texts and holes of its address and its parameters. */
import { type Ask, roleOf } from './ask.js';

/** A text, or a value that the script works out; `initial` is the number it begins with, where that is said. */
export type Part = string | { hole: string; initial: number | null };

/** A question from its parts: holes for pages and offsets begin at their first value, others are left out. */
export function askOf(
  url: readonly Part[],
  base: string,
  method: 'GET' | 'POST' = 'GET',
  parameters: { json: boolean; fields: Map<string, Part[]> } | null = null,
): Ask | null {
  let text = '';
  for (const [i, part] of url.entries()) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const name = /[?&]([\w.$[\]-]+)=$/.exec(text)?.[1];
    const value = name === undefined ? null : firstValue(name, part);
    if (name !== undefined)
      text =
        value === null
          ? text.slice(0, -name.length - 2) +
            (text.includes('?') && text.at(-name.length - 2) === '?' ? '?' : '')
          : text + value;
    else if (/\/$/.test(text) && /^page/i.test(part.hole)) text += part.initial ?? 1;
    else if (i === 0)
      return null; // the address itself is worked out elsewhere
    else if (!text.includes('?') && typeof url[i + 1] !== 'undefined')
      return null; // a record's own address
    else if (!text.includes('?') && !/[/]$/.test(text))
      break; // a query that a function puts together
    else if (!text.includes('?')) return null;
  }
  text = text
    .replace(/\?&/, '?')
    .replace(/[?&]+$/, '')
    .trim();
  if (
    !/^(?:https?:\/\/|\/|\.{0,2}\/|\?|[\w-]+\/|[\w-]+\.(?:json|php|aspx?|ashx|cfm))/.test(text) ||
    /[\s<>{}|\\^]/.test(text) ||
    !URL.canParse(text, base)
  )
    return null;
  const resolved = new URL(text, base);
  resolved.hash = '';
  const values = [...(parameters?.fields ?? [])].flatMap(([name, parts]): [string, string][] => {
    const value = settledValue(name, parts);
    return value === null ? [] : [[name, value]];
  });
  if (method === 'GET') {
    for (const [name, value] of values) resolved.searchParams.set(name, value);
    return { method, url: resolved.href, body: null, bodyType: null };
  }
  if (parameters?.json)
    return { method, url: resolved.href, body: JSON.stringify(nested(values)), bodyType: 'application/json' };
  return {
    method,
    url: resolved.href,
    body: new URLSearchParams(values).toString(),
    bodyType: 'application/x-www-form-urlencoded',
  };
}

function settledValue(name: string, parts: readonly Part[]): string | null {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const hole = parts.find((part) => typeof part !== 'string');
  return hole === undefined || typeof hole === 'string' ? null : firstValue(name, hole);
}

/** What a hole begins with; null where only a run would tell. */
function firstValue(name: string, { initial }: { hole: string; initial: number | null }): string | null {
  const role = roleOf(name);
  if (initial !== null) return String(initial);
  if (role === 'page') return '1';
  return role === 'offset' ? '0' : null;
}

function nested(values: readonly [string, string][]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const typed: unknown = /^(?:-?\d{1,9}|\[\]|\{\}|true|false|null)$/.test(value)
      ? JSON.parse(value)
      : value;
    const [key, below] = name.split('.', 2) as [string, string | undefined];
    if (below === undefined) object[key] = typed;
    else object[key] = { ...((object[key] ?? {}) as object), [below]: typed };
  }
  return object;
}
