/** One question to a site's data endpoint: an address, perhaps with a body; its parameters by name, wherever they stand. */
export interface Ask {
  method: 'GET' | 'POST';
  /** Absolute, without fragment. */
  url: string;
  body: string | null;
  /** Media type of the body. */
  bodyType: 'application/json' | 'application/x-www-form-urlencoded' | null;
}

export const getAsk = (url: string): Ask => ({ method: 'GET', url, body: null, bodyType: null });

/** Parameter names by what they mean, as APIs spell them. */
export const PARAMETER = {
  page: /^(?:page|pg|paged|p|page_?(?:no|num|number|index|id|nr)|current_?page|cur_?page|exhpage|page\[number\])$/i,
  offset:
    /^(?:offset|start|skip|from|start_?(?:index|row|at|record|from)|first_?(?:row|result|record)|page\[offset\]|\$skip)$/i,
  size: /^(?:per_?page|limit|size|page_?size|count|rows|take|top|\$top|num|max_?(?:results|rows|records)|(?:results|items|posts|hits|rows|records)_?per_?page|length|first|page\[size\])$/i,
  cursor:
    /^(?:cursor|after|next_?(?:cursor|token|page_?token)|page_?token|continuation(?:_?token)?|scroll_?id|marker|starting_after|bookmark|page\[after\])$/i,
} as const;
export type ParameterRole = keyof typeof PARAMETER;

/** What a parameter is for, by its name (the last word of a path of names); null when it pages nothing. */
export function roleOf(name: string): ParameterRole | null {
  const last = name.split('.').at(-1)!;
  for (const role of ['page', 'offset', 'size', 'cursor'] as const)
    if (PARAMETER[role].test(last)) return role;
  return null;
}

/** All parameters, those of the body by their path (`paging.page`). A page number in the path is `/page`. */
export function parametersOf(ask: Ask): Map<string, string> {
  const found = new Map<string, string>();
  const url = new URL(ask.url);
  const inPath = /\/page\/(\d+)(?=\/|$)/.exec(url.pathname);
  if (inPath) found.set('/page', inPath[1]!);
  for (const [name, value] of url.searchParams) found.set(name, value);
  if (ask.body === null) return found;
  if (ask.bodyType === 'application/json')
    leaves(jsonBody(ask), '', (name, value) => found.set(name, String(value)));
  else for (const [name, value] of new URLSearchParams(ask.body)) found.set(name, value);
  return found;
}

/** The question with other values; a new parameter goes where the others are. */
export function withParameters(ask: Ask, values: Readonly<Record<string, string | number>>): Ask {
  const url = new URL(ask.url);
  let body = ask.body;
  for (const [name, value] of Object.entries(values)) {
    if (name === '/page') url.pathname = url.pathname.replace(/\/page\/\d+(?=\/|$)/, `/page/${value}`);
    else if (url.searchParams.has(name) || body === null || ask.bodyType === null)
      url.searchParams.set(name, String(value));
    else if (ask.bodyType === 'application/json')
      body = JSON.stringify(replaced(jsonBody({ ...ask, body }), name.split('.'), value));
    else {
      const form = new URLSearchParams(body);
      form.set(name, String(value));
      body = form.toString();
    }
  }
  return { ...ask, url: url.href, body };
}

/**
 * The key under which the lake keeps the answer: the address; for a POST with the body as its fragment, which no
 * server ever sees, so that each question has a row of its own.
 */
export function keyOf(ask: Ask): string {
  return ask.method === 'GET' ? ask.url : `${ask.url}#POST:${encodeURIComponent(ask.body ?? '')}`;
}

/** The endpoint whatever part of the list is asked for: two questions with the same key page through the same list. */
export function endpointOf(ask: Ask): string {
  const values = Object.fromEntries(
    [...parametersOf(ask).keys()].filter((name) => roleOf(name)).map((name) => [name, 0]),
  );
  const plain = withParameters(ask, values);
  const url = new URL(plain.url);
  for (const name of [...url.searchParams.keys()]) if (roleOf(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  return keyOf({ ...plain, url: url.href });
}

function jsonBody(ask: Ask): unknown {
  try {
    return JSON.parse(ask.body ?? '{}');
  } catch {
    return {};
  }
}

function leaves(value: unknown, path: string, visit: (path: string, value: string | number) => void): void {
  if (typeof value === 'string' || typeof value === 'number') visit(path, value);
  else if (value !== null && typeof value === 'object' && !Array.isArray(value))
    for (const [key, member] of Object.entries(value))
      leaves(member, path === '' ? key : `${path}.${key}`, visit);
}

function replaced(value: unknown, path: readonly string[], to: string | number): unknown {
  const [key, ...rest] = path;
  const object = (value !== null && typeof value === 'object' ? value : {}) as Record<string, unknown>;
  if (key === undefined) return to;
  const before = object[key];
  // A number stays one, a text a text: servers that check types refuse the other.
  const last = typeof before === 'string' ? String(to) : /^-?\d+$/.test(String(to)) ? Number(to) : to;
  return { ...object, [key]: rest.length > 0 ? replaced(before, rest, to) : last };
}
