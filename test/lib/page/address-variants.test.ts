/**
 * The ways firms set one and the same address, and numbers that look like one: each variant is a page of its own, and
 * exactly the street and the code that stand there must come out.
 */
import { describe, expect, it } from 'vitest';
import { findPhones } from '../../../lib/page/phone.js';
import { readPage } from '../../../lib/page/read.js';
import type { CompanyRecord } from '../../../lib/page/types.js';
import { zipOfState } from '../../../lib/page/zip-codes.js';
import { weights } from '../../support/weights.js';

const letters = (text: string | null): string => (text ?? '').toLowerCase().replace(/[^\p{L}\d]+/gu, '');

function companyOf(body: string, head = ''): CompanyRecord | undefined {
  return readPage(
    {
      url: 'https://www.acme.com/contact',
      html: `<html><head><title>Contact Acme</title>${head}</head><body><h1>Acme Inc</h1>${body}<p>Thanks for visiting</p></body></html>`,
      now: '2026-01-01',
      weights,
    },
    { classification: { page_type: 'company', confidence: 1, signals: [] } },
  ).companies[0];
}

function placesOf(body: string, head = ''): { streets: string[]; codes: string[] } {
  const company = companyOf(body, head);
  const all = company ? [company, ...company.locations] : [];
  const unique = (list: (string | null)[]) => [...new Set(list.filter((v): v is string => v !== null))];
  return { streets: unique(all.map((p) => p.street)), codes: unique(all.map((p) => p.postal_code)).sort() };
}

describe('the end of an address', () => {
  it.each([
    'Dayton, OH, 45402',
    'Dayton , OH 45402',
    'Dayton OH. 45402',
    'Dayton, oh 45402',
    'dayton ohio 45402',
    'Dayton, OH USA 45402',
    'Dayton, OH, U.S.A., 45402',
    'Dayton, OH<br>USA<br>45402',
    'Dayton, OH<br>Zip: 45402',
    'Dayton, OH Zip Code: 45402',
    'Dayton OH</p><p>Zip Code: 45402',
    '45402 Dayton, OH',
    'Dayton 45402, Ohio',
    'Dayton, 45402',
    'Dayton 45402 USA',
    '45402',
    'Dayton,<br>OH<br>45402',
    'Dayton<br>, OH 45402',
    'Dayton, OH45402',
    'Dayton,OH45402',
    'Dayton, [OH] 45402',
    'Dayton, Ohio (45402)',
    'Day&#8203;ton, O&shy;H 454<wbr>02',
    'Dayton,&thinsp;OH&#8239;45402',
    'Dayton, OH 45402USA',
    'Dayton, OH 45402Phone: 937-555-1234',
    'Dayton, OH 45402-(937) 555-1234',
    'Dayton, OH 45402/937.555.1234',
    'Dayton — OH — 45402',
    'Dayton ● OH ● 45402',
  ])('%s', (end) => {
    const { streets, codes } = placesOf(`<p>100 Main St<br>${end}</p>`);
    expect(codes).toEqual(['45402']);
    expect(streets).toEqual(['100 Main St']);
  });

  it.each(['45402/937.555.1234', '45402-(937) 555-1234', '45402Phone: 937-555-1234'])(
    'leaves the number beside the code: %s',
    (end) => {
      const phones = companyOf(`<p>100 Main St, Dayton, OH ${end}</p>`)?.phones ?? [];
      expect(phones.map((p) => p.replace(/\D/g, ''))).toEqual(['9375551234']);
    },
  );

  it.each([
    ['<p>100 main st, dayton oh 45402</p>', ['100 main st']],
    ['<p>100 Main St, 45402 Dayton, Ohio, USA</p>', ['100 Main St']],
    ['<p>100 Main St, Dayton 45402 OH</p>', ['100 Main St']],
    ['<p>100 Main St Dayton 45402</p>', ['100 Main St']],
    ['<p>100 Main St 45402</p>', ['100 Main St']],
    ['<p>One Industrial Way Dayton OH 45402</p>', ['One Industrial Way']],
    ['<p>Visit our plant in Dayton, Ohio 45402</p>', []],
    ['<p>Ohio 45402</p>', []],
  ])('on one line: %s', (html, expected) => {
    expect(placesOf(html)).toEqual({ streets: expected, codes: ['45402'] });
  });

  it('tells the town when prose leads to it', () => {
    expect(companyOf('<p>Visit our plant in Dayton, Ohio 45402</p>')?.city).toBe('Dayton');
  });

  it('reads both codes where the box has its own', () => {
    const html = '<p>Physical: 100 Main St, Dayton, OH 45402<br>Mailing: PO Box 123, Dayton, OH 45401</p>';
    expect(placesOf(html).codes).toEqual(['45401', '45402']);
  });

  it('reads sixty branches of one paragraph, each without the number before it', () => {
    const branches = Array.from(
      { length: 60 },
      (_, i) => `${100 + i} Oak Street, Dayton, OH ${45402 + i}, 937-555-${1200 + i}`,
    );
    const { streets, codes } = placesOf(`<p>${branches.join(' ')}</p>`);
    expect(codes).toHaveLength(60);
    expect(streets.sort()).toEqual(branches.map((b) => b.split(',')[0]).sort());
  });
});

describe('the street over the town', () => {
  it.each([
    'Main Street',
    'Airport Road',
    'County Rd. H',
    'Corner of Main and 3rd St',
    'Main St. at 4th Ave',
    'Pier 9, Suite 116',
    'RFD #1, Box 245',
  ])('%s', (street) => {
    const { streets, codes } = placesOf(`<p>${street}<br>Dayton, OH 45402</p>`);
    expect(codes).toEqual(['45402']);
    expect(streets.map(letters)).toEqual([letters(street)]);
  });

  it('keeps a street of no type over its building', () => {
    const { streets } = placesOf('<p>Acme Inc<br>100 N Main<br>Building 4<br>Dayton, OH 45402</p>');
    expect(streets).toEqual(['100 N Main, Building 4']);
  });

  it.each(['Leading the Way', 'Acme Tool Works', 'Call on the Road', 'Members only'])(
    'is no line of words: %s',
    (line) => {
      expect(placesOf(`<p>${line}<br>Dayton, OH 45402</p>`).streets).toEqual([]);
    },
  );
});

describe('what is no address', () => {
  it.each([
    'Part no. 45402',
    'Model OH 45402-X',
    'License # CA 12345',
    'Lic# MA 02139',
    'CA 12345 DOT',
    'IN 2015, 12000 units were sold. OR 15000 more.',
    'ME 10000 ideas',
    'Item: AL 60612',
    '24 Hour Road Service',
    '5 Stars Court Reporting',
    '10 Park Rangers helped 4 visitors',
    '100 Point Inspection',
    '3 Bedroom Lake View Home',
  ])('%s', (line) => {
    expect(placesOf(`<p>${line}</p>`)).toEqual({ streets: [], codes: [] });
  });
});

describe('an address that the page does not print', () => {
  const Q = '100+N+Main+St,+Dayton,+OH+45402';
  it.each([
    `<a href="https://maps.google.com/maps?q=${Q}">Directions</a>`,
    `<a href="https://www.google.com/maps/place/${Q}/@39.7,-84.1,17z">Map</a>`,
    `<a href="https://www.google.com/maps/dir//${Q}">Map</a>`,
    `<a href="https://www.google.com/maps/search/?api=1&query=${encodeURIComponent('100 N Main St, Dayton, OH 45402')}">Map</a>`,
    `<a href="https://maps.apple.com/?daddr=${Q}">Map</a>`,
    `<a href="http://www.mapquest.com/maps?address=100+N+Main+St&city=Dayton&state=OH&zipcode=45402">Map</a>`,
    `<iframe src="https://www.google.com/maps/embed/v1/place?key=X&q=${Q}"></iframe>`,
    `<iframe src="https://www.google.com/maps/embed?pb=!1m18!2m3!1f0!3m3!1m2!1s0x8:0x3!2s100%20N%20Main%20St%2C%20Dayton%2C%20OH%2045402!5e0"></iframe>`,
    '<img src="map.gif" alt="100 N Main St, Dayton, OH 45402">',
    '<div class="map" data-address="100 N Main St, Dayton, OH 45402"></div>',
  ])('%s', (html) => {
    expect(placesOf(html)).toEqual({ streets: ['100 N Main St'], codes: ['45402'] });
  });

  it('stands in the head data', () => {
    const head = Object.entries({
      street_address: '100 N Main St',
      locality: 'Dayton',
      region: 'OH',
      postal_code: '45402',
    })
      .map(([name, value]) => `<meta property="business:contact_data:${name}" content="${value}">`)
      .join('');
    expect(placesOf('<p>Hello</p>', head)).toEqual({ streets: ['100 N Main St'], codes: ['45402'] });
  });

  it('does not count where one is printed, and a place is none', () => {
    const printed = '<p>9 Elm Rd, Dover, DE 19901</p>';
    expect(placesOf(`${printed}<a href="https://maps.google.com/maps?q=${Q}">Map</a>`).codes).toEqual([
      '19901',
    ]);
    expect(placesOf('<a href="https://maps.google.com/maps?q=Acme+Inc+Dayton">Map</a>').streets).toEqual([]);
    expect(placesOf('<a href="https://maps.google.com/maps?q=39.7589,-84.1916">Map</a>').streets).toEqual([]);
    expect(placesOf('<a href="https://maps.google.com/maps?q=%E0%A4%A">Map</a>').streets).toEqual([]);
  });

  it('brings the numbers of a picture along', () => {
    const company = companyOf(
      '<img src="a.gif" alt="92 Flanders Road, Stonington, CT 06378, Phone 860-555-0161, Fax 860-555-0162">',
    );
    expect([company?.phone, company?.fax, company?.postal_code]).toEqual([
      '860-555-0161',
      '860-555-0162',
      '06378',
    ]);
  });
});

describe('offices abroad', () => {
  it.each([
    ['12, rue de la Paix, F-75002 Paris', '75002'],
    ['Via Roma 5, I-20121 Milan', '20121'],
    ['Keizersgracht 5, NL-1015 CJ Amsterdam', '1015 CJ'],
    ['ul. Prosta 5<br>00-838 Warszawa<br>Poland', '00-838'],
    ['Rua Funchal, 418<br>04551-060 São Paulo, SP<br>Brasil', '04551-060'],
    ['No. 100 Nanjing Road, Shanghai, China 200041', '200041'],
    ['100 Teheran-ro, Gangnam-gu<br>Seoul 135-080<br>Korea', '135-080'],
    ['5 Ayala Avenue<br>Makati City 1226<br>Philippines', '1226'],
    ['Blvd. Díaz Ordaz 5, Monterrey, N.L., C.P. 64000, Mexico', '64000'],
    ['5 Dame Street, Dublin 2, D02 X285, Ireland', 'D02 X285'],
  ])('%s', (lines, code) => {
    const { codes, streets } = placesOf(`<p>${lines}</p>`);
    expect(codes).toEqual([code]);
    expect(streets.some((street) => /\d/.test(street))).toBe(true);
  });

  const OFFICES = [
    ['Germany', 'Am Markt 12', '20095 Hamburg', '20095'],
    ['Switzerland', 'Bahnhofstrasse 10', '8001 Zürich', '8001'],
    ['Portugal', 'Rua Augusta 5', '1100-048 Lisboa', '1100-048'],
    ['Sweden', 'Vegagatan 5', '113 29 Stockholm', '113 29'],
    ['Japan', '1-2-3 Marunouchi, Chiyoda-ku', 'Tokyo 100-0005', '100-0005'],
    ['Malaysia', '5 Jalan Ampang', '50450 Kuala Lumpur', '50450'],
  ] as const;
  it.each<[string, (country: string, street: string, town: string) => string]>([
    ['as the heading', (c, s, t) => `<h3>${c}</h3><p>${s}<br>${t}</p>`],
    ['in the heading', (c, s, t) => `<h3>Acme ${c}</h3><p>${s}<br>${t}</p>`],
    ['in the name of the office', (c, s, t) => `<h3>${c} Sales Office</h3><p>Acme Ltd<br>${s}<br>${t}</p>`],
    ['as a label', (c, s, t) => `<p>${c}: ${s}, ${t}</p>`],
    ['in the first cell', (c, s, t) => `<table><tr><td>${c}</td><td>${s}<br>${t}</td></tr></table>`],
    ['at the end', (c, s, t) => `<p>${s}<br>${t}<br>${c}</p>`],
  ])('with the country %s', (_, office) => {
    const home = '<p>100 Main St<br>Dayton, OH 45402<br>USA</p>';
    const { codes } = placesOf(home + OFFICES.map(([c, s, t]) => office(c, s, t)).join(''));
    expect(codes).toEqual(['45402', ...OFFICES.map((o) => o[3])].sort());
  });

  it('takes the number of a district for a part of the town', () => {
    const company = companyOf('<p>Vodičkova 5<br>110 00 Praha 1<br>Czech Republic</p>');
    expect([company?.street, company?.city]).toEqual(['Vodičkova 5', 'Praha 1']);
  });
});

it('the main number that is labelled comes before a toll-free one in the strip at the top', () => {
  const company = companyOf(
    '<p>Call toll free: 1-888-555-0119</p><p>Phone: (616) 555-0142<br>Fax: (616) 555-0143</p>',
  );
  expect(company?.phone).toBe('(616) 555-0142');
  expect(company?.phones).toHaveLength(2);
});

it('a short code with a country before it is no number of a firm', () => {
  expect(findPhones('+491001')).toEqual([]);
});

it('knows which codes a state has', () => {
  expect([
    zipOfState('45402', 'OH'),
    zipOfState('45402', 'IN'),
    zipOfState('02139', 'MA'),
    zipOfState('96910', 'GU'),
  ]).toEqual([true, false, true, true]);
});
