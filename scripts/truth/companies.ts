/** What RESOLUTION and ENRICHMENT made of the members: pairs that belong together, and the ERP of each company. */
import type { AnyRow } from '../../lib/lake/duck.js';
import type { LakeMember } from './lake-side.js';
import type { TrueMember, Truth } from './members.js';
import { type Misses, type Score, score, share } from './score.js';

type Group = Map<string, LakeMember[]>;

/**
 * Pairs of members in one company against pairs of one true company. A true membership that was not found costs the
 * pairs it should have been in. A member that is nobody's is a company of its own in truth.
 */
export function scorePairs(
  members: readonly LakeMember[],
  companyOf: ReadonlyMap<LakeMember, string>,
  missed: readonly TrueMember[],
  crossOnly: boolean,
): Score {
  const truthOfMember = (m: LakeMember) => companyOf.get(m) ?? `nobody ${m.member_id}`;
  const counts = (a: { association: string }, b: { association: string }) =>
    !crossOnly || a.association !== b.association;
  const byTruth = new Map<string, { association: string }[]>();
  for (const m of members) push(byTruth, truthOfMember(m), m);
  for (const m of missed) push(byTruth, m.company_id, { association: m.association_code });
  let [expected, predicted, correct] = [0, 0, 0];
  for (const group of byTruth.values()) eachPair(group, (a, b) => (expected += counts(a, b) ? 1 : 0));
  for (const group of groupByCompany(members).values()) {
    eachPair(group, (a, b) => {
      if (!counts(a, b)) return;
      predicted += 1;
      if (truthOfMember(a) === truthOfMember(b)) correct += 1;
    });
  }
  return score(expected, predicted, correct);
}

/** Examples of pairs that were wrongly joined or left apart. */
export function pairMisses(
  members: readonly LakeMember[],
  companyOf: ReadonlyMap<LakeMember, string>,
  misses: Misses,
): void {
  const shown = (m: LakeMember) =>
    `${m.association} ${m.values.name} (${m.values.city ?? '?'}, ${m.values.website ?? '-'}, ${m.values.phone ?? '-'})`;
  const report = (kind: 'extra' | 'missing', a: LakeMember, b: LakeMember) =>
    misses.add({
      association: 'all',
      measure: 'resolution',
      kind,
      subject: `${shown(a)}  |  ${shown(b)}`,
      expected: `${companyOf.get(a) ?? 'nobody'} and ${companyOf.get(b) ?? 'nobody'}`,
      got: kind === 'extra' ? 'one company' : 'two companies',
      where: `${a.member_id} ${b.member_id}`,
    });
  for (const group of groupByCompany(members).values()) {
    eachPair(group, (a, b) => {
      if (companyOf.get(a) === undefined || companyOf.get(a) !== companyOf.get(b)) report('extra', a, b);
    });
  }
  const byTruth: Group = new Map();
  for (const m of members) if (companyOf.has(m)) push(byTruth, companyOf.get(m)!, m);
  for (const group of byTruth.values()) {
    eachPair(group, (a, b) => {
      if (a.company_id === null || a.company_id !== b.company_id) report('missing', a, b);
    });
  }
}

function groupByCompany(members: readonly LakeMember[]): Group {
  const groups: Group = new Map();
  for (const m of members) if (m.company_id !== null) push(groups, m.company_id, m);
  return groups;
}

function push<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

function eachPair<T>(group: readonly T[], visit: (a: T, b: T) => void): void {
  for (let i = 0; i < group.length; i += 1) {
    for (let j = i + 1; j < group.length; j += 1) visit(group[i]!, group[j]!);
  }
}

/** The true company that most members of each company of the lake speak of. */
export function trueCompanies(
  members: readonly LakeMember[],
  companyOf: ReadonlyMap<LakeMember, string>,
): Map<string, string> {
  const votes = new Map<string, Map<string, number>>();
  for (const m of members) {
    const truth = companyOf.get(m);
    if (m.company_id === null || truth === undefined) continue;
    const tally = votes.get(m.company_id) ?? new Map<string, number>();
    tally.set(truth, (tally.get(truth) ?? 0) + 1);
    votes.set(m.company_id, tally);
  }
  return new Map(
    [...votes].map(([id, tally]) => [
      id,
      [...tally].sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))[0]![0],
    ]),
  );
}

export interface ErpScore extends Score {
  /** Companies whose ERP cannot be seen from outside, and how many were given one all the same. */
  hidden: number;
  hidden_named: number;
  hidden_right: number;
  /** Companies that run none, and how many were given one. */
  without: number;
  without_named: number;
  /** Of all ERP that the lake names, the share that is right. */
  precision_of_all: number | null;
}

/** What the config says of a product. */
export type Vendor = { id: string; product: string; kind: string };

/** ERP of the companies: precision and recall where it can be seen from outside, false ones where it is not. */
export function scoreErp(
  truths: readonly Truth['companies'][number][],
  companies: readonly AnyRow[],
  trueCompany: ReadonlyMap<string, string>,
  vendors: readonly Vendor[],
  misses: Misses,
): ErpScore {
  const ids = new Map(vendors.map((v) => [v.product, v.id]));
  const notErp = new Set(vendors.filter((v) => v.kind !== 'erp').map((v) => v.id));
  const named = new Map<string, AnyRow[]>();
  for (const row of companies) {
    const truth = trueCompany.get(String(row.company_id));
    if (truth !== undefined && row.erp_system !== null) push(named, truth, row);
  }
  const n = {
    expected: 0,
    predicted: 0,
    correct: 0,
    hidden: 0,
    hidden_named: 0,
    hidden_right: 0,
    without: 0,
    without_named: 0,
  };
  for (const truth of truths) {
    const rows = named.get(truth.company_id) ?? [];
    const systems = rows.map((r) => String(r.erp_system));
    const right =
      truth.erp_id !== null && systems.some((s) => ids.get(s) === truth.erp_id || s === truth.erp_name);
    const miss = (kind: 'missing' | 'wrong' | 'extra') =>
      misses.add({
        association: 'all',
        measure: 'erp',
        kind,
        subject: `${truth.company_id} ${truth.name} ${truth.domain ?? ''}`.trim(),
        expected:
          truth.erp_name === null
            ? null
            : `${truth.erp_name} (seen in: ${truth.erp_visible_in.join(', ') || 'nothing'})`,
        got: systems.join(', ') || null,
        where: rows.map((r) => String(r.erp_evidence ?? '')).join(' ') || null,
      });
    // who keeps the books with QuickBooks has no ERP, by what config/vendors.yaml counts as one
    const runsErp = truth.erp_id !== null && !notErp.has(truth.erp_id);
    if (runsErp && truth.erp_visible_in.length > 0) {
      n.expected += 1;
      n.predicted += systems.length;
      if (right) n.correct += 1;
      else miss(systems.length > 0 ? 'wrong' : 'missing');
    } else if (runsErp) {
      n.hidden += 1;
      n.hidden_named += systems.length;
      if (right) n.hidden_right += 1;
      else if (systems.length > 0) miss('wrong');
    } else {
      n.without += 1;
      n.without_named += systems.length;
      if (systems.length > 0) miss('extra');
    }
  }
  const { expected, predicted, correct, ...rest } = n;
  const all = predicted + n.hidden_named + n.without_named;
  return {
    ...score(expected, predicted, correct),
    ...rest,
    precision_of_all: share(correct + n.hidden_right, all),
  };
}
