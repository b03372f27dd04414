/** Which robots.txt counts (RFC 9309 2.3), on a clock that does not wait. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROBOTS_MAX_BYTES } from '../../../lib/web/robots.js';
import { type RobotsFetch, RobotsPolicy } from '../../../lib/web/robots-policy.js';
import { type FakeClock, fakeClock } from '../../support/clock.js';
import { tempFolder } from '../../support/lake.js';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const PAGE = new URL('https://www.pma.org/directory/');

/** A policy over a site that answers as told, and what was asked of it. */
async function policyOver(clock: FakeClock = fakeClock(), file?: string) {
  const asked: string[] = [];
  const site: { status: number | null; body: string | Uint8Array; finalUrl?: string } = {
    status: 200,
    body: '',
  };
  const robotsFile = file ?? path.join(await tempFolder(), 'robots.ndjson');
  const fetch: RobotsFetch = async (url) => {
    asked.push(url);
    return {
      status: site.status,
      body: Buffer.from(site.body),
      contentType: 'text/html; charset=iso-8859-1',
      finalUrl: site.finalUrl ?? url,
    };
  };
  const open = () =>
    new RobotsPolicy({ file: robotsFile, productToken: 'NamBot', clock, longestCrawlDelaySecs: 120, fetch });
  let policy = open();
  return {
    asked,
    site,
    file: robotsFile,
    restart: () => {
      policy = open();
    },
    allowed: async (url: URL = PAGE) => (await policy.forUrl(url)).robots.check(url.href).allowed,
    verdict: (url: URL = PAGE) => policy.forUrl(url),
  };
}

describe('what an answer means', () => {
  test.each([
    [200, 'User-agent: *\nDisallow: /', false],
    [200, '', true],
    [204, '', true],
    [400, 'User-agent: *\nDisallow: /', true],
    [401, '', true],
    [403, '', true],
    [404, 'User-agent: *\nDisallow: /', true],
    [410, '', true],
    [500, '', false],
    [502, '', false],
    [503, 'User-agent: *\nAllow: /', false],
    [599, '', false],
    [null, '', false],
  ])('%s %j: allowed %s', async (status, body, allowed) => {
    const { site, ...policy } = await policyOver();
    Object.assign(site, { status, body });
    expect(await policy.allowed()).toBe(allowed);
  });

  test('a verdict for which the file has no word says why', async () => {
    const { site, ...policy } = await policyOver();
    site.status = 404;
    expect((await policy.verdict()).note).toBe('robots.txt answered 404: no rules');
    const other = await policyOver();
    other.site.status = null;
    expect((await other.verdict()).note).toBe('robots.txt is unreachable');
  });

  test.each([
    [5, false],
    [120, false],
    [121, true],
    [1e9, true],
  ])('a Crawl-delay of %i s needs a person: %s', async (secs, needs) => {
    const { site, ...policy } = await policyOver();
    site.body = `User-agent: *\nCrawl-delay: ${secs}`;
    expect((await policy.verdict()).needsPerson !== null).toBe(needs);
  });

  test('each scheme, host and port has its own', async () => {
    const policy = await policyOver();
    for (const url of [
      'https://pma.org/',
      'http://pma.org/',
      'https://pma.org:8443/',
      'https://www.pma.org/',
      'https://pma.org/x',
    ])
      await policy.allowed(new URL(url));
    expect(policy.asked).toEqual([
      'https://pma.org/robots.txt',
      'http://pma.org/robots.txt',
      'https://pma.org:8443/robots.txt',
      'https://www.pma.org/robots.txt',
    ]);
  });

  test('the file is UTF-8 whatever the header says, unless a byte order mark says otherwise', async () => {
    const { site, ...policy } = await policyOver();
    site.body = 'User-agent: *\nDisallow: /café';
    expect(await policy.allowed(new URL('https://www.pma.org/caf%C3%A9'))).toBe(false);
    const wide = await policyOver();
    wide.site.body = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('User-agent: *\r\nDisallow: /', 'utf16le'),
    ]);
    expect(await wide.allowed()).toBe(false);
  });

  test('500 KiB are read, what follows is not, and the rule at the cut is not halved', async () => {
    const { site, ...policy } = await policyOver();
    const head = 'User-agent: *\nDisallow: /closed\n';
    const filler = '# x\n'.repeat(Math.floor((ROBOTS_MAX_BYTES - head.length - 12) / 4));
    site.body = `${head}${filler}Disallow: /${'d'.repeat(100)}\nDisallow: /late\n`;
    expect(await policy.allowed(new URL('https://www.pma.org/closed'))).toBe(false);
    expect(await policy.allowed(new URL('https://www.pma.org/late'))).toBe(true);
    expect(await policy.allowed(new URL('https://www.pma.org/ddx'))).toBe(true);
    expect(await policy.allowed(PAGE)).toBe(true);
  });
});

describe('how long it counts', () => {
  test('24 hours, across restarts, then it is asked for again', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    await policy.allowed();
    clock.advance(DAY - 1000);
    policy.restart();
    await policy.allowed();
    expect(policy.asked).toHaveLength(1);
    clock.advance(2000);
    policy.restart();
    await policy.allowed();
    expect(policy.asked).toHaveLength(2);
  });

  test('24 hours within one long run too: a site that closes is obeyed', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    expect(await policy.allowed()).toBe(true);
    policy.site.body = 'User-agent: *\nDisallow: /';
    clock.advance(DAY - 1000);
    expect(await policy.allowed()).toBe(true);
    clock.advance(2000);
    expect(await policy.allowed()).toBe(false);
    expect(policy.asked).toHaveLength(2);
  });

  test('while the site fails, an older copy stands in for 30 days, and no longer', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    policy.site.body = 'User-agent: *\nDisallow: /private';
    await policy.allowed();
    policy.site.status = 503;
    clock.advance(29 * DAY);
    policy.restart();
    expect(await policy.allowed()).toBe(true);
    expect(await policy.allowed(new URL('https://www.pma.org/private'))).toBe(false);
    clock.advance(2 * DAY);
    policy.restart();
    expect(await policy.allowed()).toBe(false);
  });

  test('while a copy stands in, a restart does not ask the failing site again within the hour', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    policy.site.body = 'User-agent: *\nDisallow: /private';
    await policy.allowed();
    policy.site.status = null;
    clock.advance(2 * DAY);
    for (let i = 0; i < 3; i += 1) {
      policy.restart();
      expect(await policy.allowed()).toBe(true);
    }
    expect(policy.asked).toHaveLength(2);
    clock.advance(HOUR);
    policy.site.status = 200;
    policy.site.body = 'User-agent: *\nDisallow: /';
    policy.restart();
    expect(await policy.allowed()).toBe(false);
    expect(policy.asked).toHaveLength(3);
  });

  test('a file that lies elsewhere is not taken for that place’s own', async () => {
    const policy = await policyOver();
    policy.site.finalUrl = 'https://cdn.org/files/robots.txt';
    await policy.allowed();
    await policy.allowed(new URL('https://cdn.org/x'));
    expect(policy.asked).toEqual(['https://www.pma.org/robots.txt', 'https://cdn.org/robots.txt']);
  });

  test('a failure is not final: an hour later the site is asked again, also in the same run', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    policy.site.status = 502;
    expect(await policy.allowed()).toBe(false);
    policy.site.status = 200;
    clock.advance(HOUR / 2);
    expect(await policy.allowed()).toBe(false);
    expect(policy.asked).toHaveLength(1);
    clock.advance(HOUR);
    expect(await policy.allowed()).toBe(true);
  });

  test('many askers at once cost one request', async () => {
    const policy = await policyOver();
    await Promise.all(Array.from({ length: 20 }, () => policy.allowed()));
    expect(policy.asked).toHaveLength(1);
  });

  test('a line torn by a kill is passed over', async () => {
    const clock = fakeClock();
    const policy = await policyOver(clock);
    policy.site.body = 'User-agent: *\nDisallow: /';
    await policy.allowed();
    await fs.appendFile(policy.file, '{"origin":"https://www.pma.org","fetc');
    policy.restart();
    expect(await policy.allowed()).toBe(false);
    expect(policy.asked).toHaveLength(1);
  });
});
