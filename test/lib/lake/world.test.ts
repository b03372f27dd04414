/** A lake belongs to one world for good; and the paths that ids become. */
import { promises as fs } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newJobId } from '../../../lib/lake/jobs.js';
import { assertJobId, LAKE_FORMAT, lakeRoot, partitionFolder, worldFile } from '../../../lib/lake/paths.js';
import { tables } from '../../../lib/lake/tables/index.js';
import { enterWorld, readWorld, type World } from '../../../lib/lake/world.js';
import { tempFolder } from '../../support/lake.js';

const real: World = { format: LAKE_FORMAT, world: 'real', created_at: '2026-01-01T00:00:00Z' };
const sandbox: World = { ...real, world: 'sandbox', seed: 1, size: 0.1, speed: 100 };

describe('the mark of a lake', () => {
  test('is set once, and later runs meet the same world', async () => {
    const root = await tempFolder();
    expect(await readWorld(root)).toBeNull();
    expect(await enterWorld(root, sandbox)).toEqual(sandbox);
    expect(await enterWorld(root, { ...sandbox, seed: 2 })).toEqual(sandbox);
    expect(await readWorld(root)).toEqual(sandbox);
  });

  test.each([
    [real, sandbox],
    [sandbox, real],
  ])('keeps the other world out, and says how to begin a new lake', async (first, second) => {
    const root = await tempFolder();
    await enterWorld(root, first);
    const error = await enterWorld(root, second).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'UserError', code: 'OTHER_WORLD', exitCode: 2 });
    expect((error as Error).message).toContain(`LAKE=${root}-${second.world}`);
    expect(await readWorld(root)).toEqual(first);
  });

  test.each(['', 'x', '{}', '{"format":1,"world":"moon","created_at":""}', '{"format":1,"world":"sandbox"}'])(
    'that reads %j is refused, never overwritten',
    async (text) => {
      const root = await tempFolder();
      await enterWorld(root, real);
      await fs.writeFile(worldFile(root), text);
      await expect(enterWorld(root, real)).rejects.toMatchObject({ name: 'UserError' });
      expect(await fs.readFile(worldFile(root), 'utf8')).toBe(text);
    },
  );

  test('of another format is refused with both numbers', async () => {
    const root = await tempFolder();
    await enterWorld(root, { ...real, format: 99 });
    await expect(readWorld(root)).rejects.toThrow(/format 99.*format 1/);
  });
});

describe('paths', () => {
  test('no job id leaves its folder', () => {
    for (const id of [
      '../x',
      '..',
      '.',
      '.hidden',
      'a/b',
      'a\\b',
      'a..b',
      '',
      ' ',
      'a b',
      'ä',
      'x'.repeat(65),
      'a\0',
      'a\n',
    ])
      expect(() => assertJobId(id), JSON.stringify(id)).toThrow(/is not a job id/);
    for (const id of ['job-1', 'A', '2026.01', 'x'.repeat(64), 'a_b-c.d']) expect(assertJobId(id)).toBe(id);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        try {
          const folder = partitionFolder(tables.pages, 'PMA', assertJobId(id));
          expect(path.normalize(folder)).toBe(folder);
          expect(folder.startsWith('pages/association_code=PMA/job_id=')).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_JOB_ID' });
        }
      }),
    );
  });

  test('new job ids are job ids and sort by time', () => {
    const ids = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2027-01-01T00:00:00Z'].map((at) =>
      newJobId(new Date(at), 'ff'),
    );
    expect(ids.map(assertJobId)).toEqual([...ids].sort());
    expect(ids[0]).toBe('job-20260101-000000-ff');
  });

  test.each([
    [undefined, path.resolve('lake')],
    ['', path.resolve('lake')],
    ['  ', path.resolve('lake')],
    ['other', path.resolve('other')],
    ['/data/lake', '/data/lake'],
    ['~/lake', path.join(homedir(), 'lake')],
    ['~', homedir()],
  ])('LAKE=%s is %s', (value, expected) => {
    expect(lakeRoot({ LAKE: value })).toBe(expected);
  });

  test('an object store is refused with a word', () => {
    expect(() => lakeRoot({ LAKE: 's3://bucket/lake' })).toThrow(/object stores are not supported yet/);
  });
});
