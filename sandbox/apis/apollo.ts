/** Apollo: organizations by domain, singly and ten at a time, and the persons in them. */
import type { Person } from '../people.js';
import { formatPhone, stateName } from '../places.js';
import type { Company } from '../population.js';
import { hash, type Random, stream } from '../random.js';
import { json, type Reply, type Request } from '../reply.js';
import { mentionOf } from '../software.js';
import type { World } from '../world.js';
import {
  type Api,
  type ApiContext,
  lookup,
  recordOf,
  spend,
  staleEmployees,
  tidyDomain,
} from './directory.js';
import { creditsOf, isKey, limitOf } from './keys.js';

export const APOLLO_HOST = 'api.apollo.io';
const BASE = '/api/v1';
const COVERAGE = 0.9;

type Headers = Record<string, string>;
type Call = {
  context: ApiContext;
  request: Request;
  key: string;
  headers: Headers;
  body: Record<string, unknown>;
};

// calls a minute and a day on a paid plan; null = no such window
const LIMITS: Record<'enrichment' | 'search' | 'default', readonly [number, number | null]> = {
  enrichment: [1000, null],
  search: [200, 50_000],
  default: [200, 2000],
};

const ROUTES: Record<string, readonly [kind: keyof typeof LIMITS, handler: (call: Call) => Reply]> = {
  'GET /organizations/enrich': ['enrichment', enrich],
  'POST /organizations/bulk_enrich': ['enrichment', bulkEnrich],
  'POST /mixed_people/api_search': ['search', peopleSearch],
  'POST /people/match': ['enrichment', match],
  'POST /people/bulk_match': ['enrichment', bulkMatch],
  'GET /users/api_profile': [
    'default',
    ({ headers }) => json(200, { id: '66a0', email: 'team@workbench.invalid' }, headers),
  ],
};

/** Whether Apollo has a record of the company, which it finds by domain. */
export const inApollo = (world: World, company: Company): boolean =>
  company.domain !== null && recordOf(world, 'apollo', company, COVERAGE) !== null;

/** The API of a world. */
export function apolloApi(context: ApiContext): Api {
  return (request) => {
    const key = header(request, 'x-api-key');
    // a wrong key is answered in plain text, unlike everything else
    if (!isKey(key))
      return {
        status: 401,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'Invalid API key. See https://docs.apollo.io/reference/authentication for how to authenticate.',
      };
    if (request.path === '/v1/auth/health' || request.path === `${BASE}/auth/health`)
      return json(200, { healthy: true, is_logged_in: true });
    if (request.path === `${BASE}/mixed_people/search`)
      return json(422, {
        error:
          'This endpoint is deprecated for API callers. Please use the new mixed_people/api_search endpoint: https://docs.apollo.io/reference/people-api-search',
      });
    const path = request.path.startsWith(BASE) ? request.path.slice(BASE.length) : '';
    const route = ROUTES[`${request.method} ${path}`];
    if (!route) return json(404, { error: 'Not Found' });
    if (path === '/mixed_people/api_search' && key.startsWith('sandbox-scoped')) {
      return json(403, {
        error: `This API key is not authorized to access api/v1${path}. Request an API key with access to it.`,
        error_code: 'API_INACCESSIBLE',
      });
    }
    const [perMinute, perDay] = LIMITS[route[0]];
    const limit = limitOf(key, perMinute, context.limitFactor);
    const minute = context.windows.hit(`apollo:${key}:${path}`, limit, 60_000);
    const headers: Headers = {
      'x-rate-limit-minute': String(limit),
      'x-minute-usage': String(minute.used),
      'x-minute-requests-left': String(Math.max(0, minute.left)),
      // a window without a limit has an empty header
      'x-rate-limit-hourly': '',
      'x-rate-limit-24-hour': perDay === null ? '' : String(perDay),
    };
    if (minute.left < 0) {
      return json(
        429,
        {
          message: `The maximum number of api calls allowed for api/v1${path} is ${limit} times per minute. Please upgrade your plan from https://app.apollo.io/#/settings/plans/upgrade`,
        },
        { ...headers, 'retry-after': String(Math.ceil(minute.resetMs / 1000)) },
      );
    }
    return route[1]({ context, request, key, headers, body: parse(request.body) });
  };
}

function enrich({ context, request, key, headers }: Call): Reply {
  const domain = request.query.get('domain') ?? request.query.get('website');
  if (!domain) return json(422, { error: "Required parameter 'domain' missing" }, headers);
  const found = lookup(context, 'apollo', domain, COVERAGE);
  // misses are free, and come in two forms
  if (!found) return json(200, hash(domain) % 4 === 0 ? {} : { organization: null }, headers);
  if (!spend(context, `apollo:${key}`, 1, creditsOf(key))) return noCredits(headers);
  return json(200, { organization: organization(found.company, found.r) }, headers);
}

function bulkEnrich({ context, request, key, headers, body }: Call): Reply {
  const details = Array.isArray(body.details)
    ? (body.details as { domain?: unknown }[]).map((d) => String(d?.domain ?? ''))
    : [];
  const domains = (
    details.length > 0 ? details : [...request.query.getAll('domains[]'), ...list(body.domains)]
  )
    .filter(Boolean)
    .map(tidyDomain);
  const refuse = (code: string, message: string, type = 'application/json; charset=utf-8'): Reply => ({
    status: 400,
    headers: { ...headers, 'content-type': type },
    body: JSON.stringify({ status: 'failed', error_code: code, error_message: message }),
  });
  // this one is JSON under a text/plain label
  if (domains.length === 0)
    return refuse('INVALID_REQUEST', 'invalid request, missing domains', 'text/plain; charset=utf-8');
  if (domains.length > 10) return refuse('RECORD_LIMIT_EXCEEDED', 'domain count cannot be more than 10');
  const unique = [...new Set(domains)];
  const found = unique.map((d) => lookup(context, 'apollo', d, COVERAGE)).filter((x) => x !== null);
  if (!spend(context, `apollo:${key}`, found.length, creditsOf(key))) return noCredits(headers);
  const organizations = found.map(({ company, r }) => ({
    ...organization(company, r),
    subsidiary_rollups: null,
  }));
  return json(
    200,
    {
      status: 'success',
      error_code: null,
      error_message: null,
      total_requested_records: null,
      total_requested_domains: domains.length,
      unique_domains: unique.length,
      unique_records: null,
      unique_enriched_records: found.length,
      missing_records: unique.length - found.length,
      // the order of the answer is not the order of the question
      organizations: organizations.sort((a, b) => (a.id < b.id ? -1 : 1)),
    },
    headers,
  );
}

function peopleSearch({ context, request, headers, body }: Call): Reply {
  const ask = (name: string): string[] => [...request.query.getAll(`${name}[]`), ...list(body[name])];
  const titles = ask('person_titles').map((t) => t.toLowerCase());
  const seniorities = ask('person_seniorities');
  const perPage = Math.min(100, Number(request.query.get('per_page') ?? body.per_page ?? 25) || 25);
  const pageNumber = Math.max(1, Number(request.query.get('page') ?? body.page ?? 1) || 1);
  const all = ask('q_organization_domains_list').flatMap((domain) => {
    const found = lookup(context, 'apollo', domain, COVERAGE);
    return found ? found.company.people.map((person) => ({ person, company: found.company })) : [];
  });
  const hits = all.filter(
    ({ person }) =>
      (titles.length === 0 || titles.some((t) => person.title.toLowerCase().includes(t))) &&
      (seniorities.length === 0 || seniorities.includes(person.seniority)),
  );
  const people = hits.slice((pageNumber - 1) * perPage, pageNumber * perPage).map(({ person, company }) => ({
    id: personId(company, person),
    first_name: person.first,
    last_name_obfuscated: `${person.last.slice(0, 2)}***${person.last.slice(-1)}`,
    title: person.title,
    last_refreshed_at: `${context.world.today}T02:20:32.690+00:00`,
    has_email: person.email !== null,
    has_city: true,
    has_state: true,
    has_country: true,
    has_direct_phone:
      hash(person.last) % 2 === 0 ? 'Yes' : 'Maybe: please request direct dial via people/bulk_match',
    organization: {
      name: company.name,
      has_industry: true,
      has_phone: true,
      has_city: true,
      has_state: true,
      has_country: true,
      has_zip_code: true,
      has_revenue: false,
      has_employee_count: true,
    },
  }));
  return json(200, { total_entries: hits.length, people }, headers);
}

function match({ context, request, key, headers, body }: Call): Reply {
  const get = (name: string): string =>
    request.query.get(name) ?? (typeof body[name] === 'string' ? body[name] : '');
  if (get('reveal_phone_number') === 'true' && !get('webhook_url'))
    return json(
      422,
      { error: "Please add a valid 'webhook_url' parameter when using 'reveal_phone_number'" },
      headers,
    );
  const found = findPerson(context, get);
  if (!found) return json(200, { person: null }, headers);
  if (!spend(context, `apollo:${key}`, 1, creditsOf(key))) return noCredits(headers);
  return json(200, { person: personObject(found.company, found.person) }, headers);
}

/** Up to ten at a time; a miss leaves a hole in `matches`. */
function bulkMatch({ context, key, headers, body }: Call): Reply {
  const details = Array.isArray(body.details) ? (body.details as Record<string, unknown>[]) : [];
  const refuse = (error_code: string, error_message: string): Reply =>
    json(400, { status: 'failed', error_code, error_message }, headers);
  if (details.length === 0) return refuse('INVALID_REQUEST', 'invalid request, missing details');
  if (details.length > 10) return refuse('RECORD_LIMIT_EXCEEDED', 'details count cannot be more than 10');
  const found = details.map((d) =>
    findPerson(context, (name) => (typeof d?.[name] === 'string' ? d[name] : '')),
  );
  const hits = found.filter((f) => f !== null).length;
  if (!spend(context, `apollo:${key}`, hits, creditsOf(key))) return noCredits(headers);
  return json(
    200,
    {
      status: 'success',
      error_code: null,
      error_message: null,
      total_requested_enrichments: details.length,
      unique_enriched_records: hits,
      missing_records: details.length - hits,
      credits_consumed: hits,
      matches: found.map((f) => (f ? personObject(f.company, f.person) : null)),
    },
    headers,
  );
}

const noCredits = (headers: Headers): Reply =>
  json(422, { error: 'Insufficient credits. Please upgrade your plan or buy more credits.' }, headers);

interface Employment {
  company: Company;
  person: Person;
}

/** Persons by Apollo's id, made when a world is first asked. */
const personIndex = new WeakMap<ApiContext['world'], Map<string, Employment>>();

function byId(world: ApiContext['world']): Map<string, Employment> {
  let index = personIndex.get(world);
  if (!index) {
    index = new Map(
      world.companies.flatMap((company) =>
        company.people.map((person) => [personId(company, person), { company, person }] as const),
      ),
    );
    personIndex.set(world, index);
  }
  return index;
}

/** The person that the fields name: by id, else at a domain by e-mail or name. */
function findPerson(context: ApiContext, get: (name: string) => string): Employment | null {
  if (get('id')) return byId(context.world).get(get('id')) ?? null;
  const email = get('email').toLowerCase();
  const name = (get('name') || `${get('first_name')} ${get('last_name')}`).trim().toLowerCase();
  const company = lookup(context, 'apollo', get('domain') || email.split('@')[1] || '', COVERAGE)?.company;
  const person = company?.people.find((p) =>
    email ? p.email === email : `${p.first} ${p.last}`.toLowerCase() === name,
  );
  return company && person ? { company, person } : null;
}

function organization(c: Company, r: Random) {
  const known = <T>(value: T, chance = 0.92): T | null => (r.chance(chance) ? value : null);
  const a = r.chance(0.1) && c.formerAddress ? c.formerAddress : c.address;
  const phone = r.chance(0.85)
    ? `+1 ${formatPhone(r.chance(0.1) && c.formerPhone ? c.formerPhone : c.phone, 1)}`
    : null;
  const erp = c.erp !== null && c.erpSeenIn.includes('apollo') ? [mentionOf(r, c.erp)] : [];
  const technologies = [...c.tech.names.filter(() => r.chance(0.8)), ...erp];
  const revenue = known(Math.round(c.revenue * (0.8 + r.float() * 0.4)), 0.7);
  const keywords = c.processes.map((p) => p.toLowerCase());
  return {
    id: organizationId(c),
    name: c.name,
    website_url: `http://www.${c.domain}`,
    blog_url: null,
    angellist_url: null,
    linkedin_url: known(`http://www.linkedin.com/company/${c.domain?.replace(/\.\w+$/, '')}`, 0.8),
    twitter_url: null,
    facebook_url: null,
    primary_phone:
      phone === null
        ? {}
        : { number: phone, source: 'Scraped', sanitized_number: `+${phone.replace(/\D/g, '')}` },
    languages: ['English'],
    alexa_ranking: null,
    phone,
    founded_year: known(c.founded, 0.8),
    publicly_traded_symbol: null,
    publicly_traded_exchange: null,
    logo_url: null,
    crunchbase_url: null,
    primary_domain: c.domain,
    industry: c.trade === 'NEMA' ? 'electrical/electronic manufacturing' : 'machinery',
    industries: [c.trade === 'NEMA' ? 'electrical/electronic manufacturing' : 'machinery'],
    secondary_industries: [],
    keywords,
    estimated_num_employees: known(staleEmployees(r, c.employees)),
    snippets_loaded: true,
    retail_location_count: 0,
    raw_address: `${a.street}, ${a.city}, ${stateName(a.state)} ${a.zip}, US`,
    street_address: a.street,
    city: a.city,
    state: stateName(a.state),
    postal_code: known(a.zip),
    country: 'United States',
    owned_by_organization_id: null,
    owned_by_organization: null,
    suborganizations: [],
    num_suborganizations: 0,
    seo_description: null,
    short_description: known(`${c.name}: ${keywords.join(', ')}.`, 0.8),
    annual_revenue_printed: revenue === null ? null : `${(revenue / 1e6).toFixed(1)}M`,
    annual_revenue: revenue,
    total_funding: null,
    total_funding_printed: null,
    latest_funding_round_date: null,
    latest_funding_stage: null,
    funding_events: [],
    technology_names: technologies,
    current_technologies: technologies.map((name) => ({
      uid: name.toLowerCase().replace(/[^a-z0-9]+/g, '_'),
      name,
      category: erp.includes(name) ? 'Enterprise Resource Planning' : 'Other',
    })),
    account_id: null,
    account: null,
    departmental_head_count: {
      engineering: Math.round(c.employees * 0.08),
      operations: Math.round(c.employees * 0.3),
      sales: Math.round(c.employees * 0.05),
      media_and_commmunication: 0,
    },
    naics_codes: [c.naics],
  };
}

function personObject(c: Company, p: Person): unknown {
  return {
    id: personId(c, p),
    first_name: p.first,
    last_name: p.last,
    name: `${p.first} ${p.last}`,
    linkedin_url: null,
    title: p.title,
    headline: `${p.title} at ${c.name}`,
    email: p.email,
    email_status: p.email === null ? null : 'verified',
    photo_url: null,
    organization_id: organizationId(c),
    employment_history: [],
    city: c.address.city,
    state: stateName(c.address.state),
    country: 'United States',
    organization: { name: c.name, primary_domain: c.domain, website_url: `http://www.${c.domain}` },
    departments: [p.department],
    seniority: p.seniority,
  };
}

const organizationId = (c: Company): string => `5${stream(0, c.id).hex(23)}`;
const personId = (c: Company, p: Person): string => stream(0, `${c.id}:${p.first}:${p.last}`).hex(24);
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const header = (request: Request, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
