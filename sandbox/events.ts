/** What the associations put on: events, and who exhibits, sponsors and speaks. */
import type { Listing } from './listings.js';
import type { AssociationCode } from './names.js';
import { makeName } from './people.js';
import { CODES } from './population.js';
import { type Random, stream } from './random.js';
import { respell } from './spelling.js';

export type Markup = 'jsonld' | 'microdata' | 'text';
export type Venue = { name: string; street: string; city: string; state: string; zip: string };

export type Participant = {
  role: 'exhibitor' | 'sponsor' | 'speaker';
  /** The company as the page writes it. */
  name: string;
  companyId: string | null;
  booth: string | null;
  level: string | null;
  person: string | null;
  personTitle: string | null;
};

export type Event = {
  code: AssociationCode;
  id: string;
  title: string;
  start: string;
  end: string;
  venue: Venue;
  markup: Markup;
  summary: string;
  /** Exhibitors stand on a page of their own. */
  exhibitorPage: boolean;
  participants: Participant[];
};

const TITLES: Record<AssociationCode, readonly string[]> = {
  PMA: [
    'Forming Our Future Conference',
    'Tool & Die Technology Day',
    'Sheet Metal Expo',
    'Benchmarking & Finance Seminar',
    'Women in Metalforming Forum',
    'Automation & Press Safety Workshop',
  ],
  NEMA: [
    'Annual Membership Meeting',
    'Electroindustry Supplier Showcase',
    'Codes & Standards Week',
    'Grid Modernization Forum',
    'Lighting Division Summit',
  ],
  AGMA: [
    'Gear Manufacturing & Power Transmission Expo',
    'Annual Meeting of Members',
    'Gear Failure Analysis Seminar',
    'Emerging Technology Summit',
    'Fall Technical Meeting',
  ],
  SOCMA: [
    'SOCMA Week',
    'Specialty & Custom Chemicals Show',
    'Chemical Operator Seminar',
    'Leadership Summit',
  ],
  AIA: [],
  NTMA: [
    'Engage Conference',
    'Manufacturing Marketing & Sales Week',
    'Emerging Leaders Meeting',
    'Tooling Technology Expo',
  ],
  PMPA: [],
  FIA: ['Forge Fair', 'Fall Meeting of Members', 'Forging Fundamentals Workshop', 'Plant Tour & Safety Day'],
  NADCA: [
    'Die Casting Congress & Exposition',
    'Plant Management Conference',
    'Executive Meeting',
    'Die Casting Safety Seminar',
  ],
  AFS: ['CastExpo', 'Metalcasting Congress', 'Foundry Leadership Summit', 'Sand Casting Seminar'],
};

const VENUES: readonly Venue[] = [
  {
    name: 'Huntington Convention Center',
    street: '300 Lakeside Avenue East',
    city: 'Cleveland',
    state: 'OH',
    zip: '44113',
  },
  {
    name: 'Indiana Convention Center',
    street: '100 South Capitol Avenue',
    city: 'Indianapolis',
    state: 'IN',
    zip: '46225',
  },
  {
    name: 'Donald E. Stephens Convention Center',
    street: '5555 North River Road',
    city: 'Rosemont',
    state: 'IL',
    zip: '60018',
  },
  {
    name: 'Music City Center',
    street: '201 Rep. John Lewis Way South',
    city: 'Nashville',
    state: 'TN',
    zip: '37203',
  },
  {
    name: 'Omni Shoreham Hotel',
    street: '2500 Calvert Street NW',
    city: 'Washington',
    state: 'DC',
    zip: '20008',
  },
  { name: 'DeVos Place', street: '303 Monroe Avenue NW', city: 'Grand Rapids', state: 'MI', zip: '49503' },
  {
    name: 'Hilton Orlando Lake Buena Vista',
    street: '1751 Hotel Plaza Boulevard',
    city: 'Orlando',
    state: 'FL',
    zip: '32830',
  },
  { name: 'Huntington Place', street: '1 Washington Boulevard', city: 'Detroit', state: 'MI', zip: '48226' },
];

const OUTSIDERS = [
  'Brightwater Insurance Services',
  'Harbor & Lane CPAs',
  'Tri-County Workforce Board',
  'MetalPress Weekly',
  'Northgate Capital Advisors',
  'State Technical University',
  'ToolRoom Software',
  'Cascade Freight Brokers',
  'Summit Lubricants Europe GmbH',
  'ShopFloor Analytics',
];
const LEVELS = ['Platinum', 'Gold', 'Silver', 'Bronze'];

/** The events of all associations, dated around `today`, newest last. */
export function makeEvents(
  seed: number,
  today: string,
  listings: Record<AssociationCode, Listing[]>,
): Event[] {
  return CODES.flatMap((code) => {
    const r = stream(seed, `events:${code}`);
    const titles = r.sample(TITLES[code], r.int(4, TITLES[code].length));
    return titles
      .map((title, index) =>
        makeEvent(stream(seed, `event:${code}:${title}`), code, title, index, today, listings[code]),
      )
      .sort((a, b) => (a.start < b.start ? -1 : 1));
  });
}

/** "March 3–5, 2027" and its relatives. */
export function dateText(event: Event, style: number): string {
  const [a, b] = [new Date(`${event.start}T00:00:00Z`), new Date(`${event.end}T00:00:00Z`)];
  const month = (d: Date, form: 'long' | 'short') =>
    d.toLocaleString('en-US', { month: form, timeZone: 'UTC' }) +
    (form === 'short' && d.getUTCMonth() !== 4 ? '.' : '');
  const [da, db, year] = [a.getUTCDate(), b.getUTCDate(), b.getUTCFullYear()];
  if (event.start === event.end) return `${month(a, 'long')} ${da}, ${year}`;
  const sameMonth = a.getUTCMonth() === b.getUTCMonth();
  const across = a.getUTCFullYear() === year ? '' : `, ${a.getUTCFullYear()}`;
  if (style % 3 === 0)
    return `${month(a, 'long')} ${da}${across}–${sameMonth ? '' : `${month(b, 'long')} `}${db}, ${year}`;
  if (style % 3 === 1) return `${month(a, 'short')} ${da}${across} - ${month(b, 'short')} ${db}, ${year}`;
  return `${month(a, 'long')} ${da}${across} to ${month(b, 'long')} ${db}, ${year}`;
}

function makeEvent(
  r: Random,
  code: AssociationCode,
  title: string,
  index: number,
  today: string,
  members: readonly Listing[],
): Event {
  // the first ones lie behind, the others ahead
  const offset = index < 2 ? -r.int(20, 330) : r.int(14, 400);
  const length = /Expo|Conference|Week|Meeting|Summit|Showcase/.test(title) ? r.int(1, 3) : r.int(0, 1);
  const start = addDays(today, offset);
  const big = /Expo|Showcase|Conference/.test(title);
  const year = start.slice(0, 4);
  return {
    code,
    id: code === 'PMA' ? String(400 + index * 7 + r.int(0, 6)) : `${slug(title)}-${year}`,
    title: r.chance(0.6) ? `${year} ${title}` : title,
    start,
    end: addDays(start, length),
    venue: r.pick(VENUES),
    markup:
      (['jsonld', 'microdata', 'text'] as const)[
        (index + (code === 'PMA' ? 2 : code === 'AGMA' ? 0 : 1)) % 3
      ] ?? 'text',
    summary: r.pick([
      'Two tracks of practical sessions, a plant tour and time to meet your peers.',
      'Learn from members who have done it, see new equipment and take home a plan.',
      'Industry leaders meet to discuss the economy, the workforce and technology.',
    ]),
    exhibitorPage: big && code !== 'NEMA',
    participants: [
      ...(big ? exhibitors(r, members) : []),
      ...(big || r.chance(0.6) ? sponsors(r, members) : []),
      ...(r.chance(0.85) ? speakers(r, members) : []),
    ],
  };
}

const none = { booth: null, level: null, person: null, personTitle: null };

/** Members as an event form spells them, and a few firms that are no members. */
function firms(
  r: Random,
  members: readonly Listing[],
  count: number,
): { name: string; companyId: string | null }[] {
  const inside = r.sample(members, count).map(({ company }) => ({
    name: respell(r, company.name, company.legalForm, 0.5),
    companyId: company.id as string | null,
  }));
  const outside = r
    .sample(OUTSIDERS, Math.max(1, Math.round(count / 8)))
    .map((name) => ({ name, companyId: null }));
  return r.shuffle([...inside, ...outside]);
}

function exhibitors(r: Random, members: readonly Listing[]): Participant[] {
  const booths = r.shuffle(Array.from({ length: 200 }, (_, i) => String(101 + i * 3)));
  return firms(r, members, Math.min(60, Math.max(4, Math.round(members.length * 0.12))))
    .map((firm, i) => {
      const first = booths[i * 2] ?? '900';
      const booth = r.chance(0.06) ? '' : r.chance(0.08) ? `${first}, ${booths[i * 2 + 1]}` : first;
      return { ...none, ...firm, role: 'exhibitor' as const, booth: booth === '' ? null : booth };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

function sponsors(r: Random, members: readonly Listing[]): Participant[] {
  const firmList = firms(r, members, r.int(3, 9));
  return firmList
    .map((firm, i) => ({
      ...none,
      ...firm,
      role: 'sponsor' as const,
      level: LEVELS[Math.floor((i * LEVELS.length) / firmList.length)] ?? 'Bronze',
    }))
    .filter((p) => p.name !== '');
}

function speakers(r: Random, members: readonly Listing[]): Participant[] {
  return firms(r, members, r.int(2, 6)).map((firm) => {
    const staff = members.find(({ company }) => company.id === firm.companyId)?.company.people[0];
    const { first, last } = staff ?? makeName(r);
    const personTitle = staff?.title ?? r.pick(['Partner', 'Director', 'Chief Economist', 'Editor']);
    return { ...none, ...firm, role: 'speaker' as const, person: `${first} ${last}`, personTitle };
  });
}

function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
