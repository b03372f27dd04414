/** The truth report as text: one column an association, figures as shares that never round up to whole. */
import { sanitise } from '../../lib/ui/sanitise.js';
import type { Styles } from '../../lib/ui/styles.js';
import { tableLines } from '../../lib/ui/table.js';
import { FIELDS } from './compare.js';
import type { AssociationTruth, TruthReport } from './report.js';
import type { Miss, Score } from './score.js';

/** Associations beside each other; more would not fit a terminal. */
const ABREAST = 4;

/** Lines of the report. */
export function reportLines(report: TruthReport, styles: Styles): string[] {
  const codes = Object.keys(report.associations);
  const lines = [
    styles.bold(`Sandbox world ${report.seed}, size ${report.size}, against ${report.lake}`),
    ...report.notes.map((note) => styles.red(note)),
    '',
  ];
  for (let at = 0; at < codes.length; at += ABREAST) {
    lines.push(...associationLines(report.associations, codes.slice(at, at + ABREAST), styles), '');
  }
  lines.push(...overallLines(report, styles));
  if (report.misses.length > 0) lines.push('', ...missLines(report.misses, styles));
  return lines;
}

function associationLines(
  associations: Record<string, AssociationTruth>,
  codes: readonly string[],
  styles: Styles,
): string[] {
  const row = (name: string, cell: (a: AssociationTruth) => string) => [
    name,
    ...codes.map((code) => cell(associations[code]!)),
  ];
  const right = (part: number, whole: number) => (whole === 0 ? '-' : `${part} of ${whole}`);
  const rows = [
    row('pages found', (a) => `${a.pages.correct} of ${a.pages.expected}`),
    row('members found', (a) => found(a.members)),
    row('members', (a) => pair(a.members)),
    ...FIELDS.map((field) => row(`  ${field}`, (a) => pair(a.fields[field]))),
    row('events found', (a) => found(a.events)),
    row('  dates right', (a) => right(a.events.dates_right, a.events.correct)),
    row('  venue right', (a) => right(a.events.venue_right, a.events.correct)),
    row('  city right', (a) => right(a.events.city_right, a.events.correct)),
    row('participants found', (a) => found(a.participants)),
    row('participants', (a) => pair(a.participants)),
    row('  event right', (a) => right(a.participants.event_right, a.participants.correct)),
    row('  role right', (a) => right(a.participants.role_right, a.participants.correct)),
    row('  booth right', (a) => right(a.participants.booth.right, a.participants.booth.expected)),
    row('  level right', (a) => right(a.participants.level.right, a.participants.level.expected)),
    row('  linked to company', (a) => pair(a.participants.link)),
  ];
  const columns = [
    { name: 'precision / recall', align: 'left' as const },
    ...codes.map((name) => ({ name, align: 'right' as const })),
  ];
  return tableLines(columns, rows, { width: null, styles });
}

function overallLines({ resolution, erp }: TruthReport, styles: Styles): string[] {
  const columns = [
    { name: 'all associations', align: 'left' as const },
    ...['precision', 'recall', 'F1', 'right', 'said', 'true'].map((name) => ({
      name,
      align: 'right' as const,
    })),
  ];
  const row = (name: string, s: Score) => [
    name,
    percent(s.precision),
    percent(s.recall),
    percent(s.f1),
    ...[s.correct, s.predicted, s.expected].map((n) => n.toLocaleString('en-US')),
  ];
  return [
    ...tableLines(
      columns,
      [
        row('resolution, pairs of members', resolution.all),
        row('resolution, across associations', resolution.cross_association),
        row('ERP visible from outside', erp),
      ],
      { width: null, styles },
    ),
    '',
    `ERP named where none can be seen: ${erp.hidden_named} of ${erp.hidden} (${erp.hidden_right} of them right); where there is none: ${erp.without_named} of ${erp.without}. Of all ERP named, ${percent(erp.precision_of_all)} is right.`,
  ];
}

/** Examples of what is missing or wrong, two lines each. */
export function missLines(misses: readonly Miss[], styles: Styles): string[] {
  return misses.flatMap((m) => [
    `${styles.bold(`${m.association} ${m.measure} ${m.kind}`)}: ${sanitise(m.subject)}`,
    `    truth ${shown(m.expected)}   lake ${shown(m.got)}${m.where ? styles.dim(`   ${sanitise(m.where)}`) : ''}`,
  ]);
}

const shown = (value: string | null) => (value === null ? '-' : JSON.stringify(sanitise(value)));

const found = (s: Score) =>
  `${s.correct} of ${s.expected}${s.predicted > s.correct ? `, +${s.predicted - s.correct}` : ''}`;

const pair = (s: Score) =>
  s.expected === 0 && s.predicted === 0 ? '-' : `${percent(s.precision)} / ${percent(s.recall)}`;

/** Rounded down: 100 % means all of them. */
const percent = (value: number | null) =>
  value === null ? '-' : `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)} %`;
