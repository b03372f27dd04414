/** What a page reader found, as rows of the lake, with ids that stay the same from run to run. */
import { createHash } from 'node:crypto';
import type { RowOf } from '../lake/partition.js';
import type { CompanyRecord, EventRecord, PageType, ParticipantRecord } from '../page/types.js';
import { registrableDomain } from '../web/url.js';
import { isBlankName, normalName } from './names.js';

export interface Origin {
  association: string;
  page_url: string;
  page_type: PageType | string;
  fetched_at: string;
  title: string | null;
}

/** A stable id: the same parts give the same id in every run. */
export const stableId = (prefix: string, ...parts: (string | null | undefined)[]): string =>
  `${prefix}_${createHash('sha256')
    .update(parts.map((p) => p ?? '').join('\u001f'))
    .digest('hex')
    .slice(0, 20)}`;

/** None when the record has no name: a record without one is nobody. */
export function companyRow(
  record: CompanyRecord,
  position: number,
  origin: Origin,
): RowOf<'extracted_companies'>[] {
  const name = record.name?.trim();
  if (!name || isBlankName(name)) return [];
  // A record is known by its own page where it has one, else by its name and place: its position may shift.
  const identity =
    record.profile_url ??
    `${normalName(name)}|${record.city?.toLowerCase() ?? ''}|${record.postal_code ?? ''}`;
  return [
    {
      record_id: stableId('r', origin.association, origin.page_url, identity),
      page_url: origin.page_url,
      page_type: origin.page_type,
      position,
      profile_url: record.profile_url ?? (origin.page_type === 'member_profile' ? origin.page_url : null),
      name,
      website: record.website,
      domain: record.website ? domainOf(record.website) : null,
      phone: record.phone,
      phone_e164: record.phone_e164,
      phones: record.phones,
      fax: record.fax,
      email: record.email,
      emails: record.emails,
      street: record.street,
      city: record.city,
      state: record.state,
      postal_code: record.postal_code,
      country: record.country,
      locations: record.locations,
      contacts: record.contacts,
      description: record.description,
      categories: record.categories,
      confidence: record.confidence,
      provenance: record.provenance,
      fetched_at: origin.fetched_at,
    },
  ];
}

function domainOf(website: string): string | null {
  return URL.canParse(website) ? registrableDomain(website) : null;
}

export function eventRow(record: EventRecord, origin: Origin): RowOf<'extracted_events'>[] {
  const name = record.name?.trim();
  if (!name) return [];
  return [
    {
      record_id: stableId('e', origin.association, origin.page_url, normalName(name), record.start_date),
      page_url: origin.page_url,
      name,
      start_date: record.start_date,
      end_date: record.end_date,
      venue: record.venue,
      street: record.street,
      city: record.city,
      state: record.state,
      url: record.url ?? (origin.page_type === 'event' ? origin.page_url : null),
      confidence: record.confidence,
      provenance: record.provenance,
      fetched_at: origin.fetched_at,
    },
  ];
}

export function participantRow(
  record: ParticipantRecord,
  position: number,
  origin: Origin,
): RowOf<'extracted_participants'>[] {
  const name = record.name?.trim();
  if (!name) return [];
  return [
    {
      record_id: stableId(
        'p',
        origin.association,
        origin.page_url,
        record.role,
        normalName(name),
        record.booth,
        record.level,
        String(position),
      ),
      page_url: origin.page_url,
      event_url: null,
      event_name: null,
      name,
      company: record.company,
      title: record.title,
      role: record.role,
      level: record.level,
      booth: record.booth,
      website: record.website,
      profile_url: record.profile_url,
      category: record.category,
      confidence: record.confidence,
      provenance: record.provenance,
      fetched_at: origin.fetched_at,
    },
  ];
}
