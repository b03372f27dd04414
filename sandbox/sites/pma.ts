/** www.pma.org: classic ASP, a paged list of members and a profile page for each. */
import type { Event } from '../events.js';
import { html, jsonLd, type Raw, raw } from '../html.js';
import type { Listing } from '../listings.js';
import type { Company } from '../population.js';
import { hash, stream } from '../random.js';
import {
  changedOn,
  errorPage,
  page,
  type Reply,
  type Request,
  redirect,
  type Site,
  text,
  toCanonical,
} from '../reply.js';
import type { World } from '../world.js';
import { dates, eventHead, eventsAround, exhibitorList, PATHS, sponsorsAndSpeakers } from './events.js';
import { aboutBody, cookieBanner, makeNews, OFFICES, officeLd, termsBody } from './office.js';

const OFFICE = OFFICES.PMA;
const BASE = `https://${OFFICE.host}`;
export const PMA_PAGE_SIZE = 25;

export const listPath = (n: number): string =>
  n === 1 ? '/directory/members.asp' : `/directory/members.asp?page=${n}`;
export const profilePath = (listing: Listing): string => `/directory/profile.asp?id=${listing.key}`;
export const PMA_SMALL_PAGES = [
  '/',
  '/about/',
  '/about/terms.asp',
  '/news/',
  '/news/member-spotlight.asp',
  '/news/board-elections.asp',
  '/news/business-conditions.asp',
  '/events/',
];

/** The site of a world. */
export function pmaSite(world: World): Site {
  const members = world.listings.PMA;
  const byKey = new Map(members.map((m) => [m.key, m]));
  const events = world.events.filter((e) => e.code === 'PMA');
  const news = makeNews(world, 'PMA');
  const last = Math.ceil(members.length / PMA_PAGE_SIZE);

  return (request) => {
    const moved = toCanonical(request, OFFICE.host);
    if (moved) return moved;
    const reply = (title: string, body: Raw, featured: readonly Listing[] = []): Reply =>
      page(
        shell(title, body, featured),
        changedOn(world.today, `${request.host}${request.path}${request.query}`),
        HEADERS,
      );
    const event = events.find((e) => e.id === request.query.get('id'));
    const item = news.find((n) => request.path === `/news/${n.slug}.asp`);
    switch (request.path) {
      case '/robots.txt':
        return text(ROBOTS, changedOn(world.today, 'robots'));
      case '/':
      case '/default.asp':
        return reply(
          'Precision Metalforming Association',
          home(events, world.today),
          featuredOf(world, 'home'),
        );
      case '/directory':
      case '/directory/':
        return redirect(`${BASE}/directory/members.asp`, 302);
      case '/directory/members.asp': {
        const asked = Number(request.query.get('page') ?? '1');
        const n = Number.isInteger(asked) && asked >= 1 ? Math.min(asked, last) : 1;
        return reply(`Member Directory - Page ${n}`, list(members, n, last), featuredOf(world, `list${n}`));
      }
      case '/directory/profile.asp': {
        const member = byKey.get(request.query.get('id') ?? '');
        // an unknown id is an answer with status 200, as on the real thing
        return member
          ? reply(`${member.name} - Member Profile`, profile(member), featuredOf(world, member.key))
          : page(
              shell(
                'Member Profile',
                html`<div class="member-search-results"><p>Sorry, no record found.</p></div>`,
                [],
              ),
              '2025-01-01',
              HEADERS,
            );
      }
      case '/about/':
        return reply('About PMA', aboutBody(OFFICE, members.length));
      case '/about/terms.asp':
        return reply('Terms of Use', termsBody(OFFICE));
      case '/news/':
        return reply(
          'News',
          html`<h1>PMA News</h1>${news.map((n) => html`<div class="news-item"><h3><a href="/news/${n.slug}.asp">${n.title}</a></h3><small>${n.day}</small></div>`)}`,
        );
      case '/events/':
        return reply('Events', eventsPage(events, world.today));
      case '/events/details.asp':
        return event ? reply(event.title, eventPage(event)) : missing(request);
      case '/events/exhibitors.asp':
        return event?.exhibitorPage
          ? reply(
              `Exhibitors - ${event.title}`,
              html`<h1>${event.title}: Exhibitor List</h1>${exhibitorList(event)}`,
            )
          : missing(request);
      default:
        return item
          ? reply(
              item.title,
              html`<article><h1>${item.title}</h1><p class="date">${item.day}</p>${item.body}</article>`,
            )
          : missing(request);
    }
  };
}

const HEADERS = { server: 'Microsoft-IIS/8.5', 'x-powered-by': 'ASP.NET', 'cache-control': 'private' };
const ROBOTS = `User-agent: *
Disallow: /admin/
Disallow: /search.asp
Disallow: /cart/
Disallow: /go.asp
Disallow: /directory/members.asp?sort=
Disallow: /directory/print.asp

User-agent: BadBot
Disallow: /
`;

function shell(title: string, body: Raw, featured: readonly Listing[]): Raw {
  return html`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>${title} | PMA</title><meta name="description" content="PMA is the full-service trade association for the metalforming industry." />
<link rel="stylesheet" href="/css/bootstrap.min.css" /><script type="text/javascript" src="/js/jquery-1.11.0.min.js"></script>
${jsonLd({ '@context': 'https://schema.org', ...officeLd(OFFICE) })}</head><body>
${cookieBanner}<div id="header" class="container"><a href="/"><img src="/images/logo.png" alt="Precision Metalforming Association" /></a>
<form action="/search.asp" method="get"><input name="q" placeholder="Search PMA" /><input type="submit" value="Go" /></form>
<ul id="nav" class="nav"><li><a href="/about/">About</a></li><li><a href="/directory/members.asp">Member Directory</a></li><li><a href="/events/">Events</a></li><li><a href="/news/">News</a></li><li><a href="/cart/" rel="nofollow">Store</a></li><li><a href="/admin/login.asp" rel="nofollow">Member Login</a></li></ul></div>
<div class="container"><div class="row"><div class="span9" id="content">${body}</div><div class="span3" id="sidebar">
${
  featured.length > 0 &&
  html`<div class="well"><h4>Featured Members</h4><ul class="featured">${featured.map((m) => html`<li><a href="${profilePath(m)}">${m.name}</a><br /><cite>${m.city}, ${m.state}</cite></li>`)}</ul></div>`
}<div class="well"><h4>Join PMA</h4><p>Call Member Services at 216-901-8800 ext. 114.</p></div></div></div></div>
<div id="footer"><p>${OFFICE.name} | ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip} | Phone: ${OFFICE.phone} | Fax: 216-901-9190 | <a href="mailto:${OFFICE.email}">${OFFICE.email}</a></p>
<p><a href="/about/terms.asp">Terms of Use</a> | &copy; 2026 PMA. All rights reserved. <a href="https://www.linkedin.com/company/precision-metalforming-association" rel="nofollow">LinkedIn</a></p></div>
</body></html>`;
}

function list(members: readonly Listing[], n: number, last: number): Raw {
  const from = (n - 1) * PMA_PAGE_SIZE;
  const shown = members.slice(from, from + PMA_PAGE_SIZE);
  const numbers = [...new Set([1, n - 2, n - 1, n, n + 1, n + 2, last])]
    .filter((i) => i >= 1 && i <= last)
    .sort((a, b) => a - b);
  return html`<h1>Member Directory</h1>
<p class="count">Showing ${from + 1}-${from + shown.length} of ${members.length} member companies</p>
<p class="sort">Sort by: <b>Company</b> <a href="/directory/members.asp?sort=state" rel="nofollow">State</a> <a href="/directory/members.asp?sort=city" rel="nofollow">City</a></p>
<ul class="icons row hidden-phone">${shown.map(card)}</ul>
<div class="visible-phone"><ul class="m-list">${shown.map((m) => html`<li><a href="${profilePath(m)}">${m.name}</a></li>`)}</ul></div>
<div class="pagination"><ul>${n > 1 && html`<li><a href="${listPath(n - 1)}">&laquo; Prev</a></li>`}${numbers.map(
    (i) =>
      i === n
        ? html`<li class="active"><span>${i}</span></li>`
        : html`<li><a href="${listPath(i)}">${i}</a></li>`,
  )}${n < last && html`<li><a href="${listPath(n + 1)}">Next &raquo;</a></li>`}</ul></div>`;
}

function card(m: Listing): Raw {
  const withPhone = m.phone !== null && hash(m.key) % 3 === 0;
  return html`<li class="span4"><!-- ${raw(m.key)} ${raw(m.name.replaceAll('-', ' '))} --><div class="icon-box"><a href="${profilePath(m)}">${m.name}</a> <span class="sep">|</span> <cite>${m.city}, ${m.state}</cite>${withPhone && html`<span class="ph">${m.phone}</span>`}${hash(m.key) % 17 === 0 && html` <span class="label label-info">New!</span>`}</div></li>
`;
}

function profile(m: Listing): Raw {
  const c = m.company;
  const variant = hash(`profile${m.key}`);
  const person = c.people[0];
  const shown = m.website?.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  // the counter takes the address as typed on old records, encoded on newer ones
  const href =
    m.website &&
    (variant % 3 === 0
      ? m.website
      : `/go.asp?id=${m.key}&url=${variant % 3 === 1 ? m.website : encodeURIComponent(m.website)}`);
  return html`<p class="crumbs"><a href="/">Home</a> &gt; <a href="/directory/members.asp">Member Directory</a> &gt; Profile</p>
<article><div class="member-search-results"><h2>${m.name}</h2>
<div class="company-address">${m.street && html`${m.street}<br />`}${m.city}, ${m.state} ${m.zip}<br />${m.country}<br /><a href="https://maps.example.com/?q=${encodeURIComponent(`${m.city} ${m.state}`)}" rel="nofollow">Map Location</a></div>
<div class="company-contact">${m.phone && html`<b>Phone:</b> ${m.phone}<br />`}<b>Fax:</b> ${m.fax}<br />${m.website && html`<a href="${href}" target="_blank">${variant % 4 === 0 ? 'Visit Website' : shown}</a>`}
<!-- Contact: ${raw(person ? `${person.first} ${person.last}, ${person.title.replaceAll('--', '-')}` : '')} <a href="#" name="${raw(m.key.slice(0, 6))}" rel="${raw(c.domain?.replace('.', '#') ?? '')}">mail</a> --></div>
<div class="company-facility"><b>Facility Size:</b> ${c.squareFeet.toLocaleString('en-US')} sq. ft.<br /><b>Employees:</b> ${range(c.employees)}</div>
<div class="company-level">${variant % 11 === 0 && html`<span class="level">Gold Sponsor</span> `}Member Since ${m.memberSince}</div></div>
<div class="member-search-blocks"><h3>Manufacturing Processes</h3><ul>${c.processes.map((p) => html`<li>${p}</li>`)}</ul>
${variant % 2 === 0 && html`<h3>Certifications</h3><ul><li>ISO 9001:2015</li>${variant % 5 === 0 && html`<li>IATF 16949</li>`}</ul>`}
<h3>Markets Served</h3><p>${['Automotive', 'Aerospace, Defense', 'Appliance, HVAC', 'Electrical, Lighting', 'Medical'][variant % 5]}</p>
<h3>Company Description</h3><p>${describe(c)}</p></div>
<p class="tools"><a href="javascript:window.print()">Print</a> | <a href="/directory/members.asp">Back to results</a></p></article>`;
}

/** A sentence or two, as the member wrote it. */
export function describe(c: Company): string {
  const does = c.processes.slice(0, 3).join(', ').toLowerCase();
  return [
    `Founded in ${c.founded}, ${c.name} provides ${does} to customers throughout North America.`,
    `${c.name} is a family-owned supplier of ${does}. Our team in ${c.address.city} has served OEMs since ${c.founded}.`,
    `We specialize in ${does}. Quick turnaround, low to high volumes.`,
    `A leader in ${does} with ${c.squareFeet.toLocaleString('en-US')} square feet of production space.`,
  ][hash(c.id) % 4] as string;
}

function range(employees: number): string {
  const bands = [10, 25, 50, 100, 250, 500];
  const at = bands.findIndex((top) => employees <= top);
  return at === -1 ? '500+' : `${at === 0 ? 1 : (bands[at - 1] ?? 0) + 1}-${bands[at]}`;
}

function home(events: readonly Event[], today: string): Raw {
  return html`<h1>Metalforming&rsquo;s voice</h1><p>PMA represents manufacturers of metal stampings, fabrications, spinnings, slide formings and roll formings, and the suppliers to them.</p>
<h3>Upcoming</h3><ul>${eventsAround(events, today)
    .upcoming.slice(0, 3)
    .map(
      (e) => html`<li><a href="${PATHS.PMA.event(e)}">${dates(e)} - ${e.venue.city}: ${e.title}</a></li>`,
    )}</ul>
<p><a href="/directory/members.asp" class="btn">Find a Metalformer</a></p>`;
}

function eventsPage(events: readonly Event[], today: string): Raw {
  const { upcoming, past } = eventsAround(events, today);
  const line = (e: Event) =>
    html`<p class="event-line">${dates(e)} - ${e.venue.city}, ${e.venue.state}: <a href="${PATHS.PMA.event(e)}">${e.title}</a></p>`;
  return html`<h1>Events Calendar</h1><h3>Upcoming Events</h3>${upcoming.map(line)}<h3>Past Events</h3>${past.map(line)}`;
}

function eventPage(event: Event): Raw {
  const inline = !event.exhibitorPage && exhibitorList(event);
  return html`${eventHead(event, BASE)}${event.exhibitorPage && html`<p><a href="${PATHS.PMA.exhibitors(event)}">View the exhibitor list</a></p>`}${inline}${sponsorsAndSpeakers(event)}`;
}

function featuredOf(world: World, label: string): Listing[] {
  return stream(world.seed, `featured:${label}`).sample(world.listings.PMA.slice(0, 40), 3);
}

const missing = (request: Request): Reply =>
  errorPage(
    404,
    shell(
      'Page Not Found',
      html`<h1>404 - File or directory not found.</h1><p>${request.path} might have been removed.</p>`,
      [],
    ),
    HEADERS,
  );
