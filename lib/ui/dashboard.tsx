/** The dashboard: a job watched from another terminal, on the alternate screen, with keys to scroll. */
import { render, useApp, useInput } from 'ink';
import { useState } from 'react';
import type { JobEvent } from '../lake/events.js';
import { type Frame, frame, frameText } from './frame.js';
import type { Feed } from './job-feed.js';
import { Lines, type Store, useSize, useSnapshots } from './progress.js';
import { initialState, type RunState, reduce, withoutTheDead } from './progress-state.js';

interface DashboardOptions {
  feed: Feed;
  /** Says which processes still run; null in a replay, where none does. */
  isAlive: ((pid: number) => boolean) | null;
}

const ENTER = '\x1b[?1049h\x1b[H';
const LEAVE = '\x1b[?1049l\x1b[?25h';
const HINT = 'q quit   ↑↓ scroll   f follow';
/** Whether processes still live is asked this often. */
const ALIVE_MS = 1000;

/** Time as the view shows it: now while something runs, the last event's when nothing does. */
export function viewTime(state: RunState, live: boolean, nowMs = Date.now()): number {
  return live && state.status === 'running' ? nowMs : (state.lastMs ?? nowMs);
}

/** The watched job with its keys. */
export function Dashboard({ store, live }: { store: Store; live: boolean }) {
  const { exit } = useApp();
  const size = useSize();
  useSnapshots(store);
  const [scroll, setScroll] = useState<number | null>(null);
  const state = store.read();
  const shown: Frame = frame(state, {
    ...size,
    nowMs: viewTime(state, live),
    scroll,
    hint: HINT,
    fill: true,
  });
  useInput((input, key) => {
    const page = Math.max(1, size.height - 8);
    const move = (by: number) =>
      setScroll(Math.min(shown.maxScroll, Math.max(0, (scroll ?? shown.scroll) + by)));
    if (input === 'q' || key.escape || (key.ctrl && input === 'c')) exit();
    else if (input === 'j' || key.downArrow) move(1);
    else if (input === 'k' || key.upArrow) move(-1);
    else if (input === ' ' || key.pageDown) move(page);
    else if (key.pageUp) move(-page);
    else if (input === 'g') setScroll(0);
    else if (input === 'G') setScroll(Number.MAX_SAFE_INTEGER);
    else if (input === 'f') setScroll(null);
  });
  return <Lines lines={shown.lines} />;
}

/** Shows the job until the person leaves; the last picture is then printed where they came from. */
export async function showDashboard({ feed, isAlive }: DashboardOptions): Promise<void> {
  const stop = new AbortController();
  const store = dashboardStore(isAlive);
  const leave = () => process.stdout.write(LEAVE);
  process.stdout.write(ENTER);
  process.once('exit', leave);
  const view = render(<Dashboard store={store} live={isAlive !== null} />, {
    maxFps: 15,
    exitOnCtrlC: false,
  });
  const feeding = feed(store, stop.signal).catch((error: unknown) => {
    view.unmount(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    await view.waitUntilExit();
  } finally {
    stop.abort();
    process.off('exit', leave);
    leave();
  }
  await feeding;
  const state = store.read();
  const { columns: width = 80, rows = 24 } = process.stdout;
  const last = frame(state, { width, height: rows - 1, nowMs: viewTime(state, isAlive !== null) });
  process.stdout.write(frameText(last.lines));
}

function dashboardStore(isAlive: ((pid: number) => boolean) | null) {
  let folded = initialState;
  let shown = initialState;
  let version = 0;
  let askedMs = 0;
  return {
    events(events: readonly JobEvent[]) {
      folded = events.reduce(reduce, folded);
      shown = folded;
      askedMs = 0;
      version += 1;
    },
    restarted() {
      folded = initialState;
      shown = initialState;
      version += 1;
    },
    read() {
      if (isAlive && Date.now() - askedMs >= ALIVE_MS) {
        askedMs = Date.now();
        shown = withoutTheDead(folded, isAlive);
      }
      return shown;
    },
    version: () => version,
  };
}
