/** The truth: who the manufacturers are, before anybody lists them. */
import { type AssociationCode, FIRST_CODES, type FirstCode, isLater, membersAt } from './associations.js';
import { planLater } from './joining.js';
import { domainIdeas, makeName, makeNamesake, TRADES } from './names.js';
import { makePeople, type Person } from './people.js';
import { type Address, makeAddress, makePhone, PLACES, type Place } from './places.js';
import { type Random, stream } from './random.js';
import { type Erp, makeErp, makeWebTech, type WebTech } from './software.js';
import { join } from './spelling.js';
import { LATER_NAICS, LATER_PROCESSES } from './trades.js';

export { CODES, FULL_SIZE } from './associations.js';

export type SiteState = 'up' | 'refused' | 'unavailable' | 'none';

export type Company = {
  id: string;
  name: string;
  legalForm: string;
  legalName: string;
  /** The association whose trade it is in. */
  trade: AssociationCode;
  memberOf: AssociationCode[];
  /** Associations that a company of the first three joined besides; what it is and shows was settled before. */
  alsoIn: AssociationCode[];
  domain: string | null;
  /** An earlier domain that now redirects, after a change of name. */
  formerDomain: string | null;
  site: SiteState;
  /** Whether the site answers on https at all. */
  secure: boolean;
  /** Where the site lives: www.domain or the bare domain. */
  www: boolean;
  /** The office, and an older one that some lists still carry. */
  address: Address;
  formerAddress: Address | null;
  phone: string;
  formerPhone: string | null;
  tollFree: string | null;
  fax: string | null;
  email: string | null;
  founded: number;
  employees: number;
  revenue: number;
  squareFeet: number;
  naics: string;
  processes: string[];
  erp: Erp | null;
  /** Where an outsider can see the ERP: careers page, portal page, Apollo. */
  erpSeenIn: ('careers' | 'portal' | 'apollo')[];
  careers: boolean;
  tech: WebTech;
  people: Person[];
};

/** Every association that lists it. */
export const associationsOf = (c: Company): AssociationCode[] => [...c.memberOf, ...c.alsoIn];

const NAICS: Record<AssociationCode, readonly string[]> = {
  PMA: ['332119', '332119', '332114', '333514', '332618', '332710', '332322', '336370'],
  NEMA: ['335313', '335311', '335314', '335132', '335312', '335929', '334519', '335931'],
  AGMA: ['333612', '333612', '333613', '332710', '333515', '332991', '332811', '332111'],
  ...LATER_NAICS,
};

/** What the members do, in the words of directory forms. */
export const PROCESSES: Record<AssociationCode, readonly string[]> = {
  PMA: 'Progressive Die Stamping,Transfer Stamping,Deep Drawing,Fineblanking,Four-Slide,Metal Spinning,Roll Forming,Laser Cutting,Press Brake Forming,Tool & Die Design,Spot Welding,Robotic Welding,Assembly,In-Die Tapping,Powder Coating,Tube Bending,Wire Forming,Prototype'.split(
    ',',
  ),
  NEMA: 'Low-Voltage Switchgear,Motor Control Centers,Wire & Cable,Luminaires,Transformers,Connectors,Enclosures,Relays,Fuses,Insulating Materials,Medical Imaging,Smart Metering,Capacitors,Conduit Fittings,Arc Welding Equipment'.split(
    ',',
  ),
  AGMA: 'Spur Gears,Helical Gears,Bevel Gears,Worm Gears,Gear Grinding,Gear Hobbing,Gear Shaping,Broaching,Splines,Gearboxes,Gear Inspection,Carburizing,Induction Hardening,Forged Blanks,Custom Drives'.split(
    ',',
  ),
  ...LATER_PROCESSES,
};

// names that tell a wrong charset from a right one
const ACCENTED = [
  'Peña',
  'Müller',
  'Ångström',
  'Béchard',
  'Núñez',
  'Söderberg',
  'Lefèvre',
  'Jürgens',
  'Garçon',
];

/** The companies of a seed, with the associations each belongs to. */
export function makePopulation(seed: number, size: number): Company[] {
  const names = new Set<string>();
  const domains = new Set<string>();
  const companies: Company[] = [];
  const add = (memberOf: AssociationCode[]): void => {
    const index = companies.length;
    companies.push(makeCompany(stream(seed, `company:${index}`), index, memberOf, companies, names, domains));
  };
  for (const memberOf of plan(seed, size)) add(memberOf);
  // the seven come after, on streams of their own: the companies of the first three stay what they are
  const later = planLater(seed, size, companies);
  for (const { company, codes } of later.joining) company.alsoIn.push(...codes);
  for (const memberOf of later.fresh) add(memberOf);
  return companies;
}

/** Who belongs where among the first three: about one company in six is in two associations, a few in all three. */
function plan(seed: number, size: number): FirstCode[][] {
  const left: Record<FirstCode, number> = {
    PMA: membersAt('PMA', size),
    NEMA: membersAt('NEMA', size),
    AGMA: membersAt('AGMA', size),
  };
  const total = left.PMA + left.NEMA + left.AGMA;
  const overlapping = Math.round(total / 1.192 / 6);
  const three = Math.round(overlapping * 0.15);
  const two = overlapping - three;
  const groups: [FirstCode[], number][] = [
    [['PMA', 'NEMA', 'AGMA'], three],
    [['PMA', 'AGMA'], Math.round(two * 0.5)],
    [['PMA', 'NEMA'], Math.round(two * 0.34)],
    [['NEMA', 'AGMA'], two - Math.round(two * 0.5) - Math.round(two * 0.34)],
  ];
  const out: FirstCode[][] = [];
  const add = (codes: FirstCode[], count: number) => {
    for (let i = 0; i < count && codes.every((code) => left[code] > 0); i++) {
      for (const code of codes) left[code]--;
      out.push(codes);
    }
  };
  for (const [codes, count] of groups) add(codes, count);
  for (const code of FIRST_CODES) add([code], left[code]);
  return stream(seed, 'plan').shuffle(out);
}

function makeCompany(
  r: Random,
  index: number,
  memberOf: AssociationCode[],
  others: readonly Company[],
  names: Set<string>,
  domains: Set<string>,
): Company {
  const trade = r.pick(memberOf);
  let place = r.pick(PLACES);
  let { name, legalForm, owner } = makeName(r, trade, place);
  if (others.length > 10 && r.chance(0.03)) {
    const other = r.pick(others);
    name = makeNamesake(r, other.name);
    owner = null;
    while (place.state === other.address.state) place = r.pick(PLACES);
  }
  if (isLater(memberOf[0]) && r.chance(0.025)) {
    owner = r.pick(ACCENTED);
    name = `${owner} ${r.pick(TRADES[trade])}`;
  }
  while (names.has(name.toLowerCase())) ({ name, legalForm, owner } = makeName(r, trade, place));
  names.add(name.toLowerCase());

  const take = (): string => {
    const free =
      domainIdeas(r, name, place.state).find((idea) => !domains.has(idea)) ?? `c${index}-${r.hex(6)}.com`;
    domains.add(free);
    return free;
  };
  const domain = r.chance(0.95) ? take() : null;
  const site =
    domain === null
      ? 'none'
      : r.weighted<SiteState>([
          ['up', 94],
          ['refused', 3],
          ['unavailable', 3],
        ]);
  const formerDomain = site === 'up' && r.chance(0.04) ? take() : null;
  const moved = memberOf.length > 1 && r.chance(0.3);
  const employees = Math.round(Math.exp(r.float() * 2.6 + r.float() * 2.4 + 2));
  const founded = r.int(1903, 2014);
  const erp = r.chance(0.72) ? makeErp(r) : null;
  const careers = site === 'up' && r.chance(0.7);
  const seen = {
    careers: careers && r.chance(0.45),
    portal: site === 'up' && r.chance(0.06),
    apollo: domain !== null && r.chance(0.3),
  };
  const mailbox = r.pick(['info', 'sales', 'contact', 'office']);
  return {
    id: `C${String(index + 1).padStart(4, '0')}`,
    name,
    legalForm,
    legalName: join(name, legalForm),
    trade,
    memberOf,
    alsoIn: [],
    domain,
    formerDomain,
    site,
    secure: r.chance(0.88),
    www: r.chance(0.75),
    address: makeAddress(r, place),
    formerAddress: moved ? makeAddress(r, nearby(r, place)) : null,
    phone: makePhone(r, place),
    formerPhone: memberOf.length > 1 && r.chance(0.35) ? makePhone(r, place) : null,
    tollFree: r.chance(0.12)
      ? `${r.pick(['800', '888', '877'])}${r.int(223, 499)}${r.int(1000, 9999)}`
      : null,
    fax: r.chance(0.6) ? makePhone(r, place) : null,
    email: domain !== null && r.chance(0.8) ? `${mailbox}@${domain}` : null,
    founded,
    employees,
    revenue: Math.round((employees * r.int(110, 340)) / 10) * 10_000,
    squareFeet: Math.round((employees * r.int(250, 900)) / 1000) * 1000 + 2000,
    naics: r.pick(NAICS[trade]),
    processes: r.sample(PROCESSES[trade], r.int(2, 6)),
    erp,
    erpSeenIn:
      erp === null ? [] : (['careers', 'portal', 'apollo'] as const).filter((channel) => seen[channel]),
    careers,
    tech: makeWebTech(r),
    people: makePeople(r, Math.min(6, 1 + Math.floor(employees / 30) + r.int(0, 2)), domain, owner),
  };
}

/** Another place in the same state where there is one: firms move to the next town, rarely further. */
function nearby(r: Random, place: Place): Place {
  const same = PLACES.filter((other) => other.state === place.state);
  return r.chance(0.85) ? r.pick(same) : r.pick(PLACES);
}
