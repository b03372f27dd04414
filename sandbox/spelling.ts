/** One company, many spellings: what a membership clerk makes of a name, a street and a website. */
import type { Random } from './random.js';

const LONG_AND_SHORT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bManufacturing\b/, ['Mfg.', 'Mfg', 'Manufacturing']],
  [/ & /, [' and ', ' & ']],
  [/\bIndustries\b/, ['Ind.', 'Industries']],
  [/\bInternational\b/, ["Int'l", 'Intl.', 'International']],
  [/\bTechnologies\b/, ['Technology', 'Tech.', 'Technologies']],
  [/\bEngineering\b/, ['Engrg.', 'Engineering']],
  [/\bProducts\b/, ['Prod.', 'Products', 'Products']],
  [/\bBrothers\b/, ['Bros.', 'Brothers']],
  [/\bElectrical?\b/, ['Elec.', 'Electric', 'Electrical']],
  [/\bMachine\b/, ['Mach.', 'Machine', 'Machine']],
];

const SAME_FORM: Record<string, readonly string[]> = {
  'Inc.': ['Inc.', 'Inc', ', Inc.', 'Incorporated', '', ', INC.'],
  LLC: ['LLC', ', LLC', 'L.L.C.', ''],
  'Co.': ['Co.', 'Company', 'Co', '', 'Co., Inc.'],
  'Corp.': ['Corp.', 'Corporation', 'Corp', ''],
  Corporation: ['Corporation', 'Corp.', ''],
  Company: ['Company', 'Co.', ''],
  'Ltd.': ['Ltd.', 'Ltd', ', Ltd.', 'Limited', ''],
  Incorporated: ['Incorporated', 'Inc.', ''],
  LP: ['LP', 'L.P.', ''],
  '': ['', '', 'Inc.', 'LLC', 'Co.'],
};

/** Name and legal form together, as the company itself writes them. */
export const join = (name: string, form: string): string =>
  form === '' ? name : form.startsWith(',') ? `${name}${form}` : `${name} ${form}`;

/** Another way of writing the same company; `strength` 0 keeps it nearly as it is, 1 changes much. */
export function respell(r: Random, name: string, form: string, strength: number): string {
  let out = name;
  for (const [pattern, choices] of LONG_AND_SHORT) {
    if (pattern.test(out) && r.chance(strength * 0.7)) out = out.replace(pattern, r.pick(choices));
  }
  if (out.startsWith('The ') ? r.chance(strength * 0.7) : r.chance(strength * 0.06)) {
    out = out.startsWith('The ') ? out.slice(4) : `The ${out}`;
  }
  if (/^([A-Z]\.){2,}/.test(out) && r.chance(strength * 0.6)) {
    out = out.replace(/^((?:[A-Z]\.)+)/, (dots) => dots.replaceAll('.', r.chance(0.5) ? '' : '. ').trim());
  }
  if (out.includes('-') && r.chance(strength * 0.4)) out = out.replace('-', ' ');
  if (r.chance(strength * 0.1)) out = typo(r, out);
  const forms = SAME_FORM[form] ?? [form];
  const full = join(out, r.chance(strength) ? r.pick(forms) : form);
  if (r.chance(strength * 0.05)) return full.toUpperCase();
  return full;
}

/** The same street, abbreviated or written out. */
export function restreet(r: Random, street: string): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['Street', 'St.'],
    ['Avenue', 'Ave'],
    ['Road', 'Rd'],
    ['Drive', 'Dr.'],
    ['Boulevard', 'Blvd'],
    ['Parkway', 'Pkwy'],
    ['North', 'N'],
    ['South', 'S'],
    ['East', 'E'],
    ['West', 'W'],
    ['Suite', 'Ste'],
    ['PO Box', 'P.O. Box'],
  ];
  return pairs.reduce(
    (out, [long, short]) => (r.chance(0.6) ? out.replace(new RegExp(`\\b${long}\\b`), short) : out),
    street,
  );
}

/** A website as a member would have typed it into a form. */
export function typedWebsite(r: Random, domain: string, secure: boolean): string {
  const scheme = secure && r.chance(0.6) ? 'https' : 'http';
  const host = r.chance(0.8) ? `www.${domain}` : domain;
  return r.weighted([
    [`${scheme}://${host}`, 6],
    [`${scheme}://${host}/`, 3],
    [`${scheme}://${host.toUpperCase()}`, 0.3],
  ]);
}

function typo(r: Random, text: string): string {
  const at = r.int(2, Math.max(2, text.length - 3));
  const [a = '', b = ''] = [text[at], text[at + 1]];
  if (!/[a-z]/.test(a) || !/[a-z]/.test(b)) return text;
  return r.chance(0.5)
    ? text.slice(0, at) + b + a + text.slice(at + 2)
    : text.slice(0, at) + text.slice(at + 1);
}
