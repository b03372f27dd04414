/**
 * EXTRACTION: reads members, events and participants from the pages that have some. Each value keeps where it came from.
 *
 * reads   pages, page_types, links, access_checks
 * writes  extracted_companies, extracted_events, extracted_participants, extraction_checks
 */
import { loadClassification, loadPlatforms } from '../lib/config.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { inOrder, openReaders } from '../lib/reading/readers.js';
import { choosePages, storedPages } from '../lib/reading/stored.js';
import { harvestDiff } from '../lib/records/diff.js';
import { EventLinks } from '../lib/records/participants.js';
import { checkQuality, qualityRules } from '../lib/records/quality.js';
import { watchSelectors } from '../lib/records/selector-check.js';

/** Bodies that are taken from the lake at once, bytes: one lot is in work, the next on its way. */
const LOT_BYTES = 4_000_000;
/** Before so many pages are read, a share of failures says nothing. */
const SAMPLE_PAGES = 20;

export const extract: Recipe = {
  phase: 'EXTRACTION',
  name: 'extract',
  version: 2,
  code: ['lib/page', 'lib/records', 'lib/reading', 'lib/sql/extract'],
  grain: 'association',
  summary: 'Reads members, events and participants from classified pages.',
  reads: ['pages', 'page_types'],
  uses: ['links', 'access_checks'],
  writes: [
    'extracted_companies',
    'extracted_events',
    'extracted_participants',
    'extraction_checks',
    'dead_letters',
  ],
  settings: async ({ association, config }) => ({
    selectors: association?.selectors ?? null,
    platforms: await loadPlatforms(config),
    quality: association ? qualityRules(association, config) : null,
    errors: config.agents.orchestrator.max_extraction_errors,
    deadline: config.agents.extraction.page_deadline_ms,
  }),
  diff: harvestDiff,

  async run(context) {
    const { association, config, lake, clock, signal, step, progress, count, deadLetter, guardErrors } =
      context;
    const { batch_size, page_deadline_ms, workers } = config.agents.extraction;

    step('Read records from pages');
    const total = await choosePages(lake, 'typed');
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
    const companies = lake.spool('extracted_companies');
    const events = lake.spool('extracted_events');
    const participants = lake.spool('extracted_participants');
    const links = new EventLinks();
    const selectors = watchSelectors(association.selectors ?? null);
    let read = 0;
    let failed = 0;
    try {
      const lots = storedPages(lake, { pages: batch_size, bytes: LOT_BYTES });
      for await (const { page, result, error } of inOrder(lots, readers.width, readers.records)) {
        signal.throwIfAborted();
        const why = error?.message ?? result?.unreadable;
        if (why) {
          failed += 1;
          deadLetter({
            subject: page.url,
            code: error?.code ?? 'UNREADABLE',
            error: why,
            input: { url: page.url },
          });
        }
        if (result) {
          await companies.add(result.companies);
          await events.add(result.events);
          await participants.add(result.participants);
          links.see(page, result);
          selectors.see(page, result);
        }
        read += 1;
        progress(read, total, 'pages');
        guardErrors(failed, Math.max(read, Math.min(total, SAMPLE_PAGES)));
      }
    } finally {
      readers.close();
    }

    step('Join participants with their events');
    const linked = await links.relation(lake);

    step('Write');
    const members = await companies.relation();
    count('companies', await lake.writeSpooled('extracted_companies', companies, `SELECT * FROM ${members}`));
    count(
      'events',
      await lake.writeSpooled('extracted_events', events, `SELECT * FROM ${await events.relation()}`),
    );
    count(
      'participants',
      await lake.writeSpooled(
        'extracted_participants',
        participants,
        `SELECT p.* EXCLUDE (event_url, event_name), l.event_url, l.event_name
         FROM ${await participants.relation()} p LEFT JOIN ${linked} l ON l.list_url = p.page_url`,
      ),
    );

    step('Check the harvest');
    await checkQuality(context, members, selectors.checks(association.code));
  },
};

runAsCommand(extract, import.meta.url);
