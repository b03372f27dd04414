/**
 * `npm run truth -- --faults worst`: a crawl of a small world with its fault dial turned up, as a person would see it
 * through: run, try the dead letters again, go on. Then: was everything found that may be found, and was nothing asked
 * that robots.txt, limits or verdicts forbid?
 */
import { loadConfig } from '../../lib/config.js';
import { UserError } from '../../lib/errors.js';
import { check, type FaultDial } from '../../sandbox/fault-rules.js';
import { truthOf } from '../../sandbox/truth.js';
import { createWorld } from '../../sandbox/world.js';
import type { Vendor } from './companies.js';
import { checkLog, rowsOf, type Verdict, verdictsOf } from './crawl-rules.js';
import type { Truth } from './members.js';
import { RECORD_PAGES, type TruthReport, truthReport } from './report.js';
import type { RequestCheck } from './requests.js';
import { share } from './score.js';
import { openSmallWorld, type SmallWorld } from './small-world.js';

export interface CrawlOptions {
  faults: FaultDial;
  /** What the dial was called on the command line. */
  faultsName: string;
  associations: readonly string[];
  seed: number;
  size: number;
  processes: number;
  speed: number;
  jitterMs: number;
  /** Most runs in all. */
  rounds: number;
  examples: number;
  vendors: readonly Vendor[];
  /** Told of each step as it ends. */
  say(line: string): void;
}

interface Found {
  found: number;
  allowed: number;
  /** Null when nothing is allowed. */
  share: number | null;
}

export interface Round {
  what: 'run' | 'retry';
  /** Exit codes of its processes. */
  codes: number[];
  /** Dead letters afterwards, and those of them that a later try may mend. */
  dead_letters: number;
  retryable: number;
}

export interface AssociationCrawl {
  verdict: string | null;
  why_closed: string | null;
  pages: Found;
  members: Found;
  /** Open pages of an association whose verdict waits for a person: nobody may ask for them before. */
  pages_withheld: number;
  requests: number;
}

export interface CrawlResult extends RequestCheck {
  faults_dial: string;
  processes: number;
  speed: number;
  rounds: Round[];
  pages: Found;
  members: Found;
  associations: Record<string, AssociationCrawl>;
  /** Everything that is allowed was found, and nothing else was asked. */
  ok: boolean;
}

/** The dial by name or as JSON. */
export function dialOf(text: string): FaultDial {
  if (text === 'none') return {};
  if (text === 'worst') return check({ preset: 'worst' } as FaultDial);
  try {
    return check(JSON.parse(text) as FaultDial);
  } catch (error) {
    throw new UserError(
      `--faults takes none, worst, or a dial as JSON such as '{"rules":[{"fault":"503","share":0.1}]}' (sandbox/README.md): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Crawls, compares and cleans up; the report is that of the finished lake. */
export async function proveCrawl(
  options: CrawlOptions,
): Promise<{ report: TruthReport; crawl: CrawlResult }> {
  const { seed, size, speed, faults } = options;
  const world = await openSmallWorld({ seed, size, speed, faults });
  try {
    const rounds = await crawlToTheEnd(world, options);
    const report = await truthReport(world.lake, options.vendors, options.examples);
    const truth = truthOf(createWorld({ seed, size }));
    const config = await loadConfig(world.config);
    const verdicts = await verdictsOf(world.lake);
    const checked = await checkLog(world, config, truth, verdicts, options);
    const associations = associationsOf(report, truth, verdicts, checked.requestsOf, options);
    const sum = (pick: (a: AssociationCrawl) => Found): Found => {
      const all = Object.values(associations).map(pick);
      const [found, allowed] = [total(all.map((f) => f.found)), total(all.map((f) => f.allowed))];
      return { found, allowed, share: share(found, allowed) };
    };
    const [pages, members] = [sum((a) => a.pages), sum((a) => a.members)];
    const { forbidden, too_fast, too_early } = checked.result;
    const crawl: CrawlResult = {
      ...checked.result,
      faults_dial: options.faultsName,
      processes: options.processes,
      speed,
      rounds,
      pages,
      members,
      associations,
      ok:
        [forbidden, too_fast, too_early].every((list) => list.length === 0) &&
        [pages, members].every((f) => f.found === f.allowed),
    };
    return { report, crawl };
  } finally {
    await world.close();
  }
}

const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Runs, retries the dead letters and runs again, until nothing is left that another try may mend. */
async function crawlToTheEnd(world: SmallWorld, options: CrawlOptions): Promise<Round[]> {
  const { associations, processes, say } = options;
  const shares = Array.from({ length: processes }, (_, i) =>
    associations.filter((_code, at) => at % processes === i),
  ).filter((codes) => codes.length > 0);
  const pipeline = (codes: readonly string[], index: number) => [
    'recipes/pipeline.ts',
    ...['--mode', 'extract', '--world', 'sandbox', '--no-tui', '--job-id', `crawl-${index + 1}`],
    ...codes.flatMap((code) => ['-a', code]),
  ];
  const rounds: Round[] = [];
  const step = async (what: Round['what'], commands: readonly (readonly string[])[]): Promise<Round> => {
    const ended = await Promise.all(commands.map((args) => world.run(args)));
    const letters = await lettersIn(world.lake);
    const round = { what, codes: ended.map((e) => e.code), ...letters };
    rounds.push(round);
    const [did, codes] = [what === 'run' ? 'Run' : 'Retry of the dead letters', round.codes.join(', ')];
    say(
      `${did}: exit code ${codes}; ${letters.dead_letters} dead letters, ${letters.retryable} of them to try again.`,
    );
    // 3 is a site that refuses, which the report tells
    for (const { code, output } of ended) if (code !== 0 && code !== 3) say(complaintOf(output));
    return round;
  };
  for (let n = 0, before = ''; n < options.rounds; n += 1) {
    const { retryable, codes } = await step('run', shares.map(pipeline));
    const settled = codes.every((code) => code === 0 || code === 3) || codes.join() === before;
    if (retryable === 0 && settled) break; // a further run would end as this one did
    before = codes.join();
    if (n + 1 < options.rounds && retryable > 0) await step('retry', [['scripts/dead-letters.ts', 'retry']]);
  }
  return rounds;
}

/** What a run complained of: its last lines, progress left out. */
const complaintOf = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\d\d:\d\d:\d\d |^ {2}/.test(line))
    .slice(-8)
    .join('\n');

async function lettersIn(root: string): Promise<{ dead_letters: number; retryable: number }> {
  const [row] = await rowsOf(
    root,
    'SELECT count(*)::int AS n, (count(*) FILTER (retryable))::int AS again FROM dead_letters',
  );
  return { dead_letters: Number(row?.n ?? 0), retryable: Number(row?.again ?? 0) };
}

function associationsOf(
  report: TruthReport,
  truth: Truth,
  verdicts: ReadonlyMap<string, Verdict>,
  requestsOf: ReadonlyMap<string, number>,
  { associations }: CrawlOptions,
): Record<string, AssociationCrawl> {
  return Object.fromEntries(
    associations.map((code): [string, AssociationCrawl] => {
      const fact = truth.associations.find((a) => a.association_code === code);
      const said = verdicts.get(code) ?? null;
      const scored = report.associations[code];
      const open = truth.pages.filter(
        (p) => p.association_code === code && p.allowed && RECORD_PAGES.has(p.kind),
      ).length;
      // a verdict that waits for a person closes an association only where the truth does so too
      const withheld = fact?.allowed === false && said !== null && !said.open && !said.partly;
      const pages = withheld ? 0 : open;
      const pagesFound = withheld ? 0 : (scored?.pages.correct ?? 0);
      const members = fact?.reachable_members ?? 0;
      const membersFound = scored?.members.correct ?? 0;
      return [
        code,
        {
          verdict: said?.verdict ?? null,
          why_closed: fact && !fact.allowed ? fact.why : null,
          pages: { found: pagesFound, allowed: pages, share: share(pagesFound, pages) },
          members: { found: membersFound, allowed: members, share: share(membersFound, members) },
          pages_withheld: withheld ? open : 0,
          requests: requestsOf.get(code) ?? 0,
        },
      ];
    }),
  );
}
