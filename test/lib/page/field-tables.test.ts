import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventDates } from '../../../lib/page/dates.js';
import { findEmails } from '../../../lib/page/email.js';
import { parseCompanyName } from '../../../lib/page/name.js';
import { findLocalNumbers, findPhones, formatPhone, telLink } from '../../../lib/page/phone.js';

/** Text, first and last day; asked on 1 March 2026. */
const DATES: [string, string | null, string | null][] = [
  ['March 3 through 5, 2026', '2026-03-03', '2026-03-05'],
  ['March 3 thru March 5, 2026', '2026-03-03', '2026-03-05'],
  ['March 3rd - 5th, 2026', '2026-03-03', '2026-03-05'],
  ['3-5 March 2026', '2026-03-03', '2026-03-05'],
  ['3rd to 5th March 2026', '2026-03-03', '2026-03-05'],
  ['between March 3 and March 5, 2026', '2026-03-03', '2026-03-05'],
  ['from March 3 until April 5, 2026', '2026-03-03', '2026-04-05'],
  ['March 3 & 4, 2026', '2026-03-03', '2026-03-04'],
  ['March 3 and 4, 2026', '2026-03-03', '2026-03-04'],
  ['March 3, 4, and 5, 2026', '2026-03-03', '2026-03-05'],
  ['March 30-April 2, 2026', '2026-03-30', '2026-04-02'],
  ['March 30, 2026-April 2, 2026', '2026-03-30', '2026-04-02'],
  ['Mar. 30–Apr. 2, 2026', '2026-03-30', '2026-04-02'],
  ['3/3/2026-3/5/2026', '2026-03-03', '2026-03-05'],
  ['03/03/26 - 03/05/26', '2026-03-03', '2026-03-05'],
  ['2026-03-03/2026-03-05', '2026-03-03', '2026-03-05'],
  ['2026-03-03 to 2026-03-05', '2026-03-03', '2026-03-05'],
  ['Tuesday, March 3, 2026 @ 8:00 am - 5:00 pm', '2026-03-03', null],
  ['Tue, Mar 3 – Thu, Mar 5, 2026', '2026-03-03', '2026-03-05'],
  ['Tuesday 3 March 2026', '2026-03-03', null],
  ['the 3rd of March, 2026', '2026-03-03', null],
  ['the 3rd to the 5th of March 2026', '2026-03-03', '2026-03-05'],
  ['Dec 30 2025 - Jan 2 2026', '2025-12-30', '2026-01-02'],
  ['December 30, 2025 to January 2', '2025-12-30', '2026-01-02'],
  ['Spring 2026', null, null],
  ['Q2 2026', null, null],
  ['TBA', null, null],
  ['May 2026', null, null],
  ['2026', null, null],
  ['20260303T090000Z', '2026-03-03', null],
  ['2026-03-03T09:00:00-05:00', '2026-03-03', null],
  ['March 3, 2026 9am - March 5, 2026 5pm', '2026-03-03', '2026-03-05'],
  ['Mar 3, 2026 12:00 PM to Mar 5, 2026 1:00 PM CST', '2026-03-03', '2026-03-05'],
  ['3.3.2026 - 5.3.2026', '2026-03-03', '2026-03-05'],
  ['3.-5. März 2026', null, null],
  ['March 3-5', '2026-03-03', '2026-03-05'],
  ['March 3 2026', '2026-03-03', null],
  ['MARCH 3-5 2026', '2026-03-03', '2026-03-05'],
  ['Mar 3–5, ’26', '2026-03-03', '2026-03-05'],
  ["Mar 3-5, '26", '2026-03-03', '2026-03-05'],
  ['March 3 - 5 (2026)', '2026-03-03', '2026-03-05'],
  ['2026 March 3-5', '2026-03-03', '2026-03-05'],
  ['March 3—5, 2026', '2026-03-03', '2026-03-05'],
  ['March 3‑5, 2026', '2026-03-03', '2026-03-05'],
  ['Sept. 9-11, 2026', '2026-09-09', '2026-09-11'],
  ['Sun Sep 6 2026 - Wed Sep 9 2026', '2026-09-06', '2026-09-09'],
  ['Monday–Wednesday, March 2–4, 2026', '2026-03-02', '2026-03-04'],
  ['March 2 (Mon) - 4 (Wed), 2026', '2026-03-02', '2026-03-04'],
  ['31 February 2026', null, null],
  ['Mar 3, 2026 | Chicago, IL', '2026-03-03', null],
  ['Date: 03 Mar 2026', '2026-03-03', null],
  ['3-Mar-2026', '2026-03-03', null],
  ['Mar-03-2026', '2026-03-03', null],
  ['03-05 Mar 2026', '2026-03-03', '2026-03-05'],
  ['Thursday, May 7th at 6pm', '2026-05-07', null],
  ['11/12/2026 - 11/13/2026', '2026-11-12', '2026-11-13'],
  ['13/11/2026', '2026-11-13', null],
];
/** Text, numbers with `/extension`, country of the page. */
const PHONES: [string, string[], string?][] = [
  ['Tel: (216) 555-0100 x 45', ['+12165550100/45']],
  ['216-555-0100 ext 45', ['+12165550100/45']],
  ['216-555-0100 extension 45', ['+12165550100/45']],
  ['216-555-0100 x45', ['+12165550100/45']],
  ['216-555-0100x45', ['+12165550100/45']],
  ['216-555-0100, ext. 45', ['+12165550100/45']],
  ['216-555-0100 (ext 45)', ['+12165550100/45']],
  ['216-555-0100 #45', ['+12165550100/45']],
  ['216.555.0100;ext=45', ['+12165550100/45']],
  ['+1 (216) 555-0100', ['+12165550100']],
  ['1-216-555-0100', ['+12165550100']],
  ['12165550100', ['+12165550100']],
  ['2165550100', ['+12165550100']],
  ['Call 2165550100 now', ['+12165550100']],
  ['+44 20 7946 0018', ['+442079460018']],
  ['020 7946 0018', ['+442079460018'], 'GB'],
  ['+49 30 123456', ['+4930123456']],
  ['+52 55 1234 5678', ['+525512345678']],
  ['(55) 1234-5678', ['+525512345678'], 'MX'],
  ['SSN 123-45-6789', []],
  ['12/31/2024', []],
  ['2024-12-31', []],
  ['$1,234,567.89', []],
  ['ZIP 44114-1234', []],
  ['192.168.100.200', []],
  ['Part 555-01-0100', []],
  ['4111 1111 1111 1111', []],
  ['3.14159265358', []],
  ['(2014) 123-4567', []],
  ['10.1234/56789012', []],
  ['978-0-306-40615-7', []],
  ['lat 41.4993 lon -81.6944', []],
  ['Invoice #216-555-0100', []],
  ['216-555-0100 or 216-555-0101', ['+12165550100', '+12165550101']],
  ['phone 216/555-0100', ['+12165550100']],
  ['+1.216.555.0100', ['+12165550100']],
  ['+12165550100', ['+12165550100']],
  ['tel:+1-216-555-0100', ['+12165550100']],
  ['1 800 FLOWERS', ['+18003569377']],
  ['(800) FLOWERS', ['+18003569377']],
];
const EMAILS: [string, string[]][] = [
  ['info&#x40;acme&#46;com', ['info@acme.com']],
  ['info(at)acme(dot)com', ['info@acme.com']],
  ['info {at} acme {dot} com', ['info@acme.com']],
  ['info &lt;at&gt; acme.com', ['info@acme.com']],
  ['info @ acme.com', ['info@acme.com']],
  ['info AT acme DOT com', ['info@acme.com']],
  ['info[@]acme.com', ['info@acme.com']],
  ['info [at] acme.com', ['info@acme.com']],
  ['info(@)acme.com', ['info@acme.com']],
  ['<a href="mailto:info%40acme.com">x</a>', ['info@acme.com']],
  ['<a href="mailto:info@acme.com?subject=a&cc=bob@acme.com">x</a>', ['info@acme.com', 'bob@acme.com']],
  ['<a href="mailto:a@acme.com,b@acme.com">x</a>', ['a@acme.com', 'b@acme.com']],
  ["john.o'neil+tag@acme.co.uk", ["john.o'neil+tag@acme.co.uk"]],
  ['image@2x.png', []],
  ['user@localhost', []],
  ['a@b', []],
  ['x@192.168.0.1', []],
  ['twitter @acme.com', []],
  ['<a href="&#109;&#97;&#105;&#108;&#116;&#111;&#58;info@acme.com">m</a>', ['info@acme.com']],
  ['<script>document.write("info"+"@"+"acme.com")</script>', ['info@acme.com']],
  ['Email: INFO@ACME.COM.', ['INFO@ACME.COM']],
  ['(info@acme.com)', ['info@acme.com']],
  ['info@acme.com,sales@acme.com', ['info@acme.com', 'sales@acme.com']],
  ['<span>info</span>@<span>acme.com</span>', ['info@acme.com']],
  ['info&shy;@acme.com', ['info@acme.com']],
  [
    '<a href="/cdn-cgi/l/email-protection#543d3a323b14353739317a373b39">[email&#160;protected]</a>',
    ['info@acme.com'],
  ],
  ['look at the dot com boom', []],
  ['anna dot weiss at acme dot com', ['anna.weiss@acme.com']],
  ['info at acme dot co dot uk', ['info@acme.co.uk']],
  ['<a href="mailto:info@acme.com">info@acme.com</a>', ['info@acme.com']],
  ['info@acme.com.', ['info@acme.com']],
  ['info_@_acme.com', []],
  ['info＠acme.com', ['info@acme.com']],
  ['<a data-user="ofni" data-domain="emca" href="#">x</a>', []],
  ['info@xn--mller-kva.de', ['info@xn--mller-kva.de']],
  ['info@müller.de', ['info@müller.de']],
];
/** Text, base name, legal form. */
const NAMES: [string, string, string | null][] = [
  ['Acme L.L.C.', 'Acme', 'LLC'],
  ['Acme, L. L. C.', 'Acme', 'LLC'],
  ['Acme Inc', 'Acme', 'Inc.'],
  ['Acme Incorporated', 'Acme', 'Inc.'],
  ['Acme Corp', 'Acme', 'Corp.'],
  ['Acme Co., Ltd.', 'Acme', 'Co. Ltd.'],
  ['Acme Limited Liability Company', 'Acme', 'LLC'],
  ['Acme Limited Partnership', 'Acme', 'LP'],
  ['Acme Holdings, LLC', 'Acme Holdings', 'LLC'],
  ['Acme P.C.', 'Acme', 'PC'],
  ['Acme S.A.', 'Acme', 'S.A.'],
  ['Acme S.p.A.', 'Acme', 'S.p.A.'],
  ['Acme AG & Co. KGaA', 'Acme', 'AG Co. KGaA'],
  ['Acme Sp. z o.o.', 'Acme', 'Sp. z o.o.'],
  ['Acme A/S', 'Acme', 'AS'],
  ['Acme Oy Ab', 'Acme', 'Oy AB'],
  ['Acme Pty. Ltd.', 'Acme', 'Pty Ltd'],
  ['Acme Pvt. Ltd.', 'Acme', 'Pvt Ltd'],
  ['Acme (Pty) Ltd', 'Acme', 'Pty Ltd'],
  ['ООО Ромашка', 'Ромашка', 'OOO'],
  ['Acme K.K.', 'Acme', 'K.K.'],
  ['株式会社アクメ', 'アクメ', 'K.K.'],
  ['Acme Company, The', 'Acme Company, The', null],
  ['The Acme Company', 'The Acme', 'Co.'],
  ['Limited Brands', 'Limited Brands', null],
  ['Co-op Foods', 'Co-op Foods', null],
  ['Coco', 'Coco', null],
  ['Zinc', 'Zinc', null],
  ['Inc', 'Inc', null],
  ['Company Co', 'Company', 'Co.'],
  ['Acme, Inc. (formerly Bolt)', 'Acme', 'Inc.'],
  ['Acme Inc. dba Bolt', 'Acme', 'Inc.'],
  ['3M Company', '3M', 'Co.'],
  ['Smith & Sons, Inc.', 'Smith & Sons', 'Inc.'],
  ['Acme Unlimited', 'Acme Unlimited', null],
  ['Acme Ltd', 'Acme', 'Ltd.'],
  ['Acme plc', 'Acme', 'PLC'],
  ['Acme GmbH', 'Acme', 'GmbH'],
  ['Acme Tool, LLP', 'Acme Tool', 'LLP'],
  ['Acme Group B.V.', 'Acme Group', 'B.V.'],
  ['Acme PLLC', 'Acme', 'PLLC'],
  ['Acme Corporation Inc', 'Acme', 'Corp. Inc.'],
];
const ROW = fc.array(
  fc.constantFrom(
    '1',
    '216',
    '(216)',
    '555',
    '-',
    '.',
    ' ',
    '0100',
    'x',
    'ext',
    '+',
    '44',
    'Tel:',
    'fax',
    '/',
  ),
);

describe('event dates', () => {
  it.each(DATES)('%s', (text, start, end) => {
    const dates = parseEventDates(text, '2026-03-01');
    expect([dates?.start_date ?? null, dates?.end_date ?? null]).toEqual([start, end]);
  });

  it('have a time zone only where one is printed', () => {
    const zone = (text: string) => parseEventDates(text, '2026-03-01')?.time_zone;
    expect(zone('March 3, 2026 @ 8:00 am - 5:00 pm')).toBeNull();
    expect(zone('March 3, 2026 at 8:00 am')).toBeNull();
    expect(zone('March 3, 2026, 8:00 am EST')).toBe('EST');
    expect(zone('March 3, 2026, 8:00 am Eastern Time')).toBe('Eastern Time');
  });

  it('read their own ISO form again', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 60 }),
        (from, days) => {
          const start = from.toISOString().slice(0, 10);
          const end = new Date(from.getTime() + days * 86_400_000).toISOString().slice(0, 10);
          const dates = parseEventDates(`${start} to ${end}`, '2026-03-01');
          expect([dates?.start_date, dates?.end_date]).toEqual([start, end]);
        },
      ),
    );
  });
});

describe('telephone numbers', () => {
  it.each(PHONES)('%s', (text, expected, country) => {
    expect(findPhones(text, country).map((p) => p.e164 + (p.extension ? `/${p.extension}` : ''))).toEqual(
      expected,
    );
  });

  it('are found again in what was printed, in E.164 and in the readable form', () => {
    fc.assert(
      fc.property(
        ROW.map((list) => list.join('')),
        fc.constantFrom('US', 'GB', 'DE', 'AU', 'IN'),
        (text, country) => {
          for (const phone of findPhones(text, country)) {
            expect(phone.e164).toMatch(/^\+[1-9]\d{6,14}$/);
            expect(findPhones(phone.e164, country)[0]?.e164).toBe(phone.e164);
            expect(findPhones(formatPhone(phone.e164), country)[0]?.e164).toBe(phone.e164);
            expect(telLink(`tel:${phone.e164}`, country)?.e164).toBe(phone.e164);
          }
          findLocalNumbers(text);
        },
      ),
    );
  });

  it('without an area code are numbers only after a label', () => {
    expect(findLocalNumbers('Phone: 555-0100, Fax 555-0199')).toEqual([
      { raw: '555-0100', kind: 'phone' },
      { raw: '555-0199', kind: 'fax' },
    ]);
    expect(findLocalNumbers('Part 555-0100')).toEqual([]);
    expect(findLocalNumbers('Tel: (216) 555-0100')).toEqual([]);
  });

  it('of telephone and fax at once are telephone numbers', () => {
    expect(findPhones('Phone/Fax: 216-555-0100')[0]?.kind).toBe('phone');
    expect(findPhones('Fax: 216-555-0100')[0]?.kind).toBe('fax');
    expect(findPhones('Tel: 216-555-0100  Fax: 216-555-0199').map((p) => p.kind)).toEqual(['phone', 'fax']);
    expect(findPhones('216-555-0100 (fax)')[0]?.kind).toBe('fax');
  });
});

describe('e-mail addresses', () => {
  it.each(EMAILS)('%s', (html, expected) => {
    expect(findEmails(html)).toEqual(expected);
  });

  it('are found again in their own list, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
        const once = findEmails(text);
        expect(findEmails(once.join(' '))).toEqual(once);
      }),
    );
  });
});

describe('company names', () => {
  it.each(NAMES)('%s', (text, base, form) => {
    const name = parseCompanyName(text);
    expect([name.base_name, name.legal_form]).toEqual([base, form]);
  });

  it('normalise to what normalises to itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const { normalized } = parseCompanyName(text);
        const again = parseCompanyName(normalized).normalized;
        expect(parseCompanyName(again).normalized).toBe(again);
      }),
    );
  });
});
