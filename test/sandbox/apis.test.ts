import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { makeClient, type Truth } from './client.js';

let sandbox: Sandbox;
let web: ReturnType<typeof makeClient>;
let truth: Truth;
let domains: string[];

beforeAll(async () => {
  sandbox = await startSandbox({ size: 0.05 });
  web = makeClient(sandbox);
  truth = await web.truth();
  domains = truth.companies.flatMap((c) => c.domain ?? []);
});
afterAll(() => sandbox.close());

describe('Clearbit', () => {
  const find = (domain: string, authorization: string, host = 'company.clearbit.com') =>
    web.get(`https://${host}/v2/companies/find?domain=${domain}`, { headers: { authorization } });
  const basic = `Basic ${Buffer.from('sandbox-a:').toString('base64')}`;

  it('answers found, unknown, queued-then-found and refused', async () => {
    const statuses = new Map<number, string>();
    for (const domain of domains) statuses.set((await find(domain, basic)).status, domain);
    expect([...statuses.keys()].sort()).toEqual([200, 202, 404]);
    const found = JSON.parse((await find(statuses.get(200) ?? '', 'Bearer sandbox-b')).body);
    expect(found).toMatchObject({
      domain: statuses.get(200),
      category: { naicsCode: expect.stringMatching(/^..$/) },
    });
    expect(JSON.parse((await find('unknown.example', basic)).body).error.type).toBe('unknown_record');
    const queued = statuses.get(202) ?? '';
    await find(queued, basic);
    expect((await find(queued, basic)).status).toBe(200);
    expect((await find(queued, 'Bearer sandbox-c', 'company-stream.clearbit.com')).status).toBe(200);
    expect((await find(queued, 'Bearer wrong')).status).toBe(401);
  });

  it('throttles with its headers, and knows an empty account', async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await find('x.com', 'Bearer sandbox-throttled'));
    expect(answers.map((a) => a.status)).toEqual([404, 404, 404, 429]);
    expect(answers[3]?.headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '0' });
    expect(JSON.parse((await find('x.com', 'Bearer sandbox-exhausted')).body).error.type).toBe('over_quota');
  });
});

describe('Apollo', () => {
  const call = (path: string, key: string, method = 'GET', body?: unknown) =>
    web.get(`https://api.apollo.io/api/v1${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('refuses a wrong key in plain text', async () => {
    const answer = await call('/organizations/enrich?domain=x.com', 'nope');
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('text/plain');
  });

  it('enriches one, ten, and not eleven', async () => {
    const one = JSON.parse((await call(`/organizations/enrich?domain=unknown.example`, 'sandbox-a')).body);
    expect(one.organization ?? null).toBeNull();
    const details = domains.slice(0, 10).map((domain) => ({ domain }));
    const ten = JSON.parse((await call('/organizations/bulk_enrich', 'sandbox-a', 'POST', { details })).body);
    expect(ten).toMatchObject({ status: 'success', total_requested_domains: 10, unique_domains: 10 });
    expect(ten.organizations).toHaveLength(ten.unique_enriched_records);
    for (const o of ten.organizations) expect(domains).toContain(o.primary_domain);
    const eleven = { details: [...details, { domain: 'one-more.com' }] };
    expect((await call('/organizations/bulk_enrich', 'sandbox-a', 'POST', eleven)).status).toBe(400);
    const none = await call('/organizations/bulk_enrich', 'sandbox-a', 'POST', {});
    expect(none.headers['content-type']).toContain('text/plain');
    expect(JSON.parse(none.body).error_code).toBe('INVALID_REQUEST');
  });

  it('finds persons without their mail, and matches them with it', async () => {
    const search = domains
      .slice(0, 5)
      .map((d) => `q_organization_domains_list[]=${d}`)
      .join('&');
    const { people } = JSON.parse(
      (await call(`/mixed_people/api_search?${search}`, 'sandbox-a', 'POST')).body,
    );
    expect(people.length).toBeGreaterThan(0);
    expect(people[0].email).toBeUndefined();
    const { person } = JSON.parse((await call(`/people/match?id=${people[0].id}`, 'sandbox-a', 'POST')).body);
    expect(person).toMatchObject({ first_name: people[0].first_name, title: people[0].title });
    expect((await call('/mixed_people/search', 'sandbox-a', 'POST')).status).toBe(422);
    expect((await call(`/mixed_people/api_search?${search}`, 'sandbox-scoped', 'POST')).status).toBe(403);
  });

  it('says when to come back', async () => {
    let last = await call('/organizations/enrich?domain=x.com', 'sandbox-throttled');
    for (let i = 0; i < 3; i++) last = await call('/organizations/enrich?domain=x.com', 'sandbox-throttled');
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('carries the ERP where the truth says so', async () => {
    let seen = 0;
    for (const c of truth.companies) {
      const { organization } = JSON.parse(
        (await call(`/organizations/enrich?domain=${c.domain}`, 'sandbox-a')).body,
      );
      // who is not in there cannot be seen there
      const tags = (organization?.current_technologies ?? []).map((t: { category: string }) => t.category);
      expect(tags.includes('Enterprise Resource Planning')).toBe(c.erp_visible_in.includes('apollo'));
      if (c.erp_visible_in.includes('apollo')) seen++;
    }
    expect(seen).toBeGreaterThan(0);
  });
});

describe('BuiltWith', () => {
  const call = (query: string, key = 'sandbox-a') =>
    web.get(`https://api.builtwith.com/v22/api.json?KEY=${key}&${query}`);

  it('answers each of up to sixteen lookups, errors inside 200', async () => {
    const answer = JSON.parse((await call(`LOOKUP=${domains.slice(0, 16).join(',')}`)).body);
    expect(answer.Results.map((r: { Lookup: string }) => r.Lookup)).toEqual(domains.slice(0, 16));
    expect(answer.Errors).toEqual([]);
    const codes = [];
    for (const reply of [
      await call(`LOOKUP=${domains.slice(0, 17).join(',')}`),
      await call('LOOKUP=x.com', 'nope'),
      await call('LOOKUP=x.com', 'sandbox-exhausted'),
    ]) {
      expect(reply.status).toBe(200);
      codes.push(JSON.parse(reply.body).Errors[0].Code);
    }
    expect(codes).toEqual([-8, -2, -3]);
  });

  it('refuses more than its rate with a body of its own', async () => {
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => call('LOOKUP=x.com', 'sandbox-throttled')),
    );
    const refused = replies.find((r) => r.status === 429);
    expect(JSON.parse(refused?.body ?? '{}')).toMatchObject({
      retryAfterSeconds: 1,
      maxRequestsPerSecond: 3,
    });
  });
});
