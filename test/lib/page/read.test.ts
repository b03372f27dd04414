import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyPage } from '../../../lib/page/classify.js';
import { readPage } from '../../../lib/page/read.js';
import type { PageInput } from '../../../lib/page/types.js';
import { weights } from '../../support/weights.js';

const now = '2026-03-01';
const page = (url: string, title: string, body: string): PageInput => ({
  url,
  now,
  weights,
  html: `<html><head><title>${title}</title></head><body><nav class="menu"><a href="/">Home</a><a href="/about">About</a></nav>${body}<footer><p>Widget Makers Association, 99 Capital Way, Washington, DC 20001, (202) 555-0100</p></footer></body></html>`,
});

const firms = [
  ['Acme Stamping Inc.', '100 Main St', 'Akron', 'OH', '44301', '330-555-0101', 'acmestamping.com'],
  [
    'Borealis Tool & Die',
    '2 Oak Ave, Suite 5',
    'Toledo',
    'OH',
    '43604',
    '(419) 555-0102',
    'borealistool.com',
  ],
  ['Crane Castings LLC', '33 River Rd', 'Erie', 'PA', '16501', '814.555.0103', 'cranecastings.com'],
  ['Delta Forge Co.', '4 Hill Blvd', 'Detroit', 'MI', '48201', '313-555-0104', 'deltaforge.com'],
  ['Eagle Machining', '500 Lake Dr', 'Dayton', 'OH', '45402', '937-555-0105', 'eaglemachining.com'],
] as const;

const layouts: [string, string][] = [
  [
    'cards',
    firms
      .map(
        ([n, s, c, st, z, p, w]) =>
          `<div class="card"><h3><a href="/member/${c}">${n}</a></h3><p>${s}<br>${c}, ${st} ${z}</p><p>${p}</p><a href="https://www.${w}">Visit Website</a></div>`,
      )
      .join(''),
  ],
  [
    'rows of cards',
    firms
      .map(
        ([n, s, c, st, z, p, w], i) =>
          `${i % 2 === 0 ? '<div class="row">' : ''}<div class="col"><strong>${n}</strong><br>${s}<br>${c}, ${st} ${z}<br>Phone: ${p}<br><a href="http://${w}">${w}</a></div>${i % 2 === 1 ? '</div>' : ''}`,
      )
      .join(''),
  ],
  [
    'table',
    `<table><tr><th>Company</th><th>Address</th><th>City</th><th>State</th><th>Zip</th><th>Phone</th><th>Website</th></tr>${firms.map(([n, s, c, st, z, p, w]) => `<tr><td>${n}</td><td>${s}</td><td>${c}</td><td>${st}</td><td>${z}</td><td>${p}</td><td><a href="http://${w}">${w}</a></td></tr>`).join('')}</table>`,
  ],
  [
    'headings and siblings',
    `<div>${firms.map(([n, s, c, st, z, p, w]) => `<h4>${n}</h4><p>${s}</p><p>${c}, ${st} ${z}</p><p>Tel. ${p}</p><p><a href="http://${w}">Website</a></p>`).join('')}</div>`,
  ],
  [
    'definition list',
    `<dl>${firms.map(([n, s, c, st, z, p, w]) => `<dt>${n}</dt><dd>${s}, ${c}, ${st} ${z}</dd><dd>${p}</dd><dd><a href="http://${w}">Web</a></dd>`).join('')}</dl>`,
  ],
];

describe('readPage on directories', () => {
  for (const [name, body] of layouts) {
    it(`reads ${name}`, () => {
      const reading = readPage(
        page(
          'https://www.wma.org/members/directory',
          'Member Directory | WMA',
          `<h1>Member Directory</h1><div class="list">${body}</div>`,
        ),
      );
      expect(reading.page_type).toBe('member_directory');
      expect(reading.companies.map((c) => c.name)).toEqual(firms.map((f) => f[0]));
      expect(reading.companies.map((c) => c.postal_code)).toEqual(firms.map((f) => f[4]));
      expect(reading.companies.map((c) => c.city)).toEqual(firms.map((f) => f[2]));
      expect(reading.companies.map((c) => c.phone_e164)).toEqual(
        firms.map((f) => `+1${f[5].replace(/\D/g, '')}`),
      );
      expect(reading.companies.map((c) => c.website?.replace(/^https?:\/\/(?:www\.)?|\/$/g, ''))).toEqual(
        firms.map((f) => f[6]),
      );
    });
  }

  it('keeps the provenance of each field', () => {
    const reading = readPage(page('https://www.wma.org/members', 'Members', layouts[0]?.[1] ?? ''));
    expect(reading.companies[0]?.provenance.website?.[0]).toMatchObject({
      strategy: 'miner',
      raw: 'https://www.acmestamping.com',
    });
  });

  it('reads an A–Z list of bare names with outside links', () => {
    const names = [
      'Able Gear',
      'Bison Gear Corp.',
      'Cog Works',
      'Drive Trains Ltd.',
      'Evans Gears',
      'Fuller Motion',
    ];
    const body = names
      .map(
        (n) =>
          `<h3>${n[0]}</h3><ul><li><a href="http://www.${n.split(' ')[0]?.toLowerCase()}gears.com">${n}</a></li></ul>`,
      )
      .join('');
    const reading = readPage(
      page('https://www.gears.org/membership/member-list', 'Member List', `<h1>Our Members</h1>${body}`),
    );
    expect(reading.companies.map((c) => c.name)).toEqual(names);
  });
});

describe('readPage on other pages', () => {
  it('reads a member profile and leaves the site owner out', () => {
    const reading = readPage({
      ...page(
        'https://www.wma.org/directory/profile/acme',
        'Acme Stamping Inc. - Widget Makers Association',
        '<main><a href="/directory">Back to search results</a><h1>Acme Stamping Inc.</h1><p>Address:</p><p>100 Main St</p><p>Akron, OH 44301</p><p>Phone: 330-555-0101</p><p>Fax: 330-555-0199</p><p><a href="/go.asp?url=http://www.acmestamping.com">Website</a></p></main>',
      ),
      siteName: 'Widget Makers Association',
    });
    expect(reading.page_type).toBe('member_profile');
    expect(reading.companies).toHaveLength(1);
    expect(reading.companies[0]).toMatchObject({
      name: 'Acme Stamping Inc.',
      street: '100 Main St',
      city: 'Akron',
      state: 'OH',
      postal_code: '44301',
      phone_e164: '+13305550101',
      fax: '330-555-0199',
      website: 'http://www.acmestamping.com/',
    });
    expect(reading.companies[0]?.phones).toHaveLength(1);
  });

  it('reads exhibitors with booths', () => {
    const body = firms
      .map(
        ([n], i) =>
          `<li class="exhibitor"><a href="/exhibitor/${i}">${n}</a> <span class="booth">Booth ${100 + i}</span></li>`,
      )
      .join('');
    const reading = readPage(
      page('https://show.example.com/exhibitors', 'Exhibitors', `<h1>Exhibitor List</h1><ul>${body}</ul>`),
    );
    expect(reading.page_type).toBe('exhibitor_list');
    expect(reading.participants.map((p) => [p.name, p.booth])).toEqual(
      firms.map(([n], i) => [n, String(100 + i)]),
    );
  });

  it('reads sponsors with the level of their heading', () => {
    const tile = (n: string) =>
      `<div class="tile"><a href="https://${n.toLowerCase()}.com"><img alt="${n} logo" src="x.png"></a></div>`;
    const reading = readPage(
      page(
        'https://show.example.com/sponsors',
        'Sponsors',
        `<h1>Our Sponsors</h1><h2>Gold Sponsors</h2><div class="g">${['Alpha', 'Bravo'].map(tile).join('')}</div><h2>Silver Sponsors</h2><div class="g">${['Carlo', 'Deltic', 'Echon'].map(tile).join('')}</div>`,
      ),
    );
    expect(reading.page_type).toBe('sponsor_list');
    expect(reading.participants.map((p) => [p.name, p.level])).toEqual([
      ['Alpha', 'Gold'],
      ['Bravo', 'Gold'],
      ['Carlo', 'Silver'],
      ['Deltic', 'Silver'],
      ['Echon', 'Silver'],
    ]);
  });

  it('reads a list of events', () => {
    const body = [
      'Annual Meeting|April 14-16, 2026',
      'Plant Tour|May 5, 2026',
      'Safety Summit|June 1 – 2, 2026',
      'Golf Outing|July 9, 2026',
    ]
      .map(
        (t) =>
          `<div class="item"><h3><a href="/events/${t.split('|')[0]?.replace(' ', '-')}">${t.split('|')[0]}</a></h3><p>${t.split('|')[1]}</p></div>`,
      )
      .join('');
    const reading = readPage(page('https://www.wma.org/events', 'Upcoming Events', `<h1>Events</h1>${body}`));
    expect(reading.page_type).toBe('event_list');
    expect(reading.events.map((e) => [e.name, e.start_date, e.end_date])).toEqual([
      ['Annual Meeting', '2026-04-14', '2026-04-16'],
      ['Plant Tour', '2026-05-05', null],
      ['Safety Summit', '2026-06-01', '2026-06-02'],
      ['Golf Outing', '2026-07-09', null],
    ]);
  });

  it('takes an article about companies for no directory', () => {
    const body = firms
      .map(
        ([n, , , , , , w]) =>
          `<h2>${n}</h2><p>${'A fine firm with a long story. '.repeat(4)}</p><p><a href="http://${w}">site</a></p>`,
      )
      .join('');
    const reading = readPage(
      page(
        'https://mag.example.com/2026/top-5-stamping-companies',
        'Top 5 Stamping Companies',
        `<article><h1>Top 5 Stamping Companies</h1>${body}</article>`,
      ),
    );
    expect(reading.page_type).toBe('other');
    expect(reading.companies.length).toBeLessThanOrEqual(1);
  });

  it('agrees with classifyPage', () => {
    const input = page('https://www.wma.org/members', 'Members', layouts[0]?.[1] ?? '');
    expect(classifyPage(input)).toEqual({
      page_type: readPage(input).page_type,
      confidence: readPage(input).confidence,
      signals: readPage(input).signals,
    });
  });
});

describe('readPage on bad input', () => {
  it('never throws', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<div>',
        '</div>',
        '<table><tr><td>',
        '<a href="',
        '<!--',
        '<script>',
        '555-0100',
        'Akron, OH 44301',
        '\u0000',
        '<ul><li>',
        '<script type="application/ld+json">{"@type":"Organization",',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (parts, url) => {
        const reading = readPage({ url, html: parts.join(''), now, weights });
        expect(reading.notes.find((n) => n.code === 'unreadable')).toBeUndefined();
      }),
      { numRuns: 120 },
    );
  });

  for (const [name, html] of [
    ['100,000 levels', `${'<div>'.repeat(100_000)}Acme`],
    ['a million open elements', '<b>'.repeat(1_000_000)],
    ['a million small elements', '<p>a</p>'.repeat(1_000_000)],
    ['a megabyte in an attribute', `<a href="${'x'.repeat(1_000_000)}">Acme</a>`],
    ['a megabyte of digits', `<p>${'1 '.repeat(500_000)}</p>`],
    ['a megabyte of commas', `<p>${'a, '.repeat(350_000)}OH 44301</p>`],
    ['a megabyte of at signs', `<p>${'a@'.repeat(500_000)}</p>`],
    ['many scripts', '<script>var a = {"name": "x"};</script>'.repeat(5_000)],
    ['many rows', `<table>${'<tr><td>Acme Co</td><td>Akron, OH 44301</td></tr>'.repeat(20_000)}</table>`],
  ] as const) {
    // Two seconds on a quiet machine; in processor time, since a busy one is slower by the clock.
    it(`answers ${name} in bounded time`, { retry: 2 }, () => {
      const start = process.cpuUsage();
      readPage({ url: 'https://a.example/', html, now, weights });
      expect(process.cpuUsage(start).user / 1000).toBeLessThan(4_000);
    });
  }
});
