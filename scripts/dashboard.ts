/** `npm run dashboard -- [job-id]`: follows a live job from another terminal, or plays a finished one again. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ExitCode, isExpected, messageOf } from '../lib/errors.js';
import { loadEnvFile } from '../lib/harness/env-file.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { canDraw, loadForDisplay } from '../lib/ui/index.js';
import { findJob, isAlive, liveFeed, replayFeed } from '../lib/ui/job-feed.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { plainLines } from '../lib/ui/plain.js';
import { initialState, type RunState, reduce, withoutTheDead } from '../lib/ui/progress-state.js';
import { sanitiseLines } from '../lib/ui/sanitise.js';

interface Flags {
  lake?: string;
  replay?: boolean;
  speed: number;
  tui: boolean;
}

const program = new Command('dashboard')
  .description('Follows a job that runs in another terminal (the newest one, if none is named).')
  .argument('[job-id]', 'the job')
  .option('--lake <dir>', 'the lake (default: LAKE, or ./lake)')
  .option('--replay', 'plays the job again from its first event')
  .option('--speed <n>', 'with --replay: times as fast as it was', speed, 1)
  .option('--no-tui', 'plain lines, until the run ends')
  .allowExcessArguments(false)
  .exitOverride();

toleratePipeEnd(process.stdout);
loadEnvFile();
process.exitCode = await main(process.argv);

async function main(argv: string[]): Promise<number> {
  try {
    program.parse(argv);
    const flags = program.opts<Flags>();
    const root = flags.lake ? lakeRoot({ LAKE: flags.lake }) : lakeRoot();
    const jobId = await findJob(root, program.args[0]);
    const feed = flags.replay ? replayFeed(root, jobId, flags.speed) : liveFeed(root, jobId);
    if (flags.tui && canDraw() && process.stdin.isTTY) {
      const { showDashboard } = await loadForDisplay(() => import('../lib/ui/dashboard.js'));
      await showDashboard({ feed, isAlive: flags.replay ? null : isAlive });
    } else {
      await printLines(feed, flags.replay === true);
    }
    return ExitCode.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    if (!isExpected(error)) throw error;
    process.stderr.write(`${sanitiseLines(messageOf(error))}\n`);
    return error.exitCode;
  }
}

/** Lines until the run has ended, or until its process is found dead. */
async function printLines(feed: ReturnType<typeof liveFeed>, replay: boolean): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let lines = plainLines();
  let state: RunState = initialState;
  const check = setInterval(() => {
    const seen = replay ? state : withoutTheDead(state, isAlive);
    if (seen.status !== 'interrupted' || state.status !== 'running') return;
    process.stdout.write(
      'The run ended without a word: its process is gone. The same command goes on where it stopped.\n',
    );
    stop.abort();
  }, 1000);
  try {
    await feed(
      {
        events(events) {
          for (const event of events) {
            state = reduce(state, event);
            for (const line of lines(event)) process.stdout.write(`${line}\n`);
          }
          if (!replay && hasEnded(state)) stop.abort();
        },
        restarted() {
          lines = plainLines();
          state = initialState;
        },
      },
      stop.signal,
    );
  } finally {
    clearInterval(check);
  }
}

function hasEnded(state: RunState): boolean {
  return (
    state.status !== 'running' &&
    state.status !== 'waiting' &&
    !state.lanes.some((l) => l.status === 'running')
  );
}

function speed(text: string): number {
  const n = Number(text);
  if (!(n > 0 && n <= 100_000)) throw new InvalidArgumentError('It must be a number above 0.');
  return n;
}
