/**
 * The shapes that reading a page gives: what came in, what was found, and where each value was found.
 * Missing values are `null`, lists are empty arrays; names are the columns of the lake.
 */
import type { ClassificationWeights } from './classify-weights.js';
import type { AssociationSelectors, PlatformPack } from './selectors.js';

export type { ClassificationWeights } from './classify-weights.js';
export type { AssociationSelectors, PlatformPack } from './selectors.js';

export interface PageInput {
  url: string;
  html: string;
  contentType?: string | null;
  /** For a JSON answer: title of the page whose list it fills. */
  about?: string | null;
  /** The crawl date (ISO): gives a year to event dates printed without one. */
  now: string;
  /** What the signals of a page's type are worth, from config. */
  weights: ClassificationWeights;
  /** The association's own selectors, from config. */
  selectors?: AssociationSelectors | null;
  platforms?: readonly PlatformPack[];
  /** Name or host of the site's owner, so that its own Organization data is not taken for a member. */
  siteName?: string | null;
}

export type PageType =
  | 'member_directory'
  | 'member_profile'
  | 'exhibitor_list'
  | 'sponsor_list'
  | 'speaker_list'
  | 'event'
  | 'event_list'
  | 'company'
  | 'other';

/** One reason for a page type; `weight` is log-odds-like: positive speaks for, negative against. */
export interface Signal {
  name: string;
  page_type: PageType;
  weight: number;
  detail: string;
}

export interface Classification {
  page_type: PageType;
  confidence: number;
  signals: Signal[];
}

/** Something worth telling a human: what was left out or cut, and why. */
export interface Note {
  code: string;
  detail: string;
}

export type Strategy =
  | 'selectors'
  | 'platform'
  | 'structured'
  | 'embedded'
  | 'table'
  | 'miner'
  | 'single'
  | 'class_name';

/** Where one value came from. `selector` is a readable place: a CSS path, a JSON path or a column. */
export interface Source {
  strategy: Strategy;
  selector: string;
  raw: string;
  confidence: number;
}

export type Provenance = Record<string, Source[]>;

/** Adds where a value of a field came from. */
export function addSources(provenance: Provenance, field: string, ...sources: Source[]): void {
  const list = provenance[field];
  if (list) list.push(...sources);
  else provenance[field] = sources;
}

export interface Address {
  street: string | null;
  unit: string | null;
  city: string | null;
  /** Two letters in the US and Canada, as printed elsewhere. */
  state: string | null;
  postal_code: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
}

export interface Location extends Address {
  phone: string | null;
}

export interface ContactPerson {
  name: string;
  title: string | null;
  phone: string | null;
  email: string | null;
}

export interface CompanyRecord {
  name: string | null;
  website: string | null;
  /** As printed, in a readable national form. */
  phone: string | null;
  phone_e164: string | null;
  phones: string[];
  fax: string | null;
  email: string | null;
  emails: string[];
  street: string | null;
  city: string | null;
  state: string | null;
  postal_code: string | null;
  country: string | null;
  locations: Location[];
  contacts: ContactPerson[];
  description: string | null;
  categories: string[];
  profile_url: string | null;
  /** 0 to 1. */
  confidence: number;
  provenance: Provenance;
}

export interface EventRecord {
  name: string | null;
  start_date: string | null;
  end_date: string | null;
  venue: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  url: string | null;
  confidence: number;
  provenance: Provenance;
}

export type ParticipantRole = 'exhibitor' | 'sponsor' | 'speaker' | 'attendee';

export interface ParticipantRecord {
  /** The company; for speakers the person. */
  name: string | null;
  role: ParticipantRole;
  /** A speaker's company. */
  company: string | null;
  /** A speaker's job title. */
  title: string | null;
  level: string | null;
  booth: string | null;
  website: string | null;
  profile_url: string | null;
  category: string | null;
  confidence: number;
  provenance: Provenance;
}

export interface Reading extends Classification {
  companies: CompanyRecord[];
  events: EventRecord[];
  participants: ParticipantRecord[];
  notes: Note[];
  title: string | null;
}

export interface Phone {
  e164: string;
  extension: string | null;
  raw: string;
  kind: 'phone' | 'fax' | 'mobile' | 'toll_free';
}

/** One entity of structured data, flattened: types without their vocabulary, properties as given. */
export interface StructuredEntity {
  syntax: 'json-ld' | 'microdata' | 'opengraph' | 'hcard' | 'rdfa';
  types: string[];
  properties: Record<string, unknown>;
  /** Where in the page: script number and JSON path, or a CSS path. */
  path: string;
}

export function emptyCompany(): CompanyRecord {
  return {
    name: null,
    website: null,
    phone: null,
    phone_e164: null,
    phones: [],
    fax: null,
    email: null,
    emails: [],
    street: null,
    city: null,
    state: null,
    postal_code: null,
    country: null,
    locations: [],
    contacts: [],
    description: null,
    categories: [],
    profile_url: null,
    confidence: 0,
    provenance: {},
  };
}

export function emptyEvent(): EventRecord {
  return {
    name: null,
    start_date: null,
    end_date: null,
    venue: null,
    street: null,
    city: null,
    state: null,
    url: null,
    confidence: 0,
    provenance: {},
  };
}

export function emptyParticipant(role: ParticipantRole): ParticipantRecord {
  return {
    name: null,
    role,
    company: null,
    title: null,
    level: null,
    booth: null,
    website: null,
    profile_url: null,
    category: null,
    confidence: 0,
    provenance: {},
  };
}
