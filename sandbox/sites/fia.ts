/** www.forging.org: public pages and events for all, the directory behind a login. */
import { html, type Raw } from '../html.js';
import { errorPage, type Reply, type Request, redirect } from '../reply.js';
import type { World } from '../world.js';
import { dates, PATHS } from './events.js';
import { builtSite, eventPages, eventTruth, type Facts, type Made, newsPages, type Plan } from './facts.js';
import { aboutBody, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.FIA;
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/members';
const LOGIN = '/account/login';
const EVENTS = '/events';

export const fia: Facts = {
  access: {
    allowed: false,
    why: 'the directory is behind a login',
    pages_allowed: true,
    rendered_by_script: false,
    json_endpoints: [],
    login_url: `${BASE}${LOGIN}?returnurl=%2Fmembers`,
    terms_url: `${BASE}/terms`,
  },
  sites: (world) => [[OFFICE.host, builtSite(world, plan(world))]],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about`, 'other'],
    [`${BASE}/terms`, 'other'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...eventTruth(world, OFFICE, EVENTS),
  ],
  places: (world) =>
    world.listings.FIA.map(() => ({
      page_url: BASE + DIRECTORY,
      profile_url: null,
      data_url: null,
      also_on: [],
    })),
};

function plan(world: World): Plan {
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: 'User-agent: *\nDisallow: /admin/\n',
    headers: { server: 'nginx' },
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'FIA',
          html`<h1>Forging ahead</h1><p>Forgings are stronger. <a href="${DIRECTORY}">Member directory</a> (members only)</p>`,
        ],
      ],
      ['/about', () => ['About FIA', aboutBody(OFFICE, world.listings.FIA.length)]],
      ['/terms', () => ['Terms of Use', termsBody(OFFICE)]],
      ...newsPages(world, OFFICE, '/news/'),
      ...eventPages(
        world,
        OFFICE,
        EVENTS,
        (e) =>
          html`<li class="event-row"><b>${dates(e)}</b> <a href="${PATHS.FIA.event(e)}">${e.title}</a>, ${e.venue.city}, ${e.venue.state}</li>`,
      ),
    ]),
    notFound: html`<h1>Not found</h1>`,
    more: guard,
  };
}

function guard({ path, query, method }: Request): Reply | null {
  if (path === DIRECTORY || path.startsWith(`${DIRECTORY}/`))
    return redirect(`${LOGIN}?returnurl=${encodeURIComponent(path)}`, 302);
  if (path !== LOGIN) return null;
  const failed =
    method === 'POST' && html`<p class="validation-summary-errors">Invalid user name or password.</p>`;
  const form = html`<h1>Sign in</h1><p>This content is available to FIA members only. Please log in.</p>${failed}<form method="post" action="${LOGIN}"><input type="hidden" name="returnurl" value="${query.get('returnurl') ?? '/'}"><label>Email <input name="username" type="email"></label><label>Password <input name="password" type="password"></label><button>Log in</button></form>`;
  return errorPage(200, shell('Member Login', form), { 'cache-control': 'no-store' });
}

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} - Forging Industry Association</title></head><body><header><a href="/about">About</a> <a href="${DIRECTORY}">Members</a> <a href="${EVENTS}">Events</a> <a href="/news/">News</a> <a href="${LOGIN}">Login</a></header>
<main>${body}</main><footer>${OFFICE.name}, ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}, ${OFFICE.phone} <a href="/Common/Uploaded%20files/bylaws.pdf" rel="nofollow">Bylaws</a> <a href="/terms">Terms of Use</a></footer></body></html>`;
}
