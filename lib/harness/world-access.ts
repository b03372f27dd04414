/**
 * How a run reaches its world. The real one is the internet; the sandbox is a program of its own on this machine, which
 * is started when the network is first needed and ends with this process. Nothing else here knows what either holds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Clock, machineClock } from '../clock.js';
import type { Config } from '../config.js';
import { EnvironmentError } from '../errors.js';
import type { Lake } from '../lake/lake.js';
import { packageRoot } from '../lake/package-root.js';
import { pacingRoot, robotsFile } from '../lake/paths.js';
import type { World } from '../lake/world.js';
import type { PageRenderer } from '../web/browser/types.js';
import type { Fetcher } from '../web/fetcher.js';
import type { Route } from '../web/transport.js';
import { limitsOf } from './limits.js';

export interface WorldAccess {
  clock: Clock;
  random: () => number;
  /** Opens the fetcher when it is first asked for. */
  web(): Promise<Fetcher>;
  /** Opens the one browser of the run when it is first asked for. */
  browser(): Promise<PageRenderer>;
  secret(name: string): string | null;
  close(): Promise<void>;
}

interface Options {
  world: World;
  lake: Lake;
  config: Config;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onWait: (domain: string, reason: string, waitMs: number) => void;
  /** In place of the machine's: virtual time, for a run whose waits nobody wants to sit through. */
  clock?: Clock | undefined;
}

export function openWorldAccess(options: Options): WorldAccess {
  const { world, env } = options;
  const clock = options.clock ?? machineClock(world.world === 'sandbox' ? world.speed : 1);
  let fetcher: Promise<Fetcher> | null = null;
  let renderer: Promise<PageRenderer> | null = null;
  let sandbox: RunningSandbox | null = null;

  async function open(): Promise<Fetcher> {
    let route: Route = { kind: 'internet' };
    if (world.world === 'sandbox') {
      sandbox = await reachSandbox(world, env);
      route = { kind: 'loopback', http: sandbox.http, https: sandbox.https };
    }
    if (options.lake.dryRun) await knowWhatWasAsked(options.lake);
    return fetcherFor(options, clock, route);
  }

  return {
    clock,
    random: Math.random,
    web: () => (fetcher ??= open()),
    browser: () => (renderer ??= rendererFor(options)),
    // A real key is never shown to the sandbox, nor an invented one to the world.
    secret: (name) =>
      world.world === 'sandbox' ? `sandbox-${name.toLowerCase()}` : env[name]?.trim() || null,
    async close() {
      await (await renderer)?.close();
      if (fetcher) await (await fetcher).close();
      await sandbox?.close();
    },
  };
}

async function rendererFor({ config, env }: Options): Promise<PageRenderer> {
  const { openRenderer } = await import('../web/browser/renderer.js');
  const { browser, http } = config.agents;
  return openRenderer({ settings: browser, userAgent: http.user_agent, env });
}

/** A dry run begins with the pace, the day's counts and the robots.txt answers that the lake knows of. */
async function knowWhatWasAsked({ root, writeRoot }: Lake): Promise<void> {
  for (const of of [pacingRoot, robotsFile])
    await cp(of(root), of(writeRoot), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
}

async function fetcherFor(
  { config, lake, signal, onWait }: Options,
  clock: Clock,
  route: Route,
): Promise<Fetcher> {
  const { openFetcher } = await import('../web/fetcher.js'); // the HTTP client is not loaded before it is needed
  const { openTransport } = await import('../web/transport.js');
  const { http } = config.agents;
  return openFetcher({
    http,
    limitFor: limitsOf(config),
    apiHosts: new Set(
      Object.values(config.agents.providers.by_provider).flatMap((p) =>
        p.base_url ? [new URL(p.base_url).hostname] : [],
      ),
    ),
    transport: openTransport(route, { connectTimeoutMs: http.connect_timeout_ms }),
    clock,
    random: Math.random,
    pacingFolder: pacingRoot(lake.writeRoot),
    robotsFile: robotsFile(lake.writeRoot),
    signal,
    onWait,
  });
}

interface RunningSandbox {
  http: number;
  https: number;
  close(): Promise<void>;
}

const readySchema = z.object({
  ready: z.literal(true),
  http: z.string(),
  https: z.string(),
  seed: z.number(),
  size: z.number(),
});
const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/** A sandbox that runs already (`SANDBOX=httpPort,httpsPort`), or one of our own that ends with us. */
async function reachSandbox(
  world: Extract<World, { world: 'sandbox' }>,
  env: NodeJS.ProcessEnv,
): Promise<RunningSandbox> {
  const given = /^(\d+),(\d+)$/.exec(env.SANDBOX?.trim() ?? '');
  if (given) return { http: Number(given[1]), https: Number(given[2]), close: async () => undefined };
  const program = path.join(packageRoot(), 'sandbox', 'serve.ts');
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      program,
      '--seed',
      String(world.seed),
      '--size',
      String(world.size),
      '--limits',
      String(world.speed),
      '--with-parent',
    ],
    { stdio: ['pipe', 'pipe', 'ignore'], cwd: packageRoot() },
  );
  const ready = readySchema.parse(JSON.parse(await firstLine(child)));
  return {
    http: portOf(ready.http),
    https: portOf(ready.https),
    async close() {
      child.stdin?.end();
      child.kill('SIGTERM');
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(
        new EnvironmentError(
          `The sandbox did not start: ${why}. Try \`npm run sandbox\` to see what it says.`,
        ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`it ended with code ${code}`));
    createInterface({ input: child.stdout! }).once('line', resolve);
  });
}
