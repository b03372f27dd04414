/** Programs of the tests that run as processes of their own, to be killed or to compete. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Child {
  process: ChildProcess;
  /** Lines of stdout so far. */
  lines: string[];
  errors: () => string;
  /** Resolves when a line for which `wanted` holds has come. */
  line(wanted: (line: string) => boolean): Promise<string>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts `test/support/programs/<name>.ts`, or another file of the project. */
export function startChild(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Child {
  const file = name.endsWith('.ts') ? name : path.join('test', 'support', 'programs', `${name}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) =>
    child.on('close', (code, signal) => done({ code, signal })),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    lines,
    errors: () => stderr,
    ended,
    line: (wanted) =>
      new Promise((done, fail) => {
        const look = () => {
          const found = lines.find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
        void ended.then(({ code }) => fail(new Error(`the child ended (${code}): ${stderr}`)));
      }),
  };
}
