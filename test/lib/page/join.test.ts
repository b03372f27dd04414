import { describe, expect, it } from 'vitest';
import { fuseCompanies } from '../../../lib/page/fuse.js';
import { fillGaps } from '../../../lib/page/join.js';
import { type CompanyRecord, emptyCompany, type Location } from '../../../lib/page/types.js';

const company = (fields: Partial<CompanyRecord>): CompanyRecord => ({ ...emptyCompany(), ...fields });
const place = (fields: Partial<Location>): Location => ({
  street: null,
  unit: null,
  city: null,
  state: null,
  postal_code: null,
  country: null,
  phone: null,
  ...fields,
});

describe('fillGaps', () => {
  it('fills what is missing and keeps what is there', () => {
    const into = company({ name: 'Acme', city: 'Akron' });
    fillGaps(into, company({ name: 'Acme', city: 'Canton', state: 'OH', website: 'https://acme.com/' }), [
      'website',
    ]);
    expect([into.city, into.state, into.website]).toEqual(['Akron', 'OH', null]);
  });

  it('takes each number, address and place once, however it is written', () => {
    const into = company({
      fax: '216-555-0199',
      phones: ['(216) 555-0100 x4'],
      emails: ['info@acme.com'],
      locations: [place({ street: '12 Elm St', postal_code: '44301' })],
    });
    fillGaps(
      into,
      company({
        phones: ['+1 216 555 0100', '216.555.0199', '216.555.0101'],
        emails: ['INFO@acme.com', 'sales@acme.com'],
        locations: [
          place({ street: '12 Elm Street', postal_code: '44301-1234' }),
          place({ street: '9 Oak Ave' }),
        ],
      }),
    );
    expect(into.phones).toEqual(['(216) 555-0100 x4', '216.555.0101']);
    expect(into.emails).toEqual(['info@acme.com', 'sales@acme.com']);
    expect(into.locations.map((l) => l.street)).toEqual(['12 Elm St', '9 Oak Ave']);
  });
});

describe('fuseCompanies', () => {
  it('leaves the records of each strategy as they were', () => {
    const mined = company({ name: 'Acme', phones: ['216-555-0100'], provenance: {} });
    const data = company({ name: 'Acme', phones: ['216-555-0101'], emails: ['a@acme.com'] });
    const [fused] = fuseCompanies([[mined], [data]]);
    expect(fused?.phones).toEqual(['216-555-0100', '216-555-0101']);
    expect(mined.phones).toEqual(['216-555-0100']);
    expect(mined.emails).toEqual([]);
  });
});
