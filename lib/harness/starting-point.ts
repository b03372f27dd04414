import type { Checkpoint } from '../lake/checkpoint.js';
import { type TableName, tableNamed } from '../lake/tables/index.js';
import type { Recipe } from './recipe.js';

/**
 * What a run begins from. A phase that collects goes on from what the job already holds, even under another
 * fingerprint: what was fetched or bought is not fetched or bought again. `--force` begins anew. A phase that computes
 * begins anew always, but ledgers keep what they have, and so does a table that is not written this time
 * (`--validation dedupe` leaves the scores alone).
 */
export function startingPoint(
  recipe: Recipe,
  held: {
    running: Checkpoint | null;
    done: Checkpoint | null;
    quarantined: Checkpoint | null;
    force: boolean;
  },
): Checkpoint | null {
  if (recipe.collects) {
    if (held.force) return null;
    // A harvest set aside is still what was fetched and bought.
    return held.running ?? newer(held.quarantined, held.done);
  }
  if (!held.done) return null;
  const kept = Object.entries(held.done.tables).filter(
    ([name]) => recipe.writes.includes(name as TableName) || tableNamed(name).history,
  );
  return { ...held.done, tables: Object.fromEntries(kept) };
}

const newer = (a: Checkpoint | null, b: Checkpoint | null): Checkpoint | null =>
  a && (!b || a.committed_at > b.committed_at) ? a : b;
