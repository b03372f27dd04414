/** CLASSIFICATION and EXTRACTION over stored pages: in workers and without, what fails, and what a harvest is held to. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../lib/config.js';
import { runPhase } from '../../lib/harness/run-phase.js';
import { diffHarvests, diffLines } from '../../lib/records/diff.js';
import { classify } from '../../recipes/classify.js';
import { extract } from '../../recipes/extract.js';
import { openLake } from '../support/lake.js';
import { crawled, directoryPages, type SitePage, session, tempFolder } from './association-pages.js';

let real: Config;
beforeAll(async () => {
  real = await loadConfig();
});

interface Change {
  association?: object;
  extraction?: object;
  orchestrator?: object;
}

/** The project's config with an association of forty members. */
function configured({ association, extraction, orchestrator }: Change = {}): Config {
  const config = structuredClone({ agents: real.agents, associations: [...real.associations] });
  const associations = new Map(config.associations);
  associations.set('PMA', { ...associations.get('PMA')!, expected_members: 40, ...association } as never);
  const { agents } = config;
  return {
    folder: real.folder,
    associations,
    agents: {
      ...agents,
      extraction: { ...agents.extraction, ...extraction },
      orchestrator: { ...agents.orchestrator, ...orchestrator },
    },
  };
}

/** Crawls, classifies and extracts; the result of EXTRACTION. */
async function harvest(root: string, pages: readonly SitePage[], config: Config, job = 'job-1') {
  await crawled(root, pages, job);
  const opened = await session(root, config, job);
  expect(await runPhase(opened, classify, 'PMA')).toMatchObject({ status: 'done', error: null });
  const result = await runPhase(opened, extract, 'PMA');
  await opened.close();
  return result;
}

const rowsOf = async (root: string, sql: string) => (await openLake(root)).query(sql);
const all = (table: string) => `SELECT * EXCLUDE (job_id) FROM ${table} ORDER BY ALL`;

describe('in worker threads', () => {
  test('the rows are those of the main thread', async () => {
    // More pages than are read in the main thread, and the same in few enough lots.
    const pages = directoryPages(390, 3);
    const many = await tempFolder();
    expect(pages.length).toBeGreaterThan(120);
    expect(await harvest(many, pages, configured())).toMatchObject({
      status: 'done',
      counts: { companies: 390 },
    });
    const few = await Promise.all(
      [pages.slice(0, 65), pages.slice(65)].map(async (half) => {
        const root = await tempFolder();
        // Under another number of workers, so that those of before, which still run, are not used.
        await harvest(root, half, configured({ extraction: { workers: 1 } }));
        return rowsOf(root, all('extracted_companies'));
      }),
    );
    const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
      String(a.record_id) < String(b.record_id) ? -1 : 1;
    const together = await rowsOf(many, all('extracted_companies'));
    expect([...together].sort(byId)).toEqual(few.flat().sort(byId));
  }, 60_000);

  test('pages that take too long are dead letters and the rest goes on; too many of them stop the phase', async () => {
    const root = await tempFolder();
    // A body this long goes to a worker, which has a millisecond for it.
    const long = (page: SitePage): SitePage => ({
      ...page,
      body: `${page.body}<p>${'word '.repeat(110_000)}</p>`,
    });
    const pages = directoryPages(96, 4).map((page, i) => (i % 8 === 0 ? long(page) : page));
    const hasty = { page_deadline_ms: 1, workers: 1 };
    await crawled(root, pages);
    const patient = await session(root, configured());
    expect(await runPhase(patient, classify, 'PMA')).toMatchObject({ status: 'done' });

    const stopped = await session(root, configured({ extraction: hasty }));
    expect(await runPhase(stopped, extract, 'PMA')).toMatchObject({ status: 'failed', exitCode: 4 });
    expect(await rowsOf(root, 'SELECT * FROM extracted_companies')).toEqual([]);

    const goingOn = await session(
      root,
      // Another pool: one that runs already would read the short pages too.
      configured({ extraction: { ...hasty, workers: 2 }, orchestrator: { max_extraction_errors: 0.3 } }),
    );
    expect(await runPhase(goingOn, extract, 'PMA')).toMatchObject({
      status: 'done',
      counts: { companies: 84 },
    });
    expect(await rowsOf(root, `SELECT DISTINCT phase, error_code FROM dead_letters`)).toEqual([
      { phase: 'EXTRACTION', error_code: 'READER_DEADLINE' },
    ]);
  }, 60_000);
});

describe('a harvest is held to', () => {
  const quality = { min_members: 30, shares: { website: 0.9, phone: 0.8 }, level: 'fail' };
  const withQuality = (more: object) => configured({ association: { quality: { ...quality, ...more } } });

  test('the assertions of its association: met, told, or set aside', async () => {
    const root = await tempFolder();
    const mute = directoryPages(40, 20, { phone: false });
    const failed = await harvest(root, mute, withQuality({}));
    expect(failed).toMatchObject({ status: 'quarantined', exitCode: 4 });
    expect(String(failed.error)).toContain('share:phone: 0 % where at least 80 % was expected');

    const opened = await session(root, withQuality({ level: 'warn' }));
    const told: string[] = [];
    opened.events.subscribe((e) => e.event === 'notice' && told.push(e.message));
    expect(await runPhase(opened, extract, 'PMA')).toMatchObject({ status: 'done', exitCode: 0 });
    expect(told).toEqual([expect.stringContaining('share:phone: 0 % of the members have phone')]);
    expect(
      await rowsOf(root, `SELECT name, level, ok, observed FROM extraction_checks WHERE NOT ok`),
    ).toEqual([{ name: 'share:phone', level: 'warn', ok: false, observed: 0 }]);
  });

  test('the good run before it: members and filling may not fall by more than half', async () => {
    const root = await tempFolder();
    expect(await harvest(root, directoryPages(80, 20), configured())).toMatchObject({ status: 'done' });
    const fewer = await harvest(root, directoryPages(30, 20), configured(), 'job-2');
    expect(String(fewer.error)).toContain('members_drop: 30 where at least 40');
    const mute = await harvest(root, directoryPages(80, 20, { phone: false }), configured(), 'job-3');
    expect(String(mute.error)).toContain('fill_drop:phone: 0 % where at least 50 %');
    expect(mute).toMatchObject({ status: 'quarantined', exitCode: 4 });
    // The good one still stands.
    expect(
      await rowsOf(root, 'SELECT count(*) AS n FROM extracted_companies WHERE phone IS NOT NULL'),
    ).toEqual([{ n: 80 }]);
    // A person who knows better says so in config.
    const allowed = configured({
      association: { quality: { shares: {}, level: 'fail', drop_level: 'warn' } },
    });
    const opened = await session(root, allowed, 'job-3');
    expect(await runPhase(opened, extract, 'PMA')).toMatchObject({ status: 'done' });
  });
});

test('selectors that no longer match are told, with the page to learn new ones from', async () => {
  const root = await tempFolder();
  const fields = { name: '.m-card-name', phone: '.m-card-tel' };
  const selectors = { records: [{ kind: 'company', record: '.m-card', fields }] };
  const config = configured({ association: { selectors } });
  await harvest(root, directoryPages(40, 20), config);
  const check = `SELECT ok, observed, detail FROM extraction_checks WHERE name = 'selectors'`;
  expect(await rowsOf(root, check)).toMatchObject([{ ok: true, observed: 1 }]);
  await harvest(root, directoryPages(40, 20, { card: 'entry' }), config, 'job-2');
  expect(await rowsOf(root, check)).toMatchObject([
    { ok: false, observed: 0, detail: expect.stringContaining('--learn --association PMA') },
  ]);
});

test('a diff tells what is new, gone and changed, and where nothing is', async () => {
  const root = await tempFolder();
  await harvest(root, directoryPages(40, 20), configured());
  const alone = await diffHarvests(await openLake(root), 'PMA');
  expect(alone.before).toBeNull();
  expect(diffLines(alone).join()).toContain('nothing to compare');

  const pages = directoryPages(41, 20).map((p) => ({
    ...p,
    body: p.body.replace('(216) 555-1003', '(216) 555-9999'),
  }));
  pages[0]!.body = pages[0]!.body.replace(
    /<article(?:(?!<\/article>).)*Acme Gear Works 0.*?<\/article>/s,
    '',
  );
  await harvest(root, pages, configured(), 'job-2');
  const diff = await diffHarvests(await openLake(root), 'PMA');
  expect(diff.counts[0]).toEqual({ kind: 'company', before: 40, after: 40, new: 1, gone: 1, changed: 1 });
  expect(diff.changes.map((c) => [c.change, c.name, c.field, c.old, c.new])).toEqual([
    ['changed', 'Dover Gear Works 3, Inc.', 'phone', '+12165551003', '+12165559999'],
    ['gone', 'Acme Gear Works 0, Inc.', null, null, null],
    ['new', 'Elgin Fasteners 40, Inc.', null, null, null],
  ]);
  expect(diffLines(diff).join('\n')).toContain('phone +12165551003 → +12165559999');
});
