/**
 * `npm run resolve-file -- in.csv out.csv`: which records of a CSV are the same company, and which the same place of it.
 * Columns id, name and any of source, website, phone, street, city, state, zip, email. The result has
 * id, site_cluster, company_cluster.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ExitCode, isExpected, messageOf } from '../lib/errors.js';
import type { ResolveFileReport } from '../lib/resolution/resolve-file.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { sanitiseLines } from '../lib/ui/sanitise.js';

interface Flags {
  explain?: string | true;
  threshold?: number;
  cleanSources?: boolean;
  encoding?: string;
  threads?: number;
  memory?: number;
  json?: boolean;
}

const program = new Command('resolve-file')
  .description('Which records of a CSV are the same company, and which the same place of it.')
  .argument('<in.csv>', 'columns id, name and any of source, website, phone, street, city, state, zip, email')
  .argument('<out.csv>', 'the result: id, site_cluster, company_cluster')
  .option(
    '--explain [file|folder]',
    'also the compared pairs with their weights (default: beside the result); in a folder, the model too',
  )
  .option('--threshold <bits>', 'match weight from which two records are the same (default 0.5)', bits)
  .option('--clean-sources', 'each source lists a company once (default: seen from the data)')
  .option('--no-clean-sources', 'sources repeat companies')
  .option('--encoding <name>', 'when the file is not UTF-8: windows-1252, utf-16le …')
  .option('--threads <n>', 'threads at most', whole)
  .option('--memory <size>', 'memory at most, such as 1GB; the rest goes to temporary files', memory)
  .option('--json', 'the report as JSON')
  .exitOverride();

toleratePipeEnd(process.stdout);
process.exitCode = await main(process.argv);

async function main(argv: string[]): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'resolve-file-'));
  try {
    program.parse(argv);
    const flags = program.opts<Flags>();
    const [input, output] = program.args as [string, string];
    const [{ openDuckDB }, { resolveCsv }] = await Promise.all([
      import('../lib/lake/duck.js'),
      import('../lib/resolution/resolve-file.js'),
    ]);
    const instance = await openDuckDB({
      tempFolder: folder,
      ...(flags.threads ? { threads: flags.threads } : {}),
      ...(flags.memory ? { memoryMb: flags.memory } : {}),
    });
    const connection = await instance.connect();
    try {
      const report = await resolveCsv(connection, input, output, {
        explain:
          flags.explain === true ? output.replace(/(\.csv)?$/i, '.pairs.csv') : (flags.explain ?? null),
        threshold: flags.threshold ?? null,
        cleanSources: flags.cleanSources === undefined ? 'auto' : flags.cleanSources ? 'yes' : 'no',
        encoding: flags.encoding ?? null,
        tempFolder: folder,
        nowMs: () => performance.now(),
      });
      process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : `${text(report, output)}\n`);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    return ExitCode.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    if (!isExpected(error)) throw error;
    process.stderr.write(`${sanitiseLines(messageOf(error))}\n`);
    return error.exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function text(report: ResolveFileReport, output: string): string {
  const n = (value: unknown) => Number(value).toLocaleString('en-US');
  const seconds = report.steps.reduce((sum, s) => sum + s.ms, 0) / 1000;
  const walked = report.blocking.filter((b) => Number(b.walked_blocks) > 0);
  const clean = report.sources
    .filter((s) => s.grain === 'site' && s.clean && s.source !== '')
    .map((s) => String(s.source));
  return [
    `Records: ${n(report.records)}. Companies: ${n(report.companies)}, at ${n(report.sites)} sites. Pairs compared: ${n(report.pairs)}, in ${seconds.toFixed(1)} s.`,
    ...(report.repeated > 0
      ? [`Records that repeat another of their source word for word: ${n(report.repeated)}.`]
      : []),
    ...(clean.length > 0
      ? [
          `Sources that list a site once: ${sanitiseLines(clean.slice(0, 10).join(', '))}${clean.length > 10 ? ' …' : ''}.`,
        ]
      : []),
    ...walked.map(
      (b) =>
        `Blocks of ${b.rule} too large to compare in full: ${n(b.walked_blocks)}, the largest of ${n(b.largest)}; their records met their neighbours in order of name.`,
    ),
    output,
  ].join('\n');
}

function bits(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || Math.abs(number) > 100)
    throw new InvalidArgumentError('It must be a number of bits, such as 0.5 or 3.');
  return number;
}

function whole(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(value);
}

/** In megabytes. */
function memory(value: string): number {
  const found = /^(\d{1,6}(?:\.\d+)?)\s*(MB|GB)$/i.exec(value.trim());
  const megabytes = found ? Number(found[1]) * (found[2]!.toUpperCase() === 'GB' ? 1000 : 1) : 0;
  if (megabytes < 50) throw new InvalidArgumentError('It must be a size from 50MB on, such as 500MB or 1GB.');
  return Math.round(megabytes);
}
