/**
 * `npm run sql -- "select …"`: SQL over the lake, read-only, at any time. Without an argument it is a console on a
 * terminal, and reads SQL from a pipe.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ExitCode, isExpected, messageOf } from '../lib/errors.js';
import { loadEnvFile } from '../lib/harness/env-file.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { sanitiseLines } from '../lib/ui/sanitise.js';
import type { SessionIo, SessionOptions } from '../lib/ui/sql-session.js';
import { stylesFor } from '../lib/ui/styles.js';

interface Flags {
  csv?: boolean;
  json?: boolean;
  raw?: boolean;
  limit?: number;
  lake?: string;
}

const TABLE_ROWS = 1000;

const program = new Command('sql')
  .description('SQL over the lake (DuckDB, read-only). Without a query: a console, or SQL from a pipe.')
  .argument('[query...]', 'SQL, or a command such as .tables and ".schema companies"')
  .option('--csv', 'as CSV')
  .option('--json', 'as a JSON array of objects')
  .option('--raw', 'with --csv: leave cells alone that a spreadsheet would run as a formula')
  .option('--limit <rows>', `rows at most (default: ${TABLE_ROWS} in a table, all as CSV and JSON)`, positive)
  .option('--lake <dir>', 'the lake (default: LAKE, or ./lake)')
  .exitOverride();

toleratePipeEnd(process.stdout);
loadEnvFile();
process.exitCode = await main(process.argv);

async function main(argv: string[]): Promise<number> {
  try {
    program.parse(argv);
    const flags = program.opts<Flags>();
    if (flags.csv && flags.json) return usage('--csv or --json, not both.');
    const asked = program.args.join(' ').trim();
    const interactive = asked === '' && process.stdin.isTTY === true && process.stdout.isTTY === true;
    const text = asked !== '' || interactive ? asked : await readAll(process.stdin);
    if (text.trim() === '' && !interactive) return usage('No query. Try: npm run sql -- "show tables"');
    return await answer(text, flags, interactive);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    if (!isExpected(error)) throw error;
    process.stderr.write(`${sanitiseLines(messageOf(error))}\n`);
    return error.exitCode;
  }
}

async function answer(text: string, flags: Flags, interactive: boolean): Promise<number> {
  const root = flags.lake ? lakeRoot({ LAKE: flags.lake }) : lakeRoot();
  // DuckDB and the views are loaded only when there is something to ask.
  const [{ openConsole }, { prepareViews }, { startSession }] = await Promise.all([
    import('../lib/lake/console.js'),
    import('../lib/lake/views.js'),
    import('../lib/ui/sql-session.js'),
  ]);
  const io = terminalIo();
  const note = (line: string) => io.err(`${io.errStyles.dim(sanitiseLines(line))}\n`);
  if (!existsSync(root))
    note(`There is no lake at ${resolve(root)} yet; all tables are empty. npm start makes one.`);
  const open = () =>
    openConsole(root, async (run) => {
      const { problems } = await prepareViews(run, root);
      for (const problem of problems) note(problem);
    });
  const session = await startSession(open, sessionOptions(flags), io);
  try {
    if (interactive) {
      const { historyFile, runConsole } = await import('../lib/ui/sql-console.js');
      io.out(`${io.styles.dim(`${root}, read-only. .help lists the commands, .quit leaves.`)}\n`);
      return await runConsole(session, io, {
        input: process.stdin,
        output: process.stdout,
        historyFile: historyFile(),
      });
    }
    if (text.trimStart().startsWith('.')) {
      return (await session.command(text)) === 'failed' ? ExitCode.usage : ExitCode.done;
    }
    const stop = stopOnCtrlC();
    const good = await session.run(text, stop);
    if (stop.aborted) return ExitCode.interrupted;
    return good ? ExitCode.done : ExitCode.failed;
  } finally {
    await session.close();
  }
}

function sessionOptions(flags: Flags): SessionOptions {
  const mode = flags.csv ? 'csv' : flags.json ? 'json' : 'table';
  return {
    mode,
    limit: flags.limit ?? (mode === 'table' ? TABLE_ROWS : null),
    timer: true,
    raw: flags.raw ?? false,
    footer: mode === 'table' && process.stdout.isTTY === true,
  };
}

function terminalIo(): SessionIo {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    width: () => (process.stdout.isTTY ? process.stdout.columns || 80 : null),
    styles: stylesFor(process.stdout),
    errStyles: stylesFor(process.stderr),
  };
}

/** The first Ctrl-C stops the query; a second one ends the process at once. */
function stopOnCtrlC(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(ExitCode.interrupted);
    stop.abort();
  });
  return stop.signal;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number of rows.');
  return Number(text);
}

function usage(message: string): number {
  process.stderr.write(`${message}\n`);
  return ExitCode.usage;
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += chunk;
  return text;
}
