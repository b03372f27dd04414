import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontier, keyOf } from '../../../lib/crawl/frontier.js';
import { shapeOf } from '../../../lib/crawl/shape.js';
import { canonicalUrl } from '../../../lib/web/url.js';

const entry = (url: string, priority: number) => ({ url, priority, depth: 0, foundOn: null });
const drain = (frontier: Frontier) => {
  const out: string[] = [];
  for (let e = frontier.next(); e; e = frontier.next()) out.push(e.url);
  return out;
};

describe('the queue', () => {
  test('gives the lowest priority first, and within one the order of finding', () => {
    const frontier = new Frontier();
    for (const [url, priority] of [
      ['c', 60],
      ['a', 10],
      ['b', 20],
      ['d', 10],
      ['e', 60],
    ] as const)
      frontier.add(entry(`https://x.org/${url}`, priority));
    expect(frontier.size).toBe(5);
    expect(drain(frontier).map((u) => u.at(-1))).toEqual(['a', 'd', 'b', 'c', 'e']);
    expect(frontier.size).toBe(0);
  });

  test('what is found later with a better priority goes first', () => {
    const frontier = new Frontier();
    frontier.add(entry('https://x.org/late', 40));
    frontier.add(entry('https://x.org/last', 40));
    expect(frontier.next()?.url).toBe('https://x.org/late');
    frontier.add(entry('https://x.org/now', 10));
    expect(drain(frontier)).toEqual(['https://x.org/now', 'https://x.org/last']);
  });

  test('what failed in an earlier run goes last, whatever it promises', () => {
    const frontier = new Frontier(new Set(['https://x.org/broken']));
    frontier.add(entry('https://x.org/broken', 10));
    frontier.add(entry('https://x.org/any', 60));
    expect(frontier.next()?.url).toBe('https://x.org/any');
    expect(frontier.next()).toMatchObject({ url: 'https://x.org/broken', priority: 10 });
  });

  test('takes each page once, however its URL is written, and asks with the form that was found', () => {
    const frontier = new Frontier();
    expect(frontier.add(entry('https://X.org/list/?utm_source=mail#top', 10))).toBe(true);
    for (const same of [
      'https://x.org/list',
      'https://x.org:443/list/',
      'https://x.org/list/index.html?fbclid=1',
    ])
      expect(frontier.add(entry(same, 10))).toBe(false);
    expect(frontier.add(entry('https://x.org/list?page=2', 10))).toBe(true);
    expect(drain(frontier)).toEqual(['https://X.org/list/?utm_source=mail#top', 'https://x.org/list?page=2']);
    expect(frontier.add(entry('https://x.org/list', 10))).toBe(false);
  });

  test('passes over what was dealt with while it waited', () => {
    const frontier = new Frontier();
    for (const url of ['a', 'b', 'c']) frontier.add(entry(`https://x.org/${url}`, 10));
    frontier.done('https://x.org/b/');
    expect(frontier.size).toBe(2);
    expect(drain(frontier)).toEqual(['https://x.org/a', 'https://x.org/c']);
  });

  test('does not take what is done with, nor what is no URL', () => {
    const frontier = new Frontier();
    frontier.done('https://x.org/a/');
    frontier.done('nonsense');
    expect(frontier.add(entry('https://x.org/a', 10))).toBe(false);
    expect(frontier.add(entry('nonsense', 10))).toBe(false);
    expect(frontier.next()).toBeNull();
  });
});

describe('sameness', () => {
  test('the key of an address is its canonical form, also where the short way is taken', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._~;%-]{0,8}$/);
    const address = fc
      .tuple(
        fc.constantFrom('https://x.org', 'http://WWW.x.org', 'https://x.org:443', 'https://x.org.'),
        fc.array(segment),
        fc.constantFrom('', '/', '?a=1', '/index.html', '?page=2'),
      )
      .map(([host, path, end]) => `${host}/${path.join('/')}${end}`)
      .filter((text) => URL.canParse(text))
      .map((text) => new URL(text).href);
    fc.assert(fc.property(address, (url) => keyOf(url) === canonicalUrl(url)));
  });

  test('counting from nought, the first page of a list is the list', () => {
    for (const url of [
      'https://x.org/list?page=0',
      'https://x.org/list?offset=0&',
      'https://x.org/list?start=0',
    ])
      expect(keyOf(url)).toBe('https://x.org/list');
    expect(keyOf('https://x.org/list?page=0&state=OH')).toBe('https://x.org/list?state=OH');
    expect(keyOf('https://x.org/list?page=1')).not.toBe('https://x.org/list');
    expect(keyOf('https://x.org/list?homepage=0')).not.toBe('https://x.org/list');
  });

  test('with and without the last slash are one page until one of them fails', () => {
    const frontier = new Frontier();
    frontier.add(entry('https://x.org/list', 10));
    expect(frontier.add(entry('https://x.org/list/', 10))).toBe(false);
    const first = frontier.next()!;
    expect(frontier.next()).toBeNull();
    expect(frontier.failed(first)).toBe(true);
    expect(frontier.next()?.url).toBe('https://x.org/list/');
    expect(frontier.failed(first)).toBe(false);
  });

  test('another form that differs by more than the slash gets no turn of its own', () => {
    const frontier = new Frontier();
    frontier.add(entry('https://x.org/list', 10));
    frontier.add(entry('https://x.org/list?utm_source=mail', 10));
    expect(frontier.failed(frontier.next()!)).toBe(false);
  });
});

test('a hundred thousand pages go through it in order and in a moment', () => {
  const frontier = new Frontier();
  const began = performance.now();
  for (let i = 0; i < 100_000; i += 1) frontier.add(entry(`https://x.org/m/${i}`, 10 + (i % 7) * 10));
  let last = 0;
  let n = 0;
  for (let e = frontier.next(); e; e = frontier.next()) {
    if (e.priority < last) throw new Error(`${e.url} came too late`);
    last = e.priority;
    n += 1;
  }
  expect(n).toBe(100_000);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test.each([
  ['https://x.org/members/acme-tool', 'https://x.org/members/zenith', true],
  ['https://x.org/members/acme.html', 'https://x.org/members/zenith.html', true],
  ['https://x.org/m/12/p', 'https://x.org/m/13/q', true],
  ['https://x.org/p.asp?id=1', 'https://x.org/p.asp?id=2', true],
  ['https://x.org/p.asp?id=1', 'https://x.org/q.asp?id=1', false],
  ['https://x.org/p.asp?id=1', 'https://x.org/p.asp?page=1', false],
  ['https://x.org/members/a', 'https://x.org/events/a', false],
  ['https://x.org/members/', 'https://x.org/members/a', false],
  ['https://x.org/members/acme-tool/', 'https://x.org/members/zenith/', true],
  ['https://x.org/members/acme/', 'https://x.org/events/acme/', false],
])('%s and %s have one shape: %s', (a, b, same) => {
  expect(shapeOf(a) === shapeOf(b)).toBe(same);
});
