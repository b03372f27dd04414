/**
 * `npm run truth`: how near a sandbox lake comes to the truth of its own world: pages, members, fields, resolution,
 * events, participants, ERP. `-- --json` for machines, `-- --misses 5` for examples of what is missing or wrong.
 */
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, loadVendors } from '../lib/config.js';
import { ExitCode } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { stylesFor } from '../lib/ui/styles.js';
import { reportLines } from './truth/print.js';
import { truthReport } from './truth/report.js';

interface Flags {
  json?: boolean;
  lake?: string;
  misses?: number;
}

async function main(): Promise<number> {
  const command = new Command('truth')
    .description('Compares a sandbox lake with the truth of its own world.')
    .option('--json', 'the same figures for machines')
    .option('--lake <dir>', 'the lake (default: LAKE, or ./lake)')
    .option('--misses <n>', 'list so many examples of each thing missing or wrong', count)
    .exitOverride()
    .parse();
  const flags = command.opts<Flags>();
  toleratePipeEnd(process.stdout);
  const { vendors } = await loadVendors(await loadConfig());
  const root = lakeRoot(flags.lake ? { LAKE: flags.lake } : process.env);
  const report = await truthReport(root, vendors, flags.misses ?? 0);
  const lines = flags.json
    ? [JSON.stringify(report, null, 1)]
    : reportLines(report, stylesFor(process.stdout));
  process.stdout.write(`${lines.join('\n')}\n`);
  return ExitCode.done;
}

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a number of examples.');
  return Number(text);
}

void mainOf(main);
