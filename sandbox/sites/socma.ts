/** www.socma.org: MatrixMaxx forms pages behind a robots.txt that lets nobody in but two named search engines. */
import { html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import { changedOn, page } from '../reply.js';
import type { World } from '../world.js';
import { dates, PATHS } from './events.js';
import {
  builtSite,
  cityLine,
  eventPages,
  eventTruth,
  type Facts,
  type Made,
  newsPages,
  type Plan,
} from './facts.js';
import { aboutBody, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.SOCMA;
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/socma-membership/membership-list';
const VIEW = '/forms/CompanyFormPublicMembers/view';
const EVENTS = '/events';
const viewUrl = (m: Listing): string => `${VIEW}?id=${m.key}`;

export const socma: Facts = {
  access: {
    allowed: false,
    why: 'robots.txt disallows everything for all but two named search engines',
    pages_allowed: false,
    rendered_by_script: false,
    json_endpoints: [],
    login_url: null,
    terms_url: `${BASE}/terms-of-use`,
  },
  sites: (world) => [[OFFICE.host, builtSite(world, plan(world))]],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about`, 'other'],
    [`${BASE}/terms-of-use`, 'other'],
    [BASE + DIRECTORY, 'directory'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...eventTruth(world, OFFICE, EVENTS),
    ...world.listings.SOCMA.map((m): [string, 'profile'] => [BASE + viewUrl(m), 'profile']),
  ],
  places: (world) =>
    world.listings.SOCMA.map((m) => ({
      page_url: BASE + DIRECTORY,
      profile_url: BASE + viewUrl(m),
      data_url: null,
      also_on: [],
    })),
};

const ROBOTS = `User-agent: Googlebot
User-agent: Bingbot
Disallow: /admin/

User-agent: *
Disallow: /
`;
const HEADERS = { server: 'Apache', 'set-cookie': 'mx_session=anonymous; path=/' };

function plan(world: World): Plan {
  const members = world.listings.SOCMA;
  const byKey = new Map(members.map((m) => [m.key, m]));
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: ROBOTS,
    headers: HEADERS,
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'SOCMA',
          html`<h1>Solutions for specialties</h1><p><a href="${DIRECTORY}">Membership list</a> | <a href="${EVENTS}">Events</a></p>`,
        ],
      ],
      ['/about', () => ['About', aboutBody(OFFICE, members.length)]],
      ['/terms-of-use', () => ['Terms of Use', termsBody(OFFICE)]],
      [DIRECTORY, () => ['Membership List', list(members)]],
      ...newsPages(world, OFFICE, '/news/'),
      ...eventPages(
        world,
        OFFICE,
        EVENTS,
        (e) =>
          html`<p class="mx-meeting"><a href="${PATHS.SOCMA.event(e)}">${e.title}</a><br>${dates(e)}, ${e.venue.city}, ${e.venue.state}</p>`,
      ),
    ]),
    notFound: html`<p>The requested page was not found.</p>`,
    more: ({ path, query }) => {
      const m = path === VIEW ? byKey.get(query.get('id') ?? '') : undefined;
      return m ? page(shell(m.name, view(m)), changedOn(world.today, m.key), HEADERS) : null;
    },
  };
}

const list = (members: readonly Listing[]): Raw => html`<h1>Membership List</h1><ul class="mx-list">
${members.map((m) => html`<li><a href="${viewUrl(m)}">${m.name}</a> &ndash; ${m.city}, ${m.state}</li>\n`)}</ul>`;

const view = (m: Listing): Raw => html`<div class="mx-form mx-view"><h2>${m.name}</h2><table>
${m.street && html`<tr><td class="mx-label">Address</td><td>${m.street}<br>${cityLine(m)}</td></tr>`}${m.street === null && html`<tr><td class="mx-label">Address</td><td>${cityLine(m)}</td></tr>`}
${m.phone && html`<tr><td class="mx-label">Phone</td><td>${m.phone}</td></tr>`}${m.fax && html`<tr><td class="mx-label">Fax</td><td>${m.fax}</td></tr>`}
${m.website && html`<tr><td class="mx-label">Website</td><td><a href="${m.website}">${m.website}</a></td></tr>`}<tr><td class="mx-label">Capabilities</td><td>${m.company.processes.join('; ')}</td></tr></table></div>`;

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} | SOCMA</title><script src="/matrixmaxx/js/mx.js"></script></head><body>
<div id="nav"><a href="/about">About</a> <a href="${DIRECTORY}">Members</a> <a href="${EVENTS}">Events</a> <a href="/news/">News</a></div><div id="main">${body}</div>
<div id="footer">${OFFICE.name}, ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}, ${OFFICE.phone} <a href="/terms-of-use">Terms of Use</a></div></body></html>`;
}
