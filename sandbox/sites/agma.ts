/** www.agma.org: WordPress with a profile page per member, found through the sitemaps; schema.org data of mixed quality. */
import type { Event } from '../events.js';
import { html, jsonLd, type Raw, raw } from '../html.js';
import type { Listing } from '../listings.js';
import type { Person } from '../people.js';
import { hash, stream } from '../random.js';
import { changedOn, errorPage, page, redirect, type Site, text, toCanonical } from '../reply.js';
import type { World } from '../world.js';
import {
  dates,
  eventHead,
  eventLd,
  eventsAround,
  exhibitorList,
  PATHS,
  sponsorsAndSpeakers,
} from './events.js';
import { aboutBody, cookieBanner, makeNews, OFFICES, officeLd, termsBody } from './office.js';
import { describe } from './pma.js';

const OFFICE = OFFICES.AGMA;
const BASE = `https://${OFFICE.host}`;
const SITEMAP_SIZE = 250;

export const memberPath = (listing: Listing): string => `/member/${listing.key}/`;
export const AGMA_SMALL_PAGES = [
  '/',
  '/about/',
  '/terms/',
  '/membership/member-list/',
  '/news/',
  '/news/member-spotlight/',
  '/news/board-elections/',
  '/news/business-conditions/',
  '/events/',
];

/** The site of a world. */
export function agmaSite(world: World): Site {
  const members = world.listings.AGMA;
  const events = world.events.filter((e) => e.code === 'AGMA');
  const news = makeNews(world, 'AGMA');
  const parts = Math.ceil(members.length / SITEMAP_SIZE);
  const featured = stream(world.seed, 'featured:AGMA').sample(members, 4);
  const pages: Record<string, () => [string, Raw]> = {
    '/': () => ['Home', home(events, world.today)],
    '/about/': () => ['About AGMA', aboutBody(OFFICE, members.length)],
    '/terms/': () => ['Terms of Use', termsBody(OFFICE)],
    '/membership/member-list/': () => ['Member List', memberList(featured)],
    '/news/': () => [
      'News',
      html`<h1>News</h1>${news.map((n) => html`<article class="post"><h2><a href="/news/${n.slug}/">${n.title}</a></h2><p>${n.day}</p></article>`)}`,
    ],
    '/events/': () => ['Events', eventsPage(events, world.today)],
  };
  for (const n of news)
    pages[`/news/${n.slug}/`] = () => [
      n.title,
      html`<article class="post"><h1>${n.title}</h1><p>${n.day}</p>${n.body}</article>`,
    ];
  for (const e of events) {
    pages[PATHS.AGMA.event(e)] = () => [
      e.title,
      html`${eventHead(e, BASE)}${e.exhibitorPage && html`<p><a class="btn" href="${PATHS.AGMA.exhibitors(e)}">Exhibitors</a></p>`}${sponsorsAndSpeakers(e)}`,
    ];
    if (e.exhibitorPage)
      pages[PATHS.AGMA.exhibitors(e)] = () => [
        `Exhibitors: ${e.title}`,
        html`<h1>Exhibitors: ${e.title}</h1>${exhibitorList(e)}`,
      ];
  }
  for (const [i, m] of members.entries()) {
    pages[memberPath(m)] = () => [
      m.name,
      profile(
        m,
        [members[i + 1] ?? members[0], members[i + 7] ?? members[1]].filter(
          (x): x is Listing => x !== undefined && x !== m,
        ),
      ),
    ];
  }

  const sitemap = (paths: readonly string[]) =>
    urlset(paths.map((path) => [path, changedOn(world.today, `agma${path}`)]));

  return (request) => {
    const moved = toCanonical(request, OFFICE.host);
    if (moved) return moved;
    const { path } = request;
    if (path === '/robots.txt') return text(ROBOTS, changedOn(world.today, 'agma robots'));
    const xml = (body: string) => text(body, changedOn(world.today, path), 'text/xml; charset=UTF-8');
    if (path === '/sitemap.xml') return xml(sitemapIndex(parts, world.today));
    if (path === '/page-sitemap.xml')
      return xml(sitemap(AGMA_SMALL_PAGES.filter((p) => !p.startsWith('/news/'))));
    if (path === '/post-sitemap.xml') return xml(sitemap(news.map((n) => `/news/${n.slug}/`)));
    if (path === '/event-sitemap.xml')
      return xml(
        sitemap(
          events.flatMap((e) =>
            e.exhibitorPage ? [PATHS.AGMA.event(e), PATHS.AGMA.exhibitors(e)] : [PATHS.AGMA.event(e)],
          ),
        ),
      );
    const part = /^\/member-sitemap(\d*)\.xml$/.exec(path);
    const n = Number(part?.[1] || '1');
    if (part && n >= 1 && n <= parts)
      return xml(sitemap(members.slice((n - 1) * SITEMAP_SIZE, n * SITEMAP_SIZE).map(memberPath)));
    const make = pages[path];
    if (make) return page(shell(...make()), changedOn(world.today, `agma${path}`), HEADERS);
    if (pages[`${path}/`]) return redirect(`${BASE}${path}/`);
    return errorPage(
      404,
      shell('Page not found', html`<h1>404</h1><p>The page you are looking for is not here.</p>`),
      HEADERS,
    );
  };
}

const HEADERS = { server: 'Apache', link: `<${BASE}/wp-json/>; rel="https://api.w.org/"` };
const ROBOTS = `# AGMA
User-agent: *
Disallow: /wp-admin/
Disallow: /search/
Disallow: /cart/
Disallow: /my-account/

Sitemap: ${BASE}/sitemap.xml
`;

function sitemapIndex(parts: number, today: string): string {
  const names = [
    'page-sitemap',
    'post-sitemap',
    'event-sitemap',
    ...Array.from({ length: parts }, (_, i) => `member-sitemap${i === 0 ? '' : i + 1}`),
  ];
  const rows = names.map(
    (name) =>
      `\t<sitemap>\n\t\t<loc>${BASE}/${name}.xml</loc>\n\t\t<lastmod>${changedOn(today, name)}T09:12:41+00:00</lastmod>\n\t</sitemap>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${rows.join('\n')}\n</sitemapindex>\n`;
}

function urlset(entries: readonly (readonly [string, string])[]): string {
  const rows = entries.map(
    ([path, day]) =>
      `\t<url>\n\t\t<loc>${BASE}${path}</loc>\n\t\t<lastmod>${day}T14:02:11+00:00</lastmod>\n\t</url>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${rows.join('\n')}\n</urlset>\n`;
}

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} | American Gear Manufacturers Association</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/wp-content/themes/gear/dist/main.css?ver=3.2"><script defer src="https://www.googletagmanager.com/gtag/js?id=G-AGMA0000"></script>
${jsonLd({ '@context': 'https://schema.org', ...officeLd(OFFICE) })}</head><body>${cookieBanner}
<header class="site-header"><a class="logo" href="/">AGMA</a><nav><a href="/about/">About</a><a href="/membership/member-list/">Members</a><a href="/events/">Events</a><a href="/news/">News</a><a href="/my-account/" rel="nofollow">Log in</a></nav></header>
<div class="site-content">${body}</div>
<footer class="site-footer"><div class="vcard"><span class="org">${OFFICE.name}</span>, <span class="adr">${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}</span> <span class="tel">${OFFICE.phone}</span></div><a href="/terms/">Terms of Use</a> <a href="/sitemap.xml">Sitemap</a></footer></body></html>`;
}

function profile(m: Listing, nearby: readonly Listing[]): Raw {
  const c = m.company;
  const host = m.website?.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  const { person } = agmaExtras(m);
  return html`${structured(m)}<nav class="breadcrumb"><a href="/">Home</a> / <a href="/membership/member-list/">Members</a> / ${m.name}</nav>
<article class="listing type-listing"><h1 class="entry-title">${m.name}</h1>
<div class="listing-meta"><span class="cat">${c.memberOf.includes('PMA') ? 'Corporate Member, Supplier' : 'Corporate Member'}</span></div>
<div class="listing-contact"><p class="adr">${m.street && html`${m.street}<br>`}${m.city}, ${m.state} ${m.zip}</p>
<ul>${m.phone && html`<li class="tel"><i class="icon-phone"></i> <a href="tel:+1${m.phoneDigits}">${m.phone}</a></li>`}${m.fax && html`<li>Fax: ${m.fax}</li>`}${m.website && html`<li class="web"><a href="${m.website}" rel="nofollow noopener">${hash(m.key) % 3 === 0 ? 'Website' : host}</a></li>`}${m.email && html`<li><a class="__cf_email__" data-cfemail="${shroud(m.email)}" href="/cdn-cgi/l/email-protection">[email&#160;protected]</a></li>`}</ul></div>
<div class="listing-about"><h2>About</h2><p>${describe(m.company)}</p><h2>Products</h2><ul>${c.processes.map((p) => html`<li>${p}</li>`)}</ul>
${person && html`<h2>Contact</h2><p>${person.first} ${person.last}, ${person.title}</p>`}</div>
<aside class="related"><h3>Other members</h3>${nearby.map((n) => html`<div class="card"><a href="${memberPath(n)}">${n.name}</a><p>${n.city}, ${n.state}</p></div>`)}</aside></article>`;
}

/** The manner of a profile's JSON-LD; the last one is none at all. */
const structuredVariant = (m: Listing): number => hash(`ld${m.key}`) % 10;
const NO_STRUCTURE = 9;

/** What the profile says beyond its address block: the country (in JSON-LD only) and a person. */
export function agmaExtras(m: Listing): { country: string | null; person: Person | null } {
  const country = structuredVariant(m) === NO_STRUCTURE ? null : m.country;
  return { country, person: (hash(m.key) % 2 === 0 && m.company.people[0]) || null };
}

/** JSON-LD in the states in which it is found: plain, in a graph, with a trailing comma, a raw line break, entities. */
function structured(m: Listing): Raw {
  const variant = structuredVariant(m);
  if (variant === NO_STRUCTURE) return raw('');
  const url = BASE + memberPath(m);
  const node: Record<string, unknown> = {
    '@type': variant % 3 === 0 ? 'Organization' : 'LocalBusiness',
    name: variant === 5 ? m.name.replaceAll('&', '&amp;') : m.name,
    // the listing page itself stands here on most, the member's own site in sameAs
    url: variant % 2 === 0 ? url : (m.website ?? url),
    ...(m.website && variant % 2 === 0 ? { sameAs: [m.website] } : {}),
    ...(m.phone ? { telephone: m.phone } : {}),
    address: {
      '@type': 'PostalAddress',
      streetAddress: m.street ?? '',
      addressLocality: m.city,
      addressRegion: m.state,
      ...(m.zip ? { postalCode: m.zip } : {}),
      addressCountry: m.country,
    },
    description: describe(m.company),
  };
  const context = 'https://schema.org';
  const value =
    variant <= 2
      ? {
          '@context': context,
          '@graph': [
            { '@type': 'WebPage', '@id': url, name: m.name },
            { '@type': 'BreadcrumbList', itemListElement: [] },
            node,
          ],
        }
      : { '@context': context, ...node };
  let body = JSON.stringify(value, null, variant % 4 === 0 ? 2 : 0).replaceAll('</', '<\\/');
  if (variant === 7) body = body.replace(/\}$/, ',}');
  if (variant === 8) body = body.replace(/("description": ?"[^" ]+) /, '$1\n\t');
  return raw(`<script type="application/ld+json">${body}</script>\n`);
}

/** A mail address as Cloudflare hides it: the first byte is the key of the rest. */
function shroud(email: string): string {
  const key = hash(email) & 0xff;
  return [key, ...[...email].map((ch) => ch.charCodeAt(0) ^ key)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function memberList(featured: readonly Listing[]): Raw {
  return html`<h1>Find an AGMA Member</h1><form action="/search/" role="search"><label>Company <input name="q"></label><label>State <input name="state"></label><button>Search</button></form>
<div id="results" data-source="ajax"><p>Please enter a company name or choose a state. Loading&hellip;</p></div>
<h2>Featured members</h2><div class="grid">${featured.map((m) => html`<div class="card"><a href="${memberPath(m)}">${m.name}</a></div>`)}</div>`;
}

function home(events: readonly Event[], today: string): Raw {
  return html`<h1>Power through gears</h1><p>AGMA sets the standards of the gear industry.</p><section><h2>Coming up</h2>${eventsAround(
    events,
    today,
  )
    .upcoming.slice(0, 2)
    .map((e) => html`<p><a href="${PATHS.AGMA.event(e)}">${e.title}</a>, ${dates(e)}</p>`)}</section>`;
}

function eventsPage(events: readonly Event[], today: string): Raw {
  const { upcoming, past } = eventsAround(events, today);
  const entry = (e: Event) =>
    html`<article class="tribe-events-calendar-list__event"><time class="tribe-events-calendar-list__event-datetime" datetime="${e.start}">${dates(e)}</time><h3><a class="tribe-events-calendar-list__event-title-link" href="${BASE}${PATHS.AGMA.event(e)}">${e.title}</a></h3><address class="tribe-events-calendar-list__event-venue"><span class="tribe-events-calendar-list__event-venue-title">${e.venue.name}</span> <span class="tribe-events-calendar-list__event-venue-address">${e.venue.city}, ${e.venue.state}</span></address></article>\n`;
  return html`<h1>Upcoming Events</h1><div class="tribe-events-calendar-list">${upcoming.map(entry)}</div><h2>Latest Past Events</h2>${past.map(entry)}
${jsonLd(upcoming.map((e) => eventLd(e, BASE)))}`;
}
