/** What a harvest changed against the good one before it: for `extract --diff`. Nothing is written. */
import { promises as fs } from 'node:fs';
import type { StoredCheckpoint } from '../lake/checkpoint.js';
import type { Lake } from '../lake/lake.js';
import { sqlFile } from '../lake/sql-file.js';
import { rowsTable } from '../ui/rows-table.js';
import { sanitise } from '../ui/sanitise.js';

export interface HarvestChange {
  kind: 'company' | 'event' | 'participant';
  change: 'new' | 'gone' | 'changed';
  name: string;
  page_url: string;
  /** For a changed field: which, and its values. */
  field: string | null;
  old: string | null;
  new: string | null;
}

export interface HarvestDiff {
  association: string;
  before: { job_id: string; committed_at: string } | null;
  after: { job_id: string; committed_at: string; status: string } | null;
  counts: { kind: string; before: number; after: number; new: number; gone: number; changed: number }[];
  changes: HarvestChange[];
}

/** Examples of a kind of change that a terminal shows. */
const EXAMPLES = 8;
/** Longer values are cut: the whole is in --json. */
const WIDEST = 48;

const TABLES = {
  companies: 'extracted_companies',
  events: 'extracted_events',
  participants: 'extracted_participants',
} as const;

/** The newest good harvest of an association; null before the first. */
export const newestHarvest = (lake: Lake, association: string): StoredCheckpoint | null =>
  harvestsOf(lake, association).findLast((c) => c.status === 'done') ?? null;

/**
 * Compares the newest harvest (also one that was set aside) with `before`, or with the newest good one before it. With
 * one harvest or none there is nothing to compare: `before` of the answer is null then.
 */
export async function diffHarvests(
  lake: Lake,
  association: string,
  before?: StoredCheckpoint | null,
): Promise<HarvestDiff> {
  const harvests = harvestsOf(lake, association);
  const after = harvests.at(-1) ?? null;
  const base = before ?? harvests.findLast((c) => c !== after && c.status === 'done') ?? null;
  const about = (c: StoredCheckpoint) => ({ job_id: c.job_id, committed_at: c.committed_at });
  const diff: HarvestDiff = {
    association,
    before: base && about(base),
    after: after && { ...about(after), status: after.status },
    counts: [],
    changes: [],
  };
  if (!base || !after) return diff;
  for (const [as, name] of Object.entries(TABLES)) {
    await lake.query(
      `CREATE OR REPLACE TEMP VIEW before_${as} AS SELECT * FROM ${lake.relationAt(name, base)}`,
    );
    await lake.query(
      `CREATE OR REPLACE TEMP VIEW after_${as} AS SELECT * FROM ${lake.relationAt(name, after)}`,
    );
  }
  await lake.query(await fs.readFile(sqlFile('extract/diff.sql'), 'utf8'));
  diff.counts = (await lake.query('SELECT * FROM harvest_counts')) as unknown as HarvestDiff['counts'];
  diff.changes = (await lake.query(
    'SELECT * FROM harvest_diff ORDER BY kind, change, name, page_url, field, old, new',
  )) as unknown as HarvestChange[];
  return diff;
}

/** Counts first, then some examples of each. */
export function diffLines(diff: HarvestDiff): string[] {
  const { association, before, after, counts, changes } = diff;
  if (!after) return [`${association}: no harvest yet`];
  if (!before)
    return [`${association}: one harvest only, of job ${after.job_id}; there is nothing to compare it with`];
  const lines = [
    `${association}: job ${after.job_id} of ${after.committed_at}${after.status === 'quarantined' ? ' (quarantined)' : ''} against job ${before.job_id} of ${before.committed_at}`,
    ...rowsTable(counts as unknown as Record<string, unknown>[]).map((line) => `  ${line}`),
  ];
  for (const { kind } of counts) {
    for (const change of ['new', 'gone', 'changed'] as const) {
      const found = changes.filter((c) => c.kind === kind && c.change === change);
      if (found.length === 0) continue;
      lines.push('', `${change} (${kind})`, ...found.slice(0, EXAMPLES).map(exampleLine));
      if (found.length > EXAMPLES) lines.push(`  … and ${found.length - EXAMPLES} more; --json has all`);
    }
  }
  if (changes.length === 0) lines.push('', 'Nothing changed.');
  return lines;
}

function exampleLine(c: HarvestChange): string {
  if (c.field === null) return `  ${shown(c.name)}  ${shown(c.page_url)}`;
  return `  ${shown(c.name)}: ${c.field} ${c.old === null ? '(none)' : shown(c.old)} → ${c.new === null ? '(none)' : shown(c.new)}`;
}

function shown(text: string): string {
  const clean = sanitise(text);
  return clean.length > WIDEST ? `${clean.slice(0, WIDEST - 1)}…` : clean;
}

/** Harvests that still stand, oldest first. */
const harvestsOf = (lake: Lake, association: string): StoredCheckpoint[] =>
  lake.checkpoints.filter(
    (c) =>
      c.phase === 'EXTRACTION' &&
      c.association === association &&
      (c.status === 'done' || c.status === 'quarantined'),
  );

/** The hook of the recipe: text for a terminal, or all of it as JSON. */
export const harvestDiff = {
  newest: newestHarvest,
  async compare(lake: Lake, association: string, before?: StoredCheckpoint | null) {
    const diff = await diffHarvests(lake, association, before);
    return { json: diff as object, lines: diffLines(diff) };
  },
};
