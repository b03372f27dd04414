/** What a phase reads must have been written; if not, the word on what to run first. */
import { UserError } from '../errors.js';
import type { TableName } from '../lake/tables/index.js';
import type { Recipe } from './recipe.js';
import type { Session } from './session.js';

/** Throws when an input that the phase cannot do without has never been written. */
export function assertUpstream(session: Session, recipe: Recipe, association: string | null): void {
  for (const name of recipe.reads) {
    const held = session.lake.checkpointsOf(name, { association, job: session.jobId });
    // GATEKEEPER keeps the few pages it looks at; they are no crawl.
    if (!held.some((c) => name !== 'pages' || c.phase !== 'GATEKEEPER'))
      throw missing(name, recipe, association);
  }
}

/** Which recipe writes a table, for the word on what to run first. */
const WRITTEN_BY: Partial<Record<TableName, string>> = {
  url_queue: 'init',
  access_checks: 'gatekeeper',
  pages: 'discover',
  links: 'discover',
  fetches: 'discover',
  page_types: 'classify',
  extracted_companies: 'extract',
  extracted_events: 'extract',
  extracted_participants: 'extract',
  provider_responses: 'enrich',
  firmographics: 'enrich',
  technologies: 'enrich',
  found_contacts: 'enrich',
  duplicates: 'validate',
  crosschecks: 'validate',
  scores: 'validate',
  matches: 'resolve',
  companies: 'resolve',
  company_members: 'resolve',
  association_memberships: 'resolve',
  contacts: 'resolve',
  events: 'resolve',
  event_participants: 'resolve',
  competitor_signals: 'graph',
  entity_relationships: 'graph',
  source_baselines: 'monitor',
};

function missing(name: TableName, recipe: Recipe, association: string | null): UserError {
  const first = WRITTEN_BY[name] ?? 'pipeline';
  const subject = association ?? 'any association';
  return new UserError(
    `${recipe.phase} for ${subject} needs ${name}, which no run has written yet. Run \`tsx recipes/${first}.ts${association ? ` ${association}` : ''}\` first, or the whole pipeline: \`npm start\`.`,
    { code: 'MISSING_UPSTREAM', context: { table: name } },
  );
}
