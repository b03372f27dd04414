/** Where the `.sql` files are. */
import path from 'node:path';
import { packageRoot } from './package-root.js';

/** Absolute path of a file below `lib/sql`. */
export const sqlFile = (relative: string): string => path.join(packageRoot(), 'lib', 'sql', relative);
