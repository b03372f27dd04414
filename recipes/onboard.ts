/**
 * ONBOARD: looks at the site of an association that is not in config yet, and prints the entry of
 * `config/associations.yaml` it suggests. It asks politely (robots.txt, pace, daily cap) and writes nothing to the lake.
 *
 *   npx tsx recipes/onboard.ts https://www.example-association.org
 *
 * reads   the site, as far as it lets us
 * writes  nothing: the entry goes to standard output
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadClassification, loadConfig, loadPlatforms } from '../lib/config.js';
import { ExitCode, UserError } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { openVisit } from '../lib/inspect/fetch.js';
import { entryNotes, entryYaml, suggestion } from '../lib/onboarding/entry.js';
import { explore } from '../lib/onboarding/explore.js';

interface Options {
  pages: number;
  world: 'real' | 'sandbox';
  json?: boolean;
}

async function main(): Promise<number> {
  const command = new Command('tsx recipes/onboard.ts')
    .description('Looks at an association’s site and prints an entry for config/associations.yaml.')
    .argument('<url>', 'its home page')
    .option('--pages <n>', 'at most so many pages are asked for', positive, 25)
    .addOption(new Option('--world <world>', 'real or sandbox').choices(['real', 'sandbox']).default('real'))
    .option('--json', 'everything that was found, as JSON')
    .exitOverride()
    .showHelpAfterError('--help lists what there is.');
  command.parse();
  const options = command.opts<Options>();
  const url = homeOf(command.args[0] ?? '');
  const config = await loadConfig();
  const visit = await openVisit(options.world);
  try {
    const found = await explore(url, {
      fetch: visit.fetch,
      platforms: await loadPlatforms(config),
      weights: await loadClassification(config),
      now: () => new Date().toISOString(),
      onPage: (page) => console.error(`looking at ${page}`),
      maxPages: options.pages,
    });
    const suggested = suggestion(found, config.associations);
    if (options.json) console.log(JSON.stringify(suggested));
    else {
      console.log(`# Below \`associations:\` in config/associations.yaml`);
      console.log(entryYaml(suggested).trimEnd());
      console.log(
        entryNotes(suggested)
          .map((note) => `# ${note}`)
          .join('\n'),
      );
    }
    return verdict(suggested);
  } finally {
    await visit.close();
  }
}

/** Rules that stand in the way are said, and end as elsewhere: with exit code 3. */
function verdict({ terms, closed, directory_urls }: ReturnType<typeof suggestion>): number {
  if (terms && terms.forbidding.length > 0) {
    console.error(
      `The terms of use at ${terms.url} speak against it:\n${terms.forbidding.map((t) => `  “${t}”`).join('\n')}\nNo list was looked at. A person may decide: \`access:\` in config/associations.yaml.`,
    );
    return ExitCode.refused;
  }
  if (directory_urls.length > 0) return ExitCode.done;
  if (closed.some((c) => /login|robots/i.test(c.why))) {
    console.error('No member list is open to us: see `closed` above.');
    return ExitCode.refused;
  }
  console.error('No member list was found; name it by hand in `directory_urls`.');
  return ExitCode.failed;
}

function homeOf(text: string): string {
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url) || !new URL(url).hostname.includes('.'))
    throw new UserError(`${JSON.stringify(text)} is no web address, such as https://www.example.org.`);
  return new URL(url).href;
}

function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('a whole number from 1');
  return n;
}

void mainOf(main);
