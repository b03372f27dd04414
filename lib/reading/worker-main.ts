/** A worker that reads pages: work comes in by message, answers go back under the same number. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../errors.js';
import { type Work, works } from './work.js';

/** What the pool sends: what is the same for many pages once, then pages. */
export type ToWorker =
  | { context: number; value: unknown }
  | { number: number; work: Work; context: number; input: unknown };

export interface FromWorker {
  /** 0: ready for the first page. */
  number: number;
  answer?: object;
  error?: string;
}

const contexts = new Map<number, unknown>();
const port = parentPort!;
const reply = (message: FromWorker) => port.postMessage(message);

async function answer(message: ToWorker): Promise<void> {
  if ('value' in message) {
    contexts.set(message.context, message.value);
    return;
  }
  const { number, work, context, input } = message;
  try {
    reply({ number, answer: await works[work](input as never, contexts.get(context) as never) });
  } catch (error) {
    reply({ number, error: messageOf(error) });
  }
}

// One page after the other: one that waits for its file must not be overtaken, since its deadline has begun.
let last = Promise.resolve();
port.on('message', (message: ToWorker) => {
  last = last.then(() => answer(message));
});
reply({ number: 0 });
