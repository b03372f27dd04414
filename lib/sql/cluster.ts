/**
 * Clustering of scored pairs: agglomeration in rounds of plain SQL (`resolve/cluster_start.sql`, then
 * `resolve/cluster_round.sql`, then `resolve/cluster_end.sql`), first into sites and then of sites into companies. In
 * each round every cluster names its best admissible partner, and partners that name each other merge; a grain ends
 * when nobody merges.
 *
 * Reads the temp tables `scored`, `standing`, `twins`, `source_repeats`; leaves `site_clusters (n, site)` and
 * `clusters (n, c)`, the companies. The number of a cluster is the smallest n in it; a site lies in one company.
 */
import { readFile } from 'node:fs/promises';
import { sqlFile } from '../lake/sql-file.js';
import type { SqlSession } from './session.js';

/** Rounds needed are about the logarithm of the largest cluster; this only stops a fault from running for ever. */
const maxRounds = 200;

export interface ClusterReport {
  /** Of both grains together. */
  rounds: number;
  sites: number;
  companies: number;
}

/** Runs the rounds of both grains; see the head of this file for the tables. */
export async function clusterMembers(session: SqlSession): Promise<ClusterReport> {
  const [start, round, end] = await Promise.all(
    ['start', 'round', 'end'].map((step) => readFile(sqlFile(`resolve/cluster_${step}.sql`), 'utf8')),
  );
  await session.run('create or replace temp table site_clusters (n integer, site integer)');
  let rounds = 0;
  for (const grain of ['site', 'company'] as const) {
    await session.run(`set variable grain = '${grain}'`);
    await session.run(start!);
    for (let turn = 0; turn < maxRounds; turn++) {
      await session.run(round!);
      rounds++;
      const [merged] = await session.rows('select count(*)::integer as merges from merges');
      if (Number(merged?.merges ?? 0) === 0) break;
    }
    await session.run(end!);
  }
  const [counted] = await session.rows(
    `select (select count(distinct site) from site_clusters)::integer as sites,
       (select count(distinct c) from clusters)::integer as companies`,
  );
  return { rounds, sites: Number(counted?.sites ?? 0), companies: Number(counted?.companies ?? 0) };
}
