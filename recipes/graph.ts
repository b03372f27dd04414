/**
 * GRAPH: who runs or sells a competing ERP, and how companies hang together.
 *
 * reads   companies, company_members, association_memberships, events, event_participants, technologies, firmographics
 * writes  competitor_signals, entity_relationships
 */
import { loadVendors } from '../lib/config.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { graphFiles, phaseOutputs } from '../lib/sql/phases.js';

export const graph: Recipe = {
  phase: 'GRAPH',
  name: 'graph',
  version: 1,
  code: ['lib/sql/macros.sql', 'lib/sql/macros_places.sql', 'lib/sql/graph'],
  grain: 'global',
  summary: 'Competitor signals and relationships between companies.',
  reads: ['companies', 'company_members', 'association_memberships'],
  uses: ['events', 'event_participants', 'technologies', 'firmographics'],
  writes: phaseOutputs.graph,
  settings: async ({ config }) => ({
    own: config.agents.orchestrator.own_vendor,
    vendors: await loadVendors(config),
  }),

  async run({ config, lake, clock, step, count }) {
    const { vendors } = await loadVendors(config);
    const variables = {
      now: clock.now().toISOString(),
      own_vendor: config.agents.orchestrator.own_vendor,
      erp_vendors: JSON.stringify(
        [...new Set(vendors.filter((v) => v.kind === 'erp').map((v) => v.vendor))].sort(),
      ),
    };
    step('Look for signals and relationships');
    for (const file of graphFiles) await lake.runFile(file, variables);
    step('Write');
    for (const table of phaseOutputs.graph)
      count(table, await lake.writeQuery(table, `SELECT * FROM out_${table}`));
  },
};

runAsCommand(graph, import.meta.url);
