/** Pages of earlier jobs: their validators for a conditional request, their bodies when the answer is "not modified". */
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';

type PageRow = RowOf<'pages'>;

export interface StoredPages {
  /** Headers that ask for a body only if the page has changed (RFC 9110 13.1). */
  validators(url: string): Record<string, string>;
  /** The newest stored page. */
  page(url: string): Promise<PageRow | null>;
  /**
   * The newest stored page, when it is younger than `--max-age`; `modified` is when a sitemap says that the page last
   * changed: a page that changed since is not fresh, however young.
   */
  fresh(url: string, modified: string | null): Promise<PageRow | null>;
}

export async function storedPages(phase: PhaseContext): Promise<StoredPages> {
  const { lake, store, association, clock, options } = phase;
  await store.attach(lake, 'pages', 'stored_pages', { association: association.code, all: true });
  const rows = await lake.query(
    `SELECT url, etag, last_modified, fetched_at FROM stored_pages
     QUALIFY row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC) = 1`,
  );
  const known = new Map(rows.map((row) => [String(row.url), row]));

  const page = async (url: string): Promise<PageRow | null> => {
    const [row] = await lake.query(
      `SELECT * EXCLUDE (association_code, job_id) FROM stored_pages WHERE url = $1 ORDER BY fetched_at DESC LIMIT 1`,
      [url],
    );
    return (row as unknown as PageRow | undefined) ?? null;
  };

  return {
    validators(url) {
      const row = known.get(url);
      return {
        ...(row?.etag ? { 'if-none-match': String(row.etag) } : {}),
        ...(row?.last_modified ? { 'if-modified-since': String(row.last_modified) } : {}),
      };
    },
    page,
    async fresh(url, modified) {
      const at = known.get(url)?.fetched_at;
      if (options.maxAgeMs === null || typeof at !== 'string') return null;
      if (modified !== null && Date.parse(modified) > Date.parse(at)) return null;
      return clock.now().getTime() - Date.parse(at) <= options.maxAgeMs ? page(url) : null;
    },
  };
}
