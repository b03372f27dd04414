/**
 * `npm run lake -- verify|gc|rebuild`: is the lake sound, what in it can go, and checkpoints made anew from the files.
 * Each takes `--dry-run`, `--json` and `--lake <dir>`.
 */
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ExitCode } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { collectGarbage, type GcReport } from '../lib/lake/gc.js';
import { assertLake } from '../lib/lake/lake.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { type Rebuilt, rebuildCheckpoints } from '../lib/lake/rebuild.js';
import { type Finding, type Verification, verifyLake } from '../lib/lake/verify.js';
import { readWorld } from '../lib/lake/world.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { sanitise } from '../lib/ui/sanitise.js';

interface Flags {
  dryRun?: boolean;
  json?: boolean;
  lake?: string;
  minAge: number;
  keepJobs?: number;
  force?: boolean;
}

async function main(): Promise<number> {
  toleratePipeEnd(process.stdout);
  let exitCode: number = ExitCode.done;
  const program = new Command('lake').description('Looks after the lake.').exitOverride();
  const command = (name: string, about: string, work: (root: string, flags: Flags) => Promise<number>) =>
    program
      .command(name)
      .description(about)
      .option('--dry-run', 'only say what would be done')
      .option('--json', 'as JSON')
      .option('--lake <dir>', 'the lake (default: LAKE, or ./lake)')
      .action(async (_options: unknown, self: Command) => {
        const flags = self.opts<Flags>();
        const root = lakeRoot(flags.lake ? { LAKE: flags.lake } : process.env);
        await assertLake(root);
        await readWorld(root); // a lake of another format is refused before anything in it is touched
        exitCode = await work(root, flags);
      });
  command('verify', 'checks every file that a checkpoint names, and quarantines what is damaged', verify);
  command('gc', 'removes what no checkpoint names any more', gc)
    .option('--min-age <time>', 'leave alone what is younger: 30m, 12h, 7d', duration, 3_600_000)
    .option('--keep-jobs <n>', 'keep only the newest n good jobs per association', jobs);
  command('rebuild', 'makes lost checkpoints anew from the lineage inside the files', rebuild).option(
    '--force',
    'also where the checkpoint is readable, and beside damaged files',
  );
  await program.parseAsync();
  return exitCode;
}

async function verify(root: string, flags: Flags): Promise<number> {
  const found = await verifyLake(root, { dryRun: flags.dryRun ?? false });
  if (flags.json) print([JSON.stringify({ lake: root, ...found }, null, 1)]);
  else print(verifyLines(found, flags.dryRun ?? false));
  return found.sound ? ExitCode.done : ExitCode.failed;
}

function verifyLines(v: Verification, dryRun: boolean): string[] {
  const count = (kind: Finding['kind']) => v.findings.filter((f) => f.kind === kind).length;
  const checked = `${n(v.checkpoints)} checkpoints, ${n(v.parts)} files, ${n(v.rows)} rows, ${size(v.bytes)}`;
  const leftovers = count('leftover');
  const extra =
    leftovers > 0
      ? ` ${n(leftovers)} replaced files are left over; \`npm run lake -- gc\` removes them.`
      : '';
  const bad = `${n(count('damaged'))} damaged files, ${n(count('unreadable'))} unreadable checkpoints.`;
  return [
    ...v.findings
      .filter((f) => f.kind !== 'leftover') // dozens in a healthy lake: a count of them is enough
      .map((f) => `${f.kind.padEnd(10)}  ${f.file}: ${f.what}${consequence(f, dryRun)}`),
    v.sound ? `All sound: ${checked}.${extra}` : `${bad} Checked ${checked}.${extra}`,
  ];
}

/** What became of a damaged partition, and what readers see now. */
function consequence(f: Finding, dryRun: boolean): string {
  if (f.kind !== 'damaged') return '';
  if (f.action === 'locked') return '. Somebody is writing there right now: verify again when that is done';
  const whose = `${f.phase}${f.association ? ` of ${f.association}` : ''} in ${f.job_id}`;
  const done = dryRun ? `${whose} would be quarantined` : `${whose} is quarantined`;
  const next = f.stands_in
    ? `${f.stands_in.job_id} of ${f.stands_in.committed_at} stands in`
    : 'nothing older stands in: run its recipe again';
  return `. ${done}; ${next}`;
}

async function gc(root: string, flags: Flags): Promise<number> {
  const report = await collectGarbage(root, {
    minAgeMs: flags.minAge,
    keepJobs: flags.keepJobs ?? null,
    dryRun: flags.dryRun ?? false,
  });
  if (flags.json) print([JSON.stringify({ lake: root, dry_run: flags.dryRun ?? false, ...report }, null, 1)]);
  else print(gcLines(report, flags.dryRun ?? false));
  return ExitCode.done;
}

function gcLines(report: GcReport, dryRun: boolean): string[] {
  const verb = dryRun ? 'Would remove' : 'Removed';
  const folders = new Map<string, { files: number; bytes: number }>();
  for (const r of report.removed) {
    const id = `${r.kind.padEnd(10)}  ${path.dirname(r.file)}`;
    const sum = folders.get(id) ?? { files: 0, bytes: 0 };
    folders.set(id, { files: sum.files + 1, bytes: sum.bytes + r.bytes });
  }
  return [
    ...report.kept.map((k) => `${'kept'.padEnd(10)}  ${k.file}: ${k.why}`),
    ...[...folders].map(([id, sum]) => `${id}: ${files(sum.files)}, ${size(sum.bytes)}`),
    report.files === 0 ? 'Nothing to remove.' : `${verb} ${files(report.files)}, ${size(report.bytes)}.`,
  ];
}

async function rebuild(root: string, flags: Flags): Promise<number> {
  const done = await rebuildCheckpoints(root, { force: flags.force ?? false, dryRun: flags.dryRun ?? false });
  if (flags.json)
    print([JSON.stringify({ lake: root, dry_run: flags.dryRun ?? false, partitions: done }, null, 1)]);
  else print(rebuildLines(done, flags.dryRun ?? false));
  const left = done.some((r) => r.action === 'impossible' || r.action === 'locked');
  return left ? ExitCode.failed : ExitCode.done;
}

function rebuildLines(done: readonly Rebuilt[], dryRun: boolean): string[] {
  const told = done.filter((r) => r.action !== 'kept');
  const made = done.filter((r) => r.action === 'rebuilt').length;
  const where = (r: Rebuilt) => path.join(r.job_id, `${r.phase}${r.association ? `.${r.association}` : ''}`);
  return [
    ...told.map((r) => `${r.action.padEnd(10)}  ${where(r)}: ${r.what}`),
    `${dryRun ? 'Would make' : 'Made'} ${n(made)} checkpoints anew; ${n(done.length - told.length)} are readable and left alone${told.length > made ? `; ${n(told.length - made)} could not be made` : ''}.`,
  ];
}

function duration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be a time such as 30m, 12h or 7d.');
  return (
    Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 's' | 'm' | 'h' | 'd']
  );
}

function jobs(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a number of jobs, 1 or more.');
  return Number(text);
}

const files = (count: number) => (count === 1 ? '1 file' : `${n(count)} files`);
const n = (value: number) => value.toLocaleString('en-US');

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] =
    bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${value.toFixed(1)} ${unit}`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.map((line) => sanitise(line)).join('\n')}\n`);
}

void mainOf(main);
