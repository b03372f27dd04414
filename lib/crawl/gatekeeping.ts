/** A look at one site's door: robots.txt, terms of use, walls; and the verdict that follows from them. */
import type { Association } from '../config.js';
import type { PhaseContext } from '../harness/recipe.js';
import type { RowOf } from '../lake/partition.js';
import { skimPage } from '../page/skim.js';
import type { RobotsVerdict } from '../web/robots-policy.js';
import { registrableDomain, sameSite } from '../web/url.js';
import { loginWall, readTerms, type TermsReading, termsLinks, USUAL_TERMS } from './access.js';
import type { PageRow, Visitor } from './visitor.js';

export type Seed = RowOf<'url_queue'>;
type AccessCheck = RowOf<'access_checks'>;

/** What was found at the door of one origin. */
interface Findings {
  terms: ({ url: string } & TermsReading) | null;
  /** Start pages behind a login, each with the sign. */
  logins: Map<string, string>;
  /** Block page or captcha. */
  botWall: string | null;
  /** A page of the site was had. */
  entered: boolean;
  trouble: string[];
}

/** Looks at one origin. A person's refusal, or robots.txt, ends the look before any page is asked for. */
export async function checkOrigin(
  phase: PhaseContext,
  site: { origin: string; robots: RobotsVerdict; seeds: readonly Seed[]; visitor: Visitor },
): Promise<AccessCheck> {
  const { origin, robots, seeds } = site;
  const { access } = phase.association;
  const rules = robots.robots;
  const open = seeds.filter((seed) => rules.check(seed.url).allowed);
  const nothing: Findings = { terms: null, logins: new Map(), botWall: null, entered: false, trouble: [] };
  const looks =
    access?.decision !== 'refused' &&
    open.length > 0 &&
    (access !== undefined || robots.needsPerson === null);
  const found = looks ? await lookAround(phase, { ...site, open }) : nothing;
  const verdict = verdictOf({ access, robots, open: open.length, closed: seeds.length - open.length, found });
  return {
    domain: registrableDomain(origin),
    origin,
    robots_status: robots.status,
    robots_sha256: robots.sha256,
    crawl_delay_secs: rules.crawlDelaySecs,
    sitemaps: rules.sitemaps,
    tos_url: found.terms?.url ?? null,
    tos_clauses: found.terms?.clauses ?? [],
    login_wall: found.logins.size > 0,
    closed_urls: [...found.logins.keys()].sort(),
    ...verdict,
    decided_by: access?.by ?? null,
    checked_at: phase.clock.now().toISOString(),
  };
}

type Site = Parameters<typeof checkOrigin>[1] & { open: readonly Seed[] };

async function lookAround(phase: PhaseContext, site: Site): Promise<Findings> {
  const { visitor, origin, open } = site;
  const found: Findings = { terms: null, logins: new Map(), botWall: null, entered: false, trouble: [] };
  const home = open.find((seed) => seed.reason === 'home')?.url;
  const first = home ?? `${origin}/`;
  const start = await visitor.visit(first, {
    depth: 0,
    foundOn: null,
    ...(home === undefined && { chance: 'page' as const }),
  });
  noteWall(first, start, found, visitor);
  // The terms come before any list: where they forbid, the lists are not touched.
  found.terms = await findTerms(site, start);
  if (found.botWall !== null || (found.terms?.forbidding.length && phase.association.access === undefined))
    return found;
  for (const seed of open) {
    if (seed.url === first || found.botWall !== null) continue;
    noteWall(seed.url, await visitor.visit(seed.url, { depth: 0, foundOn: null }), found, visitor);
  }
  return found;
}

/** Files what a start page turned out to be. */
function noteWall(url: string, page: PageRow | null, found: Findings, visitor: Visitor): void {
  if (page === null) {
    const failure = visitor.failure(url);
    if (failure === null || failure.code === 'HTTP_404') return;
    if (failure.code === 'BLOCK_PAGE' || failure.code === 'CAPTCHA') found.botWall ??= failure.error;
    else if (/^(?:LOGIN_WALL|HTTP_401|HTTP_403)$/.test(failure.code)) found.logins.set(url, failure.error);
    else found.trouble.push(failure.error);
    return;
  }
  const skim = skimPage(page.final_url ?? url, page.body ?? '', { text: true });
  const wall = loginWall({ url, final_url: page.final_url }, skim, skim.text);
  if (wall === null) found.entered = true;
  else found.logins.set(url, `${url}: ${wall}`);
}

/** Links that are tried for terms of use. */
const TERMS_TRIED = 2;
const ABOUT_TERMS =
  /\b(?:terms|conditions|agreement|acceptable use|legal notice|use of (?:this|the|our) (?:web ?)?site)\b/i;

async function findTerms(
  { visitor, origin, robots }: Site,
  start: PageRow | null,
): Promise<Findings['terms']> {
  if (start === null) return null;
  const url = start.final_url ?? start.url;
  const skim = skimPage(url, start.body ?? '');
  const named = termsLinks(skim, (link) => sameSite(link, url)).slice(0, TERMS_TRIED);
  // Common paths are tried only where no page names the terms.
  const tried = named.length > 0 ? named : USUAL_TERMS.map((path) => `${origin}${path}`);
  for (const candidate of tried) {
    if (new URL(candidate).origin === origin && !robots.robots.check(candidate).allowed) continue;
    const page = await visitor.visit(candidate, { depth: 1, foundOn: start.url, chance: 'page' });
    if (page?.body == null) continue;
    const read = skimPage(page.final_url ?? candidate, page.body, { text: true });
    // A site that answers any address with its home page has no terms there.
    if (
      read.fingerprint === skim.fingerprint ||
      !ABOUT_TERMS.test(`${read.title ?? ''} ${read.text.join(' ')}`)
    )
      continue;
    return { url: candidate, ...readTerms(candidate, page.body) };
  }
  return null;
}

function verdictOf(about: {
  access: Association['access'];
  robots: RobotsVerdict;
  /** Start pages that robots.txt leaves open, and closes. */
  open: number;
  closed: number;
  found: Findings;
}): { verdict: string; applies_to: string; reasons: string[] } {
  const { access, robots, open, closed, found } = about;
  const { terms, logins, botWall, entered, trouble } = found;
  const reasons: string[] = [];
  if (robots.note !== null) reasons.push(robots.note);
  if (robots.status === null || robots.status >= 500)
    reasons.push(
      'its rules cannot be read, so nothing is asked of it for now; run gatekeeper again in an hour or later',
    );
  else if (closed > 0) reasons.push(`robots.txt closes ${closed} of ${open + closed} start pages`);
  if (robots.needsPerson !== null) reasons.push(robots.needsPerson);
  else if (robots.robots.crawlDelaySecs !== null)
    reasons.push(`Crawl-delay of ${robots.robots.crawlDelaySecs} s is kept`);
  for (const sign of logins.values())
    reasons.push(`a login is asked for, and nothing below that page is tried: ${sign}`);
  if (botWall !== null) reasons.push(`a wall against robots, which is not worked around: ${botWall}`);
  if (terms?.forbidding[0])
    reasons.push(
      `the terms of use seem to forbid automated access, a person must judge: “${terms.forbidding[0]}” (${terms.url})`,
    );
  else if (terms?.clauses.length)
    reasons.push(
      `the terms of use speak of automated access or use of the directory (${terms.clauses.length} sentences, see tos_clauses)`,
    );
  reasons.push(...trouble.map((what) => `a start page could not be looked at: ${what}`));

  const is = (verdict: string, applies_to: 'site' | 'closed_urls' = 'site') => ({
    verdict,
    applies_to,
    reasons,
  });
  if (access) {
    reasons.push(`${access.by} decided on ${access.date}: ${access.decision} (${access.reason})`);
    return is(access.decision);
  }
  if (open === 0) return is('refused');
  if (robots.needsPerson !== null || botWall !== null || terms?.forbidding.length) return is('needs_person');
  if (logins.size > 0) return is('needs_person', entered ? 'closed_urls' : 'site');
  const limited = robots.robots.crawlDelaySecs !== null || closed > 0 || (terms?.clauses.length ?? 0) > 0;
  return is(limited ? 'allowed_with_limits' : 'allowed');
}
