/**
 * Clearbit Enrichment API, company lookup by domain. A legacy service: keys are no longer issued, old ones may work.
 * Source: Clearbit Enrichment API v2, `GET company.clearbit.com/v2/companies/find`. No batch endpoint.
 */
import { z } from 'zod';
import { type Answer, property, statusOutcome } from './answer.js';
import { MATCHED, NO_MATCH, type Outcome } from './outcome.js';
import {
  type Call,
  type EnrichmentRows,
  FIRMOGRAPHIC_FIELDS,
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
  parseBand,
  registrable,
  stateCode,
  tidy,
} from './units.js';

const BASE = 'https://company.clearbit.com';
/** A queued lookup takes seconds to a minute; Clearbit says nothing of when to come back. */
const QUEUED_MS = 10_000;

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const texts = z.array(z.string()).nullish().catch(null);

const companySchema = z.looseObject({
  name: text,
  legalName: text,
  domain: text,
  description: text,
  foundedYear: number,
  phone: text,
  type: text,
  site: z.looseObject({ phoneNumbers: texts }).nullish().catch(null),
  category: z
    .looseObject({
      sicCode: text,
      sic4Codes: texts,
      naicsCode: text,
      naics6Codes: texts,
      naics6Codes2022: texts,
    })
    .nullish()
    .catch(null),
  geo: z
    .looseObject({
      streetAddress: text,
      streetNumber: text,
      streetName: text,
      city: text,
      postalCode: text,
      state: text,
      stateCode: text,
      country: text,
      countryCode: text,
    })
    .nullish()
    .catch(null),
  linkedin: z.looseObject({ handle: text }).nullish().catch(null),
  metrics: z
    .looseObject({
      employees: number,
      employeesRange: text,
      annualRevenue: number,
      estimatedAnnualRevenue: text,
    })
    .nullish()
    .catch(null),
  /** Payloads before 2020 had it here. */
  employees: number,
  tech: texts,
  parent: z.looseObject({ domain: text }).nullish().catch(null),
});

const company: Call = {
  endpoint: 'company',
  fields: [...FIRMOGRAPHIC_FIELDS, 'technologies'],
  batchSize: 1,
  creditsPerMatch: 1,
  creditsPerMiss: 0,

  request: ([domain], access) => ({
    url: `${access.baseUrl ?? BASE}/v2/companies/find?${new URLSearchParams({ domain: domain ?? '' })}`,
    headers: { authorization: `Bearer ${access.apiKey}`, accept: 'application/json' },
    purpose: 'api',
  }),

  read(answer, keys) {
    const failure = failureOf(answer);
    if (failure) return sameForAll(keys, failure);
    // A combined lookup that was stubbed may answer 200 with null.
    if (answer.json === null) return sameForAll(keys, NO_MATCH);
    const parsed = companySchema.safeParse(answer.json);
    if (!parsed.success || !('domain' in parsed.data || 'name' in parsed.data)) {
      return sameForAll(keys, { kind: 'malformed', detail: 'not a company object' }, answer.json ?? null);
    }
    return sameForAll(keys, MATCHED, answer.json);
  },

  derive: deriveCompany,
};

export const clearbit: Provider = {
  name: 'clearbit',
  envKey: 'CLEARBIT_API_KEY',
  steps: ['firmographic', 'techstack'],
  calls: [company],
};

function failureOf(answer: Answer): Outcome | null {
  const type = String(property(property(answer.json, 'error'), 'type') ?? '');
  if (answer.status === 202 || type === 'queued') {
    return { kind: 'pending', retryAt: new Date(Date.parse(answer.at) + QUEUED_MS).toISOString() };
  }
  if (type === 'unknown_record' || answer.status === 404) return NO_MATCH;
  if (type === 'over_quota') return { kind: 'quota_exhausted', detail: 'over_quota' };
  const failure = statusOutcome(answer);
  if (failure) return failure;
  return type ? { kind: 'upstream_error', detail: `error in a 200 answer: ${type.slice(0, 80)}` } : null;
}

function deriveCompany(
  body: unknown,
  domain: string,
  observedAt: string,
  settings: Settings,
): Partial<EnrichmentRows> {
  const parsed = companySchema.safeParse(body);
  if (!parsed.success) return {};
  const c = parsed.data;
  const staff = parseBand(c.metrics?.employeesRange);
  const revenue = parseBand(c.metrics?.estimatedAnnualRevenue);
  const street = c.geo?.streetAddress ?? [c.geo?.streetNumber, c.geo?.streetName].filter(Boolean).join(' ');
  return {
    firmographics: [
      {
        domain,
        provider: 'clearbit',
        name: tidy(c.name),
        legal_name: tidy(c.legalName),
        employees: employeeCount(c.metrics?.employees ?? c.employees),
        employees_min: staff?.min ?? null,
        employees_max: staff?.max ?? null,
        revenue_usd: dollars(c.metrics?.annualRevenue),
        revenue_min_usd: revenue?.min ?? null,
        revenue_max_usd: revenue?.max ?? null,
        founded_year: foundedYear(c.foundedYear),
        naics_code: longestCode(c.category?.naics6Codes2022, c.category?.naics6Codes, [
          c.category?.naicsCode,
        ]),
        sic_code: longestCode(c.category?.sic4Codes, [c.category?.sicCode]),
        ownership: tidy(c.type)?.toLowerCase() ?? null,
        parent_domain: registrable(c.parent?.domain),
        parent_name: null,
        phone_e164: e164(c.phone) ?? e164(c.site?.phoneNumbers?.[0]),
        street: tidy(street),
        city: tidy(c.geo?.city),
        state: stateCode(c.geo?.stateCode ?? c.geo?.state),
        postal_code: tidy(c.geo?.postalCode),
        country: countryCode(c.geo?.countryCode ?? c.geo?.country),
        linkedin_url: linkedinCompany(c.linkedin?.handle),
        description: tidy(c.description),
        // The service has not grown since 2023: its figures age.
        confidence: 0.7,
        observed_at: observedAt,
      },
    ],
    technologies: technologyRows(
      (c.tech ?? []).map((name) => ({
        name: readable(name),
        category: null,
        live: true,
        firstSeen: null,
        lastSeen: null,
      })),
      { domain, provider: 'clearbit', observedAt, vendors: settings.vendors },
    ),
  };
}

/** `microsoft_office_365` as people write it. */
function readable(slug: string): string {
  return /[A-Z ]/.test(slug)
    ? slug
    : slug
        .split('_')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(' ');
}
