/** Splink from PyPI, in a virtual environment of its own below the user's cache folder; made once. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Those that `peers/splink_companies.py` clusters at. */
export const splinkThresholds = ['0.5', '0.7', '0.9', '0.95', '0.99', '0.999', '0.9999'] as const;

/** The Python that has Splink. */
export function splinkPython(): string {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const environment = path.join(cache, 'nam-bench-resolve', 'splink-5.0.0');
  const python = path.join(environment, 'bin', 'python');
  const run = (command: string, args: string[]) => {
    const done = spawnSync(command, args, { encoding: 'utf8' });
    if (done.status !== 0)
      throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`);
  };
  if (!existsSync(path.join(environment, 'bin', 'splink-is-there'))) {
    run('python3', ['-m', 'venv', environment]);
    run(python, ['-m', 'pip', 'install', '--quiet', 'splink==5.0.0', 'pandas==3.1.1']);
    run('touch', [path.join(environment, 'bin', 'splink-is-there')]);
  }
  return python;
}
