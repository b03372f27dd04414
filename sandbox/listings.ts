/** The members as each association lists them: the same company, told by different clerks. */
import { type AssociationCode, CODES } from './associations.js';
import { formatPhone, stateName } from './places.js';
import { associationsOf, type Company } from './population.js';
import { hash, type Random, stream } from './random.js';
import { respell, restreet, typedWebsite } from './spelling.js';

/** Values exactly as the page shows them; null = the page shows none. */
export type Listing = {
  code: AssociationCode;
  company: Company;
  /** The site's own key of the member: an encoded id, a slug or an anchor. */
  key: string;
  name: string;
  website: string | null;
  phone: string | null;
  phoneDigits: string | null;
  fax: string | null;
  email: string | null;
  street: string | null;
  city: string;
  state: string;
  zip: string | null;
  country: string | null;
  memberSince: number;
};

/** All listings of an association, in the order of its directory (A to Z by listed name). */
export function makeListings(
  seed: number,
  companies: readonly Company[],
): Record<AssociationCode, Listing[]> {
  const out = Object.fromEntries(CODES.map((code) => [code, []])) as unknown as Record<
    AssociationCode,
    Listing[]
  >;
  for (const company of companies) {
    const spellings = new Set<string>();
    for (const code of associationsOf(company)) {
      out[code].push(list(stream(seed, `listing:${code}:${company.id}`), code, company, spellings));
    }
  }
  for (const code of CODES) {
    out[code].sort(
      (a, b) => sortKey(a.name).localeCompare(sortKey(b.name), 'en') || (a.key < b.key ? -1 : 1),
    );
    uniqueKeys(out[code]);
  }
  return out;
}

/** The heading under which a directory files a name. */
export function letterOf(name: string): string {
  const first = sortKey(name)[0] ?? '#';
  return /[A-Z]/.test(first) ? first : '#';
}

function list(r: Random, code: AssociationCode, company: Company, spellings: Set<string>): Listing {
  // those that were in one of the first three keep the clerk they had, whatever they joined since
  const shared = (company.memberOf.includes(code) ? company.memberOf : associationsOf(company)).length > 1;
  let name = '';
  for (let tries = 0; tries < 30 && (name === '' || spellings.has(name)); tries++) {
    name = respell(
      r,
      company.name,
      company.legalForm,
      shared && spellings.size > 0 ? 0.75 + tries / 100 : 0.25,
    );
  }
  // the clerk of the second list did something to it, even if only this
  if (spellings.has(name)) name = company.legalForm === '' ? `${name} Inc` : company.name;
  spellings.add(name);
  const stale = shared && r.chance(0.5);
  const address = (stale ? company.formerAddress : null) ?? company.address;
  const phoneDigits =
    (stale ? company.formerPhone : null) ?? (r.chance(0.15) ? company.tollFree : null) ?? company.phone;
  const phone = r.chance(0.96)
    ? formatPhone(
        phoneDigits,
        r.weighted([
          [0, 5],
          [1, 5],
          [2, 2],
          [3, 0.7],
          [4, 0.4],
          [5, 0.4],
        ]),
      )
    : null;
  const linked = r.chance(0.2) && company.formerDomain !== null ? company.formerDomain : company.domain;
  const website = linked !== null && r.chance(0.97) ? typedWebsite(r, linked, company.secure) : null;
  const full = r.chance(code === 'NEMA' ? 0.15 : CODED_STATES.has(code) ? 0 : 0.04);
  const plus4 = r.chance(0.15) ? `-${r.int(1001, 9899)}` : '';
  return shown({
    code,
    company,
    key: keyOf(code, company, name),
    name,
    website,
    phone,
    phoneDigits: phone === null ? null : phoneDigits,
    fax: company.fax === null || WITHOUT_FAX.has(code) ? null : formatPhone(company.fax, r.int(0, 2)),
    email: company.email !== null && WITH_EMAIL.has(code) && r.chance(0.5) ? company.email : null,
    street: r.chance(0.97) ? (r.chance(0.35) ? restreet(r, address.street) : address.street) : null,
    city: r.chance(0.03) ? address.city.toUpperCase() : address.city,
    state: full ? stateName(address.state) : address.state,
    zip: r.chance(0.97) ? address.zip + plus4 : null,
    country: code === 'PMA' ? 'United States' : code === 'AGMA' || code === 'AFS' ? 'US' : null,
    memberSince: Math.max(company.founded + r.int(1, 12), r.int(1951, 2025)),
  });
}

const WITHOUT_FAX: ReadonlySet<AssociationCode> = new Set(['NEMA', 'AIA', 'NTMA', 'PMPA', 'AFS']);
const WITH_EMAIL: ReadonlySet<AssociationCode> = new Set(['AGMA', 'NADCA']);
const CODED_STATES: ReadonlySet<AssociationCode> = new Set(['AFS', 'AIA']);

/** Leaves out what an association's pages do not show, and writes the rest as they do. */
function shown(m: Listing): Listing {
  if (m.code === 'AIA') return { ...m, street: null, zip: null };
  if (m.code === 'AFS') {
    const street = m.street?.toUpperCase() ?? null;
    return { ...m, phone: null, phoneDigits: null, street, city: m.city.toUpperCase() };
  }
  return m;
}

function keyOf(code: AssociationCode, company: Company, name: string): string {
  // an encoded record number, which tells nothing about the company
  if (code === 'PMA') {
    return Buffer.from(`${hash(`pma ${company.id}`)}`.padStart(10, '0'))
      .toString('hex')
      .toUpperCase();
  }
  if (code === 'SOCMA') return stream(0, `socma ${company.id}`).hex(32).toUpperCase();
  if (code === 'NADCA') {
    const hex = stream(0, `nadca ${company.id}`).hex(32);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[.']/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function uniqueKeys(listings: Listing[]): void {
  const seen = new Map<string, number>();
  for (const listing of listings) {
    const count = (seen.get(listing.key) ?? 0) + 1;
    seen.set(listing.key, count);
    // as WordPress does with the second post of a title
    if (count > 1) listing.key += `-${count}`;
  }
}

const sortKey = (name: string): string =>
  name
    .replace(/^The /i, '')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .toUpperCase();
