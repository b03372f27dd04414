/**
 * EXTRACTION: reads members, events and participants from the pages that have some. Each value keeps where it came from.
 *
 * reads   pages, page_types, links
 * writes  extracted_companies, extracted_events, extracted_participants
 */
import { loadPlatforms } from '../lib/config.js';
import { breathe } from '../lib/harness/breathe.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import type { RowOf } from '../lib/lake/partition.js';
import type { Classification } from '../lib/page/types.js';
import { type ListPage, linkParticipants } from '../lib/records/participants.js';
import { companyRow, eventRow, participantRow } from '../lib/records/rows.js';

type Readable = RowOf<'pages'> & RowOf<'page_types'> & { signals: string };

export const extract: Recipe = {
  phase: 'EXTRACTION',
  name: 'extract',
  version: 1,
  code: ['lib/page', 'lib/records'],
  grain: 'association',
  summary: 'Reads members, events and participants from classified pages.',
  reads: ['pages', 'page_types'],
  uses: ['links'],
  writes: ['extracted_companies', 'extracted_events', 'extracted_participants', 'dead_letters'],
  settings: async ({ association, config }) => ({
    selectors: association?.selectors ?? null,
    platforms: await loadPlatforms(config),
    expected: association?.expected_members,
    share: config.agents.orchestrator.min_members_share,
    errors: config.agents.orchestrator.max_extraction_errors,
  }),

  async run({
    association,
    config,
    lake,
    clock,
    signal,
    step,
    progress,
    count,
    deadLetter,
    guardErrors,
    assert,
  }) {
    const { readPage } = await import('../lib/page/read.js'); // loaded when there is work
    step('Read records from pages');
    const platforms = await loadPlatforms(config);
    const companies: RowOf<'extracted_companies'>[] = [];
    const events: RowOf<'extracted_events'>[] = [];
    const participants: RowOf<'extracted_participants'>[] = [];
    const readable = `
      SELECT DISTINCT ON (p.url) p.*, t.page_type, t.confidence, t.signals
      FROM pages p JOIN page_types t USING (url)
      WHERE t.page_type <> 'other'`;
    const [all] = await lake.query(`SELECT count(*) AS n FROM (${readable})`);
    const total = Number(all?.n ?? 0);
    const listPages = new Map<string, ListPage>();
    let read = 0;
    let failed = 0;

    for await (const batch of lake.batches(readable, 'url', config.agents.extraction.batch_size)) {
      signal.throwIfAborted();
      for (const page of batch as unknown as Readable[]) {
        const now = page.fetched_at ?? clock.now().toISOString();
        const classification = {
          page_type: page.page_type,
          confidence: page.confidence ?? 0,
          signals: JSON.parse(page.signals),
        } as Classification;
        const reading = readPage(
          {
            url: page.final_url ?? page.url,
            html: page.body ?? '',
            contentType: page.content_type,
            now,
            selectors: association.selectors ?? null,
            platforms,
            siteName: association.name,
          },
          { classification },
        );
        const origin = {
          association: association.code,
          page_url: page.url,
          page_type: page.page_type,
          fetched_at: now,
          title: reading.title,
        };
        companies.push(...reading.companies.flatMap((record, i) => companyRow(record, i, origin)));
        events.push(...reading.events.flatMap((record) => eventRow(record, origin)));
        participants.push(...reading.participants.flatMap((record, i) => participantRow(record, i, origin)));
        if (reading.participants.length > 0)
          listPages.set(page.url, { url: page.url, title: reading.title ?? page.title });
        const unreadable = reading.notes.find((note) => note.code === 'unreadable');
        if (unreadable) {
          failed += 1;
          deadLetter({
            subject: page.url,
            code: 'UNREADABLE',
            error: unreadable.detail,
            input: { url: page.url },
          });
        }
        read += 1;
        progress(read, total, 'pages');
      }
      guardErrors(failed, Math.max(read, Math.min(total, 20)));
      await breathe();
    }

    step('Join participants with their events');
    const linkedFrom = new Map<string, string[]>();
    for (const { to_url, from_url } of await lake.query(
      `SELECT DISTINCT to_url, from_url FROM links WHERE context = 'main' ORDER BY ALL`,
    )) {
      linkedFrom.set(String(to_url), [...(linkedFrom.get(String(to_url)) ?? []), String(from_url)]);
    }
    linkParticipants(participants, events, listPages, linkedFrom);

    step('Write');
    count('companies', await lake.write('extracted_companies', companies));
    count('events', await lake.write('extracted_events', events));
    count('participants', await lake.write('extracted_participants', participants));

    const members = new Set(companies.map((c) => c.profile_url ?? c.name.toLowerCase())).size;
    const least = Math.floor(association.expected_members * config.agents.orchestrator.min_members_share);
    assert(
      'members_found',
      members >= least,
      members,
      `at least ${least} of the expected ${association.expected_members}`,
    );
  },
};

runAsCommand(extract, import.meta.url);
