import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../lib/page/address-single.js';
import { parseEventDates } from '../../../lib/page/dates.js';
import { findEmails } from '../../../lib/page/email.js';
import { parseCompanyName } from '../../../lib/page/name.js';
import { findPhones } from '../../../lib/page/phone.js';
import { structuredData } from '../../../lib/page/structured.js';

describe('parseCompanyName', () => {
  it.each([
    ['Acme Tool & Die, Inc.', 'Acme Tool & Die, Inc.', 'Acme Tool & Die', 'Inc.', 'acme tool and die'],
    ['ACME TOOL CO., INC.', 'Acme Tool Co., Inc.', 'Acme Tool', 'Co. Inc.', 'acme tool'],
    ['Borg L.L.C.', 'Borg L.L.C.', 'Borg', 'LLC', 'borg'],
    ['Müller GmbH & Co. KG', 'Müller GmbH & Co. KG', 'Müller', 'GmbH Co. KG', 'muller'],
    ['Smith Castings (formerly Jones Foundry)', 'Smith Castings', 'Smith Castings', null, 'smith castings'],
    ['The Company Store', 'The Company Store', 'The Company Store', null, 'company store'],
    ['Limited', 'Limited', 'Limited', null, 'limited'],
    ['Corte SA de CV', 'Corte SA de CV', 'Corte', 'S.A. de C.V.', 'corte'],
  ])('%s', (text, name, base_name, legal_form, normalized) => {
    expect(parseCompanyName(text)).toEqual({ name, base_name, legal_form, normalized });
  });

  it('is idempotent and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = parseCompanyName(text);
        expect(parseCompanyName(once.normalized).normalized).toBe(
          parseCompanyName(parseCompanyName(once.normalized).normalized).normalized,
        );
      }),
    );
  });
});

describe('parseAddress', () => {
  it.each([
    ['123 Main St, Springfield, IL 62701', ['123 Main St', null, 'Springfield', 'IL', '62701', 'US']],
    [
      '123 Main Street\nSuite 400\nAkron, Ohio 44301-1234',
      ['123 Main Street', 'Suite 400', 'Akron', 'OH', '44301-1234', 'US'],
    ],
    ['PO Box 12, Erie PA 16501', ['PO Box 12', null, 'Erie', 'PA', '16501', 'US']],
    [
      'Acme Corp, 5 Oak Ave Ste 2, Fort Worth, TX 76102, USA',
      ['5 Oak Ave', 'Ste 2', 'Fort Worth', 'TX', '76102', 'US'],
    ],
    [
      '77 King Street West, Toronto, ON M5V 2T6',
      ['77 King Street West', null, 'Toronto', 'ON', 'M5V 2T6', 'CA'],
    ],
    [
      'N92 W17420 Appleton Ave, Menomonee Falls, WI 53051',
      ['N92 W17420 Appleton Ave', null, 'Menomonee Falls', 'WI', '53051', 'US'],
    ],
    ['500 Lake Dr Dayton OH 45402', ['500 Lake Dr', null, 'Dayton', 'OH', '45402', 'US']],
    [
      'Unit 4, Mill Lane, Leeds, West Yorkshire, LS1 4AB',
      ['Unit 4, Mill Lane', null, 'Leeds', null, 'LS1 4AB', 'GB'],
    ],
  ])('%s', (text, [street, unit, city, state, postal_code, country]) => {
    expect(parseAddress(text)).toEqual({ street, unit, city, state, postal_code, country });
  });

  it('finds none in prose and never throws', () => {
    expect(parseAddress('We are proud of our people.')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseAddress(text);
      }),
    );
  });
});

describe('findPhones', () => {
  it.each([
    ['(216) 555-0100', [['+12165550100', null, 'phone']]],
    [
      'Phone: 216.555.0100 ext. 12 Fax: 216.555.0199',
      [
        ['+12165550100', '12', 'phone'],
        ['+12165550199', null, 'fax'],
      ],
    ],
    ['1-800-555-0100', [['+18005550100', null, 'toll_free']]],
    ['Call 1-800-FLOWERS', [['+18003569377', null, 'toll_free']]],
    ['+44 20 7946 0018', [['+442079460018', null, 'phone']]],
    ['ISBN 978-3-16-148410-0', []],
    ['2024-2025 report', []],
    ['Order 21655501001234', []],
  ])('%s', (text, expected) => {
    expect(findPhones(text).map((p) => [p.e164, p.extension, p.kind])).toEqual(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        findPhones(text);
      }),
    );
  });
});

describe('findEmails', () => {
  it.each([
    ['<p>info@acme.com</p>', ['info@acme.com']],
    ['<a href="mailto:%20sales@acme.com?subject=x">mail</a>', ['sales@acme.com']],
    ['<a class="__cf_email__" data-cfemail="543d3a323b14353739317a373b39">x</a>', ['info@acme.com']],
    ['info [at] acme [dot] com', ['info@acme.com']],
    ['jane at acme dot com', ['jane@acme.com']],
    ['meet at acme.com today', []],
    ['<span>info&#64;acme.com</span>', ['info@acme.com']],
    ['info@<!-- no -->acme.com', ['info@acme.com']],
    ['<img src="logo@2x.png">', []],
    ['<span style="unicode-bidi:bidi-override;direction:rtl">moc.emca@ofni</span>', ['info@acme.com']],
  ])('%s', (html, expected) => {
    expect(findEmails(html)).toEqual(expected);
  });
});

describe('parseEventDates', () => {
  it.each([
    ['March 3–5, 2026', '2026-03-03', '2026-03-05'],
    ['Sept 30 – Oct 2, 2026', '2026-09-30', '2026-10-02'],
    ['Dec. 30, 2025 – Jan. 2, 2026', '2025-12-30', '2026-01-02'],
    ['Dec 30 - Jan 2, 2026', '2025-12-30', '2026-01-02'],
    ['14 - 16 May 2026', '2026-05-14', '2026-05-16'],
    ['10/6-8/2026', '2026-10-06', '2026-10-08'],
    ['Sat. 21 Sept. 2026', '2026-09-21', null],
    ['April 14th through 16th, 2026', '2026-04-14', '2026-04-16'],
    ['2026-05-14T08:30', '2026-05-14', null],
    ['8/29/2026 10:00:00 AM', '2026-08-29', null],
    ['May 5', '2026-05-05', null],
    ['March 2026', null, null],
    ['TBD', null, null],
  ])('%s', (text, start, end) => {
    const dates = parseEventDates(text, '2026-03-01');
    expect([dates?.start_date ?? null, dates?.end_date ?? null]).toEqual([start, end]);
  });

  it('reads clock times and zone', () => {
    expect(parseEventDates('3/3/26 8:00 AM - 5:00 PM ET', '2026-01-01')).toMatchObject({
      start_date: '2026-03-03',
      start_time: '08:00',
      end_time: '17:00',
      time_zone: 'ET',
    });
    expect(parseEventDates('May 5, 2026, 9 - 11 am', '2026-01-01')).toMatchObject({
      start_time: '09:00',
      end_time: '11:00',
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseEventDates(text, '2026-03-01');
      }),
    );
  });
});

describe('structuredData', () => {
  it('repairs JSON-LD and walks @graph', () => {
    const html =
      '<script type="application/ld+json">{"@graph":[{"@type":"Organization","name":"Acme",},{"@type":["LocalBusiness","https://schema.org/Store"],"name":"Bolt"}]}</script>';
    expect(structuredData(html, 'https://a.example/').map((e) => [e.types, e.properties.name])).toEqual([
      [['Organization'], 'Acme'],
      [['LocalBusiness', 'Store'], 'Bolt'],
    ]);
  });

  it('reads microdata with itemref', () => {
    const html =
      '<div itemscope itemtype="https://schema.org/LocalBusiness" itemref="tel"><span itemprop="name">Acme</span><a itemprop="url" href="/x">x</a></div><p id="tel"><span itemprop="telephone">216-555-0100</span></p>';
    expect(structuredData(html, 'https://a.example/')[0]?.properties).toMatchObject({
      name: 'Acme',
      url: 'https://a.example/x',
      telephone: '216-555-0100',
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        structuredData(`<script type="application/ld+json">${text}</script>`, 'x');
      }),
    );
  });
});
