import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Parser } from 'htmlparser2';
import { expect, test } from 'vitest';
import type { Association } from '../../../lib/config.js';
import { writeDriftReport } from '../../../lib/outlets/drift-report.js';
import { graphml } from '../../../lib/outlets/graphml.js';
import { tempFolder } from '../../support/lake.js';

/** Attributes and texts of all elements of a name, read by an XML parser that is not ours. */
function elements(xml: string, name: string): { attributes: Record<string, string>; text: string }[] {
  const found: { attributes: Record<string, string>; text: string }[] = [];
  const open: (typeof found)[number][] = [];
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => {
        const element = { attributes, text: '' };
        open.push(element);
        if (tag === name) found.push(element);
      },
      ontext: (text) => {
        for (const element of open) element.text += text;
      },
      onclosetag: () => void open.pop(),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  expect(open).toEqual([]);
  return found;
}

test('names with markup, quotes and control characters come through, the forbidden ones left out', () => {
  const name = `A & B <"'> ]]>\u0000\u001b[31m \t Ž 🏭\uffff`;
  const xml = graphml(
    [{ company_id: 'c"1', canonical_name: name, state: 'OH', erp_system: null, quality_grade: 'A' }],
    [
      {
        relationship_id: 'r1',
        from_company_id: 'c"1',
        to_company_id: 'c"1',
        relationship: 'same_domain',
        strength: 0.25,
      },
    ],
  );
  const [node, ...others] = elements(xml, 'node');
  expect(others).toEqual([]);
  expect(node!.attributes).toEqual({ id: 'c"1' });
  expect(elements(xml, 'data').map((d) => [d.attributes.key, d.text])).toEqual([
    ['canonical_name', `A & B <"'> ]]>[31m \t Ž 🏭`],
    ['state', 'OH'],
    ['quality_grade', 'A'],
    ['relationship', 'same_domain'],
    ['strength', '0.25'],
  ]);
  expect(elements(xml, 'edge')[0]!.attributes).toEqual({ id: 'r1', source: 'c"1', target: 'c"1' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looked for, not matched by accident
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

test('every key that is used is declared', () => {
  const xml = graphml([], []);
  const declared = elements(xml, 'key').map((k) => k.attributes.id);
  expect(declared).toEqual([
    'canonical_name',
    'state',
    'erp_system',
    'quality_grade',
    'relationship',
    'strength',
  ]);
});

test('a drift report is a table whatever the pages say', async () => {
  const root = await tempFolder();
  const association = { code: 'PMA', name: 'Precision Metalforming Association' } as Association;
  const report = { jobId: 'job-1', association, at: new Date('2026-01-02T03:04:05Z') };
  const evil = 'a|b\n| --- |\r\n<script>alert(1)</script> [x](javascript:y) `c` \u001b[2J &lt; ~~z~~ *_\\';
  await writeDriftReport(root, {
    ...report,
    drift: [
      {
        severity: 'warning',
        page_type: 'profile',
        url_pattern: evil,
        measure: 'records',
        before: 10,
        after: 2,
        explanation: evil,
      },
    ],
  });
  const file = path.join(root, 'monitoring', 'reports', 'job-1', 'PMA.md');
  const rows = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(9);
  expect(rows[2]!.replaceAll(/\\./g, '')).not.toMatch(/[<>`*_[\]&~]|\p{Cc}/u);

  await writeDriftReport(root, { ...report, drift: [] });
  expect(await readFile(file, 'utf8')).toContain('Nothing has drifted');
});
