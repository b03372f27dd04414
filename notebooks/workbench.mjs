/**
 * The door from a notebook to the workbench. The tslab kernel would compile whatever TypeScript a notebook imports with
 * its own old compiler, which does not read the project's code; so it gets this file and its simple types
 * (workbench.d.mts), and tsx loads the real thing, lib/notebook.ts, at run time.
 */
import * as Plot from '@observablehq/plot';
import { register } from 'tsx/esm/api';

export { Plot };

let loading = null;

/** Opens the lake; see lib/notebook.ts. */
export async function openWorkbench(options) {
  loading ??= load();
  const { openWorkbench: open } = await loading;
  return open(options);
}

async function load() {
  register();
  return import('../lib/notebook.ts');
}
