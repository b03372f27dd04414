/**
 * `npm run dead-letters`: what failed, and another try for what may succeed now.
 *
 *   npm run dead-letters -- list PMA
 *   npm run dead-letters -- retry PMA
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from 'commander';
import { loadConfig } from '../lib/config.js';
import { codesOf, mainOf, report } from '../lib/harness/command.js';
import { Lake } from '../lib/lake/lake.js';
import { packageRoot } from '../lib/lake/package-root.js';
import { lakeRoot } from '../lib/lake/paths.js';
import { rowsTable } from '../lib/ui/rows-table.js';

/** Phases that take their dead letters up again when they run once more. */
const RECIPES: Readonly<Record<string, string>> = {
  GATEKEEPER: 'gatekeeper',
  DISCOVERY: 'discover',
  ENRICHMENT: 'enrich',
};

async function list(codes: readonly string[]): Promise<void> {
  const lake = await Lake.open({ root: lakeRoot() });
  try {
    const wanted =
      codes.length > 0 ? `WHERE association_code IN (${codes.map((c) => `'${c}'`).join(', ')})` : '';
    const rows = await lake.query(
      `SELECT association_code AS association, phase, error_code, retryable, count(*) AS letters, min(subject) AS example
       FROM dead_letters ${wanted} GROUP BY ALL ORDER BY association, phase, letters DESC`,
    );
    console.log(rows.length === 0 ? 'No dead letters.' : rowsTable(rows).join('\n'));
  } finally {
    await lake.close();
  }
}

/** The phases that hold retryable letters run once more, for just those. */
async function retry(codes: readonly string[]): Promise<number> {
  const lake = await Lake.open({ root: lakeRoot() });
  const rows = await lake.query(
    'SELECT DISTINCT association_code, phase, job_id FROM dead_letters WHERE retryable ORDER BY association_code, phase',
  );
  await lake.close();
  let exitCode = 0;
  for (const row of rows) {
    const code = String(row.association_code);
    const recipe = RECIPES[String(row.phase)];
    if (!recipe || (codes.length > 0 && !codes.includes(code))) continue;
    console.log(`${row.phase} ${code}: trying again`);
    exitCode = Math.max(exitCode, await again(recipe, code, String(row.job_id)));
  }
  if (rows.length === 0) console.log('Nothing to retry: no dead letter says that a later try may succeed.');
  return exitCode;
}

async function again(recipe: string, association: string, jobId: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', `recipes/${recipe}.ts`, association, '--job-id', jobId, '--retry', '--no-tui'],
    { cwd: packageRoot(), stdio: 'inherit', env: { ...process.env, LAKE: lakeRoot() } },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

void mainOf(async () => {
  let exitCode = 0;
  const config = await loadConfig();
  const program = new Command('npm run dead-letters --').exitOverride();
  program
    .command('list', { isDefault: true })
    .argument('[association...]')
    .action((codes: string[]) => list(codesOf(config, codes)));
  program
    .command('retry')
    .argument('[association...]')
    .action(async (codes: string[]) => {
      exitCode = await retry(codesOf(config, codes));
    });
  try {
    await program.parseAsync();
  } catch (error) {
    return report(error);
  }
  return exitCode;
});
