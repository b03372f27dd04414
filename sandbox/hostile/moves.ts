/** Redirects: in circles, without end, and to where no crawler should go. */
import { html } from '../html.js';
import { moved } from '../misdeeds.js';
import { page, type Reply } from '../reply.js';
import { type Hostility, shell } from './site.js';

const landed = (): Reply => page(shell('Landed', html`<h1>Landed</h1>`), '2026-01-05');

export const loopHost: Hostility = {
  name: 'loop',
  paths: {
    '/self': 'A page that moved to itself',
    '/a': 'Two pages that moved to each other',
    '/grow?n=1': 'A chain that never ends and never repeats',
    '/hops/3': 'Three hops and a page',
    '/hops/20': 'Twenty hops and a page',
    '/scheme': 'http to https to http',
  },
  answer({ path, query, scheme }) {
    const hops = /^\/hops\/(\d+)$/.exec(path);
    if (hops) return hops[1] === '0' ? landed() : moved(`/hops/${Number(hops[1]) - 1}`);
    if (path === '/self') return moved('/self');
    if (path === '/a') return moved('/b');
    if (path === '/b') return moved('/a');
    if (path === '/grow') return moved(`/grow?n=${Number(query.get('n') ?? 0) + 1}`);
    if (path === '/scheme')
      return moved(`${scheme === 'https' ? 'http' : 'https'}://loop.sandbox-hostile.com/scheme`);
    return null;
  },
};

const LURES: Record<string, string> = {
  '/loopback': 'http://127.0.0.1/',
  '/localhost': 'http://localhost/',
  '/loopback6': 'http://[::1]/',
  '/mapped': 'http://[::ffff:127.0.0.1]/',
  '/decimal': 'http://2130706433/',
  '/octal': 'http://0177.0.0.1/',
  '/short': 'http://127.1/',
  '/zero': 'http://0.0.0.0/',
  '/private': 'http://10.0.0.1/admin',
  '/lan': 'http://192.168.1.1/',
  '/link-local6': 'http://[fe80::1]/',
  '/metadata': 'http://169.254.169.254/latest/meta-data/',
  '/metadata-name': 'http://metadata.google.internal/computeMetadata/v1/',
  '/file': 'file:///etc/passwd',
  '/gopher': 'gopher://127.0.0.1:70/1',
  '/data': 'data:text/html,<h1>hello</h1>',
  '/userinfo': 'https://www.pma.org@elsewhere.sandbox-hostile.com/landed',
  '/elsewhere': 'https://elsewhere.sandbox-hostile.com/landed',
  '/control': 'http://sandbox.invalid/truth.json',
  '/nowhere': 'https://no-such-host.sandbox-hostile.com/',
};

export const lureHost: Hostility = {
  name: 'lure',
  paths: Object.fromEntries(Object.entries(LURES).map(([path, to]) => [path, `Moved to ${to}`])),
  answer: ({ path }) => (LURES[path] === undefined ? null : moved(LURES[path])),
};

export const elsewhereHost: Hostility = {
  name: 'elsewhere',
  paths: { '/landed': 'Where redirects to another host end' },
  robots: 'User-agent: *\nDisallow: /landed\n',
  answer: ({ path }) => (path === '/landed' ? landed() : null),
};
