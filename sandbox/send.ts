/** Puts a reply on the wire: well-behaved, or in one of the ill manners it asks for. */
import type { ServerResponse } from 'node:http';
import type { Reply, Request } from './reply.js';
import { compressed } from './sites/nema.js';

/** What the server set out to send; a client that goes away gets less. */
export type Sent = { status: number; bytes: number };

export function send(request: Request, response: ServerResponse, reply: Reply): Sent {
  if (reply.drop) {
    response.socket?.destroy();
    return { status: 0, bytes: 0 };
  }
  const zipped =
    request.host === 'www.nema.org'
      ? compressed(reply, request.headers['accept-encoding'] as string | undefined)
      : reply;
  const body = zipped.bytes ?? Buffer.from(zipped.body ?? '');
  const { status } = reply;
  if (request.method === 'HEAD' || status === 304) {
    later(reply, () => {
      response.writeHead(status, {
        ...zipped.headers,
        ...(status === 304 ? {} : { 'content-length': String(body.length) }),
      });
      response.end();
    });
    return { status, bytes: 0 };
  }
  if (reply.wire) return ill(response, { ...zipped, wire: reply.wire }, body);
  later(reply, () => {
    response.writeHead(status, { ...zipped.headers, 'content-length': String(body.length) });
    // a promise of bytes that never come
    if (reply.truncate) response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
    else response.end(body);
  });
  return { status, bytes: body.length };
}

function later(reply: Reply, finish: () => void): void {
  if (reply.delayMs) setTimeout(finish, reply.delayMs).unref();
  else finish();
}

function ill(
  response: ServerResponse,
  { wire, status, headers }: Reply & { wire: NonNullable<Reply['wire']> },
  body: Buffer,
): Sent {
  const half = body.subarray(0, body.length >> 1);
  const head = (length: number | null) =>
    response.writeHead(status, {
      ...headers,
      ...(length === null ? {} : { 'content-length': String(length) }),
      ...(wire.how === 'cut' || wire.how === 'stall' ? { connection: 'close' } : {}),
    });
  const goneAfter = (ms: number) => {
    const timer = setTimeout(() => response.socket?.destroy(), ms).unref();
    response.once('close', () => clearTimeout(timer));
  };
  switch (wire.how) {
    case 'hang':
      goneAfter(wire.ms);
      return { status: 0, bytes: 0 };
    case 'stall':
      head(body.length).write(half);
      goneAfter(wire.ms);
      return { status, bytes: half.length };
    case 'cut':
      // what is still in the buffers would be lost with a reset
      head(body.length).write(half, () => setTimeout(() => response.socket?.resetAndDestroy(), 20).unref());
      return { status, bytes: half.length };
    case 'claim': {
      // straight to the socket: node would not break its own word
      head(wire.length).flushHeaders();
      const { socket } = response;
      socket?.write(body.subarray(0, wire.length));
      // what is too much follows when the client believes that it has all
      setTimeout(() => socket?.end(body.subarray(wire.length)), 20).unref();
      return { status, bytes: body.length };
    }
    case 'drip':
      head(body.length);
      drip(response, body, wire.everyMs, wire.chunk);
      return { status, bytes: body.length };
    case 'repeat':
      head(null);
      repeat(response, body, wire.times);
      return { status, bytes: body.length * wire.times };
  }
}

function drip(response: ServerResponse, body: Buffer, everyMs: number, chunk: number): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + chunk));
    at += chunk;
    if (at < body.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  timer.unref();
  response.flushHeaders();
  response.once('close', () => clearInterval(timer));
}

function repeat(response: ServerResponse, body: Buffer, times: number): void {
  let left = times;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left--;
      if (!response.write(body)) {
        response.once('drain', more);
        return;
      }
    }
    if (!response.destroyed) response.end();
  };
  more();
}
