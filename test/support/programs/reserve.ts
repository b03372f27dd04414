/** Reserves slots of a domain as fast as it can, and says on the shared monotonic clock when each may be used. */
import type { Clock } from '../../../lib/clock.js';
import { machineClock } from '../../../lib/clock.js';
import { Pacing } from '../../../lib/web/pacing.js';

const [folder = '', domain = '', perSecond = '1', times = '1'] = process.argv.slice(2);
const machine = machineClock();
let now = 0;
const clock: Clock = {
  ...machine,
  monotonicMs: () => {
    now = machine.monotonicMs();
    return now;
  },
};
const pacing = new Pacing(folder, clock);
const starts: number[] = [];
for (let i = 0; i < Number(times); i += 1) {
  let read = 0;
  const { waitMs } = pacing.reserve(domain, {
    get requests_per_second() {
      read = now; // the instant that the reservation counts from
      return Number(perSecond);
    },
  });
  starts.push(read + waitMs);
}
process.stdout.write(`${JSON.stringify(starts)}\n`);
