/** www.ntma.org and members.ntma.org: a CMS in front, netFORUM eWeb behind; one long list per chapter, some shops in two. */
import { html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import { hash, stream } from '../random.js';
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
import { aboutBody, cookieBanner, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.NTMA;
const EWEB = 'members.ntma.org';
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/membership/member-directory/';
const EVENTS = '/events/';
const DYNAMIC = '/eweb/DynamicPage.aspx';
const NAMES =
  'Akron,Arizona Tooling,Boston Tooling & Machining,Central Jersey,Chicago,Cleveland,Connecticut,Dayton Region,Denver,Detroit,Eastern Massachusetts,Florida West Coast,Greater Cincinnati,Houston,Indiana,Kansas City,Kentuckiana,Los Angeles,Michiana,Minnesota,New Jersey,North Texas,Northwest Pennsylvania,Oregon,Philadelphia,Pittsburgh,Rochester,Rock River Valley,San Diego,Western Reserve'.split(
    ',',
  );

type Chapter = { name: string; url: string; members: Listing[] };

export const ntma: Facts = {
  access: {
    allowed: true,
    why: 'public; one list per chapter on a second host of the same domain',
    pages_allowed: true,
    rendered_by_script: false,
    json_endpoints: [],
    login_url: null,
    terms_url: `${BASE}/terms/`,
  },
  sites: (world) => [
    [OFFICE.host, builtSite(world, front(world))],
    [EWEB, builtSite(world, eweb(world))],
  ],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about/`, 'other'],
    [`${BASE}/terms/`, 'other'],
    [BASE + DIRECTORY, 'directory'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...eventTruth(world, OFFICE, EVENTS),
    ...chaptersOf(world).map((c): [string, 'directory'] => [c.url, 'directory']),
  ],
  places: (world) => {
    const chapters = chaptersOf(world);
    return world.listings.NTMA.map((m) => {
      const [first, ...rest] = chapters.filter((c) => c.members.includes(m)).map((c) => c.url);
      return { page_url: first ?? BASE + DIRECTORY, profile_url: null, data_url: null, also_on: rest };
    });
  },
};

/** The chapters of a world; the last one is always empty, as a new chapter is. */
function chaptersOf(world: World): Chapter[] {
  const members = world.listings.NTMA;
  const count = Math.min(NAMES.length, Math.max(4, Math.ceil(members.length / 12)));
  const chapters = NAMES.slice(0, count).map((name): Chapter => {
    const hex = stream(0, `chapter ${name}`).hex(32);
    const key = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { name, url: `https://${EWEB}${DYNAMIC}?webcode=ChapterResult&chp_key=${key}`, members: [] };
  });
  for (const m of members) {
    const { state } = m.company.address;
    const home = hash(`${state}${hash(m.company.id) % 3}`) % (count - 1);
    chapters[home]?.members.push(m);
    if (hash(`two ${m.company.id}`) % 12 === 0) chapters[(home + 1) % (count - 1)]?.members.push(m);
  }
  return chapters;
}

function front(world: World): Plan {
  const chapters = chaptersOf(world);
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: `User-agent: *\nDisallow: /wp-admin/\nDisallow: /cart/\n`,
    headers: { server: 'Apache/2.4' },
    shell,
    pages: new Map<string, () => Made>([
      [
        '/',
        () => [
          'Home',
          html`<h1>Precision at work</h1><p>NTMA members design and make tools, dies, molds and machined parts.</p><p><a href="${DIRECTORY}">Member Directory</a></p>`,
        ],
      ],
      ['/about/', () => ['About NTMA', aboutBody(OFFICE, world.listings.NTMA.length)]],
      ['/terms/', () => ['Terms of Use', termsBody(OFFICE)]],
      [
        DIRECTORY,
        () => [
          'Member Directory',
          html`<h1>Member Directory</h1><p>Members are listed by chapter. A shop may belong to more than one.</p><ul class="chapters">${chapters.map((c) => html`<li><a href="${c.url}">${c.name} Chapter</a></li>\n`)}</ul>`,
        ],
      ],
      ...newsPages(world, OFFICE, '/news/'),
      ...eventPages(
        world,
        OFFICE,
        EVENTS,
        (e) =>
          html`<div class="event"><h3><a href="${PATHS.NTMA.event(e)}">${e.title}</a></h3><p>${dates(e)} &bull; ${e.venue.name}, ${e.venue.city}, ${e.venue.state}</p></div>`,
      ),
    ]),
    notFound: html`<h1>Page not found</h1>`,
  };
}

function eweb(world: World): Plan {
  const byUrl = new Map(chaptersOf(world).map((c) => [c.url, c]));
  return {
    office: OFFICE,
    host: EWEB,
    robots: `User-agent: *\nDisallow: /eweb/Login\nDisallow: /eweb/Profile\n`,
    headers: { server: 'Microsoft-IIS/10.0', 'x-aspnet-version': '4.0.30319' },
    shell: ewebShell,
    pages: new Map([
      ['/', () => ['NTMA Members', html`<p><a href="${BASE}${DIRECTORY}">Member directory</a></p>`]],
    ]),
    notFound: html`<p>The resource cannot be found.</p>`,
    more: ({ path, query }) => {
      const key = query.get('chp_key') ?? '';
      const url = `https://${EWEB}${DYNAMIC}?webcode=ChapterResult&chp_key=${key}`;
      const chapter = path === DYNAMIC ? byUrl.get(url) : undefined;
      return chapter
        ? page(
            ewebShell(`${chapter.name} Chapter`, chapterBody(chapter)),
            changedOn(world.today, chapter.name),
          )
        : null;
    },
  };
}

function chapterBody({ name, members }: Chapter): Raw {
  if (members.length === 0)
    return html`<h2>${name} Chapter</h2><span id="lblMessage">No members found.</span>`;
  return html`<h2>${name} Chapter</h2><span id="lblCount">${members.length} record(s) found</span>
<table cellspacing="0" cellpadding="3" border="0" width="100%"><tr><td><b>Company</b></td><td><b>Address</b></td><td><b>Phone</b></td><td><b>Web</b></td></tr>
${members.map((m) => html`<tr><td valign="top">${m.name}</td><td valign="top">${m.street && html`${m.street}<br>`}${cityLine(m)}</td><td valign="top">${m.phone}</td><td valign="top">${m.website && html`<a href="${m.website}" target="_blank">${m.website}</a>`}</td></tr>\n`)}</table>`;
}

const ewebShell = (
  title: string,
  body: Raw,
): Raw => html`<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html><head><title>${title}</title></head><body><form method="post" action="DynamicPage.aspx" id="eWebForm"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUKMTY1NDU2" />
<div class="top"><a href="${BASE}/">NTMA home</a> | <a href="/eweb/Login.aspx" rel="nofollow">Sign in</a></div>${body}
<div class="foot">${OFFICE.name} ${OFFICE.phone}</div></form></body></html>`;

const shell = (title: string, body: Raw): Raw => html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} | NTMA</title></head><body>${cookieBanner}
<nav><a href="/">NTMA</a> <a href="/about/">About</a> <a href="${DIRECTORY}">Members</a> <a href="${EVENTS}">Events</a> <a href="/news/">News</a></nav>
<main>${body}</main><footer>${OFFICE.name} | ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip} | ${OFFICE.phone} | <a href="/terms/">Terms of Use</a></footer></body></html>`;
