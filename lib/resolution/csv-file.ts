/**
 * A CSV file as people have it: with or without byte-order mark, comma, semicolon, tab or bar between the fields, any
 * order and case of columns, UTF-8 or (by its mark) UTF-16. Quoting as in RFC 4180. What cannot be read is said with
 * file and line.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../errors.js';
import { query } from '../lake/duck.js';
import { identifier, literal } from '../lake/sql-literal.js';

/** Columns that are understood; the others of a file are left alone. */
export const recordColumns = [
  'id',
  'source',
  'name',
  'website',
  'phone',
  'street',
  'city',
  'state',
  'zip',
  'email',
] as const;

const delimiters = [',', ';', '\t', '|'];
/** A header longer than this is no header. */
const maxHeaderBytes = 1 << 20;
/** Longest record; DuckDB holds one in memory. */
const maxRecordBytes = 2 << 20;

interface Header {
  delimiter: string;
  /** In the file's order. */
  columns: string[];
}

/**
 * Loads the file as the table `input_records` (place, id, source … email; all text, absent columns null).
 * @param folder for a transcoded copy, when one is needed
 * @param encoding what the file is written in, when it is not UTF-8 and has no mark (a WHATWG label: windows-1252 …)
 * @returns number of records
 * @throws UserError naming file and line
 */
export async function loadRecords(
  connection: DuckDBConnection,
  file: string,
  folder: string,
  encoding: string | null = null,
): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new UserError(`${file}: there is no such file.`);
  const readable = await inUtf8(file, folder, encoding);
  const header = await readHeader(readable, file);
  await checkQuotes(readable, file, header.delimiter);
  await copyIn(connection, readable, file, header);
  await checkIds(connection, readable, file);
  const [counted] = await query(connection, 'select count(*)::integer as n from input_records');
  return Number(counted?.n ?? 0);
}

/** The file itself when it is UTF-8, else a copy in UTF-8. */
async function inUtf8(file: string, folder: string, encoding: string | null): Promise<string> {
  const [start] = await firstBytes(file, 4);
  const mark =
    start?.[0] === 0xff && start[1] === 0xfe
      ? 'utf-16le'
      : start?.[0] === 0xfe && start[1] === 0xff
        ? 'utf-16be'
        : null;
  const label = mark ?? encoding;
  if (label === null || /^utf-?8$/i.test(label)) {
    await checkUtf8(file);
    return file;
  }
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(label);
  } catch {
    throw new UserError(`--encoding ${label}: no such encoding. Known are utf-8, utf-16le, windows-1252 …`);
  }
  const copy = path.join(folder, 'input-utf8.csv');
  const decoded = async function* () {
    for await (const chunk of createReadStream(file)) yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  };
  await pipeline(Readable.from(decoded()), createWriteStream(copy));
  return copy;
}

async function checkUtf8(file: string): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    try {
      decoder.decode(bytes, { stream: true });
    } catch {
      throw notUtf8(file, line + linesBeforeFault(bytes));
    }
    line += newlines(bytes);
  }
  try {
    decoder.decode();
  } catch {
    throw notUtf8(file, line);
  }
}

const notUtf8 = (file: string, line: number) =>
  new UserError(
    `${file}, line ${line}: these bytes are not UTF-8. Save the file as UTF-8, or say what it is: --encoding windows-1252`,
  );

/** Newlines before the first bad byte of a chunk; at most a character off where one straddles its border. */
function linesBeforeFault(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end + 1;
    try {
      // the first line may begin in the middle of a character of the chunk before
      const start = from === 0 ? bytes.findIndex((b) => (b & 0xc0) !== 0x80) : from;
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(Math.max(start, from), to));
    } catch {
      return lines;
    }
    lines += end < 0 ? 0 : 1;
    from = to;
  }
  return lines;
}

function newlines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

async function firstBytes(file: string, bytes: number): Promise<[Buffer]> {
  const parts: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: bytes - 1 })) parts.push(chunk as Buffer);
  return [Buffer.concat(parts)];
}

async function readHeader(readable: string, file: string): Promise<Header> {
  const [bytes] = await firstBytes(readable, maxHeaderBytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '')
    throw new UserError(`${file} is empty: its first line must name the columns, id and name among them.`);
  const tried = delimiters.map((delimiter) => ({ delimiter, columns: firstRecord(text, delimiter) }));
  const known = (columns: string[]) =>
    columns.filter((c) => (recordColumns as readonly string[]).includes(c)).length;
  const header = tried.reduce((best, next) => (known(next.columns) > known(best.columns) ? next : best));
  for (const column of ['id', 'name']) {
    if (!header.columns.includes(column)) {
      const has = header.columns
        .slice(0, 12)
        .map((c) => c.slice(0, 30))
        .join(', ');
      throw new UserError(`${file}, line 1: there is no column ${column}. The columns are: ${has}.`);
    }
  }
  for (const column of recordColumns) {
    if (header.columns.indexOf(column) !== header.columns.lastIndexOf(column))
      throw new UserError(`${file}, line 1: the column ${column} stands there twice.`);
  }
  return header;
}

/** Fields of the first record, trimmed and in lower case. */
function firstRecord(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += c;
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = '';
    } else if (c === '\n' || c === '\r') {
      if (fields.length > 0 || field.trim() !== '') break;
    } else field += c;
  }
  return [...fields, field].map((f) => f.trim().toLowerCase());
}

/** A quote that is never closed would swallow the rest of the file as one field. */
async function checkQuotes(readable: string, file: string, delimiter: string): Promise<void> {
  const separator = delimiter.charCodeAt(0);
  let line = 1;
  let openedOn = 0;
  let fieldStart = true;
  let quoted = false;
  for await (const chunk of createReadStream(readable, { highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === 10) line++;
      if (byte === 34 && (quoted || fieldStart)) {
        quoted = !quoted;
        if (quoted) openedOn = line;
        // a quote right after a closing one is a doubled quote, and opens again
        fieldStart = !quoted;
      } else if (!quoted) fieldStart = byte === separator || byte === 10 || byte === 13;
    }
  }
  if (quoted) throw new UserError(`${file}, line ${openedOn}: a quote is opened there and never closed.`);
}

async function copyIn(
  connection: DuckDBConnection,
  readable: string,
  file: string,
  header: Header,
): Promise<void> {
  const types = header.columns.map((_, i) => `${literal(`c${i}`)}: 'VARCHAR'`).join(', ');
  const picked = recordColumns.map((column) => {
    const at = header.columns.indexOf(column);
    return `${at < 0 ? 'null::varchar' : `nullif(trim(c${at}), '')`} as ${identifier(column)}`;
  });
  try {
    await connection.run(
      `create or replace temp table input_records as
       select row_number() over () as place, ${picked.join(', ')}
       from read_csv(${literal(globFree(readable))}, auto_detect = false, header = true, delim = ${literal(header.delimiter)},
         quote = '"', escape = '"', nullstr = '', columns = {${types}}, null_padding = true, strict_mode = true,
         max_line_size = ${maxRecordBytes}, parallel = false)`,
    );
  } catch (error) {
    throw csvError(file, error);
  }
}

/** A path is no pattern: what a glob would read as one stands in brackets. */
const globFree = (file: string) => file.replaceAll(/[*?[]/g, (c) => `[${c}]`);

function csvError(file: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const line = /CSV Error on Line: (\d+)/i.exec(message)?.[1];
  if (!line) return error as Error;
  // what follows "Possible fixes" names every option of the reader
  const [fault = ''] = message.split(/Possible fixes/i);
  const what = /Expected Number of Columns|columns/i.test(fault)
    ? 'the record has more fields than the header names. A field with the delimiter in it stands in quotes'
    : /quote/i.test(fault)
      ? 'text follows a closing quote. A quote inside a field is doubled: "12"" pipe"'
      : /maximum line size/i.test(fault)
        ? `the record is longer than ${maxRecordBytes >> 20} MB`
        : 'it cannot be read as CSV';
  return new UserError(`${file}, line ${line}: ${what}.`);
}

async function checkIds(connection: DuckDBConnection, readable: string, file: string): Promise<void> {
  const [empty] = await query(
    connection,
    'select min(place)::integer as place from input_records where id is null',
  );
  if (empty?.place != null)
    throw new UserError(
      `${file}, line ${await lineOf(readable, Number(empty.place))}: the record has no id.`,
    );
  const [twice] = await query(
    connection,
    `select id, min(place)::integer as first, max(place)::integer as again from input_records group by id having count(*) > 1 order by again limit 1`,
  );
  if (!twice) return;
  const [again, first] = [
    await lineOf(readable, Number(twice.again)),
    await lineOf(readable, Number(twice.first)),
  ];
  throw new UserError(
    `${file}, line ${again}: the id ${String(twice.id).slice(0, 80)} is on line ${first} already. Each record needs an id of its own.`,
  );
}

/** The line on which a record begins; records may hold line breaks, and blank lines are none. `place` counts from 1. */
async function lineOf(readable: string, place: number): Promise<number> {
  let line = 1;
  let record = -1;
  let quoted = false;
  let blank = true;
  for await (const chunk of createReadStream(readable, { highWaterMark: 1 << 20 })) {
    for (const byte of chunk as Buffer) {
      if (byte === 10) {
        if (!quoted) blank = true;
        line++;
      } else if (byte !== 13) {
        if (blank) {
          blank = false;
          if (++record === place) return line;
        }
        if (byte === 34) quoted = !quoted;
      }
    }
  }
  return line;
}
