/** docs/benchmarks.md: each benchmark writes its own piece between two markers and leaves the others as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/lake/package-root.js';

export const BENCHMARKS_FILE = path.join(packageRoot(), 'docs', 'benchmarks.md');

const begin = (name: string) => `<!-- ${name}: written by the program -->`;
const end = (name: string) => `<!-- end of ${name} -->`;

/** The document with this piece in place of the one of the same name, or after all others. */
export function withPiece(document: string, name: string, piece: string): string {
  const block = `${begin(name)}\n\n${piece.trim()}\n\n${end(name)}\n`;
  const from = document.indexOf(begin(name));
  if (from < 0) return `${document.trimEnd()}\n\n${block}`;
  const to = document.indexOf(end(name), from);
  if (to < 0) throw new Error(`docs/benchmarks.md: ${begin(name)} has no end; put ${end(name)} after it`);
  return document.slice(0, from) + block + document.slice(to + end(name).length).replace(/^\n/, '');
}

export function writePiece(name: string, piece: string): void {
  writeFileSync(BENCHMARKS_FILE, withPiece(readFileSync(BENCHMARKS_FILE, 'utf8'), name, piece));
  console.log(`Written to ${path.relative(process.cwd(), BENCHMARKS_FILE)}.`);
}
