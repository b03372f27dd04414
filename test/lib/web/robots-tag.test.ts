/** `X-Robots-Tag` and `<meta name="robots">`, in the forms that sites send. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { robotsMeta, robotsTag, stricter } from '../../../lib/web/robots-tag.js';

const says = (lines: string | string[]) => {
  const { noindex, nofollow } = robotsTag(lines, 'NamBot');
  return `${noindex ? 'noindex' : ''} ${nofollow ? 'nofollow' : ''}`.trim();
};

describe('the header', () => {
  test.each<[string | string[], string]>([
    [[], ''],
    ['', ''],
    ['noindex', 'noindex'],
    ['NOFOLLOW', 'nofollow'],
    ['noindex, nofollow', 'noindex nofollow'],
    ['noindex,nofollow,noarchive', 'noindex nofollow'],
    [' noarchive ,, nofollow ', 'nofollow'],
    [['noindex', 'nofollow'], 'noindex nofollow'],
    ['none', 'noindex nofollow'],
    ['all', ''],
    ['index, follow', ''],
    ['nambot: nofollow', 'nofollow'],
    ['NamBot:nofollow', 'nofollow'],
    ['otherbot: nofollow', ''],
    ['otherbot: noindex, nofollow', ''],
    ['otherbot: noindex, nambot: nofollow', 'nofollow'],
    ['nambot: noindex, otherbot: nofollow', 'noindex'],
    ['nofollow, otherbot: noindex', 'nofollow'],
    [['otherbot: none', 'nofollow'], 'nofollow'],
    [['nambot: nofollow', 'otherbot: noindex'], 'nofollow'],
    ['nambotx: nofollow', ''],
    ['robots: nofollow', 'nofollow'],
    ['*: nofollow', 'nofollow'],
    ['max-snippet: 20, nofollow', 'nofollow'],
    ['max-image-preview:large', ''],
    ['unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow', 'nofollow'],
    ['unavailable_after: Saturday, 25-Jun-2010 15:00:00 GMT, nofollow', 'nofollow'],
    ['nofollowers', ''],
  ])('%j says %j', (lines, expected) => {
    expect(says(lines)).toBe(expected);
  });

  test.each([
    ['25 Jun 2010 15:00:00 PST', '2010-06-25T23:00:00.000Z'],
    ['Friday, 25-Jun-10 15:00:00 UTC', '2010-06-25T15:00:00.000Z'],
    ['Fri, 25 Jun 2010 15:00:00 GMT', '2010-06-25T15:00:00.000Z'],
    ['2010-06-25T15:00:00Z', '2010-06-25T15:00:00.000Z'],
    ['2010-06-25T15:00:00+02:00', '2010-06-25T13:00:00.000Z'],
    ['2010-06-25', '2010-06-25T00:00:00.000Z'],
    ['25 Jun 2010', '2010-06-25T00:00:00.000Z'],
    ['25 Jun 2010 15:00:00', '2010-06-25T15:00:00.000Z'],
    ['soon', null],
    ['', null],
  ])('unavailable_after: %s is %s', (text, expected) => {
    expect(robotsTag(`noarchive, unavailable_after: ${text}`, 'NamBot').unavailableAfter).toBe(expected);
    expect(robotsTag(`nambot: unavailable_after: ${text}`, 'NamBot').unavailableAfter).toBe(expected);
    expect(robotsTag(`x: unavailable_after: ${text}`, 'NamBot').unavailableAfter).toBeNull();
  });

  test('never throws, and more lines never say less', () => {
    const word = fc.constantFrom(
      'noindex',
      'nofollow',
      'none',
      'all',
      'nambot:',
      'other:',
      ',',
      ' ',
      'unavailable_after:',
      'x',
    );
    const line = fc.oneof(
      fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), line, (lines, more) => {
        const before = robotsTag(lines, 'NamBot');
        const after = robotsTag([...lines, more], 'NamBot');
        expect(after.nofollow || !before.nofollow).toBe(true);
        expect(after.noindex || !before.noindex).toBe(true);
      }),
    );
  });
});

describe('the meta elements', () => {
  test.each([
    [[{ name: 'robots', content: 'noindex, nofollow' }], true],
    [[{ name: 'Robots', content: 'NONE' }], true],
    [[{ name: 'NAMBOT', content: 'nofollow' }], true],
    [[{ name: 'googlebot', content: 'nofollow' }], false],
    [[{ name: 'description', content: 'nofollow' }], false],
    [
      [
        { name: 'robots', content: 'all' },
        { name: 'nambot', content: 'nofollow' },
      ],
      true,
    ],
    [
      [
        { name: 'robots', content: 'nofollow' },
        { name: 'nambot', content: 'all' },
      ],
      true,
    ],
    [[], false],
  ])('%j: nofollow %s', (metas, expected) => {
    expect(robotsMeta(metas, 'NamBot').nofollow).toBe(expected);
  });

  test('add up with the header', () => {
    const both = stricter(
      robotsTag('noindex', 'NamBot'),
      robotsMeta([{ name: 'robots', content: 'nofollow' }], 'NamBot'),
    );
    expect(both).toMatchObject({ noindex: true, nofollow: true, rules: ['noindex', 'nofollow'] });
  });
});
