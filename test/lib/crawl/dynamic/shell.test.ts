/** Shells and partial lists told from ordinary pages, by the page alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markupOf } from '../../../../lib/crawl/dynamic/markup.js';
import { judgeShell } from '../../../../lib/crawl/dynamic/shell.js';
import {
  ajaxSite,
  closedSite,
  cursorSite,
  hiddenSite,
  htmxSite,
  nextSite,
  notAShell,
  postSite,
  type Site,
} from './sites.js';

const directoryOf = (site: Site) => {
  const path = Object.keys(site).find((p) => p.endsWith('/members/'))!;
  const asked = { method: 'GET', host: '', path, headers: {}, body: '', query: new URLSearchParams() };
  return String(site[path]!(asked).body);
};
const nav = `<header><nav>${Array.from({ length: 60 }, (_, i) => `<a href="/p${i}">Page ${i}</a>`).join('')}</nav></header>`;
const html = (main: string, tail = '<script src="/app.js"></script>') =>
  `<html><body>${nav}<main>${main}</main>${tail}</body></html>`;
const rows = (n: number) =>
  Array.from({ length: n }, (_, i) => `<li><a href="/m/${i}">Member ${i}</a> Akron, OH</li>`).join('');
const story = '<p>Words of a story that goes on and says a good deal about the trade. </p>'.repeat(30);

describe('a page', () => {
  test.each<[string, string, 'shell' | 'partial' | 'static']>([
    ['an empty root', html('<div id="app"></div>'), 'shell'],
    ['a component without content', html('<member-directory src="/x"></member-directory>'), 'shell'],
    [
      'AngularJS with an empty repeat',
      html('<div ng-app="dir"><ul><li ng-repeat="m in members"></li></ul></div>'),
      'shell',
    ],
    ['a spinner below a heading', html('<h1>Members</h1><div class="spinner"></div>'), 'shell'],
    [
      'words of waiting',
      html('<h1>Members</h1><div class="results">Loading members, please wait…</div>'),
      'shell',
    ],
    [
      'a list that loads itself',
      html('<div hx-get="/rows" hx-trigger="load"></div>', '<script src="/htmx.js"></script>'),
      'shell',
    ],
    ['a source of data on an empty place', html('<div data-feed-url="/members/feed"></div>'), 'shell'],
    [
      'an empty list under an introduction',
      html(
        `<h1>Members</h1>${'<p>Our members make things of metal for others who make things.</p>'.repeat(25)}<ul class="member-list"></ul>`,
      ),
      'shell',
    ],
    [
      'a button for more under a list',
      html(`<ul class="list">${rows(20)}</ul><button>Load more members</button>`),
      'partial',
    ],
    [
      'a count that is not reached',
      html(`<p>Showing 24 of 350 results</p><ul class="list">${rows(24)}</ul><div class="spinner"></div>`),
      'partial',
    ],
    [
      'a next part named in an attribute',
      html(`<ul data-next-page="/members?offset=20">${rows(20)}</ul>`),
      'partial',
    ],
    ['an article about loading docks', html(`<h1>Loading docks</h1>${story}`), 'static'],
    [
      'a root with its page in it',
      html(`<div id="app">${story}<ul>${rows(30)}</ul></div><noscript>Please enable JavaScript</noscript>`),
      'static',
    ],
    [
      'a pager that can be followed',
      html(
        `<p>Showing 1-25 of 350</p><ul class="list">${rows(25)}</ul><a rel="next" href="?page=2">Next</a><button>Show more</button>`,
      ),
      'static',
    ],
    [
      'a list that is all there',
      html(`<p>Showing 24 of 24</p><ul class="list">${rows(24)}</ul><button>Load more</button>`),
      'static',
    ],
    ['a short page without scripts', html('<h1>Contact</h1><div class="list"></div>', ''), 'static'],
    [
      'a short page of another kind',
      html('<h1>About us</h1><p>We are an association. Write to us.</p>'),
      'static',
    ],
  ])('%s', (_, page, kind) => {
    expect(judgeShell(page)).toMatchObject({ kind });
  });

  test.each<[string, Site, 'shell' | 'partial' | 'static']>([
    ['cursor', cursorSite(), 'shell'],
    ['post', postSite(), 'shell'],
    ['htmx', htmxSite(), 'partial'],
    ['ajax', ajaxSite(), 'shell'],
    ['hidden', hiddenSite(), 'shell'],
    ['closed', closedSite(), 'shell'],
    ['next', nextSite(), 'static'],
    ['static', notAShell(), 'static'],
  ])('of the site “%s”', (_, site, kind) => {
    expect(judgeShell(directoryOf(site))).toMatchObject({ kind });
  });

  test('a verdict has its reasons', () => {
    const { signs, shown } = judgeShell(
      html(`<p>Showing 24 of 350 results</p><ul class="list">${rows(24)}</ul><button>Show more</button>`),
    );
    expect(signs).toEqual(['a button “Show more”', 'it shows 24 of 350']);
    expect(shown).toEqual({ now: 24, of: 350 });
  });

  test('whatever comes is judged without failing, and counts add up', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<div id=app>',
            '</div>',
            '<script>',
            '</script>',
            'x ',
            '<ul class=list>',
            '<noscript>',
            '</noscript>',
            '<a href=/x>',
            '<button>',
            '</nav>',
            '<nav>',
            '"',
            '<',
          ),
          { maxLength: 60 },
        ),
        (parts) => {
          const page = parts.join('');
          judgeShell(`loading ${page}`);
          for (const m of markupOf(page).marked) {
            expect(m.text).toBeGreaterThanOrEqual(0);
            expect(m.elements).toBeGreaterThanOrEqual(m.links);
          }
        },
      ),
    );
  });
});
