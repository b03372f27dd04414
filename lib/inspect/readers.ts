/**
 * The readers that `inspect` answers with: each takes one object and gives one, so that the same code serves a person
 * with one argument and a machine with a million lines. Pure, apart from what is in the object.
 */
import { z } from 'zod';
import { readSitemap } from '../crawl/sitemap.js';
import { parseAddress } from '../page/address-single.js';
import { parseEventDates } from '../page/dates.js';
import { findEmails } from '../page/email.js';
import { parseCompanyName } from '../page/name.js';
import { findPhones } from '../page/phone.js';
import { structuredData } from '../page/structured.js';
import { retryAfterMs } from '../web/retry-after.js';
import { parseRobots, robotsText } from '../web/robots.js';
import { wholeLines } from '../web/robots-policy.js';
import { canonicalUrl, registrableDomain } from '../web/url.js';

export interface Reader {
  /** What it does, for `--help`. */
  about: string;
  /** The field that a single argument on the command line fills. */
  argument: string;
  input: z.ZodType;
  read(input: never): object;
}

const reader = <S extends z.ZodType>(
  about: string,
  argument: string,
  input: S,
  read: (input: z.output<S>) => object,
): Reader => ({
  about,
  argument,
  input,
  read: read as Reader['read'],
});

const bytesOf = (base64: string | null | undefined): Uint8Array | null =>
  typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : null;

/** True when one of the fields is there: an empty file is a file, a missing one is a mistake. */
const isGiven =
  (...names: string[]) =>
  (question: Record<string, unknown>): boolean =>
    names.some((name) => typeof question[name] === 'string');

/** A field that may be missing or null. */
const orElse = (value: string) =>
  z
    .string()
    .nullish()
    .transform((given) => given ?? value);

/** A point in time: any text that names one, or milliseconds since 1970. */
const instant = z
  .union([z.string(), z.number()])
  .transform((value) => new Date(value))
  .refine((date) => !Number.isNaN(date.getTime()), { error: 'is no point in time' });

export const readers: Readonly<Record<string, Reader>> = {
  robots: reader(
    'what a robots.txt says of a URL to a product token (RFC 9309)',
    'url',
    z
      .object({
        robots_txt: z.string().nullish(),
        robots_base64: z.base64().nullish(),
        user_agent: orElse('NAMIntelligenceBot'),
        url: z.string(),
      })
      .refine(isGiven('robots_txt', 'robots_base64'), {
        error: 'give the file as robots_txt or robots_base64',
      }),
    ({ robots_txt, robots_base64, user_agent, url }) => {
      const bytes = bytesOf(robots_base64) ?? new TextEncoder().encode(robots_txt ?? '');
      const origin = URL.canParse(url) ? new URL(url).origin : 'https://example.org';
      const text = robotsText(wholeLines(bytes));
      const robots = parseRobots(text, productToken(user_agent), `${origin}/robots.txt`);
      return { ...robots.check(url), crawl_delay: robots.crawlDelaySecs, sitemaps: robots.sitemaps };
    },
  ),
  sitemap: reader(
    'the pages and further sitemaps that a sitemap names',
    'body',
    z
      .object({
        url: orElse('https://example.org/sitemap.xml'),
        body: z.string().nullish(),
        body_base64: z.base64().nullish(),
        content_type: z.string().nullish(),
      })
      .refine(isGiven('body', 'body_base64'), { error: 'give the sitemap as body or body_base64' }),
    ({ url, body, body_base64 }) => {
      const { urls, sitemaps, error } = readSitemap(
        url,
        bytesOf(body_base64) ?? new TextEncoder().encode(body ?? ''),
      );
      return { urls: urls.map((u) => u.url), sitemaps, error };
    },
  ),
  url: reader(
    'the canonical form of a URL and its registrable domain',
    'url',
    z.object({ url: z.string() }),
    ({ url }) => ({
      canonical: canonicalUrl(url),
      registrable_domain: URL.canParse(url) ? registrableDomain(url) : null,
    }),
  ),
  'retry-after': reader(
    'the seconds that a Retry-After value asks for (RFC 9110)',
    'value',
    z.object({
      value: z.union([z.string(), z.number().transform(String)]).nullable(),
      now: instant.nullish(),
    }),
    ({ value, now }) => {
      const ms = retryAfterMs(value, now ?? new Date());
      return { seconds: ms === null ? null : Math.ceil(ms / 1000) };
    },
  ),
  structured: reader(
    'the JSON-LD, microdata, RDFa, Open Graph and hCard entities of a page',
    'html',
    z.object({ html: z.string(), url: orElse('https://example.org/') }),
    ({ html, url }) => ({ entities: structuredData(html, url) }),
  ),
  name: reader('a company name in its parts', 'text', z.object({ text: z.string() }), ({ text }) => ({
    ...parseCompanyName(text),
  })),
  address: reader('an address in its parts', 'text', z.object({ text: z.string() }), ({ text }) => ({
    ...(parseAddress(text) ?? {
      street: null,
      unit: null,
      city: null,
      state: null,
      postal_code: null,
      country: null,
    }),
  })),
  date: reader(
    'the days and times of an event',
    'text',
    z.object({ text: z.string(), now: z.string().nullish() }),
    ({ text, now }) => ({
      ...(parseEventDates(text, now ?? new Date().toISOString()) ?? {
        start_date: null,
        end_date: null,
        start_time: null,
        end_time: null,
        time_zone: null,
      }),
    }),
  ),
  phone: reader(
    'the telephone numbers in a text',
    'text',
    z.object({ text: z.string(), country: z.string().nullish() }),
    ({ text, country }) => ({
      phones: findPhones(text, country ?? undefined).map(({ e164, extension }) => ({ e164, extension })),
    }),
  ),
  email: reader(
    'the e-mail addresses of a page, hidden ones too',
    'html',
    z.object({ html: z.string() }),
    ({ html }) => ({ emails: findEmails(html) }),
  ),
};

/** The product token of a whole User-Agent value: what stands before the first blank, `/`, `,` or `;`. */
const productToken = (userAgent: string): string => /^[^\s/,;]*/.exec(userAgent.trim())![0];
