import { describe, expect, test } from 'vitest';
import { skimPage } from '../../../lib/page/skim.js';

const skim = (html: string) => skimPage('https://a.example/list', html);

const HEAD_AND_LINKS =
  '<html lang="en"><head><title>T &amp; U</title><base href="/dir/"><link rel="next" href="?page=2"><link rel="canonical" href="/c"><meta name="robots" content="noindex, nofollow"></head><body><nav><a href="/about">About</a></nav><div class="alphabet"><a href="?l=A">A</a></div><main><a href="acme#top" rel="nofollow">Acme</a><a href="acme">again</a><a href="mailto:x@y.com">m</a><iframe src="https://frame.example/x"></iframe></main><ul class="pagination"><li><a href="?page=3">3</a></li></ul><footer><a href="/legal">Legal</a></footer></body></html>';

test('each link stands once, with its context', () => {
  const { links } = skimPage('https://a.example/', HEAD_AND_LINKS);
  expect(links.map((l) => [l.url, l.text, l.context, l.nofollow])).toEqual([
    ['https://a.example/dir/?page=2', '', 'pager', false],
    ['https://a.example/about', 'About', 'nav', false],
    ['https://a.example/dir/?l=A', 'A', 'letters', false],
    ['https://a.example/dir/acme', 'Acme', 'main', true],
    ['https://frame.example/x', '', 'main', false],
    ['https://a.example/dir/?page=3', '3', 'pager', false],
    ['https://a.example/legal', 'Legal', 'footer', false],
  ]);
});

test('the head is read', () => {
  expect(skimPage('https://a.example/', HEAD_AND_LINKS)).toMatchObject({
    title: 'T & U',
    canonical: 'https://a.example/c',
    metaRobots: [{ name: 'robots', content: 'noindex, nofollow' }],
    language: 'en',
  });
});

describe('what a page says', () => {
  const list = (names: string[], more = '') =>
    `<nav><a href="/x${names.length}">Menu ${names.length}</a></nav><main><h1>Members</h1>${names.map((n) => `<div class="card"><h3>${n}</h3><p>Akron, OH</p></div>`).join('')}</main>${more}`;

  test('is equal where only the frame, the pager and the numbers differ', () => {
    const a = skim(list(['Acme', 'Birch'], '<ul class="pager"><li>1</li></ul><footer>page 1</footer>'));
    const b = skim(
      list(['Acme', 'Birch'], '<ul class="pager"><li>2</li><li>3</li></ul><footer>page 22</footer>'),
    );
    expect(a.fingerprint).toBe(b.fingerprint);
    expect(skim(list(['Acme', 'Cutter'])).fingerprint).not.toBe(a.fingerprint);
  });

  test('of logos alone is told by where they lead', () => {
    const logos = (of: string) => skim(`<main><a href="/m/${of}"><img src="x.png"></a></main>`).fingerprint;
    expect(logos('acme')).not.toBe(logos('birch'));
  });

  test('counts its records once each', () => {
    const { records } = skim(list(['Acme', 'Birch', 'Cutter', 'Dunmore']));
    expect(new Set(records).size).toBe(4);
  });

  test.each([
    ['Showing 1–25 of 1,014 members', 1014],
    ['26 - 50 of 350', 350],
    ['136 record(s) found', 136],
    ['We found 12 of the 30 best tools', null],
    ['Call 330-762-4101', null],
  ])('and the total that it states: %s', (text, total) => {
    expect(skim(`<main><p>${text}</p></main>`).statedTotal).toBe(total);
  });
});

test('pagers that no address leads through are named', () => {
  const { closedPagers } = skim(
    `<main><table><tr><td><a href="javascript:__doPostBack('ctl00$grid','Page$2')">2</a></td></tr></table>
     <form action="/find" method="get"><select name="state"><option>OH<option>PA<option>NY</select></form>
     <form method="post"><select name="x"><option>1<option>2<option>3</select></form></main>`,
  );
  expect(closedPagers).toEqual([
    { kind: 'postback', url: 'https://a.example/list', text: '2' },
    { kind: 'form', url: 'https://a.example/find', text: 'state' },
  ]);
});

test('feeds are named, and a page of nothing but tags is read in time', () => {
  const feed =
    '<head><link rel="alternate" type="application/rss+xml" title="Events" href="/events/feed"></head>';
  expect(skim(feed).feeds).toEqual([{ url: 'https://a.example/events/feed', title: 'Events' }]);
  expect(skim('<div>'.repeat(100_000)).links).toEqual([]);
});
