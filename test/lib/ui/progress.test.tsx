import { render } from 'ink-testing-library';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobEvent } from '../../../lib/lake/events.js';
import { Dashboard } from '../../../lib/ui/dashboard.js';
import { canDraw, openProgress } from '../../../lib/ui/index.js';
import { ProgressView, storeOf } from '../../../lib/ui/progress.js';
import { atSecond, progress, runStarted, started } from './events.js';

function source() {
  const listeners = new Set<(e: JobEvent) => void>();
  return {
    send: (...events: JobEvent[]) => {
      for (const event of events) for (const listener of listeners) listener(event);
    },
    subscribe: (listener: (e: JobEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Lets React and the input stream take their turns. */
async function settle() {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  vi.useFakeTimers({ now: atSecond(20), toFake: ['setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress view', () => {
  it('paints at most ten times a second, whatever the number of events', async () => {
    const events = source();
    const store = storeOf(events);
    const view = render(<ProgressView store={store} now={() => atSecond(20)} />);
    await settle();
    vi.advanceTimersByTime(100);
    await settle();
    events.send(runStarted(), started(1, 'DISCOVERY', 'PMA'));
    for (let i = 0; i < 5000; i += 1) events.send(progress(10, 'DISCOVERY', 'PMA', i, 5000));
    const before = view.frames.length;
    vi.advanceTimersByTime(100);
    await settle();
    expect(view.frames.length - before).toBe(1);
    expect(view.lastFrame()).toContain('4,999/5,000 pages');
    vi.advanceTimersByTime(900);
    await settle();
    expect(view.frames.length - before).toBeLessThanOrEqual(2);
    view.unmount();
  });

  it('is never taller than the terminal', () => {
    const events = source();
    const codes = Array.from({ length: 40 }, (_, i) => `A${i}`);
    const store = storeOf(events);
    events.send(runStarted(codes), ...codes.map((code) => started(1, 'DISCOVERY', code)));
    const view = render(<ProgressView store={store} />);
    expect(view.lastFrame()!.split('\n').length).toBeLessThanOrEqual(23);
    view.unmount();
  });
});

describe('dashboard', () => {
  it('scrolls, follows again, and leaves on q', async () => {
    const events = source();
    const codes = Array.from({ length: 40 }, (_, i) => `A${i}`);
    const store = storeOf(events);
    events.send(runStarted(codes), ...codes.map((code) => started(1, 'DISCOVERY', code)));
    const view = render(<Dashboard store={store} live />);
    await settle();
    view.stdin.write('G');
    await settle();
    expect(view.lastFrame()).toContain('A39');
    expect(view.lastFrame()).not.toContain('A0 ');
    view.stdin.write('g');
    await settle();
    expect(view.lastFrame()).toContain('A0 ');
    view.stdin.write('q');
    await settle();
    const after = view.frames.length;
    vi.advanceTimersByTime(5000);
    await settle();
    expect(view.frames.length).toBe(after);
  });
});

describe('openProgress', () => {
  it('draws on terminals only', () => {
    expect(canDraw({ TERM: 'xterm' }, { isTTY: true })).toBe(true);
    expect(canDraw({ TERM: 'xterm' }, {})).toBe(false);
    expect(canDraw({ CI: 'true' }, { isTTY: true })).toBe(false);
    expect(canDraw({ CI: 'false' }, { isTTY: true })).toBe(true);
    expect(canDraw({ TERM: 'dumb' }, { isTTY: true })).toBe(false);
  });

  it('prints plain lines without a view', async () => {
    const written: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => written.push(String(text)) > 0);
    const events = source();
    const view = await openProgress({ tui: false, source: events });
    events.send(started(1, 'DISCOVERY', 'PMA'));
    await view.stop();
    events.send(started(2, 'DISCOVERY', 'NEMA'));
    write.mockRestore();
    expect(written).toEqual(['12:00:01 DISCOVERY PMA started\n']);
  });
});
