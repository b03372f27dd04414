/** www.pmpa.org: cards in GrowthZone's manner that a bundle loads as the visitor scrolls; details are plain pages. */
import { html, type Raw } from '../html.js';
import { type Listing, letterOf } from '../listings.js';
import { hash } from '../random.js';
import { changedOn, json, type Reply, type Request, text } from '../reply.js';
import type { World } from '../world.js';
import { builtSite, type Facts, newsPages, type Plan } from './facts.js';
import { aboutBody, cookieBanner, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.PMPA;
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/membership-directory/';
const ENDPOINT = '/api/directory/members';
const SCRIPT = '/assets/js/directory.bundle.js';
const PAGE_SIZE = 24;

const detailPath = (m: Listing): string =>
  `${DIRECTORY}Details/${m.key}-${1_000_000 + (hash(`pmpa ${m.company.id}`) % 8_999_999)}`;
const dataUrl = (page: number): string => `${BASE}${ENDPOINT}?page=${page}`;
const pagesOf = (members: readonly Listing[]): number => Math.max(1, Math.ceil(members.length / PAGE_SIZE));

export const pmpa: Facts = {
  access: {
    allowed: true,
    why: 'public; a script loads JSON of the same host while the visitor scrolls',
    pages_allowed: true,
    rendered_by_script: true,
    json_endpoints: [dataUrl(1)],
    login_url: null,
    terms_url: `${BASE}/terms/`,
  },
  sites: (world) => [[OFFICE.host, builtSite(world, plan(world))]],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about/`, 'other'],
    [`${BASE}/terms/`, 'other'],
    [BASE + DIRECTORY, 'directory'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...Array.from({ length: pagesOf(world.listings.PMPA) }, (_, i): [string, 'data'] => [
      dataUrl(i + 1),
      'data',
    ]),
    ...world.listings.PMPA.map((m): [string, 'profile'] => [BASE + detailPath(m), 'profile']),
  ],
  places: (world) =>
    world.listings.PMPA.map((m, i) => ({
      page_url: BASE + DIRECTORY,
      profile_url: BASE + detailPath(m),
      data_url: dataUrl(Math.floor(i / PAGE_SIZE) + 1),
      also_on: [],
    })),
};

function plan(world: World): Plan {
  const members = world.listings.PMPA;
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: 'User-agent: *\nDisallow: /account/\nDisallow: /membership-directory/contact/\nCrawl-delay: 1\n',
    headers: { server: 'cloudflare', 'cf-cache-status': 'DYNAMIC' },
    shell,
    pages: new Map([
      [
        '/',
        () => [
          'Home',
          html`<h1>Precision machining, together</h1><p>PMPA is the trade association of the precision machined products industry.</p><p><a href="${DIRECTORY}">Find a shop</a></p>`,
        ],
      ],
      ['/about/', () => ['About', aboutBody(OFFICE, members.length)]],
      ['/terms/', () => ['Terms', termsBody(OFFICE)]],
      [DIRECTORY, () => ['Membership Directory', directory(members)]],
      ...newsPages(world, OFFICE, '/news/'),
      ...members.map((m): [string, () => [string, Raw]] => [detailPath(m), () => [m.name, detail(m)]]),
    ]),
    notFound: html`<h1>404</h1><p>We could not find this page.</p>`,
    more: (request) => answer(world, members, request),
  };
}

function answer(world: World, members: readonly Listing[], { path, query }: Request): Reply | null {
  const day = changedOn(world.today, path);
  if (path === SCRIPT) return text(BUNDLE, day, 'text/javascript; charset=utf-8');
  if (path !== ENDPOINT) return null;
  const letter = query.get('letter') ?? '';
  const found = letter === '' ? members : members.filter((m) => letterOf(m.name) === letter);
  const asked = Number(query.get('page') ?? '1');
  const page = Number.isInteger(asked) && asked >= 1 ? asked : 1;
  const from = (page - 1) * PAGE_SIZE;
  const more = from + PAGE_SIZE < found.length;
  const next = `${ENDPOINT}?page=${page + 1}${letter === '' ? '' : `&letter=${letter}`}`;
  const items = found.slice(from, from + PAGE_SIZE).map((m) => ({
    name: m.name,
    detailUrl: detailPath(m),
    address: { street: m.street, city: m.city, state: m.state, zip: m.zip },
    phone: m.phone,
    website: m.website,
    categories: m.company.processes.slice(0, 3),
  }));
  return {
    ...json(200, {
      total: found.length,
      page,
      pageSize: PAGE_SIZE,
      hasMore: more,
      next: more ? next : null,
      items,
    }),
    modified: day,
  };
}

function directory(members: readonly Listing[]): Raw {
  const letters = [...new Set(members.map((m) => letterOf(m.name)))];
  return html`<h1>Membership Directory</h1><div class="gz-alphanumeric-btn">${letters.map((l) => html`<a href="${DIRECTORY}?letter=${encodeURIComponent(l)}">${l}</a> `)}</div>
<div id="app" class="gz-cards gz-directory-cards"></div><p id="spinner">Loading members, please wait&hellip;</p><button id="load-more" type="button" hidden>Load more</button>
<noscript>You need to enable JavaScript to run this app.</noscript><script src="${SCRIPT}"></script>`;
}

function detail(m: Listing): Raw {
  return html`<div id="gzns" class="gz-directory-details"><p><a href="${DIRECTORY}">Back to results</a></p><h1 class="gz-pagetitle">${m.name}</h1>
<div class="gz-details-categories"><h3>Categories</h3><ul>${m.company.processes.map((p) => html`<li class="gz-cat">${p}</li>`)}</ul></div>
<div class="row gz-details-row"><ul class="gz-card-list">
<li class="gz-card-address">${m.street && html`<span class="gz-street-address" itemprop="streetAddress">${m.street}</span> `}<span class="gz-address-city" itemprop="addressLocality">${m.city}</span>, <span itemprop="addressRegion">${m.state}</span> ${m.zip && html`<span itemprop="postalCode">${m.zip}</span>`}</li>
${m.phone && html`<li class="gz-card-phone"><a href="tel:${m.phoneDigits}"><span itemprop="telephone">${m.phone}</span></a></li>`}
${m.website && html`<li class="gz-card-website"><a href="${m.website}" itemprop="url"><span>Visit Website</span></a></li>`}
<li class="gz-card-contact"><a href="/membership-directory/contact/${m.key}" rel="nofollow"><span>Send Email</span></a></li></ul></div></div>`;
}

const BUNDLE = `(function () {
  var api = '${ENDPOINT}', page = 1, busy = false, done = false;
  var app = document.getElementById('app'), more = document.getElementById('load-more'), spinner = document.getElementById('spinner');
  var letter = new URLSearchParams(location.search).get('letter') || '';
  function esc(s) { var d = document.createElement('div'); d.textContent = s; return d.innerHTML; }
  function card(m) {
    var a = m.address, el = document.createElement('div');
    el.className = 'card gz-directory-card';
    el.innerHTML = '<h5 class="gz-card-title"><a itemprop="url" href="' + m.detailUrl + '"><span itemprop="name">' + esc(m.name) + '</span></a></h5><ul>'
      + '<li class="gz-card-address">' + (a.street ? '<span class="gz-street-address">' + esc(a.street) + '</span> ' : '') + '<span class="gz-address-city">' + esc(a.city) + '</span>, <span>' + esc(a.state) + '</span> <span>' + (a.zip || '') + '</span></li>'
      + (m.phone ? '<li class="gz-card-phone"><span>' + m.phone + '</span></li>' : '')
      + (m.website ? '<li class="gz-card-website"><a href="' + m.website + '"><span>Visit Website</span></a></li>' : '') + '</ul>';
    return el;
  }
  function load() {
    if (busy || done) return;
    busy = true;
    fetch(api + '?page=' + page + (letter ? '&letter=' + encodeURIComponent(letter) : ''))
      .then(function (r) { return r.json(); })
      .then(function (data) {
        data.items.forEach(function (m) { app.appendChild(card(m)); });
        page += 1; busy = false; done = !data.hasMore;
        spinner.hidden = true; more.hidden = done;
      });
  }
  more.addEventListener('click', load);
  window.addEventListener('scroll', function () { if (window.innerHeight + window.scrollY > document.body.offsetHeight - 300) load(); });
  load();
})();
`;

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title} | PMPA</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/assets/css/growthzone.css"></head><body>${cookieBanner}
<header><a href="/">PMPA</a><nav><a href="/about/">About</a> <a href="${DIRECTORY}">Directory</a> <a href="/news/">News</a> <a href="/account/login" rel="nofollow">Log in</a></nav></header>
<main>${body}</main><footer><p>${OFFICE.name} | ${OFFICE.street} | ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip} | ${OFFICE.phone}</p><p><a href="/terms/">Terms</a></p></footer></body></html>`;
}
