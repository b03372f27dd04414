/** Options of a benchmark: `--help` names them, a wrong one is told in a line, with exit code 2. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

export function benchOptions<T extends NonNullable<ParseArgsConfig['options']>>(command: string, options: T) {
  const flags = Object.entries(options).map(
    ([name, { type }]) => `--${name}${type === 'string' ? ' <value>' : ''}`,
  );
  const usage = `Usage: npm run ${command} -- [${flags.join('] [')}]`;
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
