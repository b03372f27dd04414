/**
 * Pages about one company: a firm's own home, contact or about page, and a member's profile on the site of
 * its association. The name is voted for by title, headings, structured data, logo, copyright line and host.
 */
import type { Analysis } from './analysis.js';
import { type Context, isOwner, type Slice, wholePage } from './context.js';
import { absolute, cssPath } from './dom.js';
import { altName, isGeneric } from './labels.js';
import { hasLegalForm, nameKey } from './name.js';
import { isNameLike } from './names.js';
import { readSlice } from './slice.js';
import { addSources, type CompanyRecord } from './types.js';

interface Vote {
  text: string;
  key: string;
  weight: number;
  from: Set<string>;
}

/** A firm's own page: everything on it, footer included, is about the firm. */
export function readOwnPage(analysis: Analysis): CompanyRecord | null {
  const { ctx } = analysis;
  const name = ownName(ctx, analysis.structuredCompanies);
  const record = readSlice(ctx, wholePage(ctx), {
    strategy: 'single',
    name: name?.text ?? null,
    streets: true,
  });
  record.website = ctx.own ? originOf(ctx.input.url) : record.website;
  if (name)
    record.provenance.name = [
      {
        strategy: 'single',
        selector: [...name.from].join(' + '),
        raw: name.text,
        confidence: Math.min(0.95, 0.4 + name.weight / 8),
      },
    ];
  record.profile_url = null;
  record.description =
    ctx.page.meta.get('description') ?? ctx.page.meta.get('og:description') ?? record.description;
  record.contacts = record.contacts.slice(0, 12);
  const own =
    analysis.structuredCompanies.find(
      (c) => c.name && name && (nameKey(c.name) === name.key || name.key.startsWith(nameKey(c.name))),
    ) ?? (analysis.structuredCompanies.length === 1 ? analysis.structuredCompanies[0] : undefined);
  if (own) fill(record, own);
  record.confidence = Math.min(
    0.95,
    0.35 +
      (name ? Math.min(0.3, name.weight / 12) : 0) +
      (record.phone ? 0.12 : 0) +
      (record.street ? 0.12 : 0),
  );
  return record.name || record.phone || record.street ? record : null;
}

/** A member's profile: the main part under the heading that names it. */
export function readProfile(analysis: Analysis): CompanyRecord | null {
  const { ctx } = analysis;
  const { page } = ctx;
  const structured = analysis.structuredCompanies.filter((c) => !isOwner(ctx, c.name));
  const heading = profileHeading(ctx);
  const titled =
    page.title
      ?.split(/\s+[|–—»:-]\s+/)
      .map((part) => part.trim())
      .find((part) => isNameLike(part) && !isOwner(ctx, part) && !isGeneric(part)) ?? null;
  const match =
    structured.find((c) => nameKey(c.name ?? '') === nameKey(heading?.text ?? titled ?? '')) ??
    (structured.length === 1 ? structured[0] : undefined);
  const name = heading?.text ?? match?.name ?? titled;
  if (!name) return null;
  const from = heading ? page.lines.indexOf(heading) : 0;
  const slice: Slice = { ...wholePage(ctx), line: Math.max(0, from) };
  slice.link = firstAtLine(page.links, slice.line);
  slice.image = firstAtLine(page.images, slice.line);
  slice.item = heading?.el ?? 0;
  const stop = page.lines.findIndex(
    (line, i) =>
      i > from + 2 &&
      line.heading > 0 &&
      /^(?:related|similar|other|nearby|more|featured|you may|recent|upcoming|leave a|comments?|contact us|reviews?)\b/i.test(
        line.text,
      ),
  );
  if (stop > 0) {
    slice.lineEnd = stop;
    slice.linkEnd = firstAtLine(page.links, stop);
    slice.itemEnd = page.items.findIndex((item) => item.line >= stop);
    if (slice.itemEnd < 0) slice.itemEnd = page.items.length;
  }
  const record = readSlice(ctx, slice, { strategy: 'single', name, mainOnly: true });
  record.provenance.name = [
    {
      strategy: 'single',
      selector: heading ? cssPath(page, heading.el) : 'title',
      raw: name,
      confidence: 0.8,
    },
  ];
  if (match) fill(record, match, true);
  record.profile_url = page.meta.get('link:canonical')
    ? absolute(ctx.input.url, page.meta.get('link:canonical') ?? '')
    : ctx.input.url;
  record.confidence = Math.min(
    0.95,
    0.5 + (match ? 0.2 : 0) + (record.phone ? 0.1 : 0) + (record.street || record.city ? 0.1 : 0),
  );
  return record;
}

export function profileHeading(ctx: Context): Context['page']['lines'][number] | null {
  const usable = ctx.page.lines.filter(
    (line) =>
      line.heading > 0 &&
      line.heading <= 3 &&
      line.region !== 'nav' &&
      line.region !== 'footer' &&
      line.region !== 'aside' &&
      isNameLike(line.text) &&
      !isOwner(ctx, line.text),
  );
  const title = nameKey(ctx.page.title ?? '');
  return (
    usable.find((line) => title.startsWith(nameKey(line.text)) && nameKey(line.text).length > 3) ??
    usable.find((line) => line.heading === 1) ??
    usable.find((line) => line.region === 'main') ??
    null
  );
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
  if (host.length > 2) addHostSpelling(ctx, host, put);
  const frequency = frequencies(
    ctx,
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
  return best;
}

/** The words in the page's text whose letters spell the host: `acmetool.com` → "Acme Tool". */
function addHostSpelling(
  ctx: Context,
  host: string,
  put: (raw: string, weight: number, from: string) => void,
): void {
  const pattern = new RegExp(
    `(?<![\\p{L}\\d])${[...host].map((c) => c.replace(/[^a-z0-9]/g, '')).join("[\\s&'’.,-]{0,2}")}(?![\\p{L}\\d])`,
    'iu',
  );
  const seen = new Map<string, number>();
  let looked = 0;
  for (const line of ctx.page.lines) {
    if (looked >= 25) break;
    if (
      line.text.length > 400 ||
      !line.text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '')
        .includes(host)
    )
      continue;
    looked += 1;
    const text = line.text.replace(/\b(?:www\.|https?:\/\/)\S+|\S+@\S+/gi, ' ');
    const hit = pattern.exec(text)?.[0];
    if (hit) seen.set(hit, (seen.get(hit) ?? 0) + 1);
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

function frequencies(ctx: Context, names: readonly string[]): Map<string, number> {
  const all = ctx.page.lines
    .map((line) => line.text)
    .join('\n')
    .slice(0, 200_000)
    .toLowerCase();
  const counts = new Map<string, number>();
  for (const name of names.slice(0, 60)) {
    let n = 0;
    for (
      let at = all.indexOf(name.toLowerCase());
      at >= 0 && n < 8;
      at = all.indexOf(name.toLowerCase(), at + name.length)
    )
      n += 1;
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

function fill(record: CompanyRecord, from: CompanyRecord, sites = false): void {
  for (const field of [
    'phone',
    'phone_e164',
    'fax',
    'email',
    'street',
    'city',
    'state',
    'postal_code',
    'country',
    'description',
  ] as const)
    record[field] ??= from[field];
  if (sites) record.website ??= from.website;
  for (const phone of from.phones)
    if (
      !record.phones.some((p) => p.replace(/\D/g, '').slice(-10) === phone.replace(/\D/g, '').slice(-10)) &&
      record.fax?.replace(/\D/g, '').slice(-10) !== phone.replace(/\D/g, '').slice(-10)
    )
      record.phones.push(phone);
  for (const email of from.emails)
    if (!record.emails.some((e) => e.toLowerCase() === email.toLowerCase())) record.emails.push(email);
  for (const location of from.locations)
    if (
      !record.locations.some(
        (l) =>
          l.postal_code?.slice(0, 5) === location.postal_code?.slice(0, 5) &&
          nameKey(l.street ?? '').slice(0, 5) === nameKey(location.street ?? '').slice(0, 5),
      )
    )
      record.locations.push(location);
  for (const [field, sources] of Object.entries(from.provenance))
    addSources(record.provenance, field, ...sources);
}

function originOf(url: string): string | null {
  try {
    return `${new URL(url).origin}/`;
  } catch {
    return null;
  }
}

function firstAtLine(list: readonly { line: number }[], line: number): number {
  const at = list.findIndex((entry) => entry.line >= line);
  return at < 0 ? list.length : at;
}
