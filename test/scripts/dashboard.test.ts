import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../lib/lake/events.js';
import { statePaths } from '../../lib/lake/paths.js';
import { finished, runFinished, runStarted, started } from '../lib/ui/events.js';
import { runScript } from './run.js';

let lake: string;
function job(id: string, events: JobEvent[]) {
  const file = statePaths(lake, id).events;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, events.map((e) => `${JSON.stringify(e)}\n`).join(''));
}

beforeAll(() => {
  lake = mkdtempSync(join(tmpdir(), 'nam-dashboard-'));
  // A process id that no process has: the largest one is never given out twice here.
  const gone = 2 ** 22 + 1;
  job('killed', [
    { ...runStarted(), pid: gone },
    { ...started(1, 'INIT', null), pid: gone },
  ]);
  job('done', [runStarted(), started(1, 'INIT', null), finished(5, 'INIT', null), runFinished(6)]);
});
afterAll(() => rmSync(lake, { recursive: true, force: true }));

describe('npm run dashboard', { timeout: 30_000 }, () => {
  it('prints a finished run as lines where there is no terminal', async () => {
    const { code, out } = await runScript('dashboard', ['done', '--lake', lake]);
    expect(out.split('\n')).toEqual([
      '12:00:00 run job-1: full, PMA NEMA',
      '12:00:01 INIT started',
      '12:00:05 INIT done in 4.0 s, 900 pages',
      '12:00:06 run job-1: done in 6.0 s',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('plays a run again', async () => {
    const { out } = await runScript('dashboard', [
      'done',
      '--lake',
      lake,
      '--replay',
      '--speed',
      '1000',
      '--no-tui',
    ]);
    expect(out).toContain('run job-1: done');
  });

  it('does not wait for a process that is gone', async () => {
    const { code, out } = await runScript('dashboard', ['killed'], { LAKE: lake });
    expect(out).toContain('its process is gone');
    expect(code).toBe(0);
  });

  it('says in one line what is missing', async () => {
    for (const [args, message] of [
      [['--lake', join(lake, 'none')], /no lake/],
      [['nothing', '--lake', lake], /no job nothing/],
      [['../../etc', '--lake', lake], /not a job id/],
    ] as const) {
      const { code, err } = await runScript('dashboard', args);
      expect(code).toBe(2);
      expect(err).toMatch(message);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
    }
    expect((await runScript('dashboard', ['--speed', 'fast'])).code).toBe(2);
  });
});
