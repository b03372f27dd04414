/** What a person types into the SQL console, run: statements and dot commands, against one open session. */
import type { SqlConsole } from '../lake/console.js';
import { sanitise, sanitiseLines } from './sanitise.js';
import { OUTPUT_MODES, type OutputMode, renderResult, summary } from './sql-output.js';
import type { Styles } from './styles.js';

export interface SessionOptions {
  mode: OutputMode;
  /** Rows fetched at most a query; null for all. */
  limit: number | null;
  timer: boolean;
  raw: boolean;
  /** Shows counts and times; off where only the data is wanted. */
  footer: boolean;
}

export interface SessionIo {
  out(text: string): void;
  err(text: string): void;
  /** Cells of the terminal now; null where there is none. */
  width(): number | null;
  styles: Styles;
  errStyles: Styles;
}

export interface SqlSession {
  options: SessionOptions;
  /** Runs statements in order until one fails; true when all went well. */
  run(sql: string, signal: AbortSignal): Promise<boolean>;
  /** Runs a dot command; `quit` when it was the last one. */
  command(line: string): Promise<'ok' | 'failed' | 'quit'>;
  tables(): Promise<string[]>;
  close(): Promise<void>;
}

export const COMMANDS: readonly (readonly [name: string, about: string])[] = [
  ['.tables', 'tables and views of the lake'],
  ['.schema [table]', 'columns of one, or of all'],
  [`.mode ${OUTPUT_MODES.join('|')}`, 'how results are shown'],
  ['.limit N|off', 'rows shown at most'],
  ['.timer on|off', 'time of each query'],
  ['.refresh', 'take in what runs have written since'],
  ['.help', 'this list'],
  ['.quit', 'leave (also Ctrl-D)'],
];

/** A session over consoles that `open` makes: once now, and again at each `.refresh`. */
export async function startSession(
  open: () => Promise<SqlConsole>,
  options: SessionOptions,
  io: SessionIo,
): Promise<SqlSession> {
  let sql = await open();

  async function columns(table: string): Promise<string> {
    const listed = await sql.schema(table);
    const widest = Math.max(...listed.map((c) => c.name.length));
    const lines = listed.map(
      (c) => `  ${sanitise(c.name).padEnd(widest)}  ${io.styles.dim(sanitise(c.type))}\n`,
    );
    return `${io.styles.bold(sanitise(table))}\n${lines.join('')}`;
  }

  const actions: Record<string, (argument: string) => Promise<unknown>> = {
    '.tables': async () => io.out((await sql.tables()).map((name) => `${sanitise(name)}\n`).join('')),
    '.schema': async (table) => {
      for (const name of table ? [table] : await sql.tables()) io.out(await columns(name));
    },
    '.mode': async (mode) => {
      options.mode = oneOf(mode, OUTPUT_MODES);
    },
    '.limit': async (limit) => {
      if (limit !== 'off' && !/^[1-9]\d{0,8}$/.test(limit))
        throw new Error('.limit takes a number of rows, or off');
      options.limit = limit === 'off' ? null : Number(limit);
    },
    '.timer': async (state) => {
      options.timer = oneOf(state, ['on', 'off']) === 'on';
    },
    '.refresh': async () => {
      const next = await open();
      await sql.close();
      sql = next;
    },
    '.help': async () => {
      const widest = Math.max(...COMMANDS.map(([name]) => name.length));
      io.out(COMMANDS.map(([name, about]) => `${name.padEnd(widest)}  ${io.styles.dim(about)}\n`).join(''));
      io.out(io.styles.dim('SQL ends with a semicolon. Ctrl-C stops a query.\n'));
    },
  };

  return {
    options,
    async run(text, signal) {
      try {
        for (const statement of await sql.check(text)) {
          const result = await sql.query(statement, {
            signal,
            ...(options.limit === null ? {} : { maxRows: options.limit }),
          });
          io.out(
            renderResult(result, {
              mode: options.mode,
              width: io.width(),
              styles: io.styles,
              raw: options.raw,
            }),
          );
          if (options.footer) io.out(`${io.styles.dim(summary(result, options.timer))}\n`);
          else if (result.truncated) io.err(`${io.errStyles.dim(`${summary(result)}: --limit`)}\n`);
        }
        return true;
      } catch (error) {
        io.err(`${io.errStyles.red(sanitiseLines(plainMessage(error)))}\n`);
        return false;
      }
    },
    async command(line) {
      const [name = '', ...rest] = line.trim().replace(/;$/, '').split(/\s+/);
      if (name === '.quit' || name === '.exit') return 'quit';
      try {
        const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
        if (!action) throw new Error(`${name} is not a command; .help lists them`);
        await action(rest.join(' '));
        return 'ok';
      } catch (error) {
        io.err(`${io.errStyles.red(sanitiseLines(plainMessage(error)))}\n`);
        return 'failed';
      }
    },
    tables: () => sql.tables(),
    close: () => sql.close(),
  };
}

function oneOf<T extends string>(word: string, words: readonly T[]): T {
  const found = words.find((w) => w === word);
  if (!found) throw new Error(`choose one of: ${words.join(', ')}`);
  return found;
}

/** The message alone: its cause is DuckDB's own wording of the same. */
function plainMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
