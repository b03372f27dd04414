/** Takes turns of a domain as fast as it can, and says on the shared monotonic clock when each came. */
import { machineClock } from '../../../lib/clock.js';
import { Pacing } from '../../../lib/web/pacing.js';

const [folder = '', domain = '', perSecond = '1', times = '1'] = process.argv.slice(2);
const pacing = new Pacing(folder, machineClock());
const sent: number[] = [];
for (let i = 0; i < Number(times); i += 1)
  sent.push((await pacing.turn(domain, { requests_per_second: Number(perSecond) })).atMs);
process.stdout.write(`${JSON.stringify({ pid: process.pid, sent })}\n`);
