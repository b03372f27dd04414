/**
 * `npm run init-db`: makes the tables and views in PostgreSQL (DATABASE_URL) that are missing. `-- --drop` begins anew:
 * it asks first on a terminal, and wants `--force` elsewhere.
 */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { ExitCode, Interrupted, UserError } from '../lib/errors.js';
import { mainOf } from '../lib/harness/command.js';
import { databaseTables } from '../lib/lake/tables/index.js';
import { databaseUrl, initDatabase } from '../lib/outlets/postgres.js';

interface Flags {
  drop?: boolean;
  force?: boolean;
}

async function main(): Promise<number> {
  const command = new Command('init-db')
    .description('Makes the tables and views of the workbench in PostgreSQL (DATABASE_URL).')
    .option('--drop', 'drop them first, with all that is in them')
    .option('--force', 'do not ask before dropping')
    .exitOverride()
    .parse();
  const { drop = false, force = false } = command.opts<Flags>();
  const { host, pathname } = new URL(databaseUrl(process.env));
  const database = `${host}${pathname}`;
  if (drop && !force) await confirmDrop(database);
  const made = await initDatabase(process.env, { drop });
  const tables = databaseTables.length;
  console.log(
    `${drop ? 'Made anew' : 'Ready'} in ${database}: ${tables} tables and ${made.length - tables} views (${made.join(', ')}).`,
  );
  return ExitCode.done;
}

/** Dropping is for a person to say, or for `--force`. */
async function confirmDrop(database: string): Promise<void> {
  const names = databaseTables.map((t) => t.name).join(', ');
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UserError(
      `--drop would drop ${names} in ${database} with all that is in them. There is nobody to ask here: add --force if that is meant.`,
      { code: 'NOT_CONFIRMED' },
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(
      `Drop ${names} in ${database}, with all that is in them? Type "yes": `,
    );
    if (answer.trim().toLowerCase() !== 'yes') throw new Interrupted('Nothing was dropped.');
  } finally {
    terminal.close();
  }
}

void mainOf(main);
