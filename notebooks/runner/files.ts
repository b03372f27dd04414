/** Notebook files: which there are, and whether they carry outputs, which do not belong in git. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../lib/errors.js';
import { packageRoot } from '../../lib/lake/package-root.js';

interface Cell {
  cell_type: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  outputs?: unknown[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** The notebooks of the project, sorted by name. */
export async function projectNotebooks(): Promise<string[]> {
  const folder = path.join(packageRoot(), 'notebooks');
  const names = (await fs.readdir(folder)).filter((name) => name.endsWith('.ipynb'));
  return names.sort().map((name) => path.join(folder, name));
}

/** The files meant by names such as `01-quality`, or by paths; all of the project's when none is named. */
export async function chosenNotebooks(names: readonly string[]): Promise<string[]> {
  const known = await projectNotebooks();
  if (names.length === 0) return known;
  const chosen: string[] = [];
  for (const name of names) {
    const file = name.endsWith('.ipynb') ? name : `${name}.ipynb`;
    const found = known.find((k) => path.basename(k) === file) ?? path.resolve(file);
    const there = await fs.stat(found).then(
      (s) => s.isFile(),
      () => false,
    );
    if (!there) {
      const names = known.map((k) => path.basename(k, '.ipynb')).join(', ') || 'none yet';
      throw new UserError(`There is no notebook ${JSON.stringify(name)}. The project has: ${names}.`);
    }
    chosen.push(found);
  }
  return [...new Set(chosen)];
}

/** Reads a notebook; throws a `UserError` that names the file when it is none. */
export async function readNotebook(file: string): Promise<Notebook> {
  const text = await fs.readFile(file, 'utf8');
  try {
    const notebook = JSON.parse(text) as Notebook;
    if (Array.isArray(notebook.cells)) return notebook;
  } catch {
    // told below
  }
  throw new UserError(`${file} is not a Jupyter notebook (JSON with a list of cells).`);
}

/** Number of cells that carry outputs, an execution count or times of execution. */
export function cellsWithOutputs(notebook: Notebook): number {
  return notebook.cells.filter(
    (cell) =>
      (cell.outputs?.length ?? 0) > 0 ||
      typeof cell.execution_count === 'number' ||
      'execution' in cell.metadata,
  ).length;
}

/** Takes outputs, execution counts and times out of a file; the number of cells that had any. */
export async function strip(file: string): Promise<number> {
  const notebook = await readNotebook(file);
  const count = cellsWithOutputs(notebook);
  if (count === 0) return 0;
  for (const cell of notebook.cells) {
    delete cell.metadata.execution;
    if (cell.cell_type !== 'code') continue;
    cell.outputs = [];
    cell.execution_count = null;
  }
  await fs.writeFile(file, `${JSON.stringify(notebook, null, 1)}\n`);
  return count;
}

/** The title of a notebook: its first heading. */
export function titleOf(notebook: Notebook): string {
  const text = notebook.cells
    .filter((cell) => cell.cell_type === 'markdown')
    .map((cell) => (Array.isArray(cell.source) ? cell.source.join('') : cell.source))
    .join('\n');
  return /^# (.+)$/m.exec(text)?.[1]?.trim() ?? '';
}
