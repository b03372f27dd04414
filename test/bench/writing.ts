/** What a partition costs to write, against DuckDB left to itself. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDuckDB } from '../../lib/lake/duck.js';
import { literal } from '../../lib/lake/sql-literal.js';
import { companyRows, companySelect, onPartition, tempFolder } from './bench-lake.js';
import { measure } from './measure.js';
import { type Section, timeTable } from './report.js';

const ROWS = 100_000;
const PARQUET = '(FORMAT parquet, COMPRESSION zstd)';

export async function writing(): Promise<Section> {
  const folder = tempFolder('writing');
  const target = () => literal(path.join(folder, `${Math.random()}.parquet`));
  const instance = await openDuckDB();
  const duck = await instance.connect();
  try {
    const select = companySelect(ROWS);
    const sections = await onPartition(async (partition, lake) => {
      const rows = await companyRows(lake, ROWS);
      const fromRows = await measure(
        [
          {
            name: 'COPY from range()',
            units: ROWS,
            round: async () => void (await duck.run(`COPY (${select}) TO ${target()} ${PARQUET}`)),
          },
          {
            name: 'Partition.write(rows)',
            units: ROWS,
            round: async () => void (await partition.write('extracted_companies', rows)),
          },
          {
            name: 'JSON lines, read_json, COPY',
            units: ROWS,
            round: async () => {
              const json = path.join(folder, 'rows.ndjson');
              writeFileSync(json, rows.map((row) => JSON.stringify(row)).join('\n'));
              await duck.run(
                `COPY (SELECT * FROM read_json(${literal(json)}, format = 'newline_delimited')) TO ${target()} ${PARQUET}`,
              );
            },
          },
        ],
        5,
      );
      const fromSql = await measure(
        [
          {
            name: 'COPY',
            units: ROWS,
            round: async () => void (await duck.run(`COPY (${select}) TO ${target()} ${PARQUET}`)),
          },
          {
            name: 'COPY, ordered',
            units: ROWS,
            round: async () =>
              void (await duck.run(
                `COPY (SELECT * FROM (${select}) ORDER BY record_id) TO ${target()} ${PARQUET}`,
              )),
          },
          {
            name: 'Partition.writeQuery(sql)',
            units: ROWS,
            round: async () => void (await partition.writeQuery('extracted_companies', select)),
          },
        ],
        5,
      );
      return { fromRows, fromSql };
    });
    return {
      title: 'Writing Parquet',
      command: 'npm run bench -- --only writing',
      about: `${ROWS.toLocaleString('en-US')} rows of \`extracted_companies\` (26 columns, lists and JSON among them), five rounds. From rows in JavaScript, against a \`COPY\` of the same rows made by DuckDB itself, and against a detour through JSON. From SQL, against a bare \`COPY\`, and one that orders its rows as a part is ordered: what is then left is the price of safety (two partition columns, lineage, read-back of the footer, sha256, fsync of file and folder, rename).`,
      tables: [
        timeTable(sections.fromRows, ['COPY from range()'], 'rows'),
        timeTable(sections.fromSql, ['COPY', 'COPY, ordered'], 'rows'),
      ],
    };
  } finally {
    duck.closeSync();
    instance.closeSync();
  }
}
