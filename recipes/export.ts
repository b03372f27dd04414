/**
 * EXPORT: the companies, their people and relations as files for other tools.
 *
 * reads   the database tables of the lake
 * writes  exports/<job>/ (CSV, JSON, CRM import files, graph) with a manifest, exports
 */
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { exportAll, exportsIntact } from '../lib/outlets/export.js';

export const exportRecipe: Recipe = {
  phase: 'EXPORT',
  name: 'export',
  version: 1,
  code: ['lib/outlets'],
  grain: 'global',
  summary: 'CSV, JSON, CRM import files and a graph file, with a manifest.',
  reads: ['companies', 'association_memberships', 'contacts'],
  uses: ['events', 'event_participants', 'competitor_signals', 'entity_relationships'],
  writes: ['exports'],
  intact: ({ store, jobId }) => exportsIntact(store.roots, jobId),

  async run({ lake, store, jobId, step, count }) {
    step('Write files');
    const files = await exportAll(lake, store.writeRoot, jobId);
    count('files', files.length);
    count(
      'rows',
      files.reduce((sum, file) => sum + (file.rows ?? 0), 0),
    );
    await lake.write('exports', files);
  },
};

runAsCommand(exportRecipe, import.meta.url);
