/** Who is in the seven later associations: companies of the first three that joined, companies they share, and their own. */
import { type AssociationCode, LATER_CODES, type LaterCode, membersAt } from './associations.js';
import type { Company } from './population.js';
import { stream } from './random.js';

/** Share of an association's members that come from the first three, and from which of them. */
const DRAWN_FROM: Record<LaterCode, readonly [share: number, from: readonly AssociationCode[]]> = {
  SOCMA: [0.03, ['NEMA']],
  AIA: [0.14, ['AGMA', 'PMA', 'NEMA']],
  NTMA: [0.13, ['PMA', 'AGMA']],
  PMPA: [0.12, ['PMA', 'AGMA']],
  FIA: [0.16, ['AGMA', 'PMA']],
  NADCA: [0.1, ['PMA', 'NEMA']],
  AFS: [0.08, ['AGMA', 'NEMA']],
};

/** Groups of the seven that share new companies, with the share of the first one's members that is so. */
const SHARED: readonly (readonly [codes: readonly LaterCode[], share: number])[] = [
  [['PMPA', 'NTMA'], 0.2],
  [['NADCA', 'AFS'], 0.14],
  [['FIA', 'AFS'], 0.1],
  [['AIA', 'NTMA'], 0.1],
  [['NADCA', 'NTMA'], 0.05],
  [['AIA', 'PMPA', 'NTMA'], 0.03],
];

export type Later = {
  joining: { company: Company; codes: LaterCode[] }[];
  /** Memberships of the companies still to be made. */
  fresh: AssociationCode[][];
};

/** The plan of a seed; `companies` are those of the first three, who keep everything but gain memberships. */
export function planLater(seed: number, size: number, companies: readonly Company[]): Later {
  const joined = new Map<Company, LaterCode[]>();
  const left = {} as Record<LaterCode, number>;
  for (const code of LATER_CODES) {
    const members = membersAt(code, size);
    const [share, from] = DRAWN_FROM[code];
    const pool = companies.filter((c) => c.memberOf.some((other) => from.includes(other)));
    const drawn = stream(seed, `joining:${code}`).sample(pool, Math.round(members * share));
    for (const company of drawn) joined.set(company, [...(joined.get(company) ?? []), code]);
    left[code] = members - drawn.length;
  }
  const fresh: AssociationCode[][] = [];
  const add = (codes: readonly LaterCode[], count: number) => {
    for (let i = 0; i < count && codes.every((code) => left[code] > 0); i++) {
      for (const code of codes) left[code]--;
      fresh.push([...codes]);
    }
  };
  for (const [codes, share] of SHARED) add(codes, Math.round(membersAt(codes[0] as LaterCode, size) * share));
  for (const code of LATER_CODES) add([code], left[code]);
  return {
    joining: [...joined].map(([company, codes]) => ({ company, codes })),
    fresh: stream(seed, 'plan:later').shuffle(fresh),
  };
}
