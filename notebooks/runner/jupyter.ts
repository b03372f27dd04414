/**
 * Runs notebooks on the Jupyter of this machine, with the project's own tslab as the kernel: registered for this run in
 * a temporary folder, installed nowhere. `execute.py` drives nbclient and answers in one JSON event a line.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { EnvironmentError } from '../../lib/errors.js';
import { packageRoot } from '../../lib/lake/package-root.js';

/** What an executed notebook reports. */
export type NotebookEvent =
  | { event: 'begin'; source: string }
  | { event: 'cell'; number: number; of: number }
  | { event: 'done'; html: string }
  | {
      event: 'failed';
      reason: 'error' | 'timeout' | 'kernel' | 'other';
      /** Number of the code cell, from 1; 0 when it was none. */
      number: number;
      source: string;
      text: string;
    };

export const HOW_TO_GET_JUPYTER = [
  'Jupyter is not on this machine: no Python was found that has nbconvert and nbclient. Get it by one of',
  '  apt-get install --no-install-recommends jupyter-nbconvert   (Debian, Ubuntu)',
  '  pipx install nbconvert                                      (anywhere with Python)',
  'Nothing else is needed; the TypeScript kernel (tslab) comes with npm ci.',
].join('\n');

const run = promisify(execFile);

/**
 * A Python that has nbconvert and nbclient, or null. It may hide behind the `jupyter` command (pipx, a venv); `beside` is where to look off
 * the PATH, which is where Debian's is when another Python stands before it.
 */
export async function findJupyter(
  env: NodeJS.ProcessEnv = process.env,
  beside: readonly string[] = ['/usr/bin/python3'],
): Promise<string | null> {
  const behind = await Promise.all(
    ['jupyter-nbconvert', 'jupyter'].map(async (command) => interpreterOf(await onPath(command, env))),
  );
  const candidates = [...behind, 'python3', 'python', ...beside];
  for (const python of new Set(candidates)) {
    if (python === null) continue;
    const found = await run(python, ['-c', 'import nbclient, nbconvert, nbformat'], {
      env,
      timeout: 30_000,
    }).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  return null;
}

async function onPath(command: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, command);
    if (folder && existsSync(file)) return file;
  }
  return null;
}

/** The interpreter in a script's first line. */
async function interpreterOf(script: string | null): Promise<string | null> {
  if (script === null) return null;
  const line = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(await fs.readFile(script, 'latin1'));
  if (!line) return null;
  return line[1]!.endsWith('/env') ? (line[2] ?? null) : line[1]!;
}

export interface ExecuteOptions {
  python: string;
  /** The notebooks and where their HTML goes. */
  notebooks: readonly { source: string; html: string }[];
  /** Folder of the lake that they look at. */
  lake: string;
  /** Seconds a cell may take. */
  timeout: number;
  onEvent: (event: NotebookEvent) => void;
}

/** Executes notebooks one after the other; throws when the run itself cannot be made. */
export async function executeNotebooks(options: ExecuteOptions): Promise<void> {
  const root = packageRoot();
  const tslab = path.join(root, 'node_modules', 'tslab', 'bin', 'tslab');
  if (!existsSync(tslab)) {
    throw new EnvironmentError('The notebook kernel (tslab) is not installed: npm ci, without --omit=dev.');
  }
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'nam-jupyter-'));
  try {
    const kernel = path.join(folder, 'kernels', 'tslab');
    await fs.mkdir(kernel, { recursive: true });
    const spec = {
      argv: [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}'],
      display_name: 'TypeScript (tslab)',
      language: 'typescript',
    };
    await fs.writeFile(path.join(kernel, 'kernel.json'), JSON.stringify(spec));
    await drive(options, {
      ...process.env,
      LAKE: options.lake,
      NAM_HOME: root,
      NODE_NO_WARNINGS: '1',
      PYTHONWARNINGS: 'ignore',
      JUPYTER_PATH: [folder, process.env.JUPYTER_PATH].filter(Boolean).join(path.delimiter),
      JUPYTER_RUNTIME_DIR: path.join(folder, 'runtime'),
    });
  } finally {
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function drive(options: ExecuteOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const script = path.join(packageRoot(), 'notebooks', 'runner', 'execute.py');
  const child = spawn(options.python, [script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  child.stdin.end(JSON.stringify({ timeout: options.timeout, notebooks: options.notebooks }));
  for await (const line of createInterface({ input: child.stdout })) {
    options.onEvent(JSON.parse(line) as NotebookEvent);
  }
  const code = await ended;
  if (code !== 0 && code !== 130) {
    const last = complaint.trim().split('\n').at(-1) ?? '';
    throw new EnvironmentError(`Jupyter ended with exit code ${code}: ${last}`);
  }
}

/** The message in what the kernel printed when a cell failed: no stack, no warnings of Node. */
export function errorText(printed: string): string {
  const said = printed
    .split('\n')
    .filter((line) => !/^\(node:\d+\)|^\(Use `node /.test(line) && line.trim() !== '');
  // An error thrown outside an await begins with its place in the cell, up to a line with a caret.
  const caret = said.findIndex((line) => /^\s*\^+$/.test(line));
  const begin = /^\S+:\d+$/.test(said[0] ?? '') ? caret + 1 : 0;
  const stack = said.findIndex((line, i) => i > begin && /^\s+at /.test(line));
  const lines = said.slice(begin, stack < 0 ? undefined : stack).slice(0, 12);
  const text = lines.map((line) => line.trimEnd()).join('\n');
  return text.replace(/^\[(\w*Error: .*)\]$/s, '$1').replace(/ \{$/, '') || 'no word about why';
}
