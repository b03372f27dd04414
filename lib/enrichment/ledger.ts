/** The ledger of provider answers, kept in the lake: what was bought in any run is known in every other. */
import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted, PartitionLocked } from '../errors.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { Lake } from '../lake/lake.js';
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
  const index = memoryLedger(await everyAnswer(store));
  return {
    find: index.find,
    async record(entries) {
      lake.append({ provider_responses: entries });
      await index.record(entries);
    },
  };
}

/**
 * Published answers, and those that only a journal holds: of a run that was killed, say. Another phase may publish its
 * journal between the two looks, so they are taken again until nothing has moved.
 */
async function everyAnswer(store: Lake): Promise<LedgerEntry[]> {
  for (;;) {
    await store.refresh();
    const before = stateOf(store);
    const published = await store.rows('provider_responses', { all: true });
    const unpublished = await store.unpublished('provider_responses');
    await store.refresh();
    if (stateOf(store) === before) return [...published, ...unpublished] as LedgerEntry[];
  }
}

const stateOf = (store: Lake): string =>
  JSON.stringify(
    store.checkpoints.filter((c) => c.phase === 'ENRICHMENT').map((c) => [c.file, c.committed_at, c.journal]),
  );
