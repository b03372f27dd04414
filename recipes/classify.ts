/**
 * CLASSIFICATION: what kind of page each page is, by several signals: structure, words, URL, structured data.
 *
 * reads   pages
 * writes  page_types
 */
import { loadPlatforms } from '../lib/config.js';
import { breathe } from '../lib/harness/breathe.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import type { RowOf } from '../lib/lake/partition.js';
import { isHtmlType } from '../lib/web/media.js';

export const classify: Recipe = {
  phase: 'CLASSIFICATION',
  name: 'classify',
  version: 1,
  code: ['lib/page'],
  grain: 'association',
  summary: 'Directory, profile, event, exhibitor list …: the type of every page, with its signals.',
  reads: ['pages'],
  writes: ['page_types'],
  settings: async ({ association, config }) => ({
    selectors: association?.selectors ?? null,
    platforms: await loadPlatforms(config),
  }),

  async run({ association, config, lake, clock, signal, step, progress, count }) {
    const { classifyPage } = await import('../lib/page/classify.js'); // loaded when there is work
    step('Classify pages');
    const platforms = await loadPlatforms(config);
    const [all] = await lake.query('SELECT count(*) AS n FROM pages');
    const total = Number(all?.n ?? 0);
    const types: RowOf<'page_types'>[] = [];
    for await (const batch of lake.batches('SELECT DISTINCT ON (url) * FROM pages', 'url', 200)) {
      signal.throwIfAborted();
      for (const page of batch as unknown as RowOf<'pages'>[]) {
        if (!isHtmlType(page.content_type) || page.body === null) continue;
        const verdict = classifyPage({
          url: page.final_url ?? page.url,
          html: page.body,
          contentType: page.content_type,
          now: page.fetched_at ?? clock.now().toISOString(),
          selectors: association.selectors ?? null,
          platforms,
          siteName: association.name,
        });
        types.push({
          page_id: page.page_id,
          url: page.url,
          page_type: verdict.page_type,
          confidence: verdict.confidence,
          signals: verdict.signals,
        });
        count(verdict.page_type);
        progress(types.length, total, 'pages');
      }
      await breathe();
    }
    await lake.write('page_types', types);
  },
};

runAsCommand(classify, import.meta.url);
