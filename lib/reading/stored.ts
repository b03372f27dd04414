/** Stored pages, to be read one lot at a time: file by file, so that no body is held or unpacked twice. */
import type { Partition } from '../lake/partition.js';
import { literal } from '../lake/sql-literal.js';

/** A stored page as the readers take it. */
export interface StoredPage {
  page_id: string;
  url: string;
  final_url: string | null;
  content_type: string | null;
  title: string | null;
  body: string | null;
  fetched_at: string | null;
  /** What CLASSIFICATION said; null before it. */
  page_type: string | null;
  confidence: number | null;
}

/** Pages of one lot, and bytes of them, guessed from what came over the wire. */
export interface LotLimits {
  pages: number;
  bytes: number;
}

/** A body is longer than it was on the wire, where it was packed: by about so much. */
const UNPACKED = 4;

const COLUMNS = ['page_id', 'url', 'final_url', 'content_type', 'title', 'body', 'fetched_at'];

/**
 * Notes which pages are to be read, the newest copy of each: all of them, or those that CLASSIFICATION gave a type
 * other than `other`. Returns how many.
 */
export async function choosePages(lake: Partition, which: 'all' | 'typed'): Promise<number> {
  const files = lake.inputFiles('pages');
  const source =
    files.length === 0
      ? `(SELECT url, fetched_at, bytes, '' AS filename FROM pages WHERE false)`
      : `read_parquet([${files.map((f) => literal(f)).join(', ')}], hive_partitioning = false, union_by_name = true, filename = true)`;
  const types = which === 'typed' ? `JOIN page_types t USING (url) WHERE t.page_type <> 'other'` : '';
  const type =
    which === 'typed'
      ? 't.page_type, t.confidence'
      : 'NULL::VARCHAR AS page_type, NULL::DOUBLE AS confidence';
  await lake.run(
    `CREATE OR REPLACE TEMP TABLE pages_to_read AS
     SELECT p.url, p.filename, p.bytes, ${type}
     FROM (SELECT url, filename, bytes FROM ${source}
           QUALIFY row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, filename) = 1) p ${types}`,
  );
  const [all] = await lake.query('SELECT count(*) AS n FROM pages_to_read');
  return Number(all?.n ?? 0);
}

/** The chosen pages in lots; the next lot is on its way while one is worked on. */
export async function* storedPages(lake: Partition, limits: LotLimits): AsyncGenerator<StoredPage[]> {
  const lots = lotsOf(lake, limits);
  let next = lots.next();
  next.catch(() => undefined); // it is awaited below; a consumer that stops early never does
  for (;;) {
    const { value, done } = await next;
    if (done) return;
    next = lots.next();
    next.catch(() => undefined);
    try {
      yield value;
    } finally {
      // A consumer that stops early must find the connection free.
      await next.catch(() => undefined);
    }
  }
}

async function* lotsOf(lake: Partition, limits: LotLimits): AsyncGenerator<StoredPage[]> {
  for (const { filename } of await lake.query(
    'SELECT DISTINCT filename FROM pages_to_read ORDER BY filename',
  )) {
    const file = String(filename);
    const chosen = await lake.query(
      `SELECT url, bytes FROM pages_to_read WHERE filename = ${literal(file)} ORDER BY url`,
    );
    let start = 0;
    let bytes = 0;
    for (let i = 0; i < chosen.length; i += 1) {
      bytes += Number(chosen[i]!.bytes ?? 0) * UNPACKED;
      if (i + 1 < chosen.length && i + 1 - start < limits.pages && bytes < limits.bytes) continue;
      yield lot(lake, file, String(chosen[start]!.url), String(chosen[i]!.url));
      start = i + 1;
      bytes = 0;
    }
  }
}

/** Parts are sorted by URL, so that a range of URLs is one place in the file. */
async function lot(lake: Partition, file: string, first: string, last: string): Promise<StoredPage[]> {
  const range = (side: string) => `${side}.url >= ${literal(first)} AND ${side}.url <= ${literal(last)}`;
  const rows = await lake.query(
    `SELECT ${COLUMNS.map((c) => `p.${c}`).join(', ')}, c.page_type, c.confidence
     FROM read_parquet(${literal(file)}, hive_partitioning = false) p JOIN pages_to_read c ON c.url = p.url
     WHERE c.filename = ${literal(file)} AND ${range('p')} AND ${range('c')} ORDER BY p.url`,
  );
  return rows as unknown as StoredPage[];
}
