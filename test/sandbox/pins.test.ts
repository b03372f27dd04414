/** The first three sites stay what they were before the other seven came: other tests and people's lakes rest on them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { makeClient, type Truth } from './client.js';

let sandbox: Sandbox;
let web: ReturnType<typeof makeClient>;
let truth: Truth;
const sha = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
const FIRST = ['PMA', 'NEMA', 'AGMA'];

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7, size: 0.05 });
  web = makeClient(sandbox);
  truth = await web.truth();
});
afterAll(() => sandbox.close());

describe('seed 7 at size 0.05', () => {
  it.each([
    ['https://www.pma.org/', 'a0dc40b78b9accf0'],
    ['https://www.pma.org/robots.txt', 'da1db56968150b39'],
    ['https://www.pma.org/directory/members.asp', '99c42082fbc472f9'],
    ['https://www.pma.org/directory/members.asp?page=2', 'a212f124aaeaa668'],
    ['https://www.pma.org/directory/profile.asp?id=33313132353636373037', '36b33d8496a43d08'],
    ['https://www.nema.org/membership/membership-directory/', '56f82bfecdafe59d'],
    ['https://www.agma.org/member-sitemap.xml', '13f181918e5703c4'],
    ['https://www.agma.org/events/', '0e37fec66987511b'],
    ['https://www.northstargearbox.com/about/', 'e439f51990c103c3'],
  ])('%s has the bytes it always had', async (url, hash) => {
    expect(sha((await web.get(url)).body)).toBe(hash);
  });

  it('has the same 116 pages on the three sites', async () => {
    const all = createHash('sha256');
    const pages = truth.pages.filter((p) => FIRST.includes(p.association_code));
    for (const { url } of pages) all.update(`${url}\n${(await web.get(url)).body}`);
    expect([pages.length, all.digest('hex').slice(0, 16)]).toEqual([116, '45bb56a5db9a5bc1']);
  });

  it('has the same 71 companies, memberships, events and participants', () => {
    const of = <T extends { association_code: string }>(rows: readonly T[]) =>
      rows.filter((row) => FIRST.includes(row.association_code));
    const companies = truth.companies.slice(0, 71).map((c, i) => ({
      ...c,
      // pinned is where the ERP would show; that Apollo must know the company came later
      erp_visible_in: sandbox.world.companies[i]!.erpSeenIn,
      associations: c.associations.filter((code) => FIRST.includes(code)),
    }));
    expect(sha(JSON.stringify(companies))).toBe('05a807b49bee2241');
    const memberships = of(truth.memberships).map(({ data_url, also_on, allowed, ...row }) => row);
    expect(sha(JSON.stringify(memberships))).toBe('b335c521a23e5202');
    expect(sha(JSON.stringify(of(truth.events)))).toBe('00d528a2332331e9');
    expect(sha(JSON.stringify(of(truth.participants)))).toBe('7a85679cc7b5099b');
  });
});
