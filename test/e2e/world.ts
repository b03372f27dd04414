/** A small sandbox world for end-to-end tests: its own sandbox process, lake, config and logs, all in one temp folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { request } from 'undici';
import { inject, vi } from 'vitest';
import { loadConfig } from '../../lib/config.js';
import type { Recipe } from '../../lib/harness/recipe.js';
import { type PhaseResult, runPhase } from '../../lib/harness/run-phase.js';
import { openSession } from '../../lib/harness/session.js';
import type { FaultDial } from '../../sandbox/faults.js';

// Whole programs are run here; on a busy machine each takes its seconds.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

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
  config: string;
  /** An empty folder; `TMPDIR` for a test that looks at what is left there. */
  tmp: string;
  env: NodeJS.ProcessEnv;
  sandboxLog: string;
  /** Runs a program of the project to its end. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  /** Runs recipes for one association in this very process, in a job of the world's lake; the results in their order. */
  phases(association: string, recipes: readonly Recipe[], env?: NodeJS.ProcessEnv): Promise<PhaseResult[]>;
  /** Starts one without waiting. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  /** Turns the sandbox's fault dial. */
  turn(faults: FaultDial): Promise<void>;
  truth(): Promise<Record<string, Record<string, unknown>[]>>;
  /** What `npm run sql` answers to several queries, in order. */
  ask(queries: readonly string[]): Promise<Record<string, unknown>[][]>;
  /** A copy of the lake to spoil; returns its folder. */
  copyOfLake(name: string): Promise<string>;
  /** A copy of the config with one file changed; returns its folder. */
  configWith(name: string, file: string, change: (text: string) => string): Promise<string>;
  close(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a person may have in their environment or `.env`, and a test must not: an empty value wins over the file. */
const NOT_OURS = {
  DATABASE_URL: '',
  APOLLO_API_KEY: '',
  BUILTWITH_API_KEY: '',
  CLEARBIT_API_KEY: '',
};

/** Arguments of a full run on the sandbox. */
export const fullRun = (...associations: string[]): string[] => [
  'recipes/pipeline.ts',
  '--mode',
  'full',
  ...associations.flatMap((code) => ['-a', code]),
  '--world',
  'sandbox',
  '--join-newest',
  '--no-tui',
];

/** `size` 0.05 has 45, 15 and 25 members. */
export async function openTestWorld(
  options: { seed?: number; size?: number; speed?: number } = {},
): Promise<TestWorld> {
  const { seed = 7, size = 0.05, speed = 2_000 } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'nam-e2e-'));
  const config = path.join(folder, 'config');
  const tmp = path.join(folder, 'tmp');
  await mkdir(tmp);
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
    ...NOT_OURS,
    NO_COLOR: '1',
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
    config,
    tmp,
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
    async phases(association, recipes, more) {
      const all = { ...env, ...more };
      const session = await openSession({
        config: await loadConfig(all.NAM_CONFIG),
        env: all,
        dryRun: false,
        logLevel: 'info',
        world: 'sandbox',
        job: 'newest_or_new',
        associations: [association],
        phaseOptions: { enrichment: 'all', validation: 'all', mode: 'extract', maxAgeMs: null },
      });
      try {
        const results: PhaseResult[] = [];
        for (const recipe of recipes) results.push(await runPhase(session, recipe, association));
        return results;
      } finally {
        await session.close();
      }
    },
    async turn(faults) {
      const answer = await request(`http://${ready.http}/faults`, {
        method: 'POST',
        headers: { host: 'sandbox.invalid' },
        body: JSON.stringify(faults),
      });
      if (answer.statusCode !== 200) throw new Error(await answer.body.text());
    },
    async truth() {
      const answer = await request(`http://${ready.http}/truth.json`, {
        headers: { host: 'sandbox.invalid' },
      });
      return (await answer.body.json()) as Record<string, Record<string, unknown>[]>;
    },
    async ask(queries) {
      const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sql.ts', '--json'], {
        cwd: ROOT,
        env,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child.stdin.end(queries.map((sql) => sql.replace(/;?\s*$/, ';')).join('\n'));
      const [answers, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      if (errors !== '') throw new Error(errors);
      // One array after the other, each closed by a bracket on a line of its own.
      return answers
        .split(/(?<=^\])\n/m)
        .filter((answer) => answer.trim() !== '')
        .map((answer) => JSON.parse(answer) as Record<string, unknown>[]);
    },
    async copyOfLake(name) {
      const copy = path.join(folder, name);
      await cp(lake, copy, { recursive: true, preserveTimestamps: true });
      return copy;
    },
    async configWith(name, file, change) {
      const copy = path.join(folder, name);
      await cp(config, copy, { recursive: true });
      const target = path.join(copy, file);
      const before = await readFile(target, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`nothing of ${file} was changed`);
      await writeFile(target, after);
      return copy;
    },
    async close() {
      sandbox.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A world with a finished full run in its lake, a copy of one that is made once for all test files of a run: `first` is
 * how that run went. Its own sandbox has been asked nothing yet.
 */
export async function finishedWorld(
  associations: readonly string[],
  options: { seed?: number; size?: number } = {},
): Promise<TestWorld & { first: Outcome }> {
  const template = path.join(
    inject('runFolder'),
    createHash('sha256')
      .update(JSON.stringify([associations, options]))
      .digest('hex')
      .slice(0, 16),
  );
  await onlyOnce(template, () => makeTemplate(template, associations, options));
  const first = JSON.parse(await readFile(path.join(template, 'first.json'), 'utf8')) as Outcome;
  if (first.code !== 0)
    throw new Error(`the run of the test's world failed (${first.code}): ${first.stdout}${first.stderr}`);
  const world = await openTestWorld({ size: 0.03, ...options });
  for (const part of ['lake', 'logs'])
    await cp(path.join(template, part), path.join(world.folder, part), {
      recursive: true,
      preserveTimestamps: true,
    });
  return { ...world, first };
}

async function makeTemplate(
  folder: string,
  associations: readonly string[],
  options: { seed?: number; size?: number },
): Promise<void> {
  const world = await openTestWorld({ size: 0.03, ...options });
  try {
    const first = await world.run(fullRun(...associations));
    await mkdir(folder, { recursive: true });
    for (const part of ['lake', 'logs'])
      await cp(path.join(world.folder, part), path.join(folder, part), {
        recursive: true,
        preserveTimestamps: true,
      });
    await writeFile(path.join(folder, 'first.json'), JSON.stringify(first));
  } finally {
    await world.close();
  }
}

/** The first of the test processes does the work, the others wait until it is done. */
async function onlyOnce(place: string, work: () => Promise<void>): Promise<void> {
  const first = await mkdir(`${place}.lock`).then(
    () => true,
    () => false,
  );
  const done = `${place}.done`;
  if (first) await work().finally(() => writeFile(done, ''));
  else await vi.waitUntil(() => existsSync(done), { timeout: 150_000, interval: 50 });
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
  fault: string | null;
}

/** What the sandbox was asked, oldest first. */
export async function requestsOf(world: TestWorld): Promise<LoggedRequest[]> {
  if (!existsSync(world.sandboxLog)) return []; // nobody has asked yet
  const text = await readFile(world.sandboxLog, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LoggedRequest);
}
