/**
 * What CLASSIFICATION's signals mean: how strongly each speaks for or against a page type, from which quantities on it is
 * given at all, and how sure a verdict of a given lead has been on pages with known types. The values stand in
 * `config/classification.yaml`; here is their form.
 */
import { z } from 'zod';

const PAGE_TYPES = [
  'member_directory',
  'member_profile',
  'exhibitor_list',
  'sponsor_list',
  'speaker_list',
  'event',
  'event_list',
  'company',
  'other',
] as const;

/** Everything that is looked for on a page; the file says what each means. */
export const SIGNALS = [
  'prior',
  'words of the path',
  'words of the title',
  'words of the heading',
  'records',
  'evidence',
  'evidence, owner unknown',
  'no records',
  'names of persons',
  'structured companies',
  'embedded records',
  'embedded records with booths',
  'table with headings',
  'booths',
  'booth',
  'no directory words',
  'no directory words, owner unknown',
  'platform record',
  'platform records',
  'platform participants',
  'platform events',
  'platform event',
  'platform profile',
  'events of an answer',
  'dated entries',
  'no dated entries',
  'structured event',
  'structured events',
  'event path',
  'registration',
  'calendar link',
  'date under the heading',
  'no date',
  'many dates',
  'profile path',
  'back to results',
  'structured company',
  'many records',
  'owner named',
  'contact data',
  'own page path',
  'firm with contact data',
  'legal form in the heading',
  'titled as headed',
  'titled by a firm',
  'other kind of list',
  'other kind of list, plainly named',
  'not named as such',
  'article',
  'legal page',
] as const;
export type SignalName = (typeof SIGNALS)[number];

/**
 * Strength in log-odds: a number, or `base + each × quantity`, where the signal has a quantity (records, booths, dates
 * …), `most` at most. Negative ones speak against.
 */
const strength = z.union([
  z.number(),
  z.strictObject({
    base: z.number().default(0),
    each: z.number(),
    most: z.number().optional(),
  }),
]);
export type Strength = z.output<typeof strength>;

const share = z.number().min(0).max(1);
const whole = z.number().int().positive();

export const classificationSchema = z.strictObject({
  signals: z.strictObject(
    Object.fromEntries(
      SIGNALS.map((name) => [name, z.partialRecord(z.enum(PAGE_TYPES), strength)]),
    ) as unknown as Record<SignalName, z.ZodType<Partial<Record<(typeof PAGE_TYPES)[number], Strength>>>>,
  ),
  thresholds: z.strictObject({
    records: whole.describe('fewer alike entries are no list'),
    good_records: share.describe('share of alike entries that look like records'),
    hard_table: share.describe('how far the rows of a table of data are trusted as records'),
    hard_embedded: share.describe('the same of records in embedded data'),
    evidence_embedded: z
      .number()
      .min(0)
      .describe('kinds of evidence that a record in embedded data stands for'),
    record_doublings: z.number().positive().describe('doublings of the number of records that count once'),
    record_sizes: z.number().positive().describe('the number of records counts so often at most'),
    words: z.number().positive().describe('words in path, title and heading together weigh so much at most'),
    plainly_named: z.number().positive().describe('words of this weight say what the list is'),
    persons: share.describe('share of entries that are persons with titles'),
    persons_evidence: z.number().describe('kinds of evidence from which on persons are contacts of firms'),
    structured_companies: whole,
    table_columns: whole.describe('headed columns of a table of companies'),
    booths: whole,
    dated_entries: whole,
    many_dates: whole.describe('dated entries that are no longer one event'),
    many_records: z
      .array(z.strictObject({ records: whole, evidence: z.number() }))
      .describe('records and kinds of evidence that no profile has'),
    many_records_hard: share,
    listed_on_profile: whole.describe('bare entries that a profile may list'),
    bare_evidence: z.number().describe('fewer kinds of evidence are a bare list'),
  }),
  /**
   * Lead of the winning type (its share among the types, softmax of the strengths) → probability that it is right;
   * straight lines between the points. None: the lead as it is.
   */
  calibration: z
    .array(z.tuple([share, share]))
    .refine(
      (points) => points.every(([x, y], i) => i === 0 || (x > points[i - 1]![0] && y >= points[i - 1]![1])),
      {
        message: 'points go up: a greater lead first, and no less sure',
      },
    )
    .default([]),
});

/** The file's content, checked. */
export type ClassificationWeights = z.output<typeof classificationSchema>;

/** What a signal of this quantity is worth. */
export function worth(strength: Strength, quantity: number): number {
  if (typeof strength === 'number') return strength;
  const value = strength.base + strength.each * quantity;
  return strength.most === undefined ? value : Math.min(strength.most, value);
}

/** The probability that a verdict of this lead is right, by the file's points. */
export function calibrated(lead: number, points: ClassificationWeights['calibration']): number {
  const [first] = points;
  if (!first) return lead;
  let [fromX, fromY] = first;
  if (lead <= fromX) return fromY;
  for (const [x, y] of points) {
    if (lead === x) return y;
    if (lead < x) return fromY + (y - fromY) * ((lead - fromX) / (x - fromX));
    [fromX, fromY] = [x, y];
  }
  return fromY;
}
