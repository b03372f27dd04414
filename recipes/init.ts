/**
 * INIT: opens a job. Checks the ground (config, keys, disk, lake) and writes where the crawl of each association begins.
 *
 * reads   config
 * writes  health_check.json, url_queue
 */
import { runAsCommand } from '../lib/harness/command.js';
import { checkHealth } from '../lib/harness/health.js';
import type { Recipe } from '../lib/harness/recipe.js';
import { writeHealth } from '../lib/lake/jobs.js';
import { canonicalUrl } from '../lib/web/url.js';

export const init: Recipe = {
  phase: 'INIT',
  name: 'init',
  version: 1,
  grain: 'association',
  summary: 'Opens a job: health check and the seeds of the URL queue.',
  reads: [],
  writes: ['url_queue'],
  settings: ({ association }) => ({
    url: association?.url,
    directory: association?.directory_urls,
    events: association?.event_urls,
  }),

  async run({ association, config, lake, store, jobId, secret, step, count }) {
    step('Check config, keys, disk and lake');
    const health = await checkHealth({ config, root: store.writeRoot, secret });
    await writeHealth(store.writeRoot, jobId, health);

    step('Seed the URL queue');
    const seeds = [
      { url: association.url, reason: 'home', priority: 0 },
      ...association.directory_urls.map((url) => ({ url, reason: 'directory', priority: 1 })),
      ...association.event_urls.map((url) => ({ url, reason: 'events', priority: 5 })),
    ];
    const unique = new Map(seeds.map((seed) => [canonicalUrl(seed.url), seed]));
    count('seeds', await lake.write('url_queue', unique.values()));
  },
};

runAsCommand(init, import.meta.url);
