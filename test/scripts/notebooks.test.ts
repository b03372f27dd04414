/** `npm run notebooks`: the files, and the notebooks run for real where Jupyter is on the machine. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lake } from '../../lib/lake/lake.js';
import { chosenNotebooks, type Notebook, projectNotebooks } from '../../notebooks/runner/files.js';
import { errorText, findJupyter, HOW_TO_GET_JUPYTER } from '../../notebooks/runner/jupyter.js';
import { smallLake } from '../notebooks/small-lake.js';
import { tempFolder } from '../support/lake.js';
import { type Run, runScript } from './run.js';

const notebook = (...sources: string[]): Notebook => ({
  cells: [
    { cell_type: 'markdown', metadata: {}, source: '# A title\n' },
    ...sources.map((source) => ({
      cell_type: 'code',
      metadata: {},
      source: [source],
      outputs: [],
      execution_count: null,
    })),
  ],
  metadata: { kernelspec: { name: 'tslab', display_name: 'TypeScript (tslab)', language: 'typescript' } },
  nbformat: 4,
  nbformat_minor: 4,
});

async function save(folder: string, name: string, content: Notebook): Promise<string> {
  const file = path.join(folder, name);
  await fs.writeFile(file, `${JSON.stringify(content, null, 1)}\n`);
  return file;
}

describe('notebook files', () => {
  it('are in git without outputs', async () => {
    expect((await projectNotebooks()).map((file) => path.basename(file))).toContain('01-quality.ipynb');
    const { code, err } = await runScript('notebooks', ['--check']);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('are listed with their titles', async () => {
    const { code, out } = await runScript('notebooks', ['--list']);
    expect(out).toContain('01-quality  How good is the data?');
    expect(code).toBe(0);
  });

  it('fail the check with outputs, and lose them by --strip', async () => {
    const folder = await tempFolder();
    const dirty = notebook('1 + 1', '2');
    Object.assign(dirty.cells[1]!, {
      outputs: [{ output_type: 'stream', name: 'stdout', text: ['2'] }],
      execution_count: 1,
      metadata: { execution: {}, tags: ['kept'] },
    });
    const file = await save(folder, 'dirty.ipynb', dirty);
    const checked = await runScript('notebooks', ['--check', file]);
    expect(checked.code).toBe(1);
    expect(checked.err).toContain('dirty: 1 cells carry outputs.');
    expect((await runScript('notebooks', ['--strip', file])).out).toContain(
      'dirty: outputs of 1 cells removed',
    );
    expect((await runScript('notebooks', ['--check', file])).code).toBe(0);
    const clean = JSON.parse(await fs.readFile(file, 'utf8')) as Notebook;
    expect(clean.cells[1]).toEqual({
      ...notebook('1 + 1').cells[1],
      metadata: { tags: ['kept'] },
    });
  });

  it('are asked for by name', async () => {
    expect(await chosenNotebooks(['01-quality'])).toEqual(await chosenNotebooks(['01-quality.ipynb']));
    const unknown = await runScript('notebooks', ['--execute', 'nope']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('There is no notebook "nope". The project has: 01-quality');
    const none = await runScript('notebooks', []);
    expect(none.code).toBe(2);
    const folder = await tempFolder();
    await fs.writeFile(path.join(folder, 'x.ipynb'), 'no JSON');
    const broken = await runScript('notebooks', ['--check', path.join(folder, 'x.ipynb')]);
    expect(broken.code).toBe(2);
    expect(broken.err).toContain('is not a Jupyter notebook');
  });
});

it('says how to get Jupyter where there is none', async () => {
  const folder = await tempFolder();
  for (const name of ['python3', 'python', 'jupyter']) {
    await fs.writeFile(path.join(folder, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  expect(await findJupyter({ PATH: folder }, [])).toBeNull();
  expect(HOW_TO_GET_JUPYTER).toContain('apt-get install --no-install-recommends jupyter-nbconvert');
});

it('finds the message in what the kernel prints', () => {
  const printed =
    '(node:12) ExperimentalWarning: x\n(Use `node --trace-warnings ...` to show where)\nError: No such\n    at a (b.js:1:2)\n    at c {\n  code: 1\n}\n';
  expect(errorText(printed)).toBe('Error: No such');
  expect(errorText("1:7 - Type 'string' is not assignable to type 'number'.\n")).toBe(
    "1:7 - Type 'string' is not assignable to type 'number'.",
  );
  expect(errorText('[Error: Binder Error: x\n\nLINE 1: y]')).toBe('Error: Binder Error: x\nLINE 1: y');
  expect(errorText('')).toBe('no word about why');
});

const python = await findJupyter();
if (python === null) console.warn(`The notebook is not run in these tests. ${HOW_TO_GET_JUPYTER}`);

describe.skipIf(python === null)('under tslab', { timeout: 180_000 }, () => {
  let lake: string;
  beforeAll(async () => {
    lake = await smallLake();
  });
  afterAll(() => fs.rm(lake, { recursive: true, force: true }));

  /** One run for two tests, since each notebook costs a kernel: two that fail, and the project's own after them. */
  let ran: { run: Run; out: string };
  const threeNotebooks = async () => {
    const folder = await fs.mkdtemp(path.join(lake, 'notebooks-'));
    const bad = notebook('const a = 1;', 'throw new RangeError("too far");', 'const c = 3;');
    const files = [
      await save(folder, 'bad.ipynb', bad),
      await save(folder, 'types.ipynb', notebook('const a: number = "text";')),
      '01-quality',
    ];
    const run = await runScript('notebooks', ['--execute', ...files, '--out', folder], { LAKE: lake });
    return { run, out: folder };
  };

  it('names notebook, cell and error when a cell fails, and goes on with the next notebook', async () => {
    ran = await threeNotebooks();
    const { code, err, out } = ran.run;
    expect(code).toBe(1);
    expect(err).toContain(
      'bad, code cell 2 (throw new RangeError("too far");) failed:\n  RangeError: too far\n',
    );
    expect(err).toContain(
      'types, code cell 1 (const a: number = "text";) failed:\n  1:7 - Type \'string\' is not',
    );
    expect(err).not.toMatch(/Traceback|\.py"|node:internal|01-quality/);
    expect(out).toMatch(/01-quality: .*01-quality\.html/);
  });

  it('runs the quality notebook, with the figures that SQL gives', async () => {
    const { out } = ran;
    const { document } = parseHTML(await fs.readFile(path.join(out, '01-quality.html'), 'utf8'));
    expect(document.querySelectorAll('[data-mime-type="application/vnd.jupyter.stderr"]')).toHaveLength(0);
    const titles = [...document.querySelectorAll('figure h2')].map((h2) => h2.textContent);
    expect(titles).toEqual([
      'Rows by table',
      'Companies by grade',
      'Grades by association',
      'Completeness',
      'Quality scores of member records',
      'The 15 ERP systems seen most',
      'Age of the directory page behind each member',
    ]);
    for (const figure of document.querySelectorAll('figure')) {
      expect(figure.querySelector('svg g[aria-label] rect')).not.toBeNull();
    }
    const grades = [...document.querySelectorAll('figure')][1]!;
    expect(grades.textContent).toContain('1 (33 %)');
    expect(grades.textContent).toContain('2 (67 %)');
    const tables = [...document.querySelectorAll('table')].map((table) =>
      [...table.querySelectorAll('tbody tr')].map((tr) =>
        [...tr.querySelectorAll('td')].map((td) => td.textContent),
      ),
    );
    expect(tables[0]).toEqual(await rowsByTable(lake));
    expect(tables).toContainEqual([
      ['NEMA', '1', '0', '0 %', '–', '0'],
      ['PMA', '2', '1', '50 %', '0.95', '1'],
    ]);
  });

  it('runs on a lake with nothing in it', async () => {
    const out = await tempFolder();
    const nowhere = path.join(out, 'no-lake');
    const run = await runScript('notebooks', ['--execute', '01-quality', '--out', out], { LAKE: nowhere });
    expect(run.err).toBe('');
    const html = await fs.readFile(path.join(out, '01-quality.html'), 'utf8');
    expect(html).toContain('There is no lake at');
    expect(html).toContain('Companies by grade: nothing to draw yet');
    await expect(fs.stat(nowhere)).rejects.toThrow();
  });

  it('gives up on a cell that takes too long', async () => {
    const folder = await tempFolder();
    const file = await save(
      folder,
      'slow.ipynb',
      notebook('await new Promise((r) => setTimeout(r, 600_000));'),
    );
    const run = await runScript('notebooks', ['--execute', '--timeout', '3', file], { LAKE: lake });
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/^slow, code cell 1 .* took longer than 3 s/);
  });
});

async function rowsByTable(root: string): Promise<string[][]> {
  const lake = await Lake.open({ root });
  try {
    const rows: string[][] = [];
    for (const name of ['association_memberships', 'companies', 'scores']) {
      const [counted] = await lake.query(`select count(*) as n from ${name}`);
      rows.push([name, String(counted!.n)]);
    }
    return rows;
  } finally {
    await lake.close();
  }
}
