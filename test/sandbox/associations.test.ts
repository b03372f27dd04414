import { readFile } from 'node:fs/promises';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { associationsOf } from '../../sandbox/population.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { createWorld } from '../../sandbox/world.js';
import { makeClient, type Truth, unescapeHtml } from './client.js';

let sandbox: Sandbox;
let web: ReturnType<typeof makeClient>;
let truth: Truth;

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7, size: 0.1 });
  web = makeClient(sandbox);
  truth = await web.truth();
});
afterAll(() => sandbox.close());

const members = (code: string) => truth.memberships.filter((m) => m.association_code === code);
const access = (code: string) => truth.associations.find((a) => a.association_code === code)!;
const page = async (url: string) => unescapeHtml((await web.get(url)).body);

describe('the ten associations', () => {
  it('have their sizes, and share companies', () => {
    const { listings, companies } = createWorld();
    expect(Object.fromEntries(Object.entries(listings).map(([code, l]) => [code, l.length]))).toEqual({
      PMA: 900,
      NEMA: 300,
      AGMA: 495,
      SOCMA: 148,
      AIA: 268,
      NTMA: 1400,
      PMPA: 350,
      FIA: 150,
      NADCA: 300,
      AFS: 500,
    });
    const shared = companies.filter((c) => associationsOf(c).length > 1);
    expect(shared.length / companies.length).toBeGreaterThan(0.15);
    expect(shared.length / companies.length).toBeLessThan(0.2);
    for (const list of Object.values(listings)) {
      expect(list.some((m) => associationsOf(m.company).length > 1)).toBe(true);
      expect(new Set(list.map((m) => m.key)).size).toBe(list.length);
    }
  }, 60_000);

  it('answer on the addresses that the configuration starts from', async () => {
    const { associations } = parse(await readFile('config/associations.yaml', 'utf8')) as {
      associations: Record<string, { url: string; directory_urls: string[]; event_urls?: string[] }>;
    };
    expect(Object.keys(associations).sort()).toEqual(
      truth.associations.map((a) => a.association_code).sort(),
    );
    for (const a of Object.values(associations))
      for (const url of [a.url, ...a.directory_urls, ...(a.event_urls ?? [])])
        expect([200, 302], url).toContain((await web.get(url)).status);
  });

  it('say in the truth which of their members are within reach', () => {
    const reach = Object.fromEntries(truth.associations.map((a) => [a.association_code, a.allowed]));
    expect(reach).toEqual({
      PMA: true,
      NEMA: true,
      AGMA: true,
      SOCMA: false,
      AIA: true,
      NTMA: true,
      PMPA: true,
      FIA: false,
      NADCA: false,
      AFS: true,
    });
    for (const row of truth.memberships) expect(row.allowed).toBe(reach[row.association_code]);
    for (const row of truth.pages) expect(row.allowed).toBe(access(row.association_code).pages_allowed);
  });

  it('refuse robots at SOCMA, robots by contract at NADCA, and strangers at FIA', async () => {
    expect((await web.get('https://www.socma.org/robots.txt')).body).toMatch(
      /User-agent: \*\nDisallow: \/\n/,
    );
    expect(await page(access('NADCA').terms_url)).toMatch(/may not use any robot, spider, scraper/);
    const sent = await web.get('https://www.forging.org/members');
    expect([sent.status, sent.headers.location]).toEqual([302, '/account/login?returnurl=%2Fmembers']);
    expect(await page(access('FIA').login_url!)).toContain('type="password"');
  });

  it('send NADCA in windows-1252, told only by a meta element', async () => {
    const { headers, bytes, body } = await web.get('https://www.diecasting.org/');
    expect(headers['content-type']).toBe('text/html');
    expect(bytes.includes(0x96)).toBe(true);
    expect(body).toContain('– NADCA');
  });

  it('repeat the last rows of AFS beyond the end', async () => {
    const pages = truth.pages.filter((p) => p.association_code === 'AFS' && p.kind === 'directory');
    expect(pages.length).toBe(2);
    const [first, last] = await Promise.all(pages.map((p) => web.get(p.url)));
    const beyond = await web.get('https://www.castingsource.com/metalcaster-directory?country=US&page=9');
    const rows = (html = '') => html.match(/company-name">[^<]*/g);
    expect(rows(beyond.body)).toEqual(rows(last?.body));
    expect(rows(first?.body)).toHaveLength(25);
    const zero = await web.get('https://www.castingsource.com/metalcaster-directory?country=US&page=0');
    expect(rows(zero.body)).toEqual(rows(first?.body));
    expect(beyond.body).not.toContain('Next ›');
  });

  it('list NTMA by chapter, some shops twice, in few requests', async () => {
    const front = await web.get('https://www.ntma.org/membership/member-directory/');
    const chapters = [...front.body.matchAll(/href="(https:\/\/members[^"]*)"/g)].map((m) =>
      unescapeHtml(m[1]!),
    );
    expect(chapters).toEqual(
      truth.pages.filter((p) => p.url.startsWith('https://members.ntma.org/')).map((p) => p.url),
    );
    expect(members('NTMA').some((m) => m.also_on.length > 0)).toBe(true);
    for (const m of members('NTMA')) for (const url of m.also_on) expect(await page(url)).toContain(m.name);
    expect(await page(chapters.at(-1)!)).toContain('No members found.');
    const { NTMA } = createWorld().listings;
    expect(Math.min(30, Math.ceil(NTMA.length / 12))).toBe(30);
  });
});

describe('the sites that scripts draw', () => {
  it.each([
    ['AIA', 'article.member-card', '.member-name'],
    ['PMPA', '.gz-directory-card', '[itemprop=name]'],
  ])('show nothing of %s without the script, and everyone with it', async (code, card, name) => {
    const url = members(code)[0]!.page_url;
    const shell = (await web.get(url)).body;
    for (const m of members(code)) expect(unescapeHtml(shell)).not.toContain(m.name);
    const { document, window } = parseHTML(shell);
    const src = [...document.querySelectorAll('script[src]')].map((s) => s.getAttribute('src')!).at(-1)!;
    const script = (await web.get(new URL(src, url).href)).body;
    const waiting: Promise<unknown>[] = [];
    const fetched = (path: string) => {
      const answer = web
        .get(new URL(path, url).href)
        .then(({ body }) => ({ json: async () => JSON.parse(body) }));
      waiting.push(answer);
      return answer;
    };
    const run = new Function('document', 'window', 'fetch', 'location', 'URLSearchParams', script);
    run(document, window, fetched, new URL(url), URLSearchParams);
    const more = document.getElementById('load-more');
    for (let round = 0; round < 12; round++) {
      await Promise.all(waiting.splice(0));
      await new Promise((done) => setTimeout(done, 5));
      if (more && !more.hidden) more.dispatchEvent(new window.Event('click'));
    }
    const names = [...document.querySelectorAll(card)].map((el) => el.querySelector(name)?.textContent);
    expect(names).toEqual(members(code).map((m) => m.name));
  });

  it('name their endpoint in the page or in the script', async () => {
    expect((await web.get('https://www.aia-aerospace.org/membership/our-members/')).body).toContain(
      'data-endpoint="/wp-json/aia/v1/members"',
    );
    expect((await web.get('https://www.pmpa.org/assets/js/directory.bundle.js')).body).toContain(
      "api = '/api/directory/members'",
    );
    for (const code of ['AIA', 'PMPA']) {
      const [first] = access(code).json_endpoints;
      expect(JSON.parse((await web.get(first!)).body).total).toBe(members(code).length);
    }
    const beyond = await web.get('https://www.aia-aerospace.org/wp-json/aia/v1/members?per_page=100&page=99');
    expect(beyond.status).toBe(400);
  });
});
