/** What it costs that an appended row survives a kill before the call returns. */
import { companyRows, onPartition, partitionSpec } from './bench-lake.js';
import { measure } from './measure.js';
import { type Section, timeTable } from './report.js';

const ROWS = 20_000;
/** Rows of one `append`: a page of a directory. */
const LOT = 20;

export async function journal(): Promise<Section> {
  const measured = await onPartition(async (_unused, lake) => {
    const rows = await companyRows(lake, ROWS);
    const lots = Array.from({ length: ROWS / LOT }, (_, i) => rows.slice(i * LOT, (i + 1) * LOT));
    let job = 0;
    const fresh = () => {
      job += 1;
      return lake.partition(partitionSpec(`bench-${job}`), [], null);
    };
    return measure(
      [
        {
          name: 'write() once, no journal',
          units: ROWS,
          round: async () => {
            const partition = await fresh();
            const started = performance.now();
            await partition.write('extracted_companies', rows);
            const ms = performance.now() - started;
            await partition.close();
            return ms;
          },
        },
        {
          name: 'append() calls alone',
          units: ROWS,
          round: async () => {
            const partition = await fresh();
            await partition.recover(null);
            let inside = 0;
            for (const lot of lots) {
              const started = performance.now();
              partition.append({ extracted_companies: lot });
              inside += performance.now() - started;
            }
            await partition.settle();
            await partition.close();
            return inside;
          },
        },
        {
          name: 'append() until published',
          units: ROWS,
          round: async () => {
            const partition = await fresh();
            await partition.recover(null);
            const started = performance.now();
            for (const lot of lots) partition.append({ extracted_companies: lot });
            await partition.settle();
            const ms = performance.now() - started;
            await partition.close();
            return ms;
          },
        },
      ],
      5,
    );
  });
  return {
    title: 'The journal of a collecting phase',
    command: 'npm run bench -- --only journal',
    about: `${ROWS.toLocaleString('en-US')} rows of \`extracted_companies\` appended ${LOT} at a time (a crawl appends a few a second), against one \`write()\` of all of them. A row is in the journal when \`append()\` returns; parts are published behind it.`,
    tables: [timeTable(measured, ['write() once, no journal'], 'rows')],
  };
}
