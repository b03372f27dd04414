/** The ledger of provider answers, kept in the lake: what was bought in any run is known in every other. */
import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted, PartitionLocked } from '../errors.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { Lease } from '../lake/lease.js';
import { type Ledger, type LedgerEntry, memoryLedger } from '../providers/ledger.js';

/** How often a waiting run looks whether the ledger is free, ms of the machine. */
const LOOK_EVERY_MS = 250;

/** One run at a time buys answers, in this process or another: two that ask about one company at once would pay twice. */
export async function waitForTurn({ store, signal }: PhaseContext): Promise<Lease> {
  for (;;) {
    if (signal.aborted) throw new Interrupted();
    try {
      return await store.lease({ jobId: 'ledger', association: null, recipe: 'enrich', now: new Date() });
    } catch (error) {
      if (!(error instanceof PartitionLocked)) throw error;
      await delay(LOOK_EVERY_MS);
    }
  }
}

/** The ledger as it stands, this run's own earlier answers included; new ones are in the journal before anybody uses them. */
export async function openLedger({ lake, store }: PhaseContext): Promise<Ledger> {
  await lake.settle();
  await store.refresh();
  const published = await store.rows('provider_responses', { all: true });
  // A run that was killed paid for answers that only its journal holds.
  const index = memoryLedger([
    ...published,
    ...(await store.unpublished('provider_responses')),
  ] as LedgerEntry[]);
  return {
    find: index.find,
    async record(entries) {
      lake.append({ provider_responses: entries });
      await index.record(entries);
    },
  };
}
