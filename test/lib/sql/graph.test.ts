import { describe, expect, it } from 'vitest';
import { graph } from './support.js';

const company = (company_id: string, canonical_name: string, rest: Record<string, unknown> = {}) => ({
  company_id,
  canonical_name,
  ...rest,
});

describe('competitor signals', () => {
  it('name the ERP in use, and vendors at events and in directories, but not our own', async () => {
    const db = await graph(
      {
        companies: [
          company('c1', 'Acme', { domain: 'acme.com' }),
          company('c2', 'Bolt', { domain: 'bolt.com' }),
        ],
        technologies: [
          {
            domain: 'acme.com',
            name: 'Epicor Kinetic',
            vendor: 'Epicor',
            category: 'ERP',
            provider: 'site',
            confidence: 0.6,
            evidence: 'Epicor a plus',
            evidence_url: 'https://acme.com/jobs',
          },
          {
            association_code: 'NEMA',
            domain: 'acme.com',
            name: 'Epicor Kinetic',
            vendor: 'Epicor',
            category: 'ERP',
            provider: 'builtwith',
            confidence: 0.5,
          },
          {
            domain: 'bolt.com',
            name: 'Global Shop',
            vendor: 'Global Shop Solutions',
            category: 'ERP',
            provider: 'site',
            confidence: 0.9,
          },
          { domain: 'bolt.com', name: 'WordPress', category: 'CMS', provider: 'site', confidence: 0.9 },
        ],
        events: [{ event_id: 'e1', association_code: 'PMA', name: 'Forming Expo' }],
        event_participants: [
          {
            participant_id: 'x1',
            event_id: 'e1',
            name: 'Epicor Software Corp.',
            company_name: 'Epicor Software Corp.',
            role: 'sponsor',
            level: 'Gold',
            page_url: 'https://pma.org/e',
          },
          {
            participant_id: 'x2',
            event_id: 'e1',
            name: 'JobBOSS',
            company_name: 'JobBOSS',
            role: 'exhibitor',
            page_url: 'https://pma.org/e',
          },
          {
            participant_id: 'x3',
            event_id: 'e1',
            name: 'Global Shop Solutions, Inc.',
            company_name: 'Global Shop Solutions, Inc.',
            role: 'exhibitor',
          },
        ],
        association_memberships: [
          {
            membership_id: 'm1',
            association_code: 'NTMA',
            member_id: 'r',
            listed_name: 'Epicor',
            company_id: null,
          },
        ],
      },
      {
        erp_vendors: JSON.stringify([
          { vendor: 'Epicor', products: ['Epicor Software'] },
          'JobBOSS',
          'Global Shop Solutions',
        ]),
      },
    );
    const rows = await db.rows(
      'select company_id, vendor, signal_type, strength, evidence from out_competitor_signals order by signal_type, vendor',
    );
    expect(rows).toEqual([
      {
        company_id: 'c1',
        vendor: 'Epicor',
        signal_type: 'erp_in_use',
        strength: 0.8,
        evidence: 'Epicor a plus',
      },
      {
        company_id: null,
        vendor: 'JobBOSS',
        signal_type: 'vendor_exhibitor',
        strength: 0.8,
        evidence: 'JobBOSS is exhibitor of Forming Expo',
      },
      {
        company_id: null,
        vendor: 'Epicor',
        signal_type: 'vendor_member',
        strength: 0.8,
        evidence: 'Epicor is a member of NTMA',
      },
      {
        company_id: null,
        vendor: 'Epicor',
        signal_type: 'vendor_sponsor',
        strength: 0.9,
        evidence: 'Epicor Software Corp. is sponsor of Forming Expo (Gold)',
      },
    ]);
  });
});

describe('entity relationships', () => {
  it('link companies by parent, domain, phone, address, shared events and rivalry', async () => {
    const categories = ['Spur Gears', 'Broaching'];
    const db = await graph({
      companies: [
        company('c1', 'Acme', {
          domain: 'acme.com',
          phone: '+13305550100',
          state: 'OH',
          categories,
          normalized_name: 'acme',
        }),
        company('c2', 'Acme Texas', {
          domain: 'acme.com',
          phone: '330-555-0100',
          street: '5 Oak Rd',
          postal_code: '78701',
        }),
        company('c3', 'Bolt', {
          domain: 'bolt.com',
          state: 'OH',
          categories,
          street: '5 Oak Road',
          postal_code: '78701-1234',
        }),
      ],
      firmographics: [{ domain: 'bolt.com', provider: 'clearbit', parent_name: 'Acme, Inc.' }],
      event_participants: ['e1', 'e2'].flatMap((event_id) =>
        ['c1', 'c3'].map((company_id) => ({
          participant_id: `${event_id}${company_id}`,
          event_id,
          company_id,
          name: company_id,
          role: 'exhibitor',
        })),
      ),
    });
    const rows = await db.rows(
      'select from_company_id as f, to_company_id as t, relationship as r from out_entity_relationships order by all',
    );
    expect(rows.map((x) => `${x.f} ${x.r} ${x.t}`).sort()).toEqual([
      'c1 co_exhibitor c3',
      'c1 competitor c3',
      'c1 parent_of c3',
      'c1 same_domain c2',
      'c1 shared_phone c2',
      'c2 shared_address c3',
    ]);
  });

  it('make a star, not a web, of a number that very many share', async () => {
    const db = await graph({
      companies: Array.from({ length: 50 }, (_, i) =>
        company(`c${100 + i}`, `Firm ${i}`, { phone: '+13305550100' }),
      ),
    });
    expect(await db.rows('select count(*)::integer as n from out_entity_relationships')).toEqual([{ n: 49 }]);
  });
});
