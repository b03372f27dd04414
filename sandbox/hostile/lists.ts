/** robots.txt and sitemaps beyond measure. */
import { gzipSync } from 'node:zlib';
import { html } from '../html.js';
import { errorPage, page, type Reply, text } from '../reply.js';
import { type Hostility, PRIZES, shell } from './site.js';

const DAY = '2026-01-05';
const LIMIT = 500 * 1024;
const SITEMAP = 'https://sitemap.sandbox-hostile.com';
const NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

/** 600 KB; `/before-limit/` is disallowed in its first 500 KiB, `/after-limit/` beyond them. */
function longRobots(): string {
  const lines = ['User-agent: *', 'Disallow: /private/'];
  let length = lines.join('\n').length + 1;
  const add = (line: string) => {
    lines.push(line);
    length += line.length + 1;
  };
  for (let i = 0; length < LIMIT - 200; i++) add(`Disallow: /archive/${String(i).padStart(6, '0')}/`);
  add('Disallow: /before-limit/');
  while (length < LIMIT + 50) add('# ---------- nothing here ----------');
  add('Disallow: /after-limit/');
  for (let i = 0; length < 600_000; i++) add(`Disallow: /later/${String(i).padStart(6, '0')}/`);
  return `${lines.join('\n')}\n`;
}

let robots: string | null = null;

export const robotsHost: Hostility = {
  name: 'robots',
  paths: { '/before-limit/': 'Disallowed early', '/after-limit/': 'Disallowed beyond 500 KiB' },
  robots: () => {
    robots ??= longRobots();
    return text(robots, DAY);
  },
  answer: ({ path }) =>
    /^\/(before|after)-limit\/$/.test(path) ? page(shell(path, html`<h1>${path}</h1>`), DAY) : null,
};

const only = (name: string, what: string, reply: () => Reply): Hostility => ({
  name,
  paths: { '/robots.txt': what },
  robots: reply,
  answer: () => null,
});

/** Hosts whose robots.txt is not to be had. */
export const ROBOTS_HOSTS: readonly Hostility[] = [
  only('robots-500', 'robots.txt answers 500', () => errorPage(500, shell('500', html`<h1>500</h1>`))),
  only('robots-hang', 'robots.txt never answers', () => ({ status: 0, wire: { how: 'hang', ms: 600_000 } })),
  only('robots-reset', 'robots.txt is cut off', () => ({ status: 0, drop: true })),
  only('robots-404', 'there is no robots.txt', () => errorPage(404, shell('404', html`<h1>404</h1>`))),
  only('robots-html', 'robots.txt is a page', () => errorPage(200, shell('Home', html`<h1>Welcome</h1>`))),
  only('robots-loop', 'robots.txt moved to itself', () => ({
    status: 301,
    headers: { location: '/robots.txt' },
    body: '',
  })),
];

const urlset = (urls: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset ${NS}>\n${urls.map((url) => `<url><loc>${url}</loc><lastmod>2026-01-05</lastmod></url>`).join('\n')}\n</urlset>\n`;
const index = (urls: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex ${NS}>\n${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('\n')}\n</sitemapindex>\n`;

const memberUrls = PRIZES.map((_, i) => `${SITEMAP}/member/${i + 1}`);
let large: string | null = null;

/** 50,000 URLs; each 10,000th of them is a member. */
function largeSitemap(): string {
  large ??= urlset(
    Array.from({ length: 50_000 }, (_, i) =>
      i % 10_000 === 4_321 ? (memberUrls[Math.floor(i / 10_000)] ?? '') : `${SITEMAP}/node/${i}`,
    ),
  );
  return large;
}

export const sitemapHost: Hostility = {
  name: 'sitemap',
  paths: {
    '/sitemap.xml': '50,000 URLs, five of them members',
    '/sitemap_index.xml': 'An index of all kinds, itself included',
    '/members.xml.gz': 'Gzip',
    '/sitemap.txt': 'Text',
    '/broken.xml': 'XML that stops in the middle',
    '/foreign.xml': 'URLs of other hosts',
    '/feed.xml': 'RSS',
  },
  robots: `User-agent: *\nDisallow: /private/\n\nSitemap: ${SITEMAP}/sitemap_index.xml\nsitemap: ${SITEMAP}/sitemap.xml\n`,
  answer({ path }): Reply | null {
    const xml = (body: string) => text(body, DAY, 'application/xml; charset=utf-8');
    const member = PRIZES[Number(/^\/member\/(\d)$/.exec(path)?.[1] ?? 0) - 1];
    if (member)
      return page(
        shell(
          member.name,
          html`<h1>${member.name}</h1><p>${member.city}, ${member.state}</p><p>Phone: ${member.phone}</p>`,
        ),
        DAY,
      );
    if (/^\/node\/\d+$/.test(path))
      return page(shell(path, html`<h1>Minutes ${path.slice(6)}</h1><p>Minutes of a meeting.</p>`), DAY);
    switch (path) {
      case '/sitemap.xml':
        return xml(largeSitemap());
      case '/sitemap_index.xml':
        return xml(
          index(
            [
              'sitemap_index.xml',
              'members.xml.gz',
              'sitemap.txt',
              'broken.xml',
              'foreign.xml',
              'feed.xml',
              'gone.xml',
            ].map((name) => `${SITEMAP}/${name}`),
          ),
        );
      case '/members.xml.gz':
        return {
          status: 200,
          headers: { 'content-type': 'application/x-gzip' },
          bytes: gzipSync(urlset(memberUrls)),
        };
      case '/sitemap.txt':
        return text(`\ufeff${memberUrls.join('\r\n')}\r\n`, DAY);
      case '/broken.xml':
        return xml(urlset([...memberUrls, `${SITEMAP}/a?b=1&c=2`]).slice(0, -80));
      case '/foreign.xml':
        return xml(urlset(['https://www.pma.org/admin/', 'http://127.0.0.1/', 'file:///etc/passwd']));
      case '/feed.xml':
        return xml(
          `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>${memberUrls.map((url) => `<item><link>${url}</link></item>`).join('')}</channel></rss>`,
        );
      default:
        return null;
    }
  },
};
