/** One polite fetch outside any job, with everything that happened on the way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../config.js';
import { DomainPaused, WorkbenchError } from '../errors.js';
import { SANDBOX_DEFAULTS } from '../harness/session.js';
import { openWorldAccess } from '../harness/world-access.js';
import { Lake } from '../lake/lake.js';
import { LAKE_FORMAT, lakeRoot } from '../lake/paths.js';
import { readWorld, type World } from '../lake/world.js';
import { sanitise } from '../ui/sanitise.js';
import { identifyPage } from '../web/identity.js';
import { isHtmlType } from '../web/media.js';
import { robotsTag } from '../web/robots-tag.js';
import type { ExchangeRecord, WebResponse } from '../web/types.js';

/** A wait, and before which exchange it fell. */
interface Wait {
  domain: string;
  reason: string;
  ms: number;
  before: number;
}

export interface Visited {
  url: string;
  waits: Wait[];
  exchanges: ExchangeRecord[];
  response: WebResponse | null;
  error: WorkbenchError | null;
  /** The same, as plain data. */
  summary: object;
}

export interface Visitor {
  fetch(url: string): Promise<Visited>;
  robots(url: string): Promise<object>;
  close(): Promise<void>;
}

/** Pacing is that of the lake, where it is of the same world, so that looking does not double a crawl's rate. */
export async function openVisit(kind: 'real' | 'sandbox'): Promise<Visitor> {
  const config = await loadConfig();
  const there = await readWorld(lakeRoot());
  const created_at = new Date().toISOString();
  const world: World =
    there?.world === kind
      ? there
      : kind === 'real'
        ? { format: LAKE_FORMAT, world: 'real', created_at }
        : { format: LAKE_FORMAT, world: 'sandbox', created_at, ...SANDBOX_DEFAULTS };
  const temporary = there?.world === kind ? null : await mkdtemp(path.join(tmpdir(), 'nam-inspect-'));
  const root = temporary ?? lakeRoot();
  const lake = await Lake.open({ root });
  const abort = new AbortController();
  let waits: Wait[] = [];
  let exchanges: ExchangeRecord[] = [];
  const access = openWorldAccess({
    world,
    lake,
    config,
    env: process.env,
    signal: abort.signal,
    onWait: (domain, reason, ms) =>
      waits.push({ domain, reason, ms: Math.round(ms), before: exchanges.length }),
  });
  const token = config.agents.http.product_token;
  return {
    async fetch(url) {
      const web = await access.web();
      waits = [];
      exchanges = [];
      let response: WebResponse | null = null;
      let error: WorkbenchError | null = null;
      try {
        response = await web.fetch({ url, purpose: 'page', onExchange: (record) => exchanges.push(record) });
      } catch (thrown) {
        if (!(thrown instanceof WorkbenchError)) throw thrown;
        error = thrown;
      }
      const identity = response && identityOf(response);
      const summary = {
        url,
        final_url: response?.finalUrl ?? null,
        status: response?.status ?? null,
        content_type: response?.contentType ?? null,
        charset: response?.text().charset ?? null,
        bytes: response?.wireBytes ?? null,
        identity: identity?.identity ?? null,
        identity_sign: identity?.sign ?? null,
        robots_rule: response?.robotsRule ?? null,
        robots_tag: response ? robotsTag(response.robotsTags, token) : null,
        waits,
        exchanges,
        headers: response?.headers ?? null,
        error: error ? { code: error.code, message: error.message } : null,
      };
      return { url, waits, exchanges, response, error, summary };
    },
    async robots(url) {
      const verdict = await (await access.web()).robotsFor(url);
      return {
        url,
        origin: verdict.origin,
        status: verdict.status,
        ...verdict.robots.check(url),
        crawl_delay: verdict.robots.crawlDelaySecs,
        sitemaps: verdict.robots.sitemaps,
        note: verdict.note,
        needs_person: verdict.needsPerson,
      };
    },
    async close() {
      await access.close();
      await lake.close();
      if (temporary) await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** The visit in words: every wait with its reason, every exchange, what the answer says, and what it is taken for. */
export function visitLines({ url, waits, exchanges, response, error }: Visited): string[] {
  const lines = [url];
  const waitsBefore = (n: number) =>
    waits
      .filter((w) => w.before === n)
      .map((w) => `  waited ${seconds(w.ms)} for ${w.domain}: ${shown(w.reason)}`);
  exchanges.forEach((exchange, n) => {
    lines.push(...waitsBefore(n), ...exchangeLines(exchange));
  });
  lines.push(...waitsBefore(exchanges.length));
  if (response) lines.push(...responseLines(response));
  if (error) lines.push(`  ${error.code}: ${shown(error.message)}`, ...adviceOn(error));
  return lines;
}

function exchangeLines(e: ExchangeRecord): string[] {
  const isRobots = new URL(e.url).pathname === '/robots.txt';
  const rule = e.robots_rule
    ? `allowed by robots.txt: ${shown(e.robots_rule)}`
    : isRobots
      ? 'robots.txt is asked for first'
      : 'no line of robots.txt speaks of it';
  return [
    `  ${e.method} ${shown(e.url)}${e.attempt > 1 ? ` (try ${e.attempt})` : ''}`,
    `      ${rule}`,
    `      waited ${seconds(e.waited_ms)}, took ${seconds(e.duration_ms)}`,
    `      ${e.status === null ? `no answer: ${shown(e.error ?? '')}` : answered(e)}`,
  ];
}

function answered(e: ExchangeRecord): string {
  const what = e.status! >= 300 && e.status! < 400 ? ', which leads elsewhere' : '';
  return `answered ${e.status}${what}: ${shown(e.content_type ?? 'no content type')}, ${e.bytes ?? 0} bytes on the wire`;
}

function responseLines(response: WebResponse): string[] {
  const { identity, sign } = identityOf(response);
  const headers = Object.entries(response.headers).map(([name, value]) => `      ${name}: ${shown(value)}`);
  return [
    ...(response.redirects.length > 0
      ? [`  after ${response.redirects.length} redirect(s): ${shown(response.finalUrl)}`]
      : []),
    `  read as ${response.contentType ?? 'unknown type'}, ${response.text().charset}, ${response.body.length} bytes decoded`,
    `  taken for: ${identity.replaceAll('_', ' ')}${sign === null ? '' : ` (${shown(sign)})`}`,
    '  headers:',
    ...headers,
  ];
}

function adviceOn(error: WorkbenchError): string[] {
  if (error instanceof DomainPaused)
    return [`  Nothing was asked; try again after ${error.until.toISOString()}.`];
  return [];
}

const identityOf = (response: WebResponse) =>
  response.status >= 400
    ? { identity: 'page' as const, sign: `status ${response.status}` }
    : identifyPage({ ...response, text: isHtmlType(response.contentType) ? response.text().text : '' });

const seconds = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** What a site says reaches the terminal without its control characters. */
const shown = (text: string) => sanitise(text).slice(0, 500);
