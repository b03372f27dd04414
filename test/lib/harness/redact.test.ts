import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor } from '../../../lib/harness/redact.js';

describe('redaction by value', () => {
  test('no secret of the environment comes through, whatever stands around it', () => {
    const secret = fc
      .string({ unit: 'grapheme', minLength: 5, maxLength: 40 })
      .filter((s) => s.trim().length >= 5 && s.isWellFormed());
    fc.assert(
      fc.property(secret, secret, fc.string(), fc.string(), (one, two, before, after) => {
        const clean = redactor({ A_API_KEY: one, SOME_TOKEN: two })(`${before}${one}${after}${two}${before}`);
        // The marker itself may hold a very short secret's letters; a real one never.
        fc.pre(!'[redacted]'.includes(one) && !'[redacted]'.includes(two));
        const plain = `${before}${after}`;
        if (!plain.includes(one)) expect(clean.replaceAll('[redacted]', '\u0001')).not.toContain(one);
        if (!plain.includes(two)) expect(clean.replaceAll('[redacted]', '\u0001')).not.toContain(two);
      }),
    );
  });

  test.each([
    ['as it is', (s: string) => s],
    ['in a URL', (s: string) => encodeURIComponent(s)],
    ['in a Basic header', (s: string) => Buffer.from(`${s}:`).toString('base64')],
    ['in JSON', (s: string) => JSON.stringify(s)],
    ['in JSON within JSON', (s: string) => JSON.stringify(JSON.stringify(s))],
  ])('%s', (_name, form) => {
    const secret = 'p@ss "word"/+\\1';
    expect(redactor({ X_SECRET: secret })(`a ${form(secret)} b`)).toMatch(/^a [\\"]*\[redacted\][\\"]* b$/);
  });

  test('passwords in any URL go, also those that the environment does not know', () => {
    const redact = redactor({});
    expect(redact('see postgres://user:pa55@host:5432/db?x=1')).toBe(
      'see postgres://[redacted]@host:5432/db?x=1',
    );
    expect(redact('https://example.org/a:b@c')).toBe('https://example.org/a:b@c');
    expect(redact('mail a@b.org')).toBe('mail a@b.org');
  });

  test('the password of DATABASE_URL goes wherever it stands alone', () => {
    const redact = redactor({ DATABASE_URL: 'postgres://u:s3cr%2Fet!@h/db' });
    expect(redact('FATAL: s3cr/et! is wrong')).not.toContain('s3cr/et!');
    expect(redact('s3cr%2Fet!')).not.toContain('s3cr%2Fet!');
  });

  test('variables that are no secrets, and values too short to be one, stay', () => {
    const redact = redactor({ LAKE: '/data/lake', A_API_KEY: 'abcd', B_API_KEY: '' });
    expect(redact('/data/lake abcd')).toBe('/data/lake abcd');
  });

  test('the longer of two secrets that share a part goes whole', () => {
    expect(redactor({ A_TOKEN: 'abcdef', B_TOKEN: 'abcdefghij' })('x abcdefghij y')).toBe('x [redacted] y');
  });
});
