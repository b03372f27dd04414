/**
 * `npm run truth`: how near a sandbox lake comes to the truth of its own world: pages, members, fields, resolution,
 * events, participants, ERP. `-- --json` for machines, `-- --misses 5` for examples of what is missing or wrong.
 * `-- --faults worst` crawls a world of its own first, with faults on, and also measures what was asked: exit code 1
 * when something allowed was not found, or something forbidden was asked.
 */
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig, loadVendors } from '../lib/config.js';
import { ExitCode, UserError } from '../lib/errors.js';
import { codesOf, mainOf } from '../lib/harness/command.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { stylesFor } from '../lib/ui/styles.js';
import { reportLines } from './truth/print.js';
import { truthReport } from './truth/report.js';

interface Flags {
  json?: boolean;
  lake?: string;
  misses?: number;
  faults?: string;
  associations: string;
  size: number;
  seed: number;
  processes: number;
  speed: number;
  jitter: number;
  rounds: number;
}

async function main(): Promise<number> {
  const command = new Command('truth')
    .description('Compares a sandbox lake with the truth of its own world, or crawls one with faults on.')
    .option('--json', 'the same figures for machines')
    .option('--lake <dir>', 'the lake (default: LAKE, or ./lake)')
    .option('--misses <n>', 'list so many examples of each thing missing or wrong', count)
    .option('--faults <dial>', 'crawl a new world first: none, worst, or a fault dial as JSON')
    .option('--associations <codes>', 'with --faults: which, e.g. PMA,NTMA', 'all')
    .option('--size <share>', 'with --faults: size of the world', positive, 0.05)
    .option('--seed <n>', 'with --faults: seed of the world', count, 7)
    .option('--processes <n>', 'with --faults: so many processes share the associations', count, 1)
    .option('--speed <factor>', 'with --faults: how many times as fast as in truth waits go by', positive, 20)
    .option(
      '--jitter <ms>',
      'with --faults: what the machine may add to or take from the distance of two requests',
      positive,
      50,
    )
    .option('--rounds <n>', 'with --faults: most runs, dead letters tried again between them', count, 5)
    .exitOverride()
    .parse();
  const flags = command.opts<Flags>();
  toleratePipeEnd(process.stdout);
  const config = await loadConfig();
  const { vendors } = await loadVendors(config);
  const styles = stylesFor(process.stdout);
  const print = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
  if (flags.faults === undefined) {
    const root = lakeRoot(flags.lake ? { LAKE: flags.lake } : process.env);
    const report = await truthReport(root, vendors, flags.misses ?? 0);
    print(flags.json ? [JSON.stringify(report, null, 1)] : reportLines(report, styles));
    return ExitCode.done;
  }
  if (flags.lake)
    throw new UserError('--faults crawls into a lake of its own, which is removed: leave out --lake.');
  if (flags.processes < 1 || flags.rounds < 1) throw new UserError('--processes and --rounds begin at 1.');
  const { dialOf, proveCrawl } = await import('./truth/crawl.js');
  const all = flags.associations.toLowerCase() === 'all';
  const { report, crawl } = await proveCrawl({
    faults: dialOf(flags.faults),
    faultsName: flags.faults,
    associations: all ? [...config.associations.keys()] : codesOf(config, flags.associations.split(',')),
    seed: flags.seed,
    size: flags.size,
    processes: flags.processes,
    speed: flags.speed,
    jitterMs: flags.jitter,
    rounds: flags.rounds,
    examples: flags.misses ?? 0,
    vendors,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  if (flags.json) print([JSON.stringify({ ...report, crawl }, null, 1)]);
  else {
    const { crawlLines } = await import('./truth/print-crawl.js');
    print(crawlLines(crawl, report.misses, styles));
  }
  return crawl.ok ? ExitCode.done : ExitCode.failed;
}

function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a positive number.');
  return value;
}

void mainOf(main);
