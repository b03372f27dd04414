/** www.aia-aerospace.org: WordPress; the member list is an empty shell that a script fills from a JSON endpoint named in a data attribute. */
import { escapeHtml, html, type Raw } from '../html.js';
import type { Listing } from '../listings.js';
import { changedOn, json, type Reply, type Request, text } from '../reply.js';
import type { World } from '../world.js';
import { builtSite, type Facts, newsPages, type Plan } from './facts.js';
import { aboutBody, cookieBanner, OFFICES, termsBody } from './office.js';

const OFFICE = OFFICES.AIA;
const BASE = `https://${OFFICE.host}`;
const DIRECTORY = '/membership/our-members/';
const ENDPOINT = '/wp-json/aia/v1/members';
const SCRIPT = '/wp-content/themes/aia/dist/members.js';
const PER_PAGE = 100;

const pagesOf = (members: readonly Listing[]): number => Math.max(1, Math.ceil(members.length / PER_PAGE));
const dataUrl = (page: number): string => `${BASE}${ENDPOINT}?per_page=${PER_PAGE}&page=${page}`;

export const aia: Facts = {
  access: {
    allowed: true,
    why: 'public; drawn by a script from JSON on the same host',
    pages_allowed: true,
    rendered_by_script: true,
    json_endpoints: [dataUrl(1)],
    login_url: null,
    terms_url: `${BASE}/terms-of-use/`,
  },
  sites: (world) => [[OFFICE.host, builtSite(world, plan(world))]],
  pages: (world) => [
    [`${BASE}/`, 'home'],
    [`${BASE}/about/`, 'other'],
    [`${BASE}/terms-of-use/`, 'other'],
    [`${BASE}/membership/`, 'other'],
    [BASE + DIRECTORY, 'directory'],
    ...newsPages(world, OFFICE, '/news/').map(([path]): [string, 'other'] => [BASE + path, 'other']),
    ...Array.from({ length: pagesOf(world.listings.AIA) }, (_, i): [string, 'data'] => [
      dataUrl(i + 1),
      'data',
    ]),
  ],
  places: (world) =>
    world.listings.AIA.map((_, i) => ({
      page_url: BASE + DIRECTORY,
      profile_url: null,
      data_url: dataUrl(Math.floor(i / PER_PAGE) + 1),
      also_on: [],
    })),
};

function plan(world: World): Plan {
  const members = world.listings.AIA;
  return {
    office: OFFICE,
    host: OFFICE.host,
    robots: `User-agent: *\nDisallow: /wp-admin/\nDisallow: /?s=\nAllow: /wp-admin/admin-ajax.php\n`,
    headers: { server: 'nginx', link: `<${BASE}/wp-json/>; rel="https://api.w.org/"` },
    shell,
    pages: new Map([
      [
        '/',
        () => [
          'Home',
          html`<h1>Flight matters</h1><p>AIA speaks for aerospace and defense.</p><a class="wp-block-button__link" href="${DIRECTORY}">Our members</a>`,
        ],
      ],
      ['/about/', () => ['About', aboutBody(OFFICE, members.length)]],
      ['/terms-of-use/', () => ['Terms of Use', termsBody(OFFICE)]],
      [
        '/membership/',
        () => [
          'Membership',
          html`<h1>Membership</h1><p>Full and associate members. <a href="${DIRECTORY}">See our members</a>.</p>`,
        ],
      ],
      [DIRECTORY, () => ['Our Members', list]],
      ...newsPages(world, OFFICE, '/news/'),
    ]),
    notFound: html`<h1 class="page-title">Nothing found</h1>`,
    more: (request) => answer(world, members, request),
  };
}

const list: Raw = html`<h1 class="entry-title">Our Members</h1>
<div id="member-list" class="aia-member-list" data-endpoint="${ENDPOINT}" data-per-page="${PER_PAGE}" aria-busy="true"><p class="loading">Loading&hellip;</p></div>
<noscript><p>Please enable JavaScript to see the member list.</p></noscript><script src="${SCRIPT}?ver=2.1" defer></script>`;

function answer(world: World, members: readonly Listing[], { path, query }: Request): Reply | null {
  const day = changedOn(world.today, path);
  if (path === SCRIPT) return text(RENDER, day, 'application/javascript; charset=utf-8');
  if (path === ENDPOINT) return memberPage(members, query, day);
  return null;
}

function memberPage(members: readonly Listing[], query: URLSearchParams, day: string): Reply {
  const size = clamp(query.get('per_page'), 10, PER_PAGE);
  const pages = Math.max(1, Math.ceil(members.length / size));
  const page = clamp(query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  if (page > pages)
    return json(400, {
      code: 'rest_post_invalid_page_number',
      message: 'The page number requested is larger than the number of pages available.',
      data: { status: 400 },
    });
  const rows = members.slice((page - 1) * size, page * size).map((m, i) => ({
    id: 2100 + (page - 1) * size + i,
    // WordPress gives titles as markup
    title: { rendered: escapeHtml(m.name) },
    member_type: i % 4 === 0 ? 'Associate' : 'Full',
    website: m.website,
    phone: m.phone,
    city: m.city,
    state: m.state,
  }));
  const body = { page, total: members.length, total_pages: pages, members: rows };
  const headers = { 'x-wp-total': String(members.length), 'x-wp-totalpages': String(pages) };
  return { ...json(200, body, headers), modified: day };
}

function clamp(value: string | null, otherwise: number, most: number): number {
  const n = Number(value ?? otherwise);
  return Number.isInteger(n) && n >= 1 ? Math.min(n, most) : otherwise;
}

const RENDER = `(function () {
  var root = document.getElementById('member-list');
  if (!root) return;
  function card(m) {
    var el = document.createElement('article');
    el.className = 'member-card type-' + m.member_type.toLowerCase();
    var site = m.website ? '<a class="member-link" href="' + m.website + '" target="_blank" rel="noopener">' + m.title.rendered + '</a>' : m.title.rendered;
    el.innerHTML = '<h3 class="member-name">' + site + '</h3><p class="member-place">' + m.city + ', ' + m.state + '</p>' + (m.phone ? '<p class="member-phone">' + m.phone + '</p>' : '');
    return el;
  }
  function load(page) {
    return fetch(root.dataset.endpoint + '?per_page=' + root.dataset.perPage + '&page=' + page)
      .then(function (r) { return r.json(); })
      .then(function (data) {
        if (page === 1) root.innerHTML = '';
        data.members.forEach(function (m) { root.appendChild(card(m)); });
        if (page < data.total_pages) return load(page + 1);
        root.removeAttribute('aria-busy');
      });
  }
  load(1);
})();
`;

function shell(title: string, body: Raw): Raw {
  return html`<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>${title} - Aerospace Industries Association</title><meta name="generator" content="WordPress 6.5.2"><link rel="stylesheet" href="/wp-content/themes/aia/style.css"></head><body class="wp-singular">${cookieBanner}
<header><nav><ul class="menu"><li><a href="/about/">About</a></li><li><a href="/membership/">Membership</a></li><li><a href="${DIRECTORY}">Our Members</a></li><li><a href="/news/">News</a></li></ul></nav></header>
<main id="content">${body}</main>
<footer><p>${OFFICE.name}, ${OFFICE.street}, ${OFFICE.city}, ${OFFICE.state} ${OFFICE.zip}. ${OFFICE.phone}</p><a href="/terms-of-use/">Terms of Use</a></footer></body></html>`;
}
