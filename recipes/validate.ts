/**
 * VALIDATION: which records are one member, what others say of its values, and how good its data is.
 *
 * reads   extracted_companies, page_types; firmographics, technologies, found_contacts where there are some
 * writes  duplicates, crosschecks, scores
 */
import { loadScoring } from '../lib/config.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { validateFiles } from '../lib/sql/phases.js';
import { scoringVariables } from '../lib/sql/scoring.js';

export const validate: Recipe = {
  phase: 'VALIDATION',
  name: 'validate',
  version: 1,
  code: ['lib/sql/macros.sql', 'lib/sql/macros_places.sql', 'lib/sql/validate'],
  grain: 'association',
  summary: 'Duplicates within an association, cross-checks against providers, quality scores and grades.',
  reads: ['extracted_companies', 'page_types'],
  uses: ['firmographics', 'technologies', 'found_contacts'],
  writes: ['duplicates', 'crosschecks', 'scores'],
  settings: async ({ config, options }) => ({ scoring: await loadScoring(config), what: options.validation }),

  async run({ association, config, lake, clock, options, step, count, assert }) {
    const variables = { now: clock.now().toISOString(), ...scoringVariables(await loadScoring(config)) };
    const wants = (what: typeof options.validation) =>
      options.validation === 'all' || options.validation === what;

    step('Find duplicates, cross-check, score');
    for (const file of validateFiles) await lake.runFile(file, variables);

    step('Write');
    const members = await lake.query('SELECT count(DISTINCT member_id) AS n FROM out_duplicates');
    count('members', Number(members[0]?.n ?? 0));
    count('records', await lake.writeQuery('duplicates', 'SELECT * FROM out_duplicates'));
    if (wants('crossref'))
      count('crosschecks', await lake.writeQuery('crosschecks', 'SELECT * FROM out_crosschecks'));
    if (wants('score')) count('scores', await lake.writeQuery('scores', 'SELECT * FROM out_scores'));

    const [sums] = await lake.query(
      'SELECT count(*) AS records, count(DISTINCT record_id) AS distinct_records FROM out_duplicates',
    );
    assert(
      'every_record_once',
      sums?.records === sums?.distinct_records,
      Number(sums?.records ?? 0),
      `${sums?.distinct_records} records of ${association.code}, each once`,
    );
  },
};

runAsCommand(validate, import.meta.url);
