/** What the truth needs to know of the first three sites. */
import type { FirstCode } from '../associations.js';
import type { World } from '../world.js';
import { AGMA_SMALL_PAGES, agmaSite, memberPath } from './agma.js';
import { PATHS } from './events.js';
import type { Access, Facts, PageKind } from './facts.js';
import { NEMA_DIRECTORY, NEMA_SMALL_PAGES, nemaSite } from './nema.js';
import { OFFICES } from './office.js';
import { listPath, PMA_PAGE_SIZE, PMA_SMALL_PAGES, pmaSite, profilePath } from './pma.js';

const base = (code: FirstCode): string => `https://${OFFICES[code].host}`;

const open = (code: FirstCode, terms: string): Access => ({
  allowed: true,
  why: 'public',
  pages_allowed: true,
  rendered_by_script: false,
  json_endpoints: [],
  login_url: null,
  terms_url: base(code) + terms,
});

export const pma: Facts = {
  access: open('PMA', '/about/terms.asp'),
  sites: (world) => [[OFFICES.PMA.host, pmaSite(world)]],
  pages: (world) =>
    withBase('PMA', [
      ...small(PMA_SMALL_PAGES),
      ...Array.from(
        { length: Math.ceil(world.listings.PMA.length / PMA_PAGE_SIZE) },
        (_, i): [string, PageKind] => [listPath(i + 1), 'directory'],
      ),
      ...world.listings.PMA.map((m): [string, PageKind] => [profilePath(m), 'profile']),
      ...events(world, 'PMA'),
    ]),
  places: (world) =>
    world.listings.PMA.map((m, index) => ({
      page_url: base('PMA') + listPath(Math.floor(index / PMA_PAGE_SIZE) + 1),
      profile_url: base('PMA') + profilePath(m),
      data_url: null,
      also_on: [],
    })),
};

export const nema: Facts = {
  access: open('NEMA', '/terms-of-use/'),
  sites: (world) => [[OFFICES.NEMA.host, nemaSite(world)]],
  pages: (world) =>
    withBase('NEMA', [...small(NEMA_SMALL_PAGES), [NEMA_DIRECTORY, 'directory'], ...events(world, 'NEMA')]),
  places: (world) =>
    world.listings.NEMA.map(() => ({
      page_url: base('NEMA') + NEMA_DIRECTORY,
      profile_url: null,
      data_url: null,
      also_on: [],
    })),
};

export const agma: Facts = {
  access: open('AGMA', '/terms/'),
  sites: (world) => [[OFFICES.AGMA.host, agmaSite(world)]],
  pages: (world) =>
    withBase('AGMA', [
      ...small(AGMA_SMALL_PAGES),
      ...world.listings.AGMA.map((m): [string, PageKind] => [memberPath(m), 'profile']),
      ...events(world, 'AGMA'),
    ]),
  places: (world) =>
    world.listings.AGMA.map((m) => ({
      page_url: base('AGMA') + memberPath(m),
      profile_url: base('AGMA') + memberPath(m),
      data_url: null,
      also_on: [],
    })),
};

const withBase = (code: FirstCode, rows: [string, PageKind][]): [string, PageKind][] =>
  rows.map(([path, kind]) => [base(code) + path, kind]);

const small = (paths: readonly string[]): [string, PageKind][] =>
  paths.map((path) => [path, path === '/' ? 'home' : path === '/events/' ? 'event_list' : 'other']);

function events(world: World, code: FirstCode): [string, PageKind][] {
  const own = world.events.filter((e) => e.code === code);
  return [
    ...own.map((e): [string, PageKind] => [PATHS[code].event(e), 'event']),
    ...own
      .filter((e) => e.exhibitorPage)
      .map((e): [string, PageKind] => [PATHS[code].exhibitors(e), 'exhibitors']),
  ];
}
