/** A patch to associations.yaml changes its own lines and no other. */
import { execFileSync } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { applySplice, spliceSelectors, unifiedDiff } from '../../../lib/learning/yaml.js';
import type { RecordSelectors } from '../../../lib/page/selectors.js';
import { tempFolder } from '../../support/lake.js';

const BLOCK: RecordSelectors = {
  kind: 'company',
  record: '.m',
  fields: { name: 'b', phone: ['a[href^="tel:"]@href', 'i@data-tel'] },
};
const EVENT = `        # events are fine
        - kind: event
          record: .e # of the calendar
          fields:
            name: h3
            date: time
`;
const file = (selectors: string, after = '') => `# The associations.
associations:
  PMA: # first
    name: Precision   # odd   spacing
    url: https://www.pma.org/
    directory_urls: [ https://www.pma.org/directory/ ]
${selectors}
  # the second
  NEMA:
    name: National
${after}`;
const cases: [string, string][] = [
  ['none yet', file('    priority: High')],
  ['another kind', file(`    selectors:\n      records:\n${EVENT.trimEnd()}`)],
  [
    'the same kind, before another',
    file(
      `    selectors: # ours\n      records:\n        - kind: company\n          record: .old\n          fields: { name: h2 }\n${EVENT.trimEnd()}`,
    ),
  ],
  ['in one line', file('    selectors: {records: [{kind: company, record: .old, fields: {name: h2}}]}')],
];

describe.each(cases)('selectors: %s', (_name, text) => {
  const splice = spliceSelectors(text, 'PMA', BLOCK);
  const changed = applySplice(text, splice);

  test('the new ones are there, those of another kind stay, and so does every comment', () => {
    const { records } = parse(changed).associations.PMA.selectors;
    expect(records.filter((r: RecordSelectors) => r.kind === 'company')).toEqual([BLOCK]);
    expect(records.some((r: RecordSelectors) => r.kind === 'event')).toBe(text.includes('kind: event'));
    const comments = (t: string) => t.match(/#.*$/gm);
    expect(comments(changed)).toEqual(comments(text));
    const rest = (t: string) => {
      const { selectors: _gone, ...others } = parse(t).associations.PMA;
      return { ...parse(t).associations, PMA: others };
    };
    expect(rest(changed)).toEqual(rest(text));
  });

  test('the diff is one that git apply takes', async () => {
    const folder = await tempFolder();
    await fs.writeFile(path.join(folder, 'a.yaml'), text);
    execFileSync('git', ['apply', '-p1'], { cwd: folder, input: unifiedDiff('a.yaml', text, splice) });
    expect(await fs.readFile(path.join(folder, 'a.yaml'), 'utf8')).toBe(changed);
  });
});

test('the last association of a file, without a line break at its end', () => {
  const text = 'associations:\n  PMA:\n    name: x';
  const changed = applySplice(text, spliceSelectors(text, 'PMA', BLOCK));
  expect(parse(changed).associations.PMA).toMatchObject({ name: 'x', selectors: { records: [BLOCK] } });
});
