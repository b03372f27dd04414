/** Tables of a lake without what may differ between two runs of the same work: instants and job ids. */
import { Lake } from '../../lib/lake/lake.js';
import { columnsOf } from '../../lib/lake/table.js';
import { type TableName, tableNamed } from '../../lib/lake/tables/index.js';

/** Columns whose value depends on which of several equal ways came first. */
const BY_CHANCE: Record<string, string[]> = {
  // the hash stands for the body
  pages: ['body', 'charset', 'content_type', 'depth', 'found_on', 'bytes', 'etag', 'last_modified'],
};

export async function comparableTables(
  root: string,
  names: readonly TableName[],
): Promise<Record<string, string[]>> {
  const lake = await Lake.open({ root });
  try {
    const out: Record<string, string[]> = {};
    for (const name of names) {
      const table = tableNamed(name);
      const columns = columnsOf(table).filter(
        (c) =>
          c.type !== 'TIMESTAMP WITH TIME ZONE' && c.name !== 'job_id' && !BY_CHANCE[name]?.includes(c.name),
      );
      const rows = await lake.query(`SELECT ${columns.map((c) => c.name).join(', ')} FROM ${name}`);
      out[name] = rows.map((row) => withoutInstants(JSON.stringify(row))).sort();
    }
    return out;
  } finally {
    await lake.close();
  }
}

/** Provenance holds instants inside JSON text. */
const withoutInstants = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00(:00)?)?/g, '<instant>');
