/**
 * The pages of an invented member directory, as large and as dense as real ones (57 KB, some 900 elements, 60 links),
 * made from their number alone: any of a hundred thousand is there without being kept.
 */

export interface DirectorySite {
  /** Lists and profiles together with the home page. */
  readonly pages: number;
  /** Null for an address that the site does not have. */
  page(path: string): Buffer | null;
}

const MEMBERS_A_LIST = 20;
const RELATED = 28;

/** A site of so many pages: a home page, lists of twenty members, and a profile of each. */
export function directorySite(pages: number): DirectorySite {
  const lists = Math.max(1, Math.ceil((pages - 1) / (MEMBERS_A_LIST + 1)));
  const members = Math.max(1, pages - 1 - lists);
  const whole = frame(lists);
  const page = (path: string): Buffer | null => {
    if (path === '/')
      return whole('Association of Invented Manufacturers', prose(random(0), 12) + listLinks(1, lists));
    const list = /^\/members\/page\/(\d+)$/.exec(path);
    if (list) {
      const number = Number(list[1]);
      return number >= 1 && number <= lists
        ? whole(`Members, page ${number}`, listPage(number, lists, members))
        : null;
    }
    const profile = /^\/members\/[a-z-]+-(\d+)$/.exec(path);
    if (profile) {
      const i = Number(profile[1]);
      return i < members && path === profilePath(i) ? whole(nameOf(i), profilePage(i, members, lists)) : null;
    }
    return null;
  };
  return { pages: 1 + lists + members, page };
}

function listPage(number: number, lists: number, members: number): string {
  const draw = random(number + 1_000_000);
  const cards: string[] = [];
  for (let i = (number - 1) * MEMBERS_A_LIST; i < Math.min(members, number * MEMBERS_A_LIST); i += 1)
    cards.push(
      `<article class="member-card card card--shadow" data-member="${i}"><div class="card__media"><img src="/media/logo-${i}.png" alt="" width="120" height="60" loading="lazy"></div>` +
        `<div class="card__body"><h3 class="card__title"><a href="${profilePath(i)}">${nameOf(i)}</a></h3>` +
        `<p class="card__place"><span class="city">${pick(draw, CITIES)}</span>, <abbr>${pick(draw, STATES)}</abbr></p>` +
        `<ul class="tags">${tags(draw)}</ul><p class="card__text">${sentence(draw)} ${sentence(draw)}</p></div></article>`,
    );
  return `<div class="directory__results">${cards.join('\n')}</div>${listLinks(number, lists)}${prose(draw, 4)}`;
}

function profilePage(i: number, members: number, lists: number): string {
  const draw = random(i + 10_000_000);
  const facts = [
    'Founded',
    'Employees',
    'Certifications',
    'Materials',
    'Processes',
    'Largest part',
    'Tolerance',
  ]
    .map((what) => `<tr><th scope="row">${what}</th><td>${sentence(draw)}</td></tr>`)
    .join('\n');
  const related = Array.from({ length: RELATED }, () => {
    const other = Math.floor(draw() * members);
    return `<li class="related__item"><a href="${profilePath(other)}">${nameOf(other)}</a> <span class="place">${pick(draw, CITIES)}</span></li>`;
  }).join('\n');
  return (
    `<article class="profile" itemscope itemtype="https://schema.org/Organization"><h1 itemprop="name">${nameOf(i)}</h1>` +
    `<p class="profile__contact"><a href="tel:+1216555${String(i % 10_000).padStart(4, '0')}">Call</a> <a href="mailto:info@member-${i}.example">Mail</a> <a rel="nofollow noopener" href="https://www.member-${i}.example/">Website</a></p>` +
    `<table class="facts"><tbody>${facts}</tbody></table>${prose(draw, 8)}</article>` +
    `<aside class="related"><h2>More members</h2><ul>${related}</ul></aside>` +
    `<p class="back"><a href="/members/page/${1 + Math.floor(i / MEMBERS_A_LIST)}">Back to the list</a> of ${lists}</p>`
  );
}

const pager = (k: number) => `<li class="pager__item"><a href="/members/page/${k}">${k}</a></li>`;

function listLinks(from: number, lists: number): string {
  const near = new Set([1, from - 3, from - 2, from - 1, from + 1, from + 2, from + 3, from + 10, lists]);
  const items = [...near].filter((k) => k >= 1 && k <= lists).map(pager);
  return `<nav class="pager pagination" aria-label="Pages"><ul>${items.join('')}</ul></nav>`;
}

const profilePath = (i: number) => `/members/${pick(random(i), STEMS)}-${pick(random(i + 7), KINDS)}-${i}`;
const nameOf = (i: number) =>
  `${capital(pick(random(i), STEMS))} ${capital(pick(random(i + 7), KINDS))} ${i}, Inc.`;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function prose(draw: () => number, paragraphs: number): string {
  let out = '<section class="prose">';
  for (let i = 0; i < paragraphs; i += 1)
    out += `<div class="block"><h3 class="block__title">${sentence(draw)}</h3><p>${sentence(draw)} <strong>${sentence(draw)}</strong> ${sentence(draw)} <em>${sentence(draw)}</em> ${sentence(draw)}</p><ul class="points"><li><span>${sentence(draw)}</span></li><li><span>${sentence(draw)}</span></li><li><span>${sentence(draw)}</span></li></ul></div>`;
  return `${out}</section>`;
}

function sentence(draw: () => number): string {
  const start = Math.floor(draw() * 200);
  return TEXT.slice(start, start + 40 + Math.floor(draw() * 60));
}

const tags = (draw: () => number) =>
  Array.from({ length: 4 }, () => `<li class="tag">${pick(draw, KINDS)}</li>`).join('');
const pick = (draw: () => number, from: readonly string[]) => from[Math.floor(draw() * from.length)]!;

const STEMS = ['acme', 'lakeside', 'northern', 'tri-county', 'precision', 'keystone', 'summit', 'valley'];
const KINDS = ['stamping', 'forge', 'castings', 'gear', 'tooling', 'machining', 'plating', 'springs', 'dies'];
const CITIES = [
  'Cleveland',
  'Erie',
  'Rockford',
  'Grand Rapids',
  'Dayton',
  'Waukesha',
  'Toledo',
  'Bridgeport',
];
const STATES = ['OH', 'PA', 'IL', 'MI', 'WI', 'CT', 'IN'];
const TEXT =
  'The shop holds tight tolerances on short and long runs alike, and has done so since the founder bought a press at auction. Parts leave washed, measured and packed for the line. Engineers here draw fixtures with the customer, since a part that is easy to hold is a part that is cheap to make. Second operations are done under the same roof, from tapping to heat treatment and plating.';

/** mulberry32: small and even enough for page text. */
function random(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What every page of a real site carries: styles, scripts and menus, most of its weight. */
const CSS = Array.from(
  { length: 90 },
  (_, i) =>
    `.u-${i}{margin:${i}px auto;padding:calc(${i}px + 1rem);color:#${(i * 4_321).toString(16).padStart(6, '0').slice(0, 6)}}@media(min-width:${i * 10}px){.u-${i}{display:grid}}`,
).join('\n');
const SCRIPT = Array.from(
  { length: 125 },
  (_, i) =>
    `window.site=window.site||[];site.push({id:${i},run:function(e){if(e.target.matches(".m-${i} > a")&&!e.defaultPrevented){e.preventDefault();}}});`,
).join('\n');
const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/assets/site.css"><style>${CSS}</style><script>${SCRIPT}</script></head>`;

/** Puts a title and what is the page's own into what all pages of the site share. */
function frame(lists: number): (title: string, main: string) => Buffer {
  const list = (i: number) => `/members/page/${1 + (i % lists)}`;
  const menu = Array.from(
    { length: 14 },
    (_, i) =>
      `<li class="menu__item menu__item--${i}"><a class="menu__link" href="${i === 0 ? '/' : list(i)}"><span class="menu__label">Section ${i}</span></a><div class="menu__sub"><div class="menu__col"><h4>Part ${i}</h4><p>${TEXT.slice(i * 5, i * 5 + 90)}</p><span class="icon icon--${i}" aria-hidden="true"></span></div><div class="menu__col"><ul>${'<li><span class="dot"></span><em>entry</em></li>'.repeat(6)}</ul></div></div></li>`,
  ).join('\n');
  const footer = Array.from(
    { length: 12 },
    (_, i) =>
      `<div class="footer__cell"><h5>Column ${i}</h5><p><a href="${list(i)}">Link ${i}</a></p><ul>${'<li><span>note</span></li>'.repeat(5)}</ul></div>`,
  ).join('\n');
  const top = Buffer.from(
    `${HEAD}<body class="page"><header class="site-header"><nav class="menu" aria-label="Main"><ul>${menu}</ul></nav></header><main id="content" class="layout">`,
  );
  const bottom = Buffer.from(
    `</main><footer class="site-footer">${footer}</footer><script>${SCRIPT.slice(0, 4_000)}</script></body></html>`,
  );
  return (title, main) => {
    const first = Buffer.from(`<!DOCTYPE html><html lang="en"><head><title>${title}</title>`);
    return Buffer.concat([first, top, Buffer.from(main), bottom]);
  };
}
