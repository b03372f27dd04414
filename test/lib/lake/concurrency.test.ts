/** Several processes on one lake: leases, kills, and readers that never meet a half-written partition. */
import { promises as fs } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { PartitionLocked } from '../../../lib/errors.js';
import { type Job, readJob, updateJob } from '../../../lib/lake/jobs.js';
import { acquireLease, leasedJobs } from '../../../lib/lake/lease.js';
import { withLock } from '../../../lib/lake/lock.js';
import { leaseRoot } from '../../../lib/lake/paths.js';
import { startChild } from '../../support/child.js';
import { filesOf, openLake, page, publish, specOf, tempFolder } from '../../support/lake.js';

const WHO = { jobId: 'job-1', association: 'PMA', recipe: 'extract', now: new Date('2026-01-01T00:00:00Z') };
const leaseFile = (root: string, code = 'PMA') => path.join(leaseRoot(root), `job-1.${code}.json`);
const deadPid = async () => {
  const child = startChild('hold', [await tempFolder(), 'PMA', 'release']);
  await child.ended;
  return child.process.pid!;
};
async function plantLease(root: string, holder: Record<string, unknown>) {
  await fs.mkdir(leaseRoot(root), { recursive: true });
  await fs.writeFile(
    leaseFile(root),
    JSON.stringify({
      token: 'theirs',
      host: hostname(),
      process_start: null,
      recipe: 'discover',
      acquired_at: '2026-01-01T00:00:00Z',
      ...holder,
    }),
  );
}

describe('a lease', () => {
  test('keeps a second process out, which is told who holds it, since when and what to do', async () => {
    const root = await tempFolder();
    const holder = startChild('hold', [root]);
    await holder.line((l) => l === 'held');
    const error = await acquireLease(root, WHO).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PartitionLocked);
    expect((error as Error).message).toContain(`pid ${holder.process.pid} on ${hostname()}`);
    expect((error as Error).message).toContain('`discover`');
    expect((error as Error).message).toContain('2026-01-01T00:00:00.000Z');
    expect((error as Error).message).toContain('--job-id');
    const second = startChild('hold', [root]);
    expect((await second.ended).code).toBe(3);
    expect([...(await leasedJobs(root))]).toEqual(['job-1']);
    // Other associations and jobs are free.
    await (await acquireLease(root, { ...WHO, association: 'NEMA' })).release();
    await (await acquireLease(root, { ...WHO, jobId: 'job-2' })).release();
  });

  test('of a killed process is taken over', async () => {
    const root = await tempFolder();
    const holder = startChild('hold', [root]);
    await holder.line((l) => l === 'held');
    holder.process.kill('SIGKILL');
    await holder.ended;
    expect([...(await leasedJobs(root))]).toEqual([]);
    const lease = await acquireLease(root, WHO);
    await lease.release();
    expect(await fs.readdir(leaseRoot(root))).toEqual([]);
  });

  test('is free again after its release', async () => {
    const root = await tempFolder();
    await (await acquireLease(root, WHO)).release();
    await (await acquireLease(root, WHO)).release();
    expect(await fs.readdir(leaseRoot(root))).toEqual([]);
  });

  test('keeps out the same process as well', async () => {
    const root = await tempFolder();
    const lease = await acquireLease(root, WHO);
    await expect(acquireLease(root, WHO)).rejects.toThrow(PartitionLocked);
    await lease.release();
  });

  test('whose pid was given to another process is taken over', async () => {
    const root = await tempFolder();
    await plantLease(root, { pid: process.pid, process_start: '1' });
    await (await acquireLease(root, WHO)).release();
  });

  test('of a dead pid is taken over', async () => {
    const root = await tempFolder();
    await plantLease(root, { pid: await deadPid() });
    await (await acquireLease(root, WHO)).release();
  });

  test('of another machine counts while its heart beats, and not after', async () => {
    const root = await tempFolder();
    await plantLease(root, { pid: 1, host: 'another-machine' });
    await expect(acquireLease(root, WHO)).rejects.toThrow(/another-machine/);
    const old = new Date(Date.now() - 200_000);
    await fs.utimes(leaseFile(root), old, old);
    await (await acquireLease(root, WHO)).release();
  });

  test('that cannot be read is nobody’s', async () => {
    const root = await tempFolder();
    await fs.mkdir(leaseRoot(root), { recursive: true });
    await fs.writeFile(leaseFile(root), '{"token": "tor');
    await (await acquireLease(root, WHO)).release();
  });

  test('that was lost to another is not released by the loser', async () => {
    const root = await tempFolder();
    const lease = await acquireLease(root, WHO);
    await plantLease(root, { pid: process.pid });
    await lease.release();
    expect(await fs.readFile(leaseFile(root), 'utf8')).toContain('theirs');
  });

  test('wanted by many at once is had by exactly one', async () => {
    const root = await tempFolder();
    await plantLease(root, { pid: await deadPid() });
    const tries = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLease(root, WHO)));
    expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(1);
    for (const t of tries) if (t.status === 'rejected') expect(t.reason).toBeInstanceOf(PartitionLocked);
  });
});

describe('the journal', () => {
  test('kill -9 between appends loses nothing that append() returned for; a resume has every row once', async () => {
    const root = await tempFolder();
    const promised = new Set<number>();
    let next = 0;
    for (const waitMs of [0, 15, 60, 140, 300]) {
      const child = startChild('append', [root, String(next), next > 1000 ? '3000' : '200']);
      await child.line((l) => l === 'ready');
      await delay(waitMs);
      child.process.kill('SIGKILL');
      await child.ended;
      for (const line of child.lines) if (/^\d+$/.test(line)) promised.add(Number(line));
      next += 1_000_000; // never the same row twice: the one in flight may have landed
    }
    const lake = await openLake(root);
    const before = lake.checkpoint({
      jobId: 'job-1',
      phase: 'DISCOVERY',
      association: 'PMA',
      status: 'running',
    });
    const partition = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], before);
    await partition.recover(before);
    const rows = await partition.query(`SELECT url FROM ${await partition.soFar('pages')}`);
    const had = rows.map((r) => Number(String(r.url).split('/').at(-1)));
    const once = new Set(had);
    expect(once.size).toBe(had.length);
    expect([...promised].filter((i) => !once.has(i))).toEqual([]);
    expect(had.length - promised.size).toBeLessThanOrEqual(5); // one in flight at each kill
    const checkpoint = await partition.commit({ assertions: [], counts: {} });
    await partition.close();
    await lake.refresh();
    expect(checkpoint.tables.pages!.parts).toHaveLength(1);
    const [n] = await lake.query('SELECT count(*) AS n, count(DISTINCT url) AS d FROM pages');
    expect(n).toEqual({ n: had.length, d: had.length });
    const left = (await fs.readdir(path.join(root, '.state', 'job-1'))).filter(
      (name) => !name.endsWith('.tmp'),
    ); // `gc` takes those
    expect(left.sort()).toEqual(['checkpoint_DISCOVERY.PMA.json']);
    expect(promised.size).toBeGreaterThan(20);
  });

  test('a torn last line is ignored, what stands before it is not', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const about = specOf({ phase: 'DISCOVERY' });
    const broken = await lake.partition(about, [], null);
    await broken.recover(null);
    broken.append({ pages: [page('a')], fetches: [] });
    broken.append({ pages: [page('b')] });
    const state = path.join(root, '.state', 'job-1');
    const journal = (await fs.readdir(state)).find((n) => n.startsWith('journal_'))!;
    await fs.appendFile(path.join(state, journal), '{"pages":[{"page_id":"c","url":"c');
    const copy = await tempFolder(); // as a kill would leave it: nothing is closed
    await fs.cp(root, copy, { recursive: true });
    await broken.close();

    const after = await openLake(copy);
    const before = after.checkpoint({
      jobId: 'job-1',
      phase: 'DISCOVERY',
      association: 'PMA',
      status: 'running',
    });
    const resumed = await after.partition(about, [], before);
    await resumed.recover(before);
    resumed.append({ pages: [page('d')] });
    const rows = await resumed.query(`SELECT url FROM ${await resumed.soFar('pages')} ORDER BY url`);
    expect(rows).toEqual([{ url: 'a' }, { url: 'b' }, { url: 'd' }]);
    await resumed.close();
  });

  test.each([
    { cut: 0, urls: ['a', 'b', 'c'] },
    { cut: 1, urls: ['a', 'b'] },
    { cut: 30_000, urls: ['a', 'b'] },
  ])(
    'long texts survive it as they are, and one that lacks its last $cut bytes was in flight',
    async ({ cut, urls }) => {
      const root = await tempFolder();
      const lake = await openLake(root);
      const about = specOf({ phase: 'DISCOVERY' });
      const broken = await lake.partition(about, [], null);
      await broken.recover(null);
      const body = `{"x":[1]}\n\n\u20ac \u0001 "\\ \ud83c\udfed ${'long\r\n'.repeat(2_000)}`;
      broken.append({
        pages: [
          { ...page('a'), body },
          { ...page('b'), body: `${body}2` },
        ],
        fetches: [],
      });
      broken.append({ pages: [{ ...page('c'), body: 'x'.repeat(40_000) }] });
      const copy = await tempFolder();
      await fs.cp(root, copy, { recursive: true });
      const state = path.join(copy, '.state', 'job-1');
      const journal = path.join(state, (await fs.readdir(state)).find((n) => n.startsWith('journal_'))!);
      await fs.truncate(journal, (await fs.stat(journal)).size - cut);

      const after = await openLake(copy);
      const key = { jobId: 'job-1', phase: 'DISCOVERY', association: 'PMA', status: 'running' } as const;
      const before = after.checkpoint(key);
      const resumed = await after.partition(about, [], before);
      await resumed.recover(before);
      for (const partition of [resumed, broken]) {
        const rows = await partition.query(
          `SELECT url, body FROM ${await partition.soFar('pages')} ORDER BY url`,
        );
        expect(rows.map((r) => r.url)).toEqual(partition === resumed ? urls : ['a', 'b', 'c']);
        expect(rows.slice(0, 2).map((r) => r.body)).toEqual([body, `${body}2`]);
        await partition.close();
      }
    },
  );

  test('bytes, nulls and odd text survive it', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const about = specOf({ phase: 'ENRICHMENT' });
    const { response } = await import('../../support/lake.js');
    const row = response('x.org', {
      body: new Uint8Array([0, 10, 13, 255]),
      endpoint: 'a\u2028b "\\ \n 🏭',
      credits: null,
    });
    const broken = await lake.partition(about, [], null);
    await broken.recover(null);
    broken.append({
      provider_responses: [row, { ...row, request_key: 'y.org', body: Buffer.from('buffer') }],
    });
    const copy = await tempFolder();
    await fs.cp(root, copy, { recursive: true });
    await broken.close();
    const after = await openLake(copy);
    const before = after.checkpoint({
      jobId: 'job-1',
      phase: 'ENRICHMENT',
      association: 'PMA',
      status: 'running',
    });
    const resumed = await after.partition(about, [], before);
    await resumed.recover(before);
    await resumed.commit({ assertions: [], counts: {} });
    await resumed.close();
    await after.refresh();
    const rows = await after.rows('provider_responses');
    expect(rows.find((r) => r.request_key === 'x.org')).toMatchObject({
      ...row,
      body: Buffer.from([0, 10, 13, 255]),
    });
    expect(Buffer.from(rows.find((r) => r.request_key === 'y.org')!.body!).toString()).toBe('buffer');
  });

  test('the commit leaves one sorted part however the rows came', async () => {
    const collected = async (lots: string[][]) => {
      const lake = await openLake(await tempFolder());
      const partition = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], null);
      await partition.recover(null);
      for (const lot of lots) {
        partition.append({ pages: lot.map((u) => page(u)) });
        await partition.settle();
      }
      const checkpoint = await partition.commit({ assertions: [], counts: {} });
      await partition.close();
      expect(checkpoint.tables.pages!.parts).toHaveLength(1);
      await lake.refresh();
      const [file] = filesOf(lake.root, checkpoint, 'pages');
      return lake.query(`SELECT url FROM read_parquet('${file}')`);
    };
    const sorted = [{ url: 'a' }, { url: 'b' }, { url: 'c' }, { url: 'd' }];
    expect(await collected([['c'], ['a', 'd'], ['b']])).toEqual(sorted);
    expect(await collected([['d', 'c', 'b', 'a']])).toEqual(sorted);
  });

  test('rows of a phase that still collects are seen in _all once they are published, and not in the table', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const partition = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], null);
    await partition.recover(null);
    partition.append({ pages: [page('a')] });
    await partition.settle();
    await lake.refresh();
    expect(await lake.query('SELECT count(*) AS n FROM pages')).toEqual([{ n: 0 }]);
    expect(await lake.query('SELECT count(*) AS n FROM pages_all')).toEqual([{ n: 1 }]);
    await partition.close();
  });
});

test('two writers and a reader on one lake: no errors, and never a half-read partition', async () => {
  const root = await tempFolder();
  const ROWS = 60;
  const writers = ['PMA', 'NEMA'].map((code) => startChild('write', [root, code, '25', String(ROWS)]));
  const lake = await openLake(root);
  let open = writers.length;
  for (const w of writers)
    void w.ended.then(() => {
      open -= 1;
    });
  const newest = new Map<string, number>();
  let reads = 0;
  while (open > 0) {
    await lake.refresh();
    expect(lake.problems).toEqual([]);
    const rows = await lake.query(
      'SELECT association_code AS code, count(*) AS n, min(priority) AS low, max(priority) AS high FROM url_queue GROUP BY ALL',
    );
    for (const { code, n, low, high } of rows) {
      expect({ n, same: low === high }).toEqual({ n: ROWS, same: true });
      expect(Number(low)).toBeGreaterThanOrEqual(newest.get(String(code)) ?? 0);
      newest.set(String(code), Number(low));
    }
    reads += 1;
  }
  expect(await Promise.all(writers.map((w) => w.ended))).toEqual(
    writers.map(() => ({ code: 0, signal: null })),
  );
  await lake.refresh();
  expect(await lake.query('SELECT count(*) AS n, min(priority) AS low FROM url_queue')).toEqual([
    { n: 2 * ROWS, low: 25 },
  ]);
  expect(reads).toBeGreaterThan(5);
});

describe('job state', () => {
  test('changed by several processes at once loses no change', async () => {
    const root = await tempFolder();
    const children = ['a', 'b', 'c'].map((name) => startChild('count', [root, name, '150']));
    const ends = await Promise.all(children.map((c) => c.ended));
    expect(ends.map((e) => e.code)).toEqual([0, 0, 0]);
    const job = (await readJob(root, 'job-1'))!;
    expect(job.phase_progress.both!.done).toBe(450);
    expect(new Set(job.associations).size).toBe(450);
  });

  test('is begun anew when it is torn, and the lake does not depend on it', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    await publish(lake, { pages: [page('a')] });
    await fs.writeFile(path.join(root, '.state', 'job-1', 'state.json'), '{"job_id": "jo');
    await lake.refresh();
    expect(await lake.query('SELECT count(*) AS n FROM pages')).toEqual([{ n: 1 }]);
    expect(await lake.query('SELECT count(*) AS n FROM extraction_jobs')).toEqual([{ n: 0 }]);
    const fresh = { job_id: 'job-1', associations: [], phases: {}, phase_progress: {} } as unknown as Job;
    expect(
      updateJob(
        root,
        'job-1',
        () => fresh,
        () => undefined,
      ),
    ).toEqual(fresh);
  });

  test('a lock left by a killed process is taken over', async () => {
    const root = await tempFolder();
    const file = path.join(root, 'x.json');
    await fs.writeFile(`${file}.lock`, '1');
    const old = new Date(Date.now() - 60_000);
    await fs.utimes(`${file}.lock`, old, old);
    expect(withLock(file, () => 'in')).toBe('in');
    expect(await fs.readdir(root)).toEqual([]);
  });
});
