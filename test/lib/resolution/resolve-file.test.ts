import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileRecord, resolveRecords } from './support.js';

const akron = { street: '1 Main St', city: 'Akron', state: 'OH', zip: '44301' };
const austin = { street: '77 Oak Blvd', city: 'Austin', state: 'TX', zip: '78701' };

/** Three companies in three lists; the first at two places. */
const records: FileRecord[] = [
  {
    id: 'a1',
    source: 'x',
    name: 'Kestrel Stamping Co., Inc.',
    ...akron,
    website: 'https://kestrelstamping.com',
    phone: '330-555-0100',
  },
  {
    id: 'a2',
    source: 'y',
    name: 'KESTREL STAMPING',
    ...akron,
    street: '1 Main Street, Suite 4',
    phone: '(330) 555-0100',
  },
  {
    id: 'a3',
    source: 'y',
    name: 'Kestrel Stamping of Texas',
    ...austin,
    website: 'www.kestrelstamping.com',
    phone: '512-555-0177',
  },
  { id: 'a4', source: 'z', name: 'Kestrel Stamping', ...austin, website: 'kestrelstamping.com' },
  {
    id: 'b1',
    source: 'x',
    name: 'Harbor Wire Works',
    ...akron,
    street: '900 Lake Rd',
    phone: '330-555-7777',
  },
  {
    id: 'b2',
    source: 'z',
    name: 'Harbor Wireworks LLC',
    ...akron,
    street: '900 Lake Road',
    phone: '330.555.7777',
  },
  { id: 'c1', source: 'x', name: 'Juniper Motors', ...austin, street: '12 Elm St' },
];
const sites = [['a1', 'a2'], ['a3', 'a4'], ['b1', 'b2'], ['c1']];
const companies = [['a1', 'a2', 'a3', 'a4'], ['b1', 'b2'], ['c1']];

describe('two grains in one run', () => {
  it('keeps branches apart as sites and joins them as a company', async () => {
    const found = await resolveRecords(records);
    expect(found.sites).toEqual(sites);
    expect(found.companies).toEqual(companies);
    expect(found.text.split('\n')[0]).toBe('id,site_cluster,company_cluster');
    // the order of the file, not of the clusters
    expect(
      found.text
        .split('\n')
        .slice(1, -1)
        .map((l) => l.split(',')[0]),
    ).toEqual(records.map((r) => r.id));
  });

  it('gives one answer where there are no addresses', async () => {
    const bare = records.map(({ street, city, state, zip, ...rest }) => rest);
    const found = await resolveRecords(bare);
    expect(found.sites).toEqual(found.companies);
  });

  it('keeps namesakes of another owner apart at both grains', async () => {
    const found = await resolveRecords([
      { id: '1', source: 'x', name: 'Kestrel Stamping', ...akron, website: 'kestrelstamping.com' },
      { id: '2', source: 'y', name: 'Kestrel Stamping', ...austin, website: 'kestrel-tx.com' },
    ]);
    expect(found.companies).toEqual([['1'], ['2']]);
  });

  it('tells a slip in a ZIP from another place', async () => {
    const slip = { ...akron, city: '', state: '', phone: '330-555-0100' };
    const found = await resolveRecords([
      { id: '1', source: 'x', name: 'Kestrel Stamping', ...slip },
      { id: '2', source: 'y', name: 'Kestrel Stamping', ...slip, zip: '46301' },
    ]);
    expect(found.sites).toEqual([['1', '2']]);
  });

  it('does not take the same word in brackets for the same name', async () => {
    const hotel = { ...akron, phone: '330-555-0100' };
    const found = await resolveRecords([
      { id: '1', source: 'x', name: 'Grand Plaza Coffee Room (Buckhead)', ...hotel },
      { id: '2', source: 'x', name: 'Meridian Supper Club (Buckhead)', ...hotel },
    ]);
    expect(found.sites).toEqual([['1'], ['2']]);
  });

  it('takes the only candidate of two clean lists when it is just below the line, and not where there are two', async () => {
    const moved = (id: string, source: string, street: string): FileRecord => ({
      id,
      source,
      name: 'Spinnaker',
      street,
      city: 'Reno',
      phone: '775-555-0101',
    });
    const line = [moved('1', 'x', '1114 Horn Ave'), moved('2', 'y', '8795 Sunset Blvd')];
    const one = await resolveRecords(line, { cleanSources: 'yes' });
    expect(one.sites).toEqual([['1', '2']]);
    const dirty = await resolveRecords(line, { cleanSources: 'no' });
    expect(dirty.sites).toEqual([['1'], ['2']]);
    const two = await resolveRecords([...line, moved('3', 'y', '5 Birch Ln')], { cleanSources: 'yes' });
    expect(two.sites).toEqual([['1'], ['2'], ['3']]);
  });
});

describe('nothing else changes', () => {
  it('when rows come in another order, ids are renamed or an unrelated company is added', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.integer({ min: 1, max: 997 }),
        async (shuffled, k) => {
          const rename = (id: string) => `r${(records.findIndex((r) => r.id === id) * k + 7) % 1009}-${id}`;
          const extra = { id: 'zz', source: 'w', name: `Quillfeather ${k}`, city: 'Boise', state: 'ID' };
          const found = await resolveRecords([extra, ...shuffled.map((r) => ({ ...r, id: rename(r.id!) }))]);
          const names = (groups: string[][]) =>
            groups
              .map((g) => g.map((id) => id.replace(/^r\d+-/, '')).sort())
              .sort((x, y) => (x[0]! < y[0]! ? -1 : 1));
          expect(names(found.sites)).toEqual([...sites, ['zz']]);
          expect(names(found.companies)).toEqual([...companies, ['zz']]);
        },
      ),
      { numRuns: 4 },
    );
  }, 30_000);

  it('when the whole file is there twice', async () => {
    const found = await resolveRecords([...records, ...records.map((r) => ({ ...r, id: `${r.id}'` }))]);
    expect(found.sites).toEqual(sites.map((g) => g.flatMap((id) => [id, `${id}'`])));
    expect(found.companies).toEqual(companies.map((g) => g.flatMap((id) => [id, `${id}'`])));
    expect(found.report.repeated).toBe(records.length);
  });

  it('with one thread and little memory, to the byte', async () => {
    const many = Array.from(
      { length: 600 },
      (_, i): FileRecord => ({
        id: `m${i}`,
        source: `s${i % 3}`,
        name: `${['Alder', 'Birch', 'Cedar', 'Maple'][(i >> 1) % 4]} ${['Tool', 'Gear', 'Wire'][(i >> 1) % 3]} ${i >> 3}`,
        street: `${i >> 1} Main St`,
        city: 'Akron',
        state: 'OH',
      }),
    );
    const [one, two] = [
      await resolveRecords(many, { threads: 1, memoryMb: 200 }),
      await resolveRecords(many, { threads: 4 }),
    ];
    expect(two.text).toBe(one.text);
    expect(one.report.sites).toBeLessThan(600);
  }, 20_000);
});

describe('files as people have them', () => {
  it.each([
    [
      'a byte-order mark, CRLF, semicolons, columns in another order and case',
      '\uFEFFName;ZIP;Id\r\n"Acme; Gear";44301;7\r\n',
    ],
    ['tabs, and columns that nobody asked for', 'extra\tID\tNAME\nx\t7\tAcme\n'],
    ['line breaks in a field, and blank lines', 'id,name\n\n7,"Acme\r\nGear"\n\n'],
    ['bytes of UTF-16', new Uint8Array(Buffer.from('\uFEFFid,name\n7,Café\n', 'utf16le'))],
    ['fewer fields than the header', 'id,name,city,zip\n7,Acme\n'],
    ['a name of ten thousand characters', `id,name\n7,${'y'.repeat(10_000)}\n`],
    ['no name', 'id,name\n7,\n'],
  ])('%s', async (_, text) => {
    expect((await resolveRecords(text)).text).toBe('id,site_cluster,company_cluster\n7,7,7\n');
  });

  it.each([
    ['id,name\n1,"Ac\nme"\n2,B\n1,C\n', /in\.csv, line 5: the id 1 is on line 2 already/],
    ['id,title\n1,a\n', /in\.csv, line 1: there is no column name\. The columns are: id, title/],
    ['id,name\n1,Acme\n2,"Bolt\n3,C\n', /in\.csv, line 3: a quote is opened there and never closed/],
    ['id,name\n1,"Acme"x\n2,B\n', /in\.csv, line 2: text follows a closing quote/],
    ['id,name\n1,Acme, Inc\n2,B\n', /in\.csv, line 2: the record has more fields than the header names/],
    ['id,name\n1,Acme\n,B\n', /in\.csv, line 3: the record has no id/],
    ['id,name,Name\n1,A,B\n', /in\.csv, line 1: the column name stands there twice/],
    ['', /in\.csv is empty/],
    [
      new Uint8Array(Buffer.from('id,name\n1,A\n2,Caf\xe9\n', 'latin1')),
      /in\.csv, line 3: these bytes are not UTF-8/,
    ],
  ])('are refused with file and line: %j', async (text, message) => {
    await expect(resolveRecords(text)).rejects.toThrow(message);
  });

  it('are read in the encoding that is named', async () => {
    const bytes = new Uint8Array(Buffer.from('id,name\n1,Caf\xe9 M\xfcller\n2,Cafe Muller\n', 'latin1'));
    expect((await resolveRecords(bytes, { encoding: 'windows-1252' })).report.records).toBe(2);
  });

  it('leave nothing behind but the result', async () => {
    const { folder } = await resolveRecords(records);
    expect((await readdir(folder)).filter((f) => f.endsWith('.csv') || f.endsWith('.part'))).toEqual([
      'in.csv',
      'out.csv',
    ]);
  });
});

describe('sizes that tempt', () => {
  it('answers 50,000 records of one name in bounded time, alike or all different', async () => {
    const alike = Array.from({ length: 50_000 }, (_, i) => `${i},Precision Machine,s`).join('\n');
    const found = await resolveRecords(`id,name,source\n${alike}\n`);
    expect(found.companies).toHaveLength(1);
    expect(found.report.pairs).toBe(0);
    const different = Array.from(
      { length: 3000 },
      (_, i) => `${i},Precision Machine,s${i % 3},${216_000_0000 + i}`,
    ).join('\n');
    const spread = await resolveRecords(`id,name,source,phone\n${different}\n`);
    expect(spread.report.pairs).toBeLessThan(3000 * 20);
    expect(spread.report.blocking.some((b) => Number(b.walked_blocks) > 0)).toBe(true);
  }, 30_000);
});

describe('what is explained', () => {
  it('has a row for each pair with its weights at both grains, in a folder with the model', async () => {
    const found = await resolveRecords(records, { explain: null });
    const target = path.join(found.folder, 'explained');
    const again = await resolveRecords(records, { explain: target });
    expect(again.text).toBe(found.text);
    const pairs = (await readFile(path.join(target, 'pairs.csv'), 'utf8')).split('\n');
    expect(pairs[0]).toBe('id_a,id_b,weight,site_weight,probability,decision,blocking_rules,reasons');
    expect(pairs.find((p) => p.startsWith('a1,a3,'))).toMatch(/,match,.*domain/);
    expect((await readdir(target)).sort()).toEqual([
      'blocking.csv',
      'pairs.csv',
      'sources.csv',
      'weights.csv',
    ]);
  });
});
