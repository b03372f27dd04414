import { expect, test } from 'vitest';
import { csvWith, disarmed } from '../../../lib/outlets/export.js';
import { parseCsv } from './parse-csv.js';

const csv = (columns: string[], rows: Record<string, never>[] | Record<string, unknown>[]) =>
  [...csvWith(columns)(rows as never)].join('');

test.each([
  ['=cmd|/c calc!A1', "'=cmd|/c calc!A1"],
  ['+1+1', "'+1+1"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tTAB', "'\tTAB"],
  ['\rCR', "'\rCR"],
  ['  =1', "'  =1"],
  ['\u00a0=1', "'\u00a0=1"],
  ['\n=1', "'\n=1"],
  ['＝1', "'＝1"],
  ['-', "'-"],
  ['+1 555 010 0100', "'+1 555 010 0100"],
])('a text that a spreadsheet would run is disarmed: %j', (text, safe) => {
  expect(disarmed(text)).toBe(safe);
});

test.each([
  '',
  'Acme',
  'a=b',
  'A-1 Tool & Die',
  '+12165550100',
  "'quoted",
  '1-800',
  'x@example.com',
  ' Acme',
])('other text is left alone: %j', (text) => {
  expect(disarmed(text)).toBe(text);
});

test('numbers are no formulas, and every item of a list is disarmed', () => {
  const rows = [{ n: -5, list: ['plain', '=1+1', '@x'], flag: true, nothing: null }];
  expect(csv(['n', 'list', 'flag', 'nothing'], rows)).toBe(
    "n,list,flag,nothing\r\n-5,plain; '=1+1; '@x,true,\r\n",
  );
});

test('quotes, commas, line breaks and scripts of the world come back as they went', () => {
  const texts = ['a "b" c', 'a,b', 'two\r\nlines', 'Žižkov 鋳造 🏭', '', "it's", 'x;y', '\\', 'end "'];
  const text = csv(
    ['id', 'text'],
    texts.map((value, i) => ({ id: String(i), text: value })),
  );
  expect(parseCsv(text)).toEqual([['id', 'text'], ...texts.map((value, i) => [String(i), value])]);
});

test('the header is there once, in lots of any size, and without a row too', () => {
  expect(csv(['a', 'b'], [])).toBe('a,b\r\n');
  const many = Array.from({ length: 2_500 }, (_, i) => ({ a: `${i}`, b: 'x' }));
  const parsed = parseCsv(csv(['a', 'b'], many));
  expect(parsed).toHaveLength(2_501);
  expect(parsed.at(-1)).toEqual(['2499', 'x']);
});

test('columns keep their order, whatever the rows have', () => {
  expect(csv(['b', 'a'], [{ a: '1', c: '3', b: '2' }, { a: 'only' }])).toBe('b,a\r\n2,1\r\n,only\r\n');
});
