/** Figures that are promised: each with the floor (or ceiling) that it must keep to. */
import type { Section, Table } from '../report.js';

export interface Figure {
  name: string;
  shown: string;
  /** In words: `at most 1.02`. */
  promise: string;
  kept: boolean;
}

export interface Floored {
  section: Section;
  figures: Figure[];
}

type Show = (n: number) => string;

export const atMost = (name: string, value: number, most: number, show: Show): Figure =>
  figure(name, value, show, `at most ${show(most)}`, value <= most);

export const atLeast = (name: string, value: number, least: number, show: Show): Figure =>
  figure(name, value, show, `at least ${show(least)}`, value >= least);

export const below = (name: string, value: number, limit: number, show: Show): Figure =>
  figure(name, value, show, `under ${show(limit)}`, value < limit);

// A figure that is no number keeps no promise: every comparison with NaN is false.
const figure = (name: string, value: number, show: Show, promise: string, kept: boolean): Figure => ({
  name,
  shown: show(value),
  promise,
  kept,
});

export function figuresTable(figures: readonly Figure[]): Table {
  return {
    head: ['figure', 'seen', 'promised', ''],
    rows: figures.map((f) => [f.name, f.shown, f.promise, f.kept ? 'ok' : 'MISSED']),
  };
}
