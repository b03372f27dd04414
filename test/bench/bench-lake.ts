/** Lakes that the figures are taken on: empty ones in a temp folder, and one that a real run has filled. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Lake } from '../../lib/lake/lake.js';
import type { Partition, RowOf } from '../../lib/lake/partition.js';

const folders: string[] = [];

/** A temp folder that goes with the process. */
export function tempFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `nam-bench-${name}-`));
  folders.push(folder);
  return folder;
}

export function removeTempFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Opens a partition of an empty lake, lets `work` have it, and takes the lake away. */
export async function onPartition<T>(work: (partition: Partition, lake: Lake) => Promise<T>): Promise<T> {
  const lake = await Lake.open({ root: tempFolder('lake') });
  try {
    const partition = await lake.partition(partitionSpec('bench'), [], null);
    try {
      return await work(partition, lake);
    } finally {
      await partition.close();
    }
  } finally {
    await lake.close();
  }
}

export const partitionSpec = (jobId: string) => ({
  jobId,
  phase: 'EXTRACTION',
  association: 'PMA',
  recipe: 'bench',
  recipeVersion: 1,
  fingerprint: 'bench',
  now: () => new Date('2026-01-01T00:00:00Z'),
});

/** Columns of `extracted_companies`, in SQL, for row `i` of a range: what a directory page says of a member. */
export function companySelect(rows: number): string {
  return `
    SELECT
      left(sha256(i::varchar), 16) AS record_id,
      'https://www.example.org/directory?page=' || (i // 25) AS page_url,
      'member_directory' AS page_type,
      (i % 25)::integer AS position,
      'https://www.example.org/member/' || i AS profile_url,
      'Precision Stamping and Tool Works ' || i || ', Inc.' AS name,
      'https://www.company' || i || '.com/' AS website,
      'company' || i || '.com' AS domain,
      '(216) 555-' || lpad((i % 10000)::varchar, 4, '0') AS phone,
      '+1216555' || lpad((i % 10000)::varchar, 4, '0') AS phone_e164,
      ['+1216555' || lpad((i % 10000)::varchar, 4, '0')] AS phones,
      NULL::varchar AS fax,
      'info@company' || i || '.com' AS email,
      ['info@company' || i || '.com'] AS emails,
      (i % 9000) || ' Industrial Parkway, Suite ' || (i % 90) AS street,
      'Cleveland' AS city, 'OH' AS state, lpad((44000 + i % 999)::varchar, 5, '0') AS postal_code, 'US' AS country,
      '[]' AS locations, '[]' AS contacts,
      'Metal stampings, deep drawing and progressive dies since ' || (1900 + i % 120) AS description,
      ['Stamping', 'Tool and die', 'Category ' || (i % 40)] AS categories,
      0.9::double AS confidence,
      '{"name":[{"strategy":"records","selector":"div.member > h3","raw":"Company ' || i || '","confidence":0.9}]}' AS provenance,
      TIMESTAMPTZ '2026-01-01 00:00:00+00' AS fetched_at
    FROM range(${rows}) r(i)`;
}

/** The same rows as the recipes hold them. */
export async function companyRows(lake: Lake, rows: number): Promise<RowOf<'extracted_companies'>[]> {
  const found = await lake.query(companySelect(rows));
  return found.map((row) => ({
    ...row,
    locations: JSON.parse(String(row.locations)),
    contacts: JSON.parse(String(row.contacts)),
    provenance: JSON.parse(String(row.provenance)),
  })) as unknown as RowOf<'extracted_companies'>[];
}
