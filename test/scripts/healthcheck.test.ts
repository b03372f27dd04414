import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/lake.js';
import { runScript } from './run.js';

const CONFIG = path.resolve(import.meta.dirname, '../../config');
const NO_KEYS = {
  APOLLO_API_KEY: '',
  BUILTWITH_API_KEY: '',
  CLEARBIT_API_KEY: '',
  DATABASE_URL: '',
  CHROME_PATH: '',
};

describe('healthcheck', () => {
  it('says in one line each what is there, and what is not configured', async () => {
    const lake = path.join(await tempFolder(), 'lake');
    const { code, out, err } = await runScript('healthcheck', [], { ...NO_KEYS, LAKE: lake });
    expect(err).toBe('');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ok {2}config {9}10 associations/);
    expect(lines[1]).toMatch(/^-- {2}provider keys {2}missing: /);
    expect(lines[2]).toMatch(/^ok {2}disk/);
    expect(lines[3]).toMatch(/^ok {2}lake .*has not begun/);
    expect(lines[4]).toMatch(/^(ok|--) {2}browser/);
    expect(lines[5]).toBe('--  database       not configured (DATABASE_URL)');
    expect(code).toBe(0);
  });

  it('names file and line of an error in any config file', async () => {
    const folder = await tempFolder();
    await fs.cp(CONFIG, folder, { recursive: true });
    await fs.appendFile(path.join(folder, 'scoring.yaml'), '\nno_such_setting: 1\n');
    const file = path.join(folder, 'agents.yaml');
    const text = await fs.readFile(file, 'utf8');
    const lines = (await fs.readFile(path.join(folder, 'scoring.yaml'), 'utf8')).split('\n');
    const bad = lines.findIndex((l) => l.startsWith('no_such_setting')) + 1;
    const env = { ...NO_KEYS, NAM_CONFIG: folder, LAKE: path.join(folder, 'lake') };
    const one = await runScript('healthcheck', [], env);
    expect(one.code).toBe(1);
    expect(one.out).toContain(`scoring.yaml:${bad}: no_such_setting`);

    await fs.writeFile(file, text.replace('max_extraction_errors:', 'max_extraction_errors: {'));
    const two = await runScript('healthcheck', [], env);
    expect(two.code).toBe(1);
    expect(two.out).toMatch(/^!! {2}config .*agents\.yaml:\d+:/m);
    expect(two.out).toMatch(/^-- {2}database/m);
  });

  it('fails on a lake that cannot be written, a browser that is none and a database that is away', async () => {
    const folder = await tempFolder();
    const lake = path.join(folder, 'file', 'lake');
    await fs.writeFile(path.join(folder, 'file'), '');
    const { code, out } = await runScript('healthcheck', [], {
      ...NO_KEYS,
      LAKE: lake,
      CHROME_PATH: path.join(folder, 'file'),
      DATABASE_URL: 'postgres://me:hush-hush@127.0.0.1:1/nam',
    });
    expect(code).toBe(1);
    expect(out).toMatch(/^!! {2}lake/m);
    expect(out).toMatch(/^!! {2}browser .*is no program that can be run/m);
    expect(out).toMatch(/^!! {2}database .*cannot be reached/m);
    expect(out).not.toContain('hush-hush');
  });
});
