/** Three APIs on loopback as the waterfall tests need them, and a run over them. */

import { providersConfigSchema } from '../../../lib/providers/config.js';
import { type EnrichBatch, type EnrichOptions, enrich } from '../../../lib/providers/enrich.js';
import { providers as PROVIDERS } from '../../../lib/providers/index.js';
import { memoryLedger } from '../../../lib/providers/ledger.js';
import type { Notice } from '../../../lib/providers/progress.js';
import {
  type Answered,
  company,
  fakeClock,
  type Logged,
  serve,
  type TestServer,
  vendors,
} from './helpers.js';

export const KEYS = {
  CLEARBIT_API_KEY: 'key-clearbit',
  APOLLO_API_KEY: 'key-apollo',
  BUILTWITH_API_KEY: 'key-builtwith',
};
export const CONFIG = providersConfigSchema.parse({
  by_provider: { apollo: { usd_per_credit: 0.1 } },
  contacts: { titles: ['Owner', 'Plant Manager'], max_per_company: 2 },
});

export let server: TestServer;
export const closeServer = () => server.close();

/** A world of three APIs; `override` answers first. */
export async function world(override: (request: Logged) => Answered | undefined = () => undefined) {
  const clock = fakeClock();
  server = await serve((request) => override(request) ?? usual(request), clock);
  return clock;
}

function usual(request: Logged): Answered {
  const domains = [
    ...request.query.getAll('domain'),
    ...(request.body
      ? (JSON.parse(request.body).details ?? []).map((d: { domain?: string }) => d.domain)
      : []),
  ];
  if (request.path.endsWith('/organizations/bulk_enrich'))
    return {
      body: {
        organizations: domains
          .filter((d) => !d.startsWith('unknown'))
          .reverse()
          .map(organization),
      },
    };
  if (request.path.endsWith('/organizations/enrich'))
    return {
      body: { organization: domains[0]?.startsWith('unknown') ? null : organization(domains[0] ?? '') },
    };
  if (request.path.endsWith('/mixed_people/api_search')) {
    const domain = request.query.get('q_organization_domains_list[]') ?? '';
    return {
      body: {
        people: [
          { id: `${domain}-1`, title: 'Plant Manager', has_email: true },
          { id: `${domain}-2`, title: 'Welder', has_email: true },
        ],
      },
    };
  }
  if (request.path.endsWith('/people/bulk_match'))
    return {
      body: { matches: JSON.parse(request.body).details.map(({ id }: { id: string }) => person(id)) },
    };
  if (request.path.endsWith('/people/match'))
    return { body: { person: person(request.query.get('id') ?? '') } };
  if (request.host === 'api.builtwith.com') {
    const lookups = (request.query.get('LOOKUP') ?? '').split(',');
    return {
      body: {
        Results: lookups.map((Lookup) => ({
          Lookup,
          Result: { Paths: [{ LastIndexed: 1, Technologies: [{ Name: 'nginx', Tag: 'Web Server' }] }] },
        })),
        Errors: [],
      },
    };
  }
  return {
    body: {
      name: `C ${domains[0]}`,
      domain: domains[0],
      foundedYear: 1950,
      category: { naics6Codes2022: ['332710'] },
      metrics: { employeesRange: '11-50', estimatedAnnualRevenue: '$1M-$10M' },
    },
  };
}
const organization = (domain: string) => ({
  name: domain,
  primary_domain: domain,
  estimated_num_employees: 50,
  annual_revenue: 1e6,
  founded_year: 1990,
  technology_names: ['NetSuite'],
});
const person = (id: string) => ({
  id,
  name: `Person ${id}`,
  title: 'Plant Manager',
  organization: { primary_domain: id.split('-')[0] },
});

export async function run(
  clock: ReturnType<typeof fakeClock>,
  more: Partial<EnrichOptions> & Pick<EnrichOptions, 'companies' | 'steps'>,
) {
  const notices: Notice[] = [];
  const batches: EnrichBatch[] = [];
  const ledger = more.ledger ?? memoryLedger();
  for await (const batch of enrich({
    providers: PROVIDERS,
    keys: KEYS,
    config: CONFIG,
    vendors,
    fetch: server.fetch,
    ledger,
    clock,
    onNotice: (n) => notices.push(n),
    ...more,
  }))
    batches.push(batch);
  const last = batches.at(-1) as EnrichBatch;
  return {
    batches,
    notices,
    ledger,
    progress: last.progress,
    entries: batches.flatMap((b) => b.entries),
    firmographics: batches.flatMap((b) => b.firmographics),
    technologies: batches.flatMap((b) => b.technologies),
    contacts: batches.flatMap((b) => b.found_contacts),
  };
}
export const companies = (...domains: string[]) => domains.map((d) => company(d));
export const many = (n: number, prefix = 'c') =>
  companies(...Array.from({ length: n }, (_, i) => `${prefix}${i}.com`));
