/** The small internet: two loopback listeners, one standing for http and one for https, and a site behind each host name. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTROL_HOST, controlSite } from './control.js';
import { type FaultDial, makeFaults } from './faults.js';
import { associationHosts, makeHosts } from './hosts.js';
import { makeLog } from './log.js';
import { dropped, type Reply, type Request, validate } from './reply.js';
import { send } from './send.js';
import { createWorld, type World, type WorldOptions } from './world.js';

export type SandboxOptions = Partial<WorldOptions> & {
  /** Ports of the two listeners; 0 takes any free one. */
  port?: number;
  tlsPort?: number;
  log?: string | null;
  faults?: FaultDial;
  /** Multiplies the providers' request limits. */
  limitFactor?: number;
  now?: () => number;
};

export type Sandbox = {
  world: World;
  http: string;
  https: string;
  counts(): Record<string, number>;
  close(): Promise<void>;
};

const MAX_BODY = 1_000_000;
/** Pause between two looks at whether this process gets its turn. */
const TURN_MS = 10;

/** Starts the sandbox on 127.0.0.1 and says where it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed, size, today } = options;
  const world = createWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(today === undefined ? {} : { today }),
  });
  const log = makeLog(options.log ?? null);
  const begun = performance.now();
  const faults = makeFaults(world.seed, options.faults, associationHosts(world));
  const sites = makeHosts(world, options).set(CONTROL_HOST, controlSite(world, log, faults));
  const now = options.now ?? Date.now;

  let turn = performance.now();
  const turns = setInterval(() => {
    turn = performance.now();
  }, TURN_MS).unref();

  const listen = async (scheme: 'http' | 'https', port: number): Promise<Server> => {
    const server = createServer((incoming, response) => {
      const at = new Date(now()).toISOString();
      const now_ms = performance.now();
      const late = Math.max(0, now_ms - turn - TURN_MS);
      void answer(incoming, scheme)
        .then(({ request, reply: meant }) => {
          if (request.host === CONTROL_HOST) {
            send(request, response, meant);
            return;
          }
          const reply = faults.apply(meant, request);
          const { status, bytes } = send(request, response, reply);
          const path = request.path + (request.query.size > 0 ? `?${redactKeys(request.query)}` : '');
          log.write({
            at,
            t_ms: Math.round((now_ms - begun) * 1000) / 1000,
            late_ms: Math.round(late * 1000) / 1000,
            scheme,
            method: request.method,
            host: request.host,
            path,
            status,
            bytes,
            user_agent: request.headers['user-agent'] ?? null,
            fault: reply.fault ?? null,
            retry_after: reply.headers?.['retry-after'] ?? null,
          });
        })
        .catch(() => response.destroy());
    });
    server.keepAliveTimeout = 30_000;
    await new Promise<void>((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done));
    return server;
  };

  async function answer(
    incoming: IncomingMessage,
    scheme: 'http' | 'https',
  ): Promise<{ request: Request; reply: Reply }> {
    const host = (incoming.headers.host ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
    const url = new URL(
      incoming.url?.startsWith('/') ? `http://x${incoming.url}` : (incoming.url ?? '/'),
      'http://x',
    );
    const body = incoming.method === 'GET' || incoming.method === 'HEAD' ? '' : await readBody(incoming);
    const request: Request = {
      scheme,
      method: incoming.method ?? 'GET',
      host,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
    };
    const site = sites.get(host);
    // a name that does not resolve has no answer at all
    return { request, reply: site ? validate(request, site(request)) : dropped };
  }

  const servers = [
    await listen('http', options.port ?? 0),
    await listen('https', options.tlsPort ?? 0),
  ] as const;
  const where = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    world,
    http: where(servers[0]),
    https: where(servers[1]),
    counts: log.counts,
    async close() {
      clearInterval(turns);
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      await log.close();
    },
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) throw new RangeError('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The log keeps no keys, not even invented ones. */
function redactKeys(query: URLSearchParams): string {
  const copy = new URLSearchParams(query);
  for (const name of ['KEY', 'api_key']) if (copy.has(name)) copy.set(name, '***');
  return copy.toString();
}
