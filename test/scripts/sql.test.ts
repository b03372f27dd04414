import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole } from '../../lib/lake/console.js';
import { historyFile, runConsole } from '../../lib/ui/sql-console.js';
import { renderResult } from '../../lib/ui/sql-output.js';
import { type SessionIo, startSession } from '../../lib/ui/sql-session.js';
import { stylesFor } from '../../lib/ui/styles.js';
import { runScript } from './run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nam-sql-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sql = (args: string[], input?: string) => runScript('sql', args, { LAKE: folder }, input);

describe('npm run sql', { timeout: 30_000 }, () => {
  it('prints an aligned table', async () => {
    const { code, out } = await sql([
      "select 'A' as grade, 312 as companies union all select null, 7 order by 2 desc",
    ]);
    expect(out).toBe('grade  companies\n─────  ─────────\nA            312\nNULL           7\n');
    expect(code).toBe(0);
  });

  it('prints CSV with formulas disarmed, and as they are with --raw', async () => {
    const query = "select '=1+1' as a, -1 as b, 'x,y' as c, null as d, '-5' as e";
    expect((await sql(['--csv', query])).out).toBe('a,b,c,d,e\n\'=1+1,-1,"x,y",,\'-5\n');
    expect((await sql(['--csv', '--raw', query])).out).toContain('=1+1,-1,"x,y",,-5');
  });

  it('prints JSON, several statements from a pipe, and no digit is lost', async () => {
    const { out } = await sql(
      ['--json'],
      "select 9007199254740993 as big, 5::bigint as n, ['a'] as list; select 1 as a where false;",
    );
    expect(out).toBe('[\n{"big":"9007199254740993","n":5,"list":["a"]}\n]\n[]\n');
  });

  it('ends with 1 for failed SQL, and the position is shown', async () => {
    const { code, err, out } = await sql(['select nme from companies']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/"nme" not found[\s\S]*LINE 1: select nme from companies\n\s+\^/);
    expect((await sql(["copy companies to 'x.csv'"])).code).toBe(1);
  });

  it('ends with 2 for bad usage', async () => {
    expect((await sql(['--csv', '--json', 'select 1'])).code).toBe(2);
    expect((await sql([])).err).toContain('npm run sql --');
    expect((await sql(['--limit', 'x', 'select 1'])).code).toBe(2);
    expect((await sql(['--nonsense'])).code).toBe(2);
  });

  it('answers dot commands, limits rows and says so', async () => {
    expect((await sql(['.schema companies'])).out).toMatch(/canonical_name\s+VARCHAR/);
    const limited = await sql(['--limit', '2', 'from range(10)']);
    expect(limited.out.trim().split('\n')).toHaveLength(4);
    expect(limited.err).toContain('there are more');
  });
});

describe('output', () => {
  const result = {
    columns: [{ name: 'na\x1b[2Jme', type: 'VARCHAR' }],
    rows: [['Ac\x1b]0;t\x07me\n\u202eInc'], [new Uint8Array(3)]],
    rowCount: 2,
    elapsedMs: 1,
    truncated: false,
  };
  it.each(['table', 'line'] as const)('strips control characters in %s mode', (mode) => {
    const text = renderResult(result, { mode, width: 80, styles: stylesFor({}) });
    expect(text).toContain('Acme Inc');
    expect(text).toContain('<3 bytes>');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});

describe('the console', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  /** Types keys; `{ seen }` waits until that text was written. */
  async function talk(...keys: (string | { seen: string })[]) {
    let text = '';
    const input = new PassThrough();
    const output = new PassThrough();
    output.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const styles = stylesFor({});
    const io: SessionIo = {
      out: (t) => output.write(t),
      err: (t) => output.write(t),
      width: () => 80,
      styles,
      errStyles: styles,
    };
    const open = () =>
      openConsole(folder, (run) => run("create view companies as select 'Acme' as name, 1 as n"));
    const options = { mode: 'table' as const, limit: 100, timer: false, raw: false, footer: true };
    const session = await startSession(open, options, io);
    const history = join(folder, 'state', 'history');
    const ended = runConsole(session, io, { input, output, historyFile: history });
    for (const key of keys) {
      if (typeof key === 'string') input.write(key);
      while (typeof key !== 'string' && !text.includes(key.seen)) await turn();
      for (let i = 0; i < 5; i += 1) await turn();
    }
    const code = await ended;
    await session.close();
    return { code, text, history };
  }

  it('takes statements over several lines, goes on after errors, keeps a private history', async () => {
    const { code, text, history } = await talk(
      'select name,\n',
      ' n from companies;\n',
      'selec 1;\n',
      '.mode json\n',
      "select ';' as semicolon;\n",
      '.nonsense\n',
      '.tables\n',
      '.schema companies\n',
      '.refresh\n',
      '.limit 1\n',
      'from range(5);\n',
      '.quit\n',
    );
    expect(code).toBe(0);
    expect(text).toMatch(/name {2}n\r?\n──── {2}─\r?\nAcme {2}1\r?\n1 row/);
    expect(text).toContain('syntax error at or near "selec"');
    expect(text).toContain('{"semicolon":";"}');
    expect(text).toContain('.nonsense is not a command');
    expect(text).toContain('first 1 row');
    expect(statSync(history).mode & 0o777).toBe(0o600);
  });

  it('completes table names', async () => {
    const { text } = await talk('from comp', '\t', ';\n', '.quit\n');
    expect(text).toContain('Acme');
  });

  it('stops a query on Ctrl-C and stays; the second one in a row leaves', async () => {
    const { code, text } = await talk(
      'select count(*) from range(1000000000000) t(i) where hash(i) = 1;\n',
      '\x03',
      { seen: 'The query was stopped.' },
      'select 40 + 2 as answer;\n',
      { seen: '1 row' },
      '\x03',
      '\x03',
    );
    expect(text).toContain('The query was stopped.');
    expect(text).toContain('42');
    expect(code).toBe(130);
  });

  it('keeps its history where XDG says, or in the home folder', () => {
    expect(historyFile({ XDG_STATE_HOME: '/s' })).toBe('/s/nam/sql_history');
    expect(historyFile({})).toMatch(/\.nam_sql_history$/);
  });
});
