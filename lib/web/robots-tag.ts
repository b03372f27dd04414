/**
 * What a page says about itself to crawlers: the `X-Robots-Tag` header and `<meta name="robots">`, for everybody or for
 * one named crawler. There is no standard; this follows what the search engines document. What is said to all and what
 * is said to us add up: the stricter counts.
 */

export interface RobotsDirectives {
  /** Not to be kept in a search index. It says nothing about fetching or following. */
  noindex: boolean;
  /** Its links are not to be followed. */
  nofollow: boolean;
  /** ISO 8601; after this instant the page counts as `noindex`. Null when not given, or not a date. */
  unavailableAfter: string | null;
  /** Every directive that is meant for us, lower case, in order, each once. */
  rules: string[];
}

/** Directives with a value after a colon: their names are no crawler's. */
const WITH_VALUE = new Set([
  'unavailable_after',
  'max-snippet',
  'max-image-preview',
  'max-video-preview',
  'noindex',
  'nofollow',
]);

/**
 * The directives of `X-Robots-Tag`, one string a header line. A name before a colon (`otherbot: nofollow`) makes what
 * follows on its line that crawler's, up to the next name.
 */
export function robotsTag(lines: string | readonly string[], productToken: string): RobotsDirectives {
  const rules: string[] = [];
  for (const line of typeof lines === 'string' ? [lines] : lines) {
    let isOurs = true;
    for (const part of partsOf(line)) {
      const named = /^([^\s:,]+)\s*:\s*(.*)$/s.exec(part);
      const isName = named !== null && !WITH_VALUE.has(named[1]!.toLowerCase());
      if (isName) isOurs = isMeantForUs(named[1]!, productToken);
      const rule = (isName ? named[2]! : part).trim().toLowerCase();
      if (isOurs && rule !== '') rules.push(rule);
    }
  }
  return directivesOf(rules);
}

/** The directives of a page's `<meta>` elements that speak to all robots or to us; other elements are passed over. */
export function robotsMeta(
  metas: Iterable<{ name: string; content: string }>,
  productToken: string,
): RobotsDirectives {
  const rules: string[] = [];
  for (const { name, content } of metas) {
    if (isMeantForUs(name.trim(), productToken))
      rules.push(...partsOf(content).map((part) => part.toLowerCase()));
  }
  return directivesOf(rules);
}

/** Both together. */
export function stricter(a: RobotsDirectives, b: RobotsDirectives): RobotsDirectives {
  return directivesOf([...a.rules, ...b.rules]);
}

function isMeantForUs(name: string, productToken: string): boolean {
  const who = name.toLowerCase();
  return who === 'robots' || who === '*' || who === productToken.toLowerCase();
}

function directivesOf(found: readonly string[]): RobotsDirectives {
  const rules = [...new Set(found.map((rule) => rule.replace(/\s*:\s*/, ': ')))];
  const none = rules.includes('none');
  const dates = rules
    .filter((rule) => rule.startsWith('unavailable_after: '))
    .map((rule) => dateOf(rule.slice(19)));
  const known = dates.filter((date) => date !== null).sort();
  return {
    noindex: none || rules.includes('noindex'),
    nofollow: none || rules.includes('nofollow'),
    unavailableAfter: known[0] ?? null,
    rules,
  };
}

/** Parts between commas; the comma inside the date of `unavailable_after` is none. */
function partsOf(line: string): string[] {
  const parts: string[] = [];
  for (const piece of line.split(',')) {
    const before = parts.at(-1);
    const open = before !== undefined && /unavailable_after\s*:\s*[a-z]+$/i.test(before); // "Saturday", and the date to come
    if (open) parts[parts.length - 1] = `${before},${piece}`.trim();
    else if (piece.trim() !== '') parts.push(piece.trim());
  }
  return parts;
}

/** Any of the forms that are written: ISO 8601, RFC 822, RFC 850; without a zone it is UTC. */
function dateOf(text: string): string | null {
  const plain = text
    .trim()
    .replace(/^[a-z]+,\s*/i, '')
    .replace(/^(\d{1,2})-([a-z]{3})-(\d{2,4})/i, '$1 $2 $3');
  const hasZone = /(?:z|gmt|utc|[a-z]{1,2}[sd]t|[+-]\d{2}:?\d{2})$/i.test(plain);
  const ms = Date.parse(
    hasZone ? plain : /\d:\d/.test(plain) && !/t\d/i.test(plain) ? `${plain} UTC` : plain,
  );
  // A bare day is read as UTC only in its ISO form.
  const bare =
    !hasZone && !/\d:\d/.test(plain) && !/^\d{4}-/.test(plain) ? Date.parse(`${plain} 00:00 UTC`) : ms;
  return Number.isNaN(bare) ? null : new Date(bare).toISOString();
}
