/**
 * CLASSIFICATION: what kind of page each page is, by several signals: structure, words, URL, structured data.
 *
 * reads   pages
 * writes  page_types
 */
import { loadClassification, loadPlatforms } from '../lib/config.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { inOrder, openReaders } from '../lib/reading/readers.js';
import { choosePages, type StoredPage, storedPages } from '../lib/reading/stored.js';
import { isHtmlType, isJsonType } from '../lib/web/media.js';

/** Bodies that are taken from the lake at once, bytes: one lot is in work, the next on its way. */
const LOT_BYTES = 4_000_000;
/** Before so many pages are read, a share of failures says nothing. */
const SAMPLE_PAGES = 20;

export const classify: Recipe = {
  phase: 'CLASSIFICATION',
  name: 'classify',
  version: 3,
  code: ['lib/page', 'lib/records/read.ts', 'lib/reading'],
  grain: 'association',
  summary: 'Directory, profile, event, exhibitor list …: the type of every page, with its signals.',
  reads: ['pages'],
  writes: ['page_types', 'dead_letters'],
  settings: async ({ association, config }) => ({
    selectors: association?.selectors ?? null,
    platforms: await loadPlatforms(config),
    weights: await loadClassification(config),
    errors: config.agents.orchestrator.max_extraction_errors,
    deadline: config.agents.extraction.page_deadline_ms,
  }),

  async run({ association, config, lake, clock, signal, step, progress, count, deadLetter, guardErrors }) {
    const { batch_size, page_deadline_ms, workers } = config.agents.extraction;
    step('Classify pages');
    const total = await choosePages(lake, 'all');
    const readers = await openReaders(
      total,
      {
        association: association.code,
        siteName: association.name,
        selectors: association.selectors ?? null,
        platforms: await loadPlatforms(config),
        weights: await loadClassification(config),
        now: clock.now().toISOString(),
      },
      { deadlineMs: page_deadline_ms, ...(workers && { workers }) },
    );
    const types = lake.spool('page_types');
    const verdictOf = async (page: StoredPage) =>
      (isHtmlType(page.content_type) || isJsonType(page.content_type)) && page.body !== null
        ? readers.verdict(page)
        : null;
    let seen = 0;
    let failed = 0;
    try {
      const lots = storedPages(lake, { pages: batch_size, bytes: LOT_BYTES });
      for await (const { page, result, error } of inOrder(lots, readers.width, verdictOf)) {
        signal.throwIfAborted();
        if (error) {
          failed += 1;
          deadLetter({ subject: page.url, code: error.code, error: error.message, input: { url: page.url } });
        }
        if (result) {
          await types.add([{ page_id: page.page_id, url: page.url, ...result }]);
          count(result.page_type);
        }
        seen += 1;
        progress(seen, total, 'pages');
        guardErrors(failed, Math.max(seen, Math.min(total, SAMPLE_PAGES)));
      }
    } finally {
      readers.close();
    }

    step('Write');
    await lake.writeSpooled('page_types', types, `SELECT * FROM ${await types.relation()}`);
  },
};

runAsCommand(classify, import.meta.url);
