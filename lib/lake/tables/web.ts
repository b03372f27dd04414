/** Tables of INIT, GATEKEEPER, DISCOVERY and CLASSIFICATION: what was asked of the web and what came back. */
import { big, bytes, flag, instant, int, json, key, real, text, texts } from '../columns.js';
import { table } from '../table.js';

export const urlQueue = table(
  'url_queue',
  { grain: 'association', about: 'Where the crawl of an association begins.', key: ['url'] },
  {
    url: key('a seed URL from config'),
    reason: text('why it is a seed: home, directory, events'),
    priority: int('lower is earlier'),
  },
);

export const accessChecks = table(
  'access_checks',
  { grain: 'association', about: 'May we crawl this domain, and why.', key: ['domain', 'origin'] },
  {
    domain: key('registrable domain'),
    origin: key('scheme://host[:port] whose robots.txt was read'),
    robots_status: int('HTTP status of robots.txt; null when unreachable'),
    robots_sha256: text('hash of the robots.txt body'),
    crawl_delay_secs: real('Crawl-delay for our product token, seconds'),
    sitemaps: texts('Sitemap lines of robots.txt'),
    tos_url: text('terms-of-service page found'),
    tos_clauses: texts('sentences of it that speak of automated access, scraping or use of the directory'),
    login_wall: flag('a start page asks for a login'),
    closed_urls: texts('start pages that are closed (a login, robots.txt); nothing below them is asked for'),
    verdict: key('allowed, allowed_with_limits, refused, needs_person'),
    applies_to: text(
      'what the verdict is about: site, or closed_urls alone, where the rest of the site is open',
    ),
    reasons: texts('why this verdict'),
    decided_by: text('the person whose decision in config stands, if any'),
    checked_at: instant('when'),
  },
);

export const fetches = table(
  'fetches',
  {
    grain: 'association',
    about: 'Every HTTP exchange, answered or not.',
    key: ['fetched_at', 'url', 'attempt'],
  },
  {
    url: key('URL asked for'),
    final_url: text('URL that answered, after redirects'),
    method: text('HTTP method'),
    domain: text('registrable domain whose limits were charged'),
    status: int('HTTP status; null when there was no answer'),
    attempt: int('1 for the first try'),
    waited_ms: big('time spent waiting for a slot'),
    duration_ms: big('from the first byte sent to the last byte read'),
    bytes: big('body bytes read from the wire'),
    content_type: text('as the server said it'),
    from_cache: flag('answered 304 or from the lake'),
    error: text('error class and message'),
    robots_rule: text('the robots.txt line that decided, if any'),
    fetched_at: instant('start of the exchange'),
  },
);

export const pages = table(
  'pages',
  { grain: 'association', about: 'Pages kept with their body.', key: ['url'], rowGroup: 2_048 },
  {
    page_id: key('hash of the URL'),
    url: key('URL asked for'),
    final_url: text('URL that answered'),
    canonical_url: text('key of sameness: tracking parameters, fragment and default port gone'),
    status: int('HTTP status'),
    content_type: text('media type, sniffed where the header lies'),
    charset: text('charset the body was decoded with'),
    title: text('title element'),
    body: text('decoded text'),
    body_sha256: text('hash of the decoded text'),
    bytes: big('bytes on the wire'),
    etag: text('validator for the next crawl'),
    last_modified: text('validator for the next crawl'),
    robots_tag: text('X-Robots-Tag header of the answer'),
    rendered: flag('drawn in a browser: the body is the document as its scripts left it'),
    depth: int('clicks from a seed; 0 for seeds and sitemap entries'),
    found_on: text('page or sitemap that named it'),
    fetched_at: instant('when'),
  },
);

export const links = table(
  'links',
  {
    grain: 'association',
    about: 'Links seen on pages and in sitemaps, with what the frontier made of them.',
    key: ['from_url', 'to_url'],
  },
  {
    from_url: key('page or sitemap'),
    to_url: key('target, canonical'),
    anchor_text: text('text of the link'),
    context: text(
      'nav, main, footer, pager, letters, sitemap, feed; endpoint: where the list of a page that scripts draw comes from',
    ),
    nofollow: flag('rel=nofollow or meta robots'),
    priority: int('lower is fetched earlier; null when it is not followed'),
    decision: text(
      'followed; adopted (on another host, which keeps the directory for the association); or why not: offsite, nofollow, robots, login, file, same_thing, depth, repeat, trap, kind, postback, form; of an endpoint: data (read to its end), partial, none (no list), robots, rendered (the page was drawn)',
    ),
  },
);

export const crawlHosts = table(
  'crawl_hosts',
  { grain: 'association', about: 'Hosts that a crawl met, each with its own verdict.', key: ['origin'] },
  {
    origin: key('scheme://host[:port]'),
    domain: key('registrable domain whose limits are charged'),
    found_on: text('page that led there; null for a seed'),
    robots_status: int('HTTP status of robots.txt; null when unreachable'),
    crawl_delay_secs: real('Crawl-delay for our product token, seconds'),
    verdict: key('allowed, allowed_with_limits, refused, needs_person'),
    reason: text('why this verdict, where robots.txt itself does not say'),
    checked_at: instant('when'),
  },
);

export const crawlFigures = table(
  'crawl_figures',
  {
    grain: 'association',
    about: 'What a crawl came to: the members it saw, by several measures, and what it left out, by reason.',
    key: ['measure'],
  },
  {
    measure: key(
      'members_expected, members_seen, coverage, profile_pages, list_records, stated_total, left_out:<reason> …',
    ),
    value: real('the figure'),
    basis: text('where it comes from'),
  },
);

export const pageTypes = table(
  'page_types',
  { grain: 'association', about: 'What kind of page each page is.', key: ['url'], rowGroup: 8_192 },
  {
    page_id: key('hash of the URL'),
    url: key('URL of the page'),
    page_type: key(
      'member_directory, member_profile, exhibitor_list, sponsor_list, speaker_list, event, event_list, company, other',
    ),
    confidence: real('0 to 1'),
    signals: json<unknown[]>('the signals with their weights'),
  },
);

export const deadLetters = table(
  'dead_letters',
  {
    grain: 'association',
    about: 'What failed, where, with what error, and the input to try again.',
    key: ['phase', 'subject', 'error_code'],
  },
  {
    phase: key('phase that failed on it'),
    subject: key('URL, record id or domain'),
    error_code: key('stable code of the error class'),
    error: text('message'),
    input: json('what is needed to try again'),
    retryable: flag('a later try may succeed'),
    failed_at: instant('when'),
  },
);

export const providerResponses = table(
  'provider_responses',
  {
    grain: 'association',
    about: 'The ledger: every provider answer, paid or not.',
    key: ['provider', 'endpoint', 'request_key', 'fetched_at'],
    history: true,
  },
  {
    provider: key('clearbit, apollo, builtwith …'),
    endpoint: key('name of the call'),
    request_key: key('what was asked about, normalised (a domain)'),
    outcome: key(
      'matched, no_match, pending, suppressed, quota_exhausted, rate_limited, auth_failed, forbidden, invalid_request, upstream_error, malformed',
    ),
    http_status: int('HTTP status'),
    credits: real('credits charged'),
    cost_usd: real('by config/agents.yaml'),
    body: bytes('answer for this key as UTF-8 JSON, zstd inside Parquet'),
    retry_at: instant('earliest next try, when the provider said so'),
    fetched_at: instant('when'),
  },
);
