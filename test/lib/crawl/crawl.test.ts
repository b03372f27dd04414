/** The crawl loop over a site of a few pages in memory. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type CrawlOptions, crawl } from '../../../lib/crawl/crawl.js';
import { Frontier } from '../../../lib/crawl/frontier.js';
import { DomainPaused, FailPartition } from '../../../lib/errors.js';
import type { RowOf } from '../../../lib/lake/partition.js';
import { page } from '../../support/rows.js';

const at = (name: string) => `https://x.org/${name}`;

/** A site: each page with the pages it links to. */
function siteOf(links: Record<string, string[]>, more: Partial<CrawlOptions> = {}, start = ['home']) {
  const frontier = new Frontier();
  for (const name of start) frontier.add({ url: at(name), priority: 0, depth: 0, foundOn: null });
  const visited: string[] = [];
  const found: { depth: number; url: string }[] = [];
  let now = 0;
  let most = 0;
  const options: CrawlOptions = {
    frontier,
    budget: 1000,
    concurrency: 3,
    known: new Map(),
    visit: async (entry) => {
      now += 1;
      most = Math.max(most, now);
      await delay(1);
      now -= 1;
      visited.push(entry.url.slice(14));
      found.push({ url: entry.url.slice(14), depth: entry.depth });
      return page(entry.url);
    },
    found: (p) =>
      (links[p.url.slice(14)] ?? []).map(
        (to): RowOf<'links'> => ({
          from_url: p.url,
          to_url: at(to),
          anchor_text: '',
          context: 'main',
          nofollow: false,
          priority: to.startsWith('no-') ? null : to.includes('?page') ? 10 : 40,
          decision: 'followed',
        }),
      ),
    keepLinks: () => undefined,
    onPage: () => undefined,
    trap: () => null,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
  return { options, visited, found, frontier, most: () => most };
}
const TREE = {
  home: ['a', 'b', 'no-c', 'home'],
  a: ['a1', 'a2', 'b'],
  b: ['b?page=2'],
  'b?page=2': ['b?page=3', 'b1'],
};

describe('the crawl', () => {
  test('visits all that is found, each page once, and nothing that is not to be followed', async () => {
    const { options, visited } = siteOf(TREE);
    const outcome = await crawl(options);
    expect([...visited].sort()).toEqual(['a', 'a1', 'a2', 'b', 'b1', 'b?page=2', 'b?page=3', 'home']);
    expect(outcome).toEqual({ visited: 8, trapped: 0, left: 0, capped: null });
  });

  test('further pages of a list are as deep as the list', async () => {
    const { options, found } = siteOf(TREE);
    await crawl(options);
    const depth = Object.fromEntries(found.map((f) => [f.url, f.depth]));
    expect(depth).toMatchObject({ home: 0, b: 1, 'b?page=2': 1, 'b?page=3': 1, b1: 2 });
  });

  test('has no more under way than allowed', async () => {
    const wide = Object.fromEntries([['home', Array.from({ length: 40 }, (_, i) => `p${i}`)]]);
    const { options, most } = siteOf(wide, { concurrency: 4 });
    await crawl(options);
    expect(most()).toBe(4);
  });

  test('stops at its budget and says how many pages are left', async () => {
    const wide = { home: Array.from({ length: 40 }, (_, i) => `p${i}`) };
    const { options, visited } = siteOf(wide, { budget: 10 });
    expect(await crawl(options)).toMatchObject({ visited: 10, left: 31, capped: null });
    expect(visited).toHaveLength(10);
  });

  test('does not fetch what is known, follows its links, and keeps them', async () => {
    const kept: string[] = [];
    const { options, visited } = siteOf(TREE, {
      known: new Map([[at('home'), page(at('home'))]]),
      keepLinks: (links) => kept.push(...links.map((l) => l.to_url.slice(14))),
    });
    await crawl(options);
    expect(visited).not.toContain('home');
    expect(visited).toContain('a1');
    expect(kept).toEqual(TREE.home);
  });

  test('a page that was reached by a redirect is not fetched again under its own URL', async () => {
    const { options, visited } = siteOf({ home: ['short', 'long'] }, { concurrency: 1 });
    const visit = options.visit;
    options.visit = async (entry) => {
      const row = await visit(entry);
      return entry.url === at('short') ? { ...row!, final_url: at('long') } : row;
    };
    await crawl(options);
    expect(visited).toEqual(['home', 'short']);
  });

  test('a page that cannot be had does not stop the rest', async () => {
    const { options, visited } = siteOf(TREE);
    const visit = options.visit;
    options.visit = async (entry) => (entry.url === at('a') ? null : visit(entry));
    await crawl(options);
    expect(visited).toContain('b1');
  });

  test('traps are left out and counted', async () => {
    const { options, visited } = siteOf(TREE, { trap: (url) => (url === at('a') ? 'a calendar' : null) });
    expect(await crawl(options)).toMatchObject({ trapped: 1 });
    expect(visited).not.toContain('a');
    expect(visited).not.toContain('a1');
  });

  test('a spent daily cap ends it in peace: what is left, and why', async () => {
    const wide = { home: Array.from({ length: 20 }, (_, i) => `p${i}`) };
    const { options, visited } = siteOf(wide, { concurrency: 4 });
    const visit = options.visit;
    options.visit = async (entry) => {
      if (visited.length >= 9)
        throw new DomainPaused('x.org: the 9 requests are used up', {
          domain: 'x.org',
          reason: 'daily_cap',
          until: new Date(0),
          waitMs: 1,
        });
      return visit(entry);
    };
    const outcome = await crawl(options);
    expect(outcome.capped).toBe('x.org: the 9 requests are used up');
    expect(outcome.visited).toBe(visited.length);
    expect(outcome.visited + outcome.left).toBe(21);
  });

  test('an error that the phase must stop for is thrown, when nothing goes on any more', async () => {
    const wide = { home: Array.from({ length: 20 }, (_, i) => `p${i}`) };
    let open = 0;
    const { options } = siteOf(wide, { concurrency: 4 });
    options.visit = async (entry) => {
      if (entry.url === at('home')) return page(entry.url);
      open += 1;
      await delay(entry.url === at('p0') ? 5 : 60);
      open -= 1;
      if (entry.url === at('p0')) throw new FailPartition('disk');
      return page(entry.url);
    };
    await expect(crawl(options)).rejects.toThrow(FailPartition);
    expect(open).toBe(0);
  });

  test('an interruption ends it', async () => {
    const stop = new AbortController();
    const { options, visited } = siteOf(
      { home: Array.from({ length: 20 }, (_, i) => `p${i}`) },
      { signal: stop.signal },
    );
    const visit = options.visit;
    options.visit = async (entry) => {
      if (visited.length === 5) stop.abort();
      return visit(entry);
    };
    await expect(crawl(options)).rejects.toThrow();
    expect(visited.length).toBeLessThan(10);
  });
});
