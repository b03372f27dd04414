/** Takes the lease of a partition and keeps it until the process ends; exits with 3 when somebody else has it. */
import { PartitionLocked } from '../../../lib/errors.js';
import { acquireLease } from '../../../lib/lake/lease.js';

const [root = '', association = 'PMA', mode = 'hold'] = process.argv.slice(2);
try {
  const lease = await acquireLease(root, {
    jobId: 'job-1',
    association,
    recipe: 'discover',
    now: new Date('2026-01-01T00:00:00Z'),
  });
  process.stdout.write('held\n');
  if (mode === 'release') await lease.release();
  else setInterval(() => undefined, 1000);
} catch (error) {
  if (!(error instanceof PartitionLocked)) throw error;
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 3;
}
