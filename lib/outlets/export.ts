/**
 * Files that leave the lake. Every file is written aside and renamed, and the manifest names each with rows, size and
 * hash; cells that a spreadsheet would take for a formula are disarmed in CSV, and left as they are in JSON.
 */

import { once } from 'node:events';
import { createWriteStream, promises as fs } from 'node:fs';
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { AnyRow } from '../lake/duck.js';
import { readIfThere, sha256File, writeAtomically } from '../lake/files.js';
import type { Partition, RowOf } from '../lake/partition.js';
import { exportsFolder } from '../lake/paths.js';
import { columnsOf } from '../lake/table.js';
import { tableNamed } from '../lake/tables/index.js';
import { graphml } from './graphml.js';

type ExportFile = RowOf<'exports'>;
type Queryable = Pick<Partition, 'query'>;

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

export async function exportAll(lake: Queryable, root: string, jobId: string): Promise<ExportFile[]> {
  const folder = exportsFolder(root, jobId);
  await fs.mkdir(folder, { recursive: true });
  const files: ExportFile[] = [];
  for (const name of TABLES) {
    const columns = exportedColumns(name);
    const rows = await tableRows(lake, name, columns);
    files.push(await save(folder, `${name}.csv`, 'csv', rows, csvWith(columns)));
    files.push(await save(folder, `${name}.json`, 'json', rows, jsonLines(name)));
  }
  for (const [name, sql] of Object.entries(CRM)) {
    const columns = (await lake.query(`DESCRIBE ${sql}`)).map((c) => String(c.column_name));
    files.push(await save(folder, `${name}.csv`, 'crm', await lake.query(sql), csvWith(columns)));
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

/** Are the files of a job's manifest all there, as large as it says? */
export async function exportsIntact(roots: readonly string[], jobId: string): Promise<boolean> {
  for (const root of roots) {
    const folder = exportsFolder(root, jobId);
    const manifest = await readIfThere(path.join(folder, 'manifest.json'));
    if (manifest === null) continue;
    const { files } = JSON.parse(manifest) as { files: ExportFile[] };
    const sizes = await Promise.all(
      files.map(({ file }) =>
        fs.stat(path.join(folder, file)).then(
          (stat) => stat.size,
          () => null,
        ),
      ),
    );
    return files.every((file, i) => sizes[i] === file.bytes);
  }
  return false;
}

const exportedColumns = (name: (typeof TABLES)[number]): string[] =>
  columnsOf(tableNamed(name))
    .map((c) => c.name)
    .filter((column) => column in tableNamed(name).shape);

const tableRows = (
  lake: Queryable,
  name: (typeof TABLES)[number],
  columns: readonly string[],
): Promise<AnyRow[]> =>
  lake.query(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${tableNamed(name).key.join(', ')}`);

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

/** Rows as CSV (RFC 4180), the header also when there are none. */
export const csvWith = (columns: readonly string[]) =>
  function* (rows: readonly AnyRow[]): Generator<string> {
    const lots = 1_000;
    for (let i = 0; i < Math.max(rows.length, 1); i += lots) {
      yield stringify(
        rows.slice(i, i + lots).map((row) => columns.map((column) => cell(row[column]))),
        { header: i === 0, columns: [...columns], record_delimiter: '\r\n', quoted_match: /[\r\n]/ },
      );
    }
  };

/** Lists become text parted by semicolons, which importers can split, each item disarmed. */
function cell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => disarmed(String(item ?? ''))).join('; ');
  return typeof value === 'string' ? disarmed(value) : String(value);
}

/** A telephone number in E.164 keeps its plus sign: digits alone do nothing, and importers want it so. */
const PHONE = /^\+[1-9]\d{6,14}$/;
/** What a spreadsheet takes for the beginning of a formula, after blanks too, full-width forms included. */
const FORMULA = /^(?:[\t\r]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

/** A text that a spreadsheet would run as a formula, with an apostrophe before it. */
export const disarmed = (text: string): string =>
  FORMULA.test(text) && !PHONE.test(text) ? `'${text}` : text;

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
