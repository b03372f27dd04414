/** Publishes the seeds of one association again and again: every version is whole, and says which it is. */
import { Lake } from '../../../lib/lake/lake.js';
import { seed, specOf } from '../rows.js';

const [root = '', association = 'PMA', rounds = '10', rows = '50'] = process.argv.slice(2);
const lake = await Lake.open({ root });
for (let round = 1; round <= Number(rounds); round += 1) {
  const about = { job: `job-${association}`, phase: 'INIT', association, recipe: 'init' };
  const partition = await lake.partition({ ...specOf(about), now: () => new Date() }, [], null);
  const seeds = Array.from({ length: Number(rows) }, (_, i) => seed(`https://x.org/${i}`, round));
  await partition.write('url_queue', seeds);
  await partition.commit({ assertions: [], counts: {} });
  await partition.close();
  process.stdout.write(`${round}\n`);
}
await lake.close();
