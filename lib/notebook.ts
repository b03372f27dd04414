/**
 * What notebooks work with: SQL over the lake, tables and plots. Notebooks reach it through `notebooks/workbench.mjs`,
 * which tells their kernel's old TypeScript the types in a few simple lines; keep those in step with this file.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import * as Plot from '@observablehq/plot';
import type { Table as ArrowTable } from 'apache-arrow';
import { parseHTML } from 'linkedom';
import { UserError } from './errors.js';
import { allStatements, explained, forbiddenWord } from './lake/console-text.js';
import type { AnyRow } from './lake/duck.js';
import { Lake } from './lake/lake.js';
import { packageRoot } from './lake/package-root.js';
import { lakeRoot } from './lake/paths.js';
import { literal, type Parameter, identifier as quotedName } from './lake/sql-literal.js';

/** A table or column name for a `sql` template, quoted; made by `identifier`. */
export class Identifier {
  readonly text: string;
  constructor(name: string) {
    this.text = quotedName(name);
  }
}

/** What may stand in the holes of a `sql` template. */
export type Hole = Parameter | bigint | Date | Identifier;

export interface TableOptions {
  caption?: string;
  /** Rows shown at most (30). */
  rows?: number;
  /** Columns shown at most (16). */
  columns?: number;
  /** Characters of a text shown at most (80). */
  text?: number;
  /** How to write the values of a column, by its name. */
  format?: Readonly<Record<string, (value: unknown) => string>>;
}

/** What a notebook holds in its hands. It reads the lake and writes nothing. */
export interface Workbench {
  /** Folder of the lake. */
  readonly root: string;
  /** Rows of a query. The values in the template are bound, never written into the text. */
  sql<R = AnyRow>(strings: TemplateStringsArray, ...values: Hole[]): Promise<R[]>;
  /** The result of a query as an Arrow table. */
  arrow(strings: TemplateStringsArray, ...values: Hole[]): Promise<ArrowTable>;
  /** A name for a template: sql`select count(*) from ${identifier('companies')}`. */
  identifier(name: string): Identifier;
  /** Shows rows as a table. */
  table(rows: readonly object[], options?: TableOptions): void;
  /** Shows a plot (Observable Plot's options). */
  plot(options: Plot.PlotOptions): void;
  /** A plot as SVG text, to save as a file. */
  svg(options: Plot.PlotOptions): string;
  /** Sees what has been written to the lake since. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Folder of the lake (`LAKE`, or `lake` in the project's folder). */
  lake?: string;
  /** Where HTML goes: the cell's output by default, nowhere outside a notebook. */
  show?: (html: string) => void;
}

/** Opens the lake for a notebook, and says in a line what is in it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const root = options.lake ? path.resolve(options.lake) : notebookLake();
  const show = options.show ?? cellOutput();
  const lake = await Lake.open({ root });
  show(await introduction(lake));
  return {
    root,
    async sql<R>(strings: TemplateStringsArray, ...values: Hole[]): Promise<R[]> {
      const { text, parameters } = compose('sql', strings, values);
      return (await lake.query(reading(text), parameters)) as R[];
    },
    async arrow(strings, ...values) {
      const { text, parameters } = compose('arrow', strings, values);
      return arrowOf(lake, reading(text), parameters);
    },
    identifier: (name) => new Identifier(name),
    table: (rows, tableOptions) => show(tableMarkup(rows, tableOptions)),
    plot: (plotOptions) => show(plotMarkup(plotOptions)),
    svg: plotSvg,
    refresh: () => lake.refresh(),
    close: () => lake.close(),
  };
}

/** A notebook's working directory is its own folder, so a relative lake is meant from the project's. */
function notebookLake(): string {
  const dotEnv = path.join(packageRoot(), '.env');
  const stated = existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')).LAKE?.trim() : '';
  const value = process.env.LAKE?.trim() || stated || 'lake';
  const elsewhere = path.isAbsolute(value) || value.startsWith('~') || value.includes('://');
  return lakeRoot({ LAKE: elsewhere ? value : path.join(packageRoot(), value) });
}

/** The output of the cell that runs, where the tslab kernel is what runs it. */
function cellOutput(): (html: string) => void {
  const kernel = (globalThis as { __tslab__?: { require(id: 'tslab'): Kernel } }).__tslab__;
  if (!kernel) return () => undefined;
  const { display } = kernel.require('tslab');
  return (html) => display.html(html);
}

interface Kernel {
  display: { html(html: string): void };
}

async function introduction(lake: Lake): Promise<string> {
  if (!existsSync(lake.root)) {
    return note(`There is no lake at ${lake.root} yet, so all tables are empty. "npm start" makes one.`);
  }
  const jobs = await lake.query(
    'SELECT job_id, status, started_at FROM extraction_jobs ORDER BY started_at DESC',
  );
  const newest = jobs[0];
  const what = newest
    ? `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}, the newest ${newest.job_id} (${newest.status}, begun ${cellText(newest.started_at)} UTC)`
    : 'no job has run yet, so all tables are empty';
  const problems = lake.problems.map((p) =>
    note(
      `${path.relative(lake.root, p.file)}: ${p.what}; an older good partition stands in where there is one.`,
    ),
  );
  return [note(`Lake ${lake.root}: ${what}.`), ...problems].join('');
}

/** The text of a template with $1, $2 … in its holes, and what to bind to them. */
export function compose(
  tag: string,
  strings: TemplateStringsArray,
  values: readonly Hole[],
): { text: string; parameters: Plain[] } {
  if (!(Array.isArray(strings) && 'raw' in strings)) {
    throw new UserError(
      `Write ${tag}\`select …\` without parentheses: only then are the values in it bound and not spliced in.`,
    );
  }
  const parameters: Plain[] = [];
  const bind = (value: Plain) => {
    parameters.push(value);
    return `$${parameters.length}`;
  };
  const text = strings
    .map((part, i) => (i < values.length ? part + hole(values[i], i, bind) : part))
    .join('');
  return { text, parameters };
}

type Plain = null | boolean | number | string;

function hole(value: unknown, index: number, bind: (value: Plain) => string): string {
  if (value instanceof Identifier) return value.text;
  if (value instanceof Date) return `${bind(value.toISOString())}::TIMESTAMPTZ`;
  if (typeof value === 'bigint') return `${bind(value.toString())}::HUGEINT`;
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return bind(value as Plain);
  // The client binds no lists, so they go as JSON.
  const listOf = (type: string) => Array.isArray(value) && value.every((item) => typeof item === type);
  if (listOf('string')) return `(${bind(JSON.stringify(value))}::JSON::VARCHAR[])`;
  if (listOf('number')) return `(${bind(JSON.stringify(value))}::JSON::DOUBLE[])`;
  throw new UserError(
    `The ${ordinal(index + 1)} value of the query is ${value === undefined ? 'undefined' : 'of a kind that SQL does not know'}. ` +
      'Values are texts, numbers, true or false, null, dates, and lists of texts or of numbers.',
  );
}

/** Lake.arrow binds nothing; a prepared statement keeps the values out of the query's text all the same. */
async function arrowOf(lake: Lake, text: string, parameters: readonly Plain[]): Promise<ArrowTable> {
  if (parameters.length === 0) return lake.arrow(text);
  const name = quotedName(`notebook_${randomUUID()}`);
  await lake.query(`PREPARE ${name} AS ${text}`);
  try {
    return await lake.arrow(`EXECUTE ${name}(${parameters.map(literal).join(', ')})`);
  } finally {
    await lake.query(`DEALLOCATE ${name}`);
  }
}

const ordinal = (n: number) =>
  `${n}${['th', 'st', 'nd', 'rd'][n % 10 > 3 || (n > 10 && n < 14) ? 0 : n % 10]}`;

/** Lets one statement through, if it reads. */
function reading(text: string): string {
  const statements = allStatements(text);
  if (statements.length !== 1) throw new UserError('One SQL statement at a time, please.');
  const statement = statements[0]!;
  const word = forbiddenWord(statement) ?? forbiddenWord(explained(statement) ?? 'select');
  if (word !== null)
    throw new UserError(`Refused: notebooks only read the lake, and ${word} is not reading.`);
  return statement;
}

/** Rows as an HTML table: escaped, numbers right-aligned, what is too long or too wide cut with a word about it. */
export function tableMarkup(rows: readonly object[], options: TableOptions = {}): string {
  const { caption, rows: maxRows = 30, columns: maxColumns = 16, text: maxText = 80, format = {} } = options;
  const heading = caption ? `<caption style="${STYLE.caption}">${escapeHtml(caption)}</caption>` : '';
  if (rows.length === 0) return note(`${caption ? `${caption}: ` : ''}no rows.`);
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const names = all.slice(0, maxColumns);
  const shown = rows.slice(0, maxRows) as AnyRow[];
  const align = new Map(names.map((name) => [name, shown.every((row) => isNumeric(row[name]))]));
  // Thousands are grouped where a column has five digits, so that years stay years.
  const large = new Set(names.filter((name) => shown.some((row) => Math.abs(Number(row[name])) >= 10_000)));
  const cell = (tag: 'td' | 'th', name: string, html: string, hint = '') =>
    `<${tag}${hint} style="${STYLE[tag]}text-align:${align.get(name) ? 'right' : 'left'}">${html}</${tag}>`;
  const head = names.map((name) => cell('th', name, escapeHtml(name))).join('');
  const body = shown.map((row) => {
    const cells = names.map((name) => {
      const value = row[name] ?? null;
      const text = format[name] ? format[name](value) : cellText(value, large.has(name));
      const long = text.length > maxText;
      const hint = long ? ` title="${escapeHtml(text.slice(0, 1000))}"` : '';
      return cell('td', name, escapeHtml(long ? `${text.slice(0, maxText)}…` : text), hint);
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const cuts = [
    rows.length > maxRows && `the first ${maxRows} of ${numberText(rows.length, true)} rows`,
    all.length > maxColumns && `the first ${maxColumns} of ${all.length} columns`,
  ].filter(Boolean);
  const cut = cuts.length > 0 ? note(`Shown: ${cuts.join(' and ')}.`) : '';
  return `<div style="overflow-x:auto"><table style="${STYLE.table}">${heading}<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>${cut}`;
}

// Inline, since Jupyter drops style sheets from the outputs of notebooks it does not trust.
const STYLE = {
  table: 'border-collapse:collapse;font-size:13px;margin:8px 0;font-variant-numeric:tabular-nums',
  caption: 'caption-side:top;text-align:left;font-weight:600;padding:4px 0',
  th: 'padding:3px 12px 3px 0;border-bottom:1px solid #8888;white-space:nowrap;font-weight:600;',
  td: 'padding:2px 12px 2px 0;border-bottom:1px solid #8882;vertical-align:top;',
  figure: 'margin:12px 0;max-width:initial',
  title: 'font-size:15px;font-weight:600;margin:0 0 6px',
  subtitle: 'font-size:13px;font-weight:400;color:#777;margin:-4px 0 6px',
  note: 'font-size:13px;color:#777;margin:6px 0',
};

const note = (text: string) => `<p style="${STYLE.note}">${escapeHtml(text)}</p>`;

const isNumeric = (value: unknown) => value === null || value === undefined || typeof value === 'number';

const numberText = (n: number, useGrouping: boolean) =>
  n.toLocaleString('en-US', { useGrouping, maximumFractionDigits: 3 });

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;

function cellText(value: unknown, group = true): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return numberText(value, group);
  if (typeof value === 'string') return value.replace(INSTANT, '$1 $2');
  if (value instanceof Date) return cellText(value.toISOString());
  if (value instanceof Uint8Array) return `${numberText(value.length, true)} bytes`;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  if (typeof value === 'object') {
    return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
  }
  return String(value);
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (c) => entities[c]!);
}

/** A plot as HTML: an SVG, in a figure when it has a title, a caption or a legend. */
export function plotMarkup(options: Plot.PlotOptions): string {
  if (nothingToDraw(options)) {
    const title = typeof options.title === 'string' ? `${options.title}: ` : '';
    return note(`${title}nothing to draw yet, the lake has no such rows.`);
  }
  const drawn = draw(options);
  // The headings of a figure are the notebook's own size else, larger than those of its sections.
  const styled = { figure: STYLE.figure, h2: STYLE.title, h3: STYLE.subtitle };
  for (const [tag, style] of Object.entries(styled)) {
    const element = drawn.tagName.toLowerCase() === tag ? drawn : drawn.querySelector(tag);
    element?.setAttribute('style', style);
  }
  return drawn.outerHTML;
}

/** A plot as a standing SVG document, without title, caption and legend. */
export function plotSvg(options: Plot.PlotOptions): string {
  const { title, subtitle, caption, ...rest } = options;
  const drawn = draw(rest);
  // In a figure the plot stands last, behind the legends.
  const svg = isSvg(drawn) ? drawn : [...drawn.children].filter(isSvg).at(-1);
  svg!.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg!.outerHTML;
}

/** What is used of an element; the project is not compiled with the types of a browser. */
interface Drawn {
  outerHTML: string;
  tagName: string;
  children: Iterable<Drawn>;
  querySelector(selector: string): Drawn | null;
  setAttribute(name: string, value: string): void;
}

const isSvg = (element: Drawn) => element.tagName.toLowerCase() === 'svg';

function draw(options: Plot.PlotOptions): Drawn {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn: unknown = Plot.plot({
    width: 760,
    // Room for axis labels beside ticks in this size of type; Plot's own margins are made for smaller type.
    marginTop: 32,
    marginBottom: 44,
    style: { fontSize: '12px', overflow: 'visible' },
    ...options,
    document: document as unknown as Document,
  });
  return drawn as Drawn;
}

/** True when no row stands behind the marks, only constants such as those of a rule at zero. */
function nothingToDraw(options: Plot.PlotOptions): boolean {
  const data = (options.marks ?? [])
    .flat(Number.POSITIVE_INFINITY as 1)
    .map((mark) => (mark as { data?: unknown } | null)?.data)
    .filter((rows): rows is unknown[] => Array.isArray(rows));
  const isRow = (row: unknown) => typeof row === 'object' && row !== null;
  return data.some((rows) => rows.length === 0) && !data.some((rows) => rows.some(isRow));
}
