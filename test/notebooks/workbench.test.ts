/** What notebooks hold in their hands, without a notebook. */
import { existsSync, promises as fs } from 'node:fs';
import path from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, plotMarkup, plotSvg, tableMarkup, type Workbench } from '../../lib/notebook.js';
import type * as facade from '../../notebooks/workbench.mjs';
import { HOSTILE, smallLake } from './small-lake.js';

let root: string;
let workbench: Workbench;
const shown: string[] = [];

beforeAll(async () => {
  root = await smallLake();
  workbench = await openWorkbench({ lake: root, show: (html) => shown.push(html) });
});

afterAll(async () => {
  await workbench.close();
  await fs.rm(root, { recursive: true, force: true });
});

describe('sql', () => {
  it('binds the values of a template', async () => {
    const { sql } = workbench;
    expect(
      await sql`select company_id from companies where state = ${'OH'} and quality_score > ${80}`,
    ).toEqual([{ company_id: 'c1' }]);
    const [row] = await sql`select ${null} as n, ${true} as b, ${2.5} as d, ${7n} as i, ${new Date(0)} as t`;
    expect(row).toEqual({ n: null, b: true, d: 2.5, i: 7, t: '1970-01-01T00:00:00.000Z' });
  });

  it.each([
    "x' or true --",
    "'; drop view companies; --",
    '$1',
    '$$',
    '*/ union select 1 /*',
    'a\\',
    '"',
    "''",
  ])('takes %j for a value and nothing else', async (text) => {
    const { sql, arrow } = workbench;
    expect(await sql`select company_id from companies where canonical_name = ${text}`).toEqual([]);
    expect(await sql`select ${text} as back, ${[text, 'b']}[1] as first, len(${[text]}) as n`).toEqual([
      { back: text, first: text, n: 1 },
    ]);
    const table = await arrow`select ${text} as back, ${[text]} as list`;
    expect(table.get(0)?.toJSON().back).toBe(text);
    // A hole in quotes is no hole: it must fail, not become SQL.
    await expect(sql`select 'a ${text}' as x`).rejects.toThrow(/parameter/i);
    await expect(arrow`select 'a ${text}' as x`).rejects.toThrow(/parameter/i);
  });

  it('takes lists, also empty ones, and quotes names', async () => {
    const { sql, identifier } = workbench;
    const found = await sql`select company_id from companies where state = any(${['MI', 'TX']})`;
    expect(found).toEqual([{ company_id: 'c2' }]);
    expect(await sql`select len(${[]}) as n, list_sum(${[1, 2.5]}) as s`).toEqual([{ n: 0, s: 3.5 }]);
    expect(await sql`select count(*) as n from ${identifier('companies')}`).toEqual([{ n: 3 }]);
    await expect(sql`select * from ${identifier('x" union select 1 --')}`).rejects.toThrow(/does not exist/);
  });

  it('says what is wrong with a value or a call', async () => {
    const { sql } = workbench;
    await expect(sql`select ${undefined as unknown as string}`).rejects.toThrow(/1st value .* undefined/);
    await expect(sql`select 1, ${'a'}, ${{} as unknown as string}`).rejects.toThrow(/2nd value/);
    const called = sql as unknown as (text: string) => Promise<unknown>;
    await expect(called('select 1')).rejects.toThrow(/without parentheses/);
  });

  it('only reads', async () => {
    const { sql, arrow } = workbench;
    const file = path.join(root, 'stolen.csv');
    const { identifier } = workbench;
    await expect(sql`copy companies to ${identifier(file)}`).rejects.toThrow(/COPY is not reading/);
    await expect(arrow`copy companies to ${identifier(file)}`).rejects.toThrow(/COPY is not reading/);
    await expect(sql`explain analyze copy companies to 'x.csv'`).rejects.toThrow(/COPY is not reading/);
    await expect(sql`create table t (a int)`).rejects.toThrow(/CREATE is not reading/);
    await expect(sql`select 1; select 2`).rejects.toThrow(/One SQL statement/);
    expect(existsSync(file)).toBe(false);
  });

  it('gives Arrow columns', async () => {
    const table =
      await workbench.arrow`select company_id, quality_score from companies where state = ${'OH'} order by 1`;
    expect(table.numRows).toBe(2);
    expect(table.toArray().map((row) => row?.toJSON())).toEqual([
      { company_id: 'c1', quality_score: 95 },
      { company_id: 'c3', quality_score: 78 },
    ]);
  });
});

describe('the lake', () => {
  it('is introduced in a line', () => {
    expect(shown[0]).toContain(`Lake ${root}: 1 job, the newest job-1 (done`);
  });

  it('need not be there', async () => {
    const told: string[] = [];
    const missing = path.join(root, 'missing');
    const empty = await openWorkbench({ lake: missing, show: (html) => told.push(html) });
    expect(told[0]).toContain('There is no lake at');
    expect(await empty.sql`select * from company_summary`).toEqual([]);
    empty.table(await empty.sql`select * from companies`, { caption: 'Companies' });
    expect(told[1]).toContain('Companies: no rows.');
    await empty.close();
    expect(existsSync(missing)).toBe(false);
  });
});

describe('table', () => {
  const cells = (html: string, tag = 'td') => [...parseHTML(html).document.querySelectorAll(tag)];

  it('escapes what is in the lake', async () => {
    const rows = await workbench.sql`select canonical_name from companies where company_id = 'c2'`;
    const html = tableMarkup(rows, { caption: HOSTILE });
    expect(html).not.toContain('<script>');
    expect(cells(html).map((cell) => cell.textContent)).toEqual([HOSTILE]);
    const odd = tableMarkup([{ '<b>': '"\'>' }, { '<b>': 'x"onmouseover='.padEnd(200, 'y') }]);
    expect(odd).not.toContain('<b>');
    expect(cells(odd)[1]!.attributes.length).toBe(2);
  });

  it('aligns numbers to the right and texts to the left', () => {
    const html = tableMarkup([
      { name: 'a', n: 1, year: 1987 },
      { name: 'b', n: 12_345.5, year: null },
    ]);
    const align = cells(html, 'th').map((cell) => /text-align:(\w+)/.exec(cell.getAttribute('style')!)![1]);
    expect(align).toEqual(['left', 'right', 'right']);
    expect(cells(html).map((cell) => cell.textContent)).toEqual(['a', '1', '1987', 'b', '12,345.5', '–']);
  });

  it('cuts what is too long or too wide, and says so', () => {
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, 'x'.repeat(200)]));
    const html = tableMarkup(Array.from({ length: 100 }, () => wide));
    expect(cells(html)).toHaveLength(30 * 16);
    expect(cells(html)[0]!.textContent).toBe(`${'x'.repeat(80)}…`);
    expect(html).toContain('Shown: the first 30 of 100 rows and the first 16 of 40 columns.');
  });

  it('writes lists, objects and instants for people', () => {
    const html = tableMarkup([{ a: ['x', 'y'], b: { c: 1n }, d: '2026-01-02T03:04:05.678Z', e: true }], {
      format: { e: (value) => (value ? 'yes' : 'no') },
    });
    expect(cells(html).map((cell) => cell.textContent)).toEqual([
      'x, y',
      '{"c":"1"}',
      '2026-01-02 03:04:05',
      'yes',
    ]);
  });
});

describe('plot', () => {
  it('draws the rows of a query as SVG', async () => {
    const rows =
      await workbench.sql`select quality_grade as grade, count(*) as n from companies group by 1 order by 1`;
    const html = plotMarkup({
      title: HOSTILE,
      marks: [Plot.barX(rows, { x: 'n', y: 'grade' }), Plot.ruleX([0])],
    });
    const { document } = parseHTML(html);
    expect(html).not.toContain('<script>');
    expect(document.querySelector('h2')!.textContent).toBe(HOSTILE);
    expect(document.querySelectorAll('svg [aria-label="bar"] rect')).toHaveLength(2);
    const widths = [...document.querySelectorAll('svg [aria-label="bar"] rect')].map((r) =>
      Number(r.getAttribute('width')),
    );
    expect(widths[1]! / widths[0]!).toBeCloseTo(2);
  });

  it('gives an SVG document to save', () => {
    const svg = plotSvg({
      title: 'gone',
      color: { legend: true },
      marks: [Plot.dot([{ a: 1, b: 'x' }], { x: 'a', fill: 'b' })],
    });
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toContain('gone');
  });

  it('says so when there is nothing to draw', () => {
    expect(plotMarkup({ title: 'Grades', marks: [Plot.barX([], { x: 'n' }), Plot.ruleX([0])] })).toContain(
      'Grades: nothing to draw yet',
    );
    expect(plotMarkup({ marks: [Plot.dotX([1, 2])] })).toContain('<svg');
  });
});

it('is what the types for notebooks say it is', () => {
  const open: typeof facade.openWorkbench = openWorkbench;
  const names: Record<keyof facade.Workbench, true> & Record<keyof Workbench, true> = {
    root: true,
    sql: true,
    arrow: true,
    identifier: true,
    table: true,
    plot: true,
    svg: true,
    refresh: true,
    close: true,
  };
  expect(open).toBe(openWorkbench);
  expect(Object.keys(workbench).sort()).toEqual(Object.keys(names).sort());
});
