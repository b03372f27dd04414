/** Events and who takes part in them, against the truth. */
import type { AnyRow } from '../../lib/lake/duck.js';
import { boothKey, nameKey, sameValue } from './compare.js';
import { urlKey } from './lake-side.js';
import type { Truth } from './members.js';
import { type Misses, type Score, score } from './score.js';

type TrueEvent = Truth['events'][number];
type TrueParticipant = Truth['participants'][number];

export interface EventScore extends Score {
  /** Of the events found: how many have both days right, the venue, the city. */
  dates_right: number;
  venue_right: number;
  city_right: number;
}

/** Events of one association; also which event of the lake is which. */
export function scoreEvents(
  code: string,
  rows: readonly AnyRow[],
  truths: readonly TrueEvent[],
  misses: Misses,
): { score: EventScore; eventOf: Map<string, TrueEvent> } {
  const eventOf = new Map<string, TrueEvent>();
  const taken = new Set<TrueEvent>();
  const tests: ((row: AnyRow, t: TrueEvent) => boolean)[] = [
    (row, t) => sameUrl(row, t) && sameTitle(row, t),
    (row, t) => sameTitle(row, t) && row.start_date === t.start_date,
    sameTitle,
    sameUrl,
  ];
  for (const test of tests) {
    for (const row of rows) {
      if (eventOf.has(String(row.event_id))) continue;
      const truth = truths.find((t) => !taken.has(t) && test(row, t));
      if (!truth) continue;
      eventOf.set(String(row.event_id), truth);
      taken.add(truth);
    }
  }
  let [dates, venues, cities] = [0, 0, 0];
  for (const row of rows) {
    const truth = eventOf.get(String(row.event_id));
    const subject = String(row.name);
    const where = row.url === null ? null : String(row.url);
    if (!truth) {
      misses.add({
        association: code,
        measure: 'events',
        kind: 'extra',
        subject,
        expected: null,
        got: subject,
        where,
      });
      continue;
    }
    const check = (measure: string, right: boolean, expected: string, got: string) => {
      if (!right)
        misses.add({ association: code, measure, kind: 'wrong', subject: truth.title, expected, got, where });
      return right ? 1 : 0;
    };
    const days = [row.start_date, row.end_date ?? row.start_date];
    dates += check(
      'events.dates',
      days[0] === truth.start_date && days[1] === truth.end_date,
      `${truth.start_date} – ${truth.end_date}`,
      days.join(' – '),
    );
    venues += check(
      'events.venue',
      nameKey(String(row.venue ?? '')) === nameKey(truth.venue),
      truth.venue,
      String(row.venue),
    );
    cities += check(
      'events.city',
      sameValue('city', truth.city, String(row.city ?? '')),
      truth.city,
      String(row.city),
    );
  }
  for (const truth of truths) {
    if (!taken.has(truth))
      misses.add({
        association: code,
        measure: 'events',
        kind: 'missing',
        subject: truth.title,
        expected: truth.title,
        got: null,
        where: truth.url,
      });
  }
  const found = score(truths.length, rows.length, eventOf.size);
  return { score: { ...found, dates_right: dates, venue_right: venues, city_right: cities }, eventOf };
}

const sameUrl = (row: AnyRow, t: TrueEvent) => row.url !== null && urlKey(String(row.url)) === urlKey(t.url);
const sameTitle = (row: AnyRow, t: TrueEvent) => nameKey(String(row.name)) === nameKey(t.title);

export interface ParticipantScore extends Score {
  /** Of the participants found. */
  event_right: number;
  role_right: number;
  /** Of those that have a booth or a sponsor level in truth, or were given one. */
  booth: { expected: number; right: number };
  level: { expected: number; right: number };
  /** The right company, or rightly none. */
  link: Score;
}

/** Participants of one association: found is the right name; event, role, booth, level and company come after. */
export function scoreParticipants(
  code: string,
  rows: readonly AnyRow[],
  truths: readonly TrueParticipant[],
  eventOf: ReadonlyMap<string, TrueEvent>,
  trueCompany: ReadonlyMap<string, string>,
  misses: Misses,
): ParticipantScore {
  const eventId = (row: AnyRow) =>
    row.event_id === null ? null : (eventOf.get(String(row.event_id))?.event_id ?? null);
  const sameName = (row: AnyRow, t: TrueParticipant) =>
    nameKey(String(row.name)) === nameKey(t.role === 'speaker' ? (t.person_name ?? '') : t.name);
  const pairs = pairUp(rows, truths, [
    (row, t) => sameName(row, t) && eventId(row) === t.event_id && row.role === t.role,
    (row, t) => sameName(row, t) && eventId(row) === t.event_id,
    (row, t) => sameName(row, t) && row.role === t.role,
    sameName,
  ]);
  const n = { event: 0, role: 0, booths: 0, booth: 0, levels: 0, level: 0, linked: 0, known: 0, link: 0 };
  for (const row of rows) {
    const truth = pairs.get(row);
    const subject = `${row.role} ${row.name}`;
    const where = row.page_url === null ? null : String(row.page_url);
    if (!truth) {
      misses.add({
        association: code,
        measure: 'participants',
        kind: 'extra',
        subject,
        expected: null,
        got: subject,
        where,
      });
      continue;
    }
    const check = (measure: string, right: boolean, expected: unknown, got: unknown) => {
      if (!right)
        misses.add({
          association: code,
          measure: `participants.${measure}`,
          kind: 'wrong',
          subject,
          expected: shown(expected),
          got: shown(got),
          where,
        });
      return right ? 1 : 0;
    };
    n.event += check('event', eventId(row) === truth.event_id, truth.event_id, row.event_id);
    n.role += check('role', row.role === truth.role, truth.role, row.role);
    if (truth.booth !== null || row.booth !== null) {
      n.booths += 1;
      n.booth += check(
        'booth',
        boothKey(shown(truth.booth) ?? '') === boothKey(shown(row.booth) ?? ''),
        truth.booth,
        row.booth,
      );
    }
    if (truth.level !== null || row.level !== null) {
      n.levels += 1;
      n.level += check(
        'level',
        nameKey(shown(truth.level) ?? '') === nameKey(shown(row.level) ?? '').replace(/sponsors?$/, ''),
        truth.level,
        row.level,
      );
    }
    const company =
      row.company_id === null
        ? null
        : (trueCompany.get(String(row.company_id)) ?? `unknown ${row.company_id}`);
    if (truth.company_id !== null) n.known += 1;
    if (company !== null) n.linked += 1;
    if (
      check('company', company === truth.company_id, `${truth.company_id} (${truth.name})`, company) &&
      company !== null
    )
      n.link += 1;
  }
  const found = new Set(pairs.values());
  for (const truth of truths) {
    if (found.has(truth)) continue;
    const subject = `${truth.role} ${truth.person_name ?? truth.name}`;
    misses.add({
      association: code,
      measure: 'participants',
      kind: 'missing',
      subject,
      expected: subject,
      got: null,
      where: truth.page_url,
    });
  }
  return {
    ...score(truths.length, rows.length, pairs.size),
    event_right: n.event,
    role_right: n.role,
    booth: { expected: n.booths, right: n.booth },
    level: { expected: n.levels, right: n.level },
    link: score(n.known, n.linked, n.link),
  };
}

const shown = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

/** Pairs each row with one truth, by the strictest test first. */
function pairUp<A, B>(
  rows: readonly A[],
  truths: readonly B[],
  tests: readonly ((a: A, b: B) => boolean)[],
): Map<A, B> {
  const pairs = new Map<A, B>();
  const free = new Set(truths);
  for (const test of tests) {
    for (const row of rows) {
      if (pairs.has(row)) continue;
      for (const truth of free) {
        if (!test(row, truth)) continue;
        pairs.set(row, truth);
        free.delete(truth);
        break;
      }
    }
  }
  return pairs;
}
