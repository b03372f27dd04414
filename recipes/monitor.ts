/**
 * MONITOR: what the sources of an association look like now, and what has drifted since the last good run.
 *
 * reads   pages, page_types, extracted_*
 * writes  source_baselines, source_drift, monitoring/reports/<job>/<association>.md
 */
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { writeDriftReport } from '../lib/outlets/drift-report.js';
import { monitorFiles, phaseOutputs } from '../lib/sql/phases.js';

export const monitor: Recipe = {
  phase: 'MONITOR',
  name: 'monitor',
  version: 1,
  code: ['lib/sql/monitor'],
  grain: 'association',
  summary: 'Baselines of the sources, and drift since the last good run.',
  reads: ['pages', 'page_types', 'extracted_companies', 'extracted_events', 'extracted_participants'],
  writes: phaseOutputs.monitor,

  async run({ association, lake, store, jobId, clock, step, count }) {
    await store.attach(lake, 'source_baselines', 'previous_source_baselines', {
      association: association.code,
      otherThan: jobId,
    });
    step('Measure the sources and compare');
    for (const file of monitorFiles) await lake.runFile(file, { now: clock.now().toISOString() });
    step('Write');
    for (const table of phaseOutputs.monitor)
      count(table, await lake.writeQuery(table, `SELECT * FROM out_${table}`));
    const drift = await lake.query('SELECT * FROM out_source_drift ORDER BY severity, page_type, measure');
    await writeDriftReport(store.writeRoot, { jobId, association, drift, at: clock.now() });
  },
};

runAsCommand(monitor, import.meta.url);
