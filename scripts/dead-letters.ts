/**
 * `npm run dead-letters`: what failed, and another try for what may succeed now.
 *
 *   npm run dead-letters -- list PMA --phase DISCOVERY
 *   npm run dead-letters -- retry PMA
 *
 * A retry runs the phases that hold such letters once more in their own job: only what failed is asked again, under the
 * same limits, and what a page that comes back leads to is followed. Exit codes are those of the recipes; 0 also when
 * some failed again, since they stay letters.
 */
import { Command, Option } from 'commander';
import { loadConfig } from '../lib/config.js';
import { UserError } from '../lib/errors.js';
import { codesOf, mainOf, report, sessionOptions, withSession } from '../lib/harness/command.js';
import type { PhaseOptions, Recipe } from '../lib/harness/recipe.js';
import type { PhaseResult } from '../lib/harness/run-phase.js';
import { PHASES } from '../lib/lake/jobs.js';
import { Lake } from '../lib/lake/lake.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { rowsTable } from '../lib/ui/rows-table.js';

/** Phases that take their dead letters up again when they run once more, in their order. */
const RECIPES: Readonly<Record<string, () => Promise<Recipe>>> = {
  GATEKEEPER: async () => (await import('../recipes/gatekeeper.js')).gatekeeper,
  DISCOVERY: async () => (await import('../recipes/discover.js')).discover,
  ENRICHMENT: async () => (await import('../recipes/enrich.js')).enrich,
};
const ORDER = Object.keys(RECIPES);

interface Filter {
  phase?: string;
  code?: string;
  /** What ENRICHMENT may ask for: it buys nothing beyond that. */
  enrichment?: PhaseOptions['enrichment'];
}

/** Letters of one phase of one association in one job. */
interface Heap {
  association: string;
  phase: string;
  job: string;
  retryable: number;
}

async function inLake<T>(work: (lake: Lake) => Promise<T>): Promise<T> {
  const lake = await Lake.open({ root: lakeRoot() });
  try {
    return await work(lake);
  } finally {
    await lake.close();
  }
}

const WANTED = `($1 = '' OR list_contains(string_split($1, ','), association_code))
  AND ($2::VARCHAR IS NULL OR phase = $2) AND ($3::VARCHAR IS NULL OR error_code = $3)`;
const parameters = (codes: readonly string[], { phase, code }: Filter) => [
  codes.join(','),
  phase?.toUpperCase() ?? null,
  code?.toUpperCase() ?? null,
];

async function list(codes: readonly string[], filter: Filter): Promise<void> {
  const rows = await inLake((lake) =>
    lake.query(
      `SELECT association_code AS association, phase, error_code, retryable, count(*) AS letters, min(subject) AS example
       FROM dead_letters WHERE ${WANTED} GROUP BY ALL ORDER BY association, phase, letters DESC, error_code`,
      parameters(codes, filter),
    ),
  );
  console.log(rows.length === 0 ? 'No dead letters.' : rowsTable(rows).join('\n'));
  if (rows.some((row) => row.retryable))
    console.log('`npm run dead-letters -- retry` tries those again that say retryable.');
}

/** Heaps in the newest good partitions, the phases in their order. */
async function heaps(codes: readonly string[], filter: Filter): Promise<Heap[]> {
  const rows = await inLake((lake) =>
    lake.query(
      `SELECT association_code, phase, job_id, (count(*) FILTER (retryable))::INT AS retryable
       FROM dead_letters WHERE ${WANTED} GROUP BY ALL ORDER BY job_id, association_code`,
      parameters(codes, filter),
    ),
  );
  return rows
    .map((row) => ({
      association: String(row.association_code),
      phase: String(row.phase),
      job: String(row.job_id),
      retryable: Number(row.retryable),
    }))
    .sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase));
}

async function retry(codes: readonly string[], filter: Filter): Promise<number> {
  const before = await heaps(codes, filter);
  const due = before.filter((heap) => heap.retryable > 0 && RECIPES[heap.phase]);
  if (due.length === 0) {
    const others = before.reduce((n, heap) => n + heap.retryable, 0);
    console.log(
      others > 0
        ? `Nothing to retry here: ${others} letters are of phases that take them up by running again with --force.`
        : 'Nothing to retry: no dead letter says that a later try may succeed.',
    );
    return 0;
  }
  const config = await loadConfig();
  let exitCode = 0;
  for (const job of new Set(due.map((heap) => heap.job))) {
    const own = due.filter((heap) => heap.job === job);
    const associations = [...new Set(own.map((heap) => heap.association))];
    const options = sessionOptions(
      config,
      { logLevel: 'info', tui: false, enrichment: filter.enrichment ?? 'all', validation: 'all' },
      { associations, job: { id: job, resume: true }, mode: 'retry' },
    );
    const code = await withSession(options, { tui: false }, async (session) => {
      const { runPhase } = await import('../lib/harness/run-phase.js');
      const results: PhaseResult[] = [];
      // side by side, as in the pipeline: each has a site and a limit of its own
      await Promise.all(
        associations.map(async (association) => {
          for (const { phase } of own.filter((heap) => heap.association === association)) {
            const recipe = await RECIPES[phase]!();
            results.push(await runPhase(session, recipe, association, { retry: true }));
          }
        }),
      );
      return results;
    });
    exitCode = Math.max(exitCode, code);
  }
  tellOutcome(due, await heaps(codes, filter));
  return exitCode;
}

/** What the retry came to, letter counts before and after, and what is now older than what it rests on. */
function tellOutcome(due: readonly Heap[], after: readonly Heap[]): void {
  let mended = 0;
  for (const { association, phase, retryable } of due) {
    const left = after.find((heap) => heap.association === association && heap.phase === phase);
    const still = left?.retryable ?? 0;
    mended += Math.max(0, retryable - still);
    console.log(
      `${phase} ${association}: ${retryable} tried again, ${still === 0 ? 'none is left' : `${still} are left to try later`}`,
    );
  }
  if (mended > 0)
    console.log('What rests on these phases is older now: the pipeline with --resume brings it up to date.');
}

void mainOf(async () => {
  let exitCode = 0;
  const config = await loadConfig();
  const program = new Command('npm run dead-letters --').exitOverride();
  const command = (name: string, about: string, isDefault: boolean) =>
    program
      .command(name, { isDefault })
      .description(about)
      .argument('[association...]', 'codes such as PMA; all without')
      .option('--phase <phase>', 'only of this phase, e.g. DISCOVERY', phaseNamed)
      .showHelpAfterError('--help lists what there is.');
  command('list', 'what failed, by association, phase and error', true)
    .option('--code <code>', 'only with this error, e.g. HTTP_503')
    .action((codes: string[], filter: Filter) => list(codesOf(config, codes), filter));
  command('retry', 'asks again for what may succeed now, and for nothing else', false)
    .addOption(
      new Option('--enrichment <what>', 'what ENRICHMENT was run with, so that it buys no more')
        .choices(['firmographic', 'techstack', 'contacts', 'all'])
        .default('all'),
    )
    .action(async (codes: string[], filter: Filter) => {
      exitCode = await retry(codesOf(config, codes), filter);
    });
  try {
    await program.parseAsync();
  } catch (error) {
    return report(error);
  }
  return exitCode;
});

function phaseNamed(text: string): string {
  const phase = text.toUpperCase();
  if (PHASES.includes(phase as (typeof PHASES)[number])) return phase;
  throw new UserError(`There is no phase "${text}". Known: ${PHASES.join(', ')}.`);
}
