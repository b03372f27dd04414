/** The pieces of `npm run bench:crawl`, at the smallest size: what they measure is there, and they would tell a failure. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { removeTempFolders } from '../bench/bench-lake.js';
import { atLeast, atMost, below } from '../bench/crawl/floors.js';
import { measureMakespan } from '../bench/crawl/makespan.js';
import { directorySite } from '../bench/crawl/page-maker.js';
import { runPageServer } from '../bench/crawl/page-server-process.js';
import { crawlWhole } from '../bench/crawl/throughput.js';
import { checkWindows } from '../bench/crawl/window.js';
import { withPiece } from '../bench/document.js';

afterAll(removeTempFolders);

describe('sliding windows', () => {
  it('finds what looking at every window finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 2, maxLength: 12 }),
        fc.constantFrom(0.25, 0.5, 1, 3),
        (times, rate) => {
          const sorted = [...times].sort((a, b) => a - b);
          let worst = Number.NEGATIVE_INFINITY;
          for (let i = 0; i < sorted.length; i += 1)
            for (let j = i + 1; j < sorted.length; j += 1)
              worst = Math.max(worst, j - i + 1 - ((rate * (sorted[j]! - sorted[i]!)) / 1000 + 1));
          expect(checkWindows(times, rate).excess).toBeCloseTo(worst, 9);
        },
      ),
    );
  });

  it('has nothing against a steady pace, and sees one request too many', () => {
    const steady = Array.from({ length: 100 }, (_, i) => i * 2_000);
    expect(checkWindows(steady, 0.5)).toEqual({ requests: 100, excess: 0, shortestGapMs: 2_000 });
    expect(checkWindows([...steady, 51_000], 0.5).excess).toBe(1);
    expect(checkWindows([...steady, ...steady.map((t) => t + 1_000)], 0.5).excess).toBeGreaterThan(90);
  });
});

it('a figure that is no number keeps no promise', () => {
  const figures = [
    atMost('a', Number.NaN, 1, String),
    atLeast('b', Number.NaN, 1, String),
    below('c', 1, 1, String),
  ];
  expect(figures.map((f) => f.kept)).toEqual([false, false, false]);
});

it('a piece of the document takes its own place and leaves the others alone', () => {
  const first = withPiece(withPiece('# Benchmarks\n', 'one', 'a\n\nb'), 'two', 'c');
  const again = withPiece(withPiece(first, 'one', 'new'), 'one', 'a\n\nb');
  expect(again).toBe(first);
  expect(withPiece(first, 'one', 'new')).toMatch(/new[\s\S]*\nc\n/);
  expect(() => withPiece(first.replace('<!-- end of one -->', ''), 'one', 'new')).toThrow(/has no end/);
});

it('every page of the invented directory is linked, is there, and has the weight of a real one', () => {
  const site = directorySite(90);
  const seen = new Set(['/']);
  for (const path of seen) {
    const body = site.page(path);
    expect(body, path).not.toBeNull();
    for (const [, href] of body!.toString().matchAll(/href="(\/(?:members\/[^"]*)?)"/g)) {
      seen.add(href!);
    }
  }
  expect(seen.size).toBe(site.pages);
  const profile = site.page([...seen].find((path) => /-\d+$/.test(path))!)!;
  expect(profile.length).toBeGreaterThan(50_000);
  expect(profile.length).toBeLessThan(65_000);
  expect(site.page('/members/nobody-1')).toBeNull();
});

it('the makespan of two sites is that of the slower one, and no window holds too many', async () => {
  const m = await measureMakespan(0.01, ['NEMA', 'SOCMA']);
  expect(m.impatient).toBe(0);
  expect(m.requests).toBeGreaterThan(5);
  expect(m.domains.map((d) => d.domain)).toEqual(['nema.org', 'socma.org']);
  expect(m.boundMs).toBe((m.domains[0]!.requests - 1) * 2_000);
  expect(m.ratio).toBeGreaterThanOrEqual(1);
  expect(m.ratio).toBeLessThanOrEqual(1.02);
  expect(Math.max(...m.domains.map((d) => d.excess))).toBeLessThan(1e-6);
});

it('a whole invented site ends up in the lake with its bodies', async () => {
  const server = await runPageServer(40);
  try {
    const figures = await crawlWhole(server.port, server.pages);
    expect(figures.pages).toBeGreaterThanOrEqual(server.pages);
    expect(figures.bodyBytes).toBeGreaterThan(server.pages * 50_000);
    expect(figures.peakBytes).toBeGreaterThan(50e6);
  } finally {
    await server.close();
  }
});
