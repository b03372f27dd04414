/** When two printed values are the same: differences of notation do not count, all others do. */

export type Shape = 'company' | 'event' | 'participant';

/** `always`: a value that the page does not have is an error. `if asked`: scored where it is written down. */
type Rule = 'always' | 'if asked';

export const shapes: Readonly<Record<Shape, Readonly<Record<string, Rule>>>> = {
  company: {
    website: 'always',
    phone: 'always',
    fax: 'always',
    email: 'always',
    street: 'always',
    city: 'always',
    state: 'always',
    postal_code: 'always',
    country: 'if asked',
    phones: 'if asked',
    emails: 'if asked',
    locations: 'if asked',
    contacts: 'if asked',
    description: 'if asked',
    categories: 'if asked',
    profile_url: 'if asked',
  },
  event: {
    start_date: 'always',
    end_date: 'always',
    venue: 'always',
    street: 'always',
    city: 'always',
    state: 'always',
    url: 'if asked',
  },
  participant: {
    role: 'if asked',
    company: 'always',
    title: 'always',
    level: 'always',
    booth: 'always',
    website: 'always',
    profile_url: 'if asked',
    category: 'if asked',
  },
};

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The national number: country code 1 and extension are notation. */
const phone = (text: string): string =>
  text
    .replace(/(?:\bext(?:ension)?|\bx|#)[\s.:]*\d+\s*$/i, '')
    .replace(/\D/g, '')
    .replace(/^1(?=\d{10}$)/, '');

/** Host and path: scheme, `www.`, a slash at the end and campaign parameters are notation. */
function web(text: string): string {
  const address = /^[a-z][\w+.-]*:/i.test(text) ? text : `http://${text.trim()}`;
  if (!URL.canParse(address)) return text.trim().toLowerCase();
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()])
    if (/^utm_|^[gf]clid$/.test(name)) url.searchParams.delete(name);
  return `${url.host.replace(/^www\./, '')}${url.pathname.replace(/\/+$/, '')}${url.search}`;
}

const postalCode = (text: string): string => {
  const code = text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return /^\d{9}$/.test(code) ? code.slice(0, 5) : code;
};

const forms: Readonly<Record<string, (text: string) => string>> = {
  website: web,
  profile_url: web,
  url: web,
  phone,
  phones: phone,
  fax: phone,
  email: (text) => text.trim().toLowerCase(),
  emails: (text) => text.trim().toLowerCase(),
  postal_code: postalCode,
};

export const normalised = (field: string, text: string): string => (forms[field] ?? fold)(text);

/** A field's value in comparable pieces: none, one, or one for each entry of a list. */
export function parts(field: string, value: unknown, record: Readonly<Record<string, unknown>>): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (field === 'end_date' && value === record.start_date) return []; // a day that ends on itself
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => entry(field, one)))];
  const text = normalised(field, String(value));
  return text === '' ? [] : [text];
}

function entry(field: string, one: unknown): string[] {
  if (typeof one !== 'object' || one === null) return [normalised(field, String(one))];
  const { name, title, street, city, postal_code } = one as Readonly<Record<string, string | null>>;
  if (field === 'contacts') return [[name, title].map((v) => fold(v ?? '')).join(', ')];
  return [[fold(street ?? ''), fold(city ?? ''), postalCode(postal_code ?? '')].join(', ')];
}
