import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoints } from '../../../lib/lake/checkpoint.js';
import { collectGarbage } from '../../../lib/lake/gc.js';
import type { Lake } from '../../../lib/lake/lake.js';
import { verifyLake } from '../../../lib/lake/verify.js';
import {
  filesOf,
  openLake,
  page,
  publish,
  response,
  specOf,
  tempFolder,
  treeOf,
} from '../../support/lake.js';

const HOUR = 3_600_000;
const JOB = { job: 'job-1', phase: 'DISCOVERY', at: '2026-01-01T00:00:00.000Z' };
const exists = (file: string) =>
  fs.stat(file).then(
    () => true,
    () => false,
  );

async function age(file: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  await fs.utimes(file, then, then);
}

/** A lake whose only partition was replaced once; returns the file that nobody names any more. */
async function replaced(at = JOB.at): Promise<{ root: string; lake: Lake; old: string; now: string }> {
  const root = await tempFolder();
  const lake = await openLake(root);
  const first = await publish(lake, { pages: [page('https://a/1')] }, { ...JOB, at });
  const second = await publish(lake, { pages: [page('https://a/2')] }, { ...JOB, at });
  return { root, lake, old: filesOf(root, first, 'pages')[0]!, now: filesOf(root, second, 'pages')[0]! };
}

describe('gc', () => {
  it('removes a replaced part when it is old enough, and says how much that was', async () => {
    const { root, lake, old, now } = await replaced();
    const bytes = (await fs.stat(old)).size;
    expect((await collectGarbage(root, { minAgeMs: HOUR })).files).toBe(0);
    await age(old, 2 * HOUR);
    const report = await collectGarbage(root, { minAgeMs: HOUR });
    expect(report).toMatchObject({
      files: 1,
      bytes,
      removed: [{ kind: 'part', file: path.relative(root, old), bytes }],
    });
    expect([await exists(old), await exists(now)]).toEqual([false, true]);
    await lake.refresh();
    expect((await lake.rows('pages')).map((p) => p.url)).toEqual(['https://a/2']);
    expect(await verifyLake(root)).toMatchObject({ sound: true, findings: [] });
  });

  it('leaves an old part alone that was replaced a moment ago: a reader may still hold it', async () => {
    const { root, old } = await replaced(new Date().toISOString());
    await age(old, 48 * HOUR);
    expect((await collectGarbage(root, { minAgeMs: HOUR })).files).toBe(0);
    expect((await collectGarbage(root, { minAgeMs: 0 })).files).toBe(1);
  });

  it('changes nothing in a dry run', async () => {
    const { root } = await replaced();
    const before = await treeOf(root);
    const report = await collectGarbage(root, { minAgeMs: 0, dryRun: true });
    expect(report.files).toBe(1);
    expect(await treeOf(root)).toEqual(before);
  });

  it('keeps what a quarantined or running checkpoint names', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const bad = await publish(lake, { pages: [page('https://a/x')] }, { ...JOB, quarantine: true });
    const partition = await lake.partition(specOf({ ...JOB, association: 'NEMA' }), [], null);
    await partition.recover(null);
    partition.append({ pages: [page('https://b/1')] });
    await partition.settle();
    await partition.close();
    expect((await collectGarbage(root, { minAgeMs: 0 })).removed).toEqual([]);
    expect(await exists(filesOf(root, bad, 'pages')[0]!)).toBe(true);
  });

  it('never touches a foreign file, nor the parts of a job whose checkpoint cannot be read', async () => {
    const { root, old, now } = await replaced();
    const foreign = path.join(root, 'pages', 'mine.parquet');
    await fs.writeFile(foreign, 'mine');
    const [checkpoint] = (await readCheckpoints(root)).checkpoints;
    await fs.writeFile(checkpoint!.file, 'torn');
    const report = await collectGarbage(root, { minAgeMs: 0 });
    expect(report.removed).toEqual([]);
    expect(report.kept.map((k) => k.why)).toContain('foreign: no part of a partition');
    expect(report.kept.filter((k) => k.why.includes('unreadable'))).toHaveLength(2);
    for (const file of [old, now, foreign]) expect(await exists(file)).toBe(true);
  });

  it('keeps away from a job that is leased', async () => {
    const { root, lake, old } = await replaced();
    await fs.mkdir(path.join(root, '.tmp'), { recursive: true });
    await fs.writeFile(path.join(root, '.tmp', 'pages-00.parquet'), 'half');
    const lease = await lake.lease({
      jobId: 'job-1',
      association: 'NEMA',
      recipe: 'discover',
      now: new Date(),
    });
    expect((await collectGarbage(root, { minAgeMs: 0 })).removed).toEqual([]);
    await lease.release();
    const report = await collectGarbage(root, { minAgeMs: 0 });
    expect(report.removed.map((r) => r.kind).sort()).toEqual(['draft', 'part']);
    expect(await exists(old)).toBe(false);
  });

  it('removes stale leases, drafts of state files and journals that nothing covers', async () => {
    const { root } = await replaced();
    const state = path.join(root, '.state', 'job-1');
    const leases = path.join(root, '.state', '.leases');
    const dead = {
      token: 't',
      pid: 2 ** 22 + 1,
      host: (await import('node:os')).hostname(),
      process_start: null,
      recipe: 'discover',
      acquired_at: JOB.at,
    };
    await fs.mkdir(leases, { recursive: true });
    await fs.writeFile(path.join(leases, 'job-1.PMA.json'), JSON.stringify(dead));
    await fs.writeFile(path.join(leases, 'job-1.PMA.json.0a0b'), '{}');
    await fs.writeFile(path.join(state, 'state.json.new'), '{');
    await fs.writeFile(path.join(state, '.checkpoint_X.PMA.json.0123456789ab.tmp'), '{');
    await fs.writeFile(path.join(state, 'journal_DISCOVERY.PMA.0.ndjson'), '{}\n');
    await fs.writeFile(path.join(state, 'events.ndjson'), '{}\n');
    const before = await collectGarbage(root, { minAgeMs: HOUR });
    expect(before.removed).toEqual([]);
    const { removed } = await collectGarbage(root, { minAgeMs: 0 });
    expect(removed.map((r) => `${r.kind} ${path.basename(r.file)}`).sort()).toEqual([
      'journal journal_DISCOVERY.PMA.0.ndjson',
      'lease job-1.PMA.json',
      'lease job-1.PMA.json.0a0b',
      expect.stringMatching(/^part /),
      'state .checkpoint_X.PMA.json.0123456789ab.tmp',
      'state state.json.new',
    ]);
    expect(await fs.readdir(leases)).toEqual([]);
    expect(await exists(path.join(state, 'events.ndjson'))).toBe(true);
  });

  it('keeps the journal of a phase that was killed, which holds what is not yet a part', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const partition = await lake.partition(specOf(JOB), [], null);
    await partition.recover(null);
    partition.append({ pages: [page('https://a/1')] }); // in the journal only
    await partition.close();
    expect((await collectGarbage(root, { minAgeMs: 0 })).removed).toEqual([]);
    await lake.refresh();
    const before = lake.checkpoint({
      jobId: 'job-1',
      phase: 'DISCOVERY',
      association: 'PMA',
      status: 'running',
    });
    const again = await lake.partition(specOf(JOB), [], before);
    await again.recover(before);
    await again.commit({ assertions: [], counts: {} });
    await again.close();
    await lake.refresh();
    expect((await lake.rows('pages')).map((p) => p.url)).toEqual(['https://a/1']);
  });

  it('robs no writer beside it, whatever the moment', { timeout: 60_000 }, async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    let over = false;
    const writer = (async () => {
      for (let round = 0; round < 12; round += 1) {
        const lease = await lake.lease({
          jobId: 'job-1',
          association: 'PMA',
          recipe: 'discover',
          now: new Date(),
        });
        const partition = await lake.partition(specOf({ ...JOB, at: new Date().toISOString() }), [], null);
        await partition.recover(null);
        for (let n = 0; n < 5; n += 1) {
          partition.append({ pages: [page(`https://a/${round}/${n}`)] });
          await partition.settle();
        }
        await partition.commit({ assertions: [], counts: {} });
        await partition.close();
        await lease.release();
        await lake.refresh();
        expect(lake.problems).toEqual([]);
        expect(
          (await lake.rows('pages')).filter((p) => p.url.startsWith(`https://a/${round}/`)),
        ).toHaveLength(5);
      }
      over = true;
    })();
    let removed = 0;
    const collector = (async () => {
      while (!over) removed += (await collectGarbage(root, { minAgeMs: 50 })).files;
    })();
    await Promise.all([writer.finally(() => (over = true)), collector]);
    await new Promise((done) => setTimeout(done, 60));
    removed += (await collectGarbage(root, { minAgeMs: 50 })).files;
    expect(removed).toBeGreaterThan(12);
    const left = await verifyLake(root);
    expect(left).toMatchObject({ sound: true, parts: 1, rows: 5 });
    expect(left.findings).toEqual([]);
  });
});

describe('gc with keepJobs', () => {
  const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;

  async function threeJobs() {
    const root = await tempFolder();
    const lake = await openLake(root);
    for (const n of [1, 2, 3]) {
      const about = { job: `job-${n}`, phase: 'DISCOVERY', at: at(n) };
      await publish(lake, { pages: [page(`https://a/${n}`)] }, about);
      if (n < 3) await publish(lake, { pages: [page(`https://b/${n}`)] }, { ...about, association: 'NEMA' });
      if (n < 3) await publish(lake, { page_types: [] }, { ...about, phase: 'CLASSIFICATION' });
    }
    return { root, lake };
  }

  const standing = async (root: string) =>
    (await readCheckpoints(root)).checkpoints.map((c) => `${c.job_id} ${c.phase} ${c.association}`).sort();

  it('keeps the newest jobs of each association, and whatever the views stand on', async () => {
    const { root, lake } = await threeJobs();
    const before = (await lake.rows('pages')).map((p) => p.url).sort();
    const report = await collectGarbage(root, { minAgeMs: 0, keepJobs: 1 });
    expect(await standing(root)).toEqual([
      'job-2 CLASSIFICATION PMA', // job-3 never got that far
      'job-2 DISCOVERY NEMA',
      'job-3 DISCOVERY PMA',
    ]);
    expect(report.kept.map((k) => k.why)).toEqual(['the views stand on it']);
    await lake.refresh();
    expect((await lake.rows('pages')).map((p) => p.url).sort()).toEqual(before);
    expect((await lake.rows('pages', { all: true })).map((p) => p.url).sort()).toEqual(before);
    expect(await verifyLake(root)).toMatchObject({ sound: true, findings: [] });
    expect(await exists(path.join(root, 'pages', 'association_code=PMA', 'job_id=job-1'))).toBe(false);
  });

  it('shows in a dry run the very files that it would remove', async () => {
    const { root } = await threeJobs();
    const before = await treeOf(root);
    const planned = await collectGarbage(root, { minAgeMs: 0, keepJobs: 1, dryRun: true });
    expect(await treeOf(root)).toEqual(before);
    const done = await collectGarbage(root, { minAgeMs: 0, keepJobs: 1 });
    const files = (r: typeof done) => r.removed.map((x) => x.file).sort();
    expect(files(planned)).toEqual(files(done));
  });

  it('never drops a ledger: paid answers of every run are in its view', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    for (const n of [1, 2, 3]) {
      await publish(
        lake,
        { provider_responses: [response(`d${n}.com`)] },
        { job: `job-${n}`, phase: 'ENRICHMENT', at: at(n) },
      );
    }
    await collectGarbage(root, { minAgeMs: 0, keepJobs: 1 });
    await lake.refresh();
    expect((await lake.rows('provider_responses')).map((r) => r.request_key).sort()).toEqual([
      'd1.com',
      'd2.com',
      'd3.com',
    ]);
  });
});
