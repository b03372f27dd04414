/** What a site answers with, and the small habits all web servers share. */
import type { IncomingHttpHeaders } from 'node:http';
import { hash } from './random.js';

export type Request = {
  scheme: 'http' | 'https';
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
};

export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** A body that is not UTF-8 text; stands above `body`. */
  bytes?: Buffer;
  /** How the answer leaves the server, when not as a good server sends it. */
  wire?: Wire;
  /** YYYY-MM-DD of the last change; makes the answer cacheable. */
  modified?: string;
  delayMs?: number;
  /** Close the connection without a word. */
  drop?: boolean;
  /** Close it after half of the body. */
  truncate?: boolean;
  /** The misdeed that was done to this answer, for the log. */
  fault?: string;
};

/** Ill manners of a connection; `times` repeats the body without holding it in memory. */
export type Wire =
  | { how: 'hang'; ms: number }
  | { how: 'drip'; everyMs: number; chunk: number }
  | { how: 'stall'; ms: number }
  | { how: 'cut' }
  | { how: 'claim'; length: number }
  | { how: 'repeat'; times: number };

export type Site = (request: Request) => Reply;

const HTML = 'text/html; charset=utf-8';

/** A page that can be cached and asked for again. */
export const page = (
  markup: { raw: string },
  modified: string,
  headers: Record<string, string> = {},
): Reply => ({
  status: 200,
  headers: { 'content-type': HTML, ...headers },
  body: markup.raw,
  modified,
});

export const errorPage = (
  status: number,
  markup: { raw: string },
  headers: Record<string, string> = {},
): Reply => ({
  status,
  headers: { 'content-type': HTML, ...headers },
  body: markup.raw,
});

export const text = (body: string, modified: string, type = 'text/plain; charset=utf-8'): Reply => ({
  status: 200,
  headers: { 'content-type': type },
  body,
  modified,
});

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

export const redirect = (to: string, status = 301): Reply => ({
  status,
  headers: { location: to, 'content-type': HTML },
  body: `<html><head><title>Document Moved</title></head><body><h1>Object Moved</h1>This document may be found <a href="${to}">here</a></body></html>`,
});

export const dropped: Reply = { status: 0, drop: true };

/** https and the canonical host first, as a redirect; null when the request is there already. */
export function toCanonical(request: Request, host: string, secure = true): Reply | null {
  const scheme = secure ? 'https' : 'http';
  if (request.host === host && request.scheme === scheme) return null;
  const query = request.query.size > 0 ? `?${request.query}` : '';
  return redirect(`${scheme}://${host}${request.path}${query}`);
}

/** A day on which a page last changed: stable for its address, some time before today. */
export function changedOn(today: string, address: string): string {
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 12 - (hash(address) % 380));
  return day.toISOString().slice(0, 10);
}

/** Adds validators to a cacheable answer and turns it into 304 when the client has it already. */
export function validate(request: Request, reply: Reply): Reply {
  if (reply.status !== 200 || reply.modified === undefined || !/^(GET|HEAD)$/.test(request.method))
    return reply;
  const body = reply.bytes?.toString('latin1') ?? reply.body ?? '';
  const etag = `"${hash(body).toString(16)}-${body.length.toString(16)}"`;
  const modified = new Date(`${reply.modified}T06:00:00Z`);
  const headers = { ...reply.headers, etag, 'last-modified': modified.toUTCString() };
  const match = request.headers['if-none-match'];
  const since = request.headers['if-modified-since'];
  // RFC 9110: If-None-Match, when there, decides alone
  const fresh =
    match !== undefined
      ? match.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
      : since !== undefined && Date.parse(since) >= modified.getTime();
  return fresh
    ? { status: 304, headers: { etag, 'last-modified': headers['last-modified'] } }
    : { ...reply, headers };
}
