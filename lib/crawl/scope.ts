/**
 * Which hosts belong to an association's crawl: the sites of its seeds, and hosts of others that keep its directory or
 * its events for it (a tenant of a membership platform, say). Members' own sites never do.
 */
import { getDomain } from 'tldts';
import { registrableDomain } from '../web/url.js';

/** Words that promise a directory or a calendar; “Acme Members’ Club” does not. */
const PROMISE =
  /\b(?:(?:members?|membership|suppliers?|company|companies|industry|business|corporate|product|online)['’]?s?\s+(?:directory|search|list(?:ing)?s?|roster|locator|finder)|(?:find|search|locate|browse)\s+(?:for\s+)?(?:an?\s+|our\s+|the\s+)?(?:members?|suppliers?|manufacturers?|compan(?:y|ies)|foundr(?:y|ies)|shops?)|directory|buyers?['’]?s?\s+guide|our\s+members|member\s+companies|exhibitor\s+(?:list|directory)|events?\s+(?:calendar|registration)|(?:upcoming|all)\s+events|calendar\s+of\s+events|events)\b/i;
/** What many sites embed and what is no directory of theirs. */
const WIDGET =
  /(?:^|\.)(?:youtube(?:-nocookie)?|vimeo|google|googletagmanager|gstatic|doubleclick|facebook|twitter|x|linkedin|instagram|issuu|spotify|soundcloud|mailchimp|list-manage|constantcontact|hubspot|hsforms|typeform|jotform|surveymonkey|eventbrite|zoom|paypal|stripe|recaptcha|hcaptcha|cloudflare|addthis|disqus|tableau|powerbi|airtable|flipbook\w*)\.[a-z.]+$/i;
const EMBEDDED = /member|director(?:y|ies)|supplier|buyers?-?guide|event|exhibit|roster/i;
/** Foreign hosts taken in for one association at most. */
const MOST_GUESTS = 5;

export interface ScopeLink {
  url: string;
  text: string;
  context: string;
  /** `iframe` for an embedded page. */
  rel?: string | null;
}

export class Scope {
  private readonly sites: ReadonlySet<string>;
  /** Foreign hosts, each with the beginning of the paths that are ours there. */
  private readonly guests = new Map<string, string>();
  private readonly names: readonly string[];
  private readonly hosts = new Map<string, boolean>();

  constructor(seeds: readonly string[], association: { code: string; name: string }) {
    this.sites = new Set(seeds.map(registrableDomain));
    const labels = [...this.sites].map((domain) => domain.split('.')[0]!);
    this.names = [...new Set([association.code.toLowerCase(), ...labels])].filter((name) => name.length >= 3);
  }

  /** Is a URL part of the crawl? */
  holds(url: URL): boolean {
    let own = this.hosts.get(url.host);
    if (own === undefined) {
      own = this.sites.has(registrableDomain(url.hostname));
      this.hosts.set(url.host, own);
    }
    if (own) return true;
    const prefix = this.guests.get(url.host);
    return prefix !== undefined && url.pathname.startsWith(prefix);
  }

  /** Lies a URL on one of the association's own sites? */
  owns(url: string): boolean {
    return this.sites.has(registrableDomain(url));
  }

  /**
   * Takes a foreign host in when a page of the association's own site sends its visitors there for the directory or
   * the events, and the host keeps them for this association alone. True when the link may be followed then.
   */
  invite(fromUrl: string, link: ScopeLink): boolean {
    const url = new URL(link.url);
    const host = url.hostname.toLowerCase();
    if (this.guests.has(url.host) || this.guests.size >= MOST_GUESTS) return false;
    if (!this.owns(fromUrl) || WIDGET.test(host)) return false;
    if (link.context !== 'nav' && link.context !== 'main') return false;
    // What is embedded has no words of its own: its address must speak of a directory or of events.
    const framed = link.rel === 'iframe' && EMBEDDED.test(`${host}${url.pathname}${url.search}`);
    if (!PROMISE.test(link.text) && !framed) return false;
    const prefix = this.placeOf(url, host, framed);
    if (prefix === null) return false;
    this.guests.set(url.host, prefix);
    return true;
  }

  /** Brings back a host that was taken in before. */
  readmit(text: string): void {
    const url = new URL(text);
    const prefix = this.placeOf(url, url.hostname.toLowerCase(), true);
    if (prefix !== null && this.guests.size < MOST_GUESTS) this.guests.set(url.host, prefix);
  }

  /** Where on a foreign host the association's own place begins; null when it has none there. */
  private placeOf(url: URL, host: string, embedded: boolean): string | null {
    // A tenant of a platform: a registrable domain of its own below the platform's.
    const platform = getDomain(host);
    const tenant = registrableDomain(host);
    if (platform !== null && tenant !== platform && host !== `www.${platform}`)
      return this.named(tenant.split('.')[0]!) || embedded ? '/' : null;
    if (
      host
        .split('.')
        .slice(0, -1)
        .some((label) => this.named(label))
    )
      return '/';
    const segments = url.pathname.split('/');
    const own = segments.findIndex((segment) => this.named(segment));
    if (own >= 0) return segments.slice(0, own + 1).join('/');
    // An embedded page of a host that nothing ties to the association: the folder that is embedded, no more.
    if (!embedded) return null;
    const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
    return folder === '/' ? url.pathname : folder;
  }

  /** A label that bears the association's name: `pma`, `pmadirectory`, `my-pma`. */
  private named(label: string): boolean {
    const text = label.toLowerCase();
    return this.names.some((name) =>
      name.length >= 5
        ? text.includes(name)
        : new RegExp(`(?:^|[^a-z])${name}|^${name}|${name}(?:$|[^a-z])`).test(text),
    );
  }
}
