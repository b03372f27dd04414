import { describe, expect, it } from 'vitest';
import { scoringSchema } from '../../../lib/sql/scoring.js';
import { type Rows, scoring, validate } from './support.js';

const fetched_at = '2026-02-27T00:00:00Z';
const card = (id: string, name: string, rest: Record<string, unknown> = {}) => ({
  record_id: id,
  page_url: 'https://pma.org/list?p=1',
  page_type: 'member_directory',
  name,
  confidence: 0.8,
  fetched_at,
  ...rest,
});
const profile = (id: string, name: string, slug: string, rest: Record<string, unknown> = {}) =>
  card(id, name, { page_url: `https://www.pma.org/m/${slug}/`, page_type: 'member_profile', ...rest });

async function members(records: Rows): Promise<string[][]> {
  const db = await validate({ extracted_companies: records });
  const rows = await db.rows(
    'select list(record_id order by record_id) as records from out_duplicates group by member_id order by 1',
  );
  return rows.map((r) => r.records as string[]);
}

describe('duplicates', () => {
  const acme = {
    city: 'Akron',
    state: 'OH',
    street: '1 Main St',
    postal_code: '44301',
    phone: '(330) 555-0100',
    website: 'https://acme.com',
  };

  it('joins a card and the profile page it links to, and lets the fuller one stand', async () => {
    const db = await validate({
      extracted_companies: [
        card('a', 'Acme Mfg', { profile_url: 'http://pma.org/m/acme', city: 'Akron' }),
        profile('b', 'Acme Manufacturing, Inc.', 'acme', acme),
      ],
    });
    expect(await db.rows('select * from out_duplicates order by record_id')).toEqual([
      { record_id: 'a', member_id: 'b', is_primary: false, reason: 'same_profile', similarity: 0.9 },
      { record_id: 'b', member_id: 'b', is_primary: true, reason: null, similarity: 1 },
    ]);
  });

  it('joins a featured card with its place in the list, and a bare name with its only entry', async () => {
    expect(
      await members([
        card('a', 'Acme', acme),
        card('b', 'Acme', acme),
        card('c', 'ACME'),
        card('d', 'Bolt', acme),
      ]),
    ).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('keeps namesakes apart: other town, other profile, bare name that could be either', async () => {
    expect(
      await members([
        card('a', 'Summit Tool', { city: 'Akron', state: 'OH', phone: '330-555-0001' }),
        card('b', 'Summit Tool', { city: 'Austin', state: 'TX', phone: '512-555-0002' }),
        card('c', 'Summit Tool'),
      ]),
    ).toEqual([['a'], ['b'], ['c']]);
    expect(
      await members([
        profile('a', 'Acme Plastics', 'acme-1', { ...acme, street: '1 Main St' }),
        profile('b', 'Acme Plastics', 'acme-2', { ...acme, street: '900 Oak Rd' }),
      ]),
    ).toEqual([['a'], ['b']]);
  });

  it('joins two nearly identical profiles', async () => {
    expect(
      await members([
        profile('a', 'Acme Plastics', 'acme', acme),
        profile('b', 'Acme Plastics Inc', 'acme-2', acme),
      ]),
    ).toEqual([['a', 'b']]);
  });

  it('does not take a link that everybody shares for a profile', async () => {
    const names = ['Acme', 'Bolt', 'Crown', 'Delta', 'Eagle'];
    expect(
      await members(names.map((n, i) => card(`r${i}`, n, { profile_url: 'https://pma.org/login' }))),
    ).toHaveLength(5);
  });

  it('gives the same members whatever the order of the records', async () => {
    const records = [
      card('a', 'Acme', acme),
      card('b', 'Acme Inc', acme),
      card('c', 'Bolt', { city: 'Akron', state: 'OH' }),
      card('d', 'Bolt Co', { city: 'Akron', state: 'OH', phone: '330-555-0009' }),
      profile('e', 'Acme Co', 'acme', acme),
    ];
    expect(await members([...records].reverse())).toEqual(await members(records));
  });

  it('stays linear when a thousand records have one name', async () => {
    const records = Array.from({ length: 1000 }, (_, i) =>
      card(`r${i}`, 'Precision Machine', { phone: `330-555-${1000 + i}` }),
    );
    expect(await members(records)).toHaveLength(1000);
  });
});

describe('crosschecks', () => {
  it('compares a member with providers and with its own further pages', async () => {
    const db = await validate({
      extracted_companies: [
        profile('b', 'Acme Manufacturing', 'acme', {
          website: 'https://acme.com',
          domain: 'acme.com',
          phone_e164: '+13305550100',
          city: 'Akron',
          state: 'OH',
          street: '1 Main Street',
          postal_code: '44301',
        }),
        card('a', 'Acme Mfg Co', { profile_url: 'https://pma.org/m/acme', phone_e164: '+13305550199' }),
      ],
      firmographics: [
        {
          domain: 'acme.com',
          provider: 'clearbit',
          name: 'Acme',
          phone_e164: '+12165550000',
          street: '1 Main St.',
          city: 'Akron',
          state: 'Ohio',
          postal_code: '44399',
        },
      ],
    });
    const rows = await db.rows('select field, source, agreement from out_crosschecks order by source, field');
    expect(rows.map((r) => `${r.source} ${r.field} ${r.agreement}`)).toEqual([
      'clearbit city agrees',
      'clearbit name similar',
      'clearbit phone differs',
      'clearbit postal_code similar',
      'clearbit state agrees',
      'clearbit street agrees',
      'https://pma.org/list?p=1 name agrees',
      'https://pma.org/list?p=1 phone similar',
    ]);
  });
});

describe('scores', () => {
  it('rewards what is there, well-formed and confirmed, and names what is not', async () => {
    const db = await validate({
      extracted_companies: [
        profile('full', 'Acme Manufacturing', 'acme', {
          website: 'https://acme.com',
          domain: 'acme.com',
          phone_e164: '+13305550100',
          email: 'info@acme.com',
          city: 'Akron',
          state: 'OH',
          street: '1 Main St',
          postal_code: '44301',
          description: 'Stampings.',
          categories: ['Stamping'],
          contacts: [{ name: 'Jo Day', title: 'CEO', phone: null, email: null }],
          confidence: 0.95,
        }),
        card('poor', 'Bolt', {
          phone: '12',
          website: 'https://facebook.com/bolt',
          confidence: 0.5,
          fetched_at: '2024-03-01T00:00:00Z',
        }),
      ],
      firmographics: [
        { domain: 'acme.com', provider: 'clearbit', name: 'Acme Manufacturing', employees: 120 },
      ],
      technologies: [{ domain: 'acme.com', name: 'WordPress', category: 'CMS', provider: 'site' }],
    });
    const [full, poor] = await db.rows('select * from out_scores order by member_id');
    expect(full).toMatchObject({
      completeness: 100,
      validity: 100,
      consistency: 100,
      quality_grade: 'A',
      problems: [],
    });
    expect(poor).toMatchObject({ validity: 33.3, consistency: null, quality_grade: 'F' });
    expect(poor?.problems).toContain('no city');
    expect(poor?.problems).toContain('odd phone');
    expect(poor?.problems).toContain('odd website');
  });

  it('has a schema that refuses grades out of order and unknown fields', () => {
    expect(scoringSchema.safeParse({ ...scoring, grades: { A: 50, B: 60, C: 40, D: 20 } }).success).toBe(
      false,
    );
    expect(scoringSchema.safeParse({ ...scoring, fields: { shoe_size: 1 } }).success).toBe(false);
    expect(scoringSchema.safeParse({ ...scoring, freshness_half_life_days: 0 }).success).toBe(false);
  });
});
