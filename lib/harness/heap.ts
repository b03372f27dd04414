/** A small heap for phases that run for hours: pages pass through and are let go of, and what is let go is soon given back. */
import { setFlagsFromString } from 'node:v8';

/**
 * How far the old generation may grow beyond what was alive at its last collection, percent. V8 alone lets it grow to
 * several times that, which is a few hundred MB of pages that nobody looks at any more.
 */
const GROWTH_PERCENT = 30;

let holders = 0;

/** Keeps the heap of this process small until the returned function is called; V8 reads the flag at each collection. */
export function keepHeapSmall(): () => void {
  holders += 1;
  if (holders === 1) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  let over = false;
  return () => {
    if (over) return;
    over = true;
    holders -= 1;
    if (holders === 0) setFlagsFromString('--heap-growing-percent=0'); // V8's own rule
  };
}
