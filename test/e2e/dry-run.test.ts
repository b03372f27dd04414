/** A dry run leaves no trace: not a byte, not a time, not a folder, and nothing is bought. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishedWorld, fullRun, type Outcome, requestsOf, type TestWorld } from './world.js';

let world: TestWorld & { first: Outcome };
beforeAll(async () => {
  world = await finishedWorld(['PMA', 'NEMA'], { size: 0.02 });
});
afterAll(() => world?.close());

/** Every file and folder below one, hidden ones too, with its time and the hash of its bytes. */
async function traceOf(folder: string): Promise<Record<string, string>> {
  const trace: Record<string, string> = { '.': String((await stat(folder)).mtimeMs) };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const bytes = entry.isFile() ? await readFile(file) : '';
    const hash = createHash('sha256').update(bytes).digest('hex');
    trace[path.relative(folder, file)] = `${(await stat(file)).mtimeMs} ${hash}`;
  }
  return trace;
}

/** Runs something dry; the lake, the logs and the folder for temporary files are as before. */
async function dryRun(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const [lake, logs] = [await traceOf(world.lake), await traceOf(path.join(world.folder, 'logs'))];
  const outcome = await world.run([...args, '--dry-run'], { TMPDIR: world.tmp, ...env });
  expect(await traceOf(world.lake)).toEqual(lake);
  expect(await traceOf(path.join(world.folder, 'logs'))).toEqual(logs);
  const left = (await readdir(world.tmp)).filter((name) => !/^(tsx-|node-)/.test(name)); // what tsx and Node cache
  expect(left).toEqual([]);
  return outcome;
}

test('the whole pipeline, when nothing has changed', async () => {
  const { code, stdout, stderr } = await dryRun(fullRun('NEMA'));
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('Dry run: nothing was changed.');
  expect(stdout).toContain('EXTRACTION NEMA: nothing, it is up to date');
});

test('the whole pipeline again from the start, with its counts, and no call that is paid for', async () => {
  const before = (await requestsOf(world)).length;
  const { code, stdout, stderr } = await dryRun([...fullRun('NEMA'), '--force']);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/DISCOVERY NEMA: .*\d+ pages/);
  expect(stdout).toMatch(/EXTRACTION NEMA: \d+ companies/);
  expect(stdout).toMatch(/RESOLUTION: .*\d+ companies/);
  const asked = (await requestsOf(world)).slice(before);
  expect(asked.filter((r) => /^(api|company|person)\./.test(r.host))).toEqual([]);
});

test('single recipes: one that crawls, one that computes, one that writes files', async () => {
  for (const [args, said] of [
    [['recipes/gatekeeper.ts', 'NEMA', '--force'], /GATEKEEPER NEMA: .*pages/],
    [['recipes/validate.ts', 'NEMA', '--force'], /VALIDATION NEMA: .*records/],
    [['recipes/export.ts', '--force'], /EXPORT: 17 files/],
  ] as const) {
    const { code, stdout, stderr } = await dryRun(args);
    expect(code, args[0] + stderr).toBe(0);
    expect(stdout).toMatch(said);
  }
});

test('a new association in an old lake, and enrichment that has never been bought', async () => {
  const before = (await requestsOf(world)).length;
  const { code, stdout, stderr } = await dryRun(['recipes/pipeline.ts', '-a', 'AGMA', '--no-tui']);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/ENRICHMENT AGMA: /);
  const asked = (await requestsOf(world)).slice(before);
  expect(asked.some((r) => r.host === 'www.agma.org')).toBe(true);
  expect(asked.filter((r) => /^(api|company|person)\./.test(r.host))).toEqual([]);
});

test('a failure in a dry run, and a lake that is not there yet, leave nothing either', async () => {
  const failed = await dryRun(['recipes/extract.ts', 'AGMA']);
  expect(failed.code).toBe(2);
  const lake = path.join(world.folder, 'lake-of-nothing');
  const { code, stderr } = await dryRun(['recipes/init.ts', 'PMA', '--world', 'sandbox'], { LAKE: lake });
  expect(code, stderr).toBe(0);
  expect(existsSync(lake)).toBe(false);
});

test('a dry run that is told to stop cleans up after itself', async () => {
  const child = world.start([...fullRun('NEMA'), '--force', '--dry-run'], { TMPDIR: world.tmp });
  await new Promise<void>((seen) =>
    child.stdout!.on('data', (text: Buffer) => {
      if (/DISCOVERY .* started/.test(text.toString())) seen();
    }),
  );
  const ended = new Promise((done) => child.once('close', done));
  child.stderr!.resume();
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect((await readdir(world.tmp)).filter((name) => !/^(tsx-|node-)/.test(name))).toEqual([]);
});
