/** States, provinces and countries by their names and codes, and the words of streets. */

/** US states, territories and military codes; names in lower case. Source: USPS Publication 28. */
export const US_STATES: Readonly<Record<string, string>> = {
  alabama: 'AL',
  alaska: 'AK',
  arizona: 'AZ',
  arkansas: 'AR',
  california: 'CA',
  colorado: 'CO',
  connecticut: 'CT',
  delaware: 'DE',
  'district of columbia': 'DC',
  florida: 'FL',
  georgia: 'GA',
  hawaii: 'HI',
  idaho: 'ID',
  illinois: 'IL',
  indiana: 'IN',
  iowa: 'IA',
  kansas: 'KS',
  kentucky: 'KY',
  louisiana: 'LA',
  maine: 'ME',
  maryland: 'MD',
  massachusetts: 'MA',
  michigan: 'MI',
  minnesota: 'MN',
  mississippi: 'MS',
  missouri: 'MO',
  montana: 'MT',
  nebraska: 'NE',
  nevada: 'NV',
  'new hampshire': 'NH',
  'new jersey': 'NJ',
  'new mexico': 'NM',
  'new york': 'NY',
  'north carolina': 'NC',
  'north dakota': 'ND',
  ohio: 'OH',
  oklahoma: 'OK',
  oregon: 'OR',
  pennsylvania: 'PA',
  'puerto rico': 'PR',
  'rhode island': 'RI',
  'south carolina': 'SC',
  'south dakota': 'SD',
  tennessee: 'TN',
  texas: 'TX',
  utah: 'UT',
  vermont: 'VT',
  virginia: 'VA',
  washington: 'WA',
  'west virginia': 'WV',
  wisconsin: 'WI',
  wyoming: 'WY',
  guam: 'GU',
  'virgin islands': 'VI',
  'american samoa': 'AS',
};

export const CA_PROVINCES: Readonly<Record<string, string>> = {
  alberta: 'AB',
  'british columbia': 'BC',
  manitoba: 'MB',
  'new brunswick': 'NB',
  'newfoundland and labrador': 'NL',
  newfoundland: 'NL',
  'nova scotia': 'NS',
  'northwest territories': 'NT',
  nunavut: 'NU',
  ontario: 'ON',
  'prince edward island': 'PE',
  quebec: 'QC',
  québec: 'QC',
  saskatchewan: 'SK',
  yukon: 'YT',
};

/** Australian states, kept as printed. */
export const AU_STATES = ['NSW', 'VIC', 'QLD', 'WA', 'SA', 'TAS', 'ACT', 'NT'] as const;

export const US_CODES: ReadonlySet<string> = new Set([...Object.values(US_STATES), 'AA', 'AE', 'AP', 'MP']);
export const CA_CODES: ReadonlySet<string> = new Set(Object.values(CA_PROVINCES));

const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  us: 'US',
  usa: 'US',
  'u s a': 'US',
  'u s': 'US',
  'united states': 'US',
  'united states of america': 'US',
  america: 'US',
  canada: 'CA',
  ca: 'CA',
  can: 'CA',
  mexico: 'MX',
  méxico: 'MX',
  uk: 'GB',
  'u k': 'GB',
  gb: 'GB',
  'united kingdom': 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  ireland: 'IE',
  'republic of ireland': 'IE',
  germany: 'DE',
  deutschland: 'DE',
  france: 'FR',
  italy: 'IT',
  italia: 'IT',
  spain: 'ES',
  españa: 'ES',
  portugal: 'PT',
  netherlands: 'NL',
  'the netherlands': 'NL',
  holland: 'NL',
  belgium: 'BE',
  luxembourg: 'LU',
  switzerland: 'CH',
  austria: 'AT',
  österreich: 'AT',
  sweden: 'SE',
  norway: 'NO',
  denmark: 'DK',
  finland: 'FI',
  iceland: 'IS',
  poland: 'PL',
  'czech republic': 'CZ',
  czechia: 'CZ',
  slovakia: 'SK',
  slovenia: 'SI',
  hungary: 'HU',
  romania: 'RO',
  bulgaria: 'BG',
  greece: 'GR',
  turkey: 'TR',
  türkiye: 'TR',
  russia: 'RU',
  ukraine: 'UA',
  estonia: 'EE',
  latvia: 'LV',
  lithuania: 'LT',
  croatia: 'HR',
  serbia: 'RS',
  israel: 'IL',
  'saudi arabia': 'SA',
  'united arab emirates': 'AE',
  uae: 'AE',
  india: 'IN',
  china: 'CN',
  'pr china': 'CN',
  'p r china': 'CN',
  'hong kong': 'HK',
  taiwan: 'TW',
  japan: 'JP',
  korea: 'KR',
  'south korea': 'KR',
  singapore: 'SG',
  malaysia: 'MY',
  thailand: 'TH',
  vietnam: 'VN',
  indonesia: 'ID',
  philippines: 'PH',
  australia: 'AU',
  'new zealand': 'NZ',
  brazil: 'BR',
  brasil: 'BR',
  argentina: 'AR',
  chile: 'CL',
  colombia: 'CO',
  peru: 'PE',
  'south africa': 'ZA',
  egypt: 'EG',
  nigeria: 'NG',
  kenya: 'KE',
  'puerto rico': 'PR',
};

const LAST_WORDS: ReadonlySet<string> = new Set(
  Object.keys(COUNTRY_NAMES).map((name) => name.split(' ').at(-1) ?? ''),
);

/** A cheap look: could a text that ends in this word end in a country's name? */
export function endsCountry(word: string): boolean {
  return LAST_WORDS.has(word.toLowerCase());
}

/** ISO-2 of a country's name or usual short form, or null. */
export function countryCode(text: string): string | null {
  const key = text
    .toLowerCase()
    .replace(/[.,()]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (/^[a-z]{2}$/.test(key) && !COUNTRY_NAMES[key]) {
    return Object.values(COUNTRY_NAMES).includes(key.toUpperCase()) ? key.toUpperCase() : null;
  }
  return COUNTRY_NAMES[key] ?? null;
}

/** Two-letter code of a US state or Canadian province by name or code, or null. */
export function stateCode(text: string): { code: string; country: 'US' | 'CA' } | null {
  const bare = text
    .replace(/[().,]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const code = bare.toUpperCase();
  if (code.length === 2) {
    if (US_CODES.has(code)) return { code, country: 'US' };
    if (CA_CODES.has(code)) return { code, country: 'CA' };
    return code === 'PQ' ? { code: 'QC', country: 'CA' } : null;
  }
  const key = bare.toLowerCase();
  const us = US_STATES[key];
  if (us) return { code: us, country: 'US' };
  const ca = CA_PROVINCES[key];
  if (ca) return { code: ca, country: 'CA' };
  const short = SHORT_STATES[key];
  return short ? (stateCode(short) ?? null) : null;
}

const SHORT_STATES: Readonly<Record<string, string>> = {
  ala: 'AL',
  ariz: 'AZ',
  ark: 'AR',
  calif: 'CA',
  cal: 'CA',
  colo: 'CO',
  conn: 'CT',
  del: 'DE',
  fla: 'FL',
  ill: 'IL',
  ind: 'IN',
  kans: 'KS',
  mass: 'MA',
  mich: 'MI',
  minn: 'MN',
  miss: 'MS',
  mont: 'MT',
  neb: 'NE',
  nebr: 'NE',
  nev: 'NV',
  okla: 'OK',
  ore: 'OR',
  penn: 'PA',
  penna: 'PA',
  tenn: 'TN',
  tex: 'TX',
  wash: 'WA',
  wis: 'WI',
  wisc: 'WI',
  wyo: 'WY',
  ont: 'ON',
  que: 'QC',
  alta: 'AB',
  sask: 'SK',
  man: 'MB',
};

/** Words that end a street's name. Source: USPS Publication 28, appendix C, the frequent ones. */
export const STREET_WORDS =
  'alley|aly|avenue|aven|avenu|ave|av|beach|bend|bluff|boulevard|boul|blvd|bypass|byp|causeway|center|centre|ctr|circle|cir|circ|close|common|commons|corner|corners|court|ct|cove|crescent|cres|cresent|crossing|xing|dale|drive|dr|drv|esplanade|estate|estates|expressway|expy|extension|ext|freeway|fwy|gardens|gate|gateway|glen|green|grove|heights|hts|highway|hwy|hill|hills|hollow|industrial|island|isle|junction|jct|key|landing|lane|ln|loop|mall|manor|mews|mill|oval|parade|park|parkway|pkwy|pky|pass|passage|path|pike|pk|place|pl|plaza|plz|point|pt|port|promenade|quay|ridge|river|road|rd|row|route|rte|run|saint|skyway|spur|spring|springs|square|sq|station|street|str|strasse|straße|st|terrace|terr|ter|tower|towers|trace|track|trail|trl|tunnel|turnpike|tpke|turn|valley|view|village|vista|walk|wall|way|wharf|wynd|yard';
