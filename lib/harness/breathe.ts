import { setImmediate as turn } from 'node:timers/promises';

/** Lets signals, timers and the screen in, between two lots of work that only computes. */
export const breathe = (): Promise<void> => turn();
