/**
 * How much of a membership a crawl has seen: an estimate from what the pages show, before anybody reads their records.
 * EXTRACTION counts the members themselves.
 */
import type { RowOf } from '../lake/partition.js';
import type { Skim } from '../page/skim.js';
import { PRIORITY } from './judge.js';
import { urlFacts } from './url-facts.js';

type Page = RowOf<'pages'>;

/** A larger total than this is no membership but a slip of the reading. */
const MOST = 1_000_000;
/** So many repeated elements on a page, on average, make pages of a kind lists; with fewer they are profiles. */
const LIST_ROWS = 15;
/** Fewer repeated elements say nothing. */
const FEWEST_ROWS = 3;

export interface CoverageFigure {
  measure: string;
  value: number | null;
  basis: string;
}

/** Pages of one shape. */
interface Kind {
  pages: number;
  rows: number;
  /** Pages that a list led to as its records. */
  asRecords: number;
  records: Set<number>;
}

export class Coverage {
  private readonly kinds = new Map<string, Kind>();
  private jsonLists = 0;
  private jsonRecords = 0;
  private total: { value: number; url: string } | null = null;

  learn(page: Page, skim: Skim, about: { priority: number; directory: boolean }): void {
    const facts = urlFacts(page.final_url ?? page.url);
    const asRecord = about.priority === PRIORITY.record;
    if (!(facts.member || about.directory || (asRecord && !facts.event)) || facts.away) return;
    if (facts.event && !facts.member) return;
    const kind = this.kinds.get(facts.shape) ?? {
      pages: 0,
      rows: 0,
      asRecords: 0,
      records: new Set<number>(),
    };
    this.kinds.set(facts.shape, kind);
    kind.pages += 1;
    kind.rows += skim.records.length;
    if (asRecord) kind.asRecords += 1;
    if (kind.records.size < MOST) for (const record of skim.records) kind.records.add(record);
    const { statedTotal } = skim;
    if (statedTotal !== null && statedTotal < MOST && statedTotal > (this.total?.value ?? 0))
      this.total = { value: statedTotal, url: page.url };
  }

  /** Records of one page of JSON, and the total that it states. */
  learnJson(records: number, total: number | null, url: string): void {
    this.jsonLists += 1;
    this.jsonRecords += records;
    if (total !== null && total < MOST && total > (this.total?.value ?? 0))
      this.total = { value: total, url };
  }

  figures(expected: number): CoverageFigure[] {
    let profiles = 0;
    let lists = 0;
    const records = new Set<number>();
    for (const kind of this.kinds.values()) {
      const rows = kind.rows / kind.pages;
      if (kind.asRecords > 0 && rows < LIST_ROWS) profiles = Math.max(profiles, kind.pages);
      else if (rows >= FEWEST_ROWS) {
        lists += kind.pages;
        for (const record of kind.records) records.add(record);
      }
    }
    const rows = Math.max(records.size, this.jsonRecords);
    lists += this.jsonLists;
    const seen = Math.max(profiles, rows);
    const by = profiles >= rows ? 'pages of one kind that lists lead to' : 'different rows of lists';
    const share = Math.round((seen / Math.max(1, expected)) * 1000) / 1000;
    return [
      { measure: 'members_expected', value: expected, basis: 'config/associations.yaml' },
      { measure: 'members_seen', value: seen, basis: `an estimate: ${by}` },
      { measure: 'coverage', value: share, basis: 'members_seen, of members_expected' },
      {
        measure: 'profile_pages',
        value: profiles,
        basis: 'pages of the most frequent kind that lists lead to',
      },
      { measure: 'list_records', value: rows, basis: `different rows on ${lists} pages with lists` },
      {
        measure: 'stated_total',
        value: this.total?.value ?? null,
        basis: this.total ? `said on ${this.total.url}` : 'no page states one',
      },
    ];
  }
}
