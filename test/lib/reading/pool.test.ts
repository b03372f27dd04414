/** The pool of reading workers: what a page can do to it, and what it cannot. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openReadingPool, type ReadingPool } from '../../../lib/reading/pool.js';
import { inOrder } from '../../../lib/reading/readers.js';
import type { StoredPage } from '../../../lib/reading/stored.js';
import { tempFolder } from '../../support/lake.js';
import { weights } from '../../support/weights.js';

const context = {
  association: 'PMA',
  siteName: 'Precision Metalforming Association',
  selectors: null,
  platforms: [],
  weights,
  now: '2026-01-01T00:00:00.000Z',
};
const stored = (body: string): StoredPage => ({
  page_id: 'p',
  url: 'https://www.pma.org/a',
  final_url: null,
  content_type: 'text/html',
  title: null,
  body,
  fetched_at: null,
  page_type: 'member_directory',
  confidence: 0.9,
});

describe('a page that needs more than a worker has', () => {
  let pool: ReadingPool;
  beforeAll(() => {
    // One worker, so that the others stand behind it; little memory, so that it need not be large.
    pool = openReadingPool({ workers: 1, heapMb: 72, deadlineMs: 60_000 });
  });
  afterAll(() => pool.close());

  test('is answered with an error; those before and behind it are read', async () => {
    const greedy = stored(`<ul>${'<li><b>a</b><i>b</i></li>'.repeat(160_000)}</ul>`);
    const small = stored('<p>Hello</p>');
    const outcomes = await Promise.allSettled(
      [small, greedy, small, small].map((page) => pool.run('verdict', context, page)),
    );
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'READER_DIED' });
  }, 60_000);
});

test('pages that a worker reads from files are answered each with its own records, whatever their length', async () => {
  const folder = await tempFolder();
  const pool = openReadingPool({ workers: 1, deadlineMs: 60_000 });
  onTestFinished(() => pool.close());
  const page = (name: string, padding: number) =>
    `<title>${name}</title>${' '.repeat(padding)}<h1>${name}</h1><p>100 Main Street, Dayton, OH 45402</p>`;
  const names = ['Long Gear Works', 'Short Gear Works', 'Brief Gear Works'];
  const files = names.map((name) => path.join(folder, `${name}.html`));
  await Promise.all(names.map((name, i) => writeFile(files[i]!, page(name, i === 0 ? 3_000_000 : 0))));
  const answers = await Promise.all(
    files.map((file) =>
      pool.run(
        'inspect',
        { platforms: [], weights, selectors: null, siteName: null },
        { file, url: 'https://www.example.com/contact' },
      ),
    ),
  );
  expect(answers).toMatchObject(files.map((file) => ({ file })));
});

describe('work on many pages at once', () => {
  async function* lots() {
    yield [30, 1, 2];
    yield [3];
  }

  test('comes back in the order of the pages', async () => {
    const order: number[] = [];
    const slowFirst = async (n: number) => {
      for (let i = 0; i < n; i += 1) await Promise.resolve();
      return n;
    };
    for await (const { page, result } of inOrder(lots(), 3, slowFirst)) {
      expect(result).toBe(page);
      order.push(page);
    }
    expect(order).toEqual([30, 1, 2, 3]);
  });

  test('ends with an error that is no page’s fault', async () => {
    const broken = async (n: number) => {
      if (n === 2) throw new Error('disk full');
      return n;
    };
    const all = async () => {
      for await (const _ of inOrder(lots(), 3, broken));
    };
    await expect(all()).rejects.toThrow('disk full');
  });
});
