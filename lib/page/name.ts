/**
 * Company names: what is the name, what its legal form, and a key to compare by. The legal form is taken
 * from the end only, whole words only, repeatedly; a name made of forms alone keeps itself.
 */
import anyAscii from 'any-ascii';
import { FORMS, formAhead, splitForm } from './legal-forms.js';

export interface CompanyName {
  /** Readable: notes in brackets and "formerly" gone, all capitals set to title case. */
  name: string;
  base_name: string;
  legal_form: string | null;
  /** Lower-case ASCII words of the base name. */
  normalized: string;
}

const MINOR = new Set([
  'and',
  'of',
  'the',
  'for',
  'in',
  'at',
  'by',
  'to',
  'a',
  'an',
  'on',
  'de',
  'la',
  'le',
  'les',
  'du',
  'des',
  'di',
  'da',
  'do',
  'dos',
  'van',
  'von',
  'der',
  'den',
  'und',
  'et',
  'y',
  'e',
  'dba',
]);
/** Words of all-capital names that are no acronyms although short or without vowels. */
const SHORT_WORDS = new Set(
  'air all and art auto big box car day die dry dye far fax fit fly fox fun gas gem gun hub ice ink inn iron ivy jet job joy key kit lab law led man map max mid mill net new nut oak oil old one own pen pet pin pro raw red rod run saw sea set sky sons son spa star steel sub sun tag tap tax tea tec tek ten tie tin tip tool top toy tri two van vet war wax way web wet win wire wood yes zinc by my mr mrs dr st ft mt lake east west north south bay bar ball bell best blue bolt cap cast city coil cold core dart data east easy edge fast feed fine fire flex flow ford form gear gold gray grey gulf hand hard head heat high hill home jack john john just kent king land lane lead life lift line link long main make mark mart mesh metal mold moon near next nova owen pack page park part path paul peak penn pine pipe plan plus port post pump pure quik rack rail rapid ray rex rich ring rite rock roll roof root rose ross roth ruby safe sand seal ship shop side sign silk site snap soft spec spin spot stamp stud sure swan tech temp test time tire tone tran true tube turn twin unit vale view ward warm wash wave wear weld well wheel wide wild wind wing wise work yard york zero'.split(
    ' ',
  ),
);

export function parseCompanyName(text: string): CompanyName {
  let name = decodedTwice(text)
    .slice(0, 400)
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[®™©℠†*]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  name = name.replace(/^[•·»>|~\-–—:,.\s]+|[•·»>|~\-–—:,\s]+$/g, '');
  const quoted = /^"([^"]+)"$/.exec(name);
  if (quoted?.[1]) name = quoted[1];
  name = name.replace(
    /\s*[([{](?:formerly|fka|f\/k\/a|previously|née|was|new(?: member)?!?|hq|headquarters|member|sponsor)\b[^)\]}]{0,120}[)\]}]/gi,
    '',
  );
  name = name.replace(/,?\s+(?:formerly(?: known as)?|f\/k\/a|fka)\s.{1,120}$/i, '').trim();
  const core = name
    .replace(/,?\s+(?:d\/b\/a|dba|d\.b\.a\.|doing business as|trading as|t\/a|c\/o)\s.{1,160}$/i, '')
    .trim();
  const ahead = formAhead(core || name);
  const { base, form } = ahead ?? splitForm(core || name);
  const readable = isShouting(name) ? titleCase(name) : name;
  const baseReadable = isShouting(name) ? titleCase(base) : base;
  return { name: readable, base_name: baseReadable, legal_form: form, normalized: normalizeName(base) };
}

export function normalizeName(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  const ascii = /^[\x00-\x7f]*$/.test(text) ? text : anyAscii(text.normalize('NFC'));
  return ascii
    .toLowerCase()
    .replace(/&|\+/g, ' and ')
    .replace(/['’`.]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/^the (?=\S)/, '')
    .trim();
}

/** Lower-case letters and digits only: for telling that a host or file name is this name. */
export function nameKey(text: string): string {
  let key = keys.get(text);
  if (key === undefined) {
    if (keys.size >= MOST_KEYS) keys.clear();
    key = normalizeName(text)
      .replace(/\band\b/g, '')
      .replace(/ /g, '');
    if (text.length <= 200) keys.set(text, key);
  }
  return key;
}

/** A page's names are compared with one another many times over. */
const keys = new Map<string, string>();
const MOST_KEYS = 2000;

function isShouting(text: string): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '');
  return letters.length > 5 && letters === letters.toUpperCase() && /\s/.test(text.trim());
}

function titleCase(text: string): string {
  let first = true;
  return text.replace(/[\p{L}\p{N}'’.&]+/gu, (word) => {
    const lower = word.toLowerCase();
    const letters = lower.replace(/[^\p{L}]/gu, '');
    const start = first;
    first = false;
    const form = FORMS[letters];
    if (
      form &&
      !start &&
      letters !== 'company' &&
      letters !== 'corporation' &&
      letters !== 'incorporated' &&
      letters !== 'limited' &&
      !SHORT_WORDS.has(letters)
    ) {
      return form.replace(/\./g, '').length === letters.length
        ? word.includes('.')
          ? form
          : form.replace(/\.$/, '')
        : form;
    }
    if (!start && MINOR.has(letters)) return lower;
    if (/\d|&|\../.test(word)) return word;
    const acronym = letters.length <= 3 ? !SHORT_WORDS.has(letters) : !/[aeiouy]/.test(letters);
    if (acronym) return word;
    return lower
      .replace(/^\p{L}/u, (c) => c.toUpperCase())
      .replace(/^(Mc|O')(\p{L})/u, (_, p: string, c: string) => p + c.toUpperCase());
  });
}

function decodedTwice(text: string): string {
  return text
    .replace(/&(?:amp;)+/gi, '&')
    .replace(/&#(\d{2,6});/g, (whole, n: string) =>
      Number(n) <= 0x10ffff ? String.fromCodePoint(Number(n)) : whole,
    )
    .replace(/&nbsp;/gi, ' ')
    .replace(
      /&(quot|apos|lt|gt|ndash|mdash|rsquo|lsquo|eacute|uuml|ouml|auml);/gi,
      (_, n: string) =>
        ({
          quot: '"',
          apos: "'",
          lt: '<',
          gt: '>',
          ndash: '–',
          mdash: '—',
          rsquo: '’',
          lsquo: '‘',
          eacute: 'é',
          uuml: 'ü',
          ouml: 'ö',
          auml: 'ä',
        })[n.toLowerCase()] ?? '',
    );
}

export { hasLegalForm } from './legal-forms.js';
