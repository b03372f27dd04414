import { describe, expect, it } from 'vitest';
import { record } from './resolve.fixture.js';
import { resolve } from './support.js';

const akron = {
  street: '1 Main St',
  city: 'Akron',
  state: 'OH',
  postal_code: '44301',
  website: 'https://acmegear.com',
  domain: 'acmegear.com',
};

describe('canonical records', () => {
  it('merge the records of a member, the best value of each field, one address as a block', async () => {
    const db = await resolve({
      extracted_companies: [
        record('PMA', 'card', 'Acme Gear', {
          page_type: 'member_directory',
          confidence: 0.6,
          city: 'Canton',
          phone_e164: '+13305550100',
          categories: ['Gears'],
        }),
        record('PMA', 'page', 'Acme Gearworks, Inc.', {
          ...akron,
          categories: ['Shafts'],
          provenance: { name: [{ strategy: 'structured', selector: 'h1', raw: null, confidence: 0.99 }] },
        }),
      ],
      duplicates: [
        { record_id: 'card', member_id: 'page', is_primary: false },
        { record_id: 'page', member_id: 'page', is_primary: true },
      ],
    });
    const [company] = await db.rows('select * from out_companies');
    expect(company).toMatchObject({
      canonical_name: 'Acme Gearworks, Inc.',
      legal_form: 'Inc',
      normalized_name: 'acme gearwork',
      city: 'Akron',
      phone: '+13305550100',
      categories: ['Gears', 'Shafts'],
    });
    expect(await db.rows('select count(*)::integer as n from out_association_memberships')).toEqual([
      { n: 1 },
    ]);
  });

  it('let agreement beat a single voice, take figures from providers, and say where each value is from', async () => {
    const db = await resolve({
      extracted_companies: [
        record('PMA', 'a', 'Acme Gearworks', { ...akron, phone_e164: '+13305550100' }),
        record('NEMA', 'b', 'ACME GEARWORKS INC', { ...akron, phone_e164: '+13305550100' }),
        record('AGMA', 'c', 'Acme Gearworks', { ...akron, phone_e164: '+13305550777', confidence: 1 }),
      ],
      firmographics: [
        {
          domain: 'acmegear.com',
          provider: 'clearbit',
          name: 'Acme',
          employees: 250,
          employees_min: 201,
          employees_max: 500,
          revenue_usd: 12_000_000,
          confidence: 0.9,
          observed_at: '2026-02-01T00:00:00Z',
        },
      ],
      technologies: [
        {
          domain: 'acmegear.com',
          name: 'Epicor Kinetic',
          category: 'ERP',
          provider: 'builtwith',
          confidence: 0.5,
        },
        {
          domain: 'acmegear.com',
          name: 'Epicor Kinetic',
          category: 'ERP',
          provider: 'site',
          confidence: 0.6,
          evidence: 'Experience with Epicor',
          evidence_url: 'https://acmegear.com/jobs',
        },
        { domain: 'acmegear.com', name: 'SAP', category: 'ERP', provider: 'builtwith', confidence: 0.7 },
        { domain: 'acmegear.com', name: 'WordPress', category: 'CMS', provider: 'site', confidence: 0.9 },
      ],
    });
    const [company] = await db.rows('select * from out_companies');
    expect(company).toMatchObject({
      canonical_name: 'Acme Gearworks',
      other_names: ['ACME GEARWORKS INC'],
      domain: 'acmegear.com',
      phone: '+13305550100',
      association_count: 3,
      employees: 250,
      employees_min: 201,
      employees_max: 500,
      revenue_usd: '12000000',
      erp_system: 'Epicor Kinetic',
      erp_confidence: 0.8,
      erp_evidence: 'Experience with Epicor (https://acmegear.com/jobs)',
      technologies: ['WordPress'],
    });
    const provenance = JSON.parse(String(company?.provenance));
    expect(provenance.employees).toMatchObject({ source_kind: 'provider', source: 'clearbit', value: '250' });
    expect(provenance.phone).toMatchObject({ source_kind: 'member', agreeing: 2 });
  });

  it('hold a person once, listed or found', async () => {
    const db = await resolve({
      extracted_companies: [
        record('PMA', 'a', 'Acme Gearworks', {
          ...akron,
          contacts: [
            { name: 'Dr. Joan R. Day', title: 'Plant Manager', phone: null, email: null },
            { name: 'Al Poe', title: null, phone: null, email: 'al@acmegear.com' },
          ],
        }),
      ],
      found_contacts: [
        {
          domain: 'acmegear.com',
          full_name: 'Joan Day',
          title: 'VP Operations',
          seniority: 'vp',
          function: 'operations',
          email: 'jday@acmegear.com',
          email_status: 'verified',
          provider: 'apollo',
          confidence: 0.9,
          observed_at: '2026-02-28T00:00:00Z',
        },
        {
          domain: 'acmegear.com',
          full_name: 'Alan Poe',
          email: 'al@acmegear.com',
          provider: 'apollo',
          confidence: 0.7,
        },
        { domain: 'elsewhere.com', full_name: 'No Body', provider: 'apollo', confidence: 0.7 },
      ],
    });
    expect(
      await db.rows('select full_name, title, seniority, email from out_contacts order by full_name'),
    ).toEqual([
      { full_name: 'Alan Poe', title: null, seniority: null, email: 'al@acmegear.com' },
      { full_name: 'Dr. Joan R. Day', title: 'VP Operations', seniority: 'vp', email: 'jday@acmegear.com' },
    ]);
  });

  it('join an event on a calendar with its page, and participants with companies', async () => {
    const db = await resolve({
      extracted_companies: [
        record('PMA', 'a', 'Acme Gearworks Inc', akron),
        record('NEMA', 'b', 'Summit Tool', { city: 'Akron', state: 'OH' }),
        record('AGMA', 'c', 'Summit Tool', { city: 'Reno', state: 'NV' }),
      ],
      extracted_events: [
        {
          record_id: 'e1',
          page_url: 'https://pma.org/events',
          name: 'Forming Expo',
          start_date: '2026-05-01',
          url: 'https://pma.org/events/expo',
          confidence: 0.7,
        },
        {
          record_id: 'e2',
          page_url: 'https://pma.org/events',
          name: 'Tool Day',
          start_date: '2026-06-01',
          confidence: 0.7,
        },
        {
          record_id: 'e3',
          page_url: 'https://www.pma.org/events/expo/',
          name: 'Forming Expo 2026',
          start_date: '2026-05-01',
          venue: 'Hall 1',
          city: 'Ohio City',
          confidence: 0.9,
        },
      ],
      extracted_participants: [
        {
          record_id: 'p1',
          page_url: 'https://pma.org/events/expo/exhibitors',
          event_url: 'https://pma.org/events/expo',
          name: 'ACME Gearworks',
          role: 'exhibitor',
          booth: '12',
          confidence: 0.8,
        },
        {
          record_id: 'p2',
          page_url: 'https://pma.org/events/expo',
          name: 'Jo Day',
          company: 'Gearworks',
          website: 'https://www.acmegear.com',
          title: 'CEO',
          role: 'speaker',
          confidence: 0.8,
        },
        {
          record_id: 'p3',
          page_url: 'https://pma.org/x',
          event_name: 'Tool Day',
          name: 'Summit Tool',
          role: 'sponsor',
          level: 'Gold',
          confidence: 0.8,
        },
      ],
    });
    const events = await db.rows(
      'select event_id, name, venue, start_date from out_events order by start_date',
    );
    expect(events).toMatchObject([
      { name: 'Forming Expo 2026', venue: 'Hall 1', start_date: '2026-05-01' },
      { name: 'Tool Day' },
    ]);
    const [acme] = await db.rows("select company_id from out_company_members where member_id = 'a'");
    const [expo, day] = events.map((e) => e.event_id);
    expect(
      await db.rows('select name, event_id, company_id, role from out_event_participants order by name'),
    ).toEqual([
      { name: 'ACME Gearworks', event_id: expo, company_id: acme?.company_id, role: 'exhibitor' },
      { name: 'Jo Day', event_id: expo, company_id: acme?.company_id, role: 'speaker' },
      { name: 'Summit Tool', event_id: day, company_id: null, role: 'sponsor' },
    ]);
  });
});
