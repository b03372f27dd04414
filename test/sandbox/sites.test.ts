import { gunzipSync } from 'node:zlib';
import isPhone from 'libphonenumber-js/max';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { companyReply } from '../../sandbox/sites/company.js';
import { mentionsOf } from '../../sandbox/software.js';
import { createWorld } from '../../sandbox/world.js';
import { makeClient, type Truth, unescapeHtml } from './client.js';

let sandbox: Sandbox;
let web: ReturnType<typeof makeClient>;
let truth: Truth;

beforeAll(async () => {
  sandbox = await startSandbox({ size: 0.02 });
  web = makeClient(sandbox);
  truth = await web.truth();
});
afterAll(() => sandbox.close());

describe('the sandbox sites', () => {
  it('are the same to the byte for the same seed, and others for another', async () => {
    const [twin, other] = await Promise.all([
      startSandbox({ size: 0.02 }),
      startSandbox({ size: 0.02, seed: 2 }),
    ]);
    const [asTwin, asOther] = [makeClient(twin), makeClient(other)];
    for (const { url } of truth.pages) {
      expect((await asTwin.get(url)).body).toBe((await web.get(url)).body);
    }
    const list = 'https://www.pma.org/directory/members.asp';
    expect((await asOther.get(list)).body).not.toBe((await web.get(list)).body);
    await Promise.all([twin.close(), other.close()]);
  });

  it('show every value that the truth lists, literally', async () => {
    const walled = new Set(
      truth.associations.filter((a) => a.login_url !== null).map((a) => a.association_code),
    );
    for (const row of truth.memberships) {
      if (walled.has(row.association_code)) continue;
      const profile = row.profile_url === null ? null : unescapeHtml((await web.get(row.profile_url)).body);
      const page = unescapeHtml((await web.get(row.data_url ?? row.page_url)).body);
      expect(page).toContain(row.name);
      const full = profile ?? page;
      const shown = [
        row.name,
        row.phone,
        row.street,
        row.city,
        row.state,
        row.postal_code,
        row.country,
        row.fax,
        row.contact_name,
      ];
      for (const value of shown) if (value !== null) expect(full).toContain(value);
      if (row.website !== null)
        expect(full.includes(row.website) || full.includes(encodeURIComponent(row.website))).toBe(true);
    }
  });

  it('show every event and participant that the truth lists', async () => {
    for (const event of truth.events) {
      const page = unescapeHtml((await web.get(event.url)).body);
      for (const value of [event.title, event.date_text, event.venue, event.city])
        expect(page).toContain(value);
    }
    for (const p of truth.participants) {
      const page = unescapeHtml((await web.get(p.page_url)).body);
      expect(page).toContain(p.name);
      for (const value of [p.booth, p.level, p.person_name])
        if (value !== null) expect(page).toContain(value);
    }
  });

  it('answer 200 on every page of the truth and 404 elsewhere', async () => {
    for (const { url } of truth.pages) expect((await web.get(url)).status, url).toBe(200);
    for (const host of ['www.pma.org', 'www.nema.org', 'www.agma.org']) {
      expect((await web.get(`https://${host}/no/such/page`)).status).toBe(404);
      expect((await web.get(`https://${host}/robots.txt`)).body).toContain('Disallow');
    }
  });

  it('answer 304 to a client that has the page', async () => {
    const url = 'https://www.nema.org/membership/membership-directory/';
    const { headers } = await web.get(url);
    const [etag, modified] = [String(headers.etag), String(headers['last-modified'])];
    expect(await web.get(url, { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      body: '',
    });
    expect((await web.get(url, { headers: { 'if-none-match': `"other", W/${etag}` } })).status).toBe(304);
    expect(
      (await web.get(url, { headers: { 'if-none-match': '"other"', 'if-modified-since': modified } })).status,
    ).toBe(200);
    expect((await web.get(url, { headers: { 'if-modified-since': modified } })).status).toBe(304);
    expect(
      (await web.get(url, { headers: { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' } })).status,
    ).toBe(200);
  });

  it('send the visitor to https and to www', async () => {
    for (const url of ['http://www.pma.org/about/?a=1', 'https://pma.org/about/?a=1']) {
      expect(await web.get(url)).toMatchObject({
        status: 301,
        headers: { location: 'https://www.pma.org/about/?a=1' },
      });
    }
  });

  it('compress for those who ask', async () => {
    const url = 'https://www.nema.org/membership/membership-directory/';
    const plain = await web.get(url);
    const zipped = await web.get(url, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', etag: `W/${plain.headers.etag}` });
    expect(gunzipSync(zipped.bytes).toString()).toBe(plain.body);
  });

  it('lead to every AGMA member by sitemap', async () => {
    const locs = async (url: string): Promise<string[]> =>
      [...(await web.get(url)).body.matchAll(/<loc>(.*?)<\/loc>/g)].map((m) => m[1] ?? '');
    expect((await web.get('https://www.agma.org/robots.txt')).body).toContain(
      'Sitemap: https://www.agma.org/sitemap.xml',
    );
    const urls = (await Promise.all((await locs('https://www.agma.org/sitemap.xml')).map(locs))).flat();
    const profiles = truth.pages
      .filter((p) => p.association_code === 'AGMA' && p.kind === 'profile')
      .map((p) => p.url);
    expect(urls.filter((url) => url.includes('/member/')).sort()).toEqual(profiles.sort());
  });

  it('close the connection on hosts that do not exist or are down', async () => {
    await expect(web.get('https://nosuch.example/')).rejects.toThrow();
    const world = createWorld();
    const request = {
      scheme: 'https',
      method: 'GET',
      host: 'any',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: '',
    } as const;
    const answerOf = (site: string) =>
      companyReply(world, world.companies.find((c) => c.site === site)!, request);
    expect(answerOf('refused').drop).toBe(true);
    expect(answerOf('unavailable').status).toBe(503);
  });

  it('belong to companies too, with the ERP on the careers page where the truth says so', async () => {
    for (const c of truth.companies) {
      if (c.site !== 'up' || c.site_url === null) continue;
      const home = await web.get(c.site_url);
      expect(home.status).toBe(200);
      expect(unescapeHtml(home.body)).toContain(c.name);
      for (const url of [c.contact_url, c.about_url, c.careers_url, c.portal_url]) {
        if (url !== null) expect((await web.get(url)).status, url).toBe(200);
      }
      if (c.careers_url !== null && c.erp_visible_in.includes('careers')) {
        const page = unescapeHtml((await web.get(c.careers_url)).body);
        expect(
          mentionsOf(c.erp_id ?? '').some((mention) => page.includes(mention)),
          c.careers_url,
        ).toBe(true);
      }
      if (c.former_domain !== null) {
        expect((await web.get(`http://www.${c.former_domain}/`)).headers.location).toBe(c.site_url);
      }
    }
  });
});

describe('the population', () => {
  const world = createWorld();

  it('has the sizes of the first three associations, one of their companies in six in several', () => {
    const { PMA, NEMA, AGMA } = world.listings;
    expect([PMA.length, NEMA.length, AGMA.length]).toEqual([900, 300, 495]);
    const first = new Set([...PMA, ...NEMA, ...AGMA].map((l) => l.company));
    const shared = [...first].filter((c) => c.memberOf.length > 1);
    expect(shared.length / first.size).toBeGreaterThan(0.15);
    expect(shared.length / first.size).toBeLessThan(0.18);
    for (const c of shared) {
      const names = c.memberOf.map((code) => world.listings[code].find((l) => l.company === c)?.name);
      expect(new Set(names).size, c.name).toBe(names.length);
    }
  });

  it('has telephone numbers that exist in form, and unique domains and keys', () => {
    for (const c of world.companies) expect(isPhone(`+1${c.phone}`)?.isValid(), c.phone).toBe(true);
    const domains = world.companies.flatMap((c) => [c.domain, c.formerDomain]).filter((d) => d !== null);
    expect(new Set(domains).size).toBe(domains.length);
    for (const listings of Object.values(world.listings)) {
      expect(new Set(listings.map((l) => l.key)).size).toBe(listings.length);
    }
  });
});
