/** A sandbox lake against the truth of its own world, in figures. */
import { UserError } from '../../lib/errors.js';
import { assertLake, Lake } from '../../lib/lake/lake.js';
import { readWorld } from '../../lib/lake/world.js';
import { truthOf } from '../../sandbox/truth.js';
import { createWorld } from '../../sandbox/world.js';
import { type ErpScore, pairMisses, scoreErp, scorePairs, trueCompanies, type Vendor } from './companies.js';
import type { Field } from './compare.js';
import { type EventScore, type ParticipantScore, scoreEvents, scoreParticipants } from './events.js';
import { type LakeMember, readLakeSide, urlKey } from './lake-side.js';
import { matchMembers, scoreFields, scoreMembers, type TrueMember } from './members.js';
import { type Miss, Misses, type Score, score } from './score.js';

export interface AssociationTruth {
  pages: Score;
  members: Score;
  fields: Record<Field, Score>;
  events: EventScore;
  participants: ParticipantScore;
}

/** The figures of `npm run truth`; keys are stable. */
export interface TruthReport {
  lake: string;
  seed: number;
  size: number;
  associations: Record<string, AssociationTruth>;
  resolution: { all: Score; cross_association: Score };
  erp: ErpScore;
  /** What makes the figures less than they look: a phase that has not run. */
  notes: string[];
  misses: Miss[];
}

/** Pages that carry records; a home page or a "contact us" is no loss. */
export const RECORD_PAGES: ReadonlySet<string> = new Set([
  'directory',
  'profile',
  'event_list',
  'event',
  'exhibitors',
]);

/** Compares the lake at `root` with its sandbox; `vendors` is the config's list; `examples` of each kind of miss are kept. */
export async function truthReport(
  root: string,
  vendors: readonly Vendor[],
  examples: number,
): Promise<TruthReport> {
  await assertLake(root);
  const world = await readWorld(root);
  if (world?.world !== 'sandbox') {
    throw new UserError(
      world
        ? `The lake at ${root} belongs to the real world, whose truth nobody has written down. The truth report is for sandbox lakes; \`npm start\` makes one.`
        : `The lake at ${root} has not begun: no world is written in it. \`npm start\` makes a sandbox lake.`,
      { code: 'NO_TRUTH' },
    );
  }
  const truth = truthOf(createWorld({ seed: world.seed, size: world.size }));
  const lake = await Lake.open({ root });
  const side = await readLakeSide(lake).finally(() => lake.close());
  const codes = [...new Set<string>(truth.memberships.map((m) => m.association_code))].filter((c) =>
    side.associations.includes(c),
  );
  const misses = new Misses(examples);
  // what nobody may ask for is no loss
  const openPages = truth.pages.filter((p) => p.allowed);
  const recordPages = openPages.filter((p) => RECORD_PAGES.has(p.kind));
  const openSites = new Set<string>(openPages.map((p) => p.association_code));

  const companyOf = new Map<LakeMember, string>();
  const missed: TrueMember[] = [];
  const first = codes.map((code) => {
    const members = side.members.filter((m) => m.association === code);
    const truths = truth.memberships.filter((m) => m.association_code === code);
    const allowed = truths.filter((m) => m.allowed);
    const matching = matchMembers(members, truths);
    for (const [member, company] of matching.companyOf) companyOf.set(member, company);
    const found = new Set(matching.pairs.values());
    missed.push(...allowed.filter((t) => !found.has(t)));
    const seen = side.pages.get(code) ?? new Set<string>();
    const pages = recordPages.filter((p) => p.association_code === code);
    const visited = pages.filter((p) => seen.has(urlKey(p.url)));
    for (const page of pages) {
      if (!seen.has(urlKey(page.url)))
        misses.add({
          association: code,
          measure: 'pages',
          kind: 'missing',
          subject: page.kind,
          expected: page.url,
          got: null,
          where: page.url,
        });
    }
    return {
      code,
      pages: score(pages.length, visited.length, visited.length),
      members: scoreMembers(code, members, allowed, matching, misses),
      fields: scoreFields(code, allowed, matching, misses),
    };
  });

  const scoped = side.members.filter((m) => codes.includes(m.association));
  const trueCompany = trueCompanies(scoped, companyOf);
  const associations = first.map(({ code, ...rest }): [string, AssociationTruth] => {
    const ofCode = <T extends { association_code: string }>(list: readonly T[]) =>
      list.filter((x) => x.association_code === code);
    const events = scoreEvents(
      code,
      side.events.filter((e) => e.association_code === code),
      openSites.has(code) ? ofCode(truth.events) : [],
      misses,
    );
    const hosts = new Set(ofCode(truth.pages).map((p) => new URL(p.url).host));
    // a participant without an event belongs to the association whose page lists it
    const rows = side.participants.filter(
      (p) =>
        (p.association_code ?? null) === code ||
        (p.association_code === null && hosts.has(hostOf(p.page_url))),
    );
    const participants = scoreParticipants(
      code,
      rows,
      openSites.has(code) ? ofCode(truth.participants) : [],
      events.eventOf,
      trueCompany,
      misses,
    );
    return [code, { ...rest, events: events.score, participants }];
  });

  pairMisses(scoped, companyOf, misses);
  const inScope = truth.companies.filter((c) => c.associations.some((code) => codes.includes(code)));
  return {
    lake: root,
    seed: world.seed,
    size: world.size,
    associations: Object.fromEntries(associations),
    resolution: {
      all: scorePairs(scoped, companyOf, missed, false),
      cross_association: scorePairs(scoped, companyOf, missed, true),
    },
    erp: scoreErp(inScope, side.companies, trueCompany, vendors, misses),
    notes: notesOf(codes, side.unresolved, side.members.length),
    misses: misses.list,
  };
}

function notesOf(codes: readonly string[], unresolved: number, members: number): string[] {
  if (codes.length === 0) return ['The lake holds no pages and no members yet.'];
  if (members > 0 && unresolved > 0) {
    const how = unresolved === members ? 'RESOLUTION has not run' : 'RESOLUTION is older than VALIDATION';
    return [
      `${unresolved} of ${members} members belong to no company: ${how}. Run \`tsx recipes/resolve.ts\`.`,
    ];
  }
  return [];
}

function hostOf(url: unknown): string {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : '';
}
