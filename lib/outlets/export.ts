/**
 * Files that leave the lake. Every file is written aside and renamed, and the manifest names each with rows, size and
 * hash; cells that a spreadsheet would take for a formula are disarmed in CSV, and left as they are in JSON.
 */

import { once } from 'node:events';
import { createWriteStream, promises as fs } from 'node:fs';
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { AnyRow } from '../lake/duck.js';
import { sha256File, writeAtomically } from '../lake/files.js';
import type { Partition, RowOf } from '../lake/partition.js';
import { exportsFolder } from '../lake/paths.js';
import { columnsOf } from '../lake/table.js';
import { tableNamed } from '../lake/tables/index.js';
import { graphml } from './graphml.js';

type ExportFile = RowOf<'exports'>;

const TABLES = [
  'companies',
  'association_memberships',
  'contacts',
  'events',
  'event_participants',
  'competitor_signals',
  'entity_relationships',
] as const;

/** Column names that CRM importers know, and the query that fills them. */
const CRM = {
  'crm-accounts': `
    SELECT company_id AS "External ID", canonical_name AS "Account Name", website AS "Website", phone AS "Phone",
      street AS "Billing Street", city AS "Billing City", state AS "Billing State/Province",
      postal_code AS "Billing Zip/Postal Code", country AS "Billing Country", employees AS "Employees",
      revenue_usd AS "Annual Revenue", naics_code AS "NAICS Code", erp_system AS "ERP System",
      quality_grade AS "Data Grade", description AS "Description"
    FROM companies ORDER BY company_id`,
  'crm-contacts': `
    SELECT contact_id AS "External ID", p.company_id AS "Account External ID", c.canonical_name AS "Account Name",
      first_name AS "First Name", coalesce(last_name, full_name) AS "Last Name", title AS "Title", p.email AS "Email",
      email_status AS "Email Status", p.phone AS "Phone", p.linkedin_url AS "LinkedIn"
    FROM contacts p JOIN companies c ON c.company_id = p.company_id ORDER BY contact_id`,
} as const;

export async function exportAll(lake: Partition, root: string, jobId: string): Promise<ExportFile[]> {
  const folder = exportsFolder(root, jobId);
  await fs.mkdir(folder, { recursive: true });
  const files: ExportFile[] = [];
  for (const name of TABLES) {
    const rows = await tableRows(lake, name);
    files.push(await save(folder, `${name}.csv`, 'csv', rows, csv));
    files.push(await save(folder, `${name}.json`, 'json', rows, jsonLines(name)));
  }
  for (const [name, sql] of Object.entries(CRM)) {
    files.push(await save(folder, `${name}.csv`, 'crm', await lake.query(sql), csv));
  }
  const nodes = await lake.query(
    'SELECT company_id, canonical_name, state, erp_system, quality_grade FROM companies ORDER BY company_id',
  );
  const edges = await lake.query(
    'SELECT relationship_id, from_company_id, to_company_id, relationship, strength FROM entity_relationships ORDER BY relationship_id',
  );
  files.push(await save(folder, 'graph.graphml', 'graphml', edges, () => [graphml(nodes, edges)]));
  await writeAtomically(
    path.join(folder, 'manifest.json'),
    `${JSON.stringify({ job_id: jobId, files }, null, 1)}\n`,
  );
  return files;
}

async function tableRows(lake: Partition, name: (typeof TABLES)[number]): Promise<AnyRow[]> {
  const table = tableNamed(name);
  const columns = columnsOf(table).filter((c) => c.name in table.shape);
  const order = table.key.join(', ');
  return lake.query(`SELECT ${columns.map((c) => c.name).join(', ')} FROM ${name} ORDER BY ${order}`);
}

async function save(
  folder: string,
  file: string,
  format: string,
  rows: readonly AnyRow[],
  render: (rows: readonly AnyRow[]) => Iterable<string>,
): Promise<ExportFile> {
  const target = path.join(folder, file);
  const aside = path.join(folder, `.${file}.tmp`);
  const stream = createWriteStream(aside);
  for (const piece of render(rows)) if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
  await fs.rename(aside, target);
  const { size } = await fs.stat(target);
  return { file, format, rows: rows.length, bytes: size, sha256: await sha256File(target) };
}

function* csv(rows: readonly AnyRow[]): Generator<string> {
  const lots = 1_000;
  for (let i = 0; i < Math.max(rows.length, 1); i += lots) {
    yield stringify(
      rows
        .slice(i, i + lots)
        .map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, cell(v)]))),
      { header: i === 0, escape_formulas: true, record_delimiter: '\r\n' },
    );
  }
}

/** Lists become text parted by semicolons, which importers can split. A telephone number keeps its plus sign. */
function cell(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value === 'number') return value;
  return String(value);
}

const jsonLines = (name: (typeof TABLES)[number]) =>
  function* (rows: readonly AnyRow[]): Generator<string> {
    const json = columnsOf(tableNamed(name))
      .filter((c) => c.type === 'JSON TEXT')
      .map((c) => c.name);
    yield '[\n';
    for (const [i, row] of rows.entries()) {
      const out = { ...row };
      for (const column of json) if (typeof out[column] === 'string') out[column] = JSON.parse(out[column]);
      yield `${JSON.stringify(out)}${i < rows.length - 1 ? ',' : ''}\n`;
    }
    yield ']\n';
  };
