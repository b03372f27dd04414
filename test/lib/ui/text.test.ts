import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, rate } from '../../../lib/ui/format.js';
import { sanitise, sanitiseLines } from '../../../lib/ui/sanitise.js';
import { stylesFor } from '../../../lib/ui/styles.js';
import { shareWidth, tableLines } from '../../../lib/ui/table.js';
import { padTo, textWidth, truncate } from '../../../lib/ui/text-width.js';

const styles = stylesFor({});

describe('sanitise', () => {
  it.each([
    ['Acme\x1b[31m Inc\x1b[0m', 'Acme Inc'],
    ['\x1b]0;owned\x07title', 'title'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1bPpayload\x1b\\x', 'x'],
    ['a\x9b2Jb\x1bcc', 'abc'],
    ['a\r\nb\tc\u2028d', 'a b c d'],
    ['\u202Eevil\u2066\u200b\ufeff', 'evil'],
    ['naïve 株式会社 👩‍🏭', 'naïve 株式会社 👩‍🏭'],
    ['\x07\x00\x7f\x85', ' '],
  ])('%j is shown as %j', (raw, shown) => {
    expect(sanitise(raw)).toBe(shown);
  });

  it('lets no control character through, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
        expect(sanitise(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }),
    );
  });

  it('keeps lines where lines are wanted', () => {
    expect(sanitiseLines('a\x1b[2J\n  ^\x07')).toBe('a\n  ^');
  });
});

describe('width', () => {
  it('counts terminal cells', () => {
    expect([textWidth('abc'), textWidth('日本'), textWidth('é'), textWidth('👩‍🏭')]).toEqual([3, 4, 1, 2]);
    expect(truncate('日本語テキスト', 6)).toBe('日本…');
    expect(padTo('日本', 6, 'right')).toBe('  日本');
  });

  it('never cuts to more than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, cells) => {
        expect(textWidth(truncate(text, cells))).toBeLessThanOrEqual(cells);
      }),
    );
  });
});

describe('table', () => {
  it('aligns numbers right and shows NULL', () => {
    const columns = [
      { name: 'grade', align: 'left' as const },
      { name: 'n', align: 'right' as const },
    ];
    expect(
      tableLines(
        columns,
        [
          ['A', '312'],
          [null, '7'],
        ],
        { width: null, styles },
      ),
    ).toEqual(['grade    n', '─────  ───', 'A      312', 'NULL     7']);
  });

  it('is never wider than the terminal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 20, max: 200 }),
        (wanted, width) => {
          const widths = shareWidth(wanted, width);
          expect(widths.reduce((a, b) => a + b, 0) + 2 * (widths.length - 1)).toBeLessThanOrEqual(width);
          for (const [i, w] of widths.entries()) expect(w).toBeLessThanOrEqual(wanted[i]!);
        },
      ),
    );
  });

  it('names the columns it has no room for', () => {
    const columns = Array.from({ length: 12 }, (_, i) => ({ name: `column_${i}`, align: 'left' as const }));
    const lines = tableLines(columns, [columns.map(() => 'some longer text')], { width: 40, styles });
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(40);
    expect(lines.at(-1)).toMatch(/^\+ 8 more: column_4/);
  });
});

it('formats times and rates', () => {
  expect([400, 12_000, 134_000, 3_734_000].map(duration)).toEqual(['0.4 s', '12 s', '2:14', '1:02:14']);
  expect([0.5, 48.2, 12_345].map(rate)).toEqual(['0.5/s', '48/s', '12k/s']);
});
