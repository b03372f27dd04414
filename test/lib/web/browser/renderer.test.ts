/** The browser draws pages, and nothing leaves it but what the given fetch is asked for. Real Chromium, real sockets. */
import { createSocket } from 'node:dgram';
import { chmodSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../lib/config.js';
import { findChromium } from '../../../../lib/web/browser/find-chromium.js';
import { openRenderer } from '../../../../lib/web/browser/renderer.js';
import type { BrowserSettings, ResourceRequest } from '../../../../lib/web/browser/types.js';
import { tempFolder } from '../../../support/lake.js';

const { agents } = await loadConfig();
const settings: BrowserSettings = { ...agents.browser, quiet_ms: 120, deadline_ms: 4_000 };
const open = (more: Partial<BrowserSettings> = {}) =>
  openRenderer({ settings: { ...settings, ...more }, userAgent: 'TestBot/1.0', env: process.env });
const shared = open();
afterAll(() => shared.close());
const signal = new AbortController().signal;
const URL_ = 'https://www.dynamic.example/members/';

type Routes = Record<string, string | ((request: ResourceRequest) => string | null)>;

/** Draws a page whose resources come from a table; what is not in it is refused. */
async function draw(html: string, routes: Routes = {}, more = false, renderer = shared) {
  const asked: ResourceRequest[] = [];
  const rendered = await renderer.render({
    url: URL_,
    html,
    more: () => more,
    signal,
    fetch: async (request) => {
      asked.push(request);
      const url = new URL(request.url);
      const route = routes[url.pathname + url.search] ?? routes[url.pathname];
      const body = typeof route === 'function' ? route(request) : route;
      if (body === undefined || body === null) return null;
      const type = url.pathname.endsWith('.js') ? 'text/javascript' : 'application/json';
      return { status: 200, headers: { 'content-type': type, 'access-control-allow-origin': '*' }, body };
    },
  });
  return { ...rendered, asked };
}

const page = (body: string, head = '') =>
  `<!doctype html><html><head><title>x</title>${head}</head><body>${body}</body></html>`;

describe('a page is drawn', () => {
  test('by its scripts, from what the fetcher answers; the page itself is not asked for again', async () => {
    const { html, asked, cut } = await draw(page('<div id="root"></div><script src="/app.js"></script>'), {
      '/app.js': `fetch('/api/members').then(r => r.json()).then(list => { for (const m of list) { const p = document.createElement('p'); p.textContent = m; document.getElementById('root').appendChild(p); } })`,
      '/api/members': JSON.stringify(['Acme Gear', 'Bolt Works']),
    });
    expect(html).toContain('<p>Acme Gear</p><p>Bolt Works</p>');
    expect(asked.map((r) => new URL(r.url).pathname)).toEqual(['/app.js', '/api/members']);
    expect(cut).toBeNull();
  });

  test('with JSON by POST, the body handed on', async () => {
    const { html } = await draw(
      page(`<div id="app"></div><script>
        fetch('https://api.dynamic.example/search', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({from: 3})})
          .then(r => r.json()).then(j => { document.getElementById('app').textContent = j.got; })</script>`),
      { '/search': ({ method, body }) => JSON.stringify({ got: `${method} ${body}` }) },
    );
    expect(html).toContain('POST {"from":3}');
  });

  test('scrolled and pressed until nothing new comes', async () => {
    const { html, rounds, cut } = await draw(
      page(`<ul id="list"></ul><button id="more">Load more</button><script>
        let page = 0;
        async function load() {
          const rows = await (await fetch('/rows?page=' + (++page))).json();
          for (const r of rows) list.insertAdjacentHTML('beforeend', '<li>' + r + '</li>');
          if (page === 4) more.hidden = true;
        }
        more.onclick = load; load();</script>`),
      { '/rows': ({ url }) => JSON.stringify([`row ${new URL(url).searchParams.get('page')}`]) },
      true,
    );
    expect(html.match(/<li>row \d/g)).toHaveLength(4);
    expect(rounds).toBe(3);
    expect(cut).toBeNull();
  });

  test('with what stands in open shadow trees', async () => {
    const { html } = await draw(
      page(`<x-list></x-list><script>
        customElements.define('x-list', class extends HTMLElement { connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<p>Cog Co</p>'; } });</script>`),
    );
    expect(html).toContain('<p>Cog Co</p>');
  });

  test('waiting for the site does not count against its time', async () => {
    const renderer = open({ deadline_ms: 500 });
    const asked: string[] = [];
    const rendered = await renderer.render({
      url: URL_,
      html: page(
        `<p id="p">-</p><script>fetch('/slow').then(r => r.text()).then(t => { p.textContent = t; })</script>`,
      ),
      more: () => false,
      signal,
      fetch: async ({ url }) => {
        asked.push(url);
        await new Promise((done) => setTimeout(done, 900));
        return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'late but here' };
      },
    });
    await renderer.close();
    expect(rendered).toMatchObject({ cut: null, answered: 1 });
    expect(rendered.html).toContain('late but here');
  });
});

describe('a page is held in bounds', () => {
  test('pictures, fonts, media and trackers are not asked for', async () => {
    const { asked, blocked } = await draw(
      page(
        `<img src="/logo.png"><video src="/v.mp4"></video><script src="https://www.google-analytics.com/analytics.js"></script><script src="/app.js"></script>`,
      ),
      { '/app.js': '' },
    );
    expect(asked.map((r) => r.url)).toEqual(['https://www.dynamic.example/app.js']);
    expect(blocked).toBeGreaterThanOrEqual(2);
  });

  test('one that asks without end is cut', async () => {
    const renderer = open({ max_requests: 10, deadline_ms: 800 });
    const { asked, cut } = await draw(
      page(
        `<script>let i = 0; setInterval(() => fetch('/poll?' + (++i)).catch(() => 0), 5)</script><p>still here</p>`,
      ),
      { '/poll': '1' },
      false,
      renderer,
    );
    await renderer.close();
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(cut).not.toBeNull();
  });

  test('one whose script never yields costs its deadline, and the next page is drawn', async () => {
    const renderer = open({ deadline_ms: 600 });
    const { cut } = await draw(page('<script>for (;;) {}</script>'), {}, false, renderer);
    expect(cut).toBe('deadline');
    const next = await draw(page('<p>well</p>'), {}, false, renderer);
    await renderer.close();
    expect(next.html).toContain('<p>well</p>');
  });

  test('it cannot lead the browser elsewhere, nor open windows', async () => {
    const { html, asked } = await draw(
      page(
        `<p>here</p><iframe src="https://other.example/frame"></iframe><script>window.open('https://other.example/'); setTimeout(() => { location.href = 'https://other.example/away'; }, 10)</script>`,
      ),
    );
    expect(html).toContain('<p>here</p>');
    expect(asked).toEqual([]);
  });

  test('a crash of the browser is survived: the page is drawn again', async () => {
    const renderer = open();
    let killed = 0;
    const { html } = await draw(
      page(
        `<p id="p"></p><script>fetch('/once').then(r => r.text()).then(t => { p.textContent = t; })</script>`,
      ),
      {
        '/once': () => {
          killed += 1;
          if (killed === 1) renderer.kill();
          return 'drawn';
        },
      },
      false,
      renderer,
    );
    await renderer.close();
    expect(html).toContain('drawn');
    expect(killed).toBe(2);
  });
});

test('nothing leaves the browser around the fetch: no socket of it reaches this machine or another', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const udp = createSocket('udp4');
  let packets = 0;
  udp.on('message', () => {
    packets += 1;
  });
  await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
  const tcp = (server.address() as AddressInfo).port;
  const stun = udp.address().port;
  const to = `http://127.0.0.1:${tcp}`;
  const { asked, html } = await draw(
    page(
      `<p id="p">-</p><link rel="preconnect" href="${to}"><link rel="dns-prefetch" href="${to}"><link rel="prefetch" href="${to}/prefetch"><link rel="preload" as="fetch" href="${to}/preload"><iframe src="${to}/frame"></iframe><img src="${to}/img"><a id="a" href="${to}/a" ping="${to}/ping">a</a>
       <script type="speculationrules">{"prerender":[{"source":"list","urls":["/pre"]}],"prefetch":[{"source":"list","urls":["${to}/spec"]}]}</script>
       <script>
        const told = [];
        const tell = { push(word) { told.push(word); p.textContent = told.join(); } };
        try { const s = new WebSocket('ws://127.0.0.1:${tcp}/ws'); s.onopen = () => tell.push('ws open'); } catch {}
        try { new EventSource('${to}/events'); } catch {}
        navigator.sendBeacon('${to}/beacon', 'x');
        fetch('${to}/fetch', { mode: 'no-cors', keepalive: true }).catch(() => {});
        try { new Worker(URL.createObjectURL(new Blob(["fetch('${to}/worker').catch(() => 0); new WebSocket('ws://127.0.0.1:${tcp}/w2')"]))); } catch {}
        navigator.serviceWorker?.register('/sw.js').catch(() => {});
        tell.push(typeof RTCPeerConnection);
        try { const c = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${stun}' }] }); c.createDataChannel('d'); c.createOffer().then(o => c.setLocalDescription(o)); } catch {}
        document.getElementById('a').click();
       </script>`,
      `<meta http-equiv="refresh" content="0;url=${to}/refresh">`,
    ),
  );
  await new Promise((done) => setTimeout(done, 300));
  server.close();
  udp.close();
  expect({ connections, packets }).toEqual({ connections: 0, packets: 0 });
  // What was asked for was asked of the fetch, which refuses a private address by itself.
  expect(asked.length).toBeGreaterThan(0);
  expect(html).toContain('undefined');
});

describe('the program', () => {
  test('is the one that CHROME_PATH names, else the first on the PATH', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 'google-chrome');
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
    expect(await findChromium({ PATH: folder })).toBe(file);
    expect(await findChromium({ PATH: '', CHROME_PATH: file })).toBe(file);
    await expect(findChromium({ CHROME_PATH: path.join(folder, 'none') })).rejects.toThrow(/CHROME_PATH/);
  });

  test('one that does not start is told with what to do', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 'chromium');
    writeFileSync(file, '#!/bin/sh\nexit 3\n');
    chmodSync(file, 0o755);
    const renderer = openRenderer({ settings, userAgent: 'x', env: { ...process.env, CHROME_PATH: file } });
    const failed = renderer.render({
      url: URL_,
      html: '',
      more: () => false,
      signal,
      fetch: async () => null,
    });
    await expect(failed).rejects.toMatchObject({
      code: 'NO_BROWSER',
      message: expect.stringContaining('npx playwright-core install chromium'),
    });
    await renderer.close();
  });
});
