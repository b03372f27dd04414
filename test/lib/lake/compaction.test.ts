/** The small parts of a collecting phase become one sorted part, as long as that takes little memory. */
import { promises as fs } from 'node:fs';
import { expect, it } from 'vitest';
import { checkpointFile } from '../../../lib/lake/checkpoint.js';
import type { Partition } from '../../../lib/lake/partition.js';
import { rebuildCheckpoints } from '../../../lib/lake/rebuild.js';
import { openLake, page, specOf, tempFolder } from '../../support/lake.js';

const MEGABYTE = 1_000_000;

/** Appends so many pages of a megabyte, each a part of its own, and commits. */
async function collect(root: string, pages: number) {
  const lake = await openLake(root);
  const partition = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], null);
  await partition.recover(null);
  const urls = Array.from({ length: pages }, (_, i) => `https://a/${pages - i}`);
  for (const url of urls) {
    partition.append({ pages: [page(url, { body: url.padEnd(MEGABYTE, ' the same text') })] });
    await partition.settle();
  }
  const checkpoint = await partition.commit({ assertions: [], counts: {} });
  await partition.close();
  await lake.refresh();
  return { lake, checkpoint, urls };
}

it('rewrites what is small, sorted by the key', async () => {
  const { lake, checkpoint, urls } = await collect(await tempFolder(), 3);
  expect(checkpoint.tables.pages!.parts).toHaveLength(1);
  expect((await lake.query('SELECT url FROM pages')).map((r) => r.url)).toEqual(urls.sort());
});

it('leaves what is large, however well it packs, and a rebuild still finds all of it', async () => {
  const root = await tempFolder();
  const { lake, checkpoint, urls } = await collect(root, 20);
  const { parts } = checkpoint.tables.pages!;
  expect(parts).toHaveLength(20);
  expect(parts.reduce((sum, p) => sum + p.bytes, 0)).toBeLessThan(MEGABYTE);

  await fs.rm(checkpointFile(root, checkpoint));
  await rebuildCheckpoints(root);
  await lake.refresh();
  const found = await lake.query('SELECT url FROM pages ORDER BY url');
  expect(found.map((r) => r.url)).toEqual(urls.sort());
});

it('leaves one row of each key where a run that goes on has appended some again, small or large', async () => {
  for (const [width, parts] of [
    [10, 1],
    [4 * MEGABYTE, 3],
  ] as const) {
    const lake = await openLake(await tempFolder());
    const body = 'x'.repeat(width);
    const append = async (partition: Partition, urls: readonly string[]) => {
      for (const url of urls) {
        partition.append({ pages: [page(url, { body })] });
        await partition.settle();
      }
    };
    const first = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], null);
    await first.recover(null);
    await append(first, ['https://a/1', 'https://a/2']);
    await first.close();
    await lake.refresh();
    const named = { jobId: 'job-1', phase: 'DISCOVERY', association: 'PMA', status: 'running' as const };
    const before = lake.checkpoint(named);
    const second = await lake.partition(specOf({ phase: 'DISCOVERY' }), [], before);
    await second.recover(before);
    await append(second, ['https://a/2', 'https://a/3', 'https://a/1']);
    await second.unique('pages');
    const checkpoint = await second.commit({ assertions: [], counts: {} });
    await second.close();
    await lake.refresh();
    const found = await lake.query('SELECT url FROM pages ORDER BY url');
    expect(found.map((r) => r.url)).toEqual(['https://a/1', 'https://a/2', 'https://a/3']);
    expect(checkpoint.tables.pages!.parts.length).toBeLessThanOrEqual(parts);
  }
});
