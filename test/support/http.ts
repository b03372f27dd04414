/** A real HTTP server on loopback that keeps a log; behind a loopback route it stands for every host. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  method: string;
  host: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
export interface Answer {
  status?: number;
  headers?: Record<string, string | string[] | number>;
  body?: string | Uint8Array;
}
/** An answer, or nothing when the handler writes to the response itself. */
export type Handler = (asked: Asked, response: ServerResponse) => Answer | undefined;

export interface TestServer {
  port: number;
  log: Asked[];
  /** What was asked for, as `host/path`. */
  readonly seen: string[];
}

export async function serve(handler: Handler): Promise<TestServer> {
  const log: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked: Asked = {
        method: request.method ?? '',
        host: request.headers.host ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      log.push(asked);
      const answer = handler(asked, response);
      if (!answer) return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'text/html', ...answer.headers });
      response.end(answer.body ?? '');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  );
  return {
    port: (server.address() as AddressInfo).port,
    log,
    get seen() {
      return log.map((a) => `${a.host}${a.path}`);
    },
  };
}
