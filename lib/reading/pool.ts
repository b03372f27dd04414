/**
 * Pages read side by side, one worker a core. A page that takes longer than its deadline, or that ends its worker, is
 * answered with an error; the others go on.
 */
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { EnvironmentError, SkipRecord } from '../errors.js';
import { packageRoot } from '../lake/package-root.js';
import type { Work, works } from './work.js';
import type { FromWorker, ToWorker } from './worker-main.js';

/** Wall time stands for work only while the machine has a core for each who works; else a deadline is that much longer. */
const stretched = (ms: number) => ms * Math.max(1, loadavg()[0]! / availableParallelism());

export interface PoolOptions {
  workers?: number;
  /** Longest that one page may take, ms; counted from when a worker that is ready takes it up. */
  deadlineMs: number;
  /** Heap of one worker, MB; a page that needs more is no page. */
  heapMb?: number;
}

/** Room for the tree of any page that a site sends to people. */
const HEAP_MB = 256;
/** Less garbage lies about than with Node's own 48 MB. */
const YOUNG_HEAP_MB = 12;
/** Jobs that lie at a worker: one in work, one at hand, so that it never waits for the main thread. */
const AT_HAND = 2;

interface Job {
  number: number;
  work: Work;
  context: object;
  input: unknown;
  resolve(answer: never): void;
  reject(error: Error): void;
}

interface Lane {
  worker: Worker;
  ready: boolean;
  /** The first is in work. */
  jobs: Job[];
  /** Contexts that the worker has been told. */
  told: Set<number>;
  timer: NodeJS.Timeout | null;
}

export interface ReadingPool {
  /** Does one page's work in a worker; rejects with `SkipRecord` when the page is too much for it. */
  run<W extends Work>(
    work: W,
    context: Parameters<(typeof works)[W]>[1],
    input: Parameters<(typeof works)[W]>[0],
  ): Promise<Awaited<ReturnType<(typeof works)[W]>>>;
  /** How many pages are worth being under way at once. */
  readonly width: number;
  /** Whether the process stays for the workers' sake. */
  hold(held: boolean): void;
  close(): Promise<void>;
}

export function openReadingPool(options: PoolOptions): ReadingPool {
  const { deadlineMs, workers: size = availableParallelism(), heapMb = HEAP_MB } = options;
  const queue: Job[] = [];
  const lanes: Lane[] = [];
  const contexts = new Map<object, number>();
  let numbers = 0;
  let closing = false;
  let held = true;

  const open = (): Lane => {
    const lane: Lane = {
      worker: new Worker(path.join(packageRoot(), 'lib', 'reading', 'worker.mjs'), {
        resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
      }),
      ready: false,
      jobs: [],
      told: new Set(),
      timer: null,
    };
    const { worker } = lane;
    if (!held) worker.unref();
    worker.on('message', (reply: FromWorker) => answered(lane, reply));
    worker.on('error', (error) => lost(lane, error.message));
    worker.on('exit', () => lost(lane, 'it ended'));
    return lane;
  };

  const answered = (lane: Lane, reply: FromWorker) => {
    if (reply.number === 0) lane.ready = true;
    else {
      const [job] = lane.jobs;
      if (job?.number !== reply.number) return lost(lane, 'it answered out of turn');
      lane.jobs.shift();
      if (reply.answer) job.resolve(reply.answer as never);
      else job.reject(new SkipRecord(reply.error ?? 'no answer', { code: 'UNREADABLE' }));
    }
    watch(lane);
    pump();
  };

  /** A worker is gone: the page in work goes with it, those at hand go back to the queue. */
  const lost = (lane: Lane, why: string, code = 'READER_DIED') => {
    if (closing || !lanes.includes(lane)) return;
    lanes.splice(lanes.indexOf(lane), 1);
    if (lane.timer) clearTimeout(lane.timer);
    lane.worker.removeAllListeners();
    lane.worker.on('error', () => undefined);
    void lane.worker.terminate();
    const [culprit, ...others] = lane.jobs;
    queue.unshift(...others);
    if (!lane.ready) {
      // Not a page's fault, and the next worker would fare no better.
      const error = new EnvironmentError(`A reading worker did not start: ${why}`, { code: 'NO_READER' });
      for (const job of [...(culprit ? [culprit] : []), ...queue.splice(0)]) job.reject(error);
      return;
    }
    culprit?.reject(new SkipRecord(`the reader gave up on this page: ${why}`, { code }));
    pump();
  };

  const watch = (lane: Lane) => {
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer =
      lane.ready && lane.jobs.length > 0
        ? setTimeout(
            lost,
            stretched(deadlineMs),
            lane,
            `it took longer than ${deadlineMs} ms`,
            'READER_DEADLINE',
          )
        : null;
    if (lane.timer && !held) lane.timer.unref();
  };

  const pump = () => {
    while (queue.length > 0) {
      let lane = lanes.find((l) => l.jobs.length === 0);
      if (!lane && lanes.length < size) {
        lane = open();
        lanes.push(lane);
      }
      lane ??= lanes.find((l) => l.jobs.length < AT_HAND);
      if (!lane) return;
      give(lane, queue.shift()!);
    }
  };

  const give = (lane: Lane, job: Job) => {
    const post = (message: ToWorker) => lane.worker.postMessage(message);
    let context = contexts.get(job.context);
    if (context === undefined) {
      context = contexts.size + 1;
      contexts.set(job.context, context);
    }
    if (!lane.told.has(context)) {
      lane.told.add(context);
      post({ context, value: job.context });
    }
    post({ number: job.number, work: job.work, context, input: job.input });
    lane.jobs.push(job);
    if (lane.jobs.length === 1) watch(lane);
  };

  return {
    width: size * AT_HAND + 2,
    run: (work, context, input) =>
      new Promise((resolve, reject) => {
        queue.push({ number: ++numbers, work, context, input, resolve, reject });
        pump();
      }),
    hold(wanted) {
      held = wanted;
      for (const { worker } of lanes) {
        if (held) worker.ref();
        else worker.unref();
      }
    },
    async close() {
      closing = true;
      for (const { timer } of lanes) if (timer) clearTimeout(timer);
      await Promise.all(lanes.map((lane) => lane.worker.terminate()));
    },
  };
}
