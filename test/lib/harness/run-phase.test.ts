/** What the harness promises for every recipe, shown with recipes of a few lines. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../lib/config.js';
import { DomainPaused, ExitCode, Refused, RetryLater, SkipRecord } from '../../../lib/errors.js';
import { exitCodeOf } from '../../../lib/harness/command.js';
import { runPipeline } from '../../../lib/harness/pipeline.js';
import type { PhaseContext, Recipe } from '../../../lib/harness/recipe.js';
import { type PhaseResult, runPhase } from '../../../lib/harness/run-phase.js';
import { openSession, type Session, type SessionOptions } from '../../../lib/harness/session.js';
import { readJob } from '../../../lib/lake/jobs.js';
import { startChild } from '../../support/child.js';
import { openLake, page, seed, tempFolder, treeOf } from '../../support/lake.js';

const config = await loadConfig();

async function open(root: string, more: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await openSession({
    config,
    env: { LAKE: root, LOGS: path.join(root, '..', `${path.basename(root)}-logs`), ...more.env },
    dryRun: false,
    logLevel: 'debug',
    world: 'real',
    job: { id: 'job-1' },
    associations: ['PMA'],
    phaseOptions: { enrichment: 'all', validation: 'all', mode: 'test', maxAgeMs: null },
    ...more,
    ...(more.env && { env: { LAKE: root, LOGS: path.join(root, 'logs'), ...more.env } }),
  });
  let closed = false;
  const close = session.close;
  session.close = async () => {
    if (!closed) await close();
    closed = true;
  };
  onTestFinished(async () => {
    await session.close();
    await fs.rm(path.join(root, '..', `${path.basename(root)}-logs`), { recursive: true, force: true });
  });
  return session;
}

/** INIT that seeds, and CLASSIFICATION that reads the seeds. */
const init = (urls: readonly string[], more: Partial<Recipe> = {}): Recipe => ({
  phase: 'INIT',
  name: 'init',
  version: 1,
  grain: 'association',
  summary: 'seeds',
  reads: [],
  writes: ['url_queue', 'dead_letters'],
  run: async ({ lake, count }) => {
    count(
      'seeds',
      await lake.write(
        'url_queue',
        urls.map((u) => seed(u)),
      ),
    );
  },
  ...more,
});
const follow = (more: Partial<Recipe> = {}): Recipe => ({
  phase: 'DISCOVERY',
  name: 'discover',
  version: 1,
  grain: 'association',
  summary: 'a page a seed',
  reads: ['url_queue'],
  writes: ['pages'],
  run: async ({ lake, count }) => {
    const rows = await lake.rows('url_queue');
    count(
      'pages',
      await lake.write(
        'pages',
        rows.map((r) => page(r.url)),
      ),
    );
  },
  ...more,
});
/** How often a recipe ran. */
function counted(recipe: Recipe): Recipe & { runs: number } {
  const { run } = recipe;
  const wrapped = {
    ...recipe,
    runs: 0,
    run: async (context: PhaseContext) => {
      wrapped.runs += 1;
      await run(context);
    },
  };
  return wrapped;
}
const urlsOf = async (root: string, table: 'url_queue' | 'pages') =>
  (await (await openLake(root)).query(`SELECT url FROM ${table} ORDER BY url`)).map((r) => r.url);

describe('up to date', () => {
  test('the same again does nothing, and says so', async () => {
    const session = await open(await tempFolder());
    const recipe = counted(init(['a', 'b']));
    expect(await runPhase(session, recipe, 'PMA')).toMatchObject({
      status: 'done',
      exitCode: 0,
      counts: { seeds: 2 },
    });
    expect(await runPhase(session, recipe, 'PMA')).toMatchObject({
      status: 'up_to_date',
      exitCode: 0,
      counts: { seeds: 2 },
    });
    expect(recipe.runs).toBe(1);
  });

  test('--force does it again', async () => {
    const session = await open(await tempFolder());
    const recipe = counted(init(['a']));
    await runPhase(session, recipe, 'PMA');
    expect(await runPhase(session, recipe, 'PMA', { force: true })).toMatchObject({ status: 'done' });
    expect(recipe.runs).toBe(2);
  });

  test.each<[string, Partial<Recipe>]>([
    ['the recipe’s version', { version: 2 }],
    ['its settings', { settings: () => ({ limit: 2 }) }],
    ['its settings, a default left out', { settings: () => ({ limit: undefined, other: null }) }],
  ])('a change of %s replaces the partition', async (_name, change) => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['a']), 'PMA');
    expect(await runPhase(session, init(['b'], change), 'PMA')).toMatchObject({ status: 'done' });
    expect(await urlsOf(root, 'url_queue')).toEqual(['b']);
  });

  test('new input upstream is seen, the same input written again is not new', async () => {
    const root = await tempFolder();
    const session = await open(root);
    const down = counted(follow());
    await runPhase(session, init(['a']), 'PMA');
    await runPhase(session, down, 'PMA');
    await runPhase(session, init(['b']), 'PMA', { force: true });
    expect(await runPhase(session, down, 'PMA')).toMatchObject({ status: 'done' });
    expect(await urlsOf(root, 'pages')).toEqual(['b']);
    expect(await runPhase(session, down, 'PMA')).toMatchObject({ status: 'up_to_date' });
    expect(down.runs).toBe(2);
  });

  test('settings in another order of keys are the same settings', async () => {
    const session = await open(await tempFolder());
    const of = (settings: unknown) => init(['a'], { settings: () => settings });
    await runPhase(session, of({ a: 1, b: { c: 2, d: 3 } }), 'PMA');
    expect(await runPhase(session, of({ b: { d: 3, c: 2 }, a: 1 }), 'PMA')).toMatchObject({
      status: 'up_to_date',
    });
  });

  test('what a phase left outside the lake is asked for before it is called up to date', async () => {
    const session = await open(await tempFolder());
    let there = true;
    const recipe = counted(init(['a'], { intact: async () => there }));
    await runPhase(session, recipe, 'PMA');
    expect(await runPhase(session, recipe, 'PMA')).toMatchObject({ status: 'up_to_date' });
    there = false;
    expect(await runPhase(session, recipe, 'PMA')).toMatchObject({ status: 'done' });
  });
});

describe('what is missing', () => {
  test('an upstream partition: code 2, and which recipe to run first', async () => {
    const session = await open(await tempFolder());
    const result = await runPhase(session, follow(), 'PMA');
    expect(result).toMatchObject({
      status: 'failed',
      exitCode: ExitCode.usage,
      error: { code: 'MISSING_UPSTREAM' },
    });
    expect((result.error as Error).message).toContain('DISCOVERY for PMA needs url_queue');
    expect((result.error as Error).message).toContain('tsx recipes/init.ts PMA');
  });

  test('another association’s partition does not do', async () => {
    const session = await open(await tempFolder());
    await runPhase(session, init(['a']), 'NEMA');
    expect(await runPhase(session, follow(), 'PMA')).toMatchObject({ exitCode: ExitCode.usage });
  });

  test('an unknown association: code 2, and the ones that are known', async () => {
    const session = await open(await tempFolder());
    const result = await runPhase(
      session,
      init(['a'], { settings: ({ association }) => association }),
      'XYZ',
    );
    expect(result).toMatchObject({ exitCode: ExitCode.usage, error: { code: 'UNKNOWN_ASSOCIATION' } });
    expect((result.error as Error).message).toMatch(/PMA, NEMA/);
  });

  test('a job: the word on how to open one; a job id that is none: code 2', async () => {
    const root = await tempFolder();
    await expect(open(root, { job: 'newest' })).rejects.toMatchObject({ code: 'NO_JOB', exitCode: 2 });
    await expect(open(root, { job: { id: '../../etc' } })).rejects.toMatchObject({
      code: 'BAD_JOB_ID',
      exitCode: 2,
    });
    await expect(open(root, { job: { id: 'nobody', resume: true } })).rejects.toMatchObject({
      code: 'NO_JOB',
    });
    expect(await fs.readdir(root)).toEqual([]);
  });

  test('a recipe run alone joins the newest job of its association', async () => {
    const root = await tempFolder();
    for (const [id, code] of [
      ['job-1', 'PMA'],
      ['job-2', 'NEMA'],
      ['job-3', 'PMA'],
    ] as const) {
      const session = await open(root, { job: { id }, associations: [code] });
      await runPhase(session, init([id]), code);
      await session.close();
    }
    expect((await open(root, { job: 'newest', associations: ['PMA'] })).jobId).toBe('job-3');
    expect((await open(root, { job: 'newest', associations: ['NEMA'] })).jobId).toBe('job-2');
  });
});

describe('a bad harvest', () => {
  const poor = (urls: readonly string[]) =>
    init(urls, {
      run: async ({ lake, assert }) => {
        await lake.write(
          'url_queue',
          urls.map((u) => seed(u)),
        );
        assert('enough', urls.length >= 2, urls.length, 'at least 2');
      },
      settings: () => urls,
    });

  test('is quarantined with code 4; the last good one stands; a good one ends it', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, poor(['a', 'b']), 'PMA');
    const result = await runPhase(session, poor(['c']), 'PMA');
    expect(result).toMatchObject({ status: 'quarantined', exitCode: ExitCode.threshold });
    expect((result.error as Error).message).toContain('enough: 1 where at least 2 was expected');
    expect(await urlsOf(root, 'url_queue')).toEqual(['a', 'b']);
    expect((await readJob(root, 'job-1'))!.phases['INIT.PMA']).toMatchObject({ status: 'quarantined' });
    expect(await runPhase(session, poor(['d', 'e']), 'PMA')).toMatchObject({ status: 'done' });
    expect(await urlsOf(root, 'url_queue')).toEqual(['d', 'e']);
  });

  test('with no good one before it leaves the views empty, and nothing goes on from it', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, poor(['c']), 'PMA');
    expect(await urlsOf(root, 'url_queue')).toEqual([]);
    expect(await runPhase(session, follow(), 'PMA')).toMatchObject({ exitCode: ExitCode.usage });
  });

  test('too many errors stop the phase with code 4, and the old stands', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['a']), 'PMA');
    const failing = init(['b'], {
      version: 2,
      run: async ({ lake, guardErrors, deadLetter }) => {
        await lake.write('url_queue', [seed('b')]);
        guardErrors(10, 100); // one in ten is still allowed
        deadLetter({ subject: 'x', code: 'X', error: 'x' });
        guardErrors(11, 100);
      },
    });
    expect(await runPhase(session, failing, 'PMA')).toMatchObject({
      status: 'failed',
      exitCode: ExitCode.threshold,
    });
    expect(await urlsOf(root, 'url_queue')).toEqual(['a']);
  });
});

describe('errors', () => {
  const throwing = (error: unknown) =>
    init(['b'], {
      version: 2,
      run: async ({ lake }) => {
        await lake.write('url_queue', [seed('b')]);
        throw error;
      },
    });

  test.each<[unknown, string, number]>([
    [new Refused('robots'), 'refused', 3],
    [new RetryLater('down'), 'failed', 1],
    [new SkipRecord('odd'), 'failed', 1],
    [new TypeError('a fault of ours'), 'failed', 1],
    ['a string', 'failed', 1],
  ])('%s: %s, exit code %i, and the old stands', async (error, status, exitCode) => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['a']), 'PMA');
    expect(await runPhase(session, throwing(error), 'PMA')).toMatchObject({ status, exitCode });
    expect(await urlsOf(root, 'url_queue')).toEqual(['a']);
    // And the lease is free again.
    expect(await runPhase(session, init(['c'], { version: 3 }), 'PMA')).toMatchObject({ status: 'done' });
  });

  test('a locked partition names the holder, and what he holds is left alone', async () => {
    const root = await tempFolder();
    const holder = startChild('hold', [root]);
    await holder.line((l) => l === 'held');
    const session = await open(root);
    const result = await runPhase(session, init(['a']), 'PMA');
    expect(result).toMatchObject({ status: 'failed', exitCode: 1, error: { code: 'PARTITION_LOCKED' } });
    expect((result.error as Error).message).toContain(`pid ${holder.process.pid}`);
    expect(await runPhase(session, init(['a']), 'NEMA')).toMatchObject({ status: 'done' });
  });

  test.each([
    [[0, 0], 0],
    [[0, 3], 3],
    [[3, 4], 4],
    [[4, 2], 2],
    [[2, 1, 4], 1],
    [[1, 130], 130],
    [[], 0],
  ])('of the codes %j the process ends with %i', (codes, expected) => {
    expect(exitCodeOf(codes.map((exitCode) => ({ exitCode }) as PhaseResult))).toBe(expected);
  });
});

describe('dead letters', () => {
  test('are written with the phase, the code, the input, and whether a later try may succeed', async () => {
    const root = await tempFolder();
    const session = await open(root);
    const recipe = init([], {
      run: async ({ lake, deadLetter }) => {
        await lake.write('url_queue', [seed('a')]);
        deadLetter({
          subject: 's',
          code: 'HTTP_500',
          error: 'x'.repeat(5000),
          input: { url: 's' },
          retryable: true,
        });
        deadLetter({ subject: 't', code: 'BAD', error: 'bad' });
      },
    });
    expect(await runPhase(session, recipe, 'PMA')).toMatchObject({ status: 'done' });
    const lake = await openLake(root);
    const [s, t] = await lake.rows('dead_letters');
    expect(s).toMatchObject({
      association_code: 'PMA',
      phase: 'INIT',
      subject: 's',
      error_code: 'HTTP_500',
      input: { url: 's' },
      retryable: true,
    });
    expect(s!.error!.length).toBe(2000);
    expect(t).toMatchObject({ subject: 't', input: null, retryable: false });
  });
});

describe('a phase that collects', () => {
  const collector = (stopAfter: number, why: () => Error, fetched: string[]) =>
    follow({
      collects: true,
      run: async ({ lake }) => {
        const held = new Set(
          (await lake.query(`SELECT url FROM ${await lake.soFar('pages')}`)).map((r) => String(r.url)),
        );
        for (const url of ['a', 'b', 'c', 'd']) {
          if (held.has(url)) continue;
          if (fetched.length >= stopAfter) throw why();
          fetched.push(url);
          lake.append({ pages: [page(url)] });
        }
      },
    });

  test('goes on after a failure where it stopped, and fetches nothing twice', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['x']), 'PMA');
    const fetched: string[] = [];
    const first = await runPhase(
      session,
      collector(2, () => new Error('lost'), fetched),
      'PMA',
    );
    expect(first.status).toBe('failed');
    expect(await urlsOf(root, 'pages')).toEqual([]);
    expect(
      await runPhase(
        session,
        collector(99, () => new Error(), fetched),
        'PMA',
      ),
    ).toMatchObject({ status: 'done' });
    expect(fetched).toEqual(['a', 'b', 'c', 'd']);
    expect(await urlsOf(root, 'pages')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('that meets a spent daily cap anywhere is to be continued, with code 0, and goes on later', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['x']), 'PMA');
    const fetched: string[] = [];
    const pause = { domain: 'pma.org', reason: 'daily_cap', until: new Date(0), waitMs: 1 } as const;
    const cap = () => new DomainPaused('pma.org: the 3 requests are used up', pause);
    expect(await runPhase(session, collector(3, cap, fetched), 'PMA')).toMatchObject({
      status: 'to_be_continued',
      exitCode: 0,
    });
    expect((await readJob(root, 'job-1'))!.phases['DISCOVERY.PMA']).toMatchObject({
      status: 'to_be_continued',
    });
    expect(await runPhase(session, collector(99, cap, fetched), 'PMA')).toMatchObject({ status: 'done' });
    expect(fetched).toEqual(['a', 'b', 'c', 'd']);
  });

  test('under --force begins anew', async () => {
    const root = await tempFolder();
    const session = await open(root);
    await runPhase(session, init(['x']), 'PMA');
    const fetched: string[] = [];
    await runPhase(
      session,
      collector(99, () => new Error(), fetched),
      'PMA',
    );
    await runPhase(
      session,
      collector(99, () => new Error(), fetched),
      'PMA',
      { force: true },
    );
    expect(fetched).toHaveLength(8);
    expect(await urlsOf(root, 'pages')).toEqual(['a', 'b', 'c', 'd']);
  });

  test('under new settings keeps what the job already holds', async () => {
    const session = await open(await tempFolder());
    await runPhase(session, init(['x']), 'PMA');
    const fetched: string[] = [];
    await runPhase(
      session,
      collector(99, () => new Error(), fetched),
      'PMA',
    );
    const changed = { ...collector(99, () => new Error(), fetched), version: 2 };
    expect(await runPhase(session, changed, 'PMA')).toMatchObject({ status: 'done' });
    expect(fetched).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('as a command', () => {
  test('Ctrl-C saves and ends with 130; the same command goes on and fetches nothing twice', async () => {
    const root = await tempFolder();
    const witness = path.join(await tempFolder(), 'witness');
    const env = { LAKE: root, LOGS: path.join(root, 'logs'), WITNESS: witness, SLOW: '100' };
    const args = ['PMA', '--job-id', 'job-1', '--world', 'real', '--no-tui'];
    const first = startChild('recipe', args, env);
    for (;;) {
      const text = await fs.readFile(witness, 'utf8').catch(() => '');
      if (text.split('\n').length > 5) break;
      await new Promise((next) => setTimeout(next, 20));
    }
    first.process.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const job = (await readJob(root, 'job-1'))!;
    expect(job).toMatchObject({
      status: 'interrupted',
      phases: { 'DISCOVERY.PMA': { status: 'interrupted' } },
    });
    const second = startChild('recipe', args, { ...env, SLOW: '0' });
    expect((await second.ended).code, second.errors()).toBe(0);
    const seen = (await fs.readFile(witness, 'utf8')).trim().split('\n');
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(await urlsOf(root, 'pages')).toHaveLength(20);
    const lake = await openLake(root);
    expect(await lake.query('SELECT count(*) AS n FROM dead_letters')).toEqual([{ n: 1 }]);
  });

  test.each([
    [['XYZ'], /no association "XYZ"\. Known: PMA/],
    [['PMA', '--job-id', '../x'], /is not a job id/],
    [[], /missing required argument/],
    [['PMA', '--nonsense'], /unknown option/],
    [['PMA', '--log-level', 'loud'], /Allowed choices/],
  ])('%j ends with code 2 and one word on what is wrong', async (args, said) => {
    const root = await tempFolder();
    const child = startChild('recipe', [...args, '--world', 'real', '--no-tui'], {
      LAKE: root,
      WITNESS: '/dev/null',
    });
    expect((await child.ended).code).toBe(2);
    expect(child.errors()).toMatch(said);
    expect(child.errors()).not.toMatch(/\n\s+at /);
    expect(await fs.readdir(root)).toEqual([]);
  });
});

test('a dry run reads through, writes aside, and leaves the lake byte for byte', async () => {
  const root = await tempFolder();
  const real = await open(root);
  await runPhase(real, init(['a']), 'PMA');
  await runPhase(real, follow(), 'PMA');
  await real.close();
  const before = await treeOf(root);
  const dry = await open(root, { dryRun: true });
  const other = init(['b', 'c'], { version: 2 });
  expect(await runPhase(dry, other, 'PMA')).toMatchObject({ status: 'done', counts: { seeds: 2 } });
  // What comes after sees what the dry run wrote.
  expect(await runPhase(dry, follow(), 'PMA')).toMatchObject({ status: 'done', counts: { pages: 2 } });
  await dry.lake.refresh();
  expect((await dry.lake.query('SELECT url FROM pages ORDER BY url')).map((r) => r.url)).toEqual(['b', 'c']);
  const aside = dry.lake.writeRoot;
  await dry.close();
  expect(await treeOf(root)).toEqual(before);
  await expect(fs.stat(aside)).rejects.toThrow();
  expect(await urlsOf(root, 'pages')).toEqual(['a']);
});

describe('the pipeline', () => {
  test('an association that fails stays where it is; the others go on, and what spans them works on what is good', async () => {
    const root = await tempFolder();
    const session = await open(root, { associations: ['PMA', 'NEMA'] });
    const fails = follow({
      run: async ({ association, lake }) => {
        if (association.code === 'PMA') throw new Error('broken site');
        await lake.write('pages', [page('n')]);
      },
    });
    const order: string[] = [];
    const spans: Recipe = {
      ...init([]),
      phase: 'RESOLUTION',
      name: 'resolve',
      grain: 'global',
      reads: ['pages'],
      writes: [],
      run: async ({ lake }) => {
        order.push(...(await lake.rows('pages')).map((p) => p.url));
      },
    };
    const results = await runPipeline(session, [init(['a']), fails, spans], ['PMA', 'NEMA'], {
      force: false,
    });
    expect(results.map((r) => [r.phase, r.association, r.status]).sort()).toEqual([
      ['DISCOVERY', 'NEMA', 'done'],
      ['DISCOVERY', 'PMA', 'failed'],
      ['INIT', 'NEMA', 'done'],
      ['INIT', 'PMA', 'done'],
      ['RESOLUTION', null, 'done'],
    ]);
    expect(order).toEqual(['n']);
    expect(exitCodeOf(results)).toBe(1);
    expect((await readJob(root, 'job-1'))!.current_phase).toBe('FAILED');
  });

  test('after an interruption nothing more begins', async () => {
    const session = await open(await tempFolder());
    const stops = init(['a'], {
      run: async () => {
        session.abort.abort();
      },
    });
    const after = counted(follow());
    const results = await runPipeline(session, [stops, after], ['PMA'], { force: false });
    expect(results.map((r) => r.status)).toEqual(['interrupted']);
    expect(after.runs).toBe(0);
    expect(exitCodeOf(results)).toBe(130);
  });
});

describe('secrets', () => {
  test('of the environment reach no file of the run: not log, events, state or dead letters', async () => {
    const root = await tempFolder();
    const secret = 'sk_live_9f/8"e+7d';
    const env = { APOLLO_API_KEY: secret, DATABASE_URL: 'postgres://u:hunter2-pw@db/x' };
    const session = await open(root, { env });
    const url = `https://api.x.org/?key=${encodeURIComponent(secret)}`;
    const leaky = init([], {
      run: async ({ lake, deadLetter, notice, step, assert, log, progress }) => {
        await lake.write('url_queue', [seed('a')]);
        step(`Ask with ${secret}`);
        notice('X', `told ${secret}`);
        progress(1, 2, `pages ${secret}`);
        log.info(
          { headers: { authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` } },
          `use ${secret}`,
        );
        deadLetter({ subject: url, code: 'X', error: `${secret} and hunter2-pw`, input: { url, secret } });
        assert('x', false, secret, `not ${secret}`);
      },
    });
    const result = await runPhase(session, leaky, 'PMA');
    expect(result.status).toBe('quarantined');
    const throws = init([], {
      version: 2,
      run: async () => {
        throw new Error(`cannot reach postgres://u:hunter2-pw@db/x with ${secret}`, {
          cause: new Error(url),
        });
      },
    });
    expect((await runPhase(session, throws, 'PMA')).status).toBe('failed');
    await session.close();
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(`${secret}:`).toString('base64'),
      'hunter2-pw',
    ];
    const names = Object.keys(await treeOf(root)).filter((n) => !n.endsWith('/'));
    expect(names.some((n) => n.endsWith('events.ndjson'))).toBe(true);
    expect(names.some((n) => n.endsWith('.log'))).toBe(true);
    for (const name of names.filter((n) => !n.endsWith('.parquet'))) {
      const text = await fs.readFile(path.join(root, name), 'utf8');
      // The assertion's outcome is in the quarantined checkpoint as the recipe stated it.
      if (name.includes('quarantined')) continue;
      for (const form of forms) expect(text.includes(form), `${form} in ${name}`).toBe(false);
    }
    const parquet = names.filter((n) => n.includes('dead_letters'));
    const lake = await openLake(root);
    const letters = await lake.query(`SELECT * FROM read_parquet('${path.join(root, parquet[0]!)}')`);
    for (const form of forms) expect(JSON.stringify(letters)).not.toContain(form);
  });
});
