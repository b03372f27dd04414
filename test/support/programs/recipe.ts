/** A recipe of its own as a command: appends rows one by one, slowly, and commits when it has twenty. */
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runAsCommand } from '../../../lib/harness/command.js';
import type { Recipe } from '../../../lib/harness/recipe.js';
import { page } from '../rows.js';

const recipe: Recipe = {
  phase: 'DISCOVERY',
  name: 'discover',
  version: 1,
  grain: 'association',
  summary: 'Collects twenty pages.',
  reads: [],
  writes: ['pages', 'dead_letters'],
  collects: true,
  async run({ lake, signal, count, deadLetter, step }) {
    step('Collect');
    const held = await lake.query(`SELECT url FROM ${await lake.soFar('pages')}`);
    const had = new Set(held.map((r) => String(r.url)));
    for (let i = 0; i < 20; i += 1) {
      const url = `https://www.pma.org/${i}`;
      if (had.has(url)) continue;
      signal.throwIfAborted();
      lake.append({ pages: [page(url)] });
      appendFileSync(process.env.WITNESS!, `${i}\n`); // what a server would have seen
      if (i === 3) deadLetter({ subject: url, code: 'TEST', error: 'lost', retryable: true });
      await delay(Number(process.env.SLOW ?? 0));
    }
    count('pages', 20);
  },
};

runAsCommand(recipe, import.meta.url);
