/**
 * Pages read side by side, one worker a core. A page that takes longer than its deadline, or that ends its worker, is
 * answered with an error; the others go on.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { SkipRecord } from '../errors.js';
import type { PageContext } from '../inspect/page.js';
import { packageRoot } from '../lake/package-root.js';
import type { WorkerAnswer } from './worker-main.js';

/** Longest that one page may take, ms. */
const DEADLINE_MS = 20_000;
/** Heap of one worker; a page that needs more is no page. */
const WORKER_HEAP_MB = 1_024;

interface Job {
  number: number;
  question: unknown;
  resolve(answer: object): void;
  reject(error: Error): void;
}

interface Lane {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

export interface ReadingPool {
  read(question: unknown): Promise<object>;
  close(): Promise<void>;
}

export function openReadingPool(context: PageContext, size = availableParallelism()): ReadingPool {
  const queue: Job[] = [];
  const lanes: Lane[] = [];
  let numbers = 0;
  let closing = false;

  const startLane = (lane: Lane) => {
    lane.worker = new Worker(path.join(packageRoot(), 'lib', 'reading', 'worker.mjs'), {
      workerData: context,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    });
    lane.worker.on('message', (reply: WorkerAnswer) => {
      if (lane.job?.number !== reply.number) return;
      const { job } = lane;
      free(lane);
      if (reply.answer) job.resolve(reply.answer);
      else job.reject(new SkipRecord(reply.error ?? 'no answer', { code: 'UNREADABLE' }));
      pump();
    });
    const broken = (why: string) => {
      if (closing) return;
      const { job } = lane;
      free(lane);
      job?.reject(new SkipRecord(`the reader gave up on this page: ${why}`, { code: 'READER_DIED' }));
      startLane(lane);
      pump();
    };
    lane.worker.on('error', (error) => broken(error.message));
  };

  const free = (lane: Lane) => {
    if (lane.timer) clearTimeout(lane.timer);
    lane.timer = null;
    lane.job = null;
  };

  const giveUp = (lane: Lane) => {
    const { job, worker } = lane;
    free(lane);
    worker.removeAllListeners();
    void worker.terminate();
    job?.reject(new SkipRecord(`the page took longer than ${DEADLINE_MS} ms`, { code: 'READER_DEADLINE' }));
    startLane(lane);
    pump();
  };

  const pump = () => {
    while (queue.length > 0) {
      let lane = lanes.find((l) => l.job === null);
      if (!lane && lanes.length < size) {
        lane = { worker: null as unknown as Worker, job: null, timer: null };
        startLane(lane);
        lanes.push(lane);
      }
      if (!lane) return;
      const job = queue.shift()!;
      lane.job = job;
      lane.timer = setTimeout(giveUp, DEADLINE_MS, lane);
      lane.worker.postMessage({ number: job.number, question: job.question });
    }
  };

  return {
    read: (question) =>
      new Promise((resolve, reject) => {
        queue.push({ number: ++numbers, question, resolve, reject });
        pump();
      }),
    async close() {
      closing = true;
      await Promise.all(lanes.map((lane) => lane.worker.terminate()));
    },
  };
}
