/** Where data comes from: addresses in scripts and attributes, answers as servers give them, and the way through a list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../../lib/crawl/dynamic/answer.js';
import {
  type Ask,
  endpointOf,
  getAsk,
  keyOf,
  parametersOf,
  withParameters,
} from '../../../../lib/crawl/dynamic/ask.js';
import { candidatesOf } from '../../../../lib/crawl/dynamic/endpoints.js';
import { markupOf } from '../../../../lib/crawl/dynamic/markup.js';
import { nextAsk } from '../../../../lib/crawl/dynamic/paging.js';
import { scriptRequests } from '../../../../lib/crawl/dynamic/script-urls.js';

const BASE = 'https://x.org/dir/';
const asked = (js: string, dataset: Record<string, string> = {}) =>
  scriptRequests(js, { dataset: new Map(Object.entries(dataset)), base: BASE })
    .filter((r) => r.called)
    .map(
      ({ ask }) =>
        `${ask.method} ${ask.url.replace('https://x.org', '')}${ask.body === null ? '' : ` ${ask.body}`}`,
    );

describe('a script is read for what it asks', () => {
  test.each<[string, string, string[]]>([
    ['a text', `fetch('/api/members')`, ['GET /api/members']],
    [
      'texts and a constant',
      `var api = "/api/dir", page = 1; fetch(api + '?page=' + page + (l ? '&l=' + l : ''))`,
      ['GET /api/dir?page=1'],
    ],
    [
      'a template',
      `const B="/v2"; let offset = 0; const n = 50; get = () => fetch(\`\${B}/companies?offset=\${offset}&limit=\${n}&q=\${q}\`)`,
      ['GET /v2/companies?offset=0&limit=50'],
    ],
    [
      'an object',
      `$.ajax({ type: "POST", url: ajaxurl, data: { action: "more", page: p } }); var ajaxurl = '/wp-admin/admin-ajax.php';`,
      ['POST /wp-admin/admin-ajax.php action=more&page=1', 'GET /wp-admin/admin-ajax.php'],
    ],
    [
      'JSON',
      `fetch("/search", { method: "POST", body: JSON.stringify({ filter: [], paging: { page: n, size: 25 }, all: true }) })`,
      ['POST /search {"filter":[],"paging":{"page":1,"size":25},"all":true}'],
    ],
    [
      'parameters',
      `axios.get("/api/items", { params: { page: e, limit: 20 } })`,
      ['GET /api/items?page=1&limit=20'],
    ],
    [
      'a request object',
      `var x = new XMLHttpRequest(); x.open('GET', '/list.json?start=' + s, true)`,
      ['GET /list.json?start=0'],
    ],
    [
      'search parameters',
      `fetch('/api/m?' + new URLSearchParams({ take: 30, skip: k }))`,
      ['GET /api/m?take=30&skip=0'],
    ],
    [
      'escaped slashes',
      `var o = {"url":"\\/wp-json\\/dir\\/v1\\/members"}; $.getJSON(o.url)`,
      ['GET /wp-json/dir/v1/members'],
    ],
    ['a record of its own is none', `fetch('/api/members/' + id)`, []],
    ['another language', `fetch(`, []],
  ])('%s', (_, js, expected) => {
    expect(asked(js)).toEqual(expected);
  });

  test('attributes of the page stand for themselves', () => {
    const js = `fetch(root.dataset.endpoint + '?per_page=' + el.getAttribute('data-per-page') + '&page=' + page)`;
    expect(asked(js, { endpoint: '/api/list', perPage: '100' })).toEqual([
      'GET /api/list?per_page=100&page=1',
    ]);
  });

  test('any text is read to an end', () => {
    const piece = fc.constantFrom(
      'fetch(',
      '$.ajax({',
      'url:',
      "'/api/x?page='",
      '+',
      '`',
      '${',
      '}',
      '(',
      ')',
      ',',
      'page',
      '"',
      "'",
      '\\',
      'data:{',
      'new URLSearchParams({',
      'a=1;',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        for (const { ask } of scriptRequests(parts.join(''), { dataset: new Map(), base: BASE }))
          expect(URL.canParse(ask.url)).toBe(true);
      }),
    );
  });
});

describe('candidates', () => {
  const of = (html: string, scripts: { url: string; text: string }[] = []) =>
    candidatesOf({ base: BASE, markup: markupOf(html), scripts }).map((c) => `${c.ask.method} ${c.ask.url}`);

  test('members before anything else, what a script asks before the bare address, no strangers', () => {
    const html = `<div id="list" data-endpoint="/api/members" data-per-page="50"></div><img data-src="/a.png"><a data-url="/about">x</a>
      <script>fetch('/api/session'); fetch('/api/translations.json'); fetch('https://other.org/api/members')</script>`;
    expect(of(html)).toEqual(['GET https://x.org/api/members?per_page=50']);
    expect(
      of(html, [
        {
          url: 'https://x.org/a.js',
          text: `fetch(e.dataset.endpoint + '?p=' + p + '&size=' + e.dataset.perPage)`,
        },
      ]),
    ).toEqual(['GET https://x.org/api/members?p=1&size=50']);
  });

  test('htmx asks for pieces of HTML in its own way', () => {
    const [candidate] = candidatesOf({
      base: BASE,
      scripts: [],
      markup: markupOf(`<button hx-get="/members/rows?page=2">Load more</button>`),
    });
    expect(candidate).toMatchObject({
      ask: getAsk('https://x.org/members/rows?page=2'),
      headers: { 'hx-request': 'true' },
    });
  });
});

describe('questions', () => {
  const json: Ask = {
    method: 'POST',
    url: 'https://x.org/s',
    body: '{"q":"","paging":{"page":1,"size":10}}',
    bodyType: 'application/json',
  };

  test('have their parameters in the address, the path or the body', () => {
    expect(withParameters(json, { 'paging.page': 2 }).body).toBe('{"q":"","paging":{"page":2,"size":10}}');
    expect(withParameters(getAsk('https://x.org/list/page/3/'), { '/page': 4 }).url).toBe(
      'https://x.org/list/page/4/',
    );
    expect([...parametersOf(json)]).toEqual([
      ['q', ''],
      ['paging.page', '1'],
      ['paging.size', '10'],
    ]);
    expect(keyOf(json)).not.toBe(keyOf(withParameters(json, { 'paging.page': 2 })));
    expect(endpointOf(json)).toBe(endpointOf(withParameters(json, { 'paging.page': 2 })));
    expect(endpointOf(getAsk('https://x.org/a?page=2&k=1'))).toBe(endpointOf(getAsk('https://x.org/a?k=1')));
  });
});

/** A server of 95 records that pages in its own way, walked to the end. */
function walk(
  start: string | Ask,
  serve: (p: Map<string, string>) => { value: unknown; headers?: Record<string, string> } | null,
) {
  let ask: Ask | null = typeof start === 'string' ? getAsk(start) : start;
  const seen = new Set<string>();
  const questions: string[] = [];
  let first = 0;
  while (ask !== null && questions.length < 50) {
    questions.push(keyOf(ask));
    const served = serve(parametersOf(ask));
    if (served === null) break;
    const answer = readAnswer(
      typeof served.value === 'string' ? served.value : JSON.stringify(served.value),
      ask.url,
      served.headers ?? {},
    );
    const fresh = answer.rows.filter((r) => !seen.has(r));
    for (const r of fresh) seen.add(r);
    if (questions.length === 1) first = answer.rows.length;
    ask = nextAsk(ask, answer, { records: seen.size, answers: questions.length, fresh: fresh.length, first });
  }
  return { records: seen.size, questions };
}

const ALL = Array.from({ length: 95 }, (_, i) => ({
  id: i,
  name: `Firm ${i}`,
  city: 'Akron',
  phone: '216-555-0100',
}));
const part = (from: number, size: number) => ALL.slice(from, from + size);
const n = (p: Map<string, string>, name: string, otherwise: number) => Number(p.get(name) ?? otherwise);

describe('a list is read to its end and no further', () => {
  test.each<[string, string | Ask, Parameters<typeof walk>[1], number]>([
    [
      'pages from 1 and a total',
      'https://x.org/a?page=1',
      (p) => ({ value: { items: part((n(p, 'page', 1) - 1) * 20, 20), total: 95 } }),
      5,
    ],
    [
      'pages from 0 and their number',
      'https://x.org/a?page=0&size=20',
      (p) => ({ value: { content: part(n(p, 'page', 0) * 20, 20), totalPages: 5 } }),
      5,
    ],
    [
      'pages without a word of the end: a short one is the last',
      'https://x.org/a?page=1',
      (p) => ({ value: part((n(p, 'page', 1) - 1) * 20, 20) }),
      5,
    ],
    [
      'pages that repeat past the end',
      'https://x.org/a?page=1',
      (p) => ({ value: { items: part(Math.min(n(p, 'page', 1) - 1, 4) * 19, 19) } }),
      6,
    ],
    [
      'offset',
      'https://x.org/a?offset=0&limit=30',
      (p) => ({ value: { rows: part(n(p, 'offset', 0), 30) } }),
      4,
    ],
    [
      'skip, with hasMore',
      'https://x.org/a?skip=0',
      (p) => ({ value: { data: part(n(p, 'skip', 0), 30), hasMore: n(p, 'skip', 0) + 30 < 95 } }),
      4,
    ],
    [
      'WordPress: headers tell',
      'https://x.org/wp-json/x?per_page=50&page=1',
      (p) =>
        n(p, 'page', 1) > 2
          ? null
          : {
              value: part((n(p, 'page', 1) - 1) * 50, 50),
              headers: { 'x-wp-total': '95', 'x-wp-totalpages': '2' },
            },
      2,
    ],
    [
      'a Link header',
      'https://x.org/a',
      (p) => ({
        value: part(n(p, 'pg', 0) * 40, 40),
        headers: n(p, 'pg', 0) < 2 ? { link: `<https://x.org/a?pg=${n(p, 'pg', 0) + 1}>; rel="next"` } : {},
      }),
      3,
    ],
    [
      'a next link',
      'https://x.org/a',
      (p) => ({
        value: {
          results: part(n(p, 's', 0), 40),
          next: n(p, 's', 0) + 40 < 95 ? `/a?s=${n(p, 's', 0) + 40}` : null,
        },
      }),
      3,
    ],
    [
      'a cursor',
      'https://x.org/a?limit=40',
      (p) => ({
        value: {
          data: part(n(p, 'cursor', 0), 40),
          next_cursor: n(p, 'cursor', 0) + 40 < 95 ? String(n(p, 'cursor', 0) + 40) : null,
        },
      }),
      3,
    ],
    [
      'GraphQL',
      {
        method: 'POST',
        url: 'https://x.org/graphql',
        body: '{"query":"q","variables":{"first":40,"after":null}}',
        bodyType: 'application/json',
      },
      (p) => {
        const from = n(p, 'after', n(p, 'variables.after', 0));
        return {
          value: {
            data: {
              members: {
                edges: part(from, 40).map((node) => ({ node })),
                pageInfo: { hasNextPage: from + 40 < 95, endCursor: String(from + 40) },
              },
            },
          },
        };
      },
      3,
    ],
    [
      'a page number that only the answer names',
      'https://x.org/a',
      (p) => ({
        value: { current_page: n(p, 'page', 1), last_page: 4, data: part((n(p, 'page', 1) - 1) * 25, 25) },
      }),
      4,
    ],
    ['all at once', 'https://x.org/a.json', () => ({ value: ALL }), 1],
    [
      'a form',
      {
        method: 'POST',
        url: 'https://x.org/s',
        body: 'page=1&x=1',
        bodyType: 'application/x-www-form-urlencoded',
      },
      (p) => ({
        value: `)]}',\n${JSON.stringify({ TotalCount: 95, list: part((n(p, 'page', 1) - 1) * 50, 50) })}`,
      }),
      2,
    ],
  ])('%s', (_, start, serve, answers) => {
    const walked = walk(start, serve);
    expect(walked.records).toBe(95);
    expect(walked.questions).toHaveLength(answers);
  });

  test('HTML in JSON ends with the first empty answer', () => {
    const walked = walk('https://x.org/more?page=1', (p) => {
      const rows = part((n(p, 'page', 1) - 1) * 30, 30);
      return {
        value: {
          success: true,
          html: rows
            .map((r) => `<li class="card"><h3>${r.name}</h3><p>${r.city}, OH 44101</p></li>`)
            .join(''),
        },
      };
    });
    expect(walked).toMatchObject({ records: 95 });
  });
});

describe('an answer tells what it is', () => {
  test.each<[string, string, string, boolean]>([
    [
      'members',
      '{"d":[{"title":{"rendered":"A &amp; B"},"city":"X"},{"title":{"rendered":"C"},"city":"Y"}]}',
      'company',
      true,
    ],
    [
      'events',
      '{"events":[{"title":"Expo","start_date":"2026-03-01"},{"title":"Meet","start_date":"2026-04-01"}]}',
      'event',
      true,
    ],
    [
      'posts are weak',
      '[{"title":"a","link":"/a"},{"title":"b","link":"/b"},{"title":"c","link":"/c"}]',
      'company',
      false,
    ],
    ['settings are none', '{"theme":"dark","menus":[{"id":1},{"id":2}]}', 'none', false],
    ['no JSON', 'Internal error', 'none', false],
  ])('%s', (_, body, kind, strong) => {
    expect(readAnswer(body, 'https://x.org/a', {})).toMatchObject({ kind, strong });
  });
});
