/** One stored page as rows of the lake: what a reading worker does, and the main thread where there are few pages. */

import type { RowOf } from '../lake/partition.js';
import { classifyPage } from '../page/classify.js';
import { readPage } from '../page/read.js';
import type {
  AssociationSelectors,
  Classification,
  ClassificationWeights,
  PageInput,
  PlatformPack,
  Signal,
} from '../page/types.js';
import type { StoredPage } from '../reading/stored.js';
import { companyRow, eventRow, participantRow } from './rows.js';

/** What is the same for all pages of an association. */
export interface ReadingContext {
  association: string;
  siteName: string;
  selectors: AssociationSelectors | null;
  platforms: readonly PlatformPack[];
  weights: ClassificationWeights;
  /** The crawl date (ISO) of pages that have none of their own. */
  now: string;
}

export interface PageRecords {
  title: string | null;
  /** Why nothing could be read; null where something could. */
  unreadable: string | null;
  companies: RowOf<'extracted_companies'>[];
  events: RowOf<'extracted_events'>[];
  participants: RowOf<'extracted_participants'>[];
  /** Records that the association's own selectors gave; null where it has none. */
  by_selectors: number | null;
}

export interface PageVerdict {
  page_type: string;
  confidence: number;
  signals: Signal[];
}

/** Members, events and participants of a page that CLASSIFICATION has judged. */
export function recordsOf(page: StoredPage, context: ReadingContext): PageRecords {
  const input = inputOf(page, context);
  const classification = {
    page_type: page.page_type ?? 'other',
    confidence: page.confidence ?? 0,
    signals: [], // they are in page_types and play no part here
  } as Classification;
  const reading = readPage(input, { classification });
  const origin = {
    association: context.association,
    page_url: page.url,
    page_type: classification.page_type,
    fetched_at: input.now,
    title: reading.title,
  };
  const records = [...reading.companies, ...reading.events, ...reading.participants];
  return {
    title: reading.title,
    unreadable: reading.notes.find((note) => note.code === 'unreadable')?.detail ?? null,
    companies: once(reading.companies.flatMap((record, i) => companyRow(record, i, origin))),
    events: once(reading.events.flatMap((record) => eventRow(record, origin))),
    participants: reading.participants.flatMap((record, i) => participantRow(record, i, origin)),
    by_selectors: context.selectors
      ? records.filter((r) =>
          Object.values(r.provenance).some((s) => s.some((x) => x.strategy === 'selectors')),
        ).length
      : null,
  };
}

/** What kind of page it is. */
export function verdictOf(page: StoredPage, context: ReadingContext): PageVerdict {
  const { page_type, confidence, signals } = classifyPage(inputOf(page, context));
  return { page_type, confidence, signals };
}

function inputOf(page: StoredPage, context: ReadingContext): PageInput {
  return {
    url: page.final_url ?? page.url,
    html: page.body ?? '',
    about: page.title,
    contentType: page.content_type,
    now: page.fetched_at ?? context.now,
    selectors: context.selectors,
    platforms: context.platforms,
    weights: context.weights,
    siteName: context.siteName,
  };
}

/** A page that names a record twice in the same words says it once: ids tell rows apart. */
function once<R extends { record_id: string }>(rows: R[]): R[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.record_id) && seen.add(row.record_id));
}
