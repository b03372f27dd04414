/** Figures as Markdown tables, for the terminal and for docs/benchmarks.md. */
import os from 'node:os';
import { openDuckDB, query } from '../../lib/lake/duck.js';
import { type Measured, ratios, type Spread, spread } from './measure.js';

export interface Section {
  title: string;
  /** What gives these figures. */
  command: string;
  /** What is compared with what. */
  about: string;
  tables: Table[];
}

export interface Table {
  head: string[];
  rows: string[][];
}

/** Times of alternatives, with the ratio of each to one or two of them. */
export function timeTable(
  measured: readonly Measured[],
  baselines: readonly string[],
  unit: string | null = null,
): Table {
  const bases = baselines.map((name) => {
    const found = measured.find((m) => m.name === name);
    if (!found) throw new Error(`there is no alternative ${name}`);
    return found;
  });
  const head = ['', 'min', 'median', 'max', ...(unit ? [`${unit}/s`] : [])];
  return {
    head: [...head, ...bases.map((b) => `× ${b.name} (min to max)`)],
    rows: measured.map((m) => {
      const times = spread(m.ms);
      const rate = unit ? [m.units === null ? '' : count((m.units * 1000) / times.median)] : [];
      const against = bases.map((b) => (b === m ? '1' : shownRatio(ratios(m, b))));
      return [m.name, duration(times.min), duration(times.median), duration(times.max), ...rate, ...against];
    }),
  };
}

const shownRatio = (r: Spread) => `${factor(r.median)} (${factor(r.min)} to ${factor(r.max)})`;
const factor = (n: number) => (n >= 10 ? n.toFixed(0) : n.toFixed(2));

export const count = (n: number): string => Math.round(n).toLocaleString('en-US');
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;

export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`;
}

export function spreadRow(name: string, values: readonly number[], show: (n: number) => string): string[] {
  const { min, median, max } = spread(values);
  return [name, show(min), show(median), show(max)];
}

/** `level` is that of its heading. */
export function sectionText(section: Section, level = 2): string {
  const tables = section.tables.map(tableText).join('\n\n');
  return `${'#'.repeat(level)} ${section.title}\n\n${section.about}\n\n\`${section.command}\`\n\n${tables}\n`;
}

export function tableText({ head, rows }: Table): string {
  const cells = [head, ...rows];
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((w, i) => (i === 0 ? (row[i] ?? '').padEnd(w) : (row[i] ?? '').padStart(w))).join(' | ')} |`;
  const rule = `| ${widths.map((w, i) => (i === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export async function duckVersion(): Promise<string> {
  const instance = await openDuckDB();
  const connection = await instance.connect();
  const [row] = await query(connection, 'SELECT version() AS version');
  connection.closeSync();
  instance.closeSync();
  return String(row?.version ?? 'unknown').replace(/^v/, '');
}

/** When and on what the figures were taken. */
export function machineText(duckdb: string, load: readonly number[]): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    `- ${new Date().toISOString().slice(0, 10)}, ${os.type()} ${os.arch()}, ${os.cpus().length} cores (${model}), ${(os.totalmem() / 1e9).toFixed(0)} GB of memory`,
    `- Node ${process.versions.node}, DuckDB ${duckdb}`,
    `- load average at the start ${load.map((n) => n.toFixed(1)).join(', ')}: above ${os.cpus().length} the machine was shared, and only the ratios say much`,
  ].join('\n');
}
