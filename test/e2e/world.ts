/** A small sandbox world for end-to-end tests: its own sandbox process, lake, config and logs, all in one temp folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  ms: number;
}

export interface TestWorld {
  folder: string;
  lake: string;
  env: NodeJS.ProcessEnv;
  sandboxLog: string;
  /** Runs a program of the project to its end. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Starts one without waiting. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  truth(): Promise<Record<string, Record<string, unknown>[]>>;
  close(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** `size` 0.05 has 45, 15 and 25 members. */
export async function openTestWorld(
  options: { seed?: number; size?: number; speed?: number } = {},
): Promise<TestWorld> {
  const { seed = 7, size = 0.05, speed = 2_000 } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'nam-e2e-'));
  const config = path.join(folder, 'config');
  await cp(path.join(ROOT, 'config'), config, { recursive: true });
  await scaleExpectations(path.join(config, 'associations.yaml'), size);
  const sandboxLog = path.join(folder, 'sandbox.ndjson');
  const sandbox = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'sandbox/serve.ts',
      '--seed',
      String(seed),
      '--size',
      String(size),
      '--limits',
      String(speed),
      '--log',
      sandboxLog,
      '--with-parent',
    ],
    { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: sandbox.stdout! }), 'line')) as [string];
  const ready = JSON.parse(line) as { http: string; https: string };
  const port = (address: string) => address.split(':')[1]!;
  const lake = path.join(folder, 'lake');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LAKE: lake,
    LOGS: path.join(folder, 'logs'),
    NAM_CONFIG: config,
    CI: 'true',
    SANDBOX: `${port(ready.http)},${port(ready.https)}`,
    SANDBOX_SEED: String(seed),
    SANDBOX_SIZE: String(size),
    SANDBOX_SPEED: String(speed),
  };
  const start = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    spawn(process.execPath, ['--import', 'tsx', ...args], {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    folder,
    lake,
    env,
    sandboxLog,
    start,
    async run(args, more) {
      const begun = performance.now();
      const child = start(args, more);
      const out = { stdout: '', stderr: '' };
      child.stdout!.on('data', (d: Buffer) => (out.stdout += d.toString()));
      child.stderr!.on('data', (d: Buffer) => (out.stderr += d.toString()));
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      return { code, signal, ...out, ms: performance.now() - begun };
    },
    async truth() {
      const answer = await request(`http://${ready.http}/truth.json`, {
        headers: { host: 'sandbox.invalid' },
      });
      return (await answer.body.json()) as Record<string, Record<string, unknown>[]>;
    },
    async close() {
      sandbox.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function scaleExpectations(file: string, size: number): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(
      /expected_members: (\d+)/g,
      (_, n: string) => `expected_members: ${Math.max(1, Math.floor(Number(n) * size * 0.9))}`,
    ),
  );
}

export interface LoggedRequest {
  at: string;
  scheme: string;
  method: string;
  host: string;
  path: string;
  status: number;
}

/** What the sandbox was asked, oldest first. */
export async function requestsOf(world: TestWorld): Promise<LoggedRequest[]> {
  const text = await readFile(world.sandboxLog, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LoggedRequest);
}
