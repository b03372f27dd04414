/** What an association is called, and the code it goes by here. */

const KIND =
  /\b(?:association|society|institute|council|federation|alliance|league|chamber|guild|board|union|consortium|foundation|manufacturers|affiliates)\b/i;
const SMALL = new Set(['of', 'and', 'the', 'for', 'in', 'a', '&']);

/** The likeliest name among what the site calls itself: structured data, `og:site_name`, parts of the title. */
export function associationName(candidates: readonly (string | null | undefined)[], host: string): string {
  const parts = candidates
    .flatMap((text) => (text ?? '').split(/\s*[|•·»]\s*|\s+[–—:-]\s+/))
    .map((part) =>
      part
        .replace(/\s+/g, ' ')
        .replace(/^(?:welcome to|home)\s*(?:the\s+)?/i, '')
        .trim(),
    )
    .filter((part) => part.length > 2 && !/^home(?:\s?page)?$/i.test(part));
  const named = parts.filter((part) => KIND.test(part)).sort((a, b) => a.length - b.length);
  return named[0] ?? parts.sort((a, b) => b.length - a.length)[0] ?? host;
}

/** An acronym: the host's own word where it is one (`pma.org`), else the capitals of the name. */
export function associationCode(name: string, host: string, taken: ReadonlySet<string>): string {
  const word = (host.replace(/^www\./, '').split('.')[0] ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  const initials = name
    .split(/[\s/&-]+/)
    .filter((w) => /^[a-z]/i.test(w) && !SMALL.has(w.toLowerCase()))
    .map((w) => w[0]!.toUpperCase())
    .join('');
  const code = word.length <= 6 || initials.length < 2 ? word : initials;
  const fit = (/^[A-Z]/.test(code) ? code : `A${code}`).slice(0, 14).padEnd(2, 'X');
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? fit : `${fit}${n}`;
    if (!taken.has(free)) return free;
  }
}
