import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageRow } from '../../../lib/crawl/page-row.js';
import { readSitemap } from '../../../lib/crawl/sitemap.js';
import { decodeText } from '../../../lib/web/charset.js';
import type { WebResponse } from '../../../lib/web/types.js';

const AT = 'https://www.pma.org/sitemap.xml';
const read = (body: string | Uint8Array) =>
  readSitemap(AT, typeof body === 'string' ? Buffer.from(body) : body);
const urls = (body: string | Uint8Array) => read(body).urls.map((u) => u.url);
const A = 'https://www.pma.org/a';
const B = 'https://www.pma.org/b';
const urlset = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${inside}</urlset>`;
const url = (loc: string, more = '') => `<url><loc>${loc}</loc>${more}</url>`;
const TWO = urlset(url(A) + url(B));

describe('pages', () => {
  test.each<[string, string | Uint8Array]>([
    ['as the protocol has them', TWO],
    ['without a namespace', `<urlset>${url(A)}${url(B)}</urlset>`],
    [
      'under a prefix',
      `<s:urlset xmlns:s="x"><s:url><s:loc>${A}</s:loc></s:url><s:url><s:loc>${B}</s:loc></s:url></s:urlset>`,
    ],
    ['in capitals', `<URLSET><URL><LOC>${A}</LOC></URL><URL><LOC>${B}</LOC></URL></URLSET>`],
    ['gzipped', gzipSync(TWO)],
    ['after a byte order mark', `\ufeff${TWO}`],
    ['in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TWO, 'utf16le')])],
    ['after blank lines and comments', `\n\n<!-- made by hand -->\n${TWO}`],
    ['with comments between', urlset(`<!-- one -->${url(A)}<!-- <url><loc>x</loc></url> -->${url(B)}`)],
    ['in CDATA', urlset(url(`<![CDATA[${A}]]>`) + url(`<![CDATA[ ${B} ]]>`))],
    ['with white space, also of other kinds', urlset(url(`\n\t ${A}\u00a0`) + url(`\u2003${B}\n`))],
    ['with a DTD', `<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>${TWO}`],
    ['relative', urlset(url('/a') + url('b'))],
    [
      'clipped in the middle of the third',
      `${TWO.replace('</urlset>', '')}<url><loc>https://www.pma.org/cli`,
    ],
    ['clipped after a loc', `${TWO.replace('</urlset>', '')}<url><loc>https://www.pma.org/c</loc>`],
    ['a tag that never ends', `${TWO.replace('</urlset>', '')}<url><loc`],
    ['an ampersand that is none', urlset(url(A, '<x>R&D</x>') + url(B))],
    ['wrongly nested', urlset(`<url><loc>${A}</loc></wrong></url>${url(B)}`)],
    [
      'images and videos beside them',
      urlset(
        url(A, '<image:image><image:loc>https://x.org/i.png</image:loc></image:image>') +
          url(B, '<video:video><video:player_loc>v</video:player_loc></video:video>'),
      ),
    ],
    [
      'an extension’s loc directly beside',
      urlset(url(A, '<image:loc>https://x.org/i.png</image:loc>') + url(B)),
    ],
    ['an empty entry between', urlset(`${url(A)}<url></url><url><loc> </loc></url>${url(B)}`)],
    [
      'other schemes between',
      urlset(url(A) + url('mailto:a@b.c') + url('javascript:x') + url('ftp://x/y') + url(B)),
    ],
    ['a text file', `${A}\r\n# comment\r\n\r\nnot a url\r\n ${B} \r\nmailto:x@y.z`],
    ['a text file with one URL a line, CR', `${A}\r${B}`],
    [
      'RSS',
      `<rss version="2.0"><channel><link>https://www.pma.org/</link><item><title>x</title><link>${A}</link></item><item><link>${B}</link></item></channel></rss>`,
    ],
    [
      'RSS with an atom:link in its items',
      `<rss><channel><item><link>${A}</link><atom:link href="https://x.org/z"/></item><item><link>${B}</link></item></channel></rss>`,
    ],
    [
      'RSS with pictures in its items',
      `<rss><channel><image><url>https://x.org/p.png</url><link>https://www.pma.org/</link></image><item><image><url>https://x.org/i.png</url></image><link>${A}</link></item><item><link>${B}</link></item></channel></rss>`,
    ],
    [
      'RSS 1.0',
      `<rdf:RDF xmlns:rdf="x"><channel><link>https://www.pma.org/</link></channel><item rdf:about="x"><link>${A}</link></item><item><link>${B}</link></item></rdf:RDF>`,
    ],
    [
      'Atom',
      `<feed><link href="https://www.pma.org/"/><entry><link href="${A}"/></entry><entry><link rel="edit" href="https://x.org/e"/><link rel="alternate" href="/b"/></entry></feed>`,
    ],
    [
      'Atom with a source',
      `<feed><entry><source><link href="https://x.org/s"/></source><link href="${A}"/></entry><entry><link href="${B}"/></entry></feed>`,
    ],
  ])('%s', (_name, body) => {
    expect(read(body)).toMatchObject({ sitemaps: [], error: null });
    expect(urls(body)).toEqual([A, B]);
  });

  test('entities in a loc are decoded', () => {
    expect(urls(urlset(url('https://www.pma.org/?a=1&amp;b=%20&#38;c=2')))).toEqual([
      'https://www.pma.org/?a=1&b=%20&c=2',
    ]);
  });

  test('lastmod comes with its page', () => {
    expect(read(urlset(url(A, '<lastmod> 2026-01-02 </lastmod>') + url(B))).urls).toEqual([
      { url: A, lastmod: '2026-01-02' },
      { url: B, lastmod: null },
    ]);
  });

  test('a clipped gzip file gives what it still holds', () => {
    const many = urlset(
      Array.from({ length: 2000 }, (_, i) => url(`https://www.pma.org/${(i * 7919) % 99_991}`)).join(''),
    );
    const packed = gzipSync(many);
    const found = urls(packed.subarray(0, Math.floor(packed.length / 2)));
    expect(found.length).toBeGreaterThan(500);
    expect(found.length).toBeLessThan(2000);
    expect(found.slice(0, 3)).toEqual([
      'https://www.pma.org/0',
      'https://www.pma.org/7919',
      'https://www.pma.org/15838',
    ]);
  });

  test('fifty thousand are read in a moment', () => {
    const started = performance.now();
    expect(
      urls(urlset(Array.from({ length: 50_000 }, (_, i) => url(`https://www.pma.org/m/${i}`)).join(''))),
    ).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe('what is none', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    [
      'an HTML page (a 404, most often)',
      '<!DOCTYPE html><html><body><a href="/a">x</a></body></html>',
      /HTML/,
    ],
    ['an HTML page behind a comment', '<!-- cached --><html><body>Not found</body></html>', /HTML/],
    ['another XML file', '<?xml version="1.0"?><error>no</error>', /names no URL/],
    ['a text without URLs', 'Not found', /names no URL/],
    [
      'a broken gzip file',
      Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
      /decompress/,
    ],
    ['a bomb', gzipSync(Buffer.alloc(60 * 1024 * 1024)), /decompress/],
  ])('%s is named as such', (_name, body, error) => {
    const { urls: found, sitemaps, error: said } = read(body);
    expect({ found, sitemaps }).toEqual({ found: [], sitemaps: [] });
    expect(said).toMatch(error);
  });

  test('an empty sitemap is an empty sitemap', () => {
    expect(read(urlset(''))).toEqual({ urls: [], sitemaps: [], error: null });
    expect(read('')).toEqual({ urls: [], sitemaps: [], error: null });
  });

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        read(bytes);
      }),
    );
    const piece = fc.constantFrom(
      '<url>',
      '</url>',
      '<loc>',
      '</loc>',
      '<sitemap>',
      '<item>',
      '<link/>',
      'https://a.b/',
      '<![CDATA[',
      ']]>',
      '<!--',
      '&',
      '<',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const found of urls(`<urlset>${pieces.join('')}`)) expect(found).toMatch(/^https?:/);
      }),
    );
  });
});

test('an index names further sitemaps', () => {
  const body = `<sitemapindex><sitemap><loc>/s1.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap><sitemap><loc>https://cdn.org/s2.xml</loc></sitemap></sitemapindex>`;
  expect(read(body)).toEqual({
    urls: [],
    sitemaps: ['https://www.pma.org/s1.xml.gz', 'https://cdn.org/s2.xml'],
    error: null,
  });
});

test('a gzipped sitemap survives being kept as a page', () => {
  const body = new Uint8Array(gzipSync(TWO));
  const answer = {
    url: `${AT}.gz`,
    finalUrl: `${AT}.gz`,
    status: 200,
    headers: {},
    body,
    wireBytes: body.length,
    contentType: 'application/gzip',
    text: () => decodeText(body, 'application/gzip'),
    fetchedAt: '2026-01-01T00:00:00Z',
  } as unknown as WebResponse;
  const row = pageRow(answer, { depth: 0, foundOn: null }, null);
  expect(urls(row.body!)).toEqual([A, B]);
});
