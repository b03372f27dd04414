/**
 * A lock for the few system calls between reading and writing a small shared file. Synchronous, so that nothing else of
 * this process comes between either.
 */
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

/** A lock older than this belonged to a process that died inside the calls it guards. */
const STALE_MS = 5_000;

export function withLock<T>(file: string, work: () => T): T {
  const name = `${file}.lock`;
  take(name);
  try {
    return work();
  } finally {
    rmSync(name, { force: true });
  }
}

function take(name: string): void {
  for (let spins = 1; ; spins += 1) {
    try {
      const fd = openSync(name, 'wx');
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (spins % 50 === 0 && isOld(name)) rmSync(name, { force: true });
    pause(1);
  }
}

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function isOld(name: string): boolean {
  try {
    return Date.now() - statSync(name).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}
