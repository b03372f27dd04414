/** Which hosts a crawl may enter: the association's own, and those that keep its directory for it. */
import { describe, expect, test } from 'vitest';
import { Scope, type ScopeLink } from '../../../lib/crawl/scope.js';

const HOME = 'https://www.pma.org/';
const open = () =>
  new Scope([HOME, 'https://www.metalsource.com/list'], {
    code: 'PMA',
    name: 'Precision Metalforming Association',
  });
const link = (url: string, text = 'Member Directory', more: Partial<ScopeLink> = {}): ScopeLink => ({
  url,
  text,
  context: 'nav',
  ...more,
});

test('the sites of all seeds are in scope, with all their hosts', () => {
  const scope = open();
  for (const url of [HOME, 'https://members.pma.org/x', 'https://metalsource.com/'])
    expect(scope.holds(new URL(url))).toBe(true);
  for (const url of ['https://acme.com/', 'https://pma.org.evil.com/', 'https://pma.chambermaster.com/'])
    expect(scope.holds(new URL(url))).toBe(false);
});

describe('another host is taken in', () => {
  test.each<[string, ScopeLink]>([
    ['a tenant of a platform', link('https://pma.chambermaster.com/list')],
    ['one named after it', link('https://www.pmadirectory.com/')],
    ['events of its own', link('https://pma.growthzoneapp.com/events', 'Events Calendar')],
    [
      'a page it embeds',
      link('https://web.vendor.com/tenant9/memberdirectory/', '', { rel: 'iframe', context: 'main' }),
    ],
    ['its folder on a shared host', link('https://www.associationdatabase.com/aws/PMA/directory')],
  ])('%s', (_name, found) => {
    const scope = open();
    expect(scope.invite(HOME, found)).toBe(true);
    expect(scope.holds(new URL(found.url))).toBe(true);
  });

  test('with its folder only, where others live there too', () => {
    const scope = open();
    scope.invite(HOME, link('https://www.associationdatabase.com/aws/PMA/directory'));
    expect(scope.holds(new URL('https://www.associationdatabase.com/aws/PMA/list?page=2'))).toBe(true);
    expect(scope.holds(new URL('https://www.associationdatabase.com/aws/OTHER/list'))).toBe(false);
  });
});

test.each<[string, string, ScopeLink]>([
  ['a member’s own site', HOME, link('https://www.acmetool.com/', 'Acme Tool', { context: 'main' })],
  [
    'a member that calls itself a directory',
    HOME,
    link('https://www.acmetool.com/', 'Our Directory', { context: 'main' }),
  ],
  ['another tenant', HOME, link('https://other.chambermaster.com/list')],
  ['the footer', HOME, link('https://pma.chambermaster.com/list', 'Member Directory', { context: 'footer' })],
  ['words that promise nothing', HOME, link('https://pma.chambermaster.com/x', 'Our partner')],
  ['a video', HOME, link('https://www.youtube.com/embed/pma', 'Member directory', { rel: 'iframe' })],
  ['a page that is not the association’s', 'https://acme.com/', link('https://pma.chambermaster.com/list')],
])('never: %s', (_name, from, found) => {
  const scope = open();
  expect(scope.invite(from, found)).toBe(false);
  expect(scope.holds(new URL(found.url))).toBe(false);
});

test('no more than a handful of hosts, whatever the pages say', () => {
  const scope = open();
  const taken = Array.from({ length: 30 }, (_, i) =>
    scope.invite(HOME, link(`https://pma${i}.chambermaster.com/`)),
  );
  expect(taken.filter(Boolean)).toHaveLength(5);
});
