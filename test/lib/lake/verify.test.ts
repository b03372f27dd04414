import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFile, readCheckpoints, writeCheckpoint } from '../../../lib/lake/checkpoint.js';
import { verifyLake } from '../../../lib/lake/verify.js';
import { filesOf, openLake, page, publish, seed, specOf, tempFolder, treeOf } from '../../support/lake.js';

const EARLY = { job: 'job-1', phase: 'DISCOVERY', at: '2026-01-01T00:00:00.000Z' };
const LATE = { job: 'job-2', phase: 'DISCOVERY', at: '2026-02-01T00:00:00.000Z' };

/** Two good jobs of one phase, and another phase beside them. */
async function twoJobs() {
  const root = await tempFolder();
  const lake = await openLake(root);
  const early = await publish(lake, { pages: [page('https://a/1')], url_queue: [seed('https://a/')] }, EARLY);
  const late = await publish(
    lake,
    { pages: [page('https://a/1'), page('https://a/2')], url_queue: [seed('https://a/')] },
    LATE,
  );
  const other = await publish(lake, { pages: [page('https://b/1')] }, { ...LATE, association: 'NEMA' });
  return { root, lake, early, late, other };
}

const truncate = async (file: string) => fs.truncate(file, (await fs.stat(file)).size - 7);

/** Changes one byte and nothing else: neither size nor time give it away. */
async function flip(file: string): Promise<void> {
  const stat = await fs.stat(file);
  const bytes = await fs.readFile(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 0x40;
  await fs.writeFile(file, bytes);
  await fs.utimes(file, stat.atime, stat.mtime);
}

const urls = async (lake: Awaited<ReturnType<typeof openLake>>) => {
  await lake.refresh();
  return (await lake.rows('pages')).map((p) => p.url).sort();
};

describe('verify', () => {
  it('finds nothing in a sound lake and changes nothing', async () => {
    const { root } = await twoJobs();
    const before = await treeOf(root);
    const found = await verifyLake(root);
    expect(found).toMatchObject({ sound: true, checkpoints: 3, parts: 5, rows: 6, findings: [] });
    expect(await treeOf(root)).toEqual(before);
  });

  it.each([
    ['truncated', truncate, /bytes where the checkpoint says/],
    ['flipped', flip, /sha256 differs/],
    ['missing', (file: string) => fs.rm(file), /missing/],
  ])(
    'quarantines a partition with a %s file; the older good one stands in, the rest is as it was',
    async (_name, damage, what) => {
      const { root, lake, late } = await twoJobs();
      expect(await urls(lake)).toEqual(['https://a/1', 'https://a/2', 'https://b/1']);
      await damage(filesOf(root, late, 'pages')[0]!);
      const found = await verifyLake(root);
      expect(found.sound).toBe(false);
      expect(found.findings).toHaveLength(1);
      expect(found.findings[0]).toMatchObject({
        kind: 'damaged',
        what: expect.stringMatching(what),
        job_id: 'job-2',
        phase: 'DISCOVERY',
        association: 'PMA',
        action: 'quarantined',
        stands_in: { job_id: 'job-1', committed_at: EARLY.at },
      });
      expect(await urls(lake)).toEqual(['https://a/1', 'https://b/1']);
      expect(lake.problems).toEqual([]);
      // the sound file of the partition is still named, so that nobody clears it away
      const { checkpoints } = await readCheckpoints(root);
      const aside = checkpoints.find((c) => c.status === 'quarantined')!;
      expect(aside.tables.pages!.parts).toEqual([]);
      expect(aside.tables.url_queue!.parts).toHaveLength(1);
      expect(await verifyLake(root)).toMatchObject({ sound: true, findings: [] });
    },
  );

  it('deletes nothing: the damaged file and the checkpoint as it was are below .quarantine', async () => {
    const { root, late } = await twoJobs();
    const file = filesOf(root, late, 'pages')[0]!;
    await flip(file);
    const bytes = await fs.readFile(file);
    const checkpoint = checkpointFile(root, { ...late, status: 'done' });
    const text = await fs.readFile(checkpoint, 'utf8');
    await verifyLake(root);
    const [stamp] = await fs.readdir(path.join(root, '.quarantine'));
    const at = (absolute: string) => path.join(root, '.quarantine', stamp!, path.relative(root, absolute));
    expect(await fs.readFile(at(file))).toEqual(bytes);
    expect(await fs.readFile(at(checkpoint), 'utf8')).toBe(text);
  });

  it('makes room for the new quarantine where an earlier one stands', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const good = await publish(lake, { pages: [page('https://a/1')] }, EARLY);
    const bad = await publish(lake, { pages: [page('https://a/x')] }, { ...EARLY, quarantine: true });
    await truncate(filesOf(root, good, 'pages')[0]!);
    await verifyLake(root);
    const names = (await fs.readdir(path.join(root, '.quarantine'), { recursive: true })).map((n) =>
      path.basename(n),
    );
    expect(names).toContain('checkpoint_DISCOVERY.PMA.json');
    expect(names).toContain('checkpoint_DISCOVERY.PMA.quarantined.json');
    expect(names).toContain(path.basename(bad.tables.pages!.parts[0]!.path));
    expect((await readCheckpoints(root)).checkpoints.map((c) => c.run_id)).toEqual([good.run_id]);
  });

  it('says so when nothing stands in', async () => {
    const { root, other } = await twoJobs();
    await truncate(filesOf(root, other, 'pages')[0]!);
    expect((await verifyLake(root)).findings[0]).toMatchObject({ association: 'NEMA', stands_in: null });
  });

  it('only reports with dryRun', async () => {
    const { root, late } = await twoJobs();
    await truncate(filesOf(root, late, 'pages')[0]!);
    const before = await treeOf(root);
    const found = await verifyLake(root, { dryRun: true });
    expect(found.findings[0]).toMatchObject({ action: 'reported', stands_in: { job_id: 'job-1' } });
    expect(await treeOf(root)).toEqual(before);
  });

  it('finds a file that is sound in itself but another one than the checkpoint means', async () => {
    const { root, early, late } = await twoJobs();
    const {
      file: _f,
      root: _r,
      ...plain
    } = (await readCheckpoints(root)).checkpoints.find((c) => c.run_id === late.run_id)!;
    const tables = { ...plain.tables, pages: early.tables.pages! };
    await writeCheckpoint(root, { ...plain, tables });
    const found = await verifyLake(root);
    expect(found.findings.find((f) => f.kind === 'damaged')).toMatchObject({
      job_id: 'job-2',
      what: 'says job_id job-1 of itself, the checkpoint says job-2',
    });
  });

  it('names columns that are not those of the checkpoint', async () => {
    const { root, late } = await twoJobs();
    const tables = structuredClone(late.tables);
    tables.pages!.columns.status = 'VARCHAR';
    await writeCheckpoint(root, { ...late, tables });
    expect((await verifyLake(root, { dryRun: true })).findings[0]!.what).toBe(
      'has status as INTEGER where the checkpoint says VARCHAR',
    );
  });

  it('reports foreign files and replaced ones without calling the lake damaged', async () => {
    const { root, lake } = await twoJobs();
    await publish(lake, { pages: [page('https://a/3')] }, LATE); // replaces job-2
    await fs.writeFile(path.join(root, 'pages', 'notes.txt'), 'mine');
    const found = await verifyLake(root);
    expect(found.sound).toBe(true);
    expect(found.findings.map((f) => f.kind).sort()).toEqual(['foreign', 'leftover', 'leftover']);
    expect(found.findings.find((f) => f.kind === 'foreign')!.file).toBe(path.join('pages', 'notes.txt'));
    expect(await urls(lake)).toEqual(['https://a/3', 'https://b/1']);
  });

  it('names a checkpoint that cannot be read', async () => {
    const { root, late } = await twoJobs();
    await fs.writeFile(checkpointFile(root, { ...late, status: 'done' }), '{"format":1,');
    const found = await verifyLake(root);
    expect(found.sound).toBe(false);
    expect(found.findings.filter((f) => f.kind === 'unreadable')).toMatchObject([
      { job_id: 'job-2', phase: 'DISCOVERY', association: 'PMA', what: expect.stringContaining('rebuild') },
    ]);
  });

  it('keeps its hands off what somebody is writing', async () => {
    const { root, lake, late } = await twoJobs();
    await truncate(filesOf(root, late, 'pages')[0]!);
    const lease = await lake.lease({
      jobId: 'job-2',
      association: 'PMA',
      recipe: 'discover',
      now: new Date(),
    });
    const before = await treeOf(root);
    expect((await verifyLake(root)).findings[0]!.action).toBe('locked');
    expect(await treeOf(root)).toEqual(before);
    await lease.release();
    expect((await verifyLake(root)).findings[0]!.action).toBe('quarantined');
  });

  it('sets a damaged running phase aside, so that the next run begins anew', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const partition = await lake.partition(specOf(LATE), [], null);
    await partition.recover(null);
    partition.append({ pages: [page('https://a/1')] });
    await partition.settle();
    await partition.close();
    const [running] = (await readCheckpoints(root)).checkpoints;
    expect(running!.status).toBe('running');
    await flip(filesOf(root, running!, 'pages')[0]!);
    expect((await verifyLake(root)).findings[0]!.action).toBe('quarantined');
    expect((await readCheckpoints(root)).checkpoints).toEqual([]);
    expect(await verifyLake(root)).toMatchObject({ sound: true, findings: [] });
  });
});
