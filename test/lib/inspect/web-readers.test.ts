/** The web readers of `inspect`: what they answer, and that no question makes a batch fall. */
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { answerLines } from '../../../lib/inspect/batch.js';
import { readers } from '../../../lib/inspect/readers.js';
import { runScript } from '../../scripts/run.js';

/** The answers to some questions, asked as a batch. */
async function batch(
  name: string,
  questions: readonly (object | string)[],
): Promise<Record<string, unknown>[]> {
  const reader = readers[name]!;
  const lines = questions.map((q) => (typeof q === 'string' ? q : JSON.stringify(q)));
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  await answerLines(Readable.from([`${lines.join('\n')}\n`]), output, (q) =>
    reader.read(reader.input.parse(q) as never),
  );
  const text = Buffer.concat(chunks).toString().trim();
  return text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}
const base64 = (...parts: (string | Uint8Array)[]) =>
  Buffer.concat(parts.map((p) => Buffer.from(p as Uint8Array))).toString('base64');
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('robots', () => {
  const CLOSED = 'User-agent: *\nDisallow: /closed\nCrawl-delay: 3\nSitemap: /map.xml\n';

  test('answers with the rule, the delay and the sitemaps', async () => {
    const url = 'https://www.pma.org/closed/x';
    expect(
      await batch('robots', [{ id: 7, robots_txt: CLOSED, user_agent: 'NamBot/2.0 (+x)', url }]),
    ).toEqual([
      {
        id: 7,
        allowed: false,
        rule: 'Disallow: /closed',
        crawl_delay: 3,
        sitemaps: ['https://www.pma.org/map.xml'],
      },
    ]);
  });

  test.each<[string, string, boolean]>([
    ['UTF-8', base64(CLOSED), false],
    ['UTF-8 with a byte order mark', base64('\ufeff', CLOSED), false],
    ['half a byte order mark', base64(Buffer.from([0xef, 0xbb]), CLOSED), false],
    ['UTF-16, little end first', base64(Buffer.from([0xff, 0xfe]), utf16(CLOSED)), false],
    ['UTF-16, big end first', base64(Buffer.from([0xfe, 0xff]), utf16(CLOSED).swap16()), false],
    ['UTF-16 without a mark', base64(utf16(CLOSED)), false],
    ['UTF-16, big end first, without a mark', base64(utf16(CLOSED).swap16()), false],
    ['NULs in it', base64('User-agent: *\0\nDisallow: /clo\0sed\0'), false],
    ['octets that are no UTF-8', base64(Buffer.from([0xe9, 0x0a]), CLOSED), false],
    ['nothing at all', '', true],
    ['600 KB, the rule first', base64(CLOSED, '# x\n'.repeat(150_000)), false],
    ['600 KB, the rule last', base64('# x\n'.repeat(150_000), CLOSED), true],
    ['binary', base64(Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) % 256))), true],
  ])('a file of %s', async (_name, robots_base64, allowed) => {
    const url = 'https://www.pma.org/closed';
    expect(await batch('robots', [{ robots_base64, user_agent: 'NamBot', url }])).toEqual([
      expect.objectContaining({ allowed }),
    ]);
  });

  test('an octet of an old charset is compared as its escape', async () => {
    const robots_base64 = base64(Buffer.from('User-agent: *\nDisallow: /caf\xe9', 'latin1'));
    const ask = (path: string) => ({
      robots_base64,
      user_agent: 'NamBot',
      url: `https://www.pma.org${path}`,
    });
    const answers = await batch('robots', ['/caf%E9', '/caf%C3%A9', '/cafe'].map(ask));
    expect(answers.map((a) => a.allowed)).toEqual([false, true, true]);
  });

  test('a question that cannot be answered gets an error with its id, and the next one is answered', async () => {
    const url = 'https://www.pma.org/';
    const answers = await batch('robots', [
      { id: 'a', url },
      { id: 'b', robots_txt: CLOSED },
      { id: 'c', robots_base64: '%%%', url },
      { id: 'd', robots_txt: 7, url },
      'no json',
      '[]',
      { id: 'e', robots_txt: null, robots_base64: null, url },
      { id: 'f', robots_txt: '', url: '' },
      { id: 'g', robots_txt: '', user_agent: '', url },
      { robots_txt: '', url },
    ]);
    expect(answers.map((a) => [a.id, typeof a.error, a.allowed])).toEqual([
      ['a', 'string', undefined],
      ['b', 'string', undefined],
      ['c', 'string', undefined],
      ['d', 'string', undefined],
      [undefined, 'string', undefined],
      [undefined, 'string', undefined],
      ['e', 'string', undefined],
      ['f', 'undefined', true],
      ['g', 'undefined', true],
      [undefined, 'undefined', true],
    ]);
    expect(answers[0]!.error).toContain('robots_txt or robots_base64');
  });
});

test('retry-after answers in seconds, null for what is unusable', async () => {
  const now = '2026-11-06T08:49:37Z';
  const answers = await batch('retry-after', [
    { id: 1, value: '120', now },
    { id: 2, value: 'Fri, 06 Nov 2026 08:50:37 GMT', now },
    { id: 3, value: 'soon', now },
    { id: 4, value: 120, now },
    { id: 5, value: null, now },
    { id: 6, value: '120', now: 'whenever' },
    { id: 7, now },
    { id: 8, value: 'Fri, 06 Nov 2026 08:50:37 GMT', now: Date.parse(now) },
  ]);
  expect(answers.map((a) => a.seconds ?? typeof a.error)).toEqual([
    120,
    60,
    'undefined',
    120,
    'undefined',
    'string',
    'string',
    60,
  ]);
  expect(answers[2]).toEqual({ id: 3, seconds: null });
});

test('url answers with the key and the registrable domain, null for what is none', async () => {
  expect(
    await batch('url', [
      { id: 1, url: 'HTTPS://Members.PMA.org:443/a/?b=2&a=1&utm_source=x#top' },
      { id: 2, url: 'not a url' },
      { id: 3 },
    ]),
  ).toEqual([
    { id: 1, canonical: 'https://members.pma.org/a?a=1&b=2', registrable_domain: 'pma.org' },
    { id: 2, canonical: null, registrable_domain: null },
    { id: 3, error: expect.stringContaining('url') },
  ]);
});

test('sitemap wants a body, if an empty one', async () => {
  const answers = await batch('sitemap', [{ id: 1 }, { id: 2, body: '' }, { id: 3, body_base64: '!' }]);
  expect(answers.map((a) => ['urls' in a, typeof a.error])).toEqual([
    [false, 'string'],
    [true, expect.any(String)],
    [false, 'string'],
  ]);
});

test('a thousand robots questions cost little work, and come back in order', async () => {
  const group = (i: number) => `User-agent: bot${i}\nDisallow: /*${i}*x$\nAllow: /a${i}\n`;
  const robots_txt = Array.from({ length: 200 }, (_, i) => group(i)).join('\n');
  const questions = Array.from({ length: 1000 }, (_, id) => ({
    id,
    robots_txt,
    user_agent: `bot${id % 200}`,
    url: `https://www.pma.org/${id}/x`,
  }));
  const before = process.cpuUsage();
  const answers = await batch('robots', questions);
  const { user, system } = process.cpuUsage(before); // what it costs, however busy the machine is
  expect(user + system).toBeLessThan(2_500_000);
  expect(answers.map((a) => a.id)).toEqual(questions.map((q) => q.id));
  expect(answers.every((a) => a.allowed === false)).toBe(false);
  expect(answers.filter((a) => !a.allowed).length).toBeGreaterThan(100);
});

test('the program reads standard input and answers on standard output', async () => {
  const { code, out } = await runScript(
    'inspect',
    ['robots', '--batch'],
    {},
    '{"id":1,"robots_txt":"","url":"/"}\n{"id":2}\n',
  );
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    expect.objectContaining({ id: 1, allowed: true }),
    expect.objectContaining({ id: 2, error: expect.any(String) }),
  ]);
  expect(code).toBe(1);
});

test.each([
  ['robots', { robots_txt: 'User-agent: *\nDisallow: /a', url: 'https://x.org/a' }, ['user_agent']],
  ['sitemap', { body: 'https://x.org/a' }, ['url', 'content_type', 'body_base64']],
  ['retry-after', { value: '7' }, ['now']],
  ['structured', { html: '<p>x</p>' }, ['url']],
  ['date', { text: 'March 3, 2026' }, ['now']],
  ['phone', { text: '216-555-0142' }, ['country']],
])('%s takes null for what is not given', async (name, question, optional) => {
  const nulls = Object.fromEntries(optional.map((field) => [field, null]));
  const [without, withNulls] = await batch(name, [question, { ...question, ...nulls }]);
  expect(without).not.toHaveProperty('error', expect.stringContaining('line'));
  expect(withNulls).toEqual(without);
});
