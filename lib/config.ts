/**
 * What changes often is config: YAML below `config/`, checked by zod; an error names the file, the line and the field.
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { UserError } from './errors.js';
import { namesIn } from './lake/files.js';
import { packageRoot } from './lake/package-root.js';
import { type ClassificationWeights, classificationSchema } from './page/classify-weights.js';
import { AssociationSelectors, PlatformPack } from './page/selectors.js';
import { fingerprintsFileSchema, providersConfigSchema, vendorsFileSchema } from './providers/config.js';
import { type Scoring, scoringSchema } from './sql/scoring.js';

/** The fastest that anybody may ask an association's site, requests a second. */
export const ASSOCIATION_SITE_CEILING = 1;

const rate = z.strictObject({
  requests_per_second: z.number().positive().max(100),
  requests_per_day: z.number().int().positive().optional(),
});
export type RateLimit = z.infer<typeof rate>;

const share = z.number().min(0).max(1);
/** What an unmet assertion does: tell, or keep the harvest from replacing a good one. */
const level = z.enum(['warn', 'fail']);

/** Columns whose filling can be asserted. */
export const SHARE_FIELDS = [
  'website',
  'phone',
  'email',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'description',
  'categories',
  'contacts',
  'profile_url',
] as const;

const qualitySchema = z.strictObject({
  min_members: z.number().int().positive().optional(),
  /** Share of the members for whom a column is filled, at least. */
  shares: z.partialRecord(z.enum(SHARE_FIELDS), share).default({}),
  level: level.default('fail'),
  /** Stand above those of agents.yaml (`extraction`). */
  max_members_drop: share.optional(),
  max_fill_drop: share.optional(),
  drop_level: level.optional(),
});
export type Quality = z.infer<typeof qualitySchema>;

/** A regular expression, by its source. */
const pattern = z.string().refine((source) => {
  try {
    new RegExp(source, 'i');
    return true;
  } catch {
    return false;
  }
}, 'is no regular expression');

const agentsSchema = z.strictObject({
  orchestrator: z.strictObject({
    max_extraction_errors: z
      .number()
      .min(0)
      .max(1)
      .describe('share of pages that may fail before the phase stops'),
    min_members_share: z
      .number()
      .min(0)
      .max(1)
      .describe('share of the expected members below which a harvest is quarantined'),
    min_free_disk_gb: z.number().min(0),
    own_vendor: z.string(),
  }),
  http: z.strictObject({
    product_token: z.string().regex(/^[A-Za-z_-]+$/, 'letters, _ and - only (RFC 9309)'),
    user_agent: z.string(),
    deadline_ms: z.number().int().positive(),
    connect_timeout_ms: z.number().int().positive(),
    max_bytes: z.number().int().positive(),
    max_redirects: z.number().int().min(0).max(20),
    max_attempts: z.number().int().min(1).max(10),
    backoff_base_ms: z.number().int().positive(),
    backoff_max_ms: z.number().int().positive(),
    longest_wait_ms: z
      .number()
      .int()
      .positive()
      .default(1_800_000)
      .describe('the longest pause that a site may ask for and a run sits out'),
    longest_crawl_delay_secs: z.number().positive().default(120),
    circuit_breaker: z
      .strictObject({
        failures: z.number().int().min(2),
        walls: z.number().int().min(2),
        first_pause_ms: z.number().int().positive(),
        longest_pause_ms: z.number().int().positive(),
        wait_ms: z.number().int().min(0),
      })
      .refine((c) => c.first_pause_ms <= c.longest_pause_ms, {
        message: 'the first pause is not longer than the longest one',
        path: ['first_pause_ms'],
      })
      .prefault({
        failures: 5,
        walls: 10,
        first_pause_ms: 60_000,
        longest_pause_ms: 3_600_000,
        wait_ms: 300_000,
      }),
  }),
  rate_limits: z.strictObject({
    association_sites: rate.refine((r) => r.requests_per_second <= ASSOCIATION_SITE_CEILING, {
      message: `an association's site is never asked more than ${ASSOCIATION_SITE_CEILING} time a second`,
      path: ['requests_per_second'],
    }),
    default: rate,
    domains: z.record(z.string(), rate),
  }),
  discovery: z.strictObject({
    max_depth: z.number().int().min(0),
    max_pages: z.number().int().positive(),
    concurrency: z.number().int().positive(),
  }),
  browser: z.strictObject({
    deadline_ms: z
      .number()
      .int()
      .positive()
      .describe('own time of one page; waits for the site do not count'),
    quiet_ms: z.number().int().positive(),
    max_requests: z.number().int().positive(),
    max_rounds: z.number().int().min(0),
    max_pages: z.number().int().min(0).describe('pages drawn per association'),
    pages_per_context: z.number().int().positive(),
    blocked_types: z.array(z.string()),
    blocked_urls: z.record(z.string(), pattern),
  }),
  extraction: z.strictObject({
    batch_size: z.number().int().positive(),
    page_deadline_ms: z.number().int().positive().default(2_000).describe('longest that one page may take'),
    workers: z.number().int().positive().optional().describe('reading workers; by default one a core'),
    max_members_drop: share
      .default(0.5)
      .describe('share of the members of the good run before that a harvest may lack'),
    max_fill_drop: share
      .default(0.5)
      .describe('share of its filling in the good run before that a column may lose'),
    drop_level: level.default('fail'),
  }),
  providers: providersConfigSchema,
});
export type Agents = z.infer<typeof agentsSchema>;

const associationSchema = z.strictObject({
  name: z.string(),
  url: z.url(),
  directory_urls: z.array(z.url()).default([]),
  event_urls: z.array(z.url()).default([]),
  expected_members: z.number().int().positive(),
  priority: z.enum(['High', 'Medium', 'Low']),
  rate_limit: rate
    .refine((r) => r.requests_per_second <= ASSOCIATION_SITE_CEILING, {
      message: `an association's site is never asked more than ${ASSOCIATION_SITE_CEILING} time a second`,
      path: ['requests_per_second'],
    })
    .optional(),
  max_pages: z.number().int().positive().optional(),
  /** A person's decision about access, which stands above what the robots check found. */
  access: z
    .strictObject({
      decision: z.enum(['allowed', 'allowed_with_limits', 'refused']),
      by: z.string(),
      reason: z.string(),
      date: z.iso.date(),
    })
    .optional(),
  /** What a harvest of it must have. */
  quality: qualitySchema.optional(),
  /** Where its pages keep their records, when the general readers need help. */
  selectors: AssociationSelectors.optional(),
});
export type Association = z.infer<typeof associationSchema> & { code: string };

const associationsSchema = z.strictObject({
  associations: z.record(
    z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/, 'a code is 2 to 16 capitals and digits'),
    associationSchema,
  ),
});

export interface Config {
  folder: string;
  agents: Agents;
  associations: ReadonlyMap<string, Association>;
}

export type VendorsFile = z.output<typeof vendorsFileSchema>;
export type FingerprintsFile = z.output<typeof fingerprintsFileSchema>;

/** The larger files, read by the phases that use them. */
export const loadScoring = (config: Config): Promise<Scoring> =>
  readYaml(path.join(config.folder, 'scoring.yaml'), scoringSchema);
export const loadVendors = (config: Config): Promise<VendorsFile> =>
  readYaml(path.join(config.folder, 'vendors.yaml'), vendorsFileSchema);
export const loadFingerprints = (config: Config): Promise<FingerprintsFile> =>
  readYaml(path.join(config.folder, 'fingerprints.yaml'), fingerprintsFileSchema);

/** What the signals of a page's type are worth, and how sure its verdicts are. */
export const loadClassification = (config: Config): Promise<ClassificationWeights> =>
  readYaml(path.join(config.folder, 'classification.yaml'), classificationSchema);

/** All platform packs, in order of their file names. */
export async function loadPlatforms(config: Config): Promise<PlatformPack[]> {
  const folder = path.join(config.folder, 'platforms');
  const names = (await namesIn(folder)).filter((name) => /\.ya?ml$/.test(name));
  return Promise.all(names.map((name) => readYaml(path.join(folder, name), PlatformPack)));
}

/** Where config is: `NAM_CONFIG`, or `config/` of the project. */
export const configFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  path.resolve(env.NAM_CONFIG ?? path.join(packageRoot(), 'config'));

export async function loadConfig(folder = configFolder()): Promise<Config> {
  const [agents, list] = await Promise.all([
    readYaml(path.join(folder, 'agents.yaml'), agentsSchema),
    readYaml(path.join(folder, 'associations.yaml'), associationsSchema),
  ]);
  const associations = new Map(Object.entries(list.associations).map(([code, a]) => [code, { ...a, code }]));
  return { folder, agents, associations };
}

/** The association of that code, or a `UserError` that names the known ones. */
export function associationNamed(config: Config, code: string): Association {
  const found = config.associations.get(code.toUpperCase());
  if (!found) {
    throw new UserError(
      `There is no association ${JSON.stringify(code)}. Known: ${[...config.associations.keys()].join(', ')}. Add one in ${path.join(config.folder, 'associations.yaml')}.`,
      { code: 'UNKNOWN_ASSOCIATION' },
    );
  }
  return found;
}

/** Reads and checks a YAML file; every error says file, line and what to do. */
export async function readYaml<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const text = await fs.readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`Cannot read ${file}: ${(error as Error).message}`, {
      code: 'CONFIG_MISSING',
      cause: error,
    });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) {
    throw new UserError(`${file}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`, {
      code: 'BAD_YAML',
    });
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) => {
    const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const where = unknownKey === undefined ? issue.path : [...issue.path, unknownKey];
    return `${file}:${lineOf(document, lines, where)}: ${where.map(String).join('.') || 'the file'}: ${issue.message}`;
  });
  throw new UserError(messages.join('\n'), { code: 'BAD_CONFIG' });
}

/** Line of the node at a path, or of its nearest ancestor that is there. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  at: readonly PropertyKey[],
): number {
  for (let length = at.length; length > 0; length -= 1) {
    const node = document.getIn(at.slice(0, length), true) as
      | { range?: [number, number, number] | null }
      | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
