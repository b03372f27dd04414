/** www.afsinc.org and www.castingsource.com: Drupal; the directory is a view with 0-based pages, and pages past the end repeat rows. */
import { html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import { changedOn, page, type Reply, type Request, redirect } from '../reply.js';
import type { World } from '../world.js';
import { dates, PATHS } from './events.js';
import { builtSite, eventPages, eventTruth, type Facts, type Made, newsPages, type Plan } from './facts.js';
import { aboutBody, cookieBanner, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.AFS;
const HOST = 'www.castingsource.com';
const BASE = `https://${OFFICE.host}`;
const SOURCE = `https://${HOST}`;
const VIEW = '/metalcaster-directory';
const EVENTS = '/events';
const PAGE_SIZE = 25;
const HEADERS = { 'x-generator': 'Drupal 10 (https://www.drupal.org)', server: 'nginx' };

const listUrl = (n: number): string => `${SOURCE}${VIEW}?country=US${n === 0 ? '' : `&page=${n}`}`;
const lastOf = (members: readonly Listing[]): number =>
  Math.max(0, Math.ceil(members.length / PAGE_SIZE) - 1);

export const afs: Facts = {
  access: {
    allowed: true,
    why: 'public; on a second domain',
    pages_allowed: true,
    rendered_by_script: false,
    json_endpoints: [],
    login_url: null,
    terms_url: `${BASE}/terms-use`,
  },
  sites: (world) => [
    [OFFICE.host, builtSite(world, front(world))],
    [HOST, builtSite(world, source(world))],
  ],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about`, 'other'],
    [`${BASE}/terms-use`, 'other'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...eventTruth(world, OFFICE, EVENTS),
    [`${SOURCE}/`, 'other'],
    ...Array.from({ length: lastOf(world.listings.AFS) + 1 }, (_, n): [string, 'directory'] => [
      listUrl(n),
      'directory',
    ]),
  ],
  places: (world) =>
    world.listings.AFS.map((_, i) => ({
      page_url: listUrl(Math.floor(i / PAGE_SIZE)),
      profile_url: null,
      data_url: null,
      also_on: [],
    })),
};

function front(world: World): Plan {
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: 'User-agent: *\nDisallow: /core/\nDisallow: /user/\nDisallow: /search/\n',
    headers: HEADERS,
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'American Foundry Society',
          html`<h1>Metalcasting, connected</h1><p>Looking for castings? Use the <a href="${listUrl(0)}">Metalcaster Directory</a>.</p>`,
        ],
      ],
      ['/about', () => ['About AFS', aboutBody(OFFICE, world.listings.AFS.length)]],
      ['/terms-use', () => ['Terms of Use', termsBody(OFFICE)]],
      ...newsPages(world, OFFICE, '/news/'),
      ...eventPages(
        world,
        OFFICE,
        EVENTS,
        (e) =>
          html`<div class="views-row"><div class="views-field views-field-title"><a href="${PATHS.AFS.event(e)}">${e.title}</a></div><div class="views-field views-field-field-date">${dates(e)}</div><div class="views-field views-field-city">${e.venue.city}, ${e.venue.state}</div></div>`,
      ),
    ]),
    notFound: html`<h1>Page not found</h1><p>The requested page could not be found.</p>`,
  };
}

function source(world: World): Plan {
  const members = world.listings.AFS;
  return {
    office: OFFICE,
    host: HOST,
    robots: 'User-agent: *\nDisallow: /core/\nDisallow: /user/\nDisallow: /*sort=\n',
    headers: HEADERS,
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'Casting Source',
          html`<h1>Casting Source</h1><p><a href="${VIEW}?country=US">Find a metalcaster</a></p>`,
        ],
      ],
    ]),
    notFound: html`<h1>Page not found</h1><p>The requested page could not be found.</p>`,
    more: (request) => listReply(world, members, request),
  };
}

function listReply(world: World, members: readonly Listing[], { path, query }: Request): Reply | null {
  if (path !== VIEW) return null;
  if (query.get('country') !== 'US') return redirect(listUrl(0), 302);
  const asked = Number(query.get('page') ?? '0');
  const n = Number.isInteger(asked) && asked >= 0 ? asked : 0;
  return page(
    shell('Metalcaster Directory', list(members, Math.min(n, lastOf(members)))),
    changedOn(world.today, `afs${n}`),
    HEADERS,
  );
}

function list(members: readonly Listing[], n: number): Raw {
  const last = lastOf(members);
  const link = (to: number, text: string, title: string) =>
    html`<li class="pager__item"><a href="?country=US${to > 0 && html`&amp;page=${to}`}" title="${title}">${text}</a></li>`;
  const near = [n - 2, n - 1, n, n + 1, n + 2].filter((i) => i >= 0 && i <= last);
  return html`<h1 class="page-title">Metalcaster Directory</h1>
<div class="view view-process-search"><div class="view-content">${['Sand Casting', 'Investment Casting', 'Permanent Mold'].map((p) => html`<div class="views-row"><div class="views-field views-field-name"><span class="field-content">${p}</span></div></div>`)}</div></div>
<div class="sort">Sort by <a href="${VIEW}?country=US&amp;sort=state" rel="nofollow">State</a> <a href="${VIEW}?country=US&amp;sort=name_desc" rel="nofollow">Name, Z to A</a></div>
<div class="view view-metalcaster-directory view-id-metalcaster_directory"><div class="view-content">
${members.slice(n * PAGE_SIZE, (n + 1) * PAGE_SIZE).map(row)}</div>
<nav class="pager" role="navigation"><ul class="pager__items js-pager__items">${n > 0 && link(0, '« First', 'Go to first page')}${n > 0 && link(n - 1, '‹ Previous', 'Go to previous page')}${near.map((i) => (i === n ? html`<li class="pager__item is-active">${i + 1}</li>` : link(i, String(i + 1), `Go to page ${i + 1}`)))}${n < last && link(n + 1, 'Next ›', 'Go to next page')}${n < last && link(last, 'Last »', 'Go to last page')}</ul></nav></div>`;
}

const row = (
  m: Listing,
): Raw => html`<div class="views-row"><div class="views-field views-field-Company-Name__c"><h3 class="field-content company-name">${m.name}</h3></div>
<div class="views-field views-field-Country__c"><div class="field-content">${m.street && html`${m.street}<br>\n`}${m.city}, ${m.state}${m.zip && ` ${m.zip}`}, US</div></div>
${m.website && html`<div class="views-field views-field-Org-URL__c"><span class="field-content"><a href="${m.website}">${m.website}</a></span></div>`}<div class="views-field views-field-Processes__c"><span class="field-content">${m.company.processes.join(', ')}</span></div></div>
`;

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="Generator" content="Drupal 10 (https://www.drupal.org)"><title>${title} | American Foundry Society</title></head><body class="path-node">${cookieBanner}
<header role="banner"><nav><ul class="menu"><li><a href="${BASE}/about">About</a></li><li><a href="${listUrl(0)}">Directory</a></li><li><a href="${BASE}${EVENTS}">Events</a></li><li><a href="${BASE}/news/">News</a></li><li><a href="/user/login" rel="nofollow">Log in</a></li></ul></nav></header>
<main role="main">${body}</main><footer><p>${OFFICE.name}, ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}. ${OFFICE.phone}</p><a href="${BASE}/terms-use">Terms of Use</a></footer></body></html>`;
}
