/**
 * `npm run healthcheck`: what a run stands on, one line each: `ok`, `!!` for what stops a run, `--` for what is not
 * configured. Exit 0, or 1 where something is `!!`.
 */
import { Command } from 'commander';
import {
  type Config,
  loadClassification,
  loadConfig,
  loadFingerprints,
  loadPlatforms,
  loadScoring,
  loadVendors,
} from '../lib/config.js';
import { ExitCode, isExpected, messageOf } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { checkHealth } from '../lib/harness/health.js';
import { redactor } from '../lib/harness/redact.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { readWorld } from '../lib/lake/world.js';
import { assertDatabase } from '../lib/outlets/postgres.js';
import { toleratePipeEnd } from '../lib/ui/pipe.js';
import { sanitise } from '../lib/ui/sanitise.js';

type Mark = 'ok' | '!!' | '--';
interface Line {
  mark: Mark;
  name: string;
  detail: string;
}

/** Names that a browser for pages with scripts goes by, the likeliest first. */

async function main(): Promise<number> {
  new Command('healthcheck')
    .description('Config, keys, disk, lake, browser, database: one line each.')
    .exitOverride()
    .parse();
  toleratePipeEnd(process.stdout);
  const lines = await checks(process.env);
  const clean = redactor();
  for (const { mark, name, detail } of lines) {
    process.stdout.write(`${mark}  ${name.padEnd(13)}  ${clean(sanitise(detail))}\n`);
  }
  return lines.some((line) => line.mark === '!!') ? ExitCode.failed : ExitCode.done;
}

async function checks(env: NodeJS.ProcessEnv): Promise<Line[]> {
  const { config, lines } = await checkConfig();
  lines.push(...(await checkGround(config, env)));
  lines.push(await checkBrowser(env), await checkDatabase(env));
  return lines;
}

/** Every YAML file is read, also those that only some phases use; each error has its own line. */
async function checkConfig(): Promise<{ config: Config | null; lines: Line[] }> {
  const bad = (error: unknown): Line[] =>
    said(error)
      .split('\n')
      .map((detail) => ({ mark: '!!', name: 'config', detail }));
  let config: Config;
  try {
    config = await loadConfig();
  } catch (error) {
    return { config: null, lines: bad(error) };
  }
  const files = [loadScoring, loadVendors, loadFingerprints, loadPlatforms, loadClassification];
  const read = await Promise.allSettled(files.map((load): Promise<unknown> => load(config)));
  const lines = read.flatMap((r) => (r.status === 'rejected' ? bad(r.reason) : []));
  const detail = `${config.associations.size} associations in ${config.folder}`;
  return { config, lines: lines.length > 0 ? lines : [{ mark: 'ok', name: 'config', detail }] };
}

/** Keys, disk and lake, as INIT checks them before a run. */
async function checkGround(config: Config | null, env: NodeJS.ProcessEnv): Promise<Line[]> {
  let root: string;
  let world: string;
  try {
    root = lakeRoot(env);
    world = (await readWorld(root))?.world ?? 'new';
  } catch (error) {
    return [{ mark: '!!', name: 'lake', detail: said(error) }];
  }
  if (!config)
    return [
      { mark: '--', name: 'lake', detail: `${root}, ${world}; not checked further before config is mended` },
    ];
  const sandbox = world === 'sandbox';
  const secret = (name: string) => (sandbox ? 'invented' : env[name]?.trim() || null);
  const { checks } = await checkHealth({ config, root, secret });
  return checks
    .filter((check) => check.name !== 'config')
    .map(({ name, ok, required, detail }): Line => {
      const mark = ok ? 'ok' : required ? '!!' : '--';
      if (name === 'provider keys' && sandbox) return { mark, name, detail: 'the sandbox needs none' };
      if (name === 'lake' && ok)
        return {
          mark,
          name,
          detail: `${detail}; ${world === 'new' ? 'it has not begun' : `its world is the ${world} one`}`,
        };
      return { mark, name, detail };
    });
}

async function checkBrowser(env: NodeJS.ProcessEnv): Promise<Line> {
  const name = 'browser';
  const { findChromium, HOW_TO_INSTALL } = await import('../lib/web/browser/find-chromium.js');
  try {
    const found = await findChromium(env);
    if (found !== null) return { mark: 'ok', name, detail: found };
    return {
      mark: '--',
      name,
      detail: `none found; pages drawn by script are kept as they come. ${HOW_TO_INSTALL}.`,
    };
  } catch (error) {
    return { mark: '!!', name, detail: messageOf(error) };
  }
}

async function checkDatabase(env: NodeJS.ProcessEnv): Promise<Line> {
  const name = 'database';
  const url = env.DATABASE_URL?.trim();
  if (!url) return { mark: '--', name, detail: 'not configured (DATABASE_URL)' };
  try {
    await assertDatabase(env);
    const { host, pathname } = new URL(url);
    return { mark: 'ok', name, detail: `${host}${pathname} is reachable` };
  } catch (error) {
    return { mark: '!!', name, detail: said(error) };
  }
}

/** An expected error has a text for people; its cause would only say the same again. */
const said = (error: unknown) => (isExpected(error) ? error.message : messageOf(error));

void mainOf(main);
