/**
 * Clustering of scored pairs: agglomeration in rounds of plain SQL
 * (`resolve/cluster_start.sql`, then `resolve/cluster_round.sql`). In each round every cluster names its best
 * admissible partner, and partners that name each other merge; it ends when nobody merges.
 *
 * Reads the temp tables `scored`, `normalised`, `clean_sources`; leaves `clusters (n, c)` (c is the smallest n of its
 * cluster) and `cluster_links (x, y, …)`, what was left between clusters.
 */
import { readFile } from 'node:fs/promises';
import { sqlFile } from '../lake/sql-file.js';
import type { SqlSession } from './session.js';

/** Rounds needed are about the logarithm of the largest cluster; this only stops a fault from running for ever. */
const maxRounds = 200;

export interface ClusterReport {
  rounds: number;
  clusters: number;
}

/** Runs the rounds; see the head of this file for the tables. */
export async function clusterMembers(session: SqlSession): Promise<ClusterReport> {
  await session.run(await readFile(sqlFile('resolve/cluster_start.sql'), 'utf8'));
  const round = await readFile(sqlFile('resolve/cluster_round.sql'), 'utf8');
  let rounds = 0;
  for (; rounds < maxRounds; rounds++) {
    await session.run(round);
    const [merged] = await session.rows('select count(*)::integer as merges from merges');
    if (!merged || Number(merged.merges) === 0) break;
  }
  const [counted] = await session.rows('select count(distinct c)::integer as clusters from clusters');
  return { rounds, clusters: Number(counted?.clusters ?? 0) };
}
