/**
 * Apollo: company figures with technologies (up to 10 a request), and decision-makers in two moves: a free search
 * that names people by id with hidden surnames, and a paid match by id for the few worth it.
 * Source: Apollo REST API, `/api/v1/organizations/{enrich,bulk_enrich}`, `/mixed_people/api_search`, `/people/{match,bulk_match}`.
 */
import { z } from 'zod';
import { type Answer, messageOf, property, statusOutcome } from './answer.js';
import { contactRow, pickPeople } from './apollo-people.js';
import { MATCHED, NO_MATCH, type Outcome } from './outcome.js';
import {
  type Access,
  type Call,
  type EnrichmentRows,
  FIRMOGRAPHIC_FIELDS,
  type KeyAnswer,
  type Provider,
  type Settings,
  sameForAll,
} from './provider.js';
import { technologyRows } from './techrows.js';
import {
  countryCode,
  dollars,
  e164,
  employeeCount,
  foundedYear,
  linkedinCompany,
  longestCode,
  registrable,
  stateCode,
  tidy,
} from './units.js';

/** The older form without `/api` answers 200 with nothing. */
const BASE = 'https://api.apollo.io/api/v1';

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const codes = z
  .array(z.union([z.string(), z.number()]))
  .nullish()
  .catch(null);
const parent = z.looseObject({ name: text, website_url: text }).nullish().catch(null);

const organizationSchema = z.looseObject({
  name: text,
  website_url: text,
  primary_domain: text,
  linkedin_url: text,
  phone: text,
  primary_phone: z.looseObject({ number: text, sanitized_number: text }).nullish().catch(null),
  founded_year: number,
  estimated_num_employees: number,
  annual_revenue: number,
  publicly_traded_symbol: text,
  street_address: text,
  city: text,
  state: text,
  postal_code: text,
  country: text,
  short_description: text,
  naics_codes: codes,
  sic_codes: codes,
  owned_by_organization: parent,
  technology_names: z.array(z.string()).nullish().catch(null),
  current_technologies: z
    .array(z.looseObject({ name: z.string(), category: text }))
    .nullish()
    .catch(null),
});

const organization: Call = {
  endpoint: 'organization',
  fields: [...FIRMOGRAPHIC_FIELDS, 'technologies', 'erp'],
  batchSize: 10,
  creditsPerMatch: 1,
  creditsPerMiss: 0,

  request: (keys, access) =>
    keys.length === 1
      ? call(access, 'GET', `/organizations/enrich?${new URLSearchParams({ domain: keys[0] ?? '' })}`)
      : call(access, 'POST', '/organizations/bulk_enrich', { details: keys.map((domain) => ({ domain })) }),

  read(answer, keys) {
    const failure = failureOf(answer);
    if (failure) return sameForAll(keys, failure);
    const list =
      listOf(answer.json, 'organizations') ??
      (isObject(answer.json) ? [property(answer.json, 'organization')] : null);
    if (list === null)
      return sameForAll(keys, { kind: 'malformed', detail: 'no organization in the answer' });
    const alone = keys.length === 1 ? keys[0] : undefined;
    return rekeyed(list, keys, (item) => {
      const parsed = organizationSchema.safeParse(item);
      if (!parsed.success) return undefined;
      const { primary_domain, website_url } = parsed.data;
      return (
        keys.find((key) => key === registrable(primary_domain)) ??
        keys.find((key) => key === registrable(website_url)) ??
        alone
      );
    });
  },

  derive: deriveOrganization,
};

const peopleSearch: Call = {
  endpoint: 'people_search',
  fields: ['contacts'],
  // The stubs do not say whose people they are: one company a request.
  batchSize: 1,
  creditsPerMatch: 0,
  creditsPerMiss: 0,

  request([domain], access, settings) {
    const query = new URLSearchParams([['q_organization_domains_list[]', domain ?? '']]);
    for (const title of settings.contacts.titles) query.append('person_titles[]', title);
    query.append('page', '1');
    query.append('per_page', '25');
    return call(access, 'POST', `/mixed_people/api_search?${query}`);
  },

  read(answer, keys) {
    const failure = failureOf(answer);
    if (failure) return sameForAll(keys, failure);
    const people = listOf(answer.json, 'people');
    if (people === null) return sameForAll(keys, { kind: 'malformed', detail: 'no people in the answer' });
    return sameForAll(keys, people.length > 0 ? MATCHED : NO_MATCH, people.length > 0 ? { people } : null);
  },

  derive: () => ({}),

  leadsTo: {
    endpoint: 'person',
    most: (settings) => settings.contacts.maxPerCompany,
    keys: (body, domain, settings) =>
      pickPeople(listOf(body, 'people') ?? [], settings).map((id) => `${domain}/${id}`),
  },
};

const person: Call = {
  endpoint: 'person',
  fields: [],
  batchSize: 10,
  creditsPerMatch: 1,
  creditsPerMiss: 0,

  request: (keys, access) =>
    keys.length === 1
      ? call(access, 'POST', `/people/match?${new URLSearchParams({ id: idOf(keys[0] ?? '') })}`)
      : call(access, 'POST', '/people/bulk_match', { details: keys.map((key) => ({ id: idOf(key) })) }),

  read(answer, keys) {
    const failure = failureOf(answer);
    if (failure) return sameForAll(keys, failure);
    const list =
      listOf(answer.json, 'matches') ?? (isObject(answer.json) ? [property(answer.json, 'person')] : null);
    if (list === null) return sameForAll(keys, { kind: 'malformed', detail: 'no person in the answer' });
    const alone = keys.length === 1 ? keys[0] : undefined;
    return rekeyed(list, keys, (item) => {
      const id = property(item, 'id');
      return typeof id === 'string' ? (keys.find((key) => idOf(key) === id) ?? alone) : alone;
    });
  },

  derive(body, key, observedAt) {
    const row = contactRow(body, key.slice(0, key.indexOf('/')), observedAt);
    return row ? { found_contacts: [row] } : {};
  },
};

export const apollo: Provider = {
  name: 'apollo',
  envKey: 'APOLLO_API_KEY',
  steps: ['firmographic', 'techstack', 'contacts'],
  calls: [organization, peopleSearch, person],
};

function call(access: Access, method: 'GET' | 'POST', path: string, body?: unknown) {
  const headers: Record<string, string> = {
    'x-api-key': access.apiKey,
    accept: 'application/json',
    'cache-control': 'no-cache',
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return {
    url: `${access.baseUrl ?? BASE}${path}`,
    method,
    headers,
    purpose: 'api' as const,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function failureOf(answer: Answer): Outcome | null {
  const code = String(property(answer.json, 'error_code') ?? '');
  const words = messageOf(answer);
  if (answer.status === 422 && /insufficient credits|out of credits/i.test(words))
    return { kind: 'quota_exhausted', detail: words };
  // The retired search answers 422 for every request: asking it again per company helps nobody.
  if (answer.status === 422 && /deprecated/i.test(words)) return { kind: 'forbidden', detail: words };
  if (code === 'INVALID_ACCESS_TOKEN') return { kind: 'auth_failed', detail: code };
  const failure = statusOutcome(answer);
  if (failure) return failure;
  if (property(answer.json, 'status') === 'failed') return { kind: 'invalid_request', detail: code || words };
  return answer.json === undefined ? { kind: 'malformed', detail: 'not JSON' } : null;
}

/** Answers by what they are about, never by their place: a miss may leave a hole or none. */
function rekeyed(
  list: readonly unknown[],
  keys: readonly string[],
  keyOf: (item: unknown) => string | undefined,
): Map<string, KeyAnswer> {
  const answers = sameForAll(keys, NO_MATCH);
  for (const item of list) {
    if (!isObject(item)) continue;
    const key = keyOf(item);
    if (key !== undefined && answers.get(key)?.outcome.kind === 'no_match')
      answers.set(key, { outcome: MATCHED, body: item });
  }
  return answers;
}

function listOf(value: unknown, name: string): unknown[] | null {
  const list = property(value, name);
  return Array.isArray(list) ? list : null;
}

/** An object with something in it: `{}` is how some misses look. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function deriveOrganization(
  body: unknown,
  domain: string,
  observedAt: string,
  settings: Settings,
): Partial<EnrichmentRows> {
  const parsed = organizationSchema.safeParse(body);
  if (!parsed.success) return {};
  const o = parsed.data;
  const current = o.current_technologies ?? [];
  const named = new Set(current.map((technology) => technology.name.toLowerCase()));
  const more = (o.technology_names ?? []).filter((name) => !named.has(name.toLowerCase()));
  return {
    firmographics: [
      {
        domain,
        provider: 'apollo',
        name: tidy(o.name),
        legal_name: null,
        employees: employeeCount(o.estimated_num_employees),
        employees_min: null,
        employees_max: null,
        revenue_usd: dollars(o.annual_revenue),
        revenue_min_usd: null,
        revenue_max_usd: null,
        founded_year: foundedYear(o.founded_year),
        naics_code: longestCode(o.naics_codes),
        sic_code: longestCode(o.sic_codes),
        ownership: tidy(o.publicly_traded_symbol) ? 'public' : null,
        parent_domain: registrable(o.owned_by_organization?.website_url),
        parent_name: tidy(o.owned_by_organization?.name),
        phone_e164: e164(o.primary_phone?.sanitized_number ?? o.primary_phone?.number ?? o.phone),
        street: tidy(o.street_address),
        city: tidy(o.city),
        state: stateCode(o.state),
        postal_code: tidy(o.postal_code),
        country: countryCode(o.country),
        linkedin_url: linkedinCompany(o.linkedin_url),
        description: tidy(o.short_description),
        confidence: registrable(o.primary_domain) === domain ? 0.85 : 0.65,
        observed_at: observedAt,
      },
    ],
    technologies: technologyRows(
      [
        ...current.map((t) => ({ name: t.name, category: t.category ?? null })),
        ...more.map((name) => ({ name, category: null })),
      ].map((t) => ({ ...t, live: true, firstSeen: null, lastSeen: null })),
      { domain, provider: 'apollo', observedAt, vendors: settings.vendors },
    ),
  };
}
