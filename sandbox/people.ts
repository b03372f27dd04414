/** Invented persons and the titles they hold in a plant. */
import type { Random } from './random.js';

export type Person = {
  first: string;
  last: string;
  title: string;
  department: string;
  seniority: string;
  email: string | null;
};

const FIRST =
  'James,Robert,Michael,William,David,Richard,Thomas,Charles,Mark,Steven,Paul,Kevin,Brian,Gary,Timothy,Jeffrey,Scott,Eric,Gregory,Patrick,Raymond,Dennis,Walter,Craig,Keith,Carl,Todd,Derek,Luis,Miguel,Anil,Wei,Mary,Patricia,Jennifer,Linda,Susan,Karen,Lisa,Nancy,Sandra,Ashley,Donna,Michelle,Laura,Amy,Angela,Kathleen,Rebecca,Stephanie,Diane,Julie,Heather,Teresa,Denise,Priya,Carmen,Yolanda,Ingrid,Renee'.split(
    ',',
  );

export const SURNAMES: readonly string[] =
  'Hendricks,Kowalski,Baker,Lindqvist,Hoffman,Garrity,Brandt,Schaefer,Novak,Petersen,Mueller,Vandenberg,Ostrowski,Callahan,Whitaker,Pruitt,Delgado,Fischer,Krueger,Zimmer,Ashworth,Bannister,Carlisle,Dvorak,Eastman,Feldman,Gallagher,Haverford,Ingersoll,Jankowski,Kessler,Lombardi,Mancini,Nygaard,Oberlin,Pfeiffer,Quigley,Rademacher,Sandoval,Tillman,Ullrich,Vogel,Weatherby,Yoder,Zeller,Abernathy,Burkhardt,Conrad,Dressler,Engstrom,Fairbanks,Grabowski,Hartwell,Isaacson,Jorgensen,Kimball,Laughlin,Merriweather,Niemeyer,Olmstead,Pasternak,Rossi,Stanhope,Thornbury,Underhill,Van Horn,Wojcik,Ziegler,Ackerman,Beaumont,Crandall,Dunleavy,Eckhart,Forsythe,Gruber,Hinkle,Irvine,Kaminski,Lattimer,McAllister,Nordstrom,Overholt,Pickering,Ransom,Schumacher,Talbott,Voss,Winslow,Barlow,Chalmers,Dorsey,Ferrante,Gillespie,Hostetler,Kirchner,Leland,Marchetti,Novotny,Pemberton,Reinhardt,Sorensen,Trask,Vance,Wexler,Bauer,Cermak,Dietrich,Erickson,Fuller,Gorski,Halvorsen,Kline,Lutz,Meyers,Nagel,Otto,Pohl,Riggs,Stroud,Tanner,Wagner,Bickford,Colburn,Dempsey,Farrell,Gaines,Hobart,Kent,Lockwood,Mercer,Nash,Prescott,Rusk,Sheffield,Thayer,Wilcox,Amundsen,Bergstrom,Castellano,DeVries,Esposito,Fontaine,Giordano,Huang,Iyer,Jimenez,Kurtz,Lefebvre,Moreau,Nakamura,Okafor,Patel,Rahman,Suzuki,Tran,Velasco'.split(
    ',',
  );

const TITLES: readonly (readonly [readonly [string, string, string], number])[] = [
  [['President', 'executive', 'c_suite'], 10],
  [['President & CEO', 'executive', 'c_suite'], 5],
  [['Chief Executive Officer', 'executive', 'c_suite'], 3],
  [['Owner', 'executive', 'owner'], 4],
  [['Chief Financial Officer', 'finance', 'c_suite'], 4],
  [['Controller', 'finance', 'manager'], 4],
  [['Vice President of Operations', 'operations', 'vp'], 5],
  [['VP Manufacturing', 'operations', 'vp'], 3],
  [['Director of Operations', 'operations', 'director'], 3],
  [['Plant Manager', 'operations', 'manager'], 8],
  [['General Manager', 'operations', 'manager'], 5],
  [['Production Manager', 'operations', 'manager'], 3],
  [['IT Manager', 'information_technology', 'manager'], 4],
  [['Director of Information Technology', 'information_technology', 'director'], 2],
  [['ERP Administrator', 'information_technology', 'entry'], 1],
  [['Engineering Manager', 'engineering', 'manager'], 4],
  [['Quality Manager', 'operations', 'manager'], 3],
  [['Materials Manager', 'operations', 'manager'], 2],
  [['Purchasing Manager', 'operations', 'manager'], 3],
  [['Sales Manager', 'sales', 'manager'], 4],
  [['Vice President, Sales & Marketing', 'sales', 'vp'], 3],
];

/** A person's name alone, for persons outside the companies. */
export const makeName = (r: Random): { first: string; last: string } => ({
  first: r.pick(FIRST),
  last: r.pick(SURNAMES),
});

/** The leading persons of a company; one mail style a company. */
export function makePeople(r: Random, count: number, domain: string | null, owner: string | null): Person[] {
  const style = r.int(0, 3);
  const seen = new Set<string>();
  const people: Person[] = [];
  while (people.length < count) {
    const { first, last: drawn } = makeName(r);
    const [title, department, seniority] = r.weighted(TITLES);
    // a family firm is often led by the family
    const last = people.length === 0 && owner !== null && r.chance(0.6) ? owner : drawn;
    if (seen.has(title) || seen.has(`${first} ${last}`)) continue;
    seen.add(title).add(`${first} ${last}`);
    people.push({
      first,
      last,
      title,
      department,
      seniority,
      email: domain && mail(first, last, domain, style),
    });
  }
  return people;
}

function mail(first: string, last: string, domain: string, style: number): string {
  const [f, l] = [first, last].map((part) => part.toLowerCase().replace(/[^a-z]/g, '')) as [string, string];
  return `${[`${f}.${l}`, `${f[0]}${l}`, `${f}${l[0]}`, f][style]}@${domain}`;
}
