/** What classification and reading both need to know of a page, worked out once. */
import { type Context, contextOf, isJsonAnswer, topicWords } from './context.js';
import { embeddedCompanies } from './embedded.js';
import { embeddedEvents } from './embedded-events.js';
import { structuredCompanies, structuredEvents } from './entities.js';
import { type MinedGroup, mineGroups } from './miner.js';
import { type PackReading, packReading } from './packs.js';
import { dataTables, type TableRows } from './tables.js';
import type { CompanyRecord, EventRecord, PageInput } from './types.js';

export interface Analysis {
  ctx: Context;
  words: { path: string; title: string; heading: string };
  tables: TableRows[];
  companyGroups: MinedGroup[];
  eventGroups: MinedGroup[];
  structuredCompanies: CompanyRecord[];
  embedded: CompanyRecord[];
  /** What the association's selectors and the platform's pack give. */
  packs: PackReading;
  structuredEvents: EventRecord[];
}

export function analyse(input: PageInput): Analysis {
  const ctx = contextOf(input);
  const dates = ctx.sums.date.at(-1) ?? 0;
  return {
    ctx,
    words: topicWords(ctx),
    tables: dataTables(ctx),
    companyGroups: mineGroups(ctx, 'company'),
    eventGroups: dates >= 2 ? mineGroups(ctx, 'event') : [],
    structuredCompanies: structuredCompanies(ctx),
    embedded: embeddedCompanies(ctx),
    packs: packReading(ctx),
    structuredEvents: isJsonAnswer(input) ? embeddedEvents(ctx) : structuredEvents(ctx),
  };
}
