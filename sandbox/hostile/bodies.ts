/** Bodies that weigh too much, come too slowly, end too early or say what they are not. */
import { gzipSync } from 'node:zlib';
import { encode1252 } from '../charset.js';
import { html } from '../html.js';
import { bomb, huge, type Manner, misdo } from '../misdeeds.js';
import { page, type Reply, type Request } from '../reply.js';
import { type Hostility, shell } from './site.js';

const plain = (): Reply =>
  page(
    shell('A page', html`<h1>A page</h1><p>${'Metal, gears and good will. '.repeat(60)}</p>`),
    '2026-01-05',
  );

/** A path for each misdeed, done to a plain page. */
const doing =
  (paths: Record<string, readonly [fault: string, manner?: Manner]>) =>
  (request: Request): Reply | null => {
    const [fault, manner] = paths[request.path] ?? [];
    return fault === undefined ? null : misdo({ ...plain() }, request, fault, manner);
  };

export const bombHost: Hostility = {
  name: 'bomb',
  paths: {
    '/10mb': '10 MB of zeros in gzip',
    '/100mb': '100 MB of zeros in gzip',
    '/1gb': '1 GB of zeros in gzip',
    '/twice': 'Gzip in gzip',
    '/nested': '20,000 tags inside each other',
    '/cut': 'Gzip that ends in the middle',
  },
  answer({ path }) {
    if (path === '/10mb') return bomb(10);
    if (path === '/100mb') return bomb(100);
    if (path === '/1gb') return bomb(1000);
    if (path === '/twice') {
      const headers = { 'content-type': 'text/html', 'content-encoding': 'gzip, gzip' };
      return { status: 200, headers, bytes: gzipSync(bomb(10).bytes as Buffer) };
    }
    if (path === '/nested')
      return {
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: `<!DOCTYPE html><title>Nested</title>${'<div>'.repeat(20_000)}deep${'</div>'.repeat(20_000)}`,
      };
    if (path !== '/cut') return null;
    const whole = gzipSync(plain().body ?? '');
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' },
      bytes: whole.subarray(0, whole.length >> 1),
    };
  },
};

export const hugeHost: Hostility = {
  name: 'huge',
  paths: { '/page': 'A page of 50 MB' },
  answer: ({ path }) => (path === '/page' ? huge(50) : null),
};

export const slowHost: Hostility = {
  name: 'slow',
  paths: {
    '/drip': 'A byte every 100 ms',
    '/hang': 'Headers that never come',
    '/stall': 'Half a body and then nothing',
    '/delay': 'Five seconds of thought, then a page',
  },
  answer: doing({
    '/drip': ['drip', { every_ms: 100 }],
    '/hang': ['hang', { ms: 600_000 }],
    '/stall': ['stall', { ms: 600_000 }],
    '/delay': ['slow', { ms: 5000 }],
  }),
};

export const resetHost: Hostility = {
  name: 'reset',
  paths: { '/before': 'Reset before the headers', '/mid': 'Reset in the body' },
  answer: doing({ '/before': ['reset'], '/mid': ['cut'] }),
};

export const lengthHost: Hostility = {
  name: 'length',
  paths: { '/high': 'Promises more than it sends', '/low': 'Sends more than it promises' },
  answer: doing({ '/high': ['length-high'], '/low': ['length-low'] }),
};

/** Peña & Söhne’s page – told apart from its mojibake at a glance. */
export const CHARSET_TEXT = 'Peña & Söhne’s Forge – “Ångström” Works';
const HTML = 'text/html';
const marked = (meta: string): string =>
  `<!DOCTYPE html><html><head>${meta}<title>Charset</title></head><body><h1>${CHARSET_TEXT.replace('&', '&amp;')}</h1></body></html>`;
const CHARSETS: Record<string, readonly [type: string, body: () => Buffer]> = {
  '/says-utf8': [`${HTML}; charset=utf-8`, () => encode1252(marked(''))],
  '/says-1252': [`${HTML}; charset=windows-1252`, () => Buffer.from(marked(''))],
  '/says-latin1': [`${HTML}; charset=iso-8859-1`, () => encode1252(marked(''))],
  '/meta-1252': [HTML, () => encode1252(marked('<meta charset="windows-1252">'))],
  '/meta-lies': [HTML, () => encode1252(marked('<meta charset="utf-8">'))],
  '/nothing': [HTML, () => encode1252(marked(''))],
  '/bom': [`${HTML}; charset=windows-1252`, () => Buffer.from(`\ufeff${marked('')}`)],
  '/utf16': [HTML, () => Buffer.from(`\ufeff${marked('')}`, 'utf16le')],
  '/unknown': [`${HTML}; charset=utf8mb4-invented`, () => Buffer.from(marked(''))],
};

export const charsetHost: Hostility = {
  name: 'charset',
  paths: Object.fromEntries(Object.keys(CHARSETS).map((path) => [path, path.slice(1)])),
  answer({ path }) {
    const [type, body] = CHARSETS[path] ?? [];
    return type === undefined || body === undefined
      ? null
      : { status: 200, headers: { 'content-type': type }, bytes: body() };
  },
};
