/**
 * `npm run notebooks -- --execute`: the notebooks on the present lake, as HTML. Also lists them and keeps their outputs
 * out of git.
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { EnvironmentError, ExitCode, UserError } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { sanitiseLines } from '../lib/ui/sanitise.js';
import {
  cellsWithOutputs,
  chosenNotebooks,
  readNotebook,
  strip,
  titleOf,
} from '../notebooks/runner/files.js';
import {
  errorText,
  executeNotebooks,
  findJupyter,
  HOW_TO_GET_JUPYTER,
  type NotebookEvent,
} from '../notebooks/runner/jupyter.js';

interface Flags {
  execute?: boolean;
  list?: boolean;
  strip?: boolean;
  check?: boolean;
  out?: string;
  timeout: number;
  lake?: string;
}

const program = new Command('notebooks')
  .description('Runs the notebooks on the present lake, or looks after their files.')
  .argument('[notebook...]', 'names such as 01-quality, or paths (default: all)')
  .option('--execute', 'run them and write HTML, with the Jupyter of this machine')
  .option('--out <dir>', 'with --execute: where the HTML goes (default: notebooks/)')
  .option('--timeout <seconds>', 'with --execute: how long a cell may take', seconds, 120)
  .option('--lake <dir>', 'with --execute: the lake (default: LAKE, or ./lake)')
  .option('--list', 'what notebooks there are')
  .option('--strip', 'take outputs and execution counts out of the files')
  .option('--check', 'fail when a notebook carries outputs, which do not belong in git')
  .exitOverride();

await mainOf(async () => {
  program.parse();
  const flags = program.opts<Flags>();
  const wanted = [flags.execute, flags.list, flags.strip, flags.check].filter(Boolean).length;
  if (wanted !== 1) throw new UserError('One of --execute, --list, --strip or --check, please (see --help).');
  const files = await chosenNotebooks(program.args);
  if (flags.list) return list(files);
  if (flags.strip) return stripAll(files);
  if (flags.check) return checkAll(files);
  return execute(files, flags);
});

async function list(files: readonly string[]): Promise<number> {
  for (const file of files) console.log(`${nameOf(file)}  ${titleOf(await readNotebook(file))}`);
  return ExitCode.done;
}

async function stripAll(files: readonly string[]): Promise<number> {
  for (const file of files) {
    const cells = await strip(file);
    console.log(`${nameOf(file)}: ${cells === 0 ? 'clean' : `outputs of ${cells} cells removed`}`);
  }
  return ExitCode.done;
}

async function checkAll(files: readonly string[]): Promise<number> {
  let dirty = 0;
  for (const file of files) {
    const cells = cellsWithOutputs(await readNotebook(file));
    if (cells === 0) continue;
    dirty += 1;
    console.error(`${nameOf(file)}: ${cells} cells carry outputs.`);
  }
  if (dirty === 0) return ExitCode.done;
  console.error('Outputs do not belong in git: npm run notebooks -- --strip');
  return ExitCode.failed;
}

async function execute(files: readonly string[], flags: Flags): Promise<number> {
  const python = await findJupyter();
  if (python === null) throw new EnvironmentError(HOW_TO_GET_JUPYTER, { code: 'NO_JUPYTER' });
  const lake = flags.lake ? lakeRoot({ LAKE: flags.lake }) : lakeRoot();
  if (flags.out) await fs.mkdir(flags.out, { recursive: true });
  const notebooks = files.map((source) => ({
    source,
    html: path.resolve(flags.out ?? path.dirname(source), `${nameOf(source)}.html`),
  }));
  // Ctrl-C reaches Jupyter too; it ends its kernel, and only then is there nothing left to wait for.
  let interrupted = false;
  process.on('SIGINT', () => {
    interrupted = true;
  });
  const results = reporter(notebooks, flags.timeout);
  await executeNotebooks({ python, notebooks, lake, timeout: flags.timeout, onEvent: results.onEvent });
  if (interrupted) return ExitCode.interrupted;
  return results.failed() === 0 ? ExitCode.done : ExitCode.failed;
}

/** Says on screen what happens to each notebook. */
function reporter(notebooks: readonly { source: string; html: string }[], timeout: number) {
  let failures = 0;
  let name = '';
  let html = '';
  let startedAt = 0;
  const onEvent = (event: NotebookEvent) => {
    if (event.event === 'begin') {
      name = nameOf(event.source);
      html = relative(notebooks.find((n) => n.source === event.source)?.html ?? '');
      startedAt = performance.now();
      console.log(`${name} …`);
    } else if (event.event === 'done') {
      console.log(`${name}: ${html} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    } else if (event.event === 'failed') {
      failures += 1;
      console.error(sanitiseLines(failure(name, html, event, timeout)));
    }
  };
  return { onEvent, failed: () => failures };
}

function failure(
  name: string,
  html: string,
  event: Extract<NotebookEvent, { event: 'failed' }>,
  timeout: number,
): string {
  const first = event.source.trim().split('\n')[0] ?? '';
  const at = `${name}, code cell ${event.number} (${first})`;
  switch (event.reason) {
    case 'error':
      return `${at} failed:\n${indented(errorText(event.text))}\nWhat ran before it is in ${html}.`;
    case 'timeout':
      return `${at} took longer than ${timeout} s; --timeout gives it more.`;
    case 'kernel':
      return `${name}: the notebook kernel (tslab) died${event.number > 0 ? ` in code cell ${event.number}` : ' at its start'}: ${event.text}`;
    default:
      return `${name}: ${event.text}`;
  }
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

function nameOf(file: string): string {
  return path.basename(file, '.ipynb');
}

function relative(file: string): string {
  const short = path.relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.');
  return Number(text);
}
