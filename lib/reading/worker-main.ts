/** A worker that reads pages: questions come in by message, answers go back under the same number. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.js';
import { inspectPage, type PageContext, pageQuestion } from '../inspect/page.js';

export interface WorkerAnswer {
  number: number;
  answer?: object;
  error?: string;
}

const context = workerData as PageContext;
const port = parentPort!;

port.on('message', async ({ number, question }: { number: number; question: unknown }) => {
  const reply: WorkerAnswer = { number };
  try {
    reply.answer = await inspectPage(pageQuestion.parse(question), context);
  } catch (error) {
    reply.error = messageOf(error);
  }
  port.postMessage(reply);
});
