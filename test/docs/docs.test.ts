/** The documentation says what is so: scripts, recipes, variables, links, tables. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { columnsOf } from '../../lib/lake/table.js';
import { databaseTables, storedTables } from '../../lib/lake/tables/index.js';
import { providers } from '../../lib/providers/index.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.includes('node_modules'))
    .map((name) => path.join(folder, name));

const documents = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)];
const recipes = filesBelow('recipes', /\.ts$/).map((file) => path.basename(file, '.ts'));
const program = ['lib', 'recipes', 'scripts'].flatMap((folder) => filesBelow(folder, /\.tsx?$/));

/** Files that the walk-throughs of CONTRIBUTING.md have people make. */
const YET_TO_BE_MADE = [
  'recipes/states.ts',
  'lib/sql/states/01_state_counts.sql',
  'lib/providers/hunter.ts',
  'config/platforms/membergrid.yaml',
];

test('every npm script that a document names is in package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const file of documents) {
    const named = [...read(file).matchAll(/npm run ([a-z](?:[\w:-]*\w)?)/g)].map((m) => m[1]!);
    expect(
      named.filter((name) => !(name in scripts)),
      file,
    ).toEqual([]);
  }
});

test('every script in package.json runs a file that is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const files = Object.values(scripts).flatMap((s) =>
    [...s.matchAll(/--import tsx (\S+\.ts)/g)].map((m) => m[1]!),
  );
  expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('the table of recipes in the README is the folder recipes/', () => {
  const rows = [...read('README.md').matchAll(/^\| (?:\d+|–) \| `([a-z]+)` \|/gm)].map((m) => m[1]!);
  expect(rows.sort()).toEqual(recipes.filter((name) => name !== 'pipeline').sort());
});

test('every recipe, script and test that a document names is there', () => {
  for (const file of documents) {
    const named = [
      ...read(file).matchAll(
        /\b(?:recipes|scripts|lib|sandbox|config|test)\/[\w./-]*\.(?:tsx?|sql|ya?ml|mjs)\b/g,
      ),
    ];
    const missing = named.map((m) => m[0]).filter((name) => !existsSync(path.join(ROOT, name)));
    expect(
      missing.filter((name) => !YET_TO_BE_MADE.includes(name)),
      file,
    ).toEqual([]);
  }
});

test('the environment that the program reads is the one that .env.example explains', () => {
  const own = new Set<string>(providers.map((p) => p.envKey));
  for (const file of program) {
    const text = read(file);
    for (const m of text.matchAll(/\benv\.([A-Z][A-Z0-9_]+)\b/g)) own.add(m[1]!);
    for (const m of text.matchAll(/numberFrom\(env, '([A-Z_]+)'/g)) own.add(m[1]!);
    for (const m of text.matchAll(/\benv\[['"]([A-Z][A-Z0-9_]+)['"]\]/g)) own.add(m[1]!);
  }
  // Set by terminals, CI and Node, not by our users.
  for (const known of ['CI', 'NO_COLOR', 'TERM', 'NODE_ENV', 'XDG_STATE_HOME', 'PATH', 'HOME', 'COLUMNS'])
    own.delete(known);
  const explained = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((m) => m[1]!);
  expect([...own].sort()).toEqual([...new Set(explained)].sort());
});

test('every relative link leads somewhere', () => {
  for (const file of documents) {
    const links = [...read(file).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((m) => m[1]!);
    const broken = links
      .filter((link) => !/^[a-z]+:|^#/.test(link))
      .filter((link) => !existsSync(path.join(ROOT, path.dirname(file), link.replace(/#.*$/, ''))));
    expect(broken, file).toEqual([]);
  }
});

test('every table says what it is about, and so does each of its columns', () => {
  const tables = [...new Set([...storedTables, ...databaseTables])];
  expect(tables.length).toBeGreaterThan(25);
  for (const table of tables) {
    expect(table.about, table.name).toMatch(/\S/);
    for (const column of columnsOf(table)) expect(column.about, `${table.name}.${column.name}`).toMatch(/\S/);
  }
});

test('a table that a document names as one is declared', () => {
  const names = new Set([...storedTables, ...databaseTables].map((t) => t.name));
  const cells = [...read('README.md').matchAll(/^\| (?:\d+|–) \| `[a-z]+` \| (.*) \|$/gm)].map((m) => m[1]!);
  const named = cells.flatMap((cell) => [
    ...cell.matchAll(
      /`([a-z]+_[a-z_]+|pages|links|fetches|companies|contacts|events|matches|scores|duplicates|technologies)`/g,
    ),
  ]);
  expect(named.length).toBeGreaterThan(20);
  expect(named.map((m) => m[1]!).filter((name) => !names.has(name))).toEqual([]);
});

test('the help of every recipe says what it does, and its file what it reads and writes', () => {
  for (const name of recipes.filter((recipe) => recipe !== 'pipeline')) {
    const text = read(`recipes/${name}.ts`);
    expect(text, name).toMatch(/^\/\*\*\n \* [A-Z]+: /);
    expect(text, name).toMatch(/^ \* reads {3}/m);
    expect(text, name).toMatch(/^ \* writes {2}/m);
  }
  const help = execFileSync(process.execPath, ['--import', 'tsx', 'recipes/pipeline.ts', '--help'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const option of [
    '--mode',
    '--associations',
    '--enrichment',
    '--validation',
    '--dry-run',
    '--job-id',
    '--resume',
    '--log-level',
    '--persist-db',
  ])
    expect(help).toContain(option);
});
