/** www.nema.org: WordPress, with the whole membership in one long table from A to Z. */
import { gzipSync } from 'node:zlib';
import type { Event } from '../events.js';
import { html, jsonLd, type Raw } from '../html.js';
import { type Listing, letterOf } from '../listings.js';
import { hash } from '../random.js';
import { changedOn, errorPage, page, type Reply, redirect, type Site, text, toCanonical } from '../reply.js';
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

const OFFICE = OFFICES.NEMA;
const BASE = `https://${OFFICE.host}`;
export const NEMA_DIRECTORY = '/membership/membership-directory/';
export const NEMA_SMALL_PAGES = [
  '/',
  '/about/',
  '/terms-of-use/',
  '/membership/',
  '/news/',
  '/news/member-spotlight/',
  '/news/board-elections/',
  '/news/business-conditions/',
  '/events/',
];

/** The site of a world. */
export function nemaSite(world: World): Site {
  const members = world.listings.NEMA;
  const events = world.events.filter((e) => e.code === 'NEMA');
  const news = makeNews(world, 'NEMA');
  const pages: Record<string, () => [string, Raw]> = {
    '/': () => ['Home', home(events, world.today)],
    '/about/': () => ['About', aboutBody(OFFICE, members.length)],
    '/terms-of-use/': () => ['Terms of Use', termsBody(OFFICE)],
    '/membership/': () => [
      'Membership',
      html`<h1>Membership</h1><p>Nearly ${members.length} electrical equipment and medical imaging manufacturers are NEMA members.</p><p><a href="${NEMA_DIRECTORY}">Membership directory</a></p>`,
    ],
    [NEMA_DIRECTORY]: () => ['Membership Directory', directory(members)],
    '/news/': () => [
      'News',
      html`<h1>Newsroom</h1>${news.map((n) => html`<article class="post"><h2 class="entry-title"><a href="/news/${n.slug}/">${n.title}</a></h2><time datetime="${n.day}">${n.day}</time></article>`)}`,
    ],
    '/events/': () => ['Events', eventsPage(events, world.today)],
  };
  for (const n of news)
    pages[`/news/${n.slug}/`] = () => [
      n.title,
      html`<article class="post"><h1 class="entry-title">${n.title}</h1><time datetime="${n.day}">${n.day}</time>${n.body}</article>`,
    ];
  for (const e of events)
    pages[PATHS.NEMA.event(e)] = () => [
      e.title,
      html`${eventHead(e, BASE)}${exhibitorList(e)}${sponsorsAndSpeakers(e)}`,
    ];

  return (request) => {
    const moved = toCanonical(request, OFFICE.host);
    if (moved) return moved;
    if (request.path === '/robots.txt') return text(ROBOTS, changedOn(world.today, 'nema robots'));
    const make = pages[request.path];
    if (make) return page(shell(...make()), changedOn(world.today, `nema${request.path}`), HEADERS);
    // WordPress adds the missing slash
    if (pages[`${request.path}/`]) return redirect(`${BASE}${request.path}/`);
    return errorPage(
      404,
      shell('Page not found', html`<h1>Oops! That page can&rsquo;t be found.</h1>`),
      HEADERS,
    );
  };
}

const HEADERS = { server: 'nginx', vary: 'Accept-Encoding' };
const ROBOTS = `User-agent: *
Crawl-delay: 2
Disallow: /wp-admin/
Disallow: /search
Disallow: /?s=
Disallow: /cart/
Allow: /wp-admin/admin-ajax.php
`;

function shell(title: string, body: Raw): Raw {
  const menu = [
    'Standards',
    'Advocacy',
    'Business Intelligence',
    'Electrification',
    'Supply Chain',
    'Safety',
    'Buildings',
    'Grid',
    'Industrial',
    'Mobility',
  ];
  return html`<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} - NEMA</title>
<meta property="og:site_name" content="NEMA"><meta property="og:type" content="website"><meta name="generator" content="WordPress 6.4.3">
<link rel="stylesheet" href="/wp-content/themes/nema/style.css?ver=6.4.3"><script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script>
${jsonLd({ '@context': 'https://schema.org', '@graph': [officeLd(OFFICE), { '@type': 'WebSite', '@id': `${BASE}/#website`, name: 'NEMA', url: `${BASE}/` }, { '@type': 'WebPage', name: title, isPartOf: { '@id': `${BASE}/#website` } }] })}
</head><body class="page-template-default">${cookieBanner}
<header id="masthead"><nav class="mega-menu"><ul>${menu.map((m) => html`<li class="menu-item"><span>${m}</span></li>`)}<li class="menu-item"><a href="/membership/">Membership</a><ul class="sub-menu"><li><a href="${NEMA_DIRECTORY}">Membership Directory</a></li></ul></li><li class="menu-item"><a href="/events/">Events</a></li><li class="menu-item"><a href="/news/">News</a></li><li class="menu-item"><a href="/about/">About</a></li></ul></nav></header>
<main id="primary">${body}</main>
<aside class="widget"><h3>Upcoming webinars</h3><p>Ask the standards staff on 703-841-3271.</p></aside>
<footer id="colophon"><address>${OFFICE.street}<br>${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}<br>Tel: ${OFFICE.phone}</address><ul><li><a href="/terms-of-use/">Terms of Use</a></li><li><a href="mailto:${OFFICE.email}">Contact</a></li></ul><p>&copy; ${OFFICE.name}</p></footer>
</body></html>`;
}

function directory(members: readonly Listing[]): Raw {
  const letters = [...new Set(members.map((m) => letterOf(m.name)))];
  return html`<h1 class="entry-title">NEMA Membership Directory</h1>
<p>NEMA members are listed alphabetically. Use the letters to jump.</p>
<div class="az-bar">${letters.map((l) => html`<a href="#letter-${l}">${l}</a> `)}</div>
<table class="membership-directory tablepress"><thead><tr><th>Company</th><th>Address</th><th>City</th><th>State</th><th>Zip</th><th>Phone</th></tr></thead><tbody>
${letters.map(
  (l) => html`<tr class="letter-row"><th colspan="6" id="letter-${l}">${l}</th></tr>
${members.filter((m) => letterOf(m.name) === l).map(row)}`,
)}</tbody></table>
<p class="back"><a href="#masthead">Back to top</a></p>
<h2>NEMA Sections</h2><table class="tablepress"><thead><tr><th>Section</th><th>Name</th></tr></thead><tbody><tr><td>1IS</td><td>Industrial Automation Control</td></tr><tr><td>5SG</td><td>Switchgear Assemblies</td></tr><tr><td>7WC</td><td>Wire and Cable</td></tr></tbody></table>`;
}

function row(m: Listing): Raw {
  const h = hash(m.key);
  // members that were merged stay findable under the old name
  const also =
    h % 31 === 0 &&
    html`<tr class="xref"><td colspan="6"><em>${m.company.name.split(' ')[0]} Holdings, see <a href="#m-${m.key}">${m.name}</a></em></td></tr>\n`;
  return html`<tr id="m-${m.key}"><td>${m.website ? html`<a href="${m.website}" target="_blank" rel="noopener">${m.name}</a>` : m.name}</td><td>${m.street}</td><td>${m.city}</td><td>${m.state}</td><td>${m.zip}</td><td>${m.phone && (h % 4 === 0 ? html`<a href="tel:${m.phoneDigits}">${m.phone}</a>` : m.phone)}</td></tr>
${also}`;
}

function home(events: readonly Event[], today: string): Raw {
  return html`<section class="hero"><h1>Making it electric</h1><p>NEMA is where manufacturers of electrical equipment set standards and speak with one voice.</p></section>
<section><h2>Next events</h2>${eventsAround(events, today)
    .upcoming.slice(0, 2)
    .map(
      (e) =>
        html`<div class="teaser"><a href="${PATHS.NEMA.event(e)}">${e.title}</a> <span>${dates(e)}</span></div>`,
    )}</section>
<p><a class="button" href="${NEMA_DIRECTORY}">See all members</a></p>`;
}

function eventsPage(events: readonly Event[], today: string): Raw {
  const { upcoming, past } = eventsAround(events, today);
  const entry = (e: Event) =>
    html`<article class="event-card"><h3><a href="${PATHS.NEMA.event(e)}">${e.title}</a></h3><p class="event-date">${dates(e)}</p><p class="event-place">${e.venue.name}, ${e.venue.city}, ${e.venue.state}</p></article>\n`;
  return html`<h1>Events</h1><h2>Upcoming</h2>${upcoming.map(entry)}<h2>Past events</h2>${past.map(entry)}
${jsonLd(upcoming.filter((e) => e.markup === 'jsonld').map((e) => eventLd(e, BASE)))}`;
}

/** Compresses an answer for a client that asks for it, as nginx in front of this site does. */
export function compressed(reply: Reply, accepts: string | undefined): Reply & { bytes?: Buffer } {
  if (reply.status !== 200 || !/\bgzip\b/.test(accepts ?? '') || (reply.body?.length ?? 0) < 1400)
    return reply;
  // other bytes need another tag, so nginx makes it a weak one
  const etag = reply.headers?.etag;
  return {
    ...reply,
    headers: { ...reply.headers, 'content-encoding': 'gzip', ...(etag ? { etag: `W/${etag}` } : {}) },
    bytes: gzipSync(reply.body ?? '', { level: 1 }),
  };
}
