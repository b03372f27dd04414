/**
 * The project's folder. Found from the running program or the working directory rather than from `import.meta`, which
 * the notebook kernel cannot compile.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

const NAME = 'nam-intelligence-workbench';
let found: string | null = null;

export function packageRoot(): string {
  if (found) return found;
  const starts = [process.env.NAM_HOME, process.argv[1] && realpathIfThere(process.argv[1]), process.cwd()];
  for (const start of starts) {
    for (let folder = start ? path.resolve(start) : null; folder; folder = parentOf(folder)) {
      if (isPackage(folder)) {
        found = folder;
        return folder;
      }
    }
  }
  throw new Error('cannot find the project’s folder; set NAM_HOME to it');
}

function isPackage(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === NAME;
}

function parentOf(folder: string): string | null {
  const parent = path.dirname(folder);
  return parent === folder ? null : parent;
}

function realpathIfThere(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
