/** Legal forms of companies: which there are, and how one is told at the end or the beginning of a name. */
import anyAscii from 'any-ascii';

/** Canonical spelling by the form's letters alone. Sources: GLEIF entity legal forms, the frequent ones. */
export const FORMS: Readonly<Record<string, string>> = {
  inc: 'Inc.',
  incorporated: 'Inc.',
  incorporation: 'Inc.',
  llc: 'LLC',
  lc: 'LC',
  llp: 'LLP',
  lllp: 'LLLP',
  lp: 'LP',
  pllc: 'PLLC',
  pc: 'PC',
  pa: 'PA',
  plc: 'PLC',
  ltd: 'Ltd.',
  limited: 'Ltd.',
  limitedliabilitycompany: 'LLC',
  limitedliabilitypartnership: 'LLP',
  limitedpartnership: 'LP',
  professionalcorporation: 'PC',
  publiclimitedcompany: 'PLC',
  oyab: 'Oy AB',
  corp: 'Corp.',
  corporation: 'Corp.',
  co: 'Co.',
  company: 'Co.',
  ulc: 'ULC',
  ltda: 'Ltda.',
  ltee: 'Ltée',
  limitee: 'Ltée',
  gmbh: 'GmbH',
  ggmbh: 'gGmbH',
  mbh: 'mbH',
  ag: 'AG',
  kg: 'KG',
  kgaa: 'KGaA',
  ohg: 'OHG',
  ug: 'UG',
  ek: 'e.K.',
  ev: 'e.V.',
  se: 'SE',
  sa: 'S.A.',
  sas: 'SAS',
  sarl: 'SARL',
  eurl: 'EURL',
  sasu: 'SASU',
  srl: 'S.r.l.',
  spa: 'S.p.A.',
  snc: 'S.n.c.',
  sl: 'S.L.',
  slu: 'S.L.U.',
  sadecv: 'S.A. de C.V.',
  srldecv: 'S. de R.L. de C.V.',
  sderldecv: 'S. de R.L. de C.V.',
  sapidecv: 'S.A.P.I. de C.V.',
  decv: 'de C.V.',
  bv: 'B.V.',
  nv: 'N.V.',
  cv: 'C.V.',
  vof: 'V.O.F.',
  bvba: 'BVBA',
  sprl: 'SPRL',
  ab: 'AB',
  as: 'AS',
  asa: 'ASA',
  aps: 'ApS',
  oy: 'Oy',
  oyj: 'Oyj',
  hf: 'hf.',
  ehf: 'ehf.',
  pty: 'Pty',
  ptyltd: 'Pty Ltd',
  pte: 'Pte',
  pteltd: 'Pte Ltd',
  pvt: 'Pvt',
  pvtltd: 'Pvt Ltd',
  privatelimited: 'Pvt Ltd',
  sdnbhd: 'Sdn Bhd',
  bhd: 'Bhd',
  tbk: 'Tbk',
  kk: 'K.K.',
  gk: 'G.K.',
  spzoo: 'Sp. z o.o.',
  spk: 'Sp.k.',
  sro: 's.r.o.',
  doo: 'd.o.o.',
  dd: 'd.d.',
  kft: 'Kft.',
  zrt: 'Zrt.',
  nyrt: 'Nyrt.',
  rt: 'Rt.',
  ou: 'OÜ',
  uab: 'UAB',
  sia: 'SIA',
  ooo: 'OOO',
  oao: 'OAO',
  zao: 'ZAO',
  pjsc: 'PJSC',
  jsc: 'JSC',
  fzco: 'FZCO',
  fze: 'FZE',
  wll: 'W.L.L.',
  cic: 'CIC',
  cdc: 'CDC',
  pbc: 'PBC',
  sc: 'S.C.',
};
/** Too short or too much a word to be a form when written in plain lower or title case. */
const ONLY_MARKED = new Set([
  'pa',
  'pc',
  'as',
  'se',
  'sa',
  'sl',
  'ab',
  'co',
  'lc',
  'rt',
  'dd',
  'ou',
  'cv',
  'ag',
  'sc',
  'cdc',
  'spa',
  'ek',
  'ev',
  'gk',
  'kk',
  'hf',
  'sia',
  'sas',
]);
export function hasLegalForm(text: string): boolean {
  // Prose and menu lines, most of what is asked, end in a small word that is no form.
  return !/[a-z]{7}\W*$/.test(text) || /(?:limited|company|ration|orated|ership)\W*$/.test(text)
    ? splitForm(text).form !== null
    : false;
}

/** Where the form stands before the name: "ООО «Ромашка»", "株式会社アクメ"; the latter also stands after it. */
export function formAhead(name: string): { base: string; form: string | null } | null {
  const m =
    /^(ООО|ОАО|ЗАО|ПАО|АО|株式会社|有限会社|合同会社|(?:PT|CV)\.?(?=\s))\s*["«“]?(.*?[\p{L}\d])["»”]?$/u.exec(
      name,
    ) ?? /^(?=(.*)$)(.*?[\p{L}\d])\s*(?:株式会社|有限会社|合同会社|有限公司)$/u.exec(name);
  const base = m?.[2]?.trim();
  if (!m || !base) return null;
  const word = /[ぁ-ヿ一-鿿]/u.test(m[1] ?? '')
    ? (/(株式会社|有限会社|合同会社|有限公司)/u.exec(name)?.[1] ?? '')
    : (m[1] ?? '').replace('.', '');
  return { base, form: AHEAD[word] ?? null };
}

const AHEAD: Readonly<Record<string, string>> = {
  ООО: 'OOO',
  ОАО: 'OAO',
  ЗАО: 'ZAO',
  ПАО: 'PAO',
  АО: 'AO',
  株式会社: 'K.K.',
  有限会社: 'Y.K.',
  合同会社: 'G.K.',
  有限公司: 'Co. Ltd.',
  PT: 'PT',
  CV: 'C.V.',
};

export function splitForm(name: string): { base: string; form: string | null } {
  let base = name;
  const forms: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const hit = lastForm(base);
    if (!hit) break;
    base = hit.rest;
    forms.unshift(hit.form);
  }
  if (forms.length === 0) return { base: name, form: null };
  return { base, form: forms.join(' ') };
}

/** The last word without its dots, in lower case. A loop from the end: most of what is asked has no form. */
function endWord(name: string): string {
  const start = Math.max(0, name.length - 24);
  let end = name.length;
  while (end > start && !LETTER.test(name.charAt(end - 1))) end -= 1;
  let from = end;
  while (from > start && !BREAK.test(name.charAt(from - 1))) from -= 1;
  const word = name.slice(from, end).toLowerCase();
  return word.includes('.') ? word.replaceAll('.', '') : word;
}

const LETTER = /\p{L}/u;
const BREAK = /[\s,(&+]/;

/** The longest form of one to six trailing tokens (`S. de R.L. de C.V.`), if a name is left before it. */
function lastForm(name: string): { rest: string; form: string } | null {
  const lastWord = endWord(name);
  // Every form ends in one of its known words or in single letters: most names end here.
  if (
    lastWord.length > 2 &&
    lastWord !== 'partnership' &&
    !/\P{ASCII}/u.test(lastWord) &&
    !FORMS[lastWord.replace(/\W/g, '')]
  )
    return null;
  const tokens = [...name.matchAll(/[^\s,()]+/g)].slice(-8);
  for (let take = Math.min(6, tokens.length); take >= 1; take -= 1) {
    const first = tokens[tokens.length - take];
    if (!first) continue;
    const raw = name.slice(first.index);
    const letters = anyAscii(raw)
      .toLowerCase()
      .replace(/[^a-z]/g, '');
    const form = FORMS[letters];
    if (!form || /\d/.test(raw)) continue;
    const rest = name
      .slice(0, first.index)
      .replace(/[\s,(&+–-]+$/, (tail) => (tail.includes(')') ? tail : ''))
      .trim();
    if (!/[\p{L}\p{N}]/u.test(rest)) return null;
    const before = name.slice(0, first.index);
    const marked =
      /[.,]/.test(raw) ||
      /,\s*$/.test(before) ||
      raw === raw.toUpperCase() ||
      raw === form ||
      letters === 'co';
    if (ONLY_MARKED.has(letters) && !marked) continue;
    // Single letters one by one ("L L C") are a form only when all are single.
    if (
      take > 1 &&
      !/decv$|zoo$|bhd$|ltd$|privatelimited$|^limitedl|^limitedp|^professional|^public|^oyab$/.test(
        letters,
      ) &&
      tokens.slice(-take).some((t) => t[0].replace(/\W/g, '').length > 1)
    )
      continue;
    return { rest, form };
  }
  return null;
}
