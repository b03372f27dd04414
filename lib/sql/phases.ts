/**
 * The set work of each phase: which `.sql` files run, in which order, and which variables they read.
 * Paths are relative to `lib/sql`. All files of a phase run on one connection, on which every input table is a view.
 */

const macros = ['macros.sql', 'macros_places.sql'] as const;

/** VALIDATION, one association. Variables: `now`, `scoring` (see `scoringVariables`). */
export const validateFiles = [
  ...macros,
  'validate/01_record_keys.sql',
  'validate/02_duplicates.sql',
  'validate/03_crosschecks.sql',
  'validate/04_scores.sql',
] as const;

/** From `members` to scored pairs, the same for associations and for files. */
const matching = [
  'resolve/02_normalise.sql',
  'resolve/03_block.sql',
  'resolve/04_weights.sql',
  'resolve/05_compare.sql',
  'resolve/06_score.sql',
] as const;

/** RESOLUTION, all associations, up to the scored pairs; `clusterMembers` (cluster.ts) follows. */
export const resolveMatchFiles = [...macros, 'resolve/01_members.sql', ...matching] as const;

/** Resolution of a file's `input_records`, up to the scored pairs; `clusterMembers` follows. */
export const resolveFileFiles = [...macros, 'resolve/00_file_members.sql', ...matching] as const;

/** After clustering: the pairs with their reasons. */
export const explainFiles = ['resolve/07_matches.sql'] as const;

/** RESOLUTION after clustering. Variables: `now`. */
export const resolveCompanyFiles = [
  'resolve/07_matches.sql',
  'resolve/08_identity.sql',
  'resolve/09_values.sql',
  'resolve/10_companies.sql',
  'resolve/11_contacts.sql',
  'resolve/12_events.sql',
  'resolve/13_audit.sql',
] as const;

/** GRAPH, all associations. */
export const graphFiles = [
  ...macros,
  'graph/01_competitor_signals.sql',
  'graph/02_entity_relationships.sql',
] as const;

/** MONITOR, one association. Variables: `now`. */
export const monitorFiles = ['monitor/01_source_baselines.sql', 'monitor/02_source_drift.sql'] as const;

/** The views of the database; the same text runs in the lake and in PostgreSQL. */
export const viewsFile = 'views.sql';

/** Input tables that each phase needs as views; `previous_…` are the tables of the last good run, empty the first time. */
export const phaseInputs = {
  validate: ['extracted_companies', 'firmographics', 'technologies', 'found_contacts', 'page_types'],
  resolve: [
    'extracted_companies',
    'extracted_events',
    'extracted_participants',
    'duplicates',
    'scores',
    'firmographics',
    'technologies',
    'found_contacts',
  ],
  resolvePrevious: ['companies', 'company_members'],
  graph: [
    'companies',
    'company_members',
    'association_memberships',
    'technologies',
    'event_participants',
    'firmographics',
    'events',
  ],
  monitor: ['pages', 'page_types', 'extracted_companies', 'extracted_events', 'extracted_participants'],
  monitorPrevious: ['source_baselines'],
} as const;

/** What each phase leaves as temp tables named `out_<table>`. */
export const phaseOutputs = {
  validate: ['duplicates', 'crosschecks', 'scores'],
  resolve: [
    'matches',
    'company_members',
    'companies',
    'association_memberships',
    'contacts',
    'events',
    'event_participants',
    'quality_audit_log',
  ],
  graph: ['competitor_signals', 'entity_relationships'],
  monitor: ['source_baselines', 'source_drift'],
} as const;

/** Variables of RESOLUTION that have a default in the SQL; named here so that a recipe can set them. */
export interface ResolveVariables {
  /** ISO instant. */
  now: string;
  /** Bits from which a pair is a match. Default 0.5. */
  match_threshold?: number;
  /** Bits that the mean of all compared pairs between two clusters must reach for them to merge. Default -1. */
  cluster_threshold?: number;
  /** Bits below which an unlinked pair is not kept in `matches`. Default -4. */
  match_floor?: number;
  /** Whether each directory lists a member once: `yes`, `no`, or seen from the data. Default `auto`. */
  clean_sources?: 'yes' | 'no' | 'auto';
  /** Largest block that is compared in full. Default 60. */
  block_cap?: number;
  /** Neighbours that a member of a larger block meets. Default 8. */
  block_window?: number;
}
