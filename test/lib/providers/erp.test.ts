import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PageKind, SPEAKS_FOR } from '../../../lib/providers/erp-direction.js';
import { vendors, vendorsFile } from './helpers.js';

const find = (text: string, page: PageKind = 'careers', companyName: string | null = 'Acme Precision') =>
  vendors.find(text, { page, companyName });
const ids = (text: string, page: PageKind = 'careers') => find(text, page).map((m) => m.vendor_id);
/** Systems a text speaks for, as the site reader counts them. */
const spoken = (text: string, page: PageKind = 'careers') => [
  ...new Set(
    find(text, page)
      .filter((m) => SPEAKS_FOR.has(m.direction) && m.confidence >= 0.55)
      .map((m) => m.vendor_id),
  ),
];

describe('a name that is a common word counts with its context only', () => {
  const believed: [text: string, id: string][] = [
    ['We run our shop floor on Plex.', 'plex'],
    ['Experience with Plex Systems preferred.', 'plex'],
    ['Our ERP is ECi M1 and has been for years.', 'eci-m1'],
    ['Job costing in M1 is part of the work.', 'eci-m1'],
    ['Data entry in E2 Shop System.', 'eci-jobboss2'],
    ['Knowledge of E2 by Shoptech required.', 'eci-jobboss2'],
    ['Proficient in Infor VISUAL.', 'infor-visual'],
    ['Enter receipts in our ERP system (Visual).', 'infor-visual'],
    ['Experience with Sage 100 required.', 'sage-100'],
    ['Sage accounting experience required.', 'sage'],
    ['Knowledge of Oracle ERP is a plus.', 'oracle-ebs'],
    ['Genius ERP experience is a plus.', 'genius'],
    ['We use Katana MRP for inventory.', 'katana'],
    ['We schedule the job shop in Fulcrum.', 'fulcrum'],
    ['Our ERP and QMS is ProShop.', 'proshop'],
    ['Epicor (Kinetic) experience required.', 'epicor-kinetic'],
    ['Our ERP system, Vantage, is used on the floor.', 'epicor-kinetic'],
    ['Familiar with Aptean Intuitive.', 'aptean-intuitive'],
    ['Use of Traverse by Open Systems for orders.', 'aptean-traverse'],
    ['Aptean Ross users wanted: experience with Ross ERP.', 'aptean-ross'],
    ['Planner with Exact MAX experience.', 'eci-max'],
    ['IFS Applications experience preferred.', 'ifs'],
    ['SAP experience (MM, PP) required.', 'sap-s4'],
    ['Dynamics NAV experience needed.', 'd365-bc'],
    ['Work orders in Dynamics AX.', 'd365-fo'],
    ['GSS ERP experience is helpful.', 'global-shop-solutions'],
    ['Knowledge of Global Shop Solutions preferred.', 'global-shop-solutions'],
    ['Rootstock on Salesforce experience required.', 'rootstock'],
    ['Enter labor in QAD.', 'qad'],
    ['Experience with M2M ERP.', 'aptean-m2m'],
    ['Oracle Fusion experience required.', 'oracle-ebs'],
    ['You will work in Infor LN every day.', 'infor-ln'],
    ['Enter orders in SAP B1.', 'sap-b1'],
  ];
  it.each(believed)('%s → %s', (text, id) => expect(spoken(text)).toContain(id));

  const doubted: string[] = [
    'Plex movies on the break room TV.',
    'We stream with a Plex media server next to the ERP.',
    'Our plant is off the M1 highway, close to ERP Street.',
    'Apple M1 MacBook provided; ERP access from home.',
    'Tap M1 thread and finer.',
    'E2 visa sponsorship and ERP training.',
    'Grade E2 steel is tracked in the ERP.',
    'Perform visual inspection of parts and record it in the ERP.',
    'Visual Studio and ERP reporting skills.',
    'Visual weld inspection recorded in our ERP.',
    'We give sage advice on ERP.',
    'Sage advice and ERP know-how.',
    'Oracle DBA with Java for our ERP database.',
    'Oracle Database administrator.',
    'A stroke of genius in ERP.',
    'A Katana sword hangs beside the inventory.',
    'The fulcrum of the lever; ERP entry.',
    'The golf pro shop uses no ERP.',
    'Kinetic energy in press brakes, ERP entry.',
    'Knowledge of kinetic sand; no ERP.',
    'Windows Vista and an ERP terminal.',
    'An intuitive interface for our ERP.',
    'Set up the traverse of the gantry; record it in the ERP.',
    'A 5-axis mill by Axis; record it in the ERP.',
    'MAX load of 50 lb; ERP entry.',
    'IFS Food certification and ERP.',
    'Clean the sap off lumber.',
    'SAP of the maple tree, in our ERP.',
    'Send your CV to HR; NAV and GP and BC and LN.',
    'Global Shop security staffing and ERP.',
    'Rootstock grafting nursery with an ERP.',
    'IoT gateways (M2M) with SIM cards in the ERP.',
    'Design in Autodesk Fusion 360 and release in the ERP.',
    'Safety is our priority in ERP and elsewhere.',
    'Career progression and ERP training.',
    'The team meets at the Peachtree Street office.',
    'Dallas Mavericks fans and duplex owners welcome, ERP or not; cineplex next door.',
    'Proficient in Microsoft Office: Word, Excel, Outlook.',
  ];
  it.each(doubted)('nothing in: %s', (text) => expect(spoken(text)).toEqual([]));
});

describe('names', () => {
  it('distinct names stand alone in any case', () => {
    for (const [text, id] of [
      ['syspro', 'syspro'],
      ['acumatica', 'acumatica'],
      ['Netsuite', 'netsuite'],
      ['JOBBOSS', 'jobboss-classic'],
      ['iqms', 'delmiaworks'],
      ['Odoo', 'odoo'],
      ['SyteLine', 'infor-syteline'],
      ['macola', 'eci-macola'],
      ['EstiTrack', 'henning-estitrack'],
      ['made2manage', 'aptean-m2m'],
      ['mrpeasy', 'mrpeasy'],
      ['Deacom', 'eci-deacom'],
    ] as const)
      expect(ids(`Enter orders in ${text}.`)).toEqual([id]);
  });
  it('the longest name takes its words', () => {
    expect(ids('JobBOSS² and JobBOSS 2')).toEqual(['eci-jobboss2', 'eci-jobboss2']);
    expect(ids('Exact JobBOSS, Infor VISUAL, Oracle NetSuite')).toEqual([
      'jobboss-classic',
      'infor-visual',
      'netsuite',
    ]);
    expect(ids('Henning Visual EstiTrack')).toEqual(['henning-estitrack']);
    expect(ids('Microsoft Dynamics 365 Business Central')).toEqual(['d365-bc']);
  });
  it('typography does not matter', () => {
    expect(ids('JobBOSS™² users')).toEqual(['eci-jobboss2']);
    expect(ids('Global Shop‑Solutions')).toEqual(['global-shop-solutions']);
    expect(ids('SAP S/4HANA® and JD‐Edwards')).toEqual(['sap-s4', 'jde']);
  });
  it('part of a word is no name', () =>
    expect(ids('CSIware, SAPling, Odoors, macolas, netsuites')).toEqual([]));
  it('every id of the vendor table can be found by its product name or first name', () => {
    for (const vendor of vendorsFile.vendors.filter(
      (v) => v.kind !== 'noise' && v.kind !== 'spreadsheet' && !v.family,
    )) {
      const first = vendor.names[0] as string | { text: string };
      const name = typeof first === 'string' ? first : first.text;
      expect(ids(`Experience with ${name} system software (ERP) preferred.`), vendor.id).toContain(vendor.id);
    }
  });
});

describe('direction', () => {
  const table: [text: string, page: PageKind, expected: Record<string, string>][] = [
    [
      'We are migrating from Sage 100 to Plex ERP this year.',
      'home',
      { 'sage-100': 'past', plex: 'adopting' },
    ],
    ['We replaced QuickBooks with Acumatica in 2023.', 'home', { quickbooks: 'past', acumatica: 'adopting' }],
    ['Acme Precision runs SYSPRO.', 'home', { syspro: 'uses' }],
    ['We use Global Shop Solutions on the floor.', 'home', { 'global-shop-solutions': 'uses' }],
    ['Enter receipts in our ERP system (JobBOSS²).', 'careers', { 'eci-jobboss2': 'uses' }],
    ['Experience with Epicor preferred.', 'careers', { 'epicor-kinetic': 'job_ad' }],
    [
      'Experience with an ERP such as SAP, Epicor or NetSuite.',
      'careers',
      { 'sap-s4': 'example', 'epicor-kinetic': 'example', netsuite: 'example' },
    ],
    ['Our gauge software integrates with NetSuite.', 'home', { netsuite: 'integrates' }],
    ['A certified Acumatica partner since 2015.', 'home', { acumatica: 'reseller' }],
    ['We are an authorized reseller of SYSPRO.', 'home', { syspro: 'reseller' }],
    ['Riverside Tool went live on Plex ERP last month.', 'home', { plex: 'third_party' }],
    ['Our competitors run Epicor ERP.', 'home', { 'epicor-kinetic': 'third_party' }],
    ['We no longer use Macola.', 'home', { 'eci-macola': 'negated' }],
    ['An alternative to NetSuite.', 'home', { netsuite: 'compared' }],
    ['Release work orders in Macola ES.', 'careers', { 'eci-macola': 'mention' }],
    ['Powered by Acumatica', 'portal', { acumatica: 'portal' }],
  ];
  it.each(table)('%s', (text, page, expected) => {
    expect(Object.fromEntries(find(text, page).map((m) => [m.vendor_id, m.direction]))).toEqual(expected);
  });
  it('a job ad is weaker than "we run", and a bare word on a home page is no evidence', () => {
    const by = (text: string, page: PageKind) => find(text, page)[0]?.confidence ?? 0;
    expect(by('We run SYSPRO.', 'home')).toBeGreaterThan(by('Experience with SYSPRO preferred.', 'careers'));
    expect(spoken('SYSPRO', 'home')).toEqual([]);
  });
  it('keeps the sentence as evidence', () => {
    expect(find('Good pay. Experience with Macola preferred. Apply now.')[0]?.evidence).toBe(
      'Experience with Macola preferred.',
    );
  });
});

describe('technology names of providers', () => {
  const table: [name: string, category: string | null, id: string | null][] = [
    ['NetSuite', null, 'netsuite'],
    ['SAP', null, 'sap-s4'],
    ['SAP Concur', null, null],
    ['SAP Analytics Cloud', null, null],
    ['Plex', 'Enterprise Resource Planning (ERP)', 'plex'],
    ['Plex', null, null],
    ['Oracle', 'Databases', null],
    ['Oracle ERP', null, 'oracle-ebs'],
    ['Great Plains (Dynamics GP)', null, 'dynamics-gp'],
    ['Microsoft Dynamics 365 Business Central', 'ERP', 'd365-bc'],
    ['Epicor ERP', null, 'epicor-kinetic'],
    ['Infor SyteLine', null, 'infor-syteline'],
    ['Visual Studio', 'Developer tools', null],
    ['WordPress', 'CMS', null],
    ['Sage', 'Accounting', 'sage'],
    ['SAP ECC (MM, PP)', null, 'sap-s4'],
  ];
  it.each(table)('%s (%s) → %s', (name, category, id) =>
    expect(vendors.named(name, category)?.vendor_id ?? null).toBe(id),
  );
});

describe('links', () => {
  it('a customer’s own instance is evidence, the vendor’s site is not', () => {
    expect(vendors.portal('https://acme.fulcrumpro.com/login')?.vendor_id).toBe('fulcrum');
    expect(vendors.portal('https://www.plex.com/')).toBeNull();
    expect(vendors.portal('https://plex.com.evil.example/')).toBeNull();
    expect(vendors.portal('not a url')).toBeNull();
  });
});

describe('hostile text', () => {
  const names = vendorsFile.vendors.flatMap((v) => v.names.map((n) => (typeof n === 'string' ? n : n.text)));
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...names,
      'ERP',
      'migrating from',
      'to',
      'we use',
      'our',
      '(',
      '.',
      '\n',
      '²',
      '™',
      'or similar',
      'experience with',
    ),
  );
  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 60 }),
        fc.constantFrom<PageKind>('home', 'careers', 'other'),
        (parts, page) => {
          const text = parts.join(' ');
          for (const m of find(text, page)) {
            expect(m.confidence).toBeGreaterThanOrEqual(0);
            expect(m.confidence).toBeLessThanOrEqual(1);
          }
          vendors.named(text, null);
          vendors.portal(text);
        },
      ),
      { numRuns: 300 },
    );
  });
  it.each([
    ['names', 'Plex ERP '],
    ['words without a sentence', 'we use our experience with '],
    ['prefixes of names', 'Microsoft Dynamics 365 Supply '],
    ['dashes and brackets', '-- (( // && '],
    ['migrations', 'migrating from Sage 100 to Plex ERP or '],
    ['one long word', 'a'],
  ])('time grows with the text: %s', (_, unit) => {
    const time = (length: number) => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const start = performance.now();
      find(text);
      return performance.now() - start;
    };
    time(5_000);
    expect(time(200_000)).toBeLessThan(60 + 40 * Math.max(5, time(20_000)));
  });
});
