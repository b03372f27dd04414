/**
 * GATEKEEPER: may we crawl this association's site? Reads robots.txt, looks for terms of use and for walls (a login, a
 * block page, a captcha), and gives a verdict with its reasons for every host that the crawl begins on. A person's
 * decision in config stands above it.
 *
 * reads   url_queue
 * writes  access_checks, pages and fetches (of what it looked at)
 */

import { isOpen } from '../lib/crawl/verdicts.js';
import { visitor as openVisitor } from '../lib/crawl/visitor.js';
import { runAsCommand } from '../lib/harness/command.js';
import type { Recipe } from '../lib/harness/recipe.js';

export const gatekeeper: Recipe = {
  phase: 'GATEKEEPER',
  name: 'gatekeeper',
  version: 2,
  grain: 'association',
  summary: 'Robots, terms of use and walls: a verdict per host, with its reasons.',
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
    const { checkOrigin } = await import('../lib/crawl/gatekeeping.js'); // loaded when there is work
    const { association, lake, web, step, count, notice, refuse } = phase;
    const seeds = await lake.rows('url_queue');
    const visitor = await openVisitor(phase);
    const checks = [];

    for (const origin of new Set(seeds.map((seed) => new URL(seed.url).origin))) {
      step(`Read robots.txt of ${origin}`);
      const robots = await web.robotsFor(origin, (exchange) => lake.append({ fetches: [exchange] }));

      step(`Look for terms of use and walls at ${origin}`);
      const own = seeds.filter((seed) => new URL(seed.url).origin === origin);
      const check = await checkOrigin(phase, { origin, robots, seeds: own, visitor });
      checks.push(check);
      count(check.verdict);
      if (check.verdict === 'needs_person')
        notice(
          'NEEDS_PERSON',
          `${origin} needs a person's decision${isOpen(check) ? ' about a part of it; the rest is open' : ''}: ${check.reasons.join('; ')}. Write it into \`access:\` in config/associations.yaml.`,
        );
    }

    step('Write the verdicts');
    count('pages', await visitor.finish());
    await lake.write('access_checks', checks);
    if (checks.every((check) => check.verdict === 'refused')) {
      const why = checks.map((c) => `${c.origin}: ${c.reasons.join('; ')}`).join('\n');
      refuse(
        `${association.code} refuses crawling, and nothing more of it is touched.\n${why}\nA person may decide otherwise: \`access:\` in config/associations.yaml.`,
      );
    }
  },
};

runAsCommand(gatekeeper, import.meta.url);
