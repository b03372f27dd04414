/**
 * `npm start`: the whole pipeline for three associations on a sandbox lake, the newest job if there is one. Arguments
 * are handed on to the pipeline: `npm start -- --no-tui`.
 */
process.argv.splice(
  2,
  0,
  '--mode',
  'full',
  '-a',
  'PMA',
  '-a',
  'NEMA',
  '-a',
  'AGMA',
  '--world',
  'sandbox',
  '--join-newest',
);
await import('../recipes/pipeline.js');
