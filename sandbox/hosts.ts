/** Which site answers under which host name. */
import { APOLLO_HOST, apolloApi } from './apis/apollo.js';
import { BUILTWITH_HOST, builtwithApi } from './apis/builtwith.js';
import { CLEARBIT_HOSTS, clearbitApi } from './apis/clearbit.js';
import type { ApiContext } from './apis/directory.js';
import { makeWindows } from './apis/keys.js';
import { CODES } from './associations.js';
import { hostileHosts } from './hostile/hosts.js';
import type { Company } from './population.js';
import type { Site } from './reply.js';
import { companyReply } from './sites/company.js';
import { FACTS } from './sites/registry.js';
import type { World } from './world.js';

export type HostOptions = {
  /** Multiplies the providers' request limits. */
  limitFactor?: number;
  now?: () => number;
};

/** The hosts of a world; the control host is not among them. */
export function makeHosts(world: World, options: HostOptions): Map<string, Site> {
  const sites = new Map<string, Site>();
  const byDomain = new Map<string, Company>();
  for (const company of world.companies) {
    const site: Site = (request) => companyReply(world, company, request);
    for (const domain of [company.domain, company.formerDomain]) {
      if (domain === null) continue;
      byDomain.set(domain, company);
      sites.set(domain, site).set(`www.${domain}`, site);
    }
  }
  for (const code of CODES) {
    for (const [host, site] of FACTS[code].sites(world)) {
      sites.set(host, site);
      if (host.startsWith('www.')) sites.set(host.slice(4), site);
    }
  }
  for (const [host, site] of hostileHosts()) sites.set(host, site);
  const context: ApiContext = {
    world,
    byDomain,
    windows: makeWindows(options.now ?? Date.now),
    limitFactor: options.limitFactor ?? 1,
    asked: new Map(),
    spent: new Map(),
  };
  const clearbit = clearbitApi(context);
  for (const host of CLEARBIT_HOSTS) sites.set(host, clearbit);
  return sites.set(APOLLO_HOST, apolloApi(context)).set(BUILTWITH_HOST, builtwithApi(context));
}

/** The hosts of the ten associations, bare domains included. */
export const associationHosts = (world: World): Set<string> =>
  new Set(
    CODES.flatMap((code) => FACTS[code].sites(world)).flatMap(([host]) => [host, host.replace(/^www\./, '')]),
  );
