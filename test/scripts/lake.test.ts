import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFile } from '../../lib/lake/checkpoint.js';
import { filesOf, openLake, page, publish, tempFolder } from '../support/lake.js';
import { runScript } from './run.js';

const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;

async function twoJobs() {
  const root = await tempFolder();
  const lake = await openLake(root);
  const about = { phase: 'DISCOVERY', recipe: 'discover' };
  const early = await publish(lake, { pages: [page('https://a/1')] }, { ...about, job: 'job-1', at: at(1) });
  const late = await publish(lake, { pages: [page('https://a/2')] }, { ...about, job: 'job-2', at: at(2) });
  return { root, lake, early, late };
}

describe('lake verify', () => {
  it('says in one line that all is sound', async () => {
    const { root } = await twoJobs();
    const { code, out, err } = await runScript('lake', ['verify', '--lake', root]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^All sound: 2 checkpoints, 2 files, 2 rows, \d+\.\d kB\.\n$/);
  });

  it('quarantines what is damaged, names what stands in, ends with 1; then all is sound', async () => {
    const { root, late } = await twoJobs();
    await fs.truncate(filesOf(root, late, 'pages')[0]!, 100);
    const dry = await runScript('lake', ['verify', '--dry-run'], { LAKE: root });
    expect(dry.code).toBe(1);
    expect(dry.out).toContain('would be quarantined');
    const { code, out } = await runScript('lake', ['verify'], { LAKE: root });
    expect(code).toBe(1);
    expect(out).toMatch(
      /^damaged {5}pages\/.*: has 100 bytes where .*\. DISCOVERY of PMA in job-2 is quarantined; job-1 of 2026-01-01T00:00:00\.000Z stands in$/m,
    );
    expect(out).toContain('1 damaged files, 0 unreadable checkpoints.');
    expect((await runScript('lake', ['verify'], { LAKE: root })).code).toBe(0);
  });

  it('speaks JSON', async () => {
    const { root, late } = await twoJobs();
    await fs.rm(filesOf(root, late, 'pages')[0]!);
    const { code, out } = await runScript('lake', ['verify', '--json', '--dry-run', '--lake', root]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      lake: root,
      sound: false,
      findings: [{ kind: 'damaged', action: 'reported', stands_in: { job_id: 'job-1' } }],
    });
  });

  it('says where there is no lake', async () => {
    const root = path.join(await tempFolder(), 'none');
    const { code, err } = await runScript('lake', ['verify', '--lake', root]);
    expect(code).toBe(2);
    expect(err).toContain(`There is no lake at ${root}`);
    expect(err).not.toMatch(/^\s+at /m);
  });
});

describe('lake gc', () => {
  it('says what it would remove, removes it, and has then nothing to do', async () => {
    const { root } = await twoJobs();
    const args = ['gc', '--min-age', '0s', '--keep-jobs', '1', '--lake', root];
    const dry = await runScript('lake', [...args, '--dry-run']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toMatch(/^Would remove 2 files, \d/m);
    const real = await runScript('lake', args);
    expect(real.out).toMatch(/^part {8}pages\/association_code=PMA\/job_id=job-1: 1 file, /m);
    expect(real.out).toMatch(/^Removed 2 files, \d/m);
    expect((await runScript('lake', args)).out).toBe('Nothing to remove.\n');
  });

  it.each([
    ['--min-age', 'soon'],
    ['--min-age', '1.5h'],
    ['--keep-jobs', '0'],
  ])('refuses %s %s', async (option, value) => {
    const { code, err } = await runScript('lake', ['gc', option, value]);
    expect(code).toBe(2);
    expect(err).toContain(`'${value}' is invalid`);
  });
});

describe('lake rebuild', () => {
  it('brings back a lost checkpoint; what cannot be made ends with 1', async () => {
    const { root, lake, late, early } = await twoJobs();
    await fs.rm(checkpointFile(root, { ...late, status: 'done' }));
    const { code, out } = await runScript('lake', ['rebuild', '--lake', root]);
    expect(code).toBe(0);
    expect(out).toContain('rebuilt     job-2/DISCOVERY.PMA: pages 1');
    expect(out).toContain('Made 1 checkpoints anew; 1 are readable and left alone.');
    await lake.refresh();
    expect((await lake.rows('pages')).map((p) => p.url)).toEqual(['https://a/2']);

    await fs.rm(checkpointFile(root, { ...early, status: 'done' }));
    await fs.truncate(filesOf(root, early, 'pages')[0]!, 50);
    const bad = await runScript('lake', ['rebuild', '--json', '--lake', root]);
    expect(bad.code).toBe(1);
    const { partitions } = JSON.parse(bad.out) as { partitions: { job_id: string; action: string }[] };
    expect(partitions.map((p) => `${p.job_id} ${p.action}`).sort()).toEqual([
      'job-1 impossible',
      'job-2 kept',
    ]);
  });
});

describe('lake', () => {
  it('lists its commands', async () => {
    const { code, out } = await runScript('lake', ['--help']);
    expect(code).toBe(0);
    for (const word of ['verify', 'gc', 'rebuild']) expect(out).toContain(word);
  });

  it('refuses a lake of another format', async () => {
    const { root } = await twoJobs();
    await fs.writeFile(
      path.join(root, '.state', '.world.json'),
      JSON.stringify({ format: 99, world: 'real', created_at: at(1) }),
    );
    const { code, err } = await runScript('lake', ['gc', '--min-age', '0s', '--lake', root]);
    expect(code).toBe(2);
    expect(err).toContain('format 99');
  });
});
