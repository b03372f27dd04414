/** A world of its own to crawl: a sandbox process with its fault dial, a lake, a config to its size, one temp folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { configFolder } from '../../lib/config.js';
import { EnvironmentError } from '../../lib/errors.js';
import { packageRoot } from '../../lib/lake/package-root.js';
import type { FaultDial } from '../../sandbox/fault-rules.js';
import type { LogEntry } from '../../sandbox/log.js';

export interface SmallWorldOptions {
  seed: number;
  size: number;
  /** How many times faster than real time the crawler's waits go by. */
  speed: number;
  faults: FaultDial;
}

export interface Ended {
  code: number;
  output: string;
}

export interface SmallWorld {
  lake: string;
  config: string;
  /** Runs a program of the project to its end. */
  run(args: readonly string[]): Promise<Ended>;
  /** Every request so far, the control host's own apart. */
  log(): Promise<LogEntry[]>;
  /** robots.txt as an origin gives it, redirects followed; null where there is none. Leaves no trace in `log`. */
  robots(origin: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Who asks for robots.txt to measure others by. */
const MEASURER = 'truth-measurer';

export async function openSmallWorld(options: SmallWorldOptions): Promise<SmallWorld> {
  const { seed, size, speed } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'nam-truth-'));
  const config = path.join(folder, 'config');
  await cp(configFolder(), config, { recursive: true });
  await expectSize(path.join(config, 'associations.yaml'), size);
  const tsx = ['--import', 'tsx'];
  const sandbox = spawn(
    process.execPath,
    [
      ...tsx,
      'sandbox/serve.ts',
      ...['--seed', String(seed), '--size', String(size), '--limits', String(speed)],
      ...['--faults', JSON.stringify(options.faults), '--with-parent'],
    ],
    { cwd: packageRoot(), stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const running = new Set<ChildProcess>([sandbox]);
  const close = async () => {
    for (const child of running) child.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const where = await readyLine(sandbox).catch(async (error) => {
    await close();
    throw error;
  });
  const lake = path.join(folder, 'lake');
  const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LAKE: lake,
    LOGS: path.join(folder, 'logs'),
    NAM_CONFIG: config,
    NO_COLOR: '1',
    DATABASE_URL: '',
    SANDBOX: `${portOf(where.http)},${portOf(where.https)}`,
    SANDBOX_SEED: String(seed),
    SANDBOX_SIZE: String(size),
    SANDBOX_SPEED: String(speed),
  };

  const ask = async (scheme: string, host: string, pathname: string) => {
    const answer = await request(`http://${scheme === 'https' ? where.https : where.http}${pathname}`, {
      headers: { host, 'user-agent': MEASURER },
    });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  };

  return {
    lake,
    config,
    async run(args) {
      const child = spawn(process.execPath, [...tsx, ...args], {
        cwd: packageRoot(),
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running.add(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      const [code] = (await once(child, 'close')) as [number | null];
      running.delete(child);
      return { code: code ?? 1, output };
    },
    async log() {
      const { body } = await ask('http', 'sandbox.invalid', '/log.json');
      return (JSON.parse(body) as LogEntry[]).filter((e) => e.user_agent !== MEASURER);
    },
    async robots(origin) {
      let url = new URL('/robots.txt', origin);
      for (let hop = 0; hop <= 5; hop += 1) {
        const { status, headers, body } = await ask(url.protocol.slice(0, -1), url.host, url.pathname);
        if (status === 200) return body;
        if (status < 300 || status > 399 || !headers.location) return null;
        url = new URL(String(headers.location), url);
      }
      return null;
    },
    close,
  };
}

async function readyLine(sandbox: ChildProcess): Promise<{ http: string; https: string }> {
  const line = once(createInterface({ input: sandbox.stdout! }), 'line') as Promise<[string]>;
  const gone = once(sandbox, 'exit').then(() => null);
  const first = await Promise.race([line, gone]);
  if (first === null)
    throw new EnvironmentError(
      'The sandbox did not start. `npm run sandbox` with the same options says why.',
    );
  return JSON.parse(first[0]) as { http: string; https: string };
}

/** A small world has fewer members than the config expects of the real ones. */
async function expectSize(file: string, size: number): Promise<void> {
  const text = await readFile(file, 'utf8');
  const scaled = (members: string) => Math.max(1, Math.floor(Number(members) * size * 0.9));
  await writeFile(
    file,
    text.replace(/(expected_members: )(\d+)/g, (_, key: string, n: string) => key + scaled(n)),
  );
}
