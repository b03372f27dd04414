import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAddresses } from '../../../lib/page/address.js';
import { parseAddress } from '../../../lib/page/address-single.js';

/** Text; street, unit, city, state and code. */
const AMERICAN: [string, (string | null)[]][] = [
  [
    '1005 N Gravenstein Hwy Sebastopol, CA 95472',
    ['1005 N Gravenstein Hwy', null, 'Sebastopol', 'CA', '95472'],
  ],
  [
    '1005 N Gravenstein Highway Suite 500 Sebastopol, CA',
    ['1005 N Gravenstein Highway', 'Suite 500', 'Sebastopol', 'CA', null],
  ],
  [
    '1005 N Gravenstein Hwy Suite 500 Sebastopol, CA',
    ['1005 N Gravenstein Hwy', 'Suite 500', 'Sebastopol', 'CA', null],
  ],
  [
    '1005 N Gravenstein Highway, Sebastopol, CA, 95472',
    ['1005 N Gravenstein Highway', null, 'Sebastopol', 'CA', '95472'],
  ],
  [
    '1005 N Gravenstein Highway Sebastopol CA 95472',
    ['1005 N Gravenstein Highway', null, 'Sebastopol', 'CA', '95472'],
  ],
  ['1005 Gravenstein Hwy N Sebastopol CA', ['1005 Gravenstein Hwy N', null, 'Sebastopol', 'CA', null]],
  [
    '1005 Gravenstein Highway North, Sebastopol, CA',
    ['1005 Gravenstein Highway North', null, 'Sebastopol', 'CA', null],
  ],
  ['1005 Gravenstein Hwy, 95472', ['1005 Gravenstein Hwy', null, null, null, '95472']],
  ['1005 Gravenstein Hwy N, 95472', ['1005 Gravenstein Hwy N', null, null, null, '95472']],
  ['1600 Pennsylvania Ave. Washington DC', ['1600 Pennsylvania Ave.', null, 'Washington', 'DC', null]],
  ['1600 Pennsylvania Avenue Washington DC', ['1600 Pennsylvania Avenue', null, 'Washington', 'DC', null]],
  ['48S 400E, Salt Lake City UT', ['48S 400E', null, 'Salt Lake City', 'UT', null]],
  ['550 S 400 E #3206, Salt Lake City UT 84111', ['550 S 400 E', '#3206', 'Salt Lake City', 'UT', '84111']],
  ['6641 N 2200 W Apt D304 Park City, UT 84098', ['6641 N 2200 W', 'Apt D304', 'Park City', 'UT', '84098']],
  ['100 South St, Philadelphia, PA', ['100 South St', null, 'Philadelphia', 'PA', null]],
  ['100 S.E. Washington Ave, Minneapolis, MN', ['100 S.E. Washington Ave', null, 'Minneapolis', 'MN', null]],
  ['3813 1/2 Some Road, Los Angeles, CA', ['3813 1/2 Some Road', null, 'Los Angeles', 'CA', null]],
  ['1 First St, San Jose CA', ['1 First St', null, 'San Jose', 'CA', null]],
  ['233 S Wacker Dr 60606-6306', ['233 S Wacker Dr', null, null, null, '60606-6306']],
  ['233 S Wacker Dr Chicago 60606', ['233 S Wacker Dr', null, 'Chicago', null, '60606']],
  ['36401 County Road 43, Eaton, CO 80615', ['36401 County Road 43', null, 'Eaton', 'CO', '80615']],
  ['1234 COUNTY HWY 60E, Town, CO 12345', ['1234 COUNTY HWY 60E', null, 'Town', 'CO', '12345']],
  ['45 Quaker Ave, Ste 105', ['45 Quaker Ave', 'Ste 105', null, null, null]],
  ['2730 S Veitch Apt 207, Arlington, VA 22206', ['2730 S Veitch', 'Apt 207', 'Arlington', 'VA', '22206']],
  ['2730 S Veitch #207, Arlington, VA 22206', ['2730 S Veitch', '#207', 'Arlington', 'VA', '22206']],
  [
    '44 Canal Center Plaza Suite 500, Alexandria, VA 22314',
    ['44 Canal Center Plaza', 'Suite 500', 'Alexandria', 'VA', '22314'],
  ],
  ['One East 161st Street, Bronx, NY 10451', ['One East 161st Street', null, 'Bronx', 'NY', '10451']],
  ['Rt 50 and Main St, Fairfax VA', ['Rt 50 and Main St', null, 'Fairfax', 'VA', null]],
  ['Hollywood & Vine, Los Angeles, CA', ['Hollywood & Vine', null, 'Los Angeles', 'CA', null]],
  [
    '1600 Pennsylvania Ave NW, Washington, DC, 20500',
    ['1600 Pennsylvania Ave NW', null, 'Washington', 'DC', '20500'],
  ],
  ['PO BOX 12, Erie PA', ['PO BOX 12', null, 'Erie', 'PA', null]],
  ['POB 65502, Tucson AZ 85728', ['POB 65502', null, 'Tucson', 'AZ', '85728']],
  ['8500 Beverly Blvd Los Angeles CA 90048', ['8500 Beverly Blvd', null, 'Los Angeles', 'CA', '90048']],
  ['123 Main St Park City UT 84060', ['123 Main St', null, 'Park City', 'UT', '84060']],
  ['123 Main St Lake Forest IL 60045', ['123 Main St', null, 'Lake Forest', 'IL', '60045']],
  ['123 Main St Fort Worth TX 76102', ['123 Main St', null, 'Fort Worth', 'TX', '76102']],
  ['123 Main St North Hollywood CA 91601', ['123 Main St', null, 'North Hollywood', 'CA', '91601']],
  ['123 Main St Saint Paul MN 55101', ['123 Main St', null, 'Saint Paul', 'MN', '55101']],
  ['123 Main St St. Paul MN 55101', ['123 Main St', null, 'St. Paul', 'MN', '55101']],
  ['12 W Park Ave Hill City KS 67642', ['12 W Park Ave', null, 'Hill City', 'KS', '67642']],
  [
    '1234 E Valley View Pkwy Grove City OH 43123',
    ['1234 E Valley View Pkwy', null, 'Grove City', 'OH', '43123'],
  ],
  [
    'Attn: Jane Roe, Acme Corp, 5 Oak Ave, Suite 2, Fort Worth, TX 76102',
    ['5 Oak Ave', 'Suite 2', 'Fort Worth', 'TX', '76102'],
  ],
  ['Acme Corp 5 Oak Ave Fort Worth TX 76102', ['5 Oak Ave', null, 'Fort Worth', 'TX', '76102']],
  ['123 Main St, Springfield, Illinois, United States', ['123 Main St', null, 'Springfield', 'IL', null]],
  ['123 Main St, Springfield, Illinois 62701, USA', ['123 Main St', null, 'Springfield', 'IL', '62701']],
  ['123 Main St, Springfield, IL 62701–1234', ['123 Main St', null, 'Springfield', 'IL', '62701-1234']],
  ['123 Main St, Springfield, IL 627011234', ['123 Main St', null, 'Springfield', 'IL', '62701-1234']],
  ['123 Main St, Springfield', ['123 Main St', null, 'Springfield', null, null]],
  ['123 Main St, Suite 4, Springfield', ['123 Main St', 'Suite 4', 'Springfield', null, null]],
  ['123 Main St', ['123 Main St', null, null, null, null]],
  ['W1234 County Road B, Rubicon, WI 53078', ['W1234 County Road B', null, 'Rubicon', 'WI', '53078']],
  ['N6W23001 Bluemound Rd, Waukesha, WI 53188', ['N6W23001 Bluemound Rd', null, 'Waukesha', 'WI', '53188']],
  [
    '1 Rockefeller Plz, 11th Floor, New York, NY 10020',
    ['1 Rockefeller Plz', '11th Floor', 'New York', 'NY', '10020'],
  ],
  [
    '1200 Avenue of the Americas New York NY 10036',
    ['1200 Avenue of the Americas', null, 'New York', 'NY', '10036'],
  ],
  ['RR 2 Box 118, Waldron, AR 72958', ['RR 2 Box 118', null, 'Waldron', 'AR', '72958']],
  ['HC 62 Box 9, Salem MO 65560', ['HC 62 Box 9', null, 'Salem', 'MO', '65560']],
  ['100 Main St, Washington, District of Columbia 20001', ['100 Main St', null, 'Washington', 'DC', '20001']],
  ['100 Main St., Washington, D.C. 20001', ['100 Main St.', null, 'Washington', 'DC', '20001']],
  ['77 King St W Suite 400 Toronto ON M5K 0A1', ['77 King St W', 'Suite 400', 'Toronto', 'ON', 'M5K 0A1']],
  [
    '200-1234 West 4th Ave, Vancouver, BC V6J 1M9, Canada',
    ['200-1234 West 4th Ave', null, 'Vancouver', 'BC', 'V6J 1M9'],
  ],
  ['5 Yonge St, Toronto, Ontario, Canada', ['5 Yonge St', null, 'Toronto', 'ON', null]],
  ['123 FM 1960 West, Houston, TX 77090', ['123 FM 1960 West', null, 'Houston', 'TX', '77090']],
  ['5000 US Highway 17, Orange Park, FL 32003', ['5000 US Highway 17', null, 'Orange Park', 'FL', '32003']],
  ['5000 US Hwy 17 S Orange Park FL 32003', ['5000 US Hwy 17 S', null, 'Orange Park', 'FL', '32003']],
  ['1 Microsoft Way Redmond WA 98052', ['1 Microsoft Way', null, 'Redmond', 'WA', '98052']],
  ['20 W 34th St, New York, NY 10001', ['20 W 34th St', null, 'New York', 'NY', '10001']],
  ['20 W 34th New York, NY 10001', ['20 W 34th', null, 'New York', 'NY', '10001']],
  ['111 8th Ave, New York, New York', ['111 8th Ave', null, 'New York', 'NY', null]],
  ['123 Washington St, Seattle, Washington', ['123 Washington St', null, 'Seattle', 'WA', null]],
  ['9 Virginia Ave Virginia Beach Virginia 23451', ['9 Virginia Ave', null, 'Virginia Beach', 'VA', '23451']],
  ['12 Elm St\nApt 4B\nDover NH 03820', ['12 Elm St', 'Apt 4B', 'Dover', 'NH', '03820']],
  ['12 Elm St Apt. 4-B, Dover, NH 03820', ['12 Elm St', 'Apt. 4-B', 'Dover', 'NH', '03820']],
  [
    '12 Elm St, Bldg 3, Suite 200, Dover, NH 03820',
    ['12 Elm St', 'Bldg 3, Suite 200', 'Dover', 'NH', '03820'],
  ],
  ['Suite 200, 12 Elm St, Dover, NH 03820', ['12 Elm St', 'Suite 200', 'Dover', 'NH', '03820']],
  ['P.O. Box 1234, 12 Elm St, Dover, NH 03820', ['P.O. Box 1234, 12 Elm St', null, 'Dover', 'NH', '03820']],
  ['12 elm st, dover, nh 03820', ['12 elm st', null, 'dover', 'NH', '03820']],
  ['12 ELM ST DOVER NH 03820', ['12 ELM ST', null, 'DOVER', 'NH', '03820']],
  ['Springfield, IL 62701', [null, null, 'Springfield', 'IL', '62701']],
  ['Springfield IL', [null, null, 'Springfield', 'IL', null]],
  ['62701', [null, null, null, null, '62701']],
];

/** Text; street, city, code and country. */
const ABROAD: [string, (string | null)[]][] = [
  ['Musterstraße 12, 10115 Berlin, Germany', ['Musterstraße 12', 'Berlin', '10115', 'DE']],
  ['Industriestr. 5\n70565 Stuttgart\nDeutschland', ['Industriestr. 5', 'Stuttgart', '70565', 'DE']],
  ['10 Downing Street, London SW1A 2AA, UK', ['10 Downing Street', 'London', 'SW1A 2AA', 'GB']],
  [
    'Av. Paseo de la Reforma 222, Juárez, 06600 Ciudad de México, Mexico',
    ['Av. Paseo de la Reforma 222, Juárez', 'Ciudad de México', '06600', 'MX'],
  ],
  ['12 rue de Rivoli, 75001 Paris, France', ['12 rue de Rivoli', 'Paris', '75001', 'FR']],
  ['Calle 50 No. 12, Bogotá, Colombia', ['Calle 50 No. 12', 'Bogotá', null, 'CO']],
  ['45 Queen Street\nAuckland 1010\nNew Zealand', ['45 Queen Street', 'Auckland', '1010', 'NZ']],
  ['Unit 3/45 Smith St, Collingwood VIC 3066', ['Unit 3/45 Smith St', 'Collingwood', '3066', 'AU']],
];

describe('parseAddress', () => {
  it.each(AMERICAN)('%s', (text, expected) => {
    const a = parseAddress(text);
    expect(a && [a.street, a.unit, a.city, a.state, a.postal_code]).toEqual(expected);
  });

  it.each(ABROAD)('abroad: %s', (text, expected) => {
    const a = parseAddress(text);
    expect(a && [a.street, a.city, a.postal_code, a.country]).toEqual(expected);
  });

  it('finds none in prose', () => {
    for (const text of ['We are proud of our people.', '24 hours a day', '', 'Call us today!', '2019 - 2026'])
      expect(parseAddress(text)).toBeNull();
  });

  it('reads what it wrote in the same way again', () => {
    for (const [text] of AMERICAN) {
      const a = parseAddress(text);
      if (!a?.street || !a.city || !a.state) continue;
      const written = [a.street, a.unit, a.city, [a.state, a.postal_code].filter(Boolean).join(' ')]
        .filter(Boolean)
        .join(', ');
      expect(parseAddress(written), written).toEqual(a);
    }
  });

  it('never throws, also in other countries', () => {
    const piece = fc.constantFrom(
      '12',
      'Main',
      'St',
      ',',
      ' ',
      '\n',
      'IL',
      '62701',
      'Suite',
      '#',
      'D-10115',
      'PO Box',
      'UK',
      'é',
      '-',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((list) => list.join(' ')),
        ),
        fc.constantFrom('US', 'GB', 'DE', 'IN', 'NZ', 'IE', 'XX'),
        (text, home) => {
          parseAddress(text);
          findAddresses(text.split('\n'), home);
        },
      ),
    );
  });
});
