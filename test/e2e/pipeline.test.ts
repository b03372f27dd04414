/** The whole pipeline as a person runs it: a child process, a tiny world, everything over HTTP. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PHASES, readJobs } from '../../lib/lake/jobs.js';
import { Lake } from '../../lib/lake/lake.js';
import { expectParagraph } from './words.js';
import { finishedWorld, fullRun, type Outcome, requestsOf, type TestWorld } from './world.js';

let world: TestWorld & { first: Outcome };
beforeAll(async () => {
  world = await finishedWorld(['PMA', 'NEMA', 'AGMA'], { size: 0.02 });
});
afterAll(() => world?.close());

const ofAll = ['RESOLUTION', 'GRAPH', 'EXPORT'];
const ofAssociation = PHASES.filter((phase) => !ofAll.includes(phase));
const lines = (outcome: Outcome) => outcome.stdout.split('\n');

test('a full run ends with rows, grades, ERP systems, time per phase and three queries that work', async () => {
  const { stdout, stderr } = world.first;
  expect(stderr).toBe('');
  for (const phase of [...ofAssociation, ...ofAll])
    expect(stdout, phase).toMatch(new RegExp(`^ +${phase} +[\\d.]+ +done$`, 'm'));
  for (const table of ['companies', 'association_memberships', 'contacts', 'events'])
    expect(stdout, table).toMatch(new RegExp(`^ +${table} +[1-9]\\d*$`, 'm'));
  expect(stdout).toMatch(/^Grades\n +grade +companies\n.*\n +[A-F] +\d+$/m);
  expect(stdout).toMatch(/^ERP systems\n +erp_system +companies +confidence\n.*\n +\S.* +\d+ +[\d.]+$/m);
  const queries = [...stdout.matchAll(/^ {2}npm run sql -- "(.+)"$/gm)].map((m) => m[1]!);
  expect(queries).toHaveLength(3);
  const answers = await world.ask(queries);
  expect(answers.map((rows) => rows.length > 0)).toEqual([true, true, true]);
});

test('the members of the world are found, and the job says that it is done', async () => {
  const lake = await Lake.open({ root: world.lake });
  const truth = await world.truth();
  const found = await lake.query('SELECT association_code, listed_name FROM association_memberships');
  await lake.close();
  const names = new Set(found.map((m) => `${m.association_code} ${m.listed_name}`));
  const members = truth.memberships!.filter((m) =>
    ['PMA', 'NEMA', 'AGMA'].includes(String(m.association_code)),
  );
  const known = members.filter((m) => names.has(`${m.association_code} ${m.name}`));
  expect(known.length / members.length).toBeGreaterThanOrEqual(0.9); // `npm run truth` is the exact measure
  const [job, ...others] = await readJobs([world.lake]);
  expect(others).toEqual([]);
  expect(job).toMatchObject({ status: 'done', current_phase: 'DONE', mode: 'full', dry_run: false });
});

test('a second run is up to date phase by phase, and asks nobody anything', async () => {
  const asked = (await requestsOf(world)).length;
  const second = await world.run(fullRun('PMA', 'NEMA', 'AGMA'));
  expect(second.code, second.stderr).toBe(0);
  const said = new Set(lines(second));
  for (const phase of ofAssociation)
    for (const code of ['PMA', 'NEMA', 'AGMA']) expect(said).toContain(`${phase} ${code}: up to date`);
  for (const phase of ofAll) expect(said).toContain(`${phase}: up to date`);
  expect(second.stdout).not.toMatch(/started|done in .* (seeds|pages)/);
  expect((await requestsOf(world)).length).toBe(asked);
});

test('--resume names the job, for fewer associations too', async () => {
  const [job] = await readJobs([world.lake]);
  const resumed = await world.run([
    ...fullRun('NEMA').filter((a) => a !== '--join-newest'),
    '--resume',
    job!.job_id,
  ]);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain('MONITOR NEMA: up to date');
  expect(await readJobs([world.lake])).toHaveLength(1);
});

test('modes: extract opens a job of its own, enrich and validate go on with it, and nothing is bought again', async () => {
  const lake = await world.copyOfLake('lake-modes');
  const mode = (name: string, ...more: string[]) =>
    world.run(['recipes/pipeline.ts', '--mode', name, ...more], { LAKE: lake });
  const before = (await requestsOf(world)).filter(toApis).length;

  const extracted = await mode('extract', '-a', 'NEMA', '--job-id', 'second');
  expect(extracted.code, extracted.stderr).toBe(0);
  expect(extracted.stdout).toMatch(/EXTRACTION NEMA done/);
  expect(extracted.stdout).not.toMatch(/ENRICHMENT|RESOLUTION/);
  const enriched = await mode('enrich', '-a', 'NEMA', '--enrichment', 'firmographic');
  expect(enriched.code, enriched.stderr).toBe(0);
  expect(enriched.stdout).toMatch(/ENRICHMENT NEMA done/);
  const validated = await mode('validate', '-a', 'NEMA', '--validation', 'score');
  expect(validated.code, validated.stderr).toBe(0);
  expect(validated.stdout).toMatch(/VALIDATION NEMA done/);

  const jobs = await readJobs([lake]);
  expect(jobs.map((j) => j.job_id)).toContain('second');
  expect(Object.keys(jobs.find((j) => j.job_id === 'second')!.phases)).toEqual(
    [...ofAssociation.filter((p) => p !== 'MONITOR')].map((p) => `${p}.NEMA`),
  );
  expect((await requestsOf(world)).filter(toApis).length, 'calls that were paid for').toBe(before);
});

test('what one step of ENRICHMENT or VALIDATION does leaves the tables of the others alone', async () => {
  const lake = await world.copyOfLake('lake-steps');
  const counts = async () => {
    const opened = await Lake.open({ root: lake });
    const [row] = await opened.query(
      `SELECT (SELECT count(*) FROM firmographics WHERE association_code = 'PMA') AS firmographics,
         (SELECT count(*) FROM technologies WHERE association_code = 'PMA') AS technologies,
         (SELECT count(*) FROM found_contacts WHERE association_code = 'PMA') AS contacts,
         (SELECT count(*) FROM crosschecks WHERE association_code = 'PMA') AS crosschecks,
         (SELECT count(*) FROM scores WHERE association_code = 'PMA') AS scores`,
    );
    await opened.close();
    return row!;
  };
  const before = await counts();
  expect(Object.values(before).every((n) => Number(n) > 0)).toBe(true);
  const enriched = await world.run(['recipes/enrich.ts', 'PMA', '--enrichment', 'contacts'], { LAKE: lake });
  expect(enriched.code, enriched.stderr).toBe(0);
  const validated = await world.run(['recipes/validate.ts', 'PMA', '--validation', 'dedupe'], { LAKE: lake });
  expect(validated.code, validated.stderr).toBe(0);
  expect(await counts()).toEqual(before);
});

const toApis = (r: { host: string }) => /^(api|company|person)\./.test(r.host);

test('an export whose files are gone is made again', async () => {
  const lake = await world.copyOfLake('lake-export');
  const [job] = await readJobs([lake]);
  const { rm } = await import('node:fs/promises');
  await rm(`${lake}/exports/${job!.job_id}/companies.csv`);
  const again = await world.run(['recipes/export.ts'], { LAKE: lake });
  expect(again.code, again.stderr).toBe(0);
  expect(existsSync(`${lake}/exports/${job!.job_id}/companies.csv`)).toBe(true);
});

test('a mode without associations, or with none that a job has, is a word on how to say it', async () => {
  const [full, enrich, all, unknown] = await Promise.all([
    world.run(['recipes/pipeline.ts', '--mode', 'full']),
    world.run(['recipes/pipeline.ts', '--mode', 'enrich']),
    world.run(['recipes/pipeline.ts', '--mode', 'enrich-all']),
    world.run(['recipes/pipeline.ts', '--mode', 'everything', '-a', 'PMA']),
  ]);
  expectParagraph(full, 2, '-a PMA');
  expect(full.stderr).not.toContain('full-all');
  expectParagraph(enrich, 2, '-a PMA', 'enrich-all');
  expectParagraph(all, 2, 'There is no job for', 'recipes/init.ts');
  expectParagraph(unknown, 2, 'full', 'validate-all');
});
