/** The control host, sandbox.invalid: the truth, the requests so far, the fault dial. */
import type { FaultDial, Faults } from './faults.js';
import type { RequestLog } from './log.js';
import { json, type Site } from './reply.js';
import { truthOf } from './truth.js';
import type { World } from './world.js';

export const CONTROL_HOST = 'sandbox.invalid';

/** GET /truth.json, /log.json[?host=], /counts.json, /faults; POST /faults with a dial as JSON. */
export function controlSite(world: World, log: RequestLog, faults: Faults): Site {
  return ({ method, path, query, body }) => {
    if (path === '/truth.json') return json(200, truthOf(world));
    if (path === '/counts.json') return json(200, log.counts());
    if (path === '/log.json') {
      const host = query.get('host');
      return json(200, host === null ? log.entries() : log.entries().filter((entry) => entry.host === host));
    }
    if (path === '/faults' && method === 'GET') return json(200, faults.get());
    if (path === '/faults' && method === 'POST') {
      try {
        faults.set(JSON.parse(body) as FaultDial);
        return json(200, faults.get());
      } catch (error) {
        return json(400, { error: error instanceof Error ? error.message : String(error) });
      }
    }
    return json(404, { error: 'unknown control path' });
  };
}
