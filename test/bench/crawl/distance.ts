/**
 * Distance on loopback: a listener before the sandbox that keeps every request for as long as the way and the server
 * would take, in virtual time, and notes when it came. Without it an exchange would cost no time at all, and a crawler
 * that waits for an answer before it plans the next request would look as good as one that does not.
 */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as outgoing,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../lib/clock.js';

export interface Arrival {
  host: string;
  path: string;
  /** By the clock given, ms. */
  t_ms: number;
}

export interface Distance {
  http: number;
  https: number;
  arrivals: Arrival[];
  close(): Promise<void>;
}

export async function openDistance(options: {
  /** Ports of the sandbox. */
  to: { http: number; https: number };
  clock: Clock;
  /** From the request's arrival until the answer leaves, ms. */
  latencyMs: number;
  /** Told while a request only waits. */
  waits: () => () => void;
}): Promise<Distance> {
  const { clock, latencyMs } = options;
  const arrivals: Arrival[] = [];
  const agent = new Agent({ keepAlive: true });

  async function pass(port: number, from: IncomingMessage, to: ServerResponse): Promise<void> {
    arrivals.push({ host: from.headers.host ?? '', path: from.url ?? '', t_ms: clock.monotonicMs() });
    const over = options.waits();
    try {
      await clock.sleep(latencyMs);
    } finally {
      over();
    }
    const onward = outgoing(
      { agent, host: '127.0.0.1', port, method: from.method, path: from.url, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to).on('error', () => to.destroy());
        answer.on('error', () => to.destroy());
      },
    );
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  const listen = async (port: number) => {
    const server = createServer((from, to) => void pass(port, from, to));
    server.keepAliveTimeout = 600_000;
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
    return server;
  };
  const servers = [await listen(options.to.http), await listen(options.to.https)] as const;
  const portOf = (i: 0 | 1) => (servers[i].address() as AddressInfo).port;
  return {
    http: portOf(0),
    https: portOf(1),
    arrivals,
    async close() {
      agent.destroy();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}
