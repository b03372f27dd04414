/** Views over many parts, as a lake has them after months of runs. */
import { copyFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { writeCheckpoint } from '../../lib/lake/checkpoint.js';
import { openDuckDB } from '../../lib/lake/duck.js';
import { Lake } from '../../lib/lake/lake.js';
import { literal } from '../../lib/lake/sql-literal.js';
import { companySelect, partitionSpec, tempFolder } from './bench-lake.js';
import { measure } from './measure.js';
import { type Section, timeTable } from './report.js';

const PARTS = 2_000;
const ROWS = 100;
/** Checkpoints that an older lake has beside: those of 60 pipeline runs. */
const CHECKPOINTS = 1_620;

export async function reading(): Promise<Section> {
  const { root, files } = await lakeOfParts();
  const list = files.map((f) => literal(f)).join(', ');
  const COUNT = 'SELECT count(*), count(DISTINCT page_url) FROM';

  /** One statement on a DuckDB of its own, without the time to open it. */
  const bare = async (sql: string) => {
    const instance = await openDuckDB();
    const connection = await instance.connect();
    const started = performance.now();
    await connection.runAndReadAll(sql);
    const ms = performance.now() - started;
    connection.closeSync();
    instance.closeSync();
    return ms;
  };
  const measured = await measure(
    [
      { name: 'DuckDB, files named', units: PARTS, round: () => bare(`${COUNT} read_parquet([${list}])`) },
      {
        name: 'DuckDB, glob',
        units: PARTS,
        round: () => bare(`${COUNT} read_parquet(${literal(`${path.dirname(files[0]!)}/*.parquet`)})`),
      },
      { name: 'Lake.open (parts checked)', units: PARTS, round: () => onLake(root, 'open') },
      { name: 'views made', units: PARTS, round: () => onLake(root, 'views') },
      { name: 'counted through the view', units: PARTS, round: () => onLake(root, 'count', COUNT) },
    ],
    5,
  );

  const old = await lakeOfCheckpoints();
  const lake = await Lake.open({ root: old });
  const links = tempFolder('links');
  let opened = 0;
  /** The same lake by a path that this process has not read checkpoints from. */
  const unread = () => {
    opened += 1;
    const link = path.join(links, String(opened));
    symlinkSync(old, link);
    return link;
  };
  const checks = await measure(
    [
      { name: 'Lake.open, first time', units: CHECKPOINTS, round: () => onLake(unread(), 'open') },
      { name: 'refresh, nothing new', units: CHECKPOINTS, round: () => timed(() => lake.refresh()) },
    ],
    5,
  );
  await lake.close();
  return {
    title: 'Reading',
    command: 'npm run bench -- --only reading',
    about: `A table of ${PARTS.toLocaleString('en-US')} parts of ${ROWS} rows, five rounds, each on a DuckDB of its own; against DuckDB given the same files. \`Lake.open\` reads the checkpoints and looks at every part (there, its size, not touched since). Then what a phase asks before it begins, on a lake with ${CHECKPOINTS.toLocaleString('en-US')} checkpoints (60 runs of the pipeline).`,
    tables: [
      timeTable(measured, ['DuckDB, files named'], 'parts'),
      timeTable(checks, ['Lake.open, first time'], 'checkpoints'),
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function onLake(root: string, what: 'open' | 'views' | 'count', sql = ''): Promise<number> {
  let lake: Lake | undefined;
  const opened = await timed(async () => {
    lake = await Lake.open({ root });
  });
  if (!lake) throw new Error('no lake');
  const open = lake;
  try {
    if (what === 'open') return opened;
    const views = await timed(() => open.query('SELECT 1'));
    return what === 'views' ? views : await timed(() => open.query(`${sql} extracted_companies`));
  } finally {
    await open.close();
  }
}

/** One partition of many parts: one part written, the others copies of it, all named by one checkpoint. */
async function lakeOfParts(): Promise<{ root: string; files: string[] }> {
  const root = tempFolder('parts');
  const written = await oneCheckpoint(root);
  const held = written.tables.extracted_companies!;
  const first = held.parts[0]!;
  const source = path.join(root, first.path);
  const { atime, mtime } = statSync(source);
  const parts = Array.from({ length: PARTS }, (_, i) => {
    if (i === 0) return first;
    const copy = { ...first, path: first.path.replace(/\.parquet$/, `-${i}.parquet`) };
    copyFileSync(source, path.join(root, copy.path));
    utimesSync(path.join(root, copy.path), atime, mtime);
    return { ...copy, mtime_ms: statSync(path.join(root, copy.path)).mtimeMs };
  });
  await writeCheckpoint(root, { ...written, tables: { extracted_companies: { ...held, parts } } });
  return { root, files: parts.map((p) => path.join(root, p.path)) };
}

async function lakeOfCheckpoints(): Promise<string> {
  const root = tempFolder('checkpoints');
  const written = await oneCheckpoint(root);
  for (let i = 0; i < CHECKPOINTS - 1; i += 1)
    await writeCheckpoint(root, {
      ...written,
      job_id: `job-${Math.floor(i / 27)}`,
      phase: `${written.phase}_${i % 27}`,
    });
  return root;
}

async function oneCheckpoint(root: string) {
  const lake = await Lake.open({ root });
  const partition = await lake.partition(partitionSpec('bench'), [], null);
  await partition.writeQuery('extracted_companies', companySelect(ROWS));
  const written = await partition.commit({ assertions: [], counts: {} });
  await partition.close();
  await lake.close();
  return written;
}
