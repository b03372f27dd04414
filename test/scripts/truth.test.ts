import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterWorld } from '../../lib/lake/world.js';
import { truthOf } from '../../sandbox/truth.js';
import { createWorld } from '../../sandbox/world.js';
import { scoreErp, scorePairs } from '../../scripts/truth/companies.js';
import { nameKey, sameValue } from '../../scripts/truth/compare.js';
import type { CrawlResult } from '../../scripts/truth/crawl.js';
import type { LakeMember } from '../../scripts/truth/lake-side.js';
import { matchMembers, scoreFields, scoreMembers } from '../../scripts/truth/members.js';
import type { TruthReport } from '../../scripts/truth/report.js';
import { Misses, score } from '../../scripts/truth/score.js';
import { finishedWorld, type TestWorld } from '../e2e/world.js';
import { openLake, page, publish, tempFolder } from '../support/lake.js';
import { runScript } from './run.js';

describe('when two values mean the same', () => {
  it.each([
    ['street', '12 North Mill Street, Suite 4', '12 N. MILL ST STE 4'],
    ['street', 'PO Box 77', 'P.O. Box 77'],
    ['city', 'Saint Paul', 'ST. PAUL'],
    ['state', 'Ohio', 'OH'],
    ['postal_code', '44113-1201', '44113'],
    ['phone', '1-216-555-0100', '+12165550100'],
    ['website', 'HTTP://WWW.ACME.COM/', 'https://acme.com'],
    ['name', 'Acme Tool & Die, Inc.', 'ACME TOOL AND DIE INC'],
    ['email', 'Info@Acme.com', 'info@acme.com'],
  ] as const)('%s: %s is %s', (field, a, b) => expect(sameValue(field, a, b)).toBe(true));

  it.each([
    ['street', '12 Mill Street', '21 Mill Street'],
    ['street', '12 Mill Street', '12 Mill Avenue'],
    ['street', '12 Mill Street, Suite 4', '12 Mill Street'],
    ['postal_code', '44113-1201', '44113-1299'],
    ['postal_code', '06103', '6103'],
    ['phone', '216-555-0100', '216-555-0101'],
    ['name', 'Acme Tool Inc.', 'Acme Tool'],
    ['website', 'https://acme.com', 'https://acme.net'],
  ] as const)('%s: %s is not %s', (field, a, b) => expect(sameValue(field, a, b)).toBe(false));
});

describe('scores', () => {
  it('are null where there is nothing to count', () => {
    expect(score(0, 0, 0)).toMatchObject({ precision: null, recall: null, f1: null });
    expect(score(2, 0, 0)).toMatchObject({ precision: null, recall: 0, f1: null });
    expect(score(4, 2, 2)).toMatchObject({ precision: 1, recall: 0.5, f1: 0.666667 });
  });

  const truths = truthOf(createWorld({ seed: 3, size: 0.02 })).memberships.filter(
    (m) => m.association_code === 'PMA',
  );
  const copy = (t: (typeof truths)[number], n: number): LakeMember => ({
    member_id: `r${n}`,
    association: 'PMA',
    values: {
      name: t.name,
      website: t.website,
      phone: t.phone_e164,
      fax: t.fax,
      email: t.email,
      street: t.street,
      city: t.city,
      state: t.state,
      postal_code: t.postal_code,
    },
    pages: new Set([t.page_url]),
    profiles: new Set(t.profile_url ? [t.profile_url] : []),
    where: t.page_url,
    company_id: t.company_id,
  });

  it('are whole when the lake says the truth', () => {
    const members = truths.map(copy);
    const matching = matchMembers(members, truths);
    const misses = new Misses(10);
    expect(scoreMembers('PMA', members, truths, matching, misses)).toMatchObject({ precision: 1, recall: 1 });
    for (const s of Object.values(scoreFields('PMA', truths, matching, misses))) {
      expect([s.precision ?? 1, s.recall ?? 1]).toEqual([1, 1]);
    }
    expect(misses.list).toEqual([]);
  });

  it('count a missing member, a double one, an invented one and a wrong value', () => {
    const members = truths.slice(1).map(copy); // one is missing
    members.push({ ...copy(truths[1]!, 900), member_id: 'zz' }); // one is double
    members.push({
      ...copy(truths[2]!, 901),
      values: {
        ...copy(truths[2]!, 0).values,
        name: 'Contact Us',
        phone: null,
        website: null,
        street: null,
        postal_code: null,
      },
    });
    members[4]!.values.city = 'Elsewhere';
    const matching = matchMembers(members, truths);
    const misses = new Misses(10);
    const found = scoreMembers('PMA', members, truths, matching, misses);
    expect(found).toMatchObject({
      expected: truths.length,
      predicted: truths.length + 1,
      correct: truths.length - 1,
    });
    const { city } = scoreFields('PMA', truths, matching, misses);
    expect(city).toMatchObject({
      expected: truths.length,
      predicted: truths.length - 1,
      correct: truths.length - 2,
    });
    expect(misses.list.map((m) => `${m.measure} ${m.kind}`)).toEqual([
      'members missing',
      'members extra',
      'members extra',
      'field.city wrong',
    ]);
    expect(misses.list[3]).toMatchObject({ subject: members[4]!.values.name, got: 'Elsewhere' });
    expect(nameKey(misses.list[0]!.subject)).toBe(nameKey(truths[0]!.name));
  });

  it('do not ask for members that nobody may ask for, and call one that was taken all the same an extra', () => {
    const members = truths.slice(0, 5).map(copy);
    const open = truths.slice(0, 3);
    const misses = new Misses(10);
    expect(scoreMembers('PMA', members, open, matchMembers(members, truths), misses)).toMatchObject({
      expected: 3,
      predicted: 5,
      correct: 3,
    });
    expect(misses.list.map((m) => `${m.kind}: ${m.got}`)).toEqual(
      Array(2).fill('extra: a member that nobody may ask for'),
    );
  });

  it('count pairs of members, over all and across associations', () => {
    const member = (id: string, association: string, company_id: string): LakeMember => ({
      ...copy(truths[0]!, 0),
      member_id: id,
      association,
      company_id,
    });
    const members = [
      member('a', 'PMA', 'X'),
      member('b', 'NEMA', 'X'),
      member('c', 'PMA', 'X'),
      member('d', 'AGMA', 'Y'),
    ];
    // a, b and d are one company; c is another that was joined to it by mistake
    const truth = new Map([
      [members[0]!, '1'],
      [members[1]!, '1'],
      [members[2]!, '2'],
      [members[3]!, '1'],
    ]);
    expect(scorePairs(members, truth, [], false)).toMatchObject({ expected: 3, predicted: 3, correct: 1 });
    expect(scorePairs(members, truth, [], true)).toMatchObject({ expected: 3, predicted: 2, correct: 1 });
    expect(scorePairs(members, truth, [{ ...truths[0]!, company_id: '2' }], false).expected).toBe(4);
  });
});

describe('the score of ERP', () => {
  const [seen, hidden, books, none, missed] = ['C1', 'C2', 'C3', 'C4', 'C5'].map((company_id) => ({
    ...truthOf(createWorld({ seed: 3, size: 0.02 })).companies[0]!,
    company_id,
  }));
  const truths = [
    { ...seen!, erp_id: 'plex', erp_name: 'Plex', erp_visible_in: ['careers' as const] },
    { ...hidden!, erp_id: 'syspro', erp_name: 'SYSPRO', erp_visible_in: [] },
    { ...books!, erp_id: 'quickbooks', erp_name: 'QuickBooks', erp_visible_in: ['careers' as const] },
    { ...none!, erp_id: null, erp_name: null, erp_visible_in: [] },
    { ...missed!, erp_id: 'plex', erp_name: 'Plex', erp_visible_in: ['portal' as const] },
  ];
  const vendors = [
    { id: 'plex', product: 'Plex Smart Manufacturing Platform', kind: 'erp' },
    { id: 'quickbooks', product: 'QuickBooks', kind: 'accounting' },
  ];
  const companies = (systems: Record<string, string | null>) =>
    Object.entries(systems).map(([company_id, erp_system]) => ({
      company_id,
      erp_system,
      erp_evidence: null,
    }));
  const same = new Map(truths.map((t) => [t.company_id, t.company_id]));

  it('asks for what can be seen from outside, and counts what is named where there is none', () => {
    const misses = new Misses(9);
    const rows = companies({
      C1: 'Plex Smart Manufacturing Platform',
      C2: null,
      C3: 'QuickBooks',
      C4: 'Plex',
      C5: null,
    });
    expect(scoreErp(truths, rows, same, vendors, misses)).toMatchObject({
      expected: 2,
      predicted: 1,
      correct: 1,
      hidden: 1,
      hidden_named: 0,
      without: 2, // books are no ERP
      without_named: 2,
      precision_of_all: 0.333333,
    });
    expect(misses.list.map((m) => `${m.subject.slice(0, 2)} ${m.kind}`)).toEqual([
      'C3 extra',
      'C4 extra',
      'C5 missing',
    ]);
  });
});

describe('truth', () => {
  it('refuses a lake of the real world, and a folder that is none', async () => {
    const root = await tempFolder();
    const none = await runScript('truth', ['--lake', root]);
    expect(none.code).toBe(2);
    expect(none.err).toContain('There is no lake');
    await enterWorld(root, { format: 1, world: 'real', created_at: '2026-01-01T00:00:00.000Z' });
    const real = await runScript('truth', ['--json'], { LAKE: root });
    expect(real.code).toBe(2);
    expect(real.err).toContain('belongs to the real world');
    expect(real.out).toBe('');
  });

  it('says what has not run yet', async () => {
    const root = await tempFolder();
    await enterWorld(root, {
      format: 1,
      world: 'sandbox',
      created_at: '2026-01-01T00:00:00.000Z',
      seed: 3,
      size: 0.02,
      speed: 1,
    });
    const lake = await openLake(root);
    await publish(
      lake,
      { pages: [page('https://www.pma.org/directory/members.asp')] },
      { phase: 'DISCOVERY' },
    );
    const { code, out } = await runScript('truth', ['--json', '--lake', root]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as TruthReport;
    expect(Object.keys(report.associations)).toEqual(['PMA']);
    expect(report.associations.PMA!.pages.correct).toBe(1);
    expect(report.associations.PMA!.members).toMatchObject({ predicted: 0, correct: 0 });
  });
});

describe('truth of a crawl with faults on', () => {
  const crawl = async (...args: string[]) => {
    const fast = ['--associations', 'NEMA', '--size', '0.02', '--speed', '200', '--json'];
    const run = await runScript('truth', [...fast, ...args]);
    return { ...run, crawl: run.out === '' ? null : (JSON.parse(run.out) as { crawl: CrawlResult }).crawl };
  };

  it('ends well when all that is allowed was found and nothing else asked, and with 1 when not', async () => {
    const gone = { rules: [{ fault: '404', host: 'www.nema.org', path: '/events/', tries: 'all' }] };
    const [worst, lost, wrong] = await Promise.all([
      crawl('--faults', 'worst'),
      crawl('--faults', JSON.stringify(gone), '--rounds', '1'),
      crawl('--faults', '{"rules":[{"fault":"teapot"}]}'),
    ]);
    expect([worst.code, worst.crawl], worst.err).toMatchObject([
      0,
      {
        ok: true,
        members: { found: 6, allowed: 6, share: 1 },
        pages: { share: 1 },
        forbidden: [],
        too_fast: [],
        too_early: [],
      },
    ]);
    expect(worst.crawl!.faults).toBeGreaterThan(0);
    expect(worst.crawl!.requests).toBeGreaterThan(worst.crawl!.pages.found);
    expect(worst.err).toMatch(/^Run: exit code 0; /m);

    expect(lost.code, lost.err).toBe(1);
    expect(lost.crawl).toMatchObject({ ok: false, members: { share: 1 }, forbidden: [] });
    expect(lost.crawl!.pages.found).toBeLessThan(lost.crawl!.pages.allowed);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('unknown fault in a rule: teapot');
  }, 120_000);
});

describe('truth of a finished run', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await finishedWorld(['PMA', 'NEMA'], { size: 0.02 });
  }, 180_000);
  afterAll(() => world?.close());

  it('gives the same figures to people and machines, and changes nothing', async () => {
    const json = await world.run(['scripts/truth.ts', '--json', '--misses', '2']);
    expect([json.code, json.stderr]).toEqual([0, '']);
    const report = JSON.parse(json.stdout) as TruthReport;
    expect(Object.keys(report.associations).sort()).toEqual(['NEMA', 'PMA']);
    const { pages, members, fields, events } = report.associations.PMA!;
    expect(pages.recall).toBe(1);
    expect(members.expected).toBe(18);
    expect(members.recall).toBeGreaterThan(0.9);
    expect(fields.name.precision).toBeGreaterThan(0.9);
    expect(events.expected).toBeGreaterThan(0);
    expect(report.resolution.all.expected).toBeGreaterThan(0);
    expect(report.erp.precision).toBeGreaterThan(0.9);
    expect(report.notes).toEqual([]);
    const kinds = report.misses.map((m) => `${m.association} ${m.measure} ${m.kind}`);
    for (const kind of kinds) expect(kinds.filter((k) => k === kind).length).toBeLessThanOrEqual(2);

    const text = await world.run(['scripts/truth.ts']);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(`pages found`);
    expect(text.stdout).toContain(`${pages.correct} of ${pages.expected}`);
    expect(text.stdout).toMatch(/^resolution, pairs of members +\d/m);
    expect(text.stdout).not.toContain('undefined');
  }, 60_000);

  it('finds the finished lake sound', async () => {
    const verify = await world.run(['scripts/lake.ts', 'verify', '--json']);
    expect(verify.code).toBe(0);
    expect(JSON.parse(verify.stdout)).toMatchObject({ sound: true });
  });
});
