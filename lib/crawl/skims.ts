/** Pages skimmed once: the visitor, the frontier and the coverage figure look at the same reading. */
import type { RowOf } from '../lake/partition.js';
import { type Skim, skimPage } from '../page/skim.js';
import { isHtmlType } from '../web/media.js';

type Page = RowOf<'pages'>;

export class Skims {
  private readonly known = new WeakMap<Page, Skim>();
  private readonly agent: string;

  /** `agent` is our product token: a page may have rules for it alone. */
  constructor(agent: string) {
    this.agent = agent;
  }

  /** Null for what is no HTML. */
  of(page: Page): Skim | null {
    if (!isHtmlType(page.content_type) || page.body === null) return null;
    let skim = this.known.get(page);
    if (skim === undefined) {
      skim = this.read(page.final_url ?? page.url, page.body);
      this.known.set(page, skim);
    }
    return skim;
  }

  read(url: string, html: string): Skim {
    return skimPage(url, html, { agent: this.agent });
  }

  /** Keeps what was read before the row was made. */
  keep(page: Page, skim: Skim | null): void {
    if (skim) this.known.set(page, skim);
  }

  /** A page that is done with frees its reading; the row itself may wait for its part a while longer. */
  forget(page: Page): void {
    this.known.delete(page);
  }
}
