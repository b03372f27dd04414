/** Which member of the lake is which of the truth, and how right its fields are. */
import type { truthOf } from '../../sandbox/truth.js';
import { FIELDS, type Field, nameKey, nameWords, phoneKey, sameValue } from './compare.js';
import { type LakeMember, urlKey } from './lake-side.js';
import { type Misses, type Score, score } from './score.js';

export type Truth = ReturnType<typeof truthOf>;
export type TrueMember = Truth['memberships'][number];

export interface Matching {
  /** One truth, one member: what counts as found. */
  pairs: Map<LakeMember, TrueMember>;
  /** The company each member speaks of, a second copy of it included. */
  companyOf: Map<LakeMember, string>;
}

interface Candidate {
  member: LakeMember;
  truth: TrueMember;
  points: number;
}

/** Pairs the members of one association with the truth, the surest first. */
export function matchMembers(members: readonly LakeMember[], truths: readonly TrueMember[]): Matching {
  const index = indexOf(truths);
  const candidates = members.flatMap((member) =>
    [...candidatesOf(member, index)].map((truth) => ({ member, truth, points: likeness(member, truth) })),
  );
  const good = candidates
    .filter((c) => c.points >= ENOUGH)
    .sort((a, b) => b.points - a.points || (a.member.member_id < b.member.member_id ? -1 : 1));
  const pairs = new Map<LakeMember, TrueMember>();
  const companyOf = new Map<LakeMember, string>();
  const taken = new Set<TrueMember>();
  for (const { member, truth } of good as Candidate[]) {
    if (!companyOf.has(member)) companyOf.set(member, truth.company_id);
    if (pairs.has(member) || taken.has(truth)) continue;
    pairs.set(member, truth);
    taken.add(truth);
    companyOf.set(member, truth.company_id);
  }
  return { pairs, companyOf };
}

/** A profile page alone is not enough (a banner on it is no member), nor is a telephone number; two signs are. */
const ENOUGH = 5;

function likeness(member: LakeMember, truth: TrueMember): number {
  const { name, phone, street, postal_code, website } = member.values;
  let points = 0;
  if (truth.profile_url) {
    const profile = urlKey(truth.profile_url);
    if (member.profiles.has(profile) || member.pages.has(profile)) points += 4;
  }
  if (member.pages.has(urlKey(truth.page_url))) points += 0.5;
  if (name !== null && nameKey(name) === nameKey(truth.name)) points += 5;
  else if (name !== null) points += 3 * overlap(nameWords(name), nameWords(truth.name));
  if (name === truth.name) points += 0.25;
  if (phone && truth.phone && phoneKey(phone) === phoneKey(truth.phone)) points += 2;
  if (website && truth.website && sameValue('website', truth.website, website)) points += 2;
  if (street && truth.street && sameValue('street', truth.street, street)) points += 1;
  if (postal_code && truth.postal_code && sameValue('postal_code', truth.postal_code, postal_code))
    points += 1;
  return points;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  return both / Math.max(1, a.size, b.size);
}

type Index = Map<string, TrueMember[]>;

function indexOf(truths: readonly TrueMember[]): Index {
  const index: Index = new Map();
  const put = (key: string, truth: TrueMember) => index.set(key, [...(index.get(key) ?? []), truth]);
  for (const truth of truths) {
    if (truth.profile_url) put(`u ${urlKey(truth.profile_url)}`, truth);
    put(`n ${nameKey(truth.name)}`, truth);
    if (truth.phone) put(`p ${phoneKey(truth.phone)}`, truth);
  }
  return index;
}

function candidatesOf(member: LakeMember, index: Index): Set<TrueMember> {
  const { name, phone } = member.values;
  const keys = [...member.profiles, ...member.pages].map((url) => `u ${url}`);
  if (name) keys.push(`n ${nameKey(name)}`);
  if (phone) keys.push(`p ${phoneKey(phone)}`);
  return new Set(keys.flatMap((key) => index.get(key) ?? []));
}

/** How many of the members that one may ask for were found, and which are invented, double, or were not to be had. */
export function scoreMembers(
  code: string,
  members: readonly LakeMember[],
  truths: readonly TrueMember[],
  { pairs, companyOf }: Matching,
  misses: Misses,
): Score {
  const found = new Set(pairs.values());
  const wanted = new Set(truths);
  for (const truth of truths) {
    if (found.has(truth)) continue;
    const where = truth.profile_url ?? truth.page_url;
    misses.add({
      association: code,
      measure: 'members',
      kind: 'missing',
      subject: truth.name,
      expected: truth.name,
      got: null,
      where,
    });
  }
  for (const member of members) {
    const pair = pairs.get(member);
    if (pair && wanted.has(pair)) continue;
    const got = pair
      ? 'a member that nobody may ask for'
      : companyOf.has(member)
        ? `a second copy of ${companyOf.get(member)}`
        : 'no such member';
    const subject = member.values.name ?? '';
    misses.add({
      association: code,
      measure: 'members',
      kind: 'extra',
      subject,
      expected: null,
      got,
      where: member.where,
    });
  }
  return score(truths.length, members.length, truths.filter((t) => found.has(t)).length);
}

/**
 * Fields of the members: precision over the values of members that were found, recall over all values of the truth,
 * those of members that were not found included.
 */
export function scoreFields(
  code: string,
  truths: readonly TrueMember[],
  { pairs }: Matching,
  misses: Misses,
): Record<Field, Score> {
  const memberOf = new Map([...pairs].map(([member, truth]) => [truth, member]));
  const scored = FIELDS.map((field): [Field, Score] => {
    let [expected, predicted, correct] = [0, 0, 0];
    for (const truth of truths) {
      const member = memberOf.get(truth);
      const wanted = truth[field];
      const value = member?.values[field] ?? null;
      if (wanted !== null) expected += 1;
      if (value !== null) predicted += 1;
      if (wanted !== null && value !== null && sameValue(field, wanted, value)) correct += 1;
      else if (member && (wanted !== null || value !== null)) {
        const kind = value === null ? 'missing' : wanted === null ? 'extra' : 'wrong';
        misses.add({
          association: code,
          measure: `field.${field}`,
          kind,
          subject: truth.name,
          expected: wanted,
          got: value,
          where: member.where,
        });
      }
    }
    return [field, score(expected, predicted, correct)];
  });
  return Object.fromEntries(scored) as Record<Field, Score>;
}
