/** What a harvest is held to: the assertions of config, and the good run before it. */
import type { Association, Config } from '../config.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';

export type Check = RowOf<'extraction_checks'>;

/** The rules of an association, those of agents.yaml where it has none: part of EXTRACTION's fingerprint. */
export function qualityRules(association: Association, config: Config) {
  const { extraction, orchestrator } = config.agents;
  const own = association.quality;
  return {
    least_members: Math.floor(association.expected_members * orchestrator.min_members_share),
    min_members: own?.min_members ?? null,
    shares: JSON.stringify(Object.entries(own?.shares ?? {}).map(([field, least]) => ({ field, least }))),
    level: own?.level ?? 'fail',
    max_members_drop: own?.max_members_drop ?? extraction.max_members_drop,
    max_fill_drop: own?.max_fill_drop ?? extraction.max_fill_drop,
    drop_level: own?.drop_level ?? extraction.drop_level,
  };
}

/**
 * Checks the harvest that lies in `relation`: what fails quarantines it, what warns is told; all of it is in
 * `extraction_checks`. `more` are checks that the reading itself has made.
 */
export async function checkQuality(
  { association, config, lake, store, notice, assert }: PhaseContext,
  relation: string,
  more: readonly Check[],
): Promise<void> {
  await lake.run(`CREATE OR REPLACE TEMP VIEW harvest AS SELECT * FROM ${relation}`);
  await store.attach(lake, 'extracted_companies', 'previous_harvest', {
    association: association.code,
    phase: 'EXTRACTION',
  });
  // A directory behind a login, as GATEKEEPER found it, cannot give its members; the rest of the harvest is good as it is.
  const [closed] = await lake.query('SELECT count(*) AS n FROM access_checks WHERE login_wall');
  const rules = qualityRules(association, config);
  const least_members = Number(closed?.n ?? 0) > 0 ? 0 : rules.least_members;
  await lake.runFile('extract/01_quality.sql', { ...rules, least_members });
  const found = (await lake.query('SELECT * FROM out_extraction_checks')) as unknown as Check[];
  const checks = [...found, ...more];
  await lake.write('extraction_checks', checks);
  for (const check of checks) {
    if (check.level === 'fail')
      assert(
        check.name,
        check.ok ?? false,
        said(check, check.observed),
        `at least ${said(check, check.expected)}`,
      );
    else if (!check.ok) notice('QUALITY', `${association.code}: ${check.name}: ${check.detail}`);
  }
}

/** A number of a check as a person reads it. */
const said = ({ name }: Check, value: number | null) =>
  value !== null && /^(?:share|fill_drop|selectors)/.test(name) ? `${Math.round(value * 100)} %` : value;
