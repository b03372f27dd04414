/** A Chromium on this machine: named, on the PATH, in its usual places, or where Playwright keeps its own. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors.js';

/** What to do where there is none. */
export const HOW_TO_INSTALL =
  'Install one with `npx playwright-core install chromium` or the package of your distribution (`apt-get install chromium`), or name it with CHROME_PATH=<program>';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];

/** Path of the program; null when there is none. Throws `UserError` when CHROME_PATH names nothing that runs. */
export async function findChromium(env: NodeJS.ProcessEnv): Promise<string | null> {
  const named = env.CHROME_PATH?.trim();
  if (named) {
    if (runs(named)) return named;
    throw new UserError(`CHROME_PATH=${named} is no program that can be run. ${HOW_TO_INSTALL}.`, {
      code: 'NO_BROWSER',
    });
  }
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    for (const name of NAMES)
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (runs(file)) return file;
      }
  }
  for (const file of usualPlaces(env)) if (runs(file)) return file;
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  return own !== '' && runs(own) ? own : null;
}

function usualPlaces(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  if (process.platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => env[name])
      .filter((folder): folder is string => Boolean(folder))
      .map((folder) => path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  return ['/snap/bin/chromium', '/opt/google/chrome/chrome'];
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
