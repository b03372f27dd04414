/** How figures are taken: alternatives turn by turn in one run, so that a busy machine slows all of them alike. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { packageRoot } from '../../lib/lake/package-root.js';

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { min: sorted[0] ?? 0, median, max: sorted.at(-1) ?? 0 };
}

/** One alternative: its name, and one round of it. A round that sets something up times itself and answers its ms. */
export interface Alternative {
  name: string;
  /** What a round handles, for a rate. */
  units?: number;
  round(): Promise<number | undefined> | number | undefined;
}

export interface Measured {
  name: string;
  units: number | null;
  /** Milliseconds, in order of the rounds. */
  ms: number[];
}

/** Runs all alternatives `rounds` times, turn by turn, after one round each that does not count. */
export async function measure(
  alternatives: readonly Alternative[],
  rounds: number,
  warmUp = true,
): Promise<Measured[]> {
  const measured = alternatives.map((a): Measured => ({ name: a.name, units: a.units ?? null, ms: [] }));
  for (let round = warmUp ? -1 : 0; round < rounds; round += 1) {
    for (const [i, alternative] of alternatives.entries()) {
      const started = performance.now();
      const own = await alternative.round();
      const ms = own ?? performance.now() - started;
      if (round >= 0) measured[i]!.ms.push(ms);
    }
  }
  return measured;
}

/** The ratio of two alternatives, round by round. */
export function ratios(of: Measured, to: Measured): Spread {
  return spread(of.ms.map((ms, i) => ms / (to.ms[i] ?? Number.NaN)));
}

export interface Ran {
  ms: number;
  /** The most memory that the process itself held, bytes; 0 where the system does not tell. */
  peakBytes: number;
  output: string;
}

/** Runs Node on these arguments as a program of its own; `accept` are the exit codes that are no failure. */
export function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  { accept = [0] }: { accept?: readonly number[] } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: packageRoot(),
      env: { ...process.env, CI: 'true', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    let peakBytes = 0;
    const poll = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, 50);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(poll);
      const ms = performance.now() - started;
      if (code !== null && accept.includes(code)) resolve({ ms, peakBytes, output });
      else reject(new Error(`node ${args.join(' ')} ended with code ${code}:\n${output.slice(-2000)}`));
    });
  });
}

/** The high-water mark that Linux keeps of a process. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export const TSX = ['--import', 'tsx'] as const;
