/**
 * Participants on a page that is about something else: the sponsors, exhibitors and speakers that an event's own page
 * lists under a heading of that name. A section runs to the next heading of its rank.
 */
import type { Context } from './context.js';
import { cssPath } from './dom.js';
import { altName, boothOf } from './labels.js';
import { nameKey } from './name.js';
import { isNameLike } from './names.js';
import { levelName } from './participants.js';
import { isJobTitle, personLine } from './people.js';
import { emptyParticipant, type ParticipantRecord, type ParticipantRole } from './types.js';

const ROLE_HEADINGS: readonly [ParticipantRole, RegExp][] = [
  ['speaker', /\b(?:speakers?|presenters?|panell?ists?|keynotes?|faculty)\b/i],
  ['exhibitor', /\b(?:exhibitors?|exhibiting compan(?:y|ies))\b/i],
  ['sponsor', /\b(?:sponsors?|sponsored by|supporters|event partners|our partners)\b/i],
];
/** An invitation to take part is not a list of those who do. */
const INVITATION = /\b(?:become|call for|apply|opportunit|why|how to|prospectus|information for|benefits)\b/i;
/** Longer lines are prose. */
const LONGEST_ENTRY = 160;

export function sectionParticipants(ctx: Context): ParticipantRecord[] {
  const { lines } = ctx.page;
  const found: ParticipantRecord[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i];
    if (!line || line.heading === 0 || line.region !== 'main' || line.text.length > 70) continue;
    const role = ROLE_HEADINGS.find(([, pattern]) => pattern.test(line.text))?.[0];
    if (!role || INVITATION.test(line.text)) continue;
    const end = sectionEnd(ctx, i, line.heading);
    found.push(...(role === 'speaker' ? speakers(ctx, i + 1, end) : firms(ctx, i + 1, end, role)));
    // Nested headings ("Gold Sponsors") belong to the section that has just been read.
    i = end - 1;
  }
  return found;
}

function sectionEnd(ctx: Context, from: number, rank: number): number {
  const { lines } = ctx.page;
  for (let i = from + 1; i < lines.length; i += 1) {
    const line = lines[i];
    if (line?.region !== 'main' || (line.heading > 0 && line.heading <= rank)) return i;
  }
  return lines.length;
}

function firms(ctx: Context, from: number, to: number, role: ParticipantRole): ParticipantRecord[] {
  const { lines } = ctx.page;
  const records = new Map<string, ParticipantRecord>();
  let level: { text: string; el: number } | null = null;
  let entries = 0;
  let prose = 0;
  let last: ParticipantRecord | null = null;
  const add = (name: string, el: number) => {
    const key = `${nameKey(name)}|${level?.text ?? ''}`;
    const known = records.get(key);
    if (known) return known;
    const record = emptyParticipant(role);
    record.name = name;
    record.confidence = 0.7;
    record.provenance.name = [
      { strategy: 'miner', selector: cssPath(ctx.page, el), raw: name, confidence: 0.7 },
    ];
    if (level) {
      record.level = level.text;
      record.provenance.level = [
        { strategy: 'miner', selector: cssPath(ctx.page, level.el), raw: level.text, confidence: 0.75 },
      ];
    }
    records.set(key, record);
    return record;
  };
  /** Logos that stand before line `i` or in it, apart from one that its own text repeats. */
  const addLogos = (i: number, caption: string | null) => {
    for (const image of ctx.page.images) {
      if (image.line !== i || (i === to && image.el >= (lines[to]?.el ?? 0))) continue;
      const name = altName(image.alt);
      if (
        !name ||
        !isNameLike(name) ||
        [caption, last?.name].some((other) => other && samePrefix(name, other))
      )
        continue;
      entries += 1;
      last = add(name, image.el);
    }
  };
  for (let i = from; i < to; i += 1) {
    const line = lines[i];
    if (!line || line.hidden) continue;
    const tier = line.heading > 0 || line.strong ? levelName(line.text) : null;
    addLogos(i, tier === null ? line.text : null);
    if (tier !== null) {
      level = { text: tier, el: line.el };
      continue;
    }
    const booth: string | null = boothOf(line.text);
    if (booth && last && !isNameLike(line.text)) {
      last.booth ??= booth;
      continue;
    }
    if (line.text.length <= 100 && isNameLike(line.text) && !isSentence(line.text)) {
      entries += 1;
      last = add(line.text, line.el);
    } else prose += line.text.length > 60 ? 1 : 0;
  }
  addLogos(to, null);
  return entries >= 2 && entries > prose ? [...records.values()] : [];
}

function speakers(ctx: Context, from: number, to: number): ParticipantRecord[] {
  const { lines } = ctx.page;
  const records: ParticipantRecord[] = [];
  for (let i = from; i < to; i += 1) {
    const line = lines[i];
    if (!line || line.hidden || line.text.length > LONGEST_ENTRY) continue;
    const person = personLine(line.text);
    if (!person) continue;
    const record = emptyParticipant('speaker');
    record.name = person.name;
    record.title = person.title;
    record.company = person.company;
    // A name alone on its line: title and company stand on the next ones.
    for (let j = i + 1; j < Math.min(i + 3, to) && (!record.title || !record.company); j += 1) {
      const next = lines[j];
      if (!next || next.heading > 0 || next.text.length > 90 || isSentence(next.text)) break;
      const [first = '', ...rest] = next.text.split(/\s*(?:,|\||\s[–—-]\s|\s@\s|\sat\s)\s*/);
      if (!record.title && isJobTitle(first)) {
        record.title = first;
        record.company ??= rest.join(', ') || null;
      } else {
        // Under a title stands the company, unless a title follows: then it is the next speaker.
        const nextPerson = personLine(next.text) !== null;
        if (nextPerson && (record.title === null || isJobTitle(lines[j + 1]?.text ?? ''))) break;
        record.company ??= next.text;
      }
      i = j;
    }
    record.confidence = record.title || record.company ? 0.8 : 0.5;
    record.provenance.name = [
      { strategy: 'miner', selector: cssPath(ctx.page, line.el), raw: line.text, confidence: 0.8 },
    ];
    records.push(record);
  }
  return records.filter((r) => r.confidence > 0.5).length >= 2 ? records : [];
}

const samePrefix = (a: string, b: string): boolean =>
  nameKey(a).startsWith(nameKey(b)) || nameKey(b).startsWith(nameKey(a));

/** Prose, not an entry: it ends like a sentence, or runs on like one. */
const isSentence = (text: string): boolean =>
  (/[.!?]$/.test(text) &&
    text.split(' ').length > 6 &&
    !/\b(?:inc|co|corp|ltd|llc|mfg|cos)\.$/i.test(text)) ||
  text.split(' ').length > 12;
