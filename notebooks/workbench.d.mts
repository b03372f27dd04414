/**
 * What notebooks see of lib/notebook.ts, in types that TypeScript 5.0 reads. A value that may stand in a query: text,
 * number, bigint, boolean, null, Date, a list of texts or of numbers, or an `identifier`.
 */
import type { PlotOptions } from '@observablehq/plot';

export * as Plot from '@observablehq/plot';

export type Row = Record<string, any>;

export interface Identifier {
  readonly text: string;
}

export interface TableOptions {
  caption?: string;
  /** Rows shown at most (30). */
  rows?: number;
  /** Columns shown at most (16). */
  columns?: number;
  /** Characters of a text shown at most (80). */
  text?: number;
  /** How to write the values of a column, by its name. */
  format?: Record<string, (value: any) => string>;
}

export interface Workbench {
  /** Folder of the lake. */
  readonly root: string;
  /** Rows of a query: await sql`select * from companies where state = ${'OH'}`. Values are bound, never spliced in. */
  sql<R = Row>(strings: TemplateStringsArray, ...values: any[]): Promise<R[]>;
  /** The result of a query as an Arrow table. */
  arrow(strings: TemplateStringsArray, ...values: any[]): Promise<any>;
  /** A table or column name for a query: sql`select count(*) from ${identifier('companies')}`. */
  identifier(name: string): Identifier;
  /** Shows rows as a table. */
  table(rows: readonly object[], options?: TableOptions): void;
  /** Shows a plot: plot({ marks: [Plot.barX(rows, { x: 'n', y: 'grade' })] }). */
  plot(options: PlotOptions): void;
  /** A plot as SVG text, to save as a file. */
  svg(options: PlotOptions): string;
  /** Sees what has been written to the lake since. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the lake (LAKE, or `lake` in the project's folder), only to read. */
export declare function openWorkbench(options?: {
  lake?: string;
  show?: (html: string) => void;
}): Promise<Workbench>;
