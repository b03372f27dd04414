/**
 * Synthetic companies with the truth known: one to four records of each place of a company, in lists that spell, shorten,
 * leave out and mistake. From a seed, so that every run and every machine has the same file. None of it is taken from
 * real companies, and no word list of the resolver is used.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface Synthetic {
  records: number;
  truePairs: number;
}

const starts =
  'al bra cor del em fal gar hol in jor kes lan mor nor os pel quin ros sten tor ul ver wes yar zel'.split(
    ' ',
  );
const middles =
  'ba da ga la ma na ra sa ta va be de le me ne re se te bi di li mi ni ri si ti bo do lo mo no ro so to'.split(
    ' ',
  );
const ends =
  'ber den field ford gate ham ker land ley man mere ner ridge son stead ton ver well wick worth'.split(' ');
const trades =
  'Tool,Machine,Stamping,Gear,Plastics,Foundry,Wire,Spring,Forge,Metal Products,Controls,Coatings,Fasteners,Die Casting,Welding,Hydraulics,Packaging,Instruments,Precision,Valve'.split(
    ',',
  );
const forms = ['Inc', 'Inc.', 'LLC', 'Corp', 'Corporation', 'Co', 'Company', 'Ltd', '', ''];
const kinds = ['Manufacturing', 'Industries', 'Technologies', 'Systems', 'Group', '', '', ''];
const short: Record<string, string> = {
  Manufacturing: 'Mfg',
  Industries: 'Ind',
  Technologies: 'Tech',
  Systems: 'Sys',
  Machine: 'Mach',
  Street: 'St',
  Avenue: 'Ave',
  Road: 'Rd',
  Drive: 'Dr',
};
const streetTypes = ['Street', 'Avenue', 'Road', 'Drive'];
const states = 'OH MI IL IN PA NY TX CA WI MN GA NC TN MO KY'.split(' ');

/** Small, fast, even; Tommy Ettinger's mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Writes `records` (the columns of resolve-file) and `truth` (id, cluster; a cluster is one place of one company). */
export async function writeCompanies(
  size: number,
  seed: number,
  records: string,
  truth: string,
): Promise<Synthetic> {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const chance = (p: number) => random() < p;
  const whole = (n: number) => Math.floor(random() * n);
  const word = () => {
    const w = pick(starts) + (chance(0.7) ? pick(middles) : '') + pick(ends);
    return w[0]!.toUpperCase() + w.slice(1);
  };
  const slip = (text: string) => {
    if (text.length < 4) return text;
    const at = 1 + whole(text.length - 2);
    const kind = whole(3);
    if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
    if (kind === 1) return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
    return text.slice(0, at) + pick([...'aeioustrn']) + text.slice(at + 1);
  };
  const abbreviated = (text: string) =>
    text
      .split(' ')
      .map((w) => short[w] ?? w)
      .join(' ');

  const [out, known] = [createWriteStream(records), createWriteStream(truth)];
  const write = async (stream: typeof out, line: string) => {
    if (!stream.write(line)) await once(stream, 'drain');
  };
  await write(out, 'id,source,name,website,phone,street,city,state,zip,email\n');
  await write(known, 'id,cluster\n');
  let [made, place, truePairs] = [0, 0, 0];
  while (made < size) {
    // a third of the names are built on one of few family names, as in truth
    const family = chance(0.3)
      ? `${pick(starts)}${pick(ends)}`.replace(/^./, (c) => c.toUpperCase())
      : word();
    const kind = pick(kinds);
    const name = [family, chance(0.25) ? word() : '', pick(trades), kind].filter(Boolean).join(' ');
    const form = pick(forms);
    const domain =
      `${family}${pick(['', '', 'mfg', 'co', 'usa', 'group'])}${chance(0.5) ? whole(900) : ''}.com`.toLowerCase();
    for (let site = 0, sites = chance(0.12) ? 2 : 1; site < sites && made < size; site++, place++) {
      const state = whole(states.length);
      const zip = String(10_000 + state * 5_500 + whole(900) * 6);
      const at = {
        street: `${1 + whole(9800)} ${word()} ${pick(streetTypes)}`,
        city: `${pick(starts)}${pick(ends)}`,
        zip,
      };
      const phone = `${200 + state * 41 + whole(9)}${String(2_000_000 + whole(7_900_000))}`;
      const copies = Math.min(size - made, pick([1, 1, 1, 2, 2, 3, 4]));
      truePairs += (copies * (copies - 1)) / 2;
      const first = whole(8);
      for (let copy = 0; copy < copies; copy++) {
        let listed = chance(0.3) ? abbreviated(name) : name;
        if (chance(0.1)) listed = slip(listed);
        if (chance(0.15) && listed.split(' ').length > 2) listed = listed.split(' ').slice(0, -1).join(' ');
        if (chance(0.6) && form) listed += `${chance(0.5) ? ',' : ''} ${form}`;
        if (chance(0.15)) listed = listed.toUpperCase();
        const digits = chance(0.08) ? phone.slice(0, 9) + whole(10) : phone;
        const number = chance(0.5)
          ? `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`
          : digits;
        let street = chance(0.5) ? abbreviated(at.street) : at.street;
        if (chance(0.05)) street = slip(street);
        if (chance(0.06)) street += `, Suite ${1 + whole(40)}`;
        const moved = chance(0.03);
        const cells = [
          `r${made.toString(36)}`,
          `list${(first + copy) % 8}`,
          `"${listed}"`,
          chance(0.55) ? `https://www.${domain}` : '',
          chance(0.7) ? number : '',
          chance(0.85) ? `"${moved ? `PO Box ${whole(9000)}` : street}"` : '',
          chance(0.9) ? at.city : '',
          chance(0.95) ? states[state] : '',
          chance(0.8) ? zip : '',
          chance(0.2) ? `info@${domain}` : '',
        ];
        await write(out, `${cells.join(',')}\n`);
        await write(known, `${cells[0]},${place}\n`);
        made++;
      }
    }
  }
  for (const stream of [out, known]) {
    stream.end();
    await once(stream, 'finish');
  }
  return { records: made, truePairs };
}
