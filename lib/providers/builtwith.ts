/**
 * BuiltWith Domain API: technologies of up to 16 domains a request. Errors arrive in 200 answers.
 * Source: BuiltWith Domain API v22, `GET api.builtwith.com/v22/api.json?LOOKUP=`.
 */
import { z } from 'zod';
import { type Answer, oneLine, property, statusOutcome } from './answer.js';
import { MATCHED, NO_MATCH, type Outcome } from './outcome.js';
import {
  type Call,
  type EnrichmentRows,
  type KeyAnswer,
  type Provider,
  type Settings,
  sameForAll,
} from './provider.js';
import { type NamedTechnology, technologyRows } from './techrows.js';
import { instantOf, registrable } from './units.js';

const BASE = 'https://api.builtwith.com';
/** BuiltWith has no "live" flag: a mark not seen for this long before the last crawl of its path is gone. */
const LIVE_WITHIN_MS = 90 * 86_400_000;

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);

const technologySchema = z.looseObject({
  Name: z.string(),
  Tag: text,
  Categories: z.array(z.string()).nullish().catch(null),
  FirstDetected: number,
  LastDetected: number,
});
const pathSchema = z.looseObject({
  LastIndexed: number,
  Technologies: z.array(technologySchema).nullish().catch(null),
});
const resultSchema = z.looseObject({
  Lookup: text,
  Result: z.looseObject({ Paths: z.array(pathSchema).nullish().catch(null) }).nullish(),
});
const answerSchema = z.looseObject({
  Results: z.array(resultSchema).nullish(),
  Errors: z.array(z.looseObject({ Code: z.coerce.number().nullish().catch(null), Message: text })).nullish(),
});

const domain: Call = {
  endpoint: 'domain',
  fields: ['technologies'],
  batchSize: 16,
  // One credit a domain looked up, found or not.
  creditsPerMatch: 1,
  creditsPerMiss: 1,

  request: (keys, access) => ({
    url: `${access.baseUrl ?? BASE}/v22/api.json?LOOKUP=${keys.map(encodeURIComponent).join(',')}&NOPII=yes&NOATTR=yes&HIDETEXT=yes&HIDEDL=yes`,
    headers: { authorization: `API ${access.apiKey}`, accept: 'application/json' },
    purpose: 'api',
  }),

  read: readDomains,
  derive: deriveDomain,
};

export const builtwith: Provider = {
  name: 'builtwith',
  envKey: 'BUILTWITH_API_KEY',
  steps: ['techstack'],
  calls: [domain],
};

function readDomains(answer: Answer, keys: readonly string[]): Map<string, KeyAnswer> {
  const failure = statusOutcome(answer);
  if (failure) return sameForAll(keys, failure);
  // The 429 body is not the usual envelope and has been seen behind gateways that answer 200.
  const words = property(answer.json, 'error');
  if (typeof words === 'string' && /rate limit/i.test(words)) {
    const seconds = Number(property(answer.json, 'retryAfterSeconds') ?? Number.NaN);
    return sameForAll(keys, {
      kind: 'rate_limited',
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    });
  }
  const parsed = answerSchema.safeParse(answer.json);
  if (!parsed.success || (!parsed.data.Results && !parsed.data.Errors)) {
    return sameForAll(keys, { kind: 'malformed', detail: 'no Results in the answer' });
  }
  const results = parsed.data.Results ?? [];
  const error = parsed.data.Errors?.[0];
  const missing = error ? errorOutcome(error.Code ?? 0, error.Message ?? '') : NO_MATCH;
  const answers = sameForAll(keys, missing);
  for (const result of results) {
    const key =
      keyOf(result.Lookup, keys) ?? (results.length === 1 && keys.length === 1 ? keys[0] : undefined);
    if (key === undefined) continue;
    const known = (result.Result?.Paths ?? []).some((path) => (path.Technologies ?? []).length > 0);
    answers.set(key, known ? { outcome: MATCHED, body: result } : { outcome: NO_MATCH, body: result });
  }
  return answers;
}

function keyOf(lookup: string | null | undefined, keys: readonly string[]): string | undefined {
  const asked = lookup?.toLowerCase();
  const root = registrable(asked);
  return keys.find((key) => key === asked) ?? keys.find((key) => key === root);
}

function errorOutcome(code: number, message: string): Outcome {
  const detail = `code ${code}: ${oneLine(message || 'no message')}`;
  switch (code) {
    case -2:
      return { kind: 'auth_failed', detail };
    case -3:
    case -5:
      return { kind: 'quota_exhausted', detail };
    case -6:
    case -99:
      return { kind: 'upstream_error', detail };
    case -1:
    case -4:
    case -7:
    case -8:
      return { kind: 'invalid_request', detail };
    default:
      return { kind: 'malformed', detail };
  }
}

function deriveDomain(
  body: unknown,
  key: string,
  observedAt: string,
  settings: Settings,
): Partial<EnrichmentRows> {
  const parsed = resultSchema.safeParse(body);
  if (!parsed.success) return {};
  const list: NamedTechnology[] = [];
  for (const path of parsed.data.Result?.Paths ?? []) {
    for (const technology of path.Technologies ?? []) {
      const last = technology.LastDetected ?? null;
      list.push({
        name: technology.Name,
        category: technology.Categories?.[0] ?? technology.Tag ?? null,
        live: last === null || path.LastIndexed == null || path.LastIndexed - last <= LIVE_WITHIN_MS,
        firstSeen: instantOf(technology.FirstDetected),
        lastSeen: instantOf(last),
      });
    }
  }
  return {
    technologies: technologyRows(list, {
      domain: key,
      provider: 'builtwith',
      observedAt,
      vendors: settings.vendors,
    }),
  };
}
