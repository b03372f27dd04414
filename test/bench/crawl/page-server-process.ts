/** Starts the page server beside a benchmark. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../lib/lake/package-root.js';

export interface PageServer {
  port: number;
  pages: number;
  close(): Promise<void>;
}

export async function runPageServer(pages: number): Promise<PageServer> {
  const program = path.join(import.meta.dirname, 'page-server.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, String(pages)], {
    cwd: packageRoot(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { port: number; pages: number };
  return {
    ...ready,
    async close() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}
