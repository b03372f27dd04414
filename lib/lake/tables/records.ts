/** Tables of EXTRACTION, ENRICHMENT and VALIDATION: what pages and providers said, and how far to trust it. */
import { big, day, flag, instant, int, json, key, real, text, texts } from '../columns.js';
import { table } from '../table.js';

/** Where a value came from: one entry a source, the strongest first. */
export interface Provenance {
  [field: string]: {
    strategy: string;
    selector: string | null;
    raw: string | null;
    confidence: number;
    url?: string;
  }[];
}

export const extractedCompanies = table(
  'extracted_companies',
  { grain: 'association', about: 'What one page said of one company.', key: ['record_id'], rowGroup: 8_192 },
  {
    record_id: key('stable: hash of association, page and the record’s own identity'),
    page_url: key('page it was read from'),
    page_type: text('type of that page'),
    position: int('place on the page, from 0'),
    profile_url: text('the member’s own page on the association’s site'),
    name: key('as the page has it'),
    website: text('company’s own site'),
    domain: text('registrable domain of website'),
    phone: text('as the page has it'),
    phone_e164: text('E.164'),
    phones: texts('all, E.164'),
    fax: text('as the page has it'),
    email: text('first address'),
    emails: texts('all'),
    street: text('street and unit'),
    city: text('city'),
    state: text('two letters for US and Canada'),
    postal_code: text('ZIP or postal code'),
    country: text('ISO 3166-1 alpha-2'),
    locations: json<unknown[]>('further addresses'),
    contacts:
      json<{ name: string; title: string | null; phone: string | null; email: string | null }[]>(
        'people named on the page',
      ),
    description: text('text about the company'),
    categories: texts('processes, products, member types'),
    confidence: real('0 to 1'),
    provenance: json<Provenance>('per field: strategy, selector, raw text, confidence'),
    fetched_at: instant('when the page was read'),
  },
);

export const extractedEvents = table(
  'extracted_events',
  { grain: 'association', about: 'What one page said of one event.', key: ['record_id'], rowGroup: 8_192 },
  {
    record_id: key('stable hash'),
    page_url: key('page it was read from'),
    name: key('title'),
    start_date: day('first day'),
    end_date: day('last day'),
    venue: text('place by name'),
    street: text('street'),
    city: text('city'),
    state: text('state'),
    url: text('page of the event'),
    confidence: real('0 to 1'),
    provenance: json<Provenance>('per field'),
    fetched_at: instant('when the page was read'),
  },
);

export const extractedParticipants = table(
  'extracted_participants',
  {
    grain: 'association',
    about: 'Exhibitors, sponsors and speakers as a page listed them.',
    key: ['record_id'],
    rowGroup: 8_192,
  },
  {
    record_id: key('stable hash'),
    page_url: key('page it was read from'),
    event_url: text('page of the event it belongs to'),
    event_name: text('title of that event'),
    name: key('company; for a speaker the person'),
    company: text('company of a speaker'),
    title: text('title of a speaker'),
    role: key('exhibitor, sponsor, speaker, attendee'),
    level: text('sponsor level'),
    booth: text('booth'),
    website: text('company’s own site'),
    profile_url: text('its page on the event site'),
    category: text('category'),
    confidence: real('0 to 1'),
    provenance: json<Provenance>('per field'),
    fetched_at: instant('when the page was read'),
  },
);

export const extractionChecks = table(
  'extraction_checks',
  {
    grain: 'association',
    about: 'What a harvest was held to: configured assertions, and the good run before it.',
    key: ['name'],
  },
  {
    name: key('members_found, min_members, share:<field>, members_drop, fill_drop:<field>, selectors'),
    level: key('fail: an unmet one quarantines the harvest; warn: it is told'),
    ok: flag('met'),
    observed: real('what the harvest has: members, or a share from 0 to 1'),
    expected: real('the least that was wanted'),
    before: real('the same in the good run before; null where none is compared'),
    compared_with: text('job of that run'),
    detail: text('in words'),
  },
);

export const firmographics = table(
  'firmographics',
  {
    grain: 'association',
    about: 'Company figures, one row a domain and provider.',
    key: ['domain', 'provider'],
  },
  {
    domain: key('registrable domain asked about'),
    provider: key('who said it'),
    name: text('name as the provider has it'),
    legal_name: text('legal name'),
    employees: int('head count'),
    employees_min: int('lower end of the band'),
    employees_max: int('upper end of the band; null for open'),
    revenue_usd: big('yearly, US dollars'),
    revenue_min_usd: big('lower end of the band'),
    revenue_max_usd: big('upper end of the band'),
    founded_year: int('year'),
    naics_code: text('longest NAICS 2022 code'),
    sic_code: text('SIC code'),
    ownership: text('private, public, …'),
    parent_domain: text('domain of the parent'),
    parent_name: text('name of the parent'),
    phone_e164: text('main number'),
    street: text('headquarters'),
    city: text('headquarters'),
    state: text('headquarters, two letters'),
    postal_code: text('headquarters'),
    country: text('headquarters, ISO-2'),
    linkedin_url: text('company page'),
    description: text('text'),
    confidence: real('0 to 1'),
    observed_at: instant('when the provider answered'),
  },
);

export const technologies = table(
  'technologies',
  {
    grain: 'association',
    about: 'Software seen at a company, ERP above all.',
    key: ['domain', 'name', 'provider'],
  },
  {
    domain: key('registrable domain'),
    name: key('canonical name'),
    category: text('ERP, CMS, CRM, analytics …'),
    vendor: text('vendor'),
    vendor_id: text('id in config/vendors.yaml, for ERP'),
    provider: key('provider, or site for our own reading'),
    evidence: text('sentence or mark'),
    evidence_url: text('where it stands'),
    confidence: real('0 to 1'),
    first_seen: instant('as the provider says'),
    last_seen: instant('as the provider says'),
    observed_at: instant('when it was read'),
  },
);

export const foundContacts = table(
  'found_contacts',
  { grain: 'association', about: 'People at a company.', key: ['domain', 'full_name', 'provider'] },
  {
    domain: key('registrable domain'),
    full_name: key('name'),
    first_name: text('first name'),
    last_name: text('last name'),
    title: text('job title'),
    seniority: text('owner, c_suite, vp, director, manager, other'),
    function: text('operations, finance, it, purchasing, sales, executive, other'),
    email: text('address'),
    email_status: text('verified, guessed, unknown'),
    phone_e164: text('number'),
    linkedin_url: text('profile'),
    provider: key('who said it'),
    confidence: real('0 to 1'),
    observed_at: instant('when'),
  },
);

export const duplicates = table(
  'duplicates',
  {
    grain: 'association',
    about: 'Records of one member within one association: list entry and profile, two lists.',
    key: ['record_id'],
  },
  {
    record_id: key('the record'),
    member_id: key('the member it belongs to: the record id that stands for all'),
    is_primary: flag('this record is the one that stands'),
    reason: text('same_profile, same_website, same_phone, same_name_and_city'),
    similarity: real('0 to 1'),
  },
);

export const crosschecks = table(
  'crosschecks',
  {
    grain: 'association',
    about: 'A value of a member against what others said.',
    key: ['member_id', 'field', 'source'],
  },
  {
    member_id: key('the member'),
    field: key('name, website, phone, street, city, state, postal_code'),
    value: text('ours'),
    other_value: text('theirs'),
    source: key('provider, or another page'),
    agreement: key('agrees, similar, differs'),
    similarity: real('0 to 1'),
  },
);

export const scores = table(
  'scores',
  { grain: 'association', about: 'How good the data of a member is.', key: ['member_id'] },
  {
    member_id: key('the member'),
    completeness: real('weighted share of fields that are there, 0 to 100'),
    validity: real('share of values that are well-formed, 0 to 100'),
    consistency: real('share of cross-checks that agree, 0 to 100; null when there are none'),
    freshness: real('100 for today, falling with age'),
    confidence: real('mean confidence of the extraction, 0 to 100'),
    quality_score: real('weighted by config/scoring.yaml, 0 to 100'),
    quality_grade: text('A to F by config/scoring.yaml'),
    problems: texts('what is missing or odd'),
  },
);
