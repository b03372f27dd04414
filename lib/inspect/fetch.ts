/** One polite fetch outside any job, with everything that happened on the way. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../config.js';
import { WorkbenchError } from '../errors.js';
import { SANDBOX_DEFAULTS } from '../harness/session.js';
import { openWorldAccess } from '../harness/world-access.js';
import { Lake } from '../lake/lake.js';
import { LAKE_FORMAT, lakeRoot } from '../lake/paths.js';
import { readWorld, type World } from '../lake/world.js';
import type { ExchangeRecord, WebResponse } from '../web/types.js';

export interface Visited {
  url: string;
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
  const root = there?.world === kind ? lakeRoot() : await mkdtemp(path.join(tmpdir(), 'nam-inspect-'));
  const lake = await Lake.open({ root });
  const abort = new AbortController();
  const waits: string[] = [];
  const access = openWorldAccess({
    world,
    lake,
    config,
    env: process.env,
    signal: abort.signal,
    onWait: (domain, reason, ms) => waits.push(`${domain}: ${reason}, ${Math.round(ms)} ms`),
  });
  return {
    async fetch(url) {
      const web = await access.web();
      const exchanges: ExchangeRecord[] = [];
      let response: WebResponse | null = null;
      let error: WorkbenchError | null = null;
      try {
        response = await web.fetch({ url, purpose: 'page', onExchange: (record) => exchanges.push(record) });
      } catch (thrown) {
        if (!(thrown instanceof WorkbenchError)) throw thrown;
        error = thrown;
      }
      const summary = {
        url,
        final_url: response?.finalUrl ?? null,
        status: response?.status ?? null,
        content_type: response?.contentType ?? null,
        charset: response?.text().charset ?? null,
        bytes: response?.wireBytes ?? null,
        robots_rule: response?.robotsRule ?? null,
        waits,
        exchanges,
        headers: response?.headers ?? null,
        error: error ? { code: error.code, message: error.message } : null,
      };
      return { url, exchanges, response, error, summary };
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
      };
    },
    async close() {
      await access.close();
      await lake.close();
    },
  };
}

/** The visit in words, a line an exchange. */
export function visitLines({ url, exchanges, response, error }: Visited): string[] {
  const lines = [url];
  for (const e of exchanges) {
    const what =
      e.status === null
        ? (e.error ?? 'no answer')
        : `${e.status} ${e.content_type ?? ''} ${e.bytes ?? 0} bytes`;
    lines.push(
      `  ${e.method} ${e.url}`,
      `      try ${e.attempt}, waited ${e.waited_ms} ms, took ${e.duration_ms} ms: ${what}${e.robots_rule ? `; robots: ${e.robots_rule}` : ''}`,
    );
  }
  if (response) {
    lines.push(
      `  read as ${response.contentType ?? 'unknown type'}, ${response.text().charset}, ${response.body.length} bytes decoded`,
    );
    for (const [name, value] of Object.entries(response.headers)) lines.push(`      ${name}: ${value}`);
  }
  if (error) lines.push(`  ${error.code}: ${error.message}`);
  return lines;
}
