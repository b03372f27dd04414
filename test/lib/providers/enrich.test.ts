import { afterEach, describe, expect, it } from 'vitest';
import { providersConfigSchema } from '../../../lib/providers/config.js';
import { enrich, settingsOf } from '../../../lib/providers/enrich.js';
import { providers as PROVIDERS } from '../../../lib/providers/index.js';
import { type LedgerEntry, memoryLedger } from '../../../lib/providers/ledger.js';
import { stepsOf } from '../../../lib/providers/provider.js';
import { deriveRows } from '../../../lib/providers/rows.js';
import { vendors } from './helpers.js';
import { CONFIG, closeServer, companies, KEYS, many, run, server, world } from './waterfall-world.js';

afterEach(closeServer);

describe('the waterfall', () => {
  it('asks in batches, and the next provider only for what is still missing', async () => {
    const clock = await world();
    const result = await run(clock, {
      companies: [...many(12), ...companies('unknown.com')],
      steps: ['techstack'],
    });
    expect(server.log.map((r) => r.path)).toEqual(
      expect.arrayContaining(['/v22/api.json', '/api/v1/organizations/bulk_enrich']),
    );
    expect(server.log).toHaveLength(3); // 13 domains: one BuiltWith batch, two of Apollo for the ERP
    expect(result.technologies.filter((t) => t.vendor_id === 'netsuite')).toHaveLength(12);
    expect(result.progress).toMatchObject({ companies: 13, done: 13 });
    expect(result.progress.by_provider.apollo).toMatchObject({
      requests: 2,
      asked: 13,
      outcomes: { matched: 12, no_match: 1 },
      credits: 12,
    });
    expect(result.progress.by_provider.apollo?.cost_usd).toBeCloseTo(1.2);
  });

  it('a field that the first provider filled is not asked of the second', async () => {
    const clock = await world();
    const config = providersConfigSchema.parse({
      fields: Object.fromEntries(
        [
          'employees',
          'revenue',
          'founded_year',
          'naics_code',
          'ownership',
          'phone',
          'linkedin_url',
          'description',
        ].map((f) => [f, f === 'employees' ? ['apollo', 'clearbit'] : []]),
      ),
    });
    const result = await run(clock, {
      companies: companies('a.com', 'unknown.com'),
      steps: ['firmographic'],
      config,
    });
    expect(
      server.log.filter((r) => r.host === 'company.clearbit.com').map((r) => r.query.get('domain')),
    ).toEqual(['unknown.com']);
    expect(result.firmographics.map((f) => [f.domain, f.provider, f.employees, f.employees_min])).toEqual([
      ['a.com', 'apollo', 50, null],
      ['unknown.com', 'clearbit', null, 11],
    ]);
    expect(result.technologies).toEqual([]); // in the ledger, but not asked for
  });

  it('searches people for nothing and pays for the wanted only', async () => {
    const clock = await world();
    const result = await run(clock, { companies: companies('a.com', 'b.com'), steps: ['contacts'] });
    expect(result.contacts.map((c) => c.full_name).sort()).toEqual(['Person a.com-1', 'Person b.com-1']);
    expect(server.log.map((r) => r.path.split('/').slice(-2).join('/')).sort()).toEqual([
      'mixed_people/api_search',
      'mixed_people/api_search',
      'people/bulk_match',
    ]);
    expect(result.progress.by_provider.apollo?.credits).toBe(2);
  });
});

describe('the ledger', () => {
  it('fresh answers are never bought again, and give the same rows', async () => {
    const clock = await world();
    const options = { companies: many(25), steps: stepsOf('all') } as const;
    const first = await run(clock, options);
    const asked = server.log.length;
    clock.advance(10 * 86_400_000);
    const second = await run(clock, { ...options, ledger: memoryLedger(first.entries) });
    expect(server.log).toHaveLength(asked);
    expect(second.entries).toEqual([]);
    const sorted = (rows: unknown[]) => rows.map((r) => JSON.stringify(r)).sort();
    for (const table of ['firmographics', 'technologies', 'contacts'] as const)
      expect(sorted(second[table])).toEqual(sorted(first[table]));
    const derived = deriveRows(first.entries, PROVIDERS, settingsOf(CONFIG, vendors), stepsOf('all'));
    expect(sorted(derived.technologies)).toEqual(sorted(first.technologies));
  });

  it('stale answers are bought again; when that fails the old one stands', async () => {
    let down = false;
    const clock = await world(() => (down ? { status: 503 } : undefined));
    const options = { companies: companies('a.com'), steps: ['firmographic'] } as const;
    const first = await run(clock, options);
    clock.advance(100 * 86_400_000);
    down = true;
    const second = await run(clock, { ...options, ledger: memoryLedger(first.entries) });
    expect(second.entries.map((e) => e.outcome)).toEqual(['upstream_error', 'upstream_error']);
    expect(second.firmographics.map((f) => [f.provider, f.observed_at])).toEqual(
      first.firmographics.map((f) => [f.provider, f.observed_at]),
    );
  });

  it('an interrupted run that kept its entries pays only for the rest', async () => {
    const clock = await world();
    const kept: LedgerEntry[] = [];
    const generator = enrich({
      companies: many(40),
      steps: ['techstack'],
      providers: PROVIDERS,
      keys: KEYS,
      config: CONFIG,
      vendors,
      fetch: server.fetch,
      clock,
      ledger: { find: () => null, record: async (e) => void kept.push(...e) },
    });
    await generator.next();
    await generator.return(undefined);
    await run(clock, { companies: many(40), steps: ['techstack'], ledger: memoryLedger(kept) });
    const lookups = server.log.flatMap((r) => (r.query.get('LOOKUP') ?? '').split(',')).filter(Boolean);
    expect(lookups).toHaveLength(40);
    expect(new Set(lookups).size).toBe(40);
  });

  it('no key gets into an entry, a notice or a row', async () => {
    const clock = await world((r) =>
      r.host === 'company.clearbit.com'
        ? { body: { name: 'x', domain: 'a.com', echo: r.headers.authorization } }
        : r.host === 'api.builtwith.com'
          ? { status: 401, body: { error: `bad key ${r.headers.authorization}` } }
          : undefined,
    );
    const result = await run(clock, { companies: companies('a.com', 'unknown.com'), steps: stepsOf('all') });
    const all = JSON.stringify([
      result.entries.map((e) => ({ ...e, body: e.body && new TextDecoder().decode(e.body) })),
      result.notices,
      result.batches,
    ]);
    for (const key of Object.values(KEYS)) expect(all).not.toContain(key);
  });
});

describe('a dry run', () => {
  it('asks nobody, and counts at most what it would', async () => {
    const clock = await world();
    const result = await run(clock, { companies: many(10), steps: stepsOf('all'), dryRun: true });
    expect(server.log).toEqual([]);
    expect(result.entries).toEqual([]);
    expect(result.progress.by_provider.apollo?.would_ask).toMatchObject({
      keys: 10 + 10 + 20,
      credits: 10 + 20,
    });
    expect(result.progress.by_provider.builtwith?.would_ask).toMatchObject({ keys: 10, credits: 10 });
  });
});
