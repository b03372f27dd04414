/**
 * Readers for a phase. Few pages are read where one is, since a worker takes half a second to start; many go to
 * workers, which the associations of a run share.
 */
import { messageOf, SkipRecord } from '../errors.js';
import { breathe } from '../harness/breathe.js';
import type { PageRecords, PageVerdict, ReadingContext } from '../records/read.js';
import { openReadingPool, type PoolOptions, type ReadingPool } from './pool.js';
import type { StoredPage } from './stored.js';

/** Fewer pages than this are read faster in the main thread than workers start. */
const FEW_PAGES = 120;
/** A longer body goes to a worker in any case, where a deadline can be kept, characters. */
const LONG_BODY = 500_000;
/** How long the main thread may read before signals, timers and the screen get their turn, ms. */
const TURN_MS = 40;
/** Idle workers are kept this long: the next phase or association will want them, ms. */
const LINGER_MS = 2_000;

export interface Readers {
  /** Rejects with `SkipRecord` where the page cannot be read. */
  records(page: StoredPage): Promise<PageRecords>;
  verdict(page: StoredPage): Promise<PageVerdict>;
  /** How many pages are worth being under way at once. */
  width: number;
  close(): void;
}

export async function openReaders(
  pages: number,
  context: ReadingContext,
  options: PoolOptions,
): Promise<Readers> {
  const pool = borrow(options);
  const few = pages < FEW_PAGES && !pool.warm();
  const here = few ? await import('../records/read.js') : null;
  let since = performance.now();
  const turn = async () => {
    if (performance.now() - since < TURN_MS) return;
    await breathe();
    since = performance.now();
  };
  const inMain = (page: StoredPage) => (page.body?.length ?? 0) < LONG_BODY;
  return {
    async records(page) {
      if (!here || !inMain(page)) return pool.use().run('records', context, page);
      await turn();
      return skipping(() => here.recordsOf(page, context));
    },
    async verdict(page) {
      if (!here || !inMain(page)) return pool.use().run('verdict', context, page);
      await turn();
      return skipping(() => here.verdictOf(page, context));
    },
    width: few ? 1 : pool.use().width,
    close: pool.giveBack,
  };
}

/** What a reader throws is the page's fault, here as in a worker. */
function skipping<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw new SkipRecord(messageOf(error), { code: 'UNREADABLE', cause: error });
  }
}

export interface Outcome<P, R> {
  page: P;
  result: R | null;
  /** Why the page could not be read. */
  error: SkipRecord | null;
}

/**
 * Does the work on all pages, several at once; outcomes come in the order of the pages. A page that cannot be read is
 * one of them; any other error ends it.
 */
export async function* inOrder<P, R>(
  lots: AsyncIterable<readonly P[]>,
  width: number,
  work: (page: P) => Promise<R>,
): AsyncGenerator<Outcome<P, R>> {
  const waiting: Promise<{ page: P; result: R | null; error: unknown }>[] = [];
  const next = async (): Promise<Outcome<P, R>> => {
    const { page, result, error } = await waiting.shift()!;
    if (error !== null && !(error instanceof SkipRecord)) throw error;
    return { page, result, error };
  };
  for await (const lot of lots) {
    for (const page of lot) {
      waiting.push(
        work(page).then(
          (result) => ({ page, result, error: null }),
          (error: unknown) => ({ page, result: null, error }),
        ),
      );
      if (waiting.length >= width) yield await next();
    }
  }
  while (waiting.length > 0) yield await next();
}

/** The run's one pool for each set of options. */
const pools = new Map<string, { pool: ReadingPool; users: number; linger: NodeJS.Timeout | null }>();

function borrow(options: PoolOptions) {
  const key = JSON.stringify(options);
  let mine: ReadingPool | null = null;
  return {
    warm: () => pools.has(key),
    use(): ReadingPool {
      if (mine) return mine;
      let shared = pools.get(key);
      if (!shared) {
        shared = { pool: openReadingPool(options), users: 0, linger: null };
        pools.set(key, shared);
      }
      if (shared.linger) clearTimeout(shared.linger);
      shared.linger = null;
      shared.users += 1;
      shared.pool.hold(true);
      mine = shared.pool;
      return mine;
    },
    giveBack(): void {
      const shared = pools.get(key);
      if (!mine || !shared) return;
      mine = null;
      shared.users -= 1;
      if (shared.users > 0) return;
      shared.pool.hold(false); // a process that has nothing else to do may end
      shared.linger = setTimeout(() => {
        pools.delete(key);
        void shared.pool.close();
      }, LINGER_MS);
      shared.linger.unref();
    },
  };
}
