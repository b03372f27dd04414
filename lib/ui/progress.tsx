/** The progress view of a live run, painted by Ink. It only shows: a run goes on without it just the same. */
import { Box, render, Text, useStdout } from 'ink';
import { useEffect, useReducer } from 'react';
import type { JobEvent } from '../lake/events.js';
import { frame } from './frame.js';
import type { Line } from './frame-phases.js';
import { initialState, type RunState, reduce } from './progress-state.js';

/** A painted frame costs a full layout; ten a second look smooth and cost little. */
const SNAPSHOT_MS = 100;
/** Without news, clocks and waits still move once a second. */
const CLOCK_MS = 1000;

export interface Store {
  read(): RunState;
  /** Rises with each event. */
  version(): number;
}

/** Folds a source's events outside React, so that an event costs no render. */
export function storeOf(source: { subscribe(listener: (event: JobEvent) => void): () => void }) {
  let state = initialState;
  let version = 0;
  const unsubscribe = source.subscribe((event) => {
    state = reduce(state, event);
    version += 1;
  });
  return { read: () => state, version: () => version, unsubscribe };
}

/** Lines as Ink nodes. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Text key={i} wrap="truncate">
          {line.length === 0 ? ' ' : ''}
          {line.map((s, j) => (
            <Text
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              key={j}
              bold={s.bold ?? false}
              dimColor={s.dim ?? false}
              {...(s.color ? { color: s.color } : {})}
            >
              {s.text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

/** Columns and rows of the terminal now; a frame leaves the last row free, or the terminal would scroll. */
export function useSize(): { width: number; height: number } {
  const { stdout } = useStdout();
  return { width: stdout.columns || 80, height: Math.max(1, (stdout.rows || 24) - 1) };
}

/** Renders again when the store changed (at most every 100 ms), each second, and when the terminal is resized. */
export function useSnapshots(store: Store): () => void {
  const { stdout } = useStdout();
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    // Events that came between the first picture and this effect are news too.
    let seen = -1;
    let shownMs = Date.now();
    const timer = setInterval(() => {
      if (store.version() === seen && Date.now() - shownMs < CLOCK_MS) return;
      seen = store.version();
      shownMs = Date.now();
      again();
    }, SNAPSHOT_MS);
    stdout.on('resize', again);
    return () => {
      clearInterval(timer);
      stdout.off('resize', again);
    };
  }, [store, stdout]);
  return again;
}

/** The view of a run, as wide and as tall as the terminal allows. */
export function ProgressView({ store, now = Date.now }: { store: Store; now?: () => number }) {
  const size = useSize();
  useSnapshots(store);
  return <Lines lines={frame(store.read(), { ...size, nowMs: now() }).lines} />;
}

/** Shows a source's events until stopped; the last picture stays on the screen. */
export async function startProgressView(source: {
  subscribe(listener: (event: JobEvent) => void): () => void;
}): Promise<{ stop(): Promise<void> }> {
  const store = storeOf(source);
  // Ctrl-C belongs to the run, which saves its state. Ink restores the cursor when the process ends in any other way.
  const view = render(<ProgressView store={store} />, {
    maxFps: 15,
    // Not incrementalRendering: in Ink 6.8 it drifts a line down with each frame that is shorter than the terminal.
    // Frames are written whole, as one synchronized update.
    exitOnCtrlC: false,
    patchConsole: true,
  });
  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    store.unsubscribe();
    view.rerender(<ProgressView store={store} />);
    view.unmount();
    await view.waitUntilExit();
  }
  return {
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
