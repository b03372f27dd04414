/**
 * One HTTP exchange, nothing above it: connect under guard, one deadline over everything, body capped after
 * decompression. No redirects, no retries, no cache: those pass through the rules in `fetcher.ts`.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { type Socket, connect as tcpConnect } from 'node:net';
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { Interrupted, Refused, RetryLater, SkipRecord } from '../errors.js';
import { isForbiddenAddress } from './guards.js';

export interface Exchange {
  status: number;
  /** Names in lower case; repeated headers joined by ", ". No `set-cookie`: see `setCookies`. */
  headers: Record<string, string>;
  setCookies: string[];
  /** `X-Robots-Tag`, one string a header line: which line a directive stood on decides whom it is for. */
  robotsTags: string[];
  body: Uint8Array;
  wireBytes: number;
}

export interface ExchangeRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string | null;
  deadlineMs: number;
  maxBytes: number;
  /** A longer body is cut at `maxBytes`, where otherwise it is an error. */
  clip?: boolean;
  signal?: AbortSignal | undefined;
  /** Told at the instant when the request is written to its connection. */
  onSent?: () => void;
}

export interface Transport {
  exchange(request: ExchangeRequest): Promise<Exchange>;
  close(): Promise<void>;
}

/** Where connections go: to the internet under guard, or to one place on this machine that stands for it. */
export type Route = { kind: 'internet' } | { kind: 'loopback'; http: number; https: number };

export function openTransport(route: Route, options: { connectTimeoutMs: number }): Transport {
  const agent = new Agent({
    connect:
      route.kind === 'internet' ? guardedConnector(options.connectTimeoutMs) : loopbackConnector(route),
    connections: 8,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    maxHeaderSize: 64 * 1024,
  });
  const dispatcher = agent.compose(tellingWhenSent);
  return {
    exchange: (r) => exchange(dispatcher, r),
    close: () => agent.destroy(),
  };
}

async function exchange(agent: Dispatcher, r: ExchangeRequest): Promise<Exchange> {
  const limit = timeLimit(r.deadlineMs, r.signal);
  try {
    const response = await request(r.url, {
      dispatcher: agent,
      opaque: r.onSent ?? null,
      method: r.method,
      headers: { 'accept-encoding': 'gzip, deflate, br', ...r.headers },
      body: r.body,
      signal: limit.signal,
      headersTimeout: r.deadlineMs,
      bodyTimeout: r.deadlineMs,
    });
    const headers = flatten(response.headers);
    const { body, wireBytes } = await readBody(response.body, headers, r);
    const { 'set-cookie': _kept, ...rest } = headers;
    return {
      status: response.statusCode,
      headers: rest,
      setCookies: linesOf(response.headers['set-cookie']),
      robotsTags: linesOf(response.headers['x-robots-tag']),
      body,
      wireBytes,
    };
  } catch (error) {
    throw classified(error, r, limit.isOver());
  } finally {
    limit.end();
  }
}

/**
 * The one deadline over everything, beside the caller's own signal: undici's timeouts count headers and the gaps between
 * chunks only. `AbortSignal.any` would leave a trace on a signal that lives as long as the run with every request.
 */
function timeLimit(ms: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  let over = false;
  const stop = () => controller.abort();
  const timer = setTimeout(() => {
    over = true;
    stop();
  }, ms);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    isOver: () => over,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

/** Says when a request has its connection and is written: it may have waited for one. */
const tellingWhenSent: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { opaque } = options as { opaque?: (() => void) | null };
  const start = handler.onRequestStart?.bind(handler);
  handler.onRequestStart = (controller, context) => {
    opaque?.();
    start?.(controller, context);
  };
  return dispatch(options, handler);
};

const linesOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Beyond so many bytes a body that unpacks to more than this many times its size is a bomb; HTML reaches about 100. */
const BOMB_BYTES = 5_000_000;
const BOMB_RATIO = 300;

async function readBody(
  source: Readable,
  headers: Record<string, string>,
  { maxBytes, clip, url }: ExchangeRequest,
): Promise<{ body: Uint8Array; wireBytes: number }> {
  const encoding = headers['content-encoding'] ?? '';
  const tooLarge = () =>
    new SkipRecord(`${url.href}: the body is larger than ${maxBytes} bytes`, {
      code: 'TOO_LARGE',
      context: { url: url.href },
    });
  let wireBytes = 0;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // What says itself that it is too large is not read at all. The length is that of the coded body.
    if (!clip && encoding === '' && Number(headers['content-length']) > maxBytes) throw tooLarge();
    const wire = source[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
    const first = await wire.next();
    // Redirects and errors often name a coding and send nothing, which no decoder takes for an end.
    if (first.done) return { body: new Uint8Array(), wireBytes };
    async function* counted(): AsyncGenerator<Buffer> {
      wireBytes += first.value.length;
      yield first.value;
      for await (const chunk of wire) {
        wireBytes += chunk.length;
        yield chunk;
      }
    }
    for await (const chunk of decoded(counted(), encoding, first.value)) {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) {
        if (clip) break;
        throw tooLarge();
      }
      if (size > BOMB_BYTES && size > wireBytes * BOMB_RATIO)
        throw new SkipRecord(`${url.href}: ${wireBytes} bytes unpack to more than ${size}, which is a bomb`, {
          code: 'DECOMPRESSION_BOMB',
          context: { url: url.href },
        });
    }
  } finally {
    source.on('error', () => undefined);
    source.destroy();
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), wireBytes };
}

/** Takes the codings off, the last one first. */
function decoded(wire: AsyncIterable<Buffer>, encoding: string, head: Buffer): AsyncIterable<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  if (codings.length > MOST_CODINGS) throw new UnreadableCoding(`${codings.length} codings`);
  const decoders = codings
    .map((coding) => decoderFor(coding, head))
    .filter((decoder) => decoder !== null)
    .reverse();
  if (decoders.length === 0) return wire;
  let stream: Readable = Readable.from(wire, { objectMode: false });
  for (const decoder of decoders) {
    stream.on('error', (error) => decoder.destroy(error));
    stream = stream.pipe(decoder);
  }
  return stream as AsyncIterable<Buffer>;
}

/** No honest server packs a body more often. */
const MOST_CODINGS = 3;
/** Codings that were not asked for and cannot be read here; any other unknown word stands for none. */
const NOT_ASKED = new Set(['zstd', 'compress', 'x-compress', 'dcb', 'dcz']);

class UnreadableCoding extends Error {}

function decoderFor(coding: string, head: Buffer): Transform | null {
  if (NOT_ASKED.has(coding)) throw new UnreadableCoding(coding);
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
  // Some servers leave out the two bytes that `deflate` begins with.
  if (coding === 'deflate') return (head[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw();
  if (coding === 'br') return createBrotliDecompress();
  return null;
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) out[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return out;
}

function classified(error: unknown, r: ExchangeRequest, isLate: boolean): Error {
  if (error instanceof Refused || error instanceof SkipRecord) return error;
  if (r.signal?.aborted) return new Interrupted(undefined, { cause: error });
  const context = { url: r.url.href };
  if (isLate) {
    return new RetryLater(`${r.url.host} did not finish its answer within ${r.deadlineMs} ms`, {
      code: 'DEADLINE',
      cause: error,
      context,
    });
  }
  const cause = error as NodeJS.ErrnoException & { cause?: unknown };
  if (cause.cause instanceof Refused) return cause.cause;
  const code = cause.code ?? 'NETWORK';
  const unpacks = !(code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR'));
  if (!unpacks || error instanceof UnreadableCoding) {
    const what = unpacks ? cause.message : code;
    return new RetryLater(`${r.url.host} sent a body that does not decompress (${what})`, {
      code: 'BAD_ENCODING',
      cause: error,
      context,
    });
  }
  return new RetryLater(`${r.url.host}: ${cause.message} (${code})`, {
    code: 'NETWORK',
    cause: error,
    context,
  });
}

/** Refuses private addresses where it counts, on the address that is connected to, so that rebinding DNS fails too. */
function guardedConnector(timeout: number): buildConnector.connector {
  const connector = buildConnector({ timeout, lookup: guardedLookup } as buildConnector.BuildOptions);
  return (options, callback) => {
    connector(options, (error, socket) => {
      if (error || !socket) return callback(error ?? new Error('no socket'), null);
      const address = (socket as Socket).remoteAddress ?? '';
      if (isForbiddenAddress(address)) {
        socket.destroy();
        return callback(forbidden(options.hostname, address), null);
      }
      return callback(null, socket as Socket);
    });
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(hostname: string, options: object, callback: LookupCallback): void {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const open = addresses.filter((a) => !isForbiddenAddress(a.address));
    if (open.length === 0) return callback(forbidden(hostname, addresses[0]?.address ?? ''), []);
    if ((options as { all?: boolean }).all) return callback(null, open);
    return callback(null, open[0]!.address, open[0]!.family);
  });
}

const forbidden = (host: string, address: string) =>
  new Refused(`${host} resolves to ${address || 'nothing'}, which is not on the public internet`, {
    code: 'ADDRESS_GUARD',
    context: { host },
  });

/** Sends every host, http and https alike, to one place on this machine, and reaches nothing else. */
function loopbackConnector(route: { http: number; https: number }): buildConnector.connector {
  return (options, callback) => {
    const port = options.protocol === 'https:' ? route.https : route.http;
    const socket = tcpConnect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => callback(null, socket));
    socket.once('error', (error) => callback(error, null));
  };
}
