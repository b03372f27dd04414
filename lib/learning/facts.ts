/** What a reading says of one record, field by field, in a form that two readings can be compared in. */
import type { RecordSelectors } from '../page/selectors.js';
import type { CompanyRecord, EventRecord, ParticipantRecord } from '../page/types.js';

export type Kind = RecordSelectors['kind'];
/** Fields as selectors name them. */
export type Facts = Readonly<Record<string, string | null>>;

const squash = (text: string | null): string | null =>
  text?.replace(/\s+/g, ' ').trim().toLowerCase() || null;
const digits = (text: string | null): string | null => text?.replace(/\D/g, '').slice(-10) || null;

/** One address for one place on the web, however it is written. */
function address(url: string | null): string | null {
  if (url === null) return null;
  if (!URL.canParse(url)) return squash(url);
  const { host, pathname, search } = new URL(url);
  return `${host.replace(/^www\./, '')}${pathname.replace(/\/$/, '')}${search}`.toLowerCase();
}

export function companyFacts(c: CompanyRecord): Facts {
  return {
    name: squash(c.name),
    website: address(c.website),
    phone: digits(c.phone_e164 ?? c.phone),
    fax: digits(c.fax),
    email: squash(c.email),
    address:
      c.city || c.street
        ? [c.street, c.city, c.state, c.postal_code].map((p) => squash(p) ?? '').join('|')
        : null,
    street: squash(c.street),
    city: squash(c.city),
    state: squash(c.state),
    postal_code: squash(c.postal_code),
    description: squash(c.description),
    categories: c.categories.length > 0 ? c.categories.map(squash).sort().join('|') : null,
    profile_url: address(c.profile_url),
  };
}

export function eventFacts(e: EventRecord): Facts {
  return {
    name: squash(e.name),
    date: e.start_date ? `${e.start_date}/${e.end_date ?? e.start_date}` : null,
    venue: squash(e.venue),
    address: e.city ? [e.street, e.city, e.state].map((p) => squash(p) ?? '').join('|') : null,
    city: squash(e.city),
    state: squash(e.state),
    url: address(e.url),
  };
}

export function participantFacts(p: ParticipantRecord): Facts {
  return {
    name: squash(p.name),
    company: squash(p.company),
    title: squash(p.title),
    level: squash(p.level),
    booth: squash(p.booth),
    website: address(p.website),
    categories: squash(p.category),
    profile_url: address(p.profile_url),
  };
}

/** Parts that an `address` selector gives in one; tried by themselves only where it does not. */
export const PARTS_OF_ADDRESS: readonly string[] = ['street', 'city', 'state', 'postal_code'];
