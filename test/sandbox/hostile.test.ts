import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode1252 } from '../../sandbox/charset.js';
import { CHARSET_TEXT } from '../../sandbox/hostile/bodies.js';
import { hostileHosts } from '../../sandbox/hostile/hosts.js';
import { PRIZES } from '../../sandbox/hostile/site.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { makeClient, unescapeHtml } from './client.js';
import { attempt } from './raw.js';

let sandbox: Sandbox;
let web: ReturnType<typeof makeClient>;
const on = (name: string, path: string) => `https://${name}.sandbox-hostile.com${path}`;
const get = (name: string, path: string) => web.get(on(name, path));
const links = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map((m) => unescapeHtml(m[1]!));

beforeAll(async () => {
  sandbox = await startSandbox({ size: 0.01 });
  web = makeClient(sandbox);
});
afterAll(() => sandbox.close());

describe('the hostile hosts', () => {
  it('have an honest home page and the same five members', async () => {
    for (const [host] of hostileHosts()) {
      expect((await web.get(`https://${host}/`)).status, host).toBe(200);
      const { body } = await web.get(`http://${host}/members/`);
      for (const { name } of PRIZES) expect(unescapeHtml(body)).toContain(name);
    }
  });

  it('lead on for ever', async () => {
    let path = '/calendar/2026-11';
    for (let i = 0; i < 30; i++) path = links((await get('trap', path)).body).at(-1)!;
    expect(path).toBe('/calendar/2029-05');
    const seen = new Set(['/list?sid=start']);
    for (const address of seen) {
      if (seen.size > 60) break;
      for (const link of links((await get('trap', address)).body))
        if (link.startsWith('/list')) seen.add(link);
    }
    expect(seen.size).toBeGreaterThan(60);
    const again = links((await get('trap', '/list?sid=start')).body);
    expect(again).toEqual(links((await get('trap', '/list?sid=start')).body));
    const shop = links((await get('trap', '/shop/?color=red')).body);
    expect(shop).toContain('/shop/?color=red&size=xl');
    expect(links((await get('trap', '/deep/1/')).body)).toContain('/deep/1/4/');
  });

  it('explode, drag and break off', async () => {
    expect(gunzipSync((await get('bomb', '/10mb')).bytes).length).toBe(10_000_000);
    const large = await get('bomb', '/1gb');
    expect(large.bytes.length).toBeLessThan(1_500_000);
    expect(gunzipSync(gunzipSync((await get('bomb', '/twice')).bytes)).length).toBe(10_000_000);
    expect((await get('bomb', '/nested')).body.match(/<div>/g)).toHaveLength(20_000);
    const huge = await attempt(sandbox, on('huge', '/page'), 5000, 2_000_000);
    expect(huge.bytes.length).toBeGreaterThan(2_000_000);
    expect((await attempt(sandbox, on('slow', '/drip'), 500)).bytes.length).toBeLessThan(10);
    expect(await attempt(sandbox, on('slow', '/hang'), 200)).toMatchObject({ how: 'timeout', status: 0 });
    expect(await attempt(sandbox, on('slow', '/stall'), 200)).toMatchObject({ how: 'timeout', status: 200 });
    expect((await attempt(sandbox, on('reset', '/before'))).how).toBe('none');
    expect((await attempt(sandbox, on('reset', '/mid'))).how).toBe('aborted');
    expect((await attempt(sandbox, on('length', '/high'))).how).toBe('aborted');
  });

  it('speak in tongues', async () => {
    const bytes = async (path: string) => (await get('charset', path)).bytes;
    const shown = CHARSET_TEXT.replace('&', '&amp;');
    for (const path of ['/says-utf8', '/says-latin1', '/meta-1252', '/meta-lies', '/nothing'])
      expect(decode1252(await bytes(path)), path).toContain(shown);
    for (const path of ['/says-1252', '/bom', '/unknown'])
      expect((await bytes(path)).toString(), path).toContain(shown);
    expect((await bytes('/utf16')).toString('utf16le')).toContain(shown);
  });

  it('send visitors around and astray', async () => {
    const location = async (name: string, path: string) => (await get(name, path)).headers.location;
    expect([await location('loop', '/a'), await location('loop', '/b')]).toEqual(['/b', '/a']);
    expect(await location('loop', '/self')).toBe('/self');
    expect(await location('loop', '/grow?n=8')).toBe('/grow?n=9');
    expect((await get('loop', '/hops/0')).status).toBe(200);
    expect(await location('lure', '/metadata')).toBe('http://169.254.169.254/latest/meta-data/');
    expect(await location('lure', '/file')).toBe('file:///etc/passwd');
    expect((await get('elsewhere', '/robots.txt')).body).toContain('Disallow: /landed');
    // nothing answers where they lead
    expect((await attempt(sandbox, 'http://127.0.0.1/')).how).toBe('none');
    expect((await attempt(sandbox, 'http://169.254.169.254/latest/meta-data/')).how).toBe('none');
  });

  it('put up walls, and pretend', async () => {
    expect((await get('block', '/challenge')).body).toContain('Just a moment...');
    expect((await get('block', '/challenge-503')).status).toBe(503);
    expect((await get('block', '/captcha')).status).toBe(200);
    expect((await get('soft404', '/anything/at/all')).status).toBe(200);
    expect((await get('status', '/429?after=3')).headers['retry-after']).toBe('3');
    expect((await get('status', '/503?after=soon')).headers['retry-after']).toBe('soon');
    const flaky = [];
    for (let i = 0; i < 3; i++) flaky.push((await get('status', '/flaky?fails=2')).status);
    expect(flaky).toEqual([503, 503, 200]);
  });

  it('have too much to say, or nothing, in robots.txt and sitemaps', async () => {
    const { body } = await get('robots', '/robots.txt');
    expect(body.length).toBeGreaterThan(600_000);
    expect(body.indexOf('Disallow: /before-limit/')).toBeLessThan(500 * 1024 - 30);
    expect(body.indexOf('Disallow: /after-limit/')).toBeGreaterThan(500 * 1024);
    expect((await get('robots-500', '/robots.txt')).status).toBe(500);
    expect((await attempt(sandbox, on('robots-hang', '/robots.txt'), 200)).how).toBe('timeout');
    expect((await get('robots-html', '/robots.txt')).headers['content-type']).toContain('text/html');
    const large = (await get('sitemap', '/sitemap.xml')).body;
    const locs = [...large.matchAll(/<loc>(.*?)<\/loc>/g)].map((m) => m[1]!);
    expect(locs).toHaveLength(50_000);
    const members = locs.filter((loc) => loc.includes('/member/'));
    expect(members).toHaveLength(5);
    for (const [i, url] of members.entries())
      expect((await web.get(url)).body).toContain(unescapeHtml(PRIZES[i]!.name).split('&')[0]!);
    expect(gunzipSync((await get('sitemap', '/members.xml.gz')).bytes).toString()).toContain(members[0]);
  });
});
