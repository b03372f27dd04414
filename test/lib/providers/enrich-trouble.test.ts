import { afterEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../lib/errors.js';
import { providersConfigSchema } from '../../../lib/providers/config.js';
import { stepsOf } from '../../../lib/providers/provider.js';
import { closeServer, companies, many, run, server, world } from './waterfall-world.js';

afterEach(closeServer);

describe('trouble', () => {
  it.each([
    [
      'auth_failed',
      () => ({ status: 401, headers: { 'content-type': 'text/plain' }, body: 'Invalid API key.' }),
    ],
    ['quota_exhausted', () => ({ status: 422, body: { error: 'Insufficient credits' } })],
  ] as const)('%s: said once, the provider is left alone, the others go on', async (kind, bad) => {
    const clock = await world((r) => (r.host === 'api.apollo.io' ? bad() : undefined));
    const result = await run(clock, {
      companies: many(60),
      steps: stepsOf('all'),
      config: providersConfigSchema.parse({ by_provider: { apollo: { concurrency: 1 } } }),
    });
    expect(server.log.filter((r) => r.host === 'api.apollo.io')).toHaveLength(1);
    expect(result.notices.filter((n) => n.code === 'PROVIDER_STOPPED')).toHaveLength(1);
    expect(result.progress.by_provider.apollo?.stopped).toContain(kind);
    expect(result.firmographics.filter((f) => f.provider === 'clearbit')).toHaveLength(60);
    expect(result.technologies.filter((t) => t.provider === 'builtwith')).toHaveLength(60);
  });

  it('a forbidden endpoint leaves the others of the provider', async () => {
    const clock = await world((r) =>
      r.path.endsWith('api_search')
        ? { status: 403, body: { error_code: 'API_INACCESSIBLE', error: 'no' } }
        : undefined,
    );
    const result = await run(clock, { companies: many(3), steps: stepsOf('all') });
    expect(result.notices.map((n) => n.code)).toContain('ENDPOINT_STOPPED');
    expect(result.firmographics.filter((f) => f.provider === 'apollo')).toHaveLength(3);
    expect(result.contacts).toEqual([]);
  });

  it('missing keys are said once and counted', async () => {
    const clock = await world();
    const result = await run(clock, {
      companies: companies('a.com'),
      steps: stepsOf('all'),
      keys: { BUILTWITH_API_KEY: 'x', APOLLO_API_KEY: ' ' },
    });
    expect(result.progress.skipped.map((s) => s.provider).sort()).toEqual(['apollo', 'clearbit']);
    expect(result.progress.steps_skipped).toEqual(['firmographic', 'contacts']);
    expect(result.notices.map((n) => n.code)).toEqual([
      'KEY_MISSING',
      'KEY_MISSING',
      'STEP_SKIPPED',
      'STEP_SKIPPED',
    ]);
    expect(result.technologies).toHaveLength(1);
  });

  it('waits as asked, in header or body, and for queued answers', async () => {
    const tries = new Map<string, number>();
    const clock = await world((r) => {
      const n = (tries.get(r.host) ?? 0) + 1;
      tries.set(r.host, n);
      if (n > 1) return undefined;
      if (r.host === 'api.apollo.io') return { status: 429, headers: { 'retry-after': '7' }, body: {} };
      if (r.host === 'api.builtwith.com')
        return { status: 429, body: { error: 'Rate limit exceeded', retryAfterSeconds: 3 } };
      return { status: 202, body: { error: { type: 'queued' } } };
    });
    const result = await run(clock, { companies: companies('a.com'), steps: ['firmographic', 'techstack'] });
    expect([...clock.slept].sort()).toEqual(expect.arrayContaining([3000, 7000]));
    expect(result.entries.map((e) => [e.provider, e.outcome]).sort()).toEqual([
      ['apollo', 'matched'],
      ['builtwith', 'matched'],
      ['clearbit', 'matched'],
    ]);
  });

  it('a provider that is down is given up after a few requests', async () => {
    const clock = await world((r) => (r.host === 'company.clearbit.com' ? { reset: true } : undefined));
    const config = providersConfigSchema.parse({
      by_provider: { clearbit: { concurrency: 1, max_attempts: 2, give_up_after: 3 } },
      fields: { employees: ['clearbit'], naics_code: ['clearbit'] },
    });
    const result = await run(clock, { companies: many(20), steps: ['firmographic'], config });
    expect(server.log.filter((r) => r.host === 'company.clearbit.com')).toHaveLength(6);
    expect(result.progress.by_provider.clearbit?.outcomes).toEqual({ upstream_error: 3 });
    expect(result.firmographics).toHaveLength(20);
  });

  it('a long wait is not slept through', async () => {
    const clock = await world((r) =>
      r.host === 'api.builtwith.com'
        ? { status: 429, headers: { 'retry-after': '3600' }, body: {} }
        : undefined,
    );
    const result = await run(clock, { companies: companies('a.com'), steps: ['techstack'] });
    expect(clock.slept).toEqual([]);
    expect(result.entries.find((e) => e.provider === 'builtwith')).toMatchObject({
      outcome: 'rate_limited',
      retry_at: '2026-11-01T13:00:00.000Z',
      credits: 0,
    });
  });

  it('a batch refused for one bad key is halved until the key stands alone', async () => {
    const clock = await world((r) =>
      r.query.get('LOOKUP')?.split(',').includes('c3.com')
        ? { body: { Results: [], Errors: [{ Code: -8, Message: 'bad root' }] } }
        : undefined,
    );
    const result = await run(clock, { companies: many(8), steps: ['techstack'] });
    const outcomes = result.entries
      .filter((e) => e.provider === 'builtwith')
      .map((e) => [e.request_key, e.outcome] as const);
    expect(outcomes.filter(([, o]) => o === 'invalid_request').map(([k]) => k)).toEqual(['c3.com']);
    expect(outcomes.filter(([, o]) => o === 'matched')).toHaveLength(7);
  });

  it('our own daily cap stops a provider without an entry', async () => {
    const clock = await world();
    const { fetch } = server;
    const result = await run(clock, {
      companies: companies('a.com'),
      steps: ['techstack'],
      fetch: (r) =>
        r.url.includes('builtwith')
          ? Promise.reject(new Refused('daily cap of builtwith.com is spent', { code: 'DAILY_CAP' }))
          : fetch(r),
    });
    expect(result.progress.by_provider.builtwith?.stopped).toContain('daily cap');
    expect(result.entries.map((e) => e.provider)).toEqual(['apollo']);
  });

  it('an opt-out ends the waterfall for the company', async () => {
    const clock = await world((r) =>
      r.path.endsWith('/organizations/enrich') ? { status: 451, body: { error: 'claimed' } } : undefined,
    );
    const result = await run(clock, { companies: companies('a.com'), steps: ['firmographic'] });
    expect(result.batches.flatMap((b) => b.suppressed)).toEqual(['a.com']);
    expect(server.log.some((r) => r.host === 'company.clearbit.com')).toBe(false);
  });
});
