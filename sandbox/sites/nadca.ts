/** www.diecasting.org: iMIS RiSE in windows-1252, one long static list with detail pages, and terms that forbid robots. */
import { encode1252 } from '../charset.js';
import { html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import { changedOn, type Reply, type Request, type Site } from '../reply.js';
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
import { aboutBody, OFFICES } from './office.js';

const OFFICE = OFFICES.NADCA;
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/corporate-members/';
const DETAIL = '/Web/Resources/Directories/Member.aspx';
const TERMS = '/Web/Terms_of_Use.aspx';
const EVENTS = '/Web/Events.aspx';
const detailUrl = (m: Listing): string => `${DETAIL}?id=${m.key}`;

export const nadca: Facts = {
  access: {
    allowed: false,
    why: 'the terms of use forbid automated access and the collection of member information',
    pages_allowed: false,
    rendered_by_script: false,
    json_endpoints: [],
    login_url: null,
    terms_url: BASE + TERMS,
  },
  sites: (world) => [[OFFICE.host, in1252(builtSite(world, plan(world)))]],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about/`, 'other'],
    [BASE + TERMS, 'other'],
    [BASE + DIRECTORY, 'directory'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...eventTruth(world, OFFICE, EVENTS),
    ...world.listings.NADCA.map((m): [string, 'profile'] => [BASE + detailUrl(m), 'profile']),
  ],
  places: (world) =>
    world.listings.NADCA.map((m) => ({
      page_url: BASE + DIRECTORY,
      profile_url: BASE + detailUrl(m),
      data_url: null,
      also_on: [],
    })),
};

/** Pages leave in windows-1252; only a meta element in them says so. */
const in1252 =
  (site: Site): Site =>
  (request) => {
    const reply = site(request);
    if (!reply.headers?.['content-type']?.startsWith('text/html')) return reply;
    const headers = { ...reply.headers, 'content-type': 'text/html' };
    return { ...reply, headers, bytes: encode1252(reply.body ?? '') };
  };

function plan(world: World): Plan {
  const members = world.listings.NADCA;
  const byKey = new Map(members.map((m) => [m.key, m]));
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: 'User-agent: *\nDisallow: /AsiCommon/\nDisallow: /iMIS/\n',
    headers: { server: 'Microsoft-IIS/10.0', 'x-powered-by': 'ASP.NET' },
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'NADCA',
          html`<h1>The voice of die casting</h1><p><a href="${DIRECTORY}">Corporate members</a></p>`,
        ],
      ],
      ['/about/', () => ['About', aboutBody(OFFICE, members.length)]],
      [TERMS, () => ['Terms of Use', terms]],
      [DIRECTORY, () => ['Corporate Members', list(members)]],
      ...newsPages(world, OFFICE, '/news/'),
      ...eventPages(
        world,
        OFFICE,
        EVENTS,
        (e) =>
          html`<p><a href="${PATHS.NADCA.event(e)}">${e.title}</a><br>${dates(e)}, ${e.venue.city}, ${e.venue.state}, ${e.venue.name}</p>`,
      ),
    ]),
    notFound: html`<h1>Sorry, the page is not here</h1>`,
    more: (request) => member(world, byKey, request),
  };
}

function member(world: World, byKey: Map<string, Listing>, { path, query }: Request): Reply | null {
  const m = path === DETAIL ? byKey.get(query.get('id') ?? '') : undefined;
  if (m === undefined) return null;
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: shell(m.name, detail(m)).raw,
    modified: changedOn(world.today, m.key),
  };
}

const list = (
  members: readonly Listing[],
): Raw => html`<div class="ContentItemContainer"><h1>NADCA Corporate Members</h1><p>The companies below support NADCA’s mission.</p>
${members.map((m) => html`<p><a href="${detailUrl(m)}">${m.name}</a>, ${m.city}, ${m.state}</p>\n`)}</div>`;

function detail(m: Listing): Raw {
  const row = (label: string, value: Raw | string | null) =>
    value && html`<div class="PanelField"><span class="Label">${label}:</span> <span>${value}</span></div>\n`;
  return html`<div class="panel"><h2 class="PanelTitle">${m.name}</h2>${row('Address', html`${m.street && html`${m.street}<br>`}${cityLine(m)}`)}${row('Telephone', m.phone)}${row('Fax', m.fax)}${row('Email', m.email && html`<a href="mailto:${m.email}">${m.email}</a>`)}${row('Website', m.website && html`<a href="${m.website}">${m.website}</a>`)}</div>
<div class="panel"><h2 class="PanelTitle">Capabilities Description</h2><p>${m.company.processes.join(', ')}</p></div><p><a href="${DIRECTORY}">« Back to the list</a></p>`;
}

const terms: Raw = html`<h1>Terms of Use</h1><p>By entering this site you agree to the following terms.</p>
<h2>Acceptable use</h2><p>You may not use any robot, spider, scraper or other automated means to access this site or to collect member information from it for any purpose without NADCA’s prior written permission.</p>
<p>The member directory is for the personal use of visitors; commercial use, resale or compilation of mailing lists is prohibited.</p>
<h2>Privacy</h2><p>See our privacy statement. Questions: ${OFFICE.email}.</p>`;

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><title>${title} – NADCA</title><link rel="stylesheet" href="/Telerik.Web.UI.WebResource.axd?d=PMrIT5dOWaVYIcpFWUE4nM7u8GcaWMkb"></head><body><form method="post" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="dDwtMTA4MzE0MjEwNTs7Pg==">
<div id="ste_container_nav"><a href="/">Home</a> · <a href="/about/">About</a> · <a href="${DIRECTORY}">Corporate Members</a> · <a href="${EVENTS}">Events</a> · <a href="/news/">News</a></div>
<div id="ste_container_content">${body}</div><div id="footer">© ${OFFICE.name} • ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip} • ${OFFICE.phone} • <a href="${TERMS}">Terms of Use</a></div></form></body></html>`;
}
