/** A page in, facts out: classifies, runs every strategy that applies, and fuses what they found. */
import { type Analysis, analyse } from './analysis.js';
import { classifyAnalysis } from './classify.js';
import { type ListedCompany, listCompanies, rowSlice } from './companies.js';
import { isOwner } from './context.js';
import { readEventList, readEventPage } from './events.js';
import { fuseCompanies } from './fuse.js';
import { packReading } from './packs.js';
import { participantOf } from './participants.js';
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
  const packs = packReading(analysis);
  let companies: CompanyRecord[] = [];
  let participants: ParticipantRecord[] = [];
  let events: EventRecord[] = [];
  const type = verdict.page_type;
  const role = ROLE[type];
  if (type === 'member_directory') companies = directory(analysis, packs.companies);
  else if (role) ({ participants, companies } = participantList(analysis, role, packs.participants));
  else if (type === 'event_list') events = packs.events.length > 0 ? packs.events : readEventList(analysis);
  else if (type === 'event') {
    const event = packs.events[0] ?? readEventPage(analysis);
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
  const sets = [
    fromPacks,
    mined,
    structured.length >= 2 || mined.length === 0 ? structured : [],
    embedded.length >= 3 ? embedded : [],
  ];
  return fuseCompanies(sets.filter((set) => set.length > 0));
}

/** Tables with a booth column on an event's own page: its exhibitors. */
function boothTables({ ctx, tables }: Analysis): ParticipantRecord[] {
  return tables
    .filter((table) => table.columns.includes('booth'))
    .flatMap((table) =>
      tableCompanies(ctx, table).flatMap((record, i) => {
        const slice = rowSlice(ctx, table.rows[i]?.item);
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
  if (fromPacks.length > 0 && fromPacks.length >= participants.length * 0.5) participants = fromPacks;
  if (participants.length === 0) {
    participants = analysis.embedded.map((c) => ({
      name: c.name,
      role,
      company: null,
      title: null,
      level: null,
      booth: null,
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
