import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../lake/package-root.js';

/** Reads `.env` of the project, where there is one; what the environment says already wins. */
export function loadEnvFile(): void {
  const file = path.join(packageRoot(), '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
