/**
 * ENRICHMENT: asks providers and the companies' own sites about every company once. Every answer is a row of the
 * ledger, `provider_responses`; a fresh one is never bought again.
 *
 * reads   extracted_companies, provider_responses (of every run)
 * writes  provider_responses, firmographics, technologies, found_contacts
 */
import { loadFingerprints, loadVendors } from '../lib/config.js';
import { companiesToEnrich } from '../lib/enrichment/companies.js';
import { openLedger, waitForTurn } from '../lib/enrichment/ledger.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { PhaseContext, Recipe } from '../lib/harness/recipe.js';
import type { RowOf } from '../lib/lake/partition.js';
import type { TableName } from '../lib/lake/tables/index.js';
import { enrich as askProviders } from '../lib/providers/enrich.js';
import { erpMatcher } from '../lib/providers/erp.js';
import { providers } from '../lib/providers/index.js';
import { stepsOf } from '../lib/providers/provider.js';
import { readSites } from '../lib/providers/site.js';

export const enrich: Recipe = {
  phase: 'ENRICHMENT',
  name: 'enrich',
  version: 1,
  code: ['lib/providers'],
  grain: 'association',
  summary: 'Firmographics, technology and contacts from providers and company sites; pays once.',
  reads: ['extracted_companies'],
  writes: ['provider_responses', 'firmographics', 'technologies', 'found_contacts', 'dead_letters'],
  network: true,
  collects: true,
  settings: async ({ config, options, env }) => ({
    steps: options.enrichment,
    providers: config.agents.providers,
    vendors: await loadVendors(config),
    fingerprints: await loadFingerprints(config),
    keys: providers.filter((p) => env[p.envKey]).map((p) => p.name),
  }),

  async run(phase) {
    const {
      config,
      lake,
      web,
      clock,
      signal,
      dryRun,
      options,
      secret,
      step,
      progress,
      count,
      deadLetter,
      assert,
      log,
    } = phase;
    const steps = stepsOf(options.enrichment);
    const vendors = erpMatcher(await loadVendors(config));
    const firmographics: RowOf<'firmographics'>[] = [];
    const technologies: RowOf<'technologies'>[] = [];
    const contacts: RowOf<'found_contacts'>[] = [];

    await lake.write('dead_letters', []); // what failed before is asked again, and fails anew or not
    step('Wait for the ledger');
    const turn = await waitForTurn(phase); // two runs that ask about one company at once would pay twice
    try {
      const companies = await companiesToEnrich(lake);
      const ledger = await openLedger(phase);

      step('Ask providers');
      const answers = askProviders({
        companies,
        steps,
        providers,
        keys: Object.fromEntries(providers.map((p) => [p.envKey, secret(p.envKey) ?? undefined])),
        config: config.agents.providers,
        vendors,
        fetch: web.fetch,
        ledger,
        clock,
        signal,
        dryRun,
        onNotice: (notice) => phase.notice(notice.code, notice.message),
      });
      for await (const batch of answers) {
        firmographics.push(...batch.firmographics);
        technologies.push(...batch.technologies);
        contacts.push(...batch.found_contacts);
        for (const entry of batch.entries) {
          if (
            entry.outcome === 'upstream_error' ||
            entry.outcome === 'malformed' ||
            entry.outcome === 'rate_limited'
          ) {
            deadLetter({
              subject: `${entry.provider}:${entry.request_key}`,
              code: entry.outcome.toUpperCase(),
              error: `${entry.provider} ${entry.endpoint} did not answer usefully (${entry.http_status ?? 'no status'})`,
              input: { provider: entry.provider, key: entry.request_key },
              retryable: true,
            });
          }
        }
        progress(batch.progress.done, companies.length, 'companies');
        if (batch.provider === '')
          for (const [name, spent] of Object.entries(batch.progress.by_provider)) {
            count(`${name} calls`, spent.requests);
            count(`${name} from the ledger`, spent.from_ledger);
            log.info({ provider: name, ...spent }, 'provider');
          }
      }

      if (steps.includes('techstack')) {
        step('Read company sites');
        const tables = {
          vendors,
          fingerprints: await loadFingerprints(config),
          minConfidence: config.agents.providers.site.min_confidence,
        };
        let read = 0;
        const reachable = companies.filter((company) => company.website !== null);
        for await (const site of readSites({
          companies: reachable,
          config: config.agents.providers.site,
          tables,
          fetch: web.fetch,
          ledger,
          clock,
          signal,
          dryRun,
        })) {
          technologies.push(...site.technologies);
          count(`sites ${site.status.kind}`);
          progress(++read, reachable.length, 'sites');
        }
      }
    } finally {
      await turn.release();
    }

    step('Write');
    const keep = async <N extends 'firmographics' | 'technologies' | 'found_contacts'>(
      table: N,
      rows: Iterable<RowOf<N>>,
    ) => {
      const before = rowsHeld(phase, table);
      const now = await lake.write(table, rows);
      count(table, now);
      // A provider that fails for a while must not empty a column.
      assert(
        `${table} not gone blank`,
        before < 20 || now >= before / 2,
        now,
        `at least half of the ${before} of the last good run`,
      );
    };
    // What was not asked for is left as it is.
    if (steps.includes('firmographic'))
      await keep(
        'firmographics',
        unique(firmographics, (r) => `${r.domain}|${r.provider}`),
      );
    if (steps.includes('techstack'))
      await keep(
        'technologies',
        unique(technologies, (r) => `${r.domain}|${r.name}|${r.provider}`),
      );
    if (steps.includes('contacts'))
      await keep(
        'found_contacts',
        unique(contacts, (r) => `${r.domain}|${r.full_name}|${r.provider}`),
      );
  },
};

/** Rows that the last good run of this association left in a table. */
function rowsHeld({ store, association }: PhaseContext, table: TableName): number {
  const last = store.checkpointsOf(table, { association: association.code }).at(-1);
  return last?.tables[table]?.parts.reduce((sum, part) => sum + part.rows, 0) ?? 0;
}

/** One row a key, the surest. */
function unique<T extends { confidence: number | null }>(
  rows: readonly T[],
  key: (row: T) => string,
): Iterable<T> {
  const best = new Map<string, T>();
  for (const row of rows) {
    const before = best.get(key(row));
    if (!before || (row.confidence ?? 0) > (before.confidence ?? 0)) best.set(key(row), row);
  }
  return best.values();
}

runAsCommand(enrich, import.meta.url);
