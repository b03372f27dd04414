/** Files of records, resolved as `npm run resolve-file` does it, in this process. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openDuckDB } from '../../../lib/lake/duck.js';
import {
  type ResolveFileOptions,
  type ResolveFileReport,
  resolveCsv,
} from '../../../lib/resolution/resolve-file.js';

export type FileRecord = Partial<
  Record<
    'id' | 'source' | 'name' | 'website' | 'phone' | 'street' | 'city' | 'state' | 'zip' | 'email',
    string
  >
>;
export interface Resolved {
  report: ResolveFileReport;
  /** The result file, as written. */
  text: string;
  sites: string[][];
  companies: string[][];
  folder: string;
}

const columns = [
  'id',
  'source',
  'name',
  'website',
  'phone',
  'street',
  'city',
  'state',
  'zip',
  'email',
] as const;
const cell = (value = '') => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export const csvOf = (records: readonly FileRecord[]): string =>
  [columns.join(','), ...records.map((r) => columns.map((c) => cell(r[c])).join(','))]
    .join('\n')
    .concat('\n');

/** Resolves records, or the bytes of a file. */
export async function resolveRecords(
  input: readonly FileRecord[] | string | Uint8Array,
  options: Partial<ResolveFileOptions> & { threads?: number; memoryMb?: number } = {},
): Promise<Resolved> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nam-test-resolve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'in.csv');
  const out = path.join(folder, 'out.csv');
  await writeFile(file, typeof input === 'string' || input instanceof Uint8Array ? input : csvOf(input));
  const { threads = 2, memoryMb, ...rest } = options;
  const instance = await openDuckDB({ tempFolder: folder, threads, ...(memoryMb ? { memoryMb } : {}) });
  const connection = await instance.connect();
  try {
    const report = await resolveCsv(connection, file, out, {
      explain: null,
      threshold: null,
      cleanSources: 'auto',
      encoding: null,
      tempFolder: folder,
      nowMs: () => performance.now(),
      ...rest,
    });
    const text = await readFile(out, 'utf8');
    const rows = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',') as [string, string, string]);
    return { report, text, folder, sites: groups(rows, 1), companies: groups(rows, 2) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function groups(rows: readonly (readonly string[])[], column: number): string[][] {
  const by = new Map<string, string[]>();
  for (const row of rows) {
    const ids = by.get(row[column]!);
    if (ids) ids.push(row[0]!);
    else by.set(row[column]!, [row[0]!]);
  }
  return [...by.values()].map((ids) => ids.sort()).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
}
