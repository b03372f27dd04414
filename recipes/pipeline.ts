/**
 * The pipeline: all phases in order. Associations go side by side, each through its own phases as far as it can alone;
 * what spans them (resolution, graph, export) begins when all are through.
 *
 *   tsx recipes/pipeline.ts --mode full -a PMA -a NEMA
 */
import { Command, Option } from 'commander';
import { loadConfig } from '../lib/config.js';
import { UserError } from '../lib/errors.js';
import {
  type CommonOptions,
  codesOf,
  mainOf,
  sessionOptions,
  withCommonOptions,
  withSession,
} from '../lib/harness/command.js';
import { MODES, type Mode } from '../lib/harness/modes.js';
import { runPipeline } from '../lib/harness/pipeline.js';
import { printSummary } from '../lib/harness/summary.js';
import { classify } from './classify.js';
import { discover } from './discover.js';
import { enrich } from './enrich.js';
import { exportRecipe } from './export.js';
import { extract } from './extract.js';
import { gatekeeper } from './gatekeeper.js';
import { graph } from './graph.js';
import { init } from './init.js';
import { monitor } from './monitor.js';
import { persist } from './persist.js';
import { resolve } from './resolve.js';
import { validate } from './validate.js';

/** The eleven phases in their order, and the last recipe, which writes to PostgreSQL when asked. */
export const phases = [
  init,
  gatekeeper,
  discover,
  classify,
  extract,
  enrich,
  validate,
  resolve,
  graph,
  exportRecipe,
  monitor,
];

interface PipelineOptions extends CommonOptions {
  mode: Mode;
  associations?: string[];
  resume?: string;
  persistDb?: boolean;
  joinNewest?: boolean;
}

async function main(): Promise<number> {
  const config = await loadConfig();
  const command = withCommonOptions(
    new Command('tsx recipes/pipeline.ts').description('Runs the phases in order.'),
  )
    .addOption(new Option('--mode <mode>', 'which phases').choices(Object.keys(MODES)).default('full'))
    .option(
      '-a, --associations <code>',
      'an association; repeat for more (…-all modes need none)',
      (code: string, before: string[] = []) => [...before, code],
    )
    .option('--resume <job-id>', 'go on with this job')
    .option('--join-newest', 'go on with the newest job of these associations, or open one')
    .option('--persist-db', 'write the database tables to PostgreSQL at the end (DATABASE_URL)');
  command.parse();
  const options = command.opts<PipelineOptions>();
  const mode = MODES[options.mode];
  const associations = codesOf(
    config,
    options.associations ?? (mode.all ? [...config.associations.keys()] : []),
  );
  if (associations.length === 0)
    throw new UserError(
      `--mode ${options.mode} wants associations: -a PMA -a NEMA${`${options.mode}-all` in MODES ? `, or --mode ${options.mode}-all for all of config` : ''}.`,
    );
  if (options.resume && options.jobId)
    throw new UserError('--resume and --job-id name the same thing; give one of them.');
  const named = options.resume ?? options.jobId;
  const job = named
    ? { id: named, resume: options.resume !== undefined }
    : options.joinNewest
      ? ('newest_or_new' as const)
      : mode.opens
        ? ('new' as const)
        : ('newest' as const);
  const chosen = phases.filter((p) => mode.phases.includes(p.phase));
  const recipes = options.persistDb ? [...chosen, persist] : chosen;
  if (options.persistDb) await persist.preflight();
  return withSession(
    sessionOptions(config, options, { associations, job, mode: options.mode }),
    options,
    (session) => runPipeline(session, recipes, associations, { force: options.force ?? false }),
    printSummary,
  );
}

void mainOf(main);
