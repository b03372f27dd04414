/** Sameness of URLs and of sites. A canonical URL is a key, never what is asked for. */
import { getDomain } from 'tldts';

/** Parameters that name a campaign or a session, not a page. */
const TRACKING =
  /^(utm_[a-z]+|gclid|fbclid|msclkid|mc_[ce]id|_ga|igshid|phpsessid|jsessionid|sid|sessionid)$/i;

/**
 * The key of sameness: fragment, tracking parameters, default port, `;jsessionid` and host dots gone; query pairs
 * sorted; escapes of unreserved characters decoded, others in capitals; `index.html` and a trailing slash folded.
 */
export function canonicalUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  url.hash = '';
  url.username = '';
  url.password = '';
  url.hostname = url.hostname.replace(/\.+$/, '');
  // Until nothing changes: an escape may hide an `index.html`, and one may stand behind another.
  for (let before = ''; before !== url.pathname; ) {
    before = url.pathname;
    url.pathname = foldPath(before);
  }
  url.search = url.search
    .slice(1)
    .split('&')
    .map(pairOf)
    .filter(({ name, value }) => !TRACKING.test(name) && name + value !== '')
    .sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ text }) => text)
    .join('&');
  return url.href;
}

interface Pair {
  name: string;
  value: string;
  /** As it stands in the key. */
  text: string;
}

/** A pair of the query in one spelling; escapes that are no UTF-8 stay as they are, or different pages become one. */
function pairOf(raw: string): Pair {
  const [[name, value] = ['', '']] = new URLSearchParams(raw);
  const isLossy = (name + value).includes('\ufffd') && !/%EF%BF%BD/i.test(raw);
  const text = isLossy ? raw : new URLSearchParams([[name, value]]).toString();
  return { name, value: isLossy ? raw : value, text: normaliseEscapes(text).replace(/=$/, '') };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const foldPath = (path: string): string =>
  normaliseEscapes(path)
    .replace(/;jsessionid=[^/]*/gi, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\/(?:index|default)\.(?:html?|php|aspx?)$/i, '/')
    .replace(/(?<=.)\/$/, '');

function normaliseEscapes(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (encoded, hex: string) => {
    const c = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(c) ? c : encoded.toUpperCase();
  });
}

/**
 * Hosts of platforms that give each tenant a subdomain and are on no public list: each tenant is a site of its own.
 */
const PLATFORM_SUFFIXES = [
  'wildapricot.org',
  'memberclicks.net',
  'growthzoneapp.com',
  'chambermaster.com',
  'squarespace.com',
  'wordpress.com',
  'a2zinc.net',
  'mapyourshow.com',
  'swoogo.com',
  'sched.com',
];

/** The registrable domain that limits are charged to; the host itself for an address or an unlisted name. */
export function registrableDomain(urlOrHost: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(urlOrHost) ? urlOrHost : `http://${urlOrHost}`;
  const host = (URL.canParse(url) ? new URL(url).hostname : urlOrHost).toLowerCase().replace(/\.+$/, '');
  const suffix = PLATFORM_SUFFIXES.find((s) => host.endsWith(`.${s}`));
  if (suffix)
    return `${host
      .slice(0, -suffix.length - 1)
      .split('.')
      .at(-1)}.${suffix}`;
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
}

/** True when both are of one site. */
export const sameSite = (a: string, b: string): boolean => registrableDomain(a) === registrableDomain(b);
