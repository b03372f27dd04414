/** The schema of config/scoring.yaml, and the DuckDB variables that the scoring SQL reads. */
import { z } from 'zod';

const points = z.number().min(0);
const share = z.number().min(0).max(1);

/** Fields that can count towards completeness; lib/sql/validate/04_scores.sql knows how to see each. */
export const scoredFields = [
  'name',
  'website',
  'phone',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
  'description',
  'categories',
  'contacts',
  'employees',
  'technologies',
] as const;

export const scoringSchema = z.strictObject({
  weights: z
    .strictObject({
      completeness: points,
      validity: points,
      consistency: points,
      freshness: points,
      confidence: points,
    })
    .refine((w) => w.completeness + w.validity + w.freshness + w.confidence > 0, {
      message: 'at least one of completeness, validity, freshness and confidence needs a weight above 0',
    }),
  fields: z
    .partialRecord(z.enum(scoredFields), points)
    .refine((f) => Object.values(f).some((weight) => weight > 0), {
      message: 'at least one field needs a weight above 0',
    }),
  grades: z
    .strictObject({ A: z.number(), B: z.number(), C: z.number(), D: z.number() })
    .refine((g) => g.A > g.B && g.B > g.C && g.C > g.D && g.D > 0 && g.A <= 100, {
      message: 'grades must fall from A to D, between 0 and 100',
    }),
  freshness_half_life_days: z.number().positive(),
  agreement: z.strictObject({ agrees: share, similar: share, differs: share }),
});

export type Scoring = z.output<typeof scoringSchema>;

/** Variables of the scoring SQL: one, `scoring`, the configuration as JSON text. */
export function scoringVariables(scoring: Scoring): Record<string, string> {
  return { scoring: JSON.stringify(scoring) };
}
