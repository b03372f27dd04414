/** Which rate limit counts for a domain. */
import type { Config, RateLimit } from '../config.js';
import { registrableDomain } from '../web/url.js';

/** Limits of a domain: the association's own, those of all association sites, those named for the domain, the rest. */
export function limitsOf(config: Config): (domain: string) => RateLimit {
  const { rate_limits } = config.agents;
  const sites = new Map<string, RateLimit>();
  for (const association of config.associations.values()) {
    for (const url of [association.url, ...association.directory_urls, ...association.event_urls]) {
      sites.set(registrableDomain(url), association.rate_limit ?? rate_limits.association_sites);
    }
  }
  return (domain) => sites.get(domain) ?? rate_limits.domains[domain] ?? rate_limits.default;
}
