/** Links without end: calendars, session ids, facets. */
import { html } from '../html.js';
import { hash } from '../random.js';
import { page, type Reply, type Request } from '../reply.js';
import { type Hostility, shell } from './site.js';

const COLORS = ['red', 'green', 'blue', 'grey'];
const SIZES = ['s', 'm', 'l', 'xl'];
const SORTS = ['name', 'city', 'state'];
const DAY = '2026-01-05';

export const trap: Hostility = {
  name: 'trap',
  paths: {
    '/calendar/2026-11': 'A calendar that has a next month for ever',
    '/list?sid=start': 'A list whose links carry a new session id on every page',
    '/shop/': 'A catalogue with facets in every order',
    '/deep/1/': 'A folder in a folder in a folder',
  },
  answer({ path, query }: Request): Reply | null {
    const month = /^\/calendar\/(\d{4})-(\d\d)$/.exec(path);
    if (month) return calendar(Number(month[1]), Number(month[2]));
    if (path === '/list' || path.startsWith('/list;jsessionid=')) return sessions(`${path}?${query}`);
    if (path === '/shop/') return facets(query);
    const deep = /^\/deep\/(?:\d+\/)+$/.exec(path);
    if (deep)
      return page(
        shell('Deep', html`<p>Folder ${path}</p><a href="${path}${path.split('/').length}/">Deeper</a>`),
        DAY,
      );
    return null;
  },
};

function calendar(year: number, month: number): Reply {
  const at = (step: number) => {
    const m = year * 12 + (month - 1) + step;
    return `/calendar/${String(Math.floor(m / 12)).padStart(4, '0')}-${String((m % 12) + 1).padStart(2, '0')}`;
  };
  return page(
    shell(
      `${year}-${month}`,
      html`<h1>Calendar ${year}-${String(month).padStart(2, '0')}</h1><p>No events this month.</p><a rel="prev" href="${at(-1)}">Previous month</a> <a rel="next" href="${at(1)}">Next month</a>`,
    ),
    DAY,
  );
}

/** The session of a page follows from its address, so that the trap is the same for each who walks it. */
function sessions(address: string): Reply {
  const sid = hash(address).toString(16).padStart(8, '0');
  return page(
    shell(
      'Documents',
      html`<h1>Documents</h1><ul><li><a href="/list?sid=${sid}">Documents</a></li><li><a href="/list?PHPSESSID=${sid}a&amp;view=all">All</a></li><li><a href="/list;jsessionid=${sid.toUpperCase()}">Archive</a></li></ul>`,
    ),
    DAY,
  );
}

function facets(query: URLSearchParams): Reply {
  const link = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    next.delete(name);
    next.append(name, value);
    return html`<a href="/shop/?${next.toString()}">${value}</a> `;
  };
  return page(
    shell(
      'Shop',
      html`<h1>Shop</h1><div class="facets">${COLORS.map((v) => link('color', v))}${SIZES.map((v) => link('size', v))}${SORTS.map((v) => link('sort', v))}</div><p>No items match.</p>`,
    ),
    DAY,
  );
}
