import { afterEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../lib/errors.js';
import { siteConfigSchema } from '../../../lib/providers/config.js';
import { type LedgerEntry, memoryLedger } from '../../../lib/providers/ledger.js';
import { readPage } from '../../../lib/providers/page-facts.js';
import { readSites, type SiteOptions, type SiteReading } from '../../../lib/providers/site.js';
import {
  type Answered,
  company,
  fakeClock,
  fingerprints,
  type Logged,
  serve,
  type TestServer,
  vendors,
} from './helpers.js';

let server: TestServer;
afterEach(() => server?.close());
const tables = { vendors, fingerprints, minConfidence: 0.55 };

async function read(handler: (r: Logged) => Answered, more: Partial<SiteOptions> = {}, names = ['acme.com']) {
  const clock = fakeClock();
  await server?.close();
  server = await serve(handler, clock);
  const readings: SiteReading[] = [];
  const ledger = memoryLedger();
  for await (const reading of readSites({
    companies: names.map((n) => company(n, 'Acme Precision')),
    config: siteConfigSchema.parse({}),
    tables,
    fetch: server.fetch,
    ledger,
    clock,
    ...more,
  }))
    readings.push(reading);
  return { readings, entries: ledger.entries, first: readings[0] as SiteReading };
}

const HOME = `<html><head><title>Acme &amp; Co</title><meta name="generator" content="WordPress 6.5">
<link rel="stylesheet" href="/wp-content/themes/x/style.css"><script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>window.dataLayer=[];gtag('config','G-1');</script></head><body><h1>Acme</h1><p>We cut metal.</p><nav>
<a href="/about">About</a> <a href="/careers/">Careers</a> <a href="/employment-law.pdf">Law</a> <a href="https://acme.fulcrumpro.com/login">Customer login</a>
<a href="https://jobs.elsewhere.com/">Jobs</a> <a href="/technology">Technology</a></nav></body></html>`;

function site(r: Logged): Answered {
  if (r.path === '/')
    return {
      headers: {
        server: 'nginx',
        'set-cookie': ['PHPSESSID=abc; path=/; expires=Wed, 01 Jan 2027 00:00:00 GMT', '_ga=x'],
      },
      body: HOME,
    };
  if (r.path === '/careers/')
    return {
      body: '<title>Jobs</title><ul><li><a href="/careers/buyer">Buyer</a><li><a href="/careers/welder">Welder</a></ul>',
    };
  if (r.path === '/careers/buyer')
    return {
      body: '<h1>Buyer</h1><p>Experience with <b>Infor VISUAL</b> preferred.</p><script>var x = "We use SYSPRO"</script>',
    };
  return { body: '<p>We moved from Macola to Infor VISUAL.</p>' };
}

describe('reading a site', () => {
  it('home page, careers, postings, technology; within the page budget', async () => {
    const { first, entries } = await read(site);
    expect(first.status).toEqual({ kind: 'read' });
    expect(first.pages.map((p) => new URL(p.url).pathname)).toEqual([
      '/',
      '/careers/',
      '/careers/buyer',
      '/careers/welder',
    ]);
    expect(first.pages[0]).toMatchObject({ status: 200, title: 'Acme & Co' });
    const names = first.technologies.map((t) => t.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Infor VISUAL',
        'Fulcrum Pro',
        'WordPress',
        'nginx',
        'PHP',
        'Google Analytics',
      ]),
    );
    expect(names).not.toContain('SYSPRO');
    expect(names).not.toContain('ECi Macola');
    expect(first.technologies.find((t) => t.vendor_id === 'infor-visual')).toMatchObject({
      provider: 'site',
      category: 'ERP',
      domain: 'acme.com',
    });
    expect(first.technologies.find((t) => t.name === 'WordPress')).toMatchObject({
      evidence: 'meta generator: WordPress 6.5',
      confidence: 0.95,
    });
    expect(entries[0]).toMatchObject({
      provider: 'site',
      endpoint: 'pages',
      request_key: 'acme.com',
      outcome: 'matched',
      credits: 0,
    });
  });

  it('is read once: the ledger gives the same rows without a visit', async () => {
    const one = await read(site);
    const two = await read(site, { ledger: memoryLedger(one.entries) });
    expect(server.log).toEqual([]);
    expect(two.first.technologies).toEqual(one.first.technologies);
    expect(two.first.entry).toBeNull();
    expect((await read(site, { dryRun: true })).readings).toEqual([]);
    expect(server.log).toEqual([]);
  });

  it.each([
    ['down', () => ({ status: 503 }), 'upstream_error'],
    ['down', () => ({ reset: true }), 'upstream_error'],
    ['no_page', () => ({ status: 404 }), 'no_match'],
    ['refused', () => ({ status: 403 }), 'forbidden'],
    ['no_page', () => ({ headers: { 'content-type': 'application/pdf' }, body: 'x' }), 'no_match'],
  ] as const)('%s is said', async (kind, handler, outcome) => {
    const { first, entries } = await read(handler);
    expect(first.status.kind).toBe(kind);
    expect(first.technologies).toEqual([]);
    expect((entries[0] as LedgerEntry).outcome).toBe(outcome);
  });

  it('a site that went down keeps what it showed before', async () => {
    const one = await read(site);
    const stale = one.entries.map((entry) => ({ ...entry, fetched_at: '2026-01-01T00:00:00.000Z' }));
    const two = await read(() => ({ status: 503 }), { ledger: memoryLedger(stale) });
    expect(two.first.status.kind).toBe('down');
    expect(two.first.technologies.map((t) => [t.name, t.observed_at])).toContainEqual([
      'WordPress',
      '2026-01-01T00:00:00.000Z',
    ]);
  });

  it('robots refuse: no other spelling of the address is tried', async () => {
    let asked = 0;
    const { first } = await read(site, {
      fetch: async () => {
        asked += 1;
        throw new Refused('robots.txt: Disallow: /');
      },
    });
    expect(first.status).toEqual({ kind: 'refused', reason: 'robots.txt: Disallow: /' });
    expect(asked).toBe(1);
  });

  it('another domain is told, and believed less', async () => {
    const { first } = await read((r) =>
      r.host.endsWith('acme.com')
        ? { status: 301, headers: { location: 'https://www.bigco.com/' } }
        : site(r),
    );
    expect(first.status).toEqual({ kind: 'redirected', to: 'bigco.com' });
    expect(first.technologies.find((t) => t.name === 'WordPress')?.confidence).toBeCloseTo(0.665);
  });

  it('hostile pages do no harm', () => {
    const html = `${'<div>'.repeat(50_000)}<a href="javascript:alert(1)">x</a><a href="http://[bad">y</a><script>${'x'.repeat(100_000)}</script><p id="${'y'.repeat(9999)}">Plex ERP`;
    const { facts, links } = readPage({
      url: 'https://a.com/',
      finalUrl: 'https://a.com/',
      status: 200,
      headers: {},
      html,
      kind: 'home',
    });
    expect(links).toEqual([]);
    expect(facts.text).toBe('xy\nPlex ERP');
    expect(facts.scripts[0]?.length).toBe(600);
  });
});
