/** The scripts of a site itself, where the address of its data may stand. */
import { sameSite } from '../../web/url.js';
import type { Markup } from './markup.js';
import type { Resources } from './resources.js';

/** Words of addresses and titles that speak of members or events. */
export const RELEVANT_WORDS =
  /member|director|compan|supplier|manufactur|listing|roster|exhibitor|sponsor|event|calendar|speaker|foundr|find-?a|locator|buyers?.?guide/i;
/** Scripts read for one page. */
const MOST_SCRIPTS = 5;
/** Libraries, by the names that everybody knows them by: they hold no address of a site's data. */
const LIBRARY =
  /(?:^|[/._-])(?:jquery|bootstrap|react|react-dom|vue|angular|zone|lodash|underscore|moment|popper|modernizr|polyfills?|webpack-runtime|runtime|vendors?|swiper|slick|owl|fancybox|lightbox|gsap|wow|aos|fontawesome|recaptcha|gtag|gtm|analytics|cookie\w*|consent|hotjar|sentry|wp-emoji\w*|wp-polyfill|htmx|alpine\w*|d3|three|leaflet|mapbox|maps?)(?:[._-][\w.-]*)?\.m?js(?:\?|$)/i;

/** Fetches the most telling of a page's scripts that are of its own site; throws what stops the phase. */
export async function ownScripts(
  base: string,
  markup: Markup,
  resources: Resources,
  allowed: (url: string) => Promise<boolean>,
): Promise<{ url: string; text: string }[]> {
  const urls = markup.scripts.flatMap(({ src }) => {
    if (src === null || !URL.canParse(src, base)) return [];
    const url = new URL(src, base);
    url.hash = '';
    return sameSite(url.href, base) && !LIBRARY.test(url.pathname) ? [url.href] : [];
  });
  const chosen = [...new Set(urls)].sort((a, b) => telling(b) - telling(a)).slice(0, MOST_SCRIPTS);
  const found: { url: string; text: string }[] = [];
  for (const url of chosen) {
    if (!(await allowed(url))) continue;
    const script = await resources.get(url);
    if (script) found.push({ url, text: script.text() });
  }
  return found;
}

const telling = (url: string): number =>
  (RELEVANT_WORDS.test(new URL(url).pathname) ? 2 : 0) +
  (/\b(?:app|main|index|bundle|page|list|load|search|custom|theme|site)\b/i.test(url) ? 1 : 0);
