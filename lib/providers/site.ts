/**
 * Our own reading of a company's site: the home page, then the few linked pages that may speak of its systems
 * (jobs first). Pages go through the polite fetcher. What was seen goes into the ledger as provider `site`, so that a
 * second run reads nothing again and new tables of vendors or marks need no new visit.
 */
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { messageOf, Refused, RetryLater, SkipRecord } from '../errors.js';
import type { WebFetch, WebResponse } from '../web/types.js';
import type { SiteConfig } from './config.js';
import { bodyOf, encodeBody, isFresh, type Ledger, type LedgerEntry } from './ledger.js';
import type { OutcomeKind } from './outcome.js';
import { type PageFacts, type PageLink, pageFactsSchema, readPage } from './page-facts.js';
import { asCompleted } from './pool.js';
import type { Company, TechnologyRow } from './provider.js';
import { type SiteTables, siteRows } from './site-rows.js';
import { registrable } from './units.js';

export type SiteStatus =
  | { kind: 'read' }
  /** The site answers, under another registrable domain. */
  | { kind: 'redirected'; to: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'down'; reason: string }
  /** Answered, but with an error page or something that is no HTML. */
  | { kind: 'no_page'; reason: string };

export interface SiteReading {
  domain: string;
  status: SiteStatus;
  pages: { url: string; finalUrl: string; status: number; title: string | null }[];
  technologies: TechnologyRow[];
  /** The new row of `provider_responses`; null when the ledger answered. */
  entry: LedgerEntry | null;
}

export interface SiteOptions {
  companies: readonly Company[];
  config: SiteConfig;
  tables: SiteTables;
  fetch: WebFetch;
  ledger: Ledger;
  clock: Clock;
  signal?: AbortSignal;
  /** Only the ledger answers. */
  dryRun?: boolean;
}

const ENDPOINT = 'pages';
const MAX_BYTES = 3_000_000;

const bodySchema = z.object({
  name: z.string().nullable(),
  status: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('read') }),
    z.object({ kind: z.literal('redirected'), to: z.string() }),
    z.object({ kind: z.literal('refused'), reason: z.string() }),
    z.object({ kind: z.literal('down'), reason: z.string() }),
    z.object({ kind: z.literal('no_page'), reason: z.string() }),
  ]),
  pages: z.array(pageFactsSchema),
});
type Body = z.infer<typeof bodySchema>;

/** Readings as they get done; what is fresh in the ledger comes first. */
export async function* readSites(options: SiteOptions): AsyncGenerator<SiteReading> {
  const open: Company[] = [];
  const now = options.clock.now();
  for (const company of options.companies) {
    const entry = options.ledger.find('site', ENDPOINT, company.domain);
    const known =
      entry && isFresh(entry, options.config.ttl_days, now) ? siteFromLedger(entry, options.tables) : null;
    if (known) yield known;
    else open.push(company);
  }
  if (options.dryRun) return;
  const tasks = open.map((company) => () => readSite(company, options));
  yield* asCompleted([{ concurrency: options.config.concurrency, tasks }]);
}

/** A reading made again from its ledger entry; null when the entry holds none. */
export function siteFromLedger(entry: LedgerEntry, tables: SiteTables): SiteReading | null {
  if (entry.provider !== 'site') return null;
  const body = bodySchema.safeParse(bodyOf(entry));
  return body.success ? reading(entry.request_key, body.data, entry.fetched_at ?? '', tables, null) : null;
}

export async function readSite(company: Company, options: SiteOptions): Promise<SiteReading> {
  const at = options.clock.now().toISOString();
  const body = await visit(company, options);
  const entry: LedgerEntry = {
    provider: 'site',
    endpoint: ENDPOINT,
    request_key: company.domain,
    outcome: OUTCOME[body.status.kind],
    http_status: body.pages[0]?.status ?? null,
    credits: 0,
    cost_usd: 0,
    body: encodeBody(body),
    retry_at: null,
    fetched_at: at,
  };
  await options.ledger.record([entry]);
  const now = reading(company.domain, body, at, options.tables, entry);
  if (entry.outcome === 'matched') return now;
  // A site that is down today was read before: what it showed then still stands, with its own date.
  const before = options.ledger.find('site', ENDPOINT, company.domain);
  const known = before?.outcome === 'matched' ? siteFromLedger(before, options.tables) : null;
  return known ? { ...now, technologies: known.technologies } : now;
}

const OUTCOME: Readonly<Record<SiteStatus['kind'], OutcomeKind>> = {
  read: 'matched',
  redirected: 'matched',
  refused: 'forbidden',
  down: 'upstream_error',
  no_page: 'no_match',
};

function reading(
  domain: string,
  body: Body,
  at: string,
  tables: SiteTables,
  entry: LedgerEntry | null,
): SiteReading {
  const rows = siteRows(body.pages, domain, body.name, at, tables);
  // Another domain may be the same company renamed, or the one that bought it.
  const technologies =
    body.status.kind === 'redirected'
      ? rows.map((row) => ({ ...row, confidence: (row.confidence ?? 0) * 0.7 }))
      : rows;
  return {
    domain,
    status: body.status,
    pages: body.pages.map(({ url, finalUrl, status, title }) => ({ url, finalUrl, status, title })),
    technologies,
    entry,
  };
}

async function visit(company: Company, options: SiteOptions): Promise<Body> {
  const body: Body = { name: company.name, status: { kind: 'read' }, pages: [] };
  const home = await firstPage(company, options);
  if ('kind' in home) return { ...body, status: home };
  const to = registrable(home.facts.finalUrl);
  if (to !== null && to !== company.domain) body.status = { kind: 'redirected', to };
  body.pages.push(home.facts);

  const queue: Wanted[] = [];
  const seen = new Set([bare(home.facts.url), bare(home.facts.finalUrl)]);
  enqueue(queue, seen, home.links, home.facts.finalUrl, null);
  while (body.pages.length < options.config.max_pages) {
    queue.sort((a, b) => a.rank - b.rank);
    const next = queue.shift();
    if (!next) break;
    const page = await load(next.url, next.kind, options);
    if (!('facts' in page)) continue;
    body.pages.push(page.facts);
    seen.add(bare(page.facts.finalUrl));
    // A careers page mostly lists its postings: they hold the sentences.
    if (next.kind === 'careers') enqueue(queue, seen, page.links, home.facts.finalUrl, page.facts.finalUrl);
  }
  return body;
}

interface Loaded {
  facts: PageFacts;
  links: PageLink[];
}

/** The site as the association wrote it, else the domain itself; many small sites still have no https. */
async function firstPage(company: Company, options: SiteOptions): Promise<Loaded | SiteStatus> {
  const given =
    company.website && /^https?:\/\//i.test(company.website) ? new URL('/', company.website).href : null;
  const tries = [
    ...new Set(
      [given, `https://www.${company.domain}/`, `http://${company.domain}/`].filter((url) => url !== null),
    ),
  ];
  let last: SiteStatus = { kind: 'down', reason: 'nothing answered' };
  for (const url of tries) {
    const page = await load(url, 'home', options);
    if ('facts' in page) return page;
    last = page;
    // Somebody is at home and does not want us: other spellings of the address are no way round.
    if (page.kind === 'refused' || page.kind === 'no_page') break;
  }
  return last;
}

async function load(
  url: string,
  kind: PageFacts['kind'],
  options: SiteOptions,
): Promise<Loaded | SiteStatus> {
  let response: WebResponse;
  try {
    response = await options.fetch({
      url,
      purpose: 'page',
      maxBytes: MAX_BYTES,
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    const reason = messageOf(error).slice(0, 200);
    if (error instanceof Refused) return { kind: 'refused', reason };
    if (error instanceof RetryLater) return { kind: 'down', reason };
    if (error instanceof SkipRecord) return { kind: 'no_page', reason };
    throw error;
  }
  if (response.status >= 500 || response.status === 429)
    return { kind: 'down', reason: `HTTP ${response.status}` };
  if (response.status === 401 || response.status === 403 || response.status === 451)
    return { kind: 'refused', reason: `HTTP ${response.status}` };
  if (response.status !== 200) return { kind: 'no_page', reason: `HTTP ${response.status}` };
  if (response.contentType !== null && !/html|xml/.test(response.contentType))
    return { kind: 'no_page', reason: response.contentType };
  return readPage({
    url,
    finalUrl: response.finalUrl,
    status: response.status,
    headers: response.headers,
    html: response.text().text,
    kind,
  });
}

interface Wanted {
  url: string;
  kind: PageFacts['kind'];
  rank: number;
}

const CAREERS =
  /\b(?:careers?|jobs?|employment|join[ -](?:us|our)|work[ -](?:with|for|at)[ -]us|openings?|vacanc(?:y|ies)|hiring|opportunities)\b/i;
const PORTAL =
  /\b(?:(?:customer|supplier|vendor|client|web)[ -]?portal|portal|customer[ -]log-?in|order[ -]status)\b/i;
const SYSTEMS = /\b(?:technolog(?:y|ies)|our[ -]systems?|erp|software|paperless|digital|industry[ -]4)\b/i;
const NOT_A_PAGE = /\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|mp4)(?:$|\?)/i;

/** Links of the same site that may speak of systems; under a careers page, its postings too. */
function enqueue(
  queue: Wanted[],
  seen: Set<string>,
  links: readonly PageLink[],
  home: string,
  careersPage: string | null,
): void {
  const site = registrable(home);
  for (const { url, text } of links) {
    const key = bare(url);
    if (seen.has(key) || registrable(url) !== site || NOT_A_PAGE.test(url)) continue;
    const path = decodedPath(url);
    const words = `${path.replace(/[/_.-]+/g, ' ')} ${text}`.slice(0, 400);
    const posting = careersPage !== null && (key.startsWith(bare(careersPage)) || CAREERS.test(words));
    const kind =
      posting || CAREERS.test(words)
        ? 'careers'
        : careersPage !== null
          ? null
          : PORTAL.test(words)
            ? 'portal'
            : SYSTEMS.test(words)
              ? 'systems'
              : null;
    if (kind === null) continue;
    seen.add(key);
    queue.push({ url, kind, rank: kind === 'careers' ? (posting ? 1 : 0) : kind === 'portal' ? 3 : 2 });
  }
}

/** An address without what does not change the page. */
function bare(url: string): string {
  return url
    .toLowerCase()
    .replace(/#.*$/s, '')
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/\/+$/, '');
}

function decodedPath(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return url;
  }
}
