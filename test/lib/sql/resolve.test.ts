import { describe, expect, it } from 'vitest';
import { record } from './resolve.fixture.js';
import { type Bench, type Inputs, type Rows, resolve } from './support.js';

const akron = { street: '1 Main St', city: 'Akron', state: 'OH', postal_code: '44301' };
const austin = { street: '77 Oak Blvd', city: 'Austin', state: 'TX', postal_code: '78701' };

const clusters = async (db: Bench) =>
  (
    await db.rows(
      'select list(member_id order by member_id) as m from out_company_members group by company_id order by 1',
    )
  ).map((r) => r.m as string[]);
const grouped = async (records: Rows, inputs: Inputs = {}) =>
  clusters(await resolve({ extracted_companies: records, ...inputs }, { clean_sources: 'yes' }));

describe('which members are one company', () => {
  it('joins spellings of one company across associations', async () => {
    expect(
      await grouped([
        record('PMA', 'a', 'Acme Gearworks Mfg. Co., Inc.', { ...akron, phone_e164: '+13305550100' }),
        record('NTMA', 'b', 'The ACME Gearworks Manufacturing', {
          ...akron,
          street: '1 Main Street, Suite 4',
          website: 'https://acmegear.com',
        }),
        record('AGMA', 'c', 'Acme Gearworks', {
          phone_e164: '+13305550100',
          website: 'http://www.acmegear.com/about',
        }),
        record('AGMA', 'd', 'Bolt & Nut Supply', {
          ...akron,
          street: '500 Lake Rd',
          phone_e164: '+13305559999',
        }),
      ]),
    ).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('follows a moved office by domain or phone, but not a namesake in another state', async () => {
    expect(
      await grouped([
        record('PMA', 'a', 'Kestrel Stamping', {
          ...akron,
          website: 'https://kestrelstamping.com',
          phone_e164: '+13305550100',
        }),
        record('AGMA', 'b', 'Kestrel Stamping LLC', {
          ...austin,
          website: 'https://kestrelstamping.com',
          phone_e164: '+15125550000',
        }),
        record('NEMA', 'c', 'Kestrel Stamping', {
          city: 'Reno',
          state: 'NV',
          postal_code: '89501',
          street: '9 Pine St',
          website: 'https://kestrel-nv.com',
          phone_e164: '+17755550000',
        }),
      ]),
    ).toEqual([['a', 'b'], ['c']]);
  });

  it('keeps two members of one directory apart unless they are nearly identical', async () => {
    const parent = { website: 'https://acmegear.com' };
    const db = await resolve(
      {
        extracted_companies: [
          record('PMA', 'a', 'Acme Gearworks', { ...akron, ...parent }),
          record('PMA', 'b', 'Acme Gearworks Texas', { ...austin, ...parent, phone_e164: '+15125550000' }),
          record('NEMA', 'c', 'Acme Gearworks', { ...akron, ...parent }),
          record('AGMA', 'd', 'Ohio Die', {
            ...akron,
            street: '8 Elm St',
            website: 'https://ohiodie.com',
            phone_e164: '+13305558888',
          }),
          record('AGMA', 'e', 'Ohio Die Inc', {
            ...akron,
            street: '8 Elm St',
            website: 'https://ohiodie.com',
            phone_e164: '+13305558888',
          }),
        ],
      },
      { clean_sources: 'yes' },
    );
    expect(await clusters(db)).toEqual([['a', 'c'], ['b'], ['d', 'e']]);
    const [pair] = await db.rows("select * from out_matches where member_id_a = 'a' and member_id_b = 'b'");
    expect(pair?.decision).toBe('cannot_link');
    expect(JSON.parse(String(pair?.reasons))).toMatchObject({
      domain: { level: 'same' },
      address: { level: 'other_state' },
    });
    expect(pair?.blocking_rules).toContain('domain');
  });

  it('does not chain companies that share a switchboard', async () => {
    const names = ['Falcon Gear', 'Harbor Wire', 'Juniper Motors', 'Lotus Springs', 'Meridian Foundry'];
    expect(
      await grouped(
        names.map((name, i) =>
          record(i % 2 ? 'PMA' : 'NEMA', `m${i}`, name, { ...akron, phone_e164: '+13305550100' }),
        ),
      ),
    ).toHaveLength(5);
  });

  it('gives the same companies, byte for byte, whatever the order of rows and the number of threads', async () => {
    const records = Array.from({ length: 120 }, (_, i) => {
      const k = Math.floor(i / 2);
      return record(
        i % 2 ? 'PMA' : 'NEMA',
        `m${String(i).padStart(3, '0')}`,
        `${'Alder Birch Cedar Maple Spruce'.split(' ')[k % 5]} ${k} ${k % 3 ? 'Tool' : 'Gear'} Co`,
        {
          city: 'Akron',
          state: 'OH',
          postal_code: `4430${k % 9}`,
          street: `${k} Main St`,
          phone_e164: i % 4 ? `+1330555${1000 + k}` : null,
        },
      );
    });
    const shuffled = [...records].sort(
      (a, b) =>
        ((a.record_id.charCodeAt(3) * 7 + a.record_id.charCodeAt(2)) % 11) -
        ((b.record_id.charCodeAt(3) * 7 + b.record_id.charCodeAt(2)) % 11),
    );
    const one = await resolve({ extracted_companies: records }, {}, 1);
    const two = await resolve({ extracted_companies: shuffled }, {}, 2);
    for (const name of ['companies', 'company_members', 'matches']) {
      expect(await two.rows(`from out_${name} order by all`)).toEqual(
        await one.rows(`from out_${name} order by all`),
      );
    }
    expect(await clusters(one)).toHaveLength(60);
  });

  it('takes a thousand identical records for one company, though none of their values is rare', async () => {
    const acme = { ...akron, website: 'https://acmegear.com', phone_e164: '+13305550100' };
    const same = Array.from({ length: 1000 }, (_, i) => record('PMA', `m${i}`, 'Acme Gearworks', acme));
    expect(await clusters(await resolve({ extracted_companies: same }))).toHaveLength(1);
  }, 20_000);

  it('takes a thousand members of one name, and hostile names', async () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      record(i % 2 ? 'PMA' : 'NEMA', `m${i}`, 'Precision Machine', { state: 'OH' }),
    );
    const db = await resolve({
      extracted_companies: [
        ...many,
        record('PMA', 'x', 'y'.repeat(10_000)),
        record('PMA', 'z', '!!!'),
        record('PMA', 'q', '株式会社'),
      ],
    });
    expect(await db.rows('select count(*)::integer as n from out_company_members')).toEqual([{ n: 1003 }]);
  }, 20_000);
});

describe('company ids', () => {
  const a = record('PMA', 'a', 'Acme Gearworks', {
    ...akron,
    website: 'https://acmegear.com',
    phone_e164: '+13305550100',
  });
  const b = record('NEMA', 'b', 'Acme Gearworks', {
    ...akron,
    website: 'https://acmegear.com',
    phone_e164: '+13305550100',
  });
  const c = record('AGMA', 'c', 'Bolt Foundry', { ...austin, website: 'https://boltfoundry.com' });
  const rerun = async (db: Bench, records: Rows) =>
    resolve(
      {
        extracted_companies: records,
        previous_companies: await db.rows('select * from out_companies'),
        previous_company_members: await db.rows('select * from out_company_members'),
      },
      { now: '2026-04-01T00:00:00Z' },
    );
  const idOf = async (db: Bench, member: string) =>
    (await db.rows(`select company_id from out_company_members where member_id = '${member}'`))[0]
      ?.company_id;
  const log = (db: Bench) =>
    db.rows('select company_id, action, field, old_value, new_value from out_quality_audit_log order by all');

  it('are deterministic, and stay when a record changes or joins', async () => {
    const first = await resolve({ extracted_companies: [b, c] });
    const id = await idOf(first, 'b');
    expect(id).toMatch(/^c_[0-9a-f]{16}$/);
    const second = await rerun(first, [a, { ...b, name: 'Acme Gear Works LLC' }, c]);
    expect(await idOf(second, 'b')).toBe(id);
    expect(await idOf(second, 'a')).toBe(id);
    expect(await log(second)).toEqual([]);
  });

  it('survive new records when name and domain stand', async () => {
    const first = await resolve({ extracted_companies: [a, c] });
    const second = await rerun(first, [{ ...a, record_id: 'new-a' }, c]);
    expect(await idOf(second, 'new-a')).toBe(await idOf(first, 'a'));
  });

  it('keep the older id in a merge, and say so', async () => {
    const first = await resolve({
      extracted_companies: [
        a,
        {
          ...b,
          name: 'Zeta Holdings',
          website: 'https://zeta.com',
          phone_e164: '+17025550000',
          ...austin,
          fetched_at: '2025-01-01T00:00:00Z',
        },
      ],
    });
    const [young, old] = [await idOf(first, 'a'), await idOf(first, 'b')];
    expect(young).not.toBe(old);
    const second = await rerun(first, [a, b]);
    expect(await idOf(second, 'a')).toBe(old);
    expect(await log(second)).toContainEqual({
      company_id: young,
      action: 'merged',
      field: '',
      old_value: 'Acme Gearworks',
      new_value: old,
    });
  });

  it('keep the id with the larger part in a split, and say so', async () => {
    const d = { ...b, association_code: 'AGMA', record_id: 'd' };
    const first = await resolve({ extracted_companies: [a, b, d] });
    const id = await idOf(first, 'a');
    const gone = {
      ...a,
      name: 'Zeta Holdings',
      website: 'https://zeta.com',
      phone_e164: '+17025550000',
      ...austin,
    };
    const second = await rerun(first, [gone, b, d]);
    expect(await idOf(second, 'b')).toBe(id);
    const fresh = await idOf(second, 'a');
    expect(fresh).not.toBe(id);
    expect(await log(second)).toContainEqual({
      company_id: fresh,
      action: 'split',
      field: '',
      old_value: id,
      new_value: 'Zeta Holdings',
    });
  });

  it('log companies that come and go, and quality fields that change', async () => {
    const first = await resolve({ extracted_companies: [a, c] });
    const id = await idOf(first, 'a');
    const second = await resolve({
      extracted_companies: [a],
      scores: [{ association_code: 'PMA', member_id: 'a', quality_score: 80, quality_grade: 'B' }],
      technologies: [
        {
          domain: 'acmegear.com',
          name: 'Epicor Kinetic',
          category: 'ERP',
          vendor: 'Epicor',
          provider: 'site',
          evidence: 'uses Epicor',
          evidence_url: 'https://acmegear.com/jobs',
          confidence: 0.8,
        },
      ],
      previous_companies: await first.rows('select * from out_companies'),
      previous_company_members: await first.rows('select * from out_company_members'),
    });
    const actions = (await log(second)).map(
      (r) => `${r.company_id === id ? 'acme' : 'bolt'} ${r.action} ${r.field} ${r.old_value} ${r.new_value}`,
    );
    expect(actions.sort()).toEqual([
      'acme changed erp_system null Epicor Kinetic',
      'acme changed quality_grade null B',
      'acme changed quality_score null 80.0',
      'bolt removed  Bolt Foundry null',
    ]);
  });
});
