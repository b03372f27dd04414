import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionOf, seniorityOf, titleRank } from '../../../lib/providers/people.js';
import {
  e164,
  instantOf,
  linkedinCompany,
  longestCode,
  parseAmount,
  parseBand,
  stateCode,
} from '../../../lib/providers/units.js';

describe('bands and amounts', () => {
  it.each([
    ['51-250', 51, 250],
    ['251-1K', 251, 1000],
    ['1,001-5,000', 1001, 5000],
    ['$10M-$50M', 10e6, 50e6],
    ['$10 mil. - $25 mil.', 10e6, 25e6],
    ['$500K-$1M', 5e5, 1e6],
    ['$1B+', 1e9, null],
    ['10001+', 10001, null],
    ['100K+', 100_000, null],
    ['Under $1M', 0, 1e6],
    ['<10', 0, 10],
    ['1 to 10', 1, 10],
    ['11–50', 11, 50],
    ['42', 42, 42],
  ] as const)('%s', (text, min, max) => expect(parseBand(text)).toEqual({ min, max }));
  it.each(['', 'unknown', '€10M-€50M', '50-10', '-', '1-2-3', 'a'.repeat(100)])('no band in %j', (text) =>
    expect(parseBand(text)).toBeNull(),
  );
  it('amounts', () => {
    expect(parseAmount('24M')).toBe(24e6);
    expect(parseAmount('1.5 billion')).toBe(1.5e9);
    expect(parseAmount('n/a')).toBeNull();
  });
  it('never throws', () => fc.assert(fc.property(fc.string(), (text) => void parseBand(text))));
});

it('codes, numbers, states, addresses', () => {
  expect(longestCode(['33', '332710'], ['1'])).toBe('332710');
  expect(longestCode([], null, ['33'])).toBe('33');
  expect(longestCode(['31-33'])).toBeNull();
  expect(e164('(216) 555-0100')).toBe('+12165550100');
  expect(e164('call us')).toBeNull();
  expect(stateCode('ohio')).toBe('OH');
  expect(stateCode('OH')).toBe('OH');
  expect(stateCode('Bavaria')).toBe('Bavaria');
  expect(linkedinCompany('http://www.linkedin.com/company/acme?x=1')).toBe(
    'https://www.linkedin.com/company/acme',
  );
  expect(linkedinCompany('company/acme')).toBe('https://www.linkedin.com/company/acme');
  expect(linkedinCompany('in/somebody')).toBeNull();
  expect(instantOf(1760000000)).toBe(instantOf(1760000000000));
  expect(instantOf(0)).toBeNull();
});

describe('titles', () => {
  it.each([
    ['Owner/President', 'owner', 'executive'],
    ['Vice President of Operations', 'vp', 'operations'],
    ['President & CEO', 'c_suite', 'executive'],
    ['CFO', 'c_suite', 'finance'],
    ['Director of IT', 'director', 'it'],
    ['Plant Manager', 'manager', 'operations'],
    ['Purchasing Manager', 'manager', 'purchasing'],
    ['Machinist', 'other', 'other'],
    [null, 'other', 'other'],
  ] as const)('%s', (title, seniority, job) =>
    expect([seniorityOf(title), functionOf(title)]).toEqual([seniority, job]),
  );
  it('ranks by the wanted titles', () => {
    const wanted = ['Owner', 'President', 'VP Operations'];
    expect(titleRank('Vice President, Operations', wanted)).toBe(2);
    expect(titleRank('President', wanted)).toBe(1);
    expect(titleRank('Vice President of Sales', wanted)).toBeNull();
    expect(titleRank(null, wanted)).toBeNull();
  });
});
