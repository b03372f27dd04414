/**
 * PERSIST: the ten tables of the database to PostgreSQL, by COPY, in one transaction: all of a run or nothing.
 *
 * reads   the database tables of the lake
 * writes  PostgreSQL (DATABASE_URL)
 */
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { assertDatabase, databaseHolds, persistTables } from '../lib/outlets/postgres.js';

export const persist: Recipe & { preflight(): Promise<void> } = {
  phase: 'PERSIST',
  name: 'persist',
  version: 1,
  grain: 'global',
  summary: 'Writes the ten database tables to PostgreSQL (DATABASE_URL), by COPY, in one transaction.',
  reads: ['companies', 'association_memberships'],
  uses: [
    'contacts',
    'events',
    'event_participants',
    'competitor_signals',
    'entity_relationships',
    'source_baselines',
    'quality_audit_log',
  ],
  writes: [],
  settings: ({ env }) => ({ database: env.DATABASE_URL ?? null }),
  intact: ({ env, counts }) => databaseHolds(env, counts),

  /** Fails early, with a clear word, when the database is not there: before hours of work, not after. */
  preflight: () => assertDatabase(process.env),

  async run({ store, jobId, dryRun, signal, step, count }) {
    step('Copy tables');
    const counts = await persistTables(store, { env: process.env, jobId, dryRun, signal });
    for (const [table, rows] of Object.entries(counts)) count(table, rows);
  },
};

runAsCommand(persist, import.meta.url);
