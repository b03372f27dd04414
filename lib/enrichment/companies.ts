/** Whom to enrich: one entry a domain, since a domain is the key of every provider. */
import type { Partition } from '../lake/partition.js';
import type { Company } from '../providers/provider.js';

export async function companiesToEnrich(lake: Partition): Promise<Company[]> {
  await lake.runFile('enrich/companies.sql');
  return (await lake.query('SELECT * FROM companies_to_enrich ORDER BY domain')) as unknown as Company[];
}
