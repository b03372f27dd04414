/** The name of the firm whose page it is: voted for by title, headings, structured data, logo, copyright line and host. */
import type { Context } from './context.js';
import { absolute } from './dom.js';
import { altName, isGeneric } from './labels.js';
import { hasLegalForm, nameKey } from './name.js';
import type { CompanyRecord } from './types.js';

interface Vote {
  text: string;
  key: string;
  weight: number;
  from: Set<string>;
}

/** The name of the firm whose page this is. */
export function ownName(ctx: Context, structured: readonly CompanyRecord[]): Vote | null {
  const votes = new Map<string, Vote>();
  const host = (ctx.own ?? '').split('.')[0]?.replace(/[^a-z0-9]/g, '') ?? '';
  const put = (raw: string | null | undefined, weight: number, from: string) => {
    const text = raw
      ?.replace(/\s+/g, ' ')
      .replace(/^(?:welcome to|about|contact)\s+/i, '')
      .replace(/[\s|,:;–—-]+$/, '')
      .trim();
    if (!text || text.length > 80 || !/\p{L}/u.test(text) || isGeneric(text)) return;
    const key = nameKey(text.replace(/\.(?:com|net|org|ca|co\.uk|com\.au)$/i, ''));
    if (key.length < 2) return;
    const vote = votes.get(key) ?? { text, key, weight: 0, from: new Set<string>() };
    if (!vote.from.has(from)) vote.weight += weight;
    vote.from.add(from);
    if (vote.text === vote.text.toUpperCase() && text !== text.toUpperCase()) vote.text = text;
    votes.set(key, vote);
  };
  const { page } = ctx;
  const title = page.title ?? '';
  const parts = title.split(/\s*[|»•·]\s*|\s+[–—:~-]+\s+|\s*::\s*|:\s+|\s-|-\s/).filter(Boolean);
  parts.forEach((part, i) => {
    put(part, parts.length === 1 ? 1.6 : i === 0 || i === parts.length - 1 ? 1.5 : 1, 'title');
    for (const piece of part.split(/,\s+/)) if (piece !== part) put(piece, 0.7, 'title');
  });
  put(page.meta.get('og:site_name'), 3, 'og:site_name');
  put(page.meta.get('application-name'), 1.5, 'application-name');
  put(page.meta.get('author'), 0.5, 'author');
  for (const company of structured) put(company.name, 2.5, 'structured');
  for (const line of page.lines) {
    if (line.heading === 1) put(line.text, 1.2, 'h1');
    else if (line.heading === 2) put(line.text, 0.4, 'h2');
    if (line.text.length < 250 && /©|copyright|\(c\)/i.test(line.text)) {
      const held =
        /(?:©|copyright|\(c\))[\s©,:]*(?:\(c\)|copyright|©)?[\s,]*(?:(?:19|20)\d\d(?:\s*[-–,]\s*(?:(?:19|20)?\d\d|present))?)?[\s,.|-]*(?:by\s+)?([\p{L}\d][^|©•–]{1,70}?)(?:\s*(?:[|©•–]|\.\s|\.$|,?\s*(?:all rights|(?:19|20)\d\d|website|site|web design|designed|powered|privacy)|\s-\s|$))/iu.exec(
          line.text,
        )?.[1];
      put(held, 2, 'copyright');
      const before = /^(?:.{0,20}?)([\p{Lu}\d][^|©•–]{2,60}?)[\s,.]*(?:©|copyright|\(c\))/iu.exec(
        line.text,
      )?.[1];
      put(before, 1.2, 'copyright');
    } else if (line.text.length < 70 && hasLegalForm(line.text)) put(line.text, 1, 'legal form');
  }
  for (const image of page.images.slice(0, 12)) {
    const name = altName(image.alt);
    if (name && name.length < 60) put(name, /logo/i.test(`${image.alt} ${image.src}`) ? 1.6 : 0.4, 'logo');
  }
  for (const link of page.links.slice(0, 20))
    if (link.text && isHome(ctx, link.href)) put(link.text, 1.3, 'home link');
  const all = page.lines
    .map((line) => line.text)
    .join('\n')
    .slice(0, 200_000);
  if (host.length > 2) addHostSpelling(all, host, put);
  const frequency = frequencies(
    all.toLowerCase(),
    [...votes.values()].map((vote) => vote.text),
  );
  let best: Vote | null = null;
  for (const vote of votes.values()) {
    vote.weight +=
      hostLikeness(vote, host) +
      Math.min(1.2, (frequency.get(vote.text) ?? 0) * 0.2) +
      (hasLegalForm(vote.text) ? 0.3 : 0);
    for (const other of votes.values())
      if (
        other !== vote &&
        vote.key.length > 4 &&
        other.key.startsWith(vote.key) &&
        other.key.length - vote.key.length < 8
      )
        vote.weight += other.weight * 0.25;
    const words = vote.text.split(' ').length;
    if (words > 6) vote.weight -= (words - 6) * 0.4;
    if (!best || vote.weight > best.weight) best = vote;
  }
  return best ? fullName(best, votes.values()) : null;
}

/** "Van Brocklin Tool" stands for "Van Brocklin Tool & Die, Inc." where the page prints both. */
function fullName(best: Vote, votes: Iterable<Vote>): Vote {
  let full = best;
  for (const vote of votes) {
    if (vote === best || !vote.key.startsWith(best.key) || best.key.length < 4) continue;
    if (!hasLegalForm(vote.text) || vote.text.split(' ').length > 7 || vote.weight < 1) continue;
    if (full === best || vote.weight > full.weight) full = vote;
  }
  return full === best ? best : { ...full, weight: best.weight, from: new Set([...best.from, ...full.from]) };
}

/** The words in the page's text whose letters spell the host: `acmetool.com` → "Acme Tool". */
function addHostSpelling(
  text: string,
  host: string,
  put: (raw: string, weight: number, from: string) => void,
): void {
  const pattern = new RegExp([...host].map((c) => c.replace(/[^a-z0-9]/g, '')).join("[ &'’.,-]{0,2}"), 'gi');
  const seen = new Map<string, number>();
  for (const m of text.matchAll(pattern)) {
    const before = text.charAt(m.index - 1);
    const after = text.charAt(m.index + m[0].length);
    // Inside a longer word, a web address or a mail address it is no spelling of its own.
    if (/[\p{L}\d@./]/u.test(before) || /[\p{L}\d@]/u.test(after)) continue;
    seen.set(m[0], (seen.get(m[0]) ?? 0) + 1);
    if (seen.size > 25) break;
  }
  const [best] = [...seen].sort((a, b) => b[1] - a[1]);
  if (best) put(best[0], 1.5, 'host spelling');
}

function hostLikeness(vote: Vote, host: string): number {
  if (host.length < 3) return 0;
  if (vote.key === host) return 3;
  if (vote.key.startsWith(host) || host.startsWith(vote.key))
    return vote.key.length > 3
      ? 2.2 * (Math.min(host.length, vote.key.length) / Math.max(host.length, vote.key.length)) + 0.3
      : 0.3;
  if (vote.key.includes(host) || (host.includes(vote.key) && vote.key.length > 3)) return 1;
  const initials = vote.text
    .replace(/\b(?:and|of|the|inc|llc|ltd|co)\b/gi, '')
    .split(/\s+/)
    .map((w) => w.charAt(0).toLowerCase())
    .join('');
  return initials.length > 2 && initials === host ? 2 : 0;
}

function frequencies(all: string, names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names.slice(0, 60)) {
    const lower = name.toLowerCase();
    let n = 0;
    for (let at = all.indexOf(lower); at >= 0 && n < 8; at = all.indexOf(lower, at + name.length)) n += 1;
    counts.set(name, n);
  }
  return counts;
}

function isHome(ctx: Context, href: string): boolean {
  const url = absolute(ctx.page.base, href);
  if (!url) return false;
  try {
    const parsed = new URL(url);
    return (
      parsed.host === new URL(ctx.input.url).host &&
      /^\/(?:index\.\w+|home\/?)?$/i.test(parsed.pathname) &&
      !parsed.search
    );
  } catch {
    return false;
  }
}
