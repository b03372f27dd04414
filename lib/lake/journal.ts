/**
 * What a collecting phase appended and has not yet published as a part: one JSON line an `append`, written before the
 * call returns, so that a killed process loses nothing that was answered. Long texts (bodies of pages) stand behind
 * their line as they are. A torn last batch is one that was in flight.
 */
import { closeSync, promises as fs, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { namesIn } from './files.js';
import { HeldText, LONG_TEXT } from './held-text.js';
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
      journal.recovered.push(...parseBatches(await fs.readFile(journal.file(number))));
      journal.number = number + 1;
    }
    return journal;
  }

  /** What another writer has appended and not yet published, from journal `from` on; its files are left alone. */
  static async peek(owner: JournalOwner, from: number): Promise<Record<string, unknown[]>[]> {
    const journal = new Journal(owner, from);
    const numbers = (await journal.numbers()).filter((n) => n >= from);
    const files = await Promise.all(numbers.map((n) => bytesIfThere(journal.file(n))));
    return files.flatMap((bytes) => parseBatches(bytes));
  }

  /** Returns the bytes written, and the batch with its long texts held outside the heap, for `stageRows`. */
  write<B extends object>(batch: B): { bytes: number; held: B } {
    this.fd ??= openSync(this.file(this.number), 'a');
    const { held, bare, places, texts } = withoutLongTexts(batch);
    // A replacer is called for every value, which for a page with its links is ten times the work.
    const json = holdsBytes(bare) ? JSON.stringify(bare, encodeBytes) : JSON.stringify(bare);
    const line = places.length === 0 ? `${json}\n` : `[${JSON.stringify(places)},${json}]\n`;
    let bytes = 0;
    for (const piece of [Buffer.from(line), ...texts]) {
      for (let at = 0; at < piece.length; ) at += writeSync(this.fd, piece, at); // one call may write a part only
      bytes += piece.length;
    }
    return { bytes, held };
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

/** Where a long text belongs: table, row, column, and its length in bytes; in the order in which the texts follow. */
type Place = [table: string, row: number, column: string, bytes: number];

/**
 * Takes the long texts out of a batch: `bare` is it without them, `held` has them outside the heap. To escape them as
 * JSON, and to hold them as strings until their part is written, costs more than all else that is done with a page.
 */
function withoutLongTexts<B extends object>(batch: B) {
  const tables = batch as Readonly<Record<string, readonly object[] | undefined>>;
  const places: Place[] = [];
  const texts: Buffer[] = [];
  let held = tables;
  let bare = tables;
  for (const [table, rows] of Object.entries(tables)) {
    const columns = textColumns(table);
    for (const [i, row] of (rows ?? []).entries()) {
      for (const column of columns) {
        const value = (row as Record<string, unknown>)[column];
        if (typeof value !== 'string' || value.length < LONG_TEXT) continue;
        const text = new HeldText(value);
        places.push([table, i, column, text.bytes.length]);
        texts.push(text.bytes);
        held = changed(held, table, i, column, text);
        bare = changed(bare, table, i, column, undefined);
      }
    }
  }
  return { held: held as B, bare, places, texts };
}

const textColumnsOf = new Map<string, readonly string[]>();

function textColumns(table: string): readonly string[] {
  let names = textColumnsOf.get(table);
  if (names === undefined) {
    const columns = columnsOf(tableNamed(table as TableName));
    names = columns.filter((c) => c.type === 'VARCHAR').map((c) => c.name);
    textColumnsOf.set(table, names);
  }
  return names;
}

/** With another value in one place; rows that callers hold stay as they are. */
function changed<T extends Readonly<Record<string, readonly object[] | undefined>>>(
  batch: T,
  table: string,
  row: number,
  column: string,
  value: unknown,
): T {
  const rows = [...(batch[table] ?? [])];
  rows[row] = { ...rows[row], [column]: value };
  return { ...batch, [table]: rows };
}

async function bytesIfThere(file: string): Promise<Buffer> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return Buffer.alloc(0);
  }
}

const LINE_END = 0x0a;

function parseBatches(bytes: Buffer): Record<string, unknown[]>[] {
  const batches: Record<string, unknown[]>[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_END, at);
    if (end < 0) break; // torn by a kill: it was in flight
    const line = bytes.toString('utf8', at, end);
    at = end + 1;
    if (line === '') continue;
    try {
      const parsed = JSON.parse(line, decodeBytes) as
        | Record<string, unknown[]>
        | [Place[], Record<string, unknown[]>];
      const [places, batch] = Array.isArray(parsed) ? parsed : [[], parsed];
      for (const [table, row, column, length] of places) {
        if (at + length > bytes.length) return batches; // torn in its texts
        (batch[table]![row] as Record<string, unknown>)[column] = bytes.toString('utf8', at, at + length);
        at += length;
      }
      batches.push(batch);
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
