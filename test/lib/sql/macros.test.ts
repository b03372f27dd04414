import { beforeAll, describe, expect, it } from 'vitest';
import { type Bench, open } from './support.js';

let db: Bench;
beforeAll(async () => {
  db = await open();
  await db.files(['macros.sql', 'macros_places.sql']);
});

const value = async (call: string, argument: string | null) => {
  const result = await db.connection.runAndReadAll(`select ${call} as v from (select $x::varchar as x)`, {
    x: argument,
  });
  return (result.getRowObjectsJson()[0] as { v: unknown }).v;
};

describe('company names', () => {
  it.each([
    ['Acme Mfg. Co., Inc.', 'acme mfg'],
    ['The ACME Manufacturing, L.L.C.', 'acme mfg'],
    ['Manufacturing, Acme Corp', 'acme mfg'],
    ['Müller & Söhne GmbH', 'muller sohne'],
    ['J.D. Smith & Sons', 'jd smith sons'],
    ['U.S.A. Gear', 'gear usa'],
    ['Foo Holdings d/b/a Bar Tools', 'foo holding'],
    ['Palm (Los Angeles)', 'palm'],
    ['Precision Stampings, LLC', 'prec stamp'],
    ['株式会社 東京', '東京 株式会社'],
    ['The Company', 'the'],
    ['***', null],
    [null, null],
  ])('%s has the key %s', async (name, key) => {
    expect(await value('name_key(x)', name)).toBe(key);
  });

  it('reads the trading name and the legal form', async () => {
    expect(await value('alias_part(x)', 'Foo Holdings d/b/a Bar Tools')).toBe('Bar Tools');
    expect(await value('alias_part(x)', 'Plain Name Inc')).toBeNull();
    expect(await value('legal_form(x)', 'Acme Co., Inc.')).toBe('Inc');
    expect(await value('legal_form(x)', 'Acme')).toBeNull();
  });

  it('takes a name of ten thousand characters', async () => {
    expect(await value('length(name_key(x)) < 500', 'x'.repeat(10_000))).toBe(true);
  });
});

describe('places, numbers and addresses on the net', () => {
  it.each([
    ['phone10(x)', '(216) 555-0100 ext. 12', '2165550100'],
    ['phone10(x)', '+1 216.555.0100', '2165550100'],
    ['phone10(x)', '000-000-0000', null],
    ['phone10(x)', '12', null],
    ['own_domain(registrable_domain(x))', 'https://www.shop.acme.com/about', 'acme.com'],
    ['own_domain(registrable_domain(x))', 'acme.co.uk', 'acme.co.uk'],
    ['own_domain(registrable_domain(x))', 'https://facebook.com/acme', null],
    ['own_domain(email_domain(x))', 'Jo@Gmail.com', null],
    ['own_domain(email_domain(x))', 'mailto:jo@sales.acme.com?subject=x', 'acme.com'],
    ['postal_key(x)', '44101-1234', '44101'],
    ['postal_key(x)', 'K1A 0B1', 'k1a0b1'],
    ['state_key(x)', 'New Hampshire', 'nh'],
    ['state_key(x)', 'OH', 'oh'],
    ['house_numbers(x)', '1710-1718 S. Loomis', ['1710', '1718']],
    ['house_numbers(x)', '100 Main Street, Suite 200', ['100']],
    ['street_words(x)', '100 North Main Street #4', ['main']],
    ['street_words(x)', '2001 W North Ave', ['w', 'n', 'ave']],
    ['po_box(x)', 'P.O. Box 4184', '4184'],
    ['url_key(x)', 'http://www.pma.org/m/1/#top', 'pma.org/m/1'],
  ])('%s of %s', async (call, given, expected) => {
    const found = await value(call, given);
    expect(Array.isArray(found) ? [...found].sort() : found).toEqual(
      Array.isArray(expected) ? [...expected].sort() : expected,
    );
  });
});
