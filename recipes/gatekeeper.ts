/**
 * GATEKEEPER: may we crawl this association's site? Reads robots.txt, looks for terms of service and for a login wall,
 * and gives a verdict with its reasons. A person's decision in config stands above it.
 *
 * reads   url_queue
 * writes  access_checks, pages and fetches (of what it looked at)
 */

import { visitor } from '../lib/crawl/visitor.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { registrableDomain } from '../lib/web/url.js';

export const gatekeeper: Recipe = {
  phase: 'GATEKEEPER',
  name: 'gatekeeper',
  version: 1,
  grain: 'association',
  summary: 'Robots, terms of service and login walls: a verdict per site, with its reasons.',
  reads: ['url_queue'],
  writes: ['access_checks', 'pages', 'fetches', 'dead_letters'],
  network: true,
  collects: true,
  settings: ({ association, config }) => ({
    access: association?.access ?? null,
    token: config.agents.http.product_token,
  }),

  // A refusal is said again every time, by exit code 3 too.
  intact: async ({ counts }) =>
    counts.refused === undefined || Object.keys(counts).some((c) => c.startsWith('allowed')),

  async run(phase) {
    const { loginWall, termsClauses, termsLinks } = await import('../lib/crawl/access.js'); // loaded when there is work
    const { association, lake, web, clock, step, count, refuse } = phase;
    const seeds = await lake.rows('url_queue');
    const { visit, finish } = await visitor(phase);
    const origins = [...new Set(seeds.map((s) => new URL(s.url).origin))];
    const checks = [];

    for (const origin of origins) {
      step(`Read robots.txt of ${origin}`);
      const { robots, status, sha256, note } = await web.robotsFor(origin, (exchange) =>
        lake.append({ fetches: [exchange] }),
      );
      const reasons: string[] = note ? [note] : [];
      const own = seeds.filter((s) => s.url.startsWith(origin));
      const open = own.filter((s) => robots.check(s.url).allowed);
      if (open.length < own.length)
        reasons.push(`robots.txt closes ${own.length - open.length} of ${own.length} start pages`);
      if (robots.crawlDelaySecs !== null) reasons.push(`Crawl-delay of ${robots.crawlDelaySecs} s is kept`);

      step('Look for terms of service and login walls');
      let terms: { url: string; clauses: string[] } | null = null;
      let wall: string | null = null;
      const decided = association.access;
      // Who has been refused by a person is not looked at any further.
      for (const seed of decided?.decision === 'refused' ? [] : open) {
        const page = await visit(seed.url, { depth: 0, foundOn: null });
        if (page === null) continue;
        wall ??= seed.reason === 'directory' ? loginWall(page) : null;
        if (seed.reason !== 'home') continue;
        const [link] = termsLinks(page.final_url ?? seed.url, page.body ?? '').filter(
          (url) => robots.check(url).allowed,
        );
        const found = link ? await visit(link, { depth: 1, foundOn: seed.url }) : null;
        if (link && found) terms = { url: link, clauses: termsClauses(found.body ?? '') };
      }
      if (wall) reasons.push(`the directory asks for a login: ${wall}`);
      if (terms?.clauses.length)
        reasons.push(
          `the terms of service speak of automated access or use of the directory (${terms.clauses.length} sentences)`,
        );

      if (decided)
        reasons.push(`${decided.by} decided on ${decided.date}: ${decided.decision} (${decided.reason})`);
      const verdict =
        decided?.decision ??
        verdictOf({
          open: open.length,
          wall,
          clauses: terms?.clauses.length ?? 0,
          limited: robots.crawlDelaySecs !== null || open.length < own.length,
        });
      checks.push({
        domain: registrableDomain(origin),
        origin,
        robots_status: status,
        robots_sha256: sha256,
        crawl_delay_secs: robots.crawlDelaySecs,
        sitemaps: robots.sitemaps,
        tos_url: terms?.url ?? null,
        tos_clauses: terms?.clauses ?? [],
        login_wall: wall !== null,
        verdict,
        reasons,
        decided_by: decided?.by ?? null,
        checked_at: clock.now().toISOString(),
      });
      count(verdict);
    }

    count('pages', await finish());
    await lake.write('access_checks', checks);
    if (checks.every((c) => c.verdict === 'refused')) {
      const why = checks.map((c) => `${c.origin}: ${c.reasons.join('; ')}`).join('\n');
      refuse(
        `${association.code} refuses crawling, and nothing more of it is touched.\n${why}\nA person may decide otherwise: \`access:\` in config/associations.yaml.`,
      );
    }
  },
};

function verdictOf(found: { open: number; wall: string | null; clauses: number; limited: boolean }): string {
  if (found.open === 0) return 'refused';
  if (found.wall !== null) return 'needs_person';
  return found.limited || found.clauses > 0 ? 'allowed_with_limits' : 'allowed';
}

runAsCommand(gatekeeper, import.meta.url);
