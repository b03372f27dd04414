/** Holds the lease of a partition until it is killed: `hold-lease.ts <lake> <job> <association>`. */
import { acquireLease } from '../../lib/lake/lease.js';

const [root, jobId, association] = process.argv.slice(2);
await acquireLease(root!, { jobId: jobId!, association: association!, recipe: 'extract', now: new Date() });
process.stdout.write('held\n');
process.stdin.resume(); // lives as long as the test does
process.stdin.on('end', () => process.exit());
