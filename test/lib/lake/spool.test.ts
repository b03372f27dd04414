/** More rows than should be held become one sorted part all the same. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PLAIN_ROWS } from '../../../lib/lake/spool.js';
import { openLake, specOf, tempFolder } from '../../support/lake.js';

const row = (i: number) => ({
  page_id: `p${i}`,
  url: `https://a/${(i * 7919) % 100_003}`,
  page_type: 'other',
  confidence: 0.5,
  signals: [{ i }],
});

async function write(rows: number) {
  const root = await tempFolder();
  const lake = await openLake(root);
  const partition = await lake.partition(specOf({ phase: 'CLASSIFICATION' }), [], null);
  const spool = partition.spool('page_types');
  for (let i = 0; i < rows; i += 500)
    await spool.add(Array.from({ length: Math.min(500, rows - i) }, (_, k) => row(i + k)));
  const written = await partition.writeSpooled(
    'page_types',
    spool,
    `SELECT * FROM ${await spool.relation()}`,
  );
  const checkpoint = await partition.commit({ assertions: [], counts: {} });
  await partition.close();
  await lake.refresh();
  const [found] = await lake.query(
    `SELECT count(*) AS rows, count(DISTINCT url) AS urls, min(job_id) AS job FROM page_types`,
  );
  const [unsorted] = await lake.query(
    `SELECT count(*) AS n FROM (SELECT url, lag(url) OVER () AS before FROM page_types) WHERE url < before`,
  );
  const left = readdirSync(path.join(root, '.tmp'), { recursive: true });
  return { written, parts: checkpoint.tables.page_types!.parts.length, found, unsorted, left };
}

test.each([0, 1, 3_000, PLAIN_ROWS + 1_500])(
  '%i rows: all of them, in the order of the key, nothing left over',
  async (rows) => {
    expect(await write(rows)).toEqual({
      written: rows,
      parts: rows === 0 ? 0 : 1,
      found: { rows, urls: rows, job: rows === 0 ? null : 'job-1' },
      unsorted: { n: 0 },
      left: [],
    });
  },
);
