/**
 * A recipe as a command: `tsx recipes/extract.ts PMA --force`. Arguments, progress, signals, the closing summary and the
 * exit code are the same for all twelve.
 */
import { pathToFileURL } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { associationNamed, type Config, loadConfig } from '../config.js';
import { ExitCode, isExpected, messageOf, WorkbenchError } from '../errors.js';
import { lakeRoot } from '../lake/paths.js';
import { openProgress } from '../ui/index.js';
import { loadEnvFile } from './env-file.js';
import { LOG_LEVELS, type LogLevel } from './log.js';
import type { PhaseOptions, Recipe } from './recipe.js';
import { redactor } from './redact.js';
import type { PhaseResult } from './run-phase.js';
import type { Session, SessionOptions } from './session.js';

export interface CommonOptions {
  jobId?: string;
  force?: boolean;
  retry?: boolean;
  dryRun?: boolean;
  world?: 'real' | 'sandbox';
  logLevel: LogLevel;
  tui: boolean;
  enrichment: PhaseOptions['enrichment'];
  validation: PhaseOptions['validation'];
  maxAge?: number;
}

/** Runs the recipe when its file is the program that was started; does nothing when it is imported. */
export function runAsCommand(recipe: Recipe, file: string): void {
  if (!process.argv[1] || pathToFileURL(process.argv[1]).href !== file) return;
  void mainOf(() => recipeCommand(recipe));
}

/** Runs a program and ends the process with its exit code; a person's mistake is one paragraph, not a stack trace. */
export async function mainOf(program: () => Promise<number>): Promise<void> {
  loadEnvFile();
  process.stdout.on('error', ignoreBrokenPipe);
  process.stderr.on('error', ignoreBrokenPipe);
  try {
    process.exitCode = await program();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Prints an error as its kind deserves; returns the exit code. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
  const clean = redactor();
  if (isExpected(error)) {
    console.error(clean(error.message));
    return error.exitCode;
  }
  console.error(clean(error instanceof Error ? (error.stack ?? messageOf(error)) : String(error)));
  console.error('This is a fault of the workbench, not of yours; the log in logs/ has more.');
  return error instanceof WorkbenchError ? error.exitCode : ExitCode.failed;
}

const ignoreBrokenPipe = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
};

/** Options that every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--job-id <id>', 'write to this job instead of the newest one')
    .option('--force', 'do it again even when nothing has changed')
    .option('--retry', 'run again for what failed, keeping what is there')
    .option('--dry-run', 'work in a throw-away lake laid over the real one, and say what would have changed')
    .addOption(
      new Option('--world <world>', 'for a new lake: the real world, or the sandbox').choices([
        'real',
        'sandbox',
      ]),
    )
    .addOption(
      new Option('--log-level <level>', 'how much goes to logs/<job>.log')
        .choices([...LOG_LEVELS])
        .default('info'),
    )
    .addOption(
      new Option('--enrichment <what>', 'what ENRICHMENT asks for')
        .choices(['firmographic', 'techstack', 'contacts', 'all'])
        .default('all'),
    )
    .addOption(
      new Option('--validation <what>', 'what VALIDATION does')
        .choices(['dedupe', 'crossref', 'score', 'all'])
        .default('all'),
    )
    .addOption(
      new Option(
        '--max-age <age>',
        'DISCOVERY does not ask again for stored pages younger than this, e.g. 7d',
      ).argParser(parseDuration),
    )
    .option('--no-tui', 'plain lines instead of the progress view')
    .exitOverride()
    .showHelpAfterError('--help lists what there is.')
    .configureOutput({ outputError: (text, write) => write(text) });
}

async function recipeCommand(recipe: Recipe): Promise<number> {
  const command = withCommonOptions(new Command(`tsx recipes/${recipe.name}.ts`).description(recipe.summary));
  const single = recipe.grain === 'association';
  command.argument(
    single ? '<association...>' : '[association...]',
    'codes such as PMA; see config/associations.yaml',
    (code: string, before: string[] = []) => {
      if (!/^\w{1,32}$/.test(code)) throw new InvalidArgumentError('not an association code');
      return [...before, code];
    },
  );
  if (recipe.plan) command.option('--plan', 'say how long it will take under the limits, and do nothing');
  if (recipe.diff)
    command
      .option(
        '--diff',
        'say what the newest run changed against the good one before it, and do nothing; with --dry-run: what a run now would change',
      )
      .option('--json', 'with --diff: every change, as JSON');
  command.parse();
  const config = await loadConfig();
  const options = command.opts<CommonOptions & { plan?: boolean; diff?: boolean; json?: boolean }>();
  const associations = codesOf(config, (command.processedArgs[0] as string[] | undefined) ?? []);
  if (options.plan && recipe.plan) return printPlan(recipe.plan, config, associations);
  const { diff } = recipe;
  const asked = options.diff && diff ? diff : null;
  if (asked && !options.dryRun) return printDiff(asked, associations, options.json ?? false);
  const before = new Map<string, ReturnType<NonNullable<typeof asked>['newest']>>();
  const job: SessionOptions['job'] = options.jobId
    ? { id: options.jobId }
    : recipe.phase === 'INIT'
      ? 'new'
      : 'newest';
  return withSession(
    sessionOptions(config, options, { associations, job, mode: recipe.name }),
    options,
    async (session) => {
      const { runPhase } = await import('./run-phase.js');
      const results: PhaseResult[] = [];
      for (const code of asked ? associations : []) before.set(code, asked!.newest(session.lake, code));
      for (const target of single ? associations : [null])
        results.push(
          await runPhase(session, recipe, target, {
            force: options.force ?? false,
            retry: options.retry ?? false,
          }),
        );
      return results;
    },
    async ({ lake }) => {
      if (!asked) return;
      await lake.refresh();
      for (const code of associations)
        printComparison(await asked.compare(lake, code, before.get(code) ?? null), options.json ?? false);
    },
  );
}

async function printDiff(
  diff: NonNullable<Recipe['diff']>,
  associations: readonly string[],
  json: boolean,
): Promise<number> {
  const { assertLake, Lake } = await import('../lake/lake.js');
  await assertLake(lakeRoot());
  const lake = await Lake.open({ root: lakeRoot() });
  try {
    for (const code of associations) printComparison(await diff.compare(lake, code), json);
    return ExitCode.done;
  } finally {
    await lake.close();
  }
}

const printComparison = (found: { json: object; lines: string[] }, json: boolean) =>
  console.log(json ? JSON.stringify(found.json) : found.lines.join('\n'));

async function printPlan(
  plan: NonNullable<Recipe['plan']>,
  config: Config,
  associations: readonly string[],
): Promise<number> {
  const [{ Lake }, { rowsTable }] = await Promise.all([
    import('../lake/lake.js'),
    import('../ui/rows-table.js'),
  ]);
  const lake = await Lake.open({ root: lakeRoot() });
  try {
    const rows = await plan({ config, lake, associations });
    console.log(rowsTable(rows as Record<string, unknown>[]).join('\n'));
    return ExitCode.done;
  } finally {
    await lake.close();
  }
}

/** `90s`, `30m`, `12h`, `7d` in milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  if (!match) throw new InvalidArgumentError('a number and s, m, h or d, such as 12h or 7d');
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 's' | 'm' | 'h' | 'd'];
  return Number(match[1]) * unit;
}

/** Known codes in capitals, each once. */
export function codesOf(config: Config, codes: readonly string[]): string[] {
  return [...new Set(codes.map((code) => associationNamed(config, code).code))];
}

export function sessionOptions(
  config: Config,
  options: CommonOptions,
  run: { associations: readonly string[]; job: SessionOptions['job']; mode: string },
): SessionOptions {
  return {
    config,
    env: process.env,
    dryRun: options.dryRun ?? false,
    logLevel: options.logLevel,
    world: options.world ?? null,
    job: run.job,
    associations: run.associations,
    phaseOptions: {
      enrichment: options.enrichment,
      validation: options.validation,
      mode: run.mode,
      maxAgeMs: options.maxAge ?? null,
    },
  };
}

/** Opens a session with progress on screen and signals handled, runs the phases, prints the closing summary. */
export async function withSession(
  options: SessionOptions,
  view: { tui: boolean },
  work: (session: Session) => Promise<PhaseResult[]>,
  closing?: (session: Session, results: readonly PhaseResult[]) => Promise<void>,
): Promise<number> {
  const { openSession } = await import('./session.js'); // `--help` needs neither lake nor log
  const session = await openSession(options);
  const restore = stopOnSignals(session);
  const progress = await openProgress({ tui: view.tui && interactive(), source: session.events });
  tellDamage(session);
  const started = performance.now();
  let results: PhaseResult[] = [];
  let exitCode: number = ExitCode.failed;
  try {
    results = await work(session);
    exitCode = exitCodeOf(results);
    session.updateJob((job) => {
      if (exitCode === ExitCode.interrupted) job.status = 'interrupted';
      else if (exitCode !== ExitCode.done) job.status = 'failed';
      else if (job.status === 'running') job.status = 'done';
    });
    session.events.emit('', null, {
      event: 'run_finished',
      status:
        exitCode === ExitCode.done ? 'done' : exitCode === ExitCode.interrupted ? 'interrupted' : 'failed',
      exit_code: exitCode,
      duration_ms: Math.round(performance.now() - started),
    });
    await progress.stop();
    for (const result of results) if (result.error) report(result.error);
    if (session.dryRun) printDryRun(results);
    await closing?.(session, results);
  } finally {
    await progress.stop();
    restore();
    await session.close();
  }
  return exitCode;
}

function tellDamage({ lake, events }: Session): void {
  for (const { file, what } of lake.problems) {
    events.emit('', null, {
      event: 'notice',
      level: 'WARN',
      code: 'DAMAGED_PARTITION',
      message: `${file}: ${what}; the older good partition stands in where there is one. \`npm run lake -- verify\` tells more.`,
    });
  }
}

/** A terminal that a person looks at. */
const interactive = () => Boolean(process.stdout.isTTY) && !process.env.CI;

/** The first signal ends the work in hand and saves; the second ends at once, which is still safe. */
function stopOnSignals(session: Session): () => void {
  let asked = false;
  const stop = (signal: NodeJS.Signals) => {
    if (asked) process.exit(ExitCode.interrupted);
    asked = true;
    session.events.emit('', null, {
      event: 'notice',
      level: 'WARN',
      code: 'STOPPING',
      message: `${signal}: finishing what is in hand; once more to stop at once`,
    });
    session.abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/** The gravest exit code: a failure above a threshold, a threshold above a refusal; an interruption above all. */
export function exitCodeOf(results: readonly PhaseResult[]): number {
  const codes = new Set(results.map((r) => r.exitCode));
  for (const code of [
    ExitCode.interrupted,
    ExitCode.failed,
    ExitCode.usage,
    ExitCode.threshold,
    ExitCode.refused,
  ]) {
    if (codes.has(code)) return code;
  }
  return ExitCode.done;
}

function printDryRun(results: readonly PhaseResult[]): void {
  console.log('Dry run: nothing was changed. It would have written:');
  for (const r of results) {
    const counts = Object.entries(r.counts).map(([name, n]) => `${n.toLocaleString('en-US')} ${name}`);
    console.log(
      `  ${r.phase}${r.association ? ` ${r.association}` : ''}: ${r.status === 'up_to_date' ? 'nothing, it is up to date' : counts.join(', ') || r.status}`,
    );
  }
}
