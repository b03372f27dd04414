/** GATEKEEPER's verdicts as a crawl heeds them: which sites are open, and what on them is not. */
import type { RowOf } from '../lake/partition.js';
import { registrableDomain } from '../web/url.js';

export type AccessCheck = RowOf<'access_checks'>;

/** May anything of the origin be crawled? A verdict about closed pages leaves the rest of the site open. */
export const isOpen = (check: AccessCheck): boolean =>
  check.verdict.startsWith('allowed') ||
  (check.verdict === 'needs_person' && check.applies_to === 'closed_urls');

export class Verdicts {
  private readonly origins: ReadonlySet<string>;
  private readonly domains: ReadonlySet<string>;
  private readonly closedUrls: readonly URL[];

  constructor(checks: readonly AccessCheck[]) {
    const shut = checks.filter((check) => !isOpen(check));
    this.origins = new Set(shut.map((check) => check.origin));
    // Terms and a person's word hold for the whole site; robots.txt speaks for one host alone.
    this.domains = new Set(shut.filter((c) => c.verdict === 'needs_person').map((c) => c.domain));
    this.closedUrls = checks.flatMap((check) => check.closed_urls).map((url) => new URL(url));
  }

  /** Is the site of a URL shut as a whole? */
  shuts(url: string): boolean {
    if (this.origins.size === 0 && this.domains.size === 0) return false;
    return (
      this.origins.has(new URL(url).origin) ||
      (this.domains.size > 0 && this.domains.has(registrableDomain(url)))
    );
  }

  /** Is a URL one of the closed pages, or below one? */
  closes(text: string): boolean {
    if (this.closedUrls.length === 0) return false;
    const url = new URL(text);
    return this.closedUrls.some(({ origin, pathname }) => {
      const folder = pathname.replace(/\/$/, '');
      return origin === url.origin && (url.pathname === pathname || url.pathname.startsWith(`${folder}/`));
    });
  }
}
