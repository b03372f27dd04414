/** A lake in a throw-away folder, and partitions written to it in one call. */
import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Checkpoint } from '../../lib/lake/checkpoint.js';
import { Lake } from '../../lib/lake/lake.js';
import type { Batch, RowOf } from '../../lib/lake/partition.js';
import type { TableName } from '../../lib/lake/tables/index.js';
import { type Publication, specOf } from './rows.js';

export * from './rows.js';

/** A folder that goes when the test ends. */
export async function tempFolder(prefix = 'nam-test-'): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), prefix));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a lake and closes it when the test ends. */
export async function openLake(root: string, options: { dryRun?: boolean } = {}): Promise<Lake> {
  const lake = await Lake.open({ root, ...options });
  onTestFinished(() => lake.close());
  return lake;
}

/** Writes the rows as one partition and publishes it; the lake sees it when this returns. */
export async function publish(
  lake: Lake,
  batch: Batch,
  about: Publication & { quarantine?: boolean } = {},
): Promise<Checkpoint> {
  const partition = await lake.partition(specOf(about), [], null);
  for (const [name, rows] of Object.entries(batch)) {
    await partition.write(name as TableName, rows as Iterable<RowOf<TableName>>);
  }
  const outcome = { assertions: [], counts: {} };
  const checkpoint = about.quarantine ? await partition.quarantine(outcome) : await partition.commit(outcome);
  await partition.close();
  await lake.refresh();
  return checkpoint;
}

/** Every file below a folder with the hash of its content and its time; folders by name. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isDirectory()) tree[`${name}/`] = '';
    else {
      const hash = createHash('sha256')
        .update(await fs.readFile(file))
        .digest('hex');
      tree[name] = `${hash} ${(await fs.stat(file)).mtimeMs}`;
    }
  }
  return tree;
}

/** The Parquet files of a checkpoint's table, absolute. */
export const filesOf = (root: string, checkpoint: Checkpoint, table: TableName): string[] =>
  (checkpoint.tables[table]?.parts ?? []).map((part) => path.join(root, part.path));
