/** What was read from a page, as a picture for a person. */

import type { Reading } from '../page/types.js';
import { sanitise } from '../ui/sanitise.js';
import type { Styles } from '../ui/styles.js';

const RECORD_FIELDS = [
  'website',
  'phone',
  'fax',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'profile_url',
  'start_date',
  'end_date',
  'venue',
  'url',
  'role',
  'level',
  'booth',
  'company',
  'title',
  'category',
] as const;
/** Longer values are cut: the whole is in --json. */
const WIDEST = 90;

export function pagePicture(reading: Reading & { url: string }, styles: Styles): string {
  const lines = [
    `${styles.bold(reading.page_type)}  ${percent(reading.confidence)}  ${shown(reading.title ?? '(no title)')}`,
    styles.dim(shown(reading.url)),
    '',
    styles.bold('Signals'),
    ...reading.signals.map(
      (s) =>
        `  ${s.weight >= 0 ? '+' : '−'}${Math.abs(s.weight).toFixed(1)}  ${s.page_type}: ${shown(s.name)} ${styles.dim(shown(s.detail))}`,
    ),
  ];
  const groups = [
    ['Companies', reading.companies],
    ['Events', reading.events],
    ['Participants', reading.participants],
  ] as const;
  for (const [title, records] of groups) {
    if (records.length === 0) continue;
    lines.push('', styles.bold(`${title} (${records.length})`));
    for (const [i, record] of records.entries()) lines.push(...recordLines(i + 1, record, styles));
  }
  if (reading.notes.length > 0) {
    lines.push('', styles.bold('Left out'), ...reading.notes.map((n) => `  ${n.code}: ${shown(n.detail)}`));
  }
  return lines.join('\n');
}

type AnyRecord = Reading['companies'][number] | Reading['events'][number] | Reading['participants'][number];

function recordLines(number: number, record: AnyRecord, styles: Styles): string[] {
  const values = record as unknown as Record<string, unknown>;
  const lines = [
    `${String(number).padStart(4)}. ${styles.bold(shown(String(record.name ?? '(no name)')))}  ${percent(record.confidence)}${from(record, 'name', styles)}`,
  ];
  for (const field of RECORD_FIELDS) {
    const value = values[field];
    if (value === null || value === undefined || value === '') continue;
    lines.push(`      ${field.padEnd(12)} ${shown(String(value))}${from(record, field, styles)}`);
  }
  const contacts = values.contacts as { name: string; title: string | null }[] | undefined;
  for (const c of contacts ?? [])
    lines.push(`      ${'contact'.padEnd(12)} ${shown(c.title ? `${c.name}, ${c.title}` : c.name)}`);
  return lines;
}

/** Which strategies gave a value, and how sure they are. */
function from(record: AnyRecord, field: string, styles: Styles): string {
  const sources = record.provenance[field] ?? [];
  return sources.length === 0
    ? ''
    : styles.dim(`  ${sources.map((s) => `${s.strategy} ${percent(s.confidence)}`).join(', ')}`);
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function shown(text: string): string {
  const clean = sanitise(text);
  return clean.length > WIDEST ? `${clean.slice(0, WIDEST - 1)}…` : clean;
}
