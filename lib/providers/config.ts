/**
 * Shapes of the config that `lib/providers` takes: the `providers` section of agents.yaml, vendors.yaml and
 * fingerprints.yaml. Parsing files is the caller's: here come plain objects.
 */
import { z } from 'zod';
import { FIELD_NAMES, type Field } from './provider.js';

const phrase = z.string().trim().min(1).max(80);

export const providerConfigSchema = z.strictObject({
  /** Another host for the same API (a proxy, a region); no trailing slash. */
  base_url: z.url().nullable().default(null),
  /** Days an answer stands before it is bought again. */
  ttl_days: z.number().positive().max(3650).default(90),
  usd_per_credit: z.number().nonnegative().default(0),
  /** Requests under way at once; their rate is the fetcher's. */
  concurrency: z.int().min(1).max(16).default(2),
  /** Most keys a request by endpoint, where the API takes several; the API's own limit holds too. */
  batch: z.record(z.string(), z.int().min(1)).default({}),
  /** Tries of one request in all: lost connections, 5xx, 429, queued answers. */
  max_attempts: z.int().min(1).max(10).default(4),
  backoff_ms: z.int().min(0).max(600_000).default(2_000),
  /** A longer wait than this is not slept through: the key is left for a later run. */
  max_wait_ms: z.int().min(0).max(3_600_000).default(60_000),
  /** Requests in a row that fail (5xx, lost connections, long waits) before the provider is left alone for the run. */
  give_up_after: z.int().min(1).max(100).default(5),
});
export type ProviderConfig = z.infer<typeof providerConfigSchema>;

export const siteConfigSchema = z.strictObject({
  ttl_days: z.number().positive().max(3650).default(30),
  /** Pages of one company's site in all, the home page included. */
  max_pages: z.int().min(1).max(20).default(4),
  /** Sites read side by side; each host keeps its own rate in the fetcher. */
  concurrency: z.int().min(1).max(64).default(8),
  /** Weaker ERP evidence than this is no evidence. */
  min_confidence: z.number().min(0).max(1).default(0.55),
});
export type SiteConfig = z.infer<typeof siteConfigSchema>;

/**
 * Only figures worth a second call are asked of a second provider. Fields without providers are nobody's reason for
 * a call, and are kept when they come with an answer.
 */
const DEFAULT_ORDER: Readonly<Record<Field, string[]>> = {
  employees: ['apollo', 'clearbit'],
  revenue: ['apollo', 'clearbit'],
  naics_code: ['apollo', 'clearbit'],
  founded_year: [],
  ownership: [],
  phone: [],
  linkedin_url: [],
  description: [],
  technologies: ['builtwith', 'apollo', 'clearbit'],
  erp: ['apollo'],
  contacts: ['apollo'],
};

const order = z.partialRecord(
  z.enum(FIELD_NAMES as [Field, ...Field[]]),
  z.array(z.string().regex(/^[a-z0-9_]+$/)),
);

export const providersConfigSchema = z.strictObject({
  by_provider: z.record(z.string(), providerConfigSchema).default({}),
  /** Per field the providers in the order they are asked, until one knows. */
  fields: order.default({}).transform((given) => {
    return Object.fromEntries(
      FIELD_NAMES.map((field) => [field, given[field] ?? DEFAULT_ORDER[field]]),
    ) as Record<Field, string[]>;
  }),
  contacts: z
    .strictObject({
      /** Job titles, the most wanted first. */
      titles: z.array(phrase).min(1).max(60),
      max_per_company: z.int().min(0).max(25),
    })
    .default({
      titles: [
        'Owner',
        'President',
        'CEO',
        'COO',
        'CFO',
        'VP Operations',
        'Director of Operations',
        'General Manager',
        'Plant Manager',
        'IT Director',
        'IT Manager',
        'Purchasing Manager',
      ],
      max_per_company: 3,
    }),
  site: siteConfigSchema.prefault({}),
});
export type ProvidersConfig = z.infer<typeof providersConfigSchema>;

/** The settings of one provider, defaults where the file is silent. */
export function configOf(config: ProvidersConfig, provider: string): ProviderConfig {
  return config.by_provider[provider] ?? providerConfigSchema.parse({});
}

/** How much a name says by itself: 0 alone, 1 with its capitals or a suffix, 2 only with context. */
const ambiguity = z.union([z.literal(0), z.literal(1), z.literal(2)]);

const nameSchema = z.union([
  phrase,
  z.strictObject({
    text: phrase,
    class: ambiguity.optional(),
    /** Capitals count: `SAP` is not `sap`. */
    exact: z.boolean().optional(),
    /** Words near by that make a class 2 name believable; capitals-only words keep their case. */
    accept: z.array(phrase).optional(),
    /** Words near by that speak against it. */
    reject: z.array(phrase).optional(),
  }),
]);

export const VENDOR_KINDS = ['erp', 'accounting', 'mes', 'quoting', 'qms', 'spreadsheet', 'noise'] as const;

const vendorSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  product: phrase,
  vendor: phrase,
  /** `noise`: co-mentioned software, listed so that its words are not taken for another's. */
  kind: z.enum(VENDOR_KINDS).default('erp'),
  /** Class of names that do not say their own. */
  class: ambiguity.default(0),
  /** Names a family, not a product: less certain. */
  family: z.boolean().default(false),
  names: z.array(nameSchema).min(1),
  accept: z.array(phrase).default([]),
  reject: z.array(phrase).default([]),
  /** Hosts of customers' own instances, `*.example.com`; a link there is evidence. */
  portals: z.array(z.string().regex(/^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)).default([]),
});

export const vendorsFileSchema = z
  .strictObject({ vendors: z.array(vendorSchema).min(1) })
  .superRefine(({ vendors }, context) => {
    const ids = new Set<string>();
    vendors.forEach((vendor, i) => {
      if (ids.has(vendor.id))
        context.addIssue({
          code: 'custom',
          path: ['vendors', i, 'id'],
          message: `the id ${vendor.id} is given twice`,
        });
      ids.add(vendor.id);
    });
  });
export type VendorsFile = z.infer<typeof vendorsFileSchema>;
export type VendorEntry = VendorsFile['vendors'][number];

const mark = z.string().min(2).max(120);
const fingerprintSchema = z.strictObject({
  name: phrase,
  category: phrase,
  vendor: phrase.nullable().default(null),
  /** Response header → text its value holds; empty for "is there". */
  headers: z.record(z.string().regex(/^[a-z0-9-]+$/), z.string()).default({}),
  /** `<meta name>` → text its content begins with. */
  meta: z.record(z.string(), z.string()).default({}),
  /** Text in the address of a script, style sheet, frame, image, form or link. */
  urls: z.array(mark).default([]),
  /** Beginnings of cookie names. */
  cookies: z.array(mark).default([]),
  /** Text in an inline script. */
  scripts: z.array(mark).default([]),
  /** Element ids or attribute names. */
  attributes: z.array(mark).default([]),
});

export const fingerprintsFileSchema = z.strictObject({ technologies: z.array(fingerprintSchema).min(1) });
export type FingerprintsFile = z.infer<typeof fingerprintsFileSchema>;
export type Fingerprint = FingerprintsFile['technologies'][number];
