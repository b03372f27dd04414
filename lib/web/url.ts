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
  const pairs = [...url.searchParams].filter(([name, value]) => !TRACKING.test(name) && name + value !== '');
  pairs.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : x > y ? 1 : 0) : a < b ? -1 : 1));
  url.search = new URLSearchParams(pairs).toString().replace(/=(?=&|$)/g, '');
  return url.href;
}

const foldPath = (path: string): string =>
  normaliseEscapes(path)
    .replace(/;jsessionid=[^/]*/gi, '')
    .replace(/\/{2,}/g, '/')
    .replace(/\/(?:index|default)\.(?:html?|php|aspx?)$/i, '/')
    .replace(/(?<=.)\/$/, '');

function normaliseEscapes(path: string): string {
  return path.replace(/%([0-9a-fA-F]{2})/g, (encoded, hex: string) => {
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
