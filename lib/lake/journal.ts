/**
 * What a collecting phase appended and has not yet published as a part: one JSON line an `append`, written before the
 * call returns, so that a killed process loses nothing that was answered. A torn last line is one that was in flight.
 */
import { closeSync, promises as fs, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { namesIn, readIfThere } from './files.js';
import { statePaths } from './paths.js';
import { columnsOf } from './table.js';
import { type TableName, tableNamed } from './tables/index.js';

export interface JournalOwner {
  root: string;
  jobId: string;
  phase: string;
  association: string | null;
}

export class Journal {
  /** Batches that were appended but not published when the former process ended. */
  readonly recovered: Record<string, unknown[]>[] = [];
  private number: number;
  private fd: number | null = null;
  private readonly folder: string;
  private readonly stem: string;

  private constructor(owner: JournalOwner, number: number) {
    this.folder = statePaths(owner.root, owner.jobId).dir;
    this.stem = `journal_${owner.phase}${owner.association === null ? '' : `.${owner.association}`}.`;
    this.number = number;
  }

  /** `from` is the first journal that the running checkpoint does not cover; null begins anew. */
  static async open(owner: JournalOwner, from: number | null): Promise<Journal> {
    const journal = new Journal(owner, from ?? 0);
    const numbers = await journal.numbers();
    for (const number of numbers) {
      if (from === null || number < from) {
        await fs.rm(journal.file(number), { force: true });
        continue;
      }
      journal.recovered.push(...parseLines(await fs.readFile(journal.file(number), 'utf8')));
      journal.number = number + 1;
    }
    return journal;
  }

  /** What another writer has appended and not yet published, from journal `from` on; its files are left alone. */
  static async peek(owner: JournalOwner, from: number): Promise<Record<string, unknown[]>[]> {
    const journal = new Journal(owner, from);
    const numbers = (await journal.numbers()).filter((n) => n >= from);
    const texts = await Promise.all(numbers.map((n) => readIfThere(journal.file(n))));
    return texts.flatMap((text) => parseLines(text ?? ''));
  }

  /** Returns the bytes written. */
  write(batch: object): number {
    this.fd ??= openSync(this.file(this.number), 'a');
    // A replacer is called for every value, which for a page with its links is ten times the work.
    const json = holdsBytes(batch) ? JSON.stringify(batch, encodeBytes) : JSON.stringify(batch);
    const line = Buffer.from(`${json}\n`);
    for (let at = 0; at < line.length; ) at += writeSync(this.fd, line, at); // one call may write a part only
    return line.length;
  }

  /** Goes on in a new file; returns its number. */
  rotate(): number {
    this.close();
    this.number += 1;
    return this.number;
  }

  /** Removes files that a published checkpoint covers. */
  async dropBefore(number: number): Promise<void> {
    for (const n of await this.numbers()) if (n < number) await fs.rm(this.file(n), { force: true });
  }

  async remove(): Promise<void> {
    this.close();
    await this.dropBefore(Number.MAX_SAFE_INTEGER);
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private file(number: number): string {
    return path.join(this.folder, `${this.stem}${number}.ndjson`);
  }

  private async numbers(): Promise<number[]> {
    const names = (await namesIn(this.folder)).filter(
      (n) => n.startsWith(this.stem) && n.endsWith('.ndjson'),
    );
    return names
      .map((n) => Number(n.slice(this.stem.length, -'.ndjson'.length)))
      .filter((n) => Number.isInteger(n))
      .sort((a, b) => a - b);
  }
}

function parseLines(text: string): Record<string, unknown[]>[] {
  const batches: Record<string, unknown[]>[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      batches.push(JSON.parse(line, decodeBytes) as Record<string, unknown[]>);
    } catch {
      break; // torn by a kill: it and whatever follows was in flight
    }
  }
  return batches;
}

/** Has a table of this batch a column of bytes? */
const holdsBytes = (batch: object): boolean =>
  Object.keys(batch).some((name) => columnsOf(tableNamed(name as TableName)).some((c) => c.type === 'BLOB'));

function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key]; // Buffer has a toJSON that would come first
  return raw instanceof Uint8Array ? { $bytes: Buffer.from(raw).toString('base64') } : value;
}

function decodeBytes(_key: string, value: unknown): unknown {
  const encoded = (value as { $bytes?: unknown } | null)?.$bytes;
  return typeof encoded === 'string' ? new Uint8Array(Buffer.from(encoded, 'base64')) : value;
}
