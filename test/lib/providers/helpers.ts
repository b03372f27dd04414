/** A loopback HTTP server with a log, a WebFetch that reaches it, and a clock that does not wait. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetch as undiciFetch } from 'undici';
import { parse } from 'yaml';
import type { Clock } from '../../../lib/clock.js';
import { Interrupted, RetryLater } from '../../../lib/errors.js';
import type { Answer } from '../../../lib/providers/answer.js';
import { fingerprintsFileSchema, vendorsFileSchema } from '../../../lib/providers/config.js';
import { erpMatcher } from '../../../lib/providers/erp.js';
import type { Settings } from '../../../lib/providers/provider.js';
import type { WebFetch } from '../../../lib/web/types.js';

const yaml = (name: string): unknown =>
  parse(readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8'));

export const vendorsFile = vendorsFileSchema.parse(yaml('vendors.yaml'));
export const fingerprints = fingerprintsFileSchema.parse(yaml('fingerprints.yaml'));
export const vendors = erpMatcher(vendorsFile);
export const settings: Settings = {
  vendors,
  contacts: { titles: ['Owner', 'President', 'Plant Manager', 'VP Operations'], maxPerCompany: 2 },
};
export const AT = '2026-11-01T12:00:00.000Z';

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status, headers, text, json, at: AT };
}

/** Time that passes only by sleeping. */
export function fakeClock(start = AT): Clock & { slept: number[]; advance(ms: number): void } {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    advance: (ms) => {
      now += ms;
    },
    now: () => new Date(now),
    monotonicMs: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted) throw new Interrupted();
      slept.push(ms);
      now += ms;
    },
  };
}

export interface Logged {
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}
export interface Answered {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: unknown;
  /** Breaks the connection instead. */
  reset?: boolean;
}
export interface TestServer {
  log: Logged[];
  fetch: WebFetch;
  close(): Promise<void>;
}

/** Every host leads to this server; redirects are followed as the fetcher would. */
export async function serve(handler: (request: Logged) => Answered, clock: Clock): Promise<TestServer> {
  const log: Logged[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://x');
      const logged: Logged = {
        method: request.method ?? '',
        host: String(request.headers['x-host']),
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      log.push(logged);
      const { status = 200, headers = {}, body = {}, reset = false } = handler(logged);
      if (reset) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
        ...headers,
      });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;

  const fetch: WebFetch = async (request) => {
    if (request.signal?.aborted) throw new Interrupted();
    let url = request.url;
    const redirects: string[] = [];
    for (;;) {
      const target = new URL(url);
      let response: Awaited<ReturnType<typeof undiciFetch>>;
      try {
        response = await undiciFetch(`http://127.0.0.1:${port}${target.pathname}${target.search}`, {
          method: request.method ?? 'GET',
          headers: { ...request.headers, 'x-host': target.host },
          redirect: 'manual',
          ...(request.body === undefined ? {} : { body: request.body }),
        });
      } catch (error) {
        throw new RetryLater('connection lost', { cause: error });
      }
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        redirects.push(url);
        url = new URL(location, url).href;
        continue;
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      return {
        url: request.url,
        finalUrl: url,
        status: response.status,
        headers: Object.fromEntries(
          [...response.headers.keys()].map((name) => [name, response.headers.get(name) ?? '']),
        ),
        body: bytes,
        robotsTags: [],
        wireBytes: bytes.length,
        contentType: response.headers.get('content-type')?.split(';')[0] ?? null,
        text: () => ({ text: new TextDecoder().decode(bytes), charset: 'utf-8' }),
        fetchedAt: clock.now().toISOString(),
        waitedMs: 0,
        durationMs: 1,
        attempt: 1,
        robotsRule: null,
        redirects,
      };
    }
  };
  return { log, fetch, close: () => new Promise((done) => server.close(() => done())) };
}

export const company = (domain: string, name: string | null = null) => ({
  domain,
  website: null,
  name,
  city: null,
  state: null,
});
