/** The software of a company: the ERP behind the plant, the marks on its web pages, and words that only look like an ERP. */
import type { Random } from './random.js';

export type Erp = { id: string; name: string };
export type WebTech = { cms: Cms; server: string; poweredBy: string | null; names: string[] };
export type Cms = 'wordpress' | 'shopify' | 'squarespace' | 'drupal' | 'joomla' | 'aspnet' | 'static';

type Product = { id: string; name: string; weight: number; mentions: readonly string[] };

// mentions: how people of the plant write it; ambiguous words always stand beside the word that settles them
const PRODUCTS: readonly Product[] = [
  {
    id: 'global-shop-solutions',
    name: 'Global Shop Solutions',
    weight: 7,
    mentions: ['Global Shop Solutions', 'Global Shop ERP'],
  },
  {
    id: 'epicor-kinetic',
    name: 'Epicor Kinetic',
    weight: 10,
    mentions: ['Epicor Kinetic', 'Epicor ERP', 'Epicor 10', 'Epicor Vantage'],
  },
  {
    id: 'infor-syteline',
    name: 'Infor CloudSuite Industrial (SyteLine)',
    weight: 6,
    mentions: ['Infor SyteLine', 'Syteline', 'Infor CSI (SyteLine)'],
  },
  {
    id: 'infor-visual',
    name: 'Infor VISUAL',
    weight: 6,
    mentions: ['Infor VISUAL', 'Visual Manufacturing ERP', 'VISUAL ERP'],
  },
  {
    id: 'eci-jobboss2',
    name: 'ECi JobBOSS²',
    weight: 8,
    mentions: ['JobBOSS²', 'JobBOSS2', 'E2 Shop System'],
  },
  { id: 'jobboss-classic', name: 'JobBOSS (classic)', weight: 3, mentions: ['JobBOSS', 'Exact JobBOSS'] },
  { id: 'eci-m1', name: 'ECi M1', weight: 3, mentions: ['ECi M1', 'M1 ERP'] },
  { id: 'eci-macola', name: 'ECi Macola', weight: 2, mentions: ['Macola ES', 'Exact Macola'] },
  {
    id: 'plex',
    name: 'Plex Smart Manufacturing Platform',
    weight: 5,
    mentions: ['Plex ERP', 'Plex Online', 'Plex Systems (ERP/MES)'],
  },
  {
    id: 'delmiaworks',
    name: 'DELMIAworks',
    weight: 4,
    mentions: ['IQMS', 'DELMIAWorks (IQMS)', 'EnterpriseIQ'],
  },
  { id: 'syspro', name: 'SYSPRO', weight: 3, mentions: ['SYSPRO', 'Syspro ERP'] },
  { id: 'acumatica', name: 'Acumatica Manufacturing Edition', weight: 3, mentions: ['Acumatica'] },
  { id: 'netsuite', name: 'Oracle NetSuite', weight: 4, mentions: ['NetSuite', 'Oracle NetSuite'] },
  {
    id: 'jde',
    name: 'JD Edwards EnterpriseOne / World',
    weight: 2,
    mentions: ['JD Edwards', 'JDE EnterpriseOne'],
  },
  {
    id: 'd365-bc',
    name: 'Microsoft Dynamics 365 Business Central',
    weight: 4,
    mentions: ['Dynamics NAV', 'Microsoft Dynamics 365 Business Central'],
  },
  {
    id: 'dynamics-gp',
    name: 'Microsoft Dynamics GP',
    weight: 2,
    mentions: ['Microsoft Dynamics GP', 'Great Plains (Dynamics GP)'],
  },
  { id: 'sap-b1', name: 'SAP Business One', weight: 3, mentions: ['SAP Business One', 'SAP B1'] },
  { id: 'sap-s4', name: 'SAP S/4HANA', weight: 4, mentions: ['SAP S/4HANA', 'SAP ECC (MM, PP)'] },
  {
    id: 'sage-100',
    name: 'Sage 100 (Manufacturing)',
    weight: 4,
    mentions: ['Sage 100', 'MAS 90 / Sage 100'],
  },
  { id: 'proshop', name: 'ProShop ERP', weight: 2, mentions: ['ProShop ERP'] },
  {
    id: 'aptean-m2m',
    name: 'Aptean … ERP, Made2Manage Edition',
    weight: 3,
    mentions: ['Made2Manage', 'Made2Manage (M2M) ERP'],
  },
  { id: 'qad', name: 'QAD Adaptive ERP', weight: 2, mentions: ['QAD', 'QAD (MFG/PRO)'] },
  { id: 'henning-estitrack', name: 'Visual EstiTrack ERP', weight: 1, mentions: ['Visual EstiTrack'] },
  {
    id: 'quickbooks',
    name: 'QuickBooks (Enterprise / Desktop / Online)',
    weight: 7,
    mentions: ['QuickBooks Enterprise', 'QuickBooks'],
  },
];

/** The ERP that a plant runs. */
export function makeErp(r: Random): Erp {
  const { id, name } = r.weighted(PRODUCTS.map((p) => [p, p.weight] as const));
  return { id, name };
}

/** The ways in which people at a plant write an ERP's name. */
export const mentionsOf = (id: string): readonly string[] =>
  PRODUCTS.find((p) => p.id === id)?.mentions ?? [];

/** One of them. */
export const mentionOf = (r: Random, erp: Erp): string => r.pick(mentionsOf(erp.id));

/** Sentences of a job posting that name the ERP. */
export const ERP_SENTENCES: readonly ((mention: string) => string)[] = [
  (m) => `Experience with ${m} preferred.`,
  (m) => `Enter labor and material transactions in our ERP system (${m}).`,
  (m) => `Working knowledge of ${m} or a similar MRP system is a plus.`,
  (m) => `Release work orders and maintain bills of material in ${m}.`,
  (m) => `You will be a key user of ${m} and support the shop floor.`,
];

/** Sentences with a word that is an ERP's name elsewhere and nothing of the kind here. */
export const DECOYS: readonly string[] = [
  'Perform visual inspection of stamped parts against the control plan.',
  'A place where the sage advice of our senior toolmakers is passed on.',
  'Cut M1 thread and finer on Swiss equipment; read a thread gauge.',
  'Run 5-axis machining centers and set up the traverse of the gantry.',
  'Clean the sap off lumber pallets before loading.',
  'Knowledge of kinetic energy in press brakes and light curtains.',
  'Comfortable with an intuitive HMI and Visual Studio scripts for PLC logging.',
  'MAX load of 50 lb; able to lift and stand for a shift.',
  'Our team supports a priority on safety and a vantage point over the whole line.',
];

/** What the web pages of a company are made with. */
export function makeWebTech(r: Random): WebTech {
  const cms = r.weighted<Cms>([
    ['wordpress', 46],
    ['static', 18],
    ['aspnet', 12],
    ['squarespace', 8],
    ['drupal', 6],
    ['joomla', 5],
    ['shopify', 5],
  ]);
  const server =
    cms === 'aspnet'
      ? 'Microsoft-IIS/10.0'
      : r.pick(['nginx', 'nginx/1.18.0', 'Apache', 'Apache/2.4.52 (Ubuntu)', 'cloudflare']);
  const poweredBy = cms === 'aspnet' ? 'ASP.NET' : cms === 'wordpress' && r.chance(0.4) ? 'PHP/8.1.27' : null;
  const cmsName = {
    wordpress: 'WordPress',
    static: '',
    aspnet: 'ASP.NET',
    squarespace: 'Squarespace',
    drupal: 'Drupal',
    joomla: 'Joomla',
    shopify: 'Shopify',
  }[cms];
  const extras: readonly (readonly [string, number])[] = [
    ['Google Tag Manager', 0.45],
    ['Google Analytics', 0.5],
    ['HubSpot', 0.13],
    ['jQuery', cms === 'squarespace' ? 0.1 : 0.7],
    ['Bootstrap', 0.3],
    ['Google Fonts', 0.5],
    ['reCAPTCHA', 0.25],
    ['Hotjar', 0.06],
    ['Salesforce Pardot', 0.04],
    ['Constant Contact', 0.06],
    ['Microsoft Office 365', 0.6],
    ['Google Workspace', 0.15],
  ];
  const names = [
    cmsName,
    server.split('/')[0] ?? '',
    ...extras.filter(([, p]) => r.chance(p)).map(([name]) => name),
  ];
  return { cms, server, poweredBy, names: names.filter(Boolean) };
}
