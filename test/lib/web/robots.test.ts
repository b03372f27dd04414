/** robots.txt by RFC 9309: the RFC's own examples, a table of cases, and robots-parser as a second opinion. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Robot } from 'robots-parser';
import { describe, expect, test } from 'vitest';
import { parseRobots, robotsText } from '../../../lib/web/robots.js';

// Its types say `export default`, but it is CommonJS.
const robotsParser = createRequire(import.meta.url)('robots-parser') as (url: string, text: string) => Robot;

const URL_OF_ROBOTS = 'https://example.com/robots.txt';
const parse = (text: string, token = 'NamBot') => parseRobots(text, token, URL_OF_ROBOTS);
const may = (text: string, path: string, token?: string) =>
  parse(text, token).check(`https://example.com${path}`).allowed;

describe('the RFC’s own examples', () => {
  const simple = `User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
`;
  test.each([
    ['foobot', '/example/page.html', true],
    ['foobot', '/example/allowed.gif', true],
    ['foobot', '/', false],
    ['barbot', '/example/page.html', false],
    ['bazbot', '/example/page.html', false],
    ['bazbot', '/example/', true],
    ['quxbot', '/example/', true],
    ['quxbot', '/a.gif', true],
    ['other', '/a.gif', false],
    ['other', '/a.gif?x', true],
    ['other', '/example/x', false],
    ['other', '/publications/x', true],
  ] as const)('5.1: %s on %s: %s', (token, path, allowed) => {
    expect(may(simple, path, token)).toBe(allowed);
  });

  test.each([
    ['/example/page/', true],
    ['/example/page/disallowed.gif', false],
    ['/example/page/disallowed.gif?x', false],
    ['/example/other', true],
  ])('5.2, longest match: %s: %s', (path, allowed) => {
    const text = 'User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n';
    expect(may(text, path, 'foobot')).toBe(allowed);
  });

  test.each([
    // rule, path, matches (2.2.2)
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz', true],
    ['/foo/bar?baz=http://foo.bar', '/foo/bar?baz=http://foo.bar', true],
    ['/foo/bar/U+30C4'.replace('U+30C4', 'ツ'), '/foo/bar/%E3%83%84', true],
    ['/foo/bar/%E3%83%84', '/foo/bar/ツ', true],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84', true],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz', true],
    // 2.2.3
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html', true],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-x.html', false],
    ['/path/foo-%24', '/path/foo-$', true],
    ['/path/foo-%24', '/path/foo-', false],
  ])('2.2.2 and 2.2.3: rule %s on %s: %s', (rule, path, matches) => {
    expect(may(`User-agent: *\nDisallow: ${rule}`, path)).toBe(!matches);
  });
});

describe('groups', () => {
  test.each([
    ['the token is compared without regard to case', 'user-agent: NAMBOT\ndisallow: /', false],
    ['and whole', 'User-agent: NamBotX\nDisallow: /', true],
    ['a version after it does not matter', 'User-agent: NamBot/2.1\nDisallow: /', false],
    ['nor a second word', 'User-agent: NamBot (crawler)\nDisallow: /', false],
    ['nor what follows a comma or semicolon', 'User-agent: NamBot, other\nDisallow: /', false],
    [
      'several groups of a token are one',
      'User-agent: NamBot\nAllow: /a\n\nUser-agent: x\nDisallow:\n\nUser-agent: nambot\nDisallow: /',
      false,
    ],
    [
      '* counts only when no group names the token',
      'User-agent: *\nDisallow: /\n\nUser-agent: NamBot\nDisallow: /z',
      true,
    ],
    [
      'an own group without rules allows everything',
      'User-agent: NamBot\nDisallow:\n\nUser-agent: *\nDisallow: /',
      true,
    ],
    ['an own group of nothing but its name too', 'User-agent: *\nDisallow: /\n\nUser-agent: NamBot\n', true],
    ['rules before any group are nobody’s', 'Disallow: /\n\nUser-agent: *\nDisallow: /z', true],
    [
      'a crawl-delay does not close the list of agents',
      'User-agent: NamBot\nCrawl-delay: 2\nUser-agent: x\nDisallow: /',
      false,
    ],
    ['nor does a sitemap line', 'User-agent: NamBot\nSitemap: /s.xml\nUser-agent: x\nDisallow: /', false],
    ['nor a blank line', 'User-agent: NamBot\n\nDisallow: /', false],
    ['an unknown line changes nothing', 'User-agent: *\nNoindex: /a\nHost: x\nnonsense\nDisallow: /', false],
  ])('%s', (_promise, text, allowed) => {
    expect(may(text, '/page')).toBe(allowed);
  });
});

describe('patterns', () => {
  test.each([
    ['/fish', '/fish.html', true],
    ['/fish', '/Fish.asp', false],
    ['/fish*', '/fishheads', true],
    ['/fish/', '/fish', false],
    ['/fish/', '/fish/?id=1', true],
    ['/*.php', '/folder/x.php?y', true],
    ['/*.php', '/x.PHP', false],
    ['/*.php$', '/x.php', true],
    ['/*.php$', '/x.php?p', false],
    ['/*.php$', '/x.php/', false],
    ['/fish*.php', '/fishheads/cat.php?p', true],
    ['/fish*.php', '/Fish.PHP', false],
    ['/$', '/', true],
    ['/$', '/a', false],
    ['*', '/anything', true],
    ['**', '/anything', true],
    ['*$', '/anything', true],
    ['/a$b', '/a$b', true],
    ['/a$b', '/a', false],
    ['/a*b*c$', '/aXbXbXc', true],
    ['/a*b*c$', '/aXbXc/', false],
    ['/a*a$', '/a', false],
    ['/a*a$', '/aa', true],
    ['/a*', '/a', true],
    ['/?', '/?', true],
    ['/p?', '/p?x=1', true],
    ['/p?', '/p', false],
    ['fish', '/fish', false],
    ['/~joe', '/%7Ejoe', true],
    ['/%7Ejoe', '/~joe', true],
    ['/a%2Fb', '/a/b', false],
    ['/a%2fb', '/a%2Fb', true],
    ['/a%3Cb', '/a%3cb', true],
    ['/100%', '/100%', true],
  ])('%s on %s: %s', (rule, path, matches) => {
    expect(may(`User-agent: *\nDisallow: ${rule}`, path)).toBe(!matches);
  });

  test('the longest rule wins whatever the order, and on a tie the one that allows', () => {
    expect(may('User-agent: *\nDisallow: /page\nAllow: /page', '/page')).toBe(true);
    expect(may('User-agent: *\nAllow: /p\nDisallow: /pa', '/page')).toBe(false);
    expect(may('User-agent: *\nDisallow: /\nAllow: /$', '/')).toBe(true);
    expect(may('User-agent: *\nAllow: /folder\nDisallow: /*.htm', '/folder/page.htm')).toBe(true);
    expect(may('User-agent: *\nAllow: /page\nDisallow: /*.htm', '/page.htm')).toBe(false);
  });

  test('the deciding line is told as it was written', () => {
    expect(parse('User-agent: *\nDisallow: /a%7eb # no').check('https://example.com/a~b')).toEqual({
      allowed: false,
      rule: 'Disallow: /a%7eb',
    });
    expect(parse('').check('https://example.com/')).toEqual({ allowed: true, rule: null });
  });

  test('/robots.txt itself is always allowed', () => {
    expect(may('User-agent: *\nDisallow: /', '/robots.txt')).toBe(true);
  });

  test('a URL’s fragment and host case do not matter', () => {
    expect(parse('User-agent: *\nDisallow: /a').check('HTTPS://EXAMPLE.com/b#/a').allowed).toBe(true);
    expect(parse('User-agent: *\nDisallow: /').check('https://example.com').allowed).toBe(false);
    expect(parse('User-agent: *\nDisallow: /?q').check('https://example.com?q=1').allowed).toBe(false);
  });
});

describe('lines', () => {
  test.each([
    ['LF', 'User-agent: *\nDisallow: /'],
    ['CRLF', 'User-agent: *\r\nDisallow: /\r\n'],
    ['CR', 'User-agent: *\rDisallow: /'],
    ['a mix', '# x\r\nUser-agent: *\r\r\nDisallow: /\n'],
    ['a byte order mark', '\ufeffUser-agent: *\nDisallow: /'],
    ['tabs and blanks', '\t User-agent \t:\t* \n  Disallow  :\t/ \t'],
    ['comments', 'User-agent: * # all\nDisallow: / # everything'],
  ])('%s is understood', (_name, text) => {
    expect(may(text, '/page')).toBe(false);
  });

  test('a byte order mark anywhere but at the start breaks its line', () => {
    expect(may('User-agent: *\n\ufeffDisallow: /', '/page')).toBe(true);
  });
});

test.each([
  ['Crawl-delay: 5', 5],
  ['crawl-delay:0.5', 0.5],
  ['Crawl-delay: 5 10', null],
  ['Crawl-delay: -1', null],
  ['Crawl-delay: +1', null],
  ['Crawl-delay: soon', null],
  ['Crawl-delay:', null],
  ['Crawl-delay: 1e3', null],
])('%s is %s seconds', (line, seconds) => {
  expect(parse(`User-agent: *\n${line}`).crawlDelaySecs).toBe(seconds);
});

test('a crawl-delay belongs to the agents named before it', () => {
  const text = 'User-agent: *\nCrawl-delay: 9\nDisallow:\n\nUser-agent: NamBot\nDisallow: /z\n';
  expect(parse(text).crawlDelaySecs).toBeNull();
  expect(parse(text, 'x').crawlDelaySecs).toBe(9);
  expect(parse('Crawl-delay: 9\nUser-agent: *\nDisallow:').crawlDelaySecs).toBeNull();
});

test('sitemap lines are collected from anywhere, relative ones too, each once', () => {
  const text = [
    'Sitemap: /a.xml',
    'User-agent: x',
    'sitemap: https://cdn.example.net/b.xml?x=1',
    'Site-map: c.xml',
    'Sitemap:',
    'Sitemap: https://example.com/a.xml',
  ].join('\n');
  expect(parse(text).sitemaps).toEqual([
    'https://example.com/a.xml',
    'https://cdn.example.net/b.xml?x=1',
    'https://example.com/c.xml',
  ]);
});

describe('properties', () => {
  // What robots-parser gets right by the RFC: plain characters, `*`, a final `$`, paths with letters.
  const piece = fc.stringMatching(/^[a-c/]{0,4}$/);
  const pattern = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([pieces, end]) => `/${pieces.join('*')}${end ? '$' : ''}`);
  const rule = fc.record({ allow: fc.boolean(), pattern });
  const path = fc.stringMatching(/^[a-c/]{0,10}$/).map((p) => `/${p}`);

  test('on plain rules robots-parser says the same', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), path, (rules, p) => {
        const text = `User-agent: *\n${rules.map((r) => `${r.allow ? 'Allow' : 'Disallow'}: ${r.pattern}`).join('\n')}\n`;
        const url = `https://example.com${p}`;
        expect(parse(text).check(url).allowed).toBe(
          robotsParser(URL_OF_ROBOTS, text).isAllowed(url, 'NamBot'),
        );
      }),
      { numRuns: 1500 },
    );
  });

  test('on whole files too: groups, several names, delays, sitemaps, escapes, queries, comments', () => {
    const agent = fc.constantFrom('NamBot', 'nambot', 'NAMBOT/2.1', 'other', '*');
    const word = fc.constantFrom(
      '/',
      '/a',
      '/a/b',
      '/%E3%83%84',
      '/a?x=1',
      '/*?',
      '/*.php$',
      '/a*b',
      '/a%2Fb',
      '/A',
      '',
    );
    const line = fc.oneof(
      fc.tuple(fc.constantFrom('Allow', 'disallow', 'DISALLOW'), word).map(([field, w]) => `${field}: ${w}`),
      fc.constantFrom('# a comment', '', 'Sitemap: https://example.com/s.xml', 'Noindex: /x', 'nonsense'),
    );
    const group = fc
      .tuple(
        fc.array(agent, { minLength: 1, maxLength: 3 }),
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.option(fc.constantFrom('1', '2.5')),
      )
      .map(([agents, lines, delay]) => [
        ...agents.map((a) => `User-agent: ${a}`),
        'Allow: /always', // a group without a rule is where robots-parser leaves the RFC
        ...lines,
        ...(delay === null ? [] : [`Crawl-delay: ${delay}`]),
      ]);
    const asked = fc.constantFrom(
      '/',
      '/a',
      '/a/b',
      '/a/b/c',
      '/ツ',
      '/a?x=1',
      '/ab?y=2',
      '/x.php',
      '/x.php?y=1',
      '/a%2Fb',
      '/A/b',
    );
    let closed = 0;
    let delayed = 0;
    fc.assert(
      fc.property(fc.array(group, { maxLength: 5 }), asked, (groups, p) => {
        const text = groups.flat().join('\n');
        const [ours, theirs] = [parse(text), robotsParser(URL_OF_ROBOTS, text)];
        const url = `https://example.com${p}`;
        const { allowed } = ours.check(url);
        expect(allowed).toBe(theirs.isAllowed(url, 'NamBot'));
        // Of several delays robots-parser takes the last, we the longest.
        const delay = theirs.getCrawlDelay('NamBot');
        expect(ours.crawlDelaySecs === null).toBe(delay === undefined);
        expect(ours.crawlDelaySecs ?? 0).toBeGreaterThanOrEqual(delay ?? 0);
        expect(ours.sitemaps).toEqual([...new Set(theirs.getSitemaps())]);
        closed += allowed ? 0 : 1;
        delayed += ours.crawlDelaySecs === null ? 0 : 1;
      }),
      { numRuns: 1500 },
    );
    // Both answers came often enough to have been compared.
    expect(Math.min(closed, 1500 - closed)).toBeGreaterThan(150);
    expect(delayed).toBeGreaterThan(150);
  });

  test('no text makes the parser or the matcher throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 60 }), (bytes, path) => {
        const text = robotsText(Buffer.concat([Buffer.from('User-agent: *\nDisallow: '), bytes]));
        const url = `https://example.com/${Buffer.from(path).toString('utf16le')}`;
        expect(typeof parse(text).check(url).allowed).toBe('boolean');
      }),
    );
  });

  test('a hostile file costs linear time', () => {
    const stars = `${'*a'.repeat(100_000)}b$`;
    const many = Array.from({ length: 20_000 }, (_, i) => `Disallow: /*${i}*x*y*z$`).join('\n');
    const url = `https://example.com/${'a'.repeat(4000)}`;
    const before = process.cpuUsage();
    expect(may(`User-agent: *\nDisallow: /${stars}`, `/${'a'.repeat(4000)}`)).toBe(true);
    expect(parse(`User-agent: *\n${many}`).check(url).allowed).toBe(true);
    // What it costs, however busy the machine is.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
