import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../lib/providers/answer.js';
import { apollo } from '../../../lib/providers/apollo.js';
import { builtwith } from '../../../lib/providers/builtwith.js';
import { clearbit } from '../../../lib/providers/clearbit.js';
import type { Call, Provider } from '../../../lib/providers/provider.js';
import { AT, answer, settings } from './helpers.js';

const call = (provider: Provider, endpoint: string) =>
  provider.calls.find((c) => c.endpoint === endpoint) as Call;
const access = { apiKey: 'secret-key', baseUrl: null };
const kinds = (c: Call, keys: string[], ...a: Parameters<typeof answer>) =>
  [...c.read(answer(...a), keys).values()].map((k) => k.outcome.kind);

const CLEARBIT = {
  id: '3f5d',
  name: 'Acme Precision',
  legalName: 'Acme Precision Machining, Inc.',
  domain: 'acme.example',
  site: { phoneNumbers: ['+1 216-555-0100'] },
  category: {
    sicCode: '35',
    sic4Codes: ['3599'],
    naicsCode: '33',
    naics6Codes: ['332721'],
    naics6Codes2022: ['332710'],
  },
  description: 'Contract machining.',
  foundedYear: 1987,
  geo: {
    streetAddress: '100 Mill Road',
    city: 'Cleveland',
    postalCode: '44101',
    state: 'Ohio',
    stateCode: 'OH',
    countryCode: 'US',
  },
  linkedin: { handle: 'company/acme-precision' },
  type: 'private',
  phone: null,
  metrics: {
    employees: 140,
    employeesRange: '51-250',
    annualRevenue: null,
    estimatedAnnualRevenue: '$10M-$50M',
  },
  tech: ['microsoft_office_365', 'wordpress', 'netsuite'],
  parent: { domain: 'holding.example' },
};
const APOLLO = {
  id: '5e66',
  name: 'Acme Precision',
  website_url: 'http://www.acme.com',
  linkedin_url: 'http://www.linkedin.com/company/acme-precision',
  primary_phone: { number: '+1 216-555-0100', sanitized_number: '+12165550100' },
  founded_year: 1987,
  primary_domain: 'acme.com',
  estimated_num_employees: 140,
  street_address: '100 Mill Rd',
  city: 'Cleveland',
  state: 'Ohio',
  postal_code: '44101',
  country: 'United States',
  annual_revenue: 24000000,
  annual_revenue_printed: '24M',
  owned_by_organization: { id: 'x', name: 'Holding', website_url: 'http://holding.com' },
  short_description: 'Contract machining.',
  naics_codes: ['33', '332710'],
  technology_names: ['Outlook', 'WordPress.org', 'Epicor ERP'],
  current_technologies: [
    { uid: 'outlook', name: 'Outlook', category: 'Email Providers' },
    { uid: 'plex', name: 'Plex', category: 'Enterprise Resource Planning (ERP)' },
  ],
};

describe('clearbit', () => {
  const c = call(clearbit, 'company');
  it('asks by domain, the key in a header', () => {
    const request = c.request(['acme.example'], access, settings);
    expect(request.url).toBe('https://company.clearbit.com/v2/companies/find?domain=acme.example');
    expect(request.headers?.authorization).toBe('Bearer secret-key');
    expect(c.request(['a.com'], { ...access, baseUrl: 'http://x' }, settings).url).toBe(
      'http://x/v2/companies/find?domain=a.com',
    );
  });
  it.each([
    [200, CLEARBIT, 'matched'],
    [202, { error: { type: 'queued' } }, 'pending'],
    [202, 'null', 'pending'],
    [200, 'null', 'no_match'],
    [404, { error: { type: 'unknown_record', message: 'x' } }, 'no_match'],
    [401, { error: { type: 'auth_invalid' } }, 'auth_failed'],
    [402, { error: { type: 'over_quota' } }, 'quota_exhausted'],
    [429, { error: { type: 'over_quota', message: 'x' } }, 'quota_exhausted'],
    [422, { error: { type: 'email_invalid' } }, 'invalid_request'],
    [429, {}, 'rate_limited'],
    [500, 'oops', 'upstream_error'],
    [200, '<html>', 'malformed'],
    [200, [], 'malformed'],
    [200, {}, 'malformed'],
  ] as const)('%s %j → %s', (status, body, kind) =>
    expect(kinds(c, ['a.com'], status, body)).toEqual([kind]),
  );
  it('brings units to ours', () => {
    const { firmographics, technologies } = c.derive(CLEARBIT, 'acme.example', AT, settings);
    expect(firmographics?.[0]).toMatchObject({
      domain: 'acme.example',
      provider: 'clearbit',
      employees: 140,
      employees_min: 51,
      employees_max: 250,
      revenue_usd: null,
      revenue_min_usd: 10e6,
      revenue_max_usd: 50e6,
      naics_code: '332710',
      sic_code: '3599',
      ownership: 'private',
      phone_e164: '+12165550100',
      state: 'OH',
      country: 'US',
      linkedin_url: 'https://www.linkedin.com/company/acme-precision',
      observed_at: AT,
    });
    expect(technologies?.map((t) => [t.name, t.vendor_id])).toEqual([
      ['Microsoft Office 365', null],
      ['Wordpress', null],
      ['Oracle NetSuite', 'netsuite'],
    ]);
  });
  it('a two-digit code is better than none, a payload of another age still reads', () => {
    expect(
      c.derive(
        { name: 'A', employees: 12, category: { naicsCode: '33', naics6Codes: [] } },
        'a.com',
        AT,
        settings,
      ).firmographics?.[0],
    ).toMatchObject({ naics_code: '33', employees: 12, city: null });
    expect(
      c.derive({ name: 5, metrics: 'x', category: [], tech: 'y' }, 'a.com', AT, settings).firmographics?.[0],
    ).toMatchObject({ name: null, employees: null });
    expect(c.derive(null, 'a.com', AT, settings)).toEqual({});
  });
});

describe('apollo', () => {
  const org = call(apollo, 'organization');
  const search = call(apollo, 'people_search');
  const person = call(apollo, 'person');
  it('asks singly or ten at a time', () => {
    expect(org.request(['a.com'], access, settings)).toMatchObject({
      method: 'GET',
      url: 'https://api.apollo.io/api/v1/organizations/enrich?domain=a.com',
    });
    const bulk = org.request(['a.com', 'b.com'], access, settings);
    expect(bulk).toMatchObject({
      method: 'POST',
      url: 'https://api.apollo.io/api/v1/organizations/bulk_enrich',
    });
    expect(JSON.parse(bulk.body ?? '')).toEqual({ details: [{ domain: 'a.com' }, { domain: 'b.com' }] });
    expect(bulk.headers?.['x-api-key']).toBe('secret-key');
    expect(org.batchSize).toBe(10);
  });
  it('keys a batch by domain, not by place; holes and strangers are no matter', () => {
    const list = [
      null,
      { ...APOLLO, primary_domain: 'b.com' },
      { ...APOLLO, primary_domain: 'stranger.com', website_url: null },
      { ...APOLLO, primary_domain: null, website_url: 'https://www.a.com/x' },
    ];
    const read = org.read(answer(200, { status: 'success', organizations: list }), [
      'a.com',
      'b.com',
      'c.com',
    ]);
    expect([...read].map(([key, { outcome }]) => [key, outcome.kind])).toEqual([
      ['a.com', 'matched'],
      ['b.com', 'matched'],
      ['c.com', 'no_match'],
    ]);
    expect(read.get('b.com')?.body).toMatchObject({ primary_domain: 'b.com' });
  });
  it.each([
    [200, { organization: APOLLO }, 'matched'],
    [200, { organization: null }, 'no_match'],
    [200, {}, 'no_match'],
    [
      401,
      'Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate.',
      'auth_failed',
    ],
    [403, { error: 'This API key is not authorized', error_code: 'API_INACCESSIBLE' }, 'forbidden'],
    [403, { message: 'This endpoint is only available to Apollo users on paid plans.' }, 'forbidden'],
    [
      400,
      '{"status":"failed","error_code":"INVALID_REQUEST","error_message":"invalid request, missing domains"}',
      'invalid_request',
    ],
    [422, { error: "Required parameter 'domain' missing" }, 'invalid_request'],
    [422, { error: 'Insufficient credits. Please upgrade.' }, 'quota_exhausted'],
    [422, { error: 'This endpoint is deprecated for API callers.' }, 'forbidden'],
    [429, { message: 'The maximum number of api calls allowed' }, 'rate_limited'],
    [503, '', 'upstream_error'],
    [200, '<html>', 'malformed'],
  ] as const)('%s %j → %s', (status, body, kind) =>
    expect(kinds(org, ['acme.com'], status, body)).toEqual([kind]),
  );
  it('reads Retry-After from the header', () => {
    expect(org.read(answer(429, {}, { 'retry-after': '17' }), ['a.com']).get('a.com')?.outcome).toEqual({
      kind: 'rate_limited',
      retryAfterMs: 17_000,
    });
    expect(
      org.read(answer(429, {}, { 'retry-after': 'Sun, 01 Nov 2026 12:00:30 GMT' }), ['a.com']).get('a.com')
        ?.outcome,
    ).toEqual({ kind: 'rate_limited', retryAfterMs: 30_000 });
  });
  it('figures and technologies of one answer', () => {
    const rows = org.derive(APOLLO, 'acme.com', AT, settings);
    expect(rows.firmographics?.[0]).toMatchObject({
      employees: 140,
      revenue_usd: 24_000_000,
      naics_code: '332710',
      state: 'OH',
      country: 'US',
      parent_domain: 'holding.com',
      confidence: 0.85,
    });
    expect(rows.technologies?.map((t) => [t.name, t.category, t.vendor_id])).toEqual([
      ['Outlook', 'Email Providers', null],
      ['Plex Smart Manufacturing Platform', 'ERP', 'plex'],
      ['WordPress.org', null, null],
      ['Epicor Kinetic', 'ERP', 'epicor-kinetic'],
    ]);
  });
  it('an unknown phone is {}', () =>
    expect(
      org.derive({ ...APOLLO, primary_phone: {} }, 'acme.com', AT, settings).firmographics?.[0]?.phone_e164,
    ).toBeNull());
  it('searches by title and picks the wanted few', () => {
    const request = search.request(['a.com'], access, settings);
    const query = new URL(request.url).searchParams;
    expect(query.getAll('q_organization_domains_list[]')).toEqual(['a.com']);
    expect(query.getAll('person_titles[]')).toEqual(settings.contacts.titles);
    const people = [
      { id: 'p1', title: 'Machine Operator', has_email: true },
      { id: 'p2', title: 'Plant Manager', has_email: true },
      { id: 'p3', title: 'Vice President of Operations', has_email: true },
      { id: 'p4', title: 'President & CEO', has_email: false },
      { id: 'p5', title: 'Co-Owner', has_email: true },
      { id: 'p5', title: 'Co-Owner', has_email: true },
      { title: 'Owner' },
    ];
    expect(search.leadsTo?.keys({ people }, 'a.com', settings)).toEqual(['a.com/p5', 'a.com/p4']);
    expect(kinds(search, ['a.com'], 200, { total_entries: 0, people: [] })).toEqual(['no_match']);
  });
  it('matches people by id', () => {
    expect(person.request(['a.com/p1'], access, settings).url).toBe(
      'https://api.apollo.io/api/v1/people/match?id=p1',
    );
    expect(JSON.parse(person.request(['a.com/p1', 'b.com/p2'], access, settings).body ?? '')).toEqual({
      details: [{ id: 'p1' }, { id: 'p2' }],
    });
    const read = person.read(answer(200, { matches: [null, { id: 'p2', name: 'B' }] }), [
      'a.com/p1',
      'b.com/p2',
    ]);
    expect([...read].map(([key, { outcome }]) => [key, outcome.kind])).toEqual([
      ['a.com/p1', 'no_match'],
      ['b.com/p2', 'matched'],
    ]);
    expect(kinds(person, ['a.com/p1'], 200, { person: null })).toEqual(['no_match']);
  });
  it('a person becomes a row', () => {
    const body = {
      id: 'p1',
      first_name: 'Pat',
      last_name: 'Doe',
      name: 'Pat Doe',
      title: 'VP of Operations',
      email: 'Pat@acme.com',
      email_status: 'verified',
      organization: { primary_domain: 'acme.com' },
    };
    expect(person.derive(body, 'acme.com/p1', AT, settings).found_contacts).toEqual([
      {
        domain: 'acme.com',
        full_name: 'Pat Doe',
        first_name: 'Pat',
        last_name: 'Doe',
        title: 'VP of Operations',
        seniority: 'vp',
        function: 'operations',
        email: 'pat@acme.com',
        email_status: 'verified',
        phone_e164: null,
        linkedin_url: null,
        provider: 'apollo',
        confidence: 0.8,
        observed_at: AT,
      },
    ]);
    expect(
      person.derive({ ...body, email: 'email_not_unlocked@domain.com' }, 'acme.com/p1', AT, settings)
        .found_contacts?.[0],
    ).toMatchObject({ email: null, email_status: null });
    expect(
      person.derive(
        { ...body, organization: { primary_domain: 'elsewhere.com' } },
        'acme.com/p1',
        AT,
        settings,
      ).found_contacts?.[0]?.confidence,
    ).toBe(0.4);
    expect(person.derive({ id: 'p1' }, 'acme.com/p1', AT, settings)).toEqual({});
  });
  it('64-bit ids keep their digits', () => {
    const response = {
      status: 200,
      headers: {},
      fetchedAt: AT,
      text: () => ({
        text: '{"request_id": 9007199254740993123, "s": "x: 12345678901234567890"}',
        charset: 'utf-8',
      }),
    };
    expect(answerOf(response as never).json).toEqual({
      request_id: '9007199254740993123',
      s: 'x: 12345678901234567890',
    });
  });
});

describe('builtwith', () => {
  const c = call(builtwith, 'domain');
  const result = (Lookup: string | null, Technologies: unknown[]) => ({
    Lookup,
    Result: { IsDB: 'True', Paths: [{ Domain: Lookup, LastIndexed: 1760000000000, Technologies }] },
    Meta: { CompanyName: null },
  });
  const nginx = {
    Name: 'nginx',
    Tag: 'Web Server',
    Categories: ['Web Server'],
    IsPremium: 'No',
    FirstDetected: 1533510000000,
    LastDetected: 1760000000000,
  };
  it('asks for sixteen at a time, the key in a header', () => {
    const request = c.request(['a.com', 'b.com'], access, settings);
    expect(request.url).toContain('https://api.builtwith.com/v22/api.json?LOOKUP=a.com,b.com&');
    expect(request.url).not.toContain('secret-key');
    expect(request.headers?.authorization).toBe('API secret-key');
    expect(c.batchSize).toBe(16);
  });
  it('keys by Lookup; nothing known is no match', () => {
    const read = c.read(
      answer(200, { Results: [result('b.com', [nginx]), result('c.com', [])], Errors: [] }),
      ['a.com', 'b.com', 'c.com'],
    );
    expect([...read].map(([key, { outcome }]) => [key, outcome.kind])).toEqual([
      ['a.com', 'no_match'],
      ['b.com', 'matched'],
      ['c.com', 'no_match'],
    ]);
  });
  it.each([
    [{ Results: [], Errors: [{ Code: -2, Message: 'x' }] }, 'auth_failed'],
    [{ Results: [], Errors: [{ Code: -3, Message: 'x' }] }, 'quota_exhausted'],
    [{ Results: [], Errors: [{ Code: -5 }] }, 'quota_exhausted'],
    [{ Results: [], Errors: [{ Code: -6 }] }, 'upstream_error'],
    [{ Results: null, Errors: [{ Code: '-8' }] }, 'invalid_request'],
    [{ Results: [{ Lookup: null, Result: null }], Errors: [{ Code: -99 }] }, 'upstream_error'],
    [{ Results: [], Errors: [{ Code: -77 }] }, 'malformed'],
    [{ Results: [], Errors: [] }, 'no_match'],
    [{}, 'malformed'],
    [[], 'malformed'],
    [{ error: 'Rate limit exceeded', retryAfterSeconds: 1 }, 'rate_limited'],
  ] as const)('200 %j → %s', (body, kind) =>
    expect(kinds(c, ['a.com', 'b.com'], 200, body)).toEqual([kind, kind]),
  );
  it('Retry-After stands in the body', () => {
    expect(
      c.read(answer(429, { error: 'Rate limit exceeded', retryAfterSeconds: 3 }), ['a.com']).get('a.com')
        ?.outcome,
    ).toEqual({ kind: 'rate_limited', retryAfterMs: 3000 });
  });
  it('what was not seen for long is not believed', () => {
    const old = { ...nginx, Name: 'Joomla', Categories: undefined, Tag: 'cms', LastDetected: 1700000000000 };
    const rows = c.derive(result('a.com', [nginx, old]), 'a.com', AT, settings).technologies;
    expect(rows?.map((t) => [t.name, t.category, t.confidence])).toEqual([
      ['nginx', 'Web Server', 0.85],
      ['Joomla', 'cms', 0.3],
    ]);
    expect(rows?.[0]).toMatchObject({ first_seen: '2018-08-05T23:00:00.000Z', provider: 'builtwith' });
  });
});
