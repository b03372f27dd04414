/** The small internet: two loopback listeners, one standing for http and one for https, and a site behind each host name. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APOLLO_HOST, apolloApi } from './apis/apollo.js';
import { BUILTWITH_HOST, builtwithApi } from './apis/builtwith.js';
import { CLEARBIT_HOSTS, clearbitApi } from './apis/clearbit.js';
import type { ApiContext } from './apis/directory.js';
import { makeWindows } from './apis/keys.js';
import { CONTROL_HOST, controlSite } from './control.js';
import { type FaultShares, makeFaults } from './faults.js';
import { makeLog } from './log.js';
import type { Company } from './population.js';
import { dropped, type Reply, type Request, type Site, validate } from './reply.js';
import { agmaSite } from './sites/agma.js';
import { companyReply } from './sites/company.js';
import { compressed, nemaSite } from './sites/nema.js';
import { pmaSite } from './sites/pma.js';
import { createWorld, type World, type WorldOptions } from './world.js';

export type SandboxOptions = Partial<WorldOptions> & {
  /** Ports of the two listeners; 0 takes any free one. */
  port?: number;
  tlsPort?: number;
  log?: string | null;
  faults?: FaultShares;
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

/** Starts the sandbox on 127.0.0.1 and says where it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed, size, today } = options;
  const world = createWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(today === undefined ? {} : { today }),
  });
  const log = makeLog(options.log ?? null);
  const faults = makeFaults(world.seed, options.faults);
  const sites = buildSites(world, options, () => controlSite(world, log, faults));
  const now = options.now ?? Date.now;

  const listen = async (scheme: 'http' | 'https', port: number): Promise<Server> => {
    const server = createServer((incoming, response) => {
      void answer(incoming, scheme)
        .then(({ request, reply }) => {
          const bytes = send(request, response, request.host === CONTROL_HOST ? reply : faults.apply(reply));
          if (request.host !== CONTROL_HOST) {
            const path = request.path + (request.query.size > 0 ? `?${redactKeys(request.query)}` : '');
            log.write({
              at: new Date(now()).toISOString(),
              scheme,
              method: request.method,
              host: request.host,
              path,
              status: bytes.status,
              bytes: bytes.bytes,
              user_agent: request.headers['user-agent'] ?? null,
            });
          }
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
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
      await log.close();
    },
  };
}

function buildSites(world: World, options: SandboxOptions, control: () => Site): Map<string, Site> {
  const sites = new Map<string, Site>();
  const byDomain = new Map<string, Company>();
  for (const company of world.companies) {
    const site: Site = (request) => companyReply(world, company, request);
    for (const domain of [company.domain, company.formerDomain]) {
      if (domain === null) continue;
      byDomain.set(domain, company);
      sites.set(domain, site).set(`www.${domain}`, site);
    }
  }
  for (const [name, site] of [
    ['pma.org', pmaSite(world)],
    ['nema.org', nemaSite(world)],
    ['agma.org', agmaSite(world)],
  ] as const) {
    sites.set(name, site).set(`www.${name}`, site);
  }
  const context: ApiContext = {
    world,
    byDomain,
    windows: makeWindows(options.now ?? Date.now),
    limitFactor: options.limitFactor ?? 1,
    asked: new Map(),
    spent: new Map(),
  };
  const clearbit = clearbitApi(context);
  for (const host of CLEARBIT_HOSTS) sites.set(host, clearbit);
  return sites
    .set(APOLLO_HOST, apolloApi(context))
    .set(BUILTWITH_HOST, builtwithApi(context))
    .set(CONTROL_HOST, control());
}

function send(
  request: Request,
  response: ServerResponse,
  reply: Reply & { truncate?: boolean },
): { status: number; bytes: number } {
  if (reply.drop) {
    response.socket?.destroy();
    return { status: 0, bytes: 0 };
  }
  const zipped =
    request.host === 'www.nema.org'
      ? compressed(reply, request.headers['accept-encoding'] as string | undefined)
      : reply;
  const body = 'bytes' in zipped && zipped.bytes ? zipped.bytes : Buffer.from(reply.body ?? '');
  const bodiless = request.method === 'HEAD' || reply.status === 304;
  const finish = () => {
    response.writeHead(reply.status, {
      ...zipped.headers,
      ...(reply.status === 304 ? {} : { 'content-length': String(body.length) }),
    });
    if (bodiless) response.end();
    // a promise of bytes that never come
    else if (reply.truncate)
      response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
    else response.end(body);
  };
  if (reply.delayMs) setTimeout(finish, reply.delayMs).unref();
  else finish();
  return { status: reply.status, bytes: bodiless ? 0 : body.length };
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
