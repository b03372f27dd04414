/**
 * Declarative markup: an association's own selectors and the platform packs, as they stand in YAML.
 * A field is a CSS selector inside the record, with `@attribute` at its end to read an attribute; a list
 * of selectors means the first that gives something.
 */
import { z } from 'zod';

const FieldSelector = z.union([z.string(), z.array(z.string())]);

const CompanyFields = z.partialRecord(
  z.enum([
    'name',
    'website',
    'phone',
    'fax',
    'email',
    'address',
    'street',
    'city',
    'state',
    'postal_code',
    'country',
    'description',
    'categories',
    'profile_url',
    'booth',
    'level',
    'company',
    'title',
  ]),
  FieldSelector,
);

const EventFields = z.partialRecord(
  z.enum(['name', 'date', 'start', 'end', 'venue', 'address', 'street', 'city', 'state', 'url']),
  FieldSelector,
);

/** One kind of record in a page: where the records are and where each field is inside one. */
export const RecordSelectors = z
  .object({
    kind: z.enum(['company', 'profile', 'event', 'exhibitor', 'sponsor', 'speaker']),
    /** CSS of one record; for a profile the part of the page that holds it. */
    record: z.string(),
    fields: z.union([CompanyFields, EventFields]),
    /** What must also match on the page for this block to apply. */
    when: z.string().optional(),
  })
  .strict();

export const AssociationSelectors = z.object({ records: z.array(RecordSelectors).min(1) }).strict();

export const PlatformPack = z
  .object({
    name: z.string(),
    /** Any match recognises the platform: text in the HTML, a CSS selector, or a piece of the URL. */
    fingerprint: z
      .object({
        html: z.array(z.string()).default([]),
        css: z.array(z.string()).default([]),
        url: z.array(z.string()).default([]),
      })
      .strict(),
    records: z.array(RecordSelectors).default([]),
  })
  .strict();

export type RecordSelectors = z.infer<typeof RecordSelectors>;
export type AssociationSelectors = z.infer<typeof AssociationSelectors>;
export type PlatformPack = z.infer<typeof PlatformPack>;
