/** One HTTP exchange against a server that misbehaves. */
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import os from 'node:os';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Interrupted, Refused, RetryLater, SkipRecord } from '../../../lib/errors.js';
import { type ExchangeRequest, openTransport, type Route } from '../../../lib/web/transport.js';
import { type Handler, serve } from '../../support/http.js';

function transportTo(route: Route) {
  const transport = openTransport(route, { connectTimeoutMs: 1_000 });
  onTestFinished(() => transport.close());
  return transport;
}

async function siteOf(handler: Handler) {
  const server = await serve(handler);
  const transport = transportTo({ kind: 'loopback', http: server.port, https: server.port });
  const ask = (path = '/', more: Partial<ExchangeRequest> = {}) =>
    transport.exchange({
      url: new URL(path, 'https://www.pma.org/'),
      method: 'GET',
      headers: {},
      body: null,
      deadlineMs: 5_000,
      maxBytes: 1_000_000,
      ...more,
    });
  return { server, ask };
}

/** Keeps writing until the connection goes. */
function drip(response: ServerResponse, everyMs: number, chunk: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  const timer = setInterval(() => response.write(chunk), everyMs);
  response.on('close', () => clearInterval(timer));
}

describe('bodies', () => {
  const page = `<p>${'Müller & Sons '.repeat(200)}</p>`;
  test.each([
    ['no coding', undefined, Buffer.from(page)],
    ['identity', 'identity', Buffer.from(page)],
    ['gzip', 'gzip', gzipSync(page)],
    ['x-gzip', 'x-gzip', gzipSync(page)],
    ['GZIP', 'GZIP', gzipSync(page)],
    ['deflate', 'deflate', deflateSync(page)],
    ['deflate without its wrapper, as some servers send it', 'deflate', deflateRawSync(page)],
    ['br', 'br', brotliCompressSync(page)],
    ['two codings', 'gzip, br', brotliCompressSync(gzipSync(page))],
  ])('%s is decoded', async (_name, coding, body) => {
    const { ask } = await siteOf(() => ({
      body,
      ...(coding && { headers: { 'content-encoding': coding } }),
    }));
    const answer = await ask();
    expect(Buffer.from(answer.body).toString()).toBe(page);
    expect(answer.wireBytes).toBe(body.length);
  });

  test.each(['gzip', 'deflate', 'br'])(
    'an empty body is empty, though the header says %s',
    async (coding) => {
      const { ask } = await siteOf(() => ({ status: 404, headers: { 'content-encoding': coding } }));
      const answer = await ask();
      expect(answer).toMatchObject({ status: 404, wireBytes: 0 });
      expect(answer.body).toHaveLength(0);
    },
  );

  test('a body of exactly the limit passes, one byte more does not', async () => {
    const { ask } = await siteOf(({ path }) => ({ body: 'x'.repeat(Number(path.slice(1))) }));
    expect((await ask('/1000', { maxBytes: 1000 })).body).toHaveLength(1000);
    await expect(ask('/1001', { maxBytes: 1000 })).rejects.toThrow(SkipRecord);
  });

  test('with clip, a longer body is cut at the limit', async () => {
    const { ask } = await siteOf(() => ({ body: 'x'.repeat(500_000) }));
    expect((await ask('/', { maxBytes: 1000, clip: true })).body).toHaveLength(1000);
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(10_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(10_000_000))],
  ])('a %s bomb ends at the limit', async (coding, body) => {
    const { ask } = await siteOf(() => ({ body, headers: { 'content-encoding': coding } }));
    const before = process.memoryUsage().arrayBuffers;
    await expect(ask('/', { maxBytes: 200_000 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });

  test('below the limit a bomb is known by its ratio, and ends early', async () => {
    const body = gzipSync(Buffer.alloc(19_000_000));
    const { ask } = await siteOf(() => ({ body, headers: { 'content-encoding': 'gzip' } }));
    await expect(ask('/', { maxBytes: 20_000_000 })).rejects.toMatchObject({
      code: 'DECOMPRESSION_BOMB',
      name: 'SkipRecord',
    });
  });

  test('a long page of much the same is none', async () => {
    const row = (i: number) => `<tr><td>Acme ${i} Stamping &amp; Tool, Inc.</td><td>(216) 555-${i}</td></tr>`;
    const page = Array.from({ length: 120_000 }, (_, i) => row(i)).join('');
    const { ask } = await siteOf(() => ({ body: gzipSync(page), headers: { 'content-encoding': 'gzip' } }));
    expect((await ask('/', { maxBytes: 20_000_000 })).body).toHaveLength(page.length);
  });

  test('a body that says itself that it is too large is not read', async () => {
    let written = 0;
    const { ask } = await siteOf((_asked, response) => {
      response.writeHead(200, { 'content-length': '50000000' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(100_000))) written += 100_000;
      };
      response.on('drain', more);
      more();
      return undefined;
    });
    await expect(ask('/', { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(written).toBeLessThan(20_000_000);
  });

  test.each([
    ['zstd, which was not asked for', 'zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0])],
    ['compress', 'compress', Buffer.from([0x1f, 0x9d, 0x90])],
    ['a body packed a hundred times', Array.from({ length: 100 }, () => 'gzip').join(', '), gzipSync('x')],
  ])('%s is no body', async (_name, coding, body) => {
    const { ask } = await siteOf(() => ({ body, headers: { 'content-encoding': coding } }));
    await expect(ask()).rejects.toMatchObject({ code: 'BAD_ENCODING', name: 'RetryLater' });
  });

  test.each(['utf-8', 'none', 'binary'])('a coding that is none (%s) is passed over', async (coding) => {
    const { ask } = await siteOf(() => ({ body: page, headers: { 'content-encoding': coding } }));
    expect(Buffer.from((await ask()).body).toString()).toBe(page);
  });

  test('zstd is not asked for', async () => {
    const { ask, server } = await siteOf(() => ({ body: 'x' }));
    await ask();
    expect(server.log[0]!.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  test('an endless body ends at the limit', async () => {
    const { ask } = await siteOf((_asked, response) => {
      drip(response, 1, Buffer.alloc(50_000));
      return undefined;
    });
    await expect(ask('/', { maxBytes: 200_000 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test.each([
    ['a gzip body that is cut off', 'gzip', gzipSync(page.repeat(50)).subarray(0, 60)],
    ['a body that is no gzip', 'gzip', Buffer.from('plain')],
    ['a brotli body that is cut off', 'br', brotliCompressSync(page).subarray(0, 20)],
    ['a body that is no deflate', 'deflate', Buffer.from('\xff\xffplain', 'latin1')],
  ])('%s may come better next time', async (_name, coding, body) => {
    const { ask } = await siteOf(() => ({ body, headers: { 'content-encoding': coding } }));
    const error = await ask().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetryLater);
    expect(error).toMatchObject({ code: 'BAD_ENCODING' });
  });
});

describe('time', () => {
  test.each<[string, Handler]>([
    ['headers that never come', () => undefined],
    [
      'a body that drips',
      (_asked, response) => {
        drip(response, 20, 'x');
        return undefined;
      },
    ],
    [
      'a body that stops after its headers',
      (_asked, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('x');
        return undefined;
      },
    ],
    [
      'a compressed body that drips',
      (_asked, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        const whole = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)));
        let at = 0;
        const timer = setInterval(() => response.write(whole.subarray(at, ++at)), 20);
        response.on('close', () => clearInterval(timer));
        return undefined;
      },
    ],
  ])('one deadline ends %s', async (_name, handler) => {
    const { ask } = await siteOf(handler);
    const started = performance.now();
    await expect(ask('/', { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'DEADLINE',
      name: 'RetryLater',
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('an interruption ends the exchange at once', async () => {
    const { ask } = await siteOf((_asked, response) => {
      drip(response, 20, 'x');
      return undefined;
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await expect(ask('/', { signal: stop.signal })).rejects.toThrow(Interrupted);
  });
});

describe('broken connections may come better next time', () => {
  test.each<[string, Handler]>([
    [
      'reset before the answer',
      (_asked, response) => {
        response.socket?.resetAndDestroy();
        return undefined;
      },
    ],
    [
      'reset in the body',
      (_asked, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('half');
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
        return undefined;
      },
    ],
    [
      'reset in a compressed body',
      (_asked, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.write(gzipSync('x'.repeat(1000)).subarray(0, 15));
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
        return undefined;
      },
    ],
    [
      'a body shorter than its content-length',
      (_asked, response) => {
        response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort');
        return undefined;
      },
    ],
    [
      'broken chunks',
      (_asked, response) => {
        response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nbody\r\n');
        return undefined;
      },
    ],
    [
      'headers without end',
      (_asked, response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n');
        response.socket?.end(`x-filler: ${'x'.repeat(200_000)}\r\n\r\n`);
        return undefined;
      },
    ],
    [
      'two lengths that differ',
      (_asked, response) => {
        response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!');
        return undefined;
      },
    ],
    [
      'no HTTP at all',
      (_asked, response) => {
        response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
        return undefined;
      },
    ],
  ])('%s', async (_name, handler) => {
    const { ask } = await siteOf(handler);
    const error = await ask().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetryLater);
    expect(error).toMatchObject({ code: 'NETWORK' });
  });

  test('a refused connection', async () => {
    const transport = transportTo({ kind: 'loopback', http: 1, https: 1 });
    const url = new URL('http://www.pma.org/');
    await expect(
      transport.exchange({ url, method: 'GET', headers: {}, body: null, deadlineMs: 1000, maxBytes: 10 }),
    ).rejects.toThrow(RetryLater);
  });

  test('a body longer than its content-length is what the length says', async () => {
    const { ask } = await siteOf((_asked, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello and more');
      return undefined;
    });
    expect(Buffer.from((await ask()).body).toString()).toBe('hello');
  });
});

test('repeated headers are joined, names come in lower case', async () => {
  const { ask } = await siteOf(() => ({ headers: { 'X-Robots-Tag': ['noindex', 'nofollow'], ETag: '"1"' } }));
  expect((await ask()).headers).toMatchObject({ 'x-robots-tag': 'noindex, nofollow', etag: '"1"' });
});

test('cookies come apart from the headers, one string each', async () => {
  const { ask } = await siteOf(() => ({
    headers: { 'set-cookie': ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'] },
  }));
  const answer = await ask();
  expect(answer.setCookies).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('says when the request goes out, which is when its connection stands', async () => {
  const { ask } = await siteOf(() => ({ body: 'x' }));
  const told: string[] = [];
  const asked = ask('/', { onSent: () => told.push('sent') });
  told.push('asked');
  await asked;
  expect(told).toEqual(['asked', 'sent']);
});

test('a long run leaves nothing behind on the signal that lives as long as it', async () => {
  const { ask } = await siteOf(() => ({ body: 'x' }));
  const stop = new AbortController();
  for (let i = 0; i < 5; i += 1) await ask('/', { signal: stop.signal });
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

describe('the guarded route', () => {
  test.each(['http://127.0.0.1', 'http://[::1]'])(
    'a literal %s is not talked to, even unchecked before',
    async (origin) => {
      const server = await serve(() => ({ body: 'secret' }));
      const transport = transportTo({ kind: 'internet' });
      const url = new URL(`${origin}:${server.port}/`);
      const request = {
        url,
        method: 'GET' as const,
        headers: {},
        body: null,
        deadlineMs: 2000,
        maxBytes: 1000,
      };
      const error = await transport.exchange(request).catch((e: unknown) => e);
      if (origin.includes('127')) {
        expect(error).toBeInstanceOf(Refused);
        expect(error).toMatchObject({ code: 'ADDRESS_GUARD' });
      } else expect(error).toBeInstanceOf(Error);
      expect(server.log).toEqual([]);
    },
  );

  test.each(['localhost', os.hostname()])(
    'a name (%s) that resolves to a private address is refused',
    async (host) => {
      const server = await serve(() => ({ body: 'secret' }));
      const transport = transportTo({ kind: 'internet' });
      const url = new URL(`http://${host}:${server.port}/`);
      const error = await transport
        .exchange({ url, method: 'GET', headers: {}, body: null, deadlineMs: 2000, maxBytes: 1000 })
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(Error);
      if (host === 'localhost') expect(error).toMatchObject({ code: 'ADDRESS_GUARD' });
      expect(server.log).toEqual([]);
    },
  );
});
