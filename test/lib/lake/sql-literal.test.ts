/** Values and names as SQL text: through DuckDB and back, and never out of their quotes. */
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDB, query, setVariables } from '../../../lib/lake/duck.js';
import { identifier, literal } from '../../../lib/lake/sql-literal.js';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await openDuckDB()).connect();
});
afterAll(() => connection.closeSync());

const through = async (sql: string) => (await query(connection, `SELECT ${sql} AS v`))[0]!.v;
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed() && !s.includes('\0')),
  fc
    .array(fc.constantFrom("'", '"', '\\', ';', '--', '/*', '*/', '\n', '$$', 'x', '?', '%', '€'))
    .map((p) => p.join('')),
);

describe('a literal', () => {
  test('of any text is that text', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        expect(await through(literal(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('of a list of texts is that list', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nasty, { maxLength: 5 }), async (texts) => {
        expect(await through(literal(texts))).toEqual(texts);
      }),
      { numRuns: 100 },
    );
  });

  test('of a number is that number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        async (n) => {
          expect(Number(await through(literal(n)))).toBe(n === 0 ? 0 : n);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    [null, 'NULL'],
    [true, 'TRUE'],
    [false, 'FALSE'],
    ['', "''"],
    ["O'Neil", "'O''Neil'"],
    ['a\0b', "'ab'"],
    [[], '[]::VARCHAR[]'],
    [[1, 2.5], "[1, '2.5'::DOUBLE]::DOUBLE[]"],
  ])('of %j is %s', (value, sql) => {
    expect(literal(value)).toBe(sql);
  });

  test('of no number at all is an error', () => {
    for (const n of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => literal(n)).toThrow();
  });

  test('runs nothing that stands in the text', async () => {
    await connection.run('CREATE OR REPLACE TABLE victim AS SELECT 1 AS x');
    const attack = "'; DROP TABLE victim; --";
    expect(await through(literal(attack))).toBe(attack);
    expect(await query(connection, 'SELECT x FROM victim')).toEqual([{ x: 1 }]);
  });
});

test('an identifier is one name, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      nasty.filter((s) => s.length > 0),
      async (name) => {
        const rows = await query(connection, `SELECT 1 AS ${identifier(name)}`);
        expect(Object.keys(rows[0]!)).toEqual([name]);
      },
    ),
    { numRuns: 200, examples: [['__proto__'], ['constructor']] },
  );
});

test('an identifier with a NUL is refused: SQL text would end there', () => {
  expect(() => identifier('a\0b')).toThrow(/NUL/);
});

test('variables are read back by getvariable(), whatever their name and value', async () => {
  const values = {
    plain: 'x',
    "it's": "a'b",
    n: 2.5,
    yes: true,
    none: null,
    list: ['a', "b'"],
    numbers: [1, 2],
  };
  await setVariables(connection, values);
  for (const [name, value] of Object.entries(values))
    expect(await through(`getvariable(${literal(name)})`)).toEqual(value);
});

test('values cross the border as plain JavaScript', async () => {
  const [row] = await query(
    connection,
    `SELECT 9007199254740993::BIGINT AS big, 7::BIGINT AS small, 2::HUGEINT AS huge, 1.5::DECIMAL(4,1) AS dec,
       TIMESTAMPTZ '2026-01-02 03:04:05.678+02' AS tz, TIMESTAMP '2026-01-02 03:04:05' AS ts, DATE '1899-12-31' AS d,
       'ab'::BLOB AS b, [1, NULL]::INTEGER[] AS l, {'a': [DATE '2026-01-01'], 'b': 5::BIGINT} AS s, NULL AS n,
       []::VARCHAR[] AS e, 'x' AS "dup", true AS flag`,
  );
  expect(row).toEqual({
    big: '9007199254740993',
    small: 7,
    huge: 2,
    dec: 1.5,
    tz: '2026-01-02T01:04:05.678Z',
    ts: '2026-01-02T03:04:05.000Z',
    d: '1899-12-31',
    b: Buffer.from('ab'),
    l: [1, null],
    s: { a: ['2026-01-01'], b: 5 },
    n: null,
    e: [],
    dup: 'x',
    flag: true,
  });
});

test('bound parameters are data', async () => {
  const text = "'; DROP TABLE x; --";
  expect(await query(connection, 'SELECT $1 AS a, $2 AS b, $3 AS c', [text, 1.5, null])).toEqual([
    { a: text, b: 1.5, c: null },
  ]);
});
