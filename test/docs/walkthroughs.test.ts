/** The examples of CONTRIBUTING.md are tried as they stand there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readPage } from '../../lib/page/read.js';
import { AssociationSelectors, PlatformPack } from '../../lib/page/selectors.js';
import { weights } from '../support/weights.js';

const text = readFileSync(path.resolve(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8');

/** The HTML and the YAML that follow a mark in the text. */
function walkThrough(name: string): { html: string; yaml: string } {
  const [, after] = text.split(`<!-- walk-through: ${name} -->`);
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(after!)![1]!;
  return { html: block('html'), yaml: block('yaml') };
}

test('the selectors of the association read what its page says', () => {
  const { html, yaml } = walkThrough('association');
  const selectors = AssociationSelectors.parse((parse(yaml) as { selectors: unknown }).selectors);
  const page = { url: 'https://www.example.org/members/', html, now: '2026-01-01', weights };
  const read = (given: AssociationSelectors | null) =>
    readPage({ ...page, selectors: given }).companies.map((c) => [c.name, c.phone_e164, c.city, c.website]);
  expect(read(selectors)).toEqual([
    ['Acme Gear Works', '+12165550100', 'Cleveland', 'https://www.acmegear.com/'],
    ['Bolt & Sons', '+13125550101', 'Chicago', 'https://www.boltandsons.com/'],
  ]);
  expect(read(null)).not.toEqual(read(selectors)); // or the example would show nothing
});

test('the platform pack recognises its page and reads it', () => {
  const { html, yaml } = walkThrough('platform');
  const pack = PlatformPack.parse(parse(yaml));
  const page = `<html><title>Members</title><body><h1>Member directory</h1>${html}</body></html>`;
  const reading = readPage({
    url: 'https://members.example.org/directory',
    html: page,
    now: '2026-01-01',
    platforms: [pack],
    weights,
  });
  expect(reading.notes).toContainEqual({ code: 'platform', detail: 'membergrid' });
  expect(reading.companies.map((c) => [c.name, c.city, c.state, c.profile_url])).toEqual([
    ['Acme Gear Works', 'Cleveland', 'OH', 'https://members.example.org/m/1'],
    ['Bolt & Sons', 'Chicago', 'IL', 'https://members.example.org/m/2'],
  ]);
});
