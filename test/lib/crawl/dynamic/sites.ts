/** Small sites whose lists come by script, each in a manner of its own, behind one server. */
import type { Answer, Asked, Handler } from '../../../support/http.js';

export const HOME = 'https://www.pma.org';

const PARTS = ['Abner', 'Brock', 'Corvin', 'Dorsey', 'Elgin', 'Farrow', 'Gable', 'Hollis'];
/** A word of its own for each number. */
const word = (n: number) =>
  `${PARTS[n % 8]} ${PARTS[Math.floor(n / 8) % 8]}${PARTS[Math.floor(n / 64) % 8]!.toLowerCase()}`;

/** Invented members: enough for several answers of a list. */
export const members = (n: number, letter: string) =>
  Array.from({ length: n }, (_, i) => ({
    id: `${letter}${i}`,
    name: `${letter}${['Gear', 'Bolt', 'Forge', 'Valve', 'Spindle'][i % 5]} ${word(i)} Works Inc.`,
    phone: `(216) 555-0${String(100 + (i % 100))}`,
    city: ['Akron', 'Dayton', 'Toledo'][i % 3]!,
    state: 'OH',
    website: `https://www.${letter.toLowerCase()}${i}-works.com`,
  }));

const WORDS = 'The association speaks for the trade and its people. '.repeat(3);
const frame = (title: string, main: string, tail = '') =>
  `<!doctype html><html><head><title>${title}</title></head><body><header><nav><a href="/">Home</a></nav></header><main><h1>${title}</h1>${main}</main><footer>x</footer>${tail}</body></html>`;
const json = (value: unknown, headers: Record<string, string> = {}): Answer => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
const page = (html: string): Answer => ({ body: html });
const script = (body: string): Answer => ({ headers: { 'content-type': 'text/javascript' }, body });

export type Site = Record<string, (asked: Asked & { query: URLSearchParams }) => Answer>;

/** Answers by path; the first that the home page links to are the lists. */
export function handlerOf(site: Site, robots = 'User-agent: *\nDisallow: /closed/\n'): Handler {
  const lists = Object.keys(site).filter((path) => path.endsWith('/members/') && path.startsWith('/'));
  return (asked) => {
    const url = new URL(asked.path, `https://${asked.host}`);
    if (url.pathname === '/robots.txt') return { headers: { 'content-type': 'text/plain' }, body: robots };
    if (url.pathname === '/' && url.hostname === 'www.pma.org')
      return page(
        frame(
          'Home',
          `<p>${WORDS.repeat(4)}</p>${lists.map((l) => `<p><a href="${l}">Member directory ${l}</a></p>`).join('')}`,
        ),
      );
    const route =
      site[`${url.hostname}${url.pathname}`] ??
      (url.hostname === 'www.pma.org' ? site[url.pathname] : undefined);
    return route?.({ ...asked, query: url.searchParams }) ?? { status: 404, body: 'none' };
  };
}

/** `next_cursor` in the answer, named in an inline script; an API on another host of the site. */
export function cursorSite(): Site {
  const all = members(70, 'C');
  return {
    '/cursor/members/': () =>
      page(
        frame(
          'Members',
          `<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>`,
          `<script>const API = "https://api.pma.org/v2"; async function load(cursor) { const r = await fetch(API + "/companies?limit=30" + (cursor ? "&cursor=" + cursor : "")); }</script>`,
        ),
      ),
    'api.pma.org/v2/companies': ({ query }) => {
      const from = Number(query.get('cursor')?.replace('c', '') ?? 0);
      const to = from + Number(query.get('limit') ?? 10);
      return json({ data: all.slice(from, to), meta: { next_cursor: to < all.length ? `c${to}` : null } });
    },
  };
}

/** A POST with a form as body, rows as columns of pieces inside a string, a guard before the value. */
export function postSite(): Site {
  const all = members(65, 'P');
  return {
    '/post/members/': () =>
      page(
        frame(
          'Member Directory',
          `<div class="directory-gadget"><table class="members-table"><tbody></tbody></table><p>Loading...</p></div>`,
          `<script src="/post/gadget.js"></script>`,
        ),
      ),
    '/post/gadget.js': () =>
      script(
        `(function(){ var formId = 4711, size = 25; function load(skip) { $.post('/Sys/MemberDirectory/LoadMembers', { formId: formId, skip: skip, take: size }, draw); } load(0); })();`,
      ),
    '/Sys/MemberDirectory/LoadMembers': ({ method, body }) => {
      const form = new URLSearchParams(body);
      if (method !== 'POST' || form.get('formId') !== '4711') return { status: 405, body: '' };
      const skip = Number(form.get('skip'));
      const rows = all.slice(skip, skip + Number(form.get('take'))).map((m) => ({
        id: m.id,
        c1: [{ fft: 1, v: m.name }],
        c2: [{ fft: 2, v: `${m.city}, OH 44101` }],
        c3: [{ fft: 3, v: m.phone }],
      }));
      return {
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `while(1); ${JSON.stringify({ TotalCount: all.length, JsonStructure: JSON.stringify({ members: rows }) })}`,
      };
    },
  };
}

/** A list that begins in the page; a button of htmx gives further pieces of HTML. */
export function htmxSite(): Site {
  const all = members(45, 'H');
  const rows = (from: number) =>
    all
      .slice(from, from + 15)
      .map(
        (m) =>
          `<li class="member-card"><a href="/htmx/company/${m.id}">${m.name}</a> <span>${m.city}, OH 44101</span> <span>${m.phone}</span></li>`,
      )
      .join('');
  const more = (p: number) =>
    p * 15 < all.length
      ? `<li><button hx-get="/htmx/rows/?page=${p + 1}" hx-target="closest li" hx-swap="outerHTML">Load more</button></li>`
      : '';
  return {
    '/htmx/members/': () =>
      page(
        frame(
          'Our Members',
          `<p>Showing 15 of 45 members</p><ul class="member-list">${rows(0)}${more(1)}</ul>`,
        ),
      ),
    '/htmx/rows/': ({ headers, query }) => {
      const p = Number(query.get('page'));
      return headers['hx-request'] === 'true'
        ? page(rows((p - 1) * 15) + more(p))
        : { status: 400, body: 'htmx only' };
    },
    ...Object.fromEntries(
      all.map((m) => [
        `/htmx/company/${m.id}`,
        () =>
          page(
            frame(
              m.name,
              `<p>${m.name} makes parts in ${m.city}.</p><p>Call ${m.name.slice(0, -11)} for ${word(Number(m.id.slice(1)) * 3)} fittings.</p>`,
            ),
          ),
      ]),
    ),
  };
}

/** All records stand in `__NEXT_DATA__`: a root with content and a button, and nothing to fetch. */
export function nextSite(): Site {
  const all = members(20, 'N');
  return {
    '/next/members/': () =>
      page(
        `<!doctype html><html><head><title>Member directory</title></head><body><div id="__next"></div><noscript>Please enable JavaScript</noscript><script id="__NEXT_DATA__" type="application/json">${JSON.stringify({ props: { pageProps: { members: all } }, page: '/members' })}</script><script src="/_next/static/chunks/pages/members.js"></script></body></html>`,
      ),
    '/_next/static/chunks/pages/members.js': () => script('fetch("/api/never")'),
  };
}

/** It has a root, a spinner and a noscript, and all its members in the HTML. */
export function notAShell(): Site {
  const all = members(30, 'S');
  return {
    '/static/members/': () =>
      page(
        frame(
          'Members',
          `<div id="app"><p>${WORDS}</p><div class="spinner" hidden></div><ul class="list">${all.map((m) => `<li><a href="${m.website}">${m.name}</a> ${m.city}, OH ${m.phone}</li>`).join('')}</ul></div><noscript>Some parts of this site need JavaScript.</noscript>`,
          `<script src="/static/app.js"></script>`,
        ),
      ),
    '/static/app.js': () => script('fetch("/api/members?page=1")'),
  };
}

/** The endpoint stands in the page, and robots.txt closes it. */
export function closedSite(): Site {
  return {
    '/forbidden/members/': () =>
      page(
        frame(
          'Members',
          `<div id="member-list" data-endpoint="/closed/api/members" data-per-page="50"><p>Loading…</p></div>`,
          '<script src="/forbidden/list.js"></script>',
        ),
      ),
    '/forbidden/list.js': () => script(`fetch(el.dataset.endpoint + '?page=' + page)`),
    '/closed/api/members': () => json({ members: members(10, 'X') }),
  };
}

/** JSON with HTML in it, as "load more" handlers of WordPress answer. */
export function ajaxSite(): Site {
  const all = members(50, 'A');
  return {
    '/ajax/members/': () =>
      page(
        frame(
          'Our members',
          `<ul id="members" class="grid"></ul><button class="more" data-page="1">Load more</button><div class="loader"></div>`,
          `<script>var ajax = {"ajaxurl":"\\/wp-admin\\/admin-ajax.php"}; jQuery(function($){ var page = 1; $.ajax({ url: ajax.ajaxurl, type: 'POST', data: { action: 'load_members', page: page }, success: draw }); });</script>`,
        ),
      ),
    '/wp-admin/admin-ajax.php': ({ method, body }) => {
      const form = new URLSearchParams(body);
      if (method !== 'POST' || form.get('action') !== 'load_members') return { status: 400, body: '0' };
      const from = (Number(form.get('page')) - 1) * 20;
      const rows = all.slice(from, from + 20);
      return json({
        success: true,
        data: {
          html: rows
            .map(
              (m) =>
                `<li class="member-item"><h3>${m.name}</h3><p>${m.city}, OH 44101</p><p>${m.phone}</p></li>`,
            )
            .join(''),
          max_num_pages: 3,
        },
      });
    },
  };
}

/** Nothing in the page or its scripts tells where the rows come from: they are worked out when it runs. */
export function hiddenSite(rows = 30): Site {
  const all = members(rows, 'R');
  const packed = Buffer.from(JSON.stringify(all)).toString('base64');
  return {
    '/hidden/members/': () =>
      page(
        `<!doctype html><html><head><title>Member directory</title></head><body><div id="app"></div><noscript>Enable JavaScript</noscript><script src="/hidden/bundle.js"></script></body></html>`,
      ),
    '/hidden/bundle.js': () =>
      script(`const rows = JSON.parse(atob("${packed}")); const app = document.getElementById('app'); app.innerHTML = '<h1>Member directory</h1><ul></ul><button>Load more</button>'; let n = 0;
        const add = () => { for (const m of rows.slice(n, n + 10)) app.querySelector('ul').insertAdjacentHTML('beforeend', '<li class="card"><h3><a href="/hidden/company/' + m.id + '">' + m.name + '</a></h3><p>' + m.city + ', OH 44101</p><p>' + m.phone + '</p></li>'); n += 10; if (n >= rows.length) app.querySelector('button').remove(); };
        app.querySelector('button').onclick = add; add();`),
    ...Object.fromEntries(
      all.map((m) => [
        `/hidden/company/${m.id}`,
        () =>
          page(
            frame(
              m.name,
              `<p>${m.name} makes parts in ${m.city}.</p><p>Call ${m.name.slice(0, -11)} for ${word(Number(m.id.slice(1)) * 3)} fittings.</p>`,
            ),
          ),
      ]),
    ),
  };
}

/** The address is put together by the script at run time, so that only the browser sees it; it is paged by offset. */
export function secretSite(): Site {
  const all = members(55, 'Q');
  return {
    '/secret/members/': () =>
      page(
        `<!doctype html><html><head><title>Members</title></head><body><div id="root"></div><noscript>Enable JavaScript</noscript><script src="/secret/main.js"></script></body></html>`,
      ),
    '/secret/main.js': () =>
      script(
        `const u = ['', 'sec' + 'ret', atob('cm93cw==')].join('/'); fetch(u + '?' + ['offset=0', 'limit=20'].join('&'), {headers: {'x-app': 'directory'}}).then(r => r.json()).then(j => { document.getElementById('root').innerHTML = j.results.map(m => '<p>' + m.name + '</p>').join(''); });`,
      ),
    '/secret/rows': ({ query, headers }) => {
      if (headers['x-app'] !== 'directory') return { status: 403, body: 'no' };
      const from = Number(query.get('offset'));
      return json({ count: all.length, results: all.slice(from, from + Number(query.get('limit'))) });
    },
  };
}
