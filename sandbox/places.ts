/** Real US cities with their ZIP ranges and area codes; streets, addresses and telephone numbers made from them. */
import type { Random } from './random.js';

export type Place = { city: string; state: string; zips: [number, number]; areaCodes: string[] };
export type Address = { street: string; city: string; state: string; zip: string };

// city | state | first-last ZIP | area codes. Cities of the metal, electrical and gear trades come more than once a state.
const TABLE = `Cleveland|OH|44101-44135|216;Akron|OH|44301-44320|330;Dayton|OH|45402-45432|937;Cincinnati|OH|45202-45246|513
Toledo|OH|43604-43615|419;Columbus|OH|43204-43232|614;Mentor|OH|44060-44061|440;Solon|OH|44139-44139|440;Mansfield|OH|44902-44907|419
Youngstown|OH|44502-44515|330;Canton|OH|44702-44721|330;Lorain|OH|44052-44055|440;Springfield|OH|45502-45506|937
Detroit|MI|48204-48243|313;Grand Rapids|MI|49503-49548|616;Warren|MI|48088-48093|586;Holland|MI|49423-49424|616
Livonia|MI|48150-48154|734;Troy|MI|48083-48085|248;Kalamazoo|MI|49001-49009|269;Jackson|MI|49201-49203|517;Muskegon|MI|49440-49445|231
Fraser|MI|48026-48026|586;Sterling Heights|MI|48310-48314|586;Saginaw|MI|48601-48607|989
Chicago|IL|60608-60651|312,773;Elk Grove Village|IL|60007-60007|847;Rockford|IL|61101-61114|815;Addison|IL|60101-60101|630
Schaumburg|IL|60173-60195|847;Aurora|IL|60502-60506|630;Peoria|IL|61602-61615|309;Franklin Park|IL|60131-60131|847;Bensenville|IL|60106-60106|630
Elgin|IL|60120-60124|847;Loves Park|IL|61111-61111|815
Indianapolis|IN|46201-46241|317;Fort Wayne|IN|46802-46835|260;South Bend|IN|46601-46619|574;Evansville|IN|47708-47715|812
Elkhart|IN|46514-46517|574;Muncie|IN|47302-47305|765;Warsaw|IN|46580-46582|574
Milwaukee|WI|53202-53228|414;Waukesha|WI|53186-53189|262;Green Bay|WI|54301-54313|920;Racine|WI|53402-53406|262
Menomonee Falls|WI|53051-53051|262;Appleton|WI|54911-54915|920;New Berlin|WI|53146-53151|262;Sheboygan|WI|53081-53083|920
Minneapolis|MN|55401-55430|612;Saint Paul|MN|55101-55117|651;Plymouth|MN|55441-55447|763;Rochester|MN|55901-55906|507
Pittsburgh|PA|15201-15238|412;Erie|PA|16501-16511|814;Philadelphia|PA|19111-19140|215;York|PA|17401-17408|717
Lancaster|PA|17601-17603|717;Reading|PA|19601-19611|610;Allentown|PA|18101-18109|610;Saint Marys|PA|15857-15857|814
Buffalo|NY|14201-14225|716;Rochester|NY|14604-14626|585;Syracuse|NY|13202-13212|315;Ronkonkoma|NY|11779-11779|631;Elmira|NY|14901-14905|607
Hartford|CT|06103-06120|860;Bristol|CT|06010-06010|860;Waterbury|CT|06702-06710|203;New Britain|CT|06051-06053|860;Meriden|CT|06450-06451|203
Worcester|MA|01602-01610|508;Springfield|MA|01103-01119|413;Attleboro|MA|02703-02703|508;Leominster|MA|01453-01453|978
Providence|RI|02903-02909|401;Cranston|RI|02910-02921|401;Manchester|NH|03101-03109|603;Nashua|NH|03060-03064|603;Springfield|VT|05156-05156|802
Newark|NJ|07102-07114|973;Paterson|NJ|07501-07524|973;Fairfield|NJ|07004-07004|973;Edison|NJ|08817-08837|732
Houston|TX|77008-77092|713;Dallas|TX|75201-75247|214;Fort Worth|TX|76102-76140|817;San Antonio|TX|78201-78250|210;Austin|TX|78701-78758|512
Garland|TX|75040-75044|972;Waco|TX|76701-76712|254
Los Angeles|CA|90001-90065|213,323;Anaheim|CA|92801-92807|714;San Diego|CA|92101-92131|619;Santa Ana|CA|92701-92707|714;Ontario|CA|91761-91764|909
Fremont|CA|94536-94539|510;Gardena|CA|90247-90249|310;Chatsworth|CA|91311-91311|818;San Jose|CA|95110-95134|408
Nashville|TN|37203-37217|615;Knoxville|TN|37902-37924|865;Chattanooga|TN|37402-37421|423;Memphis|TN|38103-38141|901
Louisville|KY|40202-40299|502;Lexington|KY|40502-40517|859;Bowling Green|KY|42101-42104|270
Charlotte|NC|28202-28278|704;Greensboro|NC|27401-27410|336;Hickory|NC|28601-28602|828;Greenville|SC|29601-29617|864;Spartanburg|SC|29301-29307|864
Atlanta|GA|30303-30360|404,770;Macon|GA|31201-31217|478;Birmingham|AL|35203-35244|205;Huntsville|AL|35801-35816|256
Orlando|FL|32801-32839|407;Tampa|FL|33602-33637|813;Clearwater|FL|33755-33765|727;Jacksonville|FL|32202-32258|904
Saint Louis|MO|63101-63147|314;Kansas City|MO|64105-64161|816;Springfield|MO|65802-65810|417;Wichita|KS|67202-67230|316;Olathe|KS|66061-66062|913
Cedar Rapids|IA|52401-52411|319;Davenport|IA|52801-52807|563;Des Moines|IA|50309-50322|515;Omaha|NE|68102-68144|402;Sioux Falls|SD|57103-57108|605
Tulsa|OK|74103-74146|918;Oklahoma City|OK|73102-73179|405;Little Rock|AR|72201-72212|501;Shreveport|LA|71101-71119|318
Phoenix|AZ|85003-85043|602;Tempe|AZ|85281-85284|480;Denver|CO|80202-80239|303;Colorado Springs|CO|80903-80918|719;Salt Lake City|UT|84101-84119|801
Portland|OR|97201-97230|503;Seattle|WA|98101-98188|206;Kent|WA|98030-98032|253;Spokane|WA|99201-99217|509;Boise|ID|83702-83709|208
Reno|NV|89501-89512|775;Las Vegas|NV|89101-89120|702;Albuquerque|NM|87102-87113|505;Richmond|VA|23219-23235|804;Roanoke|VA|24011-24018|540
Baltimore|MD|21201-21230|410;Wilmington|DE|19801-19810|302;Charleston|WV|25301-25314|304;Tupelo|MS|38801-38804|662;Portland|ME|04101-04103|207`;

export const PLACES: readonly Place[] = TABLE.split(/[;\n]/).map((row) => {
  const [city = '', state = '', zips = '', codes = ''] = row.split('|');
  const [first = '0', last = '0'] = zips.split('-');
  return { city, state, zips: [Number(first), Number(last)], areaCodes: codes.split(',') };
});

const STATES = `AL Alabama,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,
ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,
MN Minnesota,MS Mississippi,MO Missouri,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,
NC North Carolina,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,
TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin`;
const STATE_NAMES = new Map(STATES.split(/,\s*/).map((row) => [row.slice(0, 2), row.slice(3)]));

/** Ohio for OH. */
export const stateName = (code: string): string => STATE_NAMES.get(code) ?? code;

const ROADS =
  'Industrial,Commerce,Enterprise,Mill,Main,Foundry,Lake,Center,Park,Railroad,Technology,Corporate,Progress,Factory,Oak,Maple,Elm,Washington,Jefferson,Lincoln,Madison,Harrison,Canal,River,Airport,Brookpark,Eastland,Westgate,Hamilton,Franklin,Chestnut,Pine Tree,Old Plank,Shepherd Hill,Ironwood,Bessemer,Carnegie,Superior,Dixie,Cherry,Stateline,County Line,Production,Gateway,Research'.split(
    ',',
  );
const ROAD_KINDS: readonly (readonly [string, number])[] = [
  ['Street', 5],
  ['Avenue', 5],
  ['Road', 6],
  ['Drive', 6],
  ['Boulevard', 2],
  ['Parkway', 3],
  ['Lane', 1],
  ['Court', 2],
  ['Way', 1],
];

/** A street line: number, sometimes a direction, a suite, a highway or a box. */
export function makeStreet(r: Random): string {
  if (r.chance(0.06)) return `PO Box ${r.int(11, 9899)}`;
  const number = r.chance(0.05)
    ? `${r.int(100, 399)}-${r.int(400, 499)}`
    : String(r.int(1, 30) * r.int(7, 900) + 1);
  if (r.chance(0.05)) return `${number} ${r.pick(['State Route', 'US Highway', 'Highway'])} ${r.int(2, 399)}`;
  const direction = r.chance(0.22)
    ? `${r.pick(['N.', 'S.', 'E.', 'W.', 'North', 'South', 'East', 'West', 'NW'])} `
    : '';
  const name = r.chance(0.12) ? ordinal(r.int(2, 187)) : r.pick(ROADS);
  const unit = r.chance(0.15)
    ? r.pick([', Suite ', ' Ste. ', ', Unit ', ', Bldg. ', ' #']) +
      (r.chance(0.7) ? r.int(1, 420) : r.pick(['A', 'B', 'C', '2-B']))
    : '';
  return `${number} ${direction}${name} ${r.weighted(ROAD_KINDS)}${unit}`;
}

/** An address in a place. */
export function makeAddress(r: Random, place: Place): Address {
  const zip = String(r.int(...place.zips)).padStart(5, '0');
  return { street: makeStreet(r), city: place.city, state: place.state, zip };
}

/** Ten digits that telephone software takes for a real US number of that place. */
export function makePhone(r: Random, place: Place): string {
  let exchange = r.int(220, 989);
  if (exchange % 100 === 11 || exchange === 555) exchange += 2;
  return `${r.pick(place.areaCodes)}${exchange}${String(r.int(1000, 9999))}`;
}

/** One of the ways in which people write ten digits. */
export function formatPhone(digits: string, style: number): string {
  const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  const forms = [
    `(${a}) ${b}-${c}`,
    `${a}-${b}-${c}`,
    `${a}.${b}.${c}`,
    `${a} ${b}-${c}`,
    `1-${a}-${b}-${c}`,
    `+1 ${a} ${b} ${c}`,
  ];
  return forms[style % forms.length] ?? digits;
}

function ordinal(n: number): string {
  const tail = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${tail}`;
}
