import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../lib/lake/events.js';
import { statePaths } from '../../../lib/lake/paths.js';
import { findJob, replayFeed } from '../../../lib/ui/job-feed.js';
import { parseEvent, tailReader } from '../../../lib/ui/tail.js';
import { notice, progress, runStarted, started } from './events.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nam-tail-'));
  file = join(folder, 'events.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (event: JobEvent) => `${JSON.stringify(event)}\n`;

describe('tail', () => {
  it('reads what is there, then only what is new', async () => {
    const read = tailReader(file);
    expect(await read()).toEqual({ events: [], restarted: false });
    writeFileSync(file, line(runStarted()) + line(started(1, 'INIT', null)));
    expect((await read()).events).toHaveLength(2);
    expect((await read()).events).toHaveLength(0);
    appendFileSync(file, line(progress(2, 'INIT', null, 1, 2)));
    expect((await read()).events).toEqual([progress(2, 'INIT', null, 1, 2)]);
  });

  it('waits for the end of a torn line, even in the middle of a character', async () => {
    const read = tailReader(file);
    const bytes = Buffer.from(line(notice(1, '株式会社')));
    const events: JobEvent[] = [];
    for (const byte of bytes) {
      appendFileSync(file, Buffer.from([byte]));
      events.push(...(await read()).events);
    }
    expect(events).toEqual([notice(1, '株式会社')]);
  });

  it('finds the event behind a line that a crash tore, and passes over what is none', async () => {
    const whole = started(3, 'DISCOVERY', 'PMA');
    const torn = line(runStarted()).slice(0, 60);
    writeFileSync(file, `${torn}${line(whole)}garbage\n{"event":"later","at":"x"}\n[1]\n\n${line(whole)}`);
    expect((await tailReader(file)()).events).toEqual([whole, whole]);
  });

  it('begins anew when the file is cut or replaced', async () => {
    const read = tailReader(file);
    writeFileSync(file, line(runStarted()) + line(started(1, 'INIT', null)));
    await read();
    writeFileSync(file, line(started(2, 'INIT', null)));
    expect(await read()).toEqual({ events: [started(2, 'INIT', null)], restarted: true });
    writeFileSync(`${file}.new`, line(runStarted()) + line(runStarted()) + line(runStarted()));
    renameSync(`${file}.new`, file);
    expect(await read()).toMatchObject({ restarted: true, events: { length: 3 } });
  });

  it('reads a file larger than its chunks', async () => {
    const event = notice(1, 'x'.repeat(300));
    writeFileSync(file, line(event).repeat(9000));
    expect((await tailReader(file)()).events).toHaveLength(9000);
  });

  it('refuses an event with a wrong or missing field', () => {
    const good = progress(1, 'INIT', null, 1, 2);
    expect(parseEvent(JSON.stringify(good))).toEqual(good);
    expect(parseEvent(JSON.stringify({ ...good, done: 'many' }))).toBeNull();
    expect(parseEvent(JSON.stringify({ ...good, at: undefined }))).toBeNull();
    expect(parseEvent(JSON.stringify({ ...good, event: 'toString' }))).toBeNull();
  });
});

describe('jobs', () => {
  function job(id: string, secondsAgo: number, text = line(runStarted())) {
    const { events } = statePaths(folder, id);
    mkdirSync(dirname(events), { recursive: true });
    writeFileSync(events, text);
    const time = Date.now() / 1000 - secondsAgo;
    utimesSync(events, time, time);
  }

  it('takes the newest job, or the one named', async () => {
    job('old', 100);
    job('new', 1);
    job('older', 200);
    expect(await findJob(folder, undefined)).toBe('new');
    expect(await findJob(folder, 'older')).toBe('older');
    await expect(findJob(folder, 'none')).rejects.toThrow(/no job none .* Newest jobs: new, old, older/);
    await expect(findJob(folder, '../x')).rejects.toThrow(/not a job id/);
  });

  it('says when there is no lake and when there is no job', async () => {
    await expect(findJob(join(folder, 'nowhere'), undefined)).rejects.toMatchObject({ code: 'NO_LAKE' });
    mkdirSync(join(folder, '.state'));
    await expect(findJob(folder, undefined)).rejects.toMatchObject({ code: 'NO_JOB' });
  });

  it('plays a job again in order', async () => {
    job('done', 1, line(runStarted()) + line(started(3600, 'INIT', null)));
    const seen: string[] = [];
    const listener = {
      events: (events: readonly JobEvent[]) => seen.push(...events.map((e) => e.event)),
      restarted: () => undefined,
    };
    await replayFeed(folder, 'done', 10_000_000)(listener, new AbortController().signal);
    expect(seen).toEqual(['run_started', 'phase_started']);
  });
});
