/** Writing and publishing partitions: visible completely or not at all, and read back by an independent reader. */
import { existsSync, promises as fs } from 'node:fs';
import path from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, test } from 'vitest';
import { SkipRecord } from '../../../lib/errors.js';
import type { RowOf } from '../../../lib/lake/partition.js';
import { columnsOf } from '../../../lib/lake/table.js';
import { storedTables } from '../../../lib/lake/tables/index.js';
import { filesOf, openLake, page, publish, response, seed, specOf, tempFolder } from '../../support/lake.js';

const OUTCOME = { assertions: [], counts: {} };
const company = (
  name: string,
  more: Partial<RowOf<'extracted_companies'>> = {},
): RowOf<'extracted_companies'> => ({
  record_id: `r_${name}`,
  page_url: 'https://www.pma.org/a',
  page_type: 'member_directory',
  position: 1,
  profile_url: null,
  name,
  website: null,
  domain: null,
  phone: null,
  phone_e164: null,
  phones: [],
  fax: null,
  email: null,
  emails: [],
  street: null,
  city: null,
  state: null,
  postal_code: null,
  country: null,
  locations: [],
  contacts: [],
  description: null,
  categories: [],
  confidence: 0.5,
  provenance: {},
  fetched_at: '2026-01-02T03:04:05.678Z',
  ...more,
});

describe('a commit', () => {
  test('is invisible before, whole after, over all its tables at once', async () => {
    const root = await tempFolder();
    const writer = await openLake(root);
    const reader = await openLake(root);
    const partition = await writer.partition(specOf({ phase: 'DISCOVERY' }), [], null);
    await partition.write('pages', [page('https://x.org/1'), page('https://x.org/2')]);
    await partition.write('url_queue', [seed('https://x.org/')]);
    const counts = async () => {
      await reader.refresh();
      const rows = await reader.query(
        'SELECT (SELECT count(*) FROM pages) AS pages, (SELECT count(*) FROM pages_all) AS every, (SELECT count(*) FROM url_queue) AS seeds',
      );
      return rows[0];
    };
    expect(await counts()).toEqual({ pages: 0, every: 0, seeds: 0 });
    await partition.commit(OUTCOME);
    expect(await counts()).toEqual({ pages: 2, every: 2, seeds: 1 });
    await partition.close();
  });

  test('replaces the partition: what the new one does not hold is gone', async () => {
    const lake = await openLake(await tempFolder());
    await publish(lake, { url_queue: [seed('https://a.org/'), seed('https://b.org/')] });
    await publish(lake, { url_queue: [seed('https://c.org/')] }, { at: '2026-01-02T00:00:00Z' });
    expect((await lake.rows('url_queue')).map((r) => r.url)).toEqual(['https://c.org/']);
  });

  test('of no rows empties the partition', async () => {
    const lake = await openLake(await tempFolder());
    await publish(lake, { url_queue: [seed('https://a.org/')] });
    await publish(lake, { url_queue: [] }, { at: '2026-01-02T00:00:00Z' });
    expect(await lake.rows('url_queue')).toEqual([]);
  });

  test('that is never made leaves nothing visible and no half file behind under a visible name', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    const partition = await lake.partition(specOf({}), [], null);
    await partition.write('url_queue', [seed('https://a.org/')]);
    await partition.close();
    await lake.refresh();
    expect(await lake.rows('url_queue')).toEqual([]);
    expect(lake.problems).toEqual([]);
    expect(await fs.readdir(path.join(root, '.tmp'))).toEqual([]);
  });

  test('of the same rows in another order is the same bytes but for its lineage', async () => {
    const lake = await openLake(await tempFolder());
    const rows = Array.from({ length: 500 }, (_, i) => seed(`https://x.org/${(i * 7919) % 500}`, i % 3));
    const one = await publish(lake, { url_queue: rows }, { job: 'job-1' });
    const two = await publish(lake, { url_queue: [...rows].reverse() }, { job: 'job-2' });
    const read = async (file: string) =>
      parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
    const strip = (found: Record<string, unknown>[]) =>
      found.map(({ url, reason, priority }) => [url, reason, priority]);
    const [a] = filesOf(lake.root, one, 'url_queue');
    const [b] = filesOf(lake.root, two, 'url_queue');
    const sameA = strip(await read(a!)).map(([url]) => url);
    expect(sameA).toEqual(strip(await read(b!)).map(([url]) => url));
    expect(sameA).toEqual([...sameA].sort());
  });
});

describe('an independent reader', () => {
  test('finds in the file what was written: lists, blobs, instants, nulls, unicode', async () => {
    const lake = await openLake(await tempFolder());
    const checkpoint = await publish(lake, {
      extracted_companies: [
        company('Ünïcode & Söhne 金属 🏭', {
          phones: ['+1 614 555 0100', ''],
          emails: [],
          contacts: [{ name: 'Zoë "Z" O’Neil', title: null }] as never,
          confidence: 1e-300,
          position: -2147483648,
        }),
      ],
      provider_responses: [response('x.org', { body: new Uint8Array([0, 255, 128, 10]), credits: null })],
    });
    const read = async (table: 'extracted_companies' | 'provider_responses') => {
      const [file] = filesOf(lake.root, checkpoint, table);
      return (
        await parquetReadObjects({ file: await asyncBufferFromFile(file!), compressors, utf8: false })
      )[0]!;
    };
    const row = await read('extracted_companies');
    expect(row).toMatchObject({
      association_code: 'PMA',
      job_id: 'job-1',
      name: 'Ünïcode & Söhne 金属 🏭',
      phones: ['+1 614 555 0100', ''],
      emails: [],
      confidence: 1e-300,
      position: -2147483648,
      fetched_at: new Date('2026-01-02T03:04:05.678Z'),
    });
    expect(row.website ?? null).toBeNull();
    expect(JSON.parse(String(row.contacts))).toEqual([{ name: 'Zoë "Z" O’Neil', title: null }]);
    const ledger = await read('provider_responses');
    expect(ledger.body).toEqual(new Uint8Array([0, 255, 128, 10]));
    expect(ledger.credits ?? null).toBeNull();
  });

  test('sees every declared column of every table, in plain Parquet types, and zstd', async () => {
    const lake = await openLake(await tempFolder());
    for (const table of storedTables) {
      const partition = await lake.partition(
        specOf({ association: table.grain === 'global' ? null : 'PMA', phase: 'RESOLUTION' }),
        [],
        null,
      );
      const values = columnsOf(table).map((c) => {
        const text = c.type === 'JSON TEXT' ? "'null'" : "'x'";
        return `${c.physical === 'VARCHAR' ? text : `NULL::${c.physical}`} AS "${c.name}"`;
      });
      await partition.writeQuery(table.name as never, `SELECT ${values.join(', ')}`);
      const checkpoint = await partition.commit(OUTCOME);
      await partition.close();
      const [file] = filesOf(lake.root, checkpoint, table.name as never);
      const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file!));
      const names = metadata.schema.slice(1).map((s) => s.name);
      for (const column of columnsOf(table)) expect(names).toContain(column.name);
      for (const group of metadata.row_groups)
        for (const chunk of group.columns) expect(chunk.meta_data?.codec).toBe('ZSTD');
    }
  });

  test('finds the lineage in the file’s own metadata', async () => {
    const lake = await openLake(await tempFolder());
    const checkpoint = await publish(
      lake,
      { url_queue: [seed('https://x.org/?q=\'"')] },
      { recipe: "o'recipe", version: 7, fingerprint: 'abc', at: '2026-05-06T07:08:09.000Z' },
    );
    const [file] = filesOf(lake.root, checkpoint, 'url_queue');
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file!));
    const lineage = Object.fromEntries((metadata.key_value_metadata ?? []).map((e) => [e.key, e.value]));
    expect(lineage).toMatchObject({
      table: 'url_queue',
      job_id: 'job-1',
      phase: 'EXTRACTION',
      association_code: 'PMA',
      recipe: "o'recipe",
      recipe_version: '7',
      fingerprint: 'abc',
      run_id: checkpoint.run_id,
      created_at: '2026-05-06T07:08:09.000Z',
    });
  });
});

describe('values', () => {
  test('NUL characters go, lone surrogates become replacement characters, in text, lists and JSON', async () => {
    const lake = await openLake(await tempFolder());
    await publish(lake, {
      extracted_companies: [
        company('A\0cme \ud800Tool', {
          phones: ['1\0', '\udfff'],
          contacts: [{ name: 'B\0ob\ud800' }] as never,
        }),
      ],
    });
    const [row] = await lake.rows('extracted_companies');
    expect(row).toMatchObject({ name: 'Acme \ufffdTool', phones: ['1', '\ufffd'] });
    expect(JSON.stringify(row!.contacts)).not.toMatch(/\\u0000|\\ud800/);
  });

  test('come back as they were written, through the lake’s own reader', async () => {
    const lake = await openLake(await tempFolder());
    const written = company('Acme', {
      phones: ['a', 'b'],
      locations: [{ city: 'Akron' }] as never,
      provenance: { name: { selector: 'h2 > a', raw: 'x\ny' } } as never,
      description: '',
    });
    await publish(lake, { extracted_companies: [written] });
    expect(await lake.rows('extracted_companies')).toEqual([
      { association_code: 'PMA', job_id: 'job-1', ...written },
    ]);
  });

  test.each<[string, Partial<RowOf<'extracted_companies'>>]>([
    ['a number that is none', { confidence: Number.NaN }],
    ['an infinite number', { confidence: Number.POSITIVE_INFINITY }],
    ['a whole number beyond 32 bit', { position: 2 ** 31 }],
    ['an instant that is none', { fetched_at: 'yesterday' }],
    ['a key that is missing', { record_id: null as never }],
  ])('%s is refused with the column’s name, and harms nothing that is there', async (_name, wrong) => {
    const lake = await openLake(await tempFolder());
    await publish(lake, { extracted_companies: [company('Good')] });
    const partition = await lake.partition(specOf({}), [], null);
    await expect(partition.write('extracted_companies', [company('Bad', wrong)])).rejects.toThrow(SkipRecord);
    await expect(partition.write('extracted_companies', [company('Bad', wrong)])).rejects.toThrow(
      new RegExp(`extracted_companies.*${Object.keys(wrong)[0]}`),
    );
    expect(await partition.write('extracted_companies', [company('Better')])).toBe(1);
    await partition.close();
    expect((await lake.rows('extracted_companies')).map((r) => r.name)).toEqual(['Good']);
  });
});

describe('ledgers', () => {
  test('keep every run, and a table that is no ledger only the newest', async () => {
    const lake = await openLake(await tempFolder());
    await publish(lake, { provider_responses: [response('a.org')] }, { job: 'job-1', phase: 'ENRICHMENT' });
    await publish(
      lake,
      { provider_responses: [response('b.org')] },
      { job: 'job-2', phase: 'ENRICHMENT', at: '2026-01-02T00:00:00Z' },
    );
    const keys = (await lake.rows('provider_responses')).map((r) => r.request_key);
    expect(keys.sort()).toEqual(['a.org', 'b.org']);
  });

  test('written twice in one job keep what the first run wrote', async () => {
    const lake = await openLake(await tempFolder());
    const first = await publish(lake, { provider_responses: [response('a.org')] }, { phase: 'ENRICHMENT' });
    const partition = await lake.partition(
      specOf({ phase: 'ENRICHMENT', at: '2026-01-02T00:00:00Z' }),
      [],
      first,
    );
    await partition.write('provider_responses', [response('b.org')]);
    await partition.commit(OUTCOME);
    await partition.close();
    await lake.refresh();
    expect((await lake.rows('provider_responses')).map((r) => r.request_key).sort()).toEqual([
      'a.org',
      'b.org',
    ]);
  });
});

describe('reading inside a partition', () => {
  test('rows come in the order of the key, and lots follow each other without gap or overlap', async () => {
    const lake = await openLake(await tempFolder());
    const urls = Array.from(
      { length: 95 },
      (_, i) => `https://x.org/${String((i * 37) % 95).padStart(3, '0')}'`,
    );
    await publish(lake, { url_queue: urls.map((u) => seed(u)) }, { phase: 'INIT' });
    const partition = await lake.partition(specOf({ phase: 'GATEKEEPER' }), ['url_queue'], null);
    expect((await partition.rows('url_queue')).map((r) => r.url)).toEqual([...urls].sort());
    for (const size of [1, 10, 94, 95, 96]) {
      const seen: string[] = [];
      for await (const lot of partition.batches('SELECT * FROM url_queue', 'url', size)) {
        expect(lot.length).toBeLessThanOrEqual(size);
        seen.push(...lot.map((r) => String(r.url)));
      }
      expect(seen).toEqual([...urls].sort());
    }
    await partition.close();
  });

  test('inputs are this association’s, the job’s own before a newer one of another job', async () => {
    const lake = await openLake(await tempFolder());
    await publish(lake, { url_queue: [seed('own')] }, { job: 'job-1', at: '2026-01-01T00:00:00Z' });
    await publish(lake, { url_queue: [seed('newer')] }, { job: 'job-2', at: '2026-01-05T00:00:00Z' });
    await publish(lake, { url_queue: [seed('other')] }, { job: 'job-1', association: 'NEMA' });
    const inputOf = async (job: string) => {
      const partition = await lake.partition(specOf({ job, phase: 'GATEKEEPER' }), ['url_queue'], null);
      const found = await partition.rows('url_queue');
      await partition.close();
      return found.map((r) => r.url);
    };
    expect(await inputOf('job-1')).toEqual(['own']);
    expect(await inputOf('job-2')).toEqual(['newer']);
    expect(await inputOf('job-3')).toEqual(['newer']);
  });

  test('a phase’s own view of a table does not change when another run publishes', async () => {
    const root = await tempFolder();
    const lake = await openLake(root);
    await publish(lake, { url_queue: [seed('old')] }, { job: 'job-1' });
    const partition = await lake.partition(specOf({ phase: 'GATEKEEPER' }), ['url_queue'], null);
    await publish(lake, { url_queue: [seed('new')] }, { job: 'job-1', at: '2026-01-05T00:00:00Z' });
    expect((await partition.rows('url_queue')).map((r) => r.url)).toEqual(['old']);
    await partition.close();
  });
});

test('a job id or association that would leave its folder is refused before anything is written', async () => {
  const root = await tempFolder();
  const lake = await openLake(root);
  for (const about of [
    { job: '../evil' },
    { job: 'a/b' },
    { job: '..' },
    { job: '.hidden' },
    { job: '' },
    { association: '../X' },
    { association: 'pma' },
  ]) {
    const partition = await lake.partition(specOf(about), [], null);
    await expect(partition.write('url_queue', [seed('x')])).rejects.toMatchObject({ name: 'UserError' });
    await partition.close();
  }
  expect(existsSync(path.join(root, '..', 'evil'))).toBe(false);
  expect((await fs.readdir(root)).filter((n) => n !== '.tmp')).toEqual([]);
});
