/** Records as rows: ids that stay the same from run to run, and nobody without a name. */
import { describe, expect, test } from 'vitest';
import type { CompanyRecord, EventRecord, ParticipantRecord } from '../../../lib/page/types.js';
import { isBlankName, normalName } from '../../../lib/records/names.js';
import { eventsOfLists, type LinkableEvent } from '../../../lib/records/participants.js';
import { companyRow, eventRow, participantRow, stableId } from '../../../lib/records/rows.js';

const origin = {
  association: 'PMA',
  page_url: 'https://www.pma.org/list',
  page_type: 'member_directory',
  fetched_at: '2026-01-01T00:00:00.000Z',
  title: null,
};
const company = (name: string | null, more: Partial<CompanyRecord> = {}) =>
  ({ name, website: null, profile_url: null, city: null, postal_code: null, ...more }) as CompanyRecord;
const idOf = (record: CompanyRecord, at = origin, position = 0) =>
  companyRow(record, position, at)[0]?.record_id;

describe('companies', () => {
  test('keep their id when they move on the page or change a detail', () => {
    const acme = company('Acme Tool & Die', { city: 'Akron' });
    expect(idOf(acme, origin, 7)).toBe(idOf(acme, origin, 0));
    expect(idOf({ ...acme, name: 'ACME  TOOL AND DIE', phone: '1' } as CompanyRecord)).toBe(idOf(acme));
  });

  test('are told apart by place, by page and by association', () => {
    const acme = company('Acme', { city: 'Akron' });
    const ids = [
      idOf(acme),
      idOf({ ...acme, city: 'Dayton' }),
      idOf({ ...acme, postal_code: '44301' }),
      idOf(acme, { ...origin, page_url: 'https://www.pma.org/other' }),
      idOf(acme, { ...origin, association: 'NEMA' }),
      idOf({ ...acme, profile_url: 'https://www.pma.org/acme' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('with a page of their own are known by it, whatever their name becomes', () => {
    const profile_url = 'https://www.pma.org/acme';
    expect(idOf(company('Acme', { profile_url }))).toBe(idOf(company('Acme Industries', { profile_url })));
  });

  test.each([null, '', '  ', '—', '***', '!?'])('named %j are nobody', (name) => {
    expect(companyRow(company(name), 0, origin)).toEqual([]);
  });

  test('have the registrable domain of their website, and none for a website that is no URL', () => {
    const domain = (website: string) => companyRow(company('Acme', { website }), 0, origin)[0]!.domain;
    expect(domain('https://www.acme.co.uk/about')).toBe('acme.co.uk');
    expect(domain('see our site')).toBeNull();
  });

  test('on a profile page are that page’s', () => {
    const profile = { ...origin, page_type: 'member_profile' };
    expect(companyRow(company('Acme'), 0, profile)[0]!.profile_url).toBe(origin.page_url);
    expect(companyRow(company('Acme'), 0, origin)[0]!.profile_url).toBeNull();
  });
});

describe('events and participants', () => {
  test('without a name are left out', () => {
    expect(eventRow({ name: ' ' } as EventRecord, origin)).toEqual([]);
    expect(participantRow({ name: '' } as ParticipantRecord, 0, origin)).toEqual([]);
  });

  test('of a year each are events of their own', () => {
    const id = (start_date: string) =>
      eventRow({ name: 'Expo', start_date } as EventRecord, origin)[0]!.record_id;
    expect(id('2026-05-01')).not.toBe(id('2027-05-01'));
    expect(id('2026-05-01')).toBe(id('2026-05-01'));
  });

  const event = (name: string, page_url: string, url: string | null = null) =>
    ({ name, page_url, url }) satisfies LinkableEvent;
  const link = (events: LinkableEvent[], options: { title?: string; from?: string[] } = {}) => {
    const url = 'https://x.org/list';
    const linked = eventsOfLists(
      [{ url, title: options.title ?? null }],
      events,
      new Map([[url, options.from ?? []]]),
    );
    const found = linked.get(url);
    return found ? [found.url ?? found.page_url, found.name] : [null, null];
  };

  test.each<[string, Parameters<typeof link>, (string | null)[]]>([
    [
      'the page is the event’s own',
      [[event('Expo 2026', 'https://x.org/list', 'https://x.org/e')]],
      ['https://x.org/e', 'Expo 2026'],
    ],
    [
      'its title names the event',
      [[event('Expo 2026', 'https://x.org/e')], { title: 'Exhibitors – EXPO 2026!' }],
      ['https://x.org/e', 'Expo 2026'],
    ],
    [
      'its title names two: the longer',
      [
        [event('Forge Expo', 'https://x.org/a'), event('Forge Expo 2026', 'https://x.org/b')],
        { title: 'Forge Expo 2026 exhibitors' },
      ],
      ['https://x.org/b', 'Forge Expo 2026'],
    ],
    [
      'the event’s page links to it',
      [[event('Expo 2026', 'https://x.org/e')], { from: ['https://x.org/e'] }],
      ['https://x.org/e', 'Expo 2026'],
    ],
    [
      'two events link to it',
      [
        [event('Expo 2026', 'https://x.org/e'), event('Summit 2026', 'https://x.org/s')],
        { from: ['https://x.org/e', 'https://x.org/s'] },
      ],
      [null, null],
    ],
    ['nothing speaks for any', [[event('Expo 2026', 'https://x.org/e')]], [null, null]],
    [
      'a name too short to mean anything',
      [[event('Expo', 'https://x.org/e')], { title: 'Exposition of goods' }],
      [null, null],
    ],
  ])('belong to an event when %s', (_name, args, expected) => {
    expect(link(...args)).toEqual(expected);
  });
});

test.each([
  ['Acme Tool & Die, Inc.', 'acme tool and die inc'],
  ['  MÜLLER   Söhne ', 'muller sohne'],
  ['A.B.C.', 'a b c'],
  ['—', ''],
])('%j as a key is %j', (name, key) => {
  expect(normalName(name)).toBe(key);
});

test('a name in any script is a name', () => {
  for (const name of ['金属', 'Завод', '3M', 'é']) expect(isBlankName(name)).toBe(false);
  for (const name of ['', ' ', '-', '…', '®']) expect(isBlankName(name)).toBe(true);
});

test('a stable id tells parts apart that only look the same together', () => {
  expect(stableId('r', 'a', 'bc')).not.toBe(stableId('r', 'ab', 'c'));
  expect(stableId('r', null, 'a')).toBe(stableId('r', undefined, 'a'));
  expect(stableId('r', 'a')).toMatch(/^r_[0-9a-f]{20}$/);
});
