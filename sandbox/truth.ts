/** The truth as JSON, to measure others by: what is so, and what each page says of it. */

import { inApollo } from './apis/apollo.js';
import { type AssociationCode, CODES } from './associations.js';
import type { Event } from './events.js';
import type { Listing } from './listings.js';
import { associationsOf, type Company } from './population.js';
import { agmaExtras } from './sites/agma.js';
import { siteBase, sitePaths } from './sites/company.js';
import { dates, PATHS } from './sites/events.js';
import type { PageKind, Place } from './sites/facts.js';
import { OFFICES } from './sites/office.js';
import { FACTS } from './sites/registry.js';
import type { World } from './world.js';

export type { PageKind } from './sites/facts.js';
export type TruePage = {
  association_code: AssociationCode;
  url: string;
  kind: PageKind;
  /** Whether a crawler that keeps robots.txt and the terms may ask for it. */
  allowed: boolean;
};

/** Everything the sandbox knows, in plain values. */
export function truthOf(world: World) {
  return {
    seed: world.seed,
    size: world.size,
    today: world.today,
    companies: world.companies.map((company) => companyRow(world, company)),
    associations: CODES.map((code) => associationRow(world, code)),
    memberships: CODES.flatMap((code) => {
      const places = FACTS[code].places(world);
      return world.listings[code].map((listing, index) => membershipRow(listing, places[index] as Place));
    }),
    events: world.events.map(eventRow),
    participants: world.events.flatMap((event) =>
      event.participants.map((p) => ({
        association_code: event.code,
        event_id: event.id,
        page_url:
          base(event.code) +
          (p.role === 'exhibitor' && event.exhibitorPage
            ? PATHS[event.code].exhibitors(event)
            : PATHS[event.code].event(event)),
        role: p.role,
        name: p.name,
        company_id: p.companyId,
        booth: p.booth,
        level: p.level,
        person_name: p.person,
        person_title: p.personTitle,
      })),
    ),
    pages: truePages(world),
  };
}

/** Every page that a visitor may read; `home` and `other` carry no records of their own, `data` is JSON behind a page. */
export function truePages(world: World): TruePage[] {
  return CODES.flatMap((code) =>
    FACTS[code].pages(world).map(([url, kind]) => ({
      association_code: code,
      url,
      kind,
      allowed: FACTS[code].access.pages_allowed,
    })),
  );
}

/** What a harvest of an association can come to, and why not to more. */
function associationRow(world: World, code: AssociationCode) {
  const { allowed, ...access } = FACTS[code].access;
  const members = world.listings[code].length;
  const hosts = [...new Set(FACTS[code].pages(world).map(([url]) => new URL(url).host))];
  return {
    association_code: code,
    hosts,
    members,
    reachable_members: allowed ? members : 0,
    allowed,
    ...access,
  };
}

const base = (code: AssociationCode): string => `https://${OFFICES[code].host}`;

function companyRow(world: World, c: Company) {
  const paths = sitePaths(c);
  const up = c.site === 'up';
  return {
    company_id: c.id,
    name: c.name,
    legal_name: c.legalName,
    associations: associationsOf(c),
    domain: c.domain,
    former_domain: c.formerDomain,
    site: c.site,
    site_url: c.domain === null ? null : `${siteBase(c)}/`,
    careers_url: up && c.careers ? siteBase(c) + paths.careers : null,
    portal_url: up && c.erpSeenIn.includes('portal') ? siteBase(c) + paths.portal : null,
    contact_url: up ? siteBase(c) + paths.contact : null,
    about_url: up ? siteBase(c) + paths.about : null,
    street: c.address.street,
    city: c.address.city,
    state: c.address.state,
    postal_code: c.address.zip,
    country: 'US',
    former_address: c.formerAddress && {
      street: c.formerAddress.street,
      city: c.formerAddress.city,
      state: c.formerAddress.state,
      postal_code: c.formerAddress.zip,
    },
    phones: [c.phone, c.formerPhone, c.tollFree].filter((p) => p !== null).map((p) => `+1${p}`),
    fax: c.fax && `+1${c.fax}`,
    email: c.email,
    founded_year: c.founded,
    employees: c.employees,
    revenue: c.revenue,
    naics: c.naics,
    processes: c.processes,
    erp_id: c.erp?.id ?? null,
    erp_name: c.erp?.name ?? null,
    erp_visible_in: c.erpSeenIn.filter((channel) => channel !== 'apollo' || inApollo(world, c)),
    technologies: c.tech.names,
    contacts: c.people.map((p) => ({
      first_name: p.first,
      last_name: p.last,
      title: p.title,
      department: p.department,
      seniority: p.seniority,
      email: p.email,
    })),
  };
}

function membershipRow(m: Listing, place: Place) {
  const extras = m.code === 'AGMA' ? agmaExtras(m) : null;
  return {
    association_code: m.code,
    company_id: m.company.id,
    name: m.name,
    website: m.website,
    phone: m.phone,
    phone_e164: m.phoneDigits && `+1${m.phoneDigits}`,
    fax: m.code === 'NEMA' ? null : m.fax,
    email: m.email,
    street: m.street,
    city: m.city,
    state: m.state,
    postal_code: m.zip,
    country: m.code === 'AGMA' ? (extras?.country ?? null) : m.country,
    contact_name: extras?.person ? `${extras.person.first} ${extras.person.last}` : null,
    contact_title: extras?.person?.title ?? null,
    profile_url: place.profile_url,
    page_url: place.page_url,
    data_url: place.data_url,
    also_on: place.also_on,
    allowed: FACTS[m.code].access.allowed,
  };
}

function eventRow(e: Event) {
  return {
    association_code: e.code,
    event_id: e.id,
    title: e.title,
    url: base(e.code) + PATHS[e.code].event(e),
    start_date: e.start,
    end_date: e.end,
    date_text: dates(e),
    venue: e.venue.name,
    city: e.venue.city,
    state: e.venue.state,
    markup: e.markup,
    exhibitors_url: e.exhibitorPage ? base(e.code) + PATHS[e.code].exhibitors(e) : null,
  };
}
