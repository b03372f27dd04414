import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runScript } from './run.js';

const folderOf = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'nam-test-resolve-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

it('resolves a file from the command line, and says what it did', async () => {
  const folder = await folderOf();
  const [input, out, pairs] = ['in.csv', 'out.csv', 'pairs.csv'].map((f) => path.join(folder, f)) as [
    string,
    string,
    string,
  ];
  await writeFile(
    input,
    'ID,Name,Phone,Website\n2,ACME Gearworks Inc.,216-555-0100,acmegear.com\n1,Acme Gear Works,(216) 555-0100,www.acmegear.com\n3,Bolt Foundry,,\n',
  );
  const run = await runScript('resolve-file', [
    input,
    out,
    '--explain',
    pairs,
    '--threads',
    '1',
    '--memory',
    '500MB',
    '--json',
  ]);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(run.out)).toMatchObject({ records: 3, companies: 2, sites: 2 });
  expect(await readFile(out, 'utf8')).toBe('id,site_cluster,company_cluster\n2,1,1\n1,1,1\n3,3,3\n');
  expect(await readFile(pairs, 'utf8')).toContain('\n1,2,');
});

it('says what is wrong in one line, with exit code 2, and writes nothing', async () => {
  const folder = await folderOf();
  const input = path.join(folder, 'in.csv');
  await writeFile(input, 'id,name\n1,A\n1,B\n');
  const run = await runScript('resolve-file', [input, path.join(folder, 'out.csv')]);
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.err).toBe(
    `${input}, line 3: the id 1 is on line 2 already. Each record needs an id of its own.\n`,
  );
  await expect(readFile(path.join(folder, 'out.csv'))).rejects.toThrow('ENOENT');
});
