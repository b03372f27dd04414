/** What a person may get wrong: each a paragraph with what to do and the right exit code, before anything is done. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../lib/config.js';
import { lakeRoot } from '../../lib/lake/paths.js';
import { expectParagraph } from './words.js';
import { fullRun, openTestWorld, requestsOf, type TestWorld } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld({ size: 0.02 });
});
afterAll(() => world?.close());

/** Nothing was begun: no lake, no request. */
async function expectNothingDone(lake = world.lake): Promise<void> {
  expect(existsSync(lake), 'a lake was begun').toBe(false);
  expect(existsSync(world.sandboxLog) ? await requestsOf(world) : []).toEqual([]);
}

test('unknown words on the command line', async () => {
  const [association, option, value, nothing, both] = await Promise.all([
    world.run(['recipes/extract.ts', 'XYZ']),
    world.run(['recipes/extract.ts', 'PMA', '--forse']),
    world.run(['recipes/enrich.ts', 'PMA', '--enrichment', 'all-of-it']),
    world.run(['recipes/extract.ts']),
    world.run([...fullRun('PMA'), '--resume', 'a', '--job-id', 'b']),
  ]);
  expectParagraph(association, 2, '"XYZ"', 'Known: PMA, NEMA', 'associations.yaml');
  expectParagraph(option, 2, "unknown option '--forse'", '--force', '--help');
  expectParagraph(value, 2, 'firmographic, techstack, contacts, all', '--help');
  expectParagraph(nothing, 2, "missing required argument 'association'", '--help');
  expectParagraph(both, 2, '--resume', '--job-id');
  await expectNothingDone();
});

test('job ids that are none, and jobs that are not there', async () => {
  const [outside, unknown, none] = await Promise.all([
    world.run(['recipes/init.ts', 'PMA', '--job-id', '../x']),
    world.run([...fullRun('PMA').filter((a) => a !== '--join-newest'), '--resume', 'nosuchjob']),
    world.run(['recipes/extract.ts', 'PMA']),
  ]);
  expectParagraph(outside, 2, '"../x" is not a job id', '1 to 64 letters');
  expectParagraph(unknown, 2, 'There is no job nosuchjob', 'job_summary');
  expectParagraph(none, 2, 'There is no job for PMA yet', 'tsx recipes/init.ts PMA', 'npm start');
  expect(existsSync(path.join(world.folder, 'x'))).toBe(false);
  await expectNothingDone();
});

test('config that does not hold: file, line and field', async () => {
  const changed: [string, (text: string) => string, RegExp][] = [
    [
      'associations.yaml',
      (text) => text.replace(/^ {4}name: National Electrical.*$/m, '    name: "National Electrical'),
      /associations\.yaml:\d+: /,
    ],
    [
      'agents.yaml',
      (text) => text.replace('max_extraction_errors: 0.1', 'max_extraction_errors: ten'),
      /agents\.yaml:3: orchestrator\.max_extraction_errors: /,
    ],
    [
      'agents.yaml',
      (text) => text.replace(/(association_sites: \{ requests_per_second: )0\.5/, '$11.5'),
      /agents\.yaml:\d+: rate_limits\.association_sites\.requests_per_second: .*never.* 1 /,
    ],
    [
      'associations.yaml',
      (text) => text.replace(/^( {2}NEMA:\n)/m, '$1    rate_limit: { requests_per_second: 2 }\n'),
      /associations\.yaml:\d+: associations\.NEMA\.rate_limit\.requests_per_second: .*never/,
    ],
    [
      'agents.yaml',
      (text) => text.replace('max_depth:', 'max_dept:'),
      /agents\.yaml:\d+: discovery\.max_dept: /,
    ],
  ];
  const configs: string[] = [];
  for (const [i, [file, change, said]] of changed.entries()) {
    configs.push(await world.configWith(`config-${i}`, file, change));
    await expect(loadConfig(configs[i])).rejects.toThrow(said);
  }
  const [syntax, fast, gone] = await Promise.all(
    [configs[0]!, configs[2]!, path.join(world.folder, 'no-config')].map((config) =>
      world.run(['recipes/init.ts', 'PMA'], { NAM_CONFIG: config }),
    ),
  );
  expectParagraph(syntax!, 2, changed[0]![2]);
  expectParagraph(fast!, 2, changed[2]![2]);
  expectParagraph(gone!, 2, 'Cannot read', 'agents.yaml');
  await expectNothingDone();
});

test('a disk with less room than is wanted', async () => {
  const config = await world.configWith('disk', 'agents.yaml', (text) =>
    text.replace('min_free_disk_gb: 1', 'min_free_disk_gb: 99999999'),
  );
  const full = await world.run(fullRun('PMA'), { NAM_CONFIG: config });
  expectParagraph(full, 1, 'GB are free', '99999999 GB', 'LAKE=');
  await expectNothingDone();
});

test('--persist-db without a database, with an unreachable one, or with no URL: said before any work', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  const persist = (url: string) => world.run([...fullRun('PMA'), '--persist-db'], { DATABASE_URL: url });
  const [unset, unreachable, unclean] = await Promise.all([
    persist(''),
    persist(`postgres://nam:hunter2hunter2@127.0.0.1:${port}/nam`),
    persist('postgres://nam:pass/word#1@127.0.0.1:port/nam'),
  ]);
  expectParagraph(unset, 2, 'DATABASE_URL is not set', '.env');
  expectParagraph(unreachable, 1, `127.0.0.1:${port}/nam cannot be reached`, 'ECONNREFUSED');
  expect(unreachable.stderr).not.toContain('hunter2hunter2');
  expectParagraph(unclean, 2, 'not a PostgreSQL URL');
  expect(unclean.stderr).not.toContain('pass/word');
  await expectNothingDone();
});

test('a lake of one world refuses the other, and is left as it was', async () => {
  const real = path.join(world.folder, 'lake-of-real');
  const begun = await world.run(['recipes/init.ts', 'PMA'], { LAKE: real });
  expect(begun.code, begun.stderr).toBe(0);
  const intruder = await world.run(fullRun('PMA'), { LAKE: real });
  expectParagraph(intruder, 2, 'belongs to the real world', 'LAKE=');

  const sandbox = path.join(world.folder, 'lake-of-sandbox');
  const invented = await world.run(['recipes/init.ts', 'PMA', '--world', 'sandbox'], { LAKE: sandbox });
  expect(invented.code, invented.stderr).toBe(0);
  const serious = await world.run(['recipes/gatekeeper.ts', 'PMA', '--world', 'real'], { LAKE: sandbox });
  expectParagraph(serious, 2, 'belongs to the sandbox world', 'LAKE=');
  expect(existsSync(path.join(sandbox, 'access_checks'))).toBe(false);
});

test('a lake that cannot be one', async () => {
  const file = path.join(world.folder, 'a-file');
  await writeFile(file, '');
  const newer = path.join(world.folder, 'newer');
  await mkdir(path.join(newer, '.state'), { recursive: true });
  await writeFile(path.join(newer, '.state', '.world.json'), '{"format":99,"world":"real","created_at":"x"}');
  const [notFolder, format] = await Promise.all([
    world.run(['recipes/init.ts', 'PMA'], { LAKE: file }),
    world.run(['recipes/init.ts', 'PMA'], { LAKE: newer }),
  ]);
  expect(() => lakeRoot({ LAKE: 's3://bucket/lake' })).toThrow('object stores are not supported yet');
  expectParagraph(notFolder, 2, file, 'LAKE=');
  expectParagraph(format, 2, 'format 99', 'LAKE=');
});

test('a phase whose input was never written names the recipe to run first', async () => {
  const lake = path.join(world.folder, 'lake-of-steps');
  const run = (...args: string[]) => world.run(args, { LAKE: lake });
  await run('recipes/init.ts', 'PMA', '--world', 'sandbox');
  expectParagraph(await run('recipes/extract.ts', 'PMA'), 2, '`tsx recipes/discover.ts PMA` first');
  await run('recipes/gatekeeper.ts', 'PMA');
  // GATEKEEPER has kept a few pages of its own; they are no crawl.
  expectParagraph(await run('recipes/classify.ts', 'PMA'), 2, '`tsx recipes/discover.ts PMA` first');
  expectParagraph(await run('recipes/resolve.ts'), 2, '`tsx recipes/extract.ts', 'first');
});
