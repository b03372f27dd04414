/** Wrapper induction: selectors learned from a page give its records by themselves, and hold on others of the kind. */
import { describe, expect, test } from 'vitest';
import { isStableName } from '../../../lib/learning/describe.js';
import { learnSelectors } from '../../../lib/learning/induce.js';
import { readPage } from '../../../lib/page/read.js';
import { directory, member } from '../../recipes/association-pages.js';
import { weights } from '../../support/weights.js';

const input = (html: string) => ({
  url: 'https://www.pma.org/directory/',
  html,
  contentType: 'text/html',
  now: '2026-01-01T00:00:00.000Z',
  selectors: null,
  platforms: [],
  weights,
  siteName: 'Precision Metalforming Association',
});
const members = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => member(from + i));
const learnedFrom = (html: string) => {
  const { learned, why } = learnSelectors(input(html));
  expect(why).toBe('');
  return learned!;
};

describe('cards with classes', () => {
  const learned = learnedFrom(directory(members(0, 12)));

  test('give a selector for the record and one for each field', () => {
    expect(learned.block).toMatchObject({
      kind: 'company',
      record: '.m-card',
      fields: {
        name: '.m-card-name',
        phone: '.m-card-tel',
        address: '.m-card-place',
        website: '.m-card-web@href',
      },
    });
    expect(learned.records).toEqual({ known: 12, right: 12, wrong: 0 });
    for (const score of Object.values(learned.fields))
      expect(score).toEqual({ known: 12, right: 12, wrong: 0 });
  });

  test('and hold on the next page', () => {
    const selectors = { records: [learned.block] };
    const { companies } = readPage({ ...input(directory(members(12, 30))), selectors });
    const bySelectors = companies.filter((c) => c.provenance.name?.some((s) => s.strategy === 'selectors'));
    expect(bySelectors.map((c) => [c.name, c.city, c.phone_e164])).toEqual(
      members(12, 30).map((m) => [m.name, m.city, `+1${m.phone.replace(/\D/g, '')}`]),
    );
  });
});

test('a table without classes is named by its place on the page and its columns', () => {
  const rows = members(0, 10).map(
    (m) =>
      `<tr><td><a href="${m.website}">${m.name.replace('&', '&amp;')}</a></td><td>${m.city}</td><td>${m.state}</td><td>${m.phone}</td></tr>`,
  );
  const learned = learnedFrom(
    `<html><head><title>Member list</title></head><body><main><h1>Our members</h1><table id="roster"><thead><tr><th>Company</th><th>City</th><th>State</th><th>Phone</th></tr></thead><tbody>${rows.join('')}</tbody></table></main></body></html>`,
  );
  expect(learned.records).toEqual({ known: 10, right: 10, wrong: 0 });
  expect(learned.block.record).not.toMatch(/nth/);
  expect(Object.keys(learned.block.fields)).toEqual(
    expect.arrayContaining(['name', 'website', 'phone', 'city']),
  );
});

test('what a build makes up is not built upon', () => {
  const html = directory(members(0, 10)).replaceAll(
    /class="m-card-(\w+)"/g,
    (_, part: string) => `class="css-1x9k2j${part} m-${part}"`,
  );
  const { fields } = learnedFrom(html).block;
  expect(JSON.stringify(fields)).not.toContain('css-');
  expect(fields).toMatchObject({ name: '.m-name' });
});

test.each(['member-card', 'views-field-title', 'listing', 'exh__name', 'BusinessName'])(
  '%s is a name',
  (name) => expect(isStableName(name)).toBe(true),
);
test.each([
  'css-1q2w3e',
  'sc-bdVaJa1',
  'post-4711',
  '_3xYz9',
  'item_2f9a1c',
  'active',
  'col-md-6',
  'x1',
  'mt-3',
  'elementor-element-3f2a',
])('%s is none', (name) => expect(isStableName(name)).toBe(false));

test('a page with nothing on it teaches nothing, and says why', () => {
  expect(learnSelectors(input('<html><body><p>Coming soon.</p></body></html>'))).toMatchObject({
    learned: null,
    why: expect.stringContaining('no records'),
  });
});
