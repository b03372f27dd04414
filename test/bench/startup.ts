/** How long a recipe takes to say what it does, against the least that Node and tsx take. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempFolder } from './bench-lake.js';
import { measure, runNode, TSX } from './measure.js';
import { type Section, timeTable } from './report.js';

export async function startUp(): Promise<Section> {
  const empty = path.join(tempFolder('empty'), 'empty.ts');
  writeFileSync(empty, 'export {};\n');
  const help = (recipe: string) => ({
    name: `recipes/${recipe}.ts --help`,
    round: async () => (await runNode([...TSX, `recipes/${recipe}.ts`, '--help'])).ms,
  });
  const measured = await measure(
    [
      { name: 'node -e 0', round: async () => (await runNode(['-e', '0'])).ms },
      { name: 'tsx, empty file', round: async () => (await runNode([...TSX, empty])).ms },
      help('graph'),
      help('extract'),
      help('enrich'),
      help('pipeline'),
    ],
    7,
  );
  return {
    title: 'Start-up',
    command: 'npm run bench -- --only startup',
    about:
      'From the start of the process to its end, seven rounds. DuckDB, the HTTP client and Ink are loaded when there is work for them; what is left is tsx, the config schemas and, in `extract`, the page readers that the recipe imports.',
    tables: [timeTable(measured, ['tsx, empty file', 'node -e 0'])],
  };
}
