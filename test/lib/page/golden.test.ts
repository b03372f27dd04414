/** Pages composed by hand in the markup of many platforms, read as the phases read them. */
import { describe, expect, it } from 'vitest';
import { loadConfig, loadPlatforms } from '../../../lib/config.js';
import type { Reading } from '../../../lib/page/types.js';
import { type Expected, goldenCases } from '../../sites/cases.js';
import { withoutMachineData } from '../../sites/plain.js';
import { FLOORS, pageFigures, readByMinerAlone, readWhole, totalsOf } from '../../sites/readings.js';
import { fieldsTally, measures, scorePage } from '../../sites/score.js';
import { isBelow, leastOf, recordedShortfalls } from '../../sites/shortfalls.js';

const cases = goldenCases();
const scored = readWhole(cases, await loadPlatforms(await loadConfig()));

describe('the golden pages', () => {
  it('are many, of many platforms, with pages among them that hold nothing', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map((c) => c.expected.platform.split(',')[0])).size).toBeGreaterThanOrEqual(15);
    expect(cases.filter((c) => c.expected.page_type === 'other').length).toBeGreaterThanOrEqual(8);
  });

  it('give their records and fields', () => {
    const { records, fields } = totalsOf(scored);
    expect(measures(records).f1).toBeGreaterThanOrEqual(FLOORS.records);
    expect(measures(fields).f1).toBeGreaterThanOrEqual(FLOORS.fields);
  });

  it('give their records to the miner alone', () => {
    const { records } = totalsOf(readByMinerAlone(cases));
    expect(measures(records).f1).toBeGreaterThanOrEqual(FLOORS.minerRecords);
  });

  const shortfalls = recordedShortfalls();
  it.each(scored.map((one) => ({ name: one.case.name, one })))('$name', ({ name, one }) => {
    const misses = one.score.misses.map((m) => `${m.record} · ${m.field}: read ${m.got}, is ${m.want}`);
    if (isBelow(pageFigures(one), leastOf(shortfalls, name)))
      expect.fail(`${name} is read worse than it was:\n  ${misses.join('\n  ')}`);
  });

  it('are not named among the shortfalls when they are gone', () => {
    const names = new Set(cases.map((c) => c.name));
    expect(Object.keys(shortfalls).filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('the score of a page', () => {
  const expected: Expected = {
    platform: 'none',
    url: 'https://example.org/members',
    page_type: 'member_directory',
    owner: 'Example',
    visible: true,
    companies: [
      { name: 'Acme Gear', phone: '(216) 555-0100', website: 'https://www.acmegear.com/' },
      { name: 'Bolt & Sons', city: 'Chicago' },
    ],
  };
  const reading = (companies: object[], page_type = 'member_directory') =>
    ({
      page_type,
      companies: companies.map((c) => ({ provenance: {}, ...c })),
      events: [],
      participants: [],
    }) as unknown as Reading;

  it('is perfect for what is written down, whatever its notation', () => {
    const score = scorePage(
      expected,
      reading([
        { name: 'ACME GEAR', phone: '+1 216.555.0100', website: 'http://acmegear.com' },
        { name: 'Bolt and Sons', city: 'CHICAGO' },
      ]),
    );
    expect(score.misses).toEqual([]);
    expect(measures(score.records).f1).toBe(1);
    expect(measures(fieldsTally(score)).f1).toBe(1);
  });

  it('counts what is missed, invented and wrong', () => {
    const score = scorePage(
      expected,
      reading(
        [{ name: 'Acme Gear', phone: '(216) 555-0101', fax: '(216) 555-0100' }, { name: 'Read more' }],
        'other',
      ),
    );
    expect(score.type_right).toBe(false);
    expect(score.records).toEqual({ want: 2, got: 2, hit: 1 });
    expect(fieldsTally(score)).toEqual({ want: 2, got: 2, hit: 0 });
    expect(score.misses.map((m) => m.field).sort()).toEqual([
      'fax',
      'page_type',
      'phone',
      'record',
      'record',
      'website',
    ]);
  });

  it('counts every record on a page that holds none', () => {
    const negative: Expected = { ...expected, page_type: 'other', companies: [] };
    expect(measures(scorePage(negative, reading([], 'other')).records).f1).toBe(1);
    expect(measures(scorePage(negative, reading([{ name: 'Sign in' }], 'other')).records).f1).toBe(0);
  });

  it('of the miner alone comes from pages without machine data', () => {
    const html = withoutMachineData(
      '<html><head><script type="application/ld+json">{"name":"A"}</script></head><body><p class="vcard x" itemscope itemtype="https://schema.org/Organization"><b itemprop="name">Acme</b>',
    );
    expect(html).not.toMatch(/script|itemscope|itemprop|vcard/);
    expect(html).toContain('<b>Acme</b>');
  });
});
