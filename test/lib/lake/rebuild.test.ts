import { promises as fs } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  checkpointFile,
  readCheckpoints,
  type StoredCheckpoint,
} from '../../../lib/lake/checkpoint.js';
import { type Job, updateJob } from '../../../lib/lake/jobs.js';
import type { Lake } from '../../../lib/lake/lake.js';
import { type Rebuilt, rebuildCheckpoints } from '../../../lib/lake/rebuild.js';
import { verifyLake } from '../../../lib/lake/verify.js';
import {
  filesOf,
  openLake,
  type Publication,
  page,
  publish,
  response,
  seed,
  specOf,
  tempFolder,
  treeOf,
} from '../../support/lake.js';

const JOB: Publication = { job: 'job-1', phase: 'INIT', recipe: 'init', at: '2026-01-01T00:00:00.000Z' };
const CRAWL: Publication = { ...JOB, phase: 'DISCOVERY', recipe: 'discover' };

const done = (root: string, c: Checkpoint) => checkpointFile(root, { ...c, status: 'done' });
const actions = (list: Rebuilt[]) =>
  list.map((r) => `${r.action} ${r.job_id} ${r.phase} ${r.association}`).sort();
const urls = async (lake: Lake) => {
  await lake.refresh();
  return (await lake.rows('pages')).map((p) => p.url).sort();
};

async function fresh() {
  const root = await tempFolder();
  return { root, lake: await openLake(root) };
}

/** A collecting run: each lot becomes a part of its own, which `finish` rewrites into one. */
async function collect(
  lake: Lake,
  lots: string[][],
  options: { about?: Publication; finish?: boolean; before?: StoredCheckpoint | null } = {},
) {
  const { about = CRAWL, finish = true, before = null } = options;
  const partition = await lake.partition(specOf(about), [], before);
  await partition.recover(before);
  for (const lot of lots) {
    partition.append({ pages: lot.map((url) => page(url)) });
    await partition.settle();
  }
  const checkpoint = finish ? await partition.commit({ assertions: [], counts: {} }) : null;
  await partition.close();
  await lake.refresh();
  return checkpoint!;
}

describe('rebuild', () => {
  it('makes a lost or torn checkpoint anew, down to its digest and fingerprint', async () => {
    const { root, lake } = await fresh();
    const one = await publish(
      lake,
      { url_queue: [seed('https://a/'), seed('https://a/b')] },
      { ...JOB, fingerprint: 'f1', version: 3 },
    );
    const two = await publish(
      lake,
      {
        matches: [],
        company_members: [
          { member_id: 'm', member_association: 'PMA', company_id: 'c', site_id: 's', weakest_weight: null },
        ],
      },
      { job: 'job-1', phase: 'RESOLUTION', association: null },
    );
    await fs.rm(done(root, one));
    await fs.writeFile(done(root, two), '{"format":');
    expect(actions(await rebuildCheckpoints(root))).toEqual([
      'rebuilt job-1 INIT PMA',
      'rebuilt job-1 RESOLUTION null',
    ]);
    const { checkpoints, problems } = await readCheckpoints(root);
    expect(problems).toEqual([]);
    const made = checkpoints.find((c) => c.phase === 'INIT')!;
    const { assertions: _a, counts: _c, committed_at: _t, ...want } = one;
    expect(made).toMatchObject(want);
    expect(made.assertions[0]!.name).toBe('rebuilt');
    await lake.refresh();
    expect(await lake.rows('url_queue')).toHaveLength(2);
    expect(await verifyLake(root)).toMatchObject({ sound: true, findings: [] });
    // the torn one is not lost
    expect((await fs.readdir(`${root}/.quarantine`)).length).toBe(1);
  });

  it('leaves readable checkpoints alone, unless it is forced', async () => {
    const { root, lake } = await fresh();
    await publish(lake, { url_queue: [seed('https://a/')] }, JOB);
    const before = await treeOf(root);
    expect(actions(await rebuildCheckpoints(root))).toEqual(['kept job-1 INIT PMA']);
    expect(await treeOf(root)).toEqual(before);
    expect(actions(await rebuildCheckpoints(root, { force: true, dryRun: true }))).toEqual([
      'rebuilt job-1 INIT PMA',
    ]);
    expect(await treeOf(root)).toEqual(before);
    await rebuildCheckpoints(root, { force: true });
    expect((await readCheckpoints(root)).checkpoints[0]!.assertions[0]!.name).toBe('rebuilt');
  });

  it('takes the newest of several generations', async () => {
    const { root, lake } = await fresh();
    await publish(lake, { url_queue: [seed('https://old/')] }, JOB);
    const last = await publish(
      lake,
      { url_queue: [seed('https://new/')] },
      { ...JOB, at: '2026-01-02T00:00:00.000Z' },
    );
    await fs.rm(done(root, last));
    await rebuildCheckpoints(root);
    await lake.refresh();
    expect((await lake.rows('url_queue')).map((r) => r.url)).toEqual(['https://new/']);
  });

  it('does not publish what was quarantined', async () => {
    const { root, lake } = await fresh();
    const good = await publish(lake, { url_queue: [seed('https://good/')] }, JOB);
    await publish(
      lake,
      { url_queue: [seed('https://bad/')] },
      { ...JOB, at: '2026-01-02T00:00:00.000Z', quarantine: true },
    );
    await fs.rm(done(root, good));
    await rebuildCheckpoints(root);
    await lake.refresh();
    expect((await lake.rows('url_queue')).map((r) => r.url)).toEqual(['https://good/']);
  });

  it('says what it cannot do: a damaged file, a run that never ended', async () => {
    const { root, lake } = await fresh();
    const one = await publish(lake, { url_queue: [seed('https://a/')], dead_letters: [] }, JOB);
    const two = await publish(lake, { url_queue: [seed('https://b/')] }, { ...JOB, association: 'NEMA' });
    await fs.rm(done(root, one));
    await fs.rm(done(root, two));
    const [file] = filesOf(root, one, 'url_queue');
    await fs.truncate(file!, 20);
    const job = (): Job => ({
      job_id: 'job-1',
      associations: [],
      mode: 'init',
      dry_run: false,
      status: 'running',
      current_phase: 'INIT',
      started_at: JOB.at!,
      updated_at: JOB.at!,
      phase_progress: {},
      phases: {
        'INIT.NEMA': { status: 'running', started_at: JOB.at!, finished_at: null, counts: {}, error: null },
      },
    });
    updateJob(root, 'job-1', job, () => undefined);
    const list = await rebuildCheckpoints(root);
    expect(actions(list)).toEqual(['impossible job-1 INIT NEMA', 'impossible job-1 INIT PMA']);
    expect(list.find((r) => r.association === 'PMA')!.what).toContain('content is not what was written');
    expect(list.find((r) => r.association === 'NEMA')!.what).toContain('did not end (running)');
    expect((await readCheckpoints(root)).checkpoints).toEqual([]);
  });

  it('passes over files that are no parts, and whoever is writing', async () => {
    const { root, lake } = await fresh();
    const one = await publish(lake, { url_queue: [seed('https://a/')] }, JOB);
    await fs.rm(done(root, one));
    await fs.writeFile(`${root}/url_queue/mine.parquet`, 'mine');
    const lease = await lake.lease({ jobId: 'job-1', association: 'PMA', recipe: 'init', now: new Date() });
    const [locked] = await rebuildCheckpoints(root);
    expect(locked).toMatchObject({ action: 'locked', what: expect.stringContaining('`init`') });
    await lease.release();
    expect(actions(await rebuildCheckpoints(root))).toEqual(['rebuilt job-1 INIT PMA']);
  });
});

describe('rebuild of a phase that collects', () => {
  it('counts the one part that holds all, not the small ones it was made of', async () => {
    const { root, lake } = await fresh();
    const made = await collect(lake, [['https://a/1', 'https://a/2'], ['https://a/3'], ['https://a/4']]);
    await fs.rm(done(root, made));
    expect(await urls(lake)).toEqual([]);
    await rebuildCheckpoints(root);
    expect(await urls(lake)).toEqual(['https://a/1', 'https://a/2', 'https://a/3', 'https://a/4']);
  });

  it('knows a run that went on from an earlier one', async () => {
    const { root, lake } = await fresh();
    await collect(lake, [['https://a/1', 'https://a/2']]);
    const before = lake.checkpoint({
      jobId: 'job-1',
      phase: 'DISCOVERY',
      association: 'PMA',
      status: 'done',
    });
    const later = { ...CRAWL, at: '2026-01-02T00:00:00.000Z' };
    const made = await collect(lake, [['https://a/3'], ['https://a/4']], { about: later, before });
    expect(made.tables.pages!.parts.map((p) => p.rows)).toEqual([4]);
    await fs.rm(done(root, made));
    await rebuildCheckpoints(root);
    expect(await urls(lake)).toEqual(['https://a/1', 'https://a/2', 'https://a/3', 'https://a/4']);
  });

  it('falls back to the run before one that was killed', async () => {
    const { root, lake } = await fresh();
    const whole = await collect(lake, [['https://a/1'], ['https://a/2']]);
    const later = { ...CRAWL, at: '2026-01-02T00:00:00.000Z' };
    await collect(lake, [['https://a/8'], ['https://a/9']], { about: later, finish: false });
    await fs.rm(done(root, whole));
    await fs.rm(checkpointFile(root, { ...whole, status: 'running' }));
    await rebuildCheckpoints(root);
    expect(await urls(lake)).toEqual(['https://a/1', 'https://a/2']);
  });

  it('keeps a table that the newest run had nothing to add to', async () => {
    const { root, lake } = await fresh();
    await publish(lake, { pages: [page('https://a/1')], links: [] }, CRAWL);
    const before = lake.checkpoint({
      jobId: 'job-1',
      phase: 'DISCOVERY',
      association: 'PMA',
      status: 'done',
    });
    const partition = await lake.partition(specOf({ ...CRAWL, at: '2026-01-02T00:00:00.000Z' }), [], before);
    await partition.recover(before);
    partition.append({ provider_responses: [response('a.com')] });
    const made = await partition.commit({ assertions: [], counts: {} });
    await partition.close();
    await fs.rm(done(root, made));
    await rebuildCheckpoints(root);
    expect(await urls(lake)).toEqual(['https://a/1']);
    expect(await lake.rows('provider_responses')).toHaveLength(1);
  });
});
