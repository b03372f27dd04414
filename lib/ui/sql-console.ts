/** The interactive SQL console: lines to statements, history, completion, Ctrl-C. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isBlankSql, splitStatements } from '../lake/console-text.js';
import { COMMANDS, type SessionIo, type SqlSession } from './sql-session.js';

const PROMPT = 'nam> ';
const MORE = '  -> ';
const HISTORY_LINES = 1000;

interface ConsoleOptions {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  historyFile: string;
}

/** Where typed lines are kept: the XDG state folder when one is set, else the home folder. */
export function historyFile(env: NodeJS.ProcessEnv = process.env): string {
  return env.XDG_STATE_HOME
    ? join(env.XDG_STATE_HOME, 'nam', 'sql_history')
    : join(homedir(), '.nam_sql_history');
}

/** Reads and runs until `.quit`, Ctrl-D or a second Ctrl-C; answers the exit code. */
export async function runConsole(
  session: SqlSession,
  io: SessionIo,
  options: ConsoleOptions,
): Promise<number> {
  let names = await session.tables();
  let buffer = '';
  let running: AbortController | null = null;
  let pressedTwice = false;
  /** Lines taken but not finished, and how often Ctrl-C has stopped some. */
  let pending = 0;
  let stops = 0;
  let closed = false;
  let exitCode = 0;
  let work: Promise<void> = Promise.resolve();

  const rl = createInterface({
    input: options.input,
    output: options.output,
    terminal: true,
    prompt: PROMPT,
    history: readHistory(options.historyFile),
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(line, names),
  });
  let history: string[] = [];
  rl.on('history', (lines: string[]) => {
    history = lines;
  });

  async function take(line: string): Promise<void> {
    if (buffer === '' && line.trimStart().startsWith('.')) {
      if ((await session.command(line)) === 'quit') {
        closed = true;
        rl.close();
      }
      if (/^\s*\.refresh/.test(line)) names = await session.tables();
    } else {
      buffer += `${line}\n`;
      const { statements, rest } = splitStatements(buffer);
      buffer = isBlankSql(rest) ? '' : rest;
      if (statements.length > 0) {
        running = new AbortController();
        await session.run(statements.join('\n;\n'), running.signal);
        running = null;
      }
    }
  }

  function ask(): void {
    if (closed) return;
    rl.setPrompt(buffer === '' ? PROMPT : MORE);
    rl.prompt();
  }

  rl.on('line', (line) => {
    pressedTwice = false;
    const era = stops;
    pending += 1;
    work = work.then(async () => {
      // Lines that were pasted behind a query that was stopped are not run.
      if (era === stops) await take(line);
      pending -= 1;
      ask();
    });
  });
  rl.on('SIGINT', () => {
    if (pressedTwice) {
      exitCode = 130;
      rl.close();
    } else if (pending > 0) {
      stops += 1;
      buffer = '';
      if (running) running.abort();
      else io.out('The query was stopped.\n');
    } else if (buffer === '' && rl.line === '') {
      io.out(`${io.styles.dim('\nOnce more to leave.')}\n`);
    } else {
      io.out('^C\n');
    }
    pressedTwice = true;
    if (exitCode === 0 && pending === 0) {
      buffer = '';
      // Ctrl-U: what stands on the line goes, as in a shell.
      rl.write(null, { ctrl: true, name: 'e' });
      rl.write(null, { ctrl: true, name: 'u' });
      ask();
    }
  });

  await new Promise<void>((resolve) => {
    rl.once('close', () => {
      closed = true;
      resolve();
    });
    ask();
  });
  (running as AbortController | null)?.abort();
  if (exitCode === 0) await work;
  writeHistory(options.historyFile, history);
  io.out('\n');
  return exitCode;
}

const KEYWORDS =
  'select from where group by order by limit count(*) distinct join using having with as desc'.split(' ');

function complete(line: string, names: readonly string[]): [string[], string] {
  const word = /[.\w]*$/.exec(line)?.[0] ?? '';
  const commands = COMMANDS.map(([name]) => name.split(' ')[0]!);
  const choices = line.trimStart() === word && word.startsWith('.') ? commands : [...names, ...KEYWORDS];
  const hits = choices.filter((choice) => choice.toLowerCase().startsWith(word.toLowerCase()));
  return [word === '' ? [...names] : [...new Set(hits)], word];
}

/** Newest first, as readline wants it; the file has the newest last. */
function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-HISTORY_LINES).reverse();
  } catch {
    return [];
  }
}

/** Queries may hold names and addresses: the file is for its owner only. A history that cannot be kept stops nobody. */
function writeHistory(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${[...lines].reverse().join('\n')}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // A read-only home folder, say.
  }
}
