/** Do an association's own selectors still find what is there? */
import type { AssociationSelectors } from '../page/types.js';
import type { Check } from './quality.js';
import type { PageRecords } from './read.js';

/** Which pages each kind of block is for. */
const PAGES: Readonly<Record<AssociationSelectors['records'][number]['kind'], readonly string[]>> = {
  company: ['member_directory'],
  profile: ['member_profile'],
  event: ['event_list', 'event'],
  exhibitor: ['exhibitor_list'],
  sponsor: ['sponsor_list'],
  speaker: ['speaker_list'],
};
/** Selectors that find records on fewer of the pages that have some are of an older design. */
const LEAST_SHARE = 0.5;

export interface SelectorWatch {
  see(page: { url: string; page_type: string | null }, records: PageRecords): void;
  /** None where the association has no selectors, or no page was for them. */
  checks(association: string): Check[];
}

export function watchSelectors(selectors: AssociationSelectors | null): SelectorWatch {
  const types = new Set(selectors?.records.flatMap((block) => PAGES[block.kind]) ?? []);
  let pages = 0;
  let matched = 0;
  let example: { url: string; records: number } | null = null;
  return {
    see({ url, page_type }, records) {
      const found = records.companies.length + records.events.length + records.participants.length;
      if (records.by_selectors === null || found === 0 || !types.has(page_type ?? '')) return;
      pages += 1;
      if (records.by_selectors > 0) matched += 1;
      else if (found > (example?.records ?? 0)) example = { url, records: found };
    },
    checks(association) {
      if (pages === 0) return [];
      const share = matched / pages;
      const ok = share >= LEAST_SHARE;
      const learn = example
        ? `; \`npm run inspect -- page ${example.url} --learn --association ${association}\` proposes new ones`
        : '';
      return [
        {
          name: 'selectors',
          level: 'warn',
          ok,
          observed: Math.round(share * 10_000) / 10_000,
          expected: LEAST_SHARE,
          before: null,
          compared_with: null,
          detail: `the association's selectors find records on ${matched} of ${pages} pages that have some${ok ? '' : learn}`,
        },
      ];
    },
  };
}
