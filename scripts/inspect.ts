/**
 * `npm run inspect`: looks at one thing the way the workbench does, in words, as `--json`, or line by line (`--batch`).
 *
 *   npm run inspect -- page page.html --url https://www.example.org/members
 *   npm run inspect -- fetch https://www.pma.org/
 *   npm run inspect -- robots --batch < questions.ndjson
 */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import {
  associationNamed,
  type Config,
  loadClassification,
  loadConfig,
  loadPlatforms,
} from '../lib/config.js';
import { UserError } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { type Answerer, answerLines } from '../lib/inspect/batch.js';
import { openVisit, type Visited, visitLines } from '../lib/inspect/fetch.js';
import {
  inspectPage,
  type PageContext,
  type PageQuestion,
  pageInput,
  pageQuestion,
} from '../lib/inspect/page.js';
import { pagePicture } from '../lib/inspect/picture.js';
import { type Reader, readers } from '../lib/inspect/readers.js';
import type { Reading } from '../lib/page/types.js';
import { openReadingPool } from '../lib/reading/pool.js';
import { stylesFor } from '../lib/ui/styles.js';

interface Options {
  json?: boolean;
  batch?: boolean;
  url?: string;
  association?: string;
  learn?: boolean;
  world?: 'real' | 'sandbox';
}

const isUrl = (text: string) => /^https?:\/\//i.test(text);

async function main(): Promise<number> {
  let exitCode = 0;
  const program = new Command('npm run inspect --')
    .description('Looks at one thing the way the workbench does.')
    .exitOverride();

  program
    .command('page')
    .argument('[file or URL]')
    .description('every record of a page, each field with strategy, raw text and confidence')
    .option('--url <url>', 'address of a file’s page, for its links')
    .option('--association <code>', 'read with the selectors of this association')
    .option(
      '--learn',
      'selectors for such pages, learned from this one; with --association a patch to its YAML',
    )
    .option('--json', 'one object')
    .option('--batch', 'NDJSON lines {"file", "url"} in, one object a line out')
    .option('--world <world>', 'for a URL: real or sandbox', 'real')
    .action(async (target: string | undefined, options: Options) => {
      exitCode = await inspectPages(target, options);
    });

  program
    .command('fetch')
    .argument('<url>')
    .description('one polite fetch: every hop, header, wait and rule')
    .option('--json', 'one object')
    .option('--world <world>', 'real or sandbox', 'real')
    .action(async (url: string, options: Options) => {
      const visit = await openVisit(options.world ?? 'real');
      try {
        const visited = await visit.fetch(url);
        console.log(options.json ? JSON.stringify(visited.summary) : visitLines(visited).join('\n'));
        if (visited.error) exitCode = visited.error.exitCode;
      } finally {
        await visit.close();
      }
    });

  for (const [name, reader] of Object.entries(readers)) {
    program
      .command(name)
      .argument(`[${reader.argument}]`)
      .description(reader.about)
      .option('--json', 'one object')
      .option('--batch', 'NDJSON in, NDJSON out, `id` passed through')
      .action(async (value: string | undefined, options: Options) => {
        exitCode = await inspectValue(name, reader, value, options);
      });
  }
  await program.parseAsync();
  return exitCode;
}

async function inspectValue(
  name: string,
  reader: Reader,
  value: string | undefined,
  options: Options,
): Promise<number> {
  const answer: Answerer = (question) => reader.read(reader.input.parse(question) as never);
  if (options.batch) return (await answerLines(process.stdin, process.stdout, answer)).errors > 0 ? 1 : 0;
  if (value === undefined)
    throw new UserError(
      `inspect ${name} wants a ${reader.argument}, or --batch with lines on standard input.`,
    );
  if (name === 'robots' && isUrl(value)) return inspectRobots(value, options);
  const out = await answer({ [reader.argument]: value });
  console.log(options.json ? JSON.stringify(out) : JSON.stringify(out, null, 2));
  return 0;
}

/** By URL: the site's own robots.txt, fetched by the rules, and what follows from it. */
async function inspectRobots(url: string, options: Options): Promise<number> {
  const visit = await openVisit(options.world ?? 'real');
  try {
    const verdict = await visit.robots(url);
    console.log(JSON.stringify(verdict, null, options.json ? 0 : 2));
    return 0;
  } finally {
    await visit.close();
  }
}

async function inspectPages(target: string | undefined, options: Options): Promise<number> {
  const config = await loadConfig();
  const association = options.association ? associationNamed(config, options.association) : null;
  const context: PageContext = {
    platforms: await loadPlatforms(config),
    weights: await loadClassification(config),
    selectors: association?.selectors ?? null,
    siteName: association?.name ?? null,
  };
  if (options.batch) {
    const pool = openReadingPool({
      deadlineMs: config.agents.extraction.page_deadline_ms,
      heapMb: 1_024, // the page is what somebody wants to look at
    });
    try {
      return (
        await answerLines(process.stdin, process.stdout, (question) => pool.run('inspect', context, question))
      ).errors > 0
        ? 1
        : 0;
    } finally {
      await pool.close();
    }
  }
  if (target === undefined)
    throw new UserError('inspect page wants a file or a URL, or --batch with lines on standard input.');
  const question = isUrl(target) ? await fetched(target, options) : { file: target, url: options.url };
  if (options.learn) return learn(pageQuestion.parse(question), context, config, options);
  const answer = await inspectPage(pageQuestion.parse(question), context);
  console.log(
    options.json
      ? JSON.stringify(answer)
      : pagePicture(answer as unknown as Reading & { url: string }, stylesFor(process.stdout)),
  );
  return 0;
}

/** Selectors on standard output; what they were tried with beside them, or, with an association, the patch. */
async function learn(
  question: PageQuestion,
  context: PageContext,
  config: Config,
  options: Options,
): Promise<number> {
  const [{ learnSelectors }, { learnedLines }, { spliceSelectors, unifiedDiff }] = await Promise.all([
    import('../lib/learning/induce.js'),
    import('../lib/learning/picture.js'),
    import('../lib/learning/yaml.js'),
  ]);
  const { learned, why } = learnSelectors(await pageInput(question, context));
  if (!learned) throw new UserError(`No selectors: ${why}.`, { code: 'NOTHING_TO_LEARN' });
  if (options.json) console.log(JSON.stringify(learned));
  else console.log(learnedLines(learned).join('\n'));
  if (options.association && !options.json) {
    const file = path.join(config.folder, 'associations.yaml');
    const text = await fs.readFile(file, 'utf8');
    const code = associationNamed(config, options.association).code;
    console.log(
      `\n${unifiedDiff('config/associations.yaml', text, spliceSelectors(text, code, learned.block))}`,
    );
  }
  return 0;
}

async function fetched(url: string, options: Options): Promise<Record<string, unknown>> {
  const visit = await openVisit(options.world ?? 'real');
  try {
    const visited: Visited = await visit.fetch(url);
    if (!visited.response) throw visited.error ?? new UserError(`${url} gave no answer`);
    return {
      html: visited.response.text().text,
      url: visited.response.finalUrl,
      content_type: visited.response.contentType,
    };
  } finally {
    await visit.close();
  }
}

void mainOf(main);
