/** Texts and addresses held once: the same as if each were made anew. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressFrom, kept } from '../../../lib/page/shared-texts.js';
import { absolute } from '../../../lib/page/text.js';

describe('an address', () => {
  const base = fc.constantFrom(
    'https://x.org/',
    'http://x.org/a/b?c=/d',
    'https://x.org:8443/deep/er/page.html',
    'https://y.example?q=1',
    'ftp://x.org/a',
    'about:blank',
  );
  const piece = fc.constantFrom(
    '/',
    '//',
    '\\',
    '..',
    'a',
    'B c',
    '?',
    '#',
    'http:',
    'HTTPS://',
    'javascript:',
    '\t',
    ' ',
    '@',
    ':80',
    'é',
    '%2f',
  );
  const href = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

  test('is what it is without memory, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(base, href), { minLength: 1, maxLength: 8 }), (asked) => {
        for (const [from, to] of asked) expect(addressFrom(from, to)).toBe(absolute(from, to));
      }),
      { numRuns: 500 },
    );
  });
});

test('a text that is kept is that text, once', () => {
  const page = `before ${'Acme Stamping & Die – Werkzeugbau'} after`;
  const a = kept(page.slice(7, 40));
  expect(a).toBe(page.slice(7, 40));
  expect(kept(page.slice(7, 12))).toBe('Acme ');
});
