/** Config errors name the file, the line and the field; limits that protect sites cannot be raised. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { associationNamed, configFolder, loadConfig, loadPlatforms, loadScoring } from '../../lib/config.js';
import { limitsOf } from '../../lib/harness/limits.js';
import { tempFolder } from '../support/lake.js';

const own = configFolder();

/** A copy of the project's config with one file changed. */
async function changed(file: string, change: (text: string) => string): Promise<string> {
  const folder = path.join(await tempFolder(), 'config');
  await fs.cp(own, folder, { recursive: true });
  const name = path.join(folder, file);
  const before = await fs.readFile(name, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await fs.writeFile(name, after);
  return folder;
}
const lineOf = async (folder: string, file: string, text: string) =>
  (await fs.readFile(path.join(folder, file), 'utf8')).split('\n').findIndex((l) => l.includes(text)) + 1;
const failure = (folder: string) =>
  loadConfig(folder).then(
    () => expect.unreachable(),
    (error: Error & { code: string; exitCode: number }) => error,
  );

test('the project’s own config is valid, and has the ten associations of the runbook', async () => {
  const config = await loadConfig();
  const expected = Object.fromEntries(
    [...config.associations.values()].map((a) => [a.code, a.expected_members]),
  );
  expect(expected).toEqual({
    PMA: 900,
    NEMA: 300,
    SOCMA: 148,
    AGMA: 495,
    AIA: 268,
    NTMA: 1400,
    PMPA: 350,
    FIA: 150,
    NADCA: 300,
    AFS: 500,
  });
  expect([...config.associations.values()].filter((a) => a.priority === 'High').map((a) => a.code)).toEqual([
    'PMA',
    'NEMA',
    'SOCMA',
    'AGMA',
  ]);
  expect(config.agents.orchestrator.max_extraction_errors).toBe(0.1);
  await loadPlatforms(config);
  await loadScoring(config);
});

describe('an error names file, line and field', () => {
  test.each<[string, string, (text: string) => string, string, RegExp]>([
    [
      'a number that is none',
      'agents.yaml',
      (t) => t.replace('max_redirects: 5', 'max_redirects: five'),
      'max_redirects',
      /http\.max_redirects.*expected number/,
    ],
    [
      'a column that no harvest has',
      'associations.yaml',
      (t) => t.replace('    priority: High\n', '    priority: High\n    quality: {shares: {web: 0.7}}\n'),
      'shares: {web:',
      /associations\.PMA\.quality\.shares/,
    ],
    [
      'an unknown key',
      'agents.yaml',
      (t) => t.replace('max_depth:', 'max_deph:'),
      'max_deph',
      /discovery\.max_deph/,
    ],
    [
      'a URL that is none',
      'associations.yaml',
      (t) => t.replace('url: https://www.nema.org/', 'url: nema'),
      'url: nema',
      /associations\.NEMA\.url/,
    ],
    [
      'a priority that is none',
      'associations.yaml',
      (t) => t.replace('priority: High', 'priority: Highest'),
      'priority: Highest',
      /PMA\.priority/,
    ],
    [
      'a decision without its reason',
      'associations.yaml',
      (t) =>
        t.replace(
          '    priority: High\n',
          '    priority: High\n    access: {decision: refused, by: "J", date: 2026-05-01}\n',
        ),
      'access: {decision: refused, by: "J"',
      /PMA\.access\.reason/,
    ],
    ['broken YAML', 'agents.yaml', (t) => t.replace('discovery:', 'discovery: ['), '', /./],
    ['a key twice', 'agents.yaml', (t) => `${t}\ndiscovery: {}\n`, '', /unique/],
  ])('%s', async (_name, file, change, marker, said) => {
    const folder = await changed(file, change);
    const error = await failure(folder);
    expect(error).toMatchObject({ name: 'UserError', exitCode: 2 });
    expect(error.message).toMatch(said);
    const line = Number(/:(\d+): /.exec(error.message)?.[1]);
    expect(error.message).toContain(`${path.join(folder, file)}:${line}: `);
    if (marker) expect(line).toBe(await lineOf(folder, file, marker));
  });

  test('a missing file', async () => {
    const folder = await tempFolder();
    expect(await failure(folder)).toMatchObject({ code: 'CONFIG_MISSING', exitCode: 2 });
  });
});

describe('limits', () => {
  test.each<[string, string, (text: string) => string]>([
    [
      'all association sites',
      'agents.yaml',
      (t) =>
        t.replace(
          'association_sites: { requests_per_second: 0.5',
          'association_sites: { requests_per_second: 1.1',
        ),
    ],
    [
      'one association',
      'associations.yaml',
      (t) =>
        t.replace('    priority: High\n', '    priority: High\n    rate_limit: {requests_per_second: 2}\n'),
    ],
  ])('above one request a second for %s are refused', async (_name, file, change) => {
    const error = await failure(await changed(file, change));
    expect(error.message).toContain('never asked more than 1 time a second');
    expect(error.message).toMatch(/requests_per_second/);
  });

  test('are the association’s own, then those of association sites, of the domain, of everybody', async () => {
    const folder = await changed('associations.yaml', (t) =>
      t.replace('    priority: High\n', '    priority: High\n    rate_limit: {requests_per_second: 0.25}\n'),
    );
    const limit = limitsOf(await loadConfig(folder));
    expect(limit('pma.org')).toEqual({ requests_per_second: 0.25 });
    expect(limit('nema.org')).toEqual({ requests_per_second: 0.5, requests_per_day: 1000 });
    expect(limit('castingsource.com')).toEqual({ requests_per_second: 0.5, requests_per_day: 1000 }); // AFS's directory
    expect(limit('linkedin.com')).toEqual({ requests_per_second: 0.2, requests_per_day: 200 });
    expect(limit('clearbit.com')).toEqual({ requests_per_second: 10, requests_per_day: 10_000 });
    expect(limit('acme.com')).toEqual({ requests_per_second: 1 });
  });

  test('of an association’s domain cannot be raised by naming the domain', async () => {
    const folder = await changed('agents.yaml', (t) =>
      t.replace('  domains:\n', '  domains:\n    pma.org: { requests_per_second: 50 }\n'),
    );
    expect(limitsOf(await loadConfig(folder))('pma.org').requests_per_second).toBe(0.5);
  });
});

test('an association is known in any case of letters; an unknown one is told with the known ones', async () => {
  const config = await loadConfig();
  expect(associationNamed(config, 'pma').name).toBe('Precision Metalforming Association');
  expect(() => associationNamed(config, 'XYZ')).toThrow(
    /no association "XYZ"\. Known: PMA, NEMA.*associations\.yaml/,
  );
});
