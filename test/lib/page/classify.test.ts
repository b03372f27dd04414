/** What a signal is worth, and how sure a verdict is, are config; a mistake in it is told with file and line. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configFolder, loadClassification, loadConfig } from '../../../lib/config.js';
import { classifyPage } from '../../../lib/page/classify.js';
import {
  type ClassificationWeights,
  calibrated,
  classificationSchema,
  worth,
} from '../../../lib/page/classify-weights.js';
import type { PageType } from '../../../lib/page/types.js';
import { classify } from '../../../recipes/classify.js';
import { tempFolder } from '../../support/lake.js';
import { weights } from '../../support/weights.js';

const cards = Array.from(
  { length: 12 },
  (_, i) =>
    `<div class="card"><h3>Gear Works ${String.fromCharCode(65 + i)} Inc.</h3><p>${100 + i} Main St, Akron, OH 44301</p><p>(330) 555-01${10 + i}</p></div>`,
).join('');
const directory = (given: ClassificationWeights) =>
  classifyPage({
    url: 'https://www.wma.org/members',
    html: `<html><head><title>Members</title></head><body><h1>Our members</h1>${cards}</body></html>`,
    now: '2026-03-01',
    siteName: 'Widget Makers Association',
    weights: given,
  });
const changed = (change: (copy: ClassificationWeights) => void): ClassificationWeights => {
  const copy = structuredClone(weights);
  change(copy);
  return copy;
};
const raw = changed((w) => {
  w.calibration = [];
});

describe('the weights of the config', () => {
  it('decide the type, and every one of them that counted is among the signals', () => {
    const before = directory(weights);
    expect(before.page_type).toBe('member_directory');
    const of = (type: PageType) =>
      before.signals.filter((s) => s.page_type === type).reduce((sum, s) => sum + s.weight, 0);
    expect(of('member_directory')).toBeGreaterThan(of('other'));
    const after = directory(
      changed((w) => {
        w.signals.prior = { other: of('member_directory') + 1 };
      }),
    );
    expect(after.page_type).toBe('other');
    expect(after.signals).toContainEqual(
      expect.objectContaining({ name: 'prior', page_type: 'other', weight: of('member_directory') + 1 }),
    );
  });

  it('may give a signal a meaning for any type', () => {
    const given = changed((w) => {
      w.signals.records.company = { base: 0, each: 5 };
    });
    expect(directory(given).page_type).toBe('company');
  });

  it('say from how many records on a page is a list', () => {
    const strict = directory(
      changed((w) => {
        w.thresholds.records = 13;
      }),
    );
    expect(strict.signals.map((s) => s.name)).toContain('no records');
    expect(directory(weights).signals.map((s) => s.name)).not.toContain('no records');
  });

  it('count words of path, title and heading up to the most that words may weigh', () => {
    const words = directory(weights).signals.filter(
      (s) => s.name.startsWith('words') && s.page_type === 'member_directory',
    );
    expect(words).toHaveLength(3);
    expect(words.reduce((sum, s) => sum + s.weight, 0)).toBeCloseTo(weights.thresholds.words);
  });
});

describe('a strength', () => {
  it.each([
    [-2.5, 7, -2.5],
    [{ base: 0.8, each: 0.5 }, 3, 2.3],
    [{ base: 0, each: 0.25, most: 2.5 }, 30, 2.5],
  ])('%j at a quantity of %d is %d', (strength, quantity, expected) => {
    expect(worth(strength, quantity)).toBeCloseTo(expected);
  });
});

describe('how sure a verdict is', () => {
  it('is read off the points: the same verdict, another confidence', () => {
    const plain = directory(raw);
    const doubtful = directory(
      changed((w) => {
        w.calibration = [
          [0, 0.1],
          [1, 0.6],
        ];
      }),
    );
    expect(doubtful.page_type).toBe(plain.page_type);
    expect(doubtful.confidence).toBeCloseTo(0.1 + 0.5 * plain.confidence, 2);
  });

  it('goes through the points, never falls, and stays between the least and the greatest', () => {
    const sorted = (list: number[]) => [...new Set(list)].sort((a, b) => a - b);
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 8 }),
        fc.array(unit),
        unit,
        unit,
        (xs, ys, a, b) => {
          const leads = sorted(xs);
          const sure = [...ys, ...xs].sort((p, q) => p - q);
          const points = leads.map((x, i): [number, number] => [x, sure[i]!]);
          expect(classificationSchema.shape.calibration.safeParse(points).success).toBe(true);
          for (const [x, y] of points) expect(calibrated(x, points)).toBe(y);
          const [low, high] = [calibrated(Math.min(a, b), points), calibrated(Math.max(a, b), points)];
          expect(low).toBeLessThanOrEqual(high + 1e-12);
          expect(low).toBeGreaterThanOrEqual(points[0]![1] - 1e-12);
          expect(high).toBeLessThanOrEqual(points.at(-1)![1] + 1e-12);
        },
      ),
    );
  });

  it('is the lead itself where no points are given', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => calibrated(x, []) === x));
  });
});

describe('config/classification.yaml', () => {
  /** A copy of the project's config with this file changed; null takes it away. */
  async function folderWith(change: ((text: string) => string) | null): Promise<string> {
    const folder = path.join(await tempFolder(), 'config');
    await fs.cp(configFolder(), folder, { recursive: true });
    const file = path.join(folder, 'classification.yaml');
    if (!change) await fs.rm(file);
    else {
      const before = await fs.readFile(file, 'utf8');
      const after = change(before);
      expect(after).not.toBe(before);
      await fs.writeFile(file, after);
    }
    return folder;
  }
  const failure = async (folder: string): Promise<Error & { code?: string }> =>
    loadClassification(await loadConfig(folder)).then(
      () => expect.unreachable(),
      (error: Error) => error,
    );

  it.each<[string, (text: string) => string, RegExp]>([
    ['a signal that nothing looks for', (t) => t.replace('\n  booth:', '\n  boothe:'), /signals\.boothe\b/],
    ['a type that no page has', (t) => t.replace('prior: { other', 'prior: { others'), /others/],
    [
      'a strength that is no number',
      (t) => t.replace('legal page: { other: 3 }', 'legal page: { other: high }'),
      /legal page\.other/,
    ],
    [
      'a threshold that is none',
      (t) => t.replace('good_records: 0.5 ', 'good_records: 5 '),
      /thresholds\.good_records/,
    ],
    [
      'points that fall',
      (t) => t.replace(/^calibration:[\s\S]*/m, 'calibration:\n  - [0.2, 0.9]\n  - [0.8, 0.5]\n'),
      /calibration: points go up/,
    ],
  ])('%s is told with file and line', async (_, change, what) => {
    const folder = await folderWith(change);
    const error = await failure(folder);
    expect(error.message).toMatch(what);
    expect(error.message).toMatch(/classification\.yaml:\d+: /);
  });

  it('is missed with its name', async () => {
    const error = await failure(await folderWith(null));
    expect(error.code).toBe('CONFIG_MISSING');
    expect(error.message).toContain('classification.yaml');
  });

  it('is a part of what CLASSIFICATION depends on: another weight is another input', async () => {
    const settings = async (folder: string) => {
      const config = await loadConfig(folder);
      return JSON.stringify(
        await classify.settings!({
          association: config.associations.get('PMA')!,
          config,
          options: {} as never,
          env: {},
        }),
      );
    };
    const own = await settings(configFolder());
    const other = await folderWith((t) => t.replace('prior: { other: 1.6 }', 'prior: { other: 1.7 }'));
    expect(await settings(other)).not.toBe(own);
  });
});
