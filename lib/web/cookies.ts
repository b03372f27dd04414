/**
 * Cookies of one run (RFC 6265): kept per registrable domain, in memory only, for pages only. Sites that answer with a
 * redirect until a cookie comes back, or number their lists by a session, work; nothing is sent to another site, told
 * to a log, or kept in the lake.
 */
import { isIP } from 'node:net';
import { type Cookie as Parsed, parseCookie } from 'undici';
import type { Clock } from '../clock.js';
import { registrableDomain } from './url.js';

interface Cookie {
  name: string;
  value: string;
  /** Host that set it, or the domain that it was set for. */
  domain: string;
  hostOnly: boolean;
  path: string;
  secure: boolean;
  /** Milliseconds since 1970; null until the run ends. */
  expires: number | null;
}

/** As many as RFC 6265 6.1 asks for; a run over many sites forgets the one it has not seen for longest. */
const MOST_OF_A_SITE = 50;
const MOST_SITES = 500;

export class CookieJar {
  private readonly sites = new Map<string, Map<string, Cookie>>();
  private readonly clock: Clock;
  /** Goes up with every cookie that is new or changed: a page that sent one may answer otherwise when asked again. */
  changes = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The value of the `Cookie` header for a request; null for none. */
  headerFor(url: URL): string | null {
    const site = registrableDomain(url.hostname);
    const jar = this.sites.get(site);
    if (!jar) return null;
    const now = this.clock.now().getTime();
    const fitting: Cookie[] = [];
    for (const [key, cookie] of jar) {
      if (cookie.expires !== null && cookie.expires <= now) jar.delete(key);
      else if (fits(cookie, url)) fitting.push(cookie);
    }
    if (fitting.length === 0) return null;
    // Longer paths first, then the older one (RFC 6265 5.4).
    fitting.sort((a, b) => b.path.length - a.path.length);
    return fitting.map((c) => `${c.name}=${c.value}`).join('; ');
  }

  /** Takes what an answer of `url` sets; what it may not set is passed over. */
  take(url: URL, setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const cookie = this.cookieOf(url, line);
      if (cookie) this.keep(registrableDomain(url.hostname), cookie);
    }
  }

  private keep(site: string, cookie: Cookie): void {
    const jar = this.sites.get(site) ?? new Map<string, Cookie>();
    this.sites.delete(site);
    this.sites.set(site, jar); // the one that was used last comes last
    const key = `${cookie.domain}\0${cookie.path}\0${cookie.name}`;
    const before = jar.get(key);
    if (cookie.expires !== null && cookie.expires <= this.clock.now().getTime()) {
      jar.delete(key);
      if (before) this.changes += 1;
      return;
    }
    jar.set(key, cookie);
    if (before?.value !== cookie.value) this.changes += 1;
    if (jar.size > MOST_OF_A_SITE) jar.delete(first(jar));
    if (this.sites.size > MOST_SITES) this.sites.delete(first(this.sites));
  }

  private cookieOf(url: URL, line: string): Cookie | null {
    const parsed = parsedOf(line);
    if (!parsed || !isSendable(parsed.name, parsed.value)) return null;
    const host = hostOf(url);
    const named = parsed.domain?.replace(/\.+$/, '') ?? '';
    if (named !== '' && named !== host) {
      if (isIP(host) !== 0 || !host.endsWith(`.${named}`)) return null;
      // A public suffix, or a platform that gives each tenant a name below it, is nobody's to set cookies for.
      const site = registrableDomain(host);
      if (named !== site && !named.endsWith(`.${site}`)) return null;
    }
    const secure = parsed.secure ?? false;
    if (secure && url.protocol !== 'https:') return null;
    const path = parsed.path?.startsWith('/') ? parsed.path : defaultPath(url.pathname);
    const name = parsed.name.toLowerCase();
    if (name.startsWith('__secure-') && !secure) return null;
    if (name.startsWith('__host-') && !(secure && named === '' && path === '/')) return null;
    return {
      name: parsed.name,
      value: parsed.value,
      domain: named === '' ? host : named,
      hostOnly: named === '',
      path,
      secure,
      expires: this.expiryOf(parsed, line),
    };
  }

  private expiryOf(parsed: Parsed, line: string): number | null {
    const now = this.clock.now().getTime();
    if (/;\s*max-age\s*=\s*-\d/i.test(line)) return now; // the parser passes negative ages over
    if (parsed.maxAge !== undefined) return now + Math.min(parsed.maxAge, 400 * 86_400) * 1000;
    const at = parsed.expires === undefined ? Number.NaN : Number(parsed.expires);
    return Number.isNaN(at) ? null : at;
  }
}

/** Names of the cookies that an answer sets: all that a record may hold of them. */
export const cookieNames = (setCookies: readonly string[]): string[] =>
  setCookies.map((line) => /^\s*([^\s=;,]{1,80})\s*=/.exec(line)?.[1]).filter((name) => name !== undefined);

function parsedOf(line: string): Parsed | null {
  try {
    return parseCookie(line);
  } catch {
    return null; // a value with control characters, or no cookie at all
  }
}

/** A name, and nothing in name or value that a header may not hold or that would begin another cookie. */
const isSendable = (name: string, value: string) =>
  name !== '' && [...(name + value)].every((c) => c >= ' ' && c <= '\u00ff' && c !== '\u007f' && c !== ';');

function fits(cookie: Cookie, url: URL): boolean {
  const host = hostOf(url);
  if (cookie.secure && url.protocol !== 'https:') return false;
  if (host !== cookie.domain && (cookie.hostOnly || !host.endsWith(`.${cookie.domain}`))) return false;
  const { pathname } = url;
  if (pathname === cookie.path) return true;
  return (
    pathname.startsWith(cookie.path) && (cookie.path.endsWith('/') || pathname[cookie.path.length] === '/')
  );
}

/** RFC 6265 5.1.4: up to the last slash. */
const defaultPath = (pathname: string) => pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
const hostOf = (url: URL) => url.hostname.toLowerCase().replace(/\.+$/, '');
const first = <K>(map: Map<K, unknown>): K => map.keys().next().value as K;
