/** What a person wants to know when a run is over. */
import { rowsTable } from '../ui/rows-table.js';
import type { PhaseResult } from './run-phase.js';
import type { Session } from './session.js';

const TABLES = [
  'companies',
  'association_memberships',
  'contacts',
  'events',
  'event_participants',
  'competitor_signals',
  'entity_relationships',
  'quality_audit_log',
  'source_baselines',
];

/** Prints rows per table, grades, ERP systems, time per phase, and queries to try next. */
export async function printSummary(session: Session, results: readonly PhaseResult[]): Promise<void> {
  if (session.dryRun) return;
  const { lake } = session;
  await lake.refresh();
  const line = (text = '') => console.log(text);

  line();
  if (results.every((r) => r.status === 'up_to_date')) {
    for (const r of results) line(`${r.phase}${r.association ? ` ${r.association}` : ''}: up to date`);
  } else {
    line('Time per phase');
    print(timePerPhase(results));
  }
  line();
  line('Rows');
  const counts = TABLES.map((t) => `SELECT '${t}' AS "table", count(*) AS rows FROM ${t}`).join(
    ' UNION ALL ',
  );
  print(await lake.query(`SELECT * FROM (${counts})`));
  line();
  line('Grades');
  print(
    await lake.query(
      'SELECT quality_grade AS grade, count(*) AS companies FROM companies GROUP BY ALL ORDER BY grade',
    ),
  );
  line();
  line('ERP systems');
  print(
    await lake.query(
      'SELECT erp_system, count(*) AS companies, round(avg(erp_confidence), 2) AS confidence FROM companies WHERE erp_system IS NOT NULL GROUP BY ALL ORDER BY companies DESC, erp_system LIMIT 10',
    ),
  );
  const unmet = await lake.query(
    'SELECT association_code AS association, level, name, detail FROM extraction_checks WHERE NOT ok ORDER BY ALL',
  );
  if (unmet.length > 0) {
    line();
    line('Quality checks that were not met');
    print(unmet);
  }
  line();
  line(`Job ${session.jobId} in ${lake.root}. Try next:`);
  line(
    `  npm run sql -- "SELECT canonical_name, erp_system, quality_score FROM companies WHERE erp_system IS NOT NULL ORDER BY quality_score DESC LIMIT 10"`,
  );
  line(
    `  npm run sql -- "SELECT association_code, COUNT(*) AS members FROM association_memberships WHERE company_id IS NOT NULL GROUP BY association_code ORDER BY members DESC"`,
  );
  line(`  npm run sql -- "SELECT * FROM competitor_report"`);
}

function timePerPhase(results: readonly PhaseResult[]): Record<string, unknown>[] {
  const byPhase = new Map<string, { seconds: number; status: Set<string> }>();
  for (const r of results) {
    const held = byPhase.get(r.phase) ?? { seconds: 0, status: new Set<string>() };
    held.seconds = Math.max(held.seconds, r.durationMs / 1000); // associations go side by side
    held.status.add(r.status.replaceAll('_', ' '));
    byPhase.set(r.phase, held);
  }
  return [...byPhase].map(([phase, { seconds, status }]) => ({
    phase,
    seconds: Number(seconds.toFixed(1)),
    status: [...status].join(', '),
  }));
}

const print = (rows: readonly Record<string, unknown>[]) =>
  console.log(
    rowsTable(rows)
      .map((line) => `  ${line}`)
      .join('\n'),
  );
