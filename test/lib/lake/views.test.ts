/** What readers see: the newest good partition per association, every run under `_all`, and nothing that is damaged. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkpointFile } from '../../../lib/lake/checkpoint.js';
import type { Lake } from '../../../lib/lake/lake.js';
import { storedTables } from '../../../lib/lake/tables/index.js';
import { prepareViews } from '../../../lib/lake/views.js';
import { filesOf, openLake, page, publish, response, seed, tempFolder } from '../../support/lake.js';

const urls = async (lake: Lake, sql: string) => (await lake.query(sql)).map((r) => String(r.url)).sort();
const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;

test('an empty lake has every view, typed, without rows', async () => {
  const lake = await openLake(path.join(await tempFolder(), 'not-there-yet'));
  for (const table of storedTables) {
    for (const name of [table.name, `${table.name}_all`]) {
      expect(await lake.query(`SELECT count(*) AS n FROM "${name}"`)).toEqual([{ n: 0 }]);
    }
  }
  const types = await lake.query(
    "SELECT typeof(depth) AS d, typeof(fetched_at) AS f FROM pages UNION ALL SELECT 'x', 'y'",
  );
  expect(types).toEqual([{ d: 'x', f: 'y' }]);
  const described = await lake.query('DESCRIBE pages');
  expect(described.find((c) => c.column_name === 'fetched_at')?.column_type).toBe('TIMESTAMP WITH TIME ZONE');
  for (const view of [
    'companies',
    'job_summary',
    'company_summary',
    'event_summary',
    'competitor_report',
    'extraction_jobs',
  ])
    expect(await lake.query(`SELECT count(*) AS n FROM ${view}`)).toEqual([{ n: 0 }]);
});

test('a table shows the newest run of each association, and _all shows every run', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { url_queue: [seed('pma-old')] }, { job: 'b', at: at(1) });
  await publish(lake, { url_queue: [seed('pma-new')] }, { job: 'a', at: at(2) });
  await publish(lake, { url_queue: [seed('nema')] }, { job: 'b', association: 'NEMA', at: at(1) });
  expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['nema', 'pma-new']);
  expect(await urls(lake, 'SELECT url FROM url_queue_all')).toEqual(['nema', 'pma-new', 'pma-old']);
});

test('two phases that write one table stand side by side', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { pages: [page('front')] }, { phase: 'GATEKEEPER', at: at(1) });
  await publish(lake, { pages: [page('deep')] }, { phase: 'DISCOVERY', at: at(2) });
  expect(await urls(lake, 'SELECT url FROM pages')).toEqual(['deep', 'front']);
  expect((await lake.rows('pages', { phase: 'DISCOVERY' })).map((r) => r.url)).toEqual(['deep']);
});

test('a selection prefers the named job, and falls back to the newest', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { url_queue: [seed('first')] }, { job: 'one', at: at(1) });
  await publish(lake, { url_queue: [seed('second')] }, { job: 'two', at: at(2) });
  const of = async (job: string) =>
    (await lake.rows('url_queue', { association: 'PMA', job })).map((r) => r.url);
  expect(await of('one')).toEqual(['first']);
  expect(await of('two')).toEqual(['second']);
  expect(await of('three')).toEqual(['second']);
});

test('a quarantined harvest leaves the last good one in the views', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { url_queue: [seed('good')] }, { job: 'one', at: at(1) });
  await publish(lake, { url_queue: [seed('bad')] }, { job: 'two', at: at(2), quarantine: true });
  expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['good']);
  expect(await urls(lake, 'SELECT url FROM url_queue_all')).toEqual(['good']);
  // In the same job too.
  await publish(lake, { url_queue: [seed('worse')] }, { job: 'one', at: at(3), quarantine: true });
  expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['good']);
  // And a good one ends it.
  await publish(lake, { url_queue: [seed('better')] }, { job: 'one', at: at(4) });
  expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['better']);
});

test('a ledger shows the rows of every good run', async () => {
  const lake = await openLake(await tempFolder());
  for (const [i, key] of ['a.org', 'b.org'].entries())
    await publish(
      lake,
      { provider_responses: [response(key)] },
      { job: `j${i}`, phase: 'ENRICHMENT', at: at(i + 1) },
    );
  await publish(
    lake,
    { provider_responses: [response('c.org')] },
    { job: 'j3', phase: 'ENRICHMENT', at: at(3), quarantine: true },
  );
  const rows = await lake.query('SELECT request_key AS url FROM provider_responses ORDER BY 1');
  expect(rows.map((r) => r.url)).toEqual(['a.org', 'b.org']);
});

describe('a damaged partition is named, the older good one stands in, other tables are unharmed', () => {
  const damages: [string, (file: string, other: string) => Promise<void>, RegExp][] = [
    ['missing', (file) => fs.rm(file), /missing/],
    ['truncated', async (file) => fs.truncate(file, (await fs.stat(file)).size - 10), /bytes/],
    ['empty', (file) => fs.writeFile(file, ''), /bytes/],
    ['grown', (file) => fs.appendFile(file, 'x'), /bytes/],
    [
      'flipped in one bit',
      async (file) => {
        const bytes = await fs.readFile(file);
        bytes[20] = bytes[20]! ^ 1;
        await fs.writeFile(file, bytes);
        await fs.utimes(file, new Date(), new Date(Date.now() + 5_000));
      },
      /sha256/,
    ],
    ['replaced by another Parquet file', (file, other) => fs.copyFile(other, file), /bytes|sha256/],
    ['replaced by a text', (file) => fs.writeFile(file, 'hello'), /bytes/],
    [
      'replaced by a folder',
      async (file) => {
        await fs.rm(file);
        await fs.mkdir(file);
      },
      /missing/,
    ],
  ];
  test.each(damages)('%s', async (_name, damage, what) => {
    const root = await tempFolder();
    const lake = await openLake(root);
    await publish(lake, { url_queue: [seed('old')] }, { job: 'one', phase: 'INIT', at: at(1) });
    const bad = await publish(lake, { url_queue: [seed('new')] }, { job: 'two', phase: 'INIT', at: at(2) });
    const other = await publish(
      lake,
      { pages: [page('p1'), page('p2')] },
      { job: 'two', phase: 'DISCOVERY', at: at(2) },
    );
    await publish(
      lake,
      { url_queue: [seed('nema')] },
      { job: 'two', phase: 'INIT', association: 'NEMA', at: at(2) },
    );
    const [file] = filesOf(root, bad, 'url_queue');
    await damage(file!, filesOf(root, other, 'pages')[0]!);

    for (const seen of [lake, await openLake(root)]) {
      await seen.refresh();
      expect(await urls(seen, 'SELECT url FROM url_queue')).toEqual(['nema', 'old']);
      expect(await urls(seen, 'SELECT url FROM url_queue_all')).toEqual(['nema', 'old']);
      expect(await urls(seen, 'SELECT url FROM pages')).toEqual(['p1', 'p2']);
      expect(seen.problems).toHaveLength(1);
      expect(seen.problems[0]!.file).toBe(file);
      expect(seen.problems[0]!.what).toMatch(what);
    }
  });

  test.each([
    ['torn', '{"format": 1, "status": "do'],
    ['empty', ''],
    ['of another form', '{"format": 1}'],
    ['of another format', '{"format": 99, "status": "done"}'],
    ['not JSON', '\u0000\u0001'],
  ])('a checkpoint that is %s', async (_name, text) => {
    const root = await tempFolder();
    const lake = await openLake(root);
    await publish(lake, { url_queue: [seed('old')] }, { job: 'one', at: at(1) });
    const bad = await publish(lake, { url_queue: [seed('new')] }, { job: 'two', at: at(2) });
    const file = checkpointFile(root, bad);
    await fs.writeFile(file, text);
    await lake.refresh();
    expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['old']);
    expect(lake.problems).toEqual([{ file, what: expect.stringContaining('unreadable checkpoint') }]);
  });

  test('a file whose time was changed but not its content is no damage', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const checkpoint = await publish(lake, { url_queue: [seed('a')] });
    const [file] = filesOf(root, checkpoint, 'url_queue');
    await fs.utimes(file!, new Date(), new Date(0));
    await lake.refresh();
    expect(lake.problems).toEqual([]);
    expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['a']);
  });

  test('foreign files in the folders of the lake change nothing', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const checkpoint = await publish(lake, { url_queue: [seed('a')] });
    const [file] = filesOf(root, checkpoint, 'url_queue');
    await fs.copyFile(file!, path.join(path.dirname(file!), 'copy.parquet'));
    await fs.writeFile(path.join(path.dirname(file!), 'half.parquet'), 'PAR1');
    await fs.writeFile(path.join(root, '.state', 'notes.txt'), 'mine');
    await fs.mkdir(path.join(root, '.state', 'job x'), { recursive: true });
    await fs.writeFile(path.join(root, '.state', 'job-1', 'checkpoint_x.json.tmp'), '{');
    await lake.refresh();
    expect(lake.problems).toEqual([]);
    expect(await urls(lake, 'SELECT url FROM url_queue')).toEqual(['a']);
    expect(await urls(lake, 'SELECT url FROM url_queue_all')).toEqual(['a']);
  });
});

describe('schema evolution', () => {
  /** Pretends that an older version wrote the file: other columns, and a checkpoint that says so. */
  async function olderFile(root: string, lake: Lake, select: string, columns: Record<string, string>) {
    const checkpoint = await publish(lake, { url_queue: [seed('old')] }, { job: 'one', at: at(1) });
    const [file] = filesOf(root, checkpoint, 'url_queue');
    await lake.query(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
    const { sha256File } = await import('../../../lib/lake/files.js');
    const stat = await fs.stat(file!);
    const part = checkpoint.tables.url_queue!.parts[0]!;
    Object.assign(part, { bytes: stat.size, sha256: await sha256File(file!), mtime_ms: stat.mtimeMs });
    checkpoint.tables.url_queue!.columns = columns;
    await fs.writeFile(checkpointFile(root, checkpoint), JSON.stringify(checkpoint));
    await lake.refresh().catch(() => undefined);
    return file!;
  }
  const KEYS = { association_code: 'VARCHAR', job_id: 'VARCHAR', url: 'VARCHAR' };

  test('a new column is null in older runs, a dropped one is not seen', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const select = "SELECT 'PMA' AS association_code, 'one' AS job_id, 'old' AS url, 7 AS colour";
    await olderFile(root, lake, select, { ...KEYS, colour: 'INTEGER' });
    await publish(lake, { url_queue: [seed('new', 3)] }, { job: 'two', at: at(2) });
    expect(await lake.query('SELECT url, reason, priority FROM url_queue_all ORDER BY url')).toEqual([
      { url: 'new', reason: 'home', priority: 3 },
      { url: 'old', reason: null, priority: null },
    ]);
  });

  test('a changed type is refused with the file’s name', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const select = "SELECT 'PMA' AS association_code, 'one' AS job_id, 'old' AS url, 'high' AS priority";
    const file = await olderFile(root, lake, select, { ...KEYS, priority: 'VARCHAR' });
    const fresh = await openLake(root);
    const error = await fresh.query('SELECT * FROM url_queue').catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'UserError', code: 'SCHEMA_CHANGED' });
    expect((error as Error).message).toContain(file);
    expect((error as Error).message).toContain('url_queue.priority');
  });
});

test('the views can be made on any connection of the caller’s, with the problems in words', async () => {
  const root = await tempFolder();
  const lake = await openLake(root);
  const checkpoint = await publish(lake, { url_queue: [seed('a')] });
  await fs.rm(filesOf(root, checkpoint, 'url_queue')[0]!);
  const { openDuckDB, query } = await import('../../../lib/lake/duck.js');
  const connection = await (await openDuckDB()).connect();
  const { problems } = await prepareViews(async (sql) => void (await connection.run(sql)), root);
  expect(problems).toEqual([expect.stringMatching(/^url_queue\/.*missing.*older good partition/)]);
  expect(await query(connection, 'SELECT count(*) AS n FROM url_queue')).toEqual([{ n: 0 }]);
  connection.closeSync();
});

test('many queries at once on one lake do not disturb each other', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { url_queue: Array.from({ length: 100 }, (_, i) => seed(`u${i}`, i)) });
  const found = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      if (i % 10 === 5) await lake.refresh();
      return (await lake.query('SELECT sum(priority) + $1 AS n FROM url_queue', [i]))[0]!.n;
    }),
  );
  expect(found).toEqual(Array.from({ length: 40 }, (_, i) => 4950 + i));
});

test('the lake reads as Arrow what it reads as rows', async () => {
  const lake = await openLake(await tempFolder());
  await publish(lake, { url_queue: [seed('a', 1), seed('b', 2)] });
  const table = await lake.arrow('SELECT url, priority FROM url_queue ORDER BY url');
  expect(table.toArray().map((r) => ({ url: r.url, priority: Number(r.priority) }))).toEqual([
    { url: 'a', priority: 1 },
    { url: 'b', priority: 2 },
  ]);
});
