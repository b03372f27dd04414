/** Exhibitors, sponsors and speakers: booths, levels by heading or class, persons with title and company. */
import type { Context, Slice } from './context.js';
import { cssPath, elementText } from './dom.js';
import { boothIn } from './hints.js';
import { boothOf } from './labels.js';
import { isPersonName, personLine } from './people.js';
import {
  type CompanyRecord,
  emptyParticipant,
  type ParticipantRecord,
  type ParticipantRole,
} from './types.js';

const LEVEL =
  /\b(title|presenting|keystone|principal|visionary|premier|diamond|double platinum|platinum(?: plus)?|gold|silver|bronze|copper|titanium|emerald|ruby|sapphire|pearl|crystal|patron|partner|supporter|supporting|contributing|contributor|media|startup(?: row)?|association|community|lanyard|coffee break|wi-?fi|track|reception|badge|breakfast|lunch|dinner|open source|community|associate|headline|lead|corporate|strategic|major|friend|benefactor|host|sustaining|in-?kind|digital|signature|exclusive)\b/i;

export function participantOf(
  ctx: Context,
  slice: Slice,
  company: CompanyRecord,
  role: ParticipantRole,
): ParticipantRecord {
  const record = emptyParticipant(role);
  record.name = company.name;
  record.website = company.website;
  record.profile_url = company.profile_url;
  record.category = company.categories[0] ?? null;
  record.provenance = { ...company.provenance };
  record.confidence = company.confidence;
  const column = company.provenance.booth?.[0];
  const booth = boothIn(ctx, slice);
  if (column) record.booth = boothOf(column.raw) ?? column.raw;
  else if (booth) {
    record.booth = booth.booth;
    record.provenance.booth = [
      { strategy: 'miner', selector: booth.selector, raw: booth.booth, confidence: 0.85 },
    ];
  }
  const tier = company.provenance.level?.[0];
  const level = levelOf(ctx, slice);
  if (tier) record.level = tier.raw;
  else if (level) {
    record.level = level.text;
    record.provenance.level = [
      { strategy: 'miner', selector: level.selector, raw: level.text, confidence: 0.75 },
    ];
  }
  if (role === 'speaker') speakerFields(ctx, slice, record);
  return record;
}

/** The level that a heading names ("Platinum Sponsors" is Platinum); null when it names none. */
export function levelName(text: string): string | null {
  if (text.length >= 60 || !LEVEL.test(text)) return null;
  return text.replace(/\s*(?:sponsors?|level|partners?|members?|tier)\b.*$/i, '').trim() || text.trim();
}

/** A heading over participants ("Gold Sponsors", "Thank You to Our 2026 Sponsors"), not one of them. */
export function isTierHeading(text: string): boolean {
  return (
    /^(?:thank you|thanks)\b.*\b(?:sponsors?|exhibitors?|partners|supporters)\b/i.test(text) ||
    (/\b(?:sponsors?|exhibitors)(?: \d{4})?$/i.test(text) && text.split(' ').length <= 5)
  );
}

/** The level above a record: the nearest heading that names one, or a class of the record or a parent. */
export function levelOf(ctx: Context, slice: Slice): { text: string; selector: string } | null {
  const { items, lines } = ctx.page;
  for (let i = slice.item, up = 0; i >= 0 && up < 5; up += 1) {
    const item = items[i];
    if (!item) break;
    for (const name of (item.node.attribs.class ?? '').split(/\s+/)) {
      const words = name.replace(/[-_]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
      const m = /\b(diamond|platinum|gold|silver|bronze|copper|titanium|keystone|principal)\b/i.exec(words);
      if (m?.[1])
        return {
          text: m[1].charAt(0).toUpperCase() + m[1].slice(1).toLowerCase(),
          selector: cssPath(ctx.page, i),
        };
    }
    i = item.parent;
  }
  const own = lines[slice.line]?.heading ?? 0;
  for (let i = slice.line - 1; i >= 0 && i > slice.line - 1500; i -= 1) {
    const line = lines[i];
    if (!line || line.region === 'nav') continue;
    if (line.heading === 0 && !(line.strong && line.text.length < 40)) continue;
    if (line.heading > 0 && own > 0 && line.heading > own) continue;
    const named = levelName(line.text);
    if (named !== null) return { text: named, selector: cssPath(ctx.page, line.el) };
    if (line.heading === 1) break;
  }
  return null;
}

function speakerFields(ctx: Context, slice: Slice, record: ParticipantRecord): void {
  const texts: string[] = [];
  for (let i = slice.line; i < slice.lineEnd && texts.length < 8; i += 1)
    texts.push(ctx.page.lines[i]?.text ?? '');
  for (let i = slice.item; i < slice.itemEnd; i += 1) {
    const item = ctx.page.items[i];
    const names = item?.node.attribs.class;
    if (!item || !names || item.lineEnd - item.line > 2) continue;
    const text = elementText(item.node);
    if (!text || text.length > 140) continue;
    if (/(?:^|[-_\s])(?:company|org(?:ani[sz]ation)?|employer|affiliation)(?:$|\s|[-_]name)/i.test(names))
      record.company ??= text;
    else if (/(?:^|[-_\s])(?:job|position|role|job-?title)(?:$|\s|[-_]title)/i.test(names))
      record.title ??= text;
  }
  const at = texts.findIndex((text) => isPersonName(text) || personLine(text) !== null);
  const person = at >= 0 ? personLine(texts.slice(at, at + 1)[0] ?? '') : null;
  if (person) {
    record.name = person.name;
    record.title ??= person.title;
    record.company ??= person.company;
  }
  const next = texts[at + 1];
  if (next && next.length < 140 && (!record.title || !record.company)) {
    const [title, ...rest] = next.split(/\s*(?:,|\||\s[–—-]\s|\s@\s|\sat\s)\s*/);
    record.title ??= title ?? null;
    record.company ??=
      rest.join(', ') ||
      (texts[at + 2] && (texts[at + 2] ?? '').length < 80 ? (texts[at + 2] ?? null) : null);
  }
}
