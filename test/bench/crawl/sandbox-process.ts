/** The sandbox as a process of its own beside a benchmark, with its request log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../lib/lake/package-root.js';
import type { LogEntry } from '../../../sandbox/log.js';

export interface RunningSandbox {
  http: number;
  https: number;
  /** What it was asked so far, oldest first. */
  log(): Promise<LogEntry[]>;
  close(): Promise<void>;
}

/** Seed of all sandboxes here. */
export const SEED = 7;

export async function runSandbox(options: { size: number; speed?: number }): Promise<RunningSandbox> {
  const child = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', 'sandbox/serve.ts', '--seed', String(SEED), '--size', String(options.size)],
      ...['--limits', String(options.speed ?? 1), '--with-parent'],
    ],
    { cwd: packageRoot(), stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the sandbox ended with code ${String(code)} before it was ready`);
    }),
  ])) as [string];
  const ready = JSON.parse(line) as { http: string; https: string };
  const port = (address: string) => Number(address.split(':')[1]);
  const http = port(ready.http);
  return {
    http,
    https: port(ready.https),
    async log() {
      const { request } = await import('undici');
      const answer = await request(`http://127.0.0.1:${http}/log.json`, {
        headers: { host: 'sandbox.invalid' },
      });
      return (await answer.body.json()) as LogEntry[];
    },
    async close() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
