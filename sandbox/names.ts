/** Company names, composed from a dozen pattern families, and the domains made from them. */
import type { AssociationCode } from './associations.js';
import { SURNAMES } from './people.js';
import type { Place } from './places.js';
import type { Random } from './random.js';
import { LATER_TRADES } from './trades.js';

export type { AssociationCode } from './associations.js';
export type Name = { name: string; legalForm: string; owner: string | null };

const words = (text: string): readonly string[] => text.split(',');

/** What each association's members call their trade. */
export const TRADES: Record<AssociationCode, readonly string[]> = {
  PMA: words(
    'Stamping,Metal Stamping,Metal Forming,Tool & Die,Stamping & Manufacturing,Precision Stampings,Metal Products,Fabricating,Metalform,Die & Engineering,Spring & Stamping,Deep Drawn Products,Roll Forming,Metal Spinning,Wireform,Sheet Metal,Pressed Metal,Fineblanking,Manufacturing,Industries,Products,Fasteners,Hardware,Washer,Perforating,Assembly,Metalworks,Tool,Steel Products,Laser & Fabrication,Tube & Bending,Metalcraft,Engineered Products',
  ),
  NEMA: words(
    'Electric,Electrical Products,Switchgear,Controls,Lighting,Wire & Cable,Transformer,Power Systems,Enclosures,Connectors,Conduit,Motors,Electronics,Instruments,Relay,Capacitor,Battery,Insulators,Busway,Fuse,Lamp,Power Conversion,Imaging,Sensors,Industries,Technologies,Electric Manufacturing,Arc Products,Wiring Devices,Breaker,Metering,Energy Systems,Illumination',
  ),
  AGMA: words(
    'Gear,Gear Works,Gear & Machine,Gears,Gear Manufacturing,Drives,Drive Systems,Power Transmission,Gear Grinding,Broach,Bearings,Machine,Machine Works,Cutting Tools,Hob & Cutter,Sprocket,Spline & Gear,Gearbox,Reducer,Couplings,Heat Treating,Metallurgical,Metrology,Precision Gear,Motion,Actuation,Worm Gear,Gear Tool,Forge,Powder Metal,Industries,Machine Tool,Engineering',
  ),
  ...LATER_TRADES,
};

const REGIONS = words(
  'Lake Erie,Great Lakes,Midwest,Tri-State,Ohio Valley,Keystone,Buckeye,Wolverine,Badger,Hoosier,Lone Star,Blue Ridge,Piedmont,Pacific,New England,Mid-Atlantic,Northern,Southern,Western,Eastern,Atlantic,Cumberland,Allegheny,Mohawk,Fox Valley,Black Swamp,Twin Cities,Prairie,Gulf Coast,Sierra',
);
const ADJECTIVES = words(
  'Precision,Superior,Quality,Standard,Universal,National,American,General,Advanced,Accurate,Modern,Premier,Reliable,Allied,United,Century,Pioneer,Titan,Apex,Summit,Imperial,Royal,Liberty,Patriot,Acme,Ideal,Perfection,Integrity,Dependable,Continental,Republic,Federal,Central,Custom,Rapid,Ultra,Micro,Major,Eagle,Falcon,Phoenix,Hawk,Lion,Blue Heron,Red Oak,Silver Creek,Iron Horse,Stone Bridge,Five Star,Four Corners,Diamond,Crown,Anchor,Compass,Beacon,Vanguard,Sentinel,Paragon,Zenith,Meridian,Atlas,Hercules,Vulcan,Orion,Polaris,Northstar,Cardinal,Sterling,Ajax',
);
const COIN_HEADS = words(
  'Dyna,Tek,Volt,Metra,Omni,Poly,Servo,Tri,Uni,Ferro,Alu,Cor,Ver,Nov,Hydra,Electra,Mag,Magna,Rota,Gyro,Torq,Kin,Lum,Opti,Stel,Quad,Accu,Ampli,Cyl,Dura,Endu,Flex,Hex,Indu,Ox,Pres,Robo,Spec,Tor,Vari,Xal,Zer,Bren,Cast,Del,Fab,Gal,Hal,Jor,Lex,Mar,Nor',
);
const COIN_TAILS = words(
  'tec,form,tron,dyne,matic,max,marc,trex,loy,con,flex,nex,dex,line,plex,tek,met,cor,via,axis,ron,ex,ium,cast,weld,motion,drive,mark,core,line,pro,mec,tel,vance',
);

const FORMS: readonly (readonly [string, number])[] = [
  ['Inc.', 34],
  ['LLC', 22],
  ['Co.', 11],
  ['Corp.', 11],
  ['Corporation', 5],
  ['Company', 4],
  ['Ltd.', 2],
  ['Incorporated', 1],
  ['LP', 1],
  ['', 9],
];

/** An invented company name of a trade in a place, legal form apart. */
export function makeName(r: Random, code: AssociationCode, place: Place): Name {
  const trade = r.pick(TRADES[code]);
  const legalForm = r.weighted(FORMS);
  const [one, two] = r.sample(SURNAMES, 2) as [string, string];
  const coin = () => r.pick(COIN_HEADS) + r.pick(COIN_TAILS);
  const letters = () =>
    Array.from({ length: r.int(2, 3) }, () => r.pick([...'ABCDEFGHJKLMNPRSTVW'])).join('');
  const family = r.weighted<() => [string, string | null]>([
    [() => [`${one} ${trade}`, one], 20],
    [() => [`${one} & Sons ${r.chance(0.5) ? trade : ''}`, one], 4],
    [() => [`${one} Brothers ${trade}`, one], 2],
    [() => [`${one}-${two} ${trade}`, one], 4],
    [() => [`${one} & ${two} ${r.chance(0.4) ? trade : 'Manufacturing'}`, one], 4],
    [() => [`${place.city} ${trade}`, null], 10],
    [() => [`${r.pick(REGIONS)} ${trade}`, null], 10],
    [() => [`${r.pick(ADJECTIVES)} ${trade}`, null], 13],
    [
      () => [
        `${r.pick(ADJECTIVES)} ${r.pick(['Precision', 'American', 'Industrial', 'Engineered', 'Metal'])} ${trade}`,
        null,
      ],
      4,
    ],
    [() => [coin(), null], 7],
    [
      () => [
        `${coin()} ${r.chance(0.5) ? trade : r.pick(['Industries', 'Technologies', 'International', 'Manufacturing'])}`,
        null,
      ],
      12,
    ],
    [() => [`${[...letters()].map((l) => `${l}.`).join('')} ${one} ${r.chance(0.4) ? trade : ''}`, one], 5],
    [
      () => [
        `${letters()} ${r.chance(0.6) ? trade : r.pick(['Industries', 'Manufacturing', 'Group'])}`,
        null,
      ],
      7,
    ],
    [() => [`The ${one} ${r.pick(['Manufacturing', 'Machine', 'Tool', 'Electric', 'Gear'])}`, one], 2],
    [() => [`${one}'s ${trade}`, one], 1],
  ]);
  const [name, owner] = family();
  const tidy = name.trim().replace(/\b(\w+) \1\b/g, '$1');
  // "The Garrity Machine" needs its Company to be a name at all
  return { name: tidy, owner, legalForm: tidy.startsWith('The ') && legalForm === '' ? 'Co.' : legalForm };
}

/** A namesake: near another company's name, but another firm. */
export function makeNamesake(r: Random, other: string): string {
  const tail = r.pick([
    'Works',
    'Products',
    'Industries',
    'Manufacturing',
    'Group',
    'Technologies',
    'Systems',
  ]);
  const base = other.split(' ');
  if (base.length > 2 && r.chance(0.5)) return base.slice(0, -1).join(' ').replace(/ &$/, '');
  return base.at(-1) === tail ? base.slice(0, -1).join(' ') : `${other} ${tail}`;
}

/** Domains in the order in which a founder would have tried them. */
export function domainIdeas(r: Random, name: string, state: string): string[] {
  const tokens = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/^the /, '')
    .replaceAll('&', r.chance(0.3) ? ' and ' : ' ')
    .replace(/[.']/g, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const short = tokens.map(
    (t) => ({ manufacturing: 'mfg', industries: 'ind', technologies: 'tech', engineering: 'eng' })[t] ?? t,
  );
  const full = tokens.join('');
  const brief = short.join('');
  const [head = 'works'] = short;
  const initials = tokens.map((t) => t[0]).join('');
  const ideas = r.shuffle([
    full,
    full,
    brief,
    `${head}${tokens.length > 1 ? (short.at(-1) ?? '') : 'mfg'}`,
    short.join('-'),
    `${initials}${r.pick(['mfg', 'corp', 'usa'])}`,
  ]);
  const tld = r.weighted([
    ['.com', 93],
    ['.net', 7],
  ] as const);
  const safe = [
    ...ideas,
    `${full}${state.toLowerCase()}`,
    `${full}usa`,
    `${brief}inc`,
    `my${full}`,
    `${full}group`,
    `${full}1`,
  ];
  return safe.filter((idea) => idea.length >= 4 && idea.length <= 40).map((idea) => idea + tld);
}
