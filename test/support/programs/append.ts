/** Appends pages to a collecting partition until it is killed; a line on stdout for each `append` that returned. */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Lake } from '../../../lib/lake/lake.js';
import { page, specOf } from '../rows.js';

const [root = '', first = '0', bytes = '200'] = process.argv.slice(2);
const lake = await Lake.open({ root });
const about = { phase: 'DISCOVERY', association: 'PMA', recipe: 'discover' };
await lake.lease({ jobId: 'job-1', association: 'PMA', recipe: 'discover', now: new Date() });
const before = lake.checkpoint({ jobId: 'job-1', phase: 'DISCOVERY', association: 'PMA', status: 'running' });
const partition = await lake.partition({ ...specOf(about), now: () => new Date() }, [], before);
await partition.recover(before);
writeSync(1, 'ready\n');
for (let i = Number(first); ; i += 1) {
  partition.append({ pages: [page(`https://www.pma.org/${i}`, { body: 'x'.repeat(Number(bytes)) })] });
  writeSync(1, `${i}\n`);
  if (i % 5 === 0) await delay(1);
  if (i % 100 === 0) await partition.settle();
}
