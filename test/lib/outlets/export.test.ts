import { createHash } from 'node:crypto';
import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exportAll, exportsIntact } from '../../../lib/outlets/export.js';
import { openLake, publish, tempFolder } from '../../support/lake.js';
import { company, rowOf } from './companies.js';
import { parseCsv } from './parse-csv.js';

const hostile = '=HYPERLINK("http://evil.example","x")';

async function exported() {
  const root = await tempFolder();
  const lake = await openLake(root);
  await publish(
    lake,
    {
      companies: [
        company('c1', 'Acme, "Gears" & Söhne', {
          phone: '+12165550100',
          employees: 250,
          other_names: ['ACME', hostile],
          provenance: { employees: { source: 'apollo', value: 250 } },
        }),
        company('c2', hostile, { city: 'Cleveland\nOhio' }),
      ],
      contacts: [
        rowOf('contacts', { contact_id: 'p1', company_id: 'c1', full_name: 'Cher', email: '@cher' }),
      ],
      entity_relationships: [
        rowOf('entity_relationships', {
          relationship_id: 'r1',
          from_company_id: 'c1',
          to_company_id: 'c2',
          relationship: 'parent_of',
          strength: 0.5,
        }),
      ],
    },
    { phase: 'RESOLUTION', association: null, recipe: 'resolve' },
  );
  const files = await exportAll(lake, root, 'job-1');
  const folder = path.join(root, 'exports', 'job-1');
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  return { root, folder, files, read };
}

test('CSV holds every row, disarmed; JSON holds the same, as it is', async () => {
  const { read } = await exported();
  const [header, ...rows] = parseCsv(await read('companies.csv'));
  const at = (row: string[], column: string) => row[header!.indexOf(column)];
  expect(rows).toHaveLength(2);
  expect(at(rows[0]!, 'canonical_name')).toBe('Acme, "Gears" & Söhne');
  expect(at(rows[0]!, 'phone')).toBe('+12165550100');
  expect(at(rows[0]!, 'other_names')).toBe(`ACME; '${hostile}`);
  expect(at(rows[1]!, 'canonical_name')).toBe(`'${hostile}`);
  expect(at(rows[1]!, 'city')).toBe('Cleveland\nOhio');

  const json = JSON.parse(await read('companies.json')) as Record<string, unknown>[];
  expect(json[0]).toMatchObject({
    company_id: 'c1',
    phone: '+12165550100',
    employees: 250,
    other_names: ['ACME', hostile],
    provenance: { employees: { source: 'apollo', value: 250 } },
    website: null,
  });
  expect(json[1]).toMatchObject({ canonical_name: hostile });
  expect(Object.keys(json[0]!)).toEqual(header);
});

test('a table without rows is a header, or an empty list', async () => {
  const { read } = await exported();
  expect(await read('events.csv')).toMatch(/^event_id,[a-z_,]+\r\n$/);
  expect(JSON.parse(await read('events.json'))).toEqual([]);
});

test('the CRM files have the columns that importers look for', async () => {
  const { read } = await exported();
  const [accounts, first] = parseCsv(await read('crm-accounts.csv'));
  expect(accounts).toEqual(
    expect.arrayContaining(['External ID', 'Account Name', 'Website', 'Phone', 'Billing City', 'Employees']),
  );
  expect(first!.slice(0, 2)).toEqual(['c1', 'Acme, "Gears" & Söhne']);
  const [contacts, cher] = parseCsv(await read('crm-contacts.csv'));
  const person = Object.fromEntries(contacts!.map((name, i) => [name, cher![i]]));
  expect(person).toMatchObject({
    'External ID': 'p1',
    'Account External ID': 'c1',
    'Last Name': 'Cher',
    Email: "'@cher",
  });
});

test('the manifest names every file with its rows, size and hash, and nothing else lies about', async () => {
  const { folder, files, read } = await exported();
  const manifest = JSON.parse(await read('manifest.json')) as { job_id: string; files: typeof files };
  expect(manifest).toEqual({ job_id: 'job-1', files });
  expect((await readdir(folder)).sort()).toEqual([...files.map((f) => f.file), 'manifest.json'].sort());
  for (const file of files) {
    const bytes = await readFile(path.join(folder, file.file));
    expect(file.bytes).toBe(bytes.length);
    expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
  expect(files.find((f) => f.file === 'companies.csv')?.rows).toBe(2);
});

test('exports are intact until a file of theirs is gone or cut', async () => {
  const { root, folder } = await exported();
  const intact = () => exportsIntact([root], 'job-1');
  expect(await intact()).toBe(true);
  expect(await exportsIntact([root], 'job-2')).toBe(false);
  await truncate(path.join(folder, 'companies.json'), 5);
  expect(await intact()).toBe(false);
  await rm(path.join(folder, 'companies.json'));
  expect(await intact()).toBe(false);
});
