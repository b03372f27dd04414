/** What can go wrong with an answer on its way: one named misdeed each, ready to be applied to a reply. */
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { encode1252 } from './charset.js';
import type { Reply, Request } from './reply.js';

/** How a misdeed is done; every field has a default. */
export type Manner = {
  /** Seconds of Retry-After on a status, and whether they are written as a date. */
  retry_after?: number;
  retry_as?: 'seconds' | 'date';
  /** `slow`, `hang`, `stall`: how long. */
  ms?: number;
  /** `drip`: pause between pieces of `chunk` bytes. */
  every_ms?: number;
  chunk?: number;
  /** `gzip-bomb`, `huge`: decoded size. */
  mb?: number;
  /** `redirect-host`: where to. */
  to?: string;
};

type Misdeed = (reply: Reply, request: Request, manner: Manner) => Reply | null;

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const ELSEWHERE = 'https://elsewhere.sandbox-hostile.com/landed';

/** A whole page in a few words. */
export const wall = (
  status: number,
  title: string,
  body: string,
  headers: Record<string, string> = {},
): Reply => ({
  status,
  headers: { ...HTML, ...headers },
  body: `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`,
});

/** Cloudflare's waiting room. */
export const challenge = (status: 403 | 503): Reply =>
  wall(
    status,
    'Just a moment...',
    '<div id="challenge-running"><h2>Checking if the site connection is secure</h2><noscript>Enable JavaScript and cookies to continue</noscript></div><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=8f2a" defer></script>',
    { server: 'cloudflare', 'cf-mitigated': 'challenge', 'cf-ray': '8f2a1c3d4e5f6a7b-ORD' },
  );

export const captcha = (): Reply =>
  wall(
    200,
    'Are you a robot?',
    '<h1>Please verify you are a human</h1><p>We have detected unusual traffic from your network.</p><form method="post"><div class="g-recaptcha" data-sitekey="6Lc-invented"></div><button>Continue</button></form><script src="https://www.google.com/recaptcha/api.js"></script>',
  );

export const softMissing = (): Reply =>
  wall(
    200,
    'Page Not Found',
    '<h1>Page not found</h1><p>Sorry, the page you requested could not be found.</p>',
  );

export const status = (code: number, { retry_after, retry_as }: Manner): Reply =>
  wall(code, String(code), `<h1>${code}</h1>`, {
    ...(retry_after === undefined
      ? {}
      : {
          'retry-after':
            retry_as === 'date'
              ? new Date(Date.now() + retry_after * 1000).toUTCString()
              : String(retry_after),
        }),
  });

export const moved = (to: string): Reply => ({ status: 302, headers: { location: to, ...HTML }, body: '' });

/** Zeros that weigh nothing on the wire. */
export const bomb = (mb: number): Reply => ({
  status: 200,
  headers: { ...HTML, 'content-encoding': 'gzip' },
  bytes: zeros(mb),
});

/** A page of so many megabytes, sent as it is made. */
export const huge = (mb: number): Reply => ({
  status: 200,
  headers: HTML,
  body: `<p>${'A very long page indeed. '.repeat(400)}</p>\n`.padEnd(10_000, ' '),
  wire: { how: 'repeat', times: mb * 100 },
});

const MEGABYTE = 1_000_000;
const bombs = new Map<number, Buffer>();

/** One deflate stream of equal blocks, joined where the first was flushed: a gigabyte of zeros needs no gigabyte here. */
function zeros(mb: number): Buffer {
  const count = Math.max(1, Math.round(mb));
  const made = bombs.get(count) ?? zip(count);
  bombs.set(count, made);
  return made;
}

function zip(count: number): Buffer {
  const chunk = Buffer.alloc(MEGABYTE);
  const block = deflateRawSync(chunk, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  let sum = 0;
  for (let i = 0; i < count; i++) sum = crc32(chunk, sum);
  const tail = Buffer.alloc(10);
  tail.writeUInt16LE(3, 0);
  tail.writeUInt32LE(sum, 2);
  tail.writeUInt32LE((count * MEGABYTE) % 2 ** 32, 6);
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  return Buffer.concat([head, ...Array<Buffer>(count).fill(block), tail]);
}

export const bodyOf = (reply: Reply): Buffer => reply.bytes ?? Buffer.from(reply.body ?? '');

const isPage = (reply: Reply): boolean =>
  reply.status === 200 && /^text\/html/.test(reply.headers?.['content-type'] ?? '');
const carriesBody = (reply: Reply): boolean => reply.status === 200 && bodyOf(reply).length > 1;

/** The same page without what would let a client keep it for good. */
function spoilt(reply: Reply, changes: Partial<Reply> & { headers?: Record<string, string> }): Reply {
  const { etag: _, 'last-modified': __, ...headers } = reply.headers ?? {};
  const { modified: ___, ...rest } = reply;
  return { ...rest, ...changes, headers: { ...headers, ...changes.headers } };
}

const labelled = (reply: Reply, label: string, encode: (text: string) => Buffer): Reply | null => {
  if (!isPage(reply) || reply.body === undefined) return null;
  const { body, ...rest } = reply;
  const unmarked = body
    .replace(/(charset=)["']?[\w-]+/i, `$1${label}`)
    .replace(/<meta [^>]*charset[^>]*>/i, '');
  return spoilt(rest, {
    bytes: encode(unmarked),
    headers: { 'content-type': `text/html; charset=${label}` },
  });
};

const onBody =
  (make: (reply: Reply, manner: Manner) => Reply): Misdeed =>
  (reply, _, manner) =>
    carriesBody(reply) ? make(reply, manner) : null;

/** All misdeeds by name, statuses apart; null where one makes no sense for the answer. */
export const MISDEEDS: Record<string, Misdeed> = {
  reset: () => ({ status: 0, drop: true }),
  slow: (reply, _, { ms = 2000 }) => ({ ...reply, delayMs: ms }),
  hang: (_, __, { ms = 120_000 }) => ({ status: 0, wire: { how: 'hang', ms } }),
  cut: onBody((reply) => spoilt(reply, { wire: { how: 'cut' } })),
  stall: onBody((reply, { ms = 120_000 }) => spoilt(reply, { wire: { how: 'stall', ms } })),
  drip: onBody((reply, { every_ms = 50, chunk = 1 }) => ({
    ...reply,
    wire: { how: 'drip', everyMs: every_ms, chunk },
  })),
  'length-high': onBody((reply) =>
    spoilt(reply, { wire: { how: 'claim', length: bodyOf(reply).length + 4096 } }),
  ),
  'length-low': onBody((reply) =>
    spoilt(reply, { wire: { how: 'claim', length: bodyOf(reply).length >> 1 } }),
  ),
  'gzip-bomb': onBody((_, { mb = 10 }) => bomb(mb)),
  'gzip-cut': onBody((reply) => {
    const { body: _, ...rest } = reply;
    const zipped = gzipSync(bodyOf(reply));
    return spoilt(rest, {
      bytes: zipped.subarray(0, Math.max(12, zipped.length >> 1)),
      headers: { 'content-encoding': 'gzip' },
    });
  }),
  huge: onBody((_, { mb = 50 }) => huge(mb)),
  'says-utf8': (reply) => labelled(reply, 'utf-8', encode1252),
  'says-1252': (reply) => labelled(reply, 'windows-1252', (text) => Buffer.from(text)),
  'redirect-loop': (_, { path, query }) => {
    const next = new URLSearchParams(query);
    next.set('_hop', query.get('_hop') === '1' ? '2' : '1');
    return moved(`${path}?${next}`);
  },
  'redirect-loopback': () => moved('http://127.0.0.1/'),
  'redirect-metadata': () => moved('http://169.254.169.254/latest/meta-data/'),
  'redirect-file': () => moved('file:///etc/passwd'),
  'redirect-host': (_, __, { to = ELSEWHERE }) => moved(to),
  challenge: () => challenge(403),
  'challenge-503': () => challenge(503),
  captcha: onBody(() => captcha()),
  'soft-404': onBody(() => softMissing()),
};

/** Does a misdeed to a reply; null when it cannot be done to this one. */
export function misdo(reply: Reply, request: Request, fault: string, manner: Manner = {}): Reply | null {
  if (reply.drop) return null;
  const done = /^\d{3}$/.test(fault)
    ? status(Number(fault), manner)
    : (MISDEEDS[fault]?.(reply, request, manner) ?? null);
  return done && { ...done, fault };
}
