/**
 * RESOLUTION: the members of all associations become canonical companies with stable ids. Every match keeps its
 * reasons, every value its source, every change an entry in the audit log.
 *
 * reads   the newest records, duplicates and scores of all associations; enrichment where there is some
 * writes  matches, company_members, companies, association_memberships, contacts, events, event_participants,
 *         quality_audit_log
 */
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { clusterMembers } from '../lib/sql/cluster.js';
import { phaseOutputs, resolveCompanyFiles, resolveMatchFiles } from '../lib/sql/phases.js';

export const resolve: Recipe = {
  phase: 'RESOLUTION',
  name: 'resolve',
  version: 2,
  code: ['lib/sql/macros.sql', 'lib/sql/macros_places.sql', 'lib/sql/resolve', 'lib/sql/cluster.ts'],
  grain: 'global',
  summary: 'Members of all associations become canonical companies with stable ids.',
  reads: ['extracted_companies', 'duplicates', 'scores'],
  uses: ['extracted_events', 'extracted_participants', 'firmographics', 'technologies', 'found_contacts'],
  writes: phaseOutputs.resolve,

  async run({ lake, store, clock, step, count, assert }) {
    await store.attach(lake, 'companies', 'previous_companies');
    await store.attach(lake, 'company_members', 'previous_company_members');
    // VALIDATION has made each association's list free of duplicates.
    const variables = { now: clock.now().toISOString(), clean_sources: 'yes' };

    step('Compare members in blocks');
    for (const file of resolveMatchFiles) await lake.runFile(file, variables);

    step('Cluster');
    const { rounds } = await clusterMembers({ run: (sql) => lake.run(sql), rows: (sql) => lake.query(sql) });
    count('clustering rounds', rounds);

    step('Make companies');
    for (const file of resolveCompanyFiles) await lake.runFile(file, variables);

    step('Write');
    for (const table of phaseOutputs.resolve)
      count(table, await lake.writeQuery(table, `SELECT * FROM out_${table}`));

    const [lost] = await lake.query(
      'SELECT count(*) AS n FROM (SELECT DISTINCT member_id FROM duplicates) WHERE member_id NOT IN (SELECT member_id FROM out_company_members)',
    );
    assert('no_member_lost', lost?.n === 0, Number(lost?.n ?? 0), 'no member without a company');
  },
};

runAsCommand(resolve, import.meta.url);
