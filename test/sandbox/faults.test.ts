import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { decode1252 } from '../../sandbox/charset.js';
import type { FaultDial, FaultRule } from '../../sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { makeClient } from './client.js';
import { attempt } from './raw.js';

const open: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});
async function start(faults: FaultDial = {}) {
  const sandbox = await startSandbox({ seed: 7, size: 0.02, faults });
  open.push(sandbox);
  return { sandbox, web: makeClient(sandbox) };
}
const withRules = (...rules: FaultRule[]): FaultDial => ({ rules }) as FaultDial;
const LIST = 'https://www.pma.org/directory/members.asp';
const once = async (rule: FaultRule, url = LIST, ms = 1500) => {
  const { sandbox } = await start(withRules(rule));
  return [await attempt(sandbox, url, ms), await attempt(sandbox, url)] as const;
};

describe('a rule of the fault dial', () => {
  it('strikes the same addresses whatever the order, and lets a retry succeed after so many tries', async () => {
    const fates = async (backwards: boolean) => {
      const { web } = await start(withRules({ fault: '503', share: 0.4, tries: 2 }));
      const { pages } = await web.truth();
      const urls = pages.map((p) => p.url).filter((url) => url.startsWith('https://www.agma.org/'));
      const out: [string, number[]][] = [];
      for (const url of backwards ? urls.reverse() : urls) {
        const seen = [];
        for (let i = 0; i < 4; i++) seen.push((await web.get(url)).status);
        out.push([url, seen]);
      }
      return out.sort(([a], [b]) => (a < b ? -1 : 1));
    };
    const forwards = await fates(false);
    expect(await fates(true)).toEqual(forwards);
    const kinds = new Set(forwards.map(([, seen]) => seen.join()));
    expect(kinds).toEqual(new Set(['200,200,200,200', '503,503,200,200']));
  });

  it('keeps to its host and path, and spares robots.txt unless told', async () => {
    const { web } = await start(
      withRules(
        { fault: '500', host: 'www.nema.org', path: '/about', tries: 'all' },
        { fault: '502', host: 'www.pma.org', tries: 'all' },
        { fault: '503', host: 'www.agma.org', path: '/robots.txt', tries: 'all' },
      ),
    );
    const status = async (url: string) => (await web.get(url)).status;
    expect(await status('https://www.nema.org/about/')).toBe(500);
    expect(await status('https://www.nema.org/')).toBe(200);
    expect(await status('https://www.pma.org/')).toBe(502);
    expect(await status('https://www.pma.org/robots.txt')).toBe(200);
    expect(await status('https://www.agma.org/robots.txt')).toBe(503);
    expect(await status('https://www.agma.org/')).toBe(200);
  });

  it('makes bursts of so many requests with a rest between them', async () => {
    const { web } = await start(withRules({ fault: '503', burst: 3, share: 0.3 }));
    let seen = '';
    for (let i = 0; i < 80; i++) seen += (await web.get('https://www.nema.org/')).status === 503 ? 'x' : '.';
    expect(seen).toMatch(/x/);
    for (const run of seen.replace(/x+$/, '').match(/x+/g) ?? []) expect(run).toBe('xxx');
    for (const rest of seen.slice(0, -3).match(/(?<=x)\.+(?=x)/g) ?? [])
      expect(rest.length).toBeGreaterThanOrEqual(3);
  });

  it('lets a whole site go out in the midst of a crawl, each host by its own requests, and come back', async () => {
    const { sandbox } = await start(
      withRules(
        { fault: 'reset', host: '*.pma.org', path: '/', after: 3, lasts: 4 },
        { fault: '403', host: 'www.nema.org', after: 2 },
        { fault: '401', host: 'www.agma.org', after: 1, lasts_ms: 300 },
      ),
    );
    const statuses = async (url: string, times: number) => {
      const seen = [];
      for (let i = 0; i < times; i++) seen.push((await attempt(sandbox, url)).status);
      return seen;
    };
    expect(await statuses('https://www.pma.org/robots.txt', 9)).toEqual([
      200, 200, 200, 0, 0, 0, 0, 200, 200,
    ]);
    expect(await statuses('https://www.nema.org/about/', 6)).toEqual([200, 200, 403, 403, 403, 403]);
    expect(await statuses('https://www.nema.org/robots.txt', 1)).toEqual([200]);
    expect(await statuses('https://www.agma.org/', 3)).toEqual([200, 401, 401]);
    await expect
      .poll(async () => (await statuses('https://www.agma.org/', 1))[0], { timeout: 3000 })
      .toBe(200);
  });

  it('gives Retry-After as seconds, as a date, or not at all', async () => {
    const header = async (rule: Partial<FaultRule>) =>
      (await once({ fault: '429', ...rule }))[0].headers['retry-after'];
    expect(await header({})).toBeUndefined();
    expect(await header({ retry_after: 7 })).toBe('7');
    const date = Date.parse(String(await header({ retry_after: 60, retry_as: 'date' })));
    expect(date - Date.now()).toBeGreaterThan(50_000);
    expect(date - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['reset', {}, 'none'],
    ['hang', {}, 'timeout'],
    ['hang', { ms: 50 }, 'none'],
    ['cut', {}, 'aborted'],
    ['stall', {}, 'timeout'],
    ['stall', { ms: 50 }, 'aborted'],
    ['drip', { every_ms: 20 }, 'timeout'],
    ['length-high', {}, 'aborted'],
  ] as const)('%s %o ends in "%s", then in a page', async (fault, manner, how) => {
    const [first, second] = await once({ fault, ...manner }, LIST, how === 'timeout' ? 300 : 1500);
    expect(first.how).toBe(how);
    expect([second.how, second.status]).toEqual(['end', 200]);
    expect(second.bytes.toString()).toContain('</html>');
    expect(first.bytes.length < Number(first.headers['content-length'] ?? 1)).toBe(true);
  });

  it('lies about lengths and codings', async () => {
    const [low, page] = await once({ fault: 'length-low' });
    expect([low.how, low.bytes.length]).toEqual(['end', page.bytes.length >> 1]);
    const [cut] = await once({ fault: 'gzip-cut' });
    expect([cut.how, cut.headers['content-encoding']]).toEqual(['end', 'gzip']);
    expect(() => gunzipSync(cut.bytes)).toThrow();
    const [bomb] = await once({ fault: 'gzip-bomb', mb: 12 });
    expect(bomb.bytes.length).toBeLessThan(20_000);
    expect(gunzipSync(bomb.bytes).length).toBe(12_000_000);
    const [huge] = await once({ fault: 'huge', mb: 3 });
    expect(huge.bytes.length).toBeGreaterThan(3_000_000);
  });

  it('mislabels charsets both ways', async () => {
    const terms = 'https://www.agma.org/terms/';
    const [asUtf8, page] = await once({ fault: 'says-utf8' }, terms);
    expect(page.bytes.toString()).toContain('“AGMA”');
    expect(asUtf8.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(asUtf8.headers.etag).toBeUndefined();
    expect(decode1252(asUtf8.bytes)).toContain('“AGMA”');
    const [as1252] = await once({ fault: 'says-1252' }, terms);
    expect(as1252.headers['content-type']).toBe('text/html; charset=windows-1252');
    expect(as1252.bytes.toString()).toContain('“AGMA”');
  });

  it('redirects in a circle, inwards and elsewhere', async () => {
    const location = async (fault: string, more: Partial<FaultRule> = {}) =>
      (await once({ fault, ...more }))[0].headers.location;
    expect(await location('redirect-loopback')).toBe('http://127.0.0.1/');
    expect(await location('redirect-metadata')).toBe('http://169.254.169.254/latest/meta-data/');
    expect(await location('redirect-file')).toBe('file:///etc/passwd');
    expect(await location('redirect-host', { to: 'https://x.example/' })).toBe('https://x.example/');
    const { sandbox } = await start(withRules({ fault: 'redirect-loop' }));
    let url = LIST;
    for (let i = 0; i < 6; i++) {
      const { status, headers } = await attempt(sandbox, url);
      expect(status).toBe(302);
      url = new URL(String(headers.location), url).href;
    }
    expect((await attempt(sandbox, LIST)).status).toBe(200);
  });

  it('puts up walls', async () => {
    const [challenge] = await once({ fault: 'challenge' });
    expect([challenge.status, challenge.headers['cf-mitigated']]).toEqual([403, 'challenge']);
    expect((await once({ fault: 'challenge-503' }))[0].status).toBe(503);
    const [captcha] = await once({ fault: 'captcha' });
    expect([captcha.status, captcha.bytes.toString().includes('g-recaptcha')]).toEqual([200, true]);
    const [soft] = await once({ fault: 'soft-404' });
    expect([soft.status, soft.bytes.toString().includes('Page not found')]).toEqual([200, true]);
  });
});

describe('the fault dial', () => {
  it('refuses what it does not know', async () => {
    const { web } = await start();
    const turn = async (dial: unknown) =>
      (await web.get('http://sandbox.invalid/faults', { method: 'POST', body: JSON.stringify(dial) })).status;
    for (const wrong of [
      { rules: [{ fault: 'teapot' }] },
      { rules: [{ fault: '503', shaer: 1 }] },
      { rules: [{ fault: '503', share: 2 }] },
      { rules: [{ fault: '503', tries: 0 }] },
      { rules: [{ fault: 'constructor' }] },
      { rules: [{ fault: 'reset', lasts: 3 }] },
      { rules: [{ fault: 'reset', after: 3, burst: 2 }] },
      { rules: {} },
      { preset: 'best' },
      { '503': 'often' },
      [],
      null,
    ])
      expect(await turn(wrong), JSON.stringify(wrong)).toBe(400);
    expect(await turn({ preset: 'worst' })).toBe(200);
    expect(JSON.parse((await web.get('http://sandbox.invalid/faults')).body).rules.length).toBeGreaterThan(
      10,
    );
  });

  it('at its worst lets every page come in the end, and the log says what was done when', async () => {
    const { sandbox, web } = await start({ preset: 'worst' } as FaultDial);
    const { pages } = await web.truth();
    const begun = Date.now();
    const comes = async (url: string) => {
      for (let tries = 0; tries < 12; tries++) {
        const { how, status, headers, bytes } = await attempt(sandbox, url, 5000, 2e6);
        if (
          how === 'end' &&
          status === 200 &&
          headers['content-encoding'] === undefined &&
          bytes.length < 1e6
        )
          return true;
      }
      return false;
    };
    const waiting = pages.map((p) => p.url);
    const crawler = async () => {
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop())
        expect(await comes(url), url).toBe(true);
    };
    await Promise.all(Array.from({ length: 12 }, crawler));
    const log = JSON.parse((await web.get('http://sandbox.invalid/log.json')).body) as {
      at: string;
      t_ms: number;
      fault: string | null;
      bytes: number;
    }[];
    expect(log.length).toBeGreaterThan(pages.length);
    expect(new Set(log.map((e) => e.fault)).size).toBeGreaterThan(8);
    for (const entry of log) {
      expect(entry.at).toMatch(/\.\d{3}Z$/);
      expect(Date.parse(entry.at)).toBeGreaterThanOrEqual(begun - 5);
      const [since, wall] = [entry.t_ms - log[0]!.t_ms, Date.parse(entry.at) - Date.parse(log[0]!.at)];
      expect(Math.abs(since - wall)).toBeLessThan(1000);
    }
  }, 60_000);
});
