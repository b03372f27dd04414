/**
 * What this process waits for that is no sleep: HTTP exchanges of undici, and work that the system or native code does
 * (files, DuckDB, connecting). A virtual clock stands still meanwhile.
 */
import { createHook } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

export interface RealWork {
  busy(): boolean;
  /** An exchange that only waits for virtual time is no work until the returned function is called. */
  waits(): () => void;
  close(): void;
}

/** Requests to the system by their names in Node; N-API modules (DuckDB) call theirs `generic`. */
const NATIVE = new Set([
  'generic',
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLECLOSEREQ',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
]);

export function watchRealWork(): RealWork {
  const exchanges = new Set<unknown>();
  const native = new Set<number>();
  let waiting = 0;

  const begun = (message: unknown) => exchanges.add((message as { request: unknown }).request);
  const ended = (message: unknown) => exchanges.delete((message as { request: unknown }).request);
  subscribe('undici:request:create', begun);
  subscribe('undici:request:trailers', ended);
  subscribe('undici:request:error', ended);
  const hook = createHook({
    init: (id, type) => {
      if (NATIVE.has(type)) native.add(id);
    },
    after: (id) => native.delete(id),
    destroy: (id) => native.delete(id),
  }).enable();

  return {
    busy: () => native.size > 0 || exchanges.size > waiting,
    waits() {
      waiting += 1;
      let over = false;
      return () => {
        if (!over) waiting -= 1;
        over = true;
      };
    },
    close() {
      hook.disable();
      unsubscribe('undici:request:create', begun);
      unsubscribe('undici:request:trailers', ended);
      unsubscribe('undici:request:error', ended);
    },
  };
}
