/**
 * Tables of RESOLUTION, GRAPH, EXPORT and MONITOR. The ten of the database (design section 6) are among them, with
 * the same names, columns and meaning in PostgreSQL; `databaseTables` in `index.ts` lists them.
 */
import { big, day, flag, instant, int, json, key, real, text, texts } from '../columns.js';
import { table } from '../table.js';

export const matches = table(
  'matches',
  {
    grain: 'global',
    about: 'Pairs of members that were compared, with the reasons.',
    key: ['member_id_a', 'member_id_b'],
  },
  {
    member_id_a: key('the smaller id'),
    member_id_b: key('the larger id'),
    weight: real('match weight, log2 of the odds that they are one company'),
    site_weight: real('the same for one place of one company'),
    probability: real('0 to 1'),
    decision: key('match, possible, no_match, cannot_link'),
    blocking_rules: texts('rules that brought the pair together'),
    reasons: json<Record<string, unknown>>('per field: level and weight'),
  },
);

export const companyMembers = table(
  'company_members',
  { grain: 'global', about: 'Which member record belongs to which company.', key: ['member_id'] },
  {
    member_id: key('member, as in duplicates'),
    member_association: key('association it is a member of'),
    company_id: key('canonical company'),
    site_id: text('its place: members with the same site_id are one company at one place'),
    weakest_weight: real('weight of the weakest link that holds it; null when alone'),
  },
);

export const companies = table(
  'companies',
  { grain: 'global', about: 'Canonical companies.', key: ['company_id'] },
  {
    company_id: key('stable across runs'),
    canonical_name: key('name that stands'),
    normalized_name: text('for comparison'),
    legal_form: text('Inc, LLC …'),
    other_names: texts('names it was listed under'),
    website: text('site'),
    domain: text('registrable domain'),
    phone: text('E.164'),
    email: text('address'),
    street: text('street'),
    city: text('city'),
    state: text('state'),
    postal_code: text('ZIP'),
    country: text('ISO-2'),
    description: text('text'),
    categories: texts('processes, products'),
    employees: int('head count'),
    employees_min: int('lower end of the band'),
    employees_max: int('upper end of the band'),
    revenue_usd: big('yearly, US dollars'),
    founded_year: int('year'),
    naics_code: text('NAICS 2022'),
    sic_code: text('SIC'),
    ownership: text('private, public, …'),
    parent_name: text('parent'),
    linkedin_url: text('company page'),
    erp_system: text('canonical ERP name; null when there is no evidence'),
    erp_confidence: real('0 to 1'),
    erp_evidence: text('sentence and URL'),
    technologies: texts('other software'),
    association_count: int('associations it is a member of'),
    quality_score: real('0 to 100'),
    quality_grade: text('A to F'),
    provenance: json<Record<string, unknown>>('per field: source, value, member id or provider, time'),
    first_seen_at: instant('first run that knew it'),
    last_seen_at: instant('newest page that names it'),
  },
);

export const associationMemberships = table(
  'association_memberships',
  {
    grain: 'global',
    about: 'A company’s membership in an association.',
    key: ['association_code', 'member_id'],
  },
  {
    membership_id: key('stable hash'),
    association_code: key('the association'),
    member_id: key('member record'),
    company_id: text('canonical company'),
    listed_name: text('name in that directory'),
    profile_url: text('its page there'),
    categories: texts('as listed'),
    quality_score: real('of the member record'),
    quality_grade: text('of the member record'),
    seen_at: instant('when the page was read'),
  },
);

export const contacts = table(
  'contacts',
  { grain: 'global', about: 'People at companies.', key: ['contact_id'] },
  {
    contact_id: key('stable hash'),
    company_id: key('company'),
    full_name: key('name'),
    first_name: text('first name'),
    last_name: text('last name'),
    title: text('job title'),
    seniority: text('level'),
    function: text('department'),
    email: text('address'),
    email_status: text('verified, guessed, unknown'),
    phone: text('E.164'),
    linkedin_url: text('profile'),
    source: text('provider or page'),
    confidence: real('0 to 1'),
    observed_at: instant('when'),
  },
);

export const events = table(
  'events',
  { grain: 'global', about: 'Events of the associations.', key: ['event_id'] },
  {
    event_id: key('stable hash'),
    association_code: text('association whose site names it'),
    name: key('title'),
    start_date: day('first day'),
    end_date: day('last day'),
    venue: text('place'),
    street: text('street'),
    city: text('city'),
    state: text('state'),
    url: text('page'),
    confidence: real('0 to 1'),
  },
);

export const eventParticipants = table(
  'event_participants',
  { grain: 'global', about: 'Who takes part in an event, and how.', key: ['participant_id'] },
  {
    participant_id: key('stable hash'),
    event_id: text('event; null when the page names none'),
    company_id: text('canonical company, when it is one of ours'),
    name: key('as listed'),
    company_name: text('company as listed'),
    role: key('exhibitor, sponsor, speaker, attendee'),
    level: text('sponsor level'),
    booth: text('booth'),
    person_title: text('title of a speaker'),
    page_url: text('where it is listed'),
    confidence: real('0 to 1'),
  },
);

export const qualityAuditLog = table(
  'quality_audit_log',
  {
    grain: 'global',
    about: 'Changes of identity and of quality fields, for good.',
    key: ['changed_at', 'company_id', 'action', 'field'],
    history: true,
  },
  {
    company_id: key('company'),
    action: key('created, merged, split, changed, removed'),
    field: key('field that changed; empty for identity'),
    old_value: text('before'),
    new_value: text('after'),
    reason: text('what caused it'),
    changed_at: instant('when'),
  },
);

export const competitorSignals = table(
  'competitor_signals',
  { grain: 'global', about: 'Signs that a company runs or sells a competing ERP.', key: ['signal_id'] },
  {
    signal_id: key('stable hash'),
    company_id: text('company it concerns'),
    vendor: key('ERP vendor'),
    product: text('ERP product'),
    signal_type: key('erp_in_use, vendor_sponsor, vendor_exhibitor, vendor_member'),
    strength: real('0 to 1'),
    evidence: text('sentence'),
    source_url: text('where'),
    observed_at: instant('when'),
  },
);

export const entityRelationships = table(
  'entity_relationships',
  { grain: 'global', about: 'Edges between companies.', key: ['relationship_id'] },
  {
    relationship_id: key('stable hash'),
    from_company_id: key('company'),
    to_company_id: key('company'),
    relationship: key('parent_of, same_domain, shared_address, shared_phone, co_exhibitor, competitor'),
    strength: real('0 to 1'),
    evidence: text('why'),
  },
);

export const sourceBaselines = table(
  'source_baselines',
  {
    grain: 'association',
    about: 'What a source looked like in this run, to see drift later.',
    key: ['url_pattern', 'page_type'],
  },
  {
    url_pattern: key('path shape'),
    page_type: key('page type'),
    pages: int('pages of this kind'),
    records: int('records read from them'),
    fill_rates: json<Record<string, number>>('share of records with a value, per field'),
    structure_hash: text('fingerprint of the markup'),
    measured_at: instant('when'),
  },
);

export const sourceDrift = table(
  'source_drift',
  {
    grain: 'association',
    about: 'What changed in a source since the last good run.',
    key: ['url_pattern', 'page_type', 'measure'],
  },
  {
    url_pattern: key('path shape'),
    page_type: key('page type'),
    measure: key('pages, records, structure, or fill:<field>'),
    before: real('value in the baseline'),
    after: real('value now'),
    severity: key('info, warning, critical'),
    explanation: text('in words'),
    compared_with: text('job of the baseline'),
  },
);

export const exports = table(
  'exports',
  { grain: 'global', about: 'Files written by EXPORT.', key: ['file'] },
  {
    file: key('path below lake/exports/<job>'),
    format: key('csv, json, crm, graphml …'),
    rows: big('rows'),
    bytes: big('size'),
    sha256: text('hash'),
  },
);

/** One job as the `extraction_jobs` table has it; derived from job state, never stored as a part. */
export const extractionJobs = table(
  'extraction_jobs',
  { grain: 'global', about: 'The runs.', key: ['started_at'] },
  {
    mode: text('full, extract, enrich …'),
    associations: texts('associations of the run'),
    status: key('running, done, failed, interrupted'),
    current_phase: text('INIT … MONITOR, DONE, FAILED'),
    dry_run: flag('a dry run'),
    started_at: instant('when'),
    finished_at: instant('when'),
    phases: json<Record<string, unknown>>('per phase: status, times, counts, error'),
  },
);
