/** Runs a script as a person would: a child process, with its own environment. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Run {
  code: number | null;
  out: string;
  err: string;
}

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs `scripts/<name>.ts` to its end; without `input`, stdin is empty. */
export function runScript(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input = '',
): Promise<Run> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${name}.ts`, ...args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '', LAKE: '', ...env },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
    child.stdin.end(input);
  });
}
