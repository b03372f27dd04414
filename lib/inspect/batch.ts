/** NDJSON in, NDJSON out: one answer a line, in the order of the questions, `id` (and `file`) passed through. */

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { messageOf } from '../errors.js';

export type Answerer = (question: Record<string, unknown>) => object | Promise<object>;

/** Questions under way at once; answers still come out in order. */
const WINDOW = 64;

/** Answers every line; a line that cannot be answered gets `error`. Returns how many did. */
export async function answerLines(
  input: Readable,
  output: Writable,
  answer: Answerer,
): Promise<{ lines: number; errors: number }> {
  const outcome = { lines: 0, errors: 0 };
  const waiting: Promise<{ line: string; failed: boolean }>[] = [];
  const flush = async () => {
    const { line, failed } = await waiting.shift()!;
    if (failed) outcome.errors += 1;
    if (!output.write(`${line}\n`)) await once(output, 'drain');
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    outcome.lines += 1;
    waiting.push(answerLine(line, outcome.lines, answer));
    if (waiting.length >= WINDOW) await flush();
  }
  while (waiting.length > 0) await flush();
  return outcome;
}

async function answerLine(
  line: string,
  number: number,
  answer: Answerer,
): Promise<{ line: string; failed: boolean }> {
  let question: Record<string, unknown>;
  try {
    question = z.record(z.string(), z.unknown()).parse(JSON.parse(line));
  } catch (error) {
    return {
      line: JSON.stringify({
        error: `line ${number} is not a JSON object: ${messageOf(error).split('\n')[0]}`,
      }),
      failed: true,
    };
  }
  const through = 'id' in question ? { id: question.id } : {};
  try {
    return { line: JSON.stringify({ ...through, ...(await answer(question)) }), failed: false };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    const file = 'file' in question ? { file: question.file } : {};
    return { line: JSON.stringify({ ...through, ...file, error: `line ${number}: ${why}` }), failed: true };
  }
}
