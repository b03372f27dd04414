/** Clearbit as it still answers old keys: companies by domain, persons by mail, and "queued" before some answers. */

import { formatPhone, stateName } from '../places.js';
import type { Company } from '../population.js';
import { type Random, stream } from '../random.js';
import { json, type Reply, type Request } from '../reply.js';
import { type Api, type ApiContext, lookup, staleEmployees, tidyDomain } from './directory.js';
import { creditsOf, isKey, limitOf } from './keys.js';

export const CLEARBIT_HOSTS = [
  'company.clearbit.com',
  'company-stream.clearbit.com',
  'person.clearbit.com',
  'person-stream.clearbit.com',
];

/** The API of a world. */
export function clearbitApi(context: ApiContext): Api {
  return (request) => {
    const key = keyOf(request);
    const streaming = request.host.includes('-stream');
    const limit = limitOf(key ?? '', 600, context.limitFactor);
    const { left, resetMs } = context.windows.hit(`clearbit:${request.host}:${key}`, limit, 60_000);
    // these headers come even without a key; the streaming hosts have no such limit
    const headers: Record<string, string> = streaming
      ? {}
      : {
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(Math.max(0, left)),
          'x-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
          'x-api-version': '2019-12-19',
        };
    const fail = (status: number, type: string, message?: string) =>
      json(status, { error: { type, ...(message ? { message } : {}) } }, headers);
    if (!isKey(key)) return fail(401, 'auth_required', 'Provided API key invalid or missing.');
    if (!streaming && left < 0) return fail(429, 'rate_limit', 'Rate limit exceeded.');
    if (creditsOf(key) === 0) return fail(402, 'over_quota', 'Your account is over its quota.');
    return {
      ...answer(context, request, key, streaming, fail),
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    };
  };
}

type Fail = (status: number, type: string, message?: string) => Reply;

function answer(context: ApiContext, request: Request, key: string, streaming: boolean, fail: Fail): Reply {
  const company = request.host.startsWith('company');
  if (company && request.path === '/v2/companies/find') {
    const domain = request.query.get('domain');
    if (domain === null || !domain.includes('.')) return fail(422, 'params_invalid', 'Invalid domain.');
    const found = lookup(context, 'clearbit', domain, 0.86);
    if (found && isPending(context, key, found.company, streaming)) return fail(202, 'queued');
    const value = found && companyObject(context, found.company, found.r);
    return value
      ? { ...json(200, value), ...(streaming ? { delayMs: 150 } : {}) }
      : fail(404, 'unknown_record', 'Unknown company.');
  }
  if (company && request.path === '/v1/domains/find') {
    const name = request.query.get('name')?.toLowerCase() ?? '';
    const match = context.world.companies.find(
      (c) => c.domain !== null && [c.name, c.legalName].some((n) => n.toLowerCase() === name),
    );
    return match
      ? json(200, {
          name: match.name,
          domain: match.domain,
          logo: `https://logo.clearbit.com/${match.domain}`,
        })
      : fail(404, 'unknown_record', 'Unknown name.');
  }
  if (!company && (request.path === '/v2/people/find' || request.path === '/v2/combined/find')) {
    const email = request.query.get('email')?.toLowerCase() ?? '';
    if (!/^[^@]+@[^@]+\.[^@]+$/.test(email)) return fail(422, 'email_invalid', 'Invalid email.');
    const found = lookup(context, 'clearbit', email.split('@')[1] ?? '', 0.86);
    const person = found ? personObject(found.company, email) : null;
    if (request.path === '/v2/people/find')
      return person ? json(200, person) : fail(404, 'unknown_record', 'Unknown person.');
    return found
      ? json(200, { person, company: companyObject(context, found.company, found.r) })
      : fail(404, 'unknown_record', 'Unknown record.');
  }
  return fail(404, 'not_found', 'No such endpoint.');
}

/** One lookup in fourteen is queued, for one or two requests; the streaming host waits instead. */
function isPending(context: ApiContext, key: string, company: Company, streaming: boolean): boolean {
  const r = stream(context.world.seed, `clearbit queue:${company.id}`);
  const rounds = r.chance(1 / 14) ? r.int(1, 2) : 0;
  const name = `clearbit:${key}:${company.id}`;
  const before = context.asked.get(name) ?? 0;
  context.asked.set(name, before + 1);
  return !streaming && before < rounds;
}

function keyOf(request: Request): string | null {
  const header = request.headers.authorization ?? '';
  if (/^bearer /i.test(header)) return header.slice(7).trim();
  if (/^basic /i.test(header))
    return Buffer.from(header.slice(6), 'base64').toString('utf8').split(':')[0] ?? null;
  return null;
}

function companyObject(context: ApiContext, c: Company, r: Random): unknown {
  const known = <T>(value: T, chance = 0.9): T | null => (r.chance(chance) ? value : null);
  const a = r.chance(0.12) && c.formerAddress ? c.formerAddress : c.address;
  const [, streetNumber = null, streetName = null] = /^(\d+) (.+?)(?:,| #|$)/.exec(a.street) ?? [];
  const employees = known(staleEmployees(r, c.employees), 0.85);
  const naics = r.chance(0.9) ? c.naics : '423510';
  const tech = c.tech.names
    .filter(() => r.chance(0.85))
    .map((name) => name.toLowerCase().replace(/[^a-z0-9]+/g, '_'));
  return {
    id: uuid(r),
    name: c.name,
    legalName: known(c.legalName, 0.7),
    domain: c.domain,
    domainAliases: c.formerDomain ? [c.formerDomain] : [],
    site: {
      phoneNumbers: r.chance(0.8) ? [`+1 ${formatPhone(c.phone, 1)}`] : [],
      emailAddresses: c.email && r.chance(0.7) ? [c.email] : [],
    },
    category: {
      sector: known('Industrials'),
      industryGroup: known('Capital Goods'),
      industry: known('Machinery', 0.8),
      subIndustry: known('Industrial Machinery', 0.7),
      gicsCode: known('20106020', 0.7),
      sicCode: known('35', 0.7),
      sic4Codes: [],
      naicsCode: naics.slice(0, 2),
      naics6Codes: [naics],
      naics6Codes2022: [naics],
    },
    tags: ['Manufacturing', 'B2B'],
    description: known(`${c.name} provides ${c.processes.slice(0, 3).join(', ').toLowerCase()}.`, 0.8),
    foundedYear: known(r.chance(0.9) ? c.founded : c.founded + r.int(1, 8), 0.8),
    location: `${a.street}, ${a.city}, ${a.state} ${a.zip}, USA`,
    timeZone: null,
    utcOffset: null,
    geo: {
      streetNumber,
      streetName,
      subPremise: null,
      streetAddress: a.street,
      city: a.city,
      postalCode: a.zip,
      state: stateName(a.state),
      stateCode: a.state,
      country: 'United States',
      countryCode: 'US',
      lat: null,
      lng: null,
    },
    logo: `https://logo.clearbit.com/${c.domain}`,
    facebook: { handle: null, likes: null },
    linkedin: { handle: known(`company/${c.domain?.replace(/\.\w+$/, '')}`, 0.7) },
    twitter: {
      handle: null,
      id: null,
      bio: null,
      followers: null,
      following: null,
      location: null,
      site: null,
      avatar: null,
    },
    crunchbase: { handle: null },
    emailProvider: false,
    type: 'private',
    ticker: null,
    identifiers: { usEIN: null, usCIK: null },
    phone: known(`+1 ${formatPhone(c.phone, 1)}`, 0.6),
    metrics: {
      alexaUsRank: null,
      alexaGlobalRank: null,
      trafficRank: r.pick(['low', 'very_low', 'medium']),
      employees,
      employeesRange: employees === null ? null : band(r, employees),
      marketCap: null,
      raised: null,
      annualRevenue: null,
      estimatedAnnualRevenue: known(money(c.revenue), 0.75),
      fiscalYearEnd: null,
    },
    indexedAt: `${context.world.today}T04:30:12.524Z`,
    tech,
    techCategories: tech.includes('wordpress') ? ['content_management_system'] : [],
    parent: { domain: null },
    ultimateParent: { domain: null },
  };
}

function personObject(c: Company, email: string): unknown {
  const p = c.people.find((x) => x.email === email);
  if (!p) return null;
  return {
    id: uuid(stream(1, email)),
    name: { fullName: `${p.first} ${p.last}`, givenName: p.first, familyName: p.last },
    email,
    location: `${c.address.city}, ${c.address.state}, US`,
    geo: {
      city: c.address.city,
      state: stateName(c.address.state),
      stateCode: c.address.state,
      country: 'United States',
      countryCode: 'US',
      lat: null,
      lng: null,
    },
    bio: null,
    employment: {
      domain: tidyDomain(c.domain ?? ''),
      name: c.name,
      title: p.title,
      role: p.department,
      subRole: null,
      seniority: p.seniority,
    },
    linkedin: { handle: null },
    fuzzy: false,
    emailProvider: false,
    indexedAt: '2026-09-01T00:00:00.000Z',
  };
}

const uuid = (r: Random): string => `${r.hex(8)}-${r.hex(4)}-4${r.hex(3)}-a${r.hex(3)}-${r.hex(12)}`;

/** Bands come in two spellings, as captured from the real thing. */
function band(r: Random, n: number): string {
  if (n > 1000) return '1K-5K';
  if (n > 250) return r.chance(0.5) ? '251-1000' : '251-1K';
  return n > 50 ? '51-250' : n > 10 ? '11-50' : '1-10';
}

function money(n: number): string {
  const bands: readonly (readonly [number, string])[] = [
    [1e6, '$0-$1M'],
    [10e6, '$1M-$10M'],
    [50e6, '$10M-$50M'],
    [100e6, '$50M-$100M'],
    [250e6, '$100M-$250M'],
  ];
  return bands.find(([top]) => n <= top)?.[1] ?? '$250M-$500M';
}
