/** BuiltWith: technologies by domain, sixteen at a time; errors inside answers with status 200. */
import { formatPhone } from '../places.js';
import type { Company } from '../population.js';
import type { Random } from '../random.js';
import { json, type Reply, type Request } from '../reply.js';
import { type Api, type ApiContext, lookup, spend, staleEmployees, tidyDomain } from './directory.js';
import { creditsOf, isKey, limitOf } from './keys.js';

export const BUILTWITH_HOST = 'api.builtwith.com';
const MAX_LOOKUPS = 16;
const DAY = 86_400_000;

const TAGS: Record<string, string> = {
  WordPress: 'cms',
  Drupal: 'cms',
  Joomla: 'cms',
  Shopify: 'shop',
  Squarespace: 'cms',
  'ASP.NET': 'framework',
  'Google Analytics': 'analytics',
  HubSpot: 'analytics',
  Hotjar: 'analytics',
  'Salesforce Pardot': 'analytics',
  'Google Tag Manager': 'widgets',
  jQuery: 'javascript',
  Bootstrap: 'css',
  'Microsoft Office 365': 'mx',
  'Google Workspace': 'mx',
  nginx: 'Web Server',
  Apache: 'Web Server',
  'Microsoft-IIS': 'Web Server',
  cloudflare: 'cdn',
};

/** The API of a world. */
export function builtwithApi(context: ApiContext): Api {
  return (request) => {
    const key = keyOf(request);
    // a wrong key is not a 401 here but an error inside a 200
    if (!isKey(key)) return failure(-2, 'API Key is incorrect or not a GUID');
    const limit = limitOf(key, 10, context.limitFactor);
    const second = context.windows.hit(`builtwith:${key}`, limit, 1000);
    const account = `builtwith:${key}`;
    const used = () => context.spent.get(account) ?? 0;
    const headers = (): Record<string, string> => ({
      'X-RATELIMIT-LIMIT-CONCURRENT': '8',
      'X-RATELIMIT-LIMIT-PERSECOND': String(limit),
      'X-RATELIMIT-CURRENT-PERSECOND': String(Math.min(second.used, limit)),
      'X-API-CREDITS-AVAILABLE': String(creditsOf(key)),
      'X-API-CREDITS-USED': String(used()),
      'X-API-CREDITS-REMAINING': String(creditsOf(key) - used()),
    });
    if (second.left < 0) {
      return json(
        429,
        {
          error: 'Rate limit exceeded',
          maxConcurrentRequests: 8,
          maxRequestsPerSecond: limit,
          currentConcurrentRequests: 0,
          currentRequestsInWindow: second.used - 1,
          retryAfterSeconds: 1,
        },
        headers(),
      );
    }
    if (request.path === '/usagev2/api.json')
      return json(
        200,
        { used: used(), purchased: creditsOf(key), remaining: creditsOf(key) - used() },
        headers(),
      );
    if (request.path === '/free1/api.json')
      return { ...free(context, request), headers: { 'content-type': 'application/json', ...headers() } };
    const version = /^\/v(2[0-3])\/api\.(json|xml|csv)$/.exec(request.path);
    if (!version)
      return {
        status: 404,
        headers: { 'content-type': 'text/html' },
        body: '<html><body>Not found</body></html>',
      };
    if (version[2] !== 'json') return failure(-1, 'Unsupported return type', headers());
    const domains = (request.query.get('LOOKUP') ?? '').split(',').map(tidyDomain).filter(Boolean);
    if (domains.length === 0 || domains.length > MAX_LOOKUPS)
      return failure(-8, `LOOKUP takes between 1 and ${MAX_LOOKUPS} root domains`, headers());
    const invalid = domains.find((d) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(d));
    if (invalid !== undefined)
      return failure(-8, `Invalid or unsupported root domain: ${invalid}`, headers());
    if (!spend(context, account, domains.length, creditsOf(key)))
      return failure(-3, 'You have no more API credits. Please purchase more to continue.', headers());
    return json(
      200,
      { Results: domains.map((d) => result(context, request, d)), Errors: [], Trust: null },
      headers(),
    );
  };
}

const failure = (code: number, message: string, headers: Record<string, string> = {}): Reply =>
  json(200, { Results: [], Errors: [{ Lookup: null, Code: code, Message: message }] }, headers);

function keyOf(request: Request): string | null {
  const header = request.headers.authorization ?? '';
  return /^api /i.test(header) ? header.slice(4).trim() : request.query.get('KEY');
}

function result(context: ApiContext, request: Request, domain: string): unknown {
  const flag = (name: string) => request.query.get(name)?.toLowerCase() === 'yes';
  const now = Date.parse(`${context.world.today}T00:00:00Z`);
  const found = lookup(context, 'builtwith', domain, 0.93);
  const seen = { FirstIndexed: now - 3000 * DAY, LastIndexed: now - 9 * DAY };
  // a domain that was never crawled is an answer too, with nothing in it
  if (!found)
    return {
      Lookup: domain,
      Result: { IsDB: 'False', Spend: 0, SpendHistory: [], Paths: [] },
      Meta: null,
      Attributes: null,
      FirstIndexed: 0,
      LastIndexed: 0,
      SalesRevenue: 0,
    };
  const { company: c, r } = found;
  const technologies = detected(c, r, now).filter(
    (t) => !flag('LIVEONLY') || t.LastDetected > seen.LastIndexed - 60 * DAY,
  );
  return {
    Lookup: domain,
    Result: {
      IsDB: 'True',
      Spend: r.int(0, 900),
      SpendHistory: [],
      Paths: [
        {
          Domain: domain,
          Url: '',
          SubDomain: '',
          ...seen,
          Technologies: flag('HIDETEXT')
            ? technologies.map(({ Description: _d, Link: _l, ...rest }) => rest)
            : technologies,
        },
      ],
    },
    ...(flag('NOMETA') ? {} : { Meta: meta(c, r, flag('NOPII')) }),
    ...(flag('NOATTR')
      ? {}
      : {
          Attributes: {
            Employees: r.chance(0.3) ? staleEmployees(r, c.employees) : 0,
            MJRank: 0,
            MJTLDRank: 0,
            RefSN: r.int(0, 90),
            RefIP: r.int(0, 80),
            Followers: 0,
            Sitemap: r.int(0, 60),
            GTMTags: 0,
            ProductCount: 0,
          },
        }),
    ...seen,
    SalesRevenue: 0,
  };
}

function detected(c: Company, r: Random, now: number) {
  const live = c.tech.names
    .filter(() => r.chance(0.9))
    .map((name) => ({ name, last: now - r.int(9, 40) * DAY }));
  const gone = r
    .sample(['Adobe Flash', 'Google Universal Analytics', 'PHP 5.6', 'Weebly', 'AddThis'], r.int(0, 3))
    .map((name) => ({ name, last: now - r.int(500, 2000) * DAY }));
  return [...live, ...gone].map(({ name, last }) => ({
    Name: name,
    Description: `${name} was found on this site.`,
    Link: `http://www.example.org/${name.toLowerCase().replace(/\W+/g, '-')}`,
    Tag: TAGS[name] ?? 'javascript',
    // not every technology has categories
    ...(r.chance(0.85) ? { Categories: [TAGS[name] ?? 'JavaScript Library'] } : {}),
    IsPremium: r.pick(['no', 'No', 'no', 'yes']),
    FirstDetected: last - r.int(100, 1500) * DAY,
    LastDetected: last,
  }));
}

function meta(c: Company, r: Random, withoutPii: boolean): unknown {
  const known = r.chance(0.8);
  return {
    Majestic: 0,
    Umbrella: 0,
    Vertical: r.pick(['Business And Industrial', '', 'Business And Industrial']),
    Social: r.chance(0.6) ? [`http://linkedin.com/company/${c.domain?.replace(/\.\w+$/, '')}`] : null,
    CompanyName: known ? c.name : null,
    Telephones: r.chance(0.8) ? [`+1-${formatPhone(c.phone, 1)}`] : null,
    Emails: withoutPii || c.email === null ? [] : [c.email],
    City: known ? c.address.city : null,
    State: known ? c.address.state : null,
    Postcode: known ? c.address.zip : null,
    Country: 'US',
    Names: withoutPii
      ? null
      : c.people.slice(0, 1).map((p) => ({ Name: `${p.first} ${p.last}`, Title: p.title, Email: p.email })),
    ARank: r.int(900_000, 9_000_000),
    QRank: -1,
  };
}

function free(context: ApiContext, request: Request): Reply {
  const domain = tidyDomain(request.query.get('LOOKUP') ?? '');
  const found = lookup(context, 'builtwith', domain, 0.93);
  const latest = Math.round(Date.parse(`${context.world.today}T00:00:00Z`) / 1000);
  const groups = new Map<string, number>();
  for (const name of found?.company.tech.names ?? [])
    groups.set(TAGS[name] ?? 'javascript', (groups.get(TAGS[name] ?? 'javascript') ?? 0) + 1);
  return json(200, {
    domain,
    first: found ? 1_389_481_200 : 0,
    last: found ? latest : 0,
    groups: [...groups].map(([name, live]) => ({
      name,
      live,
      dead: 1,
      latest,
      oldest: 1_389_481_200,
      categories: [],
    })),
  });
}
