/**
 * Pages about one company: a firm's own home, contact or about page, and a member's profile on the site of
 * its association. The name is voted for by title, headings, structured data, logo, copyright line and host.
 */
import type { Analysis } from './analysis.js';
import { type Context, isOwner, type Slice, wholePage } from './context.js';
import { absolute, cssPath } from './dom.js';
import { fillGaps } from './join.js';
import { isGeneric } from './labels.js';
import { nameKey } from './name.js';
import { isNameLike } from './names.js';
import { ownName } from './own-name.js';
import { readSlice } from './slice.js';
import type { CompanyRecord } from './types.js';

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
  if (own) fillGaps(record, own, ['website', 'profile_url']);
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
  if (match) fillGaps(record, match, ['profile_url']);
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
