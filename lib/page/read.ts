/** A page in, facts out: classifies, runs every strategy that applies, and fuses what they found. */
import { type Analysis, analyse } from './analysis.js';
import { classifyAnalysis } from './classify.js';
import { type ListedCompany, listCompanies, rowSlice } from './companies.js';
import { isJsonAnswer, isOwner } from './context.js';
import { mergeEvents, readEventList, readEventPage } from './events.js';
import { fuseCompanies } from './fuse.js';
import { nameKey } from './name.js';
import { isTierHeading, participantOf } from './participants.js';
import { sectionParticipants } from './sections.js';
import { readOwnPage, readProfile } from './single.js';
import { tableCompanies } from './tables.js';
import type {
  Classification,
  CompanyRecord,
  EventRecord,
  PageInput,
  PageType,
  ParticipantRecord,
  ParticipantRole,
  Reading,
} from './types.js';

export interface ReadOptions {
  /** A verdict made before, so that reading and classification agree. */
  classification?: Classification;
}

const ROLE: Partial<Record<PageType, ParticipantRole>> = {
  exhibitor_list: 'exhibitor',
  sponsor_list: 'sponsor',
  speaker_list: 'speaker',
};

export function readPage(input: PageInput, options: ReadOptions = {}): Reading {
  try {
    return read(input, options);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      page_type: 'other',
      confidence: 0,
      signals: [],
      companies: [],
      events: [],
      participants: [],
      notes: [{ code: 'unreadable', detail }],
      title: null,
    };
  }
}

function read(input: PageInput, options: ReadOptions): Reading {
  const analysis = analyse(input);
  const { ctx } = analysis;
  const verdict = options.classification ?? classifyAnalysis(analysis);
  const { packs } = analysis;
  let companies: CompanyRecord[] = [];
  let participants: ParticipantRecord[] = [];
  let events: EventRecord[] = [];
  const type = verdict.page_type;
  const role = ROLE[type];
  if (type === 'member_directory') companies = directory(analysis, packs.companies);
  else if (role) ({ participants, companies } = participantList(analysis, role, packs.participants));
  else if (type === 'event_list')
    events =
      packs.events.length > 0
        ? mergeEvents(packs.events, analysis.structuredEvents, false)
        : readEventList(analysis);
  else if (type === 'event') {
    const [packed] = mergeEvents(packs.events.slice(0, 1), analysis.structuredEvents, false);
    const event = packed ?? readEventPage(analysis);
    if (event) events = [event];
    participants =
      packs.participants.length > 0
        ? packs.participants
        : [...boothTables(analysis), ...sectionParticipants(ctx)];
  } else if (type === 'member_profile') {
    const profile = readProfile(analysis);
    if (profile)
      companies = fuseCompanies(
        [packs.profile ? [packs.profile] : [], [profile]].filter((l) => l.length > 0),
      );
  } else if (input.siteName) {
    ctx.notes.push({ code: 'own_organisation', detail: "the site owner's own data is not a record" });
  } else {
    const own = readOwnPage(analysis);
    if (own) companies = [own];
  }
  if (companies.length === 0 && packs.companies.length > 0 && !role) companies = packs.companies;
  return {
    ...verdict,
    companies,
    events,
    participants,
    notes: [...ctx.notes, ...packs.notes],
    title: ctx.page.title,
  };
}

function directory(analysis: Analysis, fromPacks: CompanyRecord[]): CompanyRecord[] {
  const { ctx } = analysis;
  const mined = listCompanies(analysis, true).map((entry) => entry.record);
  const structured = analysis.structuredCompanies.filter((c) => !isOwner(ctx, c.name));
  const embedded = analysis.embedded;
  const least = isJsonAnswer(ctx.input) ? 1 : 3;
  const data = [
    structured.length >= 2 || mined.length === 0 ? structured : [],
    embedded.length >= least ? embedded : [],
  ];
  // Where the page's own data names a list and the miner found something else, the data is right.
  const known = new Set(data.flat().map((c) => nameKey(c.name ?? '')));
  const agree = mined.filter((c) => known.has(nameKey(c.name ?? ''))).length;
  const elsewhere = known.size >= 3 && agree * 2 < Math.min(known.size, mined.length);
  const sets = elsewhere ? [fromPacks, ...data] : [fromPacks, mined, ...data];
  return fuseCompanies(sets.filter((set) => set.length > 0));
}

/** Tables with a booth column on an event's own page: its exhibitors. */
function boothTables({ ctx, tables }: Analysis): ParticipantRecord[] {
  return tables
    .filter((table) => table.columns.includes('booth'))
    .flatMap((table) =>
      tableCompanies(ctx, table).flatMap(({ record, item }) => {
        const slice = rowSlice(ctx, item);
        return record.name && slice ? [participantOf(ctx, slice, record, 'exhibitor')] : [];
      }),
    );
}

function participantList(
  analysis: Analysis,
  role: ParticipantRole,
  fromPacks: ParticipantRecord[],
): { participants: ParticipantRecord[]; companies: CompanyRecord[] } {
  const { ctx } = analysis;
  const listed: ListedCompany[] = listCompanies(analysis, true);
  let participants = listed
    .map(({ record, slice }) => (slice ? participantOf(ctx, slice, record, role) : null))
    .filter((p): p is ParticipantRecord => p !== null);
  // "Gold Sponsors" over the logos is a heading, whatever it looks like.
  participants = participants.filter((p) => !isTierHeading(p.name ?? ''));
  // Name, title and company on lines of their own look like three persons to the miner.
  if (
    role === 'speaker' &&
    participants.filter((p) => p.title || p.company).length * 2 < participants.length
  ) {
    const people = sectionParticipants(ctx).filter((p) => p.role === 'speaker');
    if (people.filter((p) => p.title || p.company).length >= 2) participants = people;
  }
  if (fromPacks.length > 0 && fromPacks.length >= participants.length * 0.5) participants = fromPacks;
  if (participants.length === 0) {
    participants = analysis.embedded.map((c) => ({
      name: c.name,
      role,
      company: null,
      title: null,
      level: null,
      booth: c.provenance.booth?.[0]?.raw ?? null,
      website: c.website,
      profile_url: c.profile_url,
      category: c.categories[0] ?? null,
      confidence: c.confidence,
      provenance: c.provenance,
    }));
  }
  const companies =
    role === 'speaker'
      ? []
      : listed.map((entry) => entry.record).filter((c) => c.phone || c.street || c.email || c.city);
  return { participants, companies };
}
