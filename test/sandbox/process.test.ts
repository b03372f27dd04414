import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/server.js';
import { makeClient } from './client.js';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/serve.ts', '--size', '0.02', ...args]);
  children.push(child);
  child.stderr.resume();
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ready: JSON.parse(line) as { ready: boolean; pid: number; http: string; https: string } };
  }
  throw new Error('the sandbox said nothing');
}

describe('the sandbox process', () => {
  it('ends when its parent goes', async () => {
    const { child, ready } = await start('--with-parent');
    expect(ready).toMatchObject({ ready: true, pid: child.pid, seed: 1, size: 0.02 });
    expect((await makeClient(ready).get('https://www.pma.org/')).status).toBe(200);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 20_000);

  it('ends on SIGTERM and leaves its log complete', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-log-'));
    const { child, ready } = await start('--log', join(folder, 'log.ndjson'));
    const web = makeClient(ready);
    await web.get('https://www.pma.org/', { headers: { 'user-agent': 'tester' } });
    await web.get('https://nosuch.example/').catch(() => null);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const lines = (await readFile(join(folder, 'log.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { scheme: 'https', method: 'GET', host: 'www.pma.org', path: '/', status: 200, user_agent: 'tester' },
      { host: 'nosuch.example', status: 0, bytes: 0 },
    ]);
    await rm(folder, { recursive: true });
  }, 20_000);
});

describe('the fault dial', () => {
  it('spoils the same requests each time, with Retry-After', async () => {
    const fates = async () => {
      const sandbox = await startSandbox({ size: 0.02, faults: { '429': 0.2, '503': 0.1, reset: 0.1 } });
      const web = makeClient(sandbox);
      const out: string[] = [];
      for (let i = 0; i < 60; i++) {
        const answer = await web.get('https://www.pma.org/').catch(() => null);
        out.push(`${answer?.status ?? 'reset'} ${answer?.headers['retry-after'] ?? ''}`);
      }
      await sandbox.close();
      return out;
    };
    const first = await fates();
    expect(await fates()).toEqual(first);
    expect(new Set(first.map((f) => f.slice(0, 3)))).toEqual(new Set(['200', '429', '503', 'res']));
    for (const fate of first) if (fate.startsWith('429')) expect(fate).toMatch(/^429 [123]$/);
  });

  it('is turned over the control host, and refuses nonsense', async () => {
    const sandbox = await startSandbox({ size: 0.02 });
    const web = makeClient(sandbox);
    const turn = (body: string) => web.get('http://sandbox.invalid/faults', { method: 'POST', body });
    expect((await turn('{"503": 1}')).status).toBe(200);
    expect((await web.get('https://www.agma.org/')).status).toBe(503);
    expect((await turn('{"teapot": 1}')).status).toBe(400);
    expect((await turn('{}')).status).toBe(200);
    expect((await web.get('https://www.agma.org/')).status).toBe(200);
    expect(sandbox.counts()).toEqual({ 'www.agma.org': 2 });
    await sandbox.close();
  });
});
