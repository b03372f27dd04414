import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../lib/errors.js';
import { openConsole, type SqlConsole } from '../../../lib/lake/console.js';
import { allStatements } from '../../../lib/lake/console-text.js';

let folder: string;
let lake: string;
let parquet: string;
let sql: SqlConsole;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nam-console-'));
  lake = join(folder, 'lake');
  mkdirSync(lake);
  parquet = join(lake, 'companies.parquet');
  writeFileSync(join(folder, 'secret.csv'), 'a,b\n1,2\n');
  mkdirSync(join(folder, 'lake-2'));
  writeFileSync(join(folder, 'lake-2', 'secret.csv'), 'a,b\n1,2\n');
  const instance = await DuckDBInstance.create(':memory:');
  const writer = await instance.connect();
  await writer.run(
    `copy (select 'Acme ' || i as name, i as employees, timestamptz '2026-01-02 03:04:05.678+00' as seen,
       case when i % 2 = 0 then 'A' else 'B' end as grade from range(5000) t(i)) to '${parquet}'`,
  );
  writer.closeSync();
  sql = await openConsole(lake, async (run) => {
    await run(`create view companies as select * from read_parquet(['${parquet}'])`);
    await run('create view "odd ""name""" as select 1 as x');
  });
});

afterAll(async () => {
  await sql.close();
  rmSync(folder, { recursive: true, force: true });
});

async function errorOf(text: string): Promise<UserError> {
  const error = await sql.query(text).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error, text).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('reading', () => {
  it('answers queries over the views, with types and plain values', async () => {
    const result = await sql.query(
      'select count(*) as n, sum(employees) as total, min(seen) as seen, [1, 2] as list, 1.5 as price from companies',
    );
    expect(result.columns.map((c) => c.type)).toEqual([
      'BIGINT',
      'HUGEINT',
      'TIMESTAMP WITH TIME ZONE',
      'INTEGER[]',
      'DECIMAL(2,1)',
    ]);
    expect(result.rows).toEqual([[5000n, 12497500n, '2026-01-02T03:04:05.678Z', [1, 2], 1.5]]);
    expect(result.truncated).toBe(false);
  });

  it.each([
    'from companies limit 1',
    'values (1)',
    'describe companies',
    'summarize companies',
    'show tables',
    "pragma table_info('companies')",
    'explain select * from companies',
    'explain analyze select count(*) from companies',
    'EXPLAIN (FORMAT json) select 1',
    'explain (select 1)',
    "select ';' as a -- it's one; statement",
    "pivot companies on grade in ('A', 'B') using count(*)",
    'with x as (select 1 as a) select * from x;',
  ])('lets in: %s', async (text) => {
    expect((await sql.query(text)).columns.length).toBeGreaterThan(0);
  });

  it('reads files of the lake by name, by an absolute path or a way back into it', async () => {
    expect((await sql.query(`select count(*) from '${parquet}'`)).rows[0]).toEqual([5000n]);
    expect((await sql.query(`select count(*) from glob('${lake}/*.parquet')`)).rows[0]).toEqual([1n]);
  });

  it('fetches no more rows than asked for', async () => {
    const result = await sql.query('select * from companies order by employees', { maxRows: 3 });
    expect(result.rowCount).toBe(3);
    expect(result.truncated).toBe(true);
    expect((await sql.query('select 1', { maxRows: 1 })).truncated).toBe(false);
  });

  it('names tables and their columns', async () => {
    expect(await sql.tables()).toEqual(['companies', 'odd "name"']);
    expect(await sql.schema('odd "name"')).toEqual([{ name: 'x', type: 'INTEGER' }]);
    await expect(sql.schema('nothing')).rejects.toThrow(/nothing does not exist/);
  });

  it('queues queries that overlap', async () => {
    const results = await Promise.all(
      [1, 2, 3].map((n) => sql.query(`select ${n} as n, count(*) from companies`)),
    );
    expect(results.map((r) => r.rows[0]?.[0])).toEqual([1, 2, 3]);
  });
});

describe('the first wall: nothing outside the lake', () => {
  it.each([
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "from glob('/*')",
    "from read_csv('https://example.com/a.csv')",
    "from read_csv('/dev/stdin')",
  ])('refuses %s', async (text) => {
    const error = await errorOf(text);
    expect(error.code).toBe('SQL_REFUSED');
    expect(error.message).toMatch(/outside the lake/);
  });

  it('refuses the way out by .., by a neighbour of similar name, and by a relative path', async () => {
    for (const path of [
      `${lake}/../secret.csv`,
      `${folder}/lake-2/secret.csv`,
      '../secret.csv',
      'package.json',
    ]) {
      expect((await errorOf(`from read_text('${path}')`)).message).toMatch(/outside the lake/);
    }
    await errorOf("from '/etc/passwd'");
  });

  it('has no function that reads the environment', async () => {
    expect((await errorOf("select getenv('HOME')")).message).toMatch(/getenv does not exist/);
  });
});

describe('the second wall: nothing is written or changed', () => {
  it.each([
    ['COPY', "copy companies to '$LAKE/out.csv'"],
    ['ATTACH', "attach '$LAKE/out.db'"],
    ['EXPORT', "export database '$LAKE/out'"],
    ['CREATE', 'create table t (a int)'],
    ['CREATE', 'create or replace view companies as select 1 as a'],
    ['DROP', 'drop view companies'],
    ['INSTALL', 'install httpfs'],
    ['LOAD', 'load httpfs'],
    ['SET', 'set threads = 1'],
    ['SET', "set variable x = 'y'"],
    ['PRAGMA', 'pragma enable_profiling'],
    ['BEGIN', 'begin'],
    ['PRAGMA', "pragma import_database('$LAKE')"],
    ['CALL', 'call enable_logging()'],
    ['VACUUM', 'vacuum'],
    ['PREPARE', 'prepare q as select 1'],
    ['COPY', "explain analyze copy companies to '$LAKE/out.csv'"],
    ['COPY', "/* a */ explain -- b\n (analyze, format json) copy companies to '$LAKE/out.csv'"],
    ['CREATE', 'explain analyze create table t as select 1'],
    ['EXPORT', "explain export database '$LAKE/out'"],
    ['INSERT', 'with x as (select 1) insert into companies select 1'],
    ['EXPLAIN', "explain analyze explain analyze copy companies to '$LAKE/out.csv'"],
  ])('%s is refused: %s', async (kind, template) => {
    const error = await errorOf(template.replace('$LAKE', lake));
    if (kind !== 'INSERT') expect(error.message).toContain(`and ${kind}`);
    if (kind !== 'INSERT') expect(error.code).toBe('SQL_REFUSED');
    expect(readdirSync(lake)).toEqual(['companies.parquet']);
  });

  it('says how to write a PIVOT that reads', async () => {
    expect((await errorOf('pivot companies on grade using count(*)')).message).toMatch(/IN \(…\)/);
  });

  it('refuses a text whole when one of its statements writes', async () => {
    await expect(sql.check("select 1; copy companies to '/tmp/x.csv'; select 2")).rejects.toThrow(/COPY/);
    expect(await sql.check("select ';' ; -- only a comment\n select 2 ;")).toHaveLength(2);
    await expect(sql.query('select 1; select 2')).rejects.toThrow(/One statement/);
    await expect(sql.query('  -- nothing\n')).rejects.toThrow(/One statement/);
  });
});

describe('errors and ends', () => {
  it("keeps DuckDB's message and the position", async () => {
    const error = await errorOf('select nme from companies');
    expect(error.code).toBe('SQL_FAILED');
    expect(error.message).toMatch(/"nme" not found/);
    expect(error.message).toMatch(/LINE 1: select nme from companies\n\s+\^/);
    expect((await errorOf('selec 1')).message).toMatch(/^Parser Error: syntax error at or near "selec"/);
    expect((await errorOf('select $1')).message).toMatch(/parameters/);
  });

  it('stops a runaway query, and the session goes on', async () => {
    const stop = new AbortController();
    const running = sql.query('select count(*) from range(1000000000000) t(i) where hash(i) = 1', {
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 30);
    await expect(running).rejects.toMatchObject({ code: 'SQL_STOPPED' });
    await expect(sql.query('select 1', { signal: stop.signal })).rejects.toMatchObject({
      code: 'SQL_STOPPED',
    });
    expect((await sql.query('select 42 as a')).rows).toEqual([[42]]);
  });

  it('works on a lake that is reached through a link', async () => {
    const link = join(folder, 'link');
    symlinkSync(lake, link);
    const other = await openConsole(link, (run) =>
      run(`create view c as select * from read_parquet('${link}/companies.parquet')`),
    );
    expect((await other.query('select count(*) from c')).rows).toEqual([[5000n]]);
    expect((await other.query(`select count(*) from '${parquet}'`)).rows).toEqual([[5000n]]);
    await other.close();
  });

  it('opens on a lake that does not exist yet, and makes no folder', async () => {
    const missing = join(folder, 'none');
    const other = await openConsole(missing, async () => undefined);
    expect(await other.tables()).toEqual([]);
    await other.close();
    expect(existsSync(missing)).toBe(false);
  });
});

describe('statements in a text', () => {
  it.each([
    ["select ';'; select 2", ["select ';'", 'select 2']],
    ["select 'it''s; fine'", ["select 'it''s; fine'"]],
    ["select E'\\';' ; x", ["select E'\\';'", 'x']],
    ['select "a;""b;" ; x', ['select "a;""b;"', 'x']],
    ['select $$;$$, $tag$ ; $$ $tag$; x', ['select $$;$$, $tag$ ; $$ $tag$', 'x']],
    ['/* ; /* ; */ ; */ x; -- ; \n;', ['/* ; /* ; */ ; */ x']],
    [' ;; ; ', []],
    ["select 'open; ", ["select 'open;"]],
  ])('%j', (text, statements) => {
    expect(allStatements(text)).toEqual(statements);
  });
});
